"""Scores of cases that ``auditor iam simulate --cases`` reads."""

from collections.abc import Iterable

from scoring import Case, Difference, Score

from auditor.cli.iam.request_case import answer

_DISCOVERY = "they ask what could be allowed while parts of the request are left open, by rules of that tool"
_PATTERN = "they ask about a pattern of resources, by rules of that tool; a request has one resource"
_SESSION_ARN = (
    "permissions that a resource policy grants to the ARN of a session are not limited by the session policy:"
    " https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session"
)
_NUMBER = {"allow": "allow", "implicit_deny": "implicit deny", "explicit_deny": "explicit deny", "unknown": "unknown"}


def decided(suite: str, truth: str, found: Iterable[Case], *, must: float) -> Score:
    """The score of evaluation cases; what is not one request with one resource is left out and counted."""
    total = 0
    left_out: dict[str, int] = {}
    differences: list[Difference] = []
    for case in found:
        why = _left_out(case)
        if why:
            left_out[why] = left_out.get(why, 0) + 1
            continue
        total += 1
        ours, theirs = str(answer(case)["decision"]), str(case["expected"]["decision"])
        if ours != theirs:
            differences.append(Difference(case["id"], _NUMBER[ours], _NUMBER[theirs], _reason(case, ours)))
    return Score(suite=suite, truth=truth, total=total, must=must, differences=tuple(differences), left_out=left_out)


def _left_out(case: Case) -> str:
    if case.get("mode") == "discovery":
        return _DISCOVERY
    request = case["request"]
    # The * of an action that has no resource is no pattern.
    return _PATTERN if request.get("resource_is_pattern") and not request.get("wildcard_only_action") else ""


def _reason(case: Case, ours: str) -> str:
    """Why ours stands: the principal of a resource policy is the session itself, which its policy does not limit."""
    request, policies = case["request"], case["policies"]
    session = f'"{request["principal"]}"' in str(policies["resource"]).replace("'", '"')
    limited = policies.get("session") is not None or policies.get("boundary") is not None
    is_session = ":assumed-role/" in str(request["principal"]) or ":federated-user/" in str(request["principal"])
    return _SESSION_ARN if ours == "allow" and session and limited and is_session else ""
