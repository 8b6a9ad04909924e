from datetime import date
from decimal import Decimal

import msgspec
import pytest
from estimating import ACCOUNT, cost, line, of, open_ends, priced, subscription, topic, topic_arn, usage

from auditor.model.known import Cause, Known, Unknown
from auditor.model.ses import AccountSettings, ConfigurationSet, EmailIdentity, ReceiptRule
from auditor.model.sns import Topic
from auditor.model.text import Symbol, text
from pricing.catalog.lookup import Catalog, shipped
from pricing.catalog.model import Rate, Status, Tier
from pricing.estimate import EstimateOptions
from pricing.result import NO_PRICE_KNOWN, NOT_OFFERED, UNDECIDED, CatalogUsed
from pricing.usage.usage import UsageError

EU = {"deployment": f"aws:{ACCOUNT}:eu-west-1", "account": text(ACCOUNT), "region": text("eu-west-1")}


def identity(name: str) -> EmailIdentity:
    return EmailIdentity(address=f"AWS::SES::EmailIdentity/{name}", name=text(name), **EU)


def settings(plan: str | None, account: str = ACCOUNT) -> AccountSettings:
    return AccountSettings(
        deployment=f"aws:{account}:eu-west-1",
        address="account",
        name=text("account"),
        account=text(account),
        region=text("eu-west-1"),
        pricing_plan=Known(plan) if plan is not None else Unknown(Cause.NOT_ASKED, "old API"),
        vdm_enabled=Known(value=False),
    )


# -- sending ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "exact"),
    [("NONE", "2345.6789"), ("ESSENTIALS", "3483.95046"), ("PRO", "4487.65413"), ("ENTERPRISE", "4722.22202")],
)
def test_every_plan_to_the_cent(plan: str, exact: str) -> None:
    told = usage(of("ses@us-east-1", ses__outbound__recipients=23_456_789), us_east_1=plan)

    assert cost(priced(told), "ses.outbound.recipients") == exact


def test_a_plan_that_is_not_told_is_shown_under_both_and_not_counted() -> None:
    found = priced(
        usage(
            of(
                "ses@eu-west-1",
                ses__outbound__recipients=20_000_000,
                ses__attachments__gb=1,
                ses__data_transfer__out_gb=0,
            )
        )
    )

    assert line(found, "ses.outbound.recipients").cost is None
    assert line(found, "ses.outbound.recipients").status == UNDECIDED
    assert line(found, "ses.outbound.recipients").quantity == 20_000_000
    open_end = open_ends(found)["ses.outbound.recipients", None]
    assert open_end.needs == ("regions.eu-west-1.ses_plan",)
    assert open_end.quantity == 20_000_000
    assert [(price.plan, price.cost, price.status) for price in open_end.prices] == [
        ("NONE", Decimal(2_000), "confirmed"),
        ("ESSENTIALS", Decimal(3_000), "inferred"),
    ]
    assert found.total == Decimal("0.12")
    assert found.complete is False


@pytest.mark.parametrize("plan", ["PRO", None])
def test_the_plan_is_read_from_the_account_unless_the_usage_tells_it(plan: str | None) -> None:
    sent = of("ses@eu-west-1", ses__outbound__recipients=1_000, ses__attachments__gb=0, ses__data_transfer__out_gb=0)
    read = priced(usage(sent), settings(plan))
    told = priced(usage(sent, eu_west_1="NONE"), settings(plan))

    assert cost(read, "ses.outbound.recipients") == ("0.22" if plan else None)
    assert cost(told, "ses.outbound.recipients") == "0.1"
    assert read.total == (Decimal("105.22") if plan else 0)
    assert told.total == Decimal("0.10")


def test_a_fee_for_every_account_that_has_the_plan() -> None:
    found = priced(usage(), settings("PRO", ACCOUNT), settings("PRO", "444455556666"))

    assert (line(found, "ses.plan").quantity, cost(found, "ses.plan")) == (2, "210")


def test_accounts_that_differ_leave_the_plan_open() -> None:
    found = priced(usage(of("ses@eu-west-1", ses__outbound__recipients=1)), settings("PRO"), settings("NONE", "4" * 12))

    assert line(found, "ses.outbound.recipients").status == UNDECIDED


def test_what_a_plan_includes() -> None:
    told = {
        "ses__vdm__emails": 1_000_000,
        "ses__global_endpoint__emails": 1_000_000,
        "ses__tenants": 1_500,
        "ses__validation__recipients": 6_000,
        "ses__dedicated_ip__managed__subscriptions": 1,
    }
    names = [name.replace("__", ".") for name in told]

    def costs(plan: str) -> list[str | None]:
        found = priced(usage(of("ses@us-east-1", **told), us_east_1=plan))
        return [cost(found, name) for name in names]

    assert costs("NONE") == ["70", "30", "7.5", "60", "15"]
    assert costs("ESSENTIALS") == ["0", "30", "7.5", "60", "15"]
    assert costs("PRO") == ["0", "30", "7.5", "35", "0"]
    assert costs("ENTERPRISE") == ["0", "0", "2.5", "10", "0"]


def test_whether_a_plan_includes_attachments_is_an_option_that_is_printed() -> None:
    told = usage(of("ses@us-east-1", ses__attachments__gb=10), us_east_1="PRO")
    charged, included = priced(told), priced(told, ses__plan__extras="included")

    assert (cost(charged, "ses.attachments.gb"), line(charged, "ses.attachments.gb").status) == ("1.2", "disputed")
    assert (cost(included, "ses.attachments.gb"), line(included, "ses.attachments.gb").status) == ("0", "disputed")
    assert [(item.id, item.value) for item in included.options if item.id == "ses.plan.extras"] == [
        ("ses.plan.extras", "included")
    ]
    assert "not charged (option ses.plan.extras)" in " ".join(included.assumptions)


def test_an_unknown_plan_is_never_taken_to_include_something() -> None:
    told = usage(of("ses@us-east-1", ses__attachments__gb=10))

    assert cost(priced(told, ses__plan__extras="included"), "ses.attachments.gb") == "1.2"


def test_mail_may_have_attachments_and_makes_traffic() -> None:
    found = priced(usage(of("ses@eu-west-1", ses__outbound__recipients=1_000), eu_west_1="NONE"))

    assert [item.meter for item in found.depends_on_usage] == ["ses.attachments.gb", "ses.data_transfer.out_gb"]
    assert found.complete is False


def test_no_mail_has_no_attachments() -> None:
    found = priced(usage(of("ses@eu-west-1", ses__outbound__recipients=0), eu_west_1="NONE"))

    assert (found.total, found.complete, found.depends_on_usage) == (0, True, ())


# -- what is not known ------------------------------------------------------------------------------------------------


def test_unknown_is_not_zero() -> None:
    unknown = priced(usage(of("sns@eu-west-1", sns__publish__messages=None, sns__publish__average_bytes=1)))
    zero = priced(usage(of("sns@eu-west-1", sns__publish__messages=0)))

    assert (unknown.lines, unknown.complete) == ((), False)
    (open_end,) = unknown.depends_on_usage
    assert open_end.needs == ("sns.publish.messages",)
    assert open_end.reason == "sns.publish.messages is not told"
    assert [tier.price for tier in open_end.prices[0].tiers] == [0, Decimal("0.0000005")]
    assert (zero.total, zero.complete) == (0, True)


def test_an_unknown_size_names_what_to_tell() -> None:
    (open_end,) = priced(usage(of("sns@eu-west-1", sns__publish__messages=5))).depends_on_usage

    assert (open_end.meter, open_end.needs) == ("sns.publish.messages", ("sns.publish.average_bytes",))


def test_a_price_that_is_not_known_is_no_zero() -> None:
    found = priced(
        usage(
            of("sns@us-east-1", sns__delivery__sms=100),
            of("sns@ca-west-1", sns__delivery__push__gcm=100),
            of("ses@me-south-1", ses__outbound__recipients=7, ses__attachments__gb=0, ses__data_transfer__out_gb=0),
            me_south_1="PRO",
        )
    )

    assert [(item.meter, item.cost, item.status) for item in found.lines] == [
        ("ses.attachments.gb", 0, "disputed"),
        ("ses.data_transfer.out_gb", 0, "disputed"),
        ("ses.outbound.recipients", None, NO_PRICE_KNOWN),
        ("ses.plan", None, NO_PRICE_KNOWN),
        ("sns.delivery.push.gcm", None, NOT_OFFERED),
        ("sns.delivery.sms", None, NO_PRICE_KNOWN),
    ]
    assert (found.complete, found.unknown_costs, found.total) == (False, 4, 0)


def test_nothing_of_what_has_no_price_costs_nothing() -> None:
    found = priced(usage(of("sns@us-east-1", sns__delivery__sms=0)))

    assert (cost(found, "sns.delivery.sms"), found.complete) == ("0", True)


def test_inputs_that_were_not_read_make_it_incomplete() -> None:
    found = priced(usage(), options=EstimateOptions(unread=("b.yaml: not YAML",)))

    assert found.complete is False
    assert "Not read, so not in the total: b.yaml: not YAML." in found.assumptions


# -- resources --------------------------------------------------------------------------------------------------------


def test_usage_is_for_a_resource_by_id_arn_or_address() -> None:
    orders = topic("Orders")
    for name in (topic_arn("Orders"), "AWS::SNS::Topic/Orders"):
        found = priced(usage(of(name, sns__publish__messages=2_000_000, sns__publish__average_bytes=900)), orders)
        assert line(found, "sns.publish.messages").resource == topic_arn("Orders")
        assert line(found, "sns.publish.messages").region == "eu-west-1"
        assert (cost(found, "sns.publish.messages"), found.complete) == ("1", True)


def test_an_arn_that_no_input_has_tells_its_region() -> None:
    found = priced(
        usage(of(topic_arn("Orders", "af-south-1"), sns__publish__messages=1_000_000, sns__publish__average_bytes=1))
    )

    assert cost(found, "sns.publish.messages") == "0.595"
    assert found.assumptions[1].startswith(f"{topic_arn('Orders', 'af-south-1')} is not in the inputs")


def test_a_pattern_is_for_every_resource_that_it_matches_and_less_than_an_exact_name() -> None:
    found = priced(
        usage(
            of("*:orders-*", sns__publish__messages=1_000_000, sns__publish__average_bytes=1),
            of(topic_arn("orders-b"), sns__publish__messages=3_000_000),
        ),
        topic("orders-a"),
        topic("orders-b"),
        topic("mails"),
    )

    assert cost(found, "sns.publish.messages", resource=topic_arn("orders-a")) == "0.5"
    assert cost(found, "sns.publish.messages", resource=topic_arn("orders-b")) == "1.5"
    assert open_ends(found).keys() == {("sns.publish.messages", topic_arn("mails"))}


def test_a_size_told_for_the_region_is_that_of_its_topics() -> None:
    found = priced(
        usage(
            of("sns@eu-west-1", sns__publish__average_bytes=70_000),
            of(topic_arn("Orders"), sns__publish__messages=1_000_000),
        ),
        topic("Orders"),
    )

    assert cost(found, "sns.publish.messages") == "1"


def test_usage_of_the_region_and_of_resources_add_up() -> None:
    found = priced(
        usage(
            of("sns@eu-west-1", sns__publish__messages=1_000_000, sns__publish__average_bytes=1),
            of(topic_arn("Orders"), sns__publish__messages=1_000_000),
        ),
        topic("Orders"),
        topic("More"),
    )

    assert [(item.resource, item.cost) for item in found.lines] == [
        (None, Decimal("0.5")),
        (topic_arn("Orders"), Decimal("0.5")),
    ]
    assert found.complete is True


def test_usage_that_matches_nothing_is_said() -> None:
    found = priced(usage(of("Ordrs", sns__publish__messages=1, sns__publish__average_bytes=1)), topic("Orders"))

    missing = open_ends(found)["sns.publish.messages", "Ordrs"]
    assert (missing.region, missing.reason) == (None, "no resource of the inputs matches Ordrs")
    assert found.lines == ()


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (
            (of(topic_arn("Orders"), sns__publish__messages=1), of(topic_arn("Orders"), sns__publish__messages=1)),
            "sns.publish.messages of arn:aws:sns:eu-west-1:111122223333:Orders is told twice",
        ),
        (
            (of("*Orders", sns__publish__messages=1), of("*rders", sns__publish__messages=1)),
            "sns.publish.messages of arn:aws:sns:eu-west-1:111122223333:Orders is told twice",
        ),
        (
            (of("sns@eu-west-1", sns__delivery__sqs=1), of("sns@eu-west-1", sns__delivery__sqs=1)),
            "sns.delivery.sqs of sns in eu-west-1 is told twice",
        ),
        ((of(topic_arn("Orders"), ses__tenants=1),), "ses.tenants is no quantity of arn:aws:sns:eu-west-1"),
    ],
)
def test_usage_that_contradicts_itself_is_refused(entries: tuple[object, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        priced(usage(*entries), topic("Orders"))  # type: ignore[arg-type]


def test_resources_without_usage_are_listed_with_their_unit_price() -> None:
    orders = topic("Orders")
    found = priced(
        usage(),
        orders,
        subscription(orders, "https", "https://a.example.com"),
        subscription(orders, "email-json", "a@example.com"),
        subscription(orders, "sms", "+15555550100"),
        subscription(orders, "sqs", "arn:aws:sqs:eu-west-1:111122223333:q"),
        subscription(orders, "application", "arn:aws:sns:eu-west-1:111122223333:endpoint/GCM/App/1"),
        subscription(orders, "application", "arn:aws:sns:eu-west-1:111122223333:endpoint/NEW/App/1"),
        subscription(orders, "firehose", "arn:aws:firehose:eu-west-1:1:deliverystream/s", pending=True),
    )

    assert [(item.meter, [str(price.status) for price in item.prices]) for item in found.depends_on_usage] == [
        ("sns.data_transfer.out_gb", ["confirmed"]),
        ("sns.delivery", []),
        ("sns.delivery.email", ["confirmed"]),
        ("sns.delivery.http", ["confirmed"]),
        ("sns.delivery.push.gcm", ["confirmed"]),
        ("sns.delivery.sms", ["no price known"]),
        ("sns.publish.messages", ["inferred"]),
        ("sns.sqs.requests", ["confirmed"]),
    ]
    assert {item.resource for item in found.depends_on_usage} == {topic_arn("Orders")}
    assert (found.total, found.complete) == (0, False)


def test_usage_of_the_region_speaks_for_its_resources() -> None:
    orders = topic("Orders")
    found = priced(
        usage(of("sns@eu-west-1", sns__publish__messages=1, sns__publish__average_bytes=1, sns__delivery__http=0)),
        orders,
        subscription(orders, "https", "https://a.example.com"),
        topic("Far", "us-east-1"),
    )

    assert open_ends(found).keys() == {("sns.publish.messages", topic_arn("Far", "us-east-1"))}


def test_what_ses_resources_can_cost() -> None:
    found = priced(
        usage(),
        identity("example.com"),
        identity("example.org"),
        ConfigurationSet(address="set", name=text("set"), sending_pool=Known(text("pool")), **EU),
        ReceiptRule(address="rule", name=text("rule"), enabled=Known(value=True), **EU),
        msgspec.structs.replace(settings("NONE"), vdm_enabled=Known(value=True)),
    )

    assert [(item.meter, item.region, item.resource) for item in found.depends_on_usage] == [
        ("ses.dedicated_ip.managed.subscriptions", "eu-west-1", None),
        ("ses.dedicated_ip.standard", "eu-west-1", None),
        ("ses.inbound.chunks_256kb", "eu-west-1", None),
        ("ses.inbound.messages", "eu-west-1", None),
        ("ses.outbound.recipients", "eu-west-1", None),
        ("ses.vdm.emails", "eu-west-1", None),
    ]


def test_what_was_not_read_of_ses_can_cost_too() -> None:
    denied = Unknown(Cause.DENIED, "AccessDenied")
    found = priced(
        usage(),
        ConfigurationSet(address="set", name=text("set"), sending_pool=denied, **EU),
        msgspec.structs.replace(settings("NONE"), vdm_enabled=denied),
    )

    assert [item.meter for item in found.depends_on_usage] == [
        "ses.dedicated_ip.managed.subscriptions",
        "ses.dedicated_ip.standard",
        "ses.outbound.recipients",
        "ses.vdm.emails",
    ]
    assert found.complete is False


def test_usage_of_every_identity_is_that_of_the_region() -> None:
    sent = {"ses__outbound__recipients": 1_000, "ses__attachments__gb": 0, "ses__data_transfer__out_gb": 0}
    one = of("AWS::SES::EmailIdentity/example.com", **sent)
    two = of("AWS::SES::EmailIdentity/example.org", **sent)
    resources = identity("example.com"), identity("example.org")

    assert priced(usage(one, two, eu_west_1="NONE"), *resources).complete is True
    assert [item.meter for item in priced(usage(one, eu_west_1="NONE"), *resources).depends_on_usage] == [
        "ses.outbound.recipients"
    ]


def test_attachments_of_the_region_are_those_of_its_identities() -> None:
    found = priced(
        usage(
            of("ses@eu-west-1", ses__attachments__gb=1, ses__data_transfer__out_gb=0),
            of("AWS::SES::EmailIdentity/example.com", ses__outbound__recipients=1_000),
            eu_west_1="NONE",
        ),
        identity("example.com"),
    )

    assert (found.depends_on_usage, found.total) == ((), Decimal("0.22"))


def test_identities_without_a_plan_show_both_prices() -> None:
    open_end = open_ends(priced(usage(), identity("example.com")))["ses.outbound.recipients", None]

    assert open_end.needs == ("ses.outbound.recipients", "regions.eu-west-1.ses_plan")
    assert [(price.plan, price.cost) for price in open_end.prices] == [("NONE", None), ("ESSENTIALS", None)]


def test_fifo_topics_have_other_prices() -> None:
    told = of(
        topic_arn("Orders.fifo"),
        sns__publish__messages=1_000_000,
        sns__publish__average_bytes=128_000,
        sns__fifo__subscriptions=0,
    )
    for found in (priced(usage(told), topic("Orders.fifo", fifo=True)), priced(usage(told))):
        assert {item.meter: item.cost for item in found.lines} == {
            "sns.fifo.publish.messages": Decimal("0.33"),
            "sns.fifo.publish.payload_gb": Decimal("2.3936"),
            "sns.fifo.delivery.messages": 0,
            "sns.fifo.delivery.payload_gb": 0,
            "sns.fifo.sqs.requests": 0,
        }
        assert (found.total, found.complete) == (Decimal("2.72"), True)


def test_a_fifo_topic_delivers_to_queues_only() -> None:
    told = of(topic_arn("Orders.fifo"), sns__delivery__http=5, sns__delivery__email=0, sns__delivery__average_bytes=1)
    found = priced(usage(told), topic("Orders.fifo", fifo=True))

    assert {(item.meter, item.reason) for item in found.depends_on_usage if "http" in item.meter} == {
        ("sns.delivery.http", "a FIFO topic delivers to SQS queues only")
    }
    assert cost(found, "sns.delivery.email") == "0"


def test_a_topic_that_may_be_fifo_has_no_price() -> None:
    unread = msgspec.structs.replace(topic("Orders"), fifo=Unknown(Cause.NOT_HERE, "parameter Fifo"))
    told = of(topic_arn("Orders"), sns__publish__messages=1_000, sns__publish__average_bytes=1)
    (open_end,) = priced(usage(told), unread).depends_on_usage

    assert open_end.reason == "whether the topic is FIFO, which has other prices"


def declared(name: str) -> Topic:
    scope = "template.yaml"
    return Topic(
        deployment=scope,
        address=name,
        name=text(name),
        arn=text("arn:", Symbol("partition", scope), ":sns:", Symbol("region", scope), ":1:", name),
        account=text(Symbol("account", scope)),
        region=text(Symbol("region", scope)),
        fifo=Known(value=False),
        kms_key=Known(None),
        data_protection_policy=Known(None),
    )


def test_a_region_that_is_not_told_leaves_the_price_open() -> None:
    told = usage(of("Orders", sns__publish__messages=1_000_000, sns__publish__average_bytes=1))
    (open_end,) = priced(told, declared("Orders")).depends_on_usage
    assert (open_end.reason, open_end.quantity, open_end.prices) == ("the Region is not told", 1_000_000, ())

    found = priced(told, declared("Orders"), options=EstimateOptions(region="af-south-1"))
    assert (cost(found, "sns.publish.messages"), found.complete) == ("0.595", True)
    assert line(found, "sns.publish.messages").resource == "template.yaml#Orders"


# -- sharing, rounding, provenance ------------------------------------------------------------------------------------


def test_resources_fill_the_tiers_of_their_region_together() -> None:
    ladder = (
        Tier(Decimal(0), Decimal(100), Decimal("0.3")),
        Tier(Decimal(100), None, Decimal("0.1")),
    )
    file = shipped().service("AmazonSNS")
    dimensions = tuple(
        msgspec.structs.replace(
            item,
            rates=(
                Rate(
                    tiers=ladder,
                    regions={"eu-west-1": "A", "us-east-1": "B"},
                    status=Status.CONFIRMED,
                    source="feed",
                ),
            ),
        )
        for item in file.dimensions
        if item.id == "sns.delivery.firehose"
    )
    catalog = Catalog([msgspec.structs.replace(file, dimensions=dimensions)])
    told = [
        of(
            topic_arn(name, region),
            sns__delivery__firehose=amount,
            sns__delivery__average_bytes=1,
            sns__firehose__ingestion_gb=0,
        )
        for name, region, amount in (("a", "eu-west-1", 150), ("b", "eu-west-1", 50), ("c", "us-east-1", 100))
    ]
    found = priced(usage(*told), options=EstimateOptions(catalog=catalog))

    assert {item.resource: [tier.quantity for tier in item.tiers] for item in found.lines if item.quantity} == {
        topic_arn("a"): [75, 75],
        topic_arn("b"): [25, 25],
        topic_arn("c", "us-east-1"): [100],
    }
    assert found.total == Decimal("70.00")


def test_the_total_is_the_rounded_exact_sum() -> None:
    told = [
        of(f"sns@{region}", sns__publish__messages=8_000, sns__publish__average_bytes=1)
        for region in ("us-east-1", "us-east-2", "us-west-2")
    ]
    found = priced(usage(*told))

    assert [item.cost for item in found.lines] == [Decimal("0.004")] * 3  # each would round to nothing
    assert str(found.total) == "0.01"


def test_the_price_data_used_is_named_and_its_age_said() -> None:
    told = usage(of("sns@eu-west-1", sns__delivery__email=1, sns__delivery__average_bytes=1))
    old = priced(told, options=EstimateOptions(today=date(2026, 11, 24)))
    young = priced(told, options=EstimateOptions(today=date(2025, 9, 1)))

    assert old.catalog == (CatalogUsed("AmazonSNS", "20250828153858", "2025-08-28T15:38:58Z"),)
    assert "Prices of AmazonSNS published 2025-08-28 are 453 days old; check them." in old.assumptions
    assert not [text for text in young.assumptions if "days old" in text]


def test_doubts_about_prices_are_said_once_per_source() -> None:
    found = priced(usage(of("ses@us-east-1", ses__outbound__recipients=0, ses__vdm__emails=1), us_east_1="PRO"))

    assert [text for text in found.assumptions if text.startswith("Prices that are")] == [
        (
            "Prices that are inferred: ses.outbound under PRO in us-east-1, ses.plan under PRO in us-east-1, "
            "ses.vdm.emails under PRO in us-east-1. Source: AmazonSES offer file of us-east-1 as read and published by "
            "others; not compared with the file itself."
        )
    ]
    assert "ses.vdm.emails under PRO in us-east-1: included in the plan." in found.assumptions


def test_only_choices_that_matter_are_listed() -> None:
    def listed(**told: int) -> list[str]:
        return [item.id for item in priced(usage(of("ses@us-east-1", **told), us_east_1="NONE")).options]

    assert listed(ses__tenants=1) == []
    assert listed(ses__attachments__gb=1) == ["ses.attachments.gb_bytes", "ses.attachments.encoding"]
    assert listed(ses__inbound__chunks_256kb=1) == ["ses.inbound.chunk_rounding"]


def test_the_month_of_the_options_wins() -> None:
    from pricing.month import Month

    assert priced(usage(month="2026-12")).month == "2026-12"
    assert priced(usage(month="2026-12"), options=EstimateOptions(month=Month(2027, 2))).month == "2027-02"
    assert priced(usage()).assumptions[0].startswith("The month is not told: an average month of 730 hours")


def test_each_account_pays_the_fee_of_its_own_plan() -> None:
    plans = ("PRO", "NONE", "ENTERPRISE", "PRO")
    found = priced(usage(), *(settings(plan, str(number) * 12) for number, plan in enumerate(plans)))

    assert [(item.meter, item.quantity, item.cost) for item in found.lines] == [
        ("ses.plan", 1, 500),
        ("ses.plan", 2, 210),
    ]
    told = priced(usage(eu_west_1="PRO"), *(settings("NONE", str(number) * 12) for number in range(3)))
    assert told.total == 315
    assert priced(usage(eu_west_1="PRO")).total == 105
    assert priced(usage(eu_west_1="NONE"), settings("PRO")).total == 0


def test_a_subscription_without_known_protocol_costs_what_is_not_known() -> None:
    orders = topic("orders")
    odd = msgspec.structs.replace(
        subscription(orders, "https", "https://example.com"), protocol=Unknown(Cause.NOT_HERE, "a parameter")
    )
    app = subscription(orders, "application", f"arn:aws:sns:eu-west-1:{ACCOUNT}:endpoint/NEW/app/1")
    told = of(orders.id, sns__publish__messages=1_000_000, sns__publish__average_bytes=1)
    found = priced(usage(told), orders, odd, app)

    assert (found.total, found.complete) == (Decimal("0.50"), False)
    [open_end] = found.depends_on_usage
    assert (open_end.meter, open_end.resource, open_end.quantity) == ("sns.delivery", orders.id, None)
    assert open_end.reason == f"the protocol or platform of {odd.address} and 1 more is not told"
    nothing = of(orders.id, sns__publish__messages=0, sns__publish__average_bytes=1)
    assert priced(usage(nothing), orders, odd).complete
    waiting = msgspec.structs.replace(odd, pending=Known(value=True))
    assert priced(usage(told), orders, waiting).complete
