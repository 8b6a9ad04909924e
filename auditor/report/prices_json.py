"""The price table as JSON, prices as exact decimal strings."""

from collections.abc import Iterable

from auditor.report import json_text
from pricing.catalog.age import Old
from pricing.catalog.lookup import CURRENCY, NotOffered, Priced
from pricing.catalog.matrix import Cell, counts, status
from pricing.catalog.model import Row
from pricing.money import written

SCHEMA = "prices-v1"


def render(cells: Iterable[Cell], ages: Iterable[Old] = ()) -> str:
    """The cells in their order; what has no price has a reason.

    Args:
        cells: of the table.
        ages: publications that are old.
    """
    cells = tuple(cells)
    return json_text.encode(
        {
            "schema": SCHEMA,
            "currency": CURRENCY,
            "counts": counts(cells),
            "old": [{"service": item.service, "published": item.published, "days": item.days} for item in ages],
            "prices": [_cell(cell) for cell in cells],
        }
    )


def _cell(cell: Cell) -> dict[str, object]:
    place: dict[str, object] = {"dimension": cell.dimension, "plan": cell.plan, "region": cell.region}
    if isinstance(cell.answer, Priced):
        return {**place, **price(cell.answer.row)}
    reason = cell.answer.source if isinstance(cell.answer, NotOffered) else cell.answer.reason
    return {**place, "status": status(cell), "reason": reason}


def price(row: Row) -> dict[str, object]:
    """A price with its provenance."""
    return {
        "status": row.status.value,
        "service": row.service,
        "unit": row.unit,
        "currency": row.currency,
        "usage_type": row.usage_type,
        "operation": row.operation,
        "sku": row.sku,
        "rate_codes": list(row.rate_codes),
        "tiers": tiers(row),
        "note": row.note,
        "source": {
            "description": row.source.description,
            "published": row.source.published,
            "version": row.source.version,
            "url": row.source.url,
            "sha256": row.source.sha256,
        },
    }


def tiers(row: Row) -> list[dict[str, str | None]]:
    """The ranges of a price."""
    return [
        {
            "from": written(tier.begin),
            "to": written(tier.end) if tier.end is not None else None,
            "price": written(tier.price),
        }
        for tier in row.tiers
    ]
