"""Amazon CloudWatch alarms."""

from typing import ClassVar

from auditor.model.known import UNREAD, Value
from auditor.model.resource import Resource
from auditor.model.text import Text


class Alarm(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="cloudwatch.Alarm"):
    """A metric alarm.

    Attributes:
        dimensions: name to value; empty for an account-wide metric.
        threshold: as written, a decimal string.
        comparison: GreaterThanThreshold, GreaterThanOrEqualToThreshold, LessThanThreshold …
        period_seconds: length of one evaluation period.
        actions: ARNs of the ALARM actions.
    """

    type_name: ClassVar[str] = "AWS::CloudWatch::Alarm"

    namespace: Value[str | None] = UNREAD
    metric: Value[str | None] = UNREAD
    dimensions: Value[dict[str, Text]] = UNREAD
    threshold: Value[str | None] = UNREAD
    comparison: Value[str] = UNREAD
    period_seconds: Value[int | None] = UNREAD
    evaluation_periods: Value[int] = UNREAD
    treat_missing_data: Value[str] = UNREAD
    actions_enabled: Value[bool] = UNREAD
    actions: Value[tuple[Text, ...]] = UNREAD
