"""Reads YAML that somebody else may have written, keeping where everything stands.

The tree is built from parser events, iteratively and within limits, because building it the usual way lets a small
file exhaust the stack. Scalars follow the YAML 1.2 core schema as far as a configuration needs it: ``yes`` and ``on``
are text, and a number is an integer only if it is written the way it prints, so that ``012345678901``, ``1.10`` and
``2026-12-31`` stay what they look like.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

import msgspec

if TYPE_CHECKING:
    from yaml.events import CollectionStartEvent, Event, ScalarEvent

Node: TypeAlias = "str | int | bool | list[Node] | dict[str, Node] | None"
Steps: TypeAlias = tuple[str | int, ...]
"""Keys and indexes from the root to a node."""

MAX_BYTES = 1_048_576
MAX_DEPTH = 32

_PLAIN = {"": None, "~": None, "null": None, "true": True, "false": False}


class YamlError(Exception):
    """The text is not YAML that may be read here; `line` is 1-based."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class Tree(msgspec.Struct, frozen=True):
    """A parsed file.

    Attributes:
        root: its value.
        lines: 1-based line of every node; of a mapping's value, the line of its key.
    """

    root: Node
    lines: dict[Steps, int]

    def line(self, steps: Steps) -> int:
        """The line of a node, or of the nearest node around it that exists."""
        while steps not in self.lines and steps:
            steps = steps[:-1]
        return self.lines.get(steps, 1)


def parse(data: bytes) -> Tree:
    """The tree of a YAML document.

    Raises:
        YamlError: not UTF-8, not YAML, more than one document, larger than `MAX_BYTES`, nested deeper than
            `MAX_DEPTH`, or using aliases, tags, duplicate keys or keys that are no text.
    """
    import yaml

    if len(data) > MAX_BYTES:
        raise YamlError(f"the file is larger than {MAX_BYTES:,} bytes", 1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise YamlError("the file is not UTF-8", data[: error.start].count(b"\n") + 1) from error
    builder = _Builder()
    try:
        for event in _events(text):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise YamlError(f"not valid YAML: {error.problem}", mark.line + 1 if mark else 1) from error
    except yaml.YAMLError as error:
        raise YamlError("not valid YAML: a character that YAML does not allow", 1) from error
    return Tree(builder.root, builder.lines)


def _events(text: str) -> "Iterator[Event]":
    import yaml

    # The parser made of C is the same grammar, and ten times faster; some builds of PyYAML lack it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return iter(yaml.parse(text, Loader=loader))


class _Open:
    """A collection whose end was not reached; `key` is the pending key of a mapping."""

    __slots__ = ("key", "node", "steps")

    def __init__(self, node: "list[Node] | dict[str, Node]", steps: Steps) -> None:
        self.node = node
        self.steps = steps
        self.key: str | None = None


class _Builder:
    """Builds the tree from events, with a stack of its own."""

    def __init__(self) -> None:
        self.root: Node = None
        self.lines: dict[Steps, int] = {}
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: "Event") -> None:
        """Add what an event tells."""
        from yaml import events

        line = event.start_mark.line + 1 if event.start_mark is not None else 1
        match event:
            case events.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise YamlError("more than one document in the file", line)
            case events.AliasEvent():
                raise YamlError("aliases (*name) are not supported here", line)
            case events.ScalarEvent():
                self._scalar(event, line)
            case events.CollectionStartEvent():
                self._collection(event, line, mapping=isinstance(event, events.MappingStartEvent))
            case events.SequenceEndEvent() | events.MappingEndEvent():
                self._open.pop()

    def _scalar(self, event: "ScalarEvent", line: int) -> None:
        _refuse_tag(event.tag, line)
        around = self._open[-1] if self._open else None
        if around is not None and isinstance(around.node, dict) and around.key is None:
            if event.value in around.node:
                raise YamlError(f"key {event.value!r} is given twice", line)
            around.key = event.value
            self.lines[(*around.steps, event.value)] = line
            return
        is_plain = event.implicit[0]
        self._place(_plain(event.value) if is_plain else event.value, line)

    def _collection(self, event: "CollectionStartEvent", line: int, *, mapping: bool) -> None:
        _refuse_tag(event.tag, line)
        if len(self._open) >= MAX_DEPTH:
            raise YamlError(f"nested deeper than {MAX_DEPTH} levels", line)
        node: list[Node] | dict[str, Node] = {} if mapping else []
        steps = self._place(node, line)
        self._open.append(_Open(node, steps))

    def _place(self, node: Node, line: int) -> Steps:
        """Put a node where it belongs and tell where that is."""
        if not self._open:
            self.root = node
            self.lines[()] = line
            return ()
        around = self._open[-1]
        if isinstance(around.node, list):
            steps: Steps = (*around.steps, len(around.node))
            around.node.append(node)
            self.lines[steps] = line
            return steps
        if around.key is None:
            raise YamlError("a key must be text", line)
        around.node[around.key] = node
        steps = (*around.steps, around.key)
        around.key = None
        return steps


def _refuse_tag(tag: str | None, line: int) -> None:
    # "!" is what a quoted scalar may carry; every other tag asks for a type, or for code to run.
    if tag not in {None, "!"}:
        raise YamlError(f"tags ({tag}) are not supported here", line)


def _plain(text: str) -> Node:
    """The value of a scalar without quotes."""
    if text.lower() in _PLAIN and text in {text.lower(), text.upper(), text.capitalize()}:
        return _PLAIN[text.lower()]
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) < 19 and str(int(text)) == text:
        return int(text)
    return text
