"""Sends results to stdout and to files, each in its format."""

import shutil
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from auditor.cli.errors import EXIT_USAGE, Stop

if TYPE_CHECKING:
    from auditor.gate.outcome import Judged
    from auditor.report.interface import Options


def check(outputs: tuple[tuple[str, str], ...], formats: Collection[str]) -> None:
    """Refuse unknown formats, and files that cannot be, before any work is done.

    Args:
        outputs: format and file of each ``--output``.
        formats: that there are.

    Raises:
        Stop: there is no such format, or no folder for the file.
    """
    from auditor.report import interface

    for name, file in outputs:
        try:
            interface.check(name, formats)
        except interface.FormatError as error:
            raise Stop(str(error), EXIT_USAGE) from error
        path = Path(file)
        if path.is_dir():
            raise Stop(f"{path}: cannot be written: Is a directory", EXIT_USAGE)
        if not path.parent.is_dir():
            raise Stop(f"{path}: cannot be written: No such file or directory", EXIT_USAGE)


def emit(judged: "Judged", options: Mapping[str, Any]) -> None:
    """Print the format of ``--format`` and write those of ``--output``.

    Raises:
        Stop: a file cannot be written.
    """
    from auditor.report.document import document
    from auditor.report.interface import Options, render_document

    report = document(judged, show_endpoints=options["show_endpoints"])
    shown = Options(min_severity=judged.configuration.min_severity, verbose=options["verbose"])
    deliver(lambda name, how: (render_document(name, report, how),), shown, options)


def deliver(
    render: "Callable[[str, Options], tuple[str, ...] | Iterator[str]]", shown: "Options", options: Mapping[str, Any]
) -> None:
    """Print one format and write others to files.

    Args:
        render: makes the result in a format, as one text or in parts of whole lines.
        shown: how, but for colours and width, which depend on where it goes.
        options: of the command: ``format_``, ``outputs`` and ``color``.

    Raises:
        Stop: a file cannot be written; the others are, and stdout has its format.
    """
    from auditor.report.terminal import printable_lines, use_color
    from auditor.report.writing import WriteError, write

    failures: list[WriteError] = []
    for name, path in options["outputs"]:
        try:
            write(Path(path), "".join(render(name, msgspec.structs.replace(shown, color=False, width=100))))
        except WriteError as error:
            failures.append(error)
    here = msgspec.structs.replace(
        shown, color=use_color(sys.stdout, options["color"]), width=shutil.get_terminal_size((100, 24)).columns
    )
    for part in render(options["format_"], here):
        sys.stdout.write(printable_lines(part))
    sys.stdout.flush()
    if failures:
        raise Stop("; ".join(map(str, failures)), EXIT_USAGE)
