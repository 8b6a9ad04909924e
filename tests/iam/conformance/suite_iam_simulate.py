"""Decisions that the authors of iam-simulate expect of their simulator."""

from pathlib import Path

from deciding import decided
from scoring import Score, cases


def score(data: Path) -> tuple[Score, ...]:
    found = cases(data, "iam-simulate/evaluate.jsonl")
    return (decided("iam-simulate/evaluate", "authors of iam-simulate", found, must=0.99),)
