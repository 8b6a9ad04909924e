"""Amazon SNS: topics, their policies and subscriptions."""

from collections.abc import Iterator

from auditor.model import arn as arns
from auditor.model.inventory import AnyResource
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.origin import How, Origin
from auditor.model.policy import Document, Gap, Leaf, Mapping
from auditor.model.sns import Subscription, Topic, TopicPolicy
from auditor.model.text import Text, text
from auditor.sources.cloudformation.declared import Declared, Identity, Mapper
from auditor.sources.cloudformation.properties import Properties, items_of
from auditor.sources.cloudformation.resolved import text_of
from auditor.sources.cloudformation.secrets import without_credentials

_DEFAULT_MESSAGE_BYTES = 262_144


def _topic(declared: Declared) -> Iterator[AnyResource]:
    properties = declared.properties
    yield Topic(
        **declared.identity(),
        kms_key=properties.key("KmsMasterKeyId"),
        fifo=properties.boolean("FifoTopic", default=False),
        signature_version=properties.word("SignatureVersion", "1"),
        tracing=properties.word("TracingConfig", "PassThrough"),
        display_name=properties.text("DisplayName", None),
        feedback_roles=_feedback_roles(declared),
        delivery_policy=Known(None, declared.absent()),
        data_protection_policy=properties.optional_document("DataProtectionPolicy"),
        archive_policy=properties.optional_document("ArchivePolicy"),
        content_based_deduplication=properties.boolean("ContentBasedDeduplication", default=False),
        max_message_size=properties.integer("MaximumMessageSize", _DEFAULT_MESSAGE_BYTES),
    )
    yield from _inline_subscriptions(declared)


def _feedback_roles(declared: Declared) -> Value[tuple[str, ...]]:
    """The protocols whose failures are logged: ``http/s`` is HTTP."""
    node = declared.properties.node("DeliveryStatusLogging")
    if node is None:
        return Known((), declared.default())
    protocols: list[str] = []
    for item in items_of(node):
        logging = Properties(item, item.at)
        role = logging.text("FailureFeedbackRoleArn", None)
        protocol = logging.required_word("Protocol")
        if isinstance(role, Unknown) and not logging.has("FailureFeedbackRoleArn"):
            return role
        if isinstance(protocol, Unknown):
            return protocol
        if logging.has("FailureFeedbackRoleArn"):
            protocols.append(protocol.value.upper().removesuffix("/S"))
    return Known(tuple(protocols), Origin(How.WRITTEN, node.at))


def _inline_subscriptions(declared: Declared) -> Iterator[Subscription]:
    node = declared.properties.node("Subscription")
    topic = Known(declared.arn or declared.name, Origin(How.WRITTEN, declared.properties.place("Subscription")))
    for number, item in enumerate(items_of(node)):
        uncertain = item.unknown if isinstance(item, Gap) and item.may_be_absent else None
        properties = Properties(item, item.at)
        name = _endpoint_name(declared, properties, f"Subscription.{number}")
        identity = declared.part(f"Subscription/{number}", name, item.at, uncertain)
        yield subscription(declared, properties, topic, identity)


def _subscription(declared: Declared) -> Iterator[AnyResource]:
    properties = declared.properties
    identity = declared.identity(_endpoint_name(declared, properties, "Endpoint"))
    yield subscription(declared, properties, properties.required("TopicArn"), identity)


def _endpoint(properties: Properties) -> Value[Text | None]:
    endpoint = properties.text("Endpoint", None)
    if isinstance(endpoint, Known) and endpoint.value is not None:
        return Known(without_credentials(endpoint.value), endpoint.origin)
    return endpoint


def _endpoint_name(declared: Declared, properties: Properties, label: str) -> Text:
    endpoint = _endpoint(properties)
    if isinstance(endpoint, Known) and endpoint.value is not None:
        return endpoint.value
    return text(declared.resolver.symbol(f"{declared.logical_id}.{label}"))


def subscription(declared: Declared, properties: Properties, topic: Value[Text], identity: Identity) -> Subscription:
    """A subscription to a topic; `properties` are those of AWS::SNS::Subscription."""
    return Subscription(
        **identity,
        topic=topic,
        protocol=properties.required_word("Protocol"),
        endpoint=_endpoint(properties),
        pending=declared.not_yet("whether the endpoint confirmed the subscription is known after the deployment"),
        confirmation_authenticated=declared.not_yet("how the subscription was confirmed is known after the deployment"),
        raw_delivery=properties.boolean("RawMessageDelivery", default=False),
        filter_policy=properties.optional_document("FilterPolicy"),
        filter_scope=properties.word("FilterPolicyScope", "MessageAttributes"),
        dead_letter_queue=dead_letter_queue(properties),
        role=properties.text("SubscriptionRoleArn", None),
        owner=Known(declared.place.account, declared.default()),
    )


def dead_letter_queue(properties: Properties) -> Value[Text | None]:
    """The ARN of the queue that a redrive policy names."""
    value = properties.optional_document("RedrivePolicy")
    if isinstance(value, Unknown) or value.value is None:
        return value  # type: ignore[return-value]  # Known(None) or Unknown
    return target_of(value.value, value.origin)


def target_of(document: Document, origin: Origin) -> Value[Text | None]:
    """``deadLetterTargetArn`` of a redrive policy."""
    root = document.root
    if isinstance(root, Gap):
        return Unknown(root.unknown.cause, root.unknown.detail, origin)
    target = root.get("deadLetterTargetArn") if isinstance(root, Mapping) else None
    if isinstance(target, Gap):
        return Unknown(target.unknown.cause, target.unknown.detail, Origin(How.WRITTEN, target.at))
    if not isinstance(target, Leaf):
        if isinstance(root, Mapping) and root.open is not None:
            return root.open
        return Unknown(Cause.FAILED, "RedrivePolicy: no deadLetterTargetArn", origin)
    return Known(text_of(target, target.at), Origin(How.WRITTEN, target.at))


def _topic_policy(declared: Declared) -> Iterator[AnyResource]:
    yield _policy_of(declared, declared.properties.required_texts("Topics"))


def _topic_inline_policy(declared: Declared) -> Iterator[AnyResource]:
    yield _policy_of(declared, declared.properties.required("TopicArn").map(lambda topic: (topic,)))


def _policy_of(declared: Declared, topics: Value[tuple[Text, ...]]) -> TopicPolicy:
    return TopicPolicy(
        **declared.identity(_name_of_policy(declared, topics)),
        topics=topics,
        document=declared.properties.document("PolicyDocument"),
    )


def _name_of_policy(declared: Declared, holders: Value[tuple[Text, ...]]) -> Text:
    """The name of the one topic that a policy is on, else its logical id."""
    if isinstance(holders, Known) and len(holders.value) == 1:
        parts = arns.parse(holders.value[0])
        if isinstance(parts, Known):
            return parts.value.resource
    return text(declared.logical_id)


MAPPERS: dict[str, Mapper] = {
    "AWS::SNS::Topic": _topic,
    "AWS::SNS::Subscription": _subscription,
    "AWS::SNS::TopicPolicy": _topic_policy,
    "AWS::SNS::TopicInlinePolicy": _topic_inline_policy,
}
