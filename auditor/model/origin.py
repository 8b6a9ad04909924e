"""Where a value was found."""

from enum import StrEnum

import msgspec


class Location(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A place in an input.

    Attributes:
        path: file path relative to the run's root; empty for what was read from an API.
        line: 1-based line, or None where the format has none.
        column: 1-based column, or None.
        pointer: JSON Pointer (RFC 6901) inside the file or resource; empty for the whole.
    """

    path: str = ""
    line: int | None = None
    column: int | None = None
    pointer: str = ""

    def __str__(self) -> str:
        """``path:line:column`` as far as they are known, the pointer where there is no line."""
        if self.line is None:
            return f"{self.path}#{self.pointer}" if self.pointer else self.path
        return f"{self.path}:{self.line}" + (f":{self.column}" if self.column is not None else "")


class How(StrEnum):
    """How a value came to be known."""

    WRITTEN = "written"
    """It stands in the input."""
    DEFAULT = "default"
    """The input leaves it out and AWS documents this default."""
    API = "api"
    """An AWS API answered it."""
    ABSENT = "absent"
    """The input cannot express it or does not attach it; something outside the input still could."""


class Origin(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """How and where a value came to be known."""

    how: How = How.WRITTEN
    location: Location = Location()


WRITTEN = Origin(How.WRITTEN)
DEFAULT = Origin(How.DEFAULT)
API = Origin(How.API)
ABSENT = Origin(How.ABSENT)
