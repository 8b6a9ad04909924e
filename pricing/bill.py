"""From charges to lines: the catalog's price, tiers filled by all charges together, free allowances taken off."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import msgspec

from auditor.model.known import Known, Unknown
from pricing.allowances import free_range
from pricing.catalog.lookup import Answer, Catalog, NotOffered, Priced
from pricing.catalog.model import Row, Source, Status, Tier
from pricing.charges import Charge
from pricing.money import EXACT
from pricing.options import Choices
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
from pricing.tiers import ZERO, share, split, total

UNTOLD_PLANS = ("NONE", "ESSENTIALS")
"""What a plan that is not told can be by default: senders from before 2026-07-21 have NONE, others ESSENTIALS."""


class Bill(msgspec.Struct, frozen=True):
    """Priced charges.

    Attributes:
        lines: one per charge.
        dependencies: of charges whose plan is not told.
        rows: the prices that were used.
        notes: assumptions.
    """

    lines: tuple[Line, ...]
    dependencies: tuple[Dependency, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]


def bill(charges: Sequence[Charge], free: Sequence[Decimal], catalog: Catalog, choices: Choices) -> Bill:
    """Price charges whose quantity and Region are known.

    Args:
        charges: sorted; what rounding leaves of shared tiers goes to the first.
        free: free units of each.
        catalog: prices.
        choices: of the options.
    """
    pools = _pools(charges, catalog, choices)
    lines: list[Line | None] = [None] * len(charges)
    dependencies: dict[int, Dependency] = {}
    rows: list[Row] = []
    for pool, members in pools.items():
        group = [charges[index] for index in members]
        region, undecided = pool.region, pool.plan == UNDECIDED
        for option in UNTOLD_PLANS if undecided else (pool.plan,):
            answer = (
                catalog.price(pool.dimension, region, plan=option) if pool.price is None else _as_told(pool, pool.price)
            )
            priced = _priced(group, [free[index] for index in members], answer, catalog, included=pool.is_included)
            if isinstance(answer, Priced) and pool.price is None:
                rows.append(answer.row)
            for index, line in zip(members, priced, strict=True):
                if undecided:
                    dependencies[index] = _alternative(dependencies.get(index), line, answer, option, region)
                    lines[index] = msgspec.structs.replace(line, tiers=(), cost=None, status=UNDECIDED, sku="")
                else:
                    lines[index] = line
    return Bill(
        tuple([line for line in lines if line is not None]),
        tuple(dependencies[index] for index in sorted(dependencies)),
        tuple(rows),
        (*_row_notes(rows), *_plan_notes(charges, choices)),
    )


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


def _pools(charges: Sequence[Charge], catalog: Catalog, choices: Choices) -> Mapping[_Pool, list[int]]:
    """What shares tiers, with the indexes of its charges."""
    pools: dict[_Pool, list[int]] = {}
    alike: dict[tuple[str, str | None, str | None, Decimal | None], list[int]] = {}
    members: list[int] | None = None
    before: Charge | None = None
    for index, charge in enumerate(charges):
        if before is not None and members is not None and charge.is_priced_like(before):
            members.append(index)
            continue
        before = charge
        plan = charge.plan.value if isinstance(charge.plan, Known) else UNDECIDED
        key = (charge.meter.id, charge.target.region, plan, charge.price)
        members = alike.get(key)
        if members is None:
            members = alike[key] = pools.setdefault(_pool(charge, catalog, choices), [])
        members.append(index)
    return pools


def _pool(charge: Charge, catalog: Catalog, choices: Choices) -> _Pool:
    plan = None
    if catalog.depends_on_plan(charge.dimension):
        plan = UNDECIDED if isinstance(charge.plan, Unknown) else charge.plan.value
    known = isinstance(charge.plan, Known)
    included = known and _on_a_plan(charge) and choices["ses.plan.extras"] == "included"
    return _Pool(charge.dimension, charge.target.region or "", plan, included, charge.price)


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


def _on_a_plan(charge: Charge) -> bool:
    """Whether it is not certain that the plan leaves the charge at its à la carte price."""
    return charge.meter.extra_of_plan and charge.plan != Known("NONE")


def _priced(
    group: Sequence[Charge], free: Sequence[Decimal], answer: Answer, catalog: Catalog, *, included: bool
) -> Iterator[Line]:
    """The lines of charges that fill the same tiers."""
    quantities = [charge.quantity.value if isinstance(charge.quantity, Known) else ZERO for charge in group]
    if not isinstance(answer, Priced):
        status = NOT_OFFERED if isinstance(answer, NotOffered) else NO_PRICE_KNOWN
        for charge, quantity in zip(group, quantities, strict=True):
            found = catalog.dimension(charge.dimension)
            unit = found.unit if found is not None else charge.meter.unit
            yield _unpriced(charge, quantity, unit, status)
        return
    row = answer.row
    paid = [
        EXACT.subtract(quantity, part) if part else quantity for quantity, part in zip(quantities, free, strict=True)
    ]
    portions = split(total(paid), row.tiers, free_range(catalog, row.dimension, row.region))
    shares = share(paid, [portion.quantity for portion in portions])
    ranges = [(portion.tier.begin, portion.tier.end, portion.tier.price) for portion in portions]
    usual = row.status.value
    for charge, quantity, part, units in zip(group, quantities, free, shares, strict=True):
        tiers = () if included else _costs(ranges, units)
        yield Line(
            meter=charge.meter.id,
            service=charge.target.service,
            region=charge.target.region or "",
            resource=charge.target.id or None,
            usage_type=row.usage_type,
            sku=row.sku,
            quantity=quantity,
            unit=row.unit or charge.meter.unit,
            free=part,
            tiers=tiers,
            cost=tiers[0].cost if len(tiers) == 1 else total([tier.cost for tier in tiers]),
            status=_status(charge, usual),
        )


def _status(charge: Charge, usual: str) -> str:
    if charge.price is not None:
        return TOLD
    return Status.DISPUTED.value if _on_a_plan(charge) else usual


def _costs(ranges: Sequence[tuple[Decimal, Decimal | None, Decimal]], units: Sequence[Decimal]) -> tuple[TierCost, ...]:
    """What the units in each price range cost; a range is where it begins and ends, and its price."""
    if len(ranges) == 1 and units[0]:
        ((begin, end, price),) = ranges
        return (TierCost(begin, end, units[0], price, EXACT.multiply(units[0], price)),)
    return tuple(
        [
            TierCost(begin, end, quantity, price, EXACT.multiply(quantity, price))
            for (begin, end, price), quantity in zip(ranges, units, strict=True)
            if quantity
        ]
    )


def _unpriced(charge: Charge, quantity: Decimal, unit: str, status: str) -> Line:
    return Line(
        meter=charge.meter.id,
        service=charge.target.service,
        region=charge.target.region or "",
        resource=charge.target.id or None,
        usage_type="",
        sku="",
        quantity=quantity,
        unit=unit,
        free=ZERO,
        tiers=(),
        cost=None if quantity else ZERO,
        status=status,
    )


def _alternative(before: Dependency | None, line: Line, answer: Answer, plan: str | None, region: str) -> Dependency:
    """What the line would cost under one more plan."""
    price = price_of(answer, plan, line.cost)
    if before is not None:
        return msgspec.structs.replace(before, prices=(*before.prices, price))
    return Dependency(
        meter=line.meter,
        service=line.service,
        region=region,
        resource=line.resource,
        quantity=line.quantity,
        unit=line.unit,
        needs=(f"regions.{region}.ses_plan",),
        reason=f"the SES pricing plan of {region} is not told",
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


def _plan_notes(charges: Sequence[Charge], choices: Choices) -> Iterator[str]:
    names = sorted({charge.meter.id for charge in charges if _on_a_plan(charge)})
    if names:
        how = "not charged" if choices["ses.plan.extras"] == "included" else "charged at the à la carte price"
        yield f"Whether an SES plan includes {', '.join(names)} is not confirmed; {how} (option ses.plan.extras)."
