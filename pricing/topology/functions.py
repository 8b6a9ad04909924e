"""What functions run with, where the inputs tell it: memory and architecture decide what their GB-seconds cost.

Source: https://aws.amazon.com/lambda/pricing/
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from auditor.model import relations
from auditor.model.awslambda import Function
from auditor.model.known import Known, Unknown
from auditor.model.sns import Subscription, Topic
from pricing.meters.sns_pulls import DURATION, MEMORY
from pricing.money import grouped
from pricing.placing import Target, target_of
from pricing.tiers import ZERO
from pricing.topology import consumers
from pricing.topology.branch import PUBLISHES, Branch, deliveries
from pricing.topology.derived import Fact, Ledger
from pricing.topology.gb_seconds import ARM, MEMORY_OF_FUNCTION, X86, is_on_arm, memory, seconds

OF_TOPIC, ARM_OF_TOPIC = "sns.lambda.gb_seconds", "sns.lambda.arm_gb_seconds"
_DELIVERED, _INVOKED = "sns.delivery.lambda", "sns.lambda.requests"
_ON_X86, _ON_ARM = ("lambda.requests", "lambda.duration_ms"), ("lambda.arm.requests", "lambda.arm.duration_ms")


def derive(ledger: Ledger) -> None:
    """Derive the memory of functions whose invocations are told or derived, and that of topics' functions."""
    functions = ledger.inventory.of(Function)
    if not functions:
        return
    for target in ledger.placed.resources.get("sns", ()):
        if isinstance(target.resource, Topic):
            _of_topic(target.resource, target, ledger)
    for function in functions:
        target = target_of(function, "lambda", ledger.region)
        if any(ledger.told(target, name) is not None for name in (*_ON_X86, *_ON_ARM)):
            _of_function(target, ledger)


def _of_function(target: Target, ledger: Ledger) -> None:
    found = memory(target)
    if isinstance(found, Known) and ledger.is_open(target, MEMORY_OF_FUNCTION):
        ledger.derive(target, MEMORY_OF_FUNCTION, Fact(found.value, "the memory of the function"))
    told = next((name for name in _ON_X86 if name in ledger.placed.told.get(target, ())), None)
    if told is not None and is_on_arm(target):
        on_arm = told.replace("lambda.", "lambda.arm.")
        ledger.note(f"{told} of {target.id} is priced as on x86, as told; the inputs say Arm ({on_arm}).")


def _of_topic(topic: Topic, target: Target, ledger: Ledger) -> None:
    """Derive the GB-seconds of functions that a topic invokes and that tell nothing of themselves."""
    if not all(ledger.is_open(target, name) for name in (OF_TOPIC, ARM_OF_TOPIC)):
        return
    found = relations.subscriptions(ledger.inventory, topic)
    kinds = {} if found.unknowns else _kinds(found.items, target, ledger)
    facts = [(kind, _seconds(kind, branch, len(kinds), target, ledger)) for kind, branch in sorted(kinds.items())]
    for kind, fact in facts:
        if fact is not None:
            ledger.derive(target, ARM_OF_TOPIC if kind.on_arm else OF_TOPIC, fact)
    if facts and all(kind.on_arm and fact is not None for kind, fact in facts):
        ledger.derive(target, OF_TOPIC, Fact(ZERO, "its functions run on Arm"))


class _Kind(NamedTuple):
    """What functions are alike in."""

    on_arm: bool
    memory: Decimal


def _kinds(subscriptions: Iterable[Subscription], target: Target, ledger: Ledger) -> Mapping[_Kind, Branch]:
    """The functions that count for a topic; none where it is not told what one of them runs with."""
    kinds: dict[_Kind, Branch] = {}
    told = ledger.default(target, MEMORY)
    for item, there in consumers.untold("lambda", subscriptions, target, ledger):
        function = None if there is None else there.resource
        if there is None or not isinstance(function, Function):
            return {}
        size = told if isinstance(told, Known) else memory(there)
        if isinstance(size, Unknown) or function.architecture not in (X86, ARM):
            return {}
        kinds.setdefault(_Kind(is_on_arm(there), size.value), Branch()).count(item, is_certain=True)
        if isinstance(told, Unknown) and isinstance(item.endpoint, Known) and item.endpoint.value != function.arn:
            ledger.note("Versions and aliases of functions are taken to have the memory that their function has now.")
    return kinds


def _seconds(kind: _Kind, branch: Branch, kinds: int, target: Target, ledger: Ledger) -> Fact | None:
    """GB-seconds of functions of a kind; None where nothing is told of what invokes them."""
    own = ledger.placed.told.get(target, {})
    told = next((name for name in (_INVOKED, _DELIVERED) if name in own), None)
    if told is not None:
        # Of told deliveries what goes to functions that tell their own requests is taken off.
        told = _INVOKED if ledger.is_derived(target, _INVOKED) else told
        invoked = _invoked(told, kinds, target, ledger)
    else:
        publishes = ledger.told(target, PUBLISHES)
        if publishes is None or not all(ledger.is_open(target, name) for name in (_INVOKED, _DELIVERED)):
            return None  # nothing is told, or the Region tells it of all topics
        invoked = deliveries(publishes, branch, ledger, target)
    duration = ledger.default(target, DURATION)
    if invoked.amount is None:
        return invoked
    if not invoked.amount:
        return Fact(ZERO, invoked.basis)
    if isinstance(duration, Unknown):
        return Fact(None, f"{DURATION} is not told", (DURATION,))
    each = seconds(invoked.amount, duration.value, kind.memory)
    return Fact(each.amount, f"{invoked.basis}, each of {each.basis}")


def _invoked(told: str, kinds: int, target: Target, ledger: Ledger) -> Fact:
    """The invocations of all functions of a topic, where they are told rather than how often it publishes."""
    amount = ledger.default(target, told)
    if isinstance(amount, Unknown):
        return Fact(None, f"{told} is not told", (told,))
    if kinds > 1 and amount.value:
        return Fact(None, f"how much of {told} each of its functions gets is not told", (OF_TOPIC, ARM_OF_TOPIC))
    return Fact(amount.value, f"{grouped(amount.value)} invocations")
