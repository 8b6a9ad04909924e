"""What one set of policies allows that another does not: a request that shows it, or the proof that there is none.

A request is allowed when an Allow statement covers it and no Deny statement does. New access is a request of a new
Allow statement, outside of the new Deny statements, that the old Allow statements do not cover or an old Deny does.

Where something is not told the question is asked twice. There certainly is no new access when there is none even if
the gaps of new Allow and old Deny statements hold everything, and those of new Deny and old Allow statements nothing.
There certainly is some when it is there the other way round. Otherwise the answer is unknown.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import msgspec

from auditor.iam.automaton import Step
from auditor.iam.elements import Named, Patterns, Policy, Principals, Statement
from auditor.iam.sets import principals
from auditor.iam.sets.atoms import ANYTHING, Variables, WildType, made
from auditor.iam.sets.box import Manner
from auditor.iam.sets.canonical import accounts_not_told, as_accounts
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
from auditor.iam.sets.sides import Policies, Sides, Way, sides_of
from auditor.iam.sets.strings import Steps
from auditor.iam.sets.witness import SOMEBODY, Found, Witness, agreeing, request_of
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
    policies = Policies(new, old, shared)
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
    return _Question(Policies(policies, (), (), Policy(statements=(asked,))), kind, real=real).answer()


_ALL = text("*")
_GUESSES = 20
"""Statements whose plainest request is looked at when all others are too many."""
_OF_A_DECISION = 4
"""Units of work to decide one statement."""
_OF_A_CHARACTER = 3
"""Units of work to read a character of a pattern in order to decide."""


class _Question:
    """One comparison: what requests there are, and what it may cost."""

    def __init__(self, policies: Policies, kind: Kind, *, real: bool) -> None:
        self._policies = policies
        self._kind, self._real = kind, real
        self._roles = principals.roles_of(policies.all)
        self._variables = variables_of(policies.all)
        self._asks_who = not principals.KEYS.isdisjoint(keys_of(policies.all))
        self._work = Work()
        self._most_work = self._work.left
        self._has_decided = False
        usual = UNIVERSES[kind]
        self._universe = usual._replace(principals=principals.everybody(policies.all, usual.principals))

    def answer(self) -> Difference:
        """The answer; for TRUE with a request that was decided again."""
        found = self._answer()
        whose = accounts_not_told(self._policies.all) if found.truth is Truth.FALSE else ()
        if not whose:
            return found
        new, old, shared, within = self._policies
        policies = Policies(as_accounts(new), as_accounts(old), as_accounts(shared), within)
        if _Question(policies, self._kind, real=self._real)._answer().truth is Truth.FALSE:  # noqa: SLF001
            return found
        return Difference(truth=Truth.UNKNOWN, unknowns=whose)

    def _answer(self) -> Difference:
        try:
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
            return self._guess() or Difference(truth=Truth.UNKNOWN, unknowns=(why,))
        if found is not None:
            return found
        return Difference(truth=Truth.UNKNOWN, unknowns=open_ends(self._policies.all, self._kind))

    def _guess(self) -> Difference | None:
        """New access where it takes too much work to look for it: the plainest request of some new statement may be it.

        Whether it is one is decided as for all others; that it is not says nothing.
        """
        self._work = Work(self._most_work // 4)
        try:
            ways: Iterator[Way] = ((base, [], where) for base, _, where in self._sides(WildType.OPEN).least(self._work))
            return self._look(islice(ways, _GUESSES), Variables.OWN)[0]
        except TooMuchError:
            return None

    def _sides(self, wild_type: WildType) -> Sides:
        return sides_of(self._policies, Manner(self._kind, self._roles, wild_type), self._work)

    def _look(self, ways: Iterator[Way], variables: Variables) -> tuple[Difference | None, bool]:
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
            for found in agreeing(request_of(classes, more)):
                if self._asks_who and found.principal is None:
                    found = msgspec.structs.replace(found, principal=SOMEBODY)  # noqa: PLW2901
                self._spend_on_a_decision()
                if found.is_new((*new, *shared), (*old, *shared), self._kind) and found.is_asked(within, self._kind):
                    return found
        return None

    def _spend_on_a_decision(self) -> None:
        statements = [statement for policy in self._policies.all for statement in policy.statements]
        self._work.spend(_OF_A_DECISION * len(statements))
        if not self._has_decided:
            self._work.spend(_OF_A_CHARACTER * length_of(statements))
            self._has_decided = True

    def _is_none_either_way(self) -> bool:
        """Whether there is no new access whatever wildcards in the types of resources do."""
        if not any(item for item in doubtful_resources(self._policies.all)):
            return False
        return all(
            self._look(self._sides(wild_type).most(self._work), Variables.ANYTHING)[1]
            for wild_type in (WildType.MATCHES, WildType.NOTHING)
        )
