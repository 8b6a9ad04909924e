"""Every rule is proven by its two fixtures: the bad one gives exactly the expected verdicts, the good one a PASS.

Expectations stand at the end of the line that a verdict points to (``# expect: rule-id``,
``# expect-unknown: rule-id``), or, where a format has no comments, in ``<fixture>.expect``: a line holds rule id,
address, and ``unknown`` for an UNKNOWN.
Only the rule whose folder it is counts in a fixture.
"""

import ast
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from auditor import engine
from auditor.catalogue import FOLDERS, Catalogue
from auditor.finding import Outcome, Severity
from auditor.model.inventory import Inventory
from auditor.sources.detect import load

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Catalogue(ROOT / "rules")
FIXTURES = ROOT / "fixtures"
NAMES = tuple(CATALOGUE.files)
HEADINGS = ("What it checks", "Why it matters", "How to fix", "References")
TODAY = date(2026, 12, 1)
SEVERITIES = "|".join(Severity)
EXPECTATION = re.compile(rf"#\s*(expect|expect-unknown):\s*(\S+)(?:\s+({SEVERITIES}))?(?=\s*(?:#|$))")
ALLOWED_IMPORTS = ("collections", "datetime", "msgspec", "auditor.")
FORBIDDEN_IMPORTS = (
    "auditor.cli",
    "auditor.report",
    "auditor.gate",
    "auditor.engine",
    "auditor.catalogue",
    "auditor.sources",
)
DECIDED_BY_PRESENCE: frozenset[str] = frozenset()
"""Rules that no input can leave undecided."""

Place = tuple[str, str]
"""Severity of a FAIL or ``unknown``, and line number or address."""


@cache
def inventory(path: Path) -> Inventory:
    loaded = load([path], root=ROOT)
    assert loaded.errors == ()
    return loaded.inventory


def audit(name: str, path: Path) -> engine.Audit:
    found = engine.run([CATALOGUE.get(name)], inventory(path), today=TODAY)
    assert found.errors == ()
    return found


def fixtures(name: str, kind: str) -> list[Path]:
    folder = FIXTURES / CATALOGUE.files[name].relative_to(ROOT / "rules").with_suffix("")
    return [path for path in sorted(folder.glob(f"{kind}.*")) if path.suffix != ".expect"]


def places(found: engine.Audit, path: Path) -> Counter[Place]:
    """Where the verdicts point: lines where the format has them."""
    told: Counter[Place] = Counter()
    for result in found.results:
        where = result.verdict.location or result.resource.location
        kind = result.severity if result.verdict.outcome is Outcome.FAIL else Outcome.UNKNOWN
        if where.line is None:
            told[(kind, result.resource.address)] += 1
        else:
            assert where.path == path.relative_to(ROOT).as_posix()
            told[(kind, str(where.line))] += 1
    return told


def expected(name: str, path: Path) -> Counter[Place]:
    told: Counter[Place] = Counter()
    own = CATALOGUE.get(name).severity
    beside = path.with_name(path.name + ".expect")
    if beside.exists():
        for line in beside.read_text("utf-8").splitlines():
            rule, address, *kind = line.split()
            if rule == name:
                told[(kind[0] if kind else own, address)] += 1
        return told
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        for kind, rule, severity in EXPECTATION.findall(line):
            if rule == name:
                told[(Outcome.UNKNOWN if kind == "expect-unknown" else severity or own, str(number))] += 1
    return told


@pytest.mark.parametrize("name", NAMES)
def test_documentation(name: str) -> None:
    page = CATALOGUE.documentation(name)
    title, blank, *_ = page.splitlines()

    assert len(title) <= 100
    assert title.endswith(".")
    assert blank == ""
    assert tuple(re.findall(r"(?m)^## (.+)$", page)) == HEADINGS
    assert re.search(r"(?m)^- https://", page.partition("## References")[2])


@pytest.mark.parametrize("name", NAMES)
def test_declaration(name: str) -> None:
    rule = CATALOGUE.get(name)
    place = CATALOGUE.files[name].parent.relative_to(ROOT / "rules").as_posix()

    assert rule.id == name
    assert set(rule.applies_to) <= set(FOLDERS[place])
    assert (rule.stage, rule.since) == ("stable", "0.1")


@pytest.mark.parametrize("name", NAMES)
def test_bad(name: str) -> None:
    bad = fixtures(name, "bad")

    for path in bad:
        assert places(audit(name, path), path) == expected(name, path), path.name
    kinds = {kind for path in bad for kind, _ in expected(name, path)}
    assert kinds - {Outcome.UNKNOWN}
    assert (Outcome.UNKNOWN in kinds) is (name not in DECIDED_BY_PRESENCE)


@pytest.mark.parametrize("name", NAMES)
def test_good(name: str) -> None:
    good = fixtures(name, "good")

    assert good
    for path in good:
        found = audit(name, path)
        assert [(result.resource.address, result.verdict.message) for result in found.results] == []
        assert found.passed[name], path.name


@pytest.mark.parametrize("name", NAMES)
def test_findings_say_what_was_seen_and_where(name: str) -> None:
    for path in fixtures(name, "bad"):
        for result in audit(name, path).results:
            verdict = result.verdict
            where = verdict.location or result.resource.location
            assert verdict.message.endswith(".")
            assert where.path == path.relative_to(ROOT).as_posix() or not result.resource.is_declared
            if verdict.outcome is Outcome.FAIL:
                assert verdict.fix is not None
                assert verdict.fix.text.endswith((".", "}"))
                assert all(seen.text for seen in verdict.evidence)


def test_every_fixture_belongs_to_a_rule() -> None:
    used = {path.parent for name in NAMES for kind in ("bad", "good") for path in fixtures(name, kind)}
    there = {path.parent for place in FOLDERS for path in (FIXTURES / place).glob("*/*")}

    assert there == used


@pytest.mark.parametrize("path", sorted((ROOT / "rules").rglob("*.py")), ids=lambda path: path.stem)
def test_every_module_is_a_rule(path: Path) -> None:
    assert path in CATALOGUE.files.values()


def judging() -> list[Path]:
    return [path for place in ("rules", "auditor/routes") for path in sorted((ROOT / place).rglob("*.py"))]


@pytest.mark.parametrize("path", judging(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_all_partitions_work(path: Path) -> None:
    assert "arn:aws:" not in path.read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_imports(name: str) -> None:
    tree = ast.parse(CATALOGUE.files[name].read_text("utf-8"))
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]

    assert [module for module in modules if not f"{module}.".startswith(ALLOWED_IMPORTS)] == []
    assert [module for module in modules if module.startswith(FORBIDDEN_IMPORTS)] == []


@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov"])
def test_other_partitions_are_among_the_fixtures(partition: str) -> None:
    for kind in ("bad", "good"):
        assert any(f"arn:{partition}:" in path.read_text("utf-8") for name in NAMES for path in fixtures(name, kind))


@pytest.mark.parametrize(
    "name", ["iam-policy-passrole-any", "iam-policy-send-as-anyone", "iam-policy-service-wildcard"]
)
def test_a_policy_that_allows_everything_is_left_to_the_rule_about_it(name: str, tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(
        """\
Resources:
  Admin:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement: {Effect: Allow, Action: "*", Resource: "*"}
""",
        "utf-8",
    )

    found = engine.run([CATALOGUE.get(name)], load([template], root=tmp_path).inventory, today=TODAY)

    assert (found.results, found.passed[name]) == ((), ())
