"""Worked examples of what SES and SNS pull in: KMS, SQS, Lambda, CloudWatch, Firehose, traffic."""

from collections.abc import Mapping
from decimal import Decimal

from estimating import ACCOUNT, of, usage
from working import Worked

from pricing.usage.usage import Account


def around(where: str, costs: Mapping[str, str], total: str, **told: Decimal | int | str) -> Worked:
    """Usage beside which the account has more, so that nothing is free."""
    return Worked(usage(of(where, **told)), costs, total)


def encrypted(month: str | None, costs: Mapping[str, str], total: str, **principals: int) -> Worked:
    """Topics that are encrypted, by name, with the principals that publish to them."""
    return Worked(
        usage(
            *(
                of(f"arn:aws:sns:us-east-1:{ACCOUNT}:{name}", sns__kms__publishing_principals=number)
                for name, number in principals.items()
            ),
            month=month,
        ),
        costs,
        total,
    )


KEYS = {
    # 31 days are 2,678,400 seconds: 8,928 periods of 300, 2 requests each and principal: 53,568 * 0.000003.
    "a topic of three publishers": encrypted("2026-12", {"sns.kms.requests": "0.160704"}, "0.16", orders=3),
    # 730 hours are 2,628,000 seconds: 8,760 periods: 17,520 requests.
    "an average month": encrypted(None, {"sns.kms.requests": "0.05256"}, "0.05", orders=1),
    "topics add up": encrypted("2026-02", {"sns.kms.requests": "0.387072"}, "0.39", a=3, b=5),
    "the AWS managed key": Worked(
        usage(of("sns@us-east-1", sns__kms__aws_managed_principals=10), month="2026-12"),
        {"sns.kms.aws_managed_requests": "0.53568"},
        "0.54",
    ),
    "the AWS managed key, free": Worked(
        usage(of("sns@us-east-1", sns__kms__aws_managed_principals=10), month="2026-12"),
        {},
        "0.00",
        {"sns__kms__aws_managed_key": "free"},
    ),
    # 4 + 150,000 * 0.000003 + 10,000 * each of: 0.000003, 0.000015, 0.00001, 0.0012
    "keys and requests of every kind": around(
        "kms@us-east-1",
        {
            "kms.keys": "4",
            "kms.requests": "0.45",
            "kms.requests.rsa_2048": "0.03",
            "kms.requests.asymmetric": "0.15",
            "kms.requests.generate_data_key_pair_ecc": "0.1",
            "kms.requests.generate_data_key_pair_rsa": "12",
        },
        "16.73",
        kms__keys=4,
        kms__requests=150_000,
        kms__requests__rsa_2048=10_000,
        kms__requests__asymmetric=10_000,
        kms__requests__generate_data_key_pair_ecc=10_000,
        kms__requests__generate_data_key_pair_rsa=10_000,
    ),
    "a key for a tenth of the month": around("kms@eu-west-1", {"kms.keys": "0.1"}, "0.10", kms__keys="0.1"),
    "requests in GovCloud": around("kms@us-gov-west-1", {"kms.requests": "4"}, "4.00", kms__requests=1_000_000),
    # 53,568 + 30,000 less 20,000 for all of them, spread in proportion: 63,568 * 0.000003.
    "20,000 requests are free": Worked(
        usage(
            of("sns@us-east-1", sns__kms__publishing_principals=3),
            of("kms@us-east-1", kms__requests=30_000),
            month="2026-12",
            account=Account(),
        ),
        {"sns.kms.requests": "0.122244", "kms.requests": "0.06846"},
        "0.19",
    ),
}

QUEUES = {
    # 100,000M * 0.0000005 + 100,000M * 0.0000004 + 50,000M * 0.00000035
    "FIFO queues, all ranges": around(
        "sqs@us-east-1", {"sqs.requests.fifo": "107500"}, "107500.00", sqs__requests__fifo=250_000_000_000
    ),
    "standard queues, all ranges": around(
        "sqs@us-east-1", {"sqs.requests.standard": "82000"}, "82000.00", sqs__requests__standard=250_000_000_000
    ),
    # 200,000 bytes are 4 chunks.
    "large requests": around(
        "sqs@us-east-1",
        {"sqs.requests.standard": "1.6"},
        "1.60",
        sqs__requests__standard=1_000_000,
        sqs__requests__average_bytes=200_000,
    ),
    # 3M + 1M less one million for both kinds: 2.25M * 0.0000004 + 0.75M * 0.0000005
    "both kinds of queues share the free million": Worked(
        usage(of("sqs@us-east-1", sqs__requests__standard=3_000_000, sqs__requests__fifo=1_000_000), account=Account()),
        {"sqs.requests.standard": "0.9", "sqs.requests.fifo": "0.375"},
        "1.28",
    ),
}

FUNCTIONS = {
    # 6,000M * 0.0000166667 + 9,000M * 0.000015 + 5,000M * 0.0000133334
    "functions, all ranges": around(
        "lambda@us-east-1",
        {"lambda.requests": "200", "lambda.gb_seconds": "301667.2"},
        "301867.20",
        lambda__requests=1_000_000_000,
        lambda__gb_seconds=20_000_000_000,
    ),
    # 7,500M * 0.0000133334 + 11,250M * 0.0000120001 + 1,250M * 0.0000106667
    "functions on Arm, all ranges": around(
        "lambda@us-east-1",
        {"lambda.arm.requests": "200", "lambda.arm.gb_seconds": "248335"},
        "248535.00",
        lambda__arm__requests=1_000_000_000,
        lambda__arm__gb_seconds=20_000_000_000,
    ),
    # 3M requests of 120 ms and 1,536 MB: 540,000 GB-s.
    "functions by duration and memory": around(
        "lambda@us-east-1",
        {"lambda.requests": "0.6", "lambda.gb_seconds": "9.000018"},
        "9.60",
        lambda__requests=3_000_000,
        lambda__duration_ms=120,
        lambda__memory_mb=1_536,
    ),
    "functions on Arm by duration and memory": around(
        "lambda@us-east-1",
        {"lambda.arm.requests": "0.6", "lambda.arm.gb_seconds": "7.200036"},
        "7.80",
        lambda__arm__requests=3_000_000,
        lambda__arm__duration_ms=120,
        lambda__memory_mb=1_536,
    ),
    # The same less 1M requests and 400,000 GB-s.
    "functions with what is free": Worked(
        usage(
            of("lambda@us-east-1", lambda__requests=3_000_000, lambda__duration_ms=120, lambda__memory_mb=1_536),
            account=Account(),
        ),
        {"lambda.requests": "0.4", "lambda.gb_seconds": "2.333338"},
        "2.73",
    ),
}

TRAFFIC = {
    # 10,240 * 0.154 + 40,960 * 0.147 + 102,400 * 0.126 + 6,400 * 0.112
    "traffic of Cape Town": around(
        "data_transfer@af-south-1",
        {"data_transfer.out_internet.gb": "21217.28"},
        "21217.28",
        data_transfer__out_internet__gb=160_000,
    ),
    # 57,000 GB of three services fill the ranges together: 921.60 + 40,960 * 0.085 + 5,800 * 0.07 = 4,809.20.
    # Each has its part of every range: a quarter, a quarter, a half.
    "the ranges are those of all services together": Worked(
        usage(
            of("ses@us-east-1", ses__data_transfer__out_gb=14_250),
            of("sns@us-east-1", sns__data_transfer__out_gb=14_250),
            of("data_transfer@us-east-1", data_transfer__out_internet__gb=28_500),
            us_east_1="NONE",
        ),
        {
            "ses.data_transfer.out_gb": "1202.3",
            "sns.data_transfer.out_gb": "1202.3",
            "data_transfer.out_internet.gb": "2404.6",
        },
        "4809.20",
    ),
    # 150 GB less 100 once for the account.
    "100 GB are free": Worked(
        usage(
            of("data_transfer@us-east-1", data_transfer__out_internet__gb=75),
            of("data_transfer@eu-west-1", data_transfer__out_internet__gb=75),
            month="2026-12",
            account=Account(),
        ),
        {"data_transfer.out_internet.gb": "4.5"},
        "4.50",
    ),
    "traffic between Regions": around(
        "data_transfer@us-east-1",
        {"data_transfer.to.us-west-2.gb": "10"},
        "10.00",
        **{"data_transfer__to__us-west-2__gb": 500},
    ),
    # 512,000 * 0.029 + 1,536,000 * 0.025 + 52,000 * 0.02
    "Firehose, all ranges": around(
        "firehose@us-east-1", {"firehose.ingestion.gb": "54288"}, "54288.00", firehose__ingestion__gb=2_100_000
    ),
}

WATCHING = {
    # 10,000 * 0.30 + 240,000 * 0.10 + 750,000 * 0.05 + 100,000 * 0.02
    "metrics, all ranges": around(
        "cloudwatch@us-east-1", {"cloudwatch.metrics": "66500"}, "66500.00", cloudwatch__metrics=1_100_000
    ),
    "alarms of every kind": around(
        "cloudwatch@us-east-1",
        {
            "cloudwatch.alarms": "3",
            "cloudwatch.alarms.high_resolution": "1.5",
            "cloudwatch.alarms.composite": "2",
        },
        "6.50",
        cloudwatch__alarms=30,
        cloudwatch__alarms__high_resolution=5,
        cloudwatch__alarms__composite=4,
    ),
    # 12 metrics and 12 alarms, half of them of SES, 10 of each free.
    "10 metrics and 10 alarms are free": Worked(
        usage(
            of("ses@us-east-1", ses__events__cloudwatch_metrics=6, ses__events__cloudwatch_alarms=6),
            of("cloudwatch@us-east-1", cloudwatch__metrics=6, cloudwatch__alarms=6),
            us_east_1="NONE",
            account=Account(),
        ),
        {
            "ses.events.cloudwatch_metrics": "0.3",
            "cloudwatch.metrics": "0.3",
            "ses.events.cloudwatch_alarms": "0.1",
            "cloudwatch.alarms": "0.1",
        },
        "0.80",
    ),
}

EXAMPLES: Mapping[str, Worked] = {**KEYS, **QUEUES, **FUNCTIONS, **TRAFFIC, **WATCHING}
