"""The properties of a resource, read with the types of the model.

A value of the wrong type is Unknown with cause FAILED and its place; a property that is left out is the default that
AWS documents for it.
"""

from collections.abc import Callable
from typing import TypeVar

from auditor.model import policy
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.origin import How, Location, Origin
from auditor.model.policy import Document, Gap, Leaf, Mapping, Sequence
from auditor.model.text import Text, text
from auditor.sources.cloudformation.resolved import text_of

_MAX_SHOWN = 60
"""Characters of a wrong value that are repeated."""

T = TypeVar("T")
U = TypeVar("U")


class Properties:
    """A mapping of properties, or the gap where it would stand."""

    def __init__(self, node: policy.Node | None, at: Location) -> None:
        self._at = at
        self._entries: dict[str, policy.Node] = {}
        self._places: dict[str, Location] = {}
        self._open: Unknown | None = None
        match node:
            case None | Leaf(value=None):
                pass
            case Mapping(entries=entries, open=more):
                for entry in entries:
                    name = entry.key.literal or ""
                    self._entries[name] = entry.node
                    self._places[name] = entry.at
                self._open = more
            case Gap(unknown=why):
                self._open = why
            case _:
                self._open = Unknown(
                    Cause.FAILED, f"expected a mapping, found {_kind(node)}", Origin(How.WRITTEN, node.at)
                )

    @property
    def at(self) -> Location:
        """The place of the mapping, or of the resource when it is left out."""
        return self._at

    def node(self, name: str) -> policy.Node | None:
        """A property as resolved; None when it is left out; a gap when that is not told."""
        found = self._entries.get(name)
        if found is None and self._open is not None:
            return Gap(self._open, self._at)
        return found

    def nested(self, name: str) -> "Properties":
        """The properties inside a property; all left out when it is."""
        node = self._entries.get(name)
        if node is None:
            inner = Properties(None, self._at)
            inner._open = self._open
            return inner
        return Properties(node, self._places[name])

    def with_entries(self, **entries: policy.Node) -> "Properties":
        """The same with properties added."""
        more = Properties(None, self._at)
        more._entries = self._entries | entries
        more._places = self._places | {name: node.at for name, node in entries.items()}
        more._open = self._open
        return more

    def has(self, name: str) -> bool:
        """Whether the property certainly stands there."""
        node = self._entries.get(name)
        return node is not None and not (isinstance(node, Gap) and node.may_be_absent)

    def presence(self, name: str) -> Value[bool]:
        """Whether the property stands there."""
        node = self.node(name)
        if isinstance(node, Gap) and node.may_be_absent:
            return Unknown(node.unknown.cause, node.unknown.detail, Origin(How.WRITTEN, self.place(name)))
        return Known(node is not None, Origin(How.DEFAULT if node is None else How.WRITTEN, self.place(name)))

    def place(self, name: str) -> Location:
        """The place of a property, or of the whole when it is left out."""
        return self._places.get(name, self._at)

    def text(self, name: str, default: T) -> Value[Text | T]:
        """A string; `default` when it is left out."""
        return self._read(name, default, _as_text)

    def required(self, name: str) -> Value[Text]:
        """A string that must be there."""
        return self._must(name, _as_text)

    def word(self, name: str, default: T) -> Value[str | T]:
        """A plain string; Unknown when a part of it is not told."""
        return self._read(name, default, _as_word)

    def required_word(self, name: str) -> Value[str]:
        """A plain string that must be there; Unknown when a part of it is not told."""
        return self._must(name, _as_word)

    def upper(self, name: str, default: T) -> Value[str | T]:
        """A plain string in upper case, as the enumerations of the SES API v2 are written."""
        return self._read(name, default, lambda node: _upper(_as_word(node)))

    def boolean(self, name: str, *, default: bool) -> Value[bool]:
        """A boolean, also written as a string."""
        return self._read(name, default, _as_boolean)

    def integer(self, name: str, default: T) -> Value[int | T]:
        """An integer, also written as a string."""
        return self._read(name, default, _as_integer)

    def required_integer(self, name: str) -> Value[int]:
        """An integer that must be there."""
        return self._must(name, _as_integer)

    def key(self, name: str) -> Value[Text | None]:
        """A KMS key; an empty string is none, as in the APIs."""
        value = self.text(name, None)
        empty = isinstance(value, Known) and value.value is not None and value.value.literal == ""
        return Known(None, value.origin) if empty else value

    def texts(self, name: str) -> Value[tuple[Text, ...]]:
        """A list of strings, empty when it is left out; items that are not told are holes."""
        return self._read(name, (), _as_texts)

    def required_texts(self, name: str) -> Value[tuple[Text, ...]]:
        """A list of strings that must be there."""
        return self._must(name, _as_texts)

    def words(self, name: str, default: T) -> Value[tuple[str, ...] | T]:
        """A list of plain strings in upper case."""
        return self._read(name, default, _as_upper_words)

    def document(self, name: str) -> Value[Document]:
        """A policy document that must be there, also written as a JSON string."""
        return self._must(name, _as_document)

    def optional_document(self, name: str) -> Value[Document | None]:
        """A document, None when it is left out."""
        return self._read(name, None, _as_document)

    def tags(self) -> Value[dict[str, Text]]:
        """The tags; a stack's own tags come from outside the template."""
        value = self._read("Tags", None, _as_tags)
        if isinstance(value, Known) and value.value is None:
            return Known({}, Origin(How.ABSENT, self._at))
        return value  # type: ignore[return-value]  # None was taken out above

    def _read(self, name: str, default: T, read: "Callable[[policy.Node], Value[U]]") -> "Value[U | T]":
        node = self.node(name)
        if node is None:
            return Known(default, Origin(How.DEFAULT, self._at))
        if isinstance(node, Gap):
            return Unknown(node.unknown.cause, node.unknown.detail, Origin(How.WRITTEN, self.place(name)))
        value = read(node)
        if isinstance(value, Unknown) and value.cause is Cause.FAILED:
            return Unknown(value.cause, f"{name}: {value.detail}", value.origin)
        return value

    def _must(self, name: str, read: "Callable[[policy.Node], Value[T]]") -> Value[T]:
        value = self._read(name, None, read)
        if isinstance(value, Known) and value.value is None:
            return Unknown(Cause.FAILED, f"{name} is required and left out", Origin(How.WRITTEN, self._at))
        return value  # type: ignore[return-value]  # None was taken out above


def items_of(node: policy.Node | None) -> tuple[policy.Node, ...]:
    """The items of a list; a gap where there may be more, or a single item without a list, is one too."""
    match node:
        case None | Leaf(value=None):
            return ()
        case Sequence(items=items, open=more):
            return items if more is None else (*items, Gap(more, node.at))
        case _:
            return (node,)


def _written(node: policy.Node) -> Origin:
    return Origin(How.WRITTEN, node.at)


def _wrong(expected: str, node: policy.Node) -> Unknown:
    return Unknown(Cause.FAILED, f"expected {expected}, found {_kind(node)}", _written(node))


def _kind(node: policy.Node) -> str:
    match node:
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
        case Leaf(value=Text() as written):
            shown = str(written)
            return repr(shown if len(shown) <= _MAX_SHOWN else f"{shown[:_MAX_SHOWN]}…")
        case Leaf(value=None):
            return "null"
        case Leaf(value=value):
            return str(value).lower()
        case Gap():
            return "something that is not told"


def _as_text(node: policy.Node) -> Value[Text]:
    if not isinstance(node, Leaf) or node.value is None:
        return _wrong("a string", node)
    return Known(node.value if isinstance(node.value, Text) else text_of(node, node.at), _written(node))


def _as_word(node: policy.Node) -> Value[str]:
    value = _as_text(node)
    if isinstance(value, Unknown):
        return value
    literal = value.value.literal
    if literal is not None:
        return Known(literal, value.origin)
    holes = value.value.holes
    if holes:
        return Unknown(holes[0].cause, holes[0].detail, value.origin)
    return Unknown(Cause.NOT_HERE, f"{value.value} is not told in full", value.origin)


def _upper(value: Value[str]) -> Value[str]:
    return value if isinstance(value, Unknown) else Known(value.value.upper(), value.origin)


def _as_boolean(node: policy.Node) -> Value[bool]:
    if isinstance(node, Leaf) and isinstance(node.value, bool):
        return Known(node.value, _written(node))
    value = _as_word(node)
    if isinstance(value, Unknown):
        return _wrong("true or false", node) if value.cause is Cause.FAILED else value
    if value.value.lower() not in {"true", "false"}:
        return _wrong("true or false", node)
    return Known(value.value.lower() == "true", value.origin)


def _as_integer(node: policy.Node) -> Value[int]:
    value = _as_word(node)
    if isinstance(value, Unknown):
        return _wrong("an integer", node) if value.cause is Cause.FAILED else value
    digits = value.value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        return _wrong("an integer", node)
    return Known(int(value.value), value.origin)


def _as_texts(node: policy.Node) -> Value[tuple[Text, ...]]:
    if isinstance(node, Leaf):
        value = _as_text(node)
        return value if isinstance(value, Unknown) else Known((value.value,), value.origin)
    if not isinstance(node, Sequence):
        return _wrong("a list", node)
    items = [text_of(item, item.at) for item in node.items]
    if node.open is not None:
        items.append(text(node.open))
    return Known(tuple(items), _written(node))


def _as_upper_words(node: policy.Node) -> Value[tuple[str, ...]]:
    if isinstance(node, Leaf):
        word = _upper(_as_word(node))
        return word if isinstance(word, Unknown) else Known((word.value,), word.origin)
    if not isinstance(node, Sequence):
        return _wrong("a list", node)
    words: list[str] = []
    for item in node.items:
        if isinstance(item, Gap):
            return item.unknown
        word = _as_word(item)
        if isinstance(word, Unknown):
            return word
        words.append(word.value.upper())
    return node.open if node.open is not None else Known(tuple(words), _written(node))


def _as_document(node: policy.Node) -> Value[Document]:
    if isinstance(node, Leaf):
        if not isinstance(node.value, Text):
            return _wrong("a document", node)
        from auditor.sources.cloudformation.json_text import from_json

        return Known(Document(tree=from_json(node.value, node.at), at=node.at), _written(node))
    return Known(Document(tree=node, at=node.at), _written(node))


def _as_tags(node: policy.Node) -> Value[dict[str, Text]]:
    tags: dict[str, Text] = {}
    if isinstance(node, Mapping):
        pairs = [(entry.key, entry.node) for entry in node.entries]
        more = node.open
    elif isinstance(node, Sequence):
        pairs = []
        more = node.open
        for item in node.items:
            if isinstance(item, Gap):
                return item.unknown
            if not isinstance(item, Mapping):
                return _wrong("a tag", item)
            key, value = item.get("Key"), item.get("Value")
            pairs.append((text_of(key, item.at), value if value is not None else Leaf(text(""), item.at)))
    else:
        return _wrong("a list of tags", node)
    for key_text, value_node in pairs:
        if key_text.literal is None:
            return key_text.holes[0] if key_text.holes else Unknown(Cause.NOT_HERE, f"tag key {key_text} is not told")
        tags[key_text.literal] = text_of(value_node, value_node.at)
    return Known(tags, _written(node)) if more is None else more
