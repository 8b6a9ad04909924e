"""An estimate of many resources at a glance: its lines summed by meter and Region, and the resources that cost most."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import msgspec

from auditor.report.columns import table
from auditor.report.terminal import plain
from pricing.money import EXACT, dollars
from pricing.result import Dependency, Line, Price, TierCost
from pricing.tiers import ZERO, total

MANY = 200
"""From so many lines on they are summed."""
_DEAREST = 20
"""How many resources are named then."""


def summed(lines: Iterable[Line]) -> Iterator[tuple[Line, int]]:
    """The lines of a service, those of resources with meter, Region and status in common as one with their number.

    Lines whose cost is not known stay apart from others, since their status tells why it is not.
    """
    alike: dict[tuple[str | bool, ...], list[Line]] = defaultdict(list)
    for line in lines:
        key = (line.meter, line.region, line.status, line.cost is None, line.resource is None, line.usage_type)
        alike[key].append(line)
    for found in alike.values():
        yield (found[0], 0) if found[0].resource is None or len(found) == 1 else (_sum(found), len(found))


def _sum(lines: Sequence[Line]) -> Line:
    first = lines[0]
    return Line(
        meter=first.meter,
        service=first.service,
        region=first.region,
        resource=None,
        usage_type=first.usage_type,
        sku=first.sku,
        quantity=total([line.quantity for line in lines]),
        unit=first.unit,
        free=total([line.free for line in lines]),
        tiers=tuple(_tiers(lines)),
        cost=total_cost(lines) if first.cost is not None else None,
        status=first.status,
    )


def _tiers(lines: Iterable[Line]) -> Iterator[TierCost]:
    """The price ranges of all lines, in their order."""
    found: dict[tuple[Decimal, Decimal], list[TierCost]] = defaultdict(list)
    for line in lines:
        for tier in line.tiers:
            found[tier.begin, tier.price].append(tier)
    for (begin, price), tiers in sorted(found.items()):
        quantity = total([tier.quantity for tier in tiers])
        yield TierCost(begin, tiers[0].end, quantity, price, total([tier.cost for tier in tiers]))


def total_cost(lines: Iterable[Line]) -> Decimal:
    """The sum of the costs that are known."""
    return total([line.cost for line in lines if line.cost is not None])


def by_resource(lines: Iterable[Line], *, every: bool) -> str:
    """What each resource costs; empty when usage is told for Regions only.

    Args:
        lines: of the estimate.
        every: whether to name every resource, by name; else those that cost most, and the others as one.
    """
    costs: dict[str, Decimal] = {}
    open_: set[str] = set()
    for line in lines:
        if line.resource is None:
            continue
        before = costs.get(line.resource, ZERO)
        costs[line.resource] = EXACT.add(before, line.cost) if line.cost else before
        if line.cost is None:
            open_.add(line.resource)
    if not costs:
        return ""
    shown = sorted(costs)
    if not every:
        shown.sort(key=costs.__getitem__, reverse=True)
        del shown[_DEAREST:]
    rows = [(plain(resource), dollars(costs[resource]) + (" + ?" if resource in open_ else "")) for resource in shown]
    others = costs.keys() - shown
    if others:
        known = dollars(total(costs[resource] for resource in others))
        untold = len(open_ & others)
        doubt = f", {untold:,} of them with a cost that is not known" if untold else ""
        rows.append((f"{len(others):,} others{doubt} (--all names them)", known + (" + ?" if untold else "")))
    return table(rows, ("resource", "known cost"), ("left", "right"))


def together(items: Iterable[Dependency]) -> Iterator[tuple[Dependency, Sequence[str]]]:
    """What is not known, that with meter, Region, reason and unit prices in common as one, with the resources of it."""
    alike: dict[tuple[object, ...], list[Dependency]] = defaultdict(list)
    for item in items:
        prices = tuple([(price.plan, price.status, price.tiers, price.cost is None) for price in item.prices])
        alike[item.meter, item.region, item.reason, item.quantity is None, prices].append(item)
    for found in alike.values():
        resources = [item.resource for item in found if item.resource is not None]
        first = found[0]
        yield (
            (
                msgspec.structs.replace(
                    first,
                    quantity=total([item.quantity for item in found if item.quantity is not None]),
                    prices=tuple(map(_price, zip(*(item.prices for item in found), strict=True))),
                )
                if first.quantity is not None
                else first
            ),
            resources,
        )


def _price(alike: Sequence[Price]) -> Price:
    """A price of several quantities."""
    costs = [price.cost for price in alike if price.cost is not None]
    return msgspec.structs.replace(alike[0], cost=total(costs)) if costs else alike[0]
