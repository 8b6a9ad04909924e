"""Amazon CloudWatch: the metric alarms of a Region.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
"""

from decimal import Decimal

import msgspec

from auditor.model.cloudwatch import Alarm
from auditor.model.text import text
from auditor.sources.aws.answers import always, or_default, told
from auditor.sources.aws.calls import Reads, TokenPage
from auditor.sources.aws.found import Found, Site

PAGE_SIZE = 100

_ACTION = "cloudwatch:DescribeAlarms"


class _Dimension(msgspec.Struct, frozen=True, rename="pascal"):
    name: str
    value: str


class _Alarm(msgspec.Struct, frozen=True, rename="pascal"):
    alarm_name: str
    alarm_arn: str
    namespace: str | None = None
    metric_name: str | None = None
    dimensions: tuple[_Dimension, ...] = ()
    threshold: float | None = None
    comparison_operator: str | None = None
    period: int | None = None
    evaluation_periods: int | None = None
    treat_missing_data: str | None = None
    actions_enabled: bool | None = None
    alarm_actions: tuple[str, ...] = ()


class _Alarms(TokenPage, frozen=True, rename="pascal"):
    metric_alarms: tuple[_Alarm, ...]


def read(reads: Reads, site: Site) -> Found:
    """The metric alarms of a Region; composite alarms and alarms on logs are not read."""
    pages, complete = reads.pages("DescribeAlarms", _Alarms, AlarmTypes=["MetricAlarm"], MaxRecords=PAGE_SIZE)
    alarms = {alarm.alarm_arn: alarm for page in pages for alarm in page.metric_alarms}
    return Found(tuple(_alarm(site, alarm) for _, alarm in sorted(alarms.items())), (site.covered(_ACTION, complete),))


def _alarm(site: Site, alarm: _Alarm) -> Alarm:
    return Alarm(
        **site.named(Alarm, alarm.alarm_name, arn=alarm.alarm_arn),
        # An alarm on an expression has no metric, dimensions, period or threshold of its own.
        namespace=told(alarm.namespace or None),
        metric=told(alarm.metric_name or None),
        dimensions=told({one.name: text(one.value) for one in sorted(alarm.dimensions, key=lambda one: one.name)}),
        threshold=told(None if alarm.threshold is None else _decimal(alarm.threshold)),
        comparison=always(alarm.comparison_operator, _ACTION, "ComparisonOperator"),
        period_seconds=told(alarm.period),
        evaluation_periods=always(alarm.evaluation_periods, _ACTION, "EvaluationPeriods"),
        treat_missing_data=or_default(alarm.treat_missing_data or None, "missing"),
        actions_enabled=or_default(alarm.actions_enabled, absent=True),
        actions=told(tuple(text(action) for action in alarm.alarm_actions)),
    )


def _decimal(number: float) -> str:
    """The shortest decimal that means the same: ``0.05``, ``5``."""
    written = format(Decimal(repr(number)), "f")
    return written.rstrip("0").removesuffix(".") if "." in written else written
