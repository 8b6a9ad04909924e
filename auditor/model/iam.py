"""AWS IAM: users, groups, roles and their policies.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from typing import ClassVar

import msgspec

from auditor.model.known import UNREAD, Value
from auditor.model.policy import Document
from auditor.model.resource import Resource
from auditor.model.text import Text


class AccessKey(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An access key without its secret; dates are ISO 8601 in UTC."""

    access_key_id: str
    active: Value[bool] = UNREAD
    created: Value[str] = UNREAD
    last_used: Value[str | None] = UNREAD


class Principal(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """What users and roles have in common: managed policies (ARNs) and a permissions boundary (ARN or None).

    `unique_id` is what AWS puts in the place of its ARN in policies once it is deleted (``AIDA…``, ``AROA…``).
    """

    unique_id: Value[str] = UNREAD
    path: Value[Text] = UNREAD
    managed_policies: Value[tuple[Text, ...]] = UNREAD
    boundary: Value[Text | None] = UNREAD


class User(Principal, frozen=True, kw_only=True, omit_defaults=True, tag="iam.User"):
    """An IAM user; `groups` are group names."""

    type_name: ClassVar[str] = "AWS::IAM::User"

    groups: Value[tuple[Text, ...]] = UNREAD
    access_keys: Value[tuple[AccessKey, ...]] = UNREAD
    has_password: Value[bool] = UNREAD


class Role(Principal, frozen=True, kw_only=True, omit_defaults=True, tag="iam.Role"):
    """An IAM role; `trust` is its AssumeRolePolicyDocument, `instance_profiles` the names of those that hold it."""

    type_name: ClassVar[str] = "AWS::IAM::Role"

    trust: Value[Document] = UNREAD
    last_used: Value[str | None] = UNREAD
    instance_profiles: Value[tuple[str, ...]] = UNREAD


class Group(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="iam.Group"):
    """An IAM group."""

    type_name: ClassVar[str] = "AWS::IAM::Group"

    path: Value[Text] = UNREAD
    managed_policies: Value[tuple[Text, ...]] = UNREAD


class ManagedPolicy(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="iam.ManagedPolicy"):
    """A managed policy with its default version's document.

    Attributes:
        aws_managed: whether AWS owns it.
        users, roles, groups: names it is attached to by its own declaration (templates); accounts tell it
            from the other side, see `Principal.managed_policies`.
    """

    type_name: ClassVar[str] = "AWS::IAM::ManagedPolicy"

    aws_managed: bool = False
    document: Value[Document] = UNREAD
    users: Value[tuple[Text, ...]] = UNREAD
    roles: Value[tuple[Text, ...]] = UNREAD
    groups: Value[tuple[Text, ...]] = UNREAD


class InlinePolicy(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="iam.InlinePolicy"):
    """A policy embedded in the users, roles and groups that it names."""

    type_name: ClassVar[str] = "AWS::IAM::Policy"

    document: Value[Document] = UNREAD
    users: Value[tuple[Text, ...]] = UNREAD
    roles: Value[tuple[Text, ...]] = UNREAD
    groups: Value[tuple[Text, ...]] = UNREAD
