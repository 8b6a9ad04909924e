"""The coming months: growth, seasons, cases."""

from decimal import Decimal

import msgspec
import pytest
from estimating import of, priced, usage
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.inventory import Inventory
from pricing.meters.registry import quantities
from pricing.month import Month, parse
from pricing.projection import Grouping, Projection, grows, later, project
from pricing.tiers import total
from pricing.usage.file import parse as read
from pricing.usage.usage import Account, Case, Outlook, Usage, UsageError


def published(messages: int, outlook: Outlook | None = None, month: str | None = "2026-11") -> Usage:
    told = usage(of("sns@eu-west-1", sns__publish__messages=messages, sns__publish__average_bytes=1), month=month)
    return msgspec.structs.replace(told, outlook=outlook)


def totals(found: Projection, case: str = "expected") -> list[str]:
    return [f"{month.total:.2f}" for item in found.cases if item.name == case for month in item.months]


def test_without_an_outlook_all_months_are_equal() -> None:
    found = project(Inventory(), published(4_000_000), months=3)

    assert [case.name for case in found.cases] == ["expected"]
    assert [month.month for month in found.cases[0].months] == ["2026-11", "2026-12", "2027-01"]
    assert totals(found) == ["2.00", "2.00", "2.00"]
    assert (found.cases[0].total, found.cases[0].complete) == (Decimal("6.00"), True)
    assert found.assumptions[0] == "Nothing is told of growth or seasons: 3 months of equal usage."


def test_growth_is_compound() -> None:
    found = project(Inventory(), published(4_000_000, Outlook(growth_per_month=Decimal("0.5"))), months=4)

    assert totals(found) == ["2.00", "3.00", "4.50", "6.75"]
    assert found.cases[0].total == Decimal("16.25")


def test_growth_of_one_quantity() -> None:
    told = usage(
        of("sns@eu-west-1", sns__publish__messages=4_000_000, sns__publish__average_bytes=1, sns__delivery__http=0),
        of("ses@eu-west-1", ses__outbound__recipients=10_000, ses__attachments__gb=0, ses__data_transfer__out_gb=0),
        month="2026-11",
        eu_west_1="NONE",
    )
    outlook = Outlook(growth_per_month=Decimal(1), growth={"ses": Decimal(0), "ses.outbound": Decimal(2)})
    months = project(Inventory(), msgspec.structs.replace(told, outlook=outlook), months=2).cases[0].months

    assert [month.services["sns"] for month in months] == [Decimal(2), Decimal(4)]
    assert [month.services["ses"] for month in months] == [Decimal(1), Decimal(3)]


def test_the_first_month_has_its_season_already() -> None:
    outlook = Outlook(seasonality={11: Decimal(2), 12: Decimal(3)})

    assert totals(project(Inventory(), published(4_000_000, outlook), months=3)) == ["2.00", "3.00", "1.00"]


def test_seasons_need_a_month_that_has_volume() -> None:
    with pytest.raises(UsageError, match=r"^usage: projection\.seasonality needs month$"):
        project(Inventory(), published(1, Outlook(seasonality={11: Decimal(2)}), month=None))
    with pytest.raises(UsageError, match=r"^usage: projection\.seasonality of the first month is 0$"):
        project(Inventory(), published(1, Outlook(seasonality={11: Decimal(0)})))


def test_cases_stand_beside_what_is_expected() -> None:
    outlook = Outlook(
        growth_per_month=Decimal("0.5"),
        cases={"worst": Case(Decimal(2), Decimal(1)), "best": Case(Decimal("0.5"))},
    )
    found = project(Inventory(), published(4_000_000, outlook), months=2)

    assert [case.name for case in found.cases] == ["best", "expected", "worst"]
    assert [totals(found, name) for name in ("best", "expected", "worst")] == [
        ["1.00", "1.50"],
        ["2.00", "3.00"],
        ["4.00", "8.00"],
    ]


def test_allowances_that_end_are_not_multiplied() -> None:
    told = usage(
        of("ses@us-east-1", ses__outbound__recipients=3_000, ses__attachments__gb=0, ses__data_transfer__out_gb=0),
        month="2026-11",
        account=Account(first_ses_use=parse("2026-01").first_day),
        us_east_1="NONE",
    )

    assert totals(project(Inventory(), told, months=4)) == ["0.00", "0.00", "0.30", "0.30"]


def test_the_first_month_is_the_estimate() -> None:
    told = published(123_456_789, Outlook(growth_per_month=Decimal("0.07"), seasonality={11: Decimal("1.3")}))
    month = project(Inventory(), told, months=1).cases[0].months[0]

    assert month.total == priced(told).total


def test_what_is_not_known_stays_open() -> None:
    told = usage(of("sns@eu-west-1", sns__publish__messages=5))
    found = project(Inventory(), told, months=2).cases[0]

    assert not found.complete
    assert [(month.month, month.complete, month.total) for month in found.months] == [(None, False, 0)] * 2


def test_sizes_rates_and_leased_things_do_not_grow() -> None:
    still = {name for name in quantities() if not grows(name)}

    assert {
        "sns.publish.average_bytes",
        "sns.filter.matched_share",
        "ses.bounce_rate",
        "ses.open_rate",
        "ses.dedicated_ip.standard",
        "ses.dedicated_ip.managed.subscriptions",
        "ses.tenants",
    } <= still
    assert not still & {"sns.publish.messages", "ses.outbound.recipients", "ses.attachments.gb", "sns.filter.body_gb"}


@given(st.integers(1, 9999), st.integers(1, 12), st.integers(0, 120))
def test_months_go_on(year: int, month: int, months: int) -> None:
    found = later(Month(year, month), months)

    assert 12 * found.year + found.month == 12 * year + month + months
    assert 1 <= found.month <= 12


@given(
    st.integers(0, 10**9),
    st.decimals("-0.5", 1, places=3),
    st.lists(st.decimals("0.1", 5, places=2), min_size=12, max_size=12),
)
def test_more_growth_never_costs_less(messages: int, growth: Decimal, seasons: list[Decimal]) -> None:
    seasonality = dict(enumerate(seasons, 1))
    lower, higher = (
        project(
            Inventory(),
            published(messages, Outlook(growth_per_month=rate, seasonality=seasonality)),
            months=5,
        ).cases[0]
        for rate in (growth, growth + Decimal("0.1"))
    )

    assert lower.total <= higher.total
    assert lower.total == total(month.services.get("sns", Decimal(0)) for month in lower.months).quantize(
        Decimal("0.01"), "ROUND_HALF_UP"
    )


def test_months_can_be_summed_by_region() -> None:
    told = usage(
        of("sns@eu-west-1", sns__publish__messages=4_000_000, sns__publish__average_bytes=1),
        of("sns@us-east-1", sns__publish__messages=2_000_000, sns__publish__average_bytes=1),
        month="2026-11",
    )
    told = msgspec.structs.replace(told, outlook=Outlook(growth_per_month=Decimal(1)))
    found = project(Inventory(), told, months=2, grouping=Grouping("region"))

    assert found.by == "region"
    assert [month.groups for month in found.cases[0].months] == [
        {"eu-west-1": Decimal(2), "us-east-1": Decimal(1)},
        {"eu-west-1": Decimal(4), "us-east-1": Decimal(2)},
    ]


FILE = """\
version: 1
month: 2026-11
projection:
  growth_per_month: 0.04
  growth: {ses: 0.1, sns.publish.messages: -0.02}
  seasonality: {11: 1.8, 12: 2.4}
  cases: {worst: {volume: 1.5, growth_per_month: 0.1}, best: null}
"""


def test_the_file_tells_the_outlook() -> None:
    assert read(FILE.encode(), "u.yaml").outlook == Outlook(
        growth_per_month=Decimal("0.04"),
        growth={"ses": Decimal("0.1"), "sns.publish.messages": Decimal("-0.02")},
        seasonality={11: Decimal("1.8"), 12: Decimal("2.4")},
        cases={"worst": Case(Decimal("1.5"), Decimal("0.1"))},
    )
    assert read(b"version: 1\n", "u.yaml").outlook is None


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("growth_per_month: -2", "u.yaml:4: projection.growth_per_month: should be at least -1"),
        ("growth_per_month: fast", "u.yaml:4: projection.growth_per_month: should be a number"),
        ("growth: {s3: 1}", "u.yaml:4: no quantity is, or begins with, 's3'"),
        ("growth: {se: 1}", "u.yaml:4: no quantity is, or begins with, 'se'"),
        ("cases: {likely: {}}", "u.yaml:4: projection.cases.likely: is no key here; there are best, worst"),
        ("seasonality: {13: 1}", "u.yaml:4: projection.seasonality.13"),
    ],
)
def test_a_wrong_outlook_is_refused(written: str, message: str) -> None:
    with pytest.raises(UsageError) as found:
        read(f"version: 1\nmonth: 2026-11\nprojection:\n  {written}\n".encode(), "u.yaml")

    assert str(found.value).startswith(message)


def test_a_share_is_at_most_1() -> None:
    with pytest.raises(UsageError, match=r"ses\.bounce_rate of ses in eu-west-1 is at most 1 share, not 5$"):
        priced(usage(of("ses@eu-west-1", ses__bounce_rate=5)))


def test_months_after_the_last_one_of_the_calendar_are_refused() -> None:
    with pytest.raises(UsageError, match=r"^3 months from 9999-11 on go beyond 9999-12$"):
        project(Inventory(), usage(of("sns@eu-west-1", sns__api__requests=1), month="9999-11"), months=12)
