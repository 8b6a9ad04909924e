"""Requests of queues and functions are counted once, where they are charged."""

from decimal import Decimal

import msgspec
from estimating import ACCOUNT, line, of, open_ends, topic, usage
from estimating import subscription as unread_subscription

from auditor.model.coverage import Coverage
from auditor.model.inventory import Inventory
from auditor.model.known import Known
from auditor.model.sns import Subscription, Topic
from pricing.derived import estimate_all
from pricing.result import Estimate
from pricing.usage.usage import Entry

LISTED = Coverage(account=ACCOUNT, region="eu-west-1", operation="sns:ListSubscriptions", complete=Known(value=True))
QUEUE, OTHER_QUEUE = (f"arn:aws:sqs:eu-west-1:{ACCOUNT}:{name}" for name in ("orders", "other"))
QUEUE_US = f"arn:aws:sqs:us-east-1:{ACCOUNT}:orders"
FUNCTION, OTHER_FUNCTION = (f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:{name}" for name in ("f", "g"))
FUNCTION_US = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
ORDERS, FIFO = topic("Orders"), topic("Orders.fifo", fifo=True)


def subscription(to: Topic, endpoint: str) -> Subscription:
    made = unread_subscription(to, endpoint.split(":")[2], endpoint)
    return msgspec.structs.replace(made, filter_policy=Known(None))


def found(endpoints: tuple[str, ...], *entries: Entry, to: Topic = ORDERS, size: int = 1) -> Estimate:
    publishes = of(to.id, sns__publish__messages=1_000_000, sns__publish__average_bytes=size)
    resources = (to, *(subscription(to, endpoint) for endpoint in endpoints))
    return estimate_all(Inventory(resources=resources, coverage=(LISTED,)), usage(publishes, *entries))


def quantities(estimate: Estimate) -> dict[tuple[str, str | None, str], Decimal]:
    """Requests and GB-seconds, by meter, resource and Region."""
    return {
        (item.meter, item.resource, item.region): item.quantity
        for item in estimate.lines
        if item.meter.startswith(("sqs.", "lambda.", "sns.sqs.", "sns.lambda.", "sns.fifo.sqs.")) and item.quantity
    }


def test_a_queue_that_tells_its_requests_has_those_of_its_topics() -> None:
    told = of(QUEUE, sqs__requests__standard=5_000_000)
    alone = found((QUEUE,), told)
    both = found((QUEUE, OTHER_QUEUE), told)

    assert quantities(alone) == {("sqs.requests.standard", QUEUE, "eu-west-1"): 5_000_000}
    assert line(alone, "sns.sqs.requests").derived_from == f"others are sqs.requests.standard of {QUEUE}"
    assert quantities(both) == {
        ("sqs.requests.standard", QUEUE, "eu-west-1"): 5_000_000,
        ("sns.sqs.requests", ORDERS.id, "eu-west-1"): 3_000_000,
    }


def test_without_told_requests_they_count_for_the_topic() -> None:
    assert quantities(found((QUEUE, OTHER_QUEUE))) == {("sns.sqs.requests", ORDERS.id, "eu-west-1"): 6_000_000}
    fifo = found((f"{QUEUE}.fifo",), to=FIFO)
    assert quantities(fifo) == {("sns.fifo.sqs.requests", FIFO.id, "eu-west-1"): 3_000_000}


def test_requests_of_a_queue_in_another_region_are_charged_there() -> None:
    # 100,000 bytes are two chunks: 2 + 2 + 1 requests for each message.
    assert quantities(found((QUEUE_US,), size=100_000)) == {("sqs.requests.standard", QUEUE_US, "us-east-1"): 5_000_000}
    fifo = found((f"{QUEUE_US}.fifo",), to=FIFO)
    assert quantities(fifo) == {("sqs.requests.fifo", f"{QUEUE_US}.fifo", "us-east-1"): 3_000_000}


def test_how_often_a_function_runs_follows_from_its_subscriptions() -> None:
    told = of(FUNCTION, lambda__duration_ms=100, lambda__memory_mb=1024)
    estimate = found((FUNCTION, f"{FUNCTION}:live"), told)

    assert quantities(estimate) == {
        ("lambda.requests", FUNCTION, "eu-west-1"): 2_000_000,
        ("lambda.gb_seconds", FUNCTION, "eu-west-1"): 200_000,
    }
    assert estimate.complete is True


def test_functions_on_arm_run_on_arm() -> None:
    told = of(FUNCTION, lambda__arm__duration_ms=100, lambda__memory_mb=1024)

    assert quantities(found((FUNCTION,), told)) == {
        ("lambda.arm.requests", FUNCTION, "eu-west-1"): 1_000_000,
        ("lambda.arm.gb_seconds", FUNCTION, "eu-west-1"): 100_000,
    }


def test_a_function_that_tells_its_requests_is_not_counted_again() -> None:
    told = of(FUNCTION, lambda__requests=7, lambda__gb_seconds=1)
    estimate = found((FUNCTION, OTHER_FUNCTION), told)

    assert quantities(estimate) == {
        ("lambda.requests", FUNCTION, "eu-west-1"): 7,
        ("lambda.gb_seconds", FUNCTION, "eu-west-1"): 1,
        ("sns.lambda.requests", ORDERS.id, "eu-west-1"): 1_000_000,
    }
    assert ("sns.lambda.gb_seconds", ORDERS.id) in open_ends(estimate)


def test_a_function_in_another_region_runs_there_as_long_as_the_topic_tells() -> None:
    how_long = {"sns__lambda__duration_ms": 100, "sns__lambda__memory_mb": 1024}
    amounts = {"sns__publish__messages": 1_000_000, "sns__publish__average_bytes": 1, **how_long}
    resources = (ORDERS, subscription(ORDERS, FUNCTION_US))
    inventory = Inventory(resources=resources, coverage=(LISTED,))
    estimate = estimate_all(inventory, usage(of(ORDERS.id, **amounts)))

    assert quantities(estimate) == {
        ("lambda.requests", FUNCTION_US, "us-east-1"): 1_000_000,
        ("lambda.gb_seconds", FUNCTION_US, "us-east-1"): 100_000,
    }
    assert ("lambda.gb_seconds", FUNCTION_US) in open_ends(found((FUNCTION_US,)))


def test_what_is_told_of_the_topic_stays() -> None:
    told = {"sns__publish__messages": 1, "sns__publish__average_bytes": 1, "sns__sqs__requests": 9}
    inventory = Inventory(resources=(ORDERS, subscription(ORDERS, QUEUE_US)), coverage=(LISTED,))

    assert quantities(estimate_all(inventory, usage(of(ORDERS.id, **told)))) == {
        ("sns.sqs.requests", ORDERS.id, "eu-west-1"): 9
    }


def test_deliveries_that_are_told_are_not_counted_beside_the_requests_of_all_queues() -> None:
    deliveries = of(ORDERS.id, sns__delivery__sqs=500_000)
    told = of(QUEUE, sqs__requests__standard=7_000_000)
    only = found((QUEUE,), deliveries, told)

    assert quantities(only) == {("sqs.requests.standard", QUEUE, "eu-west-1"): 7_000_000}
    assert line(only, "sns.sqs.requests").derived_from == f"others are sqs.requests.standard of {QUEUE}"
    assert quantities(found((QUEUE,), deliveries)) == {("sns.sqs.requests", ORDERS.id, "eu-west-1"): 1_500_000}


def test_how_much_of_told_deliveries_goes_to_queues_that_tell_nothing_is_open() -> None:
    deliveries = of(ORDERS.id, sns__delivery__sqs=500_000)
    told = of(QUEUE, sqs__requests__standard=7_000_000)
    both = found((QUEUE, OTHER_QUEUE), deliveries, told)

    assert open_ends(both)["sns.sqs.requests", ORDERS.id].reason == (
        f"how much of sns.delivery.sqs goes to others than those with sqs.requests.standard of {QUEUE} is not told"
    )
    none = found((QUEUE, OTHER_QUEUE), of(ORDERS.id, sns__delivery__sqs=0), told)
    assert none.complete is True


def test_requests_told_of_a_fifo_topic_by_the_name_of_standard_ones_stay() -> None:
    told = (of(FIFO.id, sns__sqs__requests=123), of(f"{QUEUE}.fifo", sqs__requests__fifo=7))

    assert quantities(found((f"{QUEUE}.fifo",), *told, to=FIFO)) == {
        ("sqs.requests.fifo", f"{QUEUE}.fifo", "eu-west-1"): 7,
        ("sns.fifo.sqs.requests", FIFO.id, "eu-west-1"): 123,
    }


def test_requests_of_fifo_queues_tell_what_they_follow_from() -> None:
    fifo = found((f"{QUEUE}.fifo",), to=FIFO)

    for meter in ("sns.fifo.sqs.requests", "sns.fifo.delivery.messages", "sns.fifo.delivery.payload_gb"):
        assert line(fifo, meter).derived_from == "sns.fifo.subscriptions: the subscriptions of the inventory"


def test_requests_that_are_derived_are_counted_by_their_size_once() -> None:
    of_region = of("sqs@us-east-1", sqs__requests__average_bytes=100_000)
    of_queue = of(QUEUE_US, sqs__requests__average_bytes=100_000)

    # 100,000 bytes are two chunks: 2 + 2 + 1 requests; where the queue tells the size, each of three requests is two.
    for told, requests in (((), 5_000_000), ((of_region,), 5_000_000), ((of_queue,), 6_000_000)):
        estimate = found((QUEUE_US,), *told, size=100_000)
        assert quantities(estimate) == {("sqs.requests.standard", QUEUE_US, "us-east-1"): requests}
        assert not [
            words for words in estimate.assumptions if words.startswith("sqs.requests.average_bytes is not told")
        ]
