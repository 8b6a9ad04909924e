"""The estimate in the shape of Infracost's JSON, version 0.2, for what reads that: dashboards, comments, policies.

Source: https://www.infracost.io/docs/features/cli_commands/#json-output-format and the schema in its repository.

Differences that the shape leaves room for: a cost that is not known is null and never "0", a quantity likewise; its
unit price stands beside it. Nothing was before an estimate, so what is "past" and the difference to it are null;
those of a change are made by `auditor.report.infracost_diff`. Hourly amounts are a month's divided by its hours. Free
units are a component of their own, at a price of "0".
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from auditor.model.inventory import Inventory
from auditor.model.known import Known
from auditor.model.resource import Resource as Declared
from auditor.report import json_text
from auditor.report.infracost_names import SERVICES, component, price_range
from auditor.report.infracost_v02 import (
    VERSION,
    Breakdown,
    CostComponent,
    Diagnosis,
    Metadata,
    Project,
    ProjectMetadata,
    Resource,
    Root,
    Summary,
)
from auditor.report.prices_text import units
from pricing.money import EXACT, quotient, written
from pricing.month import AVERAGE_HOURS, parse
from pricing.placing import service_of
from pricing.result import UNDECIDED, Dependency, Estimate, Line, Price, TierCost
from pricing.tiers import total

_KINDS = {
    "cloudformation": "cloudformation",
    "terraform-plan": "terraform_plan_json",
    "terraform-state": "terraform_state_json",
    "terraform": "terraform_dir",
}
"""Kind of an input to what Infracost calls it."""
_TERRAFORM = re.compile(r"(?:^|\.)(aws_[a-z0-9_]+)\.")
_CENT = Decimal("0.01")
_SCALES = ((0, ""), (3, "1k "), (6, "1M "))
_Amounts = Iterable[Decimal | None]


def render(estimate: Estimate, inventory: Inventory, generated: datetime, usage_path: str = "") -> str:
    """The estimate as text.

    Args:
        estimate: what to write.
        inventory: tells addresses, types and tags of resources, and how many there are.
        generated: when.
        usage_path: of the usage file; empty when there is none.
    """
    return json_text.encode(document(estimate, inventory, generated, usage_path))


def document(estimate: Estimate, inventory: Inventory, generated: datetime, usage_path: str = "") -> Root:
    """The document; see `render`."""
    hours = parse(estimate.month).hours if estimate.month is not None else AVERAGE_HOURS
    maker = _Maker(estimate, inventory, hours)
    breakdown, summary = maker.breakdown(), maker.summary()
    paths = [item.path for item in inventory.inputs]
    kinds = {_KINDS.get(item.kind, item.kind) for item in inventory.inputs}
    project = Project(
        name=", ".join(paths) or usage_path,
        display_name="",
        metadata=ProjectMetadata(
            path=paths[0] if len(paths) == 1 else "" if paths else usage_path,
            type=kinds.pop() if len(kinds) == 1 else "multiple" if kinds else "usage",
            warnings=[Diagnosis(message=words) for words in estimate.assumptions],
        ),
        past_breakdown=_NOTHING,
        breakdown=breakdown,
        diff=_NOTHING,
        summary=summary,
    )
    return Root(
        version=VERSION,
        metadata=Metadata(usage_file_path=usage_path),
        currency=estimate.currency,
        projects=[project],
        total_hourly_cost=breakdown.total_hourly_cost,
        total_monthly_cost=breakdown.total_monthly_cost,
        total_monthly_usage_cost=breakdown.total_monthly_usage_cost,
        time_generated=generated.strftime("%Y-%m-%dT%H:%M:%SZ"),
        summary=summary,
    )


_NOTHING = Breakdown(resources=[], total_hourly_cost=None, total_monthly_cost=None, total_monthly_usage_cost=None)


class _Part(msgspec.Struct, frozen=True):
    """A component with its cost as a number."""

    component: CostComponent
    cost: Decimal | None


class _Maker:
    """Makes resources of the lines of an estimate, and of what is not known."""

    def __init__(self, estimate: Estimate, inventory: Inventory, hours: Decimal) -> None:
        self._estimate = estimate
        self._inventory = inventory
        self._hours = hours
        self._declared = {item.id: item for item in inventory.resources}
        self._parts: dict[tuple[str, str, str], list[_Part]] = {}
        for line in estimate.lines:
            if line.status != UNDECIDED:
                self._parts.setdefault(_place(line), []).extend(self._of_line(line))
        for item in estimate.depends_on_usage:
            self._parts.setdefault(_place(item), []).extend(self._of_dependency(item))

    def breakdown(self) -> Breakdown:
        """All resources and their sums."""
        parts = [part for found in self._parts.values() for part in found]
        return Breakdown(
            resources=[self._resource(place, found) for place, found in sorted(self._parts.items())],
            total_hourly_cost=self._hourly(known_sum(part.cost for part in parts)),
            total_monthly_cost=number(known_sum(part.cost for part in parts)),
            total_monthly_usage_cost=number(known_sum(part.cost for part in parts if part.component.usage_based)),
        )

    def summary(self) -> Summary:
        """The counts; usage that belongs to no resource counts as one per service and Region."""
        supported, unsupported, free = Counter[str](), Counter[str](), Counter[str]()
        for service, _, id_ in self._parts:
            declared = self._declared.get(id_)
            supported[type_of(declared) if declared is not None else SERVICES.get(service, service)] += 1
        priced = {id_ for _, _, id_ in self._parts}
        # What is told of a whole service speaks for its resources.
        covered = {"ses", "sns", None, *(service for service, _, id_ in self._parts if not id_)}
        for item in self._inventory.resources:
            if item.id not in priced:
                (free if service_of(item) in covered else unsupported)[type_of(item)] += 1
        return Summary(
            total_detected_resources=supported.total() + unsupported.total() + free.total(),
            total_supported_resources=supported.total(),
            total_unsupported_resources=unsupported.total(),
            total_usage_based_resources=sum(
                1 for parts in self._parts.values() if any(part.component.usage_based for part in parts)
            ),
            total_no_price_resources=free.total(),
            supported_resource_counts=dict(sorted(supported.items())),
            unsupported_resource_counts=dict(sorted(unsupported.items())),
            no_price_resource_counts=dict(sorted(free.items())),
        )

    def _resource(self, place: tuple[str, str, str], parts: Sequence[_Part]) -> Resource:
        service, region, id_ = place
        declared = self._declared.get(id_)
        cost = known_sum(part.cost for part in parts)
        return Resource(
            name=name_of(declared, id_, service, region),
            resource_type=type_of(declared) if declared is not None else "",
            tags=tags_of(declared),
            metadata={"service": service, "region": region},
            hourly_cost=self._hourly(cost),
            monthly_cost=number(cost),
            monthly_usage_cost=number(known_sum(part.cost for part in parts if part.component.usage_based)),
            cost_components=[part.component for part in parts],
        )

    def _of_line(self, line: Line) -> Iterator[_Part]:
        """One component per price range, one of what is free, and one of a line that has neither."""
        name = f"{component(line.meter)}, plan {line.plan}" if line.plan else component(line.meter)
        if line.cost is None:
            yield self._part(name, line.unit, line.quantity, None, None)
            return
        for tier in line.tiers:
            yield self._of_tier(name, line.unit, tier)
        if line.free:
            yield self._part(f"{name} (free)", line.unit, line.free, Decimal(0), Decimal(0))
        elif not line.tiers:
            yield self._part(name, line.unit, line.quantity, Decimal(0), Decimal(0))

    def _of_tier(self, name: str, unit: str, tier: TierCost) -> _Part:
        label = price_range(tier.begin, tier.end, unit)
        return self._part(f"{name} ({label})" if label else name, unit, tier.quantity, tier.price, tier.cost)

    def _of_dependency(self, item: Dependency) -> Iterator[_Part]:
        """One component with the unit price, one per plan when the plan is what is not told."""
        name = component(item.meter)
        if not item.prices:
            yield self._part(name, item.unit, item.quantity, None, None)
        for price in item.prices:
            full = name if len(item.prices) == 1 else f"{name}, plan {price.plan}"
            yield self._at_price(full, item, price)

    def _at_price(self, name: str, item: Dependency, price: Price) -> _Part:
        found = next((tier for tier in price.tiers if tier.price), price.tiers[0] if price.tiers else None)
        if found is None:
            return self._part(name, item.unit, item.quantity, None, None)
        label = price_range(found.begin, found.end, item.unit)
        return self._part(f"{name} ({label})" if label else name, item.unit, item.quantity, found.price, None)

    def _part(
        self, name: str, unit: str, quantity: Decimal | None, price: Decimal | None, cost: Decimal | None
    ) -> _Part:
        places, per = _scale(price)
        amount = None if quantity is None else quantity.scaleb(-places, EXACT)
        return _Part(
            CostComponent(
                name=name,
                unit=f"{per}{units(unit)}",
                hourly_quantity=self._hourly(amount),
                monthly_quantity=number(amount),
                price=None if price is None else written(price.scaleb(places, EXACT)),
                hourly_cost=self._hourly(cost),
                monthly_cost=number(cost),
                usage_based=is_usage_based(unit),
                price_not_found=price is None,
            ),
            cost,
        )

    def _hourly(self, amount: Decimal | None) -> str | None:
        return None if amount is None else written(quotient(amount, self._hours))


def is_usage_based(unit: str) -> bool:
    """Whether what is counted in a unit is used, rather than there for a month."""
    return not unit.endswith("month") or unit == "GB-month"


def _place(item: Line | Dependency) -> tuple[str, str, str]:
    return item.service, item.region or "", item.resource or ""


def name_of(declared: Declared | None, id_: str, service: str, region: str) -> str:
    """The address that the input uses; of what belongs to no resource the service in its Region."""
    if declared is not None and declared.address:
        return declared.address
    return id_ or f"{SERVICES.get(service, service)} ({region or 'Region not known'})"


def type_of(declared: Declared) -> str:
    """The type that the input uses: ``aws_sns_topic`` in Terraform, ``AWS::SNS::Topic`` elsewhere."""
    found = _TERRAFORM.findall(declared.address)
    return str(found[-1]) if found else declared.type_name


def tags_of(declared: Declared | None) -> dict[str, str] | None:
    """The tags of a resource; None where they are not told."""
    if declared is None or not isinstance(declared.tags, Known):
        return None
    return {key: str(value) for key, value in sorted(declared.tags.value.items())}


def _scale(price: Decimal | None) -> tuple[int, str]:
    """The power of ten and the words of so many units that they cost at least a cent."""
    if not price:
        return _SCALES[0]
    return next((scale for scale in _SCALES if price.scaleb(scale[0]) >= _CENT), _SCALES[-1])


def known_sum(costs: _Amounts) -> Decimal | None:
    """The sum of what is known; None when nothing of it is, and 0 of nothing."""
    found = list(costs)
    known = [cost for cost in found if cost is not None]
    return None if found and not known else total(known)


def number(amount: Decimal | None) -> str | None:
    """An amount as it is written; None for one that is not known."""
    return None if amount is None else written(amount)
