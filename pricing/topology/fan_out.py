"""What a topic delivers: its publishes times its subscriptions, by protocol, as far as filters tell.

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html (without a filter policy a
subscription gets every message; a policy of scope MessageBody is matched against the body) and
https://aws.amazon.com/sns/pricing/ (payload-based filtering is charged by the GB scanned, matched or not).
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

import msgspec

from auditor.model import relations
from auditor.model.known import Cause, Known, Unknown
from auditor.model.sns import Subscription, Topic
from pricing.charges import Target
from pricing.dependencies import meter_of
from pricing.money import EXACT, grouped
from pricing.topology.derived import Fact, Ledger
from pricing.usage.shares import MATCHED

PUBLISHES, SIZE, BODY = "sns.publish.messages", "sns.publish.average_bytes", "sns.filter.body_gb"
TRANSFER = "sns.data_transfer.out_gb"
_LEAVES = frozenset({"sns.delivery.http", "sns.delivery.email"})
_PENDING = Known(value=True)
_PER_GB = Decimal("1e-9")


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


def derive(topic: Topic, target: Target, ledger: Ledger) -> None:
    """Derive the deliveries of a topic and what its body filters scan, where publishes are told and these are not."""
    publishes = ledger.told(target, PUBLISHES)
    if publishes is None or topic.fifo != Known(value=False):
        return
    found = relations.subscriptions(ledger.inventory, topic)
    if isinstance(found.complete, Unknown):
        if found.items:
            ledger.note(
                f"Deliveries of {topic.id} are not derived: its subscriptions were not all read "
                f"({found.complete.detail})."
            )
        return
    branches: dict[str, Branch] = {}
    scanned = 0
    for items, is_certain in ((found.items, True), (found.possible, False)):
        for item in items:
            if item.pending != _PENDING:
                scanned += _count(item, branches, ledger, is_certain=is_certain)
    for name, branch in sorted(branches.items()):
        if ledger.is_open(target, name):
            ledger.derive(target, name, _deliveries(publishes, branch, ledger, target))
    if ledger.is_derived(target, SIZE) and _LEAVES & branches.keys() and ledger.is_open(target, TRANSFER):
        ledger.derive(target, TRANSFER, Fact(None, f"{SIZE} is not told", (SIZE,)))
    if scanned and ledger.is_open(target, BODY):
        ledger.derive(target, BODY, _scanned(publishes, scanned, ledger, target))


def _count(item: Subscription, branches: dict[str, Branch], ledger: Ledger, *, is_certain: bool) -> int:
    """Count a subscription on its meter; 1 if its filter policy scans bodies."""
    meter = meter_of(item)
    if meter is None:
        ledger.note(f"Deliveries of subscription {item.id} are not derived: protocol or platform is not told.")
        return 0
    branch = branches.get(meter.id)
    if branch is None:
        branch = branches[meter.id] = Branch()
    if isinstance(item.pending, Unknown):
        ledger.note("Subscriptions whose confirmation the inputs do not tell are taken to be confirmed.")
    if not is_certain:
        branch.doubts.append(f"it is not told whether subscription {item.address} is one of the topic")
        return 0
    if isinstance(item.filter_policy, Unknown):
        branch.doubts.append(f"the filter policy of subscription {item.address} is not told")
        return 0
    if item.filter_policy.value is None:
        branch.every += 1
        return 0
    branch.filtered += 1
    return 1 if item.filter_scope == Known("MessageBody") else 0


def _deliveries(publishes: Known[Decimal] | Unknown, branch: Branch, ledger: Ledger, target: Target) -> Fact:
    if isinstance(publishes, Unknown):
        return Fact(None, f"{PUBLISHES} is not told", (PUBLISHES,))
    if branch.doubts:
        return Fact(None, branch.doubts[0])
    basis = f"{_shown(publishes.value)} publishes * {'; '.join(_words(branch))}"
    amount = EXACT.multiply(publishes.value, Decimal(branch.every))
    if branch.filtered:
        share = ledger.default(target, MATCHED)
        if isinstance(share, Unknown):
            number = _number(branch.filtered, "subscription")
            return Fact(None, f"the share of messages that {number} with a filter policy get is not told", (MATCHED,))
        passed = EXACT.multiply(EXACT.multiply(publishes.value, Decimal(branch.filtered)), share.value)
        amount = EXACT.add(amount, passed)
        basis += f" that get {grouped(share.value)} of them"
    return Fact(amount, basis)


_shown = lru_cache(1000)(grouped)
"""The publishes of a topic stand in the basis of each of its protocols."""


def _words(branch: Branch) -> Iterator[str]:
    if branch.every:
        yield _number(branch.every, "subscription")
    if branch.filtered:
        yield f"{_number(branch.filtered, 'subscription')} with a filter policy"


def _scanned(publishes: Known[Decimal] | Unknown, subscriptions: int, ledger: Ledger, target: Target) -> Fact:
    # A size that is only taken to be within one request says nothing of the bytes that are scanned.
    size = Unknown(Cause.NOT_HERE, SIZE) if ledger.is_derived(target, SIZE) else ledger.default(target, SIZE)
    for value, name in ((publishes, PUBLISHES), (size, SIZE)):
        if isinstance(value, Unknown):
            return Fact(None, f"{name} is not told", (name,))
    assert isinstance(publishes, Known) and isinstance(size, Known)  # noqa: S101, PT018 - the loop leaves nothing else
    scans = EXACT.multiply(publishes.value, Decimal(subscriptions))
    amount = EXACT.multiply(EXACT.multiply(scans, size.value), _PER_GB)
    basis = (
        f"{grouped(publishes.value)} publishes of {grouped(size.value)} bytes * "
        f"{_number(subscriptions, 'filter policy', 'filter policies')} of scope MessageBody"
    )
    return Fact(amount, basis)


def _number(count: int, singular: str, plural: str = "") -> str:
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"
