"""From charges to lines: the catalog's price, tiers filled by all charges together, free allowances taken off."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, groupby, islice

import msgspec

from auditor.model.known import Known, Unknown
from pricing.allowances import free_range
from pricing.catalog.lookup import Answer, Catalog, NotOffered, Priced
from pricing.catalog.model import Row, Source, Status, Tier
from pricing.charges import Charges
from pricing.money import EXACT
from pricing.options import Choices
from pricing.plans import Plans
from pricing.result import (
    NO_PRICE_KNOWN,
    NOT_OFFERED,
    TOLD,
    UNDECIDED,
    Dependency,
    Line,
    Price,
    PriceRange,
    TierCost,
)
from pricing.tiers import ZERO, Portion, share, split, total


class Bill(msgspec.Struct, frozen=True):
    """Priced charges.

    Attributes:
        lines: one per charge, sorted by service, Region, meter and resource.
        dependencies: of charges whose plan is not told.
        rows: the prices that were used.
        notes: assumptions.
    """

    lines: tuple[Line, ...]
    dependencies: tuple[Dependency, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]


def bill(
    charges: Sequence[Charges],
    free: Mapping[int, Sequence[Decimal]],
    catalog: Catalog,
    choices: Choices,
    plans: Plans,
) -> Bill:
    """Price charges.

    Args:
        charges: sorted; what rounding leaves of shared tiers goes to the first.
        free: index of charges to their free units, where they have any.
        catalog: prices.
        choices: of the options.
        plans: of SES, where that of charges is not known.
    """
    lines: list[Sequence[Line]] = [()] * len(charges)
    dependencies: dict[int, list[Dependency]] = {}
    rows: list[Row] = []
    for pool, members in _pools(charges, catalog, choices).items():
        group = [(charges[index], free.get(index, ())) for index in members]
        region, undecided = pool.region, pool.plan == UNDECIDED
        for option in plans.under(region) if undecided else (pool.plan,):
            answer = (
                catalog.price(pool.dimension, region, plan=option) if pool.price is None else _as_told(pool, pool.price)
            )
            if isinstance(answer, Priced) and pool.price is None:
                rows.append(answer.row)
            for index, priced in zip(members, _priced(group, answer, catalog, included=pool.is_included), strict=True):
                lines[index] = priced
                if undecided:
                    before = dependencies.get(index, [None] * len(priced))
                    dependencies[index] = [
                        _alternative(known, line, answer, option, plans.why(region))
                        for known, line in zip(before, priced, strict=True)
                    ]
                    lines[index] = [
                        msgspec.structs.replace(line, tiers=(), cost=None, status=UNDECIDED, sku="") for line in priced
                    ]
    return Bill(
        tuple(_sorted(charges, lines)),
        tuple(chain.from_iterable(dependencies.values())),
        tuple(rows),
        (*_row_notes(rows), *_plan_notes(charges, choices)),
    )


def _sorted(charges: Sequence[Charges], lines: Sequence[Sequence[Line]]) -> Iterator[Line]:
    """All lines; those of charges whose price the usage tells stand between the others of their meter and Region."""
    indexes = range(len(charges))
    for _, alike in groupby(
        indexes, lambda index: (charges[index].service, charges[index].region, charges[index].meter.id)
    ):
        found = [lines[index] for index in alike]
        yield from found[0] if len(found) == 1 else sorted(chain.from_iterable(found), key=_resource)


def _resource(line: Line) -> str:
    return line.resource or ""


class _Pool(msgspec.Struct, frozen=True):
    """What shares tiers.

    Attributes:
        plan: SES pricing plan, None where it makes no difference, `UNDECIDED` where it is not told.
        is_included: whether it is taken to be included in the plan.
        price: of a unit, as the usage tells it.
    """

    dimension: str
    region: str
    plan: str | None
    is_included: bool
    price: Decimal | None


def _pools(charges: Sequence[Charges], catalog: Catalog, choices: Choices) -> Mapping[_Pool, list[int]]:
    """What shares tiers, with the indexes of its charges."""
    pools: dict[_Pool, list[int]] = defaultdict(list)
    for index, item in enumerate(charges):
        pools[_pool(item, catalog, choices)].append(index)
    return pools


def _pool(item: Charges, catalog: Catalog, choices: Choices) -> _Pool:
    plan = None
    if catalog.depends_on_plan(item.dimension):
        plan = UNDECIDED if isinstance(item.plan, Unknown) else item.plan.value
    known = isinstance(item.plan, Known)
    included = known and _on_a_plan(item) and choices["ses.plan.extras"] == "included"
    return _Pool(item.dimension, item.region, plan, included, item.price)


def _as_told(pool: _Pool, price: Decimal) -> Priced:
    """A price that the usage tells."""
    row = Row(
        dimension=pool.dimension,
        service="",
        region=pool.region,
        plan=None,
        unit="",
        usage_type="",
        operation="",
        tiers=(Tier(ZERO, None, price),),
        sku="",
        rate_codes=(),
        status=Status.CONFIRMED,
        source=Source(description="the usage", published=""),
        note="",
    )
    return Priced(row)


def _on_a_plan(item: Charges) -> bool:
    """Whether it is not certain that the plan leaves the charges at their à la carte price."""
    return item.meter.extra_of_plan and item.plan != Known("NONE")


def _priced(
    group: Sequence[tuple[Charges, Sequence[Decimal]]], answer: Answer, catalog: Catalog, *, included: bool
) -> Iterator[Sequence[Line]]:
    """The lines of charges, given with their free units, that fill the same tiers."""
    if not isinstance(answer, Priced):
        status = NOT_OFFERED if isinstance(answer, NotOffered) else NO_PRICE_KNOWN
        for item, _ in group:
            found = catalog.dimension(item.dimension)
            terms = _Terms("", "", found.unit if found is not None else item.meter.unit, status)
            count = len(item.quantities)
            costs = [None if quantity else ZERO for quantity in item.quantities]
            yield _lines(item, terms, [ZERO] * count, [()] * count, costs)
        return
    row = answer.row
    paid = [quantity for item, free in group for quantity in _paid(item.quantities, free)]
    portions = split(total(paid), row.tiers, free_range(catalog, row.dimension, row.region))
    ranges = iter([()] * len(paid) if included else _costs(portions, paid))
    for item, free in group:
        status = TOLD if item.price is not None else Status.DISPUTED.value if _on_a_plan(item) else row.status.value
        terms = _Terms(row.usage_type, row.sku, row.unit or item.meter.unit, status)
        count = len(item.quantities)
        tiers = list(islice(ranges, count))
        sums = [own[0].cost if len(own) == 1 else total([tier.cost for tier in own]) for own in tiers]
        yield _lines(item, terms, free or [ZERO] * count, tiers, sums)


def _paid(quantities: Sequence[Decimal], free: Sequence[Decimal]) -> Sequence[Decimal]:
    return list(map(EXACT.subtract, quantities, free)) if free else quantities


class _Terms(msgspec.Struct, frozen=True):
    """What the lines of charges share beside what the charges tell; see `Line`."""

    usage_type: str
    sku: str
    unit: str
    status: str


def _lines(
    item: Charges,
    terms: _Terms,
    free: Sequence[Decimal],
    tiers: Sequence[tuple[TierCost, ...]],
    costs: Sequence[Decimal | None],
) -> Sequence[Line]:
    """A line for each quantity of charges, with its free units, its costs in each price range, and their sum."""
    return [
        Line(
            meter=item.meter.id,
            service=item.service,
            region=item.region,
            resource=resource or None,
            usage_type=terms.usage_type,
            sku=terms.sku,
            quantity=quantity,
            unit=terms.unit,
            free=units,
            tiers=ranges,
            cost=cost,
            status=terms.status,
            derived_from=basis,
            plan=item.under,
        )
        for resource, quantity, basis, units, ranges, cost in zip(
            item.resources, item.quantities, item.bases, free, tiers, costs, strict=True
        )
    ]


def _costs(portions: Sequence[Portion], paid: Sequence[Decimal]) -> Sequence[tuple[TierCost, ...]]:
    """What each line costs in each price range that it has units in."""
    ranges = [(portion.tier.begin, portion.tier.end, portion.tier.price) for portion in portions]
    times = EXACT.multiply
    if len(ranges) == 1:
        ((begin, end, price),) = ranges
        return [(TierCost(begin, end, units, price, times(units, price)),) if units else () for units in paid]
    return [
        tuple(
            [
                TierCost(begin, end, quantity, price, times(quantity, price))
                for (begin, end, price), quantity in zip(ranges, units, strict=True)
                if quantity
            ]
        )
        for units in share(paid, [portion.quantity for portion in portions])
    ]


def _alternative(before: Dependency | None, line: Line, answer: Answer, plan: str | None, why: str) -> Dependency:
    """What the line would cost under one more plan."""
    price = price_of(answer, plan, line.cost)
    if before is not None:
        return msgspec.structs.replace(before, prices=(*before.prices, price))
    return Dependency(
        meter=line.meter,
        service=line.service,
        region=line.region,
        resource=line.resource,
        quantity=line.quantity,
        unit=line.unit,
        needs=(f"regions.{line.region}.ses_plan",),
        reason=why,
        prices=(price,),
    )


def price_of(answer: Answer, plan: str | None, cost: Decimal | None = None) -> Price:
    """The unit price of an answer of the catalog."""
    if isinstance(answer, Priced):
        tiers = tuple(PriceRange(tier.begin, tier.end, tier.price) for tier in answer.row.tiers)
        return Price(plan=plan, status=answer.row.status.value, tiers=tiers, cost=cost)
    return Price(plan=plan, status=NOT_OFFERED if isinstance(answer, NotOffered) else NO_PRICE_KNOWN, tiers=())


def _row_notes(rows: Sequence[Row]) -> Iterator[str]:
    """What a reader must know about the prices used; those with the same doubt together."""
    doubts: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    notes: dict[str, None] = {}
    for row in rows:
        name = f"{row.dimension}{f' under {row.plan}' if row.plan is not None else ''} in {row.region}"
        if row.note:
            notes[f"{name}: {row.note}."] = None
        if row.status is not Status.CONFIRMED:
            doubts[row.status.value, row.source.description][name] = None
    yield from notes
    for (status, source), names in doubts.items():
        yield f"Prices that are {status}: {', '.join(names)}. Source: {source}."


def _plan_notes(charges: Sequence[Charges], choices: Choices) -> Iterator[str]:
    names = sorted({item.meter.id for item in charges if _on_a_plan(item)})
    if names:
        how = "not charged" if choices["ses.plan.extras"] == "included" else "charged at the à la carte price"
        yield f"Whether an SES plan includes {', '.join(names)} is not confirmed; {how} (option ses.plan.extras)."
