"""Cheaper ways to buy the same usage."""

from decimal import Decimal

import pytest
from estimating import ACCOUNT, of, topic, usage

from auditor.model.inventory import AnyResource, Inventory
from auditor.model.known import Known
from auditor.model.ses import AccountSettings
from auditor.model.text import text
from pricing.advice.alternative import Advice
from pricing.advice.weighing import advise
from pricing.usage.usage import Entry, Usage


def found(told: Usage, *resources: AnyResource) -> dict[str, Advice]:
    return {item.id: item for item in advise(Inventory(resources=resources), told)}


def sent(recipients: int | None, **more: Decimal | int | str | None) -> Entry:
    return of(
        "ses@us-east-1",
        ses__outbound__recipients=recipients,
        ses__attachments__gb=0,
        ses__data_transfer__out_gb=0,
        **more,
    )


def test_the_cheapest_plan() -> None:
    advice = found(usage(sent(1_000_000), us_east_1="PRO"))["ses-plan"]

    # 1,000,000 * 0.00022 + 105 against 1,000,000 * 0.0001.
    assert (advice.now, advice.then, advice.saving) == (325, 100, 225)
    assert advice.text == "Change the SES pricing plan of us-east-1 from PRO to NONE."
    assert advice.assumptions[1].startswith("Nothing of what PRO includes is used but what the usage file tells")


def test_a_plan_with_what_it_includes_is_worth_its_fee() -> None:
    # À la carte: 0.0001 + 0.00007 for each mail; ESSENTIALS: 0.00016 with VDM.
    told = sent(1_000_000, ses__vdm__emails=1_000_000)

    assert "ses-plan" not in found(usage(told, us_east_1="ESSENTIALS"))
    advice = found(usage(told, us_east_1="NONE"))["ses-plan"]
    assert (advice.now, advice.then, advice.saving) == (170, 160, 10)


@pytest.mark.parametrize("plan", [None, "PRO"])
def test_no_advice_on_what_is_not_told(plan: str | None) -> None:
    recipients = None if plan is not None else 5

    assert found(usage(sent(recipients), us_east_1=plan)) == {}
    assert found(usage(of("ses@us-east-1", ses__outbound__recipients=10**6), us_east_1="PRO")) == {}


def test_managed_dedicated_ips() -> None:
    told = sent(1_000_000, ses__dedicated_ip__standard=10)
    advice = found(usage(told, us_east_1="NONE"))["ses-managed-ips"]

    # 10 * 24.95 against 15 + 1,000,000 * 0.00008.
    assert (advice.now, advice.then, advice.saving) == (Decimal("249.5"), 95, Decimal("154.5"))
    assert advice.break_even == "saves up to about 2,931,249 recipients a month"
    few = sent(1_000_000, ses__dedicated_ip__standard=2)
    assert "ses-managed-ips" not in found(usage(few, us_east_1="NONE"))


def test_batches() -> None:
    told = usage(of("sns@us-east-1", sns__publish__messages=10_000_003, sns__publish__average_bytes=10_000))
    advice = found(told)["sns-batches"]

    # 1,000,001 batches of 100,000 bytes are two requests each.
    assert advice.now == Decimal("0.0000005") * 10_000_003
    assert advice.then == Decimal("0.0000005") * 2_000_002


def test_publishers_that_batch_need_no_advice() -> None:
    told = of("sns@us-east-1", sns__publish__messages=10**8, sns__publish__average_bytes=10, sns__publish__batch_size=2)

    assert found(usage(told)) == {}


def test_large_messages_gain_nothing_from_batches() -> None:
    assert found(usage(of("sns@us-east-1", sns__publish__messages=10**7, sns__publish__average_bytes=65_536))) == {}


def test_attribute_filters() -> None:
    told = usage(
        of("sns@us-east-1", sns__publish__messages=10, sns__publish__average_bytes=1, sns__filter__body_gb=1_000)
    )

    assert (found(told)["sns-attribute-filters"].saving, list(found(told))) == (90, ["sns-attribute-filters"])


def test_savings_of_less_than_a_cent_are_none() -> None:
    assert found(usage(of("sns@us-east-1", sns__filter__body_gb="0.1"))) == {}


def test_the_largest_saving_comes_first() -> None:
    told = usage(
        sent(1_000_000, ses__dedicated_ip__standard=10),
        of("sns@us-east-1", sns__filter__body_gb=1_000),
        us_east_1="NONE",
    )
    savings = [item.saving for item in advise(Inventory(), told)]

    assert savings == sorted(savings, reverse=True)
    assert len(savings) == 2


def test_queues_in_place_of_http() -> None:
    told = of("sns@us-east-1", sns__delivery__http=10_000_000, sns__delivery__average_bytes=1_000)
    advice = found(usage(told))["sns-queues"]

    # 10,000,000 * 0.0000006 and 10 GB * 0.09 against 12,000,000 * 0.0000004.
    assert (advice.now, advice.then) == (Decimal("6.9"), Decimal("4.8"))


def test_what_is_unknown_elsewhere_does_not_silence_advice() -> None:
    a, b = topic("a", "us-east-1"), topic("b", "us-east-1")
    told = usage(
        of(a.id, sns__publish__messages=10**8, sns__publish__average_bytes=10),
        of("*:b", sns__publish__messages=None),
    )

    assert list(found(told, a, b)) == ["sns-batches"]


def test_the_plan_of_the_account_is_known_too() -> None:
    settings = AccountSettings(
        deployment=f"aws:{ACCOUNT}:us-east-1",
        address="account",
        name=text("account"),
        account=text(ACCOUNT),
        region=text("us-east-1"),
        pricing_plan=Known("ENTERPRISE"),
        vdm_enabled=Known(value=False),
    )
    advice = found(usage(sent(1_000)), settings)["ses-plan"]

    assert (advice.text, advice.break_even) == (
        "Change the SES pricing plan of us-east-1 from ENTERPRISE to NONE.",
        "",
    )
