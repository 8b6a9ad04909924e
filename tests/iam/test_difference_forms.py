"""Comparisons of a key as a string and as a number, date, address or ARN, against decisions value by value."""

import itertools
from random import Random

import iam_trees
import pytest

from auditor import iam
from auditor.iam.difference import Kind, difference
from auditor.iam.sets.spellings import is_usual
from auditor.iam.statement import PolicyKind, applies
from auditor.model.known import Known, Truth
from auditor.model.text import text

Conditions = dict[str, dict[str, str | list[str]]]
PAIRS = 60
STRINGS = ("StringEquals", "StringLike", "StringNotEquals", "StringNotLike", "StringEqualsIgnoreCase")
NUMBERS = ("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals")
KEYS = {
    "x:number": (("5", "1", "0", "5*", "*", "1?", "*5", "-*", "0.5", "?", "a*"), NUMBERS, ("5", "1", "0", "0.5", "50")),
    "s3:max-keys": (("5", "1", "0", "5*", "*", "1?", "*5", "0.5", "?"), NUMBERS, ("5", "1", "0", "0.5", "50")),
    "aws:sourceip": (
        ("10.1.2.3", "10.1.*", "10.*", "*.3", "10.1.2.?", "2001:*", "*"),
        ("IpAddress", "NotIpAddress"),
        ("10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "10.1.2.0/30", "0.0.0.0/0", "2001:db8::/32"),
    ),
    "x:arn": (
        ("arn:*", "arn:a:b:c:d:e", "*:5", "*", "a"),
        ("ArnLike", "ArnNotLike"),
        ("arn:*:*:*:*:*", "arn:a:b:c:d:e", "arn:a:*:*:*:5", "arn:a:b:c:d:*"),
    ),
}
NUMERALS = ["".join(each) for size in range(1, 4) for each in itertools.product("015.-", repeat=size)]
ADDRESSES = "10.1.2.3 10.1.2.4 10.1.3.0 10.2.0.0 11.0.0.0 9.9.9.9 10.0.0.0 10.10.0.1 2001:db8::1 2001:db9:: 1.2.3.4"
VALUES = {
    "x:number": ["a", "a5", "5a", " 5", "1e1", *NUMERALS],
    "s3:max-keys": [each for each in NUMERALS if is_usual("numeric", each)],
    "aws:sourceip": ADDRESSES.split(),
    "x:arn": ["a", "arn:a", "5", "arn:a:b:c:d:e", "arn:a:b:c:d:5", "arn:x:b:c:d:5", "arn:a:b:c:d:e:5"],
}
ANN = iam.caller(text("arn:aws:iam::111111111111:user/ann"))


def statement(random: Random, key: str) -> dict[str, object]:
    strings, operators, values = KEYS[key]
    conditions: dict[str, object] = {}
    for _ in range(random.choice((1, 1, 2))):
        of_strings = random.random() < 0.5
        name = random.choice(STRINGS if of_strings else operators) + random.choice(("", "", "IfExists"))
        conditions[name] = {key: random.choices(strings if of_strings else values, k=random.choice((1, 1, 2)))}
    effect = random.choice(("Allow", "Allow", "Deny"))
    return {"Effect": effect, "Action": "sns:Publish", "Resource": "*", "Condition": conditions}


def document(*statements: dict[str, object]) -> iam.Policy:
    return iam.parse(iam_trees.plain({"Version": "2012-10-17", "Statement": list(statements)}))


def allowed(policy: iam.Policy, key: str, value: str | None) -> Truth:
    request = iam.Request(
        caller=ANN,
        action="sns:Publish",
        resource=text("*"),
        resource_account=text("111111111111"),
        context={} if value is None else {key: (text(value),)},
        closed=True,
    )
    truths = {"Allow": Truth.FALSE, "Deny": Truth.FALSE}
    for each in policy.statements:
        assert isinstance(each.effect, Known)
        truths[each.effect.value] |= applies(each, request, policy, kind=PolicyKind.IDENTITY).truth
    return truths["Allow"] & ~truths["Deny"]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_in_two_forms_agrees_with_decisions_about_its_values(key: str) -> None:
    random = Random(3)  # noqa: S311 - the same policies every time
    answers = dict.fromkeys(Truth, 0)
    for _ in range(PAIRS):
        first = {**statement(random, key), "Effect": "Allow"}
        old = document(first, statement(random, key))
        new = document(*random.choice(([first], [first, statement(random, key)], [statement(random, key)])))
        found = difference([new], [old], kind=Kind.IDENTITY)
        answers[found.truth] += 1
        if found.witness is not None:
            (value,) = found.witness.context.get(key, (None,))
            assert allowed(new, key, value) is Truth.TRUE
            assert allowed(old, key, value) is Truth.FALSE
        elif found.truth is Truth.FALSE:
            for value in (None, *VALUES[key]):
                is_new = allowed(new, key, value) & ~allowed(old, key, value)
                assert is_new is not Truth.TRUE, (new, old, value)
    assert answers[Truth.UNKNOWN] < PAIRS / 6


SOURCE_IP, TIME, FLAG, COUNT = "aws:SourceIp", "aws:CurrentTime", "aws:SecureTransport", "s3:max-keys"


@pytest.mark.parametrize(
    ("key", "new", "old", "expected"),
    [
        ("x:k", ("StringEquals", "5"), ("NumericEquals", "5"), Truth.FALSE),
        # There are other ways to write 5.
        ("x:k", ("NumericEquals", "5"), ("StringEquals", "5"), Truth.UNKNOWN),
        (COUNT, ("NumericEquals", "5"), ("StringEquals", "5"), Truth.UNKNOWN),
        (COUNT, ("NumericLessThan", "5"), ("StringLike", "?"), Truth.TRUE),
        (SOURCE_IP, ("StringLike", "10.1.*"), ("IpAddress", "10.0.0.0/8"), Truth.FALSE),
        (SOURCE_IP, ("StringLike", "10.*"), ("IpAddress", "10.1.0.0/16"), Truth.TRUE),
        (SOURCE_IP, ("StringLike", "10*"), ("IpAddress", "10.0.0.0/8"), Truth.TRUE),
        (SOURCE_IP, ("IpAddress", "10.1.0.0/16"), ("StringLike", "10.1.*"), Truth.FALSE),
        (SOURCE_IP, ("IpAddress", "10.1.2.3"), ("StringEquals", "10.1.2.3"), Truth.FALSE),
        (SOURCE_IP, ("NotIpAddress", "10.0.0.0/8"), ("StringNotLike", "10.*"), Truth.FALSE),
        (SOURCE_IP, ("IpAddress", "2001:db8::/32"), ("StringLike", "2001:*"), Truth.UNKNOWN),
        (TIME, ("StringLike", "2026-*"), ("DateLessThan", "2025-01-01T00:00:00Z"), Truth.TRUE),
        (FLAG, ("Bool", "true"), ("StringEquals", "true"), Truth.FALSE),
        (FLAG, ("StringEquals", "true"), ("Bool", "true"), Truth.FALSE),
        ("x:k", ("StringLike", "arn:aws:s3:::b*"), ("ArnLike", "arn:aws:s3:::b*"), Truth.FALSE),
        ("x:k", ("ArnLike", "arn:aws:s3:::b*"), ("StringLike", "arn:aws:s3:::b*"), Truth.FALSE),
        ("x:k", ("StringLike", "prod*"), ("NumericLessThan", "5"), Truth.TRUE),
    ],
)
def test_a_key_in_two_forms(key: str, new: tuple[str, str], old: tuple[str, str], expected: Truth) -> None:
    def policy(operator: str, value: str) -> iam.Policy:
        condition = {operator: {key: value}}
        return document({"Effect": "Allow", "Action": "sns:*", "Resource": "*", "Condition": condition})

    found = difference([policy(*new)], [policy(*old)])
    assert found.truth is expected
    for why in found.unknowns:
        assert why.detail.startswith(f"{key.lower()} is compared as text and as a")


@pytest.mark.parametrize("operator", ["DateLessThan", "DateNotEquals"])
def test_a_year_is_a_date_or_a_count_of_seconds_and_both_may_be_new(operator: str) -> None:
    year = {operator: {"x:date": "2021"}}
    new = document({"Effect": "Allow", "Action": "sns:Publish", "Resource": "*", "Condition": year})
    more = {**year, "StringEquals": {"x:date": "a"}}
    old = document({"Effect": "Allow", "Action": "sns:Publish", "Resource": "*", "Condition": more})
    assert difference([new], [old]).truth is not Truth.FALSE
    assert difference([old], [new]).truth is Truth.FALSE
