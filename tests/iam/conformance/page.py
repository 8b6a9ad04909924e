"""The page docs/iam-conformance.md, made from scores."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from scoring import Score

_HEAD = """# Conformance of the IAM engine

The engine is run against suites of test cases that others wrote. This page is made by the test run that checks it: the
suites are not part of this repository, and the tests are skipped where they are not at hand. It is about the
cases whose SHA-256 is `{digest}`.

"Explained" are cases on which the engine differs from the suite for a reason that is given below, with the page of AWS
that decides. "Wrong" are cases on which it is known to be wrong.

| suite | whose word | cases | agree | explained | wrong |
|---|---|---:|---:|---:|---:|
"""


def digest(data: Path) -> str:
    """SHA-256 over the files of cases, by name: other cases have another page."""
    whole = hashlib.sha256()
    for path in sorted((data / "iam-suites").rglob("*.jsonl")):
        whole.update(path.relative_to(data).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def written(scores: Iterable[Score], digest: str) -> str:
    """The page as Markdown."""
    listed = sorted(scores, key=lambda score: score.suite)
    rows = [
        f"| {each.suite} | {each.truth} | {each.total} | {each.agreed} ({_percent(each)}) "
        f"| {len(each.differences) - len(each.unexplained)} | {len(each.unexplained)} |\n"
        for each in listed
    ]
    parts = [_HEAD.format(digest=digest), *rows]
    for each in listed:
        if each.differences or each.left_out:
            parts.append(_details(each))
    return "".join(parts)


def _percent(score: Score) -> str:
    return f"{100 * score.agreed / score.total:.1f} %" if score.total else "none"


def _details(score: Score) -> str:
    lines = [f"\n## {score.suite}\n\n"]
    lines.extend(f"- {number} cases were not run: {why}.\n" for why, number in score.left_out.items())
    if score.differences:
        lines.append("\n| case | engine | suite | why |\n|---|---|---|---|\n")
    lines.extend(
        f"| {_cell(each.case)} | {_cell(each.ours)} | {_cell(each.theirs)} | {_cell(each.reason) or 'wrong'} |\n"
        for each in score.differences
    )
    return "".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
