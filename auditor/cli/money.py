"""Amounts of money on the command line."""

import re
from decimal import Decimal
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


_LONGEST = 40
_AMOUNT = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)
"""Digits, whose thousands commas may separate: in ``49,90`` the comma would be that of cents, so it is no amount."""


def _number(written: str) -> Decimal | None:
    """An amount of 0 or more; None when it is none."""
    if len(written) > _LONGEST or not _AMOUNT.fullmatch(written):
        return None
    amount = Decimal(written.replace(",", ""))
    return amount if amount.adjusted() <= 15 else None
