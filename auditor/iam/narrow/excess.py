"""What a policy grants and could grant less of: whole services, every resource, any sender, any configuration set.

A finding is about one Allow statement. What Deny statements take back from every resource, without condition, is not
counted; neither are actions that accept only ``*``, nor statements that a condition on tags of the resource confines.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

import msgspec

from auditor.iam.automaton import Wild
from auditor.iam.elements import Policy, Statement
from auditor.iam.narrow.coverage import Coverage, coverage, is_one
from auditor.iam.narrow.granted import denied_everywhere, is_told, literals
from auditor.iam.narrow.names import (
    CONFIGURATION_SET,
    FROM_ADDRESS,
    NOTHING,
    Names,
    by_configuration_set,
    names,
    names_but,
    senders,
    union,
)
from auditor.iam.powers import limiting_keys
from auditor.iam.reason import untold
from auditor.iam.resource import any_arn_pattern
from auditor.iam.wildcard import Glob
from auditor.model.known import Truth, Unknown
from auditor.model.origin import Location

_ADDRESS = Glob(("identity/", Wild.ANY, "@", Wild.ANY), fold=False)


class Kind(StrEnum):
    """What could be granted less of."""

    EVERY_ACTION = "every-action"
    """All actions of all services, or all but some."""
    SERVICE_WILDCARD = "service-wildcard"
    """All actions of one service."""
    EVERY_RESOURCE = "every-resource"
    """Actions that take resources, on every resource of a type."""
    ANY_SENDER = "any-sender"
    """Mail from any address: no condition on ses:FromAddress, no identity that is an address."""
    ANY_CONFIGURATION_SET = "any-configuration-set"
    """Mail by any configuration set, so also by one that reports no bounces."""
    UNUSED = "unused"
    """Actions that the record of use shows not to be used."""
    IN_VAIN = "in-vain"
    """Actions that a permissions boundary or a control policy lets nobody use."""


class Excess(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that a statement grants and could grant less of.

    Attributes:
        kind: what.
        statement: Sid or ``#<index>``.
        digest: 32 hex digits of the statement's content: its stable name.
        patterns: the patterns of Action that it is about as written (NotAction as ``not <pattern>``).
        count: how many actions of the database it is about.
        resources: for resources, the patterns that cover too much, as written.
        by: for what is granted in vain, what cuts it.
        certain: TRUE, or UNKNOWN where a symbol or hole decides; `unknowns` then says which.
        location: where the statement stands.
    """

    kind: Kind
    statement: str
    digest: str
    patterns: tuple[str, ...]
    count: int
    resources: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    certain: Truth = Truth.TRUE
    unknowns: tuple[Unknown, ...] = ()
    location: Location = Location()


def excesses(policy: Policy, denied: Names = NOTHING) -> tuple[Excess, ...]:
    """What the Allow statements of an identity policy grant and could grant less of.

    Args:
        policy: the policy.
        denied: actions that are denied on every resource whatever it says; see `denied_everywhere`.

    Returns:
        In the order of statements. Statements that break the grammar grant nothing that could be named.
    """
    found: list[Excess] = []
    denied |= denied_everywhere(policy)
    for statement in policy.statements:
        if statement.is_allow and not statement.problems:
            found.extend(_of_statement(statement, policy, denied))
    return tuple(found)


class _Granted(NamedTuple):
    """What a statement is about: patterns and the actions they stand for, without those that are denied."""

    rows: tuple[tuple[str, Names], ...]
    unknowns: tuple[Unknown, ...] = ()


def _granted(statement: Statement, denied: Names) -> _Granted:
    unsure: tuple[Unknown, ...] = ()
    rows: list[tuple[str, Names]] = []
    if statement.actions is not None:
        actions = statement.actions
        rows = [(item, names(item) & ~denied) for item in literals(actions)]
        unsure = untold(*(item for item in actions.items if item.literal is None))
        unsure += () if actions.open is None else (actions.open,)
    elif statement.not_actions is not None and is_told(statement.not_actions):
        left_out = tuple(literals(statement.not_actions))
        rows = [("not " + ", ".join(left_out), names_but(left_out) & ~denied)]
    elif statement.not_actions is not None:
        unsure = untold(*statement.not_actions.items)
        unsure += () if statement.not_actions.open is None else (statement.not_actions.open,)
    return _Granted(tuple(row for row in rows if row[1]), unsure)


def _of_statement(statement: Statement, policy: Policy, denied: Names) -> Iterable[Excess]:
    granted = _granted(statement, denied)
    reach = coverage(statement, policy)
    keys, hidden = limiting_keys(statement)
    hidden += () if statement.open is None else (statement.open,)
    yield from _whole(statement, granted)
    if not any("resourcetag/" in key for key in keys):
        yield from _every_resource(statement, granted, reach, hidden)
    yield from _sends(statement, granted, reach, keys, hidden)


def _whole(statement: Statement, granted: _Granted) -> Iterable[Excess]:
    for pattern, found in granted.rows:
        if pattern.startswith("not ") or pattern.strip("*") in {"", ":"}:
            yield _excess(Kind.EVERY_ACTION, statement, (pattern,), found.bit_count())
        elif pattern.partition(":")[2].strip("*") == "":
            yield _excess(Kind.SERVICE_WILDCARD, statement, (pattern,), found.bit_count())


def _every_resource(
    statement: Statement, granted: _Granted, reach: Coverage, hidden: tuple[Unknown, ...]
) -> Iterable[Excess]:
    if not reach.is_wide and not reach.unknowns:
        return
    sure = [(pattern, reach.of(found, pattern)) for pattern, found in granted.rows]
    sure = [row for row in sure if row[1]]
    if sure:
        patterns = tuple(pattern for pattern, _ in sure)
        count = union(found for _, found in sure).bit_count()
        yield _excess(Kind.EVERY_RESOURCE, statement, patterns, count, resources=reach.shown, unknowns=hidden)
        return
    unsure = (*reach.unknowns, *(granted.unknowns if reach.is_wide else ()))
    if unsure and (granted.rows or granted.unknowns):
        patterns = tuple(pattern for pattern, _ in granted.rows)
        yield _excess(Kind.EVERY_RESOURCE, statement, patterns, 0, unknowns=(*unsure, *hidden))


def _sends(
    statement: Statement, granted: _Granted, reach: Coverage, keys: tuple[str, ...], hidden: tuple[Unknown, ...]
) -> Iterable[Excess]:
    """Mail that is tied to no sender and to no configuration set."""
    sending = [(pattern, found & senders()) for pattern, found in granted.rows if found & senders()]
    if sending and FROM_ADDRESS.lower() not in keys:
        told = _only_addresses(statement)
        if told is not Truth.TRUE:
            why = hidden if told is Truth.FALSE else (*hidden, *_untold_resources(statement))
            patterns = tuple(pattern for pattern, _ in sending)
            count = union(found for _, found in sending).bit_count()
            yield _excess(Kind.ANY_SENDER, statement, patterns, count, unknowns=why)
    ours = by_configuration_set()
    users = [(pattern, found & ours) for pattern, found in granted.rows if found & ours]
    wide = reach.every("ses", CONFIGURATION_SET) if users else Truth.FALSE
    if wide is not Truth.FALSE:
        patterns = tuple(pattern for pattern, _ in users)
        count = union(found for _, found in users).bit_count()
        why = hidden if wide is Truth.TRUE else (*hidden, *reach.unknowns)
        yield _excess(Kind.ANY_CONFIGURATION_SET, statement, patterns, count, resources=reach.shown, unknowns=why)


def _only_addresses(statement: Statement) -> Truth:
    """Whether all identities that the statement names are addresses, each of which is its own sender."""
    if statement.resources is None or statement.resources.open is not None:
        return Truth.FALSE if statement.resources is None else Truth.UNKNOWN
    truth = Truth.TRUE
    for item in statement.resources.items:
        made = any_arn_pattern(item, variables=True)
        if made.segments is None or len(made.segments) != 6:
            return Truth.UNKNOWN if item.literal is None else Truth.FALSE
        named = made.segments[5]
        if named.overlaps(Glob(("identity/", Wild.ANY), fold=False)) is Truth.FALSE:
            continue
        truth &= _ADDRESS.covers(named) & Truth.of(is_one(named))
    return truth


def _untold_resources(statement: Statement) -> tuple[Unknown, ...]:
    patterns = statement.resources
    if patterns is None:
        return ()
    return untold(*patterns.items) + (() if patterns.open is None else (patterns.open,))


def _excess(
    kind: Kind,
    statement: Statement,
    patterns: tuple[str, ...],
    count: int,
    *,
    resources: tuple[str, ...] = (),
    unknowns: tuple[Unknown, ...] = (),
) -> Excess:
    """A finding; conditions that are not told leave it undecided whether the statement is confined."""
    return Excess(
        kind=kind,
        statement=statement.label,
        digest=statement.digest,
        patterns=patterns,
        count=count,
        resources=resources,
        certain=Truth.UNKNOWN if unknowns else Truth.TRUE,
        unknowns=tuple(dict.fromkeys(unknowns)),
        location=statement.location,
    )
