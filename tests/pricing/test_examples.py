"""Worked examples of others: each within the slice that is priced is reproduced to the cent, or its difference told."""

import json
import os
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from estimating import cost, exact_total, of, priced, usage

from pricing.money import to_cents
from pricing.result import Estimate
from pricing.usage.usage import Account

pytestmark = pytest.mark.conformance

Inputs = Mapping[str, Any]
FOUR = ("us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1")


def sent(region: str, plan: str, emails: int, **more: Decimal | int | str) -> Estimate:
    told = of(f"ses@{region}", ses__outbound__recipients=emails, **more)
    return priced(usage(told, **{region.replace("-", "_"): plan}))


def bill_of_2019(inputs: Inputs) -> Estimate:
    """Attachments are billed encoded (4/3) in GB of 2^30; the 4 GB of traffic are the bill's own number."""
    raw = Decimal(inputs["recipients"] * inputs["attachment_kb_each"]) / 1_000_000
    told = of(
        "ses@us-east-1",
        ses__outbound__recipients=inputs["recipients"],
        ses__attachments__gb=raw,
        ses__data_transfer__out_gb=4,
    )
    return priced(
        usage(told, us_east_1="NONE"), ses__attachments__encoding="base64", ses__attachments__gb_bytes="1073741824"
    )


def plan_in_regions(inputs: Inputs) -> Estimate:
    assert inputs["regions"] == len(FOUR)
    return priced(
        usage(
            *(of(f"ses@{region}", ses__outbound__recipients=inputs["emails"]) for region in FOUR),
            **{region.replace("-", "_"): inputs["plan"] for region in FOUR},
        )
    )


def with_attachments(inputs: Inputs) -> Estimate:
    share = Decimal(str(inputs["attachment_share"]))
    size = inputs["emails"] * share * inputs["attachment_mib"] * 2**20 / 10**9
    return sent("us-east-1", "NONE", inputs["emails"], ses__attachments__gb=size, ses__data_transfer__out_gb=0)


def published(region: str, **told: int) -> Estimate:
    return priced(usage(of(f"sns@{region}", sns__publish__average_bytes=1, **told)))


def transfer(region: str) -> Callable[[Inputs], Estimate]:
    return lambda inputs: priced(
        usage(of(f"data_transfer@{region}", data_transfer__out_internet__gb=inputs["out_to_internet_gb"]))
    )


def only_http_is_free(inputs: Inputs) -> Estimate:
    """The publishes whose free million is used elsewhere are told beside that million."""
    return priced(
        usage(
            of(
                "sns@us-east-1",
                sns__publish__messages=inputs["publishes"],
                sns__publish__average_bytes=65_536,
                sns__delivery__http=inputs["https_deliveries"],
                sns__delivery__sqs=inputs["publishes"] * inputs["sqs_subscriptions"],
                sns__delivery__lambda=inputs["publishes"] * inputs["lambda_subscriptions"],
                sns__api__requests=1_000_000,
            ),
            account=Account(),
        )
    )


REPRODUCED: Mapping[str, Callable[[Inputs], Estimate]] = {
    "ses-real-bill-attachments-2019": bill_of_2019,
    "calc-dt-100tb": transfer("us-east-2"),
    "infracost-dt-af-south-1": transfer("af-south-1"),
    "infracost-dt-sa-east-1": transfer("sa-east-1"),
    "infracost-sns-firehose": lambda inputs: published(
        "us-east-1", sns__delivery__firehose=inputs["publishes"] * inputs["firehose_subscriptions"]
    ),
    "infracost-sns-push": lambda inputs: published(
        "us-east-1", sns__delivery__push__apns=inputs["publishes"] * inputs["push_subscriptions"]
    ),
    "infracost-sns-macos": lambda inputs: published(
        "us-east-1", sns__delivery__push__macos=inputs["publishes"] * inputs["macos_subscriptions"]
    ),
    "wraps-essentials-20m": lambda inputs: sent("us-east-1", inputs["plan"], inputs["emails"]),
    "wraps-pro-300k": lambda inputs: sent("us-east-1", inputs["plan"], inputs["emails"]),
    "wraps-essentials-1": lambda inputs: sent("us-east-1", inputs["plan"], inputs["emails"]),
    "wraps-pro-4-regions": plan_in_regions,
    "wraps-enterprise-4-regions": plan_in_regions,
    "hayasend-1m-essentials": lambda inputs: sent("ap-northeast-1", inputs["plan"], inputs["emails"]),
    "hayasend-attachments": with_attachments,
    "acme-sns-1m": only_http_is_free,
    "edgartools-sns-625k": lambda inputs: published("us-east-1", sns__publish__messages=inputs["publishes"]),
    "derived-none-150m": lambda inputs: sent("us-east-1", inputs["plan"], inputs["emails"]),
    "derived-essentials-150m": lambda inputs: sent("us-east-1", inputs["plan"], inputs["emails"]),
    "derived-pro-150m": lambda inputs: sent("us-east-1", inputs["plan"], inputs["emails"]),
    "derived-dip-managed-60m": lambda inputs: sent(
        "us-east-1",
        inputs["plan"],
        0,
        ses__dedicated_ip__managed__emails=inputs["managed_dip_emails"],
        ses__dedicated_ip__managed__subscriptions=1,
    ),
    "derived-vdm-30m": lambda inputs: sent("us-east-1", inputs["plan"], 0, ses__vdm__emails=inputs["vdm_emails"]),
}

LATER = {
    "calc-sns-fifo-10": "FIFO topics",
    "infracost-sns-fifo-subs": "FIFO topics",
    "infracost-sns-total": "FIFO topics and SMS",
    "kms-sns-formula-1": "KMS requests",
    "kms-sns-formula-2": "KMS requests",
    "infracost-kms-3-keys": "KMS keys",
    "calc-sqs-150b-standard": "SQS",
    "infracost-sqs-fifo": "SQS",
    "edgartools-sqs-fanout": "SQS",
    "infracost-lambda-512": "Lambda",
}
"""Examples of what is not priced yet."""

ARGUED = {"calc-sns-standard-all-10": "test_the_calculator_leaves_out_the_free_requests"}
"""Examples that are wrong, and the test that says why."""


@pytest.fixture(scope="module")
def examples() -> dict[str, dict[str, Any]]:
    folder = os.environ.get("CONFORMANCE_DATA")
    if not folder:
        pytest.skip("CONFORMANCE_DATA is not set: worked examples of others are not in the repository")
    content = json.loads(Path(folder, "prices", "examples.json").read_text(encoding="utf-8"))
    return {item["id"]: item for item in content["examples"]}


@pytest.mark.parametrize("name", REPRODUCED)
def test_to_the_cent(name: str, examples: dict[str, dict[str, Any]]) -> None:
    example = examples[name]
    found = REPRODUCED[name](example["inputs"])
    expected = Decimal(example["expected_usd"])

    assert to_cents(exact_total(found.lines)) == to_cents(expected)
    if -expected.as_tuple().exponent > 2:
        assert exact_total(found.lines) == expected


def test_the_lines_of_the_bill(examples: dict[str, dict[str, Any]]) -> None:
    example = examples["ses-real-bill-attachments-2019"]
    found = bill_of_2019(example["inputs"])

    assert [f"{to_cents(item.cost):.2f}" for item in found.lines if item.cost is not None] == ["0.44", "0.36", "0.54"]
    assert set(example["expected_lines"].values()) == {"0.54", "0.44", "0.36"}


def test_the_calculator_leaves_out_the_free_requests(examples: dict[str, dict[str, Any]]) -> None:
    """It subtracts the free deliveries and not the free million requests that the same price list has."""
    example = examples["calc-sns-standard-all-10"]
    inputs = example["inputs"]
    told = usage(
        of(
            "sns@us-east-2",
            sns__publish__messages=inputs["requests"],
            sns__publish__average_bytes=1,
            sns__delivery__http=inputs["http"],
            sns__delivery__email=inputs["email"],
            sns__delivery__sqs=inputs["sqs"],
            sns__delivery__lambda=inputs["lambda"],
            sns__delivery__firehose=inputs["firehose"],
            sns__delivery__push__apns=inputs["mobile_push"],
            sns__data_protection__scan_gb=inputs["mdp_scan_gb"],
            sns__data_protection__audit_gb=inputs["mdp_audit_gb"],
            sns__filter__body_gb=inputs["filter_body_gb"],
        ),
        account=Account(),
    )
    found = priced(told)

    assert cost(found, "sns.publish.messages") == "4.5"
    assert {item.meter: str(to_cents(item.cost)) for item in found.lines if item.cost is not None} == {
        "sns.publish.messages": "4.50",
        "sns.delivery.http": "5.94",
        "sns.delivery.email": "199.98",
        "sns.delivery.sqs": "0.00",
        "sns.delivery.lambda": "0.00",
        "sns.delivery.firehose": "1.90",
        "sns.delivery.push.apns": "4.50",
        "sns.data_protection.scan_gb": "0.80",
        "sns.data_protection.audit_gb": "1.90",
        "sns.filter.body_gb": "0.90",
    }
    assert found.total == Decimal(example["expected_usd"]) - Decimal("0.50")


def test_every_example_is_reproduced_argued_or_later(examples: dict[str, dict[str, Any]]) -> None:
    assert examples.keys() == REPRODUCED.keys() | LATER.keys() | ARGUED.keys()
