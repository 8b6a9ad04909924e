"""Comparisons by keys that follow from the principal, with values that other keys or parameters have."""

from typing import Any

import iam_trees
import pytest
from msgspec.structs import replace

from auditor.iam.difference import Kind, difference
from auditor.iam.document import parse
from auditor.iam.elements import Policy
from auditor.model.known import Truth
from auditor.model.text import Symbol, text

VARIABLE = "${aws:ResourceAccount}"


def policy(operator: str, key: str, value: str, *actions: str) -> Policy:
    statement: dict[str, Any] = {"Effect": "Allow", "Action": list(actions or ["sqs:SendMessage"]), "Resource": "*"}
    statement["Condition"] = {operator: {key: value}}
    return parse(iam_trees.plain({"Version": "2012-10-17", "Statement": [statement]}))


SAME = policy("StringEquals", "aws:PrincipalAccount", VARIABLE)
OTHER = policy("StringNotEquals", "aws:PrincipalAccount", VARIABLE)
MORE_OF_SAME = policy("StringEquals", "aws:PrincipalAccount", VARIABLE, "sqs:SendMessage", "ses:SendEmail")


def with_parameter(made: Policy) -> Policy:
    """The policy with a parameter of a template for the value of its condition."""
    statement = made.statements[0]
    condition = replace(statement.conditions[0], values=(text(Symbol("Account")),))
    return replace(made, statements=(replace(statement, conditions=(condition,)),))


@pytest.mark.parametrize(
    ("new", "old", "principal"),
    [
        (SAME, OTHER, "arn:aws:iam::a-resourceaccount-of-its-own:user/x"),
        (MORE_OF_SAME, SAME, "arn:aws:iam::a-resourceaccount-of-its-own:user/x"),
        (OTHER, SAME, "arn:aws:iam::999999999999:user/x"),
    ],
    ids=["its own account", "one more action", "other accounts"],
)
def test_the_account_of_the_principal_is_told_by_another_key(new: Policy, old: Policy, principal: str) -> None:
    found = difference([new], [old], kind=Kind.IDENTITY)
    assert found.witness is not None
    assert (found.witness.principal, found.witness.context) == (
        principal,
        {"aws:resourceaccount": ("a-resourceaccount-of-its-own",)},
    )


@pytest.mark.parametrize(("new", "old"), [(SAME, SAME), (OTHER, OTHER), (SAME, MORE_OF_SAME)])
def test_what_stays_is_nothing_new(new: Policy, old: Policy) -> None:
    assert difference([new], [old], kind=Kind.IDENTITY).truth is Truth.FALSE


@pytest.mark.parametrize("key", ["aws:PrincipalAccount", "aws:PrincipalArn"])
def test_a_parameter_may_be_the_account_or_the_arn_of_somebody(key: str) -> None:
    new, old = (with_parameter(policy(operator, key, "")) for operator in ("StringEquals", "StringNotEquals"))
    assert difference([new], [old], kind=Kind.IDENTITY).truth is not Truth.FALSE
    assert difference([new], [new], kind=Kind.IDENTITY).truth is Truth.FALSE


def let_in(*statements: dict[str, Any]) -> Policy:
    """A policy of a resource."""
    plain = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    return parse(iam_trees.plain({"Version": "2012-10-17", "Statement": [plain | each for each in statements]}))


def of_account(operator: str, *accounts: str) -> dict[str, Any]:
    """A condition on the account of the principal."""
    return {"Condition": {operator: {"aws:PrincipalAccount": list(accounts)}}}


UNSIGNED = let_in(of_account("StringEquals", "anonymous"))


@pytest.mark.parametrize(
    ("old", "unsigned"),
    [
        # All requests have the key, those that are not signed with the value "anonymous".
        (let_in(of_account("StringEqualsIfExists", "111111111111")), Truth.TRUE),
        (let_in(of_account("Null", "true")), Truth.TRUE),
        (let_in(of_account("StringNotEquals", "anonymous")), Truth.TRUE),
        (let_in(of_account("StringEquals", "Anonymous")), Truth.TRUE),
        (let_in(of_account("StringEqualsIgnoreCase", "Anonymous")), Truth.FALSE),
        (let_in(of_account("StringLike", "*")), Truth.FALSE),
        (let_in(of_account("StringLike", "anon*")), Truth.FALSE),
        (let_in(of_account("StringNotLike", "1*")), Truth.FALSE),
        (let_in(of_account("Null", "false")), Truth.FALSE),
        (let_in({}), Truth.FALSE),
        (let_in({"Condition": {"Null": {"aws:PrincipalArn": "true"}}}), Truth.FALSE),
    ],
)
def test_who_does_not_sign_is_of_the_account_anonymous(old: Policy, unsigned: Truth) -> None:
    found = difference([UNSIGNED], [old], kind=Kind.RESOURCE)
    assert found.truth is unsigned
    if found.witness is not None:
        assert (found.witness.principal, found.witness.context) == ("anonymous", {})


# -- whose the resource is --------------------------------------------------------------------------------------------


def of_resource_account(account: str, resource: str = "*") -> Policy:
    """A policy with a condition on the account of the resource."""
    return let_in({"Resource": resource, "Condition": {"StringEquals": {"aws:ResourceAccount": account}}})


NOTHING_OF_IT = let_in({"Action": "sqs:DeleteQueue"})


@pytest.mark.parametrize(
    ("resource", "account"),
    [
        ("arn:aws:sns:eu-west-1:?*:orders", "222222222222"),
        ("arn:aws:sns:eu-west-1:222222222222:orders", "222222222222"),
    ],
)
def test_a_request_has_one_account_for_its_resource(resource: str, account: str) -> None:
    found = difference([of_resource_account(account, resource)], [NOTHING_OF_IT], kind=Kind.RESOURCE)
    assert found.witness is not None
    assert found.witness.resource == "arn:aws:sns:eu-west-1:222222222222:orders"
    assert found.witness.context == {"aws:resourceaccount": ("222222222222",)}


def test_the_account_of_a_resource_is_not_another_than_the_one_in_its_arn() -> None:
    other = of_resource_account("222222222222", "arn:aws:sns:eu-west-1:111111111111:orders")
    found = difference([other], [NOTHING_OF_IT], kind=Kind.RESOURCE)
    assert found.truth is Truth.UNKNOWN
    why = "aws:ResourceAccount is compared apart from the account in the ARN of the resource"
    assert [each.detail for each in found.unknowns] == [why]


def test_another_account_in_the_key_is_that_of_the_arn() -> None:
    but = {"Condition": {"StringNotEquals": {"aws:ResourceAccount": "222222222222"}}}
    new = let_in(but | {"Resource": "arn:aws:sns:eu-west-1:111111111111:orders"})
    old = let_in({"Condition": {"Null": {"aws:ResourceAccount": "true"}}})
    found = difference([new], [old], kind=Kind.RESOURCE)
    assert found.witness is not None
    assert found.witness.context == {"aws:resourceaccount": ("111111111111",)}


def of_principal(*names: str) -> Policy:
    statement = {"Effect": "Allow", "Principal": {"AWS": list(names)}, "Action": "sqs:SendMessage", "Resource": "*"}
    return parse(iam_trees.plain({"Version": "2012-10-17", "Statement": [statement]}))


@pytest.mark.parametrize(
    "refused", ["arn:aws:iam::*:root", "arn:aws:iam::222222222222:user/*", "<ACCOUNT ID>", "12345"]
)
def test_a_principal_that_aws_refuses_is_nobody_to_show(refused: str) -> None:
    old, new = of_principal("111111111111"), of_principal("111111111111", refused)
    assert difference([new], [old], kind=Kind.RESOURCE).truth is Truth.UNKNOWN
    assert difference([old], [new], kind=Kind.RESOURCE).truth is Truth.FALSE
    assert difference([of_principal("333333333333")], [new], kind=Kind.RESOURCE).truth is not Truth.FALSE
