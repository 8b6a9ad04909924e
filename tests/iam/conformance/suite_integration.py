"""Whole simulations that the authors of iam-simulate expect, with one request and one resource."""

from pathlib import Path
from typing import Any

from scoring import Case, Difference, Score, cases

from auditor.cli.iam.request_case import answer

_DECISIONS = {"Allowed": "allow", "ImplicitlyDenied": "implicit_deny", "ExplicitlyDenied": "explicit_deny"}
_PATTERN = "they ask about a pattern of resources, by rules of that tool; a request has one resource"
_DISCOVERY = "they ask what could be allowed while parts of the request are left open, by rules of that tool"
_INVALID = "they expect the tool to refuse its input"


def score(data: Path) -> tuple[Score, ...]:
    total = 0
    left_out: dict[str, int] = {}
    differences: list[Difference] = []
    for case in cases(data, "iam-simulate/integration.jsonl"):
        why = _left_out(case)
        if why:
            left_out[why] = left_out.get(why, 0) + 1
            continue
        total += 1
        ours = str(answer(_evaluated(case["simulation"]))["decision"])
        theirs = _DECISIONS[case["expected"]["overallResult"]]
        if ours != theirs:
            differences.append(Difference(case["id"], ours, theirs))
    made = Score(
        suite="iam-simulate/integration",
        truth="authors of iam-simulate",
        total=total,
        must=0.99,
        differences=tuple(differences),
        left_out=left_out,
    )
    return (made,)


def _left_out(case: Case) -> str:
    options, expected = case["options"] or {}, case["expected"]
    if options.get("simulationMode") == "Discovery":
        return _DISCOVERY
    if expected.get("overallResult") not in _DECISIONS:
        return _INVALID
    return "" if expected["resultType"] == "single" else _PATTERN


def _evaluated(simulation: dict[str, Any]) -> Case:
    """As a case of ``auditor iam simulate --cases``."""
    request = simulation["request"]

    def policies(kind: str) -> list[object]:
        return [each.get("policy", each) for each in simulation.get(kind) or []]

    def levels(kind: str) -> list[object]:
        return [
            {
                "orgIdentifier": level["orgIdentifier"],
                "policies": [each.get("policy", each) for each in level["policies"]],
            }
            for level in simulation.get(kind) or []
        ]

    return {
        "request": {
            "principal": request["principal"],
            "action": request["action"],
            "resource": request["resource"]["resource"],
            "resource_account": request["resource"]["accountId"],
            "context": request["contextVariables"],
        },
        "policies": {
            "identity": policies("identityPolicies"),
            "resource": simulation.get("resourcePolicy"),
            "boundary": policies("permissionBoundaryPolicies"),
            "session": simulation.get("sessionPolicy"),
            "scp": levels("serviceControlPolicies"),
            "rcp": levels("resourceControlPolicies"),
            "vpce": policies("vpcEndpointPolicies"),
        },
    }
