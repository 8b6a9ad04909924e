"""Estimates alternatives and keeps those that certainly save something."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

import msgspec

from auditor.model.inventory import Inventory
from auditor.model.known import Known
from pricing.advice.alternative import Advice, Alternative
from pricing.advice.email import dedicated_ips, plans_of
from pricing.advice.retold import by_target, is_email_of, told_of_email
from pricing.advice.topics import attribute_filters, batches, queues
from pricing.derived import derive
from pricing.estimate import EstimateOptions, estimate
from pricing.meters.ses import SENT
from pricing.money import EXACT, grouped
from pricing.plans import Plans
from pricing.result import Dependency, Estimate, Line
from pricing.tiers import ZERO, total
from pricing.topology.branch import PUBLISHES
from pricing.topology.feedback import RECIPIENTS
from pricing.usage.usage import Entry, Usage

CENT = Decimal("0.01")
_MOST = Decimal(10) ** 12


def advise(inventory: Inventory, usage: Usage, options: EstimateOptions | None = None) -> tuple[Advice, ...]:
    """What would make the usage cheaper, by saving, highest first; of several for one thing only the best.

    Args:
        inventory: what the usage is for.
        usage: as told; what follows from it is derived.
        options: how to estimate.
    """
    options = msgspec.structs.replace(options or EstimateOptions(), today=None)
    derived = derive(inventory, usage, options.region)
    plans = Plans(usage, inventory, options.month or usage.month)
    mailing = sorted({target.region for target in derived.placed.told if target.service == "ses" and target.region})
    explicit = _with_plans(by_target(derived.usage, inventory, options.region), plans, mailing)
    mailed = frozenset(
        target.region
        for target, amounts in derived.placed.told.items()
        if target.service == "ses" and target.region and any(amounts.get(name) for name in SENT)
    )
    by_service = {key for key, name in derived.facts if name == PUBLISHES}
    now = estimate(inventory, explicit, options)
    best: dict[tuple[str, str], Advice] = {}
    for alternative in _alternatives(explicit, plans, mailed, by_service):
        found = _judged(alternative, now, explicit, inventory, options)
        key = (alternative.id, alternative.subject)
        if found is not None and (key not in best or found.then < best[key].then):
            best[key] = found
    return tuple(sorted(best.values(), key=lambda item: (-item.saving, item.id, item.subject)))


def _with_plans(usage: Usage, plans: Plans, regions: Iterable[str]) -> Usage:
    """The usage with the plans that are known in the month, so that it can be estimated without the inventory."""
    found = {region: plans.of(region) for region in regions}
    told = {region: plan.value for region, plan in found.items() if isinstance(plan, Known)}
    changes = {region: change for region, change in usage.plan_changes.items() if region not in told}
    return msgspec.structs.replace(usage, plans={**usage.plans, **told}, plan_changes=changes)


def _judged(
    alternative: Alternative, now: Estimate, usage: Usage, inventory: Inventory, options: EstimateOptions
) -> Advice | None:
    """The alternative as advice; None when it saves less than a cent or rests on something that is not known."""
    then = estimate(inventory, alternative.usage, options)
    if _open(now, alternative) or _open(then, alternative):
        return None
    costs = [_cost(found, alternative) for found in (now, then)]
    saving = EXACT.subtract(costs[0], costs[1])
    if saving < CENT:
        return None
    return Advice(
        id=alternative.id,
        subject=alternative.subject,
        text=alternative.text,
        saving=saving,
        now=costs[0],
        then=costs[1],
        break_even=_break_even(alternative, usage, options),
        assumptions=alternative.assumptions,
    )


def _open(found: Estimate, alternative: Alternative) -> bool:
    """Whether a cost that the alternative touches is not known."""
    missing: list[Line | Dependency] = [*found.depends_on_usage, *(line for line in found.lines if line.cost is None)]
    return any(item.meter in alternative.touches and _concerns(item, alternative) for item in missing)


def _concerns(item: Line | Dependency, alternative: Alternative) -> bool:
    if alternative.changed is not None:
        return (item.resource or f"{item.service}@{item.region}") in alternative.changed
    return _is_about(item.region, alternative)


def _is_about(region: str | None, alternative: Alternative) -> bool:
    return region is None or alternative.subject in {"topics", region}


def _cost(found: Estimate, alternative: Alternative) -> Decimal:
    """What the parts that the alternative touches cost."""
    return total(
        line.cost or ZERO
        for line in found.lines
        if line.meter in alternative.touches and _is_about(line.region, alternative)
    )


def _alternatives(usage: Usage, plans: Plans, mailed: frozenset[str], by_service: set[str]) -> Iterator[Alternative]:
    for region in sorted(mailed):
        yield from plans_of(usage, region, plans)
    for region in sorted({entry.selector.region for entry in usage.entries if entry.selector.service == "ses"}):
        yield from dedicated_ips(usage, region)
    yield from batches(usage, by_service)
    yield from attribute_filters(usage)
    yield from queues(usage)


def _break_even(alternative: Alternative, usage: Usage, options: EstimateOptions) -> str:
    """The number of recipients at which both ways cost the same, next to the told one; empty when there is none."""
    region, scale = alternative.subject, alternative.scale
    recipients = told_of_email(usage, region, RECIPIENTS)
    if scale is None or not recipients:
        return ""
    ways = [msgspec.structs.replace(one, entries=_of_email(one, region)) for one in (usage, alternative.usage)]

    def saves(number: Decimal) -> bool:
        costs = [_cost(estimate(Inventory(), scale(way, number), options), alternative) for way in ways]
        return costs[1] < costs[0]

    if not saves(Decimal(0)):
        _, high = _between(Decimal(0), recipients, saves)
        return f"saves from about {grouped(high)} recipients a month on" if high > 1 else ""
    if not saves(_MOST):
        low, _ = _between(recipients, _MOST, lambda number: not saves(number))
        return f"saves up to about {grouped(low)} recipients a month"
    return ""


def _of_email(usage: Usage, region: str) -> tuple[Entry, ...]:
    return tuple(entry for entry in usage.entries if is_email_of(entry, region))


def _between(low: Decimal, high: Decimal, holds: Callable[[Decimal], bool]) -> tuple[Decimal, Decimal]:
    """Two neighbours, the first one where it does not hold, the second one where it does."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return low, high
