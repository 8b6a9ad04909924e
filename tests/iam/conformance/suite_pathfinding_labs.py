"""Principals that are administrators or only look like one, and what they may do."""

from datetime import UTC, datetime
from pathlib import Path

from scoring import Case, Difference, Score, cases

from auditor import iam
from auditor.cli.iam.escalate_case import answer
from auditor.model.known import Truth
from auditor.model.policy import Document, node_of
from auditor.model.text import text

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ACCOUNT = "111111111111"
ASKED = {
    "list_bucket": ("s3:ListBucket", text("arn:aws:s3:::bucket")),
    "iam_list_users": ("iam:ListUsers", text(f"arn:aws:iam::{ACCOUNT}:user/")),
}


def policy(document: object) -> iam.Policy:
    return iam.parse(Document(tree=node_of(document)))


def decided(case: Case, asked: str) -> str:
    action, resource = ASKED[asked]
    kind = "role" if "/role/" in case["id"] else "user"
    request = iam.Request(
        caller=iam.caller(text(f"arn:aws:iam::{ACCOUNT}:{kind}/someone")),
        action=action,
        resource=resource,
        resource_account=text(ACCOUNT),
    )
    boundary = None if case["boundary"] is None else (policy(case["boundary"]),)
    policies = iam.Policies(identity=tuple(map(policy, case["identity"])), boundary=boundary, scp=(), rcp=())
    allowed = iam.evaluate(request, policies).allowed
    return {Truth.TRUE: "allow", Truth.FALSE: "deny", Truth.UNKNOWN: "unknown"}[allowed]


def score(data: Path) -> tuple[Score, ...]:
    admins: list[Difference] = []
    requests: list[Difference] = []
    total = 0
    for case in cases(data, "pathfinding-labs/effective_permissions.jsonl"):
        total += 1
        found = answer(case, now=NOW)["admin"]
        if found is not case["expected_admin"]:
            admins.append(Difference(case["id"], f"admin: {found}", f"admin: {case['expected_admin']}"))
        for asked, expected in case["expected"].items():
            ours = decided(case, asked)
            if ours != expected:
                requests.append(Difference(f"{case['id']} {asked}", ours, expected))
    truth = "what its demonstrations assert on AWS"
    return (
        Score(suite="pathfinding-labs/administrators", truth=truth, total=total, must=1, differences=tuple(admins)),
        Score(suite="pathfinding-labs/requests", truth=truth, total=2 * total, must=1, differences=tuple(requests)),
    )
