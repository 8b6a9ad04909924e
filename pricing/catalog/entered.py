"""What the price table does not hold, entered by hand with its source: names of dimensions and prices of plans.

`pricing.catalog.absences` has what is not offered and what is in doubt. Only `pricing.catalog.build` reads this;
estimates read the data files that it writes.
"""

from collections.abc import Mapping
from decimal import Decimal

from pricing.catalog.model import Source, Tier

# Dimension as the table names it -> (our id, unit). What is not listed here is not carried over, and build says so.
DIMENSIONS: Mapping[str, tuple[str, str]] = {
    "ses.outbound": ("ses.outbound", "recipient"),
    "ses.outbound_ec2": ("ses.outbound.ec2", "recipient"),
    "ses.simulator": ("ses.simulator", "recipient"),
    "ses.simulator_ec2": ("ses.simulator.ec2", "recipient"),
    "ses.attachments": ("ses.attachments", "GB"),
    "ses.inbound": ("ses.inbound.messages", "message"),
    "ses.inbound_chunks": ("ses.inbound.chunks_256kb", "chunk"),
    "ses.dedicated_ip_standard": ("ses.dedicated_ip.standard", "IP-month"),
    "ses.dedicated_ip_managed": ("ses.dedicated_ip.managed.emails", "email"),
    "ses.dedicated_ip_managed_fee": ("ses.dedicated_ip.managed.subscriptions", "account-month"),
    "ses.vdm": ("ses.vdm.emails", "email"),
    "ses.vdm_query": ("ses.vdm.queries", "query"),
    "ses.tenant": ("ses.tenants", "tenant-month"),
    "ses.tenant_email": ("ses.tenants.emails", "email"),
    "ses.global_endpoint": ("ses.global_endpoint.emails", "email"),
    "mm.ingress_endpoint": ("ses.mail_manager.ingress_endpoints", "endpoint-month"),
    "mm.message_a": ("ses.mail_manager.messages", "message"),
    "mm.message_b": ("ses.mail_manager.messages_2", "message"),
    "mm.chunk": ("ses.mail_manager.chunks_256kb", "chunk"),
    "mm.archive_ingest": ("ses.mail_manager.archive.ingest", "GB"),
    "mm.archive_storage": ("ses.mail_manager.archive.storage", "GB-month"),
    "mm.addon_a": ("ses.mail_manager.addon.abusix", "message"),
    "mm.addon_b": ("ses.mail_manager.addon.spamhaus", "message"),
    "mm.addon_trendmicro": ("ses.mail_manager.addon.trend_micro", "message"),
    "mm.addon_vade": ("ses.mail_manager.addon.vade", "message"),
    "sns.requests": ("sns.requests", "request"),
    "sns.deliver_http": ("sns.delivery.http", "notification"),
    "sns.deliver_email": ("sns.delivery.email", "notification"),
    "sns.deliver_sqs": ("sns.delivery.sqs", "notification"),
    "sns.deliver_lambda": ("sns.delivery.lambda", "notification"),
    "sns.deliver_firehose": ("sns.delivery.firehose", "notification"),
    "sns.push_apns": ("sns.delivery.push.apns", "notification"),
    "sns.push_apns_sandbox": ("sns.delivery.push.apns_sandbox", "notification"),
    "sns.push_macos": ("sns.delivery.push.macos", "notification"),
    "sns.push_macos_sandbox": ("sns.delivery.push.macos_sandbox", "notification"),
    "sns.push_voip": ("sns.delivery.push.apns_voip", "notification"),
    "sns.push_voip_sandbox": ("sns.delivery.push.apns_voip_sandbox", "notification"),
    "sns.push_passbook": ("sns.delivery.push.apns_passbook", "notification"),
    "sns.push_passbook_sandbox": ("sns.delivery.push.apns_passbook_sandbox", "notification"),
    "sns.push_gcm": ("sns.delivery.push.gcm", "notification"),
    "sns.push_adm": ("sns.delivery.push.adm", "notification"),
    "sns.push_baidu": ("sns.delivery.push.baidu", "notification"),
    "sns.push_mpns": ("sns.delivery.push.mpns", "notification"),
    "sns.push_wns": ("sns.delivery.push.wns", "notification"),
    "sns.push_free": ("sns.delivery.push.free", "notification"),
    "sns.filter_body_std_named": ("sns.filter.body", "GB"),
    "sns.filter_body_other_1": ("sns.filter.body_2", "GB"),
    "sns.filter_body_other_2": ("sns.filter.body_3", "GB"),
    "sns.filter_body_other_3": ("sns.filter.body_4", "GB"),
    "sns.dataprotection_scan": ("sns.data_protection.scan", "GB"),
    "sns.dataprotection_audit": ("sns.data_protection.audit", "GB"),
    "sns.fifo_requests": ("sns.fifo.requests", "request"),
    "sns.fifo_publish_gb": ("sns.fifo.publish.payload", "GB"),
    "sns.fifo_deliver": ("sns.fifo.delivery.messages", "message"),
    "sns.fifo_deliver_gb": ("sns.fifo.delivery.payload", "GB"),
    "sns.fifo_archive_gb": ("sns.fifo.archive.processing", "GB"),
    "sns.fifo_archive_storage": ("sns.fifo.archive.storage", "GB-month"),
    "dt.out_internet": ("data_transfer.out_internet", "GB"),
    "kms.key": ("kms.keys", "key-month"),
    "kms.requests": ("kms.requests", "request"),
    "kms.requests_rsa2048": ("kms.requests.rsa_2048", "request"),
    "kms.requests_asym_other": ("kms.requests.asymmetric", "request"),
    "kms.gdkp_ecc": ("kms.requests.generate_data_key_pair_ecc", "request"),
    "kms.gdkp_rsa": ("kms.requests.generate_data_key_pair_rsa", "request"),
    "kms.requests_free": ("kms.requests.free", "request"),
    "sqs.standard": ("sqs.requests.standard", "request"),
    "sqs.fifo": ("sqs.requests.fifo", "request"),
    "sqs.free": ("sqs.requests.free", "request"),
    "sqs.fair": ("sqs.requests.fair", "request"),
    "ses.simulator_ec2_free": ("ses.simulator.ec2.free", "recipient"),
    "lambda.requests": ("lambda.requests", "request"),
    "lambda.requests_arm": ("lambda.requests.arm", "request"),
    "lambda.gbs": ("lambda.duration", "GB-second"),
    "lambda.gbs_arm": ("lambda.duration.arm", "GB-second"),
    "lambda.requests_free": ("lambda.requests.free", "request"),
    "lambda.gbs_free": ("lambda.duration.free", "GB-second"),
    "cw.metrics": ("cloudwatch.metrics", "metric-month"),
    "cw.alarms": ("cloudwatch.alarms", "alarm-month"),
    "cw.alarms_high_resolution": ("cloudwatch.alarms.high_resolution", "alarm-month"),
    "cw.alarms_composite": ("cloudwatch.alarms.composite", "alarm-month"),
    "cw.requests": ("cloudwatch.requests", "request"),
    "cw.get_metric_data": ("cloudwatch.requests.get_metric_data", "metric"),
    "cw.logs_ingestion": ("cloudwatch.logs.ingestion", "GB"),
    "firehose.ingestion": ("firehose.ingestion", "GB"),
}

UNPRICED: Mapping[str, str] = {
    "sns.delivery.sms": "SMS is priced per message part by country, carrier and route: see the dimensions sms.*",
}
"""Dimensions without a price on purpose. (The SMS row of the SNS feed is a placeholder of $0, not a price.)"""

PLACEHOLDERS = frozenset({"sns.deliver_sms_placeholder"})
"""Dimensions of the table that are no prices."""

_FEED = "AWS price feed behind calculator.aws (metered unit map)"
FEEDS: Mapping[str, Source] = {
    code: Source(
        description=f"{_FEED}, saved copy",
        published=published,
        url=f"https://b0.p.awsstatic.com/pricing/2.0/meteredUnitMaps/{name}/USD/current/",
    )
    for code, name, published in (
        ("AmazonSES", "ses", "2025-12-03"),
        ("AmazonSNS", "sns", "2025-08-28"),
        ("AWSDataTransfer", "datatransfer", "2025-12-06"),
        ("awskms", "kms", "2025-08-28"),
        ("AWSQueueService", "queueservice", "2025-08-28"),
        ("AWSLambda", "lambda", "2025-12-02"),
        ("AmazonCloudWatch", "cloudwatch", "2025-12-03"),
        ("AmazonKinesisFirehose", "kinesisfirehose", "2025-08-28"),
    )
}
"""Source of the table's rows by offer code; `published` counts only where the table does not tell it."""

COMMON = Source(
    description="Not in the feed: Amazon SES has an endpoint in this Region (botocore 1.44.5, endpoints.json), and "
    "every SES Region of the feed has this one price",
    published="2025-12-03",
)
"""Source of prices in SES Regions that are newer than the feed."""

NEW_SES_REGIONS = (
    "ap-east-2",
    "ap-southeast-4",
    "ap-southeast-6",
    "ap-southeast-7",
    "eu-south-2",
    "mx-central-1",
)

PLAN_OFFER = Source(
    description="AmazonSES offer file of us-east-1 as read and published by others; not compared with the file itself",
    published="2026-07-22T17:20:54Z",
    version="20260722172054",
    url="https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonSES/20260722172054/us-east-1/index.json",
    kept=True,
)
PLAN_ELSEWHERE = Source(
    description="Taken from us-east-1: third-party price models use one plan price in all Regions, and à la carte SES "
    "prices are equal in all Regions",
    published="2026-07-22T17:20:54Z",
    version="20260722172054",
    url=PLAN_OFFER.url,
    kept=True,
)
PLAN_HOME = "us-east-1"
NO_PLAN_SAID = frozenset({"me-central-1", "me-south-1", "us-gov-east-1", "us-gov-west-1"})
"""SES Regions for which no source read says whether plans are offered: they get no plan price."""

_EMAIL_TIERS = (("0", "10000000"), ("10000000", "100000000"), ("100000000", None))


def _tiers(*rows: tuple[str, str | None, str]) -> tuple[Tier, ...]:
    return tuple(
        Tier(Decimal(begin), Decimal(end) if end is not None else None, Decimal(price)) for begin, end, price in rows
    )


def _by_volume(*prices: str) -> tuple[Tier, ...]:
    return _tiers(*((begin, end, price) for (begin, end), price in zip(_EMAIL_TIERS, prices, strict=True)))


def _first(amount: str, then: str) -> tuple[Tier, ...]:
    """Included up to an amount, then priced."""
    return _tiers(("0", amount, "0"), (amount, None, then))


def _flat(price: str) -> tuple[Tier, ...]:
    return _tiers(("0", None, price))


# Dimension -> plans (none: all) -> (tiers, note). NONE and ESSENTIALS have no monthly fee. Source: see PLAN_OFFER.
PLAN_PRICES: Mapping[str, Mapping[tuple[str, ...], tuple[tuple[Tier, ...], str]]] = {
    "ses.outbound": {
        ("ESSENTIALS",): (_by_volume("0.00016", "0.00014", "0.00011"), ""),
        ("PRO",): (_by_volume("0.00022", "0.00017", "0.00012"), ""),
        ("ENTERPRISE",): (_by_volume("0.00023", "0.00018", "0.00013"), ""),
    },
    "ses.plan": {
        ("PRO",): (_flat("105"), ""),
        ("ENTERPRISE",): (_flat("500"), ""),
    },
    "ses.vdm.emails": {("ESSENTIALS", "PRO", "ENTERPRISE"): (_flat("0"), "included in the plan")},
    "ses.vdm.queries": {("ESSENTIALS", "PRO", "ENTERPRISE"): (_flat("0"), "included in the plan")},
    "ses.dedicated_ip.managed.subscriptions": {("PRO", "ENTERPRISE"): (_flat("0"), "included in the plan")},
    "ses.global_endpoint.emails": {("ENTERPRISE",): (_flat("0"), "included in the plan")},
    "ses.tenants": {("ENTERPRISE",): (_first("1000", "0.005"), "the first 1,000 are included in the plan")},
    "ses.validation": {
        ("NONE", "ESSENTIALS"): (_flat("0.01"), ""),
        ("PRO",): (_first("2500", "0.01"), "the first 2,500 are included in the plan"),
        ("ENTERPRISE",): (_first("5000", "0.01"), "the first 5,000 are included in the plan"),
    },
    "ses.validation.automatic": {
        ("NONE", "ESSENTIALS"): (_flat("0.00001"), "from one third-party price model"),
        ("PRO", "ENTERPRISE"): (_flat("0"), "included in the plan, as one third-party price model has it"),
    },
    "ses.mail_manager.messages": {
        ("ESSENTIALS",): (_flat("0.00016"), "read for the first 10 million; above them no source read has a price"),
    },
    "ses.mail_manager.ingress_endpoints": {
        ("ENTERPRISE",): (_first("1", "50"), "the first one is included in the plan"),
    },
    "ses.mail_manager.addon.spamhaus": {("ENTERPRISE",): (_flat("0"), "included in the plan")},
    "ses.mail_manager.addon.trend_micro": {("ENTERPRISE",): (_flat("0"), "included in the plan")},
    "ses.deliverability.subscriptions": {
        ("NONE", "ESSENTIALS"): (_flat("1250"), ""),
        ("PRO", "ENTERPRISE"): (_flat("0"), "included in the plan"),
    },
    "ses.deliverability.domains": {
        ("PRO",): (_first("1", "25"), "the first one is included in the plan"),
        ("ENTERPRISE",): (_first("5", "25"), "the first 5 are included in the plan"),
    },
    "ses.deliverability.ips": {
        ("PRO",): (_first("1", "12.5"), "the first one is included in the plan"),
        ("ENTERPRISE",): (_first("12", "12.5"), "the first 12 are included in the plan"),
    },
    "ses.deliverability.placement_tests": {
        ("PRO",): (_first("5", "10"), "the first 5 are included in the plan"),
        ("ENTERPRISE",): (_first("25", "10"), "the first 25 are included in the plan"),
    },
}

FEED_PLANS: Mapping[str, tuple[str, ...]] = {
    "ses.outbound": ("NONE",),
    "ses.vdm.emails": ("NONE",),
    "ses.vdm.queries": ("NONE",),
    "ses.dedicated_ip.managed.subscriptions": ("NONE", "ESSENTIALS"),
    "ses.global_endpoint.emails": ("NONE", "ESSENTIALS", "PRO"),
    "ses.tenants": ("NONE", "ESSENTIALS", "PRO"),
    "ses.mail_manager.messages": ("NONE", "PRO", "ENTERPRISE"),
    "ses.mail_manager.ingress_endpoints": ("NONE", "ESSENTIALS", "PRO"),
    "ses.mail_manager.addon.spamhaus": ("NONE", "ESSENTIALS", "PRO"),
    "ses.mail_manager.addon.trend_micro": ("NONE", "ESSENTIALS", "PRO"),
}
"""Plans for which the feed's price of a dimension holds, where plans make a difference."""

PLAN_DISPUTED = frozenset({"ses.validation.automatic"})
"""Dimensions among them that only a third party has."""

PLAN_UNITS: Mapping[str, str] = {
    "ses.plan": "month",
    "ses.validation": "recipient",
    "ses.validation.automatic": "email",
    "ses.deliverability.subscriptions": "account-month",
    "ses.deliverability.domains": "domain-month",
    "ses.deliverability.ips": "IP-month",
    "ses.deliverability.placement_tests": "test",
}
"""Unit of dimensions that the feed does not have."""

PLAN_USAGE_TYPES: Mapping[str, str] = {
    "ses.outbound": "{plan}-Outbound-Email",
    "ses.plan": "{plan}-Plan-Hours",
    "ses.validation": "Recipients-Validation",
    "ses.mail_manager.messages": "{plan}-Message",
    "ses.mail_manager.ingress_endpoints": "IngressPoint-Subscription",
    "ses.deliverability.subscriptions": "Subscription-VirtDelivMgr",
}
"""Usage types of plan prices; a plan is written there like ``Essentials``."""
