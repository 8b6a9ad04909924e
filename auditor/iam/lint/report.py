"""Collects findings."""

from auditor.iam.lint.catalogue import CHECKS
from auditor.iam.lint.finding import Finding
from auditor.iam.lint.view import Place


class Report:
    """The findings about one document."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def add(self, code: str, place: Place, message: str, fix: str = "") -> None:
        """A finding of a check; `fix` in place of what the catalogue says."""
        check = CHECKS[code]
        self.findings.append(
            Finding(
                code=code,
                type=check.type,
                message=message,
                path=place.path,
                fix=fix or check.fix,
                location=place.at,
            )
        )
