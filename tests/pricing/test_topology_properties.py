"""What holds of every derivation and every comparison with a bill."""

from decimal import Decimal

import msgspec
from estimating import ACCOUNT, of, subscription, topic, usage
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.coverage import Coverage
from auditor.model.inventory import Inventory
from auditor.model.known import Known
from auditor.model.policy import Document
from pricing.cost_report import Bill, Billed, Item
from pricing.derived import derive, estimate_all
from pricing.reconcile import reconcile
from pricing.tiers import total

READ = Coverage(ACCOUNT, "eu-west-1", "sns:ListSubscriptions", Known(value=True))
FILTER = Document(json='{"kind": ["order"]}')
SUBSCRIPTIONS = st.lists(st.tuples(st.sampled_from(["https", "email", "sqs", "lambda"]), st.booleans()), max_size=6)
SHARES = st.decimals(0, 1, places=4)


def account(kinds: list[tuple[str, bool]]) -> Inventory:
    it = topic("T")
    made = [
        msgspec.structs.replace(
            subscription(it, protocol, f"endpoint-{number}"), filter_policy=Known(FILTER if filtered else None)
        )
        for number, (protocol, filtered) in enumerate(kinds)
    ]
    return Inventory(resources=(it, *made), coverage=(READ,))


def delivered(kinds: list[tuple[str, bool]], messages: int, share: Decimal) -> dict[str, Decimal | None]:
    told = usage(
        of(
            topic("T").id,
            sns__publish__messages=messages,
            sns__publish__average_bytes=1,
            sns__filter__matched_share=share,
        )
    )
    facts = derive(account(kinds), told).facts
    return {name: fact.amount for (_, name), fact in facts.items() if name.startswith("sns.delivery.")}


@given(SUBSCRIPTIONS, st.integers(0, 10**12), SHARES)
def test_deliveries_add_up_to_what_subscriptions_get(
    kinds: list[tuple[str, bool]], messages: int, share: Decimal
) -> None:
    found = delivered(kinds, messages, share)
    expected = sum((messages * (share if filtered else 1) for _, filtered in kinds), Decimal(0))

    assert total(amount for amount in found.values() if amount is not None) == expected
    assert len(found) == len({protocol for protocol, _ in kinds})


@given(SUBSCRIPTIONS, st.integers(0, 10**9), st.integers(0, 10**9), SHARES)
def test_more_publishes_never_cost_less(kinds: list[tuple[str, bool]], less: int, more: int, share: Decimal) -> None:
    costs = [
        estimate_all(
            account(kinds),
            usage(
                of(
                    topic("T").id,
                    sns__publish__messages=messages,
                    sns__publish__average_bytes=1,
                    sns__filter__matched_share=share,
                )
            ),
        ).total
        for messages in sorted((less, more))
    ]

    assert costs[0] <= costs[1]


BILLED = st.dictionaries(
    st.builds(
        Item,
        st.sampled_from(["AmazonSES", "AmazonSNS", "AWSQueueService"]),
        st.sampled_from(["EU-Recipients", "EU-Requests-Tier1", "USE1-Message", "Global-Requests", "EU-Odd", ""]),
        st.sampled_from(["", "eu-west-1", "us-east-1"]),
    ),
    st.builds(Billed, st.decimals(0, 10**9, places=4), st.decimals(-100, 10**6, places=6)),
    max_size=8,
)


@given(BILLED, st.integers(0, 10**9))
def test_nothing_of_a_bill_or_an_estimate_is_lost(items: dict[Item, Billed], messages: int) -> None:
    told = usage(of("sns@eu-west-1", sns__publish__messages=messages, sns__publish__average_bytes=1))
    estimate = estimate_all(Inventory(), told)
    found = reconcile(estimate, Bill("bill.csv", items, {}, (), 0))

    assert total(line.billed or Decimal(0) for line in found.lines) == total(item.cost for item in items.values())
    assert total(line.estimated or Decimal(0) for line in found.lines) == total(
        line.cost or 0 for line in estimate.lines
    )
    assert total(line.difference or Decimal(0) for line in found.lines) == total(
        (line.billed or Decimal(0)) - (line.estimated or Decimal(0)) for line in found.lines
    )
