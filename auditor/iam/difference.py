"""What one set of policies allows that another does not: a request that shows it, or the proof that there is none.

A request is allowed when an Allow statement covers it and no Deny statement does. New access is a request of a new
Allow statement, outside of the new Deny statements, that the old Allow statements do not cover or an old Deny does.

Where something is not told the question is asked twice. There certainly is no new access when there is none even if
the gaps of new Allow and old Deny statements hold everything, and those of new Deny and old Allow statements nothing.
There certainly is some when it is there the other way round. Otherwise the answer is unknown.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import msgspec

from auditor.iam.automaton import Step
from auditor.iam.elements import Policy
from auditor.iam.reason import untold
from auditor.iam.sets import principals
from auditor.iam.sets.atoms import ANYTHING, made, of_action, of_resource
from auditor.iam.sets.box import ACTION, RESOURCE, Box, Part, boxes, surely
from auditor.iam.sets.checks import CERTAIN, LIFTED, POSSIBLE, Test, one_of
from auditor.iam.sets.kind import Kind
from auditor.iam.sets.search import Found, Universe, escape
from auditor.iam.sets.strings import Steps, TooMuchError
from auditor.iam.sets.witness import Witness, witness
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.text import text

__all__ = ["Difference", "Kind", "Witness", "difference", "granted"]


class Difference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer of a comparison.

    Attributes:
        truth: TRUE when there is new access, FALSE when there certainly is none.
        witness: for TRUE, a request that is allowed now and was not.
        statement: for TRUE, the new statement that allows it: Sid or ``#<index>``.
        policy: its policy, counted from 0.
        unknowns: for UNKNOWN, what decides.
    """

    truth: Truth
    witness: Witness | None = None
    statement: str = ""
    policy: int = 0
    unknowns: tuple[Unknown, ...] = ()


class _Side:
    """The statements of one side, by effect."""

    def __init__(self, policies: Sequence[Policy], kind: Kind, shared: Sequence[Policy] = ()) -> None:
        self.allows = _numbered(policies, kind)
        self.denies = [box for policy in policies for box in boxes(policy, "Deny", kind)]
        self.shared_allows = _numbered(shared, kind, len(policies))
        self.shared_denies = [box for policy in shared for box in boxes(policy, "Deny", kind)]

    @property
    def all(self) -> Iterator[Box]:
        """Every statement."""
        yield from (box for _, box in (*self.allows, *self.shared_allows))
        yield from (*self.denies, *self.shared_denies)


def _numbered(policies: Sequence[Policy], kind: Kind, first: int = 0) -> list[tuple[int, Box]]:
    return [(number, box) for number, each in enumerate(policies, first) for box in boxes(each, "Allow", kind)]


_WORD = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_ACTIONS: Steps = (Step(_WORD), Step(_WORD, loop=True), Step(frozenset(":")), Step(_WORD), Step(_WORD, loop=True))
_SEGMENT = Step(loop=True, colon=False)
_COLON: Steps = made((":",)).certain or ()
_RESOURCE: Steps = (
    *(made(("arn:",)).certain or ()),
    *(_SEGMENT, *_COLON) * 4,
    *ANYTHING,
)
_NO_RESOURCE: Steps = made(("*",)).certain or ()

UNIVERSES: Mapping[Kind, Universe] = {
    Kind.IDENTITY: Universe((_ACTIONS,), (_RESOURCE, _NO_RESOURCE), principals.PEOPLE),
    Kind.RESOURCE: Universe((_ACTIONS,), (_RESOURCE, _NO_RESOURCE), principals.ANYBODY),
}
"""What requests there are; identity policies are attached to users, roles and their sessions only."""

_Way: TypeAlias = tuple[list[Part], list[Part], int]


def difference(
    new: Sequence[Policy],
    old: Sequence[Policy],
    *,
    kind: Kind = Kind.IDENTITY,
    real: bool = False,
    shared: Sequence[Policy] = (),
) -> Difference:
    """Whether the new policies, taken together, allow a request that the old ones do not.

    Args:
        new: policies of one principal, or of one resource.
        old: those that stand in their place today.
        kind: whether statements name principals.
        real: only requests of actions that the action database has, on the resource types that they take.
        shared: more policies of both sides; what is not told in them is the same in both.

    Returns:
        The answer for every filling of symbols and holes. UNKNOWN also where the comparison takes more work than the
        engine takes on, with cause UNDECIDED.
    """
    return _asked(_Side(new, kind, shared), _Side(old, kind), (*new, *old, *shared), kind, None, real=real)


def granted(
    policies: Sequence[Policy],
    *,
    actions: Sequence[str] = (),
    resources: Sequence[str] = (),
    kind: Kind = Kind.IDENTITY,
    real: bool = False,
) -> Difference:
    """Whether policies allow anything of what some patterns name.

    Args:
        policies: of one principal, or of one resource.
        actions: patterns as in Action; none for every action.
        resources: patterns as in Resource; none for every resource.
        kind: whether statements name principals.
        real: only requests of actions that the action database has, on the resource types that they take.
    """
    tests: dict[str, Test] = {}
    if actions:
        tests[ACTION] = (one_of(of_action(text(each)) for each in actions),)
    if resources:
        tests[RESOURCE] = (one_of(of_resource(text(each), variables=False) for each in resources),)
    within = Part(Box(tests, doubtful=False, label=""), CERTAIN)
    return _asked(_Side(policies, kind), _Side((), kind), policies, kind, within, real=real)


def _asked(
    ours: _Side, theirs: _Side, policies: Sequence[Policy], kind: Kind, within: Part | None, *, real: bool
) -> Difference:
    universe = UNIVERSES[kind]
    if not principals.are_usual(policies):
        universe = universe._replace(principals=universe.principals + principals.OTHERS)
    asked = _Asked(universe, within, real)
    try:
        found = _first(_most(ours, theirs), asked, generic=False)
        if found is None:
            return Difference(truth=Truth.FALSE)
        if not _plain(ours, theirs):
            found = _first(_least(ours, theirs), asked, generic=True)
    except TooMuchError as error:
        return Difference(truth=Truth.UNKNOWN, unknowns=(Unknown(Cause.UNDECIDED, f"the comparison stopped: {error}"),))
    if found is None:
        return Difference(truth=Truth.UNKNOWN, unknowns=_open_ends(policies))
    where, label, classes = found
    return Difference(truth=Truth.TRUE, witness=witness(classes), statement=label, policy=where)


class _Asked(NamedTuple):
    """What requests a question is about."""

    universe: Universe
    within: Part | None
    real: bool


def _first(ways: Iterator[_Way], asked: _Asked, *, generic: bool) -> tuple[int, str, Found] | None:
    for base, cover, where in ways:
        inside = base if asked.within is None else [*base, asked.within]
        found = escape(inside, cover, asked.universe, generic=generic, real=asked.real)
        if found is not None:
            return where, base[0].box.label, found
    return None


def _most(new: _Side, old: _Side) -> Iterator[_Way]:
    """The ways to new access when gaps are filled in its favour."""
    refused = [part for box in (*new.denies, *new.shared_denies) if (part := surely(box)) is not None]
    had = [part for _, box in (*old.allows, *new.shared_allows) if (part := surely(box)) is not None]
    kept = [part.box.tests for part in had if _is_told(part.box)]
    for where, box in new.allows:
        if not (_is_told(box) and box.tests in kept):
            yield [Part(box, LIFTED)], refused + had, where
    # What both sides share was allowed before, and is refused still.
    for where, box in (*new.allows, *new.shared_allows):
        for denied in old.denies:
            yield [Part(box, LIFTED), Part(denied, POSSIBLE)], refused, where


def _least(new: _Side, old: _Side) -> Iterator[_Way]:
    """The ways to new access when gaps are filled against it."""
    refused = [Part(box, POSSIBLE) for box in (*new.denies, *new.shared_denies)]
    had = [Part(box, POSSIBLE) for _, box in (*old.allows, *new.shared_allows)]
    for where, box in new.allows:
        base = surely(box)
        if base is not None:
            yield [base], refused + had, where
    for where, box in (*new.allows, *new.shared_allows):
        base = surely(box)
        for denied in old.denies:
            part = surely(denied)
            if base is not None and part is not None:
                yield [base, part], refused, where


def _is_told(box: Box) -> bool:
    """Whether it holds no gap, so that the same statement elsewhere is the same set."""
    return not box.doubtful and all(
        atom.certain is not None or atom.possible is None
        for test in box.tests.values()
        for check in test
        for atom in check.atoms
    )


def _plain(*sides: _Side) -> bool:
    """Whether there is but one way to read everything."""
    return all(
        not box.doubtful
        and all(
            atom.compare is None and atom.is_plain()
            for test in box.tests.values()
            for check in test
            for atom in check.atoms
        )
        for side in sides
        for box in side.all
    )


def _open_ends(policies: Sequence[Policy]) -> tuple[Unknown, ...]:
    """What is not told in policies."""
    found: list[Unknown] = []
    for policy in policies:
        found.extend(policy.open)
        for statement in policy.statements:
            if statement.unusable is not None:
                found.append(statement.unusable)
            if statement.open is not None:
                found.append(statement.open)
            for patterns in (statement.actions, statement.not_actions, statement.resources, statement.not_resources):
                if patterns is not None:
                    found.extend(untold(*patterns.items))
                    found.extend(() if patterns.open is None else (patterns.open,))
            for named in (statement.principals, statement.not_principals):
                if named is not None:
                    found.extend(untold(*(each.value for each in named.items)))
                    found.extend(() if named.open is None else (named.open,))
            for condition in statement.conditions:
                found.extend(untold(condition.key, *condition.values))
                found.extend(() if condition.open is None else (condition.open,))
    return tuple(dict.fromkeys(found)) or (
        Unknown(Cause.UNDECIDED, "AWS does not document a condition of the policies"),
    )
