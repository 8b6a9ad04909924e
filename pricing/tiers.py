"""Marginal tiers: each unit costs the price of the range that it falls into. Exact decimal arithmetic."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import reduce

import msgspec

from pricing.catalog.model import Tier
from pricing.money import EXACT

ZERO = Decimal(0)


class TierError(ValueError):
    """The tiers have a gap, overlap, or do not begin at 0 or do not go on for ever."""


class Portion(msgspec.Struct, frozen=True, gc=False):
    """The part of a quantity that falls into one tier."""

    tier: Tier
    quantity: Decimal

    @property
    def cost(self) -> Decimal:
        """US dollars, exact."""
        return EXACT.multiply(self.quantity, self.tier.price)


def check(tiers: Sequence[Tier], of: str) -> None:
    """Raise `TierError` naming `of` unless the tiers cover every quantity from 0 once, at prices of 0 or more."""
    reached: Decimal | None = ZERO
    for tier in tiers:
        if reached is None or tier.begin != reached:
            raise TierError(f"{of}: a tier begins at {tier.begin}, the one before ends at {reached}")
        if tier.price < 0 or (tier.end is not None and tier.end <= tier.begin):
            raise TierError(f"{of}: the tier from {tier.begin} is empty or has a negative price")
        reached = tier.end
    if reached is not None:
        raise TierError(f"{of}: no tier after {reached}")


def split(quantity: Decimal, tiers: Sequence[Tier], start: Decimal = ZERO) -> tuple[Portion, ...]:
    """The portions of a quantity by tier, empty ones left out.

    Args:
        quantity: units, 0 or more.
        tiers: contiguous from 0, see `check`.
        start: how many units of the month were counted before these.
    """
    end = EXACT.add(start, quantity)
    portions = []
    for tier in tiers:
        low = max(tier.begin, start)
        high = end if tier.end is None else min(tier.end, end)
        if high > low:
            portions.append(Portion(tier, EXACT.subtract(high, low)))
    return tuple(portions)


def cost(quantity: Decimal, tiers: Sequence[Tier], start: Decimal = ZERO) -> Decimal:
    """What a quantity costs, exact; see `split`."""
    return total(portion.cost for portion in split(quantity, tiers, start))


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    return reduce(EXACT.add, amounts, ZERO)


def share(lines: Sequence[Decimal], tiers: Sequence[Decimal]) -> list[list[Decimal]]:
    """How lines that fill tiers together share them: one row per line, one column per tier, in their order.

    Every line gets of every tier in proportion to its quantity, in whole units of the smallest decimal place in use.
    What rounding down leaves is filled from the first line and the first tier on. Rows and columns add up exactly,
    so costs do, whoever is billed for what.

    Args:
        lines: quantity of each line, 0 or more.
        tiers: quantity in each tier; adds up to the same.
    """
    filled = [index for index, tier in enumerate(tiers) if tier]
    if len(filled) == 1 and total(lines) == tiers[filled[0]]:
        return [[line if index == filled[0] else ZERO for index in range(len(tiers))] for line in lines]
    scale, rows = _in_units(lines, *tiers)
    columns = [_units(tier, scale) for tier in tiers]
    whole = sum(rows)
    if whole != sum(columns):
        raise ValueError("lines and tiers do not add up to the same quantity")
    shares = [[row * column // whole if whole else 0 for column in columns] for row in rows]
    left_in_column = [column - sum(row[index] for row in shares) for index, column in enumerate(columns)]
    column = 0
    for index, row in enumerate(rows):
        left = row - sum(shares[index])
        while left:
            while not left_in_column[column]:
                column += 1
            taken = min(left, left_in_column[column])
            shares[index][column] += taken
            left_in_column[column] -= taken
            left -= taken
    if not scale:
        return [[Decimal(units) for units in row] for row in shares]
    return [[Decimal(units).scaleb(-scale, EXACT) for units in row] for row in shares]


def portions_of(amount: Decimal, lines: Sequence[Decimal]) -> list[Decimal]:
    """How lines share an amount that is at most their sum: the first column of `share` for the amount and the rest."""
    whole_amount = total(lines)
    if amount == whole_amount:
        return list(lines)
    scale, rows = _in_units(lines, amount)
    first = _units(amount, scale)
    whole = sum(rows)
    rest = whole - first
    if rest < 0:
        raise ValueError("the amount is larger than the lines")
    shares = [row * first // whole for row in rows] if whole else [0] * len(rows)
    left = first - sum(shares)
    index = 0
    while left:
        row = rows[index]
        more = min(left, row - shares[index] - row * rest // whole)
        shares[index] += more
        left -= more
        index += 1
    return [Decimal(units).scaleb(-scale, EXACT) if scale else Decimal(units) for units in shares]


FINENESS = 12
"""Decimal places of an apportioned amount beyond those of the quantities it is spread over."""


def apportion(amount: Decimal, pools: Sequence[Decimal]) -> list[Decimal]:
    """How pools share an amount in proportion to their quantity; the shares add up to it exactly.

    Shares are rounded down, `FINENESS` places finer than the quantities are; what that leaves goes to the first pools
    that have room. They depend on the quantities of the pools alone, not on who used them, so what pools cost cannot
    depend on how their usage is spread over resources.

    Args:
        amount: to share, at most the sum of the pools.
        pools: quantities, 0 or more.
    """
    scale = max([0, *(_places(number) for number in (amount, *pools))]) + FINENESS
    left, sizes = _units(amount, scale), [_units(pool, scale) for pool in pools]
    whole = sum(sizes)
    if left > whole:
        raise ValueError("the amount is larger than the pools")
    shares = [left * size // whole if whole else 0 for size in sizes]
    left -= sum(shares)
    for index, size in enumerate(sizes):
        more = min(left, size - shares[index])
        shares[index] += more
        left -= more
    return [Decimal(units).scaleb(-scale, EXACT).normalize(EXACT) for units in shares]


def _in_units(numbers: Sequence[Decimal], *others: Decimal) -> tuple[int, list[int]]:
    """The smallest decimal place in use by any of them, and the numbers in units of it."""
    scale = max([0, *map(_places, others)])
    whole = list(map(int, numbers))
    if whole == list(numbers):
        unit = 10**scale
        return scale, [number * unit for number in whole] if scale else whole
    scale = max([scale, *map(_places, numbers)])
    return scale, [_units(number, scale) for number in numbers]


def _places(number: Decimal) -> int:
    if number == int(number):
        return 0
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < 0:
        exponent = number.normalize(EXACT).as_tuple().exponent
    if not isinstance(exponent, int):
        raise TypeError(f"{number} is no quantity")
    return max(0, -exponent)


def _units(number: Decimal, scale: int) -> int:
    return int(number.scaleb(scale, EXACT)) if scale else int(number)
