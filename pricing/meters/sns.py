"""Amazon SNS, standard topics: requests, deliveries, payload filters, message data protection.

FIFO topics, text messages and what SNS makes other services charge have modules of their own.
"""

from decimal import Decimal

from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.resource import Resource
from auditor.model.sns import Topic
from pricing.meters.meter import PER_GB, Default, Measure, Meter, Quantity, Told, as_told, chunks, pieces, plus, times
from pricing.options import Choices

PRICING = "https://aws.amazon.com/sns/pricing/"
_GUIDE = "https://docs.aws.amazon.com/sns/latest/dg"

CHUNK = Decimal(64 * 1024)
"""Bytes of a billed chunk: 64 KB, taken as 65,536 bytes, since 256 KB (262,144 bytes) are four."""
LARGEST = Decimal(1024 * 1024)
"""Bytes of the largest message (topic attribute MaximumMessageSize, since 2026-09-18)."""
LARGEST_BATCH = Decimal(10)
"""Messages of a PublishBatch request, at most."""

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

MESSAGES, SIZE, BATCH = "sns.publish.messages", "sns.publish.average_bytes", "sns.publish.batch_size"
DELIVERED_SIZE = "sns.delivery.average_bytes"
OUT_GB = "sns.data_transfer.out_gb"
HTTP, RETRIES = "sns.delivery.http", "sns.delivery.http_retries"

QUANTITIES = (
    Quantity(
        SIZE,
        "byte",
        "Mean size of a published message, body and attributes; decides how many 64 KB requests a message is.",
        most=LARGEST,
    ),
    Quantity(
        BATCH,
        "message",
        "Mean number of messages of a PublishBatch request, 1 to 10; 1 when it is not told: every message is published "
        "by itself.",
        least=Decimal(1),
        most=LARGEST_BATCH,
    ),
    Quantity(
        DELIVERED_SIZE,
        "byte",
        "Mean size of a delivered message; sns.publish.average_bytes when it is not told.",
        most=LARGEST,
    ),
)


ONE_BY_ONE = Default(BATCH, "each message is published by a request of its own")
AS_PUBLISHED = Default(DELIVERED_SIZE, "messages are delivered with the size they are published with")
_NO_OTHERS = Default("sns.api.requests", "no requests of topic owners and subscribers are counted")
_NO_RETRIES = Default(RETRIES, "no delivery to HTTP is repeated")
_NO_TRAFFIC = Default(OUT_GB, "traffic of deliveries by e-mail and mobile push is not counted")


def standard_only(resource: Resource) -> Unknown | None:
    """Why the prices of standard topics do not hold for a resource: FIFO topics have other meters."""
    if not isinstance(resource, Topic):
        return None
    if isinstance(resource.fifo, Unknown) and not (resource.name.literal or "").endswith(".fifo"):
        return Unknown(resource.fifo.cause, "whether the topic is FIFO, which has other prices")
    return Unknown(Cause.UNDECIDED, "a FIFO topic delivers to SQS queues only") if is_fifo(resource) else None


def is_fifo(resource: Resource) -> bool:
    """Whether a topic certainly is FIFO; the name of a FIFO topic, and of no other, ends with ``.fifo``."""
    if not isinstance(resource, Topic):
        return False
    fifo = resource.fifo
    return fifo.value if isinstance(fifo, Known) else (resource.name.literal or "").endswith(".fifo")


def published(told: Told, _: Choices) -> Value[Decimal]:
    """One request per 64 KB (65,536 bytes) of each published message; a message has at least one.

    Derived from sns.publish.messages and sns.publish.average_bytes: every message is taken to have the mean size. A
    message of 256 KB is four requests, one of 1 MiB is 16. A batch (PublishBatch) is charged by the sum of its
    messages: with sns.publish.batch_size, batches of that many messages are counted. Without the size the number of
    requests is not known.
    """
    messages, size = told.quantity(MESSAGES), told.quantity(SIZE)
    batch = told.quantity_or(BATCH, Known(Decimal(1)))
    return times(batches(messages, batch), chunks(times(size, batch), CHUNK))


def batches(messages: Value[Decimal], size: Value[Decimal]) -> Value[Decimal]:
    """How many batches messages make, the last one counted even if it is not full."""
    if isinstance(messages, Known) and messages.value == 0:
        return messages
    if isinstance(messages, Unknown) or isinstance(size, Unknown):
        return messages if isinstance(messages, Unknown) else size
    return messages if size.value == 1 else Known(pieces(messages.value, size.value))


def delivered_size(told: Told) -> Value[Decimal]:
    """Bytes of a delivered message; those of a published one where they are not told."""
    return told.quantity_or(DELIVERED_SIZE, told.quantity(SIZE))


def retries(told: Told, choices: Choices) -> Value[Decimal]:
    """Repeated attempts to deliver to HTTP or HTTPS, one per 64 KB like first attempts.

    SNS tries again after server errors (5xx, 429), three times by default. Whether AWS charges the repetitions is the
    option sns.http.retries.
    """
    if choices["sns.http.retries"] == "free":
        return times(Known(Decimal(0)), told.quantity(RETRIES))
    return times(told.quantity(RETRIES), chunks(delivered_size(told), CHUNK))


def sent_out(told: Told, _: Choices) -> Value[Decimal]:
    """GB of 10^9 bytes that leave to the internet, charged at AWS's rates of data transfer out.

    Told, or derived from the deliveries and repetitions to HTTP and the mean size of a message.
    """
    if told.mentions(OUT_GB):
        return told.quantity(OUT_GB)
    none: Value[Decimal] = Known(Decimal(0))
    attempts = plus(told.quantity_or(HTTP, none), told.quantity_or(RETRIES, none))
    return times(attempts, delivered_size(told), Known(PER_GB))


def _delivered(name: str, rule: str) -> Measure:
    """Deliveries counted per 64 KB of delivered data."""

    def measure(told: Told, _: Choices) -> Value[Decimal]:
        return times(told.quantity(name), chunks(delivered_size(told), CHUNK))

    measure.__doc__ = rule
    return measure


def _delivery(
    protocol: str,
    rule: str,
    *,
    chunked: bool = False,
    source: str = PRICING,
    price_from: str = "",
    defaults: tuple[Default, ...] = (),
) -> Meter:
    name = f"sns.delivery.{protocol}"
    measure = _delivered(name, rule) if chunked else as_told(name, rule)
    return Meter(
        id=name,
        unit="notification",
        dimension=name,
        measure=measure,
        source=source,
        excludes=standard_only,
        price_from=price_from,
        defaults=(AS_PUBLISHED, *defaults) if chunked else defaults,
        mean_sizes=(SIZE, DELIVERED_SIZE) if chunked else (),
    )


METERS = (
    Meter(
        id=MESSAGES,
        unit="message",
        dimension="sns.requests",
        measure=published,
        source=f"{_GUIDE}/sns-batch-api-actions.html",
        excludes=standard_only,
        defaults=(ONE_BY_ONE, _NO_OTHERS),
        mean_sizes=(SIZE,),
    ),
    Meter(
        id="sns.api.requests",
        unit="request",
        dimension="sns.requests",
        measure=as_told(
            "sns.api.requests", "API requests other than publishing, by topic owners and subscribers: one request each."
        ),
        source=PRICING,
    ),
    _delivery("http", "Delivery to HTTP or HTTPS, one per 64 KB delivered.", chunked=True, defaults=(_NO_RETRIES,)),
    Meter(
        id=RETRIES,
        unit="attempt",
        dimension=HTTP,
        measure=retries,
        source=f"{_GUIDE}/sns-message-delivery-retries.html",
        options=("sns.http.retries",),
        excludes=standard_only,
        defaults=(AS_PUBLISHED,),
        mean_sizes=(SIZE, DELIVERED_SIZE),
    ),
    _delivery(
        "email",
        "Delivery to e-mail or e-mail-JSON, one per 64 KB delivered.",
        chunked=True,
        defaults=(_NO_TRAFFIC,),
    ),
    _delivery(
        "firehose",
        "Delivery to Amazon Data Firehose, counted per 64 KB like HTTP, which no source confirms; "
        "Firehose charges its ingestion beside it.",
        chunked=True,
    ),
    _delivery("sqs", "Delivery to Amazon SQS costs nothing at SNS; SQS charges its own requests."),
    _delivery("lambda", "Delivery to AWS Lambda costs nothing at SNS; Lambda charges its own requests."),
    _delivery(
        "sms",
        "Text messages to countries that are not told, by message part (140 bytes: 160 GSM or 70 other characters). "
        "They cost what sns.sms.price_per_part says; without it no price is known. By country: sns.sms.us.parts …",
        source="https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html",
        price_from="sns.sms.price_per_part",
    ),
    *(
        _delivery(
            f"push.{platform}",
            f"Mobile push through {platform}; payloads are at most 4 KB, so never chunked.",
            source=f"{_GUIDE}/sns-mobile-application-as-subscriber.html",
            defaults=(_NO_TRAFFIC,),
        )
        for platform in PUSH_PLATFORMS
    ),
    Meter(
        id=OUT_GB,
        unit="GB",
        dimension="data_transfer.out_internet",
        measure=sent_out,
        source=PRICING,
        implied_by=(HTTP, RETRIES),
        excludes=standard_only,
        defaults=(AS_PUBLISHED, _NO_RETRIES, Default(HTTP, "only repeated attempts are counted as traffic")),
        assumption="deliveries to HTTP leave to the internet and carry the message without headers",
    ),
    Meter(
        id="sns.filter.body_gb",
        unit="GB",
        dimension="sns.filter.body",
        measure=as_told(
            "sns.filter.body_gb",
            "GB scanned by filter policies of scope MessageBody, matched or filtered out; attribute filters are free.",
        ),
        source=f"{_GUIDE}/sns-message-filtering-scope.html",
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
        source=f"{_GUIDE}/sns-message-data-protection-availability-change.html",
        excludes=standard_only,
    ),
    Meter(
        id="sns.data_protection.audit_gb",
        unit="GB",
        dimension="sns.data_protection.audit",
        measure=as_told("sns.data_protection.audit_gb", "GB reported by audit operations of a data protection policy."),
        source=f"{_GUIDE}/sns-message-data-protection-operations.html",
        excludes=standard_only,
    ),
)
