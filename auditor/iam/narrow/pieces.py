"""What is left of single policies: the same for all principals that have a policy and are narrowed in the same way."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from auditor.iam.document import parse
from auditor.iam.elements import Policy, Statement
from auditor.iam.narrow.granted import granted
from auditor.iam.narrow.names import Names, union
from auditor.iam.narrow.piecewise import covered
from auditor.iam.narrow.plan import Plan
from auditor.iam.narrow.principals import Attached
from auditor.iam.narrow.printing import VERSION, Printed
from auditor.iam.narrow.rewrite import Rewritten, content_of, followed, joined, rewrite
from auditor.iam.narrow.vain import Limits, cut_of
from auditor.model.known import Known
from auditor.model.policy import Document, node_of

_MOST_ROUNDS = 8
"""How often it is looked again for what is in vain; a second time finds it all."""


class Piece(NamedTuple):
    """What is left of one policy, or of several together.

    Attributes:
        made: its statements in JSON.
        parsed: the same as a policy.
        is_covered: whether each of its Allow statements is certainly covered by the policies that it was made of.
        before, after: the actions that these policies and what is left of them grant.
    """

    made: Rewritten
    parsed: Policy
    is_covered: bool
    before: Names
    after: Names


class Pieces:
    """Makes pieces, and keeps those that others will need."""

    def __init__(self) -> None:
        self._granted: dict[int, Names] = {}
        self._found: dict[tuple[object, ...], Piece] = {}

    def of(self, each: Attached, plan: Plan, drop: Limits | None, key: tuple[object, ...] | None) -> Piece:
        """What is left of a policy.

        Args:
            each: the policy.
            plan: what to leave out.
            drop: leave out as well what these cut.
            key: equal for plans that differ in uses only; None where there are no others.

        Raises:
            UntoldError: the policy is not told in full.
        """
        if key is None:
            return _piece(each.policy, plan, drop)
        place = id(each.resource)
        if place not in self._granted:
            self._granted[place] = granted(each.policy)
        about = () if plan.judge is None else plan.judge.about(self._granted[place])
        whole = (place, key, id(drop), about)
        if whole not in self._found:
            self._found[whole] = _piece(each.policy, plan, drop)
        return self._found[whole]


def _piece(policy: Policy, plan: Plan, drop: Limits | None) -> Piece:
    made = rewrite(policy, plan, _cut(policy, drop))
    # What is not changed need not be read again, unless it speaks an old language.
    same = made.same if policy.has_variables else (None,) * len(made.same)
    changed = [printed for printed, statement in zip(made.statements, same, strict=True) if statement is None]
    fresh = _parsed(changed)
    rest = iter(fresh.statements)
    parsed = msgspec.structs.replace(fresh, statements=tuple(each or next(rest) for each in same))
    for _ in range(_MOST_ROUNDS):
        out = _cut(parsed, drop)
        if not out:
            break
        # Confined to fewer resources it may be in vain altogether.
        made = followed(made, rewrite(parsed, plan, out))
        parsed = fresh = _parsed(list(made.statements))
    fits = not fresh.open and all(covered(fresh, each, (policy,)) for each in fresh.statements if each.is_allow)
    return Piece(made, parsed, fits, granted(policy), granted(parsed))


def _cut(policy: Policy, drop: Limits | None) -> tuple[Names, ...]:
    """For each statement the actions that are granted in vain; empty where there are none to leave out."""
    found = () if drop is None else tuple(each.names for each in cut_of(policy, drop))
    return found if any(found) else ()


def _parsed(statements: list[Printed]) -> Policy:
    if not statements:
        return Policy(version=Known(VERSION))
    return parse(Document(tree=node_of({"Version": VERSION, "Statement": statements})))


def together(pieces: Sequence[Piece]) -> Piece:
    """What is left of several policies as one, each statement once."""
    made = joined([piece.made for piece in pieces])
    parsed: dict[bytes, Statement] = {}
    for piece in pieces:
        for printed, statement in zip(piece.made.statements, piece.parsed.statements, strict=True):
            parsed.setdefault(content_of(printed), statement)
    statements = tuple(
        msgspec.structs.replace(parsed[content_of(printed)], index=number)
        for number, printed in enumerate(made.statements, 1)
    )
    return Piece(
        made,
        Policy(version=Known(VERSION), statements=statements),
        all(piece.is_covered for piece in pieces),
        union(piece.before for piece in pieces),
        union(piece.after for piece in pieces),
    )
