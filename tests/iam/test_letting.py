"""Whom a policy lets in, as one answer."""

from typing import Any

import iam_trees
import pytest

from auditor import iam

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
