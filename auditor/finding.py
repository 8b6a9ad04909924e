"""What a check concludes: verdicts with their evidence and fix, and the fingerprint that names a result for ever."""

import hashlib
from enum import StrEnum

import msgspec

from auditor.model.known import Unknown
from auditor.model.origin import Location
from auditor.model.resource import Resource


class Severity(StrEnum):
    """How bad a failure is, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for critical, growing as it gets milder."""
        return list(Severity).index(self)


class Confidence(StrEnum):
    """How sure a failure is. MEDIUM: as far as this input tells."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Outcome(StrEnum):
    """The three verdicts. Not applicable is the absence of a verdict."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    UNKNOWN = "unknown"


class Framework(StrEnum):
    """Control frameworks a rule can map to."""

    FSBP = "FSBP"
    CIS_AWS_7_0 = "CIS-AWS-7.0"
    CIS_AWS_6_0 = "CIS-AWS-6.0"
    CIS_AWS_5_0 = "CIS-AWS-5.0"
    CIS_AWS_4_0 = "CIS-AWS-4.0"
    CIS_AWS_3_0 = "CIS-AWS-3.0"
    NIST_800_53_R5 = "NIST-800-53-R5"
    PCI_DSS_4_0_1 = "PCI-DSS-4.0.1"
    SOC2 = "SOC2"
    HIPAA = "HIPAA"
    ISO_27001 = "ISO-27001"


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that decided.

    Attributes:
        kind: ``attribute``, ``statement``, ``link``, ``absence`` or ``principal``.
        text: what was seen, in words, with the value.
        location: where.
    """

    kind: str
    text: str
    location: Location = Location()


class Fix(msgspec.Struct, frozen=True, omit_defaults=True):
    """What to change.

    Attributes:
        text: the change, in words.
        locks_out: who or what would stop working.
        terraform, cloudformation: the change as code, None when there is no short form.
    """

    text: str
    locks_out: tuple[str, ...] = ()
    terraform: str | None = None
    cloudformation: str | None = None


class Related(msgspec.Struct, frozen=True, omit_defaults=True):
    """Another resource that takes part, with what part."""

    resource: Resource
    message: str = ""
    location: Location | None = None


class Verdict(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The conclusion of one check about one resource.

    Attributes:
        outcome: PASS, FAIL or UNKNOWN.
        message: one sentence.
        subject: which part of the resource, as strings that stay the same from run to run (Sid or statement digest,
            protocol, link name); empty when there is only one.
        severity: of a FAIL, when it differs from the rule's own.
        confidence: of a FAIL.
        evidence: what decided; never empty for a FAIL.
        unknowns: what an UNKNOWN lacks; never empty for an UNKNOWN.
        fix: never None for a FAIL.
        location: the place to edit, when it is not the resource's own.
    """

    outcome: Outcome
    message: str
    subject: tuple[str, ...] = ()
    severity: Severity | None = None
    confidence: Confidence = Confidence.HIGH
    evidence: tuple[Evidence, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    fix: Fix | None = None
    related: tuple[Related, ...] = ()
    location: Location | None = None


def passed(message: str, *evidence: Evidence) -> Verdict:
    """The resource is as it should be."""
    return Verdict(outcome=Outcome.PASS, message=message, evidence=evidence)


def failed(  # noqa: PLR0913 - one keyword per part of a finding
    message: str,
    *,
    evidence: tuple[Evidence, ...],
    fix: Fix,
    subject: tuple[str, ...] = (),
    severity: Severity | None = None,
    confidence: Confidence = Confidence.HIGH,
    related: tuple[Related, ...] = (),
    location: Location | None = None,
) -> Verdict:
    """The resource is not as it should be."""
    return Verdict(
        outcome=Outcome.FAIL,
        message=message,
        subject=subject,
        severity=severity,
        confidence=confidence,
        evidence=evidence,
        fix=fix,
        related=related,
        location=location,
    )


def undecided(
    message: str,
    unknowns: tuple[Unknown, ...],
    *,
    subject: tuple[str, ...] = (),
    severity: Severity | None = None,
    evidence: tuple[Evidence, ...] = (),
    related: tuple[Related, ...] = (),
    location: Location | None = None,
) -> Verdict:
    """The input does not tell; `unknowns` says what is missing."""
    return Verdict(
        outcome=Outcome.UNKNOWN,
        message=message,
        subject=subject,
        severity=severity,
        evidence=evidence,
        unknowns=unknowns,
        related=related,
        location=location,
    )


def fingerprint(rule: str, resource: Resource, subject: tuple[str, ...]) -> str:
    """The name of a result: ``v1:`` and 32 hex digits of SHA-256 over rule, type, id and subject.

    Message, evidence, severity, line and order take no part, so a reworded rule keeps its waivers.
    """
    parts = (rule, resource.type_name, resource.id, *subject)
    # Lengths keep ("a", "bc") and ("ab", "c") apart.
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return "v1:" + hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:32]
