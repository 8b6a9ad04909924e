"""Reads YAML that somebody else may have written: a tree with lines, within limits, without aliases, tags or floats.

The tree is built from parser events one by one, without recursion, because building it the usual way lets a small file
exhaust the stack or the memory. Quoted scalars are text; what an unquoted one means is up to who reads the file:
`of_settings` follows the YAML 1.2 core schema as far as settings need it, `of_amounts` makes numbers exact decimals.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

if TYPE_CHECKING:
    from yaml.events import CollectionStartEvent, Event, NodeEvent, ScalarEvent

Scalar: TypeAlias = str | int | Decimal | bool | None
Plain: TypeAlias = "Scalar | list[Plain] | dict[str, Plain]"
Steps: TypeAlias = tuple[str | int, ...]
"""Keys and indexes from the root to a node."""
Meaning: TypeAlias = Callable[[str], Scalar]
"""What an unquoted scalar means."""


class YamlError(Exception):
    """The text is not YAML that may be read here; `line` is 1-based."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


class Limits(msgspec.Struct, frozen=True):
    """What a file may have at most.

    Attributes:
        size: bytes.
        depth: levels of nesting.
        values: scalars and collections, keys not counted.
        scalar: characters of one scalar.
    """

    size: int
    depth: int
    values: int
    scalar: int


class Node(msgspec.Struct):
    """A value with its line (1-based): that of its key where it has one, else where it begins."""

    line: int
    value: "Scalar | list[Node] | dict[str, Node]"

    def plain(self) -> Plain:
        """The value without lines."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def at(self, steps: Steps) -> "Node":
        """The node at a path, or the last one on the way that exists."""
        node = self
        for step in steps:
            inside = node.child(step)
            if inside is None:
                break
            node = inside
        return node

    def child(self, step: str | int) -> "Node | None":
        """The node at a key or index, None when there is none."""
        if isinstance(self.value, dict) and isinstance(step, str):
            return self.value.get(step)
        if isinstance(self.value, list) and isinstance(step, int) and step < len(self.value):
            return self.value[step]
        return None


def parse(data: bytes, limits: Limits, meaning: Meaning) -> Node:
    """The tree of a YAML (or JSON) document; null for one that is empty.

    Args:
        data: of the file.
        limits: that it must keep.
        meaning: of scalars without quotes.

    Raises:
        YamlError: not UTF-8, not YAML, more than one document, beyond a limit, or using aliases, tags, duplicate keys
            or keys that are no text.
    """
    import yaml

    if len(data) > limits.size:
        raise YamlError(f"the file is larger than {limits.size:,} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise YamlError("the file is not UTF-8", data[: error.start].count(b"\n") + 1) from error
    builder = _Builder(limits, meaning)
    # The parser made of C is the same grammar, and ten times faster; some builds of PyYAML lack it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise YamlError(f"not valid YAML: {error.problem}", mark.line + 1 if mark else 1) from error
    except yaml.YAMLError as error:
        raise YamlError("not valid YAML: a character that YAML does not allow") from error
    return builder.root or Node(1, None)


class _Open:
    """A collection whose end was not reached, and the pending key of a mapping with its line."""

    __slots__ = ("key", "line", "node")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.key: str | None = None
        self.line = 0


class _Builder:
    """Builds the tree from events, with a stack of its own."""

    def __init__(self, limits: Limits, meaning: Meaning) -> None:
        from yaml import events

        self.root: Node | None = None
        self._limits = limits
        self._meaning = meaning
        self._open: list[_Open] = []
        self._values = 0
        self._adding: dict[type[Event], Callable[[Any, int], None]] = {
            events.DocumentStartEvent: self._document,
            events.AliasEvent: _refuse,
            events.ScalarEvent: self._scalar,
            events.MappingStartEvent: self._mapping,
            events.SequenceStartEvent: self._sequence,
            events.MappingEndEvent: self._end,
            events.SequenceEndEvent: self._end,
        }

    def take(self, event: "Event") -> None:
        """Add what an event tells."""
        add = self._adding.get(type(event))
        if add is not None:
            add(event, event.start_mark.line + 1 if event.start_mark is not None else 1)

    def _document(self, _: "Event", line: int) -> None:
        if self.root is not None:
            raise YamlError("more than one document in the file", line)

    def _end(self, _: "Event", __: int) -> None:
        self._open.pop()

    def _scalar(self, event: "ScalarEvent", line: int) -> None:
        _refuse(event, line)
        written = event.value
        if len(written) > self._limits.scalar:
            raise YamlError(f"a value of more than {self._limits.scalar:,} characters", line)
        around = self._open[-1] if self._open else None
        if around is not None and around.key is None and isinstance(around.node.value, dict):
            if written in around.node.value:
                raise YamlError(f"key {written!r} is given twice", line)
            around.key, around.line = written, line
            return
        self._place(Node(line, self._meaning(written) if event.implicit[0] else written))

    def _mapping(self, event: "CollectionStartEvent", line: int) -> None:
        self._collection(event, line, {})

    def _sequence(self, event: "CollectionStartEvent", line: int) -> None:
        self._collection(event, line, [])

    def _collection(self, event: "CollectionStartEvent", line: int, value: "list[Node] | dict[str, Node]") -> None:
        _refuse(event, line)
        around = self._open[-1] if self._open else None
        if around is not None and around.key is None and isinstance(around.node.value, dict):
            raise YamlError("a key must be text", line)
        if len(self._open) >= self._limits.depth:
            raise YamlError(f"nested deeper than {self._limits.depth} levels", line)
        node = Node(line, value)
        self._place(node)
        self._open.append(_Open(node))

    def _place(self, node: Node) -> None:
        """Put a node where it belongs."""
        self._values += 1
        if self._values > self._limits.values:
            raise YamlError(f"more than {self._limits.values:,} values", node.line)
        if not self._open:
            self.root = node
            return
        around = self._open[-1]
        inside = around.node.value
        if isinstance(inside, list):
            inside.append(node)
        elif isinstance(inside, dict) and around.key is not None:
            node.line = around.line
            inside[around.key] = node
            around.key = None


def _refuse(event: "NodeEvent", line: int) -> None:
    """Refuse an anchor, an alias or a tag."""
    if event.anchor is not None:
        raise YamlError("anchors and aliases are not supported here; write the value out", line)
    # "!" is what a quoted scalar may carry; every other tag asks for a type, or for code to run.
    tag = getattr(event, "tag", None)
    if tag is not None and tag != "!":
        raise YamlError(f"tags ({tag}) are not supported here", line)


_SETTINGS = {"": None, "~": None, "null": None, "true": True, "false": False}
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_DIGITS = r"\d(?:_?\d)*"
_NUMBER = re.compile(rf"[-+]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][-+]?\d{{1,3}})?", re.ASCII)
_LONGEST = 19
"""Digits that an integer of 64 bits can have; numbers with more are decimals, or text."""


def of_settings(written: str) -> Scalar:
    """Null, a boolean, an integer, or text.

    ``yes`` and ``on`` are text, and a number is an integer only if it is written the way it prints, so that
    ``012345678901``, ``1.10`` and ``2026-12-31`` stay what they look like.
    """
    if written.lower() in _SETTINGS and written in {written.lower(), written.upper(), written.capitalize()}:
        return _SETTINGS[written.lower()]
    digits = written.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) < _LONGEST and str(int(written)) == written:
        return int(written)
    return written


def of_amounts(written: str) -> Scalar:
    """Null, a number exactly as written (``1_200.50``; ``010`` is 10), or text."""
    if written in _NULL:
        return None
    if not _NUMBER.fullmatch(written):
        return written
    digits = written.replace("_", "")
    return int(digits) if digits.lstrip("+-").isdigit() and len(digits) <= _LONGEST else Decimal(digits)
