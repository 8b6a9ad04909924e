"""Worked examples of others, by usage file and command: each is reproduced to the cent, or its difference told."""

import json
import os
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from commanding import commanded
from estimating import ACCOUNT, cost, exact_total, of, usage

from pricing.money import to_cents
from pricing.result import Estimate, Line
from pricing.tiers import total
from pricing.usage.usage import Account, Usage

pytestmark = pytest.mark.conformance

Inputs = Mapping[str, Any]
FOUR = ("us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1")


SNS_ALONE = {
    "sns__sqs__requests": 0,
    "sns__lambda__requests": 0,
    "sns__lambda__gb_seconds": 0,
    "sns__firehose__ingestion_gb": 0,
    "sns__data_transfer__out_gb": 0,
}
"""Usage of examples that leave out what deliveries make other services charge."""


def sent(region: str, plan: str, emails: int, **more: Decimal | int | str) -> Estimate:
    told = of(f"ses@{region}", ses__outbound__recipients=emails, **more)
    return commanded(usage(told, **{region.replace("-", "_"): plan}))


def bill_of_2019(inputs: Inputs) -> Estimate:
    """Attachments are billed encoded (4/3) in GB of 2^30; the 4 GB of traffic are the bill's own number."""
    raw = Decimal(inputs["recipients"] * inputs["attachment_kb_each"]) / 1_000_000
    told = of(
        "ses@us-east-1",
        ses__outbound__recipients=inputs["recipients"],
        ses__attachments__gb=raw,
        ses__data_transfer__out_gb=4,
    )
    return commanded(
        usage(told, us_east_1="NONE"), ses__attachments__encoding="base64", ses__attachments__gb_bytes="1073741824"
    )


def plan_in_regions(inputs: Inputs) -> Estimate:
    assert inputs["regions"] == len(FOUR)
    return commanded(
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
    return commanded(usage(of(f"sns@{region}", sns__publish__average_bytes=1, **SNS_ALONE, **told)))


def transfer(region: str) -> Callable[[Inputs], Estimate]:
    return lambda inputs: commanded(
        usage(of(f"data_transfer@{region}", data_transfer__out_internet__gb=inputs["out_to_internet_gb"]))
    )


def only_http_is_free(inputs: Inputs) -> Estimate:
    """The publishes whose free million is used elsewhere are told beside that million."""
    return commanded(
        usage(
            of(
                "sns@us-east-1",
                sns__publish__messages=inputs["publishes"],
                sns__publish__average_bytes=65_536,
                sns__delivery__http=inputs["https_deliveries"],
                sns__delivery__sqs=inputs["publishes"] * inputs["sqs_subscriptions"],
                sns__delivery__lambda=inputs["publishes"] * inputs["lambda_subscriptions"],
                sns__api__requests=1_000_000,
                **SNS_ALONE,
            ),
            account=Account(),
        )
    )


def alone(where: str, **told: Decimal | int) -> Estimate:
    """Usage beside which the account may have more, so that nothing is free."""
    return commanded(usage(of(where, **told)))


def keys(month: str, **principals: int) -> Estimate:
    """KMS requests of encrypted topics; the arguments are principals that publish, by name of the topic."""
    return commanded(
        usage(
            *(
                of(f"arn:aws:sns:eu-west-1:{ACCOUNT}:{name}", sns__kms__publishing_principals=number)
                for name, number in principals.items()
            ),
            month=month,
        )
    )


def fifo(region: str, inputs: Inputs, messages: int, kilobytes: int, **more: int) -> Estimate:
    return alone(
        f"sns@{region}",
        sns__fifo__publish__messages=messages,
        sns__publish__average_bytes=kilobytes * 1_000,
        sns__fifo__subscriptions=inputs["subscriptions"],
        sns__fifo__sqs__requests=0,
        **more,
    )


def archived(inputs: Inputs) -> Estimate:
    """The archive keeps messages for 10 days, 240 of the 730 hours of an average month."""
    return fifo(
        "us-east-2",
        inputs,
        inputs["publish_requests"],
        inputs["avg_message_kb"],
        sns__fifo__archive__retention_days=inputs["retention_days"],
        sns__fifo__filter__body_gb=inputs["filter_body_gb"],
    )


def fan_out(inputs: Inputs) -> Estimate:
    """Each event reaches each queue, where it is sent, received and deleted."""
    assert inputs["requests_per_message"] == 3
    told = of(
        "sns@us-east-1", sns__delivery__sqs=inputs["events"] * inputs["queues"], sns__publish__average_bytes=65_536
    )
    return commanded(usage(told, account=Account()))


REPRODUCED: Mapping[str, Callable[[Inputs], Estimate]] = {
    "ses-real-bill-attachments-2019": bill_of_2019,
    "calc-dt-100tb": transfer("us-east-2"),
    "calc-sns-fifo-10": archived,
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
    "infracost-sns-fifo-subs": lambda inputs: fifo("us-east-1", inputs, inputs["publishes"], inputs["message_kb"]),
    "infracost-kms-3-keys": lambda inputs: alone("kms@us-east-1", kms__keys=inputs["keys"]),
    "calc-sqs-150b-standard": lambda inputs: alone(
        "sqs@us-east-2", sqs__requests__standard=inputs["standard_requests"]
    ),
    "infracost-sqs-fifo": lambda inputs: alone(
        "sqs@us-east-1", sqs__requests__fifo=inputs["requests"], sqs__requests__average_bytes=inputs["kb"] * 1024
    ),
    "edgartools-sqs-fanout": fan_out,
    "infracost-lambda-512": lambda inputs: alone(
        "lambda@us-east-1",
        lambda__requests=inputs["requests"],
        lambda__duration_ms=inputs["duration_ms"],
        lambda__memory_mb=inputs["memory_mb"],
    ),
}

COUNTED: Mapping[str, Callable[[Inputs], Estimate]] = {
    "kms-sns-formula-1": lambda inputs: keys("2026-12", a=inputs["publishing_principals"]),
    "kms-sns-formula-2": lambda inputs: keys(
        "2026-02", **dict(zip("ab", inputs["publishing_principals_per_topic"], strict=True))
    ),
}
"""Examples whose result is a number of requests."""

ARGUED = {
    "calc-sns-standard-all-10": "test_the_calculator_leaves_out_the_free_requests",
    "infracost-sns-total": "test_infracost_gives_free_units_to_every_topic",
}
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


def everything_of_sns(inputs: Inputs, **more: int) -> Usage:
    return usage(
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
            **SNS_ALONE,
            **more,
        ),
        account=Account(),
    )


def test_the_calculator_leaves_out_the_free_requests(examples: dict[str, dict[str, Any]]) -> None:
    """It subtracts the free deliveries and not the free million requests that the same price list has."""
    example = examples["calc-sns-standard-all-10"]
    found = commanded(everything_of_sns(example["inputs"]))

    assert cost(found, "sns.publish.messages") == "4.5"
    assert {item.meter: str(to_cents(item.cost)) for item in found.lines if item.quantity} == {
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


def test_the_calculator_is_right_when_the_free_requests_are_used_elsewhere(examples: dict[str, dict[str, Any]]) -> None:
    example = examples["calc-sns-standard-all-10"]
    found = commanded(everything_of_sns(example["inputs"], sns__api__requests=1_000_000))

    assert found.total == Decimal(example["expected_usd"])


@pytest.mark.parametrize("name", COUNTED)
def test_to_the_request(name: str, examples: dict[str, dict[str, Any]]) -> None:
    found = COUNTED[name](examples[name]["inputs"])

    assert sum(item.quantity for item in found.lines) == Decimal(examples[name]["expected_usd"])


def test_the_lines_of_the_calculator(examples: dict[str, dict[str, Any]]) -> None:
    """Who recorded its total explains it with 30 days a month, which makes 10.29; with its 730 hours it is 10.28."""
    example = examples["calc-sns-fifo-10"]
    lines = {item.meter: round(charged(item), 3) for item in shown(archived(example["inputs"]))}
    stored = lines.pop("sns.fifo.archive.storage_gb_months")

    assert stored == Decimal("0.302")
    assert {Decimal(amount) for amount in example["expected_lines"].values()} - set(lines.values()) == {
        Decimal("0.307")
    }


def test_infracost_gives_free_units_to_every_topic(examples: dict[str, dict[str, Any]]) -> None:
    """One account has the free units once; and AWS's price list has free mobile push and no free text messages."""
    topics: dict[str, dict[str, int | str]] = {
        "withUsage": {"sns__publish__messages": 1_000_000, "sns__publish__average_bytes": 128 * 1024},
        "withFreeNotifications": {
            "sns__publish__messages": 10,
            "sns__publish__average_bytes": 1,
            "sns__delivery__http": 1_000,
            "sns__delivery__email": 1_000,
        },
        "withChargedSubscribers": {
            "sns__publish__messages": 1_000,
            "sns__publish__average_bytes": 1,
            "sns__delivery__http": 200_000,
            "sns__delivery__email": 300_000,
            "sns__delivery__firehose": 4_000_000,
            "sns__delivery__push__apns": 5_000_000,
            "sns__delivery__push__macos": 6_000_000,
        },
        "customSmsPrice": {
            "sns__publish__messages": 10,
            "sns__publish__average_bytes": 1,
            "sns__delivery__sms": 1_000,
            "sns__sms__price_per_part": "0.00987",
        },
        "fifo_withUsage.fifo": {
            "sns__publish__messages": 1_000_000,
            "sns__publish__average_bytes": 128_000,
            "sns__fifo__subscriptions": 0,
        },
        "fifo_withUsageAndSubscriptions.fifo": {
            "sns__publish__messages": 2_000_000,
            "sns__publish__average_bytes": 64_000,
            "sns__fifo__subscriptions": 3,
            "sns__sqs__requests": 0,
        },
    }
    found = commanded(
        usage(
            *(of(f"arn:aws:sns:us-east-1:{ACCOUNT}:{name}", **told) for name, told in topics.items()),
            of("sns@us-east-1", **SNS_ALONE),
            account=Account(),
        )
    )

    ours = {
        meter: total(charged(item) for item in shown(found) if item.meter.startswith(meter))
        for meter in ("sns.publish", "sns.delivery.http", "sns.delivery.email", "sns.delivery.push", "sns.delivery.sms")
    }
    theirs = {
        "sns.publish": "0.50",  # 2,001,030 requests less the free million; they give it to every topic
        "sns.delivery.http": "0.06",
        "sns.delivery.email": "5.98",
        "sns.delivery.push": "5.50",
        "sns.delivery.sms": "8.883",
    }
    assert {meter: amount - Decimal(theirs[meter]) for meter, amount in ours.items()} == {
        "sns.publish": Decimal("0.00051"),
        "sns.delivery.http": Decimal("0.0006"),
        "sns.delivery.email": Decimal("0.02"),  # 1,000 free e-mails are given twice
        "sns.delivery.push": Decimal("-0.50"),  # the free million is left out
        "sns.delivery.sms": Decimal("0.987"),  # 100 text messages are taken as free
    }
    assert total(charged(item) for item in shown(found)) == Decimal("27.88711")
    assert Decimal(examples["infracost-sns-total"]["expected_usd"]) == Decimal("27.38")


def shown(found: Estimate) -> list[Line]:
    """The lines that cost something."""
    return [item for item in found.lines if item.cost]


def charged(item: Line) -> Decimal:
    assert item.cost is not None
    return item.cost


def test_every_example_is_reproduced_or_argued(examples: dict[str, dict[str, Any]]) -> None:
    assert examples.keys() == REPRODUCED.keys() | COUNTED.keys() | ARGUED.keys()
    assert (len(REPRODUCED) + len(COUNTED), len(ARGUED)) == (30, 2)
    assert all(test in globals() for test in ARGUED.values())
