from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.iam.wildcard import glob, glob_of
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.text import Part, Symbol, Text, text

HOLE = Unknown(Cause.NOT_HERE, "a parameter")
ACCOUNT = Symbol("account")
REGION = Symbol("region")
PARTITION = Symbol("partition")
NAME = Symbol("Orders.TopicName")
patterns = st.text("ab*?", max_size=7)
subjects = st.text("ab", max_size=7)


def naive(pattern: str, subject: str) -> bool:
    """The meaning, letter by letter."""

    @cache
    def at(i: int, j: int) -> bool:
        if i == len(pattern):
            return j == len(subject)
        if pattern[i] == "*":
            return at(i + 1, j) or (j < len(subject) and at(i, j + 1))
        return j < len(subject) and pattern[i] in {"?", subject[j]} and at(i + 1, j + 1)

    return at(0, 0)


@given(patterns, subjects)
def test_plain_patterns_mean_what_they_say(pattern: str, subject: str) -> None:
    assert glob(text(pattern)).matches(text(subject)) is Truth.of(naive(pattern, subject))


@given(patterns, subjects)
def test_the_automata_agree_with_cutting_at_stars(pattern: str, subject: str) -> None:
    made = glob(text(pattern))
    parts = text(subject).parts
    assert made._run_certain(parts) is naive(pattern, subject)
    assert made._run_possible(parts) is naive(pattern, subject)


FILLINGS = {"account": ("111111111111", "222222222222"), "x": ("", "a", "b", "ab", "*")}
mixed = st.lists(
    st.one_of(
        st.sampled_from(("a", "b", "*", "?", "1", "111111111111")), st.sampled_from((ACCOUNT, Symbol("x"), HOLE))
    ),
    max_size=4,
).map(lambda parts: text(*parts))


def fillings(written: Text, account: str, x: str) -> list[str]:
    """Some strings that a text can be, under one value for each symbol."""
    found = [""]
    for part in written.parts:
        match part:
            case str():
                found = [each + part for each in found]
            case Symbol(name=name):
                found = [each + (account if name == "account" else x) for each in found]
            case _:
                found = [each + hole for each in found for hole in ("", "a", "*", "a?b")]
    return found


@given(mixed, mixed)
def test_an_answer_about_symbols_and_holes_holds_for_every_filling(pattern: Text, subject: Text) -> None:
    answer = glob(pattern).matches(subject)
    for account in FILLINGS["account"]:
        for x in FILLINGS["x"]:
            for filled in fillings(pattern, account, x):
                for value in fillings(subject, account, x):
                    if answer is not Truth.UNKNOWN:
                        assert naive(filled, value) is (answer is Truth.TRUE), (filled, value)


@given(patterns, patterns)
def test_a_pattern_that_covers_another_matches_all_of_it(one: str, two: str) -> None:
    covers = glob(text(one)).covers(glob(text(two)))
    overlaps = glob(text(one)).overlaps(glob(text(two)))
    # A letter that no pattern holds stands for all the others.
    strings = [
        two.replace("*", star).replace("?", mark) for star in ("", "c", "cc", "ab", "ba") for mark in ("c", "a", "b")
    ]
    assert (covers is Truth.TRUE) <= all(naive(one, each) for each in strings)
    if covers is Truth.FALSE and one.count("?") == 0:
        assert not all(naive(one, each) for each in strings)
    assert any(naive(one, each) for each in strings) <= (overlaps is Truth.TRUE)


@pytest.mark.parametrize(
    ("pattern", "subject", "expected"),
    [
        (text("*"), text(HOLE), Truth.TRUE),
        (text("a*"), text("a", HOLE), Truth.TRUE),
        (text("b*"), text("a", HOLE), Truth.FALSE),
        (text("a?"), text("a", HOLE), Truth.UNKNOWN),
        (text(HOLE), text("a"), Truth.UNKNOWN),
        (text("a", HOLE), text("ba"), Truth.FALSE),
        (text(ACCOUNT), text(ACCOUNT), Truth.TRUE),
        (text(ACCOUNT, ":*"), text(ACCOUNT, ":orders"), Truth.TRUE),
        (text(ACCOUNT), text(Symbol("account", "other")), Truth.UNKNOWN),
        (text(ACCOUNT), text("111111111111"), Truth.UNKNOWN),
        (text(ACCOUNT), text("11111111111"), Truth.FALSE),
        (text(ACCOUNT), text("orders"), Truth.FALSE),
        (text("1111????????"), text(ACCOUNT), Truth.UNKNOWN),
        (text("22*"), text(ACCOUNT), Truth.UNKNOWN),
        (text("a*"), text(ACCOUNT), Truth.FALSE),
        (text(REGION), text("eu-west-1"), Truth.UNKNOWN),
        (text(REGION), text("EU"), Truth.FALSE),
        (text("aws"), text(PARTITION), Truth.UNKNOWN),
        (text("gcp"), text(PARTITION), Truth.FALSE),
        (text("aws-*"), text(PARTITION), Truth.UNKNOWN),
        (text(NAME), text("a:b"), Truth.UNKNOWN),
        (text("a:b"), text(NAME), Truth.FALSE),
        (text(NAME, "-a"), text(NAME, "-b"), Truth.FALSE),
        (text("?"), text("*"), Truth.TRUE),
        (text("*?"), text("a"), Truth.TRUE),
        (text("[a]"), text("a"), Truth.FALSE),
        (text("a.c"), text("abc"), Truth.FALSE),
        (text("a?c"), text("a\nc"), Truth.TRUE),
    ],
)
def test_symbols_and_holes(pattern: Text, subject: Text, expected: Truth) -> None:
    assert glob(pattern).matches(subject) is expected


def test_case_counts_unless_folded() -> None:
    assert glob(text("SNS:Pub*")).matches(text("sns:publish")) is Truth.FALSE
    assert glob(text("SNS:Pub*"), fold=True).matches(text("sns:PUBLISH")) is Truth.TRUE


def test_a_star_can_be_a_plain_character() -> None:
    escaped = glob_of(("a", "*", "b"))
    assert escaped.literal == "a*b"
    assert escaped.matches(text("a*b")) is Truth.TRUE
    assert escaped.matches(text("axb")) is Truth.FALSE


@pytest.mark.parametrize(
    ("one", "two", "covers", "overlaps"),
    [
        ("sns:*", "sns:Pub*", Truth.TRUE, Truth.TRUE),
        ("sns:Pub*", "sns:*", Truth.FALSE, Truth.TRUE),
        ("sns:*", "ses:*", Truth.FALSE, Truth.FALSE),
        ("s3:Get?", "s3:Get*", Truth.FALSE, Truth.TRUE),
        ("a*?", "a?*", Truth.TRUE, Truth.TRUE),
        ("*a*", "*b*", Truth.FALSE, Truth.TRUE),
        ("", "a", Truth.FALSE, Truth.FALSE),
    ],
)
def test_patterns_against_patterns(one: str, two: str, covers: Truth, overlaps: Truth) -> None:
    assert glob(text(one)).covers(glob(text(two))) is covers
    assert glob(text(one)).overlaps(glob(text(two))) is overlaps


def test_coverage_with_what_is_not_told() -> None:
    every = glob(text("ses:*"))
    parts: tuple[Part, ...] = ("ses:", HOLE)
    assert glob(text(*parts)).covers(every) is Truth.UNKNOWN
    assert glob(text("ses:Send", HOLE)).covers(every) is Truth.FALSE
    assert every.covers(glob(text("ses:Send", HOLE))) is Truth.TRUE
    assert glob(text("sns:*")).covers(glob(text("ses:Send", HOLE))) is Truth.FALSE


@pytest.mark.parametrize(
    "pattern",
    [
        text("a*" * 32_768 + "b"),
        text("*?" + "a" * 32_000 + "b*?c"),
        text("?" * 32_000 + "*" + "?" * 32_000 + "b"),
    ],
)
def test_hostile_patterns_are_answered(pattern: Text) -> None:
    assert glob(pattern).matches(text("a" * 65_536)) is Truth.FALSE


def test_hostile_patterns_with_symbols_are_answered() -> None:
    assert glob(text("a*" * 4_096 + "b", ACCOUNT)).matches(text("a" * 16_384)) is Truth.FALSE
