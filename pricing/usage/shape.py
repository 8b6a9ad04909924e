"""What the parts of a usage file may be: each shape tells its JSON Schema and what is wrong with a value.

The file is read with every estimate, and importing a library that does this takes longer than the estimate.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeAlias

import msgspec

from auditor.strict_yaml import Node, Plain, Steps
from pricing.money import grouped

Mistake: TypeAlias = tuple[Steps, str]
"""Where, and what is wrong."""
Schema: TypeAlias = dict[str, Plain]


class Shape(Protocol):
    """What a value may be."""

    def schema(self) -> Schema:
        """The JSON Schema of the value."""
        ...

    def mistakes(self, node: Node, at: Steps) -> Iterator[Mistake]:
        """What is wrong with the value of a node."""
        ...


class Number(msgspec.Struct, frozen=True):
    """A number from `least` to `most`, with at most so many decimal places.

    Attributes:
        words: what it should be, for messages.
    """

    least: Decimal
    most: Decimal
    places: int
    words: str = "a number"

    def schema(self) -> Schema:
        """See `Shape`."""
        return {"type": "number", "minimum": int(self.least), "maximum": int(self.most)}

    def mistakes(self, node: Node, at: Steps) -> Iterator[Mistake]:
        """See `Shape`."""
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            yield at, f"should be {self.words}"
        elif value < self.least:
            yield at, f"should be at least {grouped(self.least)}"
        elif value > self.most:
            yield at, f"should be at most {grouped(self.most)}"
        elif isinstance(value, Decimal) and not _fits(value, self.places):
            yield at, f"should have at most {self.places} decimal places"


def _fits(value: Decimal, places: int) -> bool:
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and (exponent >= -places or value == round(value, places))


class Word(msgspec.Struct, frozen=True):
    """Text that a pattern matches as a whole.

    Attributes:
        words: what it should be, for messages.
    """

    pattern: str
    words: str

    def schema(self) -> Schema:
        """See `Shape`."""
        return {"type": "string", "pattern": f"^{self.pattern}$"}

    def mistakes(self, node: Node, at: Steps) -> Iterator[Mistake]:
        """See `Shape`."""
        if not isinstance(node.value, str) or re.fullmatch(self.pattern, node.value) is None:
            yield at, f"should be {self.words}"


class Choice(msgspec.Struct, frozen=True):
    """One of a few words or numbers."""

    values: tuple[str | int, ...]

    def schema(self) -> Schema:
        """See `Shape`."""
        return {"enum": list(self.values)}

    def mistakes(self, node: Node, at: Steps) -> Iterator[Mistake]:
        """See `Shape`."""
        if isinstance(node.value, bool | Decimal | list | dict) or node.value not in self.values:
            *others, last = map(str, self.values)
            yield at, f"should be {', '.join(others)} or {last}" if others else f"should be {last}"


class Day(msgspec.Struct, frozen=True):
    """A date, written ``2026-05-01``."""

    def schema(self) -> Schema:
        """See `Shape`."""
        return {"type": "string", "format": "date"}

    def mistakes(self, node: Node, at: Steps) -> Iterator[Mistake]:
        """See `Shape`."""
        try:
            if isinstance(node.value, str) and date.fromisoformat(node.value).isoformat() == node.value:
                return
        except ValueError:
            pass
        yield at, "should be a date like 2026-05-01"


class OrNull(msgspec.Struct, frozen=True):
    """A value that may be null."""

    shape: Shape

    def schema(self) -> Schema:
        """See `Shape`."""
        return {"anyOf": [self.shape.schema(), {"type": "null"}]}

    def mistakes(self, node: Node, at: Steps) -> Iterator[Mistake]:
        """See `Shape`."""
        if node.value is not None:
            yield from self.shape.mistakes(node, at)


class Items(msgspec.Struct, frozen=True):
    """A list."""

    shape: Shape

    def schema(self) -> Schema:
        """See `Shape`."""
        return {"type": "array", "items": self.shape.schema()}

    def mistakes(self, node: Node, at: Steps) -> Iterator[Mistake]:
        """See `Shape`."""
        if not isinstance(node.value, list):
            yield at, "should be a list"
            return
        for index, item in enumerate(node.value):
            yield from self.shape.mistakes(item, (*at, index))


class Keyed(msgspec.Struct, frozen=True):
    """A mapping whose keys are not fixed."""

    key: Word
    shape: Shape

    def schema(self) -> Schema:
        """See `Shape`."""
        return {
            "type": "object",
            "patternProperties": {f"^{self.key.pattern}$": self.shape.schema()},
            "additionalProperties": False,
        }

    def mistakes(self, node: Node, at: Steps) -> Iterator[Mistake]:
        """See `Shape`."""
        if not isinstance(node.value, dict):
            yield at, "should be a mapping"
            return
        for key, value in node.value.items():
            yield from self.key.mistakes(Node(value.line, key), (*at, key))
            yield from self.shape.mistakes(value, (*at, key))


class Fields(msgspec.Struct, frozen=True, kw_only=True):
    """A mapping with fixed keys.

    Attributes:
        words: what it is for, in the JSON Schema.
        fields: key to its shape and what it means.
        required: keys that must be there.
        rule: what is wrong with keys that are right by themselves; None when nothing is.
    """

    words: str
    fields: Mapping[str, tuple[Shape, str]]
    required: tuple[str, ...] = ()
    rule: Callable[[Mapping[str, Node]], str | None] | None = None

    def schema(self) -> Schema:
        """See `Shape`."""
        properties: Schema = {
            name: {**shape.schema(), **({"description": words} if words else {})}
            for name, (shape, words) in self.fields.items()
        }
        made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        if self.words:
            made["description"] = self.words
        if self.required:
            made["required"] = list(self.required)
        return made

    def mistakes(self, node: Node, at: Steps) -> Iterator[Mistake]:
        """See `Shape`."""
        if not isinstance(node.value, dict):
            yield at, "should be a mapping"
            return
        found = False
        for name in self.required:
            if name not in node.value:
                found = True
                yield at, f"needs {name}"
        for name, value in node.value.items():
            if name not in self.fields:
                found = True
                yield (*at, name), f"is no key here; there are {', '.join(self.fields)}"
                continue
            for mistake in self.fields[name][0].mistakes(value, (*at, name)):
                found = True
                yield mistake
        wrong = self.rule(node.value) if self.rule is not None and not found else None
        if wrong is not None:
            yield at, wrong
