"""What a usage file may say: every key and every quantity, in every form that is documented."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from commanding import commanded
from estimating import of, usage

from pricing.meters.registry import SERVICES, quantities
from pricing.month import Month
from pricing.usage.file import load
from pricing.usage.usage import Account, Entry, Selector, Usage, UsageError

EVERYTHING = """\
version: 1
month: 2026-12
account: {opened: 2024-05-01, first_ses_use: 2024-06-01}
regions: {eu-west-1: {ses_plan: NONE}, us-east-1: {ses_plan: null}, eu-west-2: {}}
usage:
  - for: {service: ses, region: eu-west-1}
    ses.outbound.recipients: 1_200_000
    ses.attachments.gb: 0.125
  - for: {resource: "Orders*"}
    sns.publish.messages: 3e6
    sns.publish.average_bytes: null
"""


def read(tmp_path: Path, content: str) -> Usage:
    path = tmp_path / "usage.yaml"
    path.write_text(content, encoding="utf-8")
    return load(path)


def refused(tmp_path: Path, content: str) -> list[str]:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, content)
    return [mistake.rpartition("/")[2] for mistake in caught.value.mistakes]


def test_every_key(tmp_path: Path) -> None:
    found = read(tmp_path, EVERYTHING)

    assert found.month == Month(2026, 12)
    assert found.account == Account(opened=date(2024, 5, 1), first_ses_use=date(2024, 6, 1))
    assert found.plans == {"eu-west-1": "NONE", "us-east-1": None, "eu-west-2": None}
    assert [(entry.selector, entry.quantities) for entry in found.entries] == [
        (
            Selector("ses", "eu-west-1"),
            {"ses.outbound.recipients": Decimal(1_200_000), "ses.attachments.gb": Decimal("0.125")},
        ),
        (
            Selector(resource="Orders*"),
            {"sns.publish.messages": Decimal(3_000_000), "sns.publish.average_bytes": None},
        ),
    ]


@pytest.mark.parametrize("plan", ["NONE", "ESSENTIALS", "PRO", "ENTERPRISE"])
def test_every_plan(tmp_path: Path, plan: str) -> None:
    assert read(tmp_path, f"version: 1\nregions: {{eu-west-1: {{ses_plan: {plan}}}}}\n").plans == {"eu-west-1": plan}


def test_every_quantity_is_taken_by_the_command() -> None:
    """With the least that AWS allows and one unit more than that, all in one file."""
    told: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for item in quantities().values():
        told[item.id.partition(".")[0]][item.id] = item.least if item.most == item.least + 1 else item.least + 1
    assert told.keys() == set(SERVICES)
    entries = [Entry(Selector(service, "us-east-1"), dict(amounts)) for service, amounts in told.items()]
    found = commanded(usage(*entries, us_east_1="NONE"))

    meters = {item.meter for item in found.lines} | {item.meter for item in found.depends_on_usage}
    read_only = {name for name in quantities() if name not in meters}
    assert all(not name.endswith((".messages", ".recipients", ".requests", "_gb", ".parts")) for name in read_only)


def test_a_quantity_of_a_service_is_told_for_the_service_or_its_resources() -> None:
    by_region = commanded(usage(of("kms@us-east-1", kms__requests=1_000_000)))
    by_arn = commanded(usage(of("arn:aws:kms:us-east-1:111122223333:key/1", kms__requests=1_000_000)))

    assert by_region.total == by_arn.total == Decimal("3.00")


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        ("regions: {eu-west-1: NONE}\n", "usage.yaml:2: regions.eu-west-1: should be a mapping"),
        ("usage: {}\n", "usage.yaml:2: usage: should be a list"),
        ("account: [1]\n", "usage.yaml:2: account: should be a mapping"),
        ("regions: []\n", "usage.yaml:2: regions: should be a mapping"),
    ],
)
def test_a_wrong_shape_is_told_in_words(tmp_path: Path, content: str, mistake: str) -> None:
    assert refused(tmp_path, f"version: 1\n{content}") == [mistake]
