"""The table of reads, the IAM policy made from it, the guard."""

import contextlib
import json
import socket

import botocore.session
import pytest
from moto_account import MotoAccount

from auditor.sources.aws.operations import READS, action, is_read
from auditor.sources.aws.pacing import Budget
from auditor.sources.aws.permissions import actions, policy
from auditor.sources.aws.rates import Rate, rate
from auditor.sources.aws.session import Account, NotARead
from auditor.sources.interface import InputError

EVERY = [(service, api) for service, names in READS.items() for api in names]


@pytest.mark.parametrize(("service", "api"), EVERY)
def test_every_operation_exists_and_reads(service: str, api: str) -> None:
    assert api in botocore.session.get_session().get_service_model(service).operation_names
    assert api.startswith(("Get", "List", "Describe"))


def test_both_versions_of_ses_share_a_prefix() -> None:
    assert action("sesv2", "GetAccount") == "ses:GetAccount"
    assert not is_read("sesv2", "DescribeActiveReceiptRuleSet")


def test_the_policy_is_the_table() -> None:
    assert policy() == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReadMessagingConfiguration",
                "Effect": "Allow",
                "Action": [
                    "cloudwatch:DescribeAlarms",
                    "iam:GetAccessKeyLastUsed",
                    "iam:GetAccountAuthorizationDetails",
                    "iam:GetLoginProfile",
                    "iam:ListAccessKeys",
                    "kms:DescribeKey",
                    "kms:GetKeyPolicy",
                    "kms:GetKeyRotationStatus",
                    "kms:ListAliases",
                    "lambda:GetFunctionConfiguration",
                    "lambda:GetPolicy",
                    "ses:DescribeActiveReceiptRuleSet",
                    "ses:GetAccount",
                    "ses:GetConfigurationSet",
                    "ses:GetConfigurationSetEventDestinations",
                    "ses:GetEmailIdentity",
                    "ses:GetIdentityNotificationAttributes",
                    "ses:ListConfigurationSets",
                    "ses:ListEmailIdentities",
                    "ses:ListReceiptRuleSets",
                    "sns:GetSubscriptionAttributes",
                    "sns:GetTopicAttributes",
                    "sns:ListSubscriptions",
                    "sns:ListSubscriptionsByTopic",
                    "sns:ListTopics",
                    "sqs:GetQueueAttributes",
                    "sqs:GetQueueUrl",
                ],
                "Resource": "*",
            }
        ],
    }
    assert "arn:" not in json.dumps(policy())


@pytest.mark.parametrize("needed", actions())
def test_every_operation_has_a_rate(needed: str) -> None:
    assert rate(needed, "eu-west-1").per_second >= 1


def test_ses_counts_all_its_operations_together() -> None:
    assert {rate(one, "eu-west-1") for one in actions() if one.startswith("ses:")} == {Rate("ses", 1.0)}


def test_a_write_is_refused_before_it_is_sent(account: MotoAccount) -> None:
    client = Account(None, ("us-east-1",), connections=1, budget=Budget(None)).client("sns", "us-east-1")

    with pytest.raises(NotARead, match=r"^sns:CreateTopic is not among the reads of a collection$"):
        client.create_topic(Name="orders")
    assert account.overlay.calls == []
    assert account.client("sns").list_topics()["Topics"] == []


def test_the_user_agent_names_the_tool(account: MotoAccount) -> None:
    Account(None, ("us-east-1",), connections=1, budget=Budget(None)).caller()

    (agent,) = account.overlay.agents
    assert "messaging-auditor/" in agent


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("profile", "regions", "message"),
    [
        ("nobody", ("us-east-1",), "aws: The config profile (nobody) could not be found"),
        (None, (), "aws: no Region is named: use --region, or set AWS_REGION"),
        (None, ("us_east/1",), "aws: us_east/1: Provided region_name 'us_east/1' doesn't match a supported format."),
    ],
)
def test_what_cannot_be_read_at_all(profile: str | None, regions: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError) as raised:
        Account(profile, regions, connections=1, budget=Budget(None)).caller()
    assert str(raised.value) == message


@pytest.mark.usefixtures("account")
def test_without_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(InputError) as raised:
        Account(None, ("us-east-1",), connections=1, budget=Budget(None)).caller()
    assert str(raised.value) == (
        "aws: the account is not told: sts:GetCallerIdentity: no usable credentials (NoCredentialsError)"
    )


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("endpoint", "shown"),
    [
        ("https://sns.us-east-1.amazonaws.com", None),
        ("https://vpce-1.sns.us-east-1.vpce.amazonaws.com", None),
        ("https://amazonaws.com.example.org", "https://amazonaws.com.example.org"),
        ("http://user:secret@127.0.0.1:9", "http://127.0.0.1:9"),
    ],
)
def test_an_endpoint_that_is_not_of_aws_is_recorded(
    monkeypatch: pytest.MonkeyPatch, endpoint: str, shown: str | None
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    read = Account(None, ("us-east-1",), connections=1, budget=Budget(None))

    read.client("sns", "us-east-1")

    assert read.endpoint("us-east-1") == shown


@pytest.mark.usefixtures("account")
def test_no_call_is_waited_for_longer_than_the_run_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """One call that is sent twice; the other Region is not asked any more."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        read = Account(None, ("us-east-1", "eu-west-1"), connections=1, budget=Budget(0.05))

        with pytest.raises(InputError) as raised:
            read.caller()

        silent.setblocking(False)
        connections = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                silent.accept()[0].close()
                connections += 1
    assert connections == 2
    assert str(raised.value) == (
        "aws: the account is not told: sts:GetCallerIdentity: no connection to us-east-1 (ReadTimeoutError)"
    )
