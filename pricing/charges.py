"""What meters count: the charges of told quantities, those that are alike together.

An account has few meters and Regions and many resources. What the charges of a meter in a Region share is held once;
what differs from resource to resource stands in columns.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

import msgspec

from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.resource import Resource
from pricing.meters.meter import Default, Meter, Told
from pricing.meters.registry import meters, meters_by_name
from pricing.meters.sns_fifo import NAMES
from pricing.money import EXACT
from pricing.month import Month
from pricing.options import Choices
from pricing.placing import Placed, Target
from pricing.plans import FEE, Plans

Exclusion: TypeAlias = Callable[[Resource], Unknown | None] | None
"""Why the rule of a meter does not hold for a resource; see `Meter.excludes`."""

_NONE: Known[Decimal] = Known(Decimal(0))
_NO_PLAN: Known[str | None] = Known(None)


class Charges(msgspec.Struct, frozen=True, eq=False):
    """Charges of one meter in one Region at one price: a row for each resource.

    Attributes:
        plan: SES pricing plan in the Region; Known(None) for services without plans.
        price: US dollars per unit as the usage tells it, None where the catalog's price counts.
        resources: ids, sorted; empty for what is told for the Region.
        quantities: billed units.
        bases: what a quantity follows from; empty where it follows from nothing.
        under: the plan, where it is one of several in the month; else empty.
    """

    meter: Meter
    service: str
    region: str
    plan: Value[str | None]
    price: Decimal | None
    resources: list[str]
    quantities: list[Decimal]
    bases: list[str]
    under: str = ""

    @property
    def dimension(self) -> str:
        """What of the catalog the units count towards."""
        return self.meter.dimension_under(self.plan)


class Counting(msgspec.Struct, frozen=True, eq=False):
    """How a meter counts for targets of which the same quantities are told.

    Attributes:
        is_derived: whether its quantity follows from others.
        charges: the charges, where the usage does not tell the price.
        defaults: those of the meter that count, as their quantities are not told.
        mean_sizes: whether it follows from a mean size that is told.
        source: name of the quantity that tells what it follows from; empty where none does.
    """

    meter: Meter
    charges: Charges
    is_derived: bool
    defaults: tuple[Default, ...]
    mean_sizes: bool
    source: str

    def basis(self, bases: Mapping[str, str]) -> str:
        """What a quantity follows from, or the quantity that the meter reads."""
        if not self.source:
            return ""
        basis = bases[self.source]
        return basis if self.source == self.meter.id else f"{self.source}: {basis}"


class OpenCharge(msgspec.Struct, frozen=True):
    """A charge whose quantity or Region is not known."""

    meter: Meter
    target: Target
    quantity: Value[Decimal]
    plan: Value[str | None]


class Metered(msgspec.Struct, frozen=True):
    """All charges.

    Attributes:
        known: sorted by service, Region and meter.
        open: in the order of known ones, then by resource.
        used: how meters came to quantities of more than 0.
    """

    known: tuple[Charges, ...]
    open: tuple[OpenCharge, ...]
    used: tuple[Counting, ...]


def metered(placed: Placed, plans: Plans, choices: Choices, month: Month | None = None) -> Metered:
    """All charges of the told quantities, those among them that are implied and not told, and the fees of plans.

    Args:
        placed: the quantities.
        plans: of SES, by Region.
        choices: of the options.
        month: whose seconds count, None for an average one.
    """
    regions = {(target.service, target.region): told for target, told in placed.told.items() if not target.id}
    places: dict[tuple[str, str | None], _Place] = {}
    open_: list[OpenCharge] = []
    used: dict[Counting, None] = {}
    for target, amounts in sorted(placed.told.items(), key=_id):
        key = target.service, target.region
        place = places.get(key)
        if place is None:
            place = places[key] = _Place(*key, regions.get(key, {}), plans)
        own = _named_for(target, amounts)
        told = Told(place.sizes | own if place.told and target.id else own, month)
        bases = placed.bases.get(target, {})
        excluded: dict[Exclusion, Unknown | None] = {None: None}
        for counting in place.counting(own, bases, is_resource=bool(target.id)):
            meter = counting.meter
            quantity = meter.measure(told, choices)
            if meter.excludes not in excluded:
                excluded[meter.excludes] = _excluded(meter, target)
            reason = excluded[meter.excludes]
            if reason is not None and quantity != _NONE:
                quantity = reason
            if isinstance(quantity, Known) and quantity.value:
                used[counting] = None
            parts = placed.under.get(target, {}).get(meter.id) if plans.is_changing(target.region) else None
            if parts is not None:
                open_ += _by_plan(meter, parts, told, choices, target, place)
                continue
            if isinstance(quantity, Unknown) or target.region is None:
                open_.append(OpenCharge(meter, target, quantity, place.plan))
                continue
            found = counting.charges
            if meter.price_from and isinstance(price := told.quantity(meter.price_from), Known):
                found = place.charges(meter, price.value)
            found.resources.append(target.id)
            found.quantities.append(quantity.value)
            found.bases.append(counting.basis(bases))
    known = [charges for place in places.values() for charges in place.found if charges.resources]
    known += _fees(plans, choices)
    known.sort(key=lambda charges: (charges.service, charges.region, charges.meter.id))
    open_.sort(key=_order)
    return Metered(tuple(known), tuple(open_), tuple(used))


def _by_plan(
    meter: Meter,
    parts: Mapping[str, Decimal | None],
    told: Told,
    choices: Choices,
    target: Target,
    place: "_Place",
) -> Iterator[OpenCharge]:
    """Charge what is told to be used under each plan of a month; what is not known of it stays open."""
    for name, amount in sorted(parts.items()):
        plan: Value[str | None] = Known(name) if name else place.plan
        quantity = meter.measure(told.instead(meter.id, amount), choices)
        if amount is None and name:
            quantity = Unknown(Cause.NOT_HERE, f"how much of {meter.id} was under {name} is not told")
        if isinstance(quantity, Unknown):
            yield OpenCharge(meter, target, quantity, plan)
            continue
        found = place.charges(meter, None, plan)
        found.resources.append(target.id)
        found.quantities.append(quantity.value)
        found.bases.append("")


class _Place:
    """A service in a Region: what is told of it, and the charges that occur there.

    Args:
        service: the service.
        region: None when the input does not tell it.
        told: of the service in the Region.
        plans: of SES, by Region.
    """

    def __init__(self, service: str, region: str | None, told: Mapping[str, Decimal | None], plans: Plans) -> None:
        self.told = told
        self.sizes = {name: amount for name, amount in told.items() if name not in meters()}
        """Quantities that are not billed themselves: defaults of the resources."""
        self.plan = _plan(service, region, plans)
        self._service = service
        self._region = region or ""
        self._charges: dict[tuple[str, Decimal | None, str], Charges] = {}
        self._counting: dict[tuple[object, ...], Sequence[Counting]] = {}

    @property
    def found(self) -> Iterable[Charges]:
        """All charges."""
        return self._charges.values()

    def charges(self, meter: Meter, price: Decimal | None, plan: Value[str | None] | None = None) -> Charges:
        """The charges of a meter at a price, under a plan that is not that of the whole month."""
        under = (plan.value or "") if isinstance(plan, Known) else ""
        found = self._charges.get((meter.id, price, under))
        if found is None:
            found = Charges(
                meter, self._service, self._region, self.plan if plan is None else plan, price, [], [], [], under
            )
            self._charges[meter.id, price, under] = found
        return found

    def counting(
        self, own: Mapping[str, Decimal | None], bases: Mapping[str, str], *, is_resource: bool
    ) -> "Sequence[Counting]":
        """The meters of quantities that are told, and those that what is told implies.

        Args:
            own: what is told of the target itself; defaults of its Region imply nothing.
            bases: what its derived quantities follow from.
            is_resource: whether the Region speaks for the target where it does not itself.
        """
        none = () if all(own.values()) else tuple([name for name, amount in own.items() if amount == 0])
        key = is_resource, tuple(own), none, tuple(bases)
        found = self._counting.get(key)
        if found is None:
            found = self._counting[key] = self._decide(own, none, bases, is_resource=is_resource)
        return found

    def _decide(
        self, own: Collection[str], none: Sequence[str], bases: Collection[str], *, is_resource: bool
    ) -> Sequence[Counting]:
        region = self.told if is_resource else {}
        names = {*own, *(self.sizes if is_resource else ())}
        return [
            Counting(
                meter=meter,
                charges=self.charges(meter, None),
                is_derived=meter.id not in names,
                defaults=tuple(
                    item for item in meter.defaults if item.quantity not in own and item.quantity not in region
                ),
                mean_sizes=not names.isdisjoint(meter.mean_sizes),
                source=next((name for name in (meter.id, *meter.implied_by) if name in bases), ""),
            )
            for meter in _occurring(own, none, region)
        ]


def _occurring(own: Collection[str], none: Sequence[str], region: Mapping[str, Decimal | None]) -> Iterable[Meter]:
    """The meters of quantities that are told, and those that what is told implies.

    Args:
        own: names of what is told of the target itself.
        none: those of them of which there are none.
        region: what is told of its Region.
    """
    found: dict[str, Meter] = {}
    for name in own:
        for meter in meters_by_name().get(name, ()):
            if meter.id == name or meter.id in own or (name not in none and not _is_spoken_for(meter, own, region)):
                found[meter.id] = meter
    return found.values()


def _is_spoken_for(meter: Meter, own: Collection[str], region: Mapping[str, Decimal | None]) -> bool:
    """Whether the Region tells what a meter counts, or what that would follow from if the target told nothing of it."""
    if meter.id in region:
        return True
    between = (meters()[name] for name in meter.implied_by if name in region and name not in own and name in meters())
    return any(not set(other.implied_by).isdisjoint(own) for other in between)


def _named_for(target: Target, told: dict[str, Decimal | None]) -> dict[str, Decimal | None]:
    """The quantities with the names that they have for FIFO topics, if the target is one."""
    if target.service != "sns" or not target.is_fifo:
        return told
    # What is told by its FIFO name wins.
    return {NAMES.get(name, name): amount for name, amount in told.items() if name in NAMES} | {
        name: amount for name, amount in told.items() if name not in NAMES
    }


def _excluded(meter: Meter, target: Target) -> Unknown | None:
    """Why a meter does not hold for a target."""
    if target.resource is not None:
        return meter.excludes(target.resource) if meter.excludes is not None else None
    return Unknown(Cause.UNDECIDED, "a FIFO topic delivers to SQS queues only") if target.is_fifo else None


def _plan(service: str, region: str | None, plans: Plans) -> Value[str | None]:
    if service != "ses":
        return _NO_PLAN
    if region is None:
        return Unknown(Cause.NOT_HERE, "the Region")
    plan = plans.of(region)
    return plan if isinstance(plan, Unknown) else Known(plan.value)


def _fees(plans: Plans, choices: Choices) -> Iterator[Charges]:
    for fee in plans.fees():
        months = Decimal(fee.accounts)
        if choices["ses.plan.proration"] == "part":
            months = EXACT.multiply(months, fee.share)
        yield Charges(meters()[FEE], "ses", fee.region, Known(fee.plan), None, [""], [months], [""])


def _id(told: tuple[Target, object]) -> str:
    return told[0].id


def _order(charge: OpenCharge) -> tuple[str, str, str, str]:
    return charge.target.service, charge.target.region or "", charge.meter.id, charge.target.id
