"""A policy document as a tree with places, without any meaning.

What the elements of a policy mean is the business of `auditor.iam`; here a document is mappings, lists and leaves,
each of which can be a gap (something stands there that the input does not tell).
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

import msgspec

from auditor.model.known import Cause, Unknown
from auditor.model.origin import Location
from auditor.model.text import Text, text

MAX_DEPTH = 64
"""Levels of nesting beyond which a document is not read (IAM documents have about six)."""

Scalar: TypeAlias = Text | bool | int | float | None


class Leaf(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="leaf"):
    """A scalar. Strings are Texts; numbers and booleans stay what they were."""

    value: Scalar
    at: Location = Location()


class Entry(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One key of a mapping with its node; `at` is the place of the key."""

    key: Text
    node: "Node"
    at: Location = Location()


class Mapping(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="mapping"):
    """A mapping in written order; `open` says why there may be entries that are not told."""

    entries: tuple[Entry, ...]
    at: Location = Location()
    open: Unknown | None = None

    def get(self, *names: str) -> "Node | None":
        """The node of the first entry whose literal key is one of the names."""
        for entry in self.entries:
            if entry.key.literal in names:
                return entry.node
        return None


class Sequence(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="sequence"):
    """A list; `open` says why there may be items that are not told."""

    items: tuple["Node", ...]
    at: Location = Location()
    open: Unknown | None = None


class Gap(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="gap"):
    """Something stands here, or nothing at all: the input does not tell.

    Attributes:
        unknown: why it is not known.
        at: where it would stand.
        may_be_absent: False when something certainly stands here.
    """

    unknown: Unknown
    at: Location = Location()
    may_be_absent: bool = True


Node: TypeAlias = Leaf | Mapping | Sequence | Gap


class Document(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A policy document: the JSON text as an API gave it, or a tree with places as a template holds it.

    Exactly one of `json` and `tree` is set. Documents compare by what they hold, so equal ones are parsed once.
    """

    json: str | None = None
    tree: Node | None = None
    at: Location = Location()

    @property
    def root(self) -> Node:
        """The document as a tree. A text that is no JSON is a gap with cause FAILED."""
        if self.tree is not None:
            return self.tree
        return _tree(self.json or "")


class _TooDeepError(ValueError):
    pass


class _DuplicateKeyError(ValueError):
    pass


@lru_cache(maxsize=8192)
def _tree(written: str) -> Node:
    try:
        if _depth(written) > MAX_DEPTH:
            raise _TooDeepError(f"nested deeper than {MAX_DEPTH} levels")
        return node_of(json.loads(written, object_pairs_hook=_Pairs))
    except (ValueError, RecursionError) as error:
        return Gap(Unknown(Cause.FAILED, f"policy document is not readable JSON: {error}"), may_be_absent=False)


class _Pairs(list[tuple[str, object]]):
    """A JSON object as its pairs, so that none is lost."""


_NO_BRACKETS = re.compile(r"""[^]["{}]+|"[^"\\]*(?:\\.[^"\\]*)*\\?"?""", re.DOTALL)
"""Strings, one that does not end among them, and what is neither string nor bracket."""


def _depth(written: str) -> int:
    """Nesting of brackets outside strings, without recursion."""
    deepest = depth = 0
    for bracket in _NO_BRACKETS.sub("", written):
        if bracket in "[{":
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    return deepest


def node_of(value: object, pointer: str = "") -> Node:
    """A tree of plain JSON data (dicts, lists, scalars); the places are JSON Pointers."""
    at = Location(pointer=pointer)
    if type(value) is str:
        return Leaf(Text((value,)) if value else text(), at)
    match value:
        case _Pairs() | dict():
            pairs = value if isinstance(value, list) else list(value.items())
            keys = [key for key, _ in pairs]
            if len(set(keys)) != len(keys):
                twice = next(key for key in keys if keys.count(key) > 1)
                raise _DuplicateKeyError(f"key {twice!r} stands twice at {pointer or '/'}")
            return Mapping(tuple(_entry(key, item, pointer) for key, item in pairs), at)
        case list() | tuple():
            return Sequence(tuple(node_of(item, f"{pointer}/{index}") for index, item in enumerate(value)), at)
        case str():
            return Leaf(text(value), at)
        case bool() | int() | float() | None:
            return Leaf(value, at)
        case _:
            raise TypeError(f"{type(value).__name__} is not JSON")


def _entry(key: str, item: object, pointer: str) -> Entry:
    name = key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key
    inner = f"{pointer}/{name}"
    return Entry(text(key), node_of(item, inner), Location(pointer=inner))


def gaps(node: Node) -> Iterator[Unknown]:
    """Every Unknown in a tree: gaps, open ends and holes of texts."""
    pending: list[Node] = [node]
    while pending:
        match pending.pop():
            case Gap(unknown=unknown):
                yield unknown
            case Leaf(value=Text() as written):
                yield from written.holes
            case Mapping(entries=entries, open=end):
                if end is not None:
                    yield end
                for entry in entries:
                    yield from entry.key.holes
                pending.extend(entry.node for entry in entries)
            case Sequence(items=items, open=end):
                if end is not None:
                    yield end
                pending.extend(items)
            case Leaf():
                pass
