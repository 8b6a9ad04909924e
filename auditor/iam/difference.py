"""What one set of policies allows that another does not: a request that shows it, or the proof that there is none.

A request is allowed when an Allow statement covers it and no Deny statement does. New access is a request of a new
Allow statement, outside of the new Deny statements, that the old Allow statements do not cover or an old Deny does.

Where something is not told the question is asked twice. There certainly is no new access when there is none even if
the gaps of new Allow and old Deny statements hold everything, and those of new Deny and old Allow statements nothing.
There certainly is some when it is there the other way round. Otherwise the answer is unknown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import msgspec

from auditor.iam.automaton import Step
from auditor.iam.elements import Policy
from auditor.iam.reason import untold
from auditor.iam.sets import principals
from auditor.iam.sets.atoms import ANYTHING, Group, made, of_action, of_resource
from auditor.iam.sets.box import Box, Part, boxes, surely
from auditor.iam.sets.checks import ACTION, LIFTED, POSSIBLE, RESOURCE, Test, one_of
from auditor.iam.sets.kind import Kind
from auditor.iam.sets.search import Universe, escape
from auditor.iam.sets.strings import Steps
from auditor.iam.sets.witness import Found, Witness, request_of
from auditor.iam.sets.work import TooMuchError, Work
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

    def __init__(self, policies: Sequence[Policy], kind: Kind, roles: principals.Roles, first: int = 0) -> None:
        self.policies = policies
        self.allows = [
            (number, box) for number, each in enumerate(policies, first) for box in boxes(each, "Allow", kind, roles)
        ]
        self.denies = [box for policy in policies for box in boxes(policy, "Deny", kind, roles)]


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

_ALL_ACTIONS, _RESOURCES = Group((_ACTIONS,)), Group((_RESOURCE, _NO_RESOURCE))

UNIVERSES: Mapping[Kind, Universe] = {
    Kind.IDENTITY: Universe(_ALL_ACTIONS, _RESOURCES, Group(principals.PEOPLE)),
    Kind.RESOURCE: Universe(_ALL_ACTIONS, _RESOURCES, Group(principals.ANYBODY)),
}
"""What requests there are; identity policies are attached to users, roles and their sessions only."""

_Way: TypeAlias = tuple[list[Part], list[Part], int]
"""Boxes that a request is in, boxes that it is in none of, and the number of the policy."""


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
    return _Question(new, old, shared, kind, real=real).answer()


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
        completed = kind is Kind.IDENTITY
        atoms = (of_resource(text(each), variables=False, completed=completed) for each in resources)
        tests[RESOURCE] = (one_of(atoms),)
    return _Question(policies, (), (), kind, real=real, within=Box(tests, doubtful=False, label="")).answer()


class _Mode(NamedTuple):
    """One of the two ways in which a question is asked."""

    ways: Iterator[_Way]
    generic: bool


class _Question:
    """One comparison: the boxes of all sides, what requests there are, and what it may cost."""

    def __init__(
        self,
        new: Sequence[Policy],
        old: Sequence[Policy],
        shared: Sequence[Policy],
        kind: Kind,
        *,
        real: bool,
        within: Box | None = None,
    ) -> None:
        self._policies = (*new, *old, *shared)
        roles = principals.roles_of(self._policies)
        self._new, self._old = _Side(new, kind, roles), _Side(old, kind, roles)
        self._shared = _Side(shared, kind, roles, len(new))
        self._kind, self._real, self._within = kind, real, within
        self._work = Work()
        self._universe = UNIVERSES[kind]
        unusual = principals.unusual(self._policies)
        if unusual:
            everybody = Group((*self._universe.principals.patterns, *unusual))
            self._universe = self._universe._replace(principals=everybody)

    def answer(self) -> Difference:
        """The answer, with a request that was decided again for TRUE."""
        try:
            found, none = self._look(_Mode(self._most(), generic=False))
            if none:
                return Difference(truth=Truth.FALSE)
            if found is None:
                found, _ = self._look(_Mode(self._least(), generic=True))
        except TooMuchError as error:
            why = Unknown(Cause.UNDECIDED, f"the comparison stopped: {error}")
            return Difference(truth=Truth.UNKNOWN, unknowns=(why,))
        return Difference(truth=Truth.UNKNOWN, unknowns=_open_ends(self._policies)) if found is None else found

    def _look(self, mode: _Mode) -> tuple[Difference | None, bool]:
        """A certain answer if there is one, and whether not even a possible one was found."""
        none = True
        for base, cover, where in mode.ways:
            for classes in escape(base, cover, self._universe, self._work, generic=mode.generic, real=self._real):
                none = False
                found = request_of(classes)
                if self._is_new(found):
                    label = base[0].box.label
                    return Difference(truth=Truth.TRUE, witness=found.witness, statement=label, policy=where), none
            if not none and not mode.generic:
                break
        return None, none

    def _is_new(self, found: Found) -> bool:
        self._work.spend(_OF_A_DECISION * sum(len(policy.statements) for policy in self._policies))
        shared = self._shared.policies
        return found.is_new((*self._new.policies, *shared), (*self._old.policies, *shared), self._kind)

    def _most(self) -> Iterator[_Way]:
        """The ways to new access when gaps are filled in its favour."""
        new, old, shared = self._new, self._old, self._shared
        within = [] if self._within is None else [Part(self._within, POSSIBLE)]
        refused = _certain((*new.denies, *shared.denies))
        had = _certain(box for _, box in (*old.allows, *shared.allows))
        same = {box.same for _, box in (*old.allows, *shared.allows)} - {None}
        for where, box in new.allows:
            if box.same not in same:
                yield [Part(box, LIFTED), *within], refused + had, where
        # What both sides share was allowed before, and is refused still.
        still = {box.same for box in (*new.denies, *shared.denies)} - {None}
        gone = [box for box in old.denies if box.same not in still]
        for where, box in (*new.allows, *shared.allows):
            for denied in gone:
                yield [Part(box, LIFTED), Part(denied, POSSIBLE), *within], refused, where

    def _least(self) -> Iterator[_Way]:
        """The ways to new access when gaps are filled against it."""
        new, old, shared = self._new, self._old, self._shared
        within = [] if self._within is None else _certain((self._within,))
        refused = [Part(box, POSSIBLE) for box in (*new.denies, *shared.denies)]
        had = [Part(box, POSSIBLE) for _, box in (*old.allows, *shared.allows)]
        for where, box in new.allows:
            for base in _certain((box,)):
                yield [base, *within], refused + had, where
        for where, box in (*new.allows, *shared.allows):
            for base in _certain((box,)):
                for denied in _certain(old.denies):
                    yield [base, denied, *within], refused, where


_OF_A_DECISION = 4
"""Units of work to decide one statement."""


def _certain(some: Iterable[Box]) -> list[Part]:
    """The boxes as far as they certainly count."""
    return [part for box in some if (part := surely(box)) is not None]


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
