"""The types of report-v1: the result of an audit as a document, from which every format is made.

Nothing has a default, so that every key is always written. Texts are as people read them: symbols as ``{account}``,
endpoints masked. The published JSON Schema is generated from these types.
"""

from typing import Literal

import msgspec


class Tool(msgspec.Struct, frozen=True):
    """What made the report; `rules_digest` names the exact rules."""

    name: str
    version: str
    rules_digest: str


class Gap(msgspec.Struct, frozen=True):
    """Something that could not be read or judged, how often, and why."""

    cause: str
    what: str
    count: int


class Input(msgspec.Struct, frozen=True):
    """One input; account and Region are null where the input does not tell them.

    `endpoint` is the URL that answered when it is not AWS's own, `caller` the ARN of who read.
    """

    path: str
    kind: str
    sha256: str
    account: str | None
    region: str | None
    collected_at: str | None
    endpoint: str | None
    caller: str | None


class ConfigurationFile(msgspec.Struct, frozen=True):
    """The configuration that was used; both are empty when there was none."""

    path: str
    sha256: str


class Rule(msgspec.Struct, frozen=True):
    """A rule that ran: passed and not applicable count resources; failed, unknown and waived count results.

    A waived result is counted as waived only.
    """

    id: str
    title: str
    severity: str
    passed: int
    failed: int
    unknown: int
    waived: int
    not_applicable: int


class Location(msgspec.Struct, frozen=True):
    """A place in an input. Line and column count from 1 and are null where the format has none.

    `pointer` is a JSON Pointer.
    """

    path: str
    line: int | None
    column: int | None
    pointer: str

    def __str__(self) -> str:
        if self.line is None:
            return f"{self.path}#{self.pointer}" if self.pointer and self.path else self.path or self.pointer
        return f"{self.path}:{self.line}" + (f":{self.column}" if self.column is not None else "")


class Resource(msgspec.Struct, frozen=True):
    """A resource. Account and Region are null where the input does not tell them; tags where they were not read."""

    id: str
    type: str
    address: str
    arn: str | None
    name: str
    account: str | None
    region: str | None
    tags: dict[str, str] | None


class Related(msgspec.Struct, frozen=True):
    """Another resource that takes part, and what part."""

    resource: Resource
    location: Location
    message: str


class Evidence(msgspec.Struct, frozen=True):
    """One thing that decided."""

    kind: str
    text: str
    location: Location


class Unknown(msgspec.Struct, frozen=True):
    """One thing that is not known, and why."""

    cause: str
    detail: str


class Fix(msgspec.Struct, frozen=True):
    """What to change, what would stop working, and the change as code."""

    text: str
    locks_out: list[str]
    terraform: str | None
    cloudformation: str | None


class AppliedWaiver(msgspec.Struct, frozen=True):
    """The waiver that covers a result; `until` is the last day on which it holds, in UTC."""

    reason: str
    until: str
    where: str


class Result(msgspec.Struct, frozen=True):
    """One failure or undecided check about one resource."""

    fingerprint: str
    rule: str
    verdict: Literal["fail", "unknown"]
    severity: Literal["critical", "high", "medium", "low", "info"]
    confidence: Literal["high", "medium", "low"]
    subject: list[str]
    resource: Resource
    location: Location
    related: list[Related]
    message: str
    evidence: list[Evidence]
    unknown: list[Unknown]
    fix: Fix | None
    controls: dict[str, list[str]]
    waiver: AppliedWaiver | None


class RuleError(msgspec.Struct, frozen=True):
    """A rule that crashed on a resource."""

    rule: str
    resource: str
    error: str


class Waiver(msgspec.Struct, frozen=True):
    """A waiver as declared, and the fingerprints of the results that it covers (or would, had it not expired)."""

    reason: str
    until: str
    fingerprint: str | None
    rule: str | None
    resource: str | None
    tag: str | None
    where: str
    results: list[str]


class Waivers(msgspec.Struct, frozen=True):
    """All waivers, by what became of them."""

    used: list[Waiver]
    unused: list[Waiver]
    expired: list[Waiver]


class Summary(msgspec.Struct, frozen=True):
    """The decision and the counts.

    Attributes:
        exit_code: of the run.
        outcome: the decision in one line.
        fail_on, fail_on_unknown: the thresholds; ``none`` where there is none.
        failing, undecided_failing: how many results are at or over them.
        resources: how many resources were in the inputs.
        passed, not_applicable: pairs of rule and resource.
        failed: severity to failures that are not waived; undecided: cause to undecided checks that are not.
        waived: results that are.
        not_judged: resource type to resources that no rule can know of.
        values, unknown_values: written values of the inputs, and how many of them could not be told.
    """

    exit_code: int
    outcome: str
    fail_on: str
    fail_on_unknown: str
    failing: int
    undecided_failing: int
    resources: int
    passed: int
    not_applicable: int
    failed: dict[str, int]
    undecided: dict[str, int]
    waived: int
    not_judged: dict[str, int]
    values: int
    unknown_values: int


class ReportV1(msgspec.Struct, frozen=True, rename={"schema_": "schema"}):
    """The result of one audit.

    Attributes:
        started_at: ISO 8601, UTC.
        complete: whether everything that was asked for was read and judged; `incomplete` says what was not.
        results: failures and undecided checks, waived ones among them, in order of fingerprint.
        passed: rule id to the ids of the resources that passed it.
    """

    schema_: Literal["report-v1"]
    tool: Tool
    started_at: str
    complete: bool
    incomplete: list[Gap]
    inputs: list[Input]
    configuration: ConfigurationFile
    rules: list[Rule]
    results: list[Result]
    passed: dict[str, list[str]]
    errors: list[RuleError]
    waivers: Waivers
    summary: Summary
