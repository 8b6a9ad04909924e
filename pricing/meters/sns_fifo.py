"""Amazon SNS, FIFO topics: requests and payload, messages and payload of subscriptions, archive, replay, body filters.

Usage of a FIFO topic may be told with the names of standard topics; see `NAMES`.
"""

from collections.abc import Mapping
from decimal import Decimal

from auditor.model.known import Known, Unknown, Value
from pricing.meters.meter import PER_GB, Meter, Quantity, Told, as_told, times, told_or
from pricing.meters.sns import AS_PUBLISHED, BATCH, DELIVERED_SIZE, ONE_BY_ONE, PRICING, SIZE, batches
from pricing.money import quotient
from pricing.options import Choices

_GUIDE = "https://docs.aws.amazon.com/sns/latest/dg"

PUBLISHED, PUBLISHED_GB = "sns.fifo.publish.messages", "sns.fifo.publish.payload_gb"
SUBSCRIPTIONS = "sns.fifo.subscriptions"
DELIVERED, DELIVERED_GB = "sns.fifo.delivery.messages", "sns.fifo.delivery.payload_gb"
ARCHIVED_GB, STORED, RETENTION = (
    "sns.fifo.archive.processing_gb",
    "sns.fifo.archive.storage_gb_months",
    "sns.fifo.archive.retention_days",
)
REPLAYED, REPLAYED_GB = "sns.fifo.replay.messages", "sns.fifo.replay.payload_gb"

NAMES: Mapping[str, str] = {
    "sns.publish.messages": PUBLISHED,
    "sns.delivery.sqs": DELIVERED,
    "sns.filter.body_gb": "sns.fifo.filter.body_gb",
    "sns.sqs.requests": "sns.fifo.sqs.requests",
}
"""Quantity of a standard topic to that of a FIFO topic, for usage that is told of a FIFO topic."""
STANDARD_NAMES: Mapping[str, str] = {fifo: standard for standard, fifo in NAMES.items()}
"""Quantity of a FIFO topic to the name that usage may tell it by."""

_SECONDS_OF_DAY = Decimal(86_400)

QUANTITIES = (
    Quantity(
        SUBSCRIPTIONS,
        "subscription",
        f"Subscriptions of a FIFO topic, each of which is charged for every message; gives {DELIVERED} if absent.",
    ),
    Quantity(
        RETENTION,
        "day",
        f"How long a FIFO topic's archive keeps messages; gives {ARCHIVED_GB} and {STORED} if absent.",
        most=Decimal(365),
    ),
)


def requests(told: Told, choices: Choices) -> Value[Decimal]:
    """One request per message published to a FIFO topic, whatever its size: there are no 64 KB chunks.

    Whether a batch (sns.publish.batch_size) counts as one is the option sns.fifo.batches.
    """
    messages = told.quantity(PUBLISHED)
    if choices["sns.fifo.batches"] == "message":
        return messages
    return batches(messages, told.quantity_or(BATCH, Known(Decimal(1))))


def payload(told: Told, choices: Choices) -> Value[Decimal]:
    """GB (10^9 bytes) published to a FIFO topic: messages times sns.publish.average_bytes.

    Whether a message counts as 1 KB at least is the option sns.fifo.least_bytes.
    """
    return times(told.quantity(PUBLISHED), _bytes(told.quantity(SIZE), choices), Known(PER_GB))


def _bytes(size: Value[Decimal], choices: Choices) -> Value[Decimal]:
    least = Decimal(choices["sns.fifo.least_bytes"])
    return Known(max(size.value, least)) if isinstance(size, Known) else size


def delivered(told: Told, _: Choices) -> Value[Decimal]:
    """Messages published times subscriptions of the FIFO topic, whether a filter lets them through or not."""
    return times(told.quantity(PUBLISHED), told.quantity(SUBSCRIPTIONS))


def delivered_payload(told: Told, choices: Choices) -> Value[Decimal]:
    """GB (10^9 bytes) of the messages that count for subscriptions of a FIFO topic."""
    messages = told.quantity(DELIVERED) if told.mentions(DELIVERED) else delivered(told, choices)
    return times(messages, _delivered_bytes(told, choices), Known(PER_GB))


def _delivered_bytes(told: Told, choices: Choices) -> Value[Decimal]:
    return _bytes(told.quantity_or(DELIVERED_SIZE, told.quantity(SIZE)), choices)


def archived(told: Told, choices: Choices) -> Value[Decimal]:
    """GB that are written to the archive of a FIFO topic: all that is published while it has an ArchivePolicy.

    Derived from the published payload where sns.fifo.archive.retention_days is more than 0.
    """
    size = told.quantity(PUBLISHED_GB) if told.mentions(PUBLISHED_GB) else payload(told, choices)
    days = told.quantity(RETENTION)
    if isinstance(days, Unknown):
        return days
    return size if days.value else Known(Decimal(0))


def stored(told: Told, choices: Choices) -> Value[Decimal]:
    """GB-months that the archive of a FIFO topic holds: what a month publishes times its retention in months.

    Days of retention become months by the seconds of the month: 10 days are 240 / 730 of an average one. That is the
    archive once it is as old as its retention; before, it is smaller. Rounded to 12 decimal places.
    """
    size = told.quantity(ARCHIVED_GB) if told.mentions(ARCHIVED_GB) else archived(told, choices)
    product = times(size, told.quantity(RETENTION), Known(_SECONDS_OF_DAY))
    return Known(quotient(product.value, told.seconds)) if isinstance(product, Known) else product


def replayed_payload(told: Told, choices: Choices) -> Value[Decimal]:
    """GB (10^9 bytes) of replayed messages."""
    return times(told.quantity(REPLAYED), _delivered_bytes(told, choices), Known(PER_GB))


_LEAST = ("sns.fifo.least_bytes",)

METERS = (
    Meter(
        id=PUBLISHED,
        unit="message",
        dimension="sns.fifo.requests",
        measure=requests,
        source=PRICING,
        options=("sns.fifo.batches",),
        defaults=(ONE_BY_ONE,),
    ),
    Meter(
        id=PUBLISHED_GB,
        unit="GB",
        dimension="sns.fifo.publish.payload",
        measure=told_or(PUBLISHED_GB, payload),
        source=PRICING,
        implied_by=(PUBLISHED,),
        options=_LEAST,
    ),
    Meter(
        id=DELIVERED,
        unit="message",
        dimension="sns.fifo.delivery.messages",
        measure=told_or(DELIVERED, delivered),
        source=PRICING,
        implied_by=(PUBLISHED, SUBSCRIPTIONS),
    ),
    Meter(
        id=DELIVERED_GB,
        unit="GB",
        dimension="sns.fifo.delivery.payload",
        measure=told_or(DELIVERED_GB, delivered_payload),
        source=PRICING,
        implied_by=(PUBLISHED, DELIVERED, SUBSCRIPTIONS),
        options=_LEAST,
        defaults=(AS_PUBLISHED,),
    ),
    Meter(
        id=ARCHIVED_GB,
        unit="GB",
        dimension="sns.fifo.archive.processing",
        measure=told_or(ARCHIVED_GB, archived),
        source=f"{_GUIDE}/fifo-message-archiving-replay.html",
        implied_by=(RETENTION,),
        options=_LEAST,
    ),
    Meter(
        id=STORED,
        unit="GB-month",
        dimension="sns.fifo.archive.storage",
        measure=told_or(STORED, stored),
        source=f"{_GUIDE}/fifo-message-archiving-replay.html",
        implied_by=(RETENTION, ARCHIVED_GB),
        options=_LEAST,
        assumption="the archive is as old as its retention",
    ),
    Meter(
        id=REPLAYED,
        unit="message",
        dimension="sns.fifo.delivery.messages",
        measure=as_told(REPLAYED, "Archived messages that are replayed, at the rate of messages of subscriptions."),
        source=f"{_GUIDE}/message-archiving-and-replay-subscriber.html",
    ),
    Meter(
        id=REPLAYED_GB,
        unit="GB",
        dimension="sns.fifo.delivery.payload",
        measure=told_or(REPLAYED_GB, replayed_payload),
        source=f"{_GUIDE}/message-archiving-and-replay-subscriber.html",
        implied_by=(REPLAYED,),
        options=_LEAST,
        defaults=(AS_PUBLISHED,),
    ),
    Meter(
        id="sns.fifo.filter.body_gb",
        unit="GB",
        dimension="sns.filter.body_3",
        measure=as_told(
            "sns.fifo.filter.body_gb",
            "GB scanned by filter policies of scope MessageBody on FIFO topics, matched or filtered out.",
        ),
        source=f"{_GUIDE}/sns-message-filtering-scope.html",
    ),
)
