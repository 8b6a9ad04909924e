"""Worked examples: what a usage costs, computed by hand from AWS's published prices."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from pricing.money import to_cents, written
from pricing.result import Estimate
from pricing.usage.usage import Usage


class Worked(NamedTuple):
    """A usage and what it must cost.

    Attributes:
        usage: of a month.
        costs: exact US dollars by meter; where a meter has several lines, their sum.
        total: rounded to cents.
        choices: of options, as ``ses__plan__extras="included"``.
    """

    usage: Usage
    costs: Mapping[str, str]
    total: str
    choices: Mapping[str, str] = {}


def costs_by_meter(found: Estimate) -> dict[str, str]:
    """The exact cost of every meter that has units; what is not known is written so."""
    costs: dict[str, Decimal] = {}
    for item in found.lines:
        if item.quantity:
            assert item.cost is not None, (item.meter, item.status)
            costs[item.meter] = costs.get(item.meter, Decimal(0)) + item.cost
    return {meter: written(amount) for meter, amount in costs.items()}


def summed(amounts: Iterable[str]) -> str:
    """The sum, rounded half up to cents, as it is displayed."""
    return f"{to_cents(sum(map(Decimal, amounts), Decimal(0))):.2f}"
