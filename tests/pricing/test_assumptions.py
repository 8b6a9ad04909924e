"""What is not told and counts all the same is printed: no default is silent."""

import pytest
from estimating import of, priced, usage

from pricing.meters.registry import meters, quantities

BATCHES = "sns.publish.batch_size is not told: each message is published by a request of its own."
DELIVERED = "sns.delivery.average_bytes is not told: messages are delivered with the size they are published with."
CHUNK = (
    "sqs.requests.average_bytes is not told: each request to SQS is taken to carry 64 KB at most, so that it counts "
    "once."
)
RETRIES = "sns.delivery.http_retries is not told: no delivery to HTTP is repeated."
OTHERS = "sns.api.requests is not told: no requests of topic owners and subscribers are counted."
TRAFFIC = "sns.data_transfer.out_gb is not told: traffic of deliveries by e-mail and mobile push is not counted."
MEAN = "Messages and requests are taken to have the mean size that is told, which decides their chunks."
ALL = "Features of which neither the usage nor the inputs speak are not counted."


def assumed(where: str, **told: int | None) -> list[str]:
    """The assumptions about quantities."""
    every = priced(usage(of(where, **told), month="2026-11")).assumptions
    return [text for text in every if " is not told: " in text or text in {MEAN, ALL} or " is derived: " in text]


@pytest.mark.parametrize("kind", ["standard", "fifo"])
def test_requests_to_sqs_without_a_size_count_once_and_say_so(kind: str) -> None:
    name = f"sqs__requests__{kind}"

    assert assumed("sqs@eu-west-1", **{name: 10}) == [CHUNK, ALL]
    assert assumed("sqs@eu-west-1", **{name: 10, "sqs__requests__average_bytes": 100_000}) == [MEAN, ALL]
    assert assumed("sqs@eu-west-1", **{name: 0}) == [ALL]


def test_publishing_without_batches_and_other_requests_says_so() -> None:
    sized = {"sns__publish__messages": 10, "sns__publish__average_bytes": 1}

    assert assumed("sns@eu-west-1", **sized) == [OTHERS, BATCHES, MEAN, ALL]
    assert assumed("sns@eu-west-1", **sized, sns__publish__batch_size=2, sns__api__requests=0) == [MEAN, ALL]
    # Nothing is counted of what is not known.
    assert assumed("sns@eu-west-1", sns__publish__messages=10) == [ALL]


def test_deliveries_to_http_say_their_size_and_that_none_is_repeated() -> None:
    found = assumed("sns@eu-west-1", sns__delivery__http=10, sns__publish__average_bytes=1)

    assert found[1:] == [DELIVERED, RETRIES, MEAN, ALL]
    assert found[0].startswith("sns.data_transfer.out_gb is derived: ")
    told = {"sns__delivery__http_retries": 0, "sns__delivery__average_bytes": 1, "sns__data_transfer__out_gb": 0}
    assert assumed("sns@eu-west-1", sns__delivery__http=10, **told) == [MEAN, ALL]


def test_e_mail_and_push_say_that_their_traffic_is_not_counted() -> None:
    mail = {"sns__delivery__email": 10, "sns__delivery__average_bytes": 1}

    assert assumed("sns@eu-west-1", **mail) == [TRAFFIC, MEAN, ALL]
    assert assumed("sns@eu-west-1", **mail, sns__data_transfer__out_gb=0) == [MEAN, ALL]
    assert assumed("sns@eu-west-1", sns__delivery__push__gcm=10) == [TRAFFIC, ALL]


def test_chunks_of_mail_say_that_every_mail_has_the_mean_size() -> None:
    words = "{} is derived: every mail has the mean size that is told."
    received = assumed("ses@eu-west-1", ses__inbound__messages=10, ses__inbound__average_bytes=1)
    managed = assumed("ses@eu-west-1", ses__mail_manager__messages=10, ses__mail_manager__average_bytes=1)

    assert received == [words.format("ses.inbound.chunks_256kb"), ALL]
    assert managed == [words.format("ses.mail_manager.chunks_256kb"), ALL]


def test_what_a_region_tells_of_repetitions_is_told() -> None:
    topic = of("arn:aws:sns:eu-west-1:111122223333:a", sns__delivery__http=1, sns__delivery__average_bytes=1)
    region = of("sns@eu-west-1", sns__delivery__http_retries=0)

    assert RETRIES in priced(usage(topic)).assumptions
    assert RETRIES not in priced(usage(topic, region)).assumptions


def test_every_default_is_of_a_quantity_that_can_be_told() -> None:
    for meter in meters().values():
        for name in (*(item.quantity for item in meter.defaults), *meter.mean_sizes):
            assert name in quantities(), (meter.id, name)


def test_what_is_told_of_some_is_said_to_be_missing_of_others() -> None:
    first = of("arn:aws:sns:eu-west-1:111122223333:a", sns__publish__messages=10, sns__publish__average_bytes=1)
    second = of("arn:aws:sns:eu-west-1:111122223333:b", sns__api__requests=5)

    assert [text for text in priced(usage(first, second)).assumptions if text.startswith("sns.api.requests")] == [
        "sns.api.requests is not told of all: where it is not, no requests of topic owners and subscribers are counted."
    ]
