"""``auditor diff --usage``: what a change costs."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator
from subscribing import usage, write_change

from auditor.cli.diff import command
from auditor.cli.errors import Stop
from auditor.schemas.generate import schema


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795478400")
    write_change("20_000_000")
    Path("auditor.yaml").write_text("version: 1\nfail_on: none\n", encoding="utf-8")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--region", "eu-west-1"], standalone_mode=False)


@pytest.mark.parametrize(
    ("limit", "code", "outcome"),
    [
        ("10%", 1, "failed: +$12.00 a month, more than 10%"),
        ("120%", 0, "passed: +$12.00 a month, at most 120%"),
        ("11.99USD", 1, "failed: +$12.00 a month, more than $11.99"),
        ("$12", 0, "passed: +$12.00 a month, at most $12.00"),
    ],
)
def test_the_increase_decides(limit: str, code: int, outcome: str) -> None:
    found = run("base", "head", "--usage", "usage.yaml", "--config", "auditor.yaml", "--fail-on-increase", limit)

    assert found.return_value == code
    assert f"Costs {outcome}" in found.stdout.splitlines()
    assert "Costs: $10.00 → $22.00 a month, as far as known" in found.stdout
    assert "  +$12.00     sns.delivery.http in eu-west-1 of template.yaml#Orders" in found.stdout


def test_the_last_line_is_the_decision() -> None:
    arguments = ("base", "head", "--usage", "usage.yaml", "--config", "auditor.yaml", "--fail-on-increase")

    assert run(*arguments, "10%").stdout.splitlines()[-1] == "failed: costs +$12.00 a month, more than 10%"
    assert run(*arguments, "120%").stdout.splitlines()[-1].startswith("passed")
    strict = run("base", "head", "--usage", "usage.yaml", "--no-config", "--fail-on-increase", "10%")
    assert strict.return_value == 1
    assert strict.stdout.splitlines()[-1].endswith("costs +$12.00 a month, more than 10%")


def test_json_has_the_costs() -> None:
    found = run("base", "head", "--usage", "usage.yaml", "--config", "auditor.yaml", "--format", "json")
    costs = json.loads(found.stdout)["costs"]

    assert (costs["base_total"], costs["head_total"], costs["increase"]) == ("10.00", "22.00", "12")
    assert [(row["meter"], row["base"], row["head"], row["change"]) for row in costs["changed"]] == [
        ("sns.delivery.http", "0", "12", "12")
    ]
    assert (costs["limit"], costs["exceeded"], found.return_value) == (None, "false", 0)


def test_without_usage_there_are_none() -> None:
    found = run("base", "head", "--config", "auditor.yaml", "--format", "json")

    assert "costs" not in json.loads(found.stdout)


def test_the_other_direction_is_a_saving() -> None:
    arguments = ("head", "base", "--usage", "usage.yaml", "--config", "auditor.yaml", "--fail-on-increase", "0%")

    assert "Costs passed: -$12.00 a month, at most 0%" in run(*arguments).stdout


def test_undecided_costs_are_incomplete_when_completeness_is_asked_for() -> None:
    Path("usage.yaml").write_text(usage("null"), encoding="utf-8")
    arguments = ("base", "head", "--usage", "usage.yaml", "--config", "auditor.yaml", "--fail-on-increase", "0%")

    assert run(*arguments).return_value == 0
    assert "undecided" in run(*arguments).stdout
    assert run(*arguments, "--require-complete").return_value == 4


@pytest.mark.parametrize("limit", ["-1%", "much", "nan%", "1e99USD", "%"])
def test_a_limit_is_a_percentage_or_an_amount(limit: str) -> None:
    found = CliRunner().invoke(command, ["base", "head", "--usage", "usage.yaml", "--fail-on-increase", limit])

    assert found.exit_code == 2
    assert "is neither a percentage like 10% nor an amount like 50USD" in found.stderr


def test_a_limit_needs_usage_and_inputs() -> None:
    found = run("base", "head", "--fail-on-increase", "1%", "--no-config").exception
    assert isinstance(found, Stop)
    assert (str(found), found.code) == ("--fail-on-increase needs --usage: costs are compared under the same usage", 2)

    saved = run("base", "base", "--no-config", "--format", "json").stdout
    assert json.loads(saved)["schema"] == "diff-v1"


def test_wrong_usage_is_one_line() -> None:
    Path("usage.yaml").write_text("version: 2\n", encoding="utf-8")
    found = run("base", "head", "--usage", "usage.yaml", "--no-config").exception

    assert isinstance(found, Stop)
    assert (str(found), found.code) == ("usage.yaml:1: version: should be 1", 2)


def test_a_percentage_of_an_unknown_base_passes_with_one_line_that_says_so() -> None:
    more = usage("20_000_000") + "  - for: {resource: Base}\n    sns.publish.messages: null\n"
    Path("usage.yaml").write_text(more, encoding="utf-8")
    for name in ("base", "head"):
        path = Path(name, "template.yaml")
        path.write_text(path.read_text(encoding="utf-8") + "  Base: {Type: AWS::SNS::Topic}\n", encoding="utf-8")
    arguments = ("base", "head", "--usage", "usage.yaml", "--config", "auditor.yaml", "--fail-on-increase", "10%")
    found = run(*arguments)

    assert found.return_value == 0
    assert (
        "Costs passed, 1 cost of the base undecided: +$12.00 a month, more than 10% of the $10.00 that is known of the "
        "base"
    ) in found.stdout.splitlines()
    assert found.stdout.splitlines()[-1].endswith("; whether costs increase by more than 10% is undecided")
    assert run(*arguments, "--require-complete").return_value == 4


def test_an_input_that_cannot_be_read_can_cost_anything() -> None:
    Path("head", "broken.yaml").write_text("Resources: {Orders: {Type: AWS::SNS::Topic,\n", encoding="utf-8")
    found = run("base", "head", "--usage", "usage.yaml", "--config", "auditor.yaml", "--fail-on-increase", "120%")

    assert found.return_value == 4
    assert "Costs passed, 1 change undecided" in found.stdout


def as_infracost(*arguments: str) -> dict[str, Any]:
    found = run("base", "head", "--usage", "usage.yaml", "--no-config", "--format", "infracost-json", *arguments)
    document: dict[str, Any] = json.loads(found.stdout)
    Draft202012Validator(json.loads(schema("estimate-infracost-0.2"))).validate(document)
    return document


def test_the_shape_of_infracosts_diff_has_past_present_and_difference() -> None:
    document = as_infracost()
    (project,) = document["projects"]
    (changed,) = project["diff"]["resources"]

    assert document["metadata"]["infracostCommand"] == "diff"
    assert [document[f"{when}otalMonthlyCost"] for when in ("pastT", "t", "diffT")] == ["10", "22", "12"]
    assert [project[part]["totalMonthlyCost"] for part in ("pastBreakdown", "breakdown", "diff")] == ["10", "22", "12"]
    assert (changed["name"], changed["monthlyCost"], changed["monthlyUsageCost"]) == ("Orders", "12", "12")
    assert changed["costComponents"] == [
        {
            "name": "HTTP/HTTPS notifications",
            "unit": "notifications",
            "hourlyQuantity": "27397.260273972603",
            "monthlyQuantity": "20000000",
            "price": None,
            "hourlyCost": "0.016438356164",
            "monthlyCost": "12",
            "usageBased": True,
            "priceNotFound": False,
        }
    ]


def test_what_is_not_known_is_no_difference_in_the_shape_of_infracost() -> None:
    Path("usage.yaml").write_text(usage("20_000_000").replace("bytes: 900", "bytes: null"), encoding="utf-8")
    document = as_infracost()
    (changed,) = document["projects"][0]["diff"]["resources"]

    assert document["diffTotalMonthlyCost"] == "0"
    assert changed["monthlyCost"] is None
    assert {item["monthlyCost"] for item in changed["costComponents"]} == {None}


def test_what_goes_away_is_less_in_the_shape_of_infracost() -> None:
    found = run("head", "base", "--usage", "usage.yaml", "--no-config", "--format", "infracost-json")
    document = json.loads(found.stdout)

    assert document["diffTotalMonthlyCost"] == "-12"
    assert document["projects"][0]["diff"]["resources"][0]["costComponents"][0]["monthlyQuantity"] == "-20000000"


def test_the_shape_of_infracosts_diff_needs_usage() -> None:
    found = run("base", "head", "--format", "infracost-json")

    assert isinstance(found.exception, Stop)
    assert (str(found.exception), found.exception.code) == ("infracost-json is of costs: it needs --usage", 2)


NESTED = "  Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: https://example.com/t}}\n"


@pytest.mark.parametrize(
    ("sides", "limit", "outcome"),
    [
        (("base", "head"), "10%", "failed: +$12.00 a month, more than 10%"),
        (("base", "head"), "120%", "passed: +$12.00 a month, at most 120%"),
        (("head",), "10%", "failed: +$12.00 a month, more than 10%, 1 change undecided"),
        (
            ("head",),
            "120%",
            "passed, 1 change undecided: +$12.00 a month is known, whether all of it is more than 120% is not",
        ),
        (("base",), "11USD", "failed: +$12.00 a month, more than $11.00, 1 change undecided"),
    ],
)
def test_nested_stacks_that_only_one_side_has_are_undecided(sides: tuple[str, ...], limit: str, outcome: str) -> None:
    for side in sides:
        path = Path(side, "template.yaml")
        path.write_text(path.read_text(encoding="utf-8") + NESTED, encoding="utf-8")
    found = run("base", "head", "--usage", "usage.yaml", "--config", "auditor.yaml", "--fail-on-increase", limit)

    assert [row for row in found.stdout.splitlines() if row.startswith("Costs ")] == [f"Costs {outcome}"]
