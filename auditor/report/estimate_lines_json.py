"""The lines of an estimate as JSON, written piece by piece: an account can have hundreds of thousands of them.

Most of a line is what it shares with others; that is written once.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

import msgspec

from auditor.report import json_text
from pricing.money import written
from pricing.result import Line, TierCost
from pricing.tiers import ZERO

_TOGETHER = 1000
"""Lines that are written at once: enough to be fast, few enough to hold no second copy of a large estimate."""


def pieces(lines: Sequence[Line]) -> Iterator[str]:
    """What stands between the brackets of the array, in whole lines of text.

    Together they have the same bytes that `json_text.encode` makes of it.
    """
    for start in range(0, len(lines), _TOGETHER):
        some = lines[start : start + _TOGETHER]
        end = ",\n" if start + _TOGETHER < len(lines) else "\n"
        yield "    " + ",\n    ".join([_line(line) for line in some]) + end


def _line(line: Line) -> str:
    start, product, unit, status = _shared(
        line.meter, line.service, line.region, line.usage_type, line.sku, line.unit, line.status
    )
    quantity, free, cost, tiers, basis = line.quantity, line.free, line.cost, line.tiers, line.derived_from
    amount = written(quantity)
    total = "null" if cost is None else f'"{written(cost)}"'
    if not tiers:
        ranges = "[]"
    elif len(tiers) == 1:
        (tier,) = tiers
        share = amount if tier.quantity is quantity else written(tier.quantity)
        price = total if tier.cost is cost else f'"{written(tier.cost)}"'
        begin, middle = _range(tier.begin, tier.end, tier.price)
        ranges = f"[\n        {begin}{share}{middle}{price}\n        }}\n      ]"
    else:
        ranges = "[\n        " + ",\n        ".join([_tier(tier) for tier in tiers]) + "\n      ]"
    return (
        f"{start}{'null' if line.resource is None else _name(line.resource)}{product}{amount}{unit}"
        f'{"0" if free is ZERO else written(free)}",\n      "tiers": {ranges},\n      "cost": {total}{status}'
    ) + (f',\n      "derived_from": {_quoted(basis)}\n    }}' if basis else _end(line.plan))


def _end(plan: str) -> str:
    return f',\n      "plan": {_quoted(plan)}\n    }}' if plan else "\n    }"


@lru_cache(1000)
def _shared(
    meter: str, service: str, region: str, usage_type: str, sku: str, unit: str, status: str
) -> tuple[str, str, str, str]:
    """What stands before, between and after the members in which the lines of a meter in a Region differ."""
    names = f'"meter": {_quoted(meter)},\n      "service": {_quoted(service)},\n      "region": {_quoted(region)}'
    return (
        f'{{\n      {names},\n      "resource": ',
        f',\n      "usage_type": {_quoted(usage_type)},\n      "sku": {_quoted(sku)},\n      "quantity": "',
        f'",\n      "unit": {_quoted(unit)},\n      "free": "',
        f',\n      "status": {_quoted(status)}',
    )


@lru_cache(1000)
def _range(begin: Decimal, end: Decimal | None, price: Decimal) -> tuple[str, str]:
    """What stands before and after the quantity of a price range."""
    to = "null" if end is None else f'"{written(end)}"'
    return (
        f'{{\n          "from": "{written(begin)}",\n          "to": {to},\n          "quantity": "',
        f'",\n          "price": "{written(price)}",\n          "cost": ',
    )


def _tier(tier: TierCost) -> str:
    begin, middle = _range(tier.begin, tier.end, tier.price)
    return f'{begin}{written(tier.quantity)}{middle}"{written(tier.cost)}"\n        }}'


_encode = msgspec.json.Encoder().encode


def _quoted(text: str) -> str:
    """A text as JSON; nothing but texts needs to be made safe to print."""
    try:
        written_text = _encode(text)
    except UnicodeEncodeError:
        # A lone surrogate becomes the text of its escape, as everywhere in the document.
        written_text = _encode(text.encode("utf-8", "backslashreplace").decode())
    return json_text.printable(written_text.decode())


_name = lru_cache(100_000)(_quoted)
"""A resource has a line for each of its meters."""
