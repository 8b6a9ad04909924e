"""Traffic between Regions: the price of each pair, what topics send to other Regions, and never $0 for a pair."""

from decimal import Decimal

import msgspec
import pytest
from estimating import ACCOUNT, cost, line, of, open_ends, priced, topic, usage
from estimating import subscription as unread_subscription

from auditor.model.coverage import Coverage
from auditor.model.inventory import AnyResource, Inventory
from auditor.model.known import Cause, Known, Unknown
from auditor.model.policy import Document
from auditor.model.sns import Subscription, Topic
from auditor.model.text import Symbol, text
from pricing.catalog import between
from pricing.catalog.lookup import NoPriceKnown, Priced, shipped
from pricing.catalog.model import Status
from pricing.derived import estimate_all
from pricing.meters.data_transfer import DESTINATIONS, to_region
from pricing.result import NO_PRICE_KNOWN, Estimate
from pricing.topology.between_regions import UNTOLD, destination
from pricing.usage.usage import Entry, Usage

LISTED = Coverage(account=ACCOUNT, region="eu-west-1", operation="sns:ListSubscriptions", complete=Known(value=True))
TO_US = to_region("us-east-1")
QUEUE_US = "arn:aws:sqs:us-east-1:111122223333:orders"
QUEUE_EU = "arn:aws:sqs:eu-west-1:111122223333:orders"
FUNCTION_US = "arn:aws:lambda:us-east-1:111122223333:function:orders"


def told(name: str, **amounts: int | None) -> Entry:
    return of(f"AWS::SNS::Topic/{name}", **amounts)


def subscription(to: Topic, protocol: str, endpoint: str) -> Subscription:
    return msgspec.structs.replace(unread_subscription(to, protocol, endpoint), filter_policy=Known(None))


def found(usage_: Usage, *resources: AnyResource) -> Estimate:
    return estimate_all(Inventory(resources=resources, coverage=(LISTED,)), usage_)


def published(count: int | None, size: int | None = 2_000) -> Usage:
    amounts = {"sns__publish__messages": count}
    if size is not None:
        amounts["sns__publish__average_bytes"] = size
    return usage(told("Orders", **amounts))


# -- prices -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "to", "price"),
    [
        ("us-east-1", "eu-west-1", "0.02"),
        ("us-east-1", "us-east-2", "0.01"),
        ("eu-west-1", "us-east-1", "0.02"),
        ("sa-east-1", "us-east-1", "0.138"),
        ("af-south-1", "eu-west-1", "0.147"),
    ],
)
def test_a_pair_has_the_price_of_the_region_that_the_traffic_leaves(origin: str, to: str, price: str) -> None:
    entry = of(f"sns@{origin}", **{to_region(to): 1000})

    assert line(priced(usage(entry)), to_region(to)).cost == Decimal(price) * 1000


def test_every_service_can_send_to_every_region() -> None:
    entries = [
        of(f"{service}@eu-west-1", **{to_region("eu-central-1", service): 100})
        for service in ("ses", "sns", "data_transfer")
    ]
    lines = priced(usage(*entries, eu_west_1="NONE")).lines

    assert [(item.service, item.cost, item.usage_type) for item in lines] == [
        ("data_transfer", 2, "EUC1-AWS-Out-Bytes"),
        ("ses", 2, "EUC1-AWS-Out-Bytes"),
        ("sns", 2, "EUC1-AWS-Out-Bytes"),
    ]


def test_a_pair_without_a_price_is_not_free() -> None:
    estimate = priced(usage(of("sns@ap-southeast-3", **{to_region("sa-east-1"): 1})))

    assert line(estimate, to_region("sa-east-1")).status == NO_PRICE_KNOWN
    assert (line(estimate, to_region("sa-east-1")).cost, estimate.complete) == (None, False)


def test_traffic_within_a_region_is_free_with_a_source() -> None:
    estimate = priced(usage(of("sns@us-east-1", **{TO_US: 1000})))
    answer = shipped().price("data_transfer.to.us-east-1", "us-east-1")

    assert (cost(estimate, TO_US), line(estimate, TO_US).status) == ("0", "inferred")
    assert isinstance(answer, Priced)
    assert answer.row.source.url.endswith("/overview-of-data-transfer-costs-for-common-architectures/")


def test_all_pairs_but_two_have_a_price() -> None:
    missing = [
        (origin, to)
        for origin in DESTINATIONS
        for to in DESTINATIONS
        if isinstance(shipped().price(f"data_transfer.to.{to}", origin), NoPriceKnown)
    ]

    assert missing == [("ap-southeast-3", "ap-northeast-3"), ("ap-southeast-3", "sa-east-1")]


def test_the_table_becomes_one_dimension_for_each_destination() -> None:
    (to_b,) = between.dimensions(b"from,price_usd,to\nus-east-1,0.01,us-east-2\nus-west-2,0.02,us-east-2\n")

    assert (to_b.id, to_b.unit, to_b.usage_type) == ("data_transfer.to.us-east-2", "GB", "USE2-AWS-Out-Bytes")
    assert [(list(rate.regions), rate.tiers[0].price, rate.status) for rate in to_b.rates] == [
        (["us-east-1"], Decimal("0.01"), Status.CONFIRMED),
        (["us-west-2"], Decimal("0.02"), Status.CONFIRMED),
        (["us-east-2"], Decimal(0), Status.INFERRED),
    ]


@pytest.mark.parametrize("line_", [b"us-east-1,0.02,us-east-2", b"us-east-2,0.02,us-east-2"])
def test_a_pair_that_stands_twice_is_refused(line_: bytes) -> None:
    with pytest.raises(between.BetweenRegionsError):
        list(between.dimensions(b"from,price_usd,to\nus-east-1,0.01,us-east-2\n" + line_ + b"\n"))


# -- what topics send -------------------------------------------------------------------------------------------------


def test_publishes_to_subscriptions_in_another_region_are_traffic() -> None:
    orders = topic("Orders")
    estimate = found(
        published(1_000_000),
        orders,
        subscription(orders, "sqs", QUEUE_US),
        subscription(orders, "lambda", FUNCTION_US),
        subscription(orders, "sqs", QUEUE_EU),
    )
    traffic = line(estimate, TO_US)

    assert (traffic.quantity, traffic.cost, traffic.region) == (4, Decimal("0.08"), "eu-west-1")
    assert traffic.derived_from == "1,000,000 publishes * 2 subscriptions, of 2,000 bytes without headers"


def test_subscriptions_in_the_same_region_are_no_traffic() -> None:
    orders = topic("Orders")
    estimate = found(published(1_000_000), orders, subscription(orders, "sqs", QUEUE_EU))

    assert not [item for item in estimate.lines if ".data_transfer." in item.meter]
    assert not [item for item in estimate.depends_on_usage if ".data_transfer." in item.meter]


def test_without_publishes_the_traffic_is_not_known() -> None:
    orders = topic("Orders")
    for told_ in (usage(), published(None)):
        estimate = found(told_, orders, subscription(orders, "sqs", QUEUE_US))
        open_end = open_ends(estimate)[TO_US, orders.id]
        assert open_end.quantity is None
        assert [str(tier.price) for price in open_end.prices for tier in price.tiers] == ["0.02"]


def test_without_a_size_the_traffic_is_not_known() -> None:
    orders = topic("Orders")
    open_end = open_ends(found(published(10, None), orders, subscription(orders, "sqs", QUEUE_US)))[TO_US, orders.id]

    assert (open_end.reason, open_end.needs[0]) == (
        "sns.publish.average_bytes is not told",
        "sns.publish.average_bytes",
    )


def test_the_size_of_deliveries_counts_where_it_is_told() -> None:
    orders = topic("Orders")
    sizes = {"sns__publish__average_bytes": 1_000, "sns__delivery__average_bytes": 5_000}
    told_ = usage(told("Orders", sns__publish__messages=1_000_000, **sizes))

    assert line(found(told_, orders, subscription(orders, "sqs", QUEUE_US)), TO_US).quantity == 5


def test_a_filter_policy_lets_a_share_through() -> None:
    orders = topic("Orders")
    policy = Known(Document(json='{"kind": ["order"]}'))
    filtered = msgspec.structs.replace(subscription(orders, "sqs", QUEUE_US), filter_policy=policy)
    without = found(published(1_000_000), orders, filtered)
    told_ = usage(
        told(
            "Orders", sns__publish__messages=1_000_000, sns__publish__average_bytes=2_000, sns__filter__matched_share=1
        )
    )

    assert open_ends(without)[TO_US, orders.id].needs[0] == "sns.filter.matched_share"
    assert line(found(told_, orders, filtered), TO_US).quantity == 2


def test_what_is_told_of_the_traffic_stays() -> None:
    orders = topic("Orders")
    told_ = usage(
        of(
            "AWS::SNS::Topic/Orders",
            **{"sns__publish__messages": 1_000, "sns__publish__average_bytes": 1, TO_US: 7},
        )
    )

    assert line(found(told_, orders, subscription(orders, "sqs", QUEUE_US)), TO_US).quantity == 7


def test_of_told_deliveries_nobody_knows_how_much_goes_where() -> None:
    orders = topic("Orders")
    amounts = {"sns__publish__messages": 1_000, "sns__publish__average_bytes": 1, "sns__delivery__sqs": 9}
    estimate = found(usage(told("Orders", **amounts)), orders, subscription(orders, "sqs", QUEUE_US))

    assert open_ends(estimate)[TO_US, orders.id].reason == (
        "how much of sns.delivery.sqs goes to another Region is not told"
    )


def test_fifo_topics_send_to_other_regions_too() -> None:
    orders = topic("Orders.fifo", fifo=True)
    told_ = usage(told("Orders.fifo", sns__fifo__publish__messages=1_000_000, sns__publish__average_bytes=3_000))
    estimate = found(told_, orders, subscription(orders, "sqs", f"{QUEUE_US}.fifo"))

    assert line(estimate, TO_US).quantity == 3


def test_nothing_published_is_no_traffic() -> None:
    orders = topic("Orders")

    assert line(found(published(0, None), orders, subscription(orders, "sqs", QUEUE_US)), TO_US).cost == 0


def test_a_region_that_the_catalog_does_not_have_is_not_free() -> None:
    orders = topic("Orders")
    there = subscription(orders, "sqs", "arn:aws:sqs:mars-north-1:111122223333:orders")
    estimate = found(published(10), orders, there)

    assert open_ends(estimate)["sns.data_transfer", there.id].reason == (
        "no price is known of traffic to mars-north-1, where the subscription delivers to"
    )
    assert estimate.complete is False


def test_told_deliveries_are_said_to_stay_in_their_region() -> None:
    words = "are taken to be in the Region of the topic, where traffic is free"
    delivered = {"sns__delivery__sqs": 1, "sns__delivery__average_bytes": 1}
    noted = found(usage(of("sns@eu-west-1", **delivered)))
    told_ = found(usage(of("sns@eu-west-1", **delivered, **{TO_US: 1})))

    assert words in " ".join(noted.assumptions)
    assert words not in " ".join(told_.assumptions)


# -- where a subscription delivers to ---------------------------------------------------------------------------------


def at(endpoint: object, protocol: str = "sqs") -> Subscription:
    return msgspec.structs.replace(subscription(topic("Orders"), protocol, "x"), endpoint=endpoint)


def test_the_other_region_is_that_of_the_endpoint() -> None:
    region = Symbol("region", "a.yaml")
    same = at(Known(text("arn:aws:sqs:", region, ":1:orders")))
    hole = Unknown(Cause.NOT_HERE, "Where")

    assert destination(at(Known(text(QUEUE_US))), "eu-west-1") == "us-east-1"
    assert destination(at(Known(text(QUEUE_EU))), "eu-west-1") is None
    assert destination(at(Known(text(QUEUE_US))), None) is None
    assert destination(at(Known(text(QUEUE_US)), "firehose"), "eu-west-1") is None
    assert destination(msgspec.structs.replace(same, region=text(region)), "eu-west-1") is None
    assert destination(same, "eu-west-1") == UNTOLD
    assert destination(at(Known(text(hole))), "eu-west-1") == UNTOLD
    assert destination(at(Unknown(Cause.NOT_YET, "Queue")), "eu-west-1") == UNTOLD
    assert destination(at(Known(text("nonsense"))), "eu-west-1") == UNTOLD


def test_an_endpoint_that_is_not_told_is_said_to_be_in_the_region_of_the_topic() -> None:
    estimate = found(published(10), topic("Orders"), at(Unknown(Cause.NOT_YET, "Queue")))

    assert "Queues and functions whose Region the inputs do not tell are taken to be in the topic's." in (
        estimate.assumptions
    )
