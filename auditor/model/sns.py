"""Amazon SNS: topics, topic policies, subscriptions.

Source: https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
"""

from typing import ClassVar

from auditor.model.known import UNREAD, Value
from auditor.model.policy import Document
from auditor.model.resource import Resource
from auditor.model.text import Text


class Topic(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="sns.Topic"):
    """A topic.

    Attributes:
        kms_key: KmsMasterKeyId as written (key id, key ARN, alias name or alias ARN), None when there is none.
        signature_version: "1" (SHA-1, the default) or "2" (SHA-256).
        feedback_roles: protocols (HTTP, FIREHOSE, LAMBDA, APPLICATION, SQS) whose failures are logged.
        max_message_size: bytes (2^10-based limits: 262144 by default).
    """

    type_name: ClassVar[str] = "AWS::SNS::Topic"

    kms_key: Value[Text | None] = UNREAD
    fifo: Value[bool] = UNREAD
    signature_version: Value[str] = UNREAD
    tracing: Value[str] = UNREAD
    display_name: Value[Text | None] = UNREAD
    feedback_roles: Value[tuple[str, ...]] = UNREAD
    delivery_policy: Value[Document | None] = UNREAD
    data_protection_policy: Value[Document | None] = UNREAD
    archive_policy: Value[Document | None] = UNREAD
    content_based_deduplication: Value[bool] = UNREAD
    max_message_size: Value[int] = UNREAD


class TopicPolicy(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="sns.TopicPolicy"):
    """The access policy of one or more topics; `name` is the topic's, or the logical id of a policy for several."""

    type_name: ClassVar[str] = "AWS::SNS::TopicPolicy"

    topics: Value[tuple[Text, ...]] = UNREAD
    document: Value[Document] = UNREAD


class Subscription(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="sns.Subscription"):
    """A subscription; `name` is the endpoint with credentials replaced by a symbol.

    Attributes:
        protocol: http https email email-json sms sqs application lambda firehose.
        endpoint: ARN, URL, address or number; None where the protocol has none.
        dead_letter_queue: ARN of the redrive policy's queue, None without redrive policy.
        filter_scope: MessageAttributes or MessageBody.
        owner: account that owns the subscription.
    """

    type_name: ClassVar[str] = "AWS::SNS::Subscription"

    topic: Value[Text] = UNREAD
    protocol: Value[str] = UNREAD
    endpoint: Value[Text | None] = UNREAD
    pending: Value[bool] = UNREAD
    confirmation_authenticated: Value[bool] = UNREAD
    raw_delivery: Value[bool] = UNREAD
    filter_policy: Value[Document | None] = UNREAD
    filter_scope: Value[str] = UNREAD
    dead_letter_queue: Value[Text | None] = UNREAD
    role: Value[Text | None] = UNREAD
    owner: Value[Text] = UNREAD
