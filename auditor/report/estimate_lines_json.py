"""The lines of an estimate as JSON, each written in one step: an account can have hundreds of thousands of them."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

import msgspec

from auditor.report import json_text
from pricing.money import written
from pricing.result import Line, TierCost


def render(lines: Sequence[Line]) -> str:
    """The array as it stands in the document, with the same bytes that `json_text.encode` makes of it."""
    if not lines:
        return "[]"
    return json_text.printable("[\n    " + ",\n    ".join([_line(line) for line in lines]) + "\n  ]")


def _line(line: Line) -> str:
    tiers = ",\n        ".join([_tier(tier) for tier in line.tiers])
    ranges = "[\n        " + tiers + "\n      ]" if tiers else "[]"
    basis = line.derived_from
    return (
        f'{{\n      "meter": {_name(line.meter)},'
        f'\n      "service": {_name(line.service)},'
        f'\n      "region": {_name(line.region)},'
        f'\n      "resource": {"null" if line.resource is None else _quoted(line.resource)},'
        f'\n      "usage_type": {_name(line.usage_type)},'
        f'\n      "sku": {_name(line.sku)},'
        f'\n      "quantity": "{written(line.quantity)}",'
        f'\n      "unit": {_name(line.unit)},'
        f'\n      "free": "{written(line.free)}",'
        f'\n      "tiers": {ranges},'
        f'\n      "cost": {_number(line.cost)},'
        f'\n      "status": {_name(line.status)}'
    ) + (f',\n      "derived_from": {_quoted(basis)}\n    }}' if basis else "\n    }")


def _tier(tier: TierCost) -> str:
    return (
        f'{{\n          "from": "{written(tier.begin)}",'
        f'\n          "to": {_number(tier.end)},'
        f'\n          "quantity": "{written(tier.quantity)}",'
        f'\n          "price": "{written(tier.price)}",'
        f'\n          "cost": "{written(tier.cost)}"\n        }}'
    )


def _number(amount: Decimal | None) -> str:
    return "null" if amount is None else f'"{written(amount)}"'


_encode = msgspec.json.Encoder().encode


def _quoted(text: str) -> str:
    try:
        return _encode(text).decode()
    except UnicodeEncodeError:
        # A lone surrogate becomes the text of its escape, as everywhere in the document.
        return _encode(text.encode("utf-8", "backslashreplace").decode()).decode()


_name = lru_cache(1000)(_quoted)
"""Few names stand in many lines."""
