"""Advice, and the alternatives that it is made from."""

from collections.abc import Callable
from decimal import Decimal

import msgspec

from pricing.usage.usage import Usage


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """A cheaper way.

    Attributes:
        id: permanent name of the kind of advice.
        subject: what it is about: a Region, or all topics.
        text: what to do.
        saving: US dollars a month, exact.
        now, then: what the parts that it touches cost a month, exact.
        break_even: from which usage on it pays, in words; empty where it always does.
        assumptions: what it takes for granted.
    """

    id: str
    subject: str
    text: str
    saving: Decimal
    now: Decimal
    then: Decimal
    break_even: str = ""
    assumptions: tuple[str, ...] = ()


class Alternative(msgspec.Struct, frozen=True, kw_only=True):
    """The usage told otherwise.

    Attributes:
        touches: the meters whose costs change.
        changed: ids of the resources, or service and Region, whose quantities change; None for all of the subject.
        scale: tells the usage for another number of recipients.
    """

    id: str
    subject: str
    text: str
    usage: Usage
    touches: frozenset[str]
    assumptions: tuple[str, ...]
    changed: frozenset[str] | None = None
    scale: Callable[[Usage, Decimal], Usage] | None = None
