"""What differs between two catalogs, as text and as JSON."""

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from auditor.report import json_text
from auditor.report.prices_json import price
from auditor.report.prices_text import ranges
from auditor.report.terminal import plain
from pricing.catalog.compare import Change, Comparison, Kind
from pricing.catalog.model import Row
from pricing.money import written

SCHEMA = "prices-diff-v1"
_MARKS = {Kind.ADDED: "+", Kind.REMOVED: "-", Kind.CHANGED: "~", Kind.RESTATED: "="}
_SHOWN_REGIONS = 4
_HUNDREDTH = Decimal("0.01")


def as_text(found: Comparison, *, restated: bool = False) -> str:
    """One line per difference, Regions with the same one together, and their number.

    Args:
        found: differences.
        restated: also show prices that are the same and differ in status, SKU or source.
    """
    shown = [change for change in found.changes if restated or change.kind is not Kind.RESTATED]
    shown.sort(key=lambda change: (list(Kind).index(change.kind), change.dimension, change.plan or "", _price(change)))
    lines = []
    for _, group in groupby(
        shown, key=lambda change: (change.kind, change.dimension, change.plan or "", _price(change))
    ):
        same = list(group)
        first = same[0]
        plan = f" under {plain(first.plan)}" if first.plan is not None else ""
        lines.append(f"{_MARKS[first.kind]} {plain(first.dimension)}{plan} in {_regions(same)}: {_price(first)}\n")
    numbers = ", ".join(f"{len(found.of(kind)):,} {kind}" for kind in Kind)
    return "".join([*lines, f"{numbers}, {found.same:,} the same\n"])


def as_json(found: Comparison) -> str:
    """Every difference with both prices and their provenance."""
    return json_text.encode(
        {
            "schema": SCHEMA,
            "counts": {**{kind.value: len(found.of(kind)) for kind in Kind}, "same": found.same},
            "changes": [
                {
                    "kind": change.kind.value,
                    "dimension": change.dimension,
                    "plan": change.plan,
                    "region": change.region,
                    "before": price(change.before) if change.before is not None else None,
                    "after": price(change.after) if change.after is not None else None,
                    "percent": [written(value) if value is not None else None for value in change.percents],
                }
                for change in found.changes
            ],
        }
    )


def _regions(changes: Iterable[Change]) -> str:
    names = [plain(change.region) for change in changes]
    if len(names) <= _SHOWN_REGIONS:
        return ", ".join(names)
    return f"{len(names)} Regions ({', '.join(names[: _SHOWN_REGIONS - 1])}, …)"


def _price(change: Change) -> str:
    before, after = change.before, change.after
    if before is None or after is None:
        row = after or before
        return _row(row) if row is not None else ""
    if change.kind is Kind.RESTATED:
        return ", ".join(_details(before, after)) or "another source"
    percents = list(change.percents)
    changed = ", ".join(_percent(value) for value in percents if value is None or value != 0)
    return f"{_row(before)} → {_row(after)}" + (f" ({changed})" if changed else "")


def _row(row: Row) -> str:
    return ranges(row.tiers, plain(row.unit), row.currency)


def _details(before: Row, after: Row) -> Iterator[str]:
    for name, old, new in (
        ("status", before.status.value, after.status.value),
        ("usage type", before.usage_type, after.usage_type),
        ("SKU", before.sku, after.sku),
    ):
        if old != new:
            yield f"{name} {plain(old) or '-'} → {plain(new) or '-'}"


def _percent(value: Decimal | None) -> str:
    if value is None:
        return "was free"
    return f"{value.quantize(_HUNDREDTH, ROUND_HALF_UP):+f}%"
