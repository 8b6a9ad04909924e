"""Usage told otherwise: the same entries with some quantities replaced."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeAlias

import msgspec

from auditor.model.inventory import Inventory
from pricing.placing import place
from pricing.usage.usage import Entry, Selector, Usage

Quantities: TypeAlias = dict[str, Decimal | None]
"""What an entry tells otherwise; empty when it stays."""


def by_target(usage: Usage, inventory: Inventory, region: str | None) -> Usage:
    """The usage with an entry for each resource, so that patterns are out of the way."""
    placed = place(usage, inventory, region)
    entries = [
        Entry(
            Selector(resource=target.id) if target.id else Selector(target.service, target.region or ""), dict(amounts)
        )
        for target, amounts in placed.told.items()
    ]
    return msgspec.structs.replace(usage, entries=(*entries, *placed.unmatched))


def key_of(entry: Entry) -> str:
    """Id of the resource, or service and Region."""
    return entry.selector.resource or f"{entry.selector.service}@{entry.selector.region}"


def is_email_of(entry: Entry, region: str) -> bool:
    """Whether an entry tells of SES in a Region as a whole."""
    return entry.selector.service == "ses" and entry.selector.region == region


def email_of(usage: Usage, region: str) -> Mapping[str, Decimal | None]:
    """What is told of SES in a Region as a whole."""
    return {
        name: amount
        for entry in usage.entries
        if is_email_of(entry, region)
        for name, amount in entry.quantities.items()
    }


def told_of_email(usage: Usage, region: str, name: str) -> Decimal | None:
    """A quantity of SES in a Region as a whole; None when it is not told."""
    return email_of(usage, region).get(name)


def changed(usage: Usage, change: Callable[[Entry], Quantities]) -> Usage:
    """The usage with some quantities of its entries replaced."""
    entries = []
    for entry in usage.entries:
        new = change(entry)
        entries.append(msgspec.structs.replace(entry, quantities={**entry.quantities, **new}) if new else entry)
    return msgspec.structs.replace(usage, entries=tuple(entries))
