"""Whether a service can take a role and the role may write to the delivery stream behind it."""

from auditor import iam
from auditor.finding import Evidence, Fix
from auditor.iam.decision import Effect
from auditor.model.iam import Role
from auditor.model.inventory import Inventory
from auditor.model.known import Unknown, Value
from auditor.model.resource import Resource
from auditor.model.text import Text
from auditor.routes.grant import Attached, Sender, Target, judge
from auditor.routes.link import Subject, arn_of, doubt, last_segment, seen
from auditor.routes.route import Link, State

STREAM_UNREAD = "the delivery stream exists and accepts records; streams are not read"


def links(
    reference: Value[Text | None],
    holder: Resource,
    sender: Sender,
    action: str,
    stream: Text,
    inventory: Inventory,
) -> tuple[Link, ...]:
    """The link of a role that a service takes to write to a stream.

    Args:
        reference: ARN of the role as `holder` names it.
        holder: the event destination or subscription.
        sender: the service that takes the role.
        action: what it then does to the stream.
        stream: ARN of the stream.
        inventory: where roles and their policies are.
    """
    subject = Subject("role", "role")
    if isinstance(reference, Unknown):
        return (subject.unknown("the role is not told", reference),)
    if reference.value is None:
        return (
            subject.broken(
                f"none is set, and {sender.label} writes to a delivery stream only through a role",
                seen("role = none", reference, holder),
                fix=Fix(f"Set a role that {sender.principal} can take and that allows {action} on the stream."),
            ),
        )
    subject = Subject("role", last_segment(reference.value).replace("role/", "role ", 1))
    found = inventory.find(Role, reference.value, holder)
    if isinstance(found, Unknown):
        return (subject.unknown("the role is not known", found),)
    if found.value is None:
        return (
            subject.broken(
                "no such role exists",
                seen(f"role = {reference.value}", reference, holder),
                fix=Fix("Set an existing role."),
            ),
        )
    role = found.value
    subject = Subject("role", subject.title, role)
    unsure = doubt(role, holder)
    if unsure is not None:
        return (subject.unknown("it is not told whether it exists", unsure),)
    trust = judge(
        subject,
        sender,
        Target(("sts:AssumeRole",), arn_of(role), role.account),
        Attached(((role, role.trust),), ()),
    )
    return (trust if trust.state is not State.OK else _may_write(subject, role, action, stream, trust, inventory),)


def _may_write(subject: Subject, role: Role, action: str, stream: Text, trust: Link, inventory: Inventory) -> Link:
    decision = iam.can(role, action, stream, inventory)
    shown = tuple(Evidence("statement", reason.text, reason.location) for reason in decision.because)
    match decision.effect:
        case Effect.ALLOW:
            return subject.ok(
                f"{trust.message}; the role may {action} on the stream",
                *trust.evidence,
                *shown,
                assumptions=(*trust.assumptions, *decision.assumptions),
            )
        case Effect.UNKNOWN:
            return subject.unknown(
                f"it is not decided whether the role may {action} on the stream", *decision.unknowns, evidence=shown
            )
        case _:
            return subject.broken(
                f"the role may not {action} on {stream}",
                *shown,
                fix=Fix(f"Allow {action} on {stream} in a policy of the role."),
            )
