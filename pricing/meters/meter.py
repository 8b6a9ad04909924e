"""What a meter is, and the quantities it reads."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from inspect import getdoc
from typing import TypeAlias

import msgspec

from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.resource import Resource
from pricing.money import EXACT
from pricing.options import Choices


class Told:
    """The quantities of one resource, or of one service in one Region, as far as they are told.

    Args:
        quantities: name to amount; None for one that is said to be unknown.
    """

    __slots__ = ("_quantities",)

    def __init__(self, quantities: Mapping[str, Decimal | None]) -> None:
        self._quantities = quantities

    def quantity(self, name: str) -> Value[Decimal]:
        """The amount; Unknown when it is absent or null."""
        amount = self._quantities.get(name)
        return Unknown(Cause.NOT_HERE, name) if amount is None else Known(amount)

    def mentions(self, name: str) -> bool:
        """Whether the usage file has the name, be it with null."""
        return name in self._quantities

    def is_used(self, name: str) -> bool:
        """Whether the name is there and its amount is not certainly 0."""
        return name in self._quantities and self._quantities[name] != 0


Measure: TypeAlias = Callable[[Told, Choices], Value[Decimal]]
"""The billed units; Unknown with the name of the missing quantity as detail."""


class Quantity(msgspec.Struct, frozen=True):
    """A quantity of the usage file that is not billed itself but that meters read."""

    id: str
    unit: str
    help: str


class Meter(msgspec.Struct, frozen=True, kw_only=True):
    """A metering rule.

    Attributes:
        id: name of the quantity in the usage file, in the estimate and in the documentation.
        unit: of that quantity, singular. What is billed has the unit of the catalog's dimension.
        dimension: of the catalog, what the units count towards.
        measure: the rule; its docstring is the documentation, with the source.
        implied_by: quantities whose use makes this one occur, so that it is unknown when it is not told.
        options: ids of the options that the rule depends on.
        extra_of_plan: whether sources leave open if an SES plan includes it.
        excludes: why the rule does not hold for a resource, None when it does.
        in_usage: whether a usage file may tell the quantity.
        dimension_on_plan: `dimension` where an SES pricing plan is chosen (or none is known to be), if another one.
    """

    id: str
    unit: str
    dimension: str
    measure: Measure
    implied_by: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    extra_of_plan: bool = False
    excludes: Callable[[Resource], Unknown | None] | None = None
    in_usage: bool = True
    dimension_on_plan: str = ""

    @property
    def service(self) -> str:
        """First word of the id: ses, sns or data_transfer."""
        return self.id.partition(".")[0]

    def dimension_under(self, plan: Value[str | None]) -> str:
        """What the units count towards under an SES pricing plan; NONE is à la carte."""
        return self.dimension_on_plan if self.dimension_on_plan and plan != Known("NONE") else self.dimension

    @property
    def rule(self) -> str:
        """The rule in words, with its source."""
        return getdoc(self.measure) or ""


def as_told(name: str, rule: str) -> Measure:
    """A measure that bills the quantity as it is told, with its documentation."""

    def measure(told: Told, _: Choices) -> Value[Decimal]:
        return told.quantity(name)

    measure.__doc__ = rule
    return measure


def times(amount: Value[Decimal], factor: Value[Decimal]) -> Value[Decimal]:
    """The product; Unknown when one is, but 0 times anything is 0."""
    for value in (amount, factor):
        if isinstance(value, Known) and value.value == 0:
            return value
    for value in (amount, factor):
        if isinstance(value, Unknown):
            return value
    assert isinstance(amount, Known) and isinstance(factor, Known)  # noqa: S101, PT018 - the two loops leave nothing else
    return Known(EXACT.multiply(amount.value, factor.value))


def pieces(size: Decimal, limit: Decimal, *, up: bool = True) -> Decimal:
    """How many pieces of `limit` bytes `size` bytes make, the last one counted (at least one) or, not `up`, dropped."""
    whole, rest = divmod(size, limit)
    return max(whole + (1 if rest else 0), Decimal(1)) if up else whole
