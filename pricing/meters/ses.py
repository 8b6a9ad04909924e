"""Amazon SES: sending, receiving, dedicated IPs, deliverability, validation, tenants, event publishing.

Mail Manager has a module of its own. The price of most dimensions depends on the pricing plan of account and Region:
https://docs.aws.amazon.com/ses/latest/dg/pricing-plans.html
"""

from decimal import Decimal

from auditor.model.known import Known, Value
from pricing.meters.meter import Meter, Quantity, Told, as_told, pieces, times, told_or
from pricing.money import EXACT, quotient
from pricing.options import Choices

PRICING = "https://aws.amazon.com/ses/pricing/"
BILLS = "https://docs.aws.amazon.com/ses/latest/dg/ses-understanding-your-bill.html"
_GUIDE = "https://docs.aws.amazon.com/ses/latest/dg"

CHUNK = Decimal(256 * 1024)
"""Bytes of an inbound chunk: 256 KB, taken as 2^10-based like the size limits of SES."""

_GB = Decimal(10**9)

SENT = ("ses.outbound.recipients", "ses.outbound.ec2_recipients")
"""Quantities that tell that mail is sent."""

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


def mail_chunks(messages: str, average_bytes: str, told: Told, choices: Choices) -> Value[Decimal]:
    """Chunks of mail that is told by number and mean size, rounded as the option ses.inbound.chunk_rounding says."""
    size = told.quantity(average_bytes)
    up = choices["ses.inbound.chunk_rounding"] == "up"
    each = Known(pieces(size.value, CHUNK, up=up)) if isinstance(size, Known) else size
    return times(told.quantity(messages), each)


def inbound_chunks(told: Told, choices: Choices) -> Value[Decimal]:
    """Chunks of 256 KB (262,144 bytes) of received mail: headers, content and attachments.

    Told as chunks, or derived from ses.inbound.messages and ses.inbound.average_bytes. Derived numbers treat every
    mail as having the mean size. Whether a chunk that is not full counts is the option ses.inbound.chunk_rounding.
    """
    return mail_chunks("ses.inbound.messages", "ses.inbound.average_bytes", told, choices)


def leased(told: Told, choices: Choices) -> Value[Decimal]:
    """Dedicated IPs (standard) leased; one that is leased for a part of the month is told as that part of 1.

    Whether AWS charges that part or the whole month is the option ses.dedicated_ip.proration.
    """
    amount = told.quantity("ses.dedicated_ip.standard")
    if not isinstance(amount, Known) or choices["ses.dedicated_ip.proration"] == "part":
        return amount
    whole, part = divmod(amount.value, Decimal(1))
    return Known(whole + (1 if part else 0))


def plan(told: Told, _: Choices) -> Value[Decimal]:
    """The monthly fee of PRO and ENTERPRISE, once for every account in every Region that has the plan.

    What a plan costs that is chosen in the course of a month is the option ses.plan.proration.
    """
    return told.quantity("ses.plan")


def _meter(  # noqa: PLR0913 - a row of the table below
    name: str,
    unit: str,
    rule: str,
    dimension: str = "",
    *,
    source: str = PRICING,
    implied_by: tuple[str, ...] = (),
    options: tuple[str, ...] = (),
    extra_of_plan: bool = False,
    dimension_on_plan: str = "",
) -> Meter:
    """A meter that bills the quantity as it is told."""
    return Meter(
        id=name,
        unit=unit,
        dimension=dimension or name,
        measure=as_told(name, rule),
        source=source,
        implied_by=implied_by,
        options=options,
        extra_of_plan=extra_of_plan,
        dimension_on_plan=dimension_on_plan,
    )


_SENDING = (
    _meter(
        "ses.outbound.recipients",
        "recipient",
        "One charge per recipient of a mail that SES accepted: one mail to 10 addresses is 10. Failed calls are free; "
        "a delegate sender pays for what it sends. The price depends on the SES plan of the account and Region.",
        "ses.outbound",
        source=BILLS,
    ),
    _meter(
        "ses.outbound.ec2_recipients",
        "recipient",
        "Mail sent from Amazon EC2, where the bill has it apart (Recipients-EC2): the price of other mail, with a free "
        "allowance of its own until 2023-07. On a plan it counts with all other mail.",
        "ses.outbound.ec2",
        source=BILLS,
        dimension_on_plan="ses.outbound",
    ),
    _meter(
        "ses.simulator.recipients",
        "recipient",
        "Mail to the mailbox simulator is billed like other mail.",
        "ses.simulator",
        source=f"{_GUIDE}/send-an-email-from-console.html",
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
        source=PRICING,
        implied_by=SENT,
        options=("ses.attachments.gb_bytes", "ses.attachments.encoding"),
        extra_of_plan=True,
    ),
    _meter(
        "ses.data_transfer.out_gb",
        "GB",
        "Mail that leaves to the internet, in GB of 10^9 bytes; charged beside attachments at AWS's rates of data "
        "transfer out, whose tiers count the traffic of all services of the account in the Region.",
        "data_transfer.out_internet",
        implied_by=SENT,
        extra_of_plan=True,
    ),
)

_RECEIVING = (
    _meter(
        "ses.inbound.messages",
        "message",
        "Every received mail that was accepted; refused in the SMTP conversation is free, refused as a virus is not.",
        source=f"{_GUIDE}/receiving-email-concepts.html",
        extra_of_plan=True,
    ),
    Meter(
        id="ses.inbound.chunks_256kb",
        unit="chunk",
        dimension="ses.inbound.chunks_256kb",
        measure=told_or("ses.inbound.chunks_256kb", inbound_chunks),
        source=PRICING,
        implied_by=("ses.inbound.messages", "ses.inbound.average_bytes"),
        options=("ses.inbound.chunk_rounding",),
        assumption="every mail has the mean size that is told",
        extra_of_plan=True,
    ),
)

_DEDICATED_IPS = (
    Meter(
        id="ses.dedicated_ip.standard",
        unit="IP-month",
        dimension="ses.dedicated_ip.standard",
        measure=leased,
        source=f"{_GUIDE}/dedicated-ip.html",
        options=("ses.dedicated_ip.proration",),
    ),
    _meter(
        "ses.dedicated_ip.managed.subscriptions",
        "account-month",
        "The subscription to dedicated IPs (managed), 1 in each Region that uses them; included in PRO and ENTERPRISE. "
        "Whether AWS charges it in every Region or once is the option ses.dedicated_ip.managed_scope.",
        source=f"{_GUIDE}/managed-dedicated-sending.html",
        implied_by=("ses.dedicated_ip.managed.emails",),
        options=("ses.dedicated_ip.managed_scope",),
    ),
    _meter(
        "ses.dedicated_ip.managed.emails",
        "email",
        "Mail sent through dedicated IPs (managed), on top of the charge per recipient.",
        source=f"{_GUIDE}/managed-dedicated-sending.html",
    ),
)

_DELIVERABILITY = (
    _meter(
        "ses.vdm.emails",
        "email",
        "Mail sent while Virtual Deliverability Manager is on, on top of the charge per recipient; included in plans.",
        source=f"{_GUIDE}/vdm.html",
    ),
    _meter(
        "ses.vdm.queries",
        "query",
        "Queries of Virtual Deliverability Manager's data (dashboard, advisor and their API).",
        source=f"{_GUIDE}/vdm.html",
    ),
    _meter(
        "ses.deliverability.subscriptions",
        "account-month",
        "The subscription to global deliverability (inbox placement, blocklists), 1 in each Region that uses it; "
        "included in PRO and ENTERPRISE.",
        source=f"{_GUIDE}/vdm-global-deliverability.html",
    ),
    _meter(
        "ses.deliverability.domains",
        "domain-month",
        "Sending domains that global deliverability monitors; PRO includes 1 and ENTERPRISE 5.",
        source=f"{_GUIDE}/vdm-global-deliverability.html",
    ),
    _meter(
        "ses.deliverability.ips",
        "IP-month",
        "Sending IPs that global deliverability monitors; PRO includes 1 and ENTERPRISE 12.",
        source=f"{_GUIDE}/vdm-global-deliverability.html",
    ),
    _meter(
        "ses.deliverability.placement_tests",
        "test",
        "Inbox placement tests of global deliverability; PRO includes 5 and ENTERPRISE 25 a month.",
        source=f"{_GUIDE}/vdm-global-deliverability.html",
    ),
)

_FEATURES = (
    _meter(
        "ses.global_endpoint.emails",
        "email",
        "Mail sent through a multi-Region endpoint, on top of the charge per recipient; included in ENTERPRISE.",
        source=f"{_GUIDE}/global-endpoints.html",
    ),
    _meter(
        "ses.tenants",
        "tenant-month",
        "Tenants that exist in the month; ENTERPRISE includes 1,000.",
        source=f"{_GUIDE}/tenants.html",
    ),
    _meter(
        "ses.tenants.emails",
        "email",
        "Mail sent by tenants, on top of the charge per recipient.",
        source=f"{_GUIDE}/tenants.html",
    ),
    _meter(
        "ses.validation.recipients",
        "recipient",
        "Addresses validated with the e-mail address insights API; PRO includes 2,500 and ENTERPRISE 5,000 a month.",
        "ses.validation",
        source=f"{_GUIDE}/email-validation-api.html",
    ),
    _meter(
        "ses.validation.automatic_emails",
        "email",
        "Mail whose recipients SES validates by itself (automatic validation), on top of the charge per recipient; "
        "included in PRO and ENTERPRISE.",
        "ses.validation.automatic",
        source=f"{_GUIDE}/email-validation-auto.html",
    ),
)

_EVENTS = (
    _meter(
        "ses.events.cloudwatch_metrics",
        "metric-month",
        "Custom metrics that event publishing to CloudWatch creates: one for every event type and every value of a "
        "dimension that occurs, for the part of the month in which it does. CloudWatch charges them.",
        "cloudwatch.metrics",
        source=f"{_GUIDE}/event-publishing-add-event-destination-cloudwatch.html",
    ),
    _meter(
        "ses.events.cloudwatch_alarms",
        "alarm-month",
        "CloudWatch alarms (standard resolution) on the metrics of sending, such as bounce and complaint rates.",
        "cloudwatch.alarms",
        source="https://aws.amazon.com/cloudwatch/pricing/",
    ),
    _meter(
        "ses.events.firehose_gb",
        "GB",
        "Events that are published to Amazon Data Firehose, each rounded up to 5 KB; Firehose charges their ingestion.",
        "firehose.ingestion",
        source="https://aws.amazon.com/firehose/pricing/",
    ),
)

METERS = (
    *_SENDING,
    *_RECEIVING,
    *_DEDICATED_IPS,
    *_DELIVERABILITY,
    *_FEATURES,
    *_EVENTS,
    Meter(
        id="ses.plan",
        unit="month",
        dimension="ses.plan",
        measure=plan,
        source=PRICING,
        in_usage=False,
        options=("ses.plan.proration",),
    ),
)
