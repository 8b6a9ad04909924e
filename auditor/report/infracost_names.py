"""Names that cost components have in the Infracost-shaped output: those of Infracost where it prices the same.

Source: the resources of Infracost, https://www.infracost.io/docs/supported_resources/aws/
"""

from collections.abc import Mapping
from decimal import Decimal

from pricing.money import grouped

SERVICES: Mapping[str, str] = {
    "ses": "Amazon SES",
    "sns": "Amazon SNS",
    "data_transfer": "Data transfer",
    "kms": "AWS KMS",
    "sqs": "Amazon SQS",
    "lambda": "AWS Lambda",
    "cloudwatch": "Amazon CloudWatch",
    "firehose": "Amazon Data Firehose",
}

NAMES: Mapping[str, str] = {
    "ses.plan": "Pricing plan",
    "ses.outbound.recipients": "Outbound recipients",
    "ses.outbound.ec2_recipients": "Outbound recipients from EC2",
    "ses.simulator.recipients": "Mailbox simulator recipients",
    "ses.simulator.ec2_recipients": "Mailbox simulator recipients from EC2",
    "ses.attachments.gb": "Attachments",
    "ses.data_transfer.out_gb": "Outbound data transfer to Internet",
    "ses.inbound.messages": "Inbound messages",
    "ses.inbound.chunks_256kb": "Inbound message chunks",
    "ses.dedicated_ip.standard": "Dedicated IPs (standard)",
    "ses.dedicated_ip.managed.subscriptions": "Dedicated IPs (managed)",
    "ses.dedicated_ip.managed.emails": "Outbound email through dedicated IPs (managed)",
    "ses.vdm.emails": "Virtual Deliverability Manager email",
    "ses.vdm.queries": "Virtual Deliverability Manager queries",
    "ses.deliverability.subscriptions": "Global deliverability",
    "ses.deliverability.domains": "Monitored domains",
    "ses.deliverability.ips": "Monitored IPs",
    "ses.deliverability.placement_tests": "Inbox placement tests",
    "ses.global_endpoint.emails": "Global endpoint email",
    "ses.tenants": "Tenants",
    "ses.tenants.emails": "Tenant email",
    "ses.validation.recipients": "Address validations",
    "ses.validation.automatic_emails": "Automatic validation email",
    "ses.events.cloudwatch_metrics": "Event metrics",
    "ses.events.cloudwatch_alarms": "Event alarms",
    "ses.events.firehose_gb": "Event data ingested by Firehose",
    "ses.mail_manager.ingress_endpoints": "Mail Manager ingress endpoints",
    "ses.mail_manager.messages": "Mail Manager messages",
    "ses.mail_manager.chunks_256kb": "Mail Manager message chunks",
    "ses.mail_manager.archive.ingest_gb": "Mail Manager archive ingestion",
    "ses.mail_manager.archive.storage_gb_months": "Mail Manager archive storage",
    "ses.mail_manager.addon.spamhaus": "Mail Manager add-on Spamhaus",
    "ses.mail_manager.addon.abusix": "Mail Manager add-on Abusix",
    "ses.mail_manager.addon.trend_micro": "Mail Manager add-on Trend Micro",
    "ses.mail_manager.addon.vade": "Mail Manager add-on Vade",
    "sns.publish.messages": "API requests",
    "sns.api.requests": "API requests of owners and subscribers",
    "sns.delivery.http": "HTTP/HTTPS notifications",
    "sns.delivery.http_retries": "HTTP/HTTPS notifications, repeated",
    "sns.delivery.email": "Email/Email-JSON notifications",
    "sns.delivery.firehose": "Kinesis Firehose notifications",
    "sns.delivery.sqs": "SQS notifications",
    "sns.delivery.lambda": "Lambda notifications",
    "sns.delivery.sms": "SMS notifications",
    "sns.delivery.push.macos": "MacOS notifications",
    "sns.data_transfer.out_gb": "Outbound data transfer to Internet",
    "sns.filter.body_gb": "Payload filtering",
    "sns.data_protection.scan_gb": "Message data protection scanning",
    "sns.data_protection.audit_gb": "Message data protection audit reports",
    "sns.fifo.publish.messages": "FIFO Publish API requests",
    "sns.fifo.publish.payload_gb": "FIFO Publish API payload",
    "sns.fifo.delivery.messages": "FIFO notifications",
    "sns.fifo.delivery.payload_gb": "FIFO notification payload",
    "sns.fifo.archive.processing_gb": "FIFO archive processing",
    "sns.fifo.archive.storage_gb_months": "FIFO archive storage",
    "sns.fifo.replay.messages": "FIFO replayed messages",
    "sns.fifo.replay.payload_gb": "FIFO replayed payload",
    "sns.fifo.filter.body_gb": "FIFO payload filtering",
    "sns.sqs.requests": "SQS requests",
    "sns.fifo.sqs.requests": "SQS FIFO requests",
    "sns.lambda.requests": "Lambda requests",
    "sns.lambda.gb_seconds": "Lambda duration",
    "sns.lambda.arm_gb_seconds": "Lambda duration (Arm)",
    "sns.firehose.ingestion_gb": "Data ingested by Firehose",
    "sns.kms.requests": "KMS requests",
    "sns.kms.aws_managed_requests": "KMS requests (AWS managed key)",
    "data_transfer.out_internet.gb": "Outbound data transfer to Internet",
    "kms.keys": "Customer master key",
    "kms.requests": "Requests",
    "kms.requests.rsa_2048": "Requests (RSA 2048)",
    "kms.requests.asymmetric": "Requests (asymmetric)",
    "kms.requests.generate_data_key_pair_ecc": "ECC GenerateDataKeyPair requests",
    "kms.requests.generate_data_key_pair_rsa": "RSA GenerateDataKeyPair requests",
    "sqs.requests.standard": "Requests",
    "sqs.requests.fifo": "Requests (FIFO)",
    "lambda.requests": "Requests",
    "lambda.gb_seconds": "Duration",
    "lambda.arm.requests": "Requests (Arm)",
    "lambda.arm.gb_seconds": "Duration (Arm)",
    "cloudwatch.metrics": "Metrics",
    "cloudwatch.alarms": "Standard resolution alarms",
    "cloudwatch.alarms.high_resolution": "High resolution alarms",
    "cloudwatch.alarms.composite": "Composite alarms",
    "firehose.ingestion.gb": "Data ingested",
}
"""Meter to name; families of meters have their names from `component`."""

_SCALES = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "k"))
_TERABYTE = Decimal(1024)


def component(meter: str) -> str:
    """The name of what a meter counts."""
    name = NAMES.get(meter)
    if name is not None:
        return name
    _, _, rest = meter.partition(".push.")
    if rest:
        return f"Mobile Push notifications ({rest.replace('_', ' ')})"
    _, _, rest = meter.partition(".to.")
    if rest:
        return f"Outbound data transfer to {rest.removesuffix('.gb')}"
    _, _, rest = meter.partition("sns.sms.")
    if rest:
        kind, _, what = rest.rpartition(".")
        country, _, sender = kind.partition(".")
        words = f"{country.upper()} {sender.replace('_', ' ')}".strip()
        return f"SMS {'carrier fees' if what == 'carrier_fee' else 'notifications'} ({words})"
    return meter


def price_range(begin: Decimal, end: Decimal | None, unit: str) -> str:
    """``first 10M``, ``next 90M`` or ``over 100M``; empty for a range that is the only one."""
    if end is None:
        return f"over {_short(begin, unit)}" if begin else ""
    return f"next {_short(end - begin, unit)}" if begin else f"first {_short(end, unit)}"


def _short(amount: Decimal, unit: str) -> str:
    """``1M``, ``100k``, ``10TB``."""
    if unit == "GB":
        whole, rest = divmod(amount, _TERABYTE)
        return f"{grouped(whole)}TB" if whole and not rest else f"{grouped(amount)}GB"
    for scale, letter in _SCALES:
        whole, rest = divmod(amount, scale)
        if whole and not rest:
            return f"{grouped(whole)}{letter}"
    return grouped(amount)
