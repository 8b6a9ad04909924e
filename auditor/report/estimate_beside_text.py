"""What stands beside an estimate, as text: costs by group, the coming months, advice, the comparison with a bill."""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import UNSET

from auditor.report.columns import Side, table
from auditor.report.terminal import plain
from pricing.advice.alternative import Advice
from pricing.answer import Answer
from pricing.attribution import Attribution
from pricing.money import EXACT, dollars, grouped, signed
from pricing.projection import Projection
from pricing.reconcile import Compared, Match, Reconciliation
from pricing.result import Estimate
from pricing.tiers import ZERO

_MARKS = {
    Match.EQUAL: "",
    Match.DIFFERENT: "differs",
    Match.ONLY_ESTIMATED: "not on the bill",
    Match.ONLY_BILLED: "not in the estimate",
    Match.NOT_ESTIMATED: "cost not known",
}


def sections(answer: Estimate) -> Iterator[str]:
    """A section for each thing that was asked for; none for an estimate alone."""
    if not isinstance(answer, Answer):
        return
    if answer.attribution is not UNSET:
        yield _attribution(answer.attribution)
    if answer.projection is not UNSET:
        yield _projection(answer.projection)
    if answer.advice is not UNSET:
        yield _advice(answer.advice, complete=answer.complete)
    if answer.reconciliation is not UNSET:
        yield _reconciliation(answer.reconciliation)


def _attribution(found: Attribution) -> str:
    spread = any(group.spread for group in found.groups)
    rows = [
        (
            plain(group.name),
            dollars(group.cost) + ("" if group.complete else " + ?"),
            *((dollars(group.spread),) if spread else ()),
        )
        for group in found.groups
    ]
    headers = (plain(found.by), "known cost", *(("of it shared",) if spread else ()))
    sides: tuple[Side, ...] = ("left", "right", "right")
    return table(rows, headers, sides[: len(headers)])


def _projection(found: Projection) -> str:
    rows: list[tuple[str, ...]] = []
    for months in zip(*(case.months for case in found.cases), strict=True):
        name = months[0].month or f"month {months[0].number}"
        rows.append((name, *(dollars(month.total) + ("" if month.complete else " + ?") for month in months)))
    totals = [dollars(case.total) + ("" if case.complete else " + ?") for case in found.cases]
    rows.append((f"{len(rows)} months", *totals))
    given = [(case.credits, case.complete) for case in found.cases if case.credits is not UNSET]
    if given:
        rows.append(("Credits", *(signed(-item.deducted) for item, _ in given)))
        left = [dollars(item.net_total) + ("" if is_complete else " + ?") for item, is_complete in given]
        rows.append(("after credits", *left))
    names = [case.name for case in found.cases]
    sides: tuple[Side, ...] = ("left", "right", "right", "right")
    shown = table(rows, ("month", *names), sides[: len(names) + 1])
    groups = ["", *_projected_groups(found)] if found.by is not None else []
    return "\n".join([shown, *(f"  - {plain(text)}" for text in found.assumptions), *groups])


def _projected_groups(found: Projection) -> Iterator[str]:
    """What each group costs over all months."""
    names = [case.name for case in found.cases]
    sums: dict[str, list[Decimal]] = {}
    for index, case in enumerate(found.cases):
        for month in case.months:
            for group, cost in month.groups.items():
                own = sums.setdefault(group, [ZERO] * len(names))
                own[index] = EXACT.add(own[index], cost)
    ordered = sorted(sums.items(), key=lambda item: (-max(item[1]), item[0]))
    rows = [(plain(group), *(dollars(cost) for cost in costs)) for group, costs in ordered]
    months = len(found.cases[0].months)
    sides: tuple[Side, ...] = ("left", "right", "right", "right")
    yield table(rows, (f"{plain(found.by or '')}, {months} months", *names), sides[: len(names) + 1])


def _advice(found: tuple[Advice, ...], *, complete: bool) -> str:
    unknown = "" if complete else "; what touches a cost that is not known is not weighed"
    if not found:
        return f"Advice: nothing cheaper was found for the usage that is told{unknown}."
    lines = [f"Advice, each on its own (savings may not add up{unknown}):"]
    for item in found:
        lines.append(
            f"  {dollars(item.saving)} a month: {plain(item.text)} ({dollars(item.now)} → {dollars(item.then)})"
        )
        if item.break_even:
            lines.append(f"    Break-even: {plain(item.break_even)}.")
        lines += [f"    If: {plain(text)}" for text in item.assumptions]
    return "\n".join(lines)


def _reconciliation(found: Reconciliation) -> str:
    headers = ("usage type", "Region", "estimated units", "billed units", "estimated", "billed", "difference", "")
    rows: list[tuple[str, ...]] = [_compared(line) for line in found.lines]
    rows.append(
        (
            "Total",
            "",
            "",
            "",
            dollars(found.estimated_total),
            dollars(found.billed_total),
            signed(found.billed_total - found.estimated_total),
            "",
        )
    )
    sides: tuple[Side, ...] = ("left", "left", "right", "right", "right", "right", "right", "left")
    head = (
        f"Estimate and bill ({plain(found.bill)}): {dollars(found.explained_total)} of "
        f"{dollars(found.billed_total)} billed is for usage types that both have"
    )
    return "\n".join([head, table(rows, headers, sides), *(f"  - {plain(text)}" for text in found.notes)])


def _compared(line: Compared) -> tuple[str, ...]:
    return (
        plain(f"{line.service} {line.usage_type}"),
        plain(line.region),
        _units(line.estimated_quantity),
        _units(line.billed_quantity),
        "?" if line.match is Match.NOT_ESTIMATED else _money(line.estimated),
        _money(line.billed),
        "?" if line.difference is None else signed(line.difference),
        _MARKS[line.match],
    )


def _units(amount: Decimal | None) -> str:
    return "-" if amount is None else grouped(amount)


def _money(amount: Decimal | None) -> str:
    if amount is None:
        return "-"
    return signed(amount) if amount < 0 else dollars(amount)
