"""Reads a saved JSON report."""

from pathlib import Path

import msgspec

from auditor.bounded import NotRegularError, TooLargeError, read_regular
from auditor.report.report_v1 import ReportV1

MAX_BYTES = 512 * 1_048_576


class SavedReportError(Exception):
    """The file is no report that this version reads; the message is one line."""


def read(path: Path) -> ReportV1:
    """The report in a file.

    Raises:
        SavedReportError: it cannot be read, or is no report-v1.
    """
    try:
        return parse(read_regular(path, MAX_BYTES), str(path))
    except (NotRegularError, TooLargeError) as error:
        raise SavedReportError(f"{path}: {error}") from error
    except OSError as error:
        raise SavedReportError(f"{path}: cannot be read: {error.strerror}") from error


def parse(data: bytes, shown: str) -> ReportV1:
    """The report in some bytes; `shown` names them in messages.

    Raises:
        SavedReportError: they are no report-v1.
    """
    try:
        # Decoding by type is bounded by the type: what is nested deeper than a report is refused or skipped.
        return msgspec.json.decode(data, type=ReportV1)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SavedReportError(f"{shown}: is no report-v1: {error}") from error


def is_report(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a JSON report as this tool writes it."""
    return head.lstrip()[1:].lstrip().startswith((b'"schema": "report-v1"', b'"schema":"report-v1"'))
