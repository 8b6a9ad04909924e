"""What a rule may ask. One `Questions` is made per audit; every answer is computed once."""

from collections.abc import Callable, Mapping
from datetime import date
from itertools import islice
from typing import TypeVar

from auditor import iam, routes
from auditor.finding import Confidence
from auditor.iam.decision import Audience, Decision, Grant
from auditor.iam.document import Policy
from auditor.model import arn as arns
from auditor.model import relations
from auditor.model.iam import Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.inventory import Inventory, Relation
from auditor.model.kms import Key
from auditor.model.known import Cause, Known, Truth, Unknown, Value
from auditor.model.origin import How
from auditor.model.policy import Document
from auditor.model.resource import Resource
from auditor.model.ses import ConfigurationSet, EmailIdentity, EventDestination, IdentityPolicy
from auditor.model.sns import Subscription, Topic, TopicPolicy
from auditor.model.sqs import Queue
from auditor.model.text import Symbol, Text, text
from auditor.routes import senders
from auditor.routes.route import Event, Grade, Link, Route

T = TypeVar("T")
_MOST_GRANTS = 10_000
"""Statements times topics of one policy. SNS takes 100 statements."""
Parameters = Mapping[str, str | int | bool | tuple[str, ...]]


class Questions:
    """Answers about an inventory, memoised.

    Attributes:
        inventory: all resources and their relations.
        today: the date that ages and expiries are counted from.
    """

    def __init__(
        self,
        inventory: Inventory,
        today: date,
        parameters: Parameters | None = None,
        memory: dict[object, object] | None = None,
    ) -> None:
        self.inventory = inventory
        self.today = today
        self._parameters: Parameters = parameters or {}
        self._memory: dict[object, object] = {} if memory is None else memory

    def with_parameters(self, parameters: Parameters) -> "Questions":
        """The same questions, seen by a rule with its own parameters; the memory is shared."""
        return Questions(self.inventory, self.today, parameters, self._memory)

    def parameter(self, name: str) -> str | int | bool | tuple[str, ...]:
        """The value of a parameter that the rule declares."""
        return self._parameters[name]

    def _once(self, key: object, answer: Callable[[], T]) -> T:
        if key not in self._memory:
            self._memory[key] = answer()
        return self._memory[key]  # type: ignore[return-value]  # the key names the answer's type

    # ── relations ──────────────────────────────────────────────────────────────────────────────────────────────────

    def topic_policies(self, topic: Topic) -> Relation[TopicPolicy]:
        """The access policies of a topic."""
        return relations.topic_policies(self.inventory, topic)

    def subscriptions(self, topic: Topic) -> Relation[Subscription]:
        """The subscriptions of a topic."""
        return relations.subscriptions(self.inventory, topic)

    def topic(self, reference: Text, near: Resource) -> Value[Topic | None]:
        """The topic with an ARN."""
        return relations.topic(self.inventory, reference, near)

    def service_publishers(self, topic: Topic) -> Relation[relations.ServicePublisher]:
        """What makes an AWS service publish to a topic."""
        return relations.service_publishers(self.inventory, topic)

    def queue(self, reference: Text, near: Resource) -> Value[Queue | None]:
        """The queue with an ARN."""
        return relations.queue(self.inventory, reference, near)

    def key(self, reference: Text, near: Resource) -> Value[Key | None]:
        """The KMS key that an id, ARN or alias means."""
        return relations.key(self.inventory, reference, near)

    def configuration_set(self, name: Text, near: Resource) -> Value[ConfigurationSet | None]:
        """The configuration set with a name."""
        return relations.configuration_set(self.inventory, name, near)

    def event_destinations(self, configuration_set: ConfigurationSet) -> Relation[EventDestination]:
        """The event destinations of a configuration set."""
        return relations.event_destinations(self.inventory, configuration_set)

    def identities_with_default(self, configuration_set: ConfigurationSet) -> Relation[EmailIdentity]:
        """The identities whose default configuration set it is."""
        return relations.identities_with_default(self.inventory, configuration_set)

    def identities_above(self, identity: EmailIdentity, domain: str) -> Relation[EmailIdentity]:
        """The identities of a domain and its parents where an identity is, nearest first."""
        return relations.identities_above(self.inventory, identity, domain)

    def identity_policies(self, identity: EmailIdentity) -> Relation[IdentityPolicy]:
        """The sending authorization policies of an identity."""
        return relations.identity_policies(self.inventory, identity)

    def inline_policies(self, principal: User | Role | Group) -> Relation[InlinePolicy]:
        """The policies embedded in a user, role or group."""
        return relations.inline_policies(self.inventory, principal)

    def policies_of(self, principal: User | Role | Group) -> tuple[Value[InlinePolicy | ManagedPolicy], ...]:
        """The policies of a principal and of a user's groups; an Unknown for each that is not told."""
        return relations.policies(self.inventory, principal)

    def managed_policy(self, arn: Text, near: Resource) -> Value[ManagedPolicy | None]:
        """The managed policy with an ARN."""
        return relations.managed_policy(self.inventory, arn, near)

    # ── policies ───────────────────────────────────────────────────────────────────────────────────────────────────

    def policy(self, document: Document) -> Policy:
        """The statements of a policy document."""
        return iam.parse(document)

    def identity_policy(self, policy: ManagedPolicy | InlinePolicy) -> Policy:
        """The statements of a managed or inline policy; one that is open when the document is not told."""
        document = policy.document
        return iam.unread(document) if isinstance(document, Unknown) else iam.parse(document.value)

    def exposure(
        self, document: Document, resource: Text, owner: Text, resource_type: str = "", actions: tuple[str, ...] = ()
    ) -> Audience:
        """Who a resource policy lets in.

        Args:
            document: the policy.
            resource: ARN of the resource it is on.
            owner: account that owns the resource.
            resource_type: its CloudFormation type name.
            actions: who may do one of these; without any, who may do anything.
        """
        key = ("exposure", document, resource, owner, resource_type, actions)
        return self._once(
            key,
            lambda: iam.exposure(iam.parse(document), resource, owner, resource_type=resource_type, actions=actions),
        )

    def grants(self, policy: TopicPolicy | IdentityPolicy, *actions: str) -> tuple[Grant, ...]:
        """What the statements of a policy give to whom, for each topic or identity it is on.

        Args:
            policy: of topics or of an identity.
            actions: in full: only what they give of these; without any, of all.
        """
        if isinstance(policy.document, Unknown):
            return ()
        document = policy.document.value
        if isinstance(policy, IdentityPolicy):
            on = {self._identity_arn(policy): policy.account}
        elif isinstance(policy.topics, Unknown):
            on = {text(policy.topics): policy.account}
        else:
            on = {topic: _owner(topic, policy) for topic in policy.topics.value}
            most = max(1, _MOST_GRANTS // max(1, len(self.policy(document).statements)))
            if len(on) > most:
                many = Unknown(Cause.UNDECIDED, f"{policy.address} is on {len(on)} topics: not all are judged")
                on = {**dict(islice(on.items(), most)), text(many): policy.account}
        kind = EmailIdentity.type_name if isinstance(policy, IdentityPolicy) else Topic.type_name
        return tuple(grant for arn, owner in on.items() for grant in self._grants(document, arn, owner, kind, actions))

    def _grants(
        self, document: Document, resource: Text, owner: Text, kind: str, actions: tuple[str, ...]
    ) -> tuple[Grant, ...]:
        found = self.exposure(document, resource, owner, kind).grants
        if not actions:
            return found
        if any(grant.uneven for grant in found):
            return self.exposure(document, resource, owner, kind, actions).grants
        # Elsewhere a statement lets the same callers do all that it allows.
        return tuple(grant for grant in found if grant.allows(*actions) is not Truth.FALSE)

    def untold(self, policy: TopicPolicy | IdentityPolicy | ManagedPolicy | InlinePolicy) -> tuple[Unknown, ...]:
        """Why a policy may have statements that are not told."""
        document = policy.document
        return (document,) if isinstance(document, Unknown) else self.policy(document.value).open

    def _identity_arn(self, policy: IdentityPolicy) -> Text:
        if isinstance(policy.identity, Unknown):
            return text(policy.identity)
        found = self.inventory.find(EmailIdentity, policy.identity.value, policy, by="name")
        identity = found.value if isinstance(found, Known) else None
        if identity is not None and identity.arn is not None:
            return identity.arn
        return text(
            "arn:",
            Symbol("partition", policy.deployment),
            ":ses:",
            policy.region,
            ":",
            policy.account,
            ":identity/",
            policy.identity.value,
        )

    def can(self, principal: User | Role, action: str, resource: Text) -> Decision:
        """Whether a principal's own policies, boundary included, allow an action."""
        key = ("can", type(principal), principal.deployment, principal.address, action, resource)
        return self._once(key, lambda: iam.can(principal, action, resource, self.inventory))

    def topic_key(self, topic: Topic, publisher: relations.ServicePublisher) -> Link:
        """Whether a service can use a topic's key to publish for a resource."""
        return senders.key_link(topic, publisher, self.inventory)

    # ── mail path ──────────────────────────────────────────────────────────────────────────────────────────────────

    def routes(self, publisher: EmailIdentity | ConfigurationSet, event: Event) -> tuple[Route, ...]:
        """Every way an event of an identity or configuration set can take."""
        key = ("routes", publisher.type_name, publisher.deployment, publisher.address, event)
        return self._once(key, lambda: routes.trace(publisher, event, self.inventory, self._memory))

    def grade(self, publisher: EmailIdentity | ConfigurationSet, event: Event) -> Grade:
        """How an event of an identity or configuration set is handled, over all its routes."""
        return routes.grade(self.routes(publisher, event))

    # ── confidence ─────────────────────────────────────────────────────────────────────────────────────────────────

    @staticmethod
    def confidence(resource: Resource, *values: Value[object]) -> Confidence:
        """HIGH, or MEDIUM when the conclusion rests on something that could be attached from outside the input."""
        rests_on_absence = any(isinstance(value, Known) and value.origin.how is How.ABSENT for value in values)
        return Confidence.MEDIUM if resource.is_declared and rests_on_absence else Confidence.HIGH

    @staticmethod
    def why(*values: Value[object]) -> tuple[Unknown, ...]:
        """The unknown ones among values, each once: what an undecided verdict names."""
        return tuple(dict.fromkeys(value for value in values if isinstance(value, Unknown)))


def _owner(topic: Text, policy: TopicPolicy) -> Text:
    """The account in the topic's ARN; that of the policy when it is not told."""
    parts = arns.parse(topic)
    return policy.account if isinstance(parts, Unknown) else parts.value.account
