"""From a configuration set to its event destinations, and what each of them does with an event.

Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_EventDestination.html
"""

from auditor.finding import Fix
from auditor.model import relations
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.ses import ConfigurationSet, EmailIdentity, EventDestination
from auditor.model.text import Text
from auditor.routes import filters, role, topic
from auditor.routes.grant import Sender
from auditor.routes.link import (
    Leg,
    Memory,
    Subject,
    absence,
    arn_of,
    briefly,
    called,
    cut_short,
    last_segment,
    scope_words,
    seen,
    undecided_legs,
    why_possible,
)
from auditor.routes.route import Event, Grade, Link

_MOST_DESTINATIONS = 50
"""Event destinations of one set that are judged; SES takes 10."""


def legs(
    configuration_set: ConfigurationSet,
    event: Event,
    identity: EmailIdentity | None,
    inventory: Inventory,
    memory: Memory,
) -> tuple[Leg, ...]:
    """One leg or more per event destination that publishes the event.

    Args:
        configuration_set: the set that a message was sent with.
        event: what is published.
        identity: the sender, where it is known: policies often name it by mistake.
        inventory: where destinations are.
        memory: what many sets share is judged once.
    """
    relation = relations.event_destinations(inventory, configuration_set)
    sender = _sender(configuration_set, identity)
    found: list[Leg] = []
    for item in relation.items[:_MOST_DESTINATIONS]:
        found.extend(_legs(item, event, sender, inventory, memory))
    if len(relation.items) > _MOST_DESTINATIONS:
        many = Unknown(Cause.UNDECIDED, f"SES takes 10 event destinations, and {len(relation.items)} are declared")
        found.append(cut_short(Subject("event-destination", "event destinations").unknown("not all are judged", many)))
    possible = [
        (_subject(item), why_possible(item, item.configuration_set))
        for item in relation.possible
        if isinstance(item.event_types, Unknown) or event in item.event_types.value
    ]
    found.extend(undecided_legs(possible, "this configuration set"))
    if isinstance(relation.complete, Unknown) and not any(leg.grade is Grade.PROGRAMMATIC for leg in found):
        link = Subject("event-destination", "event destinations").unknown("not all were read", relation.complete)
        found.append(cut_short(link))
    if found:
        return briefly(found)
    none = Subject("event-destination", "event destination", configuration_set).absent(
        f"no event destination publishes {event}{scope_words(configuration_set)}",
        absence(f"configuration set {called(configuration_set)} publishes {event} nowhere", configuration_set),
    )
    return (Leg((none,), Grade.NONE),)


def _sender(configuration_set: ConfigurationSet, identity: EmailIdentity | None) -> Sender:
    return Sender(
        principal="ses.amazonaws.com",
        label="SES",
        account=configuration_set.account,
        region=configuration_set.region,
        arn=arn_of(configuration_set),
        source=f"configuration set {called(configuration_set)}",
        names_account=True,
        tells_kms=False,
        lookalike=None if identity is None else (arn_of(identity), f"identity {called(identity)}"),
    )


def _subject(item: EventDestination, kinds: tuple[str, ...] = ()) -> Subject:
    where = f" → {', '.join(kinds)}" if kinds else ""
    return Subject("event-destination", f'event destination "{called(item)}"{where}', item)


def _legs(item: EventDestination, event: Event, sender: Sender, inventory: Inventory, memory: Memory) -> list[Leg]:
    if isinstance(item.event_types, Known) and event not in item.event_types.value:
        return []
    ends = _ends(item, event, sender, inventory, memory)
    link = _publishes(item, event, tuple(kind for kind, _ in ends))
    return [leg.after(link) for _, legs in ends for leg in legs]


def _publishes(item: EventDestination, event: Event, kinds: tuple[str, ...]) -> Link:
    subject = _subject(item, kinds)
    if isinstance(item.enabled, Known) and not item.enabled.value:
        return subject.broken(
            "it is disabled",
            seen("Enabled = false", item.enabled, item),
            fix=Fix(f"Enable event destination {called(item)}."),
        )
    gaps = [gap for gap in (item.enabled, item.event_types) if isinstance(gap, Unknown)]
    if gaps:
        return subject.unknown(f"it is not told whether it is enabled and publishes {event}", *gaps)
    return subject.ok(f"enabled, publishes {event}", seen(f"MatchingEventTypes has {event}", item.event_types, item))


def _ends(
    item: EventDestination, event: Event, sender: Sender, inventory: Inventory, memory: Memory
) -> list[tuple[str, tuple[Leg, ...]]]:
    """Each service that the destination names, with the legs behind it."""
    ends: list[tuple[str, tuple[Leg, ...]]] = []
    gaps = [
        gap
        for gap in (item.topic, item.firehose_stream, item.event_bus, item.pinpoint_application, item.cloudwatch)
        if isinstance(gap, Unknown)
    ]
    if isinstance(item.topic, Known) and item.topic.value is not None:
        notification = filters.published(event)
        behind = topic.legs(item.topic.value, item.topic, item, sender, notification, inventory, memory)
        ends.append(("sns", behind))
    if isinstance(item.firehose_stream, Known) and item.firehose_stream.value is not None:
        ends.append(("firehose", (_firehose(item, item.firehose_stream.value, sender, inventory),)))
    if isinstance(item.event_bus, Known) and item.event_bus.value is not None:
        ends.append(("eventbridge", (_event_bus(item, item.event_bus.value),)))
    if isinstance(item.cloudwatch, Known) and item.cloudwatch.value:
        ends.append(("cloudwatch", (Leg((), Grade.METRIC_ONLY),)))
    if isinstance(item.pinpoint_application, Known) and item.pinpoint_application.value is not None:
        ends.append(("pinpoint", (Leg((), Grade.METRIC_ONLY),)))
    if not ends:
        why = gaps or [Unknown(Cause.UNDECIDED, f"{called(item)} names no service that this version knows")]
        link = Subject("endpoint", "receiver").unknown("it is not told where it publishes to", *why)
        ends.append(("?", (cut_short(link),)))
    return ends


def _firehose(item: EventDestination, stream: Text, sender: Sender, inventory: Inventory) -> Leg:
    subject = Subject("endpoint", f"delivery stream {last_segment(stream)}")
    end = subject.ok(
        "is written to through the role",
        seen(f"stream = {stream}", item.firehose_stream, item),
        assumptions=(role.STREAM_UNREAD,),
    )
    action = "firehose:PutRecordBatch"
    links = role.links(item.firehose_role, item, sender, action, stream, inventory)
    return Leg((*links, end), Grade.PROGRAMMATIC)


def _event_bus(item: EventDestination, bus: Text) -> Leg:
    subject = Subject("endpoint", f"event bus {last_segment(bus)}")
    if bus.endswith("event-bus/default") is Truth.FALSE:
        link = subject.broken(
            "SES publishes to the default event bus only",
            seen(f"EventBusArn = {bus}", item.event_bus, item),
            fix=Fix(f"Set the default event bus on {called(item)} and a rule that forwards to this one."),
        )
        return cut_short(link)
    why = Unknown(Cause.NOT_ASKED, "the rules of the default event bus are not read")
    return Leg(
        (subject.unknown("whether a rule forwards the event to a program is not read", why),), Grade.PROGRAMMATIC
    )
