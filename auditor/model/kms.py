"""AWS KMS: keys and aliases.

Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html
"""

from typing import ClassVar

from auditor.model.known import UNREAD, Value
from auditor.model.policy import Document
from auditor.model.resource import Resource
from auditor.model.text import Text


class Key(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="kms.Key"):
    """A key; `name` is the key id.

    Attributes:
        manager: AWS or CUSTOMER.
        state: Enabled, Disabled, PendingDeletion, PendingImport …
    """

    type_name: ClassVar[str] = "AWS::KMS::Key"

    policy: Value[Document] = UNREAD
    manager: Value[str] = UNREAD
    state: Value[str] = UNREAD
    enabled: Value[bool] = UNREAD
    rotation: Value[bool] = UNREAD
    spec: Value[str] = UNREAD


class Alias(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="kms.Alias"):
    """An alias; `name` begins with ``alias/``; `key` is the key id or ARN it points to."""

    type_name: ClassVar[str] = "AWS::KMS::Alias"

    key: Value[Text] = UNREAD
