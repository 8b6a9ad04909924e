"""AWS Lambda, as far as topics deliver to it: functions and who may invoke them."""

from typing import ClassVar

from auditor.model.known import UNREAD, Value
from auditor.model.policy import Document
from auditor.model.resource import Resource
from auditor.model.text import Text


class Function(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="lambda.Function"):
    """A function; `role` is the ARN of its execution role."""

    type_name: ClassVar[str] = "AWS::Lambda::Function"

    role: Value[Text] = UNREAD


class Permission(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="lambda.Permission"):
    """Part of a function's resource policy.

    Attributes:
        function: name or ARN of the function, as written.
        document: the policy document that AddPermission makes of it, or all of GetPolicy.
    """

    type_name: ClassVar[str] = "AWS::Lambda::Permission"

    function: Value[Text] = UNREAD
    document: Value[Document] = UNREAD
