"""What is left of single policies: the same for all principals that have a policy and are narrowed in the same way."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from auditor.iam.document import parse
from auditor.iam.elements import Policy, Statement
from auditor.iam.narrow.excess import names_of
from auditor.iam.narrow.names import NOTHING, Names
from auditor.iam.narrow.piecewise import covered, is_allow
from auditor.iam.narrow.principals import Attached
from auditor.iam.narrow.printing import VERSION
from auditor.iam.narrow.rewrite import Plan, Rewritten, joined, rewrite
from auditor.model.known import Known
from auditor.model.policy import Document, node_of


class Piece(NamedTuple):
    """What is left of one policy.

    Attributes:
        made: its statements in JSON.
        parsed: the same as a policy.
        is_covered: whether each of its Allow statements is certainly covered by the policy that it was made of.
    """

    made: Rewritten
    parsed: Policy
    is_covered: bool


class Whole(NamedTuple):
    """What is left of all policies of a principal; see `Piece`."""

    made: Rewritten
    parsed: Policy
    is_covered: bool


class Pieces:
    """Makes pieces, and keeps those that others will need."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, int, tuple[Names, ...]], tuple[Plan, Piece]] = {}

    def of(self, each: Attached, plan: Plan, vain: tuple[Names, ...], *, shared: bool) -> Piece:
        """What is left of a policy.

        Args:
            each: the policy.
            plan: what to leave out.
            vain: for each statement actions to leave out as well; empty for none.
            shared: whether other principals have this plan.

        Raises:
            UntoldError: the policy is not told in full.
        """
        if not shared:
            return _piece(each.policy, plan, vain)
        key = (id(each.resource), id(plan), vain)
        found = self._found.get(key)
        if found is None:
            # The plan is kept so that no other one gets its id.
            found = self._found[key] = (plan, _piece(each.policy, plan, vain))
        return found[1]


def _piece(policy: Policy, plan: Plan, vain: tuple[Names, ...]) -> Piece:
    made = rewrite(policy, plan, vain)
    parsed = parse(Document(tree=node_of(made.document))) if made.statements else Policy(version=Known(VERSION))
    fits = not parsed.open and all(covered(parsed, each, (policy,)) for each in parsed.statements if is_allow(each))
    return Piece(made, parsed, fits)


def together(pieces: Sequence[Piece]) -> Whole:
    """One policy of several pieces, each statement once."""
    made = joined([piece.made for piece in pieces])
    if len(pieces) == 1:
        return Whole(made, pieces[0].parsed, pieces[0].is_covered)
    statements: list[Statement] = []
    kept = iter(made.statements)
    wanted = next(kept, None)
    for piece in pieces:
        for printed, statement in zip(piece.made.statements, piece.parsed.statements, strict=True):
            if wanted is not None and _content(printed) == _content(wanted):
                statements.append(msgspec.structs.replace(statement, index=len(statements) + 1))
                wanted = next(kept, None)
    parsed = Policy(version=Known(VERSION), statements=tuple(statements))
    return Whole(made, parsed, all(piece.is_covered for piece in pieces))


def _content(statement: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in statement.items() if name != "Sid"}


def granted(policy: Policy) -> Names:
    """The actions that the Allow statements of a policy are about."""
    found = NOTHING
    for statement in policy.statements:
        if is_allow(statement):
            found |= names_of(statement)
    return found
