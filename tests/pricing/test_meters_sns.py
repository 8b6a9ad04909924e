"""Metering rules of SNS: standard and FIFO topics, text messages, and what they make other services charge."""

from decimal import Decimal

import pytest
from estimating import cost, line, of, open_ends, priced, topic, topic_arn, usage

from auditor.model.known import Cause, Known, Unknown
from pricing.catalog.lookup import shipped
from pricing.meters.meter import Told
from pricing.meters.registry import meters
from pricing.meters.sns_sms import CARRIER_FEES, COUNTRIES
from pricing.month import Month
from pricing.options import choose
from pricing.usage.usage import UsageError

MIB = 1024 * 1024


def measured(meter: str, month: Month | None = None, chosen: dict[str, str] | None = None, **told: object) -> object:
    """Billed units of quantities written like ``sns__publish__messages``, or what is missing."""
    amounts = {
        name.replace("__", "."): None if amount is None else Decimal(str(amount)) for name, amount in told.items()
    }
    found = meters()[meter].measure(Told(amounts, month), choose(chosen or {}))
    return found.value if isinstance(found, Known) else found.detail


# -- publishing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "requests"), [(0, 1), (1, 1), (65_536, 1), (65_537, 2), (262_144, 4), (MIB, 16)])
def test_a_request_per_64_kb(size: int, requests: int) -> None:
    found = measured("sns.publish.messages", sns__publish__messages=10, sns__publish__average_bytes=size)

    assert found == 10 * requests


@pytest.mark.parametrize(
    ("messages", "batch", "size", "requests"),
    [
        (100, 10, 1_000, 10),  # ten small messages are one request
        (101, 10, 1_000, 11),
        (100, 10, 65_536, 100),  # the sum counts: as many as published one by one
        (100, 4, 30_000, 50),  # 120,000 bytes are two
        (100, "2.5", 1_000, 40),
        (0, 10, 1_000, 0),
    ],
)
def test_a_batch_counts_by_its_sum(messages: int, batch: object, size: int, requests: int) -> None:
    found = measured(
        "sns.publish.messages",
        sns__publish__messages=messages,
        sns__publish__batch_size=batch,
        sns__publish__average_bytes=size,
    )

    assert found == requests


def test_a_batch_of_unknown_size_is_unknown() -> None:
    told = {"sns__publish__messages": 10, "sns__publish__average_bytes": 1, "sns__publish__batch_size": None}

    assert measured("sns.publish.messages", **told) == "sns.publish.batch_size"


@pytest.mark.parametrize(
    ("name", "amount", "message"),
    [
        ("sns__publish__average_bytes", MIB + 1, "is at most 1,048,576 byte, not 1,048,577"),
        ("sns__publish__batch_size", 11, "is at most 10 message, not 11"),
        ("sns__publish__batch_size", 0, "is at least 1 message, not 0"),
        ("sns__fifo__archive__retention_days", 366, "is at most 365 day, not 366"),
    ],
)
def test_what_sns_does_not_take_is_refused(name: str, amount: int, message: str) -> None:
    with pytest.raises(UsageError, match=f"{name.replace('__', '.')} of sns in eu-west-1 {message}"):
        priced(usage(of("sns@eu-west-1", **{name: amount})))


# -- deliveries -------------------------------------------------------------------------------------------------------


def test_repeated_attempts_are_an_option() -> None:
    told = usage(of("sns@us-east-1", sns__delivery__http_retries=1_000_000, sns__delivery__average_bytes=70_000))
    billed, free = priced(told), priced(told, sns__http__retries="free")

    assert (cost(billed, "sns.delivery.http_retries"), cost(free, "sns.delivery.http_retries")) == ("1.2", "0")
    assert [(item.id, item.value) for item in free.options if item.id == "sns.http.retries"] == [
        ("sns.http.retries", "free")
    ]


def test_deliveries_to_http_leave_to_the_internet() -> None:
    found = priced(
        usage(
            of(
                "sns@us-east-1",
                sns__delivery__http=10_000_000,
                sns__delivery__http_retries=1_000_000,
                sns__delivery__average_bytes=2_000,
            ),
            of("data_transfer@us-east-1", data_transfer__out_internet__gb=10_239),
        )
    )
    out = line(found, "sns.data_transfer.out_gb")

    assert out.quantity == 22
    # 10,261 GB fill the first range of 10,240 GB together; each has its share of both.
    assert sum(tier.quantity for item in found.lines for tier in item.tiers if item.unit == "GB") == 10_261
    assert sum(tier.cost for item in found.lines for tier in item.tiers if item.unit == "GB") == Decimal("923.385")
    assert [text for text in found.assumptions if text.startswith("sns.data_transfer.out_gb is derived")]


def test_traffic_that_is_told_is_not_derived() -> None:
    told = {"sns__delivery__http": 10, "sns__delivery__average_bytes": 10, "sns__data_transfer__out_gb": 5}

    assert measured("sns.data_transfer.out_gb", **told) == 5


@pytest.mark.parametrize(("size", "requests"), [(1, 3), (65_536, 3), (65_537, 5)])
def test_queues_are_sent_received_and_deleted(size: int, requests: int) -> None:
    assert measured("sns.sqs.requests", sns__delivery__sqs=7, sns__delivery__average_bytes=size) == 7 * requests


def test_functions_are_invoked_and_run() -> None:
    told = {"sns__delivery__lambda": 1_000_000, "sns__lambda__duration_ms": 120, "sns__lambda__memory_mb": 256}
    found = priced(usage(of("sns@us-east-1", **told)))

    assert cost(found, "sns.lambda.requests") == "0.2"
    assert line(found, "sns.lambda.gb_seconds").quantity == 30_000
    assert cost(found, "sns.lambda.gb_seconds") == "0.500001"
    assert found.complete


def test_how_long_functions_run_is_not_guessed() -> None:
    found = priced(usage(of("sns@us-east-1", sns__delivery__lambda=1_000_000)))

    assert open_ends(found)["sns.lambda.gb_seconds", None].needs == ("sns.lambda.duration_ms",)
    assert not found.complete


def test_records_of_firehose_are_rounded_up_to_5_kb() -> None:
    told = {"sns__delivery__firehose": 1024 * 1024, "sns__delivery__average_bytes": 5_121}

    assert measured("sns.firehose.ingestion_gb", **told) == 10


# -- keys -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "principals", "requests"),
    [(Month(2026, 12), 1, 17_856), (Month(2026, 2), 8, 129_024), (None, 1, 17_520), (None, 0, 0)],
)
def test_data_keys_are_used_again_for_five_minutes(month: Month | None, principals: int, requests: int) -> None:
    assert measured("sns.kms.requests", month, sns__kms__publishing_principals=principals) == requests


def test_requests_to_the_aws_managed_key_are_an_option() -> None:
    told = {"sns__kms__aws_managed_principals": 1}

    assert measured("sns.kms.aws_managed_requests", **told) == 17_520
    assert measured("sns.kms.aws_managed_requests", None, {"sns.kms.aws_managed_key": "free"}, **told) == 0


def test_key_requests_share_the_allowance_of_the_account() -> None:
    from pricing.usage.usage import Account

    found = priced(
        usage(
            of(topic_arn("a"), sns__kms__publishing_principals=1),
            of("kms@us-east-1", kms__requests=30_000, kms__keys=2),
            month="2026-12",
            account=Account(),
        )
    )

    assert sum(item.free for item in found.lines) == 20_000
    assert found.total == Decimal("2.08")  # (17,856 + 30,000 - 20,000) * 0.000003 + 2


def test_principals_that_are_told_for_the_region_are_not_those_of_each_topic() -> None:
    found = priced(
        usage(
            of("sns@eu-west-1", sns__kms__publishing_principals=1),
            of(topic_arn("a"), sns__publish__messages=1, sns__publish__average_bytes=1),
        )
    )

    assert [item.resource for item in found.lines if item.meter == "sns.kms.requests"] == [None]


# -- FIFO topics ------------------------------------------------------------------------------------------------------

FIFO = {"sns__fifo__publish__messages": 2_000_000, "sns__publish__average_bytes": 64_000, "sns__fifo__subscriptions": 3}


def test_a_fifo_topic() -> None:
    found = priced(usage(of("sns@us-east-1", **FIFO)))

    assert {item.meter: item.cost for item in found.lines} == {
        "sns.fifo.publish.messages": Decimal("0.6"),
        "sns.fifo.publish.payload_gb": Decimal("2.176"),
        "sns.fifo.delivery.messages": Decimal("0.06"),
        "sns.fifo.delivery.payload_gb": Decimal("0.384"),
        "sns.fifo.sqs.requests": Decimal(9),
    }


def test_a_fifo_topic_may_be_told_like_a_standard_one() -> None:
    told = {"sns__publish__messages": 2_000_000, "sns__publish__average_bytes": 64_000, "sns__delivery__sqs": 6_000_000}
    orders = topic("Orders.fifo", "us-east-1", fifo=True)
    found = priced(usage(of(orders.id, **told)), orders)

    assert found.total == priced(usage(of("sns@us-east-1", **FIFO))).total
    assert found.complete


@pytest.mark.parametrize(("choice", "requests"), [("message", 2_000_000), ("batch", 500_000)])
def test_batches_of_fifo_messages_are_an_option(choice: str, requests: int) -> None:
    found = measured(
        "sns.fifo.publish.messages", None, {"sns.fifo.batches": choice}, **FIFO, sns__publish__batch_size=4
    )

    assert found == requests


@pytest.mark.parametrize(("choice", "gigabytes"), [("1000", "0.001"), ("0", "0.0001")])
def test_the_least_payload_is_an_option(choice: str, gigabytes: str) -> None:
    told = {"sns__fifo__publish__messages": 1_000, "sns__publish__average_bytes": 100}

    assert measured("sns.fifo.publish.payload_gb", None, {"sns.fifo.least_bytes": choice}, **told) == Decimal(gigabytes)


@pytest.mark.parametrize(("days", "stored"), [(0, 0), (10, "42.082191780822"), (365, 1536)])
def test_an_archive_keeps_what_is_published(days: int, stored: object) -> None:
    told = {**FIFO, "sns__fifo__archive__retention_days": days}

    assert measured("sns.fifo.archive.processing_gb", **told) == (128 if days else 0)
    assert measured("sns.fifo.archive.storage_gb_months", **told) == Decimal(str(stored))


def test_a_topic_without_archive_has_no_line_for_it() -> None:
    assert not [item for item in priced(usage(of("sns@us-east-1", **FIFO))).lines if "archive" in item.meter]


def test_a_replay_costs_what_deliveries_cost() -> None:
    told = of("sns@us-east-1", sns__fifo__replay__messages=3_000_000, sns__publish__average_bytes=2_000)
    found = priced(usage(told))

    assert (cost(found, "sns.fifo.replay.messages"), cost(found, "sns.fifo.replay.payload_gb")) == ("0.03", "0.006")


def test_subscriptions_of_a_fifo_topic_are_not_guessed() -> None:
    told = {key: value for key, value in FIFO.items() if key != "sns__fifo__subscriptions"}
    found = priced(usage(of("sns@us-east-1", **told)))

    assert {item.meter for item in found.depends_on_usage} == {
        "sns.fifo.delivery.messages",
        "sns.fifo.delivery.payload_gb",
        "sns.fifo.sqs.requests",
    }
    assert open_ends(found)["sns.fifo.delivery.messages", None].needs == ("sns.fifo.subscriptions",)


def test_a_topic_that_may_be_fifo_by_its_name() -> None:
    import msgspec

    unread = msgspec.structs.replace(topic("Orders.fifo"), fifo=Unknown(Cause.NOT_HERE, "parameter Fifo"))
    found = priced(usage(of(topic_arn("Orders.fifo"), sns__publish__messages=1_000_000)), unread)

    assert cost(found, "sns.fifo.publish.messages") == "0.33"


# -- text messages ----------------------------------------------------------------------------------------------------


def test_text_messages_cost_price_and_carrier_fee() -> None:
    found = priced(usage(of("sns@eu-west-1", sns__sms__us__toll_free__parts=1_000, sns__sms__de__parts=1_000)))

    assert {item.meter: item.cost for item in found.lines} == {
        "sns.sms.de.parts": Decimal("88.48"),
        "sns.sms.us.toll_free.parts": Decimal("5.81"),
        "sns.sms.us.toll_free.carrier_fee": Decimal("2.5"),
    }


def test_a_price_that_is_told_counts() -> None:
    told = of("sns@us-east-1", sns__delivery__sms=1_000, sns__sms__price_per_part="0.00987")
    found = line(priced(usage(told)), "sns.delivery.sms")

    assert (found.cost, found.status, found.unit) == (Decimal("9.87"), "told", "notification")


def test_without_country_and_price_text_messages_have_no_price() -> None:
    found = line(priced(usage(of("sns@us-east-1", sns__delivery__sms=1_000))), "sns.delivery.sms")

    assert (found.cost, found.status) == (None, "no price known")


def test_every_text_message_price_has_a_meter() -> None:
    dimensions = {item.id for item in shipped().service("AWSEndUserMessagingSMS").dimensions}
    counted = {meter.dimension for meter in meters().values() if meter.dimension.startswith("sms.")}

    assert dimensions == counted
    assert len(COUNTRIES) == len(set(COUNTRIES)) == 246
    assert {f"sms.{kind}.carrier_fee" for kind in CARRIER_FEES} <= dimensions
