"""Answers that questions share are those that each would get alone."""

from typing import Any

from escalating import ACCOUNT, NOW, arn, policy
from hypothesis import given
from hypothesis import strategies as some

from auditor.iam.elements import Policy
from auditor.iam.escalation.asking import Asker
from auditor.iam.escalation.masks import ACTIONS, Readings
from auditor.iam.escalation.subject import Held, Subject
from auditor.iam.escalation.written import trust_in
from auditor.iam.evaluate import Policies, evaluate
from auditor.iam.request import Caller, Kind, Request, principal_context
from auditor.model.known import Truth
from auditor.model.text import text

FULL = ("iam:CreateAccessKey", "iam:PutUserPolicy", "iam:AttachUserPolicy", "sns:Subscribe", "sns:AddPermission",
        "kms:CreateGrant", "kms:DisableKey", "sts:AssumeRole", "ses:SendEmail")  # fmt: skip
RESOURCES = (
    arn("user", "ann"),
    arn("user", "bob"),
    arn("role", "admin"),
    arn("role", "aws-reserved/sso.amazonaws.com/admin"),
    f"arn:aws:sns:eu-west-1:{ACCOUNT}:feedback",
    f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1",
    "*",
)
PATTERNS = ("*", "arn:*", "arn:aws:iam", arn("user", "${aws:username}"), arn("user", "a*"), arn("*", "*"), *RESOURCES)
CONDITIONS: tuple[dict[str, Any], ...] = (
    {"StringEquals": {"aws:username": "ann"}},
    {"ArnLike": {"iam:PolicyARN": "arn:aws:iam::*:policy/Admin*"}},
    {"StringLike": {"aws:RequestTag/team": "d*"}},
    {"Bool": {"aws:SecureTransport": "true"}},
    {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
    {"ArnEquals": {"aws:PrincipalArn": arn("user", "bob")}},
    {"StringEquals": {"aws:PrincipalType": "User"}},
    {"StringEquals": {"aws:PrincipalTag/team": "delivery"}},
    {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}},
    {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalTag/home}"}},
    {"ArnLike": {"iam:PolicyARN": f"arn:aws:iam::{ACCOUNT}:policy/*"}},
    {"DateGreaterThan": {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}},
)
NAMES = ("ann", "bob", "carol")
TAGS = {
    "ann": {"team": text("delivery"), "home": text(ACCOUNT)},
    "bob": {"team": text("billing"), "home": text("999999999999")},
    "carol": {},
}
ROLES = ("carol",)
OWN = {"bob": [policy({"Effect": "Allow", "Action": ["iam:CreatePolicy", "iam:CreatePolicyVersion"], "Resource": "*"})]}
"""So that bob can make the policies that he may attach give every right."""


@some.composite
def policies(draw: some.DrawFn) -> Policy:
    made = []
    for _ in range(draw(some.integers(1, 3))):
        statement: dict[str, Any] = {"Effect": draw(some.sampled_from(("Allow", "Allow", "Deny")))}
        names = ("*", "sns:*", "kms:*", "iam:*User*", "iam:Put*", *FULL)
        statement[draw(some.sampled_from(("Action", "Action", "NotAction")))] = draw(
            some.lists(some.sampled_from(names), min_size=1, max_size=2)
        )
        statement[draw(some.sampled_from(("Resource", "Resource", "NotResource")))] = draw(
            some.lists(some.sampled_from(PATTERNS), min_size=1, max_size=2)
        )
        if draw(some.booleans()):
            statement["Condition"] = draw(some.sampled_from(CONDITIONS))
        made.append(statement)
    return policy(*made)


def subject(name: str, held: list[Policy], boundary: tuple[Policy, ...] | None) -> Subject:
    kind, path = (Kind.ROLE, "role") if name in ROLES else (Kind.USER, "user")
    caller = Caller(kind, text(arn(path, name)), text(ACCOUNT))
    made = Subject(caller, text(ACCOUNT), tuple(map(Held, (*held, *OWN.get(name, ())))), boundary=boundary)
    made.tags = TAGS[name]
    return made


@given(some.lists(policies(), min_size=1, max_size=3), some.none() | some.tuples(policies()), some.data())
def test_shared_answers_are_those_of_fresh_questions(
    held: list[Policy], boundary: tuple[Policy, ...] | None, data: some.DataObject
) -> None:
    asked = [
        (name, action, resource, trusted)
        for name in NAMES
        for action in FULL
        for resource in RESOURCES
        for trusted in (False, True)
    ]
    shared = Asker(Readings(), NOW)
    whos = {name: subject(name, held, boundary) for name in NAMES}
    for name, action, resource, trusted in data.draw(some.lists(some.sampled_from(asked), min_size=8, max_size=24)):
        on = (trust_in(text(ACCOUNT)),) if trusted else ()
        who = subject(name, held, boundary)
        found = shared.decide(whos[name], action, text(resource), on=on)
        alone = Asker(Readings(), NOW).decide(who, action, text(resource), on=on)
        assert found == alone


def test_callers_of_an_account_differ_by_few_keys() -> None:
    """Whatever else requests carried of who asks, answers could not be shared on conditions on it."""
    asked = [principal_context(subject(name, [], None).caller, text(ACCOUNT)) for name in ("ann", "bob")]
    different = {key for key in asked[0] | asked[1] if asked[0].get(key, ()) != asked[1].get(key, ())}
    assert different == {"aws:principalarn", "aws:username"}


@given(some.lists(policies(), min_size=1, max_size=2))
def test_what_is_left_unasked_is_not_allowed(held: list[Policy]) -> None:
    """A statement that begins with another ARN allows nothing: the engine says so as well."""
    asker = Asker(Readings(), NOW)
    who = subject("ann", held, None)
    for action in ACTIONS:
        about, _ = asker.about(who, action)
        for resource in map(text, RESOURCES):
            if about.may_allow(resource):
                continue
            request = Request(caller=who.caller, action=action, resource=resource, resource_account=who.account)
            assert evaluate(request, Policies(identity=who.policies)).allowed is Truth.FALSE
