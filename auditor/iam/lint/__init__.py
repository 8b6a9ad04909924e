"""Policy lint: what is wrong with a policy document, as data.

`lint` checks the form of a document first and then, family by family, what stands in it; `auditor.iam.lint.catalogue`
lists all checks. `auditor.iam.lint.iam_error` gives the words in which IAM itself refuses a document.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

from auditor.iam.lint import (
    actions,
    addresses,
    breadth,
    keys,
    messaging,
    operators,
    principals,
    redundancy,
    resources,
    roles,
    scope,
    services,
    shape,
    sids,
    size,
    tags,
    trust,
    variables,
)
from auditor.iam.lint.catalogue import CHECKS
from auditor.iam.lint.finding import Finding, FindingType
from auditor.iam.lint.kinds import PolicyType, policy_type
from auditor.iam.lint.report import Report
from auditor.iam.lint.view import Policy
from auditor.model.policy import Document

__all__ = ["Finding", "FindingType", "PolicyType", "is_taken", "lint", "policy_type"]

_FAMILIES: tuple[Callable[[Policy, Report], None], ...] = (
    size.check,
    scope.check,
    sids.check,
    principals.check,
    actions.check,
    resources.check,
    operators.check,
    keys.check,
    addresses.check,
    variables.check,
    tags.check,
    roles.check,
    breadth.check,
    services.check,
    trust.check,
    messaging.check,
    redundancy.check,
)
"""The families, in the order in which findings about one place are given."""

_OF_ANY_KIND = (actions.check, operators.check)
"""Those that look at what holds for every kind of policy; all others need to be told the kind."""


def lint(document: Document, kind: PolicyType, resource_type: str = "") -> tuple[Finding, ...]:
    """What is wrong with a policy document, in the order of the document. Never raises.

    What the input does not tell is never a finding.

    Args:
        document: JSON text or a tree with places.
        kind: what the policy is attached to.
        resource_type: CloudFormation type name of the resource that it is attached to, if it is one.
    """
    report = Report()
    policy = shape.read(document, kind, resource_type, report)
    for family in _OF_ANY_KIND if kind is PolicyType.ANY else _FAMILIES:
        family(policy, report)
    return tuple(sorted(report.findings, key=_order))


def is_taken(kind: PolicyType, findings: Iterable[Finding], error: str | None) -> bool:
    """Whether AWS takes a document, as far as it can be told offline.

    Args:
        kind: what it is attached to.
        findings: of `lint`.
        error: IAM's words, from `auditor.iam.lint.iam_error`; they decide for what IAM itself keeps.
    """
    if error is not None:
        return False
    if kind.is_of_principal or kind is PolicyType.TRUST:
        return True
    errors = [finding for finding in findings if finding.type is FindingType.ERROR]
    return not any(kind is PolicyType.ANY or CHECKS[each.code].family in _DECIDING for each in errors)


_DECIDING = frozenset({"shape", "scope", "size"})


def _order(finding: Finding) -> tuple[int, int, tuple[tuple[int, str], ...]]:
    """Findings by their line where there is one, else by their path, numbers in it as numbers."""
    return finding.location.line or 0, finding.location.column or 0, _order_of_path(finding.path)


@lru_cache(maxsize=32768)
def _order_of_path(path: str) -> tuple[tuple[int, str], ...]:
    parts = path.split("/")
    return tuple((int(part), "") if part.isdecimal() and len(part) < _LONGEST else (-1, part) for part in parts)


_LONGEST = 10
"""Digits of an index in a path."""
