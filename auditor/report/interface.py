"""What a report format is, which there are, and how one is made.

A format is a module with a function `render`; it is imported when it is asked for. Every format is made from the same
document, so it can be made again later from a saved JSON report.
"""

import difflib
from collections.abc import Collection
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

import msgspec

from auditor.finding import Severity

if TYPE_CHECKING:
    from auditor.gate.outcome import Judged
    from auditor.report.report_v1 import ReportV1

FORMATS = {"text": "auditor.report.report_text", "json": "auditor.report.report_json"}
"""Name of a format to its module."""


class FormatError(Exception):
    """There is no format of that name."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How a report is shown; none of it changes what is decided.

    Attributes:
        color: whether colours may be used, see `auditor.report.terminal.use_color`.
        width: columns to fill.
        min_severity: mildest severity that formats for people show.
        verbose: whether they show how every rule went, and lists in full.
    """

    color: bool = False
    width: int = 100
    min_severity: Severity = Severity.INFO
    verbose: bool = False


class Render(Protocol):
    """A report format: the whole report as text, ending with a newline."""

    def __call__(self, report: "ReportV1", options: Options) -> str:
        """Render a report."""
        ...


def render(name: str, judged: "Judged", options: Options | None = None, *, show_endpoints: bool = False) -> str:
    """An audit in a format; see `render_document`.

    Args:
        name: of the format.
        judged: the audit and the decision about it.
        options: how to show it; by default with the configuration's ``min_severity``.
        show_endpoints: whether endpoints of subscriptions are shown in full.
    """
    from auditor.report.document import document

    options = options or Options(min_severity=judged.configuration.min_severity)
    return render_document(name, document(judged, show_endpoints=show_endpoints), options)


def render_document(name: str, report: "ReportV1", options: Options) -> str:
    """A report in a format.

    Raises:
        FormatError: there is no such format.
    """
    return renderer(name)(report, options)


def renderer(name: str) -> Render:
    """The format of a name.

    Raises:
        FormatError: there is none.
    """
    check(name, FORMATS)
    found: Render = import_module(FORMATS[name]).render
    return found


def check(name: str, formats: Collection[str]) -> None:
    """Refuse a name that none of the formats has.

    Raises:
        FormatError: it is that.
    """
    if name not in formats:
        near = difflib.get_close_matches(name, formats, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"use {', '.join(formats)}"
        raise FormatError(f"there is no format {name!r}; {hint}")
