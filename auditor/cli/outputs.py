"""Sends a judged audit to stdout and to files, each in its format."""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from auditor.cli.errors import EXIT_USAGE, Stop

if TYPE_CHECKING:
    from auditor.gate.outcome import Judged


def check(outputs: tuple[tuple[str, str], ...]) -> None:
    """Refuse unknown formats before any work is done.

    Raises:
        Stop: there is no such format.
    """
    from auditor.report.interface import FormatError, renderer

    try:
        for name, _ in outputs:
            renderer(name)
    except FormatError as error:
        raise Stop(str(error), EXIT_USAGE) from error


def emit(judged: "Judged", options: Mapping[str, Any]) -> None:
    """Print the format of ``--format`` and write those of ``--output``.

    Raises:
        Stop: a file cannot be written.
    """
    from auditor.report.document import document
    from auditor.report.interface import Options, render_document
    from auditor.report.terminal import printable_lines, use_color
    from auditor.report.writing import WriteError, write

    report = document(judged, show_endpoints=options["show_endpoints"])
    shown = Options(
        color=use_color(sys.stdout, options["color"]),
        width=shutil.get_terminal_size((100, 24)).columns,
        min_severity=judged.configuration.min_severity,
        verbose=options["verbose"],
    )
    in_files = msgspec.structs.replace(shown, color=False, width=100)
    for name, path in options["outputs"]:
        try:
            write(Path(path), render_document(name, report, in_files))
        except WriteError as error:
            raise Stop(str(error), EXIT_USAGE) from error
    sys.stdout.write(printable_lines(render_document(options["format_"], report, shown)))
    sys.stdout.flush()
