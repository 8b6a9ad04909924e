"""Ways to more rights in deployed labs, and policies that only look like one."""

from datetime import UTC, datetime
from pathlib import Path

from scoring import Difference, Score, cases

from auditor.cli.iam.escalate_case import answer

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PARTS = {"privesc-path": "paths", "tool-testing": "traps"}


def score(data: Path) -> tuple[Score, ...]:
    totals = dict.fromkeys(PARTS.values(), 0)
    differences: dict[str, list[Difference]] = {part: [] for part in totals}
    support = 0
    for case in cases(data, "iam-vulnerable/cases.jsonl"):
        if case["expected"] is None:
            support += 1
            continue
        part = PARTS[case["kind"]]
        totals[part] += 1
        expected = case["expected"].replace("-", " ")
        found = answer(case, now=NOW)["verdict"]
        if found != expected:
            differences[part].append(Difference(case["id"], str(found), expected))
    return tuple(
        Score(
            suite=f"iam-vulnerable/{part}",
            truth="deployed labs",
            total=total,
            must=1,
            differences=tuple(differences[part]),
            left_out={"it supports the labs and is none itself": support} if support and part == "paths" else {},
        )
        for part, total in totals.items()
    )
