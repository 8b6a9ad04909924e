"""Permissions that must hold on one and the same thing, and roles that nobody can have run for it."""

import pytest
from escalating import ADMIN, Account, allow, chain, trusting

from auditor.iam.escalation import Standing

OF_LAMBDA = trusting(service="lambda.amazonaws.com")


def account(created: str, invoked: str, region: str = "*") -> Account:
    made = Account()
    place = f"arn:aws:lambda:{region}:111122223333:function:"
    made.user(
        "ann",
        allow("lambda:CreateFunction", on=place + created),
        allow("lambda:InvokeFunction", on=f"arn:aws:lambda:*:111122223333:function:{invoked}"),
        allow("iam:PassRole"),
    )
    made.role("admin", OF_LAMBDA, ADMIN)
    return made


@pytest.mark.parametrize(
    ("created", "invoked"),
    [("a*", "*b"), ("*b", "a*"), ("a*", "ab*"), ("*x*", "a*b"), ("a?*", "*-b"), ("team-*", "team-*-prod")],
)
@pytest.mark.parametrize("region", ["*", "eu-west-1"])
def test_patterns_that_mean_a_thing_together_are_enough(created: str, invoked: str, region: str) -> None:
    assert chain(account(created, invoked, region).rights("ann")) == [("lambda-001", "admin")]


@pytest.mark.parametrize(("created", "invoked"), [("a*", "b*"), ("*a", "*b"), ("a", "b*"), ("a*c", "*b")])
def test_patterns_that_mean_nothing_together_are_not(created: str, invoked: str) -> None:
    assert account(created, invoked).rights("ann").standing is Standing.CANNOT


def test_a_service_linked_role_runs_nothing_of_the_caller() -> None:
    made = Account()
    made.user("ann", allow("lambda:*", "iam:PassRole"))
    made.role("aws-service-role/lambda.amazonaws.com/Own", OF_LAMBDA, ADMIN)
    assert made.rights("ann").standing is Standing.CANNOT
