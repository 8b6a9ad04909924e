"""``auditor prices show`` as text, JSON and CSV, and the table behind it."""

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from auditor.cli.errors import Stop
from auditor.cli.prices import command as prices
from auditor.report import prices_csv
from pricing.catalog import age
from pricing.catalog.encode import encode
from pricing.catalog.lookup import SERVICES, Catalog, shipped
from pricing.catalog.matrix import Cell, all_regions, cells, counts
from pricing.catalog.model import Dimension, Rate, ServicePrices, Source, Status, Tier
from pricing.catalog.regions import CODES, REGIONS, currency

TIERS = (Tier(Decimal(0), Decimal(1000), Decimal(0)), Tier(Decimal(1000), None, Decimal("0.02")))


def sns(*rates: Rate, published: str = "2026-11-01") -> ServicePrices:
    return ServicePrices(
        schema=1,
        service="AmazonSNS",
        currency="USD",
        generated_at="2026-11-24",
        sources={"one": Source(description="one source", published=published)},
        dimensions=(Dimension(id="sns.delivery.email", unit="notification", usage_type="Mail", rates=rates),),
    )


def rate(currency_: str = "", *regions: str, note: str = "") -> Rate:
    found = dict.fromkeys(regions, "SKU1")
    return Rate(tiers=TIERS, regions=found, status=Status.CONFIRMED, source="one", currency=currency_, note=note)


def show(*arguments: str) -> Result:
    return CliRunner().invoke(prices, ["show", "--now", "2026-11-24", *arguments])


def folder(path: Path, *files: ServicePrices) -> str:
    for file in files:
        path.joinpath(f"{file.service}.json").write_bytes(encode(file))
    return str(path)


def test_every_region_of_aws_is_in_the_table() -> None:
    assert len(REGIONS) == 38
    assert set(shipped().regions) < set(REGIONS)
    assert all_regions(shipped()) == REGIONS
    assert {CODES["EU (Ireland)"], CODES["Europe (Ireland)"]} == {"eu-west-1"}
    assert {region for region in REGIONS if currency(region) == "CNY"} == {"cn-north-1", "cn-northwest-1"}


def test_every_dimension_has_an_answer_in_every_region() -> None:
    """The numbers change when price data does: then this says by how much."""
    found = list(cells(shipped(), SERVICES, REGIONS))
    regional = [cell for cell in found if not cell.dimension.startswith("sms.")]

    assert len({(cell.dimension, cell.plan, cell.region) for cell in found}) == len(found)
    by_row: dict[tuple[str, str | None], set[str]] = {}
    for cell in regional:
        by_row.setdefault((cell.dimension, cell.plan), set()).add(cell.region)
    assert {frozenset(regions) for regions in by_row.values()} == {frozenset(REGIONS)}
    assert counts(regional) == {
        "confirmed": 3075,
        "inferred": 1827,
        "disputed": 181,
        "not offered": 393,
        "no price known": 794,
    }


def test_china_is_priced_in_its_own_currency(tmp_path: Path) -> None:
    path = folder(tmp_path, sns(rate("", "us-east-1"), rate("CNY", "cn-north-1")))
    text = show("--prices", path, "--service", "sns").stdout.splitlines()
    lines = json.loads(show("--prices", path, "--service", "sns", "--format", "json").stdout)["prices"]

    assert "free to 1,000, then CNY 0.02 per notification" in text[2]
    assert "free to 1,000, then $0.02 per notification" in text[3]
    assert [(line["region"], line["currency"]) for line in lines] == [("cn-north-1", "CNY"), ("us-east-1", "USD")]


def test_the_table_as_csv_has_a_line_per_range() -> None:
    found = show("--service", "sns", "--region", "ca-west-1", "--matrix", "--format", "csv")
    lines = list(csv.DictReader(found.stdout.splitlines()))
    requests = [line for line in lines if line["dimension"] == "sns.requests"]
    push = next(line for line in lines if line["dimension"] == "sns.delivery.push.gcm")

    assert [(line["from"], line["to"], line["price"]) for line in requests] == [
        ("0", "1000000", "0"),
        ("1000000", "", "0.0000005"),
    ]
    assert requests[1]["rate_code"].endswith(".JRTCKXETXF.VNJQCFJPS4")
    assert requests[1]["published"] == "2025-08-28T15:38:58Z"
    assert (push["status"], push["price"]) == ("not offered", "")
    assert "sns-mobile-push-supported-regions" in push["note"]
    assert found.stderr == "auditor: Prices of AmazonSNS published 2025-08-28 are 453 days old; check them.\n"


def test_a_spreadsheet_sees_no_formula_and_a_terminal_no_escape() -> None:
    catalog = Catalog([sns(rate("", "eu-west-1", note="=1+1\x1b[31m"))])
    line = list(csv.DictReader(prices_csv.render(cells(catalog, ("sns",), ("eu-west-1",))).splitlines()))[-1]

    assert line["note"] == "'=1+1\\x1b[31m"


def test_old_prices_are_said(tmp_path: Path) -> None:
    path = folder(tmp_path, sns(rate("", "us-east-1"), published="2026-07-27"))
    arguments = ("--prices", path, "--service", "sns")

    assert "days old" not in show(*arguments).stdout
    assert show(*arguments, "--max-age", "119").stdout.endswith(
        "1 cells: 1 confirmed\nPrices of AmazonSNS published 2026-07-27 are 120 days old; check them.\n"
    )
    document = json.loads(show(*arguments, "--max-age", "0", "--format", "json").stdout)
    assert document["old"] == [{"service": "AmazonSNS", "published": "2026-07-27", "days": 120}]
    assert document["counts"]["confirmed"] == 1


def test_age_counts_each_publication_once_and_leaves_out_what_has_no_day() -> None:
    published = [("a", "2026-01-01T10:00:00Z"), ("a", "2026-01-01"), ("b", "recently")]

    assert age.old(published, date(2026, 11, 24)) == (age.Old("a", "2026-01-01", 327),)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "is no folder of price data"),
        (b"", "the price data of AmazonSNS cannot be read: "),
        (encode(sns(rate("", "a"))).replace(b'"0.02"', b'"NaN"'), "the price data of AmazonSNS "),
        (
            encode(sns(rate("", "a"))).replace(b'["1000", null', b'["999", null'),
            "contradicts itself: sns.delivery.email",
        ),
        (encode(sns(rate("", "a"))).replace(b'"source": "one"', b'"source": "two"'), "names no source 'two'"),
        (encode(sns(rate("", "a"))).replace(b'"service": "AmazonSNS"', b'"service": "x"'), "is that of x"),
    ],
)
def test_a_folder_that_is_no_catalog_is_one_line(content: bytes | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "prices"
    if content is not None:
        path.mkdir()
        path.joinpath("AmazonSNS.json").write_bytes(content)
    found = show("--prices", str(path))

    assert isinstance(found.exception, Stop)
    assert found.exception.code == 3
    assert message in str(found.exception)
    assert "\n" not in str(found.exception)


def test_a_folder_without_price_data_is_no_catalog(tmp_path: Path) -> None:
    assert str(show("--prices", str(tmp_path)).exception) == (
        f"{tmp_path} has no price data: no file like AmazonSES.json"
    )


def test_cells_of_one_price_for_all_regions() -> None:
    found = list(cells(shipped(), ("sms",), ("eu-west-1", "us-east-1", "us-gov-east-1")))
    germany: list[Cell] = [cell for cell in found if cell.dimension == "sms.de"]

    assert [cell.region for cell in germany] == ["*", "us-gov-east-1"]
