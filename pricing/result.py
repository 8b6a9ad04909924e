"""The estimate, estimate-v1: what a month costs, line by line, and what is not known of it."""

from decimal import Decimal

import msgspec
from msgspec import UNSET, UnsetType

from pricing.credits import Credits

SCHEMA = "estimate-v1"
CURRENCY = "USD"
UNDECIDED = "undecided"
"""Status of a line whose price is not known because something is not told."""
TOLD = "told"
"""Status of a line whose price the usage tells."""
NOT_OFFERED = "not offered"
"""Status of a line for what AWS does not offer in the Region."""
NO_PRICE_KNOWN = "no price known"
"""Status of a line for which the catalog has no price."""


class TierCost(msgspec.Struct, gc=False, frozen=True, rename={"begin": "from", "end": "to"}):
    """The part of a line in one price range.

    Attributes:
        begin, end: of the range, in units of the month; end None for no end.
        quantity: units of this line in the range.
        price: US dollars per unit.
        cost: exact.
    """

    begin: Decimal
    end: Decimal | None
    quantity: Decimal
    price: Decimal
    cost: Decimal


class Line(msgspec.Struct, gc=False, frozen=True, kw_only=True, omit_defaults=True):
    """One meter in one Region, of one resource or of none in particular.

    Attributes:
        meter: id, the name of the quantity in the usage file.
        service: ses, sns or data_transfer.
        resource: id of the resource, None for usage that is told for the Region.
        usage_type, sku: as on the bill, without the Region's prefix; empty when not known.
        quantity: billed units, `free` among them.
        unit: of the billed units, singular.
        free: units covered by a free allowance.
        tiers: what is paid for, by price range.
        cost: exact US dollars; None when it is not known.
        status: confirmed, inferred or disputed, of the price; else `TOLD`, `UNDECIDED`, `NOT_OFFERED` or
            `NO_PRICE_KNOWN`.
        derived_from: what a quantity that is not told follows from; empty, and left out, for one that is told.
        plan: SES pricing plan that it was used under, where several hold in the month; else empty, and left out.
    """

    meter: str
    service: str
    region: str
    resource: str | None
    usage_type: str
    sku: str
    quantity: Decimal
    unit: str
    free: Decimal
    tiers: tuple[TierCost, ...]
    cost: Decimal | None
    status: str
    derived_from: str = ""
    plan: str = ""


class PriceRange(msgspec.Struct, frozen=True, rename={"begin": "from", "end": "to"}):
    """A price range without quantity; see `TierCost`."""

    begin: Decimal
    end: Decimal | None
    price: Decimal


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """A price that something costs once its quantity or plan is told.

    Attributes:
        plan: SES pricing plan that it holds under, None when that makes no difference.
        status: confirmed, inferred or disputed; `NOT_OFFERED` or `NO_PRICE_KNOWN` have no tiers.
        cost: what the quantity would cost, None when the quantity is not told.
    """

    plan: str | None
    status: str
    tiers: tuple[PriceRange, ...]
    cost: Decimal | None = None


class Dependency(msgspec.Struct, frozen=True, kw_only=True):
    """A cost that depends on something that is not told.

    Attributes:
        quantity: billed units, None when they are what is missing.
        needs: what to tell: names of quantities, or ``regions.<Region>.ses_plan``.
        reason: in words.
        prices: the unit price; one per plan when the plan is not told.
        For the others see `Line`.
    """

    meter: str
    service: str
    region: str | None
    resource: str | None
    quantity: Decimal | None
    unit: str
    needs: tuple[str, ...]
    reason: str
    prices: tuple[Price, ...]


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """How a disputed metering rule was read.

    Attributes:
        choices: values to their meaning.
    """

    id: str
    question: str
    value: str
    choices: dict[str, str]


class CatalogUsed(msgspec.Struct, frozen=True, order=True):
    """Price data that the estimate used: AWS offer code, version of the offer, date of publication."""

    service: str
    version: str
    published: str


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """What a month costs.

    Attributes:
        month: ``2026-12``, None for an average month.
        total: US dollars, the exact sum of all known costs rounded half up to cents; before credits.
        complete: whether every cost is known: no dependency, no line without cost, nothing unread or hidden.
        lines: sorted by service, Region, meter, resource.
        depends_on_usage: what is not in the total because something is not told.
        assumptions: in words.
        unread: what of the inputs could not be read; left out where everything was.
        hidden: what is made by what the inputs do not show (nested stacks, macros); left out where nothing is.
        credits: what they leave of the total; left out where none are told.
    """

    schema: str = SCHEMA
    currency: str = CURRENCY
    month: str | None
    total: Decimal
    complete: bool
    lines: tuple[Line, ...]
    depends_on_usage: tuple[Dependency, ...]
    assumptions: tuple[str, ...]
    options: tuple[Choice, ...]
    catalog: tuple[CatalogUsed, ...]
    unread: tuple[str, ...] | UnsetType = UNSET
    hidden: tuple[str, ...] | UnsetType = UNSET
    credits: Credits | UnsetType = UNSET

    @property
    def unknown_costs(self) -> int:
        """How many costs are not in the total."""
        without_price = sum(1 for line in self.lines if line.cost is None and line.status != UNDECIDED)
        return len(self.depends_on_usage) + without_price
