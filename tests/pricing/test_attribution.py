"""Costs by account, Region, service, resource and tag."""

from decimal import Decimal

import msgspec
import pytest
from estimating import ACCOUNT, exact_total, of, priced, subscription, topic, usage
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Unknown
from auditor.model.sns import Topic
from auditor.model.sqs import Queue
from auditor.model.text import text
from pricing.attribution import Attribution, AttributionError, attribute
from pricing.tiers import total


def tagged(name: str, team: str | None, region: str = "eu-west-1") -> Topic:
    tags = {} if team is None else {"team": text(team)}
    return msgspec.structs.replace(topic(name, region), tags=Known(tags))


A, B, C = tagged("a", "blue"), tagged("b", "red", "us-east-1"), tagged("c", None)
UNTOLD = msgspec.structs.replace(topic("d"), tags=Unknown(Cause.DENIED, "tags"))


def told(topic: Topic, million: int | None):  # noqa: ANN201 - an Entry
    messages = None if million is None else million * 1_000_000
    return of(topic.id, sns__publish__messages=messages, sns__publish__average_bytes=1)


def by(kind: str, *entries: object, spread: bool = False) -> Attribution:
    resources = (A, B, C, UNTOLD)
    estimate = priced(usage(*entries, us_east_1="PRO"), *resources)  # type: ignore[arg-type]  # entries
    return attribute(estimate, Inventory(resources=resources), kind, spread=spread)


def shown(found: Attribution) -> list[tuple[str, str, bool]]:
    return [(group.name, f"{group.total:.2f}", group.complete) for group in found.groups]


ENTRIES = (told(A, 4), told(B, 8), told(C, 2), told(UNTOLD, 6))


def test_by_tag() -> None:
    assert shown(by("tag:team", *ENTRIES)) == [
        ("(shared)", "105.00", True),
        ("red", "4.00", True),
        ("(not told)", "3.00", True),
        ("blue", "2.00", True),
        ("(not tagged)", "1.00", True),
    ]


def test_shared_costs_are_spread_in_proportion_and_to_the_last_digit() -> None:
    found = by("tag:team", *ENTRIES, spread=True)

    assert shown(found) == [
        ("red", "46.00", True),
        ("(not told)", "34.50", True),
        ("blue", "23.00", True),
        ("(not tagged)", "11.50", True),
    ]
    assert total(group.cost for group in found.groups) == Decimal(115)


def test_by_what_else_there_is() -> None:
    assert shown(by("region", *ENTRIES)) == [("us-east-1", "109.00", True), ("eu-west-1", "6.00", True)]
    assert shown(by("service", *ENTRIES)) == [("ses", "105.00", True), ("sns", "10.00", True)]
    assert shown(by("account", *ENTRIES)) == [("111122223333", "115.00", True)]
    assert [name for name, _, _ in shown(by("resource", *ENTRIES))] == ["(shared)", B.id, UNTOLD.id, A.id, C.id]


def test_a_group_with_an_unknown_cost_says_so() -> None:
    assert ("blue", "0.00", False) in shown(by("tag:team", told(A, None), told(B, 8), told(C, 2), told(UNTOLD, 1)))


def test_a_shared_topic_is_paid_by_its_subscribers() -> None:
    shared = tagged("shared", None)
    queues = [
        Queue(
            deployment=shared.deployment,
            address=f"AWS::SQS::Queue/{name}",
            name=text(name),
            arn=text(f"arn:aws:sqs:eu-west-1:{ACCOUNT}:{name}"),
            account=shared.account,
            region=shared.region,
            tags=Known({"team": text(team)}),
        )
        for name, team in (("one", "blue"), ("two", "blue"), ("three", "red"))
    ]
    subscriptions = [subscription(shared, "sqs", str(item.arn)) for item in queues]
    hook = msgspec.structs.replace(subscription(shared, "https", "https://a.example"), tags=Known({}))
    resources = (shared, *queues, *subscriptions, hook)
    estimate = priced(usage(told(shared, 8)), *resources)

    together = attribute(estimate, Inventory(resources=resources), "tag:team")
    spread = attribute(estimate, Inventory(resources=resources), "tag:team", spread=True)
    assert ("(not tagged)", "4.00") in [row[:2] for row in shown(together)]
    assert [row[:2] for row in shown(spread)][:3] == [("blue", "2.00"), ("(not tagged)", "1.00"), ("red", "1.00")]
    assert [f"{group.spread:.2f}" for group in spread.groups][:3] == ["2.00", "1.00", "1.00"]


@pytest.mark.parametrize("kind", ["team", "tag:", "tag", ""])
def test_there_is_nothing_else(kind: str) -> None:
    with pytest.raises(AttributionError, match="costs are summed by account, region, service, resource or tag:KEY"):
        by(kind)


@given(st.lists(st.integers(0, 10**12), min_size=4, max_size=4), st.booleans())
def test_groups_add_up_to_the_total(messages: list[int], spread: bool) -> None:  # noqa: FBT001 - a case
    resources = (A, B, C, UNTOLD)
    entries = (
        of(item.id, sns__publish__messages=number, sns__publish__average_bytes=1)
        for item, number in zip(resources, messages, strict=True)
    )
    estimate = priced(usage(*entries, us_east_1="ENTERPRISE"), *resources)
    found = attribute(estimate, Inventory(resources=resources), "tag:team", spread=spread)

    assert total(group.cost for group in found.groups) == exact_total(estimate.lines)
