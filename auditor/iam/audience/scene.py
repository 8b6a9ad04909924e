"""An Allow statement with the Deny statements beside it, and what a part of a request makes of them all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import msgspec

from auditor.iam.audience import words
from auditor.iam.audience.keys import ANYBODY, FORMS, HOLE, OWN_ORGANIZATION, Limit
from auditor.iam.audience.search import Choice
from auditor.iam.audience.words import FRESH, Groups, Pieces, is_fresh
from auditor.iam.audience.work import Work
from auditor.iam.automaton import Piece, Wild
from auditor.iam.conditions import check
from auditor.iam.elements import Condition, Named, Policy, Principals, Statement
from auditor.iam.operators import Operator, operator
from auditor.iam.principal import is_placeholder
from auditor.iam.reason import untold
from auditor.iam.request import ANONYMOUS, Caller, ContextValue, Request
from auditor.iam.statement import PolicyKind, acts, names, rests_on
from auditor.iam.variables import Lacking, Template, compiled
from auditor.iam.wildcard import glob_of
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.text import Part, Symbol, Text, text

_OF_STRINGS = frozenset({
    "stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "null",
})  # fmt: skip
"""Bases of operators for keys that tell who calls; of others it is not told what they make of such values."""


_OF_PEOPLE = ("aws:principalarn", "aws:principaltype", "aws:username", "aws:userid")


class Candidate(NamedTuple):
    """One value of a part of a request.

    Attributes:
        told: the condition keys that it tells, in lower case.
        limit: who can send it.
        caller: who asks, if it tells that.
        shown: account, organization or service, if it tells one.
        anything: whether it stands for values that are not told apart, of which nothing is known.
    """

    told: Mapping[str, ContextValue]
    limit: Limit
    caller: Caller | None = None
    shown: Text | None = None
    anything: bool = False


class _Context(dict[str, ContextValue]):
    """Keys that another part of the request tells have one value, which equals nothing but itself."""

    def __missing__(self, key: str) -> ContextValue:
        return (text(Symbol(f"${{{key}}}")),)


class _Private(dict[str, ContextValue]):
    """The same, with a string that no policy has for that value."""

    def __missing__(self, key: str) -> ContextValue:
        return (text(_private(Symbol(f"${{{key}}}"))),)


class Test(NamedTuple):
    """A condition of one of the statements.

    Attributes:
        number: of the statement: 0 for the Allow.
        key: in lower case.
        how: operator.
        written: as in the policy.
        told: with symbols in place of holes.
        apart: with strings that no policy has in place of symbols too.
    """

    number: int
    key: str
    how: Operator
    written: Condition
    told: Condition
    apart: Condition


_VALUES = 16
"""Values of a condition that are compared with little more work than one."""


class Place(NamedTuple):
    """Where a resource is, and what may be spent to tell who gets to it."""

    owner: Text
    partition: Text
    work: Work


class Scene:
    """One Allow statement and the Deny statements that may keep callers of it out.

    Attributes:
        allow, denies: the statements.
        owner, partition: of the resource.
        tests: their conditions by key.
        hits: the Deny statements that may apply, one bit each.
        sure: those of which all elements are told.
        unknowns: what was not told where it was asked for.
    """

    def __init__(self, policy: Policy, allow: Statement, denies: Sequence[Statement], place: "Place") -> None:
        self.variables = policy.has_variables
        self.owner, self.partition, self.work = place
        self.allow = allow
        self.denies = tuple(denies)
        self.all = (allow, *denies)
        self.unknowns: dict[Unknown, None] = {}
        self._groups: dict[str, Groups] = {}
        self.open = Truth.TRUE
        self.tests: dict[str, list[Test]] = {}
        self.hits = (1 << len(denies)) - 1
        self.sure = self.hits
        self._apart = tuple(map(_apart, self.all))
        for number, statement in enumerate(self.all):
            self._read(number, statement)

    @cached_property
    def asks_who(self) -> bool:
        """Whether it matters which user, role or other principal of an account somebody is."""
        if not self.tests.keys().isdisjoint(_OF_PEOPLE):
            return True
        return any(
            element is not None and any(one.kind == "AWS" and one.value.literal != "*" for one in element.items)
            for element in (*(deny.principals for deny in self.denies), *(each.not_principals for each in self.all))
        )

    def _read(self, number: int, statement: Statement) -> None:
        holes = [each for each in (statement.open, statement.unusable) if each is not None]
        if isinstance(statement.effect, Unknown):
            holes.append(statement.effect)
        for condition in map(_closed, statement.conditions):
            key, how = condition.key.literal, operator(condition.operator)
            odd = key is not None and how is not None and key.lower() in FORMS and how.base not in _OF_STRINGS
            if key is None or how is None or odd or not condition.values:
                why = Unknown(Cause.UNDECIDED, f"whom the condition {condition} keeps out")
                holes.extend(untold(condition.key, *condition.values) or (why,))
                continue
            told = _with(condition, _told)
            self.tests.setdefault(key.lower(), []).append(
                Test(number, key.lower(), how, condition, told, _with(told, _private))
            )
        if holes:
            self._doubt(number)
            self.unknowns.update(dict.fromkeys(holes))

    def _doubt(self, number: int) -> None:
        if number:
            self.sure &= ~(1 << (number - 1))
        else:
            self.open = Truth.UNKNOWN

    def pieces(self, key: str) -> list[tuple[Test, tuple[Pieces, ...]]]:
        """The conditions on a key with the patterns of their values."""
        return [(test, tuple(self._pieces(test))) for test in self.tests.get(key, ())]

    def groups(self, key: str) -> Groups:
        """The patterns of the conditions on a key."""
        if key not in self._groups:
            found = [pieces for _, pieces in self.pieces(key)]
            self.work.spend(0 if words.are_many(found) else words.cost(found))
            self._groups[key] = found
        return self._groups[key]

    @cached_property
    def people(self) -> tuple[Pieces, ...]:
        """The patterns of the ARNs of principals, and what those of different conditions have in common."""
        return words.of_arns(self.groups("aws:principalarn"))

    def _pieces(self, test: Test) -> Iterable[Pieces]:
        request = self._request(_Context(self.fixed), ANONYMOUS)
        for value in test.told.values:
            made = compiled(value, variables=self.variables, wildcards=test.how.wildcards)
            pieces = made.fill(request) if isinstance(made, Template) else made.pieces
            if isinstance(pieces, Lacking):
                continue
            yield pieces
            if any(map(_is_hole, pieces)):
                # What is not told can be any letters, wildcards among them.
                yield glob_of(Wild.ANY if _is_hole(piece) else piece for piece in pieces).pieces

    @cached_property
    def fixed(self) -> dict[str, ContextValue]:
        """What every request tells of the owner."""
        return {"aws:resourceaccount": (self.owner,), "aws:resourceorgid": (text(OWN_ORGANIZATION),)}

    def _request(self, context: Mapping[str, ContextValue], caller: Caller, resource: Text | None = None) -> Request:
        return Request(
            caller=caller,
            action="",
            resource=text("*") if resource is None else resource,
            resource_account=self.owner,
            context=context,
        )

    # -- what a value makes of the statements -------------------------------------------------------------------------

    def choice(self, candidate: Candidate, first: int | None = None) -> Choice:
        """What a value of some condition keys makes of the statements.

        Args:
            candidate: the value.
            first: the first statement of which it is asked whether it names the caller, 0 for the Allow; None for none.
        """
        truths = [Truth.TRUE] * len(self.all)
        told = [(key, value) for key, value in candidate.told.items() if key in self.tests]
        context = _Context(self.fixed)
        context.update(told)
        values = sum(1 + len(test.told.values) // _VALUES for key, _ in told for test in self.tests[key])
        self.work.spend(1 + values + (0 if first is None else len(self.all)))
        request = self._request(context, candidate.caller or ANONYMOUS)
        for key, value in told:
            for test in self.tests[key]:
                found = Truth.UNKNOWN if candidate.anything else self._check(test, value, request)
                if found is Truth.UNKNOWN:
                    self._wonder(test)
                truths[test.number] &= found
        if first is not None:
            for number in range(first, len(self.all)):
                truths[number] &= self._named(number, request)
        return self._choice(truths, candidate.limit)

    def _check(self, test: Test, value: ContextValue, request: Request) -> Truth:
        if not isinstance(value, tuple) or not any(map(is_fresh, value)):
            return check(test.told, request, variables=self.variables).truth
        # What no policy has is no symbol's value either: there are others left whatever that is.
        context = _Private(request.context)
        context[test.key] = tuple(_changed(each, _private) for each in value)
        return check(test.apart, self._request(context, request.caller), variables=self.variables).truth

    def _named(self, number: int, request: Request) -> Truth:
        caller = request.caller
        fresh = FRESH in caller.service or (caller.account is not None and is_fresh(caller.account))
        match = names((self._apart if fresh else self.all)[number], request, PolicyKind.RESOURCE)
        if match.any is Truth.UNKNOWN:
            self.unknowns.update(dict.fromkeys(match.unknowns))
        return match.any

    def _wonder(self, test: Test) -> None:
        why = untold(test.written.key, *test.written.values)
        odd = Unknown(Cause.UNDECIDED, f"whom the condition {test.written} keeps out")
        self.unknowns.update(dict.fromkeys(why or (odd,)))

    def of_action(self, action: str) -> Choice:
        """What an action makes of the statements."""
        self.work.spend(len(self.all))
        return self._choice([self._kept(acts(statement, action)) for statement in self.all], ANYBODY)

    def of_resource(self, resource: Text, named: Text | None) -> Choice:
        """What a resource makes of the statements; `named` is how the Allow names it when nothing else tells it."""
        self.work.spend(len(self.all))
        request = self._request(_Context(self.fixed), ANONYMOUS, resource)
        return self._choice([self._rests_on(each, request, named) for each in self.all], ANYBODY)

    def _rests_on(self, statement: Statement, request: Request, named: Text | None) -> Truth:
        if named is not None and statement.resources is not None and named in statement.resources.items:
            return Truth.TRUE
        return self._kept(rests_on(statement, request, variables=self.variables, kind=PolicyKind.RESOURCE))

    def _kept(self, found: tuple[Truth, tuple[Unknown, ...]]) -> Truth:
        truth, why = found
        if truth is Truth.UNKNOWN:
            self.unknowns.update(dict.fromkeys(why))
        return truth

    def _choice(self, truths: Sequence[Truth], limit: Limit) -> Choice:
        hits = sure = 0
        for number, truth in enumerate(truths[1:]):
            if self.denies[number].problems:
                hits |= 1 << number
            elif truth is not Truth.FALSE:
                hits |= 1 << number
                if truth is Truth.TRUE:
                    sure |= 1 << number
        return Choice(truths[0], hits, sure, limit)


def _closed(condition: Condition) -> Condition:
    """With a hole in place of values that are not told."""
    if condition.open is None:
        return condition
    return msgspec.structs.replace(condition, values=(*condition.values, text(condition.open)), open=None)


def _with(condition: Condition, change: Callable[[Part], Part]) -> Condition:
    values = tuple(_changed(value, change) for value in condition.values)
    return condition if values == condition.values else msgspec.structs.replace(condition, values=values)


def _changed(value: Text, change: Callable[[Part], Part]) -> Text:
    """A text with other parts in place of some."""
    return value if value.literal is not None else text(*map(change, value.parts))


def _is_hole(piece: Piece) -> bool:
    return isinstance(piece, Symbol) and piece.scope == HOLE


def _told(part: Part) -> Part:
    """A symbol in place of a hole."""
    return Symbol(part.detail, HOLE) if isinstance(part, Unknown) else part


def _private(part: Part) -> Part:
    """A string of its own in place of a symbol."""
    if not isinstance(part, Symbol) or part.scope == HOLE:
        return part
    name = f"\ue000{part.name}\ue000{part.scope}\ue000".replace(":", "\ue001")
    return ":".join([name] * 6) if part.may_hold_colon else name


def _apart(statement: Statement) -> Statement:
    """A statement in whose principals no symbol could be what no policy has, and no placeholder."""
    changes: dict[str, object] = {}
    for name in ("principals", "not_principals"):
        found: Principals | None = getattr(statement, name)
        if found is not None:
            items = tuple(
                Named(each.kind, _changed(each.value, _private))
                for each in found.items
                if each.kind != "AWS" or not is_placeholder(each.value)
            )
            if items != found.items:
                changes[name] = Principals(items, found.open)
    return msgspec.structs.replace(statement, **changes) if changes else statement
