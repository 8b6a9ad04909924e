"""Reading YAML that somebody else wrote: a tree with line numbers, within limits, without aliases, tags or floats.

libyaml's events are read one by one, so neither deep nesting nor expanding aliases can exhaust the process. Numbers
become Decimals (or ints) of exactly what is written; underscores may group digits.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from pricing.usage.usage import UsageError

if TYPE_CHECKING:
    from yaml.events import Event, ScalarEvent

MAX_BYTES = 16 * 1024 * 1024
MAX_NODES = 500_000
MAX_DEPTH = 12
MAX_SCALAR = 4096

Scalar: TypeAlias = str | int | Decimal | None
Plain: TypeAlias = "Scalar | list[Plain] | dict[str, Plain]"

_DIGITS = r"\d(?:_?\d)*"
_NUMBER = re.compile(rf"[-+]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][-+]?\d{{1,3}})?", re.ASCII)
"""Decimal numbers as people write them; ``010`` is 10."""
_NULL = frozenset({"", "~", "null", "Null", "NULL"})


class Node(msgspec.Struct):
    """A value with the line where it begins (1-based)."""

    line: int
    value: "Scalar | list[Node] | dict[str, Node]"

    def plain(self) -> Plain:
        """The value without lines."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def at(self, path: tuple[str | int, ...]) -> "Node":
        """The node at a path, or the last one on the way that exists."""
        node = self
        for step in path:
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


def read(content: bytes, path: str) -> Node:
    """The tree of a YAML (or JSON) file.

    Args:
        content: of the file.
        path: for messages.

    Raises:
        UsageError: with file and line, for what is not YAML or is beyond a limit.
    """
    if len(content) > MAX_BYTES:
        raise UsageError(f"{path}: larger than {MAX_BYTES:,} bytes")
    return _Builder(path).build(content)


class _Builder:
    """Makes the tree from events without recursion."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.nodes = 0
        self.stack: list[Node] = []
        self.keys: list[str | None] = []
        self.root: Node | None = None

    def build(self, content: bytes) -> Node:
        from yaml.events import (
            AliasEvent,
            CollectionEndEvent,
            CollectionStartEvent,
            MappingStartEvent,
            NodeEvent,
            ScalarEvent,
        )

        for event in self._events(content):
            line = event.start_mark.line + 1 if event.start_mark is not None else 1
            if isinstance(event, NodeEvent) and (isinstance(event, AliasEvent) or event.anchor):
                raise self._wrong(line, "anchors and aliases are not used in usage files; write the value out")
            if isinstance(event, ScalarEvent | CollectionStartEvent) and event.tag not in (None, "!"):
                raise self._wrong(line, f"tag {event.tag!r} is not used in usage files")
            if isinstance(event, ScalarEvent):
                self._scalar(event, line)
            elif isinstance(event, CollectionStartEvent):
                self._open(Node(line, {} if isinstance(event, MappingStartEvent) else []))
            elif isinstance(event, CollectionEndEvent):
                self.stack.pop()
                self.keys.pop()
        if self.root is None:
            raise UsageError(f"{self.path}: empty")
        return self.root

    def _events(self, content: bytes) -> "Iterator[Event]":
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            yield from yaml.parse(content, Loader=loader)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            reason = getattr(error, "problem", None) or str(error).splitlines()[0]
            where = f"{self.path}:{mark.line + 1}" if mark is not None else self.path
            raise UsageError(f"{where}: not YAML: {reason}") from error

    def _scalar(self, event: "ScalarEvent", line: int) -> None:
        written = event.value
        if len(written) > MAX_SCALAR:
            raise self._wrong(line, f"a value of more than {MAX_SCALAR} characters")
        if self.stack and isinstance(self.stack[-1].value, dict) and self.keys[-1] is None:
            if written in self.stack[-1].value:
                raise self._wrong(line, f"{written!r} stands twice")
            self.keys[-1] = written
            return
        self._add(Node(line, written if event.style else _resolved(written)))

    def _open(self, node: Node) -> None:
        if self.stack and isinstance(self.stack[-1].value, dict) and self.keys[-1] is None:
            raise self._wrong(node.line, "a key must be a plain name")
        if len(self.stack) >= MAX_DEPTH:
            raise self._wrong(node.line, f"nested deeper than {MAX_DEPTH} levels")
        self._add(node)
        self.stack.append(node)
        self.keys.append(None)

    def _add(self, node: Node) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self._wrong(node.line, f"more than {MAX_NODES:,} values")
        if not self.stack:
            if self.root is not None:
                raise self._wrong(node.line, "a second document; a usage file is one")
            self.root = node
            return
        parent = self.stack[-1].value
        if isinstance(parent, list):
            parent.append(node)
        elif isinstance(parent, dict) and self.keys[-1] is not None:
            parent[self.keys[-1]] = node
            self.keys[-1] = None

    def _wrong(self, line: int, reason: str) -> UsageError:
        return UsageError(f"{self.path}:{line}: {reason}")


def _resolved(written: str) -> Scalar:
    """What an unquoted scalar means: null, a number, or text."""
    if written in _NULL:
        return None
    if not _NUMBER.fullmatch(written):
        return written
    digits = written.replace("_", "")
    return int(digits) if digits.lstrip("+-").isdigit() and len(digits) < 20 else Decimal(digits)
