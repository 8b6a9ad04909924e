"""``auditor estimate`` and ``auditor prices`` from end to end."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from auditor.cli.errors import Stop
from auditor.cli.estimate import command
from auditor.cli.prices import command as prices
from auditor.model.inventory import Input, Inventory
from auditor.model.measurement import Measurement
from auditor.sources import snapshot
from pricing.schema import estimate_schema

USAGE = """\
version: 1
usage:
  - for: {service: sns, region: eu-west-1}
    sns.publish.messages: 20_000_000
    sns.publish.average_bytes: 900
"""
TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::SNS::Topic
  Hook:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Orders, Protocol: https, Endpoint: https://example.com/hook}
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795478400")
    Path("usage.yaml").write_text(USAGE, encoding="utf-8")
    Path("template.yaml").write_text(TEMPLATE, encoding="utf-8")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def stopped(*arguments: str) -> tuple[str, int]:
    found = run(*arguments).exception
    assert isinstance(found, Stop)
    return str(found), found.code


def test_usage_alone_is_enough() -> None:
    found = run("--usage", "usage.yaml")

    assert (found.exit_code, found.stderr) == (0, "")
    assert found.stdout.startswith("Estimate for an average month: $10.00\n")


@pytest.mark.parametrize(
    ("budget", "code", "verdict"),
    [
        ("9.99", 1, "failed: $10.00 exceeds the budget of $9.99"),
        ("10", 0, "passed: $10.00 is within the budget of $10.00"),
        ("$1,000", 0, "passed: $10.00 is within the budget of $1,000.00"),
    ],
)
def test_the_budget_decides(budget: str, code: int, verdict: str) -> None:
    found = run("--usage", "usage.yaml", "--budget", budget)

    assert (found.exit_code, found.stdout.splitlines()[-1]) == (code, verdict)


def test_what_is_not_known_is_undecided_and_passes() -> None:
    found = run("template.yaml", "--usage", "usage.yaml", "--region", "eu-west-1", "--budget", "10")

    assert found.exit_code == 0
    assert found.stdout.splitlines()[-1] == "passed, 2 costs undecided: $10.00 of the budget of $10.00 is known"
    assert "sns.delivery.http in eu-west-1 of template.yaml#Orders: sns.delivery.http is not told" in found.stdout


def test_require_complete_wants_everything_known() -> None:
    arguments = ("template.yaml", "--usage", "usage.yaml", "--region", "eu-west-1", "--require-complete")

    assert run(*arguments).exit_code == 4
    assert run(*arguments, "--budget", "1").exit_code == 4
    assert run("--usage", "usage.yaml", "--require-complete").exit_code == 0


def test_the_configuration_tells_the_region() -> None:
    Path("auditor.yaml").write_text("version: 1\ninputs: {region: af-south-1}\n", encoding="utf-8")
    Path("usage.yaml").write_text(
        "version: 1\nusage:\n  - for: {resource: Orders}\n"
        "    sns.publish.messages: 1_000_000\n    sns.publish.average_bytes: 1\n    sns.delivery.http: 0\n",
        encoding="utf-8",
    )

    assert "$0.60" in run("template.yaml", "--usage", "usage.yaml").stdout
    assert "$0.50" in run("template.yaml", "--usage", "usage.yaml", "--region", "eu-west-1").stdout
    assert "the Region is not told" in run("template.yaml", "--usage", "usage.yaml", "--no-config").stdout


def test_json_and_a_file_of_it() -> None:
    found = run(
        "--usage", "usage.yaml", "--format", "json", "--output", "text=out.txt", "--month", "2026-12", "--budget", "5"
    )

    assert (found.exit_code, found.stderr) == (1, "auditor: failed: $10.00 exceeds the budget of $5.00\n")
    document = json.loads(found.stdout)
    assert (document["schema"], document["month"], document["total"]) == ("estimate-v1", "2026-12", "10.00")
    assert Path("out.txt").read_text(encoding="utf-8").startswith("Estimate for 2026-12: $10.00\n")


def test_a_template_of_which_one_input_is_broken_is_incomplete() -> None:
    Path("broken.template").write_text("Resources: [", encoding="utf-8")
    found = run("template.yaml", "broken.template", "--region", "eu-west-1")

    assert found.exit_code == 4
    assert "broken.template" in found.stderr
    assert "  - Not read, so not in the total: broken.template" in found.stdout
    assert (
        run(
            "template.yaml", "broken.template", "--usage", "usage.yaml", "--region", "eu-west-1", "--budget", "1"
        ).exit_code
        == 1
    )


def test_a_wrong_usage_file_is_2_and_tells_every_mistake() -> None:
    Path("usage.yaml").write_text("version: 2\nmonth: soon\n", encoding="utf-8")
    found = run("--usage", "usage.yaml")

    assert isinstance(found.exception, Stop)
    assert (found.exception.code, found.stdout) == (2, "")
    assert found.stderr == "auditor: usage.yaml:1: version: should be 1\n"
    assert str(found.exception).startswith("usage.yaml:2: month: ")


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        ((), "nothing to estimate: name an input, use --live, or give a --usage file", 2),
        (("--usage", "none.yaml"), "none.yaml: cannot be read: No such file or directory", 2),
        (("--usage", "usage.yaml", "--month", "12/2026"), "'12/2026' is not a month like 2026-12", 2),
        (
            ("--usage", "usage.yaml", "--option", "sns.free_range=x"),
            "option sns.free_range is one of account, region, not 'x'",
            2,
        ),
        (
            ("--usage", "usage.yaml", "--output", "pdf=x"),
            "there is no format 'pdf'; use text, json, infracost-json, svg",
            2,
        ),
        (("--usage", "usage.yaml", "--spread-shared"), "--spread-shared needs --by", 2),
        (
            ("--usage", "usage.yaml", "--days", "30"),
            "--days needs --live; a snapshot of collect --usage has measured usage already",
            2,
        ),
        (
            ("--usage", "usage.yaml", "--by", "team"),
            "costs are summed by account, region, service, resource or tag:KEY, not 'team'",
            2,
        ),
        (
            ("--usage", "usage.yaml", "--reconcile", "none.csv"),
            "none.csv: cannot be read: No such file or directory",
            2,
        ),
        (("--usage", "usage.yaml", "--output", "text=no/x"), "no/x: cannot be written: No such file or directory", 2),
    ],
)
def test_mistakes_are_one_line(arguments: Sequence[str], message: str, code: int) -> None:
    assert stopped(*arguments) == (message, code)


def test_an_input_that_is_none_is_3() -> None:
    Path("note.txt").write_text("hello", encoding="utf-8")

    assert stopped("note.txt")[1] == 3
    assert stopped("missing.yaml")[1] == 3


@pytest.mark.parametrize(
    "budget", ["-1", "nan", "inf", "much", "1e99", "49,90", "1,0000", "1e3", "\u0665", "1_000", "1" * 50]
)
def test_a_budget_is_an_amount(budget: str) -> None:
    found = run("--usage", "usage.yaml", "--budget", budget)

    assert found.exit_code == 2
    assert "is not an amount of dollars" in found.stderr


def test_a_disputed_rule_can_be_read_otherwise() -> None:
    Path("usage.yaml").write_text(
        "version: 1\nregions: {us-east-1: {ses_plan: NONE}}\nusage:\n"
        "  - for: {service: ses, region: us-east-1}\n    ses.attachments.gb: 1000\n",
        encoding="utf-8",
    )

    assert "at least" not in run("--usage", "usage.yaml").stdout
    assert "Total, known" in run("--usage", "usage.yaml").stdout
    assert "$120.00" in run("--usage", "usage.yaml").stdout
    found = run("--usage", "usage.yaml", "--option", "ses.attachments.gb_bytes=1073741824")
    assert "$111.76" in found.stdout
    assert "ses.attachments.gb_bytes=1073741824: " in found.stdout


def test_nothing_of_aws_or_of_schemas_is_loaded() -> None:
    code = (
        "import sys; from auditor.cli.main import run\n"
        "try: run(['estimate', '--usage', 'usage.yaml', '--format', 'json'])\n"
        "except SystemExit as stop: assert stop.code == 0\n"
        "loaded = sorted({'boto3', 'jsonschema', 'tabulate'} & set(sys.modules))\n"
        "sys.stderr.write(str(loaded))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stderr == "[]"


def test_prices_are_shown_with_their_status() -> None:
    found = CliRunner().invoke(prices, ["show", "--region", "eu-west-1", "--dimension", "sns.requests"])

    assert found.exit_code == 0
    rows = [row.split() for row in found.stdout.splitlines()]
    assert rows[0] == ["dimension", "plan", "Region", "price", "status", "SKU", "published"]
    assert rows[2][:2] == ["sns.requests", "eu-west-1"]
    assert rows[2][-3] == "inferred"
    assert rows[3:5] == [[], ["1", "cells:", "1", "inferred"]]


def test_the_matrix_has_every_region() -> None:
    arguments = ["show", "--service", "sns", "--dimension", "sns.delivery.push.gcm", "--format", "json"]
    some = json.loads(CliRunner().invoke(prices, arguments).stdout)["prices"]
    every = json.loads(CliRunner().invoke(prices, [*arguments, "--matrix"]).stdout)["prices"]

    assert {item["status"] for item in some} == {"confirmed"}
    assert {item["status"] for item in every} == {"confirmed", "not offered", "no price known"}
    assert {"us-east-1", "us-gov-west-1", "ca-west-1"} < {item["region"] for item in every}
    assert {item["region"] for item in every if item["status"] == "confirmed"} == {item["region"] for item in some}


def test_a_region_without_prices_is_a_mistake_unless_the_matrix_is_asked_for() -> None:
    found = CliRunner().invoke(prices, ["show", "--region", "eu-wst-1"])

    assert str(found.exception) == "the catalog has no Region 'eu-wst-1'"
    matrix = CliRunner().invoke(prices, ["show", "--region", "eu-wst-1", "--service", "sns", "--matrix"])
    assert matrix.exit_code == 0
    assert "no price known" in matrix.stdout


def test_quantities_are_listed_with_their_rule() -> None:
    found = CliRunner().invoke(prices, ["quantities"]).stdout

    assert "sns.publish.messages (message)\n    One request per 64 KB (65,536 bytes) of each published message" in found
    assert "sns.publish.average_bytes (byte)\n" in found
    assert "ses.plan (" not in found


def test_a_snapshot_with_measured_usage_is_estimated_offline() -> None:
    one = {"account": "1", "region": "eu-west-1", "start": "2026-10-01T00:00:00Z", "end": "2026-10-31T00:00:00Z"}
    sent = Measurement(namespace="AWS/SES", metric="Send", total="3000000", **one)
    made = Input(path="aws:1:eu-west-1", kind="aws")
    snapshot.write(Path("account.json"), Inventory(inputs=(made,), measurements=(sent,)))
    found = run("account.json", "--month", "2026-11", "--no-config")

    assert found.exit_code == 0
    assert "ses.outbound.recipients in eu-west-1, 3,000,000 recipients: the SES pricing plan" in found.stdout
    assert "measured by CloudWatch from 2026-10-01 to 2026-10-31 (30 days) and is scaled to 30 days." in found.stdout


def test_damaged_measurements_are_one_line() -> None:
    one = {"account": "1", "region": "eu-west-1", "start": "2026-10-01T00:00:00Z", "end": "x"}
    sent = Measurement(namespace="AWS/SES", metric="Send", total="3", **one)
    snapshot.write(Path("account.json"), Inventory(inputs=(Input(path="a", kind="aws"),), measurements=(sent,)))

    assert stopped("account.json", "--no-config") == (
        "measured usage: '2026-10-01T00:00:00Z' to 'x' is no span of time",
        2,
    )


def test_what_stands_beside_the_estimate() -> None:
    Path("bill.csv").write_text(
        "lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount,lineItem/UnblendedCost\n"
        "AmazonSNS,EU-Requests-Tier1,20000000,10.5\n",
        encoding="utf-8",
    )
    found = run(
        *("--usage", "usage.yaml", "--months", "2", "--by", "region", "--advise", "--reconcile", "bill.csv"),
        *("--output", "json=out.json", "--output", "svg=out.svg"),
    )

    assert found.exit_code == 0
    rows = [" ".join(row.split()) for row in found.stdout.splitlines()]
    assert "eu-west-1 $10.00" in rows
    assert "month 2 $10.00" in rows
    assert "2 months $20.00" in rows
    assert rows[rows.index("region, 2 months expected") + 2] == "eu-west-1 $20.00"
    assert any(row.startswith("$9.00 a month: Publish up to 10 messages in one request (PublishBatch)") for row in rows)
    assert "AmazonSNS Requests-Tier1 eu-west-1 20,000,000 20,000,000 $10.00 $10.50 +$0.50 differs" in rows
    document = json.loads(Path("out.json").read_text(encoding="utf-8"))
    Draft202012Validator(estimate_schema()).validate(document)
    assert document["projection"]["cases"][0]["total"] == "20.00"
    assert document["attribution"]["groups"][0]["cost"] == "10"
    assert (document["advice"][0]["id"], document["advice"][0]["saving"]) == ("sns-batches", "9")
    assert document["reconciliation"]["lines"][0]["difference"] == "0.5"
    assert Path("out.svg").read_text(encoding="utf-8").startswith("<svg ")


def test_the_chart_is_a_format() -> None:
    found = run("--usage", "usage.yaml", "--format", "svg", "--budget", "5")

    assert (found.exit_code, found.stderr) == (1, "auditor: failed: $10.00 exceeds the budget of $5.00\n")
    assert found.stdout.startswith("<svg ")


def test_of_a_bill_of_several_accounts_one_must_be_chosen() -> None:
    rows = "".join(f"Usage,AmazonSNS,EU-Requests-Tier1,1,2.5,{account}\n" for account in ("1" * 12, "2" * 12))
    header = "lineItem/LineItemType,lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount,lineItem/UnblendedCost"
    Path("bill.csv").write_text(f"{header},lineItem/UsageAccountId\n{rows}", encoding="utf-8")
    arguments = ("--usage", "usage.yaml", "--reconcile", "bill.csv")

    assert stopped(*arguments) == (
        (
            "bill.csv: is the bill of 2 accounts (111111111111, 222222222222); tell with --account which of them is "
            "estimated"
        ),
        2,
    )
    found = run(*arguments, "--account", "2" * 12)
    assert "  - The account that is compared is 222222222222." in found.stdout.splitlines()
    assert "  - Usage of 1 other account of the bill is not compared: $2.50." in found.stdout.splitlines()


def test_an_estimate_that_leaves_out_a_nested_stack_is_not_complete() -> None:
    nested = '  Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: "https://example.com/t"}}\n'
    Path("nested.yaml").write_text(f"Resources:\n{nested}", encoding="utf-8")
    text = run("nested.yaml", "--region", "eu-west-1", "--budget", "5")
    found = json.loads(run("nested.yaml", "--region", "eu-west-1", "--format", "json").stdout)

    assert text.stdout.startswith("Estimate for an average month: at least $0.00 (not everything was read)\n")
    assert text.stdout.endswith("\npassed, undecided as not all was read: $0.00 of the budget of $5.00 is known\n")
    assert (found["complete"], found["hidden"]) == (
        False,
        ["what 1 AWS::CloudFormation::Stack makes, unless another input shows it"],
    )
    assert (text.exit_code, run("nested.yaml", "--require-complete").exit_code) == (0, 4)


def test_usage_that_is_too_large_to_be_exact_is_refused_in_one_line() -> None:
    largest = "999_999_999_999_999.999999999999"
    Path("large.yaml").write_text(
        f"{USAGE}    sns.fifo.publish.messages: {largest}\n    sns.fifo.subscriptions: {largest}\n"
        "projection: {growth_per_month: 10}\n",
        encoding="utf-8",
    )

    said = "the usage, with its growth, is too large to be multiplied exactly"
    assert stopped("--usage", "large.yaml", "--months", "60") == (said, 2)
