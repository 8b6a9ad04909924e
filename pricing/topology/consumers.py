"""Where the queues and functions of a topic are charged: what is told of them is not counted again for the topic.

Requests to SQS and Lambda are those of the queue or function, in its Region. Usage that tells them of a queue or
function has what its topics send; usage that tells only how long a function runs lacks how often, which follows from
the deliveries. What is left counts for the topic. Sources: https://aws.amazon.com/sqs/pricing/ and
https://aws.amazon.com/lambda/pricing/
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from auditor.model import relations
from auditor.model.known import Known, Unknown
from auditor.model.sns import Subscription
from pricing.meters.sns_pulls import DURATION, MEMORY, requests_per_message
from pricing.money import EXACT
from pricing.placing import Target, target_of
from pricing.tiers import ZERO
from pricing.topology import gb_seconds
from pricing.topology.between_regions import delivered_size, destination
from pricing.topology.branch import Branch, deliveries
from pricing.topology.derived import Fact, Ledger, listed

_DELIVERY = {"sqs": "sns.delivery.sqs", "lambda": "sns.delivery.lambda"}
_OF_TOPIC = {"sqs": "sns.sqs.requests", "lambda": "sns.lambda.requests"}
_REQUESTS = {
    "sqs": ("sqs.requests.standard", "sqs.requests.fifo"),
    "lambda": ("lambda.requests", "lambda.arm.requests"),
}
_QUEUED_SIZE = "sqs.requests.average_bytes"
_CALLS = Decimal(3)
"""Requests for a message of which the queue tells the size: sent, received and deleted once."""
_DURATIONS = {"lambda.duration_ms": "lambda.requests", "lambda.arm.duration_ms": "lambda.arm.requests"}
"""How long a function runs, to the requests that it runs for."""


def derive(
    subscriptions: Iterable[tuple[Subscription, bool]],
    publishes: Known[Decimal] | Unknown,
    target: Target,
    ledger: Ledger,
    *,
    is_abroad: bool,
    fifo: bool = False,
) -> None:
    """Derive the requests of queues and functions, where some are not counted for the topic.

    Args:
        subscriptions: of the topic, and whether each certainly is.
        publishes: of the topic.
        target: the topic.
        ledger: gets the quantities.
        is_abroad: whether some are in other Regions.
        fifo: whether the topic is FIFO.
    """
    protocols = [protocol for protocol in _DELIVERY if is_abroad or ledger.tells(protocol)]
    if not protocols:
        return
    by_protocol: dict[str, list[tuple[Subscription, bool]]] = {}
    for item, is_certain in subscriptions:
        if isinstance(item.protocol, Known) and item.protocol.value in protocols:
            by_protocol.setdefault(item.protocol.value, []).append((item, is_certain))
    for protocol, found in by_protocol.items():
        # What is told of a FIFO topic may have the names of standard topics.
        requests, deliveries_told = [_OF_TOPIC[protocol]], [_DELIVERY[protocol]]
        if fifo:
            requests.insert(0, _FIFO_REQUESTS)
            deliveries_told.insert(0, _FIFO_DELIVERY)
        if not all(ledger.is_open(target, name) for name in requests):
            continue
        told = next((name for name in deliveries_told if not ledger.is_open(target, name)), None)
        if told is None:
            _derive(protocol, requests[0], found, publishes, target, ledger)
        else:
            _rest_of_told(protocol, requests[0], told, found, target, ledger)


_FIFO_REQUESTS, _FIFO_DELIVERY = "sns.fifo.sqs.requests", "sns.fifo.delivery.messages"


def _rest_of_told(
    protocol: str, name: str, delivery: str, found: Sequence[tuple[Subscription, bool]], target: Target, ledger: Ledger
) -> None:
    """Do not count again what consumers tell, where the deliveries are told rather than the publishes multiplied."""
    telling = [
        f"{counted} of {there.id}"
        for item, _ in found
        if (there := consumer(protocol, item, target, ledger)) is not None
        and (counted := next(_counted(there, protocol, ledger), None)) in _REQUESTS[protocol]
    ]
    if telling and len(telling) == len(found):
        ledger.derive(target, name, Fact(ZERO, f"others are {listed(telling)}"))
    elif telling and ledger.told(target, delivery) != Known(ZERO):
        reason = f"how much of {delivery} goes to others than those with {listed(telling)} is not told"
        ledger.derive(target, name, Fact(None, reason, (name,)))


def _derive(
    protocol: str,
    name: str,
    found: Sequence[tuple[Subscription, bool]],
    publishes: Known[Decimal] | Unknown,
    target: Target,
    ledger: Ledger,
) -> None:
    left = Branch()
    elsewhere: list[str] = []
    for item, is_certain in found:
        there = consumer(protocol, item, target, ledger)
        counted = None if there is None else next(_counted(there, protocol, ledger), None)
        is_near = counted is None and not destination(item, target.region)
        if there is None or is_near or not is_certain:
            left.count(item, is_certain=is_certain)
            continue
        if counted not in _REQUESTS[protocol]:
            one = Branch()
            one.count(item, is_certain=True)
            fact = _requests_of(there, protocol, one, publishes, target, ledger)
            second = there.id.endswith(".fifo") if protocol == "sqs" else gb_seconds.is_on_arm(there)
            counted = _DURATIONS.get(counted or "") or _REQUESTS[protocol][1 if second else 0]
            ledger.derive(there, counted, fact)
            if protocol == "lambda":
                _seconds(there, fact, target, ledger)
        elsewhere.append(f"{counted} of {there.id}")
    if elsewhere:
        rest = Fact(ZERO, "") if left == Branch() else _requests(protocol, left, publishes, target, ledger)
        basis = f"others are {listed(elsewhere)}"
        ledger.derive(target, name, Fact(rest.amount, f"{rest.basis}; {basis}" if rest.basis else basis, rest.needs))


def _seconds(function: Target, invocations: Fact, topic: Target, ledger: Ledger) -> None:
    """GB-seconds of a function that tells none itself, where the topic tells how long its functions run."""
    own = ledger.placed.told.get(function, {})
    told = (gb_seconds.SECONDS, gb_seconds.ARM_SECONDS, *_DURATIONS)
    if any(not ledger.is_open(function, name) for name in told[:2]) or any(name in own for name in _DURATIONS):
        return
    duration, memory = ledger.default(topic, DURATION), ledger.default(topic, MEMORY)
    if isinstance(memory, Unknown):
        memory = gb_seconds.memory(function)
    if invocations.amount is None or isinstance(duration, Unknown) or isinstance(memory, Unknown):
        return
    on_arm = gb_seconds.is_on_arm(function)
    fact = gb_seconds.seconds(invocations.amount, duration.value, memory.value)
    basis = f"{invocations.basis}, each of {fact.basis}, on {'Arm' if on_arm else 'x86'}"
    ledger.derive(function, gb_seconds.ARM_SECONDS if on_arm else gb_seconds.SECONDS, Fact(fact.amount, basis))


def untold(
    protocol: str, subscriptions: Iterable[Subscription], topic: Target, ledger: Ledger
) -> Iterator[tuple[Subscription, Target | None]]:
    """The queues or functions that count for a topic: those of its Region that tell nothing of themselves."""
    for item in subscriptions:
        if item.protocol == Known(protocol) and item.pending != Known(value=True):
            there = consumer(protocol, item, topic, ledger)
            counted = None if there is None else next(_counted(there, protocol, ledger), None)
            if counted is None and not destination(item, topic.region):
                yield item, there


def consumer(protocol: str, item: Subscription, topic: Target, ledger: Ledger) -> Target | None:
    """The queue or function of a subscription; None when it is not told."""
    if isinstance(item.endpoint, Unknown) or item.endpoint.value is None:
        return None
    reference = item.endpoint.value
    of = relations.queue if protocol == "sqs" else relations.function
    there = of(ledger.inventory, reference, item)
    if isinstance(there, Known) and there.value is not None:
        return target_of(there.value, protocol, ledger.region)
    region = destination(item, topic.region) or topic.region
    if reference.literal is None or region is None:
        return None
    # A version or alias of a function is charged as the function.
    arn = reference.literal if protocol == "sqs" else ":".join(reference.literal.split(":")[:7])
    return Target(protocol, region, arn)


def _counted(consumer: Target, protocol: str, ledger: Ledger) -> Iterator[str]:
    """What is told of a queue or function that has, or gives, its requests."""
    own = ledger.placed.told.get(consumer, {})
    for name in (*_REQUESTS[protocol], *(_DURATIONS if protocol == "lambda" else ())):
        if name in own:
            yield name


def _requests_of(
    there: Target,
    protocol: str,
    branch: Branch,
    publishes: Known[Decimal] | Unknown,
    topic: Target,
    ledger: Ledger,
) -> Fact:
    """The requests that deliveries to a queue or function make, such that its own meter counts them by 64 KB once."""
    if protocol == "sqs" and _QUEUED_SIZE not in ledger.placed.told.get(there, {}):
        ledger.facts.setdefault(there, {})[_QUEUED_SIZE] = Fact(Decimal(1), "its requests are counted by 64 KB already")
    elif protocol == "sqs":
        fact = deliveries(publishes, branch, ledger, topic)
        if not fact.amount:
            return fact
        return Fact(EXACT.multiply(fact.amount, _CALLS), f"({fact.basis}) * {_CALLS} requests")
    return _requests(protocol, branch, publishes, topic, ledger)


def _requests(
    protocol: str, branch: Branch, publishes: Known[Decimal] | Unknown, topic: Target, ledger: Ledger
) -> Fact:
    """The requests that deliveries to a branch make."""
    fact = deliveries(publishes, branch, ledger, topic)
    if protocol == "lambda" or not fact.amount:
        return fact
    each = requests_per_message(delivered_size(topic, ledger))
    if isinstance(each, Unknown):
        return Fact(None, f"{each.detail} is not told", (each.detail,))
    return Fact(EXACT.multiply(fact.amount, each.value), f"({fact.basis}) * {each.value} requests")
