"""What a change costs."""

from decimal import Decimal

import msgspec
import pytest
from estimating import of, priced, subscription, topic, usage
from hypothesis import given
from hypothesis import strategies as st

from auditor.gate.budget import Increase
from auditor.gate.cost_change import CostChange, compare, rewired
from auditor.model.inventory import Inventory
from auditor.model.known import Known
from auditor.model.policy import Document
from pricing.derived import for_each
from pricing.estimate import estimate
from pricing.result import Estimate
from pricing.usage.usage import Usage


def published(*millions: int | None) -> Estimate:
    """Topics a, b, c … with so many million publishes; None is not told."""
    names = "abcdef"[: len(millions)]
    entries = (
        of(
            topic(name).id,
            sns__publish__messages=None if million is None else million * 1_000_000,
            sns__publish__average_bytes=1,
        )
        for name, million in zip(names, millions, strict=True)
    )
    return priced(usage(*entries), *(topic(name) for name in names))


def change(base: Estimate, head: Estimate, amount: str | None = None, *, percent: bool = False) -> CostChange:
    limit = Increase(Decimal(amount), percent=percent) if amount is not None else None
    return compare(base, head, limit)


def test_an_increase_line_by_line() -> None:
    found = change(published(4, 2), published(4, 6, 2))

    assert (found.base_total, found.head_total, found.increase) == (3, 6, 3)
    assert [(row.resource, row.base, row.head, row.change) for row in found.changed] == [
        (topic("b").id, 1, 3, 2),
        (topic("c").id, 0, 1, 1),
    ]
    assert (found.undecided, found.exceeded, found.outcome) == (0, "false", "change by +$3.00 a month")


@pytest.mark.parametrize(
    ("amount", "percent", "exceeded"),
    [
        ("2.99", False, "true"),
        ("3", False, "false"),
        ("99.99", True, "true"),
        ("100", True, "false"),
        ("0", False, "true"),
    ],
)
def test_the_limit(amount: str, percent: bool, exceeded: str) -> None:  # noqa: FBT001 - a case
    assert change(published(6), published(12), amount, percent=percent).exceeded == exceeded


def test_any_increase_from_nothing_is_more_than_every_percentage() -> None:
    assert change(published(0), published(1), "1000", percent=True).exceeded == "true"
    assert change(published(0), published(0), "0", percent=True).exceeded == "false"


def test_a_saving_passes() -> None:
    found = change(published(6), published(2), "0", percent=True)

    assert (found.increase, found.exceeded) == (-2, "false")
    assert found.outcome == "passed: -$2.00 a month, at most 0%"


def test_what_becomes_unknown_is_no_saving() -> None:
    found = change(published(100, 2), published(None, 2), "1")

    assert (found.increase, found.undecided, found.exceeded) == (0, 1, "unknown")
    [row] = found.changed
    assert (row.base, row.head, row.change, row.reason) == (50, None, None, "sns.publish.messages is not told")
    assert found.outcome == (
        "passed, 1 change undecided: $0.00 a month is known, whether all of it is more than $1.00 is not"
    )


def test_what_becomes_unknown_does_not_hide_an_increase() -> None:
    found = change(published(100, 2), published(None, 10), "1")

    assert (found.increase, found.exceeded) == (4, "true")
    assert found.outcome == "failed: +$4.00 a month, more than $1.00, 1 change undecided"


def test_the_same_unknown_on_both_sides_is_no_change() -> None:
    found = change(published(None, 2), published(None, 2), "0")

    assert (found.changed, found.undecided, found.exceeded) == ((), 0, "false")


def test_a_new_unknown_is_undecided() -> None:
    assert change(published(2), published(2, None), "0").undecided == 1


def test_usage_of_what_only_one_side_has_does_not_occur_on_the_other() -> None:
    told = usage(
        of(topic("old").id, sns__publish__messages=2_000_000, sns__publish__average_bytes=1),
        of("AWS::SNS::Topic/new", sns__publish__messages=8_000_000, sns__publish__average_bytes=1),
        of("nowhere", sns__publish__messages=1, sns__publish__average_bytes=1),
    )
    sides = (Inventory(resources=(topic("old"),)), Inventory(resources=(topic("new"),)))
    base, head = (priced(one, *side.resources) for one, side in zip(for_each((told, told), sides), sides, strict=True))
    found = change(base, head)

    assert [(row.resource, row.change) for row in found.changed] == [(topic("new").id, 4), (topic("old").id, -1)]
    # What neither side has stays told on both, and open.
    assert (found.increase, found.undecided) == (3, 0)
    assert not base.complete


def test_unknown_costs_of_unlike_quantities_are_not_the_same() -> None:
    def sent(number: int) -> Estimate:
        return priced(usage(of("ses@eu-west-1", ses__outbound__recipients=number)))

    assert change(sent(1_000), sent(1_000), "0").undecided == 0
    found = change(sent(1_000), sent(1_000_000), "0")

    assert (found.increase, found.undecided, found.exceeded) == (0, 1, "unknown")


def test_unknown_costs_of_a_topic_that_delivers_otherwise_are_undecided() -> None:
    orders = topic("orders")
    hooks = [subscription(orders, "https", f"https://{name}.example") for name in "abc"]
    base, head = (Inventory(resources=(orders, *some)) for some in (hooks[:1], hooks))
    old, new = (estimate(one, Usage()) for one in (base, head))
    http = ("sns.delivery.http", "sns.data_transfer.out_gb")

    assert rewired(base, base) == frozenset()
    assert rewired(base, head) == {orders.id}
    found = compare(old, new, Increase(Decimal(0), percent=True), rewired=rewired(base, head))
    assert (found.undecided, found.exceeded) == (len(http), "unknown")
    assert {row.meter for row in found.changed} == set(http)
    assert compare(old, new, Increase(Decimal(0), percent=True)).undecided == 0


def test_another_filter_policy_delivers_otherwise_and_the_same_one_elsewhere_does_not() -> None:
    orders = topic("orders")
    hook = subscription(orders, "https", "https://a.example")

    def with_filter(text: str) -> Inventory:
        return Inventory(resources=(orders, msgspec.structs.replace(hook, filter_policy=Known(Document(json=text)))))

    base = with_filter('{"kind": ["a"], "size": [1]}')
    assert rewired(base, with_filter('{"size": [1],  "kind": ["a"]}')) == frozenset()
    assert rewired(base, with_filter('{"kind": ["a", "b"], "size": [1]}')) == {orders.id}
    assert rewired(base, with_filter('{"kind": ["a"], "size": ["1"]}')) == {orders.id}


def test_a_percentage_of_a_base_that_is_not_all_known_is_not_certain() -> None:
    base, head = published(None, 20), published(None, 24)
    found = change(base, head, "10", percent=True)

    assert (found.increase, found.undecided, found.base_unknown, found.exceeded) == (2, 0, 1, "unknown")
    assert found.outcome == (
        "passed, 1 cost of the base undecided: +$2.00 a month, more than 10% of the $10.00 that is known of the base"
    )
    # What is not known of the base can only make 20 % of it more.
    assert change(base, head, "20", percent=True).exceeded == "false"
    assert change(base, head, "0", percent=True).exceeded == "true"
    assert change(base, head, "1.99").exceeded == "true"


def test_any_increase_from_an_unknown_base_is_not_certain_to_be_much() -> None:
    assert change(published(None), published(None, 1), "1000", percent=True).exceeded == "unknown"


def test_what_is_unknown_before_and_gone_after_is_no_increase() -> None:
    found = change(published(2, None), published(2), "0")

    assert (found.undecided, found.exceeded) == (1, "false")
    assert found.outcome == "passed: $0.00 a month, at most $0.00, 1 change undecided"


def test_what_is_unknown_before_and_known_after_increases_by_all_of_it_at_most() -> None:
    base, head = published(2, None), published(2, 8)

    assert change(base, head, "3.99").exceeded == "unknown"
    assert change(base, head, "4").exceeded == "false"


def test_what_was_not_read_can_cost_anything() -> None:
    whole, partly = published(20), msgspec.structs.replace(published(20), complete=False, unread=("other.yaml",))
    both = [msgspec.structs.replace(published(2, None), unread=unread) for unread in ((), ("other.yaml",))]

    # That something else is not known either does not hide it.
    assert (change(*both, "5").undecided, change(*both, "5").exceeded) == (1, "unknown")
    assert (change(whole, partly, "5").undecided, change(whole, partly, "5").exceeded) == (1, "unknown")
    assert (change(partly, whole, "5").undecided, change(partly, whole, "5").exceeded) == (1, "false")
    assert change(partly, published(24), "10", percent=True).exceeded == "unknown"


def test_a_plan_that_is_not_known_is_not_chosen_by_what_is_deployed() -> None:
    mail = of("ses@eu-west-1", ses__events__cloudwatch_alarms=0)
    found = change(priced(usage()), priced(usage(mail)), "0")

    assert (found.changed, found.exceeded) == ((), "false")
    known, unknown = priced(usage(eu_west_1="PRO")), priced(usage(eu_west_1=None))
    assert change(known, unknown, "0").exceeded == "unknown"


MILLIONS = st.one_of(st.none(), st.integers(0, 40))


@given(st.lists(st.tuples(MILLIONS, MILLIONS), min_size=1, max_size=4), st.integers(0, 60), st.booleans(), st.data())
def test_a_decision_holds_whatever_the_unknown_is(
    topics: list[tuple[int | None, int | None]],
    amount: int,
    percent: bool,  # noqa: FBT001 - drawn
    data: st.DataObject,
) -> None:
    base, head = (published(*side) for side in zip(*topics, strict=True))
    found = change(base, head, str(amount), percent=percent)
    filled = []
    for before, after in topics:
        # The same that is not known on both sides is the same; what is known of one side is never saved.
        once = data.draw(st.integers(0, 200))
        filled.append(
            (
                once
                if before is None and after is None
                else data.draw(st.integers(0, after or 0))
                if before is None
                else before,
                once
                if before is None and after is None
                else data.draw(st.integers(before or 0, 200))
                if after is None
                else after,
            )
        )
    told = change(*(published(*side) for side in zip(*filled, strict=True)), str(amount), percent=percent)

    assert told.exceeded in {"true", "false"}
    assert found.exceeded in {"unknown", told.exceeded}
