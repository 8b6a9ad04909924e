"""The estimate in the shape of Infracost's JSON: what its readers find where they look for it."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from estimating import exact_total, of, priced, topic, topic_arn, usage
from jsonschema import Draft202012Validator

from auditor.cli.estimate import command
from auditor.model.inventory import Input, Inventory
from auditor.model.known import Known
from auditor.model.sns import Topic
from auditor.model.text import text
from auditor.report import infracost_json
from auditor.report.infracost_names import component, price_range
from auditor.schemas.generate import schema
from pricing.meters.registry import meters
from pricing.result import Estimate
from pricing.usage.usage import Account, Usage

WHEN = datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC)
AMOUNT = (str, type(None))
REQUIRED: dict[str, dict[str, type | tuple[type, ...]]] = {
    "root": {
        "version": str,
        "metadata": dict,
        "currency": str,
        "projects": list,
        "totalHourlyCost": AMOUNT,
        "totalMonthlyCost": AMOUNT,
        "pastTotalHourlyCost": AMOUNT,
        "pastTotalMonthlyCost": AMOUNT,
        "diffTotalHourlyCost": AMOUNT,
        "diffTotalMonthlyCost": AMOUNT,
        "timeGenerated": str,
        "summary": dict,
    },
    "project": {
        "name": str,
        "displayName": str,
        "metadata": dict,
        "pastBreakdown": dict,
        "breakdown": dict,
        "diff": dict,
        "summary": dict,
    },
    "breakdown": {
        "resources": list,
        "totalHourlyCost": AMOUNT,
        "totalMonthlyCost": AMOUNT,
        "totalMonthlyUsageCost": AMOUNT,
    },
    "resource": {"name": str, "metadata": dict},
    "component": {
        "name": str,
        "unit": str,
        "hourlyQuantity": AMOUNT,
        "monthlyQuantity": AMOUNT,
        "price": AMOUNT,
        "hourlyCost": AMOUNT,
        "monthlyCost": AMOUNT,
        "priceNotFound": bool,
    },
    "metadata": {
        "infracostCommand": str,
        "vcsBranch": str,
        "vcsCommitSha": str,
        "vcsCommitAuthorName": str,
        "vcsCommitAuthorEmail": str,
        "vcsCommitTimestamp": str,
        "vcsCommitMessage": str,
    },
    "project metadata": {"path": str, "type": str},
    "warning": {"code": int, "message": str, "data": object, "isError": bool},
}
"""What Infracost's schema requires, and of which type."""
ALLOWED: dict[str, set[str]] = {
    "root": {"totalMonthlyUsageCost", "pastTotalMonthlyUsageCost", "diffTotalMonthlyUsageCost"},
    "resource": {"resourceType", "tags", "hourlyCost", "monthlyCost", "monthlyUsageCost", "costComponents"},
    "component": {"usageBased"},
    "metadata": {"usageFilePath"},
    "project metadata": {"warnings"},
}
"""What it allows beside, as far as it is written here; it allows nothing else."""


def checked(kind: str, value: dict[str, Any]) -> dict[str, Any]:
    """The value, which has the shape."""
    required = REQUIRED[kind]
    assert required.keys() <= value.keys() <= required.keys() | ALLOWED.get(kind, set()), kind
    for key, expected in required.items():
        assert isinstance(value[key], expected), (kind, key)
    return value


def shaped(made: dict[str, Any]) -> dict[str, Any]:
    """The document, all of which has the shape."""
    checked("root", made)
    checked("metadata", made["metadata"])
    for project in made["projects"]:
        checked("project", project)
        for warning in checked("project metadata", project["metadata"])["warnings"]:
            checked("warning", warning)
        for name in ("pastBreakdown", "breakdown", "diff"):
            for resource in checked("breakdown", project[name])["resources"]:
                for part in checked("resource", resource)["costComponents"]:
                    checked("component", part)
    return made


def document(told: Usage, *resources: Topic, **choices: str) -> dict[str, Any]:
    """The document as it is read back."""
    return written(priced(told, *resources, **choices), Inventory(resources=resources))


def written(estimate: Estimate, inventory: Inventory, usage_path: str = "usage.yaml") -> dict[str, Any]:
    found = json.loads(infracost_json.render(estimate, inventory, WHEN, usage_path))
    assert list(Draft202012Validator(json.loads(schema("estimate-infracost-0.2"))).iter_errors(found)) == []
    return shaped(found)


def parts(made: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The components by name, all of the first resource."""
    return {part["name"]: part for part in made["projects"][0]["breakdown"]["resources"][0]["costComponents"]}


ORDERS = msgspec.structs.replace(topic("Orders"), tags=Known({"team": text("shop"), "env": text("prod")}))


def test_a_resource_with_its_components() -> None:
    told = usage(
        of(topic_arn("Orders"), sns__publish__messages=3_000_000, sns__publish__average_bytes=900),
        of("ses@eu-west-1", ses__dedicated_ip__standard=2),
        account=Account(),
        eu_west_1="NONE",
    )
    made = document(told, ORDERS)
    ses, orders = made["projects"][0]["breakdown"]["resources"]

    assert (ses["name"], ses["metadata"]) == ("Amazon SES (eu-west-1)", {"service": "ses", "region": "eu-west-1"})
    assert "tags" not in ses
    assert ses["costComponents"] == [
        {
            "name": "Dedicated IPs (standard)",
            "unit": "IP-months",
            "hourlyQuantity": "0.002739726027",
            "monthlyQuantity": "2",
            "price": "24.95",
            "hourlyCost": "0.068356164384",
            "monthlyCost": "49.9",
            "usageBased": False,
            "priceNotFound": False,
        }
    ]
    assert (orders["name"], orders["resourceType"]) == ("AWS::SNS::Topic/Orders", "AWS::SNS::Topic")
    assert orders["tags"] == {"env": "prod", "team": "shop"}
    assert (orders["monthlyCost"], orders["monthlyUsageCost"], orders["hourlyCost"]) == ("1", "1", "0.001369863014")
    assert [(part["name"], part["unit"], part["monthlyQuantity"]) for part in orders["costComponents"]] == [
        ("API requests (over 1M)", "1M requests", "2"),
        ("API requests (free)", "requests", "1000000"),
    ]
    assert (made["totalMonthlyCost"], made["totalMonthlyUsageCost"]) == ("50.9", "1")


def test_ranges_are_components_of_their_own() -> None:
    told = of(
        "ses@us-east-1",
        ses__outbound__recipients=150_000_000,
        ses__attachments__gb=0,
        ses__data_transfer__out_gb=11_000,
    )
    made = document(usage(told, us_east_1="PRO"))

    assert {name: (part["monthlyQuantity"], part["price"]) for name, part in parts(made).items()} == {
        "Attachments": ("0", "0"),
        "Outbound data transfer to Internet (first 10TB)": ("10240", "0.09"),
        "Outbound data transfer to Internet (next 40TB)": ("760", "0.085"),
        "Outbound recipients (first 10M)": ("10000", "0.22"),
        "Outbound recipients (next 90M)": ("90000", "0.17"),
        "Outbound recipients (over 100M)": ("50000", "0.12"),
        "Pricing plan": ("1", "105"),
    }


def test_what_is_not_known_is_null_beside_its_unit_price() -> None:
    told = usage(of(topic_arn("Orders"), sns__publish__messages=None, sns__delivery__sms=10))
    made = document(told, ORDERS)
    found = parts(made)

    unknown = found["API requests (over 1M)"]
    assert (unknown["unit"], unknown["price"]) == ("1M requests", "0.5")
    assert (unknown["monthlyQuantity"], unknown["monthlyCost"], unknown["hourlyCost"]) == (None, None, None)
    assert (unknown["usageBased"], unknown["priceNotFound"]) == (True, False)
    absent = found["SMS notifications"]
    assert (absent["price"], absent["monthlyCost"], absent["priceNotFound"]) == (None, None, True)
    assert absent["monthlyQuantity"] == "10"
    assert (made["totalMonthlyCost"], made["totalHourlyCost"], made["totalMonthlyUsageCost"]) == (None, None, None)


def test_a_plan_that_is_not_told_has_both_prices_and_no_cost() -> None:
    told = of("ses@us-east-1", ses__outbound__recipients=1_000, ses__attachments__gb=0, ses__data_transfer__out_gb=0)
    found = parts(document(usage(told, us_east_1=None)))

    both = {name: part for name, part in found.items() if name.startswith("Outbound recipients")}
    assert {name: (part["price"], part["monthlyQuantity"], part["monthlyCost"]) for name, part in both.items()} == {
        "Outbound recipients, plan NONE": ("0.1", "1", None),
        "Outbound recipients, plan ESSENTIALS (first 10M)": ("0.16", "1", None),
    }


def test_sums_are_those_of_the_estimate() -> None:
    told = usage(
        of(topic_arn("Orders"), sns__publish__messages=3_333_333, sns__publish__average_bytes=70_000),
        of(
            topic_arn("Other"),
            sns__publish__messages=1_234_567,
            sns__delivery__http=7_777,
            sns__publish__average_bytes=9,
        ),
        of("ses@us-east-1", ses__outbound__recipients=12_345_678, ses__mail_manager__messages=1_001),
        account=Account(),
        month="2026-12",
        us_east_1="ENTERPRISE",
    )
    estimate = priced(told, ORDERS, topic("Other"))
    made = written(estimate, Inventory(resources=(ORDERS, topic("Other"))))
    (project,) = made["projects"]
    resources = project["breakdown"]["resources"]
    components = [part for resource in resources for part in resource["costComponents"]]

    assert Decimal(made["totalMonthlyCost"]) == exact_total(estimate.lines)
    assert sum(Decimal(part["monthlyCost"] or 0) for part in components) == exact_total(estimate.lines)
    assert sum(Decimal(item["monthlyCost"]) for item in resources) == exact_total(estimate.lines)
    for part in components:
        if part["monthlyCost"] is not None:
            assert Decimal(part["price"]) * Decimal(part["monthlyQuantity"]) == Decimal(part["monthlyCost"])
    hours = Decimal(744)
    assert abs(Decimal(made["totalHourlyCost"]) * hours - Decimal(made["totalMonthlyCost"])) < Decimal("1e-9")


def test_nothing_was_before() -> None:
    made = document(usage(of("kms@us-east-1", kms__keys=1)))
    (project,) = made["projects"]

    assert made["pastTotalMonthlyCost"] is made["diffTotalMonthlyCost"] is None
    nothing = {"resources": [], "totalHourlyCost": None, "totalMonthlyCost": None, "totalMonthlyUsageCost": None}
    assert project["pastBreakdown"] == project["diff"] == nothing
    assert made["timeGenerated"] == "2026-11-24T12:00:05Z"
    assert made["version"] == "0.2"
    assert made["currency"] == "USD"


def test_resources_are_counted() -> None:
    told = usage(of(topic_arn("Orders"), sns__publish__messages=3, sns__publish__average_bytes=1))
    made = document(told, ORDERS, topic("Silent"))

    # A topic of which nothing is told can cost something: it is listed, with unit prices.
    assert made["summary"] == made["projects"][0]["summary"]
    assert made["summary"] == {
        "totalDetectedResources": 2,
        "totalSupportedResources": 2,
        "totalUnsupportedResources": 0,
        "totalUsageBasedResources": 2,
        "totalNoPriceResources": 0,
        "supportedResourceCounts": {"AWS::SNS::Topic": 2},
        "unsupportedResourceCounts": {},
        "noPriceResourceCounts": {},
    }


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("aws_sns_topic.orders", "aws_sns_topic"),
        ('module.mail["eu.west"].aws_sns_topic.orders[0]', "aws_sns_topic"),
        ("Orders", "AWS::SNS::Topic"),
    ],
)
def test_the_type_is_that_of_the_input(address: str, kind: str) -> None:
    declared = msgspec.structs.replace(ORDERS, address=address)
    told = usage(of(topic_arn("Orders"), sns__publish__messages=3, sns__publish__average_bytes=1))
    (found,) = document(told, declared)["projects"][0]["breakdown"]["resources"]

    assert (found["name"], found["resourceType"]) == (address, kind)


def test_the_project_is_that_of_the_inputs() -> None:
    estimate = priced(usage(of("kms@us-east-1", kms__keys=1)))
    one, two = Input(path="a.yaml", kind="cloudformation"), Input(path="b.json", kind="snapshot")

    def project(*inputs: Input, told: str = "") -> tuple[str, str, str]:
        (found,) = written(estimate, Inventory(inputs=inputs), told)["projects"]
        return found["name"], found["metadata"]["path"], found["metadata"]["type"]

    assert project(one) == ("a.yaml", "a.yaml", "cloudformation")
    assert project(one, two) == ("a.yaml, b.json", "", "multiple")
    assert project(told="u.yaml") == ("u.yaml", "u.yaml", "usage")


def test_what_is_taken_for_granted_is_a_warning() -> None:
    made = document(usage(of("kms@us-east-1", kms__keys=1)))
    warnings = [item["message"] for item in made["projects"][0]["metadata"]["warnings"]]

    assert any(words.startswith("No free allowance is applied") for words in warnings)


def test_every_meter_has_a_name() -> None:
    assert [name for name in meters() if component(name) == name] == []
    assert component("sns.sms.us.toll_free.carrier_fee") == "SMS carrier fees (US toll free)"
    assert component("sns.sms.de.parts") == "SMS notifications (DE)"
    assert component("sns.delivery.push.apns_voip") == "Mobile Push notifications (apns voip)"
    assert component("data_transfer.to.us-west-2.gb") == "Outbound data transfer to us-west-2"


@pytest.mark.parametrize(
    ("begin", "end", "unit", "words"),
    [
        ("0", None, "request", ""),
        ("0", "1000000", "request", "first 1M"),
        ("10000000", "100000000", "email", "next 90M"),
        ("100000", None, "notification", "over 100k"),
        ("1234", None, "notification", "over 1,234"),
        ("0", "10240", "GB", "first 10TB"),
        ("100", None, "GB", "over 100GB"),
        ("6000000000", "15000000000", "GB-second", "next 9B"),
    ],
)
def test_names_of_ranges(begin: str, end: str | None, unit: str, words: str) -> None:
    assert price_range(Decimal(begin), None if end is None else Decimal(end), unit) == words


def test_the_command_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795478400")
    Path("usage.yaml").write_text(
        "version: 1\nusage:\n  - for: {service: kms, region: eu-west-1}\n    kms.keys: 3\n", encoding="utf-8"
    )
    arguments = ["--usage", "usage.yaml", "--format", "infracost-json", "--output", "infracost-json=made.json"]
    found = CliRunner().invoke(command, arguments)
    made = shaped(json.loads(found.stdout))

    assert found.exit_code == 0
    assert Path("made.json").read_text(encoding="utf-8") == found.stdout
    assert (made["totalMonthlyCost"], made["timeGenerated"]) == ("3", "2026-11-24T00:00:00Z")
    assert made["metadata"]["usageFilePath"] == "usage.yaml"
    assert made["projects"][0]["breakdown"]["resources"][0]["costComponents"][0]["name"] == "Customer master key"


def test_text_of_others_is_escaped() -> None:
    told = usage(of("kms@us-east-1", kms__keys=1))
    evil = Input(path="\x1b[31m##[error].yaml", kind="cloudformation")
    made = infracost_json.render(priced(told), Inventory(inputs=(evil,)), WHEN)

    assert "\x1b" not in made
    assert "##[" not in made
