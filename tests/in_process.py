"""The whole command line, as a process would run it, without the time that a process takes to start."""

import os
from contextlib import chdir
from pathlib import Path
from typing import Any, NoReturn

from click.testing import CliRunner, Result

from auditor.cli.main import run


class _Program:
    """What a process calls, in the form in which click's runner starts a command."""

    name = "auditor"

    def main(self, args: list[str], **_: Any) -> NoReturn:
        run(args)


def auditor(*arguments: str, folder: Path, **environment: str) -> Result:
    """Exit code and both streams of a run in a folder; only what is told here reaches it of AWS and of GitHub."""
    others = dict.fromkeys(name for name in os.environ if name.startswith(("AWS_", "GITHUB_")))
    runner = CliRunner(env={**others, **environment})
    with chdir(folder):
        return runner.invoke(_Program(), list(arguments))  # type: ignore[arg-type] # all that it needs of a command
