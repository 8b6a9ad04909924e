"""``auditor prices diff``: what differs between two catalogs."""

import json
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from auditor.cli.errors import Stop
from auditor.cli.prices import command as prices
from pricing.catalog.compare import Kind, compare
from pricing.catalog.encode import encode
from pricing.catalog.lookup import SERVICES, shipped
from pricing.catalog.model import Dimension, Rate, ServicePrices, Source, Status, Tier

REGIONS = ("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3")


def tiers(*prices_: str) -> tuple[Tier, ...]:
    bounds = [Decimal(1000 * index) for index in range(len(prices_))]
    return tuple(
        Tier(begin, end, Decimal(price)) for begin, end, price in zip(bounds, [*bounds[1:], None], prices_, strict=True)
    )


def rate(*prices_: str, regions: tuple[str, ...] = ("eu-west-1",), **changes: object) -> Rate:
    found = Rate(tiers=tiers(*prices_), regions=dict.fromkeys(regions, "SKU1"), status=Status.CONFIRMED, source="one")
    return msgspec.structs.replace(found, **changes)


def file(**rates: Rate) -> ServicePrices:
    return ServicePrices(
        schema=1,
        service="AWSQueueService",
        currency="USD",
        generated_at="2026-11-24",
        sources={"one": Source(description="one", published="2026-11-01")},
        dimensions=tuple(Dimension(id=f"sqs.{name}", unit="request", rates=(found,)) for name, found in rates.items()),
    )


def diff(path: Path, old: ServicePrices, new: ServicePrices, *arguments: str) -> Result:
    for name, content in (("old", old), ("new", new)):
        path.joinpath(name).mkdir()
        path.joinpath(name, f"{content.service}.json").write_bytes(encode(content))
    return CliRunner().invoke(prices, ["diff", str(path / "old"), str(path / "new"), *arguments])


def test_added_removed_changed_with_amounts_and_percent(tmp_path: Path) -> None:
    old = file(a=rate("0.5"), b=rate("0.04", "0.03"), c=rate("0"), d=rate("1"))
    new = file(b=rate("0.04", "0.035"), c=rate("0.1"), d=rate("1"), e=rate("0.000002"))
    found = diff(tmp_path, old, new)

    assert found.exit_code == 1
    assert found.stdout.splitlines()[:-1] == [
        "+ sqs.e in eu-west-1: $2.00 per 1M requests",
        "- sqs.a in eu-west-1: $0.50 per request",
        (
            "~ sqs.b in eu-west-1: $0.04 per request to 1,000, then $0.03 per request → "
            "$0.04 per request to 1,000, then $0.035 per request (+16.67%)"
        ),
        "~ sqs.c in eu-west-1: free → $0.10 per request (was free)",
    ]
    assert found.stdout.splitlines()[-1].startswith("1 added, 1 removed, 2 changed, 0 restated, ")


def test_regions_with_the_same_change_are_one_line(tmp_path: Path) -> None:
    found = diff(tmp_path, file(a=rate("0.4", regions=REGIONS)), file(a=rate("0.3", regions=REGIONS)))

    assert found.stdout.splitlines()[0] == (
        "~ sqs.a in 5 Regions (eu-central-1, eu-north-1, eu-west-1, …): $0.40 per request → $0.30 per request (-25.00%)"
    )


def test_the_same_prices_from_another_source_are_no_difference(tmp_path: Path) -> None:
    after = file(a=rate("0.4", status=Status.INFERRED, regions=("eu-west-1",)))
    found = diff(tmp_path, file(a=rate("0.4")), after, "--details")

    assert found.exit_code == 0
    assert found.stdout.splitlines()[0] == "= sqs.a in eu-west-1: status confirmed → inferred"


def test_ranges_and_currencies_that_differ_have_no_percentage(tmp_path: Path) -> None:
    old = file(a=rate("0.4", "0.3"), b=rate("1"))
    new = file(a=rate("0.4"), b=rate("7", currency="CNY"))
    document = json.loads(diff(tmp_path, old, new, "--format", "json").stdout)

    assert [change["kind"] for change in document["changes"]] == ["changed", "changed"]
    assert [change["percent"] for change in document["changes"]] == [[], []]
    assert document["changes"][1]["after"]["currency"] == "CNY"
    assert document["counts"]["changed"] == 2


def test_one_folder_is_compared_with_the_package(tmp_path: Path) -> None:
    shipped_file = shipped().service("AWSQueueService")
    tmp_path.joinpath("AWSQueueService.json").write_bytes(encode(shipped_file))
    found = CliRunner().invoke(prices, ["diff", str(tmp_path)])

    assert (found.exit_code, found.exception) == (0, None)
    assert found.stdout.startswith("0 added, 0 removed, 0 changed, 0 restated, ")


def test_a_folder_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    error = CliRunner().invoke(prices, ["diff", str(tmp_path / "a"), str(tmp_path / "b")]).exception

    assert isinstance(error, Stop)
    assert (str(error), error.code) == (f"{tmp_path / 'a'} is no folder of price data", 3)


@pytest.mark.parametrize("service", SERVICES.values())
def test_a_file_does_not_differ_from_itself(service: str) -> None:
    one = shipped().service(service)
    found = compare([one], [msgspec.json.decode(encode(one), type=ServicePrices)])

    assert found.changes == ()
    assert found.same > 0


amounts = st.dictionaries(st.sampled_from("abcdef"), st.decimals(0, 100, places=6, allow_nan=False), max_size=6)


@given(amounts, amounts)
def test_what_was_added_is_what_is_removed_the_other_way(one: dict[str, Decimal], two: dict[str, Decimal]) -> None:
    old, new = (file(**{name: rate(f"{price:f}") for name, price in side.items()}) for side in (one, two))
    there, back = compare([old], [new]), compare([new], [old])

    assert [change.dimension for change in there.of(Kind.ADDED)] == [
        change.dimension for change in back.of(Kind.REMOVED)
    ]
    assert {change.dimension for change in there.of(Kind.CHANGED)} == {
        f"sqs.{name}" for name in one.keys() & two.keys() if one[name] != two[name]
    }
    assert there.same == back.same == sum(one[name] == two[name] for name in one.keys() & two.keys())
