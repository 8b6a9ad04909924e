"""What could be chosen to narrow the policies of a principal without a record of its use, and what each choice costs.

Nothing of it is done unasked: which resources and senders a principal needs cannot be told from its policies.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

import msgspec

from auditor.iam import database
from auditor.iam.database import Access
from auditor.iam.elements import Policy
from auditor.iam.narrow import lockouts
from auditor.iam.narrow.coverage import coverage
from auditor.iam.narrow.excess import Excess, Kind
from auditor.iam.narrow.granted import names_of
from auditor.iam.narrow.names import NOTHING, Names, listed, senders, union, with_type
from auditor.iam.narrow.names import names as names_of_pattern
from auditor.iam.narrow.pins import Pinned
from auditor.iam.narrow.principals import PrincipalExcess, attached
from auditor.iam.narrow.stock import Stock, Stocks, addresses
from auditor.model.iam import Role, User
from auditor.model.inventory import Inventory
from auditor.model.known import Truth, Unknown


class Way(StrEnum):
    """The choices, by what they do."""

    PIN_IDENTITY = "pin-identity"
    PIN_CONFIGURATION_SET = "pin-configuration-set"
    PIN_TOPIC = "pin-topic"
    PIN_FROM = "pin-from"
    LEVEL = "level"
    EXPAND = "expand"
    OWN_ACCOUNT = "own-account"
    DROP_VAIN = "drop-vain"


class Choice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that could be chosen.

    Attributes:
        way: what.
        actions: how many actions it is about.
        values: what could be named, as far as the inventory knows: ARNs, senders, access levels.
        untold: how many more there are that are not told in full.
        regions: the Regions of which all values are known; there may be others elsewhere.
        locks_out: what would not be possible any more when all values are named; empty for nothing.
        unknowns: why values may be missing.
    """

    way: Way
    actions: int
    values: tuple[str, ...] = ()
    untold: int = 0
    regions: tuple[str, ...] = ()
    locks_out: str = ""
    unknowns: tuple[Unknown, ...] = ()


_WAYS = {
    Pinned.IDENTITY: Way.PIN_IDENTITY,
    Pinned.CONFIGURATION_SET: Way.PIN_CONFIGURATION_SET,
    Pinned.TOPIC: Way.PIN_TOPIC,
}


def choices(found: PrincipalExcess, inventory: Inventory) -> tuple[Choice, ...]:
    """What could be chosen for a principal, given what it is granted and could be granted less of."""
    policies = [each.policy for each in attached(found.principal, inventory)[0]]
    every = [excess for policy in found.policies for excess in policy.found]
    stocks = Stocks(inventory)
    return (
        *(each for kind in Pinned for each in _pin(kind, policies, stocks.of(kind, found.principal.account))),
        *_sender(every, stocks.of(Pinned.IDENTITY, found.principal.account)),
        *_wildcards(every),
        *_account(every, found.principal),
        *_vain(every),
    )


def _pin(kind: Pinned, policies: Iterable[Policy], stock: Stock) -> Iterator[Choice]:
    """Confine actions on every resource of a type to those that are known."""
    wide = NOTHING
    for policy in policies:
        for statement in policy.statements:
            if not statement.is_allow or statement.problems:
                continue
            about = names_of(statement) & with_type(kind.service, kind.value)
            if about and coverage(statement, policy).every(kind.service, kind.value) is Truth.TRUE:
                wide |= about
    if wide:
        yield Choice(
            way=_WAYS[kind],
            actions=wide.bit_count(),
            values=stock.arns,
            untold=stock.untold,
            regions=stock.regions,
            locks_out=lockouts.by_pin(kind, stock.arns, tuple(listed(wide))),
            unknowns=stock.unknowns,
        )


def _sender(found: Sequence[Excess], stock: Stock) -> Iterator[Choice]:
    sends = _names(found, Kind.ANY_SENDER) & senders()
    if sends:
        known = addresses(stock.arns)
        left = tuple(sorted(lockouts.without_sender_key() & set(listed(_names(found)))))
        yield Choice(
            way=Way.PIN_FROM,
            actions=sends.bit_count(),
            values=known,
            untold=stock.untold,
            regions=stock.regions,
            locks_out=lockouts.by_senders(known or ("those named",), tuple(listed(sends)), left),
            unknowns=stock.unknowns,
        )


def _wildcards(found: Iterable[Excess]) -> Iterator[Choice]:
    """Keep some access levels of service wildcards, or the actions of today."""
    patterns = tuple(dict.fromkeys(each for row in found if row.kind is Kind.SERVICE_WILDCARD for each in row.patterns))
    if not patterns:
        return
    about = union(map(names_of_pattern, patterns))
    levels = dict.fromkeys(Access, 0)
    for name in listed(about):
        action = database.action(name)
        if action is not None:
            levels[action.access] += 1
    shown = tuple(f"{level.value.partition(' ')[0].lower()} ({count})" for level, count in levels.items() if count)
    yield Choice(
        way=Way.LEVEL,
        actions=about.bit_count(),
        values=shown,
        locks_out=f"the actions of {lockouts.shown(patterns)} that are of other levels than those named",
    )
    yield Choice(way=Way.EXPAND, actions=about.bit_count(), locks_out=lockouts.by_expanding(patterns))


def _account(found: Iterable[Excess], principal: User | Role) -> Iterator[Choice]:
    whole = [row for row in found if row.kind is Kind.EVERY_RESOURCE and "*" in row.resources]
    account = principal.account.literal
    if whole and account is not None:
        count = sum(row.count for row in whole)
        yield Choice(way=Way.OWN_ACCOUNT, actions=count, locks_out=lockouts.by_account(account))


def _vain(found: Iterable[Excess]) -> Iterator[Choice]:
    rows = [row for row in found if row.kind is Kind.IN_VAIN]
    if rows:
        by = tuple(dict.fromkeys(each for row in rows for each in row.by))
        yield Choice(way=Way.DROP_VAIN, actions=sum(row.count for row in rows), values=by)


def _names(found: Iterable[Excess], kind: Kind | None = None) -> Names:
    rows = (row for row in found if kind is None or row.kind is kind)
    patterns = (pattern for row in rows for pattern in row.patterns if not pattern.startswith("not "))
    return union(map(names_of_pattern, patterns))
