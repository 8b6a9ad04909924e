"""Answers of IAM Access Analyzer itself: the codes that it has, no more and no fewer."""

from pathlib import Path

from scoring import Difference, Score, cases

from auditor.iam.lint import PolicyType, lint
from auditor.iam.lint.catalogue import CHECKS
from auditor.model.policy import Document, node_of


def score(data: Path) -> tuple[Score, ...]:
    differences = []
    total = 0
    for case in cases(data, "aws-access-analyzer/validate_policy.jsonl"):
        total += 1
        found = lint(Document(tree=node_of(case["policy"])), PolicyType.IDENTITY)
        ours = sorted({(each.code, each.type.value) for each in found if CHECKS[each.code].is_of_aws})
        theirs = sorted({(each["code"], each["type"]) for each in case["findings"]})
        if ours != theirs:
            differences.append(Difference(case["id"], str(ours), str(theirs)))
    return (
        Score(
            suite="aws-access-analyzer validate policy",
            truth="answers of AWS",
            total=total,
            must=1.0,
            differences=tuple(differences),
        ),
    )
