"""How a suite of others is scored: its cases, where we differ, and the sentence of AWS that decides it.

A suite is one module `suite_<name>.py` beside this one with `score(data: Path) -> tuple[Score, ...]`; the test
`test_conformance.py` runs all of them, checks each against the share that it must reach, and compares the page
docs/iam-conformance.md with what the scores say (``UPDATE_CONFORMANCE=1`` writes it).
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

Case = dict[str, Any]


class Difference(msgspec.Struct, frozen=True):
    """A case on which we differ.

    Attributes:
        case: its id.
        ours, theirs: the answers, in a few words.
        reason: why ours stands, with the AWS page; empty when we are wrong.
    """

    case: str
    ours: str
    theirs: str
    reason: str = ""


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a suite or of a part of it.

    Attributes:
        suite: name, with the part after a slash.
        truth: whose word the expected answers are, in a few words.
        total: cases that were run.
        must: the share of them, 0 to 1, that must agree or differ for a reason that is written down.
        differences: those that do not agree, in order.
        left_out: why cases were not run, to their number.
    """

    suite: str
    truth: str
    total: int
    must: float
    differences: tuple[Difference, ...] = ()
    left_out: Mapping[str, int] = {}

    @property
    def agreed(self) -> int:
        """Cases with the expected answer."""
        return self.total - len(self.differences)

    @property
    def unexplained(self) -> tuple[Difference, ...]:
        """Differences without a reason: our faults."""
        return tuple(each for each in self.differences if not each.reason)


def cases(data: Path, name: str) -> Iterator[Case]:
    """The cases of a JSON Lines file below iam-suites."""
    with (data / "iam-suites" / name).open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
