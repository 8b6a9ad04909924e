"""The mail path: every way a bounce or complaint can take, judged link by link."""

from auditor.routes.trace import grade, trace

__all__ = ["grade", "trace"]
