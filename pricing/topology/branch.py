"""Subscriptions that are counted together, and how many messages they get.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html (without a filter policy a
subscription gets every message)
"""

from decimal import Decimal
from functools import lru_cache

import msgspec

from auditor.model.known import Known, Unknown
from auditor.model.sns import Subscription
from pricing.money import EXACT, grouped
from pricing.placing import Target
from pricing.topology.derived import Fact, Ledger
from pricing.usage.shares import MATCHED

PUBLISHES = "sns.publish.messages"


class Branch(msgspec.Struct):
    """The subscriptions of a topic that count on the same meter.

    Attributes:
        every: how many get every message.
        filtered: how many get what their filter policy lets through.
        doubts: why more or fewer may count, in words.
    """

    every: int = 0
    filtered: int = 0
    doubts: list[str] = []

    def count(self, item: Subscription, *, is_certain: bool) -> None:
        """Count a subscription."""
        if not is_certain:
            self.doubts.append(f"it is not told whether subscription {item.address} is one of the topic")
        elif isinstance(item.filter_policy, Unknown):
            self.doubts.append(f"the filter policy of subscription {item.address} is not told")
        elif item.filter_policy.value is None:
            self.every += 1
        else:
            self.filtered += 1


def deliveries(publishes: Known[Decimal] | Unknown, branch: Branch, ledger: Ledger, target: Target) -> Fact:
    """How many messages the subscriptions of a branch get."""
    if isinstance(publishes, Unknown):
        return Fact(None, f"{PUBLISHES} is not told", (PUBLISHES,))
    if not publishes.value:
        return Fact(publishes.value, "nothing is published")
    if branch.doubts:
        return Fact(None, branch.doubts[0])
    basis = f"{_shown(publishes.value)} publishes * {_words(branch.every, branch.filtered)}"
    amount = publishes.value if branch.every == 1 else EXACT.multiply(publishes.value, Decimal(branch.every))
    if branch.filtered:
        share = ledger.default(target, MATCHED)
        if isinstance(share, Unknown):
            filtered = number(branch.filtered, "subscription")
            return Fact(None, f"the share of messages that {filtered} with a filter policy get is not told", (MATCHED,))
        passed = EXACT.multiply(EXACT.multiply(publishes.value, Decimal(branch.filtered)), share.value)
        amount = EXACT.add(amount, passed)
        basis += f" that get {grouped(share.value)} of them"
    return Fact(amount, basis)


_shown = lru_cache(1000)(grouped)
"""The publishes of a topic stand in the basis of each of its protocols."""


@lru_cache(1000)
def _words(every: int, filtered: int) -> str:
    words = [number(every, "subscription")] if every else []
    if filtered:
        words.append(f"{number(filtered, 'subscription')} with a filter policy")
    return "; ".join(words)


def number(count: int, singular: str, plural: str = "") -> str:
    """A number of things: ``1 subscription``."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"
