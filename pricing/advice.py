"""Cheaper ways to buy the same usage, each with what it saves and what it takes for granted.

An alternative is the same usage told otherwise and estimated again. It is advice only when everything that it touches
is known on both sides: what is not told neither costs nor saves anything.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from auditor.model.inventory import Inventory
from auditor.model.known import Known
from pricing.catalog.lookup import PLANS
from pricing.charges import Plans, place
from pricing.derived import derive
from pricing.estimate import EstimateOptions, estimate
from pricing.meters.sns import BATCH, CHUNK, DELIVERED_SIZE, HTTP, LARGEST_BATCH, RETRIES
from pricing.money import EXACT, grouped
from pricing.result import Dependency, Estimate, Line
from pricing.tiers import ZERO, total
from pricing.topology.fan_out import BODY, PUBLISHES, SIZE, TRANSFER
from pricing.topology.feedback import RECIPIENTS
from pricing.usage.usage import Entry, Selector, Usage

CENT = Decimal("0.01")
MAX_BATCH_BYTES = Decimal(256 * 1024)
"""Bytes of all messages of a PublishBatch request, unless the topic allows more."""
QUEUED, QUEUE_REQUESTS = "sns.delivery.sqs", "sns.sqs.requests"
_OF_BATCHES = Decimal("1.2")
"""Requests to SQS for a message that is received and deleted with nine others: one to send it and two tenths."""
_MOST = Decimal(10) ** 12

Quantities = dict[str, Decimal | None]


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """A cheaper way.

    Attributes:
        id: permanent name of the kind of advice.
        subject: what it is about: a Region, or all topics.
        text: what to do.
        saving: US dollars a month, exact.
        now, then: what the parts that it touches cost a month, exact.
        break_even: from which usage on it pays, in words; empty where it always does.
        assumptions: what it takes for granted.
    """

    id: str
    subject: str
    text: str
    saving: Decimal
    now: Decimal
    then: Decimal
    break_even: str = ""
    assumptions: tuple[str, ...] = ()


class _Alternative(msgspec.Struct, frozen=True, kw_only=True):
    """The usage told otherwise.

    Attributes:
        touches: the meters whose costs change.
        changed: ids of the resources, or service and Region, whose quantities change; None for all of the subject.
        scale: tells the usage for another number of recipients.
    """

    id: str
    subject: str
    text: str
    usage: Usage
    touches: frozenset[str]
    assumptions: tuple[str, ...]
    changed: frozenset[str] | None = None
    scale: Callable[[Usage, Decimal], Usage] | None = None


def advise(inventory: Inventory, usage: Usage, options: EstimateOptions | None = None) -> tuple[Advice, ...]:
    """What would make the usage cheaper, by saving, highest first; of several for one thing only the best.

    Args:
        inventory: what the usage is for.
        usage: as told; what follows from it is derived.
        options: how to estimate.
    """
    options = msgspec.structs.replace(options or EstimateOptions(), today=None)
    derived = derive(inventory, usage, options.region)
    explicit = _by_target(derived.usage, inventory, options.region)
    by_service = {key for key, name in derived.facts if name == PUBLISHES}
    now = estimate(inventory, explicit, options)
    best: dict[tuple[str, str], Advice] = {}
    for alternative in _alternatives(explicit, Plans(usage, inventory), by_service):
        found = _judged(alternative, now, explicit, inventory, options)
        key = (alternative.id, alternative.subject)
        if found is not None and (key not in best or found.then < best[key].then):
            best[key] = found
    return tuple(sorted(best.values(), key=lambda item: (-item.saving, item.id, item.subject)))


def _judged(
    alternative: _Alternative, now: Estimate, usage: Usage, inventory: Inventory, options: EstimateOptions
) -> Advice | None:
    """The alternative as advice; None when it saves less than a cent or rests on something that is not known."""
    then = estimate(inventory, alternative.usage, options)
    if _open(now, alternative) or _open(then, alternative):
        return None
    costs = [_cost(found, alternative) for found in (now, then)]
    saving = EXACT.subtract(costs[0], costs[1])
    if saving < CENT:
        return None
    return Advice(
        id=alternative.id,
        subject=alternative.subject,
        text=alternative.text,
        saving=saving,
        now=costs[0],
        then=costs[1],
        break_even=_break_even(alternative, usage, options),
        assumptions=alternative.assumptions,
    )


def _open(found: Estimate, alternative: _Alternative) -> bool:
    """Whether a cost that the alternative touches is not known."""
    missing: list[Line | Dependency] = [*found.depends_on_usage, *(line for line in found.lines if line.cost is None)]
    return any(item.meter in alternative.touches and _concerns(item, alternative) for item in missing)


def _concerns(item: Line | Dependency, alternative: _Alternative) -> bool:
    if alternative.changed is not None:
        return (item.resource or f"{item.service}@{item.region}") in alternative.changed
    return _is_about(item.region, alternative)


def _is_about(region: str | None, alternative: _Alternative) -> bool:
    return region is None or alternative.subject in {"topics", region}


def _cost(found: Estimate, alternative: _Alternative) -> Decimal:
    """What the parts that the alternative touches cost."""
    return total(
        line.cost or ZERO
        for line in found.lines
        if line.meter in alternative.touches and _is_about(line.region, alternative)
    )


# -- what could be otherwise ------------------------------------------------------------------------------------------


def _alternatives(usage: Usage, plans: Plans, by_service: set[str]) -> Iterator[_Alternative]:
    for region in sorted({entry.selector.region for entry in usage.entries if entry.selector.service == "ses"}):
        yield from _plans(usage, region, plans)
        yield from _dedicated(usage, region)
    yield from _batches(usage, by_service)
    yield from _attributes(usage)
    yield from _queues(usage)


def _plans(usage: Usage, region: str, plans: Plans) -> Iterator[_Alternative]:
    """Each other SES plan of a Region whose plan and mail are known."""
    current = plans.of(region)
    if not isinstance(current, Known) or not _told(usage, region, RECIPIENTS):
        return
    touches = frozenset(name for name in _names() if name.startswith("ses."))
    for plan in PLANS:
        if plan == current.value:
            continue
        text = f"Change the SES pricing plan of {region} from {current.value} to {plan}."
        assumptions = ["The usage stays the same; no discount of an agreement with AWS is taken into account."]
        if current.value != "NONE":
            assumptions.append(
                f"Nothing of what {current.value} includes is used but what the usage file tells, such as "
                "ses.vdm.emails, and a downgrade holds from the next billing cycle."
            )
        yield _Alternative(
            id="ses-plan",
            subject=region,
            text=text,
            usage=msgspec.structs.replace(usage, plans={**usage.plans, region: plan}),
            touches=touches,
            assumptions=tuple(assumptions),
            scale=_mail_of(region),
        )


def _dedicated(usage: Usage, region: str) -> Iterator[_Alternative]:
    """Managed dedicated IPs in place of standard ones."""
    standard, managed = "ses.dedicated_ip.standard", "ses.dedicated_ip.managed."
    addresses, mail = _told(usage, region, standard), _told(usage, region, RECIPIENTS)
    if not addresses or not mail or any(managed + name in _of(usage, region) for name in ("emails", "subscriptions")):
        return
    change: Quantities = {standard: ZERO, f"{managed}subscriptions": Decimal(1), f"{managed}emails": mail}
    yield _Alternative(
        id="ses-managed-ips",
        subject=region,
        text=f"Use dedicated IPs (managed) in {region} in place of {grouped(addresses)} standard ones.",
        usage=_changed(usage, lambda entry: change if _is_region(entry, region) else {}),
        touches=frozenset(change),
        assumptions=("All mail of the Region goes through them; AWS decides on their number and warms them up.",),
        scale=_mail_of(region),
    )


def _batches(usage: Usage, by_service: set[str]) -> Iterator[_Alternative]:
    """Publishing ten messages at a time."""

    def change(entry: Entry) -> Quantities:
        # A size that is told for the Region and not here may be that of others too: such publishes are left out.
        messages, size = entry.quantities.get(PUBLISHES), entry.quantities.get(SIZE)
        if not messages or not size or BATCH in entry.quantities or _key(entry) in by_service:
            return {}
        most = min(LARGEST_BATCH, MAX_BATCH_BYTES // size)
        return {BATCH: most} if most > 1 else {}

    yield from _of_topics(
        usage,
        change,
        id="sns-batches",
        text="Publish up to 10 messages in one request (PublishBatch): one request per 64 KB of their sum.",
        touches=frozenset({PUBLISHES}),
        assumptions=(
            "Publishers can wait until they have 10 messages; every message has the mean size.",
            "Messages that AWS services publish are left out: they come one by one.",
        ),
    )


def _attributes(usage: Usage) -> Iterator[_Alternative]:
    """Filter policies on message attributes in place of bodies."""
    yield from _of_topics(
        usage,
        lambda entry: {BODY: ZERO} if entry.quantities.get(BODY) else {},
        id="sns-attribute-filters",
        text="Filter by message attributes in place of the body: attribute filters cost nothing.",
        touches=frozenset({BODY}),
        assumptions=("Publishers can repeat the filtered fields as attributes, at most 10 with raw delivery.",),
    )


def _queues(usage: Usage) -> Iterator[_Alternative]:
    """Queues in place of HTTP endpoints."""

    def change(entry: Entry) -> Quantities:
        pushed = entry.quantities.get(HTTP)
        queued = entry.quantities.get(QUEUED, ZERO)
        size = entry.quantities.get(DELIVERED_SIZE, entry.quantities.get(SIZE))
        if not pushed or queued is None or size is None or size > CHUNK or QUEUE_REQUESTS in entry.quantities:
            return {}
        requests = EXACT.add(EXACT.multiply(queued, Decimal(3)), EXACT.multiply(pushed, _OF_BATCHES))
        return {HTTP: ZERO, QUEUED: EXACT.add(queued, pushed), QUEUE_REQUESTS: requests}

    yield from _of_topics(
        usage,
        change,
        id="sns-queues",
        text="Deliver to SQS queues in place of HTTP endpoints.",
        touches=frozenset({HTTP, RETRIES, QUEUED, QUEUE_REQUESTS, TRANSFER}),
        assumptions=(
            "The receivers can read a queue of the same Region and delete ten messages at a time.",
            "Polls that find nothing are not counted.",
        ),
    )


def _of_topics(usage: Usage, change: Callable[[Entry], Quantities], **told: Any) -> Iterator[_Alternative]:
    """One alternative for all topics that it can change."""
    changed = frozenset(_key(entry) for entry in usage.entries if change(entry))
    if changed:
        yield _Alternative(subject="topics", usage=_changed(usage, change), changed=changed, **told)


# -- usage told otherwise ---------------------------------------------------------------------------------------------


def _names() -> Mapping[str, object]:
    from pricing.meters.registry import meters

    return meters()


def _by_target(usage: Usage, inventory: Inventory, region: str | None) -> Usage:
    """The usage with an entry for each resource, so that patterns are out of the way."""
    placed = place(usage, inventory, region)
    entries = [
        Entry(
            Selector(resource=target.id) if target.id else Selector(target.service, target.region or ""), dict(amounts)
        )
        for target, amounts in placed.told.items()
    ]
    return msgspec.structs.replace(usage, entries=(*entries, *placed.unmatched))


def _key(entry: Entry) -> str:
    return entry.selector.resource or f"{entry.selector.service}@{entry.selector.region}"


def _is_region(entry: Entry, region: str) -> bool:
    return entry.selector.service == "ses" and entry.selector.region == region


def _of(usage: Usage, region: str) -> Mapping[str, Decimal | None]:
    """What is told of SES in a Region as a whole."""
    return {
        name: amount
        for entry in usage.entries
        if _is_region(entry, region)
        for name, amount in entry.quantities.items()
    }


def _told(usage: Usage, region: str, name: str) -> Decimal | None:
    return _of(usage, region).get(name)


def _changed(usage: Usage, change: Callable[[Entry], Quantities]) -> Usage:
    """The usage with some quantities of its entries replaced."""
    entries = []
    for entry in usage.entries:
        new = change(entry)
        entries.append(msgspec.structs.replace(entry, quantities={**entry.quantities, **new}) if new else entry)
    return msgspec.structs.replace(usage, entries=tuple(entries))


def _mail_of(region: str) -> Callable[[Usage, Decimal], Usage]:
    """Scales all that is counted per mail in a Region so that there are so many recipients."""

    def scale(usage: Usage, recipients: Decimal) -> Usage:
        before = _told(usage, region, RECIPIENTS)

        def change(entry: Entry) -> Quantities:
            per_mail = {
                name: recipients
                for name, amount in entry.quantities.items()
                if amount == before and name.endswith((".recipients", ".emails"))
            }
            return dict(per_mail) if _is_region(entry, region) else {}

        return _changed(usage, change)

    return scale


def _break_even(alternative: _Alternative, usage: Usage, options: EstimateOptions) -> str:
    """The number of recipients at which both ways cost the same, next to the told one; empty when there is none."""
    region, scale = alternative.subject, alternative.scale
    recipients = _told(usage, region, RECIPIENTS)
    if scale is None or not recipients:
        return ""
    own = tuple(entry for entry in usage.entries if _is_region(entry, region))
    ways = [msgspec.structs.replace(one, entries=_only(one, own, region)) for one in (usage, alternative.usage)]

    def saves(number: Decimal) -> bool:
        costs = [_cost(estimate(Inventory(), scale(way, number), options), alternative) for way in ways]
        return costs[1] < costs[0]

    if not saves(Decimal(0)):
        low, high = _between(Decimal(0), recipients, saves)
        return f"saves from about {grouped(high)} recipients a month on" if low < high else ""
    if not saves(_MOST):
        low, _ = _between(recipients, _MOST, lambda number: not saves(number))
        return f"saves up to about {grouped(low)} recipients a month"
    return ""


def _only(usage: Usage, own: tuple[Entry, ...], region: str) -> tuple[Entry, ...]:
    found = tuple(entry for entry in usage.entries if _is_region(entry, region))
    return found or own


def _between(low: Decimal, high: Decimal, holds: Callable[[Decimal], bool]) -> tuple[Decimal, Decimal]:
    """Two neighbours, the first one where it does not hold, the second one where it does."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return low, high
