"""YAML from libyaml's events, without recursion, within limits.

Short forms of intrinsic functions (``!Sub``) become their long forms.
"""

from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from auditor.sources.cloudformation.tree import MAX_DEPTH, Budget, MalformedError, Map, Member, Node, Scalar, Seq
from auditor.sources.interface import InputError

_SHORT_NAMES = {"Ref": "Ref", "Condition": "Condition"}
_MERGE = "<<"


def read_yaml(data: bytes, path: str) -> Node:
    """The tree of a YAML file that holds one document.

    Raises:
        MalformedError: it is no YAML.
        InputError: it holds a key twice or more than one document, or is beyond a limit.
    """
    try:
        return _Builder(path).build(_parser(data))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = ": ".join(part for part in (error.context, error.problem) if part)
        place = (mark.line + 1, mark.column + 1) if mark is not None else (None, None)
        raise MalformedError(path, f"not YAML: {reason}", *place) from None
    except yaml.reader.ReaderError as error:
        line, column = _place(data, error.position)
        raise MalformedError(path, f"not YAML: {error.reason}", line, column) from None
    except yaml.YAMLError as error:
        raise MalformedError(path, f"not YAML: {error}") from None


def _parser(data: bytes) -> Any:
    if yaml.__with_libyaml__:
        from yaml._yaml import CParser

        return CParser(data)
    return yaml.SafeLoader(data)


def _place(data: bytes, position: int) -> tuple[int, int]:
    before = data[: max(position, 0)]
    return before.count(b"\n") + 1, len(before) - (before.rfind(b"\n") + 1) + 1


class _Open:
    """A mapping or list that is being read."""

    __slots__ = ("anchor", "column", "items", "key", "line", "members", "started", "tag")

    def __init__(self, event: Any, members: dict[str, Member] | None, started: int) -> None:
        mark = event.start_mark
        self.line: int = mark.line + 1
        self.column: int = mark.column + 1
        self.tag: str | None = event.tag
        self.anchor: str | None = event.anchor
        self.members = members
        self.items: list[Node] = []
        self.key: Scalar | None = None
        self.started = started


class _Builder:
    def __init__(self, path: str) -> None:
        self.path = path
        self.budget = Budget(path)
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.root: Node | None = None

    def build(self, parser: Any) -> Node:
        next_event = parser.get_event
        documents = 0
        while (event := next_event()) is not None:
            kind = type(event)
            if kind is ScalarEvent:
                self._scalar(event)
            elif kind is MappingStartEvent:
                self._open(event, {})
            elif kind is SequenceStartEvent:
                self._open(event, None)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._close()
            elif kind is AliasEvent:
                self._alias(event)
            elif kind is DocumentStartEvent:
                documents += 1
                if documents > 1:
                    mark = event.start_mark
                    raise InputError(self.path, "holds more than one YAML document", mark.line + 1, mark.column + 1)
        if self.root is None:
            raise InputError(self.path, "is empty")
        return self.root

    def _scalar(self, event: Any) -> None:
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        self.budget.used += 1
        tag = event.tag
        scalar = Scalar(event.value, not event.style and (tag is None or tag.startswith("tag:yaml.org")), line, column)
        if tag in {"tag:yaml.org,2002:str", "!"}:
            scalar = Scalar(event.value, False, line, column)
        node: Node = scalar
        if tag is not None and len(tag) > 1 and tag[0] == "!":
            node = _long_form(tag, Scalar(event.value, False, line, column))
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, 1)
        self._add(node)

    def _open(self, event: Any, members: dict[str, Member] | None) -> None:
        opened = _Open(event, members, self.budget.used)
        if len(self.stack) >= MAX_DEPTH:
            self.budget.refuse_depth(opened.line, opened.column)
        self.budget.spend(1, opened.line, opened.column)
        self.stack.append(opened)

    def _close(self) -> None:
        closed = self.stack.pop()
        node: Node
        if closed.members is None:
            node = Seq(closed.items, closed.line, closed.column)
        else:
            if _MERGE in closed.members:
                self._merge(closed.members)
            node = Map(closed.members, closed.line, closed.column)
        if closed.tag is not None and len(closed.tag) > 1 and closed.tag[0] == "!":
            node = _long_form(closed.tag, node)
        if closed.anchor is not None:
            self.anchors[closed.anchor] = (node, self.budget.used - closed.started)
        self._add(node)

    def _alias(self, event: Any) -> None:
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        found = self.anchors.get(event.anchor)
        if found is None:
            raise InputError(self.path, f"alias *{event.anchor} is not defined before", line, column)
        self.budget.spend(found[1], line, column, "values after expanding aliases")
        self._add(found[0])

    def _add(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if parent.members is None:
            parent.items.append(node)
        elif parent.key is None:
            if not isinstance(node, Scalar):
                raise InputError(self.path, "a key is no plain string", node.line, node.column)
            seen = parent.members.get(node.text)
            if seen is not None and node.text != _MERGE:
                raise InputError(
                    self.path, f"key {node.text!r} stands twice, first on line {seen.line}", node.line, node.column
                )
            parent.key = node
        else:
            key = parent.key
            parent.members[key.text] = Member(node, key.line, key.column)
            parent.key = None

    def _merge(self, members: dict[str, Member]) -> None:
        """Take in the mappings of a merge key: what stands beside it wins, then the first of them."""
        merged = members.pop(_MERGE)
        sources = merged.node.items if isinstance(merged.node, Seq) else [merged.node]
        for source in sources:
            if not isinstance(source, Map):
                raise InputError(self.path, "<< needs a mapping", merged.line, merged.column)
            self.budget.spend(len(source.members), merged.line, merged.column, "values after merging")
            for key, member in source.members.items():
                members.setdefault(key, member)


def _long_form(tag: str, node: Node) -> Node:
    """The mapping that a tagged node is short for."""
    name = tag[1:]
    key = _SHORT_NAMES.get(name, f"Fn::{name}")
    return Map({key: Member(node, node.line, node.column)}, node.line, node.column)
