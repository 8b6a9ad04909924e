"""Policy variables: ``${key}``, ``${key, 'default'}``, and the escapes ``${*}``, ``${?}``, ``${$}``.

They exist in version 2012-10-17 only; in older documents ``${…}`` is plain text.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from auditor.iam.automaton import Piece
from auditor.iam.wildcard import Glob, wildcards_of
from auditor.model.known import Cause, Unknown
from auditor.model.text import Part, Symbol, Text

if TYPE_CHECKING:
    from auditor.iam.request import Request

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_OPENED = re.compile(r"\$(?:\{[^{}]*)?\Z")
_BRACE = re.compile(r"[{}]")
_CLOSING = re.compile(r"\}")
_DEFAULT = re.compile(r"\s*([^\s,]+)\s*,\s*'([^']*)'\s*")
_ESCAPED = {"*": "*", "?": "?", "$": "$"}


class Variable(NamedTuple):
    """A key to be replaced by its value in the request; `default` when it has none."""

    key: str
    default: str | None


class Lacking(Enum):
    """Why a pattern with variables has no value for a request."""

    VALUE = "the request carries no value"
    """AWS: the variable is null; the pattern equals nothing and matches no resource."""
    ONE_VALUE = "the key has several values"
    """AWS: such a key cannot be used as a variable."""


_Raw: TypeAlias = tuple[Piece | Variable, ...]


class Template:
    """A pattern with variables, compiled anew for the values of each request."""

    __slots__ = ("fold", "raw")

    def __init__(self, raw: _Raw, *, fold: bool) -> None:
        self.raw = raw
        self.fold = fold

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its variables, as written."""
        return tuple(piece.key for piece in self.raw if isinstance(piece, Variable))

    def fill(self, request: "Request") -> tuple[Piece, ...] | Lacking:
        """Its pieces for a request; why there are none when a variable has no value, so that it matches nothing."""
        pieces: list[Piece] = []
        for piece in self.raw:
            if not isinstance(piece, Variable):
                pieces.append(piece)
                continue
            value = request.value(piece.key)
            if isinstance(value, Unknown):
                pieces.append(value)
            elif value and len(value) == 1:
                pieces.extend(value[0].parts)
            elif value:
                return Lacking.ONE_VALUE
            elif piece.default is not None:
                pieces.append(piece.default)
            else:
                return Lacking.VALUE
        return tuple(pieces)


@lru_cache(maxsize=65536)
def pieces_of(written: Text, *, variables: bool, wildcards: bool) -> _Raw:
    """A policy string cut into plain runs, wildcards, variables, symbols and holes.

    Args:
        written: the string.
        variables: whether ``${…}`` is a variable.
        wildcards: whether ``*`` and ``?`` are wildcards.
    """
    cut: list[Piece | Variable] = []
    for part in _closed(written.parts) if variables else written.parts:
        if not isinstance(part, str):
            cut.append(part)
            continue
        position = 0
        for found in _VARIABLE.finditer(part) if variables else ():
            cut.extend(_plain(part[position : found.start()], wildcards=wildcards))
            cut.append(_variable(found))
            position = found.end()
        cut.extend(_plain(part[position:], wildcards=wildcards))
    return tuple(cut)


def _closed(parts: tuple[Part, ...]) -> Iterator[Part]:
    """The parts with a hole in place of what may be a variable of which something is not told.

    What is not told may be in the name of a variable, or be the beginning of one, with what stands beside it.
    """
    rest = list(reversed(parts))
    while rest:
        part = rest.pop()
        opened = _opened(part, rest)
        if isinstance(part, str):
            yield part.removesuffix(opened)
            if not opened:
                continue
            if opened == "$":
                rest.pop()
        elif not _may_hold_variables(part):
            yield part
            continue
        closed = _take_end(rest, of_name=len(opened) > 1)
        yield Unknown(Cause.NOT_HERE, f"which policy variable {opened}… is") if opened or closed else part


def _opened(part: Part, rest: Sequence[Part]) -> str:
    """How a variable begins at the end of a string, if the part after it, the last of the rest, may go on with it."""
    found = _OPENED.search(part) if isinstance(part, str) and rest else None
    if found is None or (found.group() == "$" and not _may_hold_variables(rest[-1])):
        return ""
    return found.group()


def _may_hold_variables(part: Part) -> bool:
    """Whether a part can hold braces; names and ids have none."""
    return isinstance(part, Unknown) or (isinstance(part, Symbol) and part.may_hold_colon)


def _take_end(rest: list[Part], *, of_name: bool) -> bool:
    """Take what may be the end of a variable off the parts that follow, the last of them first.

    Args:
        rest: the parts.
        of_name: whether it certainly began, so that all of them may be of its name.

    Returns:
        Whether there is such an end.
    """
    for place in reversed(range(len(rest))):
        part = rest[place]
        if not isinstance(part, str):
            continue
        # The brace that opens it may be told where the dollar before it is not.
        opens = not of_name and place == len(rest) - 1 and part.startswith("{")
        brace = (_CLOSING if of_name else _BRACE).search(part, int(opens))
        if brace is not None and brace.group() == "}":
            rest[place:] = [part[brace.end() :]]
            return True
        if brace is not None:
            return False
    if of_name:
        rest.clear()
    return False


def _plain(run: str, *, wildcards: bool) -> list[Piece]:
    if not run:
        return []
    return wildcards_of(run) if wildcards else [run]


def _variable(found: re.Match[str]) -> Piece | Variable:
    inside = found.group(1)
    if inside in _ESCAPED:
        return _ESCAPED[inside]
    with_default = _DEFAULT.fullmatch(inside)
    if with_default is not None:
        return Variable(with_default.group(1), with_default.group(2))
    if "," in inside or not inside.strip():
        return Unknown(Cause.UNDECIDED, f"AWS does not document the policy variable ${{{inside}}}")
    return Variable(inside.strip(), None)


@lru_cache(maxsize=65536)
def compiled(written: Text, *, variables: bool, wildcards: bool = True, fold: bool = False) -> Glob | Template:
    """A policy string as a pattern: a `Glob` where it is the same for all requests, else a `Template`."""
    raw = pieces_of(written, variables=variables, wildcards=wildcards)
    plain: list[Piece] = []
    for piece in raw:
        if isinstance(piece, Variable):
            return Template(raw, fold=fold)
        plain.append(piece)
    return Glob(tuple(plain), fold=fold)
