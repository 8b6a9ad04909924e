"""Values that are known or not, and truth with three values.

What an input cannot tell is an `Unknown` with its cause; it is never a default, an empty list or False.
"""

from collections.abc import Callable, Iterable
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar, Union

import msgspec

from auditor.model.origin import WRITTEN, Origin

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")


class Cause(StrEnum):
    """Why a value is not known. The set is closed."""

    NOT_YET = "not-yet"
    """Known only after the deployment (known after apply, deploy-time intrinsic)."""
    NOT_HERE = "not-here"
    """Given from outside the input: a parameter without a value, an import, another stack."""
    ELSEWHERE = "elsewhere"
    """In an account or Region that was not collected."""
    NOT_ASKED = "not-asked"
    """The run was not asked to find out, or this source does not read it."""
    UNDECIDED = "undecided"
    """AWS does not document it, or it is beyond a work limit of the analysis."""
    DENIED = "denied"
    """The caller may not read it."""
    FAILED = "failed"
    """Reading failed: throttled out, server error, unparsable, unsupported by the endpoint."""
    LIMIT = "limit"
    """A size or time limit of the run was reached."""

    @property
    def makes_incomplete(self) -> bool:
        """Whether an audit in which this cause occurs is incomplete (exit code 4)."""
        return self in {Cause.DENIED, Cause.FAILED, Cause.LIMIT}


def _no_truth(value: object) -> NoReturn:
    raise TypeError(f"{type(value).__name__} has no truth value: compare with `is`, or match on the type")


class Truth(Enum):
    """True, false, or not decided. The operators are Kleene's strong logic."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    if not TYPE_CHECKING:
        __bool__ = _no_truth

    def __and__(self, other: "Truth") -> "Truth":
        if self is Truth.FALSE or other is Truth.FALSE:
            return Truth.FALSE
        return Truth.TRUE if self is Truth.TRUE and other is Truth.TRUE else Truth.UNKNOWN

    def __or__(self, other: "Truth") -> "Truth":
        if self is Truth.TRUE or other is Truth.TRUE:
            return Truth.TRUE
        return Truth.FALSE if self is Truth.FALSE and other is Truth.FALSE else Truth.UNKNOWN

    def __invert__(self) -> "Truth":
        if self is Truth.UNKNOWN:
            return self
        return Truth.FALSE if self is Truth.TRUE else Truth.TRUE

    @staticmethod
    def of(value: bool) -> "Truth":  # noqa: FBT001 - the conversion of exactly that
        """The truth of a plain boolean."""
        return Truth.TRUE if value else Truth.FALSE


def any_of(truths: Iterable[Truth]) -> Truth:
    """Disjunction; of nothing it is FALSE."""
    result = Truth.FALSE
    for truth in truths:
        result |= truth
        if result is Truth.TRUE:
            break
    return result


def all_of(truths: Iterable[Truth]) -> Truth:
    """Conjunction; of nothing it is TRUE."""
    result = Truth.TRUE
    for truth in truths:
        result &= truth
        if result is Truth.FALSE:
            break
    return result


class Known(msgspec.Struct, Generic[T_co], frozen=True, eq=False, gc=False, omit_defaults=True, tag="known"):
    """A value that the input tells, with where it was found.

    Two are equal when their values are; the origin takes no part, so that resources can be interned.
    """

    value: T_co
    origin: Origin = WRITTEN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Known) and self.value == other.value

    def __ne__(self, other: object) -> bool:
        # msgspec compares structs without eq by identity, and Python does not derive != from the == above.
        return not self == other

    def __hash__(self) -> int:
        return hash((Known, self.value))

    if not TYPE_CHECKING:
        __bool__ = _no_truth

    def map(self, change: Callable[[T_co], U]) -> "Known[U]":
        """The changed value at the same place."""
        return Known(change(self.value), self.origin)


class Unknown(msgspec.Struct, frozen=True, eq=False, gc=False, omit_defaults=True, tag="unknown"):
    """A value that the input cannot tell.

    Attributes:
        cause: why.
        detail: which value and what would tell it, in words; part of the identity, because two unknown
            parameters are not the same one.
        origin: where the value would stand.
    """

    cause: Cause
    detail: str = ""
    origin: Origin = WRITTEN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unknown) and self.cause is other.cause and self.detail == other.detail

    def __ne__(self, other: object) -> bool:
        # msgspec compares structs without eq by identity, and Python does not derive != from the == above.
        return not self == other

    def __hash__(self) -> int:
        return hash((Unknown, self.cause, self.detail))

    if not TYPE_CHECKING:
        __bool__ = _no_truth

    def map(self, change: Callable[..., object]) -> "Unknown":  # noqa: ARG002 - the same shape as Known.map
        """Unknown stays unknown."""
        return self


Value = Union[Known[T], Unknown]  # noqa: UP007 - a generic alias


class Secret(msgspec.Struct, frozen=True, gc=False, tag="secret"):
    """A value that was there and is not kept (key material, a password)."""


UNREAD = Unknown(Cause.NOT_ASKED, "not read by this source")


def truth(value: Value[bool]) -> Truth:
    """The truth of a value that may be unknown."""
    return Truth.of(value.value) if isinstance(value, Known) else Truth.UNKNOWN


def unknowns(*values: Value[object]) -> tuple[Unknown, ...]:
    """The unknown ones, in order, each once."""
    return tuple(dict.fromkeys(value for value in values if isinstance(value, Unknown)))
