"""From a service that publishes to a topic to the topic's subscribers: the topic, its policy, its key.

Source: https://docs.aws.amazon.com/ses/latest/dg/configure-sns-notifications.html
"""

import msgspec

from auditor.finding import Evidence, Fix
from auditor.model import arn as arns
from auditor.model import relations
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Truth, Unknown, Value
from auditor.model.policy import Document, Entry, Leaf, Mapping
from auditor.model.resource import Resource
from auditor.model.sns import Topic
from auditor.model.text import Text, text
from auditor.routes import key, subscription
from auditor.routes.filters import Notification
from auditor.routes.grant import Attached, Sender, Target, attached, judge, open_to_any_account, statement
from auditor.routes.link import (
    Leg,
    Memory,
    Subject,
    absence,
    arn_of,
    as_told,
    briefly,
    called,
    cut_short,
    doubt,
    last_segment,
    seen,
)
from auditor.routes.route import Grade, Link, State


def legs(
    reference: Text,
    value: Value[Text | None],
    holder: Resource,
    sender: Sender,
    notification: Notification,
    inventory: Inventory,
    memory: Memory,
) -> tuple[Leg, ...]:
    """The legs of a topic that a service publishes to, one per subscription.

    Args:
        reference: ARN of the topic.
        value: the attribute of `holder` that holds it, for evidence.
        holder: the event destination or identity.
        sender: the service that publishes, and for what.
        notification: what it publishes.
        inventory: where topics are.
        memory: what is subscribed is judged once.
    """
    subject = Subject("topic", f"topic {last_segment(reference)}")
    fault = _unsuitable(subject, reference, value, holder, sender)
    found = relations.topic(inventory, reference, holder)
    if isinstance(found, Unknown):
        return (Leg((fault or subject.unknown("the topic is not known", found),), Grade.PROGRAMMATIC),)
    if found.value is None:
        link = subject.broken(
            "no such topic exists",
            seen(f"TopicArn = {reference}", value, holder),
            fix=Fix(f"Create the topic or set an existing one on {called(holder)}."),
        )
        return (cut_short(link),)
    topic = found.value
    links = (
        _existing(Subject("topic", f"topic {called(topic)}", topic), topic, holder, fault, sender),
        _policy(topic, sender, inventory),
        key.link("topic-key", topic.kms_key, topic, sender, inventory),
    )
    known = ("subscribed", topic.deployment, topic.address, notification)
    if known not in memory:
        memory[known] = briefly(subscription.legs(topic, notification, inventory))
    behind: tuple[Leg, ...] = memory[known]  # type: ignore[assignment]  # the key names the type
    return tuple(leg.after(*links) for leg in behind)


def _unsuitable(
    subject: Subject, reference: Text, value: Value[Text | None], holder: Resource, sender: Sender
) -> Link | None:
    """What the ARN alone tells against the topic."""
    shown = seen(f"TopicArn = {reference}", value, holder)
    if reference.endswith(".fifo") is Truth.TRUE:
        return _fifo(subject, shown, sender)
    parts = arns.parse(reference)
    if isinstance(parts, Known) and parts.value.region.equals(sender.region) is Truth.FALSE:
        return subject.broken(
            f"the topic is in {parts.value.region}, and {sender.label} publishes within {sender.region} only",
            shown,
            fix=Fix(f"Set a topic of {sender.region} on {called(holder)}."),
        )
    return None


def _existing(subject: Subject, topic: Topic, holder: Resource, fault: Link | None, sender: Sender) -> Link:
    if isinstance(topic.fifo, Known) and topic.fifo.value:
        return _fifo(subject, seen("FifoTopic = true", topic.fifo, topic), sender)
    if fault is not None:
        return msgspec.structs.replace(fault, title=subject.title, resource=topic)
    unsure = doubt(topic, holder)
    if unsure is not None:
        return subject.unknown("it is not told whether it exists", unsure)
    if isinstance(topic.fifo, Unknown):
        return subject.unknown("it is not told whether it is a FIFO topic", topic.fifo)
    if topic.region.equals(sender.region) is Truth.UNKNOWN:
        why = Unknown(Cause.NOT_HERE, f"whether {topic.region} is {sender.region}; --region tells")
        return subject.unknown("it is not told whether it is in the same Region", why)
    return subject.ok("exists, is standard and in the same Region", seen("FifoTopic = false", topic.fifo, topic))


def _fifo(subject: Subject, shown: Evidence, sender: Sender) -> Link:
    return subject.broken(
        f"it is a FIFO topic, and {sender.label} publishes to standard topics only",
        shown,
        fix=Fix(
            "Set a standard topic; a topic cannot be changed from FIFO to standard.",
            locks_out=("The subscribers of the FIFO topic, until they are subscribed to the new one.",),
        ),
    )


def _policy(topic: Topic, sender: Sender, inventory: Inventory) -> Link:
    subject = Subject("topic-policy", "topic policy", topic)
    target = Target(("sns:Publish",), arn_of(topic), topic.account)
    policies = relations.topic_policies(inventory, topic)
    if not policies.items and not policies.unknowns:
        return _default_policy(subject, topic, sender, target)
    if not policies.items and not isinstance(policies.complete, Unknown):
        # AWS's default, or one of those that may be there.
        default = ((topic, Known(_default_document(topic, target))),)
        documents = msgspec.structs.replace(attached(policies), documents=default)
        return judge(subject, sender, target, documents)
    if len(policies.items) == 1:
        subject = msgspec.structs.replace(subject, resource=policies.items[0])
    documents = attached(policies)
    link = judge(subject, sender, target, documents)
    if link.state is State.OK and open_to_any_account(sender, target, documents):
        return subject.weak(
            f"allows {sender.label} to publish on behalf of any account, not only for {sender.source}",
            *link.evidence,
            fix=Fix(
                f"Add to the statement the conditions aws:SourceAccount = {sender.account} and aws:SourceArn ="
                f" {sender.arn}.",
                locks_out=(f"Other sources in {sender.label} that publish to the topic and are not listed.",),
            ),
        )
    return link


def _default_policy(subject: Subject, topic: Topic, sender: Sender, target: Target) -> Link:
    """A topic without a policy of its own has the one that AWS gives it: the owner's account may publish."""
    document = _default_document(topic, target)
    link = judge(subject, sender, target, Attached(((topic, Known(document)),), ()))
    lacking = absence(f"no policy on topic {called(topic)}", topic)
    if link.state is State.OK:
        return subject.ok(
            f"there is none, so AWS's default applies: it admits {sender.label} for the topic's own account",
            lacking,
            assumptions=("no other policy was set on the topic, so AWS's default policy is in force",),
        )
    if link.state is State.UNKNOWN:
        why = Unknown(Cause.NOT_HERE, f"whether {sender.account} is the topic's account {topic.account}")
        return subject.unknown("there is none, and AWS's default admits only the topic's own account", why)
    return subject.broken(
        f"there is none, and AWS's default admits only the topic's own account {topic.account}, not {sender.account}",
        lacking,
        fix=Fix("Attach a policy with the statement: " + statement(sender, target)),
        confidence=as_told(topic),
    )


def _default_document(topic: Topic, target: Target) -> Document:
    return Document(tree=_default_tree(topic, target), at=topic.location)


def _default_tree(topic: Topic, target: Target) -> Mapping:
    owner = Mapping((Entry(text("AWS:SourceAccount"), Leaf(topic.account)),))
    return Mapping(
        (
            Entry(text("Version"), Leaf(text("2008-10-17"))),
            Entry(
                text("Statement"),
                Mapping(
                    (
                        Entry(text("Sid"), Leaf(text("__default_statement_ID"))),
                        Entry(text("Effect"), Leaf(text("Allow"))),
                        Entry(text("Principal"), Mapping((Entry(text("AWS"), Leaf(text("*"))),))),
                        Entry(text("Action"), Leaf(text("SNS:Publish"))),
                        Entry(text("Resource"), Leaf(target.arn)),
                        Entry(text("Condition"), Mapping((Entry(text("StringEquals"), owner),))),
                    )
                ),
            ),
        )
    )
