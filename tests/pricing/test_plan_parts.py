"""What was used under each SES plan in the month in which the plan changes."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from commanding import usage_file
from estimating import of, usage
from in_process import auditor

from pricing.usage.usage import Account, Entry, PlanChange, Usage

NONE = {"ses__attachments__gb": 0, "ses__data_transfer__out_gb": 0}
REGION = "ses@eu-west-1"


def under(plan: str, **quantities: Decimal | int | None) -> Entry:
    entry = of(REGION, **quantities)
    return msgspec.structs.replace(entry, selector=msgspec.structs.replace(entry.selector, plan=plan))


def changing(*entries: Entry, month: str = "2026-11", account: Account | None = None) -> Usage:
    """NONE until 2026-11-15, then PRO."""
    told = usage(*entries, of(REGION, **NONE), month=month, account=account, eu_west_1="PRO")
    return msgspec.structs.replace(told, plan_changes={"eu-west-1": PlanChange(date(2026, 11, 16), "NONE")})


def estimated(folder: Path, told: Usage, *options: str) -> dict[str, Any]:
    (folder / "usage.yaml").write_text(usage_file(told))
    done = auditor("estimate", "--usage", "usage.yaml", "--format", "json", *options, folder=folder)
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def sent(found: dict[str, Any]) -> list[tuple[str, str, str, str | None]]:
    """Plan, quantity, free units and cost of the mail that was sent."""
    return [
        (item.get("plan", ""), item["quantity"], item["free"], item["cost"])
        for item in found["lines"]
        if item["meter"] == "ses.outbound.recipients"
    ]


BOTH = (
    under("NONE", ses__outbound__recipients=500_000),
    under("PRO", ses__outbound__recipients=12_000_000),
)


@pytest.mark.parametrize("parts", [BOTH, BOTH[::-1]])
def test_each_part_has_the_price_and_the_ranges_of_its_plan(tmp_path: Path, parts: tuple[Entry, ...]) -> None:
    found = estimated(tmp_path, changing(*parts))

    # 500,000 * $0.0001; 10,000,000 * $0.00022 + 2,000,000 * $0.00017; the fee of PRO is $105.
    assert sent(found) == [("NONE", "500000", "0", "50"), ("PRO", "12000000", "0", "2540")]
    assert (found["total"], found["complete"]) == ("2695.00", True)


def test_an_allowance_of_a_plan_is_for_its_part(tmp_path: Path) -> None:
    first_year = Account(first_ses_use=date(2026, 2, 1))

    assert sent(estimated(tmp_path, changing(*BOTH, account=first_year))) == [
        ("NONE", "500000", "3000", "49.7"),
        ("PRO", "12000000", "0", "2540"),
    ]


@pytest.mark.parametrize(("month", "cost"), [("2026-10", "1250"), ("2026-12", "2625")])
def test_other_months_have_the_sum_under_their_plan(tmp_path: Path, month: str, cost: str) -> None:
    # 12,500,000 * $0.0001, or 10,000,000 * $0.00022 + 2,500,000 * $0.00017.
    assert sent(estimated(tmp_path, changing(*BOTH, month=month))) == [("", "12500000", "0", cost)]


def test_what_is_told_of_no_plan_stands_beside_the_parts(tmp_path: Path) -> None:
    found = estimated(tmp_path, changing(*BOTH, of(REGION, ses__outbound__recipients=1_000)))

    assert sent(found) == [
        ("", "1000", "0", None),
        ("NONE", "500000", "0", "50"),
        ("PRO", "12000000", "0", "2540"),
    ]
    assert [(item["quantity"], item["needs"]) for item in found["depends_on_usage"]] == [
        ("1000", ["regions.eu-west-1.ses_plan"])
    ]


@pytest.mark.parametrize("other", [(), (under("PRO", ses__outbound__recipients=None),)])
def test_a_plan_of_which_nothing_is_told_is_open(tmp_path: Path, other: tuple[Entry, ...]) -> None:
    found = estimated(tmp_path, changing(BOTH[0], *other))

    assert sent(found) == [("NONE", "500000", "0", "50")]
    (item,) = found["depends_on_usage"]
    assert item["reason"] == "how much of ses.outbound.recipients was under PRO is not told"
    assert [price["tiers"][0]["price"] for price in item["prices"]] == ["0.00022"]


def test_parts_show_in_text_and_in_the_shape_of_infracost(tmp_path: Path) -> None:
    (tmp_path / "usage.yaml").write_text(usage_file(changing(*BOTH)))
    text = auditor("estimate", "--usage", "usage.yaml", folder=tmp_path).stdout
    document = auditor("estimate", "--usage", "usage.yaml", "--format", "infracost-json", folder=tmp_path).stdout

    assert [row.split()[2:5] for row in text.splitlines() if row.startswith("ses.outbound.recipients")] == [
        ["under", "NONE", "500,000"],
        ["under", "PRO", "12,000,000"],
    ]
    (mail,) = json.loads(document)["projects"][0]["breakdown"]["resources"]
    parts = [
        item["name"] for item in mail["costComponents"] if "plan NONE" in item["name"] or "plan PRO" in item["name"]
    ]
    assert len(parts) == 3  # PRO has two ranges


HEAD = "version: 1\nregions: {eu-west-1: {ses_plan: PRO, ses_plan_since: 2026-11-16, ses_plan_before: NONE}}\nusage:\n"

VDM = "for: {service: ses, region: eu-west-1, ses_plan: PRO}\n    ses.vdm.emails: 1"


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (
            "for: {service: ses, region: eu-west-1, ses_plan: ESSENTIALS}",
            "usage.yaml:4: for.ses_plan: regions.eu-west-1 tells no change from or to ESSENTIALS",
        ),
        (
            "for: {service: ses, region: us-east-1, ses_plan: PRO}",
            "usage.yaml:4: for.ses_plan: regions.us-east-1 tells no change from or to PRO",
        ),
        ("for: {resource: a, ses_plan: PRO}", "usage.yaml:4: usage.0.for: ses_plan goes with service: ses"),
        (
            "for: {service: ses, region: eu-west-1, ses_plan: PRO}\n    ses.bounce_rate: 0.1",
            "usage.yaml:5: ses.bounce_rate is told for the Region, not for a plan of it",
        ),
        (
            "for: {service: ses, region: eu-west-1, ses_plan: PRO}\n    ses.tenants: 1",
            "usage.yaml:5: ses.tenants is told for the Region, not for a plan of it",
        ),
        (
            f"{VDM}\n  - {VDM}",
            "usage.yaml:6: ses.vdm.emails of ses in eu-west-1 under PRO is told twice",
        ),
    ],
)
def test_what_is_wrong_with_a_part_is_said(tmp_path: Path, entry: str, words: str) -> None:
    (tmp_path / "usage.yaml").write_text(f"{HEAD}  - {entry}\n")
    done = auditor("estimate", "--usage", "usage.yaml", folder=tmp_path)

    assert (done.exit_code, done.stderr) == (2, f"auditor: {words}\n")
