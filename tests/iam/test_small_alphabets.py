"""Over every policy of a small alphabet: an answer is unknown only where fillings disagree."""

import itertools
from collections.abc import Iterator

import pytest
from examples import PROFILE

from auditor import iam
from auditor.iam.difference import difference
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.policy import Document, Entry, Leaf, Mapping, Node, Sequence
from auditor.model.text import text

R1, R2 = "arn:aws:sns:eu-west-1:111111111111:one", "arn:aws:sns:eu-west-1:111111111111:two"
ACTIONS = ("sns:Publish", "*", None)
RESOURCES = (R1, "*", None)
EFFECTS = ("Allow", "Deny", None)
FILLED = {
    "Effect": ("Allow", "Deny"),
    "Action": ("*", "sns:Publish", "nothing"),
    "Resource": ("*", R1, R2, "nowhere"),
}
Row = tuple[str | None, str | None, str | None]
ROWS: tuple[Row, ...] = tuple(itertools.product(EFFECTS, ACTIONS, RESOURCES))


def document(rows: tuple[Row, ...]) -> Document:
    """A document; None is a hole."""

    def node(row: Row, number: int) -> Node:
        leaves = (
            Leaf(text(value if value is not None else Unknown(Cause.NOT_HERE, f"hole {number} {name}")))
            for name, value in zip(FILLED, row, strict=True)
        )
        return Mapping(tuple(Entry(text(name), leaf) for name, leaf in zip(FILLED, leaves, strict=True)))

    statements = Sequence(tuple(node(row, number) for number, row in enumerate(rows)))
    return Document(
        tree=Mapping((Entry(text("Version"), Leaf(text("2012-10-17"))), Entry(text("Statement"), statements)))
    )


def fillings(rows: tuple[Row, ...]) -> Iterator[tuple[Row, ...]]:
    """Every way to fill the holes."""
    choices = [
        (value,) if value is not None else FILLED[name] for row in rows for name, value in zip(FILLED, row, strict=True)
    ]
    for chosen in itertools.product(*choices):
        yield tuple((chosen[at], chosen[at + 1], chosen[at + 2]) for at in range(0, len(chosen), 3))


def decided(rows: tuple[Row, ...]) -> iam.Effect:
    ann = iam.caller(text("arn:aws:iam::111111111111:user/ann"))
    request = iam.Request(
        caller=ann, action="sns:Publish", resource=text(R1), resource_account=text("111111111111"), closed=True
    )
    policies = iam.Policies(identity=(iam.parse(document(rows)),), scp=(), rcp=())
    return iam.evaluate(request, policies).effect


def sampled(size: int, every: int) -> list[tuple[Row, ...]]:
    step = every if PROFILE == "gate" else max(1, every // 20)
    return list(itertools.islice(itertools.product(ROWS, repeat=size), 0, None, step))


@pytest.mark.parametrize(("size", "every"), [(1, 1), (2, 11), (3, 1999)])
def test_a_decision_is_unknown_only_where_fillings_disagree(size: int, every: int) -> None:
    for rows in sampled(size, every):
        if sum(value is None for row in rows for value in row) > 4:
            continue
        possible = {decided(filled) for filled in fillings(rows)}
        expected = possible.pop() if len(possible) == 1 else iam.Effect.UNKNOWN
        assert decided(rows) is expected, rows


def compared(new: tuple[Row, ...], old: tuple[Row, ...]) -> Truth:
    return difference([iam.parse(document(new))], [iam.parse(document(old))]).truth


@pytest.mark.parametrize(("news", "olds", "every"), [(1, 1, 7), (2, 1, 997), (1, 2, 997)])
def test_a_comparison_is_unknown_only_where_fillings_disagree(news: int, olds: int, every: int) -> None:
    for rows in sampled(news + olds, every):
        if sum(value is None for row in rows for value in row) > 3:
            continue
        possible = {compared(filled[:news], filled[news:]) for filled in fillings(rows)}
        expected = possible.pop() if len(possible) == 1 else Truth.UNKNOWN
        assert compared(rows[:news], rows[news:]) is expected, rows
