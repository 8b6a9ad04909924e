"""Exact amounts: how they are rounded and written."""

from decimal import ROUND_HALF_UP, Context, Decimal, Inexact

CENT = Decimal("0.01")

# Products of quantities (at most 18 digits before and 12 after the point) and prices (12 after it) stay exact in it;
# an operation that would not raises instead of losing a digit.
EXACT = Context(prec=96, traps=[Inexact])


_WIDE = Context(prec=96)


def quotient(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The quotient rounded half up to 12 decimal places, for units that do not divide evenly."""
    return _WIDE.divide(dividend, divisor).quantize(Decimal("1e-12"), ROUND_HALF_UP, _WIDE).normalize(_WIDE)


def to_cents(amount: Decimal) -> Decimal:
    """The amount rounded half up to cents, as it is displayed."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP, context=_WIDE)


def rounded(number: Decimal, unit: Decimal) -> Decimal:
    """The number rounded half up to a multiple of a power of ten, such as 1 or 0.000001."""
    return number.quantize(unit, ROUND_HALF_UP, _WIDE)


def written(number: Decimal) -> str:
    """The number in plain decimal notation, without exponent and without trailing zeros after the point."""
    plain = str(number)
    if "E" in plain:
        plain = f"{number:f}"
    if plain[-1] != "0" or "." not in plain:
        return plain
    return plain.rstrip("0").rstrip(".")


def grouped(number: Decimal) -> str:
    """The number for people, thousands separated: ``1,200,000`` or ``10.48576``."""
    whole, point, places = written(number).partition(".")
    return f"{int(whole):,}{point}{places}"


def signed(amount: Decimal) -> str:
    """A difference in dollars: ``+$1.00``, ``-$1.00``, ``$0.00``."""
    if amount < 0:
        return f"-{dollars(-amount)}"
    return f"+{dollars(amount)}" if amount else dollars(amount)


def dollars(amount: Decimal) -> str:
    """The amount as people read it: ``$1,234.50``; ``<$0.01`` for what is more than nothing and rounds to nothing."""
    rounded = to_cents(amount)
    if rounded == 0 and amount > 0:
        return "<$0.01"
    return f"${rounded:,.2f}"
