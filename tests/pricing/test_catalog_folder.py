"""A catalog of a user's own: read beside the one of the package, and used by estimates."""

import json
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from auditor.cli.estimate import command as estimate
from pricing.catalog.encode import encode
from pricing.catalog.folder import load, save
from pricing.catalog.lookup import CatalogError, Priced, shipped
from pricing.catalog.model import Tier

USAGE = """\
version: 1
usage:
  - for: {service: sns, region: eu-west-1}
    sns.delivery.firehose: 1_000_000
    sns.publish.average_bytes: 100
"""


def dearer(path: Path) -> None:
    """A folder with the price file of SNS, in which Firehose costs a dollar."""
    file = shipped().service("AmazonSNS")
    dimensions = tuple(
        msgspec.structs.replace(
            item,
            rates=tuple(
                msgspec.structs.replace(rate, tiers=(Tier(Decimal(0), None, Decimal(1)),)) for rate in item.rates
            ),
        )
        if item.id == "sns.delivery.firehose"
        else item
        for item in file.dimensions
    )
    save([msgspec.structs.replace(file, dimensions=dimensions)], path)


def test_what_the_folder_lacks_is_that_of_the_package(tmp_path: Path) -> None:
    dearer(tmp_path)
    catalog = load(tmp_path)
    answer = catalog.price("sns.delivery.firehose", "eu-west-1")

    assert isinstance(answer, Priced)
    assert answer.row.tiers[0].price == 1
    assert catalog.service("AmazonSES") == shipped().service("AmazonSES")


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    save([shipped().service("AmazonSES")], tmp_path / "deep" / "er")

    assert load(tmp_path / "deep" / "er").service("AmazonSES") == shipped().service("AmazonSES")
    assert tmp_path.joinpath("deep", "er", "AmazonSES.json").read_bytes() == encode(shipped().service("AmazonSES"))


def test_estimates_use_the_folder_that_is_named(tmp_path: Path) -> None:
    dearer(tmp_path / "prices")
    usage = tmp_path / "usage.yaml"
    usage.write_text(USAGE)
    arguments = ["--usage", str(usage), "--format", "json", "--no-config"]
    ours = json.loads(CliRunner().invoke(estimate, [*arguments, "--prices", str(tmp_path / "prices")]).stdout)
    shipped_ = json.loads(CliRunner().invoke(estimate, arguments).stdout)

    # Firehose charges its ingestion beside the delivery.
    assert (ours["total"], shipped_["total"]) == ("1000000.15", "0.34")


def test_a_folder_that_is_no_catalog_ends_an_estimate(tmp_path: Path) -> None:
    usage = tmp_path / "usage.yaml"
    usage.write_text(USAGE)
    found = CliRunner().invoke(estimate, ["--usage", str(usage), "--prices", str(tmp_path / "none")])

    assert str(found.exception) == f"{tmp_path / 'none'} is no folder of price data"


def test_prices_older_than_four_months_are_said(tmp_path: Path) -> None:
    usage = tmp_path / "usage.yaml"
    usage.write_text(USAGE)
    arguments = ["--usage", str(usage), "--no-config", "--now"]

    assert "are 121 days old; check them" in CliRunner().invoke(estimate, [*arguments, "2025-12-27"]).stdout
    assert "days old" not in CliRunner().invoke(estimate, [*arguments, "2025-12-26"]).stdout


def test_a_link_to_a_device_is_no_price_data(tmp_path: Path) -> None:
    (tmp_path / "AmazonSNS.json").symlink_to("/dev/zero")

    with pytest.raises(CatalogError) as caught:
        load(tmp_path)
    assert str(caught.value) == "the price data of AmazonSNS is no regular file"
