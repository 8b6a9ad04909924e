"""Whom a policy lets in, as one answer."""

from typing import Any

import iam_trees
import pytest

from auditor import iam
from auditor.iam.letting import Letting

OWN = "111122223333"
TOPIC = f"arn:aws:sns:eu-west-1:{OWN}:orders"


def words_of(condition: dict[str, Any] | None, service: str = "ses", action: str = "sns:Publish") -> str:
    statement: dict[str, Any] = {
        "Sid": "Mail",
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": action,
    }
    if not action.startswith("sts:"):
        statement["Resource"] = TOPIC
    if condition is not None:
        statement["Condition"] = condition
    document = {"Version": "2012-10-17", "Statement": [statement]}
    found = iam.letting(iam.parse(iam_trees.plain(document)), None, OWN, "")
    assert found.audience in {"service", "unknown"}
    return found.because[0]["text"]


@pytest.mark.parametrize(
    ("condition", "service", "ends"),
    [
        (None, "ses", "do sns:Publish, on behalf of any account (confused deputy)"),
        ({"StringEquals": {"aws:SourceAccount": OWN}}, "ses", f"when StringEquals aws:SourceAccount = {OWN}"),
        (
            {"StringEqualsIfExists": {"aws:SourceAccount": OWN}},
            "events",
            ", perhaps on behalf of any account (confused deputy)",
        ),
    ],
)
def test_a_confused_deputy_is_told(condition: dict[str, Any] | None, service: str, ends: str) -> None:
    assert words_of(condition, service).endswith(ends)


def test_a_role_is_passed_to_a_service_by_its_own_account() -> None:
    assert words_of(None, "lambda", "sts:AssumeRole") == (
        "statement Mail lets the service lambda.amazonaws.com do sts:AssumeRole"
    )


def about(*statements: dict[str, Any], resource_type: str = "AWS::SNS::Topic") -> Letting:
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Principal": "*", "Resource": "*"} | each for each in statements],
    }
    return iam.letting(iam.parse(iam_trees.plain(document)), None, OWN, resource_type)


def test_public_actions_are_those_that_deny_statements_leave() -> None:
    everything = {"Sid": "All", "Effect": "Allow", "Action": "sns:*"}
    reading = {"Effect": "Deny", "NotAction": ["sns:GetTopic*", "sns:GetSubscription*"]}
    found = about(everything, reading)
    assert found.public_actions == ("sns:GetSubscriptionAttributes", "sns:GetTopicAttributes")
    assert found.because[0]["text"] == (
        "statement All lets everybody do sns:*, as far as no Deny statement keeps them from it"
    )
    assert about(everything).public_actions == ("sns:*",)
    assert about(everything, {"Effect": "Deny", "Action": "s3:*"}).public_actions == ("sns:*",)
    alike = {"Effect": "Deny", "Action": "sns:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    assert about(everything, alike).public_actions == ("sns:*",)
    assert "sns:Publish" not in about(everything, {"Effect": "Deny", "Action": "sns:Publish"}).public_actions


def test_public_actions_without_a_type_are_those_of_the_statement() -> None:
    publishing = {"Effect": "Allow", "Action": ["sns:Publish", "sns:Subscribe"]}
    assert about(publishing, {"Effect": "Deny", "Action": "sns:Publish"}, resource_type="").public_actions == (
        "sns:Subscribe",
    )


def test_who_is_let_in_beside_services_is_told() -> None:
    publishing = {"Sid": "Publish", "Effect": "Allow", "Action": "sns:Publish"}
    strangers = {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}, "Bool": {"aws:PrincipalIsAWSService": "false"}}
    found = about(publishing, {"Effect": "Deny", "Action": "sns:Publish", "Condition": strangers})
    assert (found.audience, found.organizations) == ("service", ("o-1",))
    assert found.because[0]["text"].startswith("statement Publish lets every AWS service and organization o-1 do sns:")


def test_what_aws_refuses_is_not_decided() -> None:
    found = about({"Effect": "Allow", "Action": "sns:Publish", "Principal": {"AWS": "arn:aws:iam::*:root"}})
    assert (found.audience, found.public, found.strict) == ("unknown", "UNKNOWN", "UNKNOWN")


def test_an_answer_about_all_services_is_asked_for_where_the_policy_is_about_others() -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": ["sns:Publish", "s3:GetObject"], "Resource": "*"}
    made = iam.parse(iam_trees.plain({"Version": "2012-10-17", "Statement": [statement | {"Action": "s3:GetObject"}]}))
    found = iam.letting(made, None, OWN, "AWS::SNS::Topic")
    assert (found.audience, found.public) == ("nobody", "FAIL")


def named(*principals: str) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": "s3:GetObject"}
    statement |= {"Resource": "arn:aws:s3:::reports/*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.mark.parametrize(
    ("owner", "audience", "accounts"),
    [(None, "accounts", (OWN,)), (OWN, "owner", ()), ("444455556666", "accounts", (OWN,))],
    ids=str,
)
def test_named_accounts_are_told_where_the_owner_is_not(
    owner: str | None, audience: str, accounts: tuple[str, ...]
) -> None:
    found = iam.letting(iam.parse(iam_trees.plain(named(OWN))), None, owner, "")
    assert (found.audience, found.accounts, found.public, found.unknown) == (audience, accounts, "PASS", ())


def test_what_else_is_not_told_stays_undecided_beside_the_owner() -> None:
    found = iam.letting(iam.parse(iam_trees.plain(named(OWN, "ACCOUNT-B-ID"))), None, None, "")
    assert (found.audience, found.accounts) == ("unknown", (OWN,))
