"""The types of diff-v1, and how the comparison of two reports becomes one."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from auditor.finding import Severity
from auditor.gate import diff
from auditor.gate.access_change import AccessChange, NewAccess
from auditor.gate.cost_change import CostChange
from auditor.gate.threshold import decide
from auditor.iam.difference import Witness
from auditor.report import report_v1 as v1
from auditor.report.layout import counted
from pricing.money import signed, written


class Side(msgspec.Struct, frozen=True):
    """One of the two reports that were compared."""

    inputs: list[v1.Input]
    configuration: v1.ConfigurationFile
    complete: bool


class NewResult(msgspec.Struct, frozen=True):
    """A result of HEAD that counts more than it did.

    `was` says how it counted in BASE (``unknown``, ``waived`` or a milder severity); null when it was not there.
    """

    result: v1.Result
    was: str | None


class UnjudgedResult(msgspec.Struct, frozen=True):
    """A result of BASE of which HEAD does not tell whether it still stands, and why."""

    result: v1.Result
    why: str


class CostLine(msgspec.Struct, frozen=True):
    """What one meter of one resource costs a month before and after; null is not known, and `why` tells the reason."""

    meter: str
    service: str
    region: str
    resource: str | None
    base: str | None
    head: str | None
    change: str | None
    why: str


class AccessLine(msgspec.Struct, frozen=True, kw_only=True):
    """Access that HEAD gives and BASE did not, or may give.

    Attributes:
        resource: id of the principal or resource whose policies give it.
        about: ``policies`` of a principal, ``policy`` of a resource, ``trust`` of a role.
        added: whether BASE does not have the resource.
        result: ``new`` or ``undecided``.
        statement: that allows it.
        witness: a request that is allowed now and was not: action, resource, principal and context.
        unknown: what decides when it is undecided.
    """

    resource: str
    about: str
    added: bool
    result: str
    statement: str = ""
    witness: Witness | None = None
    unknown: list[v1.Unknown] = []


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """The access that the change gives; `failing` when the gate was asked to fail on it and there is some."""

    compared: int
    lines: list[AccessLine]
    failing: bool
    outcome: str


class Costs(msgspec.Struct, frozen=True):
    """What the change costs under the given usage: US dollars a month as exact decimal strings.

    Attributes:
        base_total, head_total: what is known, rounded to cents.
        increase: sum of the known changes; a cost that either side does not know is neither saving nor increase.
        changed: costs that change, and those of which that is not known.
        undecided: how many of them are not known, and what could not be read of either side.
        base_unknown: how many costs of BASE are not known; while there are any, no percentage of it is certain.
        limit: of --fail-on-increase; exceeded: true, false or unknown.
    """

    base_total: str
    head_total: str
    increase: str
    changed: list[CostLine]
    undecided: int
    base_unknown: int
    limit: str | None
    exceeded: str
    outcome: str


class DiffSummary(msgspec.Struct, frozen=True):
    """The decision and the counts; thresholds are those of BASE."""

    exit_code: int
    outcome: str
    fail_on: str
    fail_on_unknown: str
    failing: int
    new: int
    fixed: int
    unchanged: int
    unjudged: int


class DiffV1(msgspec.Struct, frozen=True, rename={"schema_": "schema"}):
    """How HEAD differs from BASE.

    Attributes:
        complete: whether both reports are.
        matched_by_name: whether results were matched by rule, type and name too, because the kinds of input differ.
        new: results of HEAD; fixed, unjudged: results of BASE; unchanged: fingerprints of HEAD.
        settings_changes: what HEAD's configuration and waivers change, a line each. They are not applied.
        costs: only when a usage file was given.
    """

    schema_: Literal["diff-v1"]
    tool: v1.Tool
    base: Side
    head: Side
    complete: bool
    matched_by_name: bool
    new: list[NewResult]
    fixed: list[v1.Result]
    unjudged: list[UnjudgedResult]
    unchanged: list[str]
    settings_changes: list[str]
    summary: DiffSummary
    costs: Costs | UnsetType = UNSET
    access: Access | UnsetType = UNSET


def compare(
    base: v1.ReportV1,
    head: v1.ReportV1,
    *,
    settings_changes: Iterable[str] | None = None,
    require_complete: bool = False,
) -> DiffV1:
    """How one report differs from another, judged by BASE's thresholds and waivers.

    Args:
        base: the report from before; its thresholds and waivers are used.
        head: the report from after.
        settings_changes: what HEAD's configuration changes, when the configurations are at hand; by default what the
            reports tell.
        require_complete: whether an incomplete comparison is answered with its own exit code in any case.
    """
    found = diff.compare(_side(base, base), _side(head, base))
    before = {result.fingerprint: result for result in base.results}
    after = {result.fingerprint: result for result in head.results}
    changes = _changes(base, head) if settings_changes is None else settings_changes
    return DiffV1(
        schema_="diff-v1",
        tool=head.tool,
        base=Side(base.inputs, base.configuration, base.complete),
        head=Side(head.inputs, head.configuration, head.complete),
        complete=found.complete,
        matched_by_name=found.by_name,
        new=[NewResult(after[item.entry.fingerprint], item.was) for item in found.new],
        fixed=[before[entry.fingerprint] for entry in found.fixed],
        unjudged=[UnjudgedResult(before[item.entry.fingerprint], item.why) for item in found.unjudged],
        unchanged=[item.after.fingerprint for item in found.kept],
        settings_changes=list(changes),
        summary=_summary(found, base, require_complete=require_complete),
    )


def with_access(
    difference: DiffV1, found: AccessChange, *, fail_on_new: bool, require_complete: bool = False
) -> DiffV1:
    """The comparison with the access that the change gives; the exit code is that of both together."""
    failing = fail_on_new and bool(found.certain)
    code = decide(
        failed=bool(difference.summary.failing) or failing,
        complete=difference.complete and not (require_complete and fail_on_new and found.undecided),
        require_complete=require_complete,
    )
    outcome = counted(len(found.certain), "policy gives", "policies give")
    access = Access(
        compared=found.compared,
        lines=[_access(each) for each in (*found.certain, *found.undecided)],
        failing=failing,
        outcome=f"{outcome} new access" + (f", {len(found.undecided)} undecided" if found.undecided else ""),
    )
    summary = msgspec.structs.replace(difference.summary, exit_code=code.value)
    return msgspec.structs.replace(difference, access=access, summary=summary)


def _gives_access(difference: DiffV1) -> bool:
    return difference.access is not UNSET and difference.access.failing


def _access(line: NewAccess) -> AccessLine:
    found = line.found
    return AccessLine(
        resource=line.resource.id,
        about=line.about,
        added=line.added,
        result="new" if found.witness is not None else "undecided",
        statement=found.statement,
        witness=found.witness,
        unknown=[v1.Unknown(cause=why.cause.value, detail=why.detail) for why in found.unknowns],
    )


def with_costs(difference: DiffV1, found: CostChange, *, require_complete: bool = False) -> DiffV1:
    """The comparison with what the change costs; the exit code is that of both together."""
    summary = difference.summary
    code = decide(
        failed=bool(summary.failing) or _gives_access(difference) or found.exceeded == "true",
        complete=difference.complete and not (require_complete and (found.undecided or found.exceeded == "unknown")),
        require_complete=require_complete,
    )
    costs = Costs(
        base_total=f"{found.base_total:.2f}",
        head_total=f"{found.head_total:.2f}",
        increase=written(found.increase),
        changed=[
            CostLine(
                meter=row.meter,
                service=row.service,
                region=row.region,
                resource=row.resource,
                base=_written(row.base),
                head=_written(row.head),
                change=_written(row.change),
                why=row.reason,
            )
            for row in found.changed
        ],
        undecided=found.undecided,
        base_unknown=found.base_unknown,
        limit=found.limit,
        exceeded=found.exceeded,
        outcome=found.outcome,
    )
    outcome = summary.outcome
    if found.exceeded == "true":
        # What passed before fails now; what failed before fails for one more reason.
        reason = f"costs {signed(found.increase)} a month, more than {found.limit}"
        outcome = f"{outcome}, and {reason}" if outcome.startswith("failed") else f"failed: {reason}"
    elif found.exceeded == "unknown":
        outcome = f"{outcome}; whether costs increase by more than {found.limit} is undecided"
    decided = msgspec.structs.replace(summary, exit_code=code.value, outcome=outcome)
    return msgspec.structs.replace(difference, costs=costs, summary=decided)


def _written(amount: Decimal | None) -> str | None:
    return None if amount is None else written(amount)


def _side(report: v1.ReportV1, base: v1.ReportV1) -> diff.Side:
    """A report as the comparison needs it, with the waivers of BASE."""
    waived = _waived(report, base)
    return diff.Side(
        entries=tuple(_entry(result, waived) for result in report.results),
        kinds=frozenset(given.kind for given in report.inputs),
        rules=frozenset(rule.id for rule in report.rules),
        crashed=frozenset((error.rule, error.resource) for error in report.errors),
        complete=report.complete,
    )


def _waived(report: v1.ReportV1, base: v1.ReportV1) -> frozenset[str]:
    """Fingerprints that a waiver of BASE covers: in BASE, or in this report by a waiver that BASE has as well."""
    trusted = {_terms(waiver) for waiver in _all(base)}
    here = (waiver for waiver in report.waivers.used if _terms(waiver) in trusted)
    return frozenset(name for waiver in (*base.waivers.used, *here) for name in waiver.results)


def _entry(result: v1.Result, waived: frozenset[str]) -> diff.Entry:
    standing = diff.Standing.WAIVED if result.fingerprint in waived else diff.Standing(result.verdict)
    item = result.resource
    # A name that is not told in full, or is masked, names nothing.
    name = item.name if not {"{", "…"} & set(item.name) else ""
    names = (diff.last_segment(item.address), name.rpartition("/")[2])
    return diff.Entry(
        fingerprint=result.fingerprint,
        rule=result.rule,
        type=item.type,
        resource=item.id,
        standing=standing,
        severity=Severity(result.severity),
        subject=tuple(result.subject),
        names=frozenset(segment for segment in names if segment),
    )


def _all(report: v1.ReportV1) -> tuple[v1.Waiver, ...]:
    return (*report.waivers.used, *report.waivers.unused, *report.waivers.expired)


def _terms(waiver: v1.Waiver) -> tuple[str | None, ...]:
    return (waiver.fingerprint, waiver.rule, waiver.resource, waiver.tag, waiver.until)


def _changes(base: v1.ReportV1, head: v1.ReportV1) -> list[str]:
    """What the two reports tell about their configurations."""
    changes = []
    if base.configuration.sha256 != head.configuration.sha256:
        was, now = base.configuration.path or "none", head.configuration.path or "none"
        changes.append(f"configuration: {was} → {now}" if was != now else f"configuration: {now} has other content")
    for name in ("fail_on", "fail_on_unknown"):
        old, new = getattr(base.summary, name), getattr(head.summary, name)
        if old != new:
            changes.append(f"{name}: {old} → {new}")
    before = {_terms(waiver): waiver for waiver in _all(base)}
    after = {_terms(waiver): waiver for waiver in _all(head)}
    changes += [f"waiver removed: {_about(waiver)}" for terms, waiver in before.items() if terms not in after]
    changes += [f"waiver added: {_about(waiver)}" for terms, waiver in after.items() if terms not in before]
    return changes


def _about(waiver: v1.Waiver) -> str:
    what = f"resource {waiver.resource}" if waiver.tag is None else f"tag {waiver.tag}"
    return f"{waiver.fingerprint or f'{waiver.rule}, {what}'} until {waiver.until}: {waiver.reason}"


def _summary(found: diff.Difference, base: v1.ReportV1, *, require_complete: bool) -> DiffSummary:
    fail_on, fail_on_unknown = base.summary.fail_on, base.summary.fail_on_unknown
    failing = found.failing(_severity(fail_on), _severity(fail_on_unknown))
    code = decide(failed=bool(failing), complete=found.complete, require_complete=require_complete)
    return DiffSummary(
        exit_code=code.value,
        outcome=_outcome(found, len(failing)),
        fail_on=fail_on,
        fail_on_unknown=fail_on_unknown,
        failing=len(failing),
        new=len(found.new),
        fixed=len(found.fixed),
        unchanged=len(found.kept),
        unjudged=len(found.unjudged),
    )


def _outcome(found: diff.Difference, failing: int) -> str:
    rest = len(found.new) - failing
    more = f", {counted(rest, 'new result')} below the threshold" if rest else ""
    decision = f"failed: {counted(failing, 'new result')} at or over the threshold" if failing else f"passed{more}"
    if found.complete:
        return decision
    return f"{decision}; incomplete" if failing else f"incomplete{more}"


def _severity(level: str) -> Severity | None:
    return None if level == "none" else Severity(level)
