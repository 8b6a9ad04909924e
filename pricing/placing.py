"""From usage and inventory to targets: which quantity is told of which resource or Region."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple, Self

import msgspec

from auditor.model.inventory import Inventory
from auditor.model.known import Truth
from auditor.model.resource import Resource
from auditor.model.text import text
from pricing.meters.registry import SERVICES, quantities
from pricing.meters.sns import is_fifo
from pricing.money import grouped
from pricing.tiers import total
from pricing.usage.usage import Entry, Usage, UsageError

_SERVICES = {
    "AWS::SNS::Topic": "sns",
    "AWS::KMS::Key": "kms",
    "AWS::SQS::Queue": "sqs",
    "AWS::Lambda::Function": "lambda",
    "AWS::CloudWatch::Alarm": "cloudwatch",
}


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
        # What a named tuple does, without the function between.
        self = tuple.__new__(cls, (service, region, id))
        self.resource = resource
        return self

    @property
    def is_fifo(self) -> bool:
        """Whether it certainly is a FIFO topic."""
        return is_fifo(self.resource) if self.resource is not None else self.id.endswith(".fifo")


def service_of(resource: Resource) -> str | None:
    """The service whose quantities a resource can have."""
    return _service(resource.type_name)


@cache
def _service(type_name: str) -> str | None:
    found = _SERVICES.get(type_name)
    return found or ("ses" if type_name.startswith("AWS::SES::") else None)


class Placed(msgspec.Struct, frozen=True):
    """Usage assigned to what it is for.

    Attributes:
        told: target to its quantities.
        unmatched: entries whose selector matches nothing.
        outside: ids of resources that the inputs do not have.
        resources: service to the targets that its resources of the inputs are, in their order.
        bases: target to the names of its quantities that are derived, with what each follows from.
        under: Region to quantity to SES pricing plan to what is told to be used under it; under no name what is told
            of no plan. `told` has the sums.
    """

    told: Mapping[Target, dict[str, Decimal | None]]
    unmatched: tuple[Entry, ...]
    outside: tuple[str, ...]
    resources: Mapping[str, Sequence[Target]]
    bases: Mapping[Target, Mapping[str, str]] = {}
    under: Mapping[Target, Mapping[str, Mapping[str, Decimal | None]]] = {}


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
    entries = [entry for entry in usage.entries if not entry.selector.plan]
    for entry in sorted(entries, key=lambda entry: not entry.selector.is_pattern):
        targets = finder.targets(entry)
        if not targets:
            unmatched.append(entry)
        fitting: dict[str, dict[str, Decimal | None]] = {target.service: {} for target in targets}
        for name, amount in entry.quantities.items():
            _check(usage, entry, name, amount)
            service = name.partition(".")[0]
            if service in fitting:
                fitting[service][name] = amount
            elif targets:
                raise UsageError(f"{usage.place(entry)}: {name} is no quantity of {entry.selector}")
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
    under = _under_plans(usage)
    for target, parts in under.items():
        _add(parts, told[target], _plans_of(usage, target.region or ""))
    return Placed(
        {target: amounts for target, amounts in told.items() if amounts},
        tuple(unmatched),
        finder.seen,
        finder.by_service,
        under=under,
    )


def _under_plans(usage: Usage) -> dict[Target, dict[str, dict[str, Decimal | None]]]:
    """What is told of each SES pricing plan of a Region; see `Placed.under`."""
    found: dict[Target, dict[str, dict[str, Decimal | None]]] = {}
    for entry in usage.entries:
        plan = entry.selector.plan
        if not plan:
            continue
        parts = found.setdefault(Target(entry.selector.service, entry.selector.region), {})
        for name, amount in entry.quantities.items():
            _check(usage, entry, name, amount)
            by_plan = parts.setdefault(name, {})
            if plan in by_plan:
                raise UsageError(f"{usage.place(entry)}: {name} of {entry.selector} is told twice")
            by_plan[plan] = amount
    return found


def _plans_of(usage: Usage, region: str) -> tuple[str, ...]:
    """The plans between which that of a Region changes."""
    change, after = usage.plan_changes.get(region), usage.plans.get(region)
    return (change.before, after) if change is not None and after is not None else ()


def _add(parts: Mapping[str, dict[str, Decimal | None]], told: dict[str, Decimal | None], plans: Sequence[str]) -> None:
    """Add what is told of plans to what is told of their Region, which stands beside it under no name of a plan.

    Where the Region tells nothing, what was used under a plan that nothing is told of is not known.
    """
    for name, by_plan in parts.items():
        if name in told:
            by_plan[""] = told[name]
        else:
            by_plan.update((plan, None) for plan in plans if plan not in by_plan)
        amounts = [amount for amount in by_plan.values() if amount is not None]
        told[name] = total(amounts) if len(amounts) == len(by_plan) else None


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
        self.by_service: dict[str, list[Target]] = defaultdict(list)
        self._all: list[Target] = []
        self._named: dict[str, list[Target]] = defaultdict(list)
        self._outside: set[str] = set()
        for resource in inventory.resources:
            service = service_of(resource)
            if service is not None:
                target = target_of(resource, service, default_region)
                self._all.append(target)
                self.by_service[service].append(target)
                for name in _names(resource, target.id):
                    self._named[name].append(target)

    @property
    def seen(self) -> tuple[str, ...]:
        """ARNs that no input has, sorted."""
        return tuple(sorted(self._outside))

    def targets(self, entry: Entry) -> list[Target]:
        selector = entry.selector
        if selector.service:
            return [Target(selector.service, selector.region)]
        if selector.is_pattern:
            from auditor.iam.wildcard import glob  # with all of the policy engine behind it

            pattern = glob(text(selector.resource))
            return [
                target
                for target in dict.fromkeys(self._all)
                if target.resource is not None
                and any(pattern.matches_literal(name) is Truth.TRUE for name in _names(target.resource, target.id))
            ]
        found = list(dict.fromkeys(self._named.get(selector.resource, ())))
        if not found and (outside := _outside(selector.resource)) is not None:
            self._outside.add(selector.resource)
            return [outside]
        return found


def target_of(resource: Resource, service: str, default_region: str | None) -> Target:
    """A resource as a target; its Region is the default where the input does not tell it."""
    return Target(service, resource.region.literal or default_region, resource.id, resource)


def _names(resource: Resource, id_: str) -> Iterator[str]:
    """What a selector may call a resource; an ARN that is told in full is its id."""
    yield id_
    if resource.address != id_:
        yield resource.address
    if resource.arn is not None and resource.arn.literal is None:
        yield str(resource.arn)


def _outside(selector: str) -> Target | None:
    """An ARN that no input has still tells service and Region."""
    parts = selector.split(":", 5)
    if len(parts) == 6 and parts[0] == "arn" and parts[2] in SERVICES and parts[3]:
        return Target(parts[2], parts[3], selector)
    return None


def is_told(placed: Placed, meter: str, target: Target) -> bool:
    """Whether the usage speaks of a quantity for a resource, or for its service in its Region."""
    own = placed.told.get(target, {})
    region = placed.told.get(Target(target.service, target.region), {})
    return meter in own or meter in region
