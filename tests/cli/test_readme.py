"""What README shows is what the commands print."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor.cli.main import main

ROOT = Path(__file__).parents[2]
COMMAND = re.compile(r"^\$ auditor (?P<arguments>.*)\n(?P<shown>(?:(?![$`]).*\n)+)", re.MULTILINE)
FILE = re.compile(r"^<!-- file: (\S+) -->\n```json\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("fixtures").symlink_to(ROOT / "fixtures")
    for name, content in FILE.findall((ROOT / "docs" / "iam.md").read_text("utf-8")):
        Path(name).write_text(content, "utf-8")


@pytest.mark.parametrize("command", [*COMMAND.finditer((ROOT / "README.md").read_text("utf-8"))])
def test_a_command_prints_what_is_shown(command: re.Match[str]) -> None:
    found = CliRunner(env={"COLUMNS": "120"}).invoke(main, shlex.split(command["arguments"]))
    shown = command["shown"].removesuffix("…\n")
    assert found.output[: len(shown)] == shown


EXAMPLES = re.compile(r"^\$ auditor (iam [^>\n]*\.json[^>\n]*)", re.MULTILINE)


@pytest.mark.parametrize("command", EXAMPLES.findall((ROOT / "README.md").read_text("utf-8")))
def test_the_files_of_a_command_are_those_of_its_page(command: str) -> None:
    found = CliRunner(env={"COLUMNS": "120"}).invoke(main, shlex.split(command))

    assert found.exit_code in {0, 1, 4}
    assert "No such file" not in found.output
