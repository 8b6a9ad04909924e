"""Who refers to whom, by name: the relations and references that rules and routes ask for."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from auditor.model import arn as arns
from auditor.model import naming
from auditor.model.awslambda import Function, Permission
from auditor.model.cloudwatch import Alarm
from auditor.model.iam import Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.inventory import Inventory, Relation
from auditor.model.kms import Alias, Key
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.lookup import exists_with
from auditor.model.organizations import Organization, OrganizationPolicy, PolicyKind
from auditor.model.resource import Resource
from auditor.model.ses import (
    ConfigurationSet,
    EmailIdentity,
    EventDestination,
    IdentityPolicy,
    ReceiptRule,
)
from auditor.model.sns import Subscription, Topic, TopicPolicy
from auditor.model.sqs import Queue, QueuePolicy
from auditor.model.text import Text, text

R = TypeVar("R", bound=Resource)


class ServicePublisher(msgspec.Struct, frozen=True):
    """An AWS service that publishes to a topic because a resource tells it to.

    Attributes:
        service: the service principal that SNS and KMS see.
        resource: event destination, identity, receipt rule or alarm.
    """

    service: str
    resource: Resource


def topic_policies(inventory: Inventory, topic: Topic) -> Relation[TopicPolicy]:
    """The access policies of a topic (one, unless two templates declare one each)."""
    return inventory.related(TopicPolicy, topic, "topics", lambda policy: policy.topics)


def subscriptions(inventory: Inventory, topic: Topic) -> Relation[Subscription]:
    """The subscriptions of a topic, pending ones among them."""
    return inventory.related(Subscription, topic, "topic", lambda subscription: subscription.topic)


def topic(inventory: Inventory, reference: Text, near: Resource) -> Value[Topic | None]:
    """The topic with an ARN."""
    return inventory.find(Topic, reference, near)


def service_publishers(inventory: Inventory, topic: Topic) -> Relation[ServicePublisher]:
    """What makes an AWS service publish to a topic: event destinations, identities, receipt rules and alarms."""

    def of(
        service: str, kind: type[R], key: str, topics: Callable[[R], Value[Text | None] | Value[tuple[Text, ...]]]
    ) -> Relation[ServicePublisher]:
        found = inventory.related(kind, topic, key, topics)
        return Relation(
            (ServicePublisher(service, item) for item in found.items),
            found.complete,
            (ServicePublisher(service, item) for item in found.possible),
        )

    parts = (
        of("ses.amazonaws.com", EventDestination, "event-topic", lambda item: item.topic),
        of("ses.amazonaws.com", EmailIdentity, "bounce-topic", lambda item: item.bounce_topic),
        of("ses.amazonaws.com", EmailIdentity, "complaint-topic", lambda item: item.complaint_topic),
        of("ses.amazonaws.com", EmailIdentity, "delivery-topic", lambda item: item.delivery_topic),
        of("ses.amazonaws.com", ReceiptRule, "receipt-topics", _receipt_topics),
        of("cloudwatch.amazonaws.com", Alarm, "alarm-topics", lambda item: item.actions),
    )
    return Relation(
        dict.fromkeys(item for part in parts for item in part.items),
        next((part.complete for part in parts if isinstance(part.complete, Unknown)), parts[0].complete),
        dict.fromkeys(item for part in parts for item in part.possible),
    )


def _receipt_topics(rule: ReceiptRule) -> Value[tuple[Text, ...]]:
    """The topics of all actions; one that is not told is a hole."""
    if isinstance(rule.actions, Unknown):
        return rule.actions
    topics = [action.topic for action in rule.actions.value]
    told = (text(topic) if isinstance(topic, Unknown) else topic.value for topic in topics)
    return Known(tuple(topic for topic in told if topic is not None), rule.actions.origin)


def queue(inventory: Inventory, reference: Text, near: Resource) -> Value[Queue | None]:
    """The queue with an ARN."""
    return inventory.find(Queue, reference, near)


def queue_policies(inventory: Inventory, queue: Queue) -> Relation[QueuePolicy]:
    """The access policies of a queue; they name it by URL or by ARN."""
    return inventory.related(QueuePolicy, queue, "queues", lambda policy: policy.queues, names=naming.queue_names)


def alarms_on_queue(inventory: Inventory, queue: Queue) -> Relation[Alarm]:
    """The alarms on what waits in, or was sent to, a queue; they name it by its name."""
    return inventory.related(Alarm, queue, "queue-dimension", _watched_queue, names=naming.name)


_QUEUE_METRICS = frozenset(
    {"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage", "NumberOfMessagesSent"}
)


def _watched_queue(alarm: Alarm) -> Value[Text | None]:
    if alarm.namespace == Known(None):
        return Unknown(Cause.NOT_ASKED, f"what the alarm {alarm.address} computes from metrics is not read")
    for told, wanted in ((alarm.namespace, frozenset({"AWS/SQS"})), (alarm.metric, _QUEUE_METRICS)):
        if isinstance(told, Known) and told.value not in wanted:
            return Known(None, told.origin)
    return alarm.dimensions.map(lambda dimensions: dimensions.get("QueueName"))


def configuration_set(inventory: Inventory, name: Text, near: Resource) -> Value[ConfigurationSet | None]:
    """The configuration set with a name, in the account and Region of `near`."""
    return inventory.find(ConfigurationSet, name, near, by="name")


def event_destinations(inventory: Inventory, configuration_set: ConfigurationSet) -> Relation[EventDestination]:
    """The event destinations of a configuration set."""
    return inventory.related(
        EventDestination,
        configuration_set,
        "set",
        lambda destination: destination.configuration_set,
        names=naming.name,
    )


def identities_with_default(inventory: Inventory, configuration_set: ConfigurationSet) -> Relation[EmailIdentity]:
    """The identities whose default configuration set it is."""
    return inventory.related(
        EmailIdentity,
        configuration_set,
        "default-set",
        lambda identity: identity.configuration_set,
        names=naming.name,
    )


_MOST_ALIKE = 20
_MOST_LABELS = 127
"""Labels of a domain name at most: RFC 1035 gives it 255 bytes."""


def identities_above(inventory: Inventory, identity: EmailIdentity, domain: str) -> Relation[EmailIdentity]:
    """The identities of a domain and its parents in the account and Region of an identity, nearest first."""
    labels = domain.lower().split(".")[-_MOST_LABELS:]
    index = inventory.index(EmailIdentity, "name in its place", lambda item: [_in_place(item, item.name)])
    levels = [index.get(_in_place(identity, text(".".join(labels[start:]))), []) for start in range(len(labels) - 1)]
    found = [item for level in levels for item in level[:_MOST_ALIKE]]
    complete = inventory.completeness(EmailIdentity, identity)
    if any(len(level) > _MOST_ALIKE for level in levels):
        complete = Unknown(Cause.UNDECIDED, f"more than {_MOST_ALIKE} identities of one name are declared")
    return Relation(
        (item for item in found if exists_with(item, identity)),
        complete,
        (item for item in found if not exists_with(item, identity)),
    )


def _in_place(near: EmailIdentity, name: Text) -> Text:
    """A name, which does not depend on its case, together with the account and Region."""
    return text(near.account, "|", near.region, "|", name if name.literal is None else name.literal.lower())


def identity_policies(inventory: Inventory, identity: EmailIdentity) -> Relation[IdentityPolicy]:
    """The sending authorization policies of an identity."""
    return inventory.related(IdentityPolicy, identity, "identity", lambda policy: policy.identity, names=naming.name)


def key(inventory: Inventory, reference: Text, near: Resource) -> Value[Key | None]:
    """The KMS key that a key id, key ARN, alias name or alias ARN means, seen from a resource.

    The AWS managed keys (``alias/aws/…``) are found only where the inventory holds them: test for them first with
    `is_aws_managed_alias`.
    """
    alias = _alias_name(reference)
    if alias is not None:
        whole = arns.is_arn(reference)
        found = inventory.find(Alias, reference if whole else alias, near, by="arn" if whole else "name")
        if isinstance(found, Unknown):
            return found
        if found.value is None:
            return Known(None, found.origin)
        if found.value.uncertain is not None and not exists_with(found.value, near):
            return found.value.uncertain
        target = found.value.key
        if isinstance(target, Unknown):
            return target
        if _alias_name(target.value) is not None:
            return Unknown(
                Cause.FAILED, f"{alias} is of {target.value}, and KMS takes no alias of an alias", target.origin
            )
        return key(inventory, target.value, found.value)
    if arns.is_arn(reference):
        return inventory.find(Key, reference, near)
    return inventory.find(Key, reference, near, by="name")


def is_aws_managed_alias(reference: Text) -> bool:
    """Whether a key reference is certainly the alias of an AWS managed key (``alias/aws/sns``)."""
    alias = _alias_name(reference)
    literal = alias.literal if alias is not None else None
    return literal is not None and literal.startswith("alias/aws/")


def _alias_name(reference: Text) -> Text | None:
    if not reference.parts or not isinstance(reference.parts[0], str):
        return None
    if reference.parts[0].startswith("alias/"):
        return reference
    pieces = reference.split(":", 5)
    if pieces is not None and len(pieces) == 6:
        first = pieces[5].parts[0] if pieces[5].parts else ""
        if isinstance(first, str) and first.startswith("alias/"):
            return pieces[5]
    return None


def function(inventory: Inventory, reference: Text, near: Resource) -> Value[Function | None]:
    """The Lambda function with an ARN (a version or alias suffix is the same function)."""
    pieces = reference.split(":", 7)
    plain = reference
    if pieces is not None and len(pieces) == 8:
        plain = text(reference)
        qualifier = pieces[7]
        if qualifier.literal is not None and isinstance(reference.parts[-1], str):
            plain = text(*reference.parts[:-1], reference.parts[-1].removesuffix(f":{qualifier.literal}"))
    return inventory.find(Function, plain, near)


def permissions(inventory: Inventory, function: Function, qualified: Text | None = None) -> Relation[Permission]:
    """The statements of a function's resource policy; they name it by name or ARN.

    A version or alias has a policy of its own: `qualified` is its ARN.
    """
    wanted = naming.function_names(function) if qualified is None else naming.qualified_names(function, qualified)
    return inventory.related(
        Permission,
        function,
        "function",
        lambda permission: permission.function,
        names=naming.function_names,
        wanted=wanted,
    )


def managed_policy(inventory: Inventory, arn: Text, near: Resource) -> Value[ManagedPolicy | None]:
    """The managed policy with an ARN."""
    return inventory.find(ManagedPolicy, arn, near)


def groups_of(inventory: Inventory, user: User) -> tuple[Value[Group | None], ...]:
    """The groups a user is in; one Unknown when its membership is not told."""
    if isinstance(user.groups, Unknown):
        return (user.groups,)
    return tuple(inventory.find(Group, name, user, by="name") for name in user.groups.value)


def inline_policies(inventory: Inventory, principal: User | Role | Group) -> Relation[InlinePolicy]:
    """The policies embedded in a user, role or group."""
    match principal:
        case User():
            return inventory.related(InlinePolicy, principal, "users", lambda p: p.users, names=naming.name)
        case Role():
            return inventory.related(InlinePolicy, principal, "roles", lambda p: p.roles, names=naming.name)
        case Group():
            return inventory.related(InlinePolicy, principal, "groups", lambda p: p.groups, names=naming.name)


def declared_attachments(inventory: Inventory, principal: User | Role | Group) -> Relation[ManagedPolicy]:
    """The managed policies that name a user, role or group in their own declaration."""
    match principal:
        case User():
            return inventory.related(ManagedPolicy, principal, "m-users", lambda p: p.users, names=naming.name)
        case Role():
            return inventory.related(ManagedPolicy, principal, "m-roles", lambda p: p.roles, names=naming.name)
        case Group():
            return inventory.related(ManagedPolicy, principal, "m-groups", lambda p: p.groups, names=naming.name)


def policies(inventory: Inventory, principal: User | Role | Group) -> tuple[Value[InlinePolicy | ManagedPolicy], ...]:
    """The policies of a principal, those of a user's groups among them; an Unknown for each that is not told."""
    found: list[Value[InlinePolicy | ManagedPolicy]] = []
    for relation in (inline_policies(inventory, principal), declared_attachments(inventory, principal)):
        found.extend(map(Known, relation.items))
        found.extend(relation.unknowns)
    if isinstance(principal.managed_policies, Unknown):
        found.append(principal.managed_policies)
    else:
        for arn in principal.managed_policies.value:
            policy = managed_policy(inventory, arn, principal)
            if isinstance(policy, Unknown):
                found.append(policy)
            elif policy.value is None:
                found.append(Unknown(Cause.FAILED, f"the managed policy {arn} does not exist"))
            else:
                found.append(Known(policy.value))
    if isinstance(principal, User):
        for group in groups_of(inventory, principal):
            if isinstance(group, Unknown):
                found.append(group)
            elif group.value is not None:
                found.extend(policies(inventory, group.value))
    return tuple(dict.fromkeys(found))


def organization(inventory: Inventory, account: Text) -> Value[Organization | None]:
    """The organization that an account is in; Unknown where no organization that was read has the account."""
    index = inventory.index(Organization, "members", _members)
    found = index.get(account)
    if found:
        return Known(found[0])
    return Unknown(Cause.ELSEWHERE, f"the organization of account {account} was not read")


def _members(item: Organization) -> list[Text]:
    below = {} if isinstance(item.parents, Unknown) else item.parents.value
    return [item.account, *(text(name) for name in below if name.isdigit() and text(name) != item.account)]


def control_policies(
    inventory: Inventory, account: Text, kind: PolicyKind
) -> Value[tuple[tuple[OrganizationPolicy, ...], ...]]:
    """The control policies over an account, one tuple per level from the root down to the account.

    There are none over the management account, and none of a kind that is not turned on.

    Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    """
    found = organization(inventory, account)
    if isinstance(found, Unknown):
        return found
    owner = found.value
    if owner is None or owner.account == account:
        return Known(())
    if isinstance(owner.enabled, Known) and kind not in owner.enabled.value:
        return Known((), owner.enabled.origin)
    path = organization_path(owner, account.literal or "")
    if isinstance(path, Unknown):
        return path
    attached = _attached(inventory, owner, kind)
    if isinstance(attached, Unknown):
        return attached
    return Known(tuple(attached.value.get(place, ()) for place in path.value))


def organization_path(owner: Organization, account: str) -> Value[tuple[str, ...]]:
    """The ids from the root down to an account, both included."""
    if isinstance(owner.parents, Unknown):
        return owner.parents
    path = [account]
    while path[-1] in owner.parents.value:
        above = owner.parents.value[path[-1]]
        if above in path:
            return Unknown(Cause.FAILED, f"the units of {owner.name} are nested in a circle")
        path.append(above)
    if isinstance(owner.root, Known) and path[-1] != owner.root.value:
        return Unknown(Cause.FAILED, f"{path[-1]} of {owner.name} is below no root")
    return Known(tuple(reversed(path)))


def _attached(
    inventory: Inventory, owner: Organization, kind: PolicyKind
) -> Value[dict[str, tuple[OrganizationPolicy, ...]]]:
    """The policies of a kind of an organization, by what they are attached to."""
    found: dict[str, tuple[OrganizationPolicy, ...]] = {}
    index = inventory.index(OrganizationPolicy, "organization", lambda item: [text(item.organization)])
    for policy in index.get(owner.name, ()):
        if policy.kind is not kind:
            continue
        if isinstance(policy.targets, Unknown):
            return policy.targets
        for target in policy.targets.value:
            found[target] = (*found.get(target, ()), policy)
    return Known(found)
