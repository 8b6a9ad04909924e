"""The findings of ``auditor iam lint``: iam-lint-v1, and for people."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import msgspec

from auditor.report.json_text import encode
from auditor.report.layout import counted
from auditor.report.terminal import plain

if TYPE_CHECKING:
    from auditor.iam.lint import Finding, PolicyType

LEVELS = ("error", "security-warning", "warning", "suggestion")
"""From the worst."""


class Linted(msgspec.Struct, frozen=True):
    """A document with its findings.

    Attributes:
        path: as it was named.
        kind: what it was taken for.
        findings: in the order of the document.
        error: IAM's words where it refuses the document; None where it takes it or is not asked.
    """

    path: str
    kind: "PolicyType"
    findings: "tuple[Finding, ...]"
    error: str | None

    @property
    def valid(self) -> bool:
        """Whether AWS takes the document, as far as it can be told offline."""
        from auditor.iam.lint import is_taken

        return is_taken(self.kind, self.findings, self.error)


class FindingV1(msgspec.Struct, frozen=True):
    """One thing that is wrong: code of the check, JSON Pointer in the document, 1-based place in the file."""

    code: str
    type: Literal["ERROR", "SECURITY_WARNING", "WARNING", "SUGGESTION"]
    path: str
    line: int | None
    column: int | None
    message: str
    fix: str


class PolicyV1(msgspec.Struct, frozen=True):
    """One document; `error_message` is what IAM would answer, null where it takes it."""

    path: str
    type: str
    valid: bool
    error_message: str | None
    findings: list[FindingV1]


class LintV1(msgspec.Struct, frozen=True):
    """All documents in the order that they were named."""

    schema: Literal["iam-lint-v1"]
    policies: list[PolicyV1]


def level(finding: "Finding") -> str:
    """``error``, ``security-warning``, ``warning`` or ``suggestion``."""
    return finding.type.value.lower().replace("_", "-")


def as_json(linted: Sequence[Linted]) -> str:
    """An iam-lint-v1 document."""
    policies = [
        PolicyV1(one.path, one.kind.value, one.valid, one.error, [_finding(each) for each in one.findings])
        for one in linted
    ]
    return encode(LintV1("iam-lint-v1", policies))


def as_text(linted: Sequence[Linted]) -> str:
    """A line per finding with its place, one for its fix, and the numbers."""
    lines: list[str] = []
    for one in linted:
        for each in one.findings:
            at = each.location
            place = ":".join(str(part) for part in (one.path, at.line, at.column) if part is not None)
            pointer = f" [{plain(each.path)}]" if each.path else ""
            lines.append(f"{plain(place)}: {level(each)}: {plain(each.message)} ({each.code}){pointer}")
            lines.append(f"    fix: {plain(each.fix)}")
        if one.error is not None:
            lines.append(f"{plain(one.path)}: IAM refuses it: {plain(one.error)}")
    numbers = Counter(level(each) for one in linted for each in one.findings)
    found = [counted(numbers[name], name.replace("-", " ")) for name in LEVELS if numbers[name]]
    lines.append(f"{', '.join(found) or 'nothing found'} in {counted(len(linted), 'policy', 'policies')}")
    return "\n".join(lines) + "\n"


def _finding(found: "Finding") -> FindingV1:
    at = found.location
    return FindingV1(found.code, found.type.value, found.path, at.line, at.column, found.message, found.fix)
