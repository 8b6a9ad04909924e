"""Findings of another linter, as far as the same is looked for, and its comparisons of patterns."""

from collections.abc import Mapping
from pathlib import Path

from scoring import Case, Difference, Score, cases

from auditor.iam.lint import PolicyType, lint
from auditor.iam.lint.catalogue import CHECKS
from auditor.iam.wildcard import glob
from auditor.model.known import Truth
from auditor.model.policy import Document
from auditor.model.text import text


def _family(*names: str) -> frozenset[str]:
    return frozenset(code for code, check in CHECKS.items() if check.family in names)


SAME: Mapping[str, frozenset[str]] = {
    "MALFORMED_JSON": frozenset({"JSON_SYNTAX_ERROR"}),
    "MALFORMED": _family("shape", "scope"),
    "UNKNOWN_ACTION": frozenset({"INVALID_ACTION"}),
    "UNKNOWN_PREFIX": frozenset({"INVALID_SERVICE_IN_ACTION"}),
    "UNKNOWN_CONDITION_FOR_ACTION": _family("keys") - {"TYPE_MISMATCH", "arn-key-with-string-operator"},
    "UNKNOWN_OPERATOR": frozenset({"INVALID_CONDITION_OPERATOR"}),
    "MISMATCHED_TYPE": frozenset(
        {"TYPE_MISMATCH", "TYPE_MISMATCH_NUMBER", "TYPE_MISMATCH_DATE", "TYPE_MISMATCH_BOOLEAN"}
        | {"TYPE_MISMATCH_IP_RANGE", "INVALID_CONDITION_DATA_TYPE"}
    ),
    "MISMATCHED_TYPE_BUT_USABLE": frozenset({"arn-key-with-string-operator", "TYPE_MISMATCH"}),
    "DUPLICATE_SID": frozenset({"UNIQUE_SIDS_REQUIRED", "UNIQUE_SIDS_RECOMMENDED"}),
    "INVALID_SID": frozenset({"UNSUPPORTED_SID"}),
    "INVALID_ARN": frozenset(
        {"INVALID_ARN_PREFIX", "MISSING_ARN_FIELD", "INVALID_PARTITION", "INVALID_ARN_RESOURCE", "INVALID_ARN_ACCOUNT"}
    ),
    "RESOURCE_MISMATCH": frozenset({"action-without-resource"}),
}
"""Findings of the suite to ours that say the same."""

PATTERN = (
    "a pattern is told only when none of its actions fits: a wildcard is meant to cover actions of several resource "
    "types, and those that do not fit give nothing"
)
REASONS: Mapping[str, str] = {"test_resource_policy_privilege_escalation_at_bucket_level#43": PATTERN}


def kind(document: str) -> PolicyType:
    """The suite does not tell: what names principals is taken for a resource's policy."""
    return PolicyType.RESOURCE if '"Principal"' in document or '"NotPrincipal"' in document else PolicyType.IDENTITY


def score(data: Path) -> tuple[Score, ...]:
    linted = [case for case in cases(data, "parliament/cases.jsonl") if case["function"] == "analyze_policy_string"]
    patterns = [case for case in cases(data, "parliament/cases.jsonl") if case["function"] == "is_glob_match"]
    return _findings(linted), _overlaps(patterns)


def _findings(linted: list[Case]) -> Score:
    differences = []
    for case in linted:
        document = case["args"][0]
        theirs = {each["issue"] for each in case["result"]["findings"]} & SAME.keys()
        codes = {each.code for each in lint(Document(json=document), kind(document))}
        ours = {issue for issue, same in SAME.items() if codes & same}
        # Ours that it has no name for in this case are not compared: it stops at the first fault of form.
        missing = {issue for issue in theirs if not codes & SAME[issue]}
        extra = {issue for issue in ours - theirs if not any(SAME[issue] & SAME[told] & codes for told in theirs)}
        if missing or (extra and "MALFORMED" not in theirs):
            shown = (", ".join(sorted(each)) or "nothing" for each in (ours, theirs))
            name = case["id"].rpartition("::")[2]
            differences.append(Difference(name, *shown, REASONS.get(name, "")))
    return Score(
        suite="parliament/findings",
        truth="its author",
        total=len(linted),
        must=0.9,
        differences=tuple(differences),
    )


def _overlaps(patterns: list[Case]) -> Score:
    differences = []
    for case in patterns:
        one, two = (glob(text(each)) for each in case["args"])
        ours = one.overlaps(two) is Truth.TRUE
        if ours is not case["result"]:
            differences.append(Difference(case["id"].rpartition("::")[2], str(ours), str(case["result"])))
    return Score(
        suite="parliament/overlapping patterns",
        truth="its author",
        total=len(patterns),
        must=1.0,
        differences=tuple(differences),
    )
