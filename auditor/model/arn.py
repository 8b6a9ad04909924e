"""Amazon Resource Names: taking apart and putting together, with parts that may not be told.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

import msgspec

from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.text import Part, Symbol, Text, text


class Arn(msgspec.Struct, frozen=True, gc=False):
    """The six parts of an ARN. `resource` is all that follows the fifth colon."""

    partition: Text
    service: Text
    region: Text
    account: Text
    resource: Text


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a deployment puts its resources: partition, Region and account, each a plain string or a symbol."""

    partition: Text
    region: Text
    account: Text

    def arn(self, service: str, *resource: "Part | Text", region: "Text | None" = None) -> Text:
        """The ARN of a resource here; `region` for services that leave it empty."""
        where = self.region if region is None else region
        return text("arn:", self.partition, f":{service}:", where, ":", self.account, ":", *resource)


def symbolic_place(deployment: str) -> Place:
    """The place of a deployment that does not tell it."""
    return Place(*(text(Symbol(name, deployment)) for name in ("partition", "region", "account")))


def parse(written: Text) -> Value[Arn]:
    """The parts of an ARN; Unknown where a hole could hold a colon, FAILED where it is no ARN."""
    pieces = written.split(":", 5)
    if pieces is None:
        return Unknown(Cause.UNDECIDED, f"the parts of {written} are not told")
    if len(pieces) != 6 or pieces[0].literal != "arn":
        return Unknown(Cause.FAILED, f"{written} is not an ARN")
    return Known(Arn(*pieces[1:]))


def is_arn(written: Text) -> bool:
    """Whether it certainly begins like an ARN."""
    return bool(written.parts) and isinstance(written.parts[0], str) and written.parts[0].startswith("arn:")
