"""Whether a subscription's filter policy lets the notifications of an event through.

SES publishes its notifications without message attributes, so a filter on attributes lets them through only where it
asks for the absence of one. The body is JSON; its ``notificationType`` (identity topics) or ``eventType``
(configuration sets) tells the event. What else a body holds differs from message to message.
Source: https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html and
https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
"""

from collections.abc import Callable

import msgspec

from auditor.model.known import Cause, Truth, Unknown, all_of, any_of
from auditor.model.origin import Location
from auditor.model.policy import Gap, Leaf, Mapping, Node, Sequence, gaps
from auditor.model.text import Text
from auditor.routes.route import Event

_MAX_DEPTH = 64


class Notification(msgspec.Struct, frozen=True):
    """What the body of a notification certainly holds at its top.

    Attributes:
        type_key: ``notificationType`` or ``eventType``.
        type_value: its value, ``Bounce`` or ``Complaint``.
        lacks: top-level keys that it certainly does not have.
    """

    type_key: str
    type_value: str
    lacks: frozenset[str]


_WORD = {Event.BOUNCE: "Bounce", Event.COMPLAINT: "Complaint"}


def published(event: Event) -> Notification:
    """What the body of an event that a configuration set publishes holds."""
    other = next(item for item in Event if item is not event)
    return Notification("eventType", _WORD[event], frozenset({"notificationType", other.lower()}))


def notified(event: Event) -> Notification:
    """What the body of a notification that an identity publishes holds."""
    other = next(item for item in Event if item is not event)
    return Notification("notificationType", _WORD[event], frozenset({"eventType", other.lower()}))


class Judgement(msgspec.Struct, frozen=True):
    """Whether notifications pass.

    Attributes:
        passes: UNKNOWN also where some pass and others do not.
        blocker: the key that keeps them out, or that decides.
        location: where it stands.
        unknowns: for UNKNOWN.
    """

    passes: Truth
    blocker: str = ""
    location: Location = Location()
    unknowns: tuple[Unknown, ...] = ()


def by_attributes(policy: Node) -> Judgement:
    """Whether a message without attributes passes a filter on attributes."""
    return _judge(policy, lambda _, conditions: _absent(conditions))


def by_body(policy: Node, notification: Notification) -> Judgement:
    """Whether a notification passes a filter on the body."""

    def test(key: Text, conditions: Node) -> Truth:
        name = key.literal
        if name is None:
            return Truth.UNKNOWN
        if name == notification.type_key:
            return _present(conditions, notification.type_value)
        return _absent(conditions) if name in notification.lacks else Truth.UNKNOWN

    return _judge(policy, test)


def _judge(policy: Node, test: Callable[[Text, Node], Truth], depth: int = 0) -> Judgement:
    """A mapping passes when all its keys do; ``$or`` when one of its mappings does."""
    if depth > _MAX_DEPTH:
        return Judgement(Truth.UNKNOWN, unknowns=(Unknown(Cause.LIMIT, "the filter policy is nested too deep"),))
    if not isinstance(policy, Mapping):
        why = next(gaps(policy), Unknown(Cause.FAILED, "the filter policy is not a mapping"))
        return Judgement(Truth.UNKNOWN, unknowns=(why,))
    judged = [_entry(entry.key, entry.node, entry.at, test, depth) for entry in policy.entries]
    if policy.open is not None:
        judged.append(Judgement(Truth.UNKNOWN, unknowns=(policy.open,)))
    passes = all_of(item.passes for item in judged)
    if passes is Truth.TRUE:
        return Judgement(passes)
    decisive = [item for item in judged if item.passes is passes]
    unknowns = tuple(dict.fromkeys(why for item in decisive for why in item.unknowns))
    return Judgement(passes, decisive[0].blocker, decisive[0].location, unknowns)


def _entry(key: Text, node: Node, at: Location, test: Callable[[Text, Node], Truth], depth: int) -> Judgement:
    if key.literal == "$or" and isinstance(node, Sequence):
        ways = [_judge(item, test, depth + 1) for item in node.items]
        if node.open is not None:
            ways.append(Judgement(Truth.UNKNOWN, unknowns=(node.open,)))
        passes = any_of(way.passes for way in ways)
        decisive = [way for way in ways if way.passes is passes]
        unknowns = tuple(dict.fromkeys(why for way in decisive for why in way.unknowns))
        return Judgement(passes, "$or", at, () if passes is not Truth.UNKNOWN else unknowns)
    passes = test(key, node)
    if passes is not Truth.UNKNOWN:
        return Judgement(passes, str(key), at)
    told = tuple(dict.fromkeys((*key.holes, *gaps(node))))
    why = Unknown(Cause.UNDECIDED, f"whether a message passes depends on its {key}")
    return Judgement(passes, str(key), at, told or (why,))


def _absent(conditions: Node) -> Truth:
    """Whether a key that is not there passes: only ``{"exists": false}`` accepts that, at every key below it too."""
    if isinstance(conditions, Mapping):
        below = all_of(_absent(entry.node) for entry in conditions.entries)
        return Truth.UNKNOWN if below is Truth.TRUE and conditions.open is not None else below
    return _any_condition(conditions, _accepts_absence)


def _accepts_absence(condition: Node) -> Truth:
    if isinstance(condition, Mapping):
        exists = condition.get("exists")
        if isinstance(exists, Leaf) and isinstance(exists.value, bool):
            return Truth.of(not exists.value)
        return Truth.UNKNOWN if isinstance(exists, Gap) or condition.open is not None else Truth.FALSE
    return Truth.UNKNOWN if isinstance(condition, Gap) else Truth.FALSE


def _present(conditions: Node, value: str) -> Truth:
    """Whether a key with a string value passes."""
    return _any_condition(conditions, lambda condition: _accepts(condition, value))


def _any_condition(conditions: Node, accepts: Callable[[Node], Truth]) -> Truth:
    match conditions:
        case Sequence(items=items, open=end):
            certain = any_of(accepts(item) for item in items)
            return Truth.UNKNOWN if certain is Truth.FALSE and end is not None else certain
        case Mapping() | Gap():
            # Keys of an object inside the body, or not told: what is in there differs from message to message.
            return Truth.UNKNOWN
        case Leaf():
            return accepts(conditions)


def _accepts(condition: Node, value: str) -> Truth:
    match condition:
        case Leaf(value=Text() as written):
            return written.equals(value)
        case Mapping(entries=(entry,), open=None):
            return _operator(entry.key.literal, entry.node, value)
        case Mapping() | Gap():
            return Truth.UNKNOWN
        case _:
            return Truth.FALSE


def _operator(name: str | None, operand: Node, value: str) -> Truth:
    match name, operand:
        case "exists", Leaf(value=bool() as there):
            return Truth.of(there)
        case "prefix", Leaf(value=Text() as written) if written.literal is not None:
            return Truth.of(value.startswith(written.literal))
        case "suffix", Leaf(value=Text() as written) if written.literal is not None:
            return Truth.of(value.endswith(written.literal))
        case "equals-ignore-case", Leaf(value=Text() as written) if written.literal is not None:
            return Truth.of(value.casefold() == written.literal.casefold())
        case "anything-but", _:
            return ~_any_condition(operand, lambda item: _accepts(item, value)) if _is_plain(operand) else Truth.UNKNOWN
        case _:
            return Truth.UNKNOWN


def _is_plain(operand: Node) -> bool:
    """Whether the operand of anything-but is a value or a list of values, not an operator of its own."""
    items = operand.items if isinstance(operand, Sequence) else (operand,)
    return all(isinstance(item, Leaf) for item in items)
