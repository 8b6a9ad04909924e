"""Requests that are told of queues, functions and keys, and that follow from topics too, are counted once."""

from decimal import Decimal

import msgspec
import pytest
from commanding import commanded
from estimating import ACCOUNT, of, open_ends, subscription, topic, usage
from sources.templates import HERE, inventory
from working import costs_by_meter

from auditor.model.coverage import Coverage
from auditor.model.inventory import Inventory
from auditor.model.known import Known
from auditor.model.text import text
from pricing.derived import estimate_all
from pricing.result import Estimate
from pricing.usage.usage import Entry

QUEUE, QUEUE_US = (f"arn:aws:sqs:{region}:{ACCOUNT}:orders" for region in ("eu-west-1", "us-east-1"))
LISTED = Coverage(account=ACCOUNT, region="eu-west-1", operation="sns:ListSubscriptions", complete=Known(value=True))
DELIVERIES = of("sns@eu-west-1", sns__delivery__sqs=1_000_000, sns__publish__average_bytes=900)
ORDERS = topic("Orders")


def needed(found: Estimate) -> dict[str, str]:
    """What is not known, with the reason."""
    return {item.meter: item.reason for item in found.depends_on_usage}


@pytest.mark.parametrize(("where", "words"), [(QUEUE, QUEUE), ("sqs@eu-west-1", "sqs in eu-west-1")])
def test_requests_of_queues_beside_deliveries_of_the_region(where: str, words: str) -> None:
    found = commanded(usage(DELIVERIES, of(where, sqs__requests__standard=3_000_000)))

    # 3 million requests at $0.40 per million, once; deliveries to queues are free.
    assert costs_by_meter(found) == {"sns.delivery.sqs": "0", "sqs.requests.standard": "1.2"}
    assert needed(found) == {
        "sns.sqs.requests": (
            f"whether it is part of sqs.requests.standard of {words} is not told; sns.sqs.requests: 0 says that it is, "
            "3000000 that it comes on top"
        )
    }


@pytest.mark.parametrize(("more", "cost"), [(0, "1.2"), (500_000, "1.4")])
def test_how_many_come_on_top_can_be_told(more: int, cost: str) -> None:
    on_top = of("sns@eu-west-1", sns__sqs__requests=more)
    deliveries = Entry(DELIVERIES.selector, {**DELIVERIES.quantities, **on_top.quantities})
    found = commanded(usage(deliveries, of(QUEUE, sqs__requests__standard=3_000_000)))

    assert found.complete
    assert sum(map(Decimal, costs_by_meter(found).values())) == Decimal(cost)


def test_requests_of_another_region_are_others() -> None:
    found = commanded(usage(DELIVERIES, of(QUEUE_US, sqs__requests__standard=3_000_000)))

    assert costs_by_meter(found) == {
        "sns.delivery.sqs": "0",
        "sns.sqs.requests": "1.2",
        "sqs.requests.standard": "1.2",
    }


def test_requests_of_a_region_that_deliveries_go_to_may_be_theirs() -> None:
    deliveries = Entry(DELIVERIES.selector, {**DELIVERIES.quantities, "sns.data_transfer.to.us-east-1.gb": Decimal(1)})
    found = commanded(usage(deliveries, of(QUEUE_US, sqs__requests__standard=3_000_000)))

    assert set(needed(found)) == {"sns.sqs.requests"}


@pytest.mark.parametrize("none", [0, None])
def test_no_requests_have_none_of_the_deliveries(none: int | None) -> None:
    found = commanded(usage(DELIVERIES, of(QUEUE, sqs__requests__standard=none)))

    assert costs_by_meter(found)["sns.sqs.requests"] == "1.2"


def test_functions_and_streams_are_counted_once_too() -> None:
    told = of(
        "sns@eu-west-1",
        sns__delivery__lambda=1000,
        sns__lambda__duration_ms=100,
        sns__lambda__memory_mb=128,
        sns__delivery__firehose=1000,
        sns__publish__average_bytes=900,
    )
    functions = of("lambda@eu-west-1", lambda__requests=1_000_000, lambda__gb_seconds=100_000)
    found = commanded(usage(told, functions, of("firehose@eu-west-1", firehose__ingestion__gb=10)))

    # 1,000 invocations of 0.1 s with 128 MB, and 1,000 records of 5 KB.
    assert {name: reason.partition("says that it is")[2] for name, reason in needed(found).items()} == {
        "sns.lambda.requests": ", 1000 that it comes on top",
        "sns.lambda.gb_seconds": ", 12.5 that it comes on top",
        "sns.firehose.ingestion_gb": ", 0.004768371582 that it comes on top",
    }


def test_seconds_alone_are_counted_once_and_requests_stay() -> None:
    told = of(
        "sns@eu-west-1", sns__delivery__lambda=1_000_000, sns__lambda__duration_ms=100, sns__lambda__memory_mb=1024
    )
    found = commanded(usage(told, of("lambda@eu-west-1", lambda__gb_seconds=100_000)))

    assert set(needed(found)) == {"sns.lambda.gb_seconds"}
    assert costs_by_meter(found) == {
        "lambda.gb_seconds": "1.66667",
        "sns.delivery.lambda": "0",
        "sns.lambda.requests": "0.2",
    }


def from_topology(*entries: Entry) -> Estimate:
    """A topic with one queue that is not told of itself."""
    to_queue = msgspec.structs.replace(subscription(ORDERS, "sqs", QUEUE), endpoint=Known(text(QUEUE)))
    read = Inventory(resources=(ORDERS, to_queue), coverage=(LISTED,))
    publishes = of(ORDERS.id, sns__publish__messages=1_000_000, sns__publish__average_bytes=900)
    return estimate_all(read, usage(publishes, *entries))


def test_requests_of_another_queue_are_others_where_subscriptions_are_known() -> None:
    found = from_topology(of(f"{QUEUE}-others", sqs__requests__standard=3_000_000))

    assert costs_by_meter(found)["sns.sqs.requests"] == "1.2"
    assert ("sns.sqs.requests", ORDERS.id) not in open_ends(found)


def test_requests_of_all_queues_of_a_region_may_be_those_of_a_known_subscription() -> None:
    found = from_topology(of("sqs@eu-west-1", sqs__requests__standard=3_000_000))

    assert ("sns.sqs.requests", ORDERS.id) in open_ends(found)
    assert "sns.sqs.requests" not in costs_by_meter(found)


def test_principals_that_are_told_ask_beside_what_is_told_of_keys() -> None:
    found = commanded(
        usage(of("sns@us-east-1", sns__kms__publishing_principals=1), of("kms@us-east-1", kms__requests=1_000_000))
    )

    # 2,628,000 seconds of an average month / 300 * 2 requests of one principal.
    assert costs_by_meter(found) == {"kms.requests": "3", "sns.kms.requests": "0.05256"}


def test_invocations_that_a_region_tells_of_its_topics_run_once() -> None:
    told = of(
        "sns@eu-west-1", sns__lambda__requests=1_000_000, sns__lambda__duration_ms=100, sns__lambda__memory_mb=1024
    )
    found = commanded(usage(told, of(ORDERS.id, sns__delivery__lambda=1_000_000)))

    assert costs_by_meter(found) == {
        "sns.delivery.lambda": "0",
        "sns.lambda.gb_seconds": "1.66667",
        "sns.lambda.requests": "0.2",
    }


def test_messages_that_a_region_tells_of_its_fifo_topics_are_sent_once() -> None:
    told = of("sns@us-east-1", sns__fifo__delivery__messages=1_000_000, sns__publish__average_bytes=1000)
    fifo = of(
        f"arn:aws:sns:us-east-1:{ACCOUNT}:t.fifo", sns__fifo__publish__messages=500_000, sns__fifo__subscriptions=2
    )
    found = commanded(usage(told, fifo))

    # 1 million messages and 1 GB of subscriptions, three requests to SQS for each; 0.5 GB are published.
    assert costs_by_meter(found) == {
        "sns.fifo.delivery.messages": "0.01",
        "sns.fifo.delivery.payload_gb": "0.001",
        "sns.fifo.publish.messages": "0.15",
        "sns.fifo.publish.payload_gb": "0.0085",
        "sns.fifo.sqs.requests": "1.5",
    }


ENCRYPTED = """\
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement: {Effect: Allow, Principal: {Service: ses.amazonaws.com}, Action: 'kms:*', Resource: '*'}
  Other: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {Statement: []}}}
  Bounces: {Type: AWS::SNS::Topic, Properties: {KmsMasterKeyId: !Ref Key}}
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Bounces]
      PolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: ses.amazonaws.com}, Action: sns:Publish, Resource: !Ref Bounces}
  Set: {Type: AWS::SES::ConfigurationSet, Properties: {Name: main}}
  Events:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties:
      ConfigurationSetName: !Ref Set
      EventDestination: {Enabled: true, MatchingEventTypes: [bounce], SnsDestination: {TopicARN: !Ref Bounces}}
  Identity:
    Type: AWS::SES::EmailIdentity
    Properties: {EmailIdentity: example.com, ConfigurationSetAttributes: {ConfigurationSetName: main}}
"""


@pytest.mark.parametrize(("where", "is_counted"), [("Key", False), ("Other", True), ("kms@eu-west-1", False)])
def test_requests_that_are_told_of_the_key_of_a_topic_may_be_those_of_the_topic(
    where: str, *, is_counted: bool
) -> None:
    mail = of("ses@eu-west-1", ses__outbound__recipients=1_000, ses__bounce_rate="0.03")
    told = usage(mail, of(where, kms__requests=50_000), month="2026-12", eu_west_1="NONE")
    found = estimate_all(inventory(ENCRYPTED, bindings=HERE), told)

    # 31 days / 300 seconds * 2 requests of one principal * $0.000003.
    costs = {name: amount for name, amount in costs_by_meter(found).items() if name.endswith("kms.requests")}
    assert costs == {"kms.requests": "0.15", **({"sns.kms.requests": "0.053568"} if is_counted else {})}
    assert any(meter == "sns.kms.requests" for meter, _ in open_ends(found)) is not is_counted
