"""Amazon SQS: queues and their policies.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
"""

from typing import ClassVar

from auditor.model.known import UNREAD, Value
from auditor.model.policy import Document
from auditor.model.resource import Resource
from auditor.model.text import Text


class Queue(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="sqs.Queue"):
    """A queue.

    Attributes:
        kms_key: KmsMasterKeyId as written, None when SSE-KMS is off.
        retention_seconds: MessageRetentionPeriod.
        dead_letter_queue: ARN of the queue's own redrive policy, None without.
    """

    type_name: ClassVar[str] = "AWS::SQS::Queue"

    url: Value[Text] = UNREAD
    kms_key: Value[Text | None] = UNREAD
    fifo: Value[bool] = UNREAD
    retention_seconds: Value[int] = UNREAD
    dead_letter_queue: Value[Text | None] = UNREAD
    redrive_allow_policy: Value[Document | None] = UNREAD


class QueuePolicy(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="sqs.QueuePolicy"):
    """The access policy of one or more queues; `queues` are queue ARNs or URLs as written."""

    type_name: ClassVar[str] = "AWS::SQS::QueuePolicy"

    queues: Value[tuple[Text, ...]] = UNREAD
    document: Value[Document] = UNREAD
