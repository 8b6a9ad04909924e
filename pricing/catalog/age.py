"""How old price data is."""

from collections.abc import Iterable
from datetime import date

import msgspec

MAX_AGE_DAYS = 120
"""Age from which prices are said to be old: AWS adds rows every few weeks and changes prices about once a year."""


class Old(msgspec.Struct, frozen=True, order=True):
    """Prices of a service that were published long ago.

    Attributes:
        service: AWS offer code.
        published: day (ISO 8601).
        days: since then.
    """

    service: str
    published: str
    days: int

    def __str__(self) -> str:
        return f"Prices of {self.service} published {self.published} are {self.days} days old; check them."


def old(published: Iterable[tuple[str, str]], today: date, max_age_days: int = MAX_AGE_DAYS) -> tuple[Old, ...]:
    """The publications that are older than a number of days, sorted, each once.

    Args:
        published: offer code and time (ISO 8601). What is no time has no age and is left out.
        today: what ages are counted from.
        max_age_days: the oldest that is not said.
    """
    found = set()
    for service, time in published:
        try:
            day = date.fromisoformat(time[:10])
        except ValueError:
            continue
        days = (today - day).days
        if days > max_age_days:
            found.add(Old(service, day.isoformat(), days))
    return tuple(sorted(found))
