"""The estimate: usage and inventory → meters → catalog → lines, with everything that is not known beside it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from auditor.model.collector import collector_off
from auditor.model.inventory import Inventory
from auditor.model.known import Known
from pricing import allowances, assumptions, dependencies
from pricing import credits as credits_of
from pricing.bill import bill
from pricing.catalog.age import MAX_AGE_DAYS, old
from pricing.catalog.lookup import Catalog, shipped
from pricing.catalog.model import Row
from pricing.charges import Charges, metered
from pricing.money import to_cents
from pricing.month import Month
from pricing.options import OPTIONS, Choices, choose
from pricing.placing import Placed, place, service_of
from pricing.plans import Plans
from pricing.result import CatalogUsed, Choice, Dependency, Estimate
from pricing.tiers import total
from pricing.topology import undescribed
from pricing.usage.usage import Usage


class EstimateOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to estimate.

    Attributes:
        month: replaces the usage's.
        region: Region of resources whose input does not tell it.
        choices: option id to value, for disputed metering rules; see `pricing.options`.
        today: date that the age of price data is counted from; None leaves it out.
        max_age_days: from which age it is said.
        catalog: price data; the package's by default.
        prices_from: where the catalog is from, in words; empty for the package's.
        unread: inputs, or parts of them, that could not be read.
    """

    month: Month | None = None
    region: str | None = None
    choices: Mapping[str, str] = {}
    today: date | None = None
    max_age_days: int = MAX_AGE_DAYS
    catalog: Catalog | None = None
    prices_from: str = ""
    unread: tuple[str, ...] = ()


def estimate(
    inventory: Inventory, usage: Usage, options: EstimateOptions | None = None, *, placed: Placed | None = None
) -> Estimate:
    """What the usage costs in a month.

    Args:
        inventory: resources that usage can be for; what can cost something and has no usage is listed.
        usage: quantities.
        options: how to estimate.
        placed: the usage assigned to what it is for, where that is done already.

    Raises:
        UsageError: when usage contradicts itself or speaks of resources of another service.
        OptionError: for an option that does not exist.
        CatalogError: when price data cannot be read.
    """
    with collector_off():
        return _estimate(inventory, usage, options or EstimateOptions(), placed)


def _estimate(inventory: Inventory, usage: Usage, options: EstimateOptions, placed: Placed | None) -> Estimate:
    catalog = options.catalog or shipped()
    choices = choose(options.choices)
    month = options.month or usage.month
    placed = place(usage, inventory, options.region) if placed is None else placed
    plans = Plans(usage, inventory, month)
    found = metered(placed, plans, choices, month)
    free = allowances.apply(found.known, usage.account, month, choices, catalog)
    billed = bill(found.known, free.units, catalog, choices, plans)
    open_ends: list[Dependency] = [
        *billed.dependencies,
        *dependencies.of_charges(found.open, catalog, plans),
        *dependencies.of_unmatched(placed, usage, catalog),
        *dependencies.of_inventory(inventory, placed, plans, catalog, options.region),
    ]
    open_ends.sort(key=_order_of_dependency)
    used = _used(billed.rows)
    hidden = tuple(_hidden(inventory))
    cost = total(line.cost for line in billed.lines if line.cost is not None)
    return Estimate(
        month=str(month) if month is not None else None,
        total=to_cents(cost),
        complete=not (open_ends or options.unread or hidden) and all(line.cost is not None for line in billed.lines),
        lines=billed.lines,
        depends_on_usage=tuple(open_ends),
        assumptions=(
            *(f"Not read, so not in the total: {what}." for what in (*options.unread, *hidden)),
            *_general(month, placed, inventory),
            *((f"Prices are those of {options.prices_from}.",) if options.prices_from else ()),
            *assumptions.of_counting(found.used, placed.told.values()),
            *free.notes,
            *billed.notes,
            *credits_of.notes(usage.account, (month,)),
            *_ages(used, options),
        ),
        options=tuple(_choices(found.known, choices)),
        catalog=used,
        unread=options.unread or msgspec.UNSET,
        hidden=hidden or msgspec.UNSET,
        credits=credits_of.of(usage.account, ((month, cost),)) or msgspec.UNSET,
    )


def _order_of_dependency(item: Dependency) -> tuple[str, str, str, str]:
    return item.service, item.region or "", item.meter, item.resource or ""


def _general(month: Month | None, placed: Placed, inventory: Inventory) -> Iterator[str]:
    if month is None:
        yield (
            "The month is not told: an average month of 730 hours, without allowances that ended or hold for a first "
            "year."
        )
    for arn in placed.outside:
        yield f"{arn} is not in the inputs; Region and service are those of its ARN."
    others = _not_priced(inventory, placed)
    if others:
        yield f"Not priced, but for what SES and SNS make of them: {', '.join(others)}."


def _hidden(inventory: Inventory) -> Iterator[str]:
    """What the templates of the inputs leave to others to make."""
    for kind, count in undescribed.holding(inventory):
        yield f"what {count} {kind} {'makes' if count == 1 else 'make'}, unless another input shows it"


_AROUND = frozenset({"kms", "sqs", "lambda", "cloudwatch"})
"""Services whose resources are no part of SES or SNS: they are priced where usage of them is told."""


def _not_priced(inventory: Inventory, placed: Placed) -> list[str]:
    """Resource types of the inventory that cost something and of which the usage does not speak, with their number."""
    counts: dict[str, int] = {}
    ids = {target.id for target in placed.told}
    services = {target.service for target in placed.told if not target.id}
    for resource in inventory.resources:
        service = service_of(resource)
        if service in _AROUND and service not in services and resource.id not in ids:
            counts[resource.type_name] = counts.get(resource.type_name, 0) + 1
    return [f"{count} {name}" for name, count in sorted(counts.items())]


def _used(rows: Iterable[Row]) -> tuple[CatalogUsed, ...]:
    return tuple(sorted({CatalogUsed(row.service, row.source.version, row.source.published) for row in rows}))


def _ages(used: Iterable[CatalogUsed], options: EstimateOptions) -> Iterator[str]:
    if options.today is not None:
        published = ((item.service, item.published) for item in used)
        yield from (str(item) for item in old(published, options.today, options.max_age_days))


def _choices(found: Sequence[Charges], choices: Choices) -> Iterator[Choice]:
    """The choices that this estimate depends on."""
    relevant = {name for charges in found for name in charges.meter.options}
    if any(charges.meter.extra_of_plan and charges.plan != Known("NONE") for charges in found):
        relevant.add("ses.plan.extras")
    if any(charges.dimension in allowances.FREE_RANGES for charges in found):
        relevant.add("sns.free_range")
    for name, option in OPTIONS.items():
        if name in relevant:
            yield Choice(id=name, question=option.question, value=choices[name], choices=option.choices)
