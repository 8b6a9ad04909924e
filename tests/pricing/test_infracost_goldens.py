"""Expected outputs of another tool's tests: reproduced row by row, and the list of wrong rows with the reason.

That tool prices each resource by itself and gives every one of them the free ranges; so does this test, with one
estimate per resource. What that makes wrong for a whole account is told in `test_examples`.
"""

import os
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from commanding import commanded
from estimating import of, usage

from pricing.catalog.lookup import Priced, shipped
from pricing.catalog.regions import REGIONS
from pricing.meters.data_transfer import DESTINATIONS
from pricing.money import to_cents
from pricing.result import Estimate
from pricing.usage.usage import Account, Entry

pytestmark = pytest.mark.conformance


class Row(NamedTuple):
    """A row of an expected output: what it says of a cost, an amount or a unit price in words."""

    resource: str
    name: str
    says: str


FREE = "AWS's price list has 1,000,000 free mobile push deliveries a month, which are left out"
SMS = "100 text messages are taken as free; AWS's price list has no free ones"
SMS_PRICE = "AWS prices text messages by country in a list of its own, and that was not looked up"
RSA = "AWS's price list has $0.0012 per request, $12 per 10,000; the price of elliptic curves is shown"
BETWEEN_ZONES = "Intra-region data transfer"
"""Row of traffic between zones of a Region, which neither SES nor SNS has."""
LOCAL_ZONE = "a Local Zone is no Region of SES or SNS; no price is known"

WRONG: Mapping[tuple[str, str, str], str] = {
    ("sns_topic", "sns_topic_withChargedSubscribers", "Mobile Push notifications"): FREE,
    ("sns_topic", "sns_topic_withChargedSubscribers", "MacOS notifications"): FREE,
    ("sns_topic", "sns_topic_customSmsPrice", "SMS notifications (over 100)"): SMS,
    ("sns_topic", "sns_topic_withChargedSubscribers", "SMS notifications (over 100)"): SMS_PRICE,
    ("sns_topic", "sns_topic", "SMS notifications (over 100)"): SMS_PRICE,
    ("sns_topic", "sns_topic_another_region", "SMS notifications (over 100)"): SMS_PRICE,
    ("kms_key", "kms", "RSA GenerateDataKeyPair requests"): RSA,
}
"""File, resource and row of what is wrong there, and why."""

NEIGHBOURS = {"us-east-1": "us-east-2", "us-east-2": "us-east-1"}
"""Regions with a price of their own for each other."""
OTHERWISE: Mapping[str, int] = {
    "ap-northeast-3": 1,
    "ap-southeast-1": 2,
    "ap-southeast-2": 2,
    "ap-southeast-5": 5,
    "ca-central-1": 1,
    "ca-west-1": 27,
    "eu-central-1": 3,
    "eu-north-1": 3,
    "eu-south-1": 3,
    "eu-west-1": 3,
    "eu-west-2": 3,
    "eu-west-3": 3,
    "il-central-1": 3,
    "sa-east-1": 1,
    "us-east-1": 1,
    "us-east-2": 1,
    "us-gov-east-1": 1,
    "us-gov-west-1": 1,
    "us-west-1": 1,
    "us-west-2": 1,
}
"""Wrong: one price stands for all other Regions. Region to how many of the others it costs otherwise to send to."""

UNIT_PRICES: Mapping[str, str] = {
    "API requests (over 1M)": "sns.requests",
    "HTTP/HTTPS notifications (over 100k)": "sns.delivery.http",
    "HTTP notifications": "sns.delivery.http",
    "Email/Email-JSON notifications (over 1k)": "sns.delivery.email",
    "Kinesis Firehose notifications": "sns.delivery.firehose",
    "Mobile Push notifications": "sns.delivery.push.apns",
    "MacOS notifications": "sns.delivery.push.macos",
    "FIFO Publish API requests": "sns.fifo.requests",
    "FIFO Publish API payload": "sns.fifo.publish.payload",
    "FIFO notifications": "sns.fifo.delivery.messages",
    "FIFO notification payload": "sns.fifo.delivery.payload",
    "ECC GenerateDataKeyPair requests": "kms.requests.generate_data_key_pair_ecc",
    "RSA GenerateDataKeyPair requests": "kms.requests.generate_data_key_pair_rsa",
    "Requests (RSA 2048)": "kms.requests.rsa_2048",
    "Requests (asymmetric)": "kms.requests.asymmetric",
}
"""Row to our dimension."""

METERS: Mapping[str, str] = {
    "API requests (over 1M)": "sns.publish.messages",
    "HTTP/HTTPS notifications (over 100k)": "sns.delivery.http",
    "HTTP notifications": "sns.delivery.http",
    "Email/Email-JSON notifications (over 1k)": "sns.delivery.email",
    "Kinesis Firehose notifications": "sns.delivery.firehose",
    "Mobile Push notifications": "sns.delivery.push.apns",
    "MacOS notifications": "sns.delivery.push.macos",
    "SMS notifications (over 100)": "sns.delivery.sms",
    "FIFO Publish API requests": "sns.fifo.publish.messages",
    "FIFO Publish API payload": "sns.fifo.publish.payload_gb",
    "FIFO notifications": "sns.fifo.delivery.messages",
    "FIFO notification payload": "sns.fifo.delivery.payload_gb",
    "Customer master key": "kms.keys",
}
"""Row to our meter."""

SUBSCRIPTIONS = {
    "http_subscriptions": "sns.delivery.http",
    "email_subscriptions": "sns.delivery.email",
    "kinesis_subscriptions": "sns.delivery.firehose",
    "mobile_push_subscriptions": "sns.delivery.push.apns",
    "macos_subscriptions": "sns.delivery.push.macos",
    "sms_subscriptions": "sns.delivery.sms",
}
FIFO_SUBSCRIPTIONS = {"sns_fifo_topic_withUsageAndSubscriptions": 3}
MEMORY = {"512Mem": 512, "_6B": 512, "_75B": 512, "_9B": 1024, "_11B": 1024, "_15B": 2048, "_18B": 2048}
PULLED = {name: Decimal(0) for name in ("sns.firehose.ingestion_gb", "sns.data_transfer.out_gb")}


@pytest.fixture(scope="module")
def folder() -> Path:
    data = os.environ.get("CONFORMANCE_DATA")
    if not data:
        pytest.skip("CONFORMANCE_DATA is not set: expected outputs of others are not in the repository")
    return Path(data, "prices", "infracost-golden")


def rows(folder: Path, name: str) -> Iterator[Row]:
    resource = ""
    for text in (folder / f"{name}_test.golden").read_text(encoding="utf-8").splitlines():
        found = re.match(r" [├└]─ (.+?)\s{2,}(.+?)\s*\*?\s*$", text)
        if found:
            yield Row(resource, found[1], found[2].strip())
        elif text.startswith(" aws_"):
            resource = text.strip().partition(".")[2]


def told(folder: Path, name: str) -> Mapping[str, Mapping[str, Any]]:
    path = folder / f"{name}_test.usage.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {"resource_usage": {}}
    return {address.partition(".")[2]: values for address, values in content["resource_usage"].items()}


def amount(says: str) -> Decimal:
    return Decimal(says.rpartition("$")[2].replace(",", ""))


def of_topic(name: str, values: Mapping[str, Any]) -> Entry:
    messages, kilobytes = Decimal(values["monthly_requests"]), values.get("request_size_kb", 1)
    if "fifo" in name:
        quantities = {
            "sns.fifo.publish.messages": messages,
            "sns.publish.average_bytes": Decimal(kilobytes * 1000),
            "sns.fifo.subscriptions": Decimal(FIFO_SUBSCRIPTIONS.get(name, 0)),
            "sns.fifo.sqs.requests": Decimal(0),
        }
    else:
        deliveries = {ours: messages * values[key] for key, ours in SUBSCRIPTIONS.items() if key in values}
        price = values.get("sms_notification_price")
        quantities = {
            "sns.publish.messages": messages,
            "sns.publish.average_bytes": Decimal(kilobytes * 1024),
            **deliveries,
            **PULLED,
            **({} if price is None else {"sns.sms.price_per_part": Decimal(str(price))}),
        }
    return of("sns@us-east-1", **{key.replace(".", "__"): value for key, value in quantities.items()})


def cents(found: Estimate, meter: str) -> Decimal | None:
    (line,) = (item for item in found.lines if item.meter == meter)
    return None if line.cost is None else to_cents(line.cost)


def test_topics(folder: Path) -> None:
    seen = set()
    values = told(folder, "sns_topic")
    for row in rows(folder, "sns_topic"):
        place = ("sns_topic", row.resource, row.name)
        if "depends on usage" in row.says:
            continue
        seen.add(place)
        if "not found" in row.says:
            assert place in WRONG
            continue
        found = commanded(usage(of_topic(row.resource, values[row.resource]), account=Account()))
        ours = cents(found, METERS[row.name])
        assert (ours == amount(row.says)) is (place not in WRONG), (place, ours, row.says)
    assert len(seen) == 16
    assert {place for place in WRONG if place[0] == "sns_topic"} <= seen


def test_a_push_delivery_is_free_up_to_a_million(folder: Path) -> None:
    values = told(folder, "sns_topic")["sns_topic_withChargedSubscribers"]
    found = commanded(usage(of_topic("sns_topic_withChargedSubscribers", values), account=Account()))
    push = [item for item in found.lines if item.meter.startswith("sns.delivery.push")]

    assert sum(item.free for item in push) == 1_000_000
    assert sum(item.quantity for item in push) == 11_000_000


def test_subscriptions(folder: Path) -> None:
    values = told(folder, "sns_topic_subscription")["sns_topic_subscription_withUsage"]
    entry = of(
        "sns@us-east-1",
        sns__delivery__http=values["monthly_requests"],
        sns__delivery__average_bytes=values["request_size_kb"] * 1024,
        sns__data_transfer__out_gb=0,
    )
    (row,) = (row for row in rows(folder, "sns_topic_subscription") if "depends" not in row.says)

    assert cents(commanded(usage(entry)), "sns.delivery.http") == amount(row.says)


@pytest.mark.parametrize("name", ["sns_topic", "sns_topic_subscription", "kms_key"])
def test_unit_prices(folder: Path, name: str) -> None:
    """Rows without usage show the unit price: it is that of the catalog."""
    compared = 0
    for row in rows(folder, name):
        found = re.search(r"depends on usage: \$([\d.]+) per (?:(\d+)([kM]?) )?", row.says)
        dimension = UNIT_PRICES.get(row.name, "kms.requests" if row.name == "Requests" else "")
        if found is None or not dimension:
            continue
        answer = shipped().price(dimension, "eu-west-1" if row.resource.endswith("another_region") else "us-east-1")
        assert isinstance(answer, Priced)
        units = Decimal(found[2] or 1) * {"k": 1000, "M": 1_000_000}.get(found[3] or "", 1)
        shown = answer.row.tiers[-1].price * units
        right = shown == Decimal(found[1])
        assert right is ((name, row.resource, row.name) not in WRONG), (row, shown)
        compared += 1
    assert compared == {"sns_topic": 25, "sns_topic_subscription": 1, "kms_key": 5}[name]


@pytest.mark.parametrize("name", ["kms_key", "kms_external_key"])
def test_keys(folder: Path, name: str) -> None:
    found = [row for row in rows(folder, name) if row.name == "Customer master key"]
    estimate = commanded(usage(of("kms@us-east-1", kms__keys=len(found))))

    assert cents(estimate, "kms.keys") == sum(amount(row.says) for row in found)


def test_queues(folder: Path) -> None:
    values = told(folder, "sqs_queue")
    for row in rows(folder, "sqs_queue"):
        if row.resource in values:
            kind = "fifo" if "fifo" in row.resource else "standard"
            size = values[row.resource].get("request_size_kb", 1)
            entry = of(
                "sqs@us-east-1",
                **{f"sqs__requests__{kind}": values[row.resource]["monthly_requests"]},
                sqs__requests__average_bytes=size * 1024,
            )
            assert cents(commanded(usage(entry)), f"sqs.requests.{kind}") == amount(row.says)
        else:
            kind = "fifo" if "fifo" in row.resource else "standard"
            answer = shipped().price(f"sqs.requests.{kind}", "us-east-1")
            assert isinstance(answer, Priced)
            assert f"${answer.row.tiers[0].price * 1_000_000:.2f} per 1M requests" in row.says


def test_functions(folder: Path) -> None:
    """Requests, and duration range by range."""
    values = told(folder, "lambda_function")
    compared = 0
    for resource, wanted in values.items():
        arm = "arm." if resource.endswith("_arm") else ""
        memory = next((size for mark, size in MEMORY.items() if mark in resource), 128)
        found = commanded(
            usage(
                of(
                    "lambda@us-east-1",
                    lambda__memory_mb=memory,
                    **{
                        f"lambda__{arm}requests".replace(".", "__"): wanted["monthly_requests"],
                        f"lambda__{arm}duration_ms".replace(".", "__"): wanted["request_duration_ms"],
                    },
                )
            )
        )
        golden = [row for row in rows(folder, "lambda_function") if row.resource == resource]
        (duration,) = (item for item in found.lines if item.meter == f"lambda.{arm}gb_seconds")
        assert cents(found, f"lambda.{arm}requests") == amount(
            next(row.says for row in golden if row.name == "Requests")
        )
        assert [to_cents(tier.cost) for tier in duration.tiers] == [
            amount(row.says) for row in golden if row.name.startswith("Duration") and "depends" not in row.says
        ]
        compared += 1
    assert compared == 10


def test_data_transfer(folder: Path) -> None:
    """Traffic to the internet, range by range, in every Region."""
    compared = 0
    for resource, wanted in told(folder, "data_transfer").items():
        region = wanted["region"]
        golden = [row for row in rows(folder, "data_transfer") if row.resource == resource]
        assert golden
        internet = [row for row in golden if "to Internet" in row.name]
        assert all(
            "to other regions" in row.name or "to US East" in row.name
            for row in golden
            if row not in internet and row.name != BETWEEN_ZONES
        )
        if region.count("-") > 2 and not region.startswith("us-gov"):
            assert not isinstance(shipped().price("data_transfer.out_internet", region), Priced), LOCAL_ZONE
            continue
        gigabytes = wanted["monthly_outbound_internet_gb"]
        found = commanded(usage(of(f"data_transfer@{region}", data_transfer__out_internet__gb=gigabytes)))
        (line,) = found.lines
        assert [to_cents(tier.cost) for tier in line.tiers] == [amount(row.says) for row in internet]
        compared += 1
    assert compared == 27


def test_traffic_between_regions(folder: Path) -> None:
    """The row of all other Regions is right for the Regions that cost it, and the others are counted."""
    otherwise: dict[str, int] = {}
    compared = 0
    for resource, wanted in told(folder, "data_transfer").items():
        region, gigabytes = wanted["region"], wanted["monthly_outbound_other_regions_gb"]
        if region not in REGIONS:
            continue
        (row,) = (
            row
            for row in rows(folder, "data_transfer")
            if row.resource == resource and row.name == "Outbound data transfer to other regions"
        )
        others = [other for other in DESTINATIONS if other not in {region, NEIGHBOURS.get(region)}]
        prices = {other: shipped().price(f"data_transfer.to.{other}", region) for other in others}
        alike = [
            other
            for other, answer in prices.items()
            if isinstance(answer, Priced) and to_cents(answer.row.tiers[0].price * gigabytes) == amount(row.says)
        ]
        assert to_region(region, alike[0], gigabytes) == amount(row.says)
        otherwise[region] = len(others) - len(alike)
        compared += 1
    assert {region: number for region, number in otherwise.items() if number} == OTHERWISE
    assert compared == 27


def test_traffic_between_neighbours(folder: Path) -> None:
    values = {item["region"]: item for item in told(folder, "data_transfer").values()}
    for region, other in NEIGHBOURS.items():
        (row,) = (
            row
            for row in rows(folder, "data_transfer")
            if row.resource == region and row.name == "Outbound data transfer to US East regions"
        )
        gigabytes = values[region]["monthly_outbound_us_east_to_us_east_gb"]
        assert to_region(region, other, gigabytes) == amount(row.says)


def to_region(region: str, other: str, gigabytes: int) -> Decimal | None:
    meter = f"data_transfer.to.{other}.gb"
    entry = of(f"data_transfer@{region}", **{meter.replace(".", "__"): gigabytes})
    return cents(commanded(usage(entry)), meter)
