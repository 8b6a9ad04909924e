"""Documents that IAM refuses with an exact message, and documents that it takes."""

import json
from pathlib import Path

from scoring import Difference, Score, cases

from auditor.iam.lint.iam_error import iam_error

REASONS: dict[str, str] = {}


def score(data: Path) -> tuple[Score, ...]:
    differences = []
    total = 0
    for case in cases(data, "moto-policy-validation/cases.jsonl"):
        total += 1
        document = case["document"]
        ours = iam_error(document if isinstance(document, str) else json.dumps(document))
        theirs = case.get("error_message")
        if ours != theirs:
            differences.append(Difference(case["id"], ours or "valid", theirs or "valid", REASONS.get(case["id"], "")))
    return (
        Score(
            suite="moto-policy-validation",
            truth="messages that mirror IAM's",
            total=total,
            must=0.97,
            differences=tuple(differences),
        ),
    )
