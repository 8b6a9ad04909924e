"""What a meter is, and the quantities it reads."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from inspect import getdoc
from typing import TypeAlias

import msgspec

from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.resource import Resource
from pricing.money import EXACT, quotient
from pricing.month import AVERAGE_HOURS, Month
from pricing.options import Choices

_ONE = Decimal(1)
PER_GB = Decimal("1e-9")
"""GB of 10^9 bytes that a byte is."""
_MS_MB = Decimal(1000 * 1024)


class Told:
    """The quantities of one resource, or of one service in one Region, as far as they are told.

    Args:
        quantities: name to amount; None for one that is said to be unknown.
        month: whose seconds count; None for an average one of 730 hours.
    """

    __slots__ = ("_month", "_quantities")

    def __init__(self, quantities: Mapping[str, Decimal | None], month: Month | None = None) -> None:
        self._quantities = quantities
        self._month = month

    def instead(self, name: str, amount: Decimal | None) -> "Told":
        """The same with another amount of a quantity."""
        return Told({**self._quantities, name: amount}, self._month)

    @property
    def seconds(self) -> Decimal:
        """Seconds of the month."""
        return self._month.seconds if self._month is not None else AVERAGE_HOURS * 3600

    def quantity(self, name: str) -> Value[Decimal]:
        """The amount; Unknown when it is absent or null."""
        amount = self._quantities.get(name)
        return Unknown(Cause.NOT_HERE, name) if amount is None else Known(amount)

    def quantity_or(self, name: str, default: Value[Decimal]) -> Value[Decimal]:
        """The amount, the default when it is absent; null is unknown."""
        return self.quantity(name) if name in self._quantities else default

    def mentions(self, name: str) -> bool:
        """Whether the usage file has the name, be it with null."""
        return name in self._quantities


Measure: TypeAlias = Callable[[Told, Choices], Value[Decimal]]
"""The billed units; Unknown with the name of the missing quantity as detail."""


class Quantity(msgspec.Struct, frozen=True):
    """A quantity of the usage file that is not billed itself but that meters read.

    Attributes:
        least, most: what AWS allows; most None for no limit.
    """

    id: str
    unit: str
    help: str
    least: Decimal = Decimal(0)
    most: Decimal | None = None


class Default(msgspec.Struct, frozen=True):
    """What counts where a quantity is not told: an assumption that is printed with the estimate.

    Attributes:
        quantity: that is not told.
        words: what is taken to be so instead.
    """

    quantity: str
    words: str


class Meter(msgspec.Struct, frozen=True, kw_only=True):
    """A metering rule.

    Attributes:
        id: name of the quantity in the usage file, in the estimate and in the documentation.
        unit: of that quantity, singular. What is billed has the unit of the catalog's dimension.
        dimension: of the catalog, what the units count towards.
        measure: the rule; its docstring is the documentation.
        source: address of AWS's statement of the rule.
        implied_by: quantities whose use makes this one occur, so that it is derived, or unknown, when it is not told.
        options: ids of the options that the rule depends on.
        extra_of_plan: whether sources leave open if an SES plan includes it.
        excludes: why the rule does not hold for a resource, None when it does.
        in_usage: whether a usage file may tell the quantity.
        dimension_on_plan: `dimension` where an SES pricing plan is chosen (or none is known to be), if another one.
        price_from: quantity that tells the price of a unit in US dollars, which then replaces the catalog's.
        assumption: what a derived quantity takes to be so, printed with the estimate; empty when it takes nothing.
        defaults: what counts where quantities that it reads, or that go with it, are not told.
        mean_sizes: quantities of sizes that it reads, which every message is taken to have.
    """

    id: str
    unit: str
    dimension: str
    measure: Measure
    source: str
    implied_by: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    extra_of_plan: bool = False
    excludes: Callable[[Resource], Unknown | None] | None = None
    in_usage: bool = True
    dimension_on_plan: str = ""
    price_from: str = ""
    assumption: str = ""
    defaults: tuple[Default, ...] = ()
    mean_sizes: tuple[str, ...] = ()

    @property
    def service(self) -> str:
        """First word of the id, such as ses or data_transfer."""
        return self.id.partition(".")[0]

    def dimension_under(self, plan: Value[str | None]) -> str:
        """What the units count towards under an SES pricing plan; NONE is à la carte."""
        return self.dimension_on_plan if self.dimension_on_plan and plan != Known("NONE") else self.dimension

    @property
    def rule(self) -> str:
        """The rule in words."""
        return getdoc(self.measure) or ""


def as_told(name: str, rule: str) -> Measure:
    """A measure that bills the quantity as it is told, with its documentation."""

    def measure(told: Told, _: Choices) -> Value[Decimal]:
        return told.quantity(name)

    measure.__doc__ = rule
    return measure


def told_or(name: str, derived: Measure) -> Measure:
    """A measure that bills the quantity as it is told and, where it is not, what another measure derives."""

    def measure(told: Told, choices: Choices) -> Value[Decimal]:
        return told.quantity(name) if told.mentions(name) else derived(told, choices)

    measure.__doc__ = derived.__doc__
    return measure


def times(*factors: Value[Decimal]) -> Value[Decimal]:
    """The product; Unknown when a factor is, but 0 times anything is 0."""
    result: Decimal | None = None
    unknown: Unknown | None = None
    for value in factors:
        if isinstance(value, Unknown):
            unknown = value if unknown is None else unknown
        elif not value.value:
            return value
        else:
            result = value.value if result is None else EXACT.multiply(result, value.value)
    return unknown if unknown is not None else Known(Decimal(1) if result is None else result)


def plus(*amounts: Value[Decimal]) -> Value[Decimal]:
    """The sum; Unknown when an amount is."""
    result = Decimal(0)
    for value in amounts:
        if isinstance(value, Unknown):
            return value
        result = EXACT.add(result, value.value)
    return Known(result)


def gb_seconds(invocations: Value[Decimal], milliseconds: Value[Decimal], megabytes: Value[Decimal]) -> Value[Decimal]:
    """GB-seconds (2^30 bytes) of a function's invocations, rounded to 12 decimal places; Unknown when a factor is."""
    product = times(invocations, milliseconds, megabytes)
    return Known(quotient(product.value, _MS_MB)) if isinstance(product, Known) else product


def pieces(size: Decimal, limit: Decimal, *, up: bool = True) -> Decimal:
    """How many pieces of `limit` bytes `size` bytes make, the last one counted (at least one) or, not `up`, dropped."""
    if up and size <= limit:
        return _ONE
    whole, rest = divmod(size, limit)
    return whole + 1 if up and rest else whole


def chunks(size: Value[Decimal], limit: Decimal) -> Value[Decimal]:
    """How many pieces of `limit` bytes a size that may not be known makes, the last one counted."""
    return Known(pieces(size.value, limit)) if isinstance(size, Known) else size
