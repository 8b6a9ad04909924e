"""From usage and inventory to charges: which meter counts how much, where, for which resource."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple, Self, TypeAlias

import msgspec

from auditor.iam.wildcard import glob
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Truth, Unknown, Value
from auditor.model.resource import Resource
from auditor.model.text import text
from pricing.meters.meter import Default, Meter, Told
from pricing.meters.registry import SERVICES, meters, meters_by_name, quantities
from pricing.meters.sns import is_fifo
from pricing.meters.sns_fifo import NAMES
from pricing.money import grouped
from pricing.month import Month
from pricing.options import Choices
from pricing.plans import FEE, Plans
from pricing.usage.usage import Entry, Usage, UsageError

_SERVICES = {
    "AWS::SNS::Topic": "sns",
    "AWS::KMS::Key": "kms",
    "AWS::SQS::Queue": "sqs",
    "AWS::Lambda::Function": "lambda",
    "AWS::CloudWatch::Alarm": "cloudwatch",
}

Exclusion: TypeAlias = Callable[[Resource], Unknown | None] | None
"""Why the rule of a meter does not hold for a resource; see `Meter.excludes`."""


class _Key(NamedTuple):
    """What tells targets apart; compared and hashed by the tuple, which is fast."""

    service: str
    region: str | None
    id: str


class Target(_Key):
    """What quantities are told for. Targets are equal when service, Region and id are.

    Attributes:
        service: first word of the quantities: ses, sns, data_transfer, kms …
        region: None when the input does not tell it.
        id: of the resource; empty for all of a service in a Region.
        resource: None for a Region, and for an ARN that is not in the inventory.
    """

    resource: Resource | None

    def __new__(cls, service: str, region: str | None, id: str = "", resource: Resource | None = None) -> Self:  # noqa: A002 - the name of the field
        """A target."""
        self = super().__new__(cls, service, region, id)
        self.resource = resource
        return self


class Charge(msgspec.Struct, frozen=True, gc=False):
    """A quantity that a meter counts.

    Attributes:
        quantity: billed units, or why they are not known.
        plan: SES pricing plan where the charge occurs; Known(None) for services without plans.
        is_derived: whether the quantity follows from others.
        price: US dollars per unit as the usage tells it, None where the catalog's price counts.
        defaults: those of the meter that count, as their quantities are not told.
        mean_sizes: whether it follows from a mean size that is told.
    """

    meter: Meter
    target: Target
    quantity: Value[Decimal]
    plan: Value[str | None]
    is_derived: bool = False
    price: Decimal | None = None
    defaults: tuple[Default, ...] = ()
    mean_sizes: bool = False

    @property
    def dimension(self) -> str:
        """What of the catalog the units count towards."""
        meter = self.meter
        return meter.dimension_under(self.plan) if meter.dimension_on_plan else meter.dimension

    def is_priced_like(self, other: "Charge") -> bool:
        """Whether meter, Region, plan and told price are the very same. Neighbours in order mostly are: ask them."""
        return (
            self.meter is other.meter
            and self.plan is other.plan
            and self.price is other.price
            and self.target.region == other.target.region
        )


def service_of(resource: Resource) -> str | None:
    """The service whose quantities a resource can have."""
    found = _SERVICES.get(resource.type_name)
    return found or ("ses" if resource.type_name.startswith("AWS::SES::") else None)


class Placed(msgspec.Struct, frozen=True):
    """Usage assigned to what it is for.

    Attributes:
        told: target to its quantities.
        unmatched: entries whose selector matches nothing.
        outside: ids of resources that the inputs do not have.
    """

    told: Mapping[Target, dict[str, Decimal | None]]
    unmatched: tuple[Entry, ...]
    outside: tuple[str, ...]


def place(usage: Usage, inventory: Inventory, default_region: str | None) -> Placed:
    """Assign every quantity to its Region or resources.

    An exact selector wins over one with ``*`` for the same resource and quantity.

    Raises:
        UsageError: when two equally exact entries tell the same quantity, or one is for a resource of another service.
    """
    told: dict[Target, dict[str, Decimal | None]] = defaultdict(dict)
    by: dict[Target, dict[str, Entry]] = defaultdict(dict)
    unmatched = []
    finder = _Finder(inventory, default_region)
    # Patterns first: what is exact replaces them.
    for entry in sorted(usage.entries, key=lambda entry: not entry.selector.is_pattern):
        targets = finder.targets(entry)
        if not targets:
            unmatched.append(entry)
        services = {target.service for target in targets}
        fitting: dict[str, dict[str, Decimal | None]] = {service: {} for service in services}
        for name, amount in entry.quantities.items():
            _check(usage, entry, name, amount)
            service = name.partition(".")[0]
            if targets and service not in services:
                raise UsageError(f"{usage.place(entry)}: {name} is no quantity of {entry.selector}")
            if targets:
                fitting[service][name] = amount
        for target in targets:
            before, amounts = by[target], fitting[target.service]
            for name in amounts:
                if name in before and before[name].selector.is_pattern == entry.selector.is_pattern:
                    raise UsageError(
                        f"{usage.place(entry)}: {name} of {target.id or entry.selector} is told twice, "
                        f"first at {usage.place(before[name])}"
                    )
                before[name] = entry
            told[target].update(amounts)
    return Placed({target: amounts for target, amounts in told.items() if amounts}, tuple(unmatched), finder.seen)


def _check(usage: Usage, entry: Entry, name: str, amount: Decimal | None) -> None:
    """Raise `UsageError` for an amount that AWS does not allow."""
    limits = quantities().get(name)
    if limits is None or amount is None:
        return
    if limits.least <= amount and (limits.most is None or amount <= limits.most):
        return
    place = f"{usage.place(entry)}: {name} of {entry.selector} is at"
    if amount < limits.least:
        raise UsageError(f"{place} least {grouped(limits.least)} {limits.unit}, not {grouped(amount)}")
    raise UsageError(f"{place} most {grouped(limits.most or amount)} {limits.unit}, not {grouped(amount)}")


class _Finder:
    """Finds what a selector is for."""

    def __init__(self, inventory: Inventory, default_region: str | None) -> None:
        self._targets: dict[str, dict[Target, None]] = defaultdict(dict)
        self._all: dict[Target, Resource] = {}
        self._outside: set[str] = set()
        for resource in inventory.resources:
            service = service_of(resource)
            if service is not None:
                target = target_of(resource, service, default_region)
                self._all[target] = resource
                for name in _names(resource):
                    self._targets[name][target] = None

    @property
    def seen(self) -> tuple[str, ...]:
        """ARNs that no input has, sorted."""
        return tuple(sorted(self._outside))

    def targets(self, entry: Entry) -> list[Target]:
        selector = entry.selector
        if selector.service:
            return [Target(selector.service, selector.region)]
        if selector.is_pattern:
            pattern = glob(text(selector.resource))
            return [
                target
                for target, resource in self._all.items()
                if any(pattern.matches_literal(name) is Truth.TRUE for name in _names(resource))
            ]
        found = list(self._targets.get(selector.resource, ()))
        if not found and (outside := _outside(selector.resource)) is not None:
            self._outside.add(selector.resource)
            return [outside]
        return found


def target_of(resource: Resource, service: str, default_region: str | None) -> Target:
    """A resource as a target; its Region is the default where the input does not tell it."""
    return Target(service, resource.region.literal or default_region, resource.id, resource)


def _names(resource: Resource) -> Iterator[str]:
    yield resource.id
    if resource.address != resource.id:
        yield resource.address
    if resource.arn is not None and (arn := str(resource.arn)) != resource.id:
        yield arn


def _outside(selector: str) -> Target | None:
    """An ARN that no input has still tells service and Region."""
    parts = selector.split(":", 5)
    if len(parts) == 6 and parts[0] == "arn" and parts[2] in SERVICES and parts[3]:
        return Target(parts[2], parts[3], selector)
    return None


def charges(placed: Placed, plans: Plans, choices: Choices, month: Month | None = None) -> Iterator[Charge]:
    """All charges of the told quantities, those among them that are implied and not told, and the fees of plans.

    Args:
        placed: the quantities.
        plans: of SES, by Region.
        choices: of the options.
        month: whose seconds count, None for an average one.
    """
    regions = {(target.service, target.region): told for target, told in placed.told.items() if not target.id}
    sizes = {key: _sizes(told) for key, told in regions.items()}
    for target, amounts in placed.told.items():
        place = target.service, target.region
        region = regions.get(place, {}) if target.id else {}
        own = _named_for(target, amounts)
        told = Told(sizes[place] | own if region else own, month)
        plan = _plan(target, plans)
        excluded: dict[Exclusion, Unknown | None] = {None: None}
        for meter in _occurring(own, region):
            quantity = meter.measure(told, choices)
            if meter.excludes not in excluded:
                excluded[meter.excludes] = _excluded(meter, target)
            reason = excluded[meter.excludes]
            if reason is not None and quantity != _NONE:
                quantity = reason
            price = told.quantity(meter.price_from) if meter.price_from else None
            yield Charge(
                meter,
                target,
                quantity,
                plan,
                not told.mentions(meter.id),
                price.value if isinstance(price, Known) else None,
                _defaults(meter, own, region),
                any(told.mentions(name) for name in meter.mean_sizes),
            )
    fee = meters()[FEE]
    for region_name, paid, accounts in plans.fees():
        yield Charge(fee, Target("ses", region_name), Known(Decimal(accounts)), Known(paid))


def _defaults(
    meter: Meter, own: Mapping[str, Decimal | None], region: Mapping[str, Decimal | None]
) -> tuple[Default, ...]:
    """What of a meter's defaults counts: neither the target nor its Region tells the quantity."""
    if not meter.defaults:
        return ()
    return tuple([item for item in meter.defaults if item.quantity not in own and item.quantity not in region])


def _sizes(region: Mapping[str, Decimal | None]) -> dict[str, Decimal | None]:
    """The quantities of a Region that are not billed themselves (sizes): defaults of its resources."""
    return {name: amount for name, amount in region.items() if name not in meters()}


def _named_for(target: Target, told: dict[str, Decimal | None]) -> dict[str, Decimal | None]:
    """The quantities with the names that they have for FIFO topics, if the target is one."""
    if target.service != "sns" or not _is_fifo(target):
        return told
    # What is told by its FIFO name wins.
    return {NAMES.get(name, name): amount for name, amount in told.items() if name in NAMES} | {
        name: amount for name, amount in told.items() if name not in NAMES
    }


def _is_fifo(target: Target) -> bool:
    return is_fifo(target.resource) if target.resource is not None else target.id.endswith(".fifo")


def _occurring(own: Mapping[str, Decimal | None], region: Mapping[str, Decimal | None]) -> Iterator[Meter]:
    """The meters of quantities that are told, and those that what is told implies.

    Args:
        own: what is told of the target itself; defaults of its Region imply nothing.
        region: what is told of its Region, which speaks for the target where it does not itself.
    """
    by_name = meters_by_name()
    found: dict[str, Meter] = {}
    for name, amount in own.items():
        for meter in by_name.get(name, ()):
            if meter.id == name or meter.id in own or (meter.id not in region and amount != 0):
                found[meter.id] = meter
    yield from found.values()


def _excluded(meter: Meter, target: Target) -> Unknown | None:
    """Why a meter does not hold for a target."""
    if target.resource is not None:
        return meter.excludes(target.resource) if meter.excludes is not None else None
    return Unknown(Cause.UNDECIDED, "a FIFO topic delivers to SQS queues only") if _is_fifo(target) else None


_NONE: Known[Decimal] = Known(Decimal(0))
_NO_PLAN: Known[str | None] = Known(None)


def _plan(target: Target, plans: Plans) -> Value[str | None]:
    if target.service != "ses":
        return _NO_PLAN
    if target.region is None:
        return Unknown(Cause.NOT_HERE, "the Region")
    plan = plans.of(target.region)
    return plan if isinstance(plan, Unknown) else Known(plan.value)


def is_told(placed: Placed, meter: str, target: Target) -> bool:
    """Whether the usage speaks of a quantity for a resource, or for its service in its Region."""
    own = placed.told.get(target, {})
    region = placed.told.get(Target(target.service, target.region), {})
    return meter in own or meter in region


def options_of(found: Iterable[Charge]) -> set[str]:
    """The options that the charges depend on."""
    return {name for charge in found for name in charge.meter.options}
