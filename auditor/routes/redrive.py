"""The redrive queue of a subscription: the safety net under its endpoint.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
"""

from auditor.finding import Fix
from auditor.model import arn as arns
from auditor.model import relations
from auditor.model.cloudwatch import Alarm
from auditor.model.inventory import Inventory
from auditor.model.known import Known, Truth, Unknown
from auditor.model.sns import Subscription, Topic
from auditor.model.sqs import Queue
from auditor.model.text import Text
from auditor.routes import queue as queues
from auditor.routes.grant import Sender
from auditor.routes.link import Subject, absence, called, last_segment, scope_words, seen
from auditor.routes.route import Link, State


def links(subscription: Subscription, topic: Topic, sender: Sender, inventory: Inventory) -> tuple[Link, ...]:
    """The links of the redrive queue: the queue, its policy, its key, its alarm."""
    value = subscription.dead_letter_queue
    subject = Subject("redrive-queue", "redrive queue")
    if isinstance(value, Unknown):
        return (subject.unknown("it is not told whether there is one", value),)
    if value.value is None:
        return (
            subject.weak(
                "there is none: what the endpoint refuses is discarded",
                absence(f"no RedrivePolicy on {called(subscription)}", subscription),
                fix=Fix(
                    "Set a RedrivePolicy with a standard queue of the same account and Region, whose policy allows"
                    f" {sender.principal} sqs:SendMessage for {sender.arn}."
                ),
            ),
        )
    reference = value.value
    misplaced = _misplaced(reference, subscription, topic)
    if misplaced is not None:
        return (misplaced,)
    found = queues.links("redrive-queue", reference, value, subscription, sender, inventory)
    queue = found[0].resource
    if not isinstance(queue, Queue) or found[0].state is State.BROKEN:
        return found
    return (*found, _alarm(queue, inventory))


def _misplaced(reference: Text, subscription: Subscription, topic: Topic) -> Link | None:
    """A link when the queue is certainly not in the subscription's account and Region."""
    parts = arns.parse(reference)
    if isinstance(parts, Unknown):
        return None
    owner = subscription.owner.value if isinstance(subscription.owner, Known) else topic.account
    for what, there, wanted in (
        ("Region", parts.value.region, topic.region),
        ("account", parts.value.account, owner),
    ):
        if there.equals(wanted) is Truth.FALSE:
            return Subject("redrive-queue", f"redrive queue {last_segment(reference)}").broken(
                f"the queue is in {what} {there}, the subscription in {wanted}; SNS needs both in one",
                seen(f"deadLetterTargetArn = {reference}", subscription.dead_letter_queue, subscription),
                fix=Fix(f"Set a queue in {what} {wanted}."),
            )
    return None


def _alarm(queue: Queue, inventory: Inventory) -> Link:
    subject = Subject("redrive-queue-alarm", "redrive queue alarm", queue)
    alarms = relations.alarms_on_queue(inventory, queue)
    watching = alarms.any(_acts)
    if watching is Truth.TRUE:
        alarm = next(item for item in alarms.items if _acts(item) is Truth.TRUE)
        return Subject(subject.name, f"redrive queue alarm {called(alarm)}", alarm).ok(
            "notifies when messages are in the queue", seen("actions are enabled", alarm.actions, alarm)
        )
    if watching is Truth.UNKNOWN:
        unread = [gap for alarm in alarms.items for gap in (alarm.actions, alarm.actions_enabled)]
        gaps = [gap for gap in unread if isinstance(gap, Unknown)]
        return subject.unknown("it is not told whether an alarm watches the queue", *gaps, *alarms.unknowns)
    return subject.absent(
        f"no alarm watches the queue{scope_words(queue)}", absence(f"no alarm on queue {called(queue)}", queue)
    )


def _acts(alarm: Alarm) -> Truth:
    """Whether the alarm does anything when it goes off."""
    enabled = Truth.of(alarm.actions_enabled.value) if isinstance(alarm.actions_enabled, Known) else Truth.UNKNOWN
    told = Truth.of(bool(alarm.actions.value)) if isinstance(alarm.actions, Known) else Truth.UNKNOWN
    return enabled & told
