import json
from decimal import Decimal
from pathlib import Path

import pytest
from estimating import line, of, priced, topic, topic_arn, usage
from jsonschema import Draft202012Validator

from auditor.report import estimate_json, estimate_text, prices_json, prices_text
from auditor.report.prices_text import ranges, unit_price
from pricing.catalog.lookup import shipped
from pricing.catalog.matrix import cells
from pricing.catalog.model import Tier
from pricing.schema import estimate_schema
from pricing.usage.usage import Account

TOLD = usage(
    of("ses@us-east-1", ses__outbound__recipients=20_000_000, ses__attachments__gb=0, ses__data_transfer__out_gb=0),
    of("sns@eu-west-1", sns__publish__messages=1_500_000, sns__publish__average_bytes=1, sns__delivery__sms=5),
    of(topic_arn("Orders"), sns__delivery__http=None),
    account=Account(),
    us_east_1="ESSENTIALS",
)


def test_text_shows_quantity_price_tiers_and_subtotals() -> None:
    shown = [" ".join(row.split()) for row in estimate_text.render(priced(TOLD)).splitlines()]

    for row in (
        "Estimate for an average month: at least $3,000.25 (3 costs are not known)",
        "meter Region resource quantity unit price cost price is",
        "ses.outbound.recipients us-east-1 20,000,000 recipients $3,000.00 inferred",
        "10,000,000 $0.16 per 1,000 recipients $1,600.00",
        "10,000,000 $0.14 per 1,000 recipients $1,400.00",
        "Amazon SES, known $3,000.00",
        "sns.delivery.sms eu-west-1 5 notifications ? no price known",
        "sns.publish.messages eu-west-1 1,500,000 requests $0.25 inferred",
        "1,000,000 free allowance $0.00",
        "500,000 $0.50 per 1M requests $0.25",
        "Amazon SNS, known $0.25",
        "Total, known $3,000.25",
        f"sns.delivery.http in eu-west-1 of {topic_arn('Orders')}: sns.delivery.http is not told",
        "free to 100,000, then $0.60 per 1M notifications",
        "AmazonSES, published 2026-07-22, version 20260722172054",
    ):
        assert row in shown


def test_text_says_that_nothing_is_missing() -> None:
    found = priced(usage(of("sns@eu-west-1", sns__delivery__sqs=1, sns__sqs__requests=0), month="2026-12"))

    assert estimate_text.render(found).startswith("Estimate for 2026-12: $0.00\n")


def test_text_never_shows_a_small_cost_as_nothing() -> None:
    told = usage(of("ses@us-east-1", ses__tenants__emails=1), us_east_1="NONE")

    assert "<$0.01" in estimate_text.render(priced(told))


def test_text_shows_what_a_resource_costs() -> None:
    told = usage(
        of(topic_arn("Orders"), sns__publish__messages=2_000_000, sns__publish__average_bytes=1, sns__delivery__sms=1),
        of(topic_arn("Mails"), sns__publish__messages=4_000_000, sns__publish__average_bytes=1),
    )
    shown = [" ".join(row.split()) for row in estimate_text.render(priced(told)).splitlines()]

    assert f"{topic_arn('Mails')} $2.00" in shown
    assert f"{topic_arn('Orders')} $1.00 + ?" in shown


def test_text_names_resources_that_lack_the_same_together() -> None:
    shown = estimate_text.render(priced(usage(), *(topic(name) for name in "abcde")))

    assert (
        f"  sns.publish.messages in eu-west-1 of {topic_arn('a')}, {topic_arn('b')}, {topic_arn('c')} and 2 more: "
        "sns.publish.messages is not told\n    free to 1,000,000, then $0.50 per 1M requests (inferred)\n"
    ) in shown


def test_text_shows_a_plan_that_is_not_told_under_both() -> None:
    told = usage(
        of("ses@us-east-1", ses__outbound__recipients=1_000, ses__attachments__gb=0, ses__data_transfer__out_gb=0)
    )
    shown = estimate_text.render(priced(told))

    assert (
        "ses.outbound.recipients in us-east-1, 1,000 recipients: the SES pricing plan of us-east-1 is not told" in shown
    )
    assert "    under NONE: $0.10, $0.10 per 1,000 recipients\n" in shown
    assert "    under ESSENTIALS: $0.16, $0.16 per 1,000 recipients to 10,000,000, then" in shown


def test_text_of_others_cannot_move_the_cursor() -> None:
    evil = "Orders\x1b[2J\n::error::\u202e"
    told = usage(of(evil, sns__publish__messages=1, sns__publish__average_bytes=1), of("x", sns__delivery__sqs=1))
    shown = estimate_text.render(priced(told, topic("Orders")))

    assert "Orders\\x1b[2J\\n::error::\\u202e" in shown
    assert not set(shown) & {"\x1b", "\u202e"}
    assert not [row for row in shown.splitlines() if row.startswith("::")]


def test_the_verdict_is_the_last_line() -> None:
    assert estimate_text.render(priced(usage()), "passed").endswith("\n\npassed\n")


def test_json_has_exact_decimals_and_obeys_its_schema() -> None:
    found = priced(TOLD)
    document = json.loads(estimate_json.render(found))

    Draft202012Validator(estimate_schema()).validate(document)
    assert list(document) == [
        "schema",
        "currency",
        "month",
        "total",
        "complete",
        "lines",
        "depends_on_usage",
        "assumptions",
        "options",
        "catalog",
    ]
    assert (document["schema"], document["currency"], document["month"]) == ("estimate-v1", "USD", None)
    assert (document["total"], document["complete"]) == ("3000.25", False)
    assert document["lines"][-1] == {
        "meter": "sns.publish.messages",
        "service": "sns",
        "region": "eu-west-1",
        "resource": None,
        "usage_type": "Requests-Tier1",
        "sku": line(found, "sns.publish.messages").sku,
        "quantity": "1500000",
        "unit": "request",
        "free": "1000000",
        "tiers": [{"from": "1000000", "to": None, "quantity": "500000", "price": "0.0000005", "cost": "0.25"}],
        "cost": "0.25",
        "status": "inferred",
    }
    sms = next(item for item in document["lines"] if item["meter"] == "sns.delivery.sms")
    assert (sms["cost"], sms["status"], sms["tiers"]) == (None, "no price known", [])
    assert document["catalog"][1] == {
        "service": "AmazonSES",
        "version": "20251203173853",
        "published": "2025-12-03T17:38:53Z",
    }


def test_json_is_the_same_each_time() -> None:
    assert estimate_json.render(priced(TOLD)) == estimate_json.render(priced(TOLD))


def test_json_never_has_an_exponent() -> None:
    told = usage(of("sns@us-east-1", sns__delivery__firehose=1, sns__delivery__average_bytes=1))
    document = estimate_json.render(priced(told))

    assert '"price": "0.00000019"' in document
    assert '"cost": "0.00000019"' in document


@pytest.mark.parametrize(
    ("price", "unit", "shown"),
    [
        ("0.0000005", "request", "$0.50 per 1M requests"),
        ("0.00000019", "notification", "$0.19 per 1M notifications"),
        ("0.000000001", "request", "$0.001 per 1M requests"),
        ("0.00016", "email", "$0.16 per 1,000 emails"),
        ("0.01", "recipient", "$0.01 per recipient"),
        ("24.95", "IP-month", "$24.95 per IP-month"),
        ("0.0204", "GB", "$0.0204 per GB"),
        ("0.00009", "GB", "$0.09 per 1,000 GB"),
        ("1250", "account-month", "$1,250.00 per account-month"),
        ("0", "request", "free"),
    ],
)
def test_unit_prices_are_at_least_a_cent_and_exact(price: str, unit: str, shown: str) -> None:
    assert unit_price(Decimal(price), unit) == shown


def test_price_ranges() -> None:
    tiers = (
        Tier(Decimal(0), Decimal(1_000), Decimal(0)),
        Tier(Decimal(1_000), Decimal(5_000), Decimal("0.02")),
        Tier(Decimal(5_000), None, Decimal("0.01")),
    )

    assert ranges(tiers, "GB") == "free to 1,000, then $0.02 per GB to 5,000, then $0.01 per GB"


def test_the_price_table_tells_what_is_not_there() -> None:
    found = list(cells(shipped(), ("sns",), ("ca-west-1",)))
    rows = {row.split()[0]: " ".join(row.split()[1:]) for row in prices_text.table(found).splitlines()[2:]}

    assert rows["sns.delivery.sms"] == "ca-west-1 - no price known"
    assert rows["sns.delivery.push.gcm"] == "ca-west-1 - not offered"
    assert rows["sns.delivery.lambda"].startswith("ca-west-1 free confirmed ")


def test_the_price_table_as_json() -> None:
    document = json.loads(prices_json.render(cells(shipped(), ("sns", "ses"), ("ca-west-1",))))
    prices = {(item["dimension"], item["plan"]): item for item in document["prices"]}

    assert document["schema"] == "prices-v1"
    assert prices["sns.delivery.sms", None]["status"] == "no price known"
    assert prices["sns.delivery.push.gcm", None]["status"] == "not offered"
    assert "sns-mobile-push-supported-regions" in prices["sns.delivery.push.gcm", None]["reason"]
    assert prices["ses.outbound", "NONE"]["tiers"] == [{"from": "0", "to": None, "price": "0.0001"}]
    assert prices["ses.outbound", "PRO"]["source"]["version"] == "20260722172054"


GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(
    "name", ["transactional_mail", "marketing_campaign", "alerts_fan_out", "mobile_push", "ordered_events"]
)
def test_the_examples_look_like_this(name: str) -> None:
    from pricing.usage.file import load

    found = priced(load(Path(__file__).parents[2] / "fixtures" / "usage" / f"{name}.yaml"))

    assert estimate_text.render(found) == (GOLDEN / f"estimate_{name}.txt").read_text(encoding="utf-8")
