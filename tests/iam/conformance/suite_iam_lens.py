"""Who can, over the accounts and organizations of iam-lens: through the batch form of ``auditor iam who-can``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scoring import Case, Difference, Score, cases

from auditor.cli.iam.who_can_case import answer
from auditor.model.inventory import Inventory
from auditor.sources.iam_collect import read


def score(data: Path) -> tuple[Score, ...]:
    total = 0
    differences: list[Difference] = []
    inventories: dict[str, Inventory] = {}
    for case in cases(data, "iam-lens/who_can.jsonl"):
        total += 1
        name = f"iam-data-{case['data']}"
        if name not in inventories:
            inventories[name] = read(data / "iam-suites" / "iam-lens" / name, name)
        ours, theirs = _ours(answer(case, inventories[name])), _theirs(case)
        if ours != theirs:
            differences.append(Difference(case["id"], _shown(ours, theirs), _shown(theirs, ours)))
    made = Score(
        suite="iam-lens/who_can",
        truth="authors of iam-lens",
        total=total,
        must=0.95,
        differences=tuple(differences),
    )
    return (made,)


def _ours(found: Mapping[str, Any]) -> set[str]:
    """What is told, one line each: who, of which resource type, on which patterns, whether always."""
    lines = {f"accounts not found: {item}" for item in found["accounts_not_found"]}
    lines |= {f"organizations not found: {item}" for item in found["organizations_not_found"]}
    for each in found["who"]:
        lines.add(
            _line(
                each["principal"],
                each["action"],
                each["resource_type"],
                each.get("allowed_patterns", ()),
                depends="conditions" in each,
            )
        )
    return lines


def _theirs(case: Case) -> set[str]:
    expected = case["expected"]
    lines = {f"accounts not found: {item}" for item in expected.get("accountsNotFound", ())}
    lines |= {f"organizations not found: {item}" for item in expected.get("organizationsNotFound", ())}
    for each in expected["who"]:
        patterns = each.get("allowedPatterns", ())
        kind = each["resourceType"] if "resourceType" in each else patterns[0]["resourceType"]
        lines.add(
            _line(
                each["principal"],
                f"{each['service']}:{each['action']}",
                kind,
                [pattern["pattern"] for pattern in patterns],
                depends="conditions" in each,
            )
        )
    return lines


def _line(principal: str, action: str, kind: str, patterns: Any, *, depends: bool) -> str:
    on = f" on {', '.join(sorted(patterns))}" if patterns else ""
    return f"{principal} {action} {kind}{on}{' under conditions' if depends else ''}"


def _shown(mine: set[str], other: set[str]) -> str:
    return "; ".join(sorted(mine - other)) or "nothing more"
