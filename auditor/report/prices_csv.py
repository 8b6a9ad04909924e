"""The price table as CSV: one line per price range, one for what has no price."""

import csv
import io
from collections.abc import Iterable, Iterator

from auditor.report.terminal import plain
from pricing.catalog.lookup import NoPriceKnown, NotOffered, Priced
from pricing.catalog.matrix import Cell, status
from pricing.money import written

COLUMNS = (
    "dimension",
    "plan",
    "region",
    "status",
    "from",
    "to",
    "price",
    "currency",
    "unit",
    "usage_type",
    "operation",
    "sku",
    "rate_code",
    "published",
    "version",
    "url",
    "sha256",
    "note",
)


def render(cells: Iterable[Cell]) -> str:
    """The cells in their order. Price and bounds are exact decimals; an empty ``to`` is no end."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(COLUMNS)
    for cell in cells:
        writer.writerows([_safe(value) for value in line] for line in _lines(cell))
    return output.getvalue()


def _lines(cell: Cell) -> Iterator[tuple[str, ...]]:
    place = cell.dimension, cell.plan or "", cell.region, status(cell)
    match cell.answer:
        case Priced(row):
            codes = row.rate_codes or ("",) * len(row.tiers)
            source = row.source
            for tier, code in zip(row.tiers, codes, strict=True):
                end = written(tier.end) if tier.end is not None else ""
                amount = written(tier.begin), end, written(tier.price), row.currency, row.unit
                names = row.usage_type, row.operation, row.sku, code
                yield (
                    *place,
                    *amount,
                    *names,
                    source.published,
                    source.version,
                    source.url,
                    source.sha256,
                    row.note or source.description,
                )
        case NotOffered(reason) | NoPriceKnown(reason):
            yield (*place, *("",) * (len(COLUMNS) - 5), reason)


def _safe(value: str) -> str:
    """Without what a spreadsheet would take for a formula."""
    shown = plain(value)
    return f"'{shown}" if shown.startswith(("=", "+", "-", "@")) else shown
