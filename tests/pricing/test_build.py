import hashlib
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from pricing.catalog import build, lookup, sms
from pricing.catalog.build import BuildError, status_of
from pricing.catalog.lookup import SERVICES, Catalog, NoPriceKnown, Priced
from pricing.catalog.model import Row, Status
from pricing.tiers import TierError

TABLE = Path(__file__).parents[2] / "fixtures" / "prices" / "table.csv"
DAY = "2026-11-24"


def row(catalog: Catalog, dimension: str, region: str, plan: str | None = None) -> Row:
    answer = catalog.price(dimension, region, plan=plan)
    assert isinstance(answer, Priced)
    return answer.row


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    files, _ = build.build(TABLE.read_bytes(), DAY)
    return Catalog(files.values())


@pytest.mark.parametrize(
    ("basis", "status"),
    [
        ("name", Status.CONFIRMED),
        ("hash", Status.INFERRED),
        ("suffix", Status.INFERRED),
        ("hash+suffix", Status.INFERRED),
        ("hash, guess", Status.DISPUTED),
    ],
)
def test_status_follows_from_the_basis(basis: str, status: Status) -> None:
    assert status_of(basis) is status


def test_an_unknown_basis_is_refused() -> None:
    with pytest.raises(BuildError, match="unknown basis 'hearsay'"):
        status_of("hearsay")


def test_rows_are_carried_over(catalog: Catalog) -> None:
    found = row(catalog, "ses.outbound", "eu-west-1", "NONE")

    assert (found.sku, found.rate_codes) == ("SKU2", ("SKU2.JRTCKXETXF.6YS6EN2CT7",))
    assert (found.usage_type, found.operation, found.unit) == ("Recipients", "Send", "recipient")
    assert found.source.version == "20251203173853"
    assert found.source.sha256 == hashlib.sha256(TABLE.read_bytes()).hexdigest()
    transfer = row(catalog, "data_transfer.out_internet", "us-east-1")
    assert (transfer.sku, transfer.rate_codes, transfer.source.published) == ("", (), "2025-12-06")


def test_tiers_are_sorted_and_the_least_sure_one_counts(catalog: Catalog) -> None:
    found = row(catalog, "ses.vdm.emails", "us-east-1", "NONE")

    assert [str(tier.price) for tier in found.tiers] == ["0.00007", "0.00005"]
    assert found.status is Status.INFERRED
    assert row(catalog, "ses.vdm.queries", "eu-west-1", "NONE").status is Status.DISPUTED
    assert row(catalog, "ses.vdm.queries", "eu-west-1", "NONE").usage_type == ""


def test_plans_are_inferred_where_the_feed_has_sending(catalog: Catalog) -> None:
    assert str(row(catalog, "ses.plan", "us-east-1", "PRO").tiers[0].price) == "105"
    assert row(catalog, "ses.plan", "us-east-1", "PRO").usage_type == "Pro-Plan-Hours"
    assert row(catalog, "ses.plan", "eu-west-1", "PRO").status is Status.INFERRED
    assert isinstance(catalog.price("ses.plan", "eu-west-2", plan="PRO"), NoPriceKnown)
    assert isinstance(catalog.price("ses.plan", "us-east-1", plan="NONE"), NoPriceKnown)


def test_only_what_all_regions_agree_on_goes_to_new_regions(catalog: Catalog) -> None:
    assert row(catalog, "ses.outbound", "eu-south-2", "NONE").status is Status.INFERRED
    assert isinstance(catalog.price("ses.tenants", "eu-south-2", plan="NONE"), NoPriceKnown)


def test_what_is_left_out_is_said() -> None:
    _, left_out = build.build(TABLE.read_bytes(), DAY)

    assert left_out == [
        "1 lines left out: Somewhere (Carrier) - City is no Region",
        "1 lines left out: dimension ses.brand_new",
        "1 lines left out: service AmazonEC2",
        "1 lines left out: sns.deliver_sms_placeholder is a placeholder",
    ]


def changed(old: str, new: str) -> bytes:
    text = TABLE.read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new).encode()


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        (
            "recipient,10000000,Inf",
            "recipient,10000001,Inf",
            TierError,
            "ses.vdm.emails in us-east-1: a tier begins at",
        ),
        (
            ",2025-12-03T17:38:53Z,ses.json,hash+suffix",
            ",2025-12-04T17:38:53Z,ses.json,hash",
            BuildError,
            "several pub",
        ),
        (",sku,", ",key,", BuildError, "the table has no column sku"),
        ("SKU3,SKU3.JRTCKXETXF.RTKVR6ZK95", "SKUX,SKUX.JRTCKXETXF.RTKVR6ZK95", BuildError, "has several SKUs: SKU3"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(old: str, new: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        build.build(changed(old, new), DAY)


def test_writes_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        result = CliRunner().invoke(build.main, [str(TABLE), "--generated-at", DAY, "--to", str(folder)])
        assert result.exit_code == 0
        assert "1 lines left out: service AmazonEC2" in result.stderr

    for code in set(SERVICES.values()) - {sms.SERVICE}:
        assert (tmp_path / "a" / f"{code}.json").read_bytes() == (tmp_path / "b" / f"{code}.json").read_bytes()


def test_a_wrong_table_writes_nothing(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes(changed("recipient,10000000,Inf", "recipient,10000001,Inf"))
    result = CliRunner().invoke(build.main, [str(table), "--generated-at", DAY, "--to", str(tmp_path)])

    assert result.exit_code == 1
    assert "ses.vdm.emails in us-east-1: a tier begins at 10000001, the one before ends at 10000000" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]


@pytest.mark.conformance
def test_the_package_holds_what_the_table_gives() -> None:
    folder = os.environ.get("CONFORMANCE_DATA")
    if not folder:
        pytest.skip("CONFORMANCE_DATA is not set: the price table is not in the repository")
    table = Path(folder, "prices", "tables", "regions.csv").read_bytes()
    generated_at = lookup.shipped().service("AmazonSES").generated_at
    files, _ = build.build(table, generated_at, build.FURTHER.read_bytes())
    messages = Path(folder, "prices", "sms", "sms-prices-2022.json").read_bytes()
    files[sms.SERVICE] = sms.build(messages, "2022-04-03", generated_at)

    assert files.keys() == set(SERVICES.values())
    for code, file in files.items():
        assert build.encode(file) == lookup._DATA.joinpath(f"{code}.json").read_bytes(), "rebuild the price data"
