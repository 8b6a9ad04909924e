import importlib.util
import os
from pathlib import Path

import pytest
from page import digest, written
from scoring import Score

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "iam-conformance.md"
SUITES = sorted(HERE.glob("suite_*.py"))


def scores_of(path: Path, data: Path) -> tuple[Score, ...]:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: tuple[Score, ...] = module.score(data)
    return found


@pytest.fixture(scope="module")
def data() -> Path:
    folder = os.environ.get("CONFORMANCE_DATA")
    if not folder:
        pytest.skip("CONFORMANCE_DATA names no folder with the suites of others")
    return Path(folder)


@pytest.fixture(scope="module")
def scores(data: Path) -> dict[str, tuple[Score, ...]]:
    return {path.stem: scores_of(path, data) for path in SUITES}


@pytest.mark.conformance
@pytest.mark.parametrize("name", [path.stem for path in SUITES])
def test_suite_reaches_its_share(scores: dict[str, tuple[Score, ...]], name: str) -> None:
    for score in scores[name]:
        wrong = score.unexplained
        shown = [f"{each.case}: ours {each.ours}, expected {each.theirs}" for each in wrong]
        assert len(wrong) <= score.total * (1 - score.must), "\n".join(shown)


@pytest.mark.conformance
def test_page_says_what_the_suites_say(scores: dict[str, tuple[Score, ...]], data: Path) -> None:
    cases = digest(data)
    text = written([score for name in sorted(scores) for score in scores[name]], cases)
    if os.environ.get("UPDATE_CONFORMANCE"):
        PAGE.write_text(text, encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    if cases not in page:
        pytest.skip("the page is about other cases than those at hand")
    assert page == text
