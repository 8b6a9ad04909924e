"""Services around SES and SNS, as far as they are told: KMS, SQS, Lambda, CloudWatch, Firehose."""

from decimal import Decimal

from auditor.model.known import Known, Value
from pricing.meters.meter import Default, Meter, Quantity, Told, as_told, chunks, gb_seconds, times, told_or
from pricing.options import Choices

_SIZE = "sqs.requests.average_bytes"
_ONE_CHUNK = Default(_SIZE, "each request to SQS is taken to carry 64 KB at most, so that it counts once")
SQS_CHUNK = Decimal(64 * 1024)
"""Bytes of a billed request to SQS."""

QUANTITIES = (
    Quantity(
        _SIZE,
        "byte",
        "Mean payload of a request to SQS, which counts once per 64 KB; one when it is not told.",
        most=Decimal(1024 * 1024),
    ),
    Quantity("lambda.duration_ms", "millisecond", "Mean duration of an invocation; gives lambda.gb_seconds if absent."),
    Quantity("lambda.arm.duration_ms", "millisecond", "The same on Arm; gives lambda.arm.gb_seconds if absent."),
    Quantity("lambda.memory_mb", "MB", "Memory of a function; that of the inputs if absent.", most=Decimal(10_240)),
)


def queue_requests(name: str, kind: str) -> Meter:
    """The meter of requests to standard or FIFO queues."""

    def measure(told: Told, _: Choices) -> Value[Decimal]:
        size = told.quantity_or(_SIZE, Known(Decimal(1)))
        return times(told.quantity(name), chunks(size, SQS_CHUNK))

    measure.__doc__ = (
        f"API requests to {kind} queues, each once per 64 KB of payload (sqs.requests.average_bytes); without the "
        "size each counts once."
    )
    return Meter(
        id=name,
        unit="request",
        dimension=name,
        measure=measure,
        source="https://aws.amazon.com/sqs/pricing/",
        defaults=(_ONE_CHUNK,),
        mean_sizes=(_SIZE,),
    )


def duration(requests: str, milliseconds: str, name: str, dimension: str) -> Meter:
    """The meter of GB-seconds of functions on x86 or Arm."""

    def measure(told: Told, _: Choices) -> Value[Decimal]:
        return gb_seconds(told.quantity(requests), told.quantity(milliseconds), told.quantity("lambda.memory_mb"))

    measure.__doc__ = (
        f"GB-seconds (2^30 bytes), or derived: {requests} * {milliseconds} * lambda.memory_mb, rounded to 12 decimal "
        "places."
    )
    return Meter(
        id=name,
        unit="GB-second",
        dimension=dimension,
        measure=told_or(name, measure),
        source="https://aws.amazon.com/lambda/pricing/",
        implied_by=(requests, milliseconds),
    )


def _told(name: str, unit: str, rule: str, source: str, dimension: str = "") -> Meter:
    return Meter(id=name, unit=unit, dimension=dimension or name, measure=as_told(name, rule), source=source)


_KMS = "https://aws.amazon.com/kms/pricing/"
_CLOUDWATCH = "https://aws.amazon.com/cloudwatch/pricing/"
_LAMBDA = "https://aws.amazon.com/lambda/pricing/"

METERS = (
    _told("kms.keys", "key-month", "Customer managed keys, each for the part of the month in which it exists.", _KMS),
    _told("kms.requests", "request", "Requests with symmetric keys; listing and describing is free.", _KMS),
    _told("kms.requests.rsa_2048", "request", "Requests with asymmetric keys RSA 2048.", _KMS),
    _told("kms.requests.asymmetric", "request", "Requests with all other asymmetric keys.", _KMS),
    _told(
        "kms.requests.generate_data_key_pair_ecc", "request", "GenerateDataKeyPair for elliptic curve key pairs.", _KMS
    ),
    _told("kms.requests.generate_data_key_pair_rsa", "request", "GenerateDataKeyPair for RSA key pairs.", _KMS),
    queue_requests("sqs.requests.standard", "standard"),
    queue_requests("sqs.requests.fifo", "FIFO"),
    _told("lambda.requests", "request", "Invocations of functions on x86.", _LAMBDA),
    duration("lambda.requests", "lambda.duration_ms", "lambda.gb_seconds", "lambda.duration"),
    _told("lambda.arm.requests", "request", "Invocations of functions on Arm.", _LAMBDA, "lambda.requests.arm"),
    duration("lambda.arm.requests", "lambda.arm.duration_ms", "lambda.arm.gb_seconds", "lambda.duration.arm"),
    _told("cloudwatch.metrics", "metric-month", "Custom metrics, by the part of the month they get data.", _CLOUDWATCH),
    _told("cloudwatch.alarms", "alarm-month", "Alarms of standard resolution, per metric.", _CLOUDWATCH),
    _told(
        "cloudwatch.alarms.high_resolution", "alarm-month", "Alarms of high resolution (10 or 30 seconds).", _CLOUDWATCH
    ),
    _told("cloudwatch.alarms.composite", "alarm-month", "Composite alarms.", _CLOUDWATCH),
    _told(
        "firehose.ingestion.gb",
        "GB",
        "Data ingested by Firehose, each record rounded up to 5 KB.",
        "https://aws.amazon.com/firehose/pricing/",
        "firehose.ingestion",
    ),
)
