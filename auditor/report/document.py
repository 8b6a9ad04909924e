"""Makes the report of an audit: the one place where results become texts, with endpoints masked."""

from collections import Counter
from collections.abc import Iterable

from auditor import __version__, engine, finding
from auditor.finding import Outcome, Severity
from auditor.gate import waivers
from auditor.gate.outcome import Judged
from auditor.gate.threshold import closing, exit_code
from auditor.model import inventory, origin, resource
from auditor.model.known import Known
from auditor.model.sns import Subscription
from auditor.report import report_v1 as v1
from auditor.report.masking import Mask, Masking, endpoints, unmasked


def document(judged: Judged, *, show_endpoints: bool = False) -> v1.ReportV1:
    """The report of an audit.

    Args:
        judged: the audit and the decision about it.
        show_endpoints: whether endpoints of subscriptions are shown in full.
    """
    audit = judged.audit
    mask = unmasked if show_endpoints else Masking(endpoints(audit.inventory))
    write = _Writer(judged, mask)
    counts = Counter((result.rule.id, write.standing(result)) for result in audit.results)
    return v1.ReportV1(
        schema_="report-v1",
        tool=v1.Tool("messaging-auditor", __version__, judged.rules_digest),
        started_at=judged.started_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        complete=judged.complete,
        incomplete=[v1.Gap(gap.cause.value, mask(gap.what), gap.count) for gap in judged.gaps],
        inputs=[_input(given) for given in audit.inventory.inputs],
        configuration=v1.ConfigurationFile(judged.configuration.path, judged.configuration.sha256),
        rules=[
            v1.Rule(
                id=rule.id,
                title=rule.title,
                severity=judged.configuration.severities.get(rule.id, rule.severity).value,
                passed=audit.tallies[rule.id].passed,
                failed=counts[rule.id, "fail"],
                unknown=counts[rule.id, "unknown"],
                waived=counts[rule.id, "waived"],
                not_applicable=audit.tallies[rule.id].not_applicable,
            )
            for rule in audit.rules
        ],
        results=[write.result(result) for result in audit.results],
        passed={rule: write.ids(ids) for rule, ids in sorted(audit.passed.items()) if ids},
        errors=[
            v1.RuleError(error.rule, mask(error.resource), mask(error.error))
            for error in sorted(audit.errors, key=lambda error: (error.rule, error.resource))
        ],
        waivers=v1.Waivers(
            used=write.waivers(judged.waived.used),
            unused=write.waivers(judged.waived.unused),
            expired=write.waivers(judged.waived.expired),
        ),
        summary=_summary(judged, write),
    )


class _Writer:
    """Writes the parts of an audit as texts."""

    def __init__(self, judged: Judged, mask: Mask) -> None:
        self._mask = mask
        self._waived = judged.waived
        # Only subscriptions have an endpoint in their names and ids; those of other resources are never touched.
        subscribed = {item.id for item in judged.audit.inventory.of(Subscription)}
        self._ids = {name: mask(name) for name in subscribed if mask(name) != name}

    def standing(self, result: engine.Result) -> str:
        """``fail``, ``unknown`` or ``waived``."""
        return "waived" if result.fingerprint in self._waived.by_result else result.verdict.outcome.value

    def ids(self, ids: Iterable[str]) -> list[str]:
        """Resource ids."""
        return [self._ids.get(name, name) for name in ids]

    def result(self, result: engine.Result) -> v1.Result:
        """One result."""
        verdict, mask = result.verdict, self._mask
        waiver = self._waived.by_result.get(result.fingerprint)
        return v1.Result(
            fingerprint=result.fingerprint,
            rule=result.rule.id,
            verdict="fail" if verdict.outcome is Outcome.FAIL else "unknown",
            severity=result.severity.value,
            confidence=verdict.confidence.value,
            subject=[mask(part) for part in verdict.subject],
            resource=self._resource(result.resource),
            location=_location(verdict.location or result.resource.location),
            related=[
                v1.Related(
                    resource=self._resource(other.resource),
                    location=_location(other.location or other.resource.location),
                    message=mask(other.message),
                )
                for other in verdict.related
            ],
            message=mask(verdict.message),
            evidence=[v1.Evidence(item.kind, mask(item.text), _location(item.location)) for item in verdict.evidence],
            unknown=[v1.Unknown(unknown.cause.value, mask(unknown.detail)) for unknown in verdict.unknowns],
            fix=self._fix(verdict.fix),
            controls={framework.value: list(ids) for framework, ids in sorted(result.rule.controls.items())},
            waiver=None
            if waiver is None
            else v1.AppliedWaiver(mask(waiver.reason), waiver.until.isoformat(), waiver.where),
        )

    def waivers(self, some: Iterable[waivers.Waiver]) -> list[v1.Waiver]:
        """Waivers, in the order of their declaration."""
        return [
            v1.Waiver(
                reason=self._mask(waiver.reason),
                until=waiver.until.isoformat(),
                fingerprint=waiver.fingerprint,
                rule=waiver.rule,
                resource=None if waiver.resource is None else self._mask(waiver.resource),
                tag=None if waiver.tag is None else "=".join(waiver.tag),
                where=waiver.where,
                results=list(self._waived.covered.get(waiver, ())),
            )
            for waiver in some
        ]

    def _resource(self, item: resource.Resource) -> v1.Resource:
        mask = self._mask if isinstance(item, Subscription) else unmasked
        return v1.Resource(
            id=mask(item.id),
            type=item.type_name,
            address=mask(item.address),
            arn=None if item.arn is None else mask(str(item.arn)),
            name=mask(str(item.name)),
            account=item.account.literal,
            region=item.region.literal,
            tags=self._tags(item),
        )

    def _tags(self, item: resource.Resource) -> dict[str, str] | None:
        if not isinstance(item.tags, Known):
            return None
        return {key: self._mask(str(value)) for key, value in sorted(item.tags.value.items())}

    def _fix(self, fix: finding.Fix | None) -> v1.Fix | None:
        if fix is None:
            return None
        mask = self._mask
        return v1.Fix(
            text=mask(fix.text),
            locks_out=[mask(who) for who in fix.locks_out],
            terraform=None if fix.terraform is None else mask(fix.terraform),
            cloudformation=None if fix.cloudformation is None else mask(fix.cloudformation),
        )


def _location(place: origin.Location) -> v1.Location:
    return v1.Location(place.path, place.line, place.column, place.pointer)


def _input(given: inventory.Input) -> v1.Input:
    return v1.Input(
        path=given.path,
        kind=given.kind,
        sha256=given.sha256,
        account=given.account,
        region=given.region,
        collected_at=given.collected_at,
        endpoint=given.endpoint,
        caller=given.caller,
    )


def _summary(judged: Judged, write: _Writer) -> v1.Summary:
    audit, settings = judged.audit, judged.configuration
    standing = [result for result in audit.results if write.standing(result) == "fail"]
    failed = Counter(result.severity for result in standing)
    undecided = Counter(result.verdict.unknowns[0].cause.value for result in judged.undecided)
    not_judged: Counter[str] = Counter()
    for given in audit.inventory.inputs:
        not_judged.update(given.unsupported)
    return v1.Summary(
        exit_code=exit_code(judged).value,
        outcome=closing(judged),
        fail_on=settings.fail_on or "none",
        fail_on_unknown=settings.fail_on_unknown or "none",
        failing=len(judged.failing),
        undecided_failing=len(judged.undecided_failing),
        resources=len(audit.inventory.resources),
        passed=sum(tally.passed for tally in audit.tallies.values()),
        not_applicable=sum(tally.not_applicable for tally in audit.tallies.values()),
        failed={severity.value: failed[severity] for severity in Severity if failed[severity]},
        undecided=dict(sorted(undecided.items())),
        waived=len(audit.results) - len(standing) - len(judged.undecided),
        not_judged=dict(sorted(not_judged.items())),
        values=sum(given.leaves for given in audit.inventory.inputs),
        unknown_values=sum(given.unknown_leaves for given in audit.inventory.inputs),
    )
