"""Comparisons that are not told whether policies are of a principal or of a resource."""

from collections.abc import Mapping as MappingOf

import iam_trees
import pytest

from auditor import iam
from auditor.iam.difference import Difference, Kind, difference
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.policy import Document, Entry, Leaf, Mapping, Sequence
from auditor.model.text import text

ORDERS = "arn:aws:sns:eu-west-1:111111111111:orders"
HOLE = Unknown(Cause.NOT_HERE, "a parameter")
MIXED = "some policies name principals and others do not"
GAP = iam.parse(
    Document(
        tree=Mapping((Entry(text("Version"), Leaf(text("2012-10-17"))), Entry(text("Statement"), Leaf(text(HOLE)))))
    )
)
EMPTY = iam.parse(Document(tree=Mapping((Entry(text("Statement"), Sequence(())),))))


def policy(**more: object) -> iam.Policy:
    statement: MappingOf[str, object] = {"Effect": "Allow", "Action": "sns:Publish", "Resource": ORDERS, **more}
    return iam.parse(iam_trees.plain({"Version": "2012-10-17", "Statement": [statement]}))


OF_A_PRINCIPAL, WIDER = policy(), policy(Resource="*")
OF_A_RESOURCE, OPEN = policy(Principal={"AWS": "111111111111"}), policy(Principal="*")
ALL_BUT = policy(NotPrincipal={"AWS": "111111111111"})


@pytest.mark.parametrize(
    ("new", "old", "kind"),
    [
        (OF_A_PRINCIPAL, WIDER, Kind.IDENTITY),
        (WIDER, OF_A_PRINCIPAL, Kind.IDENTITY),
        (OPEN, OF_A_RESOURCE, Kind.RESOURCE),
        (OF_A_RESOURCE, OPEN, Kind.RESOURCE),
        (ALL_BUT, OPEN, Kind.RESOURCE),
        (OPEN, EMPTY, Kind.RESOURCE),
        (EMPTY, WIDER, Kind.IDENTITY),
        (OPEN, GAP, Kind.RESOURCE),
    ],
)
def test_policies_say_themselves_of_what_kind_they_are(new: iam.Policy, old: iam.Policy, kind: Kind) -> None:
    assert difference([new], [old]) == difference([new], [old], kind=kind)


def test_policies_of_either_kind_are_answered_where_both_answers_agree() -> None:
    assert difference([EMPTY], [EMPTY]) == Difference(truth=Truth.FALSE)
    assert difference([EMPTY], [GAP]) == Difference(truth=Truth.FALSE)
    assert difference([GAP], [EMPTY]).truth is Truth.UNKNOWN
    assert difference([GAP], [GAP]).truth is Truth.UNKNOWN


@pytest.mark.parametrize(("new", "old"), [(OPEN, WIDER), (WIDER, OPEN), (OF_A_PRINCIPAL, OPEN)])
def test_policies_of_different_kinds_are_not_compared(new: iam.Policy, old: iam.Policy) -> None:
    for found in (difference([new], [old]), difference([new], [], shared=[old])):
        assert found.truth is Truth.UNKNOWN
        (why,) = found.unknowns
        assert why.cause is Cause.UNDECIDED
        assert why.detail.startswith(MIXED)


def test_a_statement_that_does_not_fit_the_kind_is_what_decides() -> None:
    found = difference([WIDER], [OF_A_RESOURCE], kind=Kind.RESOURCE)
    assert [why.detail for why in found.unknowns] == [
        "statement #1 names no principal, and is compared as one of a policy of a resource"
    ]
    found = difference([OPEN], [OF_A_PRINCIPAL], kind=Kind.IDENTITY)
    assert [why.detail for why in found.unknowns] == [
        "statement #1 names a principal, and is compared as one of a policy of a principal"
    ]
