"""From a topic to whoever is subscribed to it: confirmation, filter, endpoint, redrive queue.

Source: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
"""

from auditor.finding import Evidence, Fix
from auditor.model import arn as arns
from auditor.model import relations
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.policy import Document
from auditor.model.sns import Subscription, Topic
from auditor.routes import endpoint, filters, redrive
from auditor.routes.filters import Judgement, Notification
from auditor.routes.grant import Sender
from auditor.routes.link import (
    Leg,
    Subject,
    absence,
    arn_of,
    as_told,
    called,
    cut_short,
    scope_words,
    seen,
    undecided_legs,
    why_possible,
)
from auditor.routes.route import Grade, Link

_CONFIRMED_BY_RECEIVER = frozenset({"http", "https", "email", "email-json"})
_ENDPOINTS_WITH_ARN = frozenset({"sqs", "lambda", "firehose"})
_LATER = Unknown(Cause.NOT_YET, "whether the receiver confirms shows only after the deployment")


def legs(topic: Topic, notification: Notification, inventory: Inventory) -> tuple[Leg, ...]:
    """One leg per subscription of a topic; a single undecided or broken one when none is told."""
    relation = relations.subscriptions(inventory, topic)
    found = [_leg(item, topic, notification, inventory) for item in relation.items]
    possible = [
        (Subject("subscription", f"subscription {item.address}", item), why_possible(item, item.topic))
        for item in relation.possible
    ]
    found.extend(undecided_legs(possible, "this topic"))
    if isinstance(relation.complete, Unknown) and not any(leg.grade is Grade.PROGRAMMATIC for leg in found):
        link = Subject("subscription", "subscriptions").unknown("not all of them were read", relation.complete)
        found.append(cut_short(link))
    if found:
        return tuple(found)
    none = Subject("subscription", "subscription", topic).broken(
        f"the topic has none{scope_words(topic)}, so nobody receives what is published",
        absence(f"no subscription to topic {called(topic)}", topic),
        fix=Fix("Subscribe the queue or function that handles bounces and complaints."),
        confidence=as_told(topic),
    )
    return (Leg((none,), Grade.PROGRAMMATIC),)


def _leg(item: Subscription, topic: Topic, notification: Notification, inventory: Inventory) -> Leg:
    if isinstance(item.protocol, Unknown):
        link = Subject("subscription", f"subscription {item.address}", item).unknown(
            "its protocol is not told", item.protocol
        )
        return cut_short(link)
    protocol = item.protocol.value
    sender = Sender(
        principal="sns.amazonaws.com",
        label="SNS",
        account=topic.account,
        region=topic.region,
        arn=arn_of(topic),
        source=f"topic {called(topic)}",
        names_account=False,
        tells_kms=True,
    )
    end = endpoint.end(item, protocol, sender, inventory)
    links = (_confirmed(item, protocol, topic), _filter(item, notification), *end.links)
    if protocol not in endpoint.PEOPLE:
        links = (*links, *redrive.links(item, topic, sender, inventory))
    return Leg(links, end.carries)


def _confirmed(item: Subscription, protocol: str, topic: Topic) -> Link:
    subject = Subject("subscription", f"{protocol} subscription", item)
    if isinstance(item.pending, Known):
        shown = seen(f"PendingConfirmation = {str(item.pending.value).lower()}", item.pending, item)
        if item.pending.value:
            return subject.broken(
                "it is pending: the receiver has not confirmed it, and gets nothing until then",
                shown,
                fix=Fix("Subscribe again and confirm within two days, or delete the subscription."),
            )
        if isinstance(item.confirmation_authenticated, Known) and not item.confirmation_authenticated.value:
            return _unauthenticated(subject, item, protocol)
        return subject.ok("is confirmed", shown)
    if _needs_confirmation(item, protocol, topic) is Truth.FALSE:
        return subject.ok("needs no confirmation", seen(f"protocol = {protocol}", item.protocol, item))
    why = item.pending if item.pending.cause is not Cause.NOT_ASKED else _LATER
    return subject.unknown("the receiver must confirm it first", why)


def _unauthenticated(subject: Subject, item: Subscription, protocol: str) -> Link:
    shown = seen("ConfirmationWasAuthenticated = false", item.confirmation_authenticated, item)
    if protocol not in _CONFIRMED_BY_RECEIVER:
        return subject.ok("is confirmed", shown)
    return subject.weak(
        "is confirmed, but without authentication: whoever sees a message can unsubscribe the receiver with its link",
        shown,
        fix=Fix("Subscribe again and confirm with AuthenticateOnUnsubscribe = true."),
    )


def _needs_confirmation(item: Subscription, protocol: str, topic: Topic) -> Truth:
    """Receivers outside AWS confirm, and so do endpoints in other accounts."""
    if protocol in _CONFIRMED_BY_RECEIVER:
        return Truth.TRUE
    if protocol not in _ENDPOINTS_WITH_ARN:
        return Truth.FALSE
    if isinstance(item.endpoint, Unknown) or item.endpoint.value is None:
        return Truth.UNKNOWN
    parts = arns.parse(item.endpoint.value)
    return ~parts.value.account.equals(topic.account) if isinstance(parts, Known) else Truth.UNKNOWN


def _filter(item: Subscription, notification: Notification) -> Link:
    subject = Subject("filter", "filter policy", item)
    policy = item.filter_policy
    if isinstance(policy, Unknown):
        return subject.unknown("it is not told whether there is one", policy)
    if policy.value is None:
        return subject.ok("there is none: everything passes", seen("FilterPolicy = none", policy, item))
    judged = _judged(item, policy.value, notification)
    shown = seen(f"FilterPolicy on {judged.blocker or 'nothing'}", policy, item)
    if judged.location.path:
        shown = Evidence("attribute", shown.text, judged.location)
    what = f"{notification.type_value} notifications"
    match judged.passes:
        case Truth.TRUE:
            return subject.ok(f"lets {what} pass", shown)
        case Truth.FALSE:
            return subject.broken(
                f"drops all {what}: {_why_dropped(item, judged, notification)}",
                shown,
                fix=Fix(
                    f'Remove the filter, or set FilterPolicyScope to MessageBody and filter on {{"'
                    f'{notification.type_key}": ["Bounce", "Complaint"]}}.',
                    locks_out=("A receiver that relied on the filter gets more messages.",),
                ),
            )
        case Truth.UNKNOWN:
            return subject.unknown(f"it is not decided whether {what} pass", *judged.unknowns, evidence=(shown,))


def _judged(item: Subscription, policy: Document, notification: Notification) -> Judgement:
    scope = item.filter_scope
    scopes = (scope.value,) if isinstance(scope, Known) else ("MessageAttributes", "MessageBody")
    answers = [
        filters.by_body(policy.root, notification) if name == "MessageBody" else filters.by_attributes(policy.root)
        for name in scopes
    ]
    if isinstance(scope, Known) or len({answer.passes for answer in answers}) == 1:
        return answers[0]
    return Judgement(Truth.UNKNOWN, answers[0].blocker, answers[0].location, (scope,))


def _why_dropped(item: Subscription, judged: Judgement, notification: Notification) -> str:
    if isinstance(item.filter_scope, Known) and item.filter_scope.value == "MessageBody":
        return f"their {judged.blocker} does not match" + (
            f" ({notification.type_key} is {notification.type_value})"
            if judged.blocker == notification.type_key
            else f" (their body has {notification.type_key} = {notification.type_value} and no such key)"
        )
    return f"it asks for the attribute {judged.blocker}, and SES sends no message attributes"
