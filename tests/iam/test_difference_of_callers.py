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
