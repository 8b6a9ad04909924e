"""A sound mail path stays sound or becomes undecided, whichever single operation is refused."""

import json
from pathlib import Path
from typing import Any

import in_process
import pytest
from moto_account import ACCOUNT, MotoAccount
from sources.aws.small_account import CONFIGURATION_SET, DEAD, IDENTITY, QUEUE, TOPIC

from auditor.sources.aws.operations import READS
from auditor.sources.aws.pacing import Pacer

MAIN = f"arn:aws:ses:us-east-1:{ACCOUNT}:configuration-set/main"
EVERY = [(service, api) for service, names in READS.items() for api in names if service != "sts"]


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements]})


def _lets(service: str, actions: object, resource: str, **condition: object) -> dict[str, Any]:
    made = {"Principal": {"Service": service}, "Action": actions, "Resource": resource}
    return made | ({"Condition": condition} if condition else {})


@pytest.fixture
def sound(account: MotoAccount) -> MotoAccount:
    of_account = {"aws:SourceAccount": ACCOUNT}
    owner = {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
    uses = ["kms:GenerateDataKey*", "kms:Decrypt"]
    kms, sqs, sns, ses = (account.client(name) for name in ("kms", "sqs", "sns", "sesv2"))
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    services = (_lets(f"{name}.amazonaws.com", uses, "*") for name in ("ses", "cloudwatch"))
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=_policy(owner, *services))
    kms.create_alias(AliasName="alias/mail", TargetKeyId=key)
    accepts = _policy(_lets("sns.amazonaws.com", "sqs:SendMessage", "*", ArnEquals={"aws:SourceArn": TOPIC}))
    for name in ("dead", "main"):
        sqs.create_queue(QueueName=name, Attributes={"MessageRetentionPeriod": "1209600", "Policy": accepts})
    sns.create_topic(Name="orders", Attributes={"KmsMasterKeyId": "alias/mail"})
    publishes = _policy(_lets("ses.amazonaws.com", "sns:Publish", TOPIC, StringEquals=of_account))
    sns.set_topic_attributes(TopicArn=TOPIC, AttributeName="Policy", AttributeValue=publishes)
    made = sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE)["SubscriptionArn"]
    redrive = json.dumps({"deadLetterTargetArn": DEAD})
    sns.set_subscription_attributes(SubscriptionArn=made, AttributeName="RedrivePolicy", AttributeValue=redrive)
    account.client("cloudwatch").put_metric_alarm(
        AlarmName="dead-letters",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": "dead"}],
        Statistic="Sum",
        Threshold=0.0,
        ComparisonOperator="GreaterThanThreshold",
        Period=300,
        EvaluationPeriods=1,
        AlarmActions=[TOPIC],
    )
    ses.create_configuration_set(ConfigurationSetName="main")
    ses.create_email_identity(EmailIdentity="example.com")
    notified = {"BounceTopic": TOPIC, "ComplaintTopic": TOPIC, "ForwardingEnabled": False}
    overlay = account.overlay
    overlay.answer("sesv2", "GetEmailIdentity", {**IDENTITY, "Policies": {}})
    overlay.answer("sesv2", "GetConfigurationSet", CONFIGURATION_SET)
    overlay.answer("ses", "GetIdentityNotificationAttributes", {"NotificationAttributes": {"example.com": notified}})
    account.event_destinations["main"] = [
        {
            "Name": "bounces",
            "Enabled": True,
            "MatchingEventTypes": ["COMPLAINT", "BOUNCE"],
            "SnsDestination": {"TopicArn": TOPIC},
        }
    ]
    return account


Judged = tuple[set[tuple[str, str]], list[dict[str, Any]]]
"""Rule and resource of what passed, and the other results."""


def judged(account: MotoAccount, folder: Path) -> Judged:
    environment = {**account.environment, "SOURCE_DATE_EPOCH": "1796000000"}
    done = in_process.auditor(
        "scan", "--live", "--region", "us-east-1", "--format", "json", folder=folder, **environment
    )
    report = json.loads(done.stdout)
    return {(rule, one) for rule, ids in report["passed"].items() for one in ids}, report["results"]


@pytest.mark.parametrize(("service", "api"), EVERY)
def test_what_rests_on_a_refused_operation_is_undecided(
    sound: MotoAccount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: str, api: str
) -> None:
    monkeypatch.setattr(Pacer, "turn", lambda _: True)
    passed, others = judged(sound, tmp_path)
    assert [(one["rule"], one["message"]) for one in others] == []
    sound.overlay.refuse(service, api, "AccessDenied", 403)

    still, undecided = judged(sound, tmp_path)

    # Its route is judged at the identity, or at the set where no identity is known to use it.
    assert still <= passed | {("ses-identity-route-broken", MAIN)}
    assert {one["verdict"] for one in undecided} <= {"unknown"}
    assert {why["cause"] for one in undecided for why in one["unknown"]} <= {"denied"}
