"""The comparison of two results as JSON."""

from auditor.report.diff_v1 import DiffV1
from auditor.report.interface import Options
from auditor.report.json_text import encode


def render(difference: DiffV1, options: Options) -> str:  # noqa: ARG001 - the signature of a format
    """diff-v1 as JSON."""
    return encode(difference)
