"""The JSON report: the document itself, whole whatever is hidden elsewhere."""

from auditor.report.interface import Options
from auditor.report.json_text import encode
from auditor.report.report_v1 import ReportV1


def render(report: ReportV1, options: Options) -> str:  # noqa: ARG001 - the signature of a format
    """report-v1 as JSON."""
    return encode(report)
