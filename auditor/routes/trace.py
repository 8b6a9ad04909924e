"""Every way an event of an identity or configuration set can take.

An identity has three: the event destinations of its default configuration set, its own notification topic for the
event, and e-mail feedback forwarding. The settings of an e-mail address identity are its own: it inherits none from
the identity of its domain. A configuration set has only its event destinations, and only for messages sent with it.
Source: https://docs.aws.amazon.com/ses/latest/dg/monitor-sending-activity-using-notifications.html
"""

from typing import TypeAlias

from auditor.finding import Fix
from auditor.model import relations
from auditor.model.inventory import Inventory
from auditor.model.known import Known, Unknown
from auditor.model.origin import How
from auditor.model.ses import ConfigurationSet, EmailIdentity
from auditor.routes import destination, filters, link, topic
from auditor.routes.grant import Sender
from auditor.routes.link import Leg, Subject, absence, arn_of, called, cut_short, doubt, scope_words, seen
from auditor.routes.route import Event, Grade, Link, Route, State

_PUBLISHING = frozenset({"topic", "topic-policy", "topic-key"})
Memory: TypeAlias = link.Memory
EVENT_DESTINATION, IDENTITY_TOPIC, EMAIL_FORWARDING = "event-destination", "identity-topic", "email-forwarding"


def trace(
    publisher: EmailIdentity | ConfigurationSet,
    event: Event,
    inventory: Inventory,
    memory: Memory | None = None,
) -> tuple[Route, ...]:
    """Every way that an event of a publisher can take, judged link by link.

    Args:
        publisher: an identity, or a configuration set for messages that are sent with it.
        event: what is to arrive.
        inventory: everything that stands on the way.
        memory: kept from trace to trace of one inventory, so that what many identities share is judged once.

    Returns:
        One route per way and receiver, at least one. A way that is not set up is a route of grade NONE.
    """
    memory = {} if memory is None else memory
    if isinstance(publisher, ConfigurationSet):
        set_link = _configuration_set(publisher)
        legs = _published(publisher, event, inventory, memory)
        return tuple(_route(publisher, event, EVENT_DESTINATION, leg.after(set_link)) for leg in legs)
    first = _identity(publisher)
    routes = [
        _route(publisher, event, way, leg.after(first))
        for way, legs in (
            (EVENT_DESTINATION, _by_configuration_set(publisher, event, inventory, memory)),
            (IDENTITY_TOPIC, _by_topic(publisher, event, inventory, memory)),
        )
        for leg in legs
    ]
    is_fallback = all(route.grade is Grade.NONE for route in routes)
    forwarding = _forwarding(publisher, event, is_fallback=is_fallback)
    routes.append(_route(publisher, event, EMAIL_FORWARDING, forwarding.after(first)))
    return tuple(routes)


def grade(routes: tuple[Route, ...]) -> Grade:
    """How an event is handled over all its routes.

    One that reaches a program is enough. Otherwise what is set up and broken counts more than what happens to be
    left, because somebody relies on it. UNKNOWN wherever an undecided route could change the answer.
    """
    found = {route.grade for route in routes}
    undecided = {route.at_best for route in routes if route.grade is Grade.UNKNOWN}
    if Grade.PROGRAMMATIC in found:
        return Grade.PROGRAMMATIC
    if Grade.PROGRAMMATIC in undecided:
        return Grade.UNKNOWN
    if Grade.BROKEN in found:
        return Grade.BROKEN
    if undecided:
        return Grade.UNKNOWN
    left = (Grade.EMAIL_ONLY, Grade.METRIC_ONLY, Grade.FALLBACK_EMAIL)
    return next((kind for kind in left if kind in found), Grade.NONE)


def _route(publisher: EmailIdentity | ConfigurationSet, event: Event, way: str, leg: Leg) -> Route:
    result = leg.grade
    at_best = leg.carries if result is Grade.UNKNOWN else result
    return Route(publisher=publisher, event=event, way=way, links=leg.links, grade=result, at_best=at_best)


def _identity(identity: EmailIdentity) -> Link:
    """Verification takes no part in the way: an identity that is not verified sends nothing that could bounce."""
    subject = Subject("identity", f"identity {called(identity)}", identity)
    status = identity.verification_status
    if isinstance(status, Unknown):
        return subject.ok("whether it is verified is not told; one that is not sends nothing")
    shown = seen(f"VerificationStatus = {status.value}", status, identity)
    if status.value == "SUCCESS":
        return subject.ok("is verified", shown)
    return subject.weak(
        f"cannot send: its verification is {status.value}",
        shown,
        fix=Fix("Publish the DNS records, or confirm the mail."),
    )


def _configuration_set(configuration_set: ConfigurationSet) -> Link:
    subject = Subject("configuration-set", f'configuration set "{called(configuration_set)}"', configuration_set)
    return _sending(subject, configuration_set, "carries the events of messages that senders send with it")


def _by_configuration_set(
    identity: EmailIdentity, event: Event, inventory: Inventory, memory: Memory
) -> tuple[Leg, ...]:
    subject = Subject("default-configuration-set", "default configuration set")
    name = identity.configuration_set
    if isinstance(name, Unknown):
        return (cut_short(subject.unknown("it is not told whether there is one", name)),)
    if name.value is None:
        link = subject.absent(
            "there is none: events are published only for messages whose sender names a configuration set",
            absence(f"no default configuration set on {called(identity)}", identity),
        )
        return (Leg((link,), Grade.NONE),)
    subject = Subject(subject.name, f'default configuration set "{name.value}"')
    found = relations.configuration_set(inventory, name.value, identity)
    if isinstance(found, Unknown):
        return (cut_short(subject.unknown("the configuration set is not known", found)),)
    if found.value is None:
        link = subject.broken(
            "no such configuration set exists: SES refuses messages of this identity that name no other",
            seen(f"ConfigurationSetName = {name.value}", name, identity),
            fix=Fix(f"Create the configuration set, or set an existing one on {called(identity)}."),
        )
        return (cut_short(link),)
    unsure = doubt(found.value, identity)
    if unsure is not None:
        return (cut_short(subject.unknown("it is not told whether it exists", unsure)),)
    link = _sending(
        Subject(subject.name, f'default configuration set "{called(found.value)}"', found.value),
        found.value,
        "applies to messages whose sender names no other",
    )
    legs = _published(found.value, event, inventory, memory)
    if any(part.name == "topic-policy" and part.state is State.BROKEN for leg in legs for part in leg.links):
        # Only the identity can tell whether the policy was written for it by mistake.
        legs = destination.legs(found.value, event, identity, inventory, memory)
    return tuple(leg.after(link) for leg in legs)


def _published(
    configuration_set: ConfigurationSet, event: Event, inventory: Inventory, memory: Memory
) -> tuple[Leg, ...]:
    """What the event destinations of a set do with an event: the same for all identities that use it."""
    key = ("published", configuration_set.deployment, configuration_set.address, event)
    if key not in memory:
        memory[key] = destination.legs(configuration_set, event, None, inventory, memory)
    return memory[key]  # type: ignore[return-value]  # the key names the type


def _sending(subject: Subject, configuration_set: ConfigurationSet, message: str) -> Link:
    enabled = configuration_set.sending_enabled
    if isinstance(enabled, Known) and not enabled.value:
        return subject.weak(
            "sending with it is disabled, so nothing can bounce",
            seen("SendingEnabled = false", enabled, configuration_set),
            fix=Fix(f"Enable sending for configuration set {called(configuration_set)}."),
        )
    return subject.ok(message)


def _by_topic(identity: EmailIdentity, event: Event, inventory: Inventory, memory: Memory) -> tuple[Leg, ...]:
    value = identity.bounce_topic if event is Event.BOUNCE else identity.complaint_topic
    subject = Subject("identity-topic", f"{event.lower()} topic of the identity", identity)
    if isinstance(value, Unknown):
        return (cut_short(subject.unknown("it is not told whether one is set", value)),)
    if value.value is None:
        told = scope_words(identity) if value.origin.how is How.ABSENT else ""
        link = subject.absent(
            f"none is set{told}", absence(f"no {event.lower()} topic on {called(identity)}", identity)
        )
        return (Leg((link,), Grade.NONE),)
    other = _default_set(identity, inventory)
    sender = Sender(
        principal="ses.amazonaws.com",
        label="SES",
        account=identity.account,
        region=identity.region,
        arn=arn_of(identity),
        source=f"identity {called(identity)}",
        names_account=True,
        tells_kms=False,
        lookalike=None if other is None else (arn_of(other), f"configuration set {called(other)}"),
    )
    legs = topic.legs(value.value, value, identity, sender, filters.notified(event), inventory, memory)
    refused = any(part.state is State.BROKEN for leg in legs for part in leg.links if part.name in _PUBLISHING)
    then = "; when publishing fails, SES removes the setting and mails instead" if refused else ""
    link = subject.ok(f"is set{then}", seen(f"{event.capitalize()}Topic = {value.value}", value, identity))
    return tuple(leg.after(link) for leg in legs)


def _default_set(identity: EmailIdentity, inventory: Inventory) -> ConfigurationSet | None:
    """The default configuration set, where it is known."""
    name = identity.configuration_set
    if isinstance(name, Unknown) or name.value is None:
        return None
    found = relations.configuration_set(inventory, name.value, identity)
    return found.value if isinstance(found, Known) else None


def _forwarding(identity: EmailIdentity, event: Event, *, is_fallback: bool) -> Leg:
    subject = Subject("email-forwarding", "e-mail feedback forwarding", identity)
    value = identity.feedback_forwarding
    if isinstance(value, Unknown):
        return Leg((subject.unknown("it is not told whether it is on", value),), Grade.EMAIL_ONLY)
    shown = seen(f"forwarding = {'on' if value.value else 'off'}", value, identity)
    if value.value:
        on = subject.ok(
            f"is on: each {event.lower()} is mailed to the Return-Path or the sender",
            shown,
            assumptions=("somebody reads the mailbox that the mail goes to",),
        )
        return Leg((on,), Grade.EMAIL_ONLY)
    if not is_fallback:
        return Leg((subject.absent("is off", shown),), Grade.NONE)
    fallback = subject.weak(
        f"is off, and nothing else takes a {event.lower()}: SES mails it to the Return-Path all the same",
        shown,
        fix=Fix("Set a default configuration set with an event destination that a program reads."),
    )
    return Leg((fallback,), Grade.FALLBACK_EMAIL)
