"""Amounts of money on the command line."""

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from auditor.gate.budget import Increase


class Dollars(click.ParamType[Decimal]):
    """An amount of US dollars, exact."""

    name = "usd"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """The amount that was written."""
        if isinstance(value, Decimal):
            return value
        amount = _number(str(value).removeprefix("$"))
        if amount is None:
            self.fail(f"{value!r} is not an amount of dollars like 500 or 49.90", param, ctx)
        return amount


class MostIncrease(click.ParamType["Increase"]):
    """How much more something may cost: ``10%`` or ``50USD``."""

    name = "increase"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> "Increase":
        """The limit that was written."""
        from auditor.gate.budget import Increase

        if isinstance(value, Increase):
            return value
        written = str(value).strip()
        percent = written.endswith("%")
        amount = _number(
            written.removesuffix("%") if percent else written.removesuffix("USD").strip().removeprefix("$")
        )
        if amount is None:
            self.fail(f"{value!r} is neither a percentage like 10% nor an amount like 50USD", param, ctx)
        return Increase(amount, percent=percent)


def _number(written: str) -> Decimal | None:
    """An amount of 0 or more; None when it is none."""
    try:
        amount = Decimal(written.replace(",", ""))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 and amount.adjusted() <= 15 else None
