"""The estimate as text: lines with their price ranges, subtotals, what is not known, assumptions, price dates."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from auditor.report.columns import table
from auditor.report.estimate_summed import MANY, by_resource, summed, together, total_cost
from auditor.report.prices_text import ranges, unit_price, units
from auditor.report.terminal import plain
from pricing.catalog.model import Tier
from pricing.money import dollars, grouped, signed, to_cents
from pricing.result import Dependency, Estimate, Line, Price

NAMES = {
    "ses": "Amazon SES",
    "sns": "Amazon SNS",
    "sqs": "Amazon SQS",
    "kms": "AWS KMS",
    "lambda": "AWS Lambda",
    "cloudwatch": "Amazon CloudWatch",
    "firehose": "Amazon Data Firehose",
    "sms": "Text messages",
    "data_transfer": "Data transfer",
}
"""First word of a meter's id to what AWS calls the service."""
_SHOWN_RESOURCES = 3
_MANY = Decimal(1000)
"""From here on fractions of a unit are shown with two places; the JSON has them all."""


def render(estimate: Estimate, verdict: str = "", *, all_: bool = False) -> str:
    """The estimate, ending with a newline.

    Args:
        estimate: what to show.
        verdict: of the budget gate, as the last line.
        all_: whether to show every line and resource, however many there are.
    """
    every = all_ or len(estimate.lines) <= MANY
    parts = [_headline(estimate)]
    if estimate.lines:
        parts.append(_lines(estimate, every=every))
    resources = by_resource(estimate.lines, every=every)
    if resources:
        parts.append(resources)
    if type(estimate) is not Estimate:
        from auditor.report.estimate_beside_text import sections  # of all that can stand beside an estimate

        parts.extend(sections(estimate))
    if estimate.depends_on_usage:
        listed = _dependencies(estimate.depends_on_usage, every=all_ or len(estimate.depends_on_usage) <= MANY)
        parts.append("\n".join(["Not in the total, because it is not told:", *listed]))
    if estimate.options:
        parts.append("\n".join(["Disputed rules, as they were read (--option ID=VALUE):", *_options(estimate)]))
    if estimate.assumptions:
        parts.append("\n".join(["Assumptions:", *(f"  - {plain(text)}" for text in estimate.assumptions)]))
    if estimate.catalog:
        parts.append("\n".join(["Prices:", *_catalog(estimate)]))
    if verdict:
        parts.append(verdict)
    return "\n\n".join(parts) + "\n"


def _headline(estimate: Estimate) -> str:
    month = estimate.month or "an average month"
    if estimate.credits:
        month += f", before credits of {dollars(estimate.credits.remaining)}"
    if estimate.complete:
        return f"Estimate for {month}: {dollars(estimate.total)}"
    number = estimate.unknown_costs
    why = [f"{number} {'cost is' if number == 1 else 'costs are'} not known"] if number else []
    if estimate.unread or estimate.hidden:
        why.append("not everything was read")
    return f"Estimate for {month}: at least {dollars(estimate.total)} ({', '.join(why)})"


def _lines(estimate: Estimate, *, every: bool) -> str:
    by_service: dict[str, list[Line]] = defaultdict(list)
    for line in estimate.lines:
        by_service[line.service].append(line)
    rows: list[tuple[str, ...]] = []
    for service, lines in by_service.items():
        for line, resources in ((line, 0) for line in lines) if every else summed(lines):
            rows.extend(_rows(line, f"{resources:,} resources" if resources else _whose(line)))
        rows.append((f"{NAMES.get(service, service)}, known", "", "", "", "", dollars(total_cost(lines)), ""))
    rows.append(("Total, known", "", "", "", "", dollars(estimate.total), ""))
    if estimate.credits:
        rows.append(("Credits", "", "", "", "", signed(-estimate.credits.deducted), ""))
        rows.append(("Total after credits, known", "", "", "", "", dollars(estimate.credits.net_total), ""))
    headers = ("meter", "Region", "resource", "quantity", "unit price", "cost", "price is")
    shown = table(rows, headers, ("left", "left", "left", "right", "left", "right", "left"))
    return (
        shown if every else f"{shown}\n{len(estimate.lines):,} lines are summed by meter and Region; --all shows each."
    )


def _whose(line: Line) -> str:
    """The resource; of usage of a Region the plan that it was under, where there are several."""
    return f"under {line.plan}" if line.plan else plain(line.resource or "")


def _rows(line: Line, resource: str) -> Iterator[tuple[str, ...]]:
    """One row, and where there are several price ranges or free units a row for each."""
    quantity = _amount(line.quantity, line.unit)
    cost = "?" if line.cost is None else _dollars(line.cost)
    split = [(_shown(tier.quantity), _unit_price(tier.price, line.unit), _dollars(tier.cost)) for tier in line.tiers]
    if line.free:
        split.insert(0, (_shown(line.free), "free allowance", "$0.00"))
    price = split[0][1] if len(split) == 1 else ""
    yield line.meter, line.region, resource, quantity, price, cost, line.status
    if len(split) > 1:
        for units, price_of_range, cost_of_range in split:
            yield "", "", "", units, price_of_range, cost_of_range, ""


_dollars = lru_cache(10_000)(dollars)
_unit_price = lru_cache(1000)(unit_price)
"""Many lines have the same price, and neighbours often the same cost."""


def _amount(quantity: Decimal, unit: str) -> str:
    return f"{_shown(quantity)} {unit if quantity == 1 else units(unit)}"


def _dependencies(found: Sequence[Dependency], *, every: bool) -> Iterator[str]:
    """One line per meter and Region; resources that lack the same are named together."""
    for first, resources in _alike(found) if every else together(found):
        where = f" in {first.region}" if first.region is not None else ""
        of = f" of {', '.join(map(plain, resources[:_SHOWN_RESOURCES]))}" if resources else ""
        more = f" and {len(resources) - _SHOWN_RESOURCES} more" if len(resources) > _SHOWN_RESOURCES else ""
        quantity = f", {_amount(first.quantity, first.unit)}" if first.quantity is not None else ""
        yield f"  {first.meter}{where}{of}{more}{quantity}: {plain(first.reason)}"
        for price in first.prices:
            yield f"    {_price(price, first.unit)}"


def _alike(found: Sequence[Dependency]) -> Iterator[tuple[Dependency, Sequence[str]]]:
    """What differs in the resource only, with the resources."""
    groups: dict[tuple[object, ...], list[Dependency]] = defaultdict(list)
    for item in found:
        groups[item.meter, item.region, item.quantity, item.reason, item.prices].append(item)
    for items in groups.values():
        yield items[0], [item.resource for item in items if item.resource is not None]


def _price(price: Price, unit: str) -> str:
    plan = f"under {price.plan}: " if price.plan is not None else ""
    if not price.tiers:
        return f"{plan}{price.status}"
    shown = ranges((Tier(tier.begin, tier.end, tier.price) for tier in price.tiers), unit)
    cost = f"{dollars(price.cost)}, " if price.cost is not None else ""
    doubt = f" ({price.status})" if price.status != "confirmed" else ""
    return f"{plan}{cost}{shown}{doubt}"


def _options(estimate: Estimate) -> Iterator[str]:
    for option in estimate.options:
        yield f"  {option.id}={option.value}: {option.question} {option.choices[option.value]}"


def _catalog(estimate: Estimate) -> Iterator[str]:
    for used in estimate.catalog:
        version = f", version {used.version}" if used.version else ""
        yield f"  {used.service}, published {used.published[:10]}{version}"


@lru_cache(10_000)
def _shown(quantity: Decimal) -> str:
    """A quantity for people."""
    return grouped(to_cents(quantity) if quantity >= _MANY else quantity)
