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
from auditor.iam.elements import Named, Patterns, Policy, Principals, Statement
from auditor.iam.sets import principals
from auditor.iam.sets.atoms import ANYTHING, Variables, WildType, made
from auditor.iam.sets.box import Box, Manner, Part, boxes, surely
from auditor.iam.sets.checks import LIFTED, POSSIBLE
from auditor.iam.sets.contents import (
    MIXED,
    doubtful_resources,
    keys_of,
    kinds_of,
    length_of,
    misfits_of,
    open_ends,
    variables_of,
)
from auditor.iam.sets.kind import Kind
from auditor.iam.sets.readings import Group
from auditor.iam.sets.search import Classes, Universe, escape
from auditor.iam.sets.sift import Cover, chunks
from auditor.iam.sets.strings import Steps
from auditor.iam.sets.witness import SOMEBODY, Found, Witness, request_of
from auditor.iam.sets.work import TooMuchError, Work
from auditor.model.known import Cause, Known, Truth, Unknown
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

    def __init__(self, policies: Sequence[Policy], manner: Manner, first: int = 0) -> None:
        self.policies = policies
        self.allows = [
            (number, box) for number, each in enumerate(policies, first) for box in boxes(each, "Allow", manner)
        ]
        self.denies = [box for policy in policies for box in boxes(policy, "Deny", manner)]


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
    Kind.IDENTITY: Universe(_ALL_ACTIONS, _RESOURCES, principals.PEOPLE),
    Kind.RESOURCE: Universe(_ALL_ACTIONS, _RESOURCES, principals.ANYBODY),
}
"""What requests there are; identity policies are attached to users, roles and their sessions only."""

_Way: TypeAlias = tuple[list[Part], list[Part], int]
"""Boxes that a request is in, boxes that it is in none of, and the number of the policy."""


def difference(
    new: Sequence[Policy],
    old: Sequence[Policy],
    *,
    kind: Kind | None = None,
    real: bool = False,
    shared: Sequence[Policy] = (),
) -> Difference:
    """Whether the new policies, taken together, allow a request that the old ones do not.

    Args:
        new: policies of one principal, or of one resource.
        old: those that stand in their place today.
        kind: whether they are of a resource, whose statements name principals; None for what they say themselves.
        real: only requests of actions that the action database has, on the resource types that they take.
        shared: more policies of both sides; what is not told in them is the same in both.

    Returns:
        The answer for every filling of symbols and holes. UNKNOWN also where the comparison takes more work than the
        engine takes on, with cause UNDECIDED.
    """
    policies = _Policies(new, old, shared)
    kinds = kinds_of(policies.all)
    if kind is not None:
        found = _Question(policies, kind, real=real).answer()
        # What a policy of another kind gives in this place is not told.
        misfits = misfits_of(policies.all, kind) if found.truth is Truth.TRUE and kinds - {kind} else ()
        return Difference(truth=Truth.UNKNOWN, unknowns=misfits) if misfits else found
    if len(kinds) > 1:
        return Difference(truth=Truth.UNKNOWN, unknowns=(MIXED,))
    one, *others = (_Question(policies, each, real=real).answer() for each in kinds or Kind)
    if all(each.truth is one.truth for each in others):
        return one
    return Difference(truth=Truth.UNKNOWN, unknowns=(_EITHER,))


_EITHER = Unknown(Cause.UNDECIDED, "it is not told whether the policies are of a principal or of a resource")


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
    asked = Statement(
        index=1,
        label="what is asked",
        digest="",
        effect=Known("Allow"),
        principals=None if kind is Kind.IDENTITY else Principals((Named("*", _ALL),)),
        actions=Patterns(tuple(map(text, actions)) or (_ALL,)),
        resources=Patterns(tuple(map(text, resources)) or (_ALL,)),
    )
    return _Question(_Policies(policies, (), (), Policy(statements=(asked,))), kind, real=real).answer()


_ALL = text("*")
_OF_A_CHARACTER = 3
"""Units of work to read a character of a pattern."""
_OF_A_DECISION = 4
"""Units of work to decide one statement."""


class _Policies(NamedTuple):
    """All that takes part in a comparison; `within` allows the requests that are asked about, None for all."""

    new: Sequence[Policy]
    old: Sequence[Policy]
    shared: Sequence[Policy]
    within: Policy | None = None

    @property
    def all(self) -> tuple[Policy, ...]:
        """The policies of all sides."""
        return (*self.new, *self.old, *self.shared)


class _Question:
    """One comparison: what requests there are, and what it may cost."""

    def __init__(self, policies: _Policies, kind: Kind, *, real: bool) -> None:
        self._policies = policies
        self._kind, self._real = kind, real
        self._roles = principals.roles_of(policies.all)
        self._variables = variables_of(policies.all)
        self._asks_who = not principals.KEYS.isdisjoint(keys_of(policies.all))
        self._work = Work()
        usual = UNIVERSES[kind]
        self._universe = usual._replace(principals=principals.everybody(policies.all, usual.principals))

    def answer(self) -> Difference:
        """The answer; for TRUE with a request that was decided again."""
        try:
            self._work.spend(_OF_A_CHARACTER * length_of(self._policies.all))
            sides = self._sides(WildType.OPEN)
            found, none = self._look(sides.most(self._work), Variables.ANYTHING)
            if none:
                return Difference(truth=Truth.FALSE)
            for variables in (Variables.OWN, Variables.UNUSED) if self._variables else (Variables.OWN,):
                if found is None:
                    found, _ = self._look(sides.least(self._work), variables)
            if found is None and self._is_none_either_way():
                return Difference(truth=Truth.FALSE)
        except TooMuchError as error:
            why = Unknown(Cause.UNDECIDED, f"the comparison stopped: {error}")
            return Difference(truth=Truth.UNKNOWN, unknowns=(why,))
        return (
            Difference(truth=Truth.UNKNOWN, unknowns=open_ends(self._policies.all, self._kind))
            if found is None
            else found
        )

    def _sides(self, wild_type: WildType) -> "_Sides":
        manner = Manner(self._kind, self._roles, wild_type)
        new, old, shared, within = self._policies
        asked = None if within is None else boxes(within, "Allow", manner)[0]
        return _Sides(_Side(new, manner), _Side(old, manner), _Side(shared, manner, len(new)), asked)

    def _look(self, ways: Iterator[_Way], variables: Variables) -> tuple[Difference | None, bool]:
        """A certain answer if there is one, and whether there was not even a request that may be new."""
        for base, cover, where in ways:
            none = True
            for classes in escape(base, cover, self._universe, self._work, variables, real=self._real):
                none = False
                found = self._new_of(classes)
                if found is not None:
                    label = base[0].box.label
                    return Difference(truth=Truth.TRUE, witness=found.witness, statement=label, policy=where), False
            if not none and variables is Variables.ANYTHING:
                return None, False
        return None, True

    def _new_of(self, classes: Classes) -> Found | None:
        """The request that was found, if it certainly is new; with values for all variables where that helps."""
        new, old, shared, within = self._policies
        for more in ((), self._variables) if self._variables else ((),):
            found = request_of(classes, more)
            if self._asks_who and found.principal is None:
                found = msgspec.structs.replace(found, principal=SOMEBODY)
            self._work.spend(_OF_A_DECISION * sum(len(policy.statements) for policy in self._policies.all))
            if found.is_new((*new, *shared), (*old, *shared), self._kind) and found.is_asked(within, self._kind):
                return found
        return None

    def _is_none_either_way(self) -> bool:
        """Whether there is no new access whatever wildcards in the types of resources do."""
        if not any(item for item in doubtful_resources(self._policies.all)):
            return False
        return all(
            self._look(self._sides(wild_type).most(self._work), Variables.ANYTHING)[1]
            for wild_type in (WildType.MATCHES, WildType.NOTHING)
        )


class _Sides(NamedTuple):
    """The statements of all sides; `within` is the set of the requests that are asked about, None for all."""

    new: _Side
    old: _Side
    shared: _Side
    within: Box | None

    def most(self, work: Work) -> Iterator[_Way]:
        """The ways to new access when gaps are filled in its favour."""
        new, old, shared, inside = self
        within = [] if inside is None else [Part(inside, POSSIBLE)]
        refused = _certain((*new.denies, *shared.denies))
        cover = Cover(refused + _certain(box for _, box in (*old.allows, *shared.allows)), work)
        same = {box.same for _, box in (*old.allows, *shared.allows)} - {None}
        for where, box in new.allows:
            left = None if box.same in same else cover.left_of(box)
            if left is not None:
                for base in chunks([Part(left, LIFTED), *within]):
                    yield base, cover.beside(base), where
        # What both sides share was allowed before, and is refused still.
        still = {box.same for box in (*new.denies, *shared.denies)} - {None}
        cover = Cover(refused, work)
        left_over = (cover.left_of(box) for box in old.denies if box.same not in still)
        gone = Cover((Part(box, POSSIBLE) for box in left_over if box is not None), work)
        for where, box in (*new.allows, *shared.allows) if gone.parts else ():
            for index in gone.near([Part(box, LIFTED)]):
                for base in chunks([Part(box, LIFTED), gone.parts[index], *within]):
                    yield base, cover.beside(base), where

    def least(self, work: Work) -> Iterator[_Way]:
        """The ways to new access when gaps are filled against it."""
        new, old, shared, inside = self
        within = [] if inside is None else _certain((inside,))
        refused = [Part(box, POSSIBLE) for box in (*new.denies, *shared.denies)]
        cover = Cover([*refused, *(Part(box, POSSIBLE) for _, box in (*old.allows, *shared.allows))], work)
        for where, box in new.allows:
            for one in _certain((box,)):
                for base in chunks([one, *within]):
                    yield base, cover.beside(base), where
        cover = Cover(refused, work)
        gone = Cover(_certain(old.denies), work)
        for where, box in (*new.allows, *shared.allows):
            for one in _certain((box,)):
                for index in gone.near([one]):
                    for base in chunks([one, gone.parts[index], *within]):
                        yield base, cover.beside(base), where


def _certain(some: Iterable[Box]) -> list[Part]:
    """The boxes as far as they certainly count."""
    return [part for box in some if (part := surely(box)) is not None]
