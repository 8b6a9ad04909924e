"""Worked examples of Amazon SNS. Prices: AWS's price feed of SNS (2025-08-28); us-east-1 unless a Region is named."""

from collections.abc import Mapping
from decimal import Decimal

from estimating import of, usage
from working import Worked

from pricing.meters.sns import PUSH_PLATFORMS
from pricing.usage.usage import Account

NOTHING_PULLED: Mapping[str, Decimal | int | str | None] = {
    "sns__sqs__requests": 0,
    "sns__lambda__requests": 0,
    "sns__lambda__gb_seconds": 0,
    "sns__firehose__ingestion_gb": 0,
    "sns__data_transfer__out_gb": 0,
}
"""Nothing of what deliveries make other services charge."""


def standard(costs: Mapping[str, str], total: str, **told: Decimal | int | str) -> Worked:
    """Usage beside which the account has more, so that nothing is free."""
    return Worked(usage(of("sns@us-east-1", **told)), costs, total)


def whole(costs: Mapping[str, str], total: str, **told: Decimal | int | str) -> Worked:
    """All usage of an account, so that its free units are taken off."""
    return Worked(usage(of("sns@us-east-1", **told), account=Account()), costs, total)


REQUESTS = {
    "a message of 64 KB is one request": standard(
        {"sns.publish.messages": "1.5"},
        "1.50",
        sns__publish__messages=3_000_000,
        sns__publish__average_bytes=65_536,
    ),
    "one byte more is two": standard(
        {"sns.publish.messages": "3"}, "3.00", sns__publish__messages=3_000_000, sns__publish__average_bytes=65_537
    ),
    "256 KB are four": standard(
        {"sns.publish.messages": "2"}, "2.00", sns__publish__messages=1_000_000, sns__publish__average_bytes=262_144
    ),
    "1 MiB is 16": standard(
        {"sns.publish.messages": "8"}, "8.00", sns__publish__messages=1_000_000, sns__publish__average_bytes=1_048_576
    ),
    "an empty message is one": standard(
        {"sns.publish.messages": "0.5"}, "0.50", sns__publish__messages=1_000_000, sns__publish__average_bytes=0
    ),
    # 10 * 6,000 bytes fit into one request: 1M requests.
    "a batch counts by its sum": standard(
        {"sns.publish.messages": "0.5"},
        "0.50",
        sns__publish__messages=10_000_000,
        sns__publish__average_bytes=6_000,
        sns__publish__batch_size=10,
    ),
    # 10 * 7,000 bytes are two.
    "a batch beyond 64 KB": standard(
        {"sns.publish.messages": "1"},
        "1.00",
        sns__publish__messages=10_000_000,
        sns__publish__average_bytes=7_000,
        sns__publish__batch_size=10,
    ),
    # Four batches of 262,144 bytes each for a million messages of 65,536 bytes in fours: nothing is saved.
    "a batch of full messages saves nothing": standard(
        {"sns.publish.messages": "0.5"},
        "0.50",
        sns__publish__messages=1_000_000,
        sns__publish__average_bytes=65_536,
        sns__publish__batch_size=4,
    ),
    "other requests": standard({"sns.api.requests": "0.25"}, "0.25", sns__api__requests=500_000),
    # 5M less the free million.
    "the free million": whole(
        {"sns.publish.messages": "2"}, "2.00", sns__publish__messages=5_000_000, sns__publish__average_bytes=1
    ),
    # 600,000 + 900,000 less one million: 0.4 and 0.6 of the 500,000 that are charged.
    "publishing and other requests share the free million": whole(
        {"sns.publish.messages": "0.1", "sns.api.requests": "0.15"},
        "0.25",
        sns__publish__messages=600_000,
        sns__publish__average_bytes=1,
        sns__api__requests=900_000,
    ),
    # 3M * 0.0000005 + 1M * 0.000000595, less one million spread 3 to 1: 2.25M and 0.75M are charged.
    "the free million of two Regions is one": Worked(
        usage(
            of("sns@us-east-1", sns__publish__messages=3_000_000, sns__publish__average_bytes=1),
            of("sns@af-south-1", sns__publish__messages=1_000_000, sns__publish__average_bytes=1),
            account=Account(),
        ),
        {"sns.publish.messages": "1.57125"},
        "1.57",
    ),
    # Each Region has a million of its own: 2M * 0.0000005 + 0.
    "the free million of each Region": Worked(
        usage(
            of("sns@us-east-1", sns__publish__messages=3_000_000, sns__publish__average_bytes=1),
            of("sns@af-south-1", sns__publish__messages=1_000_000, sns__publish__average_bytes=1),
            account=Account(),
        ),
        {"sns.publish.messages": "1"},
        "1.00",
        {"sns__free_range": "region"},
    ),
}

DELIVERIES = {
    # 100,000 bytes are two notifications; 100 GB leave at 0.09.
    "HTTP with its traffic": standard(
        {"sns.delivery.http": "1.2", "sns.data_transfer.out_gb": "9"},
        "10.20",
        sns__delivery__http=1_000_000,
        sns__delivery__average_bytes=100_000,
    ),
    # 50,000 repetitions * 2 * 0.0000006; 5 GB.
    "HTTP repeated": standard(
        {"sns.delivery.http_retries": "0.06", "sns.data_transfer.out_gb": "0.45"},
        "0.51",
        sns__delivery__http_retries=50_000,
        sns__delivery__average_bytes=100_000,
    ),
    "HTTP repeated for nothing": Worked(
        usage(
            of(
                "sns@us-east-1",
                sns__delivery__http=1_000_000,
                sns__delivery__http_retries=50_000,
                sns__delivery__average_bytes=1_000,
                sns__data_transfer__out_gb=0,
            )
        ),
        {"sns.delivery.http": "0.6"},
        "0.60",
        {"sns__http__retries": "free"},
    ),
    "HTTP, 100,000 free": whole(
        {"sns.delivery.http": "0.54"},
        "0.54",
        sns__delivery__http=1_000_000,
        sns__delivery__average_bytes=1,
        sns__data_transfer__out_gb=0,
    ),
    "e-mail, 1,000 free": whole(
        {"sns.delivery.email": "0.22"}, "0.22", sns__delivery__email=12_000, sns__delivery__average_bytes=1
    ),
    "e-mail": standard(
        {"sns.delivery.email": "0.24"}, "0.24", sns__delivery__email=12_000, sns__delivery__average_bytes=1
    ),
    # 20,971,520 * 0.00000019; as many times 5,120 bytes are 100 GiB at 0.029.
    "Firehose with its ingestion": standard(
        {"sns.delivery.firehose": "3.9845888", "sns.firehose.ingestion_gb": "2.9"},
        "6.88",
        sns__delivery__firehose=20_971_520,
        sns__delivery__average_bytes=1_000,
    ),
    # Sent, received, deleted: 15M * 0.0000004.
    "SQS": standard(
        {"sns.delivery.sqs": "0", "sns.sqs.requests": "6"},
        "6.00",
        sns__delivery__sqs=5_000_000,
        sns__delivery__average_bytes=1_000,
    ),
    # Two chunks are sent and received: 5 requests each.
    "SQS beyond 64 KB": standard(
        {"sns.delivery.sqs": "0", "sns.sqs.requests": "10"},
        "10.00",
        sns__delivery__sqs=5_000_000,
        sns__delivery__average_bytes=100_000,
    ),
    # 2M * 0.0000002; 2M * 0.2 s * 0.5 GB are 200,000 GB-s at 0.0000166667.
    "Lambda": standard(
        {"sns.delivery.lambda": "0", "sns.lambda.requests": "0.4", "sns.lambda.gb_seconds": "3.33334"},
        "3.73",
        sns__delivery__lambda=2_000_000,
        sns__lambda__duration_ms=200,
        sns__lambda__memory_mb=512,
    ),
    "Lambda on Arm": standard(
        {"sns.delivery.lambda": "0", "sns.lambda.requests": "0.4", "sns.lambda.arm_gb_seconds": "2.00001"},
        "2.40",
        sns__delivery__lambda=2_000_000,
        sns__lambda__gb_seconds=0,
        sns__lambda__arm_gb_seconds=150_000,  # 0.0000133334
    ),
    # Told as it is on the bills of the other services, whatever the deliveries are.
    "what other services charge": standard(
        {
            "sns.sqs.requests": "0.4",
            "sns.lambda.requests": "0.2",
            "sns.lambda.gb_seconds": "1.66667",
            "sns.firehose.ingestion_gb": "0.29",
            "sns.kms.requests": "0.3",
            "sns.kms.aws_managed_requests": "0.03",
            "sns.data_transfer.out_gb": "0.9",
        },
        "3.79",
        sns__sqs__requests=1_000_000,
        sns__lambda__requests=1_000_000,
        sns__lambda__gb_seconds=100_000,
        sns__firehose__ingestion_gb=10,
        sns__kms__requests=100_000,
        sns__kms__aws_managed_requests=10_000,
        sns__data_transfer__out_gb=10,
    ),
    "messages to another Region": standard(
        {"sns.data_transfer.to.us-west-2.gb": "0.6"},
        "0.60",
        **{"sns__data_transfer__to__us-west-2__gb": 30},  # 0.02
    ),
    "push on every platform": standard(
        {f"sns.delivery.push.{platform}": "0.1" for platform in PUSH_PLATFORMS},
        "1.30",
        **{f"sns__delivery__push__{platform}": 200_000 for platform in PUSH_PLATFORMS},
    ),
    # 10 * 200,000 less one million for all of them: 100,000 * 0.0000005 each.
    "push, of which all platforms together have a million free": Worked(
        usage(
            of("sns@us-east-1", **{f"sns__delivery__push__{platform}": 200_000 for platform in PUSH_PLATFORMS[:10]}),
            account=Account(),
        ),
        {f"sns.delivery.push.{platform}": "0.05" for platform in PUSH_PLATFORMS[:10]},
        "0.50",
    ),
    "push in Osaka": Worked(
        usage(of("sns@ap-northeast-3", sns__delivery__push__gcm=1_000_000)),
        {"sns.delivery.push.gcm": "0.73"},
        "0.73",
    ),
    "filters of the body, data protection": standard(
        {"sns.filter.body_gb": "22.5", "sns.data_protection.scan_gb": "3.2", "sns.data_protection.audit_gb": "1"},
        "26.70",
        sns__filter__body_gb=250,  # 0.09
        sns__data_protection__scan_gb=40,  # 0.08
        sns__data_protection__audit_gb=5,  # 0.20
    ),
}

FIFO = {
    "FIFO with everything": standard(
        {
            "sns.fifo.publish.messages": "1.2",  # 4M * 0.0000003
            "sns.fifo.publish.payload_gb": "0.136",  # 8 GB * 0.017
            "sns.fifo.delivery.messages": "0.2",  # 20M * 0.00000001
            "sns.fifo.delivery.payload_gb": "0.04",  # 40 GB * 0.001
            "sns.fifo.sqs.requests": "30",  # 60M * 0.0000005
            "sns.fifo.archive.processing_gb": "0.8",  # 8 GB * 0.10
            "sns.fifo.archive.storage_gb_months": "0.084690410958906",  # 8 GB * 336/730 = 3.682191780822 * 0.023
            "sns.fifo.replay.messages": "0.01",  # 1M * 0.00000001
            "sns.fifo.replay.payload_gb": "0.002",  # 2 GB * 0.001
            "sns.fifo.filter.body_gb": "9",  # 100 * 0.09
        },
        "41.47",
        sns__fifo__publish__messages=4_000_000,
        sns__publish__average_bytes=2_000,
        sns__fifo__subscriptions=5,
        sns__fifo__archive__retention_days=14,
        sns__fifo__replay__messages=1_000_000,
        sns__fifo__filter__body_gb=100,
    ),
    "FIFO, everything told as it is on the bill": standard(
        {
            "sns.fifo.publish.messages": "3",  # 10M * 0.0000003
            "sns.fifo.publish.payload_gb": "0.68",  # 40 * 0.017
            "sns.fifo.delivery.messages": "1",  # 100M * 0.00000001
            "sns.fifo.delivery.payload_gb": "0.4",  # 400 * 0.001
            "sns.fifo.sqs.requests": "1.5",  # 3M * 0.0000005
            "sns.fifo.archive.processing_gb": "4",  # 40 * 0.10
            "sns.fifo.archive.storage_gb_months": "0.23",  # 10 * 0.023
            "sns.fifo.replay.messages": "0.05",
            "sns.fifo.replay.payload_gb": "0.02",
        },
        "10.88",
        sns__fifo__publish__messages=10_000_000,
        sns__fifo__publish__payload_gb=40,
        sns__fifo__delivery__messages=100_000_000,
        sns__fifo__delivery__payload_gb=400,
        sns__fifo__sqs__requests=3_000_000,
        sns__fifo__archive__processing_gb=40,
        sns__fifo__archive__storage_gb_months=10,
        sns__fifo__replay__messages=5_000_000,
        sns__fifo__replay__payload_gb=20,
    ),
    # A publish request of FIFO topics has no 64 KB chunks.
    "FIFO counts messages, not chunks": standard(
        {"sns.fifo.publish.messages": "0.3", "sns.fifo.publish.payload_gb": "4.25"},
        "4.55",
        sns__fifo__publish__messages=1_000_000,
        sns__publish__average_bytes=250_000,
        sns__fifo__subscriptions=0,
    ),
    "FIFO, small messages count as 1 KB": standard(
        {"sns.fifo.publish.messages": "0.3", "sns.fifo.publish.payload_gb": "0.017"},
        "0.32",
        sns__fifo__publish__messages=1_000_000,
        sns__publish__average_bytes=200,
        sns__fifo__subscriptions=0,
    ),
    "FIFO, small messages count as they are": Worked(
        usage(
            of(
                "sns@us-east-1",
                sns__fifo__publish__messages=1_000_000,
                sns__publish__average_bytes=200,
                sns__fifo__subscriptions=0,
            )
        ),
        {"sns.fifo.publish.messages": "0.3", "sns.fifo.publish.payload_gb": "0.0034"},
        "0.30",
        {"sns__fifo__least_bytes": "0"},
    ),
    "FIFO in batches, counted by batch": Worked(
        usage(
            of(
                "sns@us-east-1",
                sns__fifo__publish__messages=1_000_000,
                sns__publish__average_bytes=1_000,
                sns__publish__batch_size=10,
                sns__fifo__subscriptions=0,
            )
        ),
        {"sns.fifo.publish.messages": "0.03", "sns.fifo.publish.payload_gb": "0.017"},
        "0.05",
        {"sns__fifo__batches": "batch"},
    ),
    "FIFO has nothing free": whole(
        {"sns.fifo.publish.messages": "0.3", "sns.fifo.publish.payload_gb": "0.017"},
        "0.32",
        sns__fifo__publish__messages=1_000_000,
        sns__publish__average_bytes=1_000,
        sns__fifo__subscriptions=0,
    ),
    # 2M * 0.00000039 + 2 GB * 0.0221 + 6M * 0.000000013 + 6 GB * 0.0013
    "FIFO in Tokyo": Worked(
        usage(
            of(
                "sns@ap-northeast-1",
                sns__fifo__publish__messages=2_000_000,
                sns__publish__average_bytes=1_000,
                sns__fifo__subscriptions=3,
                sns__fifo__sqs__requests=0,
            )
        ),
        {
            "sns.fifo.publish.messages": "0.78",
            "sns.fifo.publish.payload_gb": "0.0442",
            "sns.fifo.delivery.messages": "0.078",
            "sns.fifo.delivery.payload_gb": "0.0078",
        },
        "0.91",
    ),
}

TEXT_MESSAGES = {
    # Prices of AWS's list of 2022-04-03: 0.00581 a part to the United States, and what carriers add.
    "text messages to the United States, by sender": standard(
        {
            "sns.sms.us.parts": "58.1",
            "sns.sms.us.carrier_fee": "26.6",
            "sns.sms.us.short_code.parts": "58.1",
            "sns.sms.us.short_code.carrier_fee": "27.6",
            "sns.sms.us.toll_free.parts": "58.1",
            "sns.sms.us.toll_free.carrier_fee": "25",
            "sns.sms.us.ten_dlc.parts": "58.1",
            "sns.sms.us.ten_dlc.carrier_fee": "26.6",
        },
        "338.20",
        sns__sms__us__parts=10_000,
        sns__sms__us__short_code__parts=10_000,
        sns__sms__us__toll_free__parts=10_000,
        sns__sms__us__ten_dlc__parts=10_000,
    ),
    "text messages to other countries": standard(
        {
            "sns.sms.de.parts": "88.48",
            "sns.sms.in.parts": "2.78",
            "sns.sms.in.international.parts": "41.3",
            "sns.sms.ca.parts": "5.81",
            "sns.sms.ca.carrier_fee": "6",
            "sns.sms.ca.short_code.parts": "21.83",
            "sns.sms.ca.short_code.carrier_fee": "5",
        },
        "171.20",
        sns__sms__de__parts=1_000,
        sns__sms__in__parts=1_000,
        sns__sms__in__international__parts=1_000,
        sns__sms__ca__parts=1_000,
        sns__sms__ca__short_code__parts=1_000,
    ),
    "text messages at the price of a contract": standard(
        {"sns.delivery.sms": "9.87"}, "9.87", sns__delivery__sms=1_000, sns__sms__price_per_part="0.00987"
    ),
}

EXAMPLES: Mapping[str, Worked] = {**REQUESTS, **DELIVERIES, **FIFO, **TEXT_MESSAGES}
