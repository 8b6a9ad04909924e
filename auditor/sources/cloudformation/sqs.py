"""Amazon SQS: queues and their policies."""

from collections.abc import Iterator

from auditor.model.inventory import AnyResource
from auditor.model.known import Known, Value
from auditor.model.policy import Leaf
from auditor.model.sqs import Queue, QueuePolicy
from auditor.model.text import Text, text
from auditor.sources.cloudformation.declared import Declared, Mapper
from auditor.sources.cloudformation.sns import dead_letter_queue

_DEFAULT_RETENTION_SECONDS = 345_600


def _queue(declared: Declared) -> Iterator[AnyResource]:
    properties = declared.properties
    url = declared.resolver.referrer.reference(declared.logical_id, declared.location)
    yield Queue(
        **declared.identity(),
        url=Known(url.value, declared.default())
        if isinstance(url, Leaf) and isinstance(url.value, Text)
        else declared.not_yet("the URL of the queue"),
        kms_key=properties.key("KmsMasterKeyId"),
        fifo=properties.boolean("FifoQueue", default=False),
        retention_seconds=properties.integer("MessageRetentionPeriod", _DEFAULT_RETENTION_SECONDS),
        dead_letter_queue=dead_letter_queue(properties),
        redrive_allow_policy=properties.optional_document("RedriveAllowPolicy"),
    )


def _queue_policy(declared: Declared) -> Iterator[AnyResource]:
    yield _policy_of(declared, declared.properties.required_texts("Queues"))


def _queue_inline_policy(declared: Declared) -> Iterator[AnyResource]:
    yield _policy_of(declared, declared.properties.required("Queue").map(lambda queue: (queue,)))


def _policy_of(declared: Declared, queues: Value[tuple[Text, ...]]) -> QueuePolicy:
    return QueuePolicy(
        **declared.identity(text(declared.logical_id)),
        queues=queues,
        document=declared.properties.document("PolicyDocument"),
    )


MAPPERS: dict[str, Mapper] = {
    "AWS::SQS::Queue": _queue,
    "AWS::SQS::QueuePolicy": _queue_policy,
    "AWS::SQS::QueueInlinePolicy": _queue_inline_policy,
}
