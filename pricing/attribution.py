"""Who causes the costs: their sums by account, Region, service, resource or the value of a tag.

What a line has no resource for, such as mail that is told for a Region or the fee of a plan, is shared. It stands on
its own, or is spread over the groups in proportion to what they cost of themselves. A topic that has not the tag is
shared too: spread, it is paid by those that subscribe, in equal parts.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeAlias

import msgspec

from auditor.model import relations
from auditor.model.inventory import Inventory
from auditor.model.known import Known, Unknown
from auditor.model.resource import Resource
from auditor.model.sns import Subscription, Topic
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
        spread: whether shared costs are spread: those of topics without the tag over their subscribers, all others
            in proportion to what the groups cost of themselves.

    Raises:
        AttributionError: for any other `by`.
    """
    name = _namer(by, {resource.id: resource for resource in inventory.resources})
    costs: dict[str, Decimal] = defaultdict(lambda: ZERO)
    paid: dict[str, Decimal] = defaultdict(lambda: ZERO)
    incomplete = set()
    subscribers = _Subscribers(inventory, by) if spread else None
    for line in estimate.lines:
        group = name(line.region, line.service, line.resource)
        owners = subscribers.of(line.resource) if subscribers is not None and group == NOT_TAGGED else {}
        if owners and line.cost:
            for owner, part in _parts(line.cost, owners).items():
                costs[owner] = EXACT.add(costs[owner], part)
                paid[owner] = EXACT.add(paid[owner], part)
            continue
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
            spread=EXACT.add(extra.get(group, ZERO), paid.get(group, ZERO)),
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
    return _parts(shared, own)


def _parts(amount: Decimal, weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The amount in proportion to weights over 0; what rounding leaves goes to the first, so that they add up."""
    whole = total(weights.values())
    parts: dict[str, Decimal] = {}
    left = amount
    for name, weight in sorted(weights.items())[1:]:
        parts[name] = min(quotient(EXACT.multiply(amount, weight), whole), left)
        left = EXACT.subtract(left, parts[name])
    parts[min(weights)] = left
    return parts


class _Subscribers:
    """Who subscribes to a topic, by a tag of the queue or function, or of the subscription itself."""

    def __init__(self, inventory: Inventory, by: str) -> None:
        self._inventory = inventory
        self._key = by.removeprefix("tag:") if by.startswith("tag:") else ""
        self._topics = {topic.id: topic for topic in inventory.of(Topic)}
        self._found: dict[str, dict[str, Decimal]] = {}

    def of(self, resource: str | None) -> Mapping[str, Decimal]:
        """Value of the tag to the number of subscriptions; empty when none has the tag."""
        topic = self._topics.get(resource or "")
        if topic is None or not self._key:
            return {}
        if topic.id not in self._found:
            counts: dict[str, Decimal] = defaultdict(lambda: ZERO)
            for item in relations.subscriptions(self._inventory, topic).items:
                counts[self._owner(item)] += 1
            self._found[topic.id] = dict(counts) if counts.keys() - {NOT_TAGGED, NOT_TOLD} else {}
        return self._found[topic.id]

    def _owner(self, item: Subscription) -> str:
        endpoint = item.endpoint.value if isinstance(item.endpoint, Known) else None
        if endpoint is not None and isinstance(item.protocol, Known) and item.protocol.value in {"sqs", "lambda"}:
            find = relations.queue if item.protocol.value == "sqs" else relations.function
            found = find(self._inventory, endpoint, item)
            if isinstance(found, Known) and found.value is not None:
                return _tag(found.value, self._key)
        return _tag(item, self._key)
