"""What a change costs: two estimates of the same usage, line by line, and whether it is more than it may be.

A cost that one of the two estimates does not know is undecided: it is never counted as a saving, and an increase within
the limit is not certain to be within it while a cost of the version after can be anything. A percentage is one of all
that the version before costs: while some of that is not known, an increase that is too large for the known part may
still be small for the whole.
"""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

import msgspec

from auditor.gate.budget import Increase
from auditor.model.inventory import Inventory
from auditor.model.known import Known, Truth, Unknown
from auditor.model.policy import Gap, Leaf, Mapping, Node, Sequence
from auditor.model.sns import Subscription, Topic
from pricing.money import EXACT, dollars, signed, to_cents
from pricing.plans import FEE
from pricing.result import Dependency, Estimate, Line, Price
from pricing.subscriptions import meter_of
from pricing.tiers import ZERO, total

Key = tuple[str, str, str, str]

_PUBLISHING = ("sns.publish.", "sns.fifo.publish.", "sns.kms.", "sns.data_protection.")
"""What a topic costs whatever its subscriptions are."""


class ChangedCost(msgspec.Struct, frozen=True, kw_only=True):
    """What one meter of one resource costs before and after.

    Attributes:
        base, head: US dollars a month, exact; 0 where it does not occur, None where it is not known.
        change: head less base; None when either is not known.
        reason: why it is not known, in words.
    """

    meter: str
    service: str
    region: str
    resource: str | None
    base: Decimal | None
    head: Decimal | None
    change: Decimal | None
    reason: str = ""


class CostChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a change does to the costs of a month.

    Attributes:
        base_total, head_total: known costs in US dollars, rounded half up to cents.
        increase: exact sum of all known changes; negative for a saving.
        changed: lines whose cost changes, and those of which that is not known; by service, Region, meter, resource.
        undecided: how many of them are not known, what could not be read of either version, and whether they leave
            unlike things to nested stacks.
        base_unknown: how many costs of the version before are not known, changed or not.
        limit: the most that it may increase, as on the command line; None without one.
        exceeded: whether it increases by more: true or false where that is certain, else unknown.
        outcome: the decision in words.
    """

    base_total: Decimal
    head_total: Decimal
    increase: Decimal
    changed: tuple[ChangedCost, ...]
    undecided: int
    base_unknown: int
    limit: str | None
    exceeded: str
    outcome: str


def compare(
    base: Estimate, head: Estimate, limit: Increase | None = None, *, rewired: frozenset[str] = frozenset()
) -> CostChange:
    """Compare the costs of two versions under the same usage.

    Args:
        base: the estimate from before.
        head: the estimate from after.
        limit: how much more it may cost.
        rewired: ids of topics that deliver otherwise than before, so that what is unknown of them on both sides is not
            the same; see `rewired`.
    """
    before, after = _costs(base), _costs(head)
    rows = [
        _changed(key, before.get(key), after.get(key), same=key[3] not in rewired or key[2].startswith(_PUBLISHING))
        for key in sorted({*before, *after})
    ]
    changed = tuple(row for row in rows if row.change is None or row.change)
    increase = total(row.change for row in rows if row.change is not None)
    # What both leave to the same nested stacks is no change that can be told; what one of them does is one.
    unread = _unread(base) + _unread(head) + (base.hidden != head.hidden)
    undecided = sum(1 for row in changed if row.change is None) + unread
    most = None if _unread(head) or base.hidden != head.hidden else _most(rows, increase)
    base_unknown = base.unknown_costs + _unread(base)
    known = _Known(_sum(before), increase, most, undecided, base_unknown)
    verdict = Truth.FALSE if limit is None else _exceeds(known, limit)
    return CostChange(
        base_total=to_cents(_sum(before)),
        head_total=to_cents(_sum(after)),
        increase=increase,
        changed=changed,
        undecided=undecided,
        base_unknown=base_unknown,
        limit=str(limit) if limit is not None else None,
        exceeded=verdict.value,
        outcome=_outcome(verdict, known, limit),
    )


def rewired(base: Inventory, head: Inventory) -> frozenset[str]:
    """The ids of topics that both have and whose subscriptions differ in number, protocol or filter."""
    before, after = _deliveries(base), _deliveries(head)
    return frozenset(topic for topic in before.keys() & after.keys() if before[topic] != after[topic])


def _deliveries(inventory: Inventory) -> dict[str, Counter[tuple[str, ...]]]:
    """Topic to how many subscriptions of each kind it has."""
    found: dict[str, Counter[tuple[str, ...]]] = {topic.id: Counter() for topic in inventory.of(Topic)}
    ids = {topic.arn: topic.id for topic in inventory.of(Topic) if topic.arn is not None}
    for item in inventory.of(Subscription):
        topic = ids.get(item.topic.value) if isinstance(item.topic, Known) else None
        if topic is not None:
            found[topic][_kind(item)] += 1
    return found


def _kind(item: Subscription) -> tuple[str, ...]:
    """What of a subscription decides what its deliveries cost."""
    meter = meter_of(item)
    policy = item.filter_policy
    filtered = "" if isinstance(policy, Unknown) or policy.value is None else _content(policy.value.root)
    scope = item.filter_scope.value if isinstance(item.filter_scope, Known) else ""
    pending = str(item.pending.value) if isinstance(item.pending, Known) else ""
    return meter.id if meter is not None else "", filtered, scope, pending


def _content(node: Node) -> str:
    """What a filter policy says, wherever it stands."""
    match node:
        case Leaf():
            return f"{type(node.value).__name__} {str(node.value)!r}"
        case Sequence():
            return f"[{','.join(map(_content, node.items))}]"
        case Mapping():
            return f"{{{','.join(sorted(f'{entry.key!s}:{_content(entry.node)}' for entry in node.entries))}}}"
        case Gap():
            return node.unknown.detail


class _Cost(msgspec.Struct, frozen=True):
    """A cost; of one that is not known also what is known of it, so that two such costs can be told apart."""

    amount: Decimal | None
    reason: str = ""
    quantity: Decimal | None = None
    prices: tuple[Price, ...] = ()


def _costs(estimate: Estimate) -> dict[Key, _Cost]:
    found: dict[Key, _Cost] = {}
    for line in estimate.lines:
        before = found.get(_key(line))
        if line.cost is None:
            found[_key(line)] = _Cost(None, line.status, line.quantity)
        elif before is None:
            found[_key(line)] = _Cost(line.cost)
        elif before.amount is not None:
            # Accounts with unlike plans pay unlike fees in one Region.
            found[_key(line)] = _Cost(EXACT.add(before.amount, line.cost))
    for item in estimate.depends_on_usage:
        # An undecided plan has a line and a dependency: the reason is what is missing.
        found[_key(item)] = _Cost(None, item.reason, item.quantity, item.prices)
    return found


def _key(item: Line | Dependency) -> Key:
    return item.service, item.region or "", item.meter, item.resource or ""


def _changed(key: Key, before: _Cost | None, after: _Cost | None, *, same: bool) -> ChangedCost:
    base = before.amount if before is not None else ZERO
    head = after.amount if after is not None else ZERO
    service, region, meter, resource = key
    if meter == FEE and (before is None or after is None) and None in (base, head):
        # The plan is the account's: a change of what is deployed does not choose another one.
        change: Decimal | None = ZERO
    elif base is None and head is None:
        # The same unknown on both sides changes nothing that can be told apart.
        change = ZERO if same and before == after else None
    else:
        change = EXACT.subtract(head, base) if base is not None and head is not None else None
    reasons = dict.fromkeys(side.reason for side in (before, after) if side is not None and side.reason)
    return ChangedCost(
        meter=meter,
        service=service,
        region=region,
        resource=resource or None,
        base=base,
        head=head,
        change=change,
        reason="; ".join(reasons) if change is None else "",
    )


def _sum(costs: dict[Key, _Cost]) -> Decimal:
    return total(cost.amount for cost in costs.values() if cost.amount is not None)


class _Known(msgspec.Struct, frozen=True):
    """What is known of the two versions.

    Attributes:
        before: the known costs of the version before.
        increase: the sum of all known changes.
        most: what the change increases at most; None when that can be anything.
        undecided, base_unknown: see `CostChange`.
    """

    before: Decimal
    increase: Decimal
    most: Decimal | None
    undecided: int
    base_unknown: int


def _unread(estimate: Estimate) -> int:
    """1 if something of the inputs was not read, which can cost anything."""
    return 1 if estimate.unread else 0


def _most(rows: Iterable[ChangedCost], increase: Decimal) -> Decimal | None:
    """The most that the costs increase by: what is not known of the version before can have been nothing."""
    undecided = [row.head for row in rows if row.change is None]
    if any(head is None for head in undecided):
        return None
    return EXACT.add(increase, total(head for head in undecided if head is not None))


def _exceeds(known: _Known, limit: Increase) -> Truth:
    """Whether the costs increase by more than the limit.

    What is not known of the version before only makes a percentage of it more.
    """
    if not limit.percent:
        if known.increase > limit.amount:
            return Truth.TRUE
        return Truth.FALSE if known.most is not None and known.most <= limit.amount else Truth.UNKNOWN
    allowed = EXACT.multiply(known.before, limit.amount)
    if known.increase > 0 and EXACT.multiply(known.increase, Decimal(100)) > allowed:
        # Any increase from nothing is more than every percentage, and any at all is more than 0 %.
        return Truth.UNKNOWN if known.base_unknown and limit.amount else Truth.TRUE
    is_certain = known.most is not None and (known.most <= 0 or EXACT.multiply(known.most, Decimal(100)) <= allowed)
    return Truth.FALSE if is_certain else Truth.UNKNOWN


def _outcome(verdict: Truth, known: _Known, limit: Increase | None) -> str:
    """The decision in one line."""
    change = f"{signed(known.increase)} a month"
    undecided = f", {_number(known.undecided, 'change')} undecided" if known.undecided else ""
    if limit is None:
        return f"change by {change}{undecided}"
    if verdict is Truth.TRUE:
        return f"failed: {change}, more than {limit}{undecided}"
    if verdict is Truth.FALSE:
        return f"passed: {change}, at most {limit}{undecided}"
    if limit.percent and known.base_unknown and not known.undecided:
        unknown = _number(known.base_unknown, "cost")
        return (
            f"passed, {unknown} of the base undecided: {change}, more than {limit} of the {dollars(known.before)} that "
            "is known of the base"
        )
    return f"passed{undecided}: {change} is known, whether all of it is more than {limit} is not"


def _number(count: int, thing: str) -> str:
    return f"{count} {thing if count == 1 else thing + 's'}"
