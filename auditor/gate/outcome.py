"""An audit with the decision about it: all that a report needs to know."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import msgspec

from auditor.engine import Audit, Result
from auditor.finding import Outcome, Severity
from auditor.gate.configuration import Configuration
from auditor.gate.waivers import Waived, apply
from auditor.model.known import Cause


class Gap(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Something that could not be read or judged, and how often."""

    cause: Cause
    what: str
    count: int = 1


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """An audit, the settings it was judged by, and what came of it.

    Attributes:
        started_at: in UTC.
        rules_digest: names the exact rules, see `Catalogue.digest`.
        gaps: what makes it incomplete; empty when it is complete.
        failing: failures, not waived, at or over ``fail_on``.
        undecided_failing: undecided checks, not waived, at or over ``fail_on_unknown``.
        undecided: all undecided checks that are not waived.
    """

    audit: Audit
    configuration: Configuration
    waived: Waived
    today: date
    started_at: datetime
    rules_digest: str
    gaps: tuple[Gap, ...]
    failing: tuple[Result, ...]
    undecided_failing: tuple[Result, ...]
    undecided: tuple[Result, ...]

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for was read and judged."""
        return not self.gaps

    @property
    def failed(self) -> bool:
        """Whether the gate failed."""
        return bool(self.failing or self.undecided_failing)


def judge(
    audit: Audit,
    configuration: Configuration,
    today: date,
    *,
    started_at: datetime | None = None,
    rules_digest: str = "",
    unread: Iterable[Gap] = (),
) -> Judged:
    """Decide about an audit: apply waivers and thresholds, and collect what is missing.

    Args:
        audit: what the rules concluded.
        configuration: waivers and thresholds.
        today: the day that waivers are counted from, in UTC.
        started_at: when the run began; the start of `today` by default, which keeps outputs reproducible.
        rules_digest: names the exact rules.
        unread: inputs that could not be read, beside those that the audit knows of.
    """
    waived = apply(audit.results, configuration.waivers, today)
    standing = [result for result in audit.results if result.fingerprint not in waived.by_result]
    failures = (result for result in standing if result.verdict.outcome is Outcome.FAIL)
    undecided = tuple(result for result in standing if result.verdict.outcome is Outcome.UNKNOWN)
    known = (Gap(cause=cause, what=what, count=count) for (cause, what), count in audit.incomplete.items())
    return Judged(
        audit=audit,
        configuration=configuration,
        waived=waived,
        today=today,
        started_at=started_at or datetime(today.year, today.month, today.day, tzinfo=UTC),
        rules_digest=rules_digest,
        gaps=tuple(sorted((*known, *unread))),
        failing=_at_or_over(failures, configuration.fail_on),
        undecided_failing=_at_or_over(undecided, configuration.fail_on_unknown),
        undecided=undecided,
    )


def _at_or_over(results: Iterable[Result], threshold: Severity | None) -> tuple[Result, ...]:
    if threshold is None:
        return ()
    return tuple(result for result in results if result.severity.rank <= threshold.rank)
