import os
from pathlib import Path

from auditor.iam.lint.page import written

PAGE = Path(__file__).parents[2] / "docs" / "iam-lint.md"


def test_the_page_says_what_the_catalogue_says() -> None:
    """``UPDATE_DOCS=1`` writes the page."""
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(written(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == written()
