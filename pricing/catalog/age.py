"""How old price data is."""

from collections.abc import Iterable
from datetime import date

import msgspec

from pricing.catalog.model import Source

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


def old(sources: Iterable[tuple[str, Source]], today: date, max_age_days: int = MAX_AGE_DAYS) -> tuple[Old, ...]:
    """The sources that are older than a number of days, sorted, each publication once.

    Args:
        sources: service and source. One that does not tell a day is as old as can be told: it is left out.
        today: what ages are counted from.
        max_age_days: the oldest that is not said.
    """
    found = set()
    for service, source in sources:
        try:
            published = date.fromisoformat(source.published[:10])
        except ValueError:
            continue
        days = (today - published).days
        if days > max_age_days:
            found.add(Old(service, published.isoformat(), days))
    return tuple(sorted(found))
