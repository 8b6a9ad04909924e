"""Amazon SES: sending, receiving, dedicated IPs, Virtual Deliverability Manager and the other per-use features.

Sources: https://aws.amazon.com/ses/pricing/ and
https://docs.aws.amazon.com/ses/latest/dg/ ("Understanding your Amazon SES bill" and the pages of each feature).
"""

from decimal import Decimal

from auditor.model.known import Known, Value
from pricing.meters.meter import Meter, Quantity, Told, as_told, pieces, times
from pricing.money import EXACT, quotient
from pricing.options import Choices

CHUNK = Decimal(256 * 1024)
"""Bytes of an inbound chunk: 256 KB, taken as 2^10-based like the size limits of SES."""

_GB = Decimal(10**9)

QUANTITIES = (
    Quantity(
        "ses.inbound.average_bytes",
        "byte",
        "Mean size of a received mail with headers and attachments; gives ses.inbound.chunks_256kb if absent.",
    ),
)


def attachments(told: Told, choices: Choices) -> Value[Decimal]:
    """GB of attachments, each counted once per recipient; told in GB of 10^9 bytes.

    Sources disagree on what AWS calls a GB here and on whether the encoded size counts: see the options
    ses.attachments.gb_bytes and ses.attachments.encoding. Billed fractions are rounded to 12 decimal places.
    """
    amount = told.quantity("ses.attachments.gb")
    if not isinstance(amount, Known):
        return amount
    size = EXACT.multiply(amount.value, _GB)
    divisor = Decimal(choices["ses.attachments.gb_bytes"])
    if choices["ses.attachments.encoding"] == "base64":
        size, divisor = EXACT.multiply(size, Decimal(4)), divisor * 3
    return Known(quotient(size, divisor))


def inbound_chunks(told: Told, choices: Choices) -> Value[Decimal]:
    """Chunks of 256 KB (262,144 bytes) of received mail: headers, content and attachments.

    Told as chunks, or derived from ses.inbound.messages and ses.inbound.average_bytes. Derived numbers treat every
    mail as having the mean size. Whether a chunk that is not full counts is the option ses.inbound.chunk_rounding.
    """
    if told.mentions("ses.inbound.chunks_256kb"):
        return told.quantity("ses.inbound.chunks_256kb")
    size = told.quantity("ses.inbound.average_bytes")
    up = choices["ses.inbound.chunk_rounding"] == "up"
    each = Known(pieces(size.value, CHUNK, up=up)) if isinstance(size, Known) else size
    return times(told.quantity("ses.inbound.messages"), each)


def plan(told: Told, _: Choices) -> Value[Decimal]:
    """The monthly fee of PRO and ENTERPRISE, once in every Region that has the plan."""
    return told.quantity("ses.plan")


def _meter(
    name: str,
    unit: str,
    rule: str,
    dimension: str = "",
    *,
    implied_by: tuple[str, ...] = (),
    extra_of_plan: bool = False,
) -> Meter:
    """A meter that bills the quantity as it is told."""
    return Meter(
        id=name,
        unit=unit,
        dimension=dimension or name,
        measure=as_told(name, rule),
        implied_by=implied_by,
        extra_of_plan=extra_of_plan,
    )


METERS = (
    _meter(
        "ses.outbound.recipients",
        "recipient",
        "One charge per recipient of a mail that SES accepted: one mail to 10 addresses is 10. Failed calls are free; "
        "a delegate sender pays for what it sends. The price depends on the SES plan of the account and Region.",
        "ses.outbound",
    ),
    _meter(
        "ses.simulator.recipients",
        "recipient",
        "Mail to the mailbox simulator is billed like other mail.",
        "ses.simulator",
        extra_of_plan=True,
    ),
    _meter(
        "ses.simulator.ec2_recipients",
        "recipient",
        "Mail to the mailbox simulator that is sent from Amazon EC2: the same price, with a free allowance of its own.",
        "ses.simulator.ec2",
        extra_of_plan=True,
    ),
    Meter(
        id="ses.attachments.gb",
        unit="GB",
        dimension="ses.attachments",
        measure=attachments,
        implied_by=("ses.outbound.recipients",),
        options=("ses.attachments.gb_bytes", "ses.attachments.encoding"),
        extra_of_plan=True,
    ),
    _meter(
        "ses.data_transfer.out_gb",
        "GB",
        "Mail that leaves to the internet, in GB of 10^9 bytes; charged beside attachments at AWS's rates of data "
        "transfer out, whose tiers count the traffic of all services of the account in the Region.",
        "data_transfer.out_internet",
        implied_by=("ses.outbound.recipients",),
        extra_of_plan=True,
    ),
    _meter(
        "ses.inbound.messages",
        "message",
        "Every received mail that was accepted; refused in the SMTP conversation is free, refused as a virus is not.",
        extra_of_plan=True,
    ),
    Meter(
        id="ses.inbound.chunks_256kb",
        unit="chunk",
        dimension="ses.inbound.chunks_256kb",
        measure=inbound_chunks,
        implied_by=("ses.inbound.messages", "ses.inbound.average_bytes"),
        options=("ses.inbound.chunk_rounding",),
        extra_of_plan=True,
    ),
    _meter(
        "ses.dedicated_ip.standard",
        "IP-month",
        "Dedicated IPs (standard) leased, each for the whole month; part of a month is told as a fraction.",
    ),
    _meter(
        "ses.dedicated_ip.managed.subscriptions",
        "account-month",
        "The subscription to dedicated IPs (managed), 1 in each Region that uses them; included in PRO and ENTERPRISE.",
        implied_by=("ses.dedicated_ip.managed.emails",),
    ),
    _meter(
        "ses.dedicated_ip.managed.emails",
        "email",
        "Mail sent through dedicated IPs (managed), on top of the charge per recipient.",
    ),
    _meter(
        "ses.vdm.emails",
        "email",
        "Mail sent while Virtual Deliverability Manager is on, on top of the charge per recipient; included in plans.",
    ),
    _meter(
        "ses.global_endpoint.emails",
        "email",
        "Mail sent through a multi-Region endpoint, on top of the charge per recipient; included in ENTERPRISE.",
    ),
    _meter("ses.tenants", "tenant-month", "Tenants that exist in the month; ENTERPRISE includes 1,000."),
    _meter("ses.tenants.emails", "email", "Mail sent by tenants, on top of the charge per recipient."),
    _meter(
        "ses.validation.recipients",
        "recipient",
        "Addresses validated with the e-mail address insights API; PRO includes 2,500 and ENTERPRISE 5,000 a month.",
        "ses.validation",
    ),
    Meter(id="ses.plan", unit="month", dimension="ses.plan", measure=plan, in_usage=False),
)
