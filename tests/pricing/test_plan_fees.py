"""The monthly fee of an SES plan: known, none, or not known and then never $0."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from estimating import ACCOUNT, line, of, open_ends, priced, usage

from auditor.model.coverage import Coverage
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.ses import AccountSettings, EmailIdentity
from auditor.model.text import Symbol, Text, text
from pricing.advice.weighing import advise
from pricing.estimate import estimate
from pricing.result import NO_PRICE_KNOWN
from pricing.usage.file import parse
from pricing.usage.usage import Entry, PlanChange, Usage, UsageError

DENIED = Unknown(Cause.DENIED, "ses:GetAccount: AccessDenied")


def settings(plan: Value[str], account: str = ACCOUNT, region: str = "eu-west-1") -> AccountSettings:
    return AccountSettings(
        deployment=f"aws:{account}:{region}",
        address="account",
        name=text("account"),
        account=text(account),
        region=text(region),
        pricing_plan=plan,
        vdm_enabled=Known(value=False),
    )


def test_a_plan_that_is_said_to_be_unknown_may_have_a_fee() -> None:
    found = priced(usage(eu_west_1=None))
    fee = open_ends(found)["ses.plan", None]

    assert (found.lines, found.total, found.complete, found.unknown_costs) == ((), 0, False, 1)
    assert (fee.region, fee.quantity, fee.needs) == ("eu-west-1", 1, ("regions.eu-west-1.ses_plan",))
    assert fee.reason == (
        "the SES pricing plan of eu-west-1 is not known: regions.eu-west-1.ses_plan is not told; "
        "NONE and ESSENTIALS have no monthly fee"
    )
    assert [(price.plan, price.cost, price.status) for price in fee.prices] == [
        ("PRO", Decimal(105), "inferred"),
        ("ENTERPRISE", Decimal(500), "inferred"),
    ]


@pytest.mark.parametrize("plan", ["NONE", "ESSENTIALS"])
def test_plans_without_a_fee_leave_nothing_open(plan: str) -> None:
    told, read = priced(usage(eu_west_1=plan)), priced(usage(), settings(Known(plan)))

    for found in (told, read):
        assert (found.lines, found.depends_on_usage, found.total, found.complete) == ((), (), 0, True)


def test_a_known_fee_is_a_line_and_leaves_nothing_open() -> None:
    found = priced(usage(eu_west_1="PRO"))

    assert (line(found, "ses.plan").cost, found.depends_on_usage, found.complete) == (105, (), True)


def test_a_plan_that_could_not_be_read_says_why() -> None:
    found = priced(usage(), settings(DENIED))

    assert open_ends(found)["ses.plan", None].reason == (
        "the SES pricing plan of eu-west-1 is not known: ses:GetAccount: AccessDenied; "
        "NONE and ESSENTIALS have no monthly fee"
    )
    assert found.complete is False


def test_a_region_whose_account_was_not_read_at_all_may_have_a_fee() -> None:
    row = Coverage(account=ACCOUNT, region="us-east-1", operation="ses:GetAccount", complete=DENIED)
    found = estimate(Inventory(coverage=(row,)), usage())

    assert [(item.meter, item.region) for item in found.depends_on_usage] == [("ses.plan", "us-east-1")]
    assert found.complete is False


def test_what_one_of_several_inputs_read_is_known() -> None:
    row = Coverage(account=ACCOUNT, region="eu-west-1", operation="ses:GetAccount", complete=DENIED)
    found = estimate(Inventory(resources=(settings(Known("NONE")), settings(DENIED)), coverage=(row,)), usage())

    assert (found.depends_on_usage, found.complete) == ((), True)


def test_usage_that_costs_the_same_under_every_plan_leaves_the_fee_open() -> None:
    found = priced(usage(of("ses@eu-west-1", ses__events__cloudwatch_alarms=1)))

    assert [item.meter for item in found.depends_on_usage] == ["ses.plan"]
    assert (found.total, found.complete) == (Decimal("0.10"), False)


def test_other_services_have_no_plan() -> None:
    assert priced(usage(of("sns@eu-west-1", sns__api__requests=1))).complete is True


def test_each_account_may_pay_a_fee_of_its_own() -> None:
    others = [settings(DENIED, account) for account in ("4" * 12, "5" * 12)]
    found = priced(usage(), settings(Known("PRO")), *others)
    fee = open_ends(found)["ses.plan", None]

    assert line(found, "ses.plan").quantity == 1
    assert (fee.quantity, [price.cost for price in fee.prices]) == (2, [210, 1000])
    assert open_ends(priced(usage(eu_west_1=None), *others))["ses.plan", None].quantity == 2


def test_where_no_source_has_the_fee_no_price_is_known() -> None:
    fee = open_ends(priced(usage(me_south_1=None)))["ses.plan", None]

    assert [(price.plan, price.status, price.cost) for price in fee.prices] == [
        ("PRO", NO_PRICE_KNOWN, None),
        ("ENTERPRISE", NO_PRICE_KNOWN, None),
    ]


def test_without_a_region_nobody_knows_the_plan() -> None:
    identity = EmailIdentity(
        deployment="a.yaml",
        address="Mail",
        name=text("example.com"),
        account=Text((Symbol("account"),)),
        region=Text((Symbol("region"),)),
    )
    fee = open_ends(priced(usage(), identity))["ses.plan", None]

    assert (fee.region, fee.needs, fee.prices) == (None, ("region",), ())


# -- a plan that changes ----------------------------------------------------------------------------------------------


def upgraded(month: str, *entries: Entry, before: str = "NONE", after: str = "PRO") -> Usage:
    """Usage of a Region whose plan changes on the 16th of November, which has 30 days."""
    told = usage(*entries, month=month, eu_west_1=after)
    return msgspec.structs.replace(told, plan_changes={"eu-west-1": PlanChange(date(2026, 11, 16), before)})


SENT = of("ses@eu-west-1", ses__outbound__recipients=1_000_000, ses__attachments__gb=0, ses__data_transfer__out_gb=0)


@pytest.mark.parametrize(("month", "total"), [("2026-10", "100.00"), ("2026-12", "325.00")])
def test_other_months_have_one_plan(month: str, total: str) -> None:
    found = priced(upgraded(month, SENT))

    assert (str(found.total), found.complete) == (total, True)


def test_in_the_month_of_the_change_nobody_knows_what_was_used_under_which_plan() -> None:
    found = priced(upgraded("2026-11", SENT))
    (mail,) = found.depends_on_usage

    assert mail.reason == (
        "the SES pricing plan of eu-west-1 changed from NONE to PRO on 2026-11-16, and what was used under each is not "
        "told"
    )
    assert [(price.plan, price.cost) for price in mail.prices] == [("NONE", 100), ("PRO", 220)]
    assert (line(found, "ses.plan").cost, found.total, found.complete) == (105, 105, False)
    assert [(item.id, item.value) for item in found.options if item.id == "ses.plan.proration"] == [
        ("ses.plan.proration", "whole")
    ]


def test_the_fee_of_a_part_of_a_month_is_an_option() -> None:
    both = upgraded("2026-11", before="PRO", after="ENTERPRISE")

    assert priced(both).total == 605
    assert priced(both, ses__plan__proration="part").total == Decimal("302.50")
    assert priced(upgraded("2026-11"), ses__plan__proration="part").total == Decimal("52.50")


def test_a_change_on_the_first_is_none_within_the_month() -> None:
    told = msgspec.structs.replace(
        upgraded("2026-11", SENT), plan_changes={"eu-west-1": PlanChange(date(2026, 11, 1), "NONE")}
    )

    assert (str(priced(told).total), priced(told).complete) == ("325.00", True)


def test_accounts_with_unlike_plans_show_theirs() -> None:
    found = priced(usage(SENT), settings(Known("PRO")), settings(Known("ENTERPRISE"), "4" * 12))
    mail = open_ends(found)["ses.outbound.recipients", None]

    assert mail.reason == "the accounts have different SES pricing plans in eu-west-1: PRO, ENTERPRISE"
    assert [(price.plan, price.cost) for price in mail.prices] == [("PRO", 220), ("ENTERPRISE", 230)]


@pytest.mark.parametrize(
    "section",
    [
        "{ses_plan_since: 2026-11-16}",
        "{ses_plan: PRO, ses_plan_since: 2026-11-16}",
        "{ses_plan: null, ses_plan_since: 2026-11-16, ses_plan_before: NONE}",
    ],
)
def test_half_a_change_is_a_mistake(section: str) -> None:
    with pytest.raises(UsageError) as found:
        parse(f"version: 1\nregions:\n  eu-west-1: {section}\n".encode(), "usage.yaml")
    assert found.value.mistakes == (
        "usage.yaml:3: regions.eu-west-1: a change of plan needs ses_plan, ses_plan_since and ses_plan_before",
    )


def test_a_change_is_read_from_the_file() -> None:
    told = parse(
        b"version: 1\nregions: {eu-west-1: {ses_plan: PRO, ses_plan_since: 2026-11-16, ses_plan_before: NONE}}\n", "u"
    )

    assert (told.plans, told.plan_changes) == (
        {"eu-west-1": "PRO"},
        {"eu-west-1": PlanChange(date(2026, 11, 16), "NONE")},
    )


def test_advice_about_plans_waits_for_a_month_with_one_plan() -> None:
    def ids(month: str) -> list[str]:
        return [advice.id for advice in advise(Inventory(), upgraded(month, SENT))]

    assert (ids("2026-11"), ids("2026-12"), ids("2026-10")) == ([], ["ses-plan"], [])


def test_advice_about_plans_counts_mail_of_identities() -> None:
    identity = EmailIdentity(
        deployment=f"aws:{ACCOUNT}:eu-west-1",
        address="Mail",
        name=text("example.com"),
        account=text(ACCOUNT),
        region=text("eu-west-1"),
    )
    sent = of(identity.id, ses__outbound__recipients=1_000_000, ses__attachments__gb=0, ses__data_transfer__out_gb=0)
    (advice,) = advise(Inventory(resources=(identity,)), usage(sent, eu_west_1="ESSENTIALS"))

    assert (advice.id, advice.saving) == ("ses-plan", 60)
