"""Usage files of Infracost."""

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from estimating import ACCOUNT, cost, line, open_ends, subscription, topic

from auditor.model.awslambda import Function
from auditor.model.inventory import AnyResource, Inventory
from auditor.model.kms import Key
from auditor.model.known import Known
from auditor.model.sns import Topic
from auditor.model.sqs import Queue
from auditor.model.text import text
from pricing.derived import estimate_all
from pricing.result import Estimate
from pricing.usage.file import load, parse
from pricing.usage.usage import Usage, UsageError

HERE: dict[str, Any] = {"deployment": "plan.json", "account": text(ACCOUNT), "region": text("us-east-1")}


def named(address: str, *, fifo: bool = False) -> Topic:
    return Topic(address=address, name=text(address), arn=text(f"arn:{address}"), fifo=Known(fifo), **HERE)


def queue(address: str, *, fifo: bool = False) -> Queue:
    return Queue(address=address, name=text(address), fifo=Known(fifo), **HERE)


ORDERS = named("aws_sns_topic.orders")
MANY = tuple(named(f"module.a.aws_sns_topic.many[{number}]") for number in range(2))
RESOURCES: tuple[AnyResource, ...] = (
    ORDERS,
    *MANY,
    named("aws_sns_topic.fifo", fifo=True),
    queue("aws_sqs_queue.plain"),
    queue("aws_sqs_queue.fifo", fifo=True),
    Function(address="aws_lambda_function.f", name=text("f"), **HERE),
    Key(address="aws_kms_key.k", name=text("k"), manager=Known("CUSTOMER"), **HERE),
)


def read(content: str, *resources: AnyResource) -> Usage:
    return parse(f"version: 0.1\n{content}".encode(), "u.yml", Inventory(resources=resources or RESOURCES))


def told(content: str, *resources: AnyResource) -> dict[str, dict[str, str | None]]:
    return {
        entry.selector.resource: {
            name: None if amount is None else f"{amount:f}" for name, amount in entry.quantities.items()
        }
        for entry in read(content, *resources).entries
    }


def test_topics() -> None:
    content = """\
resource_usage:
  aws_sns_topic.orders:
    monthly_requests: 1000
    request_size_kb: 128
    http_subscriptions: 2
    email_subscriptions: 3
    kinesis_subscriptions: 4
    mobile_push_subscriptions: 5
    macos_subscriptions: 6
    sms_subscriptions: 7
    sms_notification_price: 0.00987
"""
    assert told(content) == {
        ORDERS.id: {
            "sns.publish.messages": "1000",
            "sns.publish.average_bytes": "128000",
            "sns.delivery.http": "2000",
            "sns.delivery.email": "3000",
            "sns.delivery.firehose": "4000",
            "sns.delivery.push.apns": "5000",
            "sns.delivery.push.macos": "6000",
            "sns.delivery.sms": "7000",
            "sns.sms.price_per_part": "0.00987",
        }
    }


@pytest.mark.parametrize(
    ("kilobytes", "size"),
    [("0", "0"), ("1", "1000"), ("64", "64000"), ("65", "65537"), ("128", "128000"), ("129", "131073")],
)
def test_a_size_makes_as_many_requests_as_infracost_counts(kilobytes: str, size: str) -> None:
    content = f"resource_usage:\n  aws_sns_topic.orders: {{monthly_requests: 1, request_size_kb: {kilobytes}}}\n"

    assert told(content)[ORDERS.id]["sns.publish.average_bytes"] == size


def test_other_resources() -> None:
    content = """\
resource_usage:
  aws_sqs_queue.plain: {monthly_requests: 10, request_size_kb: 64}
  aws_sqs_queue.fifo: {monthly_requests: 20}
  aws_lambda_function.f: {monthly_requests: 30, request_duration_ms: 350}
  aws_kms_key.k: {monthly_requests: 40}
"""
    assert told(content) == {
        "plan.json#aws_sqs_queue.plain": {"sqs.requests.standard": "10", "sqs.requests.average_bytes": "64000"},
        "plan.json#aws_sqs_queue.fifo": {"sqs.requests.fifo": "20", "sqs.requests.average_bytes": "64000"},
        "plan.json#aws_lambda_function.f": {"lambda.requests": "30", "lambda.duration_ms": "350"},
        "plan.json#aws_kms_key.k": {"kms.requests": "40"},
    }


def test_the_more_exact_wins() -> None:
    content = """\
resource_usage:
  module.a.aws_sns_topic.many[*]: {monthly_requests: 2}
  module.a.aws_sns_topic.many[1]: {monthly_requests: 3}
resource_type_default_usage:
  aws_sns_topic: {monthly_requests: 1}
"""
    requests = {name: amounts["sns.publish.messages"] for name, amounts in told(content).items()}

    assert requests == {ORDERS.id: "1", MANY[0].id: "2", MANY[1].id: "3", "arn:aws_sns_topic.fifo": "1"}


def test_a_subscription_counts_on_its_topic() -> None:
    to = topic("orders", "us-east-1")
    one, two = (
        msgspec.structs.replace(
            subscription(to, "https", f"https://{name}.example"), address=f"aws_sns_topic_subscription.{name}"
        )
        for name in ("one", "two")
    )
    content = """\
resource_usage:
  aws_sns_topic_subscription.one: {monthly_requests: 1000000, request_size_kb: 128}
  aws_sns_topic_subscription.two: {monthly_requests: 5}
"""
    assert told(content, to, one, two) == {
        to.id: {"sns.delivery.http": "1000005", "sns.delivery.average_bytes": "128000"}
    }


def test_what_is_not_used_is_named() -> None:
    content = """\
resource_usage:
  aws_sns_topic.orders: {monthly_requests: 1, request_size: 63}
  aws_instance.web: {operating_system: linux}
resource_type_default_usage:
  aws_instance: {monthly_hrs: 1}
"""
    found = estimate_all(Inventory(resources=RESOURCES), read(content))

    assert {
        "u.yml:3: request_size of aws_sns_topic.orders is not known here and not used.",
        "aws_instance.web of the usage file is not priced here.",
        "aws_instance of the usage file is not priced here.",
    } <= set(found.assumptions)


def test_an_address_that_no_input_has_stays_open() -> None:
    found = estimate_all(
        Inventory(resources=RESOURCES), read("resource_usage: {aws_sns_topic.gone: {monthly_requests: 1}}\n")
    )
    reason = open_ends(found)["sns.publish.messages", "aws_sns_topic.gone"].reason

    assert reason == "no resource of the inputs matches aws_sns_topic.gone (u.yml:2)"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("resource_usage: [1]\n", "u.yml:2: should be a mapping of names to values"),
        ("resource_usage: {aws_sns_topic.orders: 5}\n", "u.yml:2: should be a mapping of names to values"),
        (
            "resource_usage:\n  aws_sns_topic.orders:\n    monthly_requests: many\n",
            "u.yml:4: monthly_requests: should be a number of 0 or more",
        ),
        (
            "resource_usage: {aws_sns_topic.orders: {monthly_requests: -1}}\n",
            "u.yml:2: monthly_requests: should be a number of 0 or more",
        ),
    ],
)
def test_what_is_wrong_is_refused(content: str, message: str) -> None:
    with pytest.raises(UsageError) as found:
        read(content)
    assert str(found.value) == message


@pytest.mark.parametrize("content", ["resource_usage: {}\n", "resource_usage:\nresource_type_default_usage:\n", ""])
def test_an_empty_file_tells_nothing(content: str) -> None:
    assert read(content).entries == ()


# -- against Infracost's own tests ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def golden() -> Path:
    folder = os.environ.get("CONFORMANCE_DATA")
    if not folder:
        pytest.skip("CONFORMANCE_DATA is not set: Infracost's test files are not in the repository")
    return Path(folder, "prices", "infracost-golden")


def estimated(path: Path, *resources: AnyResource) -> Estimate:
    inventory = Inventory(resources=resources)
    return estimate_all(inventory, load(path, inventory))


@pytest.mark.conformance
def test_queues_of_infracost(golden: Path) -> None:
    plain, fifo = (
        queue("aws_sqs_queue.standard_sqs_queue_withUsage"),
        queue("aws_sqs_queue.fifo_sqs_queue_withUsage", fifo=True),
    )
    found = estimated(golden / "sqs_queue_test.usage.yml", plain, fifo)

    assert (cost(found, "sqs.requests.standard"), cost(found, "sqs.requests.fifo")) == ("0.8", "0.5")
    assert any("request_size of aws_sqs_queue.fifo_sqs_queue_withUsage" in note for note in found.assumptions)


@pytest.mark.conformance
def test_fifo_topics_of_infracost(golden: Path) -> None:
    name = "aws_sns_topic.sns_fifo_topic_withUsage"
    found = estimated(golden / "sns_topic_test.usage.yml", named(name, fifo=True))

    # 1M publishes of 128 KB: $0.30 for requests, $2.18 (2.176) for 128 GB of payload.
    assert cost(found, "sns.fifo.publish.messages") == "0.3"
    assert cost(found, "sns.fifo.publish.payload_gb") == "2.176"


@pytest.mark.conformance
def test_topics_of_infracost(golden: Path) -> None:
    """Infracost takes a free range off each topic; it is one of the account, so it is not taken off here."""
    charged = named("aws_sns_topic.sns_topic_withChargedSubscribers")
    found = estimated(golden / "sns_topic_test.usage.yml", charged)

    assert {name: line(found, f"sns.delivery.{name}").quantity for name in ("http", "email", "firehose")} == {
        "http": 200_000,
        "email": 300_000,
        "firehose": 4_000_000,
    }
    assert cost(found, "sns.delivery.firehose") == "0.76"
    assert cost(found, "sns.delivery.push.apns") == "2.5"
    assert cost(found, "sns.delivery.push.macos") == "3"
    assert line(found, "sns.delivery.http").cost == Decimal("0.06") + Decimal("0.06")


@pytest.mark.conformance
def test_functions_of_infracost(golden: Path) -> None:
    function = Function(address="aws_lambda_function.lambda_withUsage", name=text("f"), **HERE)
    found = estimated(golden / "lambda_function_test.usage.yml", function)

    assert cost(found, "lambda.requests") == "0.02"
    assert open_ends(found)["lambda.gb_seconds", function.id].needs == ("lambda.memory_mb",)


def test_a_function_that_runs_on_arm_has_the_price_of_arm() -> None:
    on_arm = Function(address="aws_lambda_function.f", name=text("f"), architecture=Known("arm64"), **HERE)
    content = (
        b"version: 0.1\nresource_usage:\n  aws_lambda_function.f: {monthly_requests: 10, request_duration_ms: 5}\n"
    )

    assert [dict(entry.quantities) for entry in parse(content, "u.yml", Inventory(resources=(on_arm,))).entries] == [
        {"lambda.arm.requests": Decimal(10), "lambda.arm.duration_ms": Decimal(5)}
    ]
