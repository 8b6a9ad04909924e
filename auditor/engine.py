"""Runs rules, given as values, over an inventory.

The engine knows no format and no rule by name. It enforces that one (rule, resource) has exactly one PASS, or FAIL and
UNKNOWN verdicts with different subjects; a rule that crashes or breaks this is an error of the audit.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import msgspec
from msgspec import structs

from auditor.finding import Confidence, Evidence, Outcome, Severity, Verdict, fingerprint
from auditor.model.inventory import Inventory
from auditor.model.known import Cause
from auditor.model.resource import Resource
from auditor.questions import Parameters, Questions
from auditor.rule import AnyRule


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One FAIL or UNKNOWN.

    Attributes:
        severity: after the verdict's own and configured overrides.
        declared_severity: before a configured override.
    """

    rule: AnyRule
    resource: Resource
    verdict: Verdict
    fingerprint: str
    severity: Severity
    declared_severity: Severity


class RuleError(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that crashed, or broke the contract of verdicts, on one resource."""

    rule: str
    resource: str
    error: str


class Tally(msgspec.Struct, kw_only=True):
    """How one rule went, in resources (passed, not applicable) and results (failed, unknown)."""

    passed: int = 0
    failed: int = 0
    unknown: int = 0
    not_applicable: int = 0


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """What all rules concluded about all resources; results are in order of fingerprint."""

    inventory: Inventory
    rules: tuple[AnyRule, ...]
    results: tuple[Result, ...]
    passed: Mapping[str, tuple[str, ...]]
    tallies: Mapping[str, Tally]
    errors: tuple[RuleError, ...]

    @property
    def incomplete(self) -> dict[tuple[Cause, str], int]:
        """What could not be read or judged, by cause and operation, with how often: non-empty means exit code 4."""
        found: dict[tuple[Cause, str], int] = {}
        for row in self.inventory.coverage:
            value = row.complete
            cause = getattr(value, "cause", None)
            if isinstance(cause, Cause) and cause.makes_incomplete:
                key = (cause, row.operation)
                found[key] = found.get(key, 0) + 1
        opened = [item.open for item in self.inventory.inputs if item.open is not None]
        for unknown in (*opened, *(why for result in self.results for why in result.verdict.unknowns)):
            if unknown.cause.makes_incomplete:
                key = (unknown.cause, unknown.detail)
                found[key] = found.get(key, 0) + 1
        for error in self.errors:
            key = (Cause.FAILED, f"rule {error.rule}")
            found[key] = found.get(key, 0) + 1
        return found


class ContractError(Exception):
    """The verdicts of a rule about one resource do not go together."""


def run(
    rules: Iterable[AnyRule],
    inventory: Inventory,
    *,
    today: date,
    parameters: Mapping[str, Parameters] | None = None,
    severities: Mapping[str, Severity] | None = None,
) -> Audit:
    """Judge every resource by every rule that applies to its type.

    Args:
        rules: the rules to run.
        inventory: what to judge.
        today: the date ages are counted from.
        parameters: rule id to the parameters that configuration sets; defaults stand for the others.
        severities: rule id to the severity that configuration sets.
    """
    rules = tuple(sorted(rules, key=lambda rule: rule.id))
    ask = Questions(inventory, today)
    results: list[Result] = []
    passed: dict[str, tuple[str, ...]] = {}
    tallies: dict[str, Tally] = {}
    errors: list[RuleError] = []
    for rule in rules:
        tally = tallies[rule.id] = Tally()
        seen = ask.with_parameters(_parameters(rule, parameters or {}))
        good: list[str] = []
        for resource in _resources(rule, inventory):
            try:
                verdicts = _judged(rule, resource, seen)
            except Exception as error:  # noqa: BLE001 - whatever a rule raises is an error of the audit, by design
                text = f"{type(error).__name__}: {error}"
                errors.append(RuleError(rule=rule.id, resource=resource.id, error=text))
                continue
            if not verdicts:
                tally.not_applicable += 1
            elif verdicts[0].outcome is Outcome.PASS:
                tally.passed += 1
                good.append(resource.id)
            else:
                for verdict in verdicts:
                    results.append(_result(rule, resource, verdict, severities or {}))
                    if verdict.outcome is Outcome.FAIL:
                        tally.failed += 1
                    else:
                        tally.unknown += 1
        passed[rule.id] = tuple(sorted(good))
    return Audit(
        inventory=inventory,
        rules=rules,
        results=tuple(sorted(results, key=lambda result: result.fingerprint)),
        passed=passed,
        tallies=tallies,
        errors=tuple(errors),
    )


def _resources(rule: AnyRule, inventory: Inventory) -> Iterator[Resource]:
    for kind in rule.applies_to:
        yield from inventory.of(kind)


def _parameters(rule: AnyRule, configured: Mapping[str, Parameters]) -> Parameters:
    return {parameter.name: parameter.default for parameter in rule.parameters} | dict(configured.get(rule.id, {}))


def _judged(rule: AnyRule, resource: Resource, ask: Questions) -> tuple[Verdict, ...]:
    """The verdicts of a rule about a resource, held to the contract."""
    verdicts = tuple(rule.judge(resource, ask))
    outcomes = [verdict.outcome for verdict in verdicts]
    if Outcome.PASS in outcomes and len(outcomes) > 1:
        raise ContractError("a PASS beside other verdicts about the same resource")
    subjects = [verdict.subject for verdict in verdicts]
    if len(set(subjects)) != len(subjects):
        raise ContractError(f"two verdicts with the same subject: {max(subjects, key=subjects.count)}")
    for verdict in verdicts:
        if verdict.outcome is Outcome.FAIL and not (verdict.evidence and verdict.fix):
            raise ContractError("a FAIL without evidence or fix")
        if verdict.outcome is Outcome.UNKNOWN and not verdict.unknowns:
            raise ContractError("an UNKNOWN that does not say what is unknown")
    return verdicts


def _result(rule: AnyRule, resource: Resource, verdict: Verdict, severities: Mapping[str, Severity]) -> Result:
    declared = verdict.severity or rule.severity
    return Result(
        rule=rule,
        resource=resource,
        verdict=_if_it_exists(verdict, resource),
        fingerprint=fingerprint(rule.id, resource, verdict.subject),
        severity=severities.get(rule.id, declared),
        declared_severity=declared,
    )


def _if_it_exists(verdict: Verdict, resource: Resource) -> Verdict:
    """The verdict, a FAIL with the condition that its resource exists under where that is not decided."""
    why = resource.uncertain
    if verdict.outcome is not Outcome.FAIL or why is None:
        return verdict
    seen = Evidence("attribute", f"whether it exists is not told: {why.detail}", why.origin.location)
    confidence = Confidence.MEDIUM if verdict.confidence is Confidence.HIGH else verdict.confidence
    return structs.replace(verdict, confidence=confidence, evidence=(*verdict.evidence, seen))
