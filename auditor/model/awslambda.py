"""AWS Lambda, as far as topics deliver to it: functions and who may invoke them."""

from typing import ClassVar

from auditor.model.known import UNREAD, Value
from auditor.model.policy import Document
from auditor.model.resource import Resource
from auditor.model.text import Text


class Function(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="lambda.Function"):
    """A function.

    Attributes:
        role: ARN of its execution role.
        memory_mb: that it runs with, in MB.
        architecture: ``x86_64`` or ``arm64``.
    """

    type_name: ClassVar[str] = "AWS::Lambda::Function"

    role: Value[Text] = UNREAD
    memory_mb: Value[int] = UNREAD
    architecture: Value[str] = UNREAD


DEFAULT_MEMORY_MB, DEFAULT_ARCHITECTURE = 128, "x86_64"
"""What a function has that says nothing else.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
"""


class Permission(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="lambda.Permission"):
    """Part of a function's resource policy.

    Attributes:
        function: name or ARN of the function, as written.
        document: the policy document that AddPermission makes of it, or all of GetPolicy.
    """

    type_name: ClassVar[str] = "AWS::Lambda::Permission"

    function: Value[Text] = UNREAD
    document: Value[Document] = UNREAD
