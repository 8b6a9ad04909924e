"""Comparing strings of which parts are not told: true or false only if so for every filling."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.known import Cause, Truth, Unknown
from auditor.model.text import Symbol, Text, join, text

HOLE = Unknown(Cause.NOT_HERE, "parameter Name")
A = Symbol("A.Name", "one.yaml")
B = Symbol("B.Name", "one.yaml")


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (text("orders"), text("orders"), Truth.TRUE),
        (text("orders"), text("Orders"), Truth.FALSE),
        (text("x-", A), text("x-", A), Truth.TRUE),
        (text("x-", A), text("x-", B), Truth.UNKNOWN),
        (text(A), text(Symbol("A.Name", "two.yaml")), Truth.UNKNOWN),
        (text("x-", HOLE), text("x-", HOLE), Truth.UNKNOWN),
        (text("x-", HOLE), text("y-", HOLE), Truth.FALSE),
        (text(HOLE, "-x"), text(HOLE, "-y"), Truth.FALSE),
        (text("x-", A, ":1"), text("x-", A, ":2"), Truth.FALSE),
        (text("x-", A), text("x-orders"), Truth.UNKNOWN),
        (text("x-", A), text("y-orders"), Truth.FALSE),
        (text(A), text("a:b"), Truth.FALSE),
        (text(HOLE), text("a:b"), Truth.UNKNOWN),
        (text(Symbol("account")), text("123456789012"), Truth.UNKNOWN),
        (text(Symbol("account")), text("12345"), Truth.FALSE),
        (text(Symbol("region")), text("eu-west-1"), Truth.UNKNOWN),
        (text(Symbol("partition")), text("aws-cn"), Truth.UNKNOWN),
        (text("a", A), text("a"), Truth.UNKNOWN),
        (text(), text(), Truth.TRUE),
    ],
)
def test_equals(left: Text, right: Text, expected: Truth) -> None:
    assert left.equals(right) is expected
    assert right.equals(left) is expected


def test_literals_are_joined_and_shown() -> None:
    written = text("a", "", text("b", A), HOLE)

    assert written.parts == ("ab", A, HOLE)
    assert str(written) == "ab{A.Name}{?}"
    assert written.literal is None
    assert text("a", "b").literal == "ab"
    assert text().literal == ""
    assert not written.is_exact


def test_ends() -> None:
    assert text("alias/", A).startswith("alias/") is Truth.TRUE
    assert text("ali", A).startswith("alias/") is Truth.UNKNOWN
    assert text("x", A).startswith("alias/") is Truth.FALSE
    assert text(A, ".fifo").endswith(".fifo") is Truth.TRUE
    assert text(A).endswith(".fifo") is Truth.UNKNOWN
    assert text("fo").endswith(".fifo") is Truth.FALSE


def test_split() -> None:
    written = text("arn:", Symbol("partition"), ":sns:", Symbol("region"), ":1:", A, ":sub")

    assert written.split(":", 5) == (
        text("arn"),
        text(Symbol("partition")),
        text("sns"),
        text(Symbol("region")),
        text("1"),
        text(A, ":sub"),
    )
    assert text("arn:", HOLE, ":x").split(":", 5) is None
    assert text("a:", HOLE).split(":", 1) == (text("a"), text(HOLE))


def test_join() -> None:
    assert join("/", [text("a"), text(A), text("b")]) == text("a/", A, "/b")


parts = st.lists(st.one_of(st.sampled_from(["a", "b", "ab", ":"]), st.sampled_from([A, B, HOLE])), max_size=4)
fillings = st.sampled_from(["", "a", "b", "ab"])


@given(parts, parts, st.data())
def test_an_answer_holds_for_every_filling(left: list[object], right: list[object], data: st.DataObject) -> None:
    symbols = {A: data.draw(fillings), B: data.draw(fillings)}

    def fill(pieces: list[object]) -> str:
        return "".join(p if isinstance(p, str) else symbols[p] if p in symbols else data.draw(fillings) for p in pieces)

    answer = text(*left).equals(text(*right))
    same = fill(left) == fill(right)
    assert answer is Truth.UNKNOWN or answer is Truth.of(same)


@given(parts, st.text(alphabet="ab:", max_size=3), st.data())
def test_a_beginning_holds_for_every_filling(pieces: list[object], prefix: str, data: st.DataObject) -> None:
    filled = "".join(p if isinstance(p, str) else data.draw(fillings) for p in pieces)
    answer = text(*pieces).startswith(prefix)

    assert answer is Truth.UNKNOWN or answer is Truth.of(filled.startswith(prefix))


@given(
    st.lists(st.sampled_from(["a", "b", ":", "-1", HOLE, A, Symbol("account"), Symbol("region")]), max_size=6),
    st.data(),
)
def test_a_text_can_be_what_its_parts_can_be(made: list[str | Symbol | Unknown], data: st.DataObject) -> None:
    shapes = {"account": r"\d{12}", "region": r"[a-z]{2,}(?:-[a-z]+)+-\d+"}
    pattern = "".join(
        re.escape(part) if isinstance(part, str) else "(?s:.*)" if part is HOLE else shapes.get(part.name, "[^:]*")
        for part in made
    )
    literal = "".join(data.draw(st.lists(st.sampled_from(["a", "b", ":", "-1", "1" * 12, "aa-bb-1"]), max_size=6)))
    expected = Truth.UNKNOWN if re.fullmatch(pattern, literal) else Truth.FALSE
    if text(*made).literal is None:
        assert text(*made).equals(text(literal)) is expected


def test_a_text_of_many_holes_is_compared_in_time_that_grows_with_its_length() -> None:
    written = text(*[HOLE, "a"] * 200, "c")
    assert written.equals(text("a" * 2000 + "b" + "c")) is Truth.FALSE
    assert written.equals(text("a" * 2000 + "c")) is Truth.UNKNOWN
    assert text(*[Symbol("url_suffix"), A] * 50, ":").equals(text("a" * 1000)) is Truth.FALSE


@pytest.mark.parametrize(
    ("written", "may_be"),
    [
        ("shop-Orders-1A2B3C4D5E6F", True),
        ("shop-Orders-mh8Yk2vQ3jUX.fifo", True),
        ("orders", False),
        ("the-orders", False),
        ("shop:Orders-1A2B3C4D5E6F", False),
    ],
)
def test_a_name_that_the_deployment_makes_up_ends_in_random_characters(written: str, *, may_be: bool) -> None:
    made_up = text(Symbol("Orders.TopicName", "a.yaml", generated=True))
    assert made_up.equals(written) is (Truth.UNKNOWN if may_be else Truth.FALSE)


def test_what_follows_a_made_up_name_counts() -> None:
    made_up = Symbol("Orders.TopicName", "a.yaml", generated=True)
    assert text(made_up, "x").equals("shop-Orders-1A2B3C4D5E6Fx") is Truth.UNKNOWN
    assert text(made_up, ":live").equals("shop-Orders-1A2B3C4D5E6F") is Truth.FALSE
    assert text("a", made_up).equals(text("b", Symbol("Untold"))) is Truth.FALSE


def test_a_very_long_string_is_compared_by_its_ends_only() -> None:
    inside = text("a", Symbol("Untold"), "m", Symbol("Other"), "z")
    assert inside.equals("a" + "m" * 5000 + "z") is Truth.UNKNOWN
    assert inside.equals("a" + "n" * 5000 + "z") is Truth.UNKNOWN
    assert inside.equals("a" + "n" * 4000 + "z") is Truth.FALSE
    assert inside.equals("a" + "m" * 5000) is Truth.FALSE
