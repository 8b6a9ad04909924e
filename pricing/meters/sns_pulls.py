"""What Amazon SNS makes other services charge: SQS, Lambda, Firehose and KMS.

Each is told, or derived from the deliveries of topics; resources of those services have their own meters.
"""

from decimal import Decimal

from auditor.model.known import Known, Value
from pricing.meters.meter import Meter, Quantity, Told, as_told, chunks, gb_seconds, times, told_or
from pricing.meters.sns import AS_PUBLISHED, CHUNK, DELIVERED_SIZE, SIZE, delivered_size, standard_only
from pricing.meters.sns_fifo import DELIVERED, PUBLISHED, SUBSCRIPTIONS, delivered
from pricing.money import EXACT, quotient
from pricing.options import Choices

PRINCIPALS, MANAGED_PRINCIPALS = "sns.kms.publishing_principals", "sns.kms.aws_managed_principals"
DURATION, MEMORY = "sns.lambda.duration_ms", "sns.lambda.memory_mb"

DATA_KEY_SECONDS = Decimal(300)
"""How long SNS uses a data key again."""
FIREHOSE_STEP = Decimal(5 * 1024)
"""Bytes to whose multiples Firehose rounds each record up."""
_GIB = Decimal(1024**3)

QUANTITIES = (
    Quantity(
        PRINCIPALS,
        "principal",
        "Principals (roles, users, services) that publish to a topic which is encrypted with a customer managed key; "
        "gives sns.kms.requests if absent.",
    ),
    Quantity(
        MANAGED_PRINCIPALS,
        "principal",
        "Principals that publish to a topic which is encrypted with alias/aws/sns; gives sns.kms.aws_managed_requests "
        "if absent.",
    ),
    Quantity(DURATION, "millisecond", "Mean duration of a function that a topic invokes."),
    Quantity(
        MEMORY, "MB", "Memory of a function that a topic invokes; that of the inputs if absent.", most=Decimal(10_240)
    ),
)


def queue_requests(told: Told, _: Choices) -> Value[Decimal]:
    """Requests to SQS: each delivered message is sent, received and deleted once.

    Sending and receiving count once per 64 KB. Consumers that receive or delete in batches make fewer, those that poll
    empty queues more: then tell the number.
    """
    return _queued(told.quantity("sns.delivery.sqs"), told)


def fifo_queue_requests(told: Told, choices: Choices) -> Value[Decimal]:
    """Requests to SQS FIFO queues that subscribe to FIFO topics: each message is sent, received and deleted once."""
    return _queued(told.quantity(DELIVERED) if told.mentions(DELIVERED) else delivered(told, choices), told)


def _queued(messages: Value[Decimal], told: Told) -> Value[Decimal]:
    return times(messages, requests_per_message(delivered_size(told)))


def requests_per_message(size: Value[Decimal]) -> Value[Decimal]:
    """Requests to SQS for a message of a size: sent and received once per 64 KB, deleted once."""
    parts = chunks(size, CHUNK)
    return Known(EXACT.add(EXACT.multiply(parts.value, Decimal(2)), Decimal(1))) if isinstance(parts, Known) else parts


def invocations(told: Told, _: Choices) -> Value[Decimal]:
    """Requests to Lambda: one per message delivered to a function; retries after errors are not counted."""
    return told.quantity("sns.delivery.lambda")


def duration(told: Told, choices: Choices) -> Value[Decimal]:
    """GB-seconds (2^30 bytes) of functions that topics invoke: invocations times duration times memory.

    Derived from sns.lambda.duration_ms and the memory and architecture of functions that the inputs tell; with
    sns.lambda.memory_mb at the price of x86: for Arm tell sns.lambda.arm_gb_seconds, and 0 here. Rounded to 12 decimal
    places.
    """
    count = told.quantity("sns.lambda.requests") if told.mentions("sns.lambda.requests") else invocations(told, choices)
    return gb_seconds(count, told.quantity(DURATION), told.quantity(MEMORY))


def ingested(told: Told, _: Choices) -> Value[Decimal]:
    """GB (2^30 bytes) that Firehose ingests: each delivered message rounded up to a multiple of 5 KB (5,120 bytes).

    Rounded to 12 decimal places.
    """
    steps = chunks(delivered_size(told), FIREHOSE_STEP)
    product = times(told.quantity("sns.delivery.firehose"), steps, Known(FIREHOSE_STEP))
    return Known(quotient(product.value, _GIB)) if isinstance(product, Known) else product


def key_requests(told: Told, _: Choices) -> Value[Decimal]:
    """Requests to KMS of an encrypted topic: B / D * 2P.

    B are the seconds of the month, D the 300 seconds for which SNS uses a data key again, P the principals that publish
    (sns.kms.publishing_principals). It does not depend on the number of messages; AWS says that there may be more.
    """
    return _key_requests(told.quantity(PRINCIPALS), told)


def managed_key_requests(told: Told, choices: Choices) -> Value[Decimal]:
    """Requests to KMS of topics that are encrypted with the AWS managed key alias/aws/sns, counted as for other keys.

    Whether they are billed is the option sns.kms.aws_managed_key. The key itself costs nothing.
    """
    found = _key_requests(told.quantity(MANAGED_PRINCIPALS), told)
    return times(Known(Decimal(0)), found) if choices["sns.kms.aws_managed_key"] == "free" else found


def _key_requests(principals: Value[Decimal], told: Told) -> Value[Decimal]:
    periods = quotient(told.seconds, DATA_KEY_SECONDS)
    return times(principals, Known(Decimal(2)), Known(periods))


_KMS = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
_SQS = "https://aws.amazon.com/sqs/pricing/"
_LAMBDA = "https://aws.amazon.com/lambda/pricing/"

METERS = (
    Meter(
        id="sns.sqs.requests",
        unit="request",
        dimension="sqs.requests.standard",
        measure=told_or("sns.sqs.requests", queue_requests),
        source=_SQS,
        implied_by=("sns.delivery.sqs",),
        excludes=standard_only,
        defaults=(AS_PUBLISHED,),
        mean_sizes=(SIZE, DELIVERED_SIZE),
        assumption="each message is sent, received and deleted by one request each",
    ),
    Meter(
        id="sns.fifo.sqs.requests",
        unit="request",
        dimension="sqs.requests.fifo",
        measure=told_or("sns.fifo.sqs.requests", fifo_queue_requests),
        source=_SQS,
        implied_by=(DELIVERED, PUBLISHED, SUBSCRIPTIONS),
        defaults=(AS_PUBLISHED,),
        mean_sizes=(SIZE, DELIVERED_SIZE),
        assumption="the queues are FIFO, no message is filtered out, and each is sent, received and deleted by one "
        "request each",
    ),
    Meter(
        id="sns.lambda.requests",
        unit="request",
        dimension="lambda.requests",
        measure=told_or("sns.lambda.requests", invocations),
        source=_LAMBDA,
        implied_by=("sns.delivery.lambda",),
        excludes=standard_only,
        assumption="no invocation is repeated",
    ),
    Meter(
        id="sns.lambda.gb_seconds",
        unit="GB-second",
        dimension="lambda.duration",
        measure=told_or("sns.lambda.gb_seconds", duration),
        source=_LAMBDA,
        implied_by=("sns.delivery.lambda", "sns.lambda.requests"),
        excludes=standard_only,
        assumption="functions run on x86",
    ),
    Meter(
        id="sns.lambda.arm_gb_seconds",
        unit="GB-second",
        dimension="lambda.duration.arm",
        measure=as_told("sns.lambda.arm_gb_seconds", "GB-seconds of functions on Arm that topics invoke."),
        source=_LAMBDA,
        excludes=standard_only,
    ),
    Meter(
        id="sns.firehose.ingestion_gb",
        unit="GB",
        dimension="firehose.ingestion",
        measure=told_or("sns.firehose.ingestion_gb", ingested),
        source="https://aws.amazon.com/firehose/pricing/",
        implied_by=("sns.delivery.firehose",),
        excludes=standard_only,
        defaults=(AS_PUBLISHED,),
        mean_sizes=(SIZE, DELIVERED_SIZE),
        assumption="each message is one record",
    ),
    Meter(
        id="sns.kms.requests",
        unit="request",
        dimension="kms.requests",
        measure=told_or("sns.kms.requests", key_requests),
        source=_KMS,
        implied_by=(PRINCIPALS,),
        assumption="publishing goes on all month, and KMS is asked as often as AWS's formula B / D * 2P says",
    ),
    Meter(
        id="sns.kms.aws_managed_requests",
        unit="request",
        dimension="kms.requests",
        measure=told_or("sns.kms.aws_managed_requests", managed_key_requests),
        source=_KMS,
        implied_by=(MANAGED_PRINCIPALS,),
        options=("sns.kms.aws_managed_key",),
        assumption="publishing goes on all month, and KMS is asked as often as AWS's formula B / D * 2P says",
    ),
)
