"""What the coming months cost: growth, seasons, and how it may turn out instead.

Each month is an estimate of its own, with its hours, its allowances and its tiers: twelve times one month would be
wrong as soon as a tier or a free allowance ends.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

import msgspec
from msgspec import UNSET, UnsetType

from auditor.model.inventory import Inventory
from pricing import credits as credits_of
from pricing.attribution import attribute
from pricing.credits import Credits
from pricing.derived import estimate_all
from pricing.estimate import EstimateOptions
from pricing.meters.registry import quantities
from pricing.money import EXACT, quotient, rounded, to_cents
from pricing.month import Month
from pricing.result import Estimate
from pricing.tiers import ZERO, total
from pricing.usage.shares import EVENT_RATE, SHARE
from pricing.usage.usage import Case, Entry, Outlook, Usage, UsageError

MONTHS = 12
CASES = ("best", "expected", "worst")
_ONE = Decimal(1)
_FIXED_UNITS = frozenset(
    {"byte", "MB", "millisecond", "day", "principal", "subscription", "US dollar", SHARE, EVENT_RATE}
)
_FIXED = frozenset({"sns.publish.batch_size"})
"""Units of sizes, rates, prices and settings: they do not grow with the business."""
_PLACES = Decimal("1e-12")
_WHOLE = Decimal(1)
_END = 12 * 10_000


class MonthCost(msgspec.Struct, frozen=True, kw_only=True):
    """One month.

    Attributes:
        month: ``2026-12``; None when the usage tells no month, then `number` counts from 1.
        total: US dollars, rounded half up to cents.
        complete: whether every cost is known.
        services: service to its known cost, exact.
        groups: what the projection is summed by (`Projection.by`) to its known cost, exact; empty when by nothing.
        deducted: credits, exact; left out where none are told.
    """

    number: int
    month: str | None
    total: Decimal
    complete: bool
    services: dict[str, Decimal]
    groups: dict[str, Decimal] = {}
    deducted: Decimal | UnsetType = UNSET


class ProjectedCase(msgspec.Struct, frozen=True, kw_only=True):
    """The months as they may turn out.

    Attributes:
        name: best, expected or worst.
        total: of all months, from exact costs; before credits.
        credits: what they leave of it, month after month as long as they last; left out where none are told.
    """

    name: str
    total: Decimal
    complete: bool
    months: tuple[MonthCost, ...]
    credits: Credits | UnsetType = UNSET


class Projection(msgspec.Struct, frozen=True, kw_only=True):
    """What the months from the first on cost.

    Attributes:
        cases: best, expected and worst, as far as the usage tells them.
        by: account, region, service, resource or ``tag:KEY``; None when months have no groups.
        assumptions: in words.
    """

    cases: tuple[ProjectedCase, ...]
    assumptions: tuple[str, ...]
    by: str | None = None


class Grouping(msgspec.Struct, frozen=True):
    """How months are summed: see `pricing.attribution.attribute`."""

    by: str
    spread: bool = False


def project(
    inventory: Inventory,
    usage: Usage,
    options: EstimateOptions | None = None,
    months: int = MONTHS,
    grouping: Grouping | None = None,
) -> Projection:
    """What the usage costs in the months from its own on.

    Args:
        inventory: resources.
        usage: of the first month, with its outlook.
        options: how to estimate; its month is the first one.
        months: how many.
        grouping: what the months are summed by, beside services.

    Raises:
        UsageError: seasons are told, and no month.
        AttributionError: there is nothing like that to sum by.
    """
    return _Projector(inventory, usage, options or EstimateOptions(), grouping).projection(months)


class _Projector:
    def __init__(self, inventory: Inventory, usage: Usage, options: EstimateOptions, grouping: Grouping | None) -> None:
        self._inventory = inventory
        self._usage = usage
        self._options = options
        self._first = options.month or usage.month
        self._outlook = usage.outlook or Outlook()
        self._grouping = grouping
        self._made: dict[object, Estimate] = {}
        if self._outlook.seasonality and self._first is None:
            raise UsageError(f"{usage.path or 'usage'}: projection.seasonality needs month")
        if self._first is not None and self._outlook.seasonality.get(self._first.month) == 0:
            raise UsageError(f"{usage.path or 'usage'}: projection.seasonality of the first month is 0")

    def projection(self, months: int) -> Projection:
        cases = [
            (name, Case() if name == "expected" else self._outlook.cases[name])
            for name in CASES
            if name == "expected" or name in self._outlook.cases
        ]
        return Projection(
            cases=tuple(self._case(name, case, months) for name, case in cases),
            assumptions=tuple(self._assumptions(months)),
            by=self._grouping.by if self._grouping is not None else None,
        )

    def _case(self, name: str, case: Case, months: int) -> ProjectedCase:
        costs = [self._month(case, number) for number in range(1, months + 1)]
        exact = [total(month.services.values()) for month in costs]
        account = self._usage.account
        by_month = list(zip(self._months(months), exact, strict=True))
        found = credits_of.of(account, by_month)
        if found is not None:
            parts = credits_of.deducted(account, by_month)
            costs = [msgspec.structs.replace(month, deducted=part) for month, part in zip(costs, parts, strict=True)]
        return ProjectedCase(
            name=name,
            total=to_cents(total(exact)),
            complete=all(month.complete for month in costs),
            months=tuple(costs),
            credits=UNSET if found is None else found,
        )

    def _months(self, count: int) -> list[Month | None]:
        return [later(self._first, number) if self._first is not None else None for number in range(count)]

    def _month(self, case: Case, number: int) -> MonthCost:
        month = later(self._first, number - 1) if self._first is not None else None
        season = self._season(month)
        found = self._estimate(case, number - 1, season, month)
        services: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for line in found.lines:
            services[line.service] = EXACT.add(services[line.service], line.cost or ZERO)
        return MonthCost(
            number=number,
            month=str(month) if month is not None else None,
            total=found.total,
            complete=found.complete,
            services=dict(services),
            groups=self._groups(found),
        )

    def _groups(self, found: Estimate) -> dict[str, Decimal]:
        if self._grouping is None:
            return {}
        made = attribute(found, self._inventory, self._grouping.by, spread=self._grouping.spread)
        return {group.name: group.cost for group in made.groups}

    def _season(self, month: Month | None) -> Decimal:
        """The factor of a month beside that of the first one, which is in its usage already."""
        if month is None or self._first is None:
            return _ONE
        seasons = self._outlook.seasonality
        return quotient(seasons.get(month.month, _ONE), seasons.get(self._first.month, _ONE))

    def _estimate(self, case: Case, months: int, season: Decimal, month: Month | None) -> Estimate:
        grows = bool(case.growth_per_month or self._outlook.growth_per_month or self._outlook.growth)
        volume = EXACT.multiply(case.volume, season)
        key = (case, months if grows else 0, volume, month)
        if key not in self._made:
            usage = scaled(self._usage, self._outlook, case, months, volume)
            options = msgspec.structs.replace(self._options, month=month, today=None)
            self._made[key] = estimate_all(self._inventory, usage, options)
        return self._made[key]

    def _assumptions(self, months: int) -> Iterator[str]:
        if self._usage.outlook is None:
            yield f"Nothing is told of growth or seasons: {months} months of equal usage."
        yield "Prices stay as they are; sizes, rates, leased and subscribed things do not grow."
        yield from credits_of.notes(self._usage.account, self._months(months))


def scaled(usage: Usage, outlook: Outlook, case: Case, months: int, volume: Decimal) -> Usage:
    """The usage some months later.

    Volumes are rounded half up: counts to whole numbers, GB to 12 places.

    Args:
        usage: of the first month.
        outlook: how it changes.
        case: how it may turn out instead.
        months: how many months later.
        volume: factor of the case and of the season.
    """
    entries = tuple(
        Entry(
            entry.selector,
            {name: _scaled(name, amount, outlook, case, months, volume) for name, amount in entry.quantities.items()},
            entry.line,
        )
        for entry in usage.entries
    )
    return msgspec.structs.replace(usage, entries=entries)


def grows(name: str) -> bool:
    """Whether a quantity is a volume: not a size, a rate, or a thing that is leased by the month."""
    unit = quantities()[name].unit
    return name not in _FIXED and unit not in _FIXED_UNITS and not (unit.endswith("month") and unit != "GB-month")


def _scaled(
    name: str, amount: Decimal | None, outlook: Outlook, case: Case, months: int, volume: Decimal
) -> Decimal | None:
    if amount is None or not grows(name):
        return amount
    growth = _growth(name, outlook) if case.growth_per_month is None else case.growth_per_month
    factor = volume
    for _ in range(months):
        factor = rounded(EXACT.multiply(factor, EXACT.add(_ONE, growth)), _PLACES)
    if factor == 1:
        return amount
    precision = _PLACES if quantities()[name].unit.startswith("GB") else _WHOLE
    return rounded(EXACT.multiply(amount, factor), precision)


def _growth(name: str, outlook: Outlook) -> Decimal:
    fitting = [key for key in outlook.growth if name == key or name.startswith(f"{key}.")]
    return outlook.growth[max(fitting, key=len)] if fitting else outlook.growth_per_month


def later(month: Month, months: int) -> Month:
    """The month some months after one.

    Raises:
        UsageError: there is none after 9999-12.
    """
    index = 12 * month.year + month.month - 1 + months
    if index >= _END:
        raise UsageError(f"{months + 1} months from {month} on go beyond 9999-12")
    return Month(index // 12, index % 12 + 1)
