"""Values that may be unknown never pass for a truth value."""

import itertools

import msgspec
import pytest

from auditor.model.known import Cause, Known, Truth, Unknown, Value, all_of, any_of, truth, unknowns
from auditor.model.origin import API, DEFAULT, Location, Origin


@pytest.mark.parametrize("value", [Known(value=True), Unknown(Cause.DENIED), Truth.FALSE])
def test_no_truth_value(value: object) -> None:
    with pytest.raises(TypeError, match="has no truth value"):
        bool(value)


def test_origin_takes_no_part_in_equality() -> None:
    here = Origin(location=Location("a.yaml", 3))

    assert Known(1, here) == Known(1, API)
    assert len({Known(1, here), Known(1, DEFAULT)}) == 1
    assert Unknown(Cause.DENIED, "x", here) == Unknown(Cause.DENIED, "x")
    assert Unknown(Cause.NOT_HERE, "parameter A") != Unknown(Cause.NOT_HERE, "parameter B")
    assert Known(1) != Unknown(Cause.DENIED)


def test_not_equal_is_the_opposite_of_equal() -> None:
    here = Origin(location=Location("a.yaml", 3))
    assert not Known("NONE", here) != Known("NONE")  # noqa: SIM202 - the operator is what is tested
    assert Known("NONE") != Known("PRO")
    assert not Unknown(Cause.DENIED, "x", here) != Unknown(Cause.DENIED, "x")  # noqa: SIM202 - same
    assert Unknown(Cause.DENIED, "x") != Unknown(Cause.FAILED, "x")
    assert Known("x") != Unknown(Cause.DENIED, "x")


def test_kleene_logic_agrees_with_every_filling() -> None:
    plain = {Truth.TRUE: [True], Truth.FALSE: [False], Truth.UNKNOWN: [True, False]}
    for a, b in itertools.product(Truth, repeat=2):
        fillings = list(itertools.product(plain[a], plain[b]))
        for combined, outcome in (
            (a & b, {x and y for x, y in fillings}),
            (a | b, {x or y for x, y in fillings}),
            (~a, {not x for x, _ in fillings}),
        ):
            expected = Truth.UNKNOWN if len(outcome) > 1 else Truth.of(outcome.pop())
            assert combined is expected


def test_any_and_all_of_nothing() -> None:
    assert any_of([]) is Truth.FALSE
    assert all_of([]) is Truth.TRUE
    assert any_of([Truth.UNKNOWN, Truth.TRUE]) is Truth.TRUE
    assert all_of([Truth.UNKNOWN, Truth.FALSE]) is Truth.FALSE


def test_truth_and_unknowns() -> None:
    denied = Unknown(Cause.DENIED, "sns:GetTopicAttributes")

    assert truth(Known(value=False)) is Truth.FALSE
    assert truth(denied) is Truth.UNKNOWN
    assert unknowns(Known(1), denied, denied) == (denied,)


def test_encoding_is_lossless() -> None:
    for value in (
        Known(None, DEFAULT),
        Known("x", Origin(location=Location("a", 1, 2, "/p"))),
        Unknown(Cause.LIMIT, "d"),
    ):
        back = msgspec.json.decode(msgspec.json.encode(value), type=Value[str | None])

        assert back == value
        assert back.origin == value.origin


def test_what_makes_an_audit_incomplete() -> None:
    assert {cause for cause in Cause if cause.makes_incomplete} == {Cause.DENIED, Cause.FAILED, Cause.LIMIT}
