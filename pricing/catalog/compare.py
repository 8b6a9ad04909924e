"""What differs between two catalogs, price by price."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import StrEnum

import msgspec

from pricing.catalog.model import Row, ServicePrices
from pricing.catalog.rows import rows
from pricing.money import EXACT, quotient


class Kind(StrEnum):
    """How a price differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    """Another amount, range, unit or currency."""
    RESTATED = "restated"
    """The same price with another status, SKU, usage type or source."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A price of a dimension, plan and Region that differs.

    Attributes:
        before: None when it was added.
        after: None when it was removed.
    """

    kind: Kind
    dimension: str
    plan: str | None
    region: str
    before: Row | None
    after: Row | None

    @property
    def percents(self) -> tuple[Decimal | None, ...]:
        """By how much each range's price changed, in percent; None where it was 0.

        Empty unless a changed price has the same ranges, unit and currency.
        """
        before, after = self.before, self.after
        if self.kind is not Kind.CHANGED or before is None or after is None or _scale(before) != _scale(after):
            return ()
        return tuple(_percent(old.price, new.price) for old, new in zip(before.tiers, after.tiers, strict=True))


class Comparison(msgspec.Struct, frozen=True):
    """Differences, sorted by dimension, plan and Region, and how many prices are the same in all."""

    changes: tuple[Change, ...]
    same: int

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """The differences of a kind."""
        return tuple(change for change in self.changes if change.kind is kind)

    @property
    def is_price(self) -> bool:
        """Whether a price was added, removed or changed, rather than only restated."""
        return any(change.kind is not Kind.RESTATED for change in self.changes)


def compare(before: Iterable[ServicePrices], after: Iterable[ServicePrices]) -> Comparison:
    """Compare data files; a service that only one side has is added or removed as a whole."""
    old, new = _index(before), _index(after)
    changes = []
    same = 0
    for key in sorted({*old, *new}):
        one, two = old.get(key), new.get(key)
        kind = _kind(one, two)
        if kind is None:
            same += 1
        else:
            dimension, plan, region = key
            changes.append(
                Change(kind=kind, dimension=dimension, plan=plan or None, region=region, before=one, after=two)
            )
    return Comparison(tuple(changes), same)


def _index(files: Iterable[ServicePrices]) -> dict[tuple[str, str, str], Row]:
    return {(row.dimension, row.plan or "", row.region): row for row in _all(files)}


def _all(files: Iterable[ServicePrices]) -> Iterator[Row]:
    for file in files:
        yield from rows(file)


def _kind(before: Row | None, after: Row | None) -> Kind | None:
    if before is None:
        return Kind.ADDED
    if after is None:
        return Kind.REMOVED
    if before == after:
        return None
    same = (before.tiers, before.unit, before.currency) == (after.tiers, after.unit, after.currency)
    return Kind.RESTATED if same else Kind.CHANGED


def _scale(row: Row) -> tuple[object, ...]:
    """What two prices must have in common to be compared by percentage."""
    return (row.unit, row.currency, *((tier.begin, tier.end) for tier in row.tiers))


def _percent(before: Decimal, after: Decimal) -> Decimal | None:
    if before == 0:
        return None
    return quotient(EXACT.multiply(EXACT.subtract(after, before), Decimal(100)), before)
