"""Credits are deducted once from all known costs, apart from what was used."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from commanding import commanded, usage_file
from estimating import of, usage
from hypothesis import given
from hypothesis import strategies as st
from in_process import auditor

from pricing.credits import Credits, deducted
from pricing.money import written
from pricing.month import Month
from pricing.usage.usage import Account, Usage

# 1,000,000 recipients * $0.0001 in each of two Regions, and 100 tenants * $0.005.
COST = Decimal("200.5")


def mail(told_credits: str | None, until: date | None = None, month: str | None = "2026-12") -> Usage:
    told = {
        "ses__outbound__recipients": 1_000_000,
        "ses__attachments__gb": 0,
        "ses__data_transfer__out_gb": 0,
    }
    account = Account(credits=None if told_credits is None else Decimal(told_credits), credits_until=until)
    return usage(
        of("ses@eu-west-1", ses__tenants=100, **told),
        of("ses@us-east-1", **told),
        month=month,
        account=account,
        eu_west_1="NONE",
        us_east_1="NONE",
    )


@pytest.mark.parametrize(
    ("told", "taken", "left", "net"),
    [
        ("150", "150", "0", "50.50"),
        ("200.50", "200.5", "0", "0.00"),
        ("1000", "200.5", "799.5", "0.00"),
        ("0", "0", "0", "200.50"),
    ],
)
def test_credits_are_deducted_once(told: str, taken: str, left: str, net: str) -> None:
    found = commanded(mail(told))

    assert (found.total, found.complete) == (COST, True)
    assert found.credits == Credits(
        remaining=Decimal(told),
        deducted=Decimal(taken),
        left=Decimal(left),
        before_total=COST,
        net_total=Decimal(net),
    )
    assert found.assumptions[-4:-2] == (
        (
            f"Credits of ${Decimal(told):,.2f} are told to remain: they are deducted once, from all known costs "
            "together; what the account uses beside this estimate, and what is not known of it, would take of them too."
        ),
        "account.credits_until is not told: the credits are taken not to expire in these months.",
    )


def test_credits_that_are_not_told_are_not_there() -> None:
    assert not commanded(mail(None)).credits


@pytest.mark.parametrize(
    ("until", "month", "taken"),
    [
        (date(2026, 12, 31), "2026-12", "150"),
        (date(2026, 12, 30), "2026-12", "0"),
        (date(2027, 12, 31), None, "0"),
    ],
)
def test_credits_hold_in_months_that_end_before_they_do(until: date, month: str | None, taken: str) -> None:
    found = commanded(mail("150", until, month))

    assert found.credits
    assert written(found.credits.deducted) == taken
    note = f"Credits end on {until}: they are deducted only in months, that are told, which end by then."
    assert (note in found.assumptions) == (taken == "0")


def test_costs_that_are_not_known_take_no_credits() -> None:
    found = commanded(
        usage(
            of("sns@eu-west-1", sns__api__requests=2_000_000, sns__delivery__sms=1_000),
            account=Account(credits=Decimal(10)),
        )
    )

    # The first million of requests is free; no price is known of text messages to countries that are not told.
    assert found.credits == Credits(
        remaining=Decimal(10),
        deducted=Decimal("0.5"),
        left=Decimal("9.5"),
        before_total=Decimal("0.50"),
        net_total=Decimal(0),
    )
    assert found.complete is False


def run(folder: Path, told: Usage, *options: str) -> Any:
    (folder / "usage.yaml").write_text(usage_file(told))
    return auditor("estimate", "--usage", "usage.yaml", *options, folder=folder)


def test_months_share_the_credits(tmp_path: Path) -> None:
    done = run(tmp_path, mail("450", date(2027, 3, 1)), "--months", "4", "--format", "json")
    (case,) = json.loads(done.stdout)["projection"]["cases"]

    assert [month["deducted"] for month in case["months"]] == ["200.5", "200.5", "49", "0"]
    assert case["total"] == "802.00"
    assert case["credits"] == {
        "remaining": "450",
        "deducted": "450",
        "left": "0",
        "before_total": "802.00",
        "net_total": "352.00",
    }


def test_the_text_shows_both_totals_and_budgets_are_before_credits(tmp_path: Path) -> None:
    done = run(tmp_path, mail("150"), "--months", "2", "--budget", "100")
    rows = [" ".join(row.split()) for row in done.stdout.splitlines()]

    assert rows[0] == "Estimate for 2026-12, before credits of $150.00: $200.50"
    start = rows.index("Total, known $200.50")
    assert rows[start : start + 3] == ["Total, known $200.50", "Credits -$150.00", "Total after credits, known $50.50"]
    start = rows.index("2 months $401.00")
    assert rows[start : start + 3] == ["2 months $401.00", "Credits -$150.00", "after credits $251.00"]
    assert rows[-1] == "failed: $200.50 exceeds the budget of $100.00"
    assert done.exit_code == 1


def test_what_is_not_known_stays_beside_what_credits_leave(tmp_path: Path) -> None:
    told = usage(
        of("sns@eu-west-1", sns__api__requests=3_000_000, sns__delivery__sms=1), account=Account(credits=Decimal(1))
    )
    rows = [" ".join(row.split()) for row in run(tmp_path, told, "--months", "2").stdout.splitlines()]

    assert "Total after credits, known $0.00" in rows
    start = rows.index("2 months $2.00 + ?")
    assert rows[start + 1 : start + 3] == ["Credits -$1.00", "after credits $1.00 + ?"]


@pytest.mark.parametrize(
    ("account", "words"),
    [
        ("credits_usd: -1", "usage.yaml:2: account.credits_usd: should be at least 0"),
        ("credits_usd: 1.001", "usage.yaml:2: account.credits_usd: should have at most 2 decimal places"),
        ("credits_usd: '5'", "usage.yaml:2: account.credits_usd: should be a number"),
        ("credits_until: 2026-12-31", "usage.yaml:2: account: credits_until needs credits_usd"),
    ],
)
def test_what_is_wrong_with_credits_is_said(tmp_path: Path, account: str, words: str) -> None:
    (tmp_path / "usage.yaml").write_text(f"version: 1\naccount: {{{account}}}\n")
    done = auditor("estimate", "--usage", "usage.yaml", folder=tmp_path)

    assert (done.exit_code, done.stderr) == (2, f"auditor: {words}\n")


@given(
    remaining=st.decimals(0, 10**6, places=2),
    costs=st.lists(st.decimals(0, 10**6, places=12), max_size=12),
)
def test_credits_are_never_used_twice(remaining: Decimal, costs: list[Decimal]) -> None:
    months: list[tuple[Month | None, Decimal]] = [(None, cost) for cost in costs]
    parts = deducted(Account(credits=remaining), months)

    assert sum(parts) == min(remaining, sum(costs))
    assert all(0 <= part <= cost for part, cost in zip(parts, costs, strict=True))
