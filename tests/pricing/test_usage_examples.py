"""The example usage files, to the cent, with the arithmetic written out."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from auditor.model.inventory import Inventory
from pricing.derived import estimate_all
from pricing.projection import project
from pricing.result import Estimate
from pricing.usage.file import load

FOLDER = Path(__file__).parents[2] / "fixtures" / "usage"
FILES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


def example(name: str) -> Estimate:
    return estimate_all(Inventory(), load(FOLDER / f"{name}.yaml"))


def costs(found: Estimate) -> dict[str, Decimal | None]:
    return {item.meter: item.cost for item in found.lines if item.cost}


def test_transactional_mail() -> None:
    found = example("transactional_mail")

    assert costs(found) == {
        "ses.outbound.recipients": Decimal("0.0001") * 1_200_000,
        "ses.attachments.gb": Decimal("0.12") * 96,
        "ses.data_transfer.out_gb": Decimal("0.09") * (150 - 100),
        "ses.dedicated_ip.standard": Decimal("24.95") * 2,
        "ses.vdm.emails": Decimal("0.00007") * 1_200_000,
    }
    assert (found.total, found.complete) == (Decimal("269.92"), True)


def test_marketing_campaign() -> None:
    found = example("marketing_campaign")

    assert costs(found) == {
        "ses.plan": Decimal(105),
        "ses.outbound.recipients": Decimal("0.00022") * 10_000_000 + Decimal("0.00017") * 14_000_000,
        "ses.validation.recipients": Decimal("0.01") * (40_000 - 2_500),
        "ses.data_transfer.out_gb": Decimal("0.09") * 2_000,
    }
    assert (found.total, found.complete) == (Decimal("5240.00"), True)


def test_alerts_fan_out() -> None:
    found = example("alerts_fan_out")
    sums: dict[str, Decimal] = {}
    for item in found.lines:
        name = "push" if ".push." in item.meter else item.meter
        sums[name] = sums.get(name, Decimal(0)) + (item.cost or 0)

    assert {name: cost for name, cost in sums.items() if cost} == {
        # 2,000,000 of one request and 250,000 of four, less the free million.
        "sns.publish.messages": Decimal("0.0000005") * (3_000_000 - 1_000_000),
        "sns.delivery.http": Decimal("0.0000006") * (4_000_000 - 100_000),
        "sns.delivery.email": Decimal("0.00002") * (51_000 - 1_000),
        "push": Decimal("0.0000005") * (1_500_000 - 1_000_000),
        # Sent and received four times 64 KB, deleted once.
        "sns.sqs.requests": Decimal("0.0000004") * (250_000 * 9 - 1_000_000),
        "sns.lambda.requests": Decimal("0.0000002") * (2_000_000 - 1_000_000),
    }
    assert (found.total, found.complete) == (Decimal("5.29"), True)


def test_mobile_push() -> None:
    found = example("mobile_push")
    push = sum(item.cost or 0 for item in found.lines if ".push." in item.meter)

    assert push == Decimal("0.0000005") * (7_500_000 - 1_000_000)
    assert {name: cost for name, cost in costs(found).items() if ".sms." in name} == {
        "sns.sms.us.toll_free.parts": Decimal("0.00581") * 12_000,
        "sns.sms.us.toll_free.carrier_fee": Decimal("0.0025") * 12_000,
        "sns.sms.de.parts": Decimal("0.08848") * 3_000,
    }
    # 450,000 messages make 45,000 batches of 15 KB, which are free.
    assert [item.quantity for item in found.lines if item.meter == "sns.publish.messages"] == [45_000]
    assert (found.total, found.complete) == (Decimal("368.41"), True)


def test_ordered_events() -> None:
    found = example("ordered_events")

    assert costs(found) == {
        "sns.fifo.publish.messages": Decimal("0.0000003") * 5_000_000,
        "sns.fifo.publish.payload_gb": Decimal("0.017") * 10,
        "sns.fifo.delivery.messages": Decimal("0.00000001") * 10_000_000,
        "sns.fifo.delivery.payload_gb": Decimal("0.001") * 20,
        "sns.fifo.archive.processing_gb": Decimal("0.10") * 10,
        # 30 of 31 days, rounded to 12 decimal places.
        "sns.fifo.archive.storage_gb_months": Decimal("0.023") * Decimal("9.677419354839"),
        "sns.fifo.replay.messages": Decimal("0.00000001") * 100_000,
        "sns.fifo.replay.payload_gb": Decimal("0.001") * Decimal("0.2"),
        # Each of 10,000,000 messages is sent, received and deleted.
        "sns.fifo.sqs.requests": Decimal("0.0000005") * (30_000_000 - 1_000_000),
        "sns.sms.us.toll_free.parts": Decimal("0.00581") * 20_000,
        "sns.sms.us.toll_free.carrier_fee": Decimal("0.0025") * 20_000,
        # 31 days of 300 seconds, two requests for each of two principals.
        "sns.kms.requests": Decimal("0.000003") * (8_928 * 4 - 20_000),
        "kms.keys": Decimal(1),
    }
    assert (found.total, found.complete) == (Decimal("184.76"), True)


@pytest.mark.parametrize("name", FILES)
def test_the_table_is_right(name: str) -> None:
    table = (FOLDER / "README.md").read_text(encoding="utf-8")
    row = re.search(rf"\[{name}\.yaml\].*\| (\S+) \| (\S+) \|$", table, re.MULTILINE)
    usage = load(FOLDER / f"{name}.yaml")
    year = project(Inventory(), usage).cases

    assert row is not None
    assert row.groups() == (
        f"${estimate_all(Inventory(), usage).total:,.2f}",
        f"${next(case.total for case in year if case.name == 'expected'):,.2f}",
    )
