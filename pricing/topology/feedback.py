"""What SES publishes to topics: the bounces, complaints and other events of the mail that is sent.

An identity publishes to its own notification topics and to the topics of the event destinations of its default
configuration set. Publishing that SES is not allowed to do costs nothing: such ways are left out.
Sources: https://docs.aws.amazon.com/ses/latest/dg/monitor-sending-activity-using-notifications.html and
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html; notifications cost what SNS
charges for publishing and delivering.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias

from auditor.model import relations
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.ses import EmailIdentity, EventDestination
from auditor.model.sns import Topic
from auditor.model.text import Text
from auditor.routes import trace
from auditor.routes.route import Event, Route, State
from auditor.routes.trace import EVENT_DESTINATION, IDENTITY_TOPIC, Memory
from pricing.meters.meter import plus
from pricing.meters.ses import SENT
from pricing.money import EXACT, grouped
from pricing.placing import Target, target_of
from pricing.tiers import total
from pricing.topology.branch import PUBLISHES
from pricing.topology.derived import Fact, Ledger
from pricing.topology.notification import take_one_request
from pricing.usage.shares import BOUNCES, CLICKS, COMPLAINTS, OPENS, OTHERS

RECIPIENTS = "ses.outbound.recipients"
_ONE = Decimal(1)
_PUBLISHING = frozenset({"topic", "topic-policy", "topic-key"})
_RATES = {"BOUNCE": BOUNCES, "COMPLAINT": COMPLAINTS, "OPEN": OPENS, "CLICK": CLICKS}

Profile: TypeAlias = "Mapping[Topic, tuple[str, ...]] | Unknown"
"""Topic to the event types that are published to it; a type as often as there are ways."""


def derive(ledger: Ledger) -> None:
    """Derive what SES publishes to each topic, where the mail is told and the publishes are not."""
    memory: Memory = {}
    for source, members, is_theirs in _senders(ledger):
        profiles = [_profile(identity, ledger, memory) for identity in members]
        topics = dict.fromkeys(topic for profile in profiles if not isinstance(profile, Unknown) for topic in profile)
        same = all(profile == profiles[0] for profile in profiles)
        for topic in topics:
            target = target_of(topic, "sns", ledger.region)
            if ledger.is_open(target, PUBLISHES):
                first = profiles[0]
                if not is_theirs:
                    where = f"it is not told who sends the mail of {source.region} beside that of its identities"
                    fact = Fact(None, where, (RECIPIENTS,))
                elif isinstance(first, Unknown):
                    fact = Fact(None, first.detail)
                elif same:
                    fact = _published(source, first[topic], ledger)
                else:
                    where = f"it is not told which identity of {source.region} sends how much"
                    fact = Fact(None, where, (RECIPIENTS,))
                ledger.derive(target, PUBLISHES, fact)
                take_one_request(target, ledger)


def _senders(ledger: Ledger) -> Iterator[tuple[Target, list[EmailIdentity], bool]]:
    """What mail is told of, with the identities that may send it, and whether it is certainly theirs.

    What is told of a Region is beside what its identities have: it is the mail of those of which none is told.
    """
    regions: dict[Target, list[tuple[Target, EmailIdentity]]] = defaultdict(list)
    for identity in ledger.inventory.of(EmailIdentity):
        target = target_of(identity, "ses", ledger.region)
        regions[Target("ses", target.region)].append((target, identity))
    for region, found in regions.items():
        others = []
        for target, identity in found:
            if _sent(target, ledger) is None:
                others.append(identity)
            else:
                yield target, [identity], True
        sent = _sent(region, ledger)
        if sent is not None and (others or sent != Known(Decimal(0))):
            yield region, others or [identity for _, identity in found], bool(others)


def _sent(source: Target, ledger: Ledger) -> Value[Decimal] | None:
    """Recipients of the mail of an identity or Region, sent from wherever; None when nothing is told of it."""
    told = [amount for name in SENT if (amount := ledger.told(source, name)) is not None]
    return plus(*told) if told else None


def _published(source: Target, events: tuple[str, ...], ledger: Ledger) -> Fact:
    recipients = _sent(source, ledger)
    if not isinstance(recipients, Known):
        missing = RECIPIENTS if recipients is None else recipients.detail
        return Fact(None, f"{missing} is not told", (missing,))
    rates = []
    for event in events:
        name, rate = _rate(event, source, ledger)
        if isinstance(rate, Unknown):
            return Fact(None, f"how many {event} events SES publishes is not told", (name,))
        rates.append((event, rate.value))
    ledger.note("Every mail is taken to have one recipient and the default configuration set of its identity.")
    words = ", ".join(f"{event} {grouped(rate)}" for event, rate in rates)
    amount = EXACT.multiply(recipients.value, total(rate for _, rate in rates))
    where = source.id or source.region
    return Fact(amount, f"{grouped(recipients.value)} recipients of {where} * events per recipient ({words})")


def _rate(event: str, source: Target, ledger: Ledger) -> tuple[str, Value[Decimal]]:
    """Events per recipient, and the quantity that tells them."""
    if event == "SEND":
        return RECIPIENTS, Known(_ONE)
    if event == "DELIVERY":
        bounced = ledger.default(source, BOUNCES)
        if isinstance(bounced, Known):
            ledger.note("Every mail that does not bounce is taken to be delivered.")
            return BOUNCES, Known(EXACT.subtract(_ONE, bounced.value))
        return BOUNCES, bounced
    name = _RATES.get(event, OTHERS)
    return name, ledger.default(source, name)


def _profile(identity: EmailIdentity, ledger: Ledger, memory: Memory) -> Profile:
    """To which topics the events of an identity are published; Unknown when that is not told."""
    found: dict[Topic, list[str]] = defaultdict(list)
    refused = _refused(identity, ledger, memory)
    for way, event, reference in _ways(identity, ledger):
        if isinstance(event, Unknown):
            return event
        topic = relations.topic(ledger.inventory, reference, identity)
        if isinstance(topic, Known) and topic.value is not None and (way, topic.value) not in refused:
            found[topic.value].append(event)
    return {topic: tuple(_without_repeats(events)) for topic, events in found.items()}


def _without_repeats(events: list[str]) -> Iterator[str]:
    """All types but those that share one rate: it covers them together, once."""
    shared = False
    for event in sorted(events):
        is_shared = event not in {*_RATES, "SEND", "DELIVERY"}
        if not (is_shared and shared):
            yield event
        shared = shared or is_shared


def _ways(identity: EmailIdentity, ledger: Ledger) -> Iterator[tuple[str, str | Unknown, Text]]:
    """Way, event type and topic; an Unknown in place of the type when it is not told."""
    nowhere = Text(())
    own = (("BOUNCE", identity.bounce_topic), ("COMPLAINT", identity.complaint_topic))
    for event, value in (*own, ("DELIVERY", identity.delivery_topic)):
        if isinstance(value, Known) and value.value is not None:
            yield IDENTITY_TOPIC, event, value.value
        elif isinstance(value, Unknown):
            yield IDENTITY_TOPIC, _untold(f"the {event.lower()} topic of {identity.id}"), nowhere
    name = identity.configuration_set
    if isinstance(name, Unknown):
        yield EVENT_DESTINATION, _untold(f"the default configuration set of {identity.id}"), nowhere
        return
    if name.value is None:
        return
    chosen = relations.configuration_set(ledger.inventory, name.value, identity)
    if isinstance(chosen, Unknown):
        yield EVENT_DESTINATION, _untold(f"configuration set {name.value} of {identity.id}"), nowhere
    elif chosen.value is not None:
        for destination in relations.event_destinations(ledger.inventory, chosen.value).items:
            for event_type, topic in _published_by(destination):
                yield EVENT_DESTINATION, event_type, topic


def _published_by(destination: EventDestination) -> Iterator[tuple[str | Unknown, Text]]:
    if destination.enabled == Known(value=False):
        return
    topic = destination.topic
    if isinstance(topic, Unknown):
        yield _untold(f"the topic of event destination {destination.id}"), Text(())
    elif topic.value is not None:
        if isinstance(destination.event_types, Unknown):
            yield _untold(f"the event types of event destination {destination.id}"), topic.value
        else:
            for event in destination.event_types.value:
                yield event, topic.value


def _untold(what: str) -> Unknown:
    return Unknown(Cause.NOT_HERE, f"{what} is not told")


def _refused(identity: EmailIdentity, ledger: Ledger, memory: Memory) -> frozenset[tuple[str, Topic]]:
    """Way and topic where SES may not publish, or not with the topic's key."""
    return frozenset(
        (route.way, topic)
        for event in Event
        for route in trace(identity, event, ledger.inventory, memory)
        if (topic := _refusing(route)) is not None
    )


def _refusing(route: Route) -> Topic | None:
    """The topic of a route, if it is where the route is broken before it reaches a subscriber."""
    topic: Topic | None = None
    for link in route.links:
        if link.name == "topic" and isinstance(link.resource, Topic):
            topic = link.resource
        if link.name in _PUBLISHING and link.state is State.BROKEN:
            return topic
    return None
