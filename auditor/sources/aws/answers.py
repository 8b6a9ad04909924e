"""From the answer of an API to a value of the model."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.origin import API, DEFAULT
from auditor.model.text import Text, text

A = TypeVar("A")
T = TypeVar("T")

COMPLETE: Known[bool] = Known(value=True, origin=API)
"""Everything was read."""


def derived(value: Value[A], change: Callable[[A], Value[T]]) -> Value[T]:
    """What follows from a value, which may itself be a default or unknown."""
    return value if isinstance(value, Unknown) else change(value.value)


def told(value: T) -> Known[T]:
    """What the API answered."""
    return Known(value, API)


def told_text(written: str | None) -> Known[Text | None]:
    """A string that the API answered; None for one that it left out or left empty."""
    return told(text(written) if written else None)


def default(value: T) -> Known[T]:
    """What AWS documents for something that the answer leaves out."""
    return Known(value, DEFAULT)


def or_default(value: T | None, absent: T) -> Known[T]:
    """What the API answered, else what AWS documents for something that it leaves out."""
    return default(absent) if value is None else told(value)


def always(value: T | None, action: str, member: str) -> Value[T]:
    """A member that AWS puts into every answer."""
    return left_out(action, member) if value is None else told(value)


def left_out(action: str, member: str) -> Unknown:
    """An answer lacks something that AWS puts into every one."""
    return Unknown(Cause.FAILED, f"{action} answered without {member}", API)


def still_there(answers: Iterable[tuple[str, Value[T | None]]]) -> dict[str, Value[T]]:
    """What was answered about each listed resource, without those that were deleted since they were listed."""
    found: dict[str, Value[T]] = {}
    for name, answer in answers:
        if isinstance(answer, Unknown):
            found[name] = answer
        elif answer.value is not None:
            found[name] = told(answer.value)
    return found


def as_complete(outcome: Value[A]) -> Known[bool] | Unknown:
    """Whether something was read."""
    return outcome if isinstance(outcome, Unknown) else COMPLETE
