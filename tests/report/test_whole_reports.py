"""One whole report in each format. After a wanted change: ``GOLDEN=write pytest tests/report``."""

import os
from pathlib import Path

import pytest
from report.whole_audit import whole

from auditor.finding import Severity
from auditor.report.interface import Options, render

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(("name", "file"), [("text", "report.txt"), ("json", "report.json")])
def test_golden(name: str, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.report.document.__version__", "0.0.0")
    made = render(name, whole(), Options(width=90, min_severity=Severity.LOW))
    if os.environ.get("GOLDEN") == "write":
        (GOLDEN / file).write_text(made, "utf-8")

    assert made == (GOLDEN / file).read_text("utf-8")


@pytest.mark.parametrize("name", ["text", "json"])
def test_two_runs_give_the_same_bytes(name: str) -> None:
    assert render(name, whole()) == render(name, whole())
