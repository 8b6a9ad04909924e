"""A template as it is written: scalars, lists and mappings, each with its line and column.

Intrinsic functions stand here in their long form and are not resolved.
"""

import re
from typing import TypeAlias

import msgspec

from auditor.model.text import Text
from auditor.sources.interface import InputError

MAX_BYTES = 16 * 2**20
"""Larger files are not read. CloudFormation takes 1 MB."""
MAX_DEPTH = 100
"""Deeper nesting is not read. CloudFormation templates have about 15 levels."""
MAX_NODES = 1_000_000
"""More values, aliases counted as often as they expand, are not read. A template of 500 resources has about 10,000."""


class MalformedError(InputError):
    """A file that is not the language it was read as; another one may fit."""


class Scalar(msgspec.Struct, frozen=True, gc=False):
    """A scalar as written; `plain` when it is not quoted, so that it may be a number, a boolean or null."""

    text: str
    plain: bool
    line: int
    column: int


class Member(msgspec.Struct, frozen=True, gc=False):
    """The value of a key; line and column are those of the key."""

    node: "Node"
    line: int
    column: int


class Map(msgspec.Struct, frozen=True, gc=False):
    """A mapping in written order."""

    members: dict[str, Member]
    line: int
    column: int

    def get(self, key: str) -> "Node | None":
        """The value of a key."""
        member = self.members.get(key)
        return None if member is None else member.node


class Seq(msgspec.Struct, frozen=True, gc=False):
    """A list."""

    items: list["Node"]
    line: int
    column: int


Node: TypeAlias = Scalar | Map | Seq

_WORDS: dict[str, bool | None] = dict.fromkeys(("", "~", "null", "Null", "NULL"))
_WORDS |= {spelled: True for word in ("true", "yes", "on") for spelled in (word, word.title(), word.upper())}
_WORDS |= {spelled: False for word in ("false", "no", "off") for spelled in (word, word.title(), word.upper())}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?")


def value_of(scalar: Scalar) -> Text | bool | int | float | None:
    """The value of a scalar, YAML 1.1 words among them.

    A plain number whose text would not come back (leading zeros of an account id, ``1.10``, 2012-10-17) stays a
    string: what CloudFormation passes on is its text.
    """
    text = scalar.text
    if scalar.plain:
        if text in _WORDS:
            return _WORDS[text]
        number = _NUMBER.fullmatch(text) if len(text) <= 18 else None
        if number is not None:
            value = float(text) if number[1] else int(text)
            if str(value) == text:
                return value
    return Text((text,)) if text else Text(())


def kind_of(node: Node) -> str:
    """What a node is, in words."""
    match node:
        case Map():
            return "a mapping"
        case Seq():
            return "a list"
        case Scalar():
            value = value_of(node)
            if value is None:
                return "null"
            return "a string" if isinstance(value, Text) else "a boolean" if isinstance(value, bool) else "a number"


class Budget:
    """Counts the nodes of a tree and refuses too many or too deep ones."""

    __slots__ = ("path", "used")

    def __init__(self, path: str) -> None:
        self.path = path
        self.used = 0

    def spend(self, nodes: int, line: int, column: int, what: str = "values") -> None:
        """Count nodes that came from the place."""
        self.used += nodes
        if self.used > MAX_NODES:
            raise InputError(self.path, f"more than {MAX_NODES:,} {what}: not read", line, column)

    def refuse_depth(self, line: int, column: int) -> None:
        """The error of a file nested too deep."""
        raise InputError(self.path, f"nested deeper than {MAX_DEPTH} levels: not read", line, column)
