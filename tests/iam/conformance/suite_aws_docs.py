"""Decisions that the documentation of AWS gives for its own examples."""

from pathlib import Path

from deciding import decided
from scoring import Score, cases


def score(data: Path) -> tuple[Score, ...]:
    return (decided("aws-docs/evaluate", "documentation of AWS", cases(data, "aws-docs/evaluate.jsonl"), must=1.0),)
