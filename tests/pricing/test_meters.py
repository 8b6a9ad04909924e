from decimal import Decimal

import pytest

from auditor.model.known import Cause, Known, Unknown, Value
from pricing.meters.meter import Told, pieces
from pricing.meters.registry import SERVICES, meters, quantities
from pricing.options import OPTIONS, OptionError, choose


def measured(meter: str, told: dict[str, str | None], **choices: str) -> Value[Decimal]:
    amounts = {name: Decimal(amount) if amount is not None else None for name, amount in told.items()}
    chosen = choose({name.replace("__", "."): value for name, value in choices.items()})
    return meters()[meter].measure(Told(amounts), chosen)


def missing(name: str) -> Unknown:
    return Unknown(Cause.NOT_HERE, name)


@pytest.mark.parametrize(
    ("size", "requests"),
    [("0", 1), ("1", 1), ("65535", 1), ("65536", 1), ("65536.5", 2), ("65537", 2), ("262144", 4), ("1048576", 16)],
)
def test_a_request_is_64_kb_of_published_data(size: str, requests: int) -> None:
    told = {"sns.publish.messages": "1000", "sns.publish.average_bytes": size}

    assert measured("sns.publish.messages", told) == Known(Decimal(1000 * requests))


@pytest.mark.parametrize("told", [{}, {"sns.publish.average_bytes": None}])
def test_a_message_of_unknown_size_is_not_one_request(told: dict[str, str | None]) -> None:
    assert measured("sns.publish.messages", {"sns.publish.messages": "5", **told}) == missing(
        "sns.publish.average_bytes"
    )
    assert measured("sns.delivery.http", {"sns.delivery.http": "5", **told}) == missing("sns.publish.average_bytes")


def test_no_message_is_no_request_whatever_its_size() -> None:
    assert measured("sns.publish.messages", {"sns.publish.messages": "0"}) == Known(Decimal(0))
    assert measured("sns.publish.messages", {"sns.publish.average_bytes": "9"}) == missing("sns.publish.messages")


def test_deliveries_have_a_size_of_their_own_or_that_of_messages() -> None:
    told = {"sns.delivery.email": "10", "sns.publish.average_bytes": "900"}

    assert measured("sns.delivery.email", told) == Known(Decimal(10))
    assert measured("sns.delivery.email", {**told, "sns.delivery.average_bytes": "70000"}) == Known(Decimal(20))


@pytest.mark.parametrize("protocol", ["sqs", "lambda", "push.apns"])
def test_these_deliveries_are_never_chunked(protocol: str) -> None:
    told = {f"sns.delivery.{protocol}": "7", "sns.publish.average_bytes": "200000"}

    assert measured(f"sns.delivery.{protocol}", told) == Known(Decimal(7))


@pytest.mark.parametrize(
    ("choices", "billed"),
    [
        ({}, "2.97"),
        ({"ses__attachments__encoding": "base64"}, "3.96"),
        ({"ses__attachments__gb_bytes": "1073741824"}, "2.766028046608"),
        ({"ses__attachments__encoding": "base64", "ses__attachments__gb_bytes": "1073741824"}, "3.688037395477"),
    ],
)
def test_the_size_of_attachments_is_disputed(choices: dict[str, str], billed: str) -> None:
    assert measured("ses.attachments.gb", {"ses.attachments.gb": "2.97"}, **choices) == Known(Decimal(billed))


@pytest.mark.parametrize(("rounding", "chunks"), [("up", 2), ("down", 1)])
def test_whether_a_chunk_that_is_not_full_counts_is_disputed(rounding: str, chunks: int) -> None:
    told = {"ses.inbound.messages": "100", "ses.inbound.average_bytes": "300000"}

    assert measured("ses.inbound.chunks_256kb", told, ses__inbound__chunk_rounding=rounding) == Known(
        Decimal(100 * chunks)
    )


def test_small_mails_make_one_chunk_or_none() -> None:
    told = {"ses.inbound.messages": "100", "ses.inbound.average_bytes": "20000"}

    assert measured("ses.inbound.chunks_256kb", told, ses__inbound__chunk_rounding="up") == Known(Decimal(100))
    assert measured("ses.inbound.chunks_256kb", told, ses__inbound__chunk_rounding="down") == Known(Decimal(0))


def test_told_chunks_win_over_derived_ones() -> None:
    told = {"ses.inbound.chunks_256kb": "3", "ses.inbound.messages": "100", "ses.inbound.average_bytes": "300000"}

    assert measured("ses.inbound.chunks_256kb", told) == Known(Decimal(3))
    assert measured("ses.inbound.chunks_256kb", {**told, "ses.inbound.chunks_256kb": None}) == missing(
        "ses.inbound.chunks_256kb"
    )


def test_chunks_are_unknown_without_the_size() -> None:
    assert measured("ses.inbound.chunks_256kb", {"ses.inbound.messages": "100"}) == missing("ses.inbound.average_bytes")


def test_large_numbers_stay_exact() -> None:
    told = {"sns.publish.messages": "999999999999999.999999999999", "sns.publish.average_bytes": "1000000000000000"}

    assert measured("sns.publish.messages", told) == Known(Decimal("15258789062999999999999999.984741210937"))


def test_pieces() -> None:
    assert [pieces(Decimal(size), Decimal(10)) for size in (0, 10, 11)] == [1, 1, 2]
    assert [pieces(Decimal(size), Decimal(10), up=False) for size in (0, 9, 10, 19)] == [0, 0, 1, 1]


def test_every_meter_tells_its_rule_and_its_service() -> None:
    for name, meter in meters().items():
        assert meter.id == name
        assert meter.service in SERVICES
        assert len(meter.rule) > 15
        assert meter.source.startswith("https://")
        assert set(meter.options) <= set(OPTIONS)
        assert set(meter.implied_by) <= set(quantities())


def test_the_plan_fee_is_nothing_that_usage_tells() -> None:
    assert "ses.plan" in meters()
    assert "ses.plan" not in quantities()


def test_defaults_of_options() -> None:
    assert choose({}) == {
        "ses.attachments.gb_bytes": "1000000000",
        "ses.attachments.encoding": "as-told",
        "ses.inbound.chunk_rounding": "up",
        "ses.plan.extras": "charged",
        "ses.plan.proration": "whole",
        "ses.dedicated_ip.proration": "whole",
        "ses.dedicated_ip.managed_scope": "region",
        "sns.http.retries": "billed",
        "sns.fifo.batches": "message",
        "sns.fifo.least_bytes": "1000",
        "sns.kms.aws_managed_key": "charged",
        "sns.free_range": "account",
    }


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"ses.attachments": "x"}, "no option 'ses.attachments'; there are ses.attachments.gb_bytes, "),
        ({"sns.free_range": "world"}, "option sns.free_range is one of account, region, not 'world'"),
    ],
)
def test_wrong_options(chosen: dict[str, str], message: str) -> None:
    with pytest.raises(OptionError) as caught:
        choose(chosen)
    assert str(caught.value).startswith(message)
