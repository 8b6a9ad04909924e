"""What a change costs in the shape of Infracost's JSON, as its ``diff`` command writes it.

Past and present are each an estimate; see `auditor.report.infracost_json`. The difference has a component for each
meter of each resource whose cost changes. Where either side is not known the difference is null, never a saving, and
sums are those of what is known: they are what the gate decides by. A difference has no price of its own.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

import msgspec

from auditor.gate.cost_change import ChangedCost, CostChange
from auditor.model.inventory import Inventory
from auditor.report import json_text
from auditor.report.infracost_json import document, is_usage_based, known_sum, name_of, number, tags_of, type_of
from auditor.report.infracost_names import component
from auditor.report.infracost_v02 import Breakdown, CostComponent, Metadata, Resource, Root
from auditor.report.prices_text import units
from pricing.money import EXACT, quotient, written
from pricing.month import AVERAGE_HOURS, parse
from pricing.result import Estimate
from pricing.tiers import total


class Version(msgspec.Struct, frozen=True):
    """One side of a change."""

    inventory: Inventory
    estimate: Estimate


def render(change: CostChange, base: Version, head: Version, generated: datetime, usage_path: str) -> str:
    """The document as text.

    Args:
        change: of the costs.
        base: the version before.
        head: the version after.
        generated: when.
        usage_path: of the usage file.
    """
    past, present = (document(side.estimate, side.inventory, generated, usage_path) for side in (base, head))
    return json_text.encode(_together(change, base, head, past, present))


def _together(change: CostChange, base: Version, head: Version, past: Root, present: Root) -> Root:
    difference = _Difference(base, head).breakdown(change)
    (before,), (after,) = past.projects, present.projects
    return msgspec.structs.replace(
        present,
        metadata=Metadata(infracost_command="diff", usage_file_path=present.metadata.usage_file_path),
        projects=[msgspec.structs.replace(after, past_breakdown=before.breakdown, diff=difference)],
        past_total_hourly_cost=past.total_hourly_cost,
        past_total_monthly_cost=past.total_monthly_cost,
        past_total_monthly_usage_cost=past.total_monthly_usage_cost,
        diff_total_hourly_cost=difference.total_hourly_cost,
        diff_total_monthly_cost=difference.total_monthly_cost,
        diff_total_monthly_usage_cost=difference.total_monthly_usage_cost,
    )


class _Difference:
    """Makes resources of what changes."""

    def __init__(self, base: Version, head: Version) -> None:
        self._declared = {item.id: item for side in (base, head) for item in side.inventory.resources}
        self._quantities = [_quantities(side.estimate) for side in (base, head)]
        self._units: dict[str, str] = {}
        for side in (base, head):
            self._units.update({item.meter: item.unit for item in side.estimate.depends_on_usage})
            self._units.update({line.meter: line.unit for line in side.estimate.lines})
        month = head.estimate.month
        self._hours = parse(month).hours if month is not None else AVERAGE_HOURS

    def breakdown(self, change: CostChange) -> Breakdown:
        """All that changes, and what is known of it together."""
        resources: dict[tuple[str, str, str], list[ChangedCost]] = {}
        for row in change.changed:
            resources.setdefault((row.service, row.region, row.resource or ""), []).append(row)
        used = total(row.change for row in change.changed if row.change is not None and self._is_used(row))
        return Breakdown(
            resources=[self._resource(place, rows) for place, rows in sorted(resources.items())],
            total_hourly_cost=self._hourly(change.increase),
            total_monthly_cost=written(change.increase),
            total_monthly_usage_cost=written(used),
        )

    def _resource(self, place: tuple[str, str, str], rows: Iterable[ChangedCost]) -> Resource:
        service, region, id_ = place
        declared, rows = self._declared.get(id_), list(rows)
        cost = known_sum(row.change for row in rows)
        return Resource(
            name=name_of(declared, id_, service, region),
            resource_type=type_of(declared) if declared is not None else "",
            tags=tags_of(declared),
            metadata={"service": service, "region": region},
            hourly_cost=self._hourly(cost),
            monthly_cost=number(cost),
            monthly_usage_cost=number(known_sum(row.change for row in rows if self._is_used(row))),
            cost_components=[self._component(row) for row in rows],
        )

    def _component(self, row: ChangedCost) -> CostComponent:
        key = row.service, row.region, row.meter, row.resource or ""
        before, after = (found.get(key, Decimal(0)) for found in self._quantities)
        unit = self._units.get(row.meter, "unit")
        quantity = EXACT.subtract(after, before) if row.change is not None else None
        return CostComponent(
            name=component(row.meter),
            unit=units(unit),
            hourly_quantity=self._hourly(quantity),
            monthly_quantity=number(quantity),
            price=None,
            hourly_cost=self._hourly(row.change),
            monthly_cost=number(row.change),
            usage_based=self._is_used(row),
            price_not_found=row.change is None,
        )

    def _is_used(self, row: ChangedCost) -> bool:
        return is_usage_based(self._units.get(row.meter, "unit"))

    def _hourly(self, amount: Decimal | None) -> str | None:
        return None if amount is None else written(quotient(amount, self._hours))


def _quantities(estimate: Estimate) -> dict[tuple[str, str, str, str], Decimal]:
    """Billed units of each meter of a resource."""
    found: dict[tuple[str, str, str, str], Decimal] = {}
    for line in estimate.lines:
        key = line.service, line.region, line.meter, line.resource or ""
        found[key] = EXACT.add(found.get(key, Decimal(0)), line.quantity)
    return found
