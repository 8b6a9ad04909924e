from datetime import date
from decimal import Decimal

import pytest
from estimating import cost, line, of, priced, topic, topic_arn, usage

from pricing.result import Estimate
from pricing.usage.usage import Account

WHOLE = Account()


def free(found: Estimate) -> list[int]:
    return [int(item.free) for item in found.lines]


def test_nothing_is_free_without_the_account_section() -> None:
    found = priced(usage(of("sns@us-east-1", sns__publish__messages=1_000_000, sns__publish__average_bytes=1)))

    assert (cost(found, "sns.publish.messages"), free(found)) == ("0.5", [0])
    assert (
        "No free allowance is applied: the usage file has no account section, so other usage may have it."
    ) in found.assumptions


@pytest.mark.parametrize(
    ("told", "meter", "quantity", "exact"),
    [
        (
            {"sns__publish__messages": 1_000_001, "sns__publish__average_bytes": 1},
            "sns.publish.messages",
            10**6,
            "0.0000005",
        ),
        ({"sns__delivery__http": 150_000, "sns__delivery__average_bytes": 1}, "sns.delivery.http", 10**5, "0.03"),
        ({"sns__delivery__email": 1_500, "sns__delivery__average_bytes": 1}, "sns.delivery.email", 1_000, "0.01"),
        ({"sns__delivery__push__gcm": 3_000_000}, "sns.delivery.push.gcm", 10**6, "1"),
    ],
)
def test_what_is_free_each_month(told: dict[str, int], meter: str, quantity: int, exact: str) -> None:
    found = priced(usage(of("sns@us-east-1", **told), account=WHOLE))

    assert (line(found, meter).free, cost(found, meter)) == (quantity, exact)


def test_data_transfer_has_100_gb_free() -> None:
    found = priced(usage(of("data_transfer@us-east-1", data_transfer__out_internet__gb=150), account=WHOLE))

    assert (line(found, "data_transfer.out_internet.gb").free, found.total) == (100, Decimal("4.50"))


def test_topics_do_not_each_have_the_allowance() -> None:
    topics = [topic(name) for name in ("a", "b", "c", "d")]
    told = [
        of(topic_arn(name), sns__publish__messages=500_000, sns__publish__average_bytes=1)
        for name in ("a", "b", "c", "d")
    ]
    found = priced(usage(*told, account=WHOLE), *topics)

    assert free(found) == [250_000] * 4
    assert found.total == Decimal("0.50")


def test_regions_share_the_allowance_unless_the_option_says_otherwise() -> None:
    told = usage(
        *(
            of(f"sns@{region}", sns__publish__messages=amount, sns__publish__average_bytes=1)
            for region, amount in (("eu-west-1", 3_000_000), ("us-east-1", 1_000_000))
        ),
        account=WHOLE,
    )
    once, each = priced(told), priced(told, sns__free_range="region")

    assert (free(once), once.total) == ([750_000, 250_000], Decimal("1.50"))
    assert (free(each), each.total) == ([1_000_000, 1_000_000], Decimal("1.00"))
    assert [(item.id, item.value) for item in each.options] == [("sns.free_range", "region")]


def test_push_platforms_and_regions_share_one_allowance() -> None:
    found = priced(
        usage(
            of("sns@us-east-1", sns__delivery__push__gcm=600_000, sns__delivery__push__apns=600_000),
            of("sns@eu-west-1", sns__delivery__push__adm=800_000),
            account=WHOLE,
        )
    )

    assert sum(free(found)) == 1_000_000
    assert found.total == Decimal("0.50")


def test_requests_of_publishing_and_other_requests_share_one_allowance() -> None:
    found = priced(
        usage(
            of(
                "sns@us-east-1",
                sns__publish__messages=900_000,
                sns__publish__average_bytes=1,
                sns__api__requests=300_000,
            ),
            account=WHOLE,
        )
    )

    assert {item.meter: int(item.free) for item in found.lines} == {
        "sns.api.requests": 250_000,
        "sns.publish.messages": 750_000,
    }
    assert found.total == Decimal("0.10")


def test_govcloud_has_no_free_requests_and_does_not_share_those_of_http() -> None:
    told = {
        "sns__publish__messages": 1_000_000,
        "sns__publish__average_bytes": 1,
        "sns__delivery__http": 200_000,
        "sns__data_transfer__out_gb": 0,
    }
    found = priced(usage(of("sns@us-gov-west-1", **told), of("sns@us-east-1", **told), account=WHOLE))

    assert {
        (item.meter, item.region): (int(item.free), str(item.cost.normalize()))
        for item in found.lines
        if item.cost is not None and item.quantity
    } == {
        ("sns.delivery.http", "us-east-1"): (100_000, "0.06"),
        ("sns.delivery.http", "us-gov-west-1"): (100_000, "0.06"),
        ("sns.publish.messages", "us-east-1"): (1_000_000, "0"),
        ("sns.publish.messages", "us-gov-west-1"): (0, "0.6"),
    }


SES = {"ses__outbound__recipients": 4_000, "ses__attachments__gb": 0, "ses__data_transfer__out_gb": 0}


@pytest.mark.parametrize(
    ("first_use", "month", "units"),
    [
        (date(2023, 7, 31), "2023-10", 0),
        (date(2023, 8, 1), "2024-07", 3_000),
        (date(2023, 8, 1), "2024-08", 0),
        (date(2026, 7, 20), "2026-07", 3_000),
        (date(2026, 7, 20), "2027-06", 3_000),
        (date(2026, 7, 20), "2027-07", 0),
        (date(2026, 7, 21), "2026-12", 0),
        (date(2026, 3, 1), "2026-02", 0),
    ],
)
def test_the_first_year_of_ses(first_use: date, month: str, units: int) -> None:
    told = usage(of("ses@eu-west-1", **SES), month=month, account=Account(first_ses_use=first_use), eu_west_1="NONE")

    assert line(priced(told), "ses.outbound.recipients").free == units


def test_message_charges_of_ses_share_one_allowance() -> None:
    told = usage(
        of("ses@eu-west-1", **SES, ses__vdm__emails=4_000, ses__inbound__messages=4_000, ses__inbound__chunks_256kb=0),
        month="2026-05",
        account=Account(first_ses_use=date(2026, 5, 2)),
        eu_west_1="NONE",
    )
    found = priced(told)

    assert [
        line(found, name).free for name in ("ses.outbound.recipients", "ses.vdm.emails", "ses.inbound.messages")
    ] == [1_000] * 3


@pytest.mark.parametrize("plan", ["ESSENTIALS", None])
def test_plans_do_not_have_the_first_year(plan: str | None) -> None:
    told = usage(
        of("ses@eu-west-1", **SES),
        month="2026-05",
        account=Account(first_ses_use=date(2026, 5, 2)),
        eu_west_1=plan,
    )

    assert line(priced(told), "ses.outbound.recipients").free == 0


@pytest.mark.parametrize(
    ("month", "account"), [(None, Account(first_ses_use=date(2026, 5, 2))), ("2026-05", Account())]
)
def test_what_does_not_tell_the_year_is_said(month: str | None, account: Account) -> None:
    found = priced(usage(of("ses@eu-west-1", **SES), month=month, account=account, eu_west_1="NONE"))

    assert line(found, "ses.outbound.recipients").free == 0
    assert (
        "The SES allowance of the first 12 months is not applied: the usage file does not tell month and "
        "account.first_ses_use."
    ) in found.assumptions


def test_the_simulator_from_ec2_has_its_own() -> None:
    found = priced(usage(of("ses@eu-west-1", ses__simulator__ec2_recipients=62_500), account=WHOLE, eu_west_1="NONE"))

    assert cost(found, "ses.simulator.ec2_recipients") == "0.05"


@pytest.mark.parametrize(("opened", "said"), [(date(2025, 7, 14), False), (date(2025, 7, 15), True)])
def test_credits_are_money_and_are_said(opened: date, said: bool) -> None:  # noqa: FBT001 - a column of the table
    found = priced(usage(of("sns@us-east-1", sns__delivery__sqs=1), account=Account(opened=opened)))

    note = (
        "AWS Free Tier credits of accounts opened since 2025-07-15 are money: none are deducted, as "
        "account.credits_usd is not told."
    )
    assert (note in found.assumptions) is said


def test_alarms_of_high_resolution_are_not_free() -> None:
    told = of("cloudwatch@eu-west-1", cloudwatch__alarms=12, cloudwatch__alarms__high_resolution=8)
    found = priced(usage(told, account=Account()))

    assert cost(found, "cloudwatch.alarms") == "0.2"
    assert cost(found, "cloudwatch.alarms.high_resolution") == "2.4"
