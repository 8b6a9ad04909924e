"""Usage that an account measured: CloudWatch metrics of a span of days, scaled to a month.

What the usage file tells wins over what was measured. Sources:
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-cloudwatch.html and
https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal, InvalidOperation

import msgspec

from auditor.model import relations
from auditor.model.inventory import Inventory
from auditor.model.known import Known
from auditor.model.measurement import Measurement
from auditor.model.sns import Topic
from pricing.money import EXACT, grouped, quotient, rounded
from pricing.month import AVERAGE_HOURS, Month
from pricing.placing import Target, place, target_of
from pricing.tiers import ZERO
from pricing.usage.shares import BOUNCES, CLICKS, COMPLAINTS, MATCHED, OPENS
from pricing.usage.usage import Entry, Selector, Usage, UsageError

_RATES = {"Bounce": BOUNCES, "Complaint": COMPLAINTS}
_EVENTS = {"Open": OPENS, "Click": CLICKS}
"""Metrics that are there only when an account tracks them, so none is not 0."""
_ONE = Decimal(1)
_DAY = Decimal(86_400)
_MOST, _PLACES = Decimal(10) ** 18, 12

Quantities = dict[str, Decimal | None]


def with_measurements(
    usage: Usage, inventory: Inventory, month: Month | None = None, region: str | None = None
) -> Usage:
    """The usage, and what the inventory measured of all that it does not tell.

    Args:
        usage: as told.
        inventory: with its measurements.
        month: that is estimated; the usage's by default.
        region: Region of resources whose input does not tell it.

    Raises:
        UsageError: when the usage contradicts itself.
    """
    if not inventory.measurements:
        return usage
    told = place(usage, inventory, region).told
    found = _Measured(inventory, month or usage.month)
    entries = []
    for target, quantities in found.quantities():
        taken = {*told.get(target, {}), *told.get(Target(target.service, target.region), {})}
        left = {name: amount for name, amount in quantities.items() if name not in taken}
        if left:
            selector = Selector(resource=target.id) if target.id else Selector(target.service, target.region or "")
            entries.append(Entry(selector, left))
    return msgspec.structs.replace(usage, entries=(*usage.entries, *entries), notes=(*usage.notes, *found.notes()))


class _Measured:
    def __init__(self, inventory: Inventory, month: Month | None) -> None:
        self._inventory = inventory
        self._seconds = month.seconds if month is not None else EXACT.multiply(AVERAGE_HOURS, Decimal(3600))
        self._spans: dict[tuple[str, str], None] = {}
        self._email: dict[str, dict[str, list[Measurement]]] = defaultdict(lambda: defaultdict(list))
        self._topics: dict[tuple[str, str, str], dict[str, Measurement]] = defaultdict(dict)
        for one in inventory.measurements:
            self._spans[one.start, one.end] = None
            name = one.dimensions.get("TopicName")
            if one.namespace == "AWS/SES" and not one.dimensions:
                self._email[one.region][one.metric].append(one)
            elif one.namespace == "AWS/SNS" and name is not None:
                self._topics[one.account, one.region, name][one.metric] = one

    def quantities(self) -> Iterator[tuple[Target, Quantities]]:
        """Targets with what was measured of them."""
        for region, metrics in self._email.items():
            yield Target("ses", region), self._of_email(metrics)
        for topic in self._inventory.of(Topic):
            key = (topic.account.literal or "", topic.region.literal or "", topic.name.literal or "")
            metrics_of_topic = self._topics.get(key)
            if metrics_of_topic is not None:
                yield target_of(topic, "sns", None), self._of_topic(topic, metrics_of_topic)

    def notes(self) -> Iterator[str]:
        """What is taken to be so."""
        for start, end in self._spans:
            days = quotient(_seconds(start, end), _DAY)
            month = rounded(quotient(self._seconds, _DAY), Decimal("0.01"))
            yield (
                f"Usage that is not told was measured by CloudWatch from {start[:10]} to {end[:10]} "
                f"({grouped(days)} days) and is scaled to {grouped(month)} days."
            )
        if self._email:
            yield "CloudWatch counts mails: each is taken to have one recipient."

    def _of_email(self, metrics: Mapping[str, list[Measurement]]) -> Quantities:
        if "Send" not in metrics:
            return {}  # not measured, which is not 0
        sent = _sum(metrics["Send"])
        found: Quantities = {"ses.outbound.recipients": self._month_of(metrics["Send"])}
        if not sent:
            return found
        for metric, name in _RATES.items():
            if metric in metrics:
                found[name] = min(quotient(_sum(metrics[metric]), sent), _ONE)
        for metric, name in _EVENTS.items():
            events = _sum(metrics.get(metric, ()))
            if events:
                found[name] = quotient(events, sent)
        return found

    def _of_topic(self, topic: Topic, metrics: Mapping[str, Measurement]) -> Quantities:
        published = metrics.get("NumberOfMessagesPublished")
        if published is None:
            return {}
        count = _amount(published)
        found: Quantities = {"sns.publish.messages": self._month_of([published])}
        size = metrics.get("PublishSize")
        if count and size is not None:
            found["sns.publish.average_bytes"] = quotient(_amount(size), count).to_integral_value(ROUND_CEILING)
        share = self._matched(topic, count, metrics.get("NumberOfNotificationsFilteredOut"))
        if share is not None:
            found[MATCHED] = share
        return found

    def _matched(self, topic: Topic, count: Decimal, filtered_out: Measurement | None) -> Decimal | None:
        """The mean share that filter policies let through; None without any."""
        found = relations.subscriptions(self._inventory, topic)
        filtered = sum(
            1 for item in found.items if isinstance(item.filter_policy, Known) and item.filter_policy.value is not None
        )
        if filtered_out is None or not count or not filtered or found.unknowns:
            return None
        out = quotient(_amount(filtered_out), EXACT.multiply(count, Decimal(filtered)))
        return max(EXACT.subtract(_ONE, out), ZERO)

    def _month_of(self, measured: list[Measurement]) -> Decimal:
        """The sum, scaled to the month and rounded half up to a whole number."""
        scaled = ZERO
        for one in measured:
            part = EXACT.multiply(_amount(one), self._seconds)
            scaled = EXACT.add(scaled, quotient(part, _seconds(one.start, one.end)))
        return rounded(scaled, _ONE)


def _sum(measured: "list[Measurement] | tuple[()]") -> Decimal:
    result = ZERO
    for one in measured:
        result = EXACT.add(result, _amount(one))
    return result


def _amount(one: Measurement) -> Decimal:
    try:
        total = Decimal(one.total)
    except InvalidOperation:
        total = Decimal("NaN")
    if not total.is_finite() or not 0 <= total <= _MOST or total.adjusted() < -_PLACES:
        raise UsageError(f"{one.metric} in {one.account} {one.region}: {one.total[:40]!r} is no measured total")
    return rounded(total, Decimal(1).scaleb(-_PLACES))


def _seconds(start: str, end: str) -> Decimal:
    try:
        first, last = (datetime.fromisoformat(moment) for moment in (start, end))
        seconds = (last - first) // timedelta(seconds=1)
    except (ValueError, TypeError):
        seconds = 0
    if seconds <= 0:
        raise UsageError(f"measured usage: {start[:40]!r} to {end[:40]!r} is no span of time")
    return Decimal(seconds)
