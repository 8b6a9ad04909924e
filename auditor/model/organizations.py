"""AWS Organizations: accounts below units below a root, and the control policies attached to them.

Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
"""

from enum import StrEnum
from typing import ClassVar

from auditor.model.known import UNREAD, Value
from auditor.model.policy import Document
from auditor.model.resource import Resource


class PolicyKind(StrEnum):
    """Kinds of organization policies that limit requests, as the API names them."""

    SERVICE_CONTROL = "SERVICE_CONTROL_POLICY"
    RESOURCE_CONTROL = "RESOURCE_CONTROL_POLICY"


class Organization(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="organizations.Organization"):
    """An organization; `name` is its id, `account` its management account.

    Attributes:
        root: id of the root.
        parents: id of each unit and account to the id of the unit or root that it is in.
        enabled: kinds of policies that are turned on at the root; others limit nothing.
    """

    type_name: ClassVar[str] = "AWS::Organizations::Organization"

    root: Value[str] = UNREAD
    parents: Value[dict[str, str]] = UNREAD
    enabled: Value[tuple[PolicyKind, ...]] = UNREAD


class OrganizationPolicy(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="organizations.Policy"):
    """A service or resource control policy.

    Attributes:
        organization: id of the organization.
        targets: ids of the root, units and accounts that it is attached to.
    """

    type_name: ClassVar[str] = "AWS::Organizations::Policy"

    organization: str
    kind: PolicyKind
    document: Value[Document] = UNREAD
    targets: Value[tuple[str, ...]] = UNREAD
