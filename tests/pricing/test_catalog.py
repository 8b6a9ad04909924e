from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from pricing.catalog import lookup
from pricing.catalog.lookup import (
    PLANS,
    SERVICES,
    Catalog,
    CatalogError,
    NoPriceKnown,
    NotOffered,
    Priced,
    price,
    shipped,
)
from pricing.catalog.matrix import cells
from pricing.catalog.model import GLOBAL, Dimension, Rate, Row, Status
from pricing.meters.registry import meters
from pricing.meters.sns import PUSH_PLATFORMS
from pricing.money import written
from pricing.tiers import check


def row(dimension: str, region: str, plan: str | None = None) -> Row:
    answer = price(dimension, region, plan=plan)
    assert isinstance(answer, Priced)
    return answer.row


def prices(dimension: str, region: str, plan: str | None = None) -> list[str]:
    return [written(tier.price) for tier in row(dimension, region, plan).tiers]


def test_a_price_has_its_provenance() -> None:
    found = row("sns.requests", "us-east-1")

    assert [(str(tier.begin), tier.end, written(tier.price)) for tier in found.tiers] == [
        ("0", Decimal(1_000_000), "0"),
        ("1000000", None, "0.0000005"),
    ]
    assert (found.service, found.usage_type, found.unit) == ("AmazonSNS", "Requests-Tier1", "request")
    assert found.sku == "QDX8G2WMY9NPXXPG"
    assert found.rate_codes == (
        "QDX8G2WMY9NPXXPG.JRTCKXETXF.SB2VSFF4TP",
        "QDX8G2WMY9NPXXPG.JRTCKXETXF.VNJQCFJPS4",
    )
    assert found.source.published == "2025-08-28T15:38:58Z"
    assert len(found.source.sha256) == 64
    assert found.source.url.startswith("https://b0.p.awsstatic.com/pricing/")


@pytest.mark.parametrize(
    ("dimension", "region", "expected"),
    [
        ("sns.delivery.firehose", "sa-east-1", ["0.000000348"]),
        ("sns.delivery.http", "af-south-1", ["0", "0.000000714"]),
        ("sns.delivery.email", "us-gov-west-1", ["0.00003"]),
        ("sns.requests", "us-gov-east-1", ["0.0000006"]),
        ("sns.delivery.push.wns", "ap-northeast-3", ["0.00000073"]),
        ("ses.attachments", "me-central-1", ["0.12"]),
        ("data_transfer.out_internet", "sa-east-1", ["0.15", "0.138", "0.126", "0.114"]),
    ],
)
def test_prices_differ_by_region(dimension: str, region: str, expected: list[str]) -> None:
    assert prices(dimension, region) == expected


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ("NONE", ["0.0001"]),
        ("ESSENTIALS", ["0.00016", "0.00014", "0.00011"]),
        ("PRO", ["0.00022", "0.00017", "0.00012"]),
        ("ENTERPRISE", ["0.00023", "0.00018", "0.00013"]),
    ],
)
def test_outbound_mail_depends_on_the_plan(plan: str, expected: list[str]) -> None:
    assert prices("ses.outbound", "us-east-1", plan) == expected


def test_a_plan_that_is_not_told_has_no_price() -> None:
    assert price("ses.outbound", "us-east-1") == NoPriceKnown(
        "the price of ses.outbound depends on the SES pricing plan of us-east-1"
    )


def test_status_says_how_sure_a_price_is() -> None:
    assert row("ses.outbound", "us-east-1", "NONE").status is Status.CONFIRMED
    # One source read the plans of one Region; elsewhere they are taken from there.
    assert row("ses.outbound", "us-east-1", "PRO").status is Status.INFERRED
    assert row("ses.outbound", "eu-west-1", "PRO").source.description.startswith("Taken from us-east-1")
    assert row("ses.vdm.queries", "us-east-1", "NONE").status is Status.DISPUTED
    anomaly = row("ses.dedicated_ip.managed.emails", "eu-north-1")
    assert anomaly.status is Status.DISPUTED
    assert str(anomaly.tiers[-1].price) == "0.00004"
    assert row("ses.dedicated_ip.managed.emails", "eu-west-1").status is Status.CONFIRMED


def test_regions_newer_than_the_feed_have_the_common_price() -> None:
    found = row("ses.outbound", "mx-central-1", "NONE")

    assert (str(found.tiers[0].price), found.status, found.sku) == ("0.0001", Status.INFERRED, "")
    assert found.rate_codes == ()


@pytest.mark.parametrize("plan", PLANS[1:])
@pytest.mark.parametrize("region", ["me-central-1", "me-south-1", "us-gov-west-1", "mx-central-1"])
def test_no_plan_price_where_no_source_says_that_there_is_one(region: str, plan: str) -> None:
    assert price("ses.outbound", region, plan=plan) == NoPriceKnown(
        f"the catalog has no price of ses.outbound in {region} under plan {plan}"
    )


def test_a_missing_row_alone_is_not_called_not_offered() -> None:
    assert price("ses.inbound.messages", "me-central-1") == NoPriceKnown(
        "the catalog has no price of ses.inbound.messages in me-central-1"
    )
    # AWS lists the Region for mobile push, so the missing row says nothing.
    assert isinstance(price("sns.delivery.push.gcm", "us-gov-west-1"), NoPriceKnown)


def test_not_offered_names_its_source() -> None:
    answer = price("sns.delivery.push.gcm", "ca-west-1")

    assert isinstance(answer, NotOffered)
    assert "sns-mobile-push-supported-regions" in answer.source
    for dimension, region in (
        ("ses.outbound", "ap-east-1"),
        ("ses.inbound.messages", "cn-north-1"),
        ("sns.data_protection.scan", "us-gov-east-1"),
        ("sns.delivery.sms", "us-gov-east-1"),
        ("sms.de", "us-gov-east-1"),
        ("sns.delivery.push.apns", "cn-northwest-1"),
    ):
        assert isinstance(price(dimension, region, plan="NONE"), NotOffered), dimension


def test_a_price_that_contradicts_a_statement_of_aws_is_disputed() -> None:
    found = row("sns.delivery.firehose", "us-gov-west-1")

    assert found.status is Status.DISPUTED
    assert "govcloud-sns" in found.note


def test_text_messages_cost_the_same_from_every_region() -> None:
    assert prices("sms.de", "eu-central-1") == prices("sms.de", "us-east-1") == ["0.08848"]
    assert prices("sms.us", "us-east-1") == ["0.00581"]
    assert prices("sms.us.toll_free.carrier_fee", "us-east-1") == ["0.0025"]
    assert prices("sms.in.international", "ap-south-1") == ["0.0413"]
    assert row("sms.de", "eu-central-1").region == "*"
    assert row("sms.de", "eu-central-1").status is Status.INFERRED
    assert row("sms.pe", "us-east-1").status is Status.DISPUTED
    assert price("sms.zz", "us-east-1") == NoPriceKnown("the catalog has no dimension sms.zz")


def test_a_price_in_another_currency_is_no_price_of_an_estimate() -> None:
    file = shipped().service("AmazonSNS")
    tiers = row("sns.delivery.http", "us-east-1").tiers
    rate = Rate(tiers=tiers, regions={"cn-north-1": ""}, status=Status.CONFIRMED, source="feed", currency="CNY")
    http = Dimension(id="sns.delivery.http", unit="notification", rates=(rate,))
    catalog = Catalog([msgspec.structs.replace(file, dimensions=(http,))])

    assert catalog.price("sns.delivery.http", "cn-north-1") == NoPriceKnown(
        "the price of sns.delivery.http in cn-north-1 is in CNY"
    )
    answer = catalog.price("sns.delivery.http", "cn-north-1", currency=None)
    assert isinstance(answer, Priced)
    assert answer.row.currency == "CNY"


def test_sms_has_no_price_rather_than_the_placeholder_of_the_feed() -> None:
    answer = price("sns.delivery.sms", "us-east-1")

    assert isinstance(answer, NoPriceKnown)
    assert answer.reason.startswith("SMS is priced per message part by country")


def test_unknown_names_have_no_price() -> None:
    assert price("sns.nothing", "us-east-1") == NoPriceKnown("the catalog has no dimension sns.nothing")
    assert price("ec2.hours", "us-east-1") == NoPriceKnown("the catalog has no service for ec2.hours")
    assert price("sns.requests", "cn-north-1") == NoPriceKnown("the catalog has no price of sns.requests in cn-north-1")


def test_every_meter_counts_towards_a_dimension_of_the_catalog() -> None:
    catalog = shipped()
    without = {meter.id for meter in meters().values() if catalog.dimension(meter.dimension) is None}

    assert without == {"sns.delivery.sms"}
    assert {f"sns.delivery.push.{platform}" for platform in PUSH_PLATFORMS} < set(meters())


def test_all_regions_are_there() -> None:
    regions = shipped().regions

    assert {"us-east-1", "us-gov-east-1", "ap-southeast-7", "mx-central-1", "ap-east-1"} < set(regions)
    assert GLOBAL not in regions
    assert not [region for region in regions if " " in region]


@pytest.mark.parametrize("service", SERVICES.values())
def test_every_price_is_well_formed(service: str) -> None:
    seen = set()
    for found in shipped().rows(service):
        key = found.dimension, found.plan, found.region
        assert key not in seen
        seen.add(key)
        assert not found.rate_codes or len(found.rate_codes) == len(found.tiers)
        if found.region != GLOBAL:
            check(found.tiers, str(key))


def test_rate_codes_name_their_ranges() -> None:
    """The last part of a rate code stands for one range, in every service and Region."""
    ranges: dict[str, set[tuple[Decimal, Decimal | None]]] = {}
    for service in SERVICES.values():
        for found in shipped().rows(service):
            for code, tier in zip(found.rate_codes, found.tiers, strict=False):
                ranges.setdefault(code.rpartition(".")[2], set()).add((tier.begin, tier.end))

    assert {code: found for code, found in ranges.items() if len(found) > 1} == {}
    assert ranges["6YS6EN2CT7"] == {(Decimal(0), None)}
    assert ranges["SB2VSFF4TP"] == {(Decimal(0), Decimal(1_000_000))}


def test_the_matrix_answers_for_every_region_and_dimension() -> None:
    found = {
        (cell.dimension, cell.plan, cell.region): cell.answer
        for cell in cells(shipped(), ("sns", "ses"), ("us-east-1", "ca-west-1"))
    }

    assert isinstance(found["sns.requests", None, "ca-west-1"], Priced)
    assert isinstance(found["sns.delivery.push.adm", None, "ca-west-1"], NotOffered)
    assert isinstance(found["sns.delivery.sms", None, "us-east-1"], NoPriceKnown)
    assert isinstance(found["ses.outbound", "PRO", "us-east-1"], Priced)
    assert ("ses.outbound", None, "us-east-1") not in found
    assert not [key for key in found if key[0] == "sns.delivery.push.free"]


def test_reads_only_the_service_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    original = lookup._read
    monkeypatch.setattr(lookup, "_read", lambda code, folder: read.append(code) or original(code, folder))
    catalog = Catalog()
    catalog.price("sns.requests", "us-east-1")
    catalog.price("sns.delivery.http", "us-east-1")

    assert read == ["AmazonSNS"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "the price data of AmazonSNS cannot be read"),
        (b"{", "the price data of AmazonSNS cannot be read"),
        (b'{"schema": 1}', "the price data of AmazonSNS cannot be read"),
        ("schema", "the price data of AmazonSNS has schema 2 in USD, not 1 in USD"),
        ("currency", "the price data of AmazonSNS has schema 1 in CNY, not 1 in USD"),
    ],
)
def test_damaged_data_is_one_line(
    content: bytes | str | None, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = shipped().service("AmazonSNS")
    changed = {
        "schema": msgspec.structs.replace(file, schema=2),
        "currency": msgspec.structs.replace(file, currency="CNY"),
    }
    monkeypatch.setattr(lookup, "_DATA", tmp_path)
    if isinstance(content, str):
        content = msgspec.json.encode(changed[content])
    if content is not None:
        tmp_path.joinpath("AmazonSNS.json").write_bytes(content)
    with pytest.raises(CatalogError) as caught:
        Catalog().service("AmazonSNS")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
