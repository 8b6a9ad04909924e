"""Errors of form in policies of each kind, by their place."""

import re
from pathlib import Path

from scoring import Case, Difference, Score, cases

from auditor.iam.lint import FindingType, PolicyType, lint, policy_type
from auditor.iam.lint.catalogue import CHECKS
from auditor.model.policy import Document, node_of

FORM = frozenset({"shape", "scope"})
PRINCIPAL = (
    "a resource's policy needs a Principal: "
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
)
REASONS = {"iam-policy/validateTypeTests/resourcePolicy.json#2": PRINCIPAL}


def pointer(path: str) -> str:
    """``Statement[0].#Principal`` of the suite as a JSON Pointer."""
    plain = re.sub(r"\[(\d+)\]", r".\1", path).replace("#", "")
    return "".join(f"/{part}" for part in plain.split(".") if part)


def ours(case: Case) -> set[str]:
    kind = policy_type(case["policy_type"])
    assert kind is not None
    document = Document(tree=node_of(case["policy"]))
    found = [each for each in lint(document, kind) if each.type is FindingType.ERROR]
    return {each.path for each in found if kind is PolicyType.ANY or CHECKS[each.code].family in FORM}


def score(data: Path) -> tuple[Score, ...]:
    differences = []
    total = 0
    for case in cases(data, "iam-policy/validate.jsonl"):
        total += 1
        expected = {pointer(each["path"]) for each in case["expected_errors"]}
        found = ours(case)
        if found != expected:
            shown = (", ".join(sorted(each)) or "no error" for each in (found, expected))
            differences.append(Difference(case["id"], *shown, REASONS.get(case["id"], "")))
    return (
        Score(
            suite="iam-policy validate",
            truth="its author",
            total=total,
            must=0.97,
            differences=tuple(differences),
        ),
    )
