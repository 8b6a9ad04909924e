"""Unit prices as people read them, and the price table."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from auditor.report.terminal import plain
from pricing.catalog.age import Old
from pricing.catalog.lookup import CURRENCY, NoPriceKnown, NotOffered, Priced
from pricing.catalog.matrix import Cell, counts
from pricing.catalog.model import Tier
from pricing.money import grouped, written

_SCALES = ((1, ""), (1_000, "1,000 "), (1_000_000, "1M "))
_CENT = Decimal("0.01")


def unit_price(price: Decimal, unit: str, currency: str = CURRENCY) -> str:
    """A price per so many units that it is at least a cent: ``$0.50 per 1M requests``, exact."""
    if price == 0:
        return "free"
    sign = "$" if currency == CURRENCY else f"{plain(currency)} "
    for scale, shown in _SCALES:
        scaled = price * scale
        if scaled >= _CENT or scale == _SCALES[-1][0]:
            return f"{sign}{_money(scaled)} per {shown}{units(unit) if scale > 1 else unit}"
    raise AssertionError("the last scale answers")


def units(unit: str) -> str:
    """The plural of a unit: requests, IP-months; GB stays."""
    if unit in {"GB", "GB-month"}:
        return unit
    return "queries" if unit == "query" else f"{unit}s"


def ranges(tiers: Iterable[Tier], unit: str, currency: str = CURRENCY) -> str:
    """All price ranges in one line: ``free to 1,000,000, then $0.50 per 1M requests``."""
    parts = []
    for tier in tiers:
        end = f" to {grouped(tier.end)}" if tier.end is not None else ""
        parts.append(f"{unit_price(tier.price, unit, currency)}{end}")
    return ", then ".join(parts)


def table(cells: Iterable[Cell]) -> str:
    """The cells as a table, one line each."""
    from tabulate import tabulate

    rows = [(plain(cell.dimension), plain(cell.plan or ""), plain(cell.region), *_answer(cell)) for cell in cells]
    headers = ("dimension", "plan", "Region", "price", "status", "SKU", "published")
    return tabulate(rows, headers, disable_numparse=True) + "\n"


def render(cells: Sequence[Cell], ages: Iterable[Old]) -> str:
    """The table, how many of its cells have each status, and which of its prices are old."""
    summary = ", ".join(f"{number:,} {name}" for name, number in counts(cells).items() if number)
    lines = [f"\n{len(cells):,} cells: {summary or 'nothing'}\n"]
    return table(cells) + "".join([*lines, *(f"{plain(str(item))}\n" for item in ages)])


def _answer(cell: Cell) -> tuple[str, str, str, str]:
    match cell.answer:
        case Priced(row):
            price = ranges(row.tiers, plain(row.unit), row.currency)
            return price, row.status.value, plain(row.sku), plain(row.source.published[:10])
        case NotOffered():
            return "-", "not offered", "", ""
        case NoPriceKnown():
            return "-", "no price known", "", ""


def _money(amount: Decimal) -> str:
    """At least two decimal places, and all that there are."""
    shown = written(amount)
    whole, _, places = shown.partition(".")
    return f"{int(whole):,}.{places.ljust(2, '0')}"
