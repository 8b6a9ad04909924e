"""Who causes the costs: their sums by account, Region, service, resource or the value of a tag.

What a line has no resource for, such as mail that is told for a Region or the fee of a plan, is shared. It stands on
its own, or is spread over the groups in proportion to what they cost of themselves.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeAlias

import msgspec

from auditor.model.inventory import Inventory
from auditor.model.known import Unknown
from auditor.model.resource import Resource
from pricing.money import EXACT, quotient, to_cents
from pricing.result import Estimate
from pricing.tiers import ZERO, total

KINDS = ("account", "region", "service", "resource")
"""What costs can be summed by, beside ``tag:KEY``."""
SHARED = "(shared)"
"""Group of what belongs to no resource."""
NOT_TAGGED = "(not tagged)"
NOT_TOLD = "(not told)"


Namer: TypeAlias = Callable[[str, str, str | None], str]
"""Names the group of a Region, service and resource."""


class AttributionError(ValueError):
    """There is nothing like that to sum by."""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The costs of one group.

    Attributes:
        cost: US dollars, exact; the part that is known.
        spread: of it, what was shared and is spread.
        complete: whether all costs of the group are known.
    """

    name: str
    cost: Decimal
    spread: Decimal
    complete: bool

    @property
    def total(self) -> Decimal:
        """Rounded half up to cents."""
        return to_cents(self.cost)


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """The costs of an estimate by group; the groups add up to the total exactly.

    Attributes:
        by: account, region, service, resource or ``tag:KEY``.
        groups: by cost, highest first.
    """

    by: str
    groups: tuple[Group, ...]


def attribute(estimate: Estimate, inventory: Inventory, by: str, *, spread: bool = False) -> Attribution:
    """Sum the costs of an estimate.

    Args:
        estimate: of the inventory.
        inventory: tells accounts and tags of resources.
        by: one of `KINDS`, or ``tag:KEY``.
        spread: whether shared costs are spread in proportion to the others.

    Raises:
        AttributionError: for any other `by`.
    """
    name = _namer(by, {resource.id: resource for resource in inventory.resources})
    costs: dict[str, Decimal] = defaultdict(lambda: ZERO)
    incomplete = set()
    for line in estimate.lines:
        group = name(line.region, line.service, line.resource)
        costs[group] = EXACT.add(costs[group], line.cost or ZERO)
        if line.cost is None:
            incomplete.add(group)
    for item in estimate.depends_on_usage:
        group = name(item.region or NOT_TOLD, item.service, item.resource)
        costs[group] = EXACT.add(costs[group], ZERO)
        incomplete.add(group)
    extra = _spread(costs) if spread else {}
    groups = [
        Group(
            name=group,
            cost=EXACT.add(cost, extra.get(group, ZERO)),
            spread=extra.get(group, ZERO),
            complete=group not in incomplete and not (extra and SHARED in incomplete),
        )
        for group, cost in costs.items()
        if not (extra and group == SHARED)
    ]
    return Attribution(by=by, groups=tuple(sorted(groups, key=lambda group: (-group.cost, group.name))))


def _namer(by: str, resources: Mapping[str, Resource]) -> Namer:
    """What names the group of a Region, service and resource."""
    key = by.removeprefix("tag:")
    accounts = sorted({resource.account.literal or NOT_TOLD for resource in resources.values()})
    simple: dict[str, Namer] = {
        "region": lambda region, _service, _resource: region,
        "service": lambda _region, service, _resource: service,
        "resource": lambda _region, _service, resource: resource or SHARED,
        "account": lambda _region, _service, resource: _account(resources, resource, accounts),
    }
    if by in simple:
        return simple[by]
    if by == key or not key:
        raise AttributionError(f"costs are summed by {', '.join(KINDS)} or tag:KEY, not {by!r}")
    return lambda _region, _service, resource: _tag(resources.get(resource or ""), key)


def _account(resources: Mapping[str, Resource], resource: str | None, accounts: list[str]) -> str:
    if resource is None:
        return accounts[0] if len(accounts) == 1 else SHARED
    if resource in resources:
        return resources[resource].account.literal or NOT_TOLD
    parts = resource.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[4] else NOT_TOLD


def _tag(resource: Resource | None, key: str) -> str:
    if resource is None:
        return SHARED
    if isinstance(resource.tags, Unknown):
        return NOT_TOLD
    value = resource.tags.value.get(key)
    return NOT_TAGGED if value is None else str(value)


def _spread(costs: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Group to its part of the shared costs; empty when there are none or nothing to spread them by."""
    shared = costs.get(SHARED, ZERO)
    own = {group: cost for group, cost in costs.items() if group != SHARED and cost}
    direct = total(own.values())
    if not shared or not direct:
        return {}
    parts: dict[str, Decimal] = {}
    left = shared
    for group, cost in sorted(own.items())[1:]:
        parts[group] = min(quotient(EXACT.multiply(shared, cost), direct), left)
        left = EXACT.subtract(left, parts[group])
    # What rounding leaves goes to the first one, so that the groups add up.
    parts[min(own)] = left
    return parts
