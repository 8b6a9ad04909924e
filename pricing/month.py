"""The billing month of an estimate."""

import calendar
from datetime import date
from decimal import Decimal

import msgspec


class MonthError(ValueError):
    """Not a month like ``2026-12``."""


class Month(msgspec.Struct, frozen=True, order=True):
    """A calendar month."""

    year: int
    month: int

    def __str__(self) -> str:
        """``2026-12``."""
        return f"{self.year:04}-{self.month:02}"

    @property
    def days(self) -> int:
        """28 to 31."""
        return calendar.monthrange(self.year, self.month)[1]

    @property
    def hours(self) -> Decimal:
        """Hours of the month."""
        return Decimal(24 * self.days)

    @property
    def seconds(self) -> Decimal:
        """Seconds of the month."""
        return Decimal(86_400 * self.days)

    @property
    def first_day(self) -> date:
        """The first of the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The last of the month."""
        return date(self.year, self.month, self.days)

    def since(self, day: date) -> int:
        """Whole calendar months from the month of a day to this one; negative when it is later."""
        return 12 * (self.year - day.year) + self.month - day.month


AVERAGE_HOURS = Decimal(730)
"""Hours of a month that is not told: what AWS's calculator uses."""


def parse(written: str) -> Month:
    """The month that is written like ``2026-12``.

    Raises:
        MonthError: for anything else.
    """
    year, dash, month = written.partition("-")
    if dash and len(year) == 4 and len(month) == 2 and (year + month).isascii() and (year + month).isdigit():
        found = Month(int(year), int(month))
        if found.year and 1 <= found.month <= 12:
            return found
    raise MonthError(f"{written!r} is not a month like 2026-12")
