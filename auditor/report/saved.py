"""Reads a saved JSON report."""

import stat
from pathlib import Path

import msgspec

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
        if not stat.S_ISREG(path.stat().st_mode):
            raise SavedReportError(f"{path}: is no regular file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SavedReportError(f"{path}: cannot be read: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise SavedReportError(f"{path}: is larger than {MAX_BYTES:,} bytes")
    return parse(data, str(path))


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
