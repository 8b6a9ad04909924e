"""The elements of a policy: statements, their patterns, principals and conditions, with what is not told.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from functools import cached_property

import msgspec

from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.origin import Location
from auditor.model.text import Text

VARIABLES = "2012-10-17"
"""The version of the policy language in which ``${…}`` is a variable."""
OLD = "2008-10-17"


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A breach of the policy grammar."""

    text: str
    location: Location = Location()


class Patterns(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The values of Action, Resource and their negations; `open` says why there may be others."""

    items: tuple[Text, ...] = ()
    open: Unknown | None = None


class Named(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One principal: its kind (AWS, Service, Federated, CanonicalUser, or ``*`` for everybody) and its value."""

    kind: str
    value: Text


class Principals(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The principals of a statement; `open` says why there may be others."""

    items: tuple[Named, ...] = ()
    open: Unknown | None = None


class Condition(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One operator applied to one key.

    Attributes:
        operator: as written, with quantifier and suffix (``ForAnyValue:StringLikeIfExists``).
        key: as written.
        values: alternatives.
        open: why there may be other values.
    """

    operator: str
    key: Text
    values: tuple[Text, ...]
    open: Unknown | None = None
    location: Location = Location()

    def __str__(self) -> str:
        values = ", ".join(str(value) for value in self.values) + (", {?}" if self.open is not None else "")
        return f"{self.operator} {self.key} = {values}"


class Statement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One statement. Elements that are not there are None.

    Attributes:
        index: from 1, in written order.
        label: the Sid when it is plain and not empty, else ``#<index>``: how reports name the statement.
        digest: 32 hex digits of SHA-256 of the content without Sid and place: statements with one digest say the same.
        effect: ``Allow`` or ``Deny``.
        open: why elements or conditions may stand in it that are not told.
        problems: breaches of the grammar; with one, the statement cannot be relied on for anything.
    """

    index: int
    label: str
    digest: str
    effect: Value[str]
    sid: Text | None = None
    principals: Principals | None = None
    not_principals: Principals | None = None
    actions: Patterns | None = None
    not_actions: Patterns | None = None
    resources: Patterns | None = None
    not_resources: Patterns | None = None
    conditions: tuple[Condition, ...] = ()
    open: Unknown | None = None
    problems: tuple[Problem, ...] = ()
    location: Location = Location()

    @property
    def is_allow(self) -> bool:
        """Whether its effect is certainly Allow."""
        return isinstance(self.effect, Known) and self.effect.value == "Allow"

    @property
    def is_deny(self) -> bool:
        """Whether its effect is certainly Deny."""
        return isinstance(self.effect, Known) and self.effect.value == "Deny"

    @property
    def unusable(self) -> Unknown | None:
        """Why nothing can be said about what the statement does, or None."""
        if not self.problems:
            return None
        return Unknown(Cause.FAILED, f"statement {self.label} breaks the policy grammar: {self.problems[0].text}")


class Policy(msgspec.Struct, frozen=True, dict=True, omit_defaults=True):
    """A parsed document.

    Attributes:
        version: of the policy language; ``2008-10-17`` when the document does not say.
        statements: in written order, unusable ones among them.
        problems: breaches of the grammar outside of statements.
        open: why there may be statements that are not told.
    """

    version: Value[str] = Known(OLD)
    statements: tuple[Statement, ...] = ()
    problems: tuple[Problem, ...] = ()
    open: tuple[Unknown, ...] = ()

    @cached_property
    def has_variables(self) -> bool:
        """Whether ``${…}`` in it is a variable."""
        return isinstance(self.version, Known) and self.version.value == VARIABLES


def unread(why: Unknown) -> Policy:
    """What is known of a policy that was not read: that it could say anything."""
    return Policy(open=(why,))
