"""What an account measured: sums of CloudWatch metrics over a span of time."""

import msgspec


class Measurement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The sum of one metric.

    Attributes:
        account, region: whose metric it is.
        namespace, metric: ``AWS/SNS``, ``NumberOfMessagesPublished``.
        dimensions: name to value; empty for all of a service in the Region.
        start, end: the span, ISO 8601 in UTC; the end is not part of it.
        total: sum of all data points, a decimal string; "0" when there is none, since AWS sends no zeros.
    """

    account: str
    region: str
    namespace: str
    metric: str
    dimensions: dict[str, str] = {}
    start: str
    end: str
    total: str

    @property
    def of(self) -> tuple[str, str, str, str, tuple[tuple[str, str], ...]]:
        """What was measured, whenever it was."""
        return self.account, self.region, self.namespace, self.metric, tuple(sorted(self.dimensions.items()))
