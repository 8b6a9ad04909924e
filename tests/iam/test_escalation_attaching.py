"""Conditions on which policies may be attached."""

from typing import Any

import pytest
from escalating import ADMIN, NOW, Account, Statement, allow, arn, chain, deny, policy, trusting

from auditor.iam.escalation import Standing, paths_of
from auditor.model.known import Truth

ATTACH = "iam:AttachUserPolicy"
TEAM, READ, ABSENT = arn("policy", "TeamAdmin"), arn("policy", "Read"), arn("policy", "Absent")
OF_AWS = "arn:aws:iam::aws:policy/*"
MYSELF = arn("user", "ann")


def limited(*arns: str, operator: str = "ArnEquals") -> dict[str, Any]:
    return {"Condition": {operator: {"iam:PolicyARN": list(arns)}}}


def account(*statements: Statement) -> Account:
    made = Account()
    made.user("ann", *statements)
    made.managed("TeamAdmin", ADMIN)
    made.managed("Read", allow("s3:Get*"))
    return made


@pytest.mark.parametrize(
    "statements",
    [
        [allow(ATTACH, on=MYSELF, **limited(TEAM))],
        [allow(ATTACH, on=MYSELF, **limited(READ, TEAM, operator="StringEquals"))],
        [allow(ATTACH, on=MYSELF, **limited(arn("policy", "Team*"), operator="ArnLike"))],
        [allow(ATTACH, on=MYSELF, **limited("arn:aws:iam::*:policy/*", operator="StringLike"))],
        [allow(ATTACH, on=MYSELF), deny(ATTACH, **limited(OF_AWS, operator="ArnLike"))],
        [allow(ATTACH, on=MYSELF), deny(ATTACH, **limited(TEAM, operator="ArnNotEquals"))],
        [allow(ATTACH, on=MYSELF, **limited(READ)), allow("iam:CreatePolicyVersion", on=READ)],
        [allow(ATTACH, on=MYSELF, **limited(ABSENT)), allow("iam:CreatePolicy", on=ABSENT)],
    ],
    ids=["one", "two", "pattern", "every", "none-of-aws", "no-other", "rewritten", "made"],
)
def test_a_policy_with_every_right_that_may_be_attached_is_enough(statements: list[Statement]) -> None:
    assert chain(account(*statements).rights("ann")) == [("iam-008", "ann")]


@pytest.mark.parametrize(
    "statements",
    [
        [allow(ATTACH, on=MYSELF, **limited(READ))],
        [allow(ATTACH, on=MYSELF, **limited(ABSENT))],
        [allow(ATTACH, on=MYSELF, **limited("arn:aws:iam::aws:policy/ReadOnlyAccess"))],
        [allow(ATTACH, on=MYSELF, **limited(TEAM.replace("111122223333", "444455556666")))],
        [allow(ATTACH, on=MYSELF), deny(ATTACH, **limited(OF_AWS, TEAM, operator="ArnLike"))],
        [allow(ATTACH, on=MYSELF), deny(ATTACH, **limited(READ, operator="ArnNotEquals"))],
        [allow(ATTACH, on=MYSELF, **limited(READ)), allow("iam:CreatePolicyVersion", on=ABSENT)],
        [allow(ATTACH, on=MYSELF, **limited(READ)), allow("iam:CreatePolicy", on=READ)],
    ],
    ids=["less", "absent", "less-of-aws", "elsewhere", "denied", "all-others-denied", "another", "there-already"],
)
def test_policies_that_give_less_are_not(statements: list[Statement]) -> None:
    assert account(*statements).rights("ann").standing is Standing.CANNOT


def test_roles_groups_and_other_users_have_policies_attached_too() -> None:
    made = account(
        allow("iam:AttachRolePolicy", on=arn("role", "worker"), **limited(TEAM)), allow("sts:AssumeRole", on="*")
    )
    made.role("worker", trusting(aws=MYSELF))
    made.role("self", trusting(service="ec2.amazonaws.com"), allow("iam:AttachRolePolicy", **limited(TEAM)))
    made.group("team")
    made.user("bob", allow("iam:AttachGroupPolicy", **limited(TEAM)), groups=("team",))
    made.user("eve", allow(ATTACH, "iam:CreateAccessKey", on=arn("user", "joe")))
    made.user("joe")
    found = {name: chain(made.rights(name)) for name in ("ann", "self", "bob", "eve", "joe")}
    assert found == {
        "ann": [("iam-014", "worker")],
        "self": [("iam-009", "self")],
        "bob": [("iam-010", "bob")],
        "eve": [("iam-015", "joe")],
        "joe": [],
    }


def test_what_a_policy_says_that_is_not_there_is_not_guessed() -> None:
    opened = {
        named: [(each.path.id, each.truth) for each in paths_of([policy(allow(ATTACH, **limited(named)))]).paths]
        for named in (TEAM, "arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess")
    }
    assert list(opened.values()) == [[("iam-008", Truth.UNKNOWN)], [("iam-008", Truth.TRUE)], []]


def test_who_may_make_the_policy_need_not_be_told_what_it_says() -> None:
    found = paths_of([policy(allow(ATTACH, **limited(TEAM)), allow("iam:CreatePolicy", on=TEAM))], now=NOW)
    assert [(each.path.id, each.truth) for each in found.paths] == [("iam-008", Truth.TRUE)]


@pytest.mark.parametrize("names", [("Only",), ("First", "Second"), ("Second", "First")])
def test_policies_with_such_a_condition_of_their_own_may_give_every_right(names: tuple[str, ...]) -> None:
    """Whether they do depends on what can be attached, themselves among it."""
    made = Account()
    others = (*names[1:], names[0])
    for name, other in zip(names, others, strict=True):
        rest: Statement = {"Effect": "Allow", "NotAction": "iam:Attach*", "Resource": "*"}
        made.managed(name, rest, allow("iam:Attach*", **limited(arn("policy", other))))
    made.user("ann", allow(ATTACH, on=MYSELF, **limited(arn("policy", names[-1]))))
    made.user("bob", allow(ATTACH, on=arn("user", "bob"), **limited(READ)))
    assert chain(made.rights("ann")) == [("iam-008", "ann")]
    assert made.rights("bob").standing is Standing.CANNOT
