"""Resources of types that the model has no class for: whose they are, and their policy."""

from typing import ClassVar

from auditor.model.known import UNREAD, Value
from auditor.model.policy import Document
from auditor.model.resource import Resource


class OtherResource(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="other.Resource"):
    """A resource that has an ARN and perhaps a resource policy.

    Attributes:
        kind: service and type as in its ARN, ``secretsmanager:secret``.
        policy: its resource policy, None without.
    """

    type_name: ClassVar[str] = "AWS::Other::Resource"

    kind: str = ""
    policy: Value[Document | None] = UNREAD
