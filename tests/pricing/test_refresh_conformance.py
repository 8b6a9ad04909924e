"""Refreshing from real and constructed price lists of others, served on this machine."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from price_lists import INDEX, Server, serving

from auditor.cli.errors import Stop
from auditor.cli.prices import command as prices
from pricing.catalog import folder
from pricing.catalog.encode import encode
from pricing.catalog.lookup import shipped
from pricing.catalog.model import Status
from pricing.money import written

pytestmark = pytest.mark.conformance


@pytest.fixture
def data() -> Path:
    found = os.environ.get("CONFORMANCE_DATA")
    if not found:
        pytest.skip("CONFORMANCE_DATA is not set: price lists of others are not in the repository")
    return Path(found, "prices")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


def put(server: Server, content: bytes, code: str, region: str = "us-east-1") -> None:
    """Serve a price list as the pinned version that an index of Regions names; old ones as one file for all."""
    version = json.loads(content)["version"] if content.endswith(b"}") else "current"
    base = f"/offers/v1.0/aws/{code}"
    entry = {"currentVersionUrl": f"{base}/current/index.json", "currentRegionIndexUrl": f"{base}/regions.json"}
    if not region:
        entry.pop("currentRegionIndexUrl")
    pinned = f"{base}/{version}/{region}/index.json"
    regions = {region: {"regionCode": region, "currentVersionUrl": pinned}}
    server.files |= {
        INDEX: json.dumps({"offers": {code: entry}}).encode(),
        f"{base}/regions.json": json.dumps({"regions": regions}).encode(),
        pinned: content,
        f"{base}/current/index.json": content,
    }


def refresh(output: Path, server: Server, service: str, *arguments: str) -> Result:
    arguments = ("--source", server.address, "--service", service, "--yes", "--now", "2026-11-24", *arguments)
    return CliRunner().invoke(prices, ["refresh", "--output", str(output), *arguments])


def constructed(data: Path, code: str) -> dict[str, Any]:
    path = data / "constructed" / f"{code}-us-east-1.offer.constructed.json"
    content: dict[str, Any] = json.loads(path.read_bytes())
    return content


def newer(content: dict[str, Any]) -> dict[str, Any]:
    return content | {"version": "20261101000000", "publicationDate": "2026-11-01T00:00:00Z"}


def first_price(content: dict[str, Any], sku: str) -> dict[str, Any]:
    """The first price range of a product, to be changed."""
    (term,) = content["terms"]["OnDemand"][sku].values()
    found: dict[str, Any] = next(iter(term["priceDimensions"].values()))
    return found


def test_the_constructed_lists_are_accepted(data: Path, tmp_path: Path) -> None:
    with serving({}) as server:
        put(server, json.dumps(newer(constructed(data, "AmazonSNS"))).encode(), "AmazonSNS")
        found = refresh(tmp_path, server, "sns")
        assert found.exception is None
        put(server, json.dumps(newer(constructed(data, "AmazonSES"))).encode(), "AmazonSES")
        assert refresh(tmp_path, server, "ses", "--allow", "removals").exception is None

    catalog = folder.load(tmp_path)
    one, two = catalog.price("sns.requests", "us-east-1"), catalog.price("ses.vdm.emails", "us-east-1", plan="NONE")
    assert [written(tier.price) for tier in one.row.tiers] == ["0", "0.0000005"]  # type: ignore[union-attr]
    assert two.row.status is Status.CONFIRMED  # type: ignore[union-attr]
    assert two.row.usage_type == "Recipients-VirtDelivMgr"  # type: ignore[union-attr]
    # Prices of other Regions are those of before.
    assert catalog.price("sns.requests", "eu-west-1") == shipped().price("sns.requests", "eu-west-1")


def test_pages_of_get_products_give_what_the_offer_file_gives(data: Path, tmp_path: Path) -> None:
    pages = sorted((data / "constructed").glob("AmazonSNS-get_products.page*.json"))
    arguments = [argument for page in pages for argument in ("--from", str(page))]
    outcome = CliRunner().invoke(prices, ["refresh", "--output", str(tmp_path / "pages"), "--yes", *arguments])
    assert outcome.exception is None
    offer = data / "constructed" / "AmazonSNS-us-east-1.offer.constructed.json"
    CliRunner().invoke(prices, ["refresh", "--output", str(tmp_path / "offer"), "--yes", "--from", str(offer)])

    difference = CliRunner().invoke(prices, ["diff", str(tmp_path / "pages"), str(tmp_path / "offer")])
    assert difference.exit_code == 0


def test_the_list_of_2015_is_older_and_says_so(data: Path, tmp_path: Path) -> None:
    content = (data / "raw" / "offer-2016-AmazonSES.json").read_bytes()
    with serving({}) as server:
        # The index of that time names one list for all Regions.
        server.files[INDEX] = (data / "raw" / "offers-index-2015-12-15.json").read_bytes()
        server.files["/offers/v1.0/aws/AmazonSES/current/index.json"] = content
        found = refresh(tmp_path / "prices", server, "ses")
        assert str(found.exception).startswith("AmazonSES 20151209234029: published 2015-12-09, before the present ")
        assert not (tmp_path / "prices").exists()
        found = refresh(tmp_path / "prices", server, "ses", "--allow", "older")
        assert "it lacks " in str(found.exception)

        accepted = refresh(tmp_path / "prices", server, "ses", "--allow", "older", "--allow", "removals")
    assert accepted.exception is None
    answer = folder.load(tmp_path / "prices").price("ses.outbound", "eu-west-1", plan="NONE")
    row = answer.row  # type: ignore[union-attr]
    assert (written(row.tiers[0].price), row.source.published, row.sku) == (
        "0.0001",
        "2015-12-09T23:40:29Z",
        shipped().price("ses.outbound", "eu-west-1", plan="NONE").row.sku,  # type: ignore[union-attr]
    )


def test_the_list_of_kms_of_2016_counts_ranges_otherwise(data: Path, tmp_path: Path) -> None:
    with serving({}) as server:
        put(server, (data / "raw" / "offer-2016-awskms.json").read_bytes(), "awskms", region="")
        found = refresh(tmp_path / "prices", server, "kms", "--allow", "older", "--allow", "removals")

    assert "a tier begins at 20001, the one before ends at 20000" in str(found.exception)


def _truncated(content: dict[str, Any]) -> bytes:
    return json.dumps(content).encode()[:-5000]


def _gap(content: dict[str, Any]) -> bytes:
    first_price(content, "QDX8G2WMY9NPXXPG")["endRange"] = "900000"
    return json.dumps(content).encode()


def _euro(content: dict[str, Any]) -> bytes:
    found = first_price(content, "TZEC9JEDUHUR523U")
    found["pricePerUnit"] = {"EUR": found["pricePerUnit"]["USD"]}
    return json.dumps(content).encode()


def _unit(content: dict[str, Any]) -> bytes:
    first_price(content, "TZEC9JEDUHUR523U")["unit"] = "Bananas"
    return json.dumps(content).encode()


def _code(content: dict[str, Any]) -> bytes:
    """A rate code of a price without end on a range that ends."""
    found = first_price(content, "5N4XS8YGXD4JGDTN")
    found["rateCode"] = found["rateCode"].rpartition(".")[0] + ".6YS6EN2CT7"
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_truncated, "no whole offer file: it ends in the middle: the file is truncated"),
        (_gap, "QDX8G2WMY9NPXXPG.JRTCKXETXF.SB2VSFF4TP is a price from 0 to 900,000; its code stands for"),
        (_euro, "TZEC9JEDUHUR523U.JRTCKXETXF.6YS6EN2CT7 is priced in EUR, not in USD"),
        (_unit, "the unit 'Bananas' of sns.delivery.firehose in us-east-1 (TZEC9JEDUHUR523U) is not known"),
        (_code, "5N4XS8YGXD4JGDTN.JRTCKXETXF.6YS6EN2CT7 is a price from 0 to 100,000; its code stands for from 0 to"),
    ],
)
def test_damaged_lists_are_refused_and_the_old_catalog_stays(
    damage: Callable[[dict[str, Any]], bytes], message: str, data: Path, tmp_path: Path
) -> None:
    old = encode(shipped().service("AmazonSNS"))
    tmp_path.joinpath("AmazonSNS.json").write_bytes(old)
    with serving({}) as server:
        put(server, damage(newer(constructed(data, "AmazonSNS"))), "AmazonSNS")
        found = refresh(tmp_path, server, "sns")

    assert isinstance(found.exception, Stop)
    assert found.exception.code == 3
    assert message in str(found.exception)
    assert "\n" not in str(found.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["AmazonSNS.json"]
    assert tmp_path.joinpath("AmazonSNS.json").read_bytes() == old


def test_aws_price_file_of_text_messages_is_read(data: Path, tmp_path: Path) -> None:
    arguments = ["--from", str(data / "sms" / "sms-prices-2022.json"), "--sms-date", "2022-04-03", "--yes"]
    found = CliRunner().invoke(prices, ["refresh", "--output", str(tmp_path), "--now", "2026-11-24", *arguments])

    assert found.exception is None
    assert "the prices are the same; nothing is written" in found.stderr
