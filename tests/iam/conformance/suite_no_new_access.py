"""Comparisons that AWS labelled for CheckNoNewAccess, and answers of that API."""

from pathlib import Path

from scoring import Case, Difference, Score, cases

from auditor import iam
from auditor.iam.difference import difference
from auditor.iam.names import kind_of
from auditor.model.known import Truth
from auditor.model.policy import Document, node_of

_PLACEHOLDER = (
    "the old policy holds the placeholder <ACCOUNT ID>, which the sample's instructions say to replace; as it stands it"
    " names no account (IAM JSON policy elements: Principal)"
)
_RESULTS = {Truth.TRUE: "FAIL", Truth.FALSE: "PASS", Truth.UNKNOWN: "UNKNOWN"}


def _answer(case: Case) -> str:
    kind = kind_of(case["policy_type"])
    assert kind is not None
    new, old = (iam.parse(Document(tree=node_of(case[name]))) for name in ("new", "existing"))
    return _RESULTS[difference([new], [old], kind=kind).truth]


def _differences(listed: list[Case]) -> tuple[Difference, ...]:
    found = []
    for case in listed:
        ours = _answer(case)
        if ours != case["result"]:
            reason = _PLACEHOLDER if "<ACCOUNT ID>" in str(case["existing"]) else ""
            found.append(Difference(case["id"], ours, case["result"], reason))
    return tuple(found)


def score(data: Path) -> tuple[Score, ...]:
    labelled = list(cases(data, "aws-check-no-new-access/cases.jsonl"))
    answered = list(cases(data, "aws-access-analyzer/check_no_new_access.jsonl"))
    return (
        Score(
            suite="aws-check-no-new-access",
            truth="labels by AWS",
            total=len(labelled),
            must=1,
            differences=_differences(labelled),
        ),
        Score(
            suite="aws-access-analyzer/no-new-access",
            truth="answers of AWS",
            total=len(answered),
            must=1,
            differences=_differences(answered),
        ),
    )
