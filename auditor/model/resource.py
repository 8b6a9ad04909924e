"""What every resource of an inventory has, whatever its service."""

from typing import ClassVar

import msgspec

from auditor.model.known import UNREAD, Unknown, Value
from auditor.model.origin import Location
from auditor.model.text import Text


class Resource(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A resource as an input names it.

    Attributes:
        type_name: the CloudFormation type name, or ``AWS::<Service>::<ApiNoun>`` where there is none.
        deployment: which input declares it: a path relative to the run's root for templates, or
            ``aws:<account>:<region>`` for what was read from an account.
        address: how that input names it (logical id, ``type/name`` of an account).
        name: the physical name.
        arn: the ARN, or None for a type that has none.
        account, region: 12-digit account and Region, or the symbols ``{account}`` and ``{region}`` of the deployment;
            the Region of IAM resources is empty.
        location: where it is declared.
        tags: key to value.
        uncertain: why it may not exist (the condition of its declaration is not decided); None when it certainly does.
    """

    type_name: ClassVar[str]

    deployment: str
    address: str
    name: Text
    arn: Text | None = None
    account: Text
    region: Text
    location: Location = Location()
    tags: Value[dict[str, Text]] = UNREAD
    uncertain: Unknown | None = None

    def __hash__(self) -> int:
        """Of the address alone: attributes may hold mappings, and hashing whole policies would be slow."""
        return hash((type(self), self.deployment, self.address))

    @property
    def id(self) -> str:
        """The ARN if it is told in full, else ``<deployment>#<address>``."""
        literal = self.arn.literal if self.arn is not None else None
        return literal if literal is not None else f"{self.deployment}#{self.address}"

    @property
    def is_declared(self) -> bool:
        """Whether a template or plan declares it, so that others could attach things to it from outside."""
        return not self.deployment.startswith("aws:")
