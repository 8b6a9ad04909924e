"""Amazon SNS, standard topics: requests, deliveries, payload filters, message data protection.

Source: https://aws.amazon.com/sns/pricing/
"""

from decimal import Decimal

from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.resource import Resource
from auditor.model.sns import Topic
from pricing.meters.meter import Measure, Meter, Quantity, Told, as_told, pieces, times
from pricing.options import Choices

CHUNK = Decimal(64 * 1024)
"""Bytes of a billed chunk: 64 KB, taken as 65,536 bytes, since 256 KB (262,144 bytes) are four."""

PUSH_PLATFORMS = (
    "apns",
    "apns_sandbox",
    "macos",
    "macos_sandbox",
    "apns_voip",
    "apns_voip_sandbox",
    "apns_passbook",
    "apns_passbook_sandbox",
    "gcm",
    "adm",
    "baidu",
    "mpns",
    "wns",
)
"""Mobile push platforms, each with an SKU of its own."""

QUANTITIES = (
    Quantity(
        "sns.publish.average_bytes",
        "byte",
        "Mean size of a published message, body and attributes; decides how many 64 KB requests a message is.",
    ),
    Quantity(
        "sns.delivery.average_bytes",
        "byte",
        "Mean size of a delivered message; sns.publish.average_bytes when it is not told.",
    ),
)


def standard_only(resource: Resource) -> Unknown | None:
    """Why the prices of standard topics do not hold for a resource: FIFO topics have other meters."""
    if not isinstance(resource, Topic):
        return None
    if isinstance(resource.fifo, Unknown):
        return Unknown(resource.fifo.cause, "whether the topic is FIFO, which has other prices")
    return Unknown(Cause.UNDECIDED, "FIFO topics are not priced yet") if resource.fifo.value else None


def published(told: Told, _: Choices) -> Value[Decimal]:
    """One request per 64 KB (65,536 bytes) of each published message; a message has at least one.

    Derived from sns.publish.messages and sns.publish.average_bytes: every message is taken to have the mean size.
    A message of 256 KB is four requests. Without the size the number of requests is not known.
    """
    return times(told.quantity("sns.publish.messages"), _chunks(told.quantity("sns.publish.average_bytes")))


def _delivered(name: str, rule: str) -> Measure:
    """Deliveries counted per 64 KB of delivered data."""

    def measure(told: Told, _: Choices) -> Value[Decimal]:
        size = told.quantity("sns.delivery.average_bytes")
        if isinstance(size, Unknown):
            size = told.quantity("sns.publish.average_bytes")
        return times(told.quantity(name), _chunks(size))

    measure.__doc__ = rule
    return measure


def _chunks(size: Value[Decimal]) -> Value[Decimal]:
    return Known(pieces(size.value, CHUNK)) if isinstance(size, Known) else size


def _delivery(protocol: str, rule: str, *, chunked: bool = False) -> Meter:
    name = f"sns.delivery.{protocol}"
    measure = _delivered(name, rule) if chunked else as_told(name, rule)
    return Meter(id=name, unit="notification", dimension=name, measure=measure, excludes=standard_only)


METERS = (
    Meter(
        id="sns.publish.messages",
        unit="message",
        dimension="sns.requests",
        measure=published,
        excludes=standard_only,
    ),
    Meter(
        id="sns.api.requests",
        unit="request",
        dimension="sns.requests",
        measure=as_told(
            "sns.api.requests", "API requests other than publishing, by topic owners and subscribers: one request each."
        ),
    ),
    _delivery("http", "Delivery to HTTP or HTTPS, one per 64 KB delivered.", chunked=True),
    _delivery("email", "Delivery to e-mail or e-mail-JSON, one per 64 KB delivered.", chunked=True),
    _delivery(
        "firehose",
        "Delivery to Amazon Data Firehose, counted per 64 KB like HTTP, which no source confirms; "
        "Firehose charges its ingestion beside it.",
        chunked=True,
    ),
    _delivery("sqs", "Delivery to Amazon SQS costs nothing at SNS; SQS charges its own requests."),
    _delivery("lambda", "Delivery to AWS Lambda costs nothing at SNS; Lambda charges its own requests."),
    _delivery("sms", "Text messages, priced per message part by country, carrier and route."),
    *(
        _delivery(f"push.{platform}", f"Mobile push through {platform}; payloads are at most 4 KB, so never chunked.")
        for platform in PUSH_PLATFORMS
    ),
    Meter(
        id="sns.filter.body_gb",
        unit="GB",
        dimension="sns.filter.body",
        measure=as_told(
            "sns.filter.body_gb",
            "GB scanned by filter policies of scope MessageBody, matched or filtered out; attribute filters are free.",
        ),
        excludes=standard_only,
    ),
    Meter(
        id="sns.data_protection.scan_gb",
        unit="GB",
        dimension="sns.data_protection.scan",
        measure=as_told(
            "sns.data_protection.scan_gb",
            "GB scanned by a data protection policy; closed to new customers since 2026-04-30.",
        ),
    ),
    Meter(
        id="sns.data_protection.audit_gb",
        unit="GB",
        dimension="sns.data_protection.audit",
        measure=as_told("sns.data_protection.audit_gb", "GB reported by audit operations of a data protection policy."),
    ),
)
