"""Metering rules of SES beside sending: Mail Manager, deliverability, dedicated IPs, events, older bills."""

from datetime import date
from decimal import Decimal

import pytest
from estimating import cost, line, of, open_ends, priced, usage

from pricing.catalog.lookup import PLANS
from pricing.result import UNDECIDED
from pricing.usage.usage import Account

QUIET = {"ses__attachments__gb": 0, "ses__data_transfer__out_gb": 0}


def costs(plan: str | None, **told: object) -> dict[str, str | None]:
    found = priced(usage(of("ses@us-east-1", **told), us_east_1=plan))  # type: ignore[arg-type]
    return {name.replace("__", "."): cost(found, name.replace("__", ".")) for name in told}


def test_mail_manager() -> None:
    told = {
        "ses__mail_manager__ingress_endpoints": 2,
        "ses__mail_manager__messages": 1_000_000,
        "ses__mail_manager__chunks_256kb": 2_000_000,
        "ses__mail_manager__archive__ingest_gb": 50,
        "ses__mail_manager__archive__storage_gb_months": 100,
        "ses__mail_manager__addon__spamhaus": 1_000_000,
        "ses__mail_manager__addon__abusix": 1_000_000,
        "ses__mail_manager__addon__trend_micro": 1_000_000,
        "ses__mail_manager__addon__vade": 1_000_000,
    }
    by_plan = {plan: list(costs(plan, **told).values()) for plan in PLANS}

    assert by_plan == {
        "NONE": ["100", "150", "180", "100", "19", "125", "125", "187.5", "415"],
        "ESSENTIALS": ["100", "160", "180", "100", "19", "125", "125", "187.5", "415"],
        "PRO": ["100", "150", "180", "100", "19", "125", "125", "187.5", "415"],
        "ENTERPRISE": ["50", "150", "180", "100", "19", "0", "125", "0", "415"],
    }


def test_chunks_of_mail_manager_follow_from_the_mean_size() -> None:
    told = of("ses@us-east-1", ses__mail_manager__messages=10, ses__mail_manager__average_bytes=300_000)
    up = priced(usage(told, us_east_1="NONE"))
    down = priced(usage(told, us_east_1="NONE"), ses__inbound__chunk_rounding="down")

    assert [line(found, "ses.mail_manager.chunks_256kb").quantity for found in (up, down)] == [20, 10]
    unsized = priced(usage(of("ses@us-east-1", ses__mail_manager__messages=10), us_east_1="NONE"))
    assert open_ends(unsized)["ses.mail_manager.chunks_256kb", None].needs == ("ses.mail_manager.average_bytes",)


def test_deliverability_and_validation() -> None:
    told = {
        "ses__deliverability__subscriptions": 1,
        "ses__deliverability__domains": 6,
        "ses__deliverability__ips": 13,
        "ses__deliverability__placement_tests": 30,
        "ses__validation__automatic_emails": 1_000_000,
        "ses__vdm__queries": 1_000_000,
    }

    assert list(costs("PRO", **told).values()) == ["0", "125", "150", "250", "0", "0"]
    assert list(costs("ENTERPRISE", **told).values()) == ["0", "25", "12.5", "50", "0", "0"]
    # What more than the subscription costs à la carte, no source read tells.
    assert list(costs("NONE", **told).values()) == ["1250", None, None, None, "10", "0.5"]
    assert list(costs("ESSENTIALS", **told).values()) == ["1250", None, None, None, "10", "0"]


def test_event_publishing_is_charged_by_cloudwatch_and_firehose() -> None:
    told = {"ses__events__cloudwatch_metrics": 20, "ses__events__cloudwatch_alarms": 15, "ses__events__firehose_gb": 10}
    found = priced(usage(of("ses@us-east-1", **told), account=Account()))

    assert cost(found, "ses.events.cloudwatch_metrics") == "3"  # 10 of 20 are free
    assert cost(found, "ses.events.cloudwatch_alarms") == "0.5"
    assert cost(found, "ses.events.firehose_gb") == "0.29"


@pytest.mark.parametrize(("choice", "exact"), [("whole", "74.85"), ("part", "62.375")])
def test_a_dedicated_ip_for_a_part_of_the_month_is_an_option(choice: str, exact: str) -> None:
    told = usage(of("ses@us-east-1", ses__dedicated_ip__standard="2.5"), us_east_1="NONE")

    assert cost(priced(told, ses__dedicated_ip__proration=choice), "ses.dedicated_ip.standard") == exact


@pytest.mark.parametrize(("choice", "total"), [("region", "45.00"), ("account", "15.00")])
@pytest.mark.parametrize("account", [None, Account()])
def test_where_managed_ips_are_charged_is_an_option(choice: str, total: str, account: Account | None) -> None:
    regions = ("us-east-1", "us-west-2", "eu-west-1")
    told = usage(
        *(of(f"ses@{region}", ses__dedicated_ip__managed__subscriptions=1) for region in regions),
        account=account,
        **{region.replace("-", "_"): "NONE" for region in regions},
    )
    found = priced(told, ses__dedicated_ip__managed_scope=choice)

    assert found.total == Decimal(total)
    assert [item.value for item in found.options if item.id == "ses.dedicated_ip.managed_scope"] == [choice]


def test_mail_from_ec2_costs_what_other_mail_costs() -> None:
    told = {"ses__outbound__recipients": 6_000_000, "ses__outbound__ec2_recipients": 6_000_000, **QUIET}
    alone = {"ses__outbound__recipients": 12_000_000, **QUIET}

    for plan in PLANS:
        found = priced(usage(of("ses@us-east-1", **told), us_east_1=plan))
        assert found.total == priced(usage(of("ses@us-east-1", **alone), us_east_1=plan)).total
    unknown = priced(usage(of("ses@us-east-1", **told)))
    assert line(unknown, "ses.outbound.ec2_recipients").status == UNDECIDED


@pytest.mark.parametrize(
    ("month", "free"),
    [
        ("2023-07", {"ses.outbound.ec2_recipients": 62_000, "ses.inbound.messages": 1_000}),
        ("2023-08", {}),
        (None, {}),
    ],
)
def test_what_was_free_before_august_2023(month: str | None, free: dict[str, int]) -> None:
    told = of(
        "ses@us-east-1",
        ses__outbound__recipients=5_000,
        ses__outbound__ec2_recipients=70_000,
        ses__inbound__messages=3_000,
        ses__inbound__chunks_256kb=0,
        **QUIET,
    )
    found = priced(
        usage(told, us_east_1="NONE", month=month, account=Account(first_ses_use=date(2022, 1, 1), opened=None))
    )

    assert {item.meter: int(item.free) for item in found.lines if item.free} == free


@pytest.mark.parametrize(("month", "free"), [("2021-11", 1), ("2021-12", 100), (None, 100)])
def test_what_was_free_of_data_transfer(month: str | None, free: int) -> None:
    told = of("data_transfer@us-east-1", data_transfer__out_internet__gb=500)
    found = priced(usage(told, month=month, account=Account()))

    assert line(found, "data_transfer.out_internet.gb").free == free


@pytest.mark.parametrize(
    ("account", "month", "said"),
    [
        (Account(), "2026-12", "does not tell month"),
        (Account(), "2023-07", ""),  # nobody had the first year then
        (Account(), "2027-08", ""),  # nor any more
        (Account(opened=date(2026, 8, 1)), "2026-12", ""),  # whoever begins after 2026-07-20 does not have it
        (Account(first_ses_use=date(2022, 1, 1)), "2024-01", "before 2023-08-01"),
        (Account(first_ses_use=date(2022, 1, 1)), "2024-08", ""),
    ],
)
def test_only_what_can_hold_is_doubted(account: Account, month: str, said: str) -> None:
    found = priced(
        usage(of("ses@us-east-1", ses__outbound__recipients=1, **QUIET), us_east_1="NONE", month=month, account=account)
    )
    doubts = [text for text in found.assumptions if "first 12 months" in text or "used SES before" in text]

    assert [said in text for text in doubts] == ([True] if said else [])
