"""What stands at the end of a subscription, protocol by protocol."""

import msgspec

from auditor.finding import Fix
from auditor.model import relations
from auditor.model.awslambda import Function
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Unknown
from auditor.model.sns import Subscription
from auditor.model.text import Text
from auditor.routes import delivery, queue, role
from auditor.routes.grant import Attached, Sender, Target, missing
from auditor.routes.link import Subject, called, doubt, last_segment, seen
from auditor.routes.route import Grade, Link

PEOPLE = frozenset({"email", "email-json", "sms", "application"})
"""Protocols whose messages a person reads."""


class End(msgspec.Struct, frozen=True):
    """The links of an endpoint, and the grade of what arrives there."""

    links: tuple[Link, ...]
    carries: Grade


def end(subscription: Subscription, protocol: str, sender: Sender, inventory: Inventory) -> End:
    """The end of a subscription.

    Args:
        subscription: with its endpoint.
        protocol: the subscription's.
        sender: SNS, acting for the topic.
        inventory: where queues, functions and roles are.
    """
    carries = Grade.EMAIL_ONLY if protocol in PEOPLE else Grade.PROGRAMMATIC
    return End(_links(subscription, protocol, sender, inventory), carries)


def _links(subscription: Subscription, protocol: str, sender: Sender, inventory: Inventory) -> tuple[Link, ...]:
    value = subscription.endpoint
    subject = Subject("endpoint", f"{protocol} endpoint")
    if isinstance(value, Unknown):
        return (subject.unknown("the endpoint is not told", value),)
    if value.value is None:
        return (subject.unknown("the endpoint is not told", Unknown(Cause.NOT_ASKED, "no endpoint was read")),)
    endpoint = value.value
    told = seen(f"endpoint = {endpoint}", value, subscription)
    subject = Subject("endpoint", f"{protocol} endpoint {endpoint}")
    match protocol:
        case "sqs":
            return queue.links("endpoint", endpoint, value, subscription, sender, inventory)
        case "lambda":
            return _function(subscription, endpoint, sender, inventory)
        case "firehose":
            stream = subject.ok("writes to a delivery stream", told, assumptions=(role.STREAM_UNREAD,))
            action = "firehose:PutRecordBatch"
            return (stream, *role.links(subscription.role, subscription, sender, action, endpoint, inventory))
        case "https":
            return (subject.ok("posts over TLS", told, assumptions=("the endpoint answers; it was not called",)),)
        case "http":
            return (
                subject.weak(
                    "posts recipients' addresses in clear text",
                    told,
                    fix=Fix("Subscribe an https endpoint.", locks_out=("A receiver that has no certificate.",)),
                ),
            )
        case _ if protocol in PEOPLE:
            return (subject.ok("a person reads it", told, assumptions=("somebody reads what arrives there",)),)
        case _:
            why = Unknown(Cause.UNDECIDED, f"this version does not know the protocol {protocol}")
            return (subject.unknown("the protocol is not known", why),)


def _function(subscription: Subscription, endpoint: Text, sender: Sender, inventory: Inventory) -> tuple[Link, ...]:
    value = subscription.endpoint
    subject = Subject("endpoint", last_segment(endpoint).replace("function:", "function ", 1))
    found = relations.function(inventory, endpoint, subscription)
    if isinstance(found, Unknown):
        return (subject.unknown("the function is not known", found),)
    shown = seen(f"endpoint = {endpoint}", value, subscription)
    if found.value is None:
        return (
            subject.broken(
                "no such function exists", shown, fix=Fix(f"Set an existing function on {called(subscription)}.")
            ),
        )
    function = found.value
    subject = Subject("endpoint", f"function {called(function)}", function)
    unsure = doubt(function, subscription)
    exists = (
        subject.ok("exists", shown) if unsure is None else subject.unknown("it is not told whether it exists", unsure)
    )
    return exists, _permission(function, endpoint, sender, inventory)


def _permission(function: Function, endpoint: Text, sender: Sender, inventory: Inventory) -> Link:
    subject = Subject("endpoint-policy", "function policy", function)
    target = Target(("lambda:InvokeFunction",), endpoint, function.account)
    qualified = endpoint if function.arn is not None and endpoint != function.arn else None
    permissions = relations.permissions(inventory, function, qualified)
    gaps = permissions.unknowns
    if qualified is not None and not function.is_declared:
        gaps = (*gaps, Unknown(Cause.NOT_ASKED, f"the permissions of {last_segment(endpoint)} alone are not read"))
    if not permissions.items and not gaps:
        return missing(subject, sender, target, function, f"no permission on function {called(function)}")
    documents = tuple((permission, permission.document) for permission in permissions.items)
    fix = Fix(f"Add a permission: {sender.principal} may lambda:InvokeFunction when aws:SourceArn is {sender.arn}.")
    attached = Attached(documents, gaps, additive=True)
    return delivery.link(subject, sender, target, function.region, attached, fix)
