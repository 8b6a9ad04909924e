"""Which price data costs are counted with: that of an option, of ``auditor.yaml``, or of this version."""

import json
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from subscribing import write_change

from auditor.cli.diff import command as diff
from auditor.cli.errors import Stop
from auditor.cli.estimate import command as estimate
from pricing.catalog.folder import save
from pricing.catalog.lookup import shipped
from pricing.catalog.model import Tier

ALONE = """\
version: 1
usage:
  - for: {service: sns, region: eu-west-1}
    sns.delivery.http: 1_000_000
    sns.delivery.average_bytes: 1
    sns.data_transfer.out_gb: 0
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795478400")
    tmp_path.joinpath(".git").mkdir()
    write_change("1_000_000")
    Path("alone.yaml").write_text(ALONE, encoding="utf-8")
    http_at("0.000003", Path("prices"))
    http_at("0.000005", Path("base", "mine"))
    http_at("0", Path("head", "mine"))


def http_at(price: str, folder: Path) -> None:
    """A folder of price data in which a delivery to HTTP has a price of its own."""
    file = shipped().service("AmazonSNS")
    tiers = (Tier(Decimal(0), None, Decimal(price)),)
    dimensions = tuple(
        msgspec.structs.replace(item, rates=tuple(msgspec.structs.replace(rate, tiers=tiers) for rate in item.rates))
        if item.id == "sns.delivery.http"
        else item
        for item in file.dimensions
    )
    save([msgspec.structs.replace(file, dimensions=dimensions)], folder)


def configure(text: str, folder: str = ".") -> None:
    Path(folder, "auditor.yaml").write_text(f"version: 1\nfail_on: none\n{text}", encoding="utf-8")


def estimated(*arguments: str) -> Result:
    return CliRunner().invoke(estimate, ["--usage", "alone.yaml", "--format", "json", *arguments])


def total(*arguments: str) -> str:
    found = estimated(*arguments)
    assert found.exit_code == 0, found.output
    return str(json.loads(found.stdout)["total"])


def compared(*arguments: str) -> Result:
    usage = ["--usage", "usage.yaml", "--region", "eu-west-1"]
    return CliRunner().invoke(diff, ["base", "head", *usage, *arguments], standalone_mode=False)


def increase(*arguments: str) -> str:
    return str(json.loads(compared("--format", "json", *arguments).stdout)["costs"]["increase"])


def test_the_configuration_names_the_folder() -> None:
    assert total() == "0.60"
    configure("prices: {folder: prices}\n")
    assert total() == "3.00"


def test_the_option_wins_over_the_configuration() -> None:
    configure("prices: {folder: prices}\n")

    assert total("--prices", "base/mine") == "5.00"
    assert total("--no-config") == "0.60"


def test_the_estimate_says_whose_prices_it_has() -> None:
    configure("prices: {folder: prices}\n")

    assert "Prices are those of prices (named by auditor.yaml)." in json.loads(estimated().stdout)["assumptions"]
    named = json.loads(estimated("--prices", "base/mine").stdout)["assumptions"]
    assert "Prices are those of base/mine." in named
    shipped_ones = json.loads(estimated("--no-config").stdout)["assumptions"]
    assert not any(text.startswith("Prices are those") for text in shipped_ones)


def test_the_folder_is_relative_to_the_configuration_and_not_to_a_link_to_it() -> None:
    Path("settings").mkdir()
    http_at("0.000007", Path("settings", "mine"))
    configure("prices: {folder: mine}\n", "settings")
    Path("auditor.yaml").symlink_to(Path("settings", "auditor.yaml"))

    assert total() == "7.00"


def test_the_configuration_tells_from_which_age_prices_are_old() -> None:
    aged = "Prices of AmazonSNS published 2025-08-28 are 453 days old; check them."
    assert aged in json.loads(estimated().stdout)["assumptions"]

    configure("prices: {max_age_days: 453}\n")
    assert aged not in json.loads(estimated().stdout)["assumptions"]
    assert aged in json.loads(estimated("--max-age", "452").stdout)["assumptions"]


def test_a_comparison_has_the_prices_of_the_option() -> None:
    assert increase("--no-config") == "0.6"
    assert increase("--no-config", "--prices", "prices") == "3"


def test_a_comparison_has_the_prices_of_base_on_both_sides() -> None:
    configure("prices: {folder: mine}\n", "base")
    configure("prices: {folder: mine, max_age_days: 9}\n", "head")

    assert increase() == "5"
    changes = json.loads(compared("--format", "json").stdout)["settings_changes"]
    assert changes == ["max_price_age_days: none → 9"]


def test_what_head_changes_of_the_prices_is_told_and_not_applied() -> None:
    configure("prices: {folder: mine}\n", "head")

    assert increase() == "0.6"
    assert json.loads(compared("--format", "json").stdout)["settings_changes"] == [
        "fail_on: low → none",
        "prices: none → mine",
    ]


def test_a_comparison_tells_old_prices_on_stderr() -> None:
    assert "auditor: Prices of AmazonSNS published 2025-08-28 are 453 days old; check them.\n" in compared().stderr

    configure("prices: {max_age_days: 500}\n", "base")
    assert compared().stderr == ""


def test_prices_without_usage_are_a_mistake() -> None:
    found = CliRunner().invoke(diff, ["base", "head", "--prices", "prices"], standalone_mode=False).exception

    assert isinstance(found, Stop)
    assert (str(found), found.code) == ("--prices needs --usage: without usage no costs are compared", 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("prices: {folder: ../elsewhere}\n", "prices.folder '../elsewhere' is outside the repository"),
        ("prices: {folder: /etc}\n", "prices.folder '/etc' is outside the repository"),
        ("prices: {folder: ''}\n", "prices.folder must be given"),
        ("prices: {max_age_days: -1}\n", "prices.max_age_days must be 0 or more"),
        ("prices: {max_age_days: soon}\n", "prices.max_age_days must be a whole number"),
        ("prices: {foldr: prices}\n", "unknown key 'prices.foldr'; did you mean 'folder'?"),
        ("prices: prices\n", "prices must be a mapping"),
    ],
)
def test_a_wrong_setting_is_one_line(text: str, message: str) -> None:
    configure(text)
    found = estimated().exception

    assert isinstance(found, Stop)
    assert (str(found), found.code) == (f"auditor.yaml:3: {message}", 2)


def test_a_folder_without_prices_is_named() -> None:
    configure("prices: {folder: nowhere}\n")
    found = estimated().exception

    assert isinstance(found, Stop)
    assert str(found).endswith("nowhere is no folder of price data")
    assert found.code == 3
