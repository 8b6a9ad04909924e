"""Memory and architecture of functions are read from the inputs, and decide what their GB-seconds cost."""

import json
from pathlib import Path
from typing import Any

import pytest
from estimating import ACCOUNT
from in_process import auditor

PUBLISHED = """\
  - for: {resource: Orders}
    sns.publish.messages: 1_000_000
    sns.publish.average_bytes: 900
    sns.lambda.duration_ms: 100
"""


def function(name: str, properties: str = "") -> str:
    """A function, and a subscription of it to the topic."""
    return (
        f"  {name}: {{Type: AWS::Lambda::Function, Properties: {{FunctionName: f{name}, Role: r{properties}}}}}\n"
        f"  Of{name}: {{Type: AWS::SNS::Subscription, "
        f"Properties: {{TopicArn: !Ref Orders, Protocol: lambda, Endpoint: !GetAtt {name}.Arn}}}}\n"
    )


ON_ARM = ", MemorySize: 1024, Architectures: [arm64]"


def estimated(folder: Path, resources: str, usage: str = PUBLISHED) -> dict[str, Any]:
    """The estimate of a topic and more, by the command line."""
    topic = "Parameters: {Memory: {Type: Number}}\nResources:\n  Orders: {Type: AWS::SNS::Topic}\n"
    (folder / "template.yaml").write_text(topic + resources)
    (folder / "usage.yaml").write_text(f"version: 1\nusage:\n{usage}")
    place = ("--region", "eu-west-1", "--account", ACCOUNT)
    done = auditor("estimate", "template.yaml", *place, "--usage", "usage.yaml", "--format", "json", folder=folder)
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def of_lambda(found: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Quantity and cost of GB-seconds, by meter."""
    return {
        item["meter"]: (item["quantity"], item["cost"])
        for item in found["lines"]
        if "gb_seconds" in item["meter"] and item["quantity"] != "0"
    }


def open_ends(found: dict[str, Any]) -> dict[str, str]:
    return {item["meter"]: item["reason"] for item in found["depends_on_usage"]}


def test_memory_and_architecture_of_a_topics_functions(tmp_path: Path) -> None:
    resources = function("A", ", MemorySize: 512") + function("B", ON_ARM) + function("C")
    found = estimated(tmp_path, resources)

    # 1,000,000 * 0.1 s * (0.5 GB + 0.125 GB by default) * $0.0000166667, and 1 GB on Arm * $0.0000133334.
    assert of_lambda(found) == {
        "sns.lambda.gb_seconds": ("62500", "1.04166875"),
        "sns.lambda.arm_gb_seconds": ("100000", "1.33334"),
    }
    assert found["complete"] is True
    assert "sns.lambda.gb_seconds is derived: functions run on x86." not in found["assumptions"]


def test_functions_that_are_alike_share_deliveries_that_are_told(tmp_path: Path) -> None:
    told = PUBLISHED.replace("sns.publish.messages: 1_000_000", "sns.delivery.lambda: 3_000_000")
    alike = estimated(tmp_path, function("A", ON_ARM) + function("B", ON_ARM), told)
    unlike = estimated(tmp_path, function("A", ON_ARM) + function("B"), told)

    assert of_lambda(alike) == {"sns.lambda.arm_gb_seconds": ("300000", "4.00002")}
    assert of_lambda(unlike) == {}
    reason = "how much of sns.delivery.lambda each of its functions gets is not told"
    assert {name: words for name, words in open_ends(unlike).items() if "lambda" in name} == {
        "sns.lambda.gb_seconds": reason,
        "sns.lambda.arm_gb_seconds": reason,
    }


@pytest.mark.parametrize("memory", ["!Ref Memory", "64", "-1", "99999999999999999999"])
def test_without_a_memory_that_lambda_offers_it_is_open(tmp_path: Path, memory: str) -> None:
    found = estimated(tmp_path, function("A", f", MemorySize: {memory}"))

    assert open_ends(found) == {"sns.lambda.gb_seconds": "sns.lambda.memory_mb is not told"}


def test_without_a_duration_gb_seconds_are_open_at_the_price_of_the_architecture(tmp_path: Path) -> None:
    found = estimated(tmp_path, function("A", ON_ARM), PUBLISHED.replace("    sns.lambda.duration_ms: 100\n", ""))
    (item,) = found["depends_on_usage"]

    assert (item["meter"], item["reason"]) == ("sns.lambda.arm_gb_seconds", "sns.lambda.duration_ms is not told")
    assert item["prices"][0]["tiers"][0]["price"] == "0.0000133334"


def test_what_is_told_of_memory_is_taken(tmp_path: Path) -> None:
    found = estimated(tmp_path, function("A", ", MemorySize: 512"), f"{PUBLISHED}    sns.lambda.memory_mb: 1024\n")

    assert of_lambda(found) == {"sns.lambda.gb_seconds": ("100000", "1.66667")}


def test_memory_that_is_told_is_that_of_the_architecture_that_inputs_tell(tmp_path: Path) -> None:
    found = estimated(tmp_path, function("A", ON_ARM), f"{PUBLISHED}    sns.lambda.memory_mb: 512\n")

    # 1,000,000 * 0.1 s * 0.5 GB
    assert of_lambda(found) == {"sns.lambda.arm_gb_seconds": ("50000", "0.66667")}
    assert "sns.lambda.gb_seconds is derived: functions run on x86." not in found["assumptions"]


def test_a_function_that_tells_its_duration_has_its_own_memory(tmp_path: Path) -> None:
    told = f"{PUBLISHED}  - for: {{resource: A}}\n    lambda.arm.duration_ms: 50\n"
    found = estimated(tmp_path, function("A", ON_ARM), told)

    # 1,000,000 * 0.05 s * 1 GB
    assert of_lambda(found) == {"lambda.arm.gb_seconds": ("50000", "0.66667")}


def test_requests_that_are_told_of_a_function_on_arm_by_the_name_of_x86(tmp_path: Path) -> None:
    told = "  - for: {resource: A}\n    lambda.requests: 1_000_000\n    lambda.duration_ms: 100\n"
    found = estimated(tmp_path, function("A", ON_ARM), told)

    assert of_lambda(found) == {"lambda.gb_seconds": ("100000", "1.66667")}
    assert [words for words in found["assumptions"] if "Arm" in words] == [
        "lambda.requests of template.yaml#A is priced as on x86, as told; the inputs say Arm (lambda.arm.requests)."
    ]


def test_deliveries_to_functions_that_tell_their_requests_run_nothing_more(tmp_path: Path) -> None:
    told = PUBLISHED.replace("sns.publish.messages", "sns.delivery.lambda: 1_000_000\n    sns.publish.messages")
    told += "  - for: {resource: A}\n    lambda.requests: 7\n    lambda.gb_seconds: 1\n"
    found = estimated(tmp_path, function("A", ", MemorySize: 512"), told)

    assert of_lambda(found) == {"lambda.gb_seconds": ("1", "0.0000166667")}
