"""Every dimension by example: hand-computed costs, by usage file and command, to the last place and to the cent."""

import pytest
from commanding import commanded
from worked_around import EXAMPLES as AROUND
from worked_free import EXAMPLES as FREE
from worked_ses import EXAMPLES as SES
from worked_sns import EXAMPLES as SNS
from working import costs_by_meter, summed

from pricing.meters.registry import meters, quantities
from pricing.options import OPTIONS

EXAMPLES = {**SES, **SNS, **AROUND, **FREE}
BY_INVENTORY = {
    "ses.bounce_rate",
    "ses.complaint_rate",
    "ses.open_rate",
    "ses.click_rate",
    "ses.other_event_rate",
    "sns.filter.matched_share",
}
"""Quantities that speak of an inventory, without which they mean nothing."""


@pytest.mark.parametrize("name", EXAMPLES)
def test_to_the_cent(name: str) -> None:
    example = EXAMPLES[name]
    found = commanded(example.usage, **example.choices)

    assert costs_by_meter(found) == example.costs
    assert f"{found.total:.2f}" == example.total == summed(example.costs.values())
    assert (found.complete, found.depends_on_usage) == (True, ())


def test_names_are_told_apart() -> None:
    assert len(EXAMPLES) == sum(map(len, (SES, SNS, AROUND, FREE)))


def test_every_meter_has_an_example() -> None:
    """Text messages have one per kind of sender, traffic between Regions one per service."""
    shown = {meter for example in EXAMPLES.values() for meter in example.costs}
    alike = {name for name in meters() if (name.startswith("sns.sms.") or ".to." in name) and name not in shown}

    assert set(meters()) - shown - alike == set()
    assert {name.partition(".to.")[0] for name in shown if ".to." in name} == {
        "ses.data_transfer",
        "sns.data_transfer",
        "data_transfer",
    }


def test_every_quantity_and_every_choice_has_an_example() -> None:
    told = {name for example in EXAMPLES.values() for entry in example.usage.entries for name in entry.quantities}
    alike = {name for name in quantities() if name.startswith("sns.sms.") or ".to." in name}
    chosen = {name.replace("__", ".") for example in EXAMPLES.values() for name in example.choices}

    assert set(quantities()) - told - alike == BY_INVENTORY
    assert set(OPTIONS) - chosen == set()
