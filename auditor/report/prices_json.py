"""The price table as JSON, prices as exact decimal strings."""

from collections.abc import Iterable

from auditor.report import json_text
from pricing.catalog.lookup import NotOffered, Priced
from pricing.catalog.matrix import Cell
from pricing.money import written

SCHEMA = "prices-v1"


def render(cells: Iterable[Cell]) -> str:
    """The cells in their order; what has no price has a reason."""
    return json_text.encode({"schema": SCHEMA, "currency": "USD", "prices": [_cell(cell) for cell in cells]})


def _cell(cell: Cell) -> dict[str, object]:
    place: dict[str, object] = {"dimension": cell.dimension, "plan": cell.plan, "region": cell.region}
    if not isinstance(cell.answer, Priced):
        if isinstance(cell.answer, NotOffered):
            return {**place, "status": "not offered", "reason": cell.answer.source}
        return {**place, "status": "no price known", "reason": cell.answer.reason}
    row = cell.answer.row
    return {
        **place,
        "status": row.status.value,
        "service": row.service,
        "unit": row.unit,
        "usage_type": row.usage_type,
        "operation": row.operation,
        "sku": row.sku,
        "rate_codes": list(row.rate_codes),
        "tiers": [
            {
                "from": written(tier.begin),
                "to": written(tier.end) if tier.end is not None else None,
                "price": written(tier.price),
            }
            for tier in row.tiers
        ],
        "note": row.note,
        "source": {
            "description": row.source.description,
            "published": row.source.published,
            "version": row.source.version,
            "url": row.source.url,
            "sha256": row.source.sha256,
        },
    }
