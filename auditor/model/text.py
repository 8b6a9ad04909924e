"""Strings of which parts are named but not told.

A `Text` is made of literal pieces, symbols and holes. A `Symbol` is one fixed value that the input names but does
not tell (``{account}``, ``{Orders.TopicName}``): it equals itself, against anything else equality is unknown. A hole
is an `Unknown`: nothing is known about it, not even that two of them are the same.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TypeAlias

import msgspec

from auditor.model.known import Known, Truth, Unknown, Value


class Symbol(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="symbol"):
    """One fixed value that the input names but does not tell, such as ``account`` or ``Orders.TopicName``.

    `scope` is the deployment that names it: ``{account}`` of one template is not that of another. `generated` when the
    deployment makes it up, so that few strings that somebody wrote can be it.
    """

    name: str
    scope: str = ""
    generated: bool = False

    @property
    def may_hold_colon(self) -> bool:
        """Whether a colon can be in it: names and ids have none, other attributes can be ARNs or URLs."""
        return not (self.name in _SYMBOL_SHAPES or self.name.startswith("AWS::Stack") or self.name.endswith(_COLONLESS))


SECRET = Symbol("secret")
"""Stands in a URL for credentials that were there and are not kept."""

Part: TypeAlias = str | Symbol | Unknown

# What a symbol can be, as a regular expression.
_SYMBOL_SHAPES = {
    "partition": re.compile(r"aws(?:-[a-z]+)*"),
    "region": re.compile(r"[a-z]{2,}(?:-[a-z]+)+-\d+"),
    "account": re.compile(r"\d{12}"),
    "url_suffix": re.compile(r"[a-z0-9.-]+"),
}
_LONGEST_SYMBOL = 40
_LONGEST_COMPARED = 4096
"""Characters of a string beyond which it is not looked into; the longest ARN that AWS documents has 2,048."""
_GENERATED_END = re.compile(r"-[A-Za-z0-9]{11,}(?:\.fifo)?")
"""How names end that CloudFormation makes up: in twelve or more random characters."""
_COLONLESS = ("Name", "Id", "Path")


class Text(msgspec.Struct, frozen=True, gc=False):
    """A string with symbols and holes. Adjacent literals are joined and empty ones dropped by `text`."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        """For people: symbols as ``{name}``, holes as ``{?}``."""
        return "".join(_shown(part) for part in self.parts)

    @property
    def literal(self) -> str | None:
        """The plain string, or None when a part of it is not told."""
        parts = self.parts
        if len(parts) == 1:
            (only,) = parts
            return only if isinstance(only, str) else None
        return None if parts else ""

    @property
    def holes(self) -> tuple[Unknown, ...]:
        """The holes, in order."""
        return tuple(part for part in self.parts if isinstance(part, Unknown))

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """The symbols, in order."""
        return tuple(part for part in self.parts if isinstance(part, Symbol))

    @property
    def is_exact(self) -> bool:
        """Whether it has no hole, so that it equals itself."""
        # A loop is several times as fast as any(): most texts have one part.
        for part in self.parts:  # noqa: SIM110
            if isinstance(part, Unknown):
                return False
        return True

    def __add__(self, other: "Text | str") -> "Text":
        more = (other,) if isinstance(other, str) else other.parts
        return text(*self.parts, *more)

    def equals(self, other: "Text | str") -> Truth:
        """Whether both are the same string: TRUE or FALSE only if so for every filling."""
        other = other if isinstance(other, Text) else text(other)
        if self.parts == other.parts:
            return Truth.TRUE if self.is_exact else Truth.UNKNOWN
        mine, theirs = self.literal, other.literal
        if mine is not None and theirs is not None:
            return Truth.FALSE
        if mine is not None and len(mine) <= _LONGEST_COMPARED:
            return Truth.UNKNOWN if _can_be(other, mine) else Truth.FALSE
        if theirs is not None and len(theirs) <= _LONGEST_COMPARED:
            return Truth.UNKNOWN if _can_be(self, theirs) else Truth.FALSE
        ahead = _conflict(self.parts, other.parts, backwards=False)
        behind = _conflict(self.parts, other.parts, backwards=True)
        return Truth.FALSE if ahead or behind else Truth.UNKNOWN

    def startswith(self, prefix: str) -> Truth:
        """Whether it begins with a plain string."""
        return _begins(self.parts, prefix, backwards=False)

    def endswith(self, suffix: str) -> Truth:
        """Whether it ends with a plain string."""
        return _begins(self.parts, suffix, backwards=True)

    def split(self, separator: str, most: int = -1) -> "tuple[Text, ...] | None":
        """The pieces between separators (at most `most` cuts); None if a hole could hold a separator that counts.

        A hole after the last cut that is asked for does no harm; a symbol that may hold a colon is like a hole.
        """
        pieces: list[list[Part]] = [[]]
        for part in self.parts:
            if not isinstance(part, str):
                opaque = isinstance(part, Unknown) or part.may_hold_colon
                if opaque and (most < 0 or len(pieces) <= most):
                    return None
                pieces[-1].append(part)
                continue
            cuts = most - (len(pieces) - 1) if most >= 0 else -1
            first, *rest = part.split(separator, cuts) if cuts != 0 else (part,)
            pieces[-1].append(first)
            pieces.extend([piece] for piece in rest)
        return tuple(text(*piece) for piece in pieces)


def text(*parts: "Part | Text") -> Text:
    """A Text of the parts, adjacent literals joined."""
    joined: list[Part] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Text) else (part,):
            if isinstance(piece, str) and joined and isinstance(joined[-1], str):
                joined[-1] += piece
            elif piece != "":
                joined.append(piece)
    return Text(tuple(joined))


def join(separator: str, pieces: Iterable[Text]) -> Text:
    """The pieces with the separator between them."""
    parts: list[Part] = []
    for number, piece in enumerate(pieces):
        if number:
            parts.append(separator)
        parts.extend(piece.parts)
    return text(*parts)


def value_of(written: Text, known: Known[Text]) -> Value[Text]:
    """A Text as a value: one that is nothing but a hole is unknown as a whole."""
    if len(written.parts) == 1 and isinstance(written.parts[0], Unknown):
        return written.parts[0]
    return Known(written, known.origin)


def _shown(part: Part) -> str:
    if isinstance(part, str):
        return part
    return "{?}" if isinstance(part, Unknown) else "{" + part.name + "}"


def _can_be(written: Text, subject: str) -> bool:
    """Whether some filling is the string.

    Not by a regular expression: those try again and again, a template can make them take hours.
    """
    # Bit i: what was read so far can be the first i characters.
    reached = 1
    for part in written.parts:
        if isinstance(part, str):
            reached = _after(reached, part, subject)
        elif isinstance(part, Symbol) and (shape := _SYMBOL_SHAPES.get(part.name)) is not None:
            reached = _after_symbol(reached, shape, subject)
        elif isinstance(part, Unknown) or part.may_hold_colon:
            # From the first place on, every one.
            reached = (2 << len(subject)) - (reached & -reached)
        elif part.generated:
            reached = _up_to_colons(reached, subject) & _generated_ends(subject)
        else:
            reached = _up_to_colons(reached, subject)
        if not reached:
            return False
    return bool(reached >> len(subject) & 1)


def _after(reached: int, literal: str, subject: str) -> int:
    """The places behind a literal that begins at one of the places."""
    found, at = 0, subject.find(literal, (reached & -reached).bit_length() - 1)
    while at >= 0:
        found |= 1 << at
        at = subject.find(literal, at + 1)
    return (reached & found) << len(literal)


def _after_symbol(reached: int, shape: re.Pattern[str], subject: str) -> int:
    """The places behind a symbol of a known shape that begins at one of the places."""
    found = 0
    for at in _bits(reached):
        found |= _symbol_ends(shape, subject[at : at + _LONGEST_SYMBOL]) << at
    return found


@lru_cache(maxsize=4096)
def _symbol_ends(shape: re.Pattern[str], ahead: str) -> int:
    """The places behind a symbol of a known shape that begins with a string."""
    longest = shape.match(ahead)
    found = 0
    for end in range(1, longest.end() + 1) if longest is not None else ():
        if shape.fullmatch(ahead, 0, end):
            found |= 1 << end
    return found


@lru_cache(maxsize=1024)
def _generated_ends(subject: str) -> int:
    """The places behind what looks like the end of a name that a deployment makes up."""
    found = 0
    for ending in _GENERATED_END.finditer(subject):
        found |= (2 << ending.end()) - (1 << ending.start() + 12)
    return found


def _up_to_colons(reached: int, subject: str) -> int:
    """The places from each of the places on, up to the next colon."""
    found = 0
    for at in _bits(reached):
        if not found >> at & 1:
            colon = subject.find(":", at)
            end = len(subject) if colon < 0 else colon
            found |= (2 << end) - (1 << at)
    return found


def _bits(places: int) -> Iterator[int]:
    while places:
        yield (places & -places).bit_length() - 1
        places &= places - 1


def _conflict(mine: tuple[Part, ...], theirs: tuple[Part, ...], *, backwards: bool) -> bool:
    """Whether the texts differ before the first part that is not told, seen from one end."""
    left, right = list(mine), list(theirs)
    if not backwards:
        left.reverse()
        right.reverse()
    while left and right:
        a, b = left.pop(), right.pop()
        if isinstance(a, str) and isinstance(b, str):
            size = min(len(a), len(b))
            if (a[len(a) - size :] != b[len(b) - size :]) if backwards else (a[:size] != b[:size]):
                return True
            rest_a, rest_b = (a[: len(a) - size], b[: len(b) - size]) if backwards else (a[size:], b[size:])
            if rest_a:
                left.append(rest_a)
            if rest_b:
                right.append(rest_b)
        elif a != b or isinstance(a, Unknown):
            return False
    rest = left or right
    return bool(rest) and all(isinstance(part, str) for part in rest)


def _begins(parts: tuple[Part, ...], wanted: str, *, backwards: bool) -> Truth:
    """Whether the parts begin (or end) with a plain string."""
    rest = wanted
    for part in reversed(parts) if backwards else parts:
        if not rest:
            break
        if not isinstance(part, str):
            return Truth.UNKNOWN
        size = min(len(part), len(rest))
        if (part[len(part) - size :] != rest[len(rest) - size :]) if backwards else (part[:size] != rest[:size]):
            return Truth.FALSE
        rest = rest[: len(rest) - size] if backwards else rest[size:]
    return Truth.of(not rest)
