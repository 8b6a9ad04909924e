"""Answers of AWS's own SimulatePrincipalPolicy, recorded by others."""

from pathlib import Path

from scoring import Difference, Score, cases

from auditor.cli.iam.request_case import answer

_DECISIONS = {"allowed": "allow", "implicitDeny": "implicit_deny", "explicitDeny": "explicit_deny"}
_ACCOUNT = "111122223333"


def score(data: Path) -> tuple[Score, ...]:
    total = 0
    differences = []
    for case in cases(data, "aws-access-analyzer/simulate_principal_policy.jsonl"):
        total += 1
        # A group asks through a user that is in it.
        kind = "role" if case["principal_kind"] == "role" else "user"
        request = {
            "principal": f"arn:aws:iam::{_ACCOUNT}:{kind}/caller",
            "action": case["action"],
            "resource": case["resource"],
            "resource_account": _ACCOUNT,
        }
        ours = str(answer({"request": request, "policies": {"identity": [case["policy"]]}})["decision"])
        theirs = _DECISIONS[case["decision"]]
        if ours != theirs:
            differences.append(Difference(case["id"], ours, theirs))
    made = Score(
        suite="aws-access-analyzer/simulate-principal-policy",
        truth="recorded from AWS",
        total=total,
        must=1.0,
        differences=tuple(differences),
    )
    return (made,)
