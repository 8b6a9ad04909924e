"""Whether SNS can deliver messages of a topic to a queue: as endpoint of a subscription, or as its redrive queue."""

from auditor.finding import Fix
from auditor.model import relations
from auditor.model.inventory import Inventory
from auditor.model.known import Known, Truth, Unknown, Value
from auditor.model.resource import Resource
from auditor.model.sqs import Queue
from auditor.model.text import Text
from auditor.routes import delivery, key
from auditor.routes.grant import Sender, Target, attached, missing
from auditor.routes.link import Subject, arn_of, called, doubt, last_segment, seen
from auditor.routes.route import Link


def links(
    name: str, reference: Text, value: Value[object], holder: Resource, sender: Sender, inventory: Inventory
) -> tuple[Link, ...]:
    """The links of a queue that a topic delivers to: the queue, its policy, its key.

    Args:
        name: ``endpoint`` or ``redrive-queue``; the other links are named after it.
        reference: ARN of the queue.
        value: the attribute of `holder` that holds it, for evidence.
        holder: the subscription.
        sender: SNS, acting for the topic.
        inventory: where queues are.
    """
    noun = "queue" if name == "endpoint" else "redrive queue"
    subject = Subject(name, f"{noun} {last_segment(reference)}")
    shown = seen(f"{name} = {reference}", value, holder)
    found = relations.queue(inventory, reference, holder)
    if isinstance(found, Unknown):
        if reference.endswith(".fifo") is Truth.TRUE:
            return (_fifo(subject, reference, value, holder),)
        return (subject.unknown("the queue is not known", found),)
    if found.value is None:
        return (
            subject.broken(
                "no such queue exists", shown, fix=Fix(f"Create the queue or set an existing one on {called(holder)}.")
            ),
        )
    queue = found.value
    subject = Subject(name, f"{noun} {called(queue)}", queue)
    return (
        _existing(subject, queue, reference, value, holder),
        _policy(name, queue, sender, inventory),
        key.link(f"{name}-key", queue.kms_key, queue, sender, inventory),
    )


def _existing(subject: Subject, queue: Queue, reference: Text, value: Value[object], holder: Resource) -> Link:
    if isinstance(queue.fifo, Known) and queue.fifo.value:
        return _fifo(subject, reference, value, holder)
    if isinstance(queue.fifo, Unknown) and reference.endswith(".fifo") is not Truth.FALSE:
        return subject.unknown("it is not told whether it is a FIFO queue", queue.fifo)
    unsure = doubt(queue, holder)
    if unsure is not None:
        return subject.unknown("it is not told whether it exists", unsure)
    return subject.ok("exists", seen(f"{subject.name} = {reference}", value, holder))


def _fifo(subject: Subject, reference: Text, value: Value[object], holder: Resource) -> Link:
    return subject.broken(
        "it is a FIFO queue, and a standard topic delivers to standard queues only",
        seen(f"{subject.name} = {reference}", value, holder),
        fix=Fix(f"Set a standard queue on {called(holder)}."),
    )


def _policy(name: str, queue: Queue, sender: Sender, inventory: Inventory) -> Link:
    subject = Subject(f"{name}-policy", "queue policy" if name == "endpoint" else "redrive queue policy", queue)
    target = Target(("sqs:SendMessage",), arn_of(queue), queue.account)
    policies = relations.queue_policies(inventory, queue)
    if not policies.items and not policies.unknowns:
        return missing(subject, sender, target, queue, f"no policy on queue {called(queue)}")
    return delivery.link(subject, sender, target, queue.region, attached(policies))
