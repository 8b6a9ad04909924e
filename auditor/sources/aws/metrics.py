"""Amazon CloudWatch: how much an account sent and published, for estimates without access.

GetMetricData costs money ($0.01 per 1,000 metrics when this was written), so it is read only when it is asked for.
Sources: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-cloudwatch.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

from auditor.model.coverage import Coverage
from auditor.model.known import Cause, Known, Unknown
from auditor.model.measurement import Measurement
from auditor.model.origin import API
from auditor.model.sns import Topic
from auditor.sources.aws.answers import COMPLETE
from auditor.sources.aws.calls import Reads, TokenPage
from auditor.sources.aws.found import Found, Site

BATCH = 500
"""Metrics that one call can ask for."""
DAY_SECONDS = 86_400
MOST_DAYS = 455
"""How long CloudWatch keeps data points of an hour and more: 15 months."""

OF_SES = ("Send", "Delivery", "Bounce", "Complaint", "Reject", "Open", "Click")
OF_TOPIC = ("NumberOfMessagesPublished", "PublishSize", "NumberOfNotificationsFilteredOut")

_ACTION = "cloudwatch:GetMetricData"
_STATES = frozenset({"Forbidden", "InternalError", "PartialData"})
"""Of the last page that has a metric; before that partial data means that more will come."""


class Span(msgspec.Struct, frozen=True):
    """Whole days in UTC, of which the last one is over."""

    start: datetime
    end: datetime

    @staticmethod
    def before(now: datetime, days: int) -> "Span":
        """So many days before the last midnight."""
        end = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return Span(end - timedelta(days=days), end)


class _Result(msgspec.Struct, frozen=True, rename="pascal"):
    id: str
    values: tuple[float, ...] = ()
    status_code: str = ""


class _Data(TokenPage, frozen=True, rename="pascal"):
    metric_data_results: tuple[_Result, ...]


class _Asked(msgspec.Struct, frozen=True):
    """One metric."""

    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...] = ()


def of_email(reads: Reads, site: Site, span: Span) -> Found:
    """What SES counted in a Region: mail, and what became of it."""
    return _read(reads, site, span, [_Asked("AWS/SES", metric) for metric in OF_SES], "AWS/SES")


def of_topics(reads: Reads, site: Site, span: Span, topics: Iterable[Topic]) -> Found:
    """What SNS counted for each topic."""
    names = sorted({name for topic in topics if (name := topic.name.literal)})
    asked = [_Asked("AWS/SNS", metric, (("TopicName", name),)) for name in names for metric in OF_TOPIC]
    return _read(reads, site, span, asked, "AWS/SNS")


def _read(reads: Reads, site: Site, span: Span, asked: Sequence[_Asked], what: str) -> Found:
    """Metrics that were read in full; when a call fails, those of the calls before."""
    found: list[Measurement] = []
    outcome: Known[bool] | Unknown = COMPLETE
    for first in range(0, len(asked), BATCH):
        batch = asked[first : first + BATCH]
        pages, complete = reads.pages(
            "GetMetricData",
            _Data,
            MetricDataQueries=[_query(number, one) for number, one in enumerate(batch)],
            StartTime=span.start,
            EndTime=span.end,
        )
        if isinstance(complete, Unknown):
            return Found(coverage=(_covered(site, what, complete),), measurements=tuple(found))
        totals: dict[str, Decimal] = defaultdict(Decimal)
        states: dict[str, str] = {}
        for page in pages:
            for result in page.metric_data_results:
                totals[result.id] += sum((Decimal(repr(value)) for value in result.values), Decimal(0))
                states[result.id] = result.status_code
        for number, one in enumerate(batch):
            state = states.get(f"m{number}", "")
            if state == "Complete":
                found.append(_measurement(site, span, one, totals[f"m{number}"]))
            elif isinstance(outcome, Known):
                outcome = _unread(state)
    return Found(coverage=(_covered(site, what, outcome),), measurements=tuple(found))


def _unread(state: str) -> Unknown:
    """Why a metric has no total, though the call was answered."""
    cause = Cause.DENIED if state == "Forbidden" else Cause.FAILED
    told = state if state in _STATES else "no status"
    return Unknown(cause, f"{_ACTION}: not all metrics were read ({told})", API)


def _query(number: int, asked: _Asked) -> dict[str, object]:
    dimensions = [{"Name": name, "Value": value} for name, value in asked.dimensions]
    metric = {"Namespace": asked.namespace, "MetricName": asked.metric, "Dimensions": dimensions}
    return {"Id": f"m{number}", "MetricStat": {"Metric": metric, "Period": DAY_SECONDS, "Stat": "Sum"}}


def _measurement(site: Site, span: Span, asked: _Asked, total: Decimal) -> Measurement:
    return Measurement(
        account=site.account,
        region=site.region,
        namespace=asked.namespace,
        metric=asked.metric,
        dimensions=dict(asked.dimensions),
        start=_written(span.start),
        end=_written(span.end),
        total=f"{total.normalize():f}" if total else "0",
    )


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _covered(site: Site, what: str, complete: Known[bool] | Unknown) -> Coverage:
    return site.covered(_ACTION, complete, what)
