"""Every example of docs/iam.md does what the page shows."""

import doctest
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor.cli.main import main

PAGE = (Path(__file__).parents[2] / "docs" / "iam.md").read_text("utf-8")
COMMAND = re.compile(
    r"^\$ auditor (?P<arguments>.*?)(?:  # exits with (?P<code>\d))?\n(?P<shown>(?:(?!\$ ).*\n)*)", re.MULTILINE
)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in re.findall(r"^<!-- file: (\S+) -->\n```json\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE):
        Path(name).write_text(content, "utf-8")


@pytest.mark.parametrize("command", [each for block in blocks("console") for each in COMMAND.finditer(block)])
def test_a_command_prints_what_the_page_shows(command: re.Match[str]) -> None:
    found = CliRunner(env={"COLUMNS": "110"}).invoke(main, shlex.split(command["arguments"]))
    assert found.output.rstrip("\n") == command["shown"].rstrip("\n")
    assert found.exit_code == int(command["code"] or 0)


def test_the_library_answers_what_the_page_shows() -> None:
    (block,) = blocks("pycon")
    test = doctest.DocTestParser().get_doctest(block, {}, "docs/iam.md", "docs/iam.md", 0)
    runner = doctest.DocTestRunner()
    assert runner.run(test).failed == 0
    assert runner.tries > 10


def test_every_command_is_on_the_page() -> None:
    from auditor.cli.iam import COMMANDS

    shown = {command["arguments"].split()[1] for block in blocks("console") for command in COMMAND.finditer(block)}
    assert shown == COMMANDS.keys() - {"refresh"}
