"""Strings that stand for all that patterns match: enough of them to tell the patterns apart.

A star is filled with letters that no policy has, so that another pattern matches the string only where it matches
whatever stands there, and with nothing. Where a string must be matched by two patterns, their common part is made.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import heappop, heappush
from itertools import product
from math import prod
from typing import TypeAlias

from auditor.iam.audience.work import TooMuchError
from auditor.iam.automaton import Piece, Wild
from auditor.iam.resource import SEGMENTS, arn_pattern_of
from auditor.iam.wildcard import glob_of
from auditor.model.text import Part, Text, text

FRESH = "\u0192"
"""A letter that no policy has."""
NEW = FRESH * 9
"""A string that no policy has, longer than the runs of ``?`` that are met."""
MOST = 1_000
"""Common parts of patterns that are made; where there may be more, none are."""

Pieces: TypeAlias = tuple[Piece, ...]


def is_fresh(value: Text) -> bool:
    """Whether letters stand in it that no policy has."""
    return any(isinstance(part, str) and FRESH in part for part in value.parts)


def filled(pieces: Pieces, star: str = NEW) -> Text:
    """A string that a pattern matches."""
    parts: list[Part] = []
    for piece in pieces:
        if isinstance(piece, Wild):
            parts.append(star if piece is Wild.ANY else FRESH)
        else:
            parts.append(piece)
    return text(*parts)


def has_wildcards(pieces: Pieces) -> bool:
    """Whether a wildcard stands in a pattern."""
    return any(isinstance(piece, Wild) for piece in pieces)


Groups: TypeAlias = Sequence[Sequence[Pieces]]
"""The patterns of several conditions: of each condition one must match, or none."""


def strings(groups: Groups, shape: Pieces = (Wild.ANY,)) -> tuple[Text, ...]:
    """Strings that tell patterns apart, in which a wildcard goes over everything.

    Args:
        groups: the patterns of conditions.
        shape: what values look like; strings without wildcards, and symbols, need not.
    """
    found: dict[Text, None] = {}
    shaped = [[each if _may_look_otherwise(each) else common(each, shape) for each in group] for group in groups]
    for pieces in _with_common([[each for each in group if each is not None] for group in shaped], common):
        found[filled(pieces)] = None
        if Wild.ANY in pieces:
            found[filled(pieces, "")] = None
    return tuple(found)


def _may_look_otherwise(pieces: Pieces) -> bool:
    """Whether it is not told from a pattern that its strings look like values: it is one, or a symbol stands in it."""
    return not has_wildcards(pieces) or not all(isinstance(piece, str | Wild) for piece in pieces)


def arns(groups: Groups, accounts: Iterable[Text] = ()) -> tuple[Text, ...]:
    """ARNs that tell patterns of ARNs apart, of some accounts and of one that no policy has."""
    accounts = tuple(accounts)
    return tuple(dict.fromkeys(arn for pieces in of_arns(groups) for arn in _arns_of(pieces, accounts)))


def of_arns(groups: Groups) -> tuple[Pieces, ...]:
    """Patterns of ARNs, and what those of different conditions have in common."""
    return tuple(_with_common(groups, _common_arn))


def are_many(groups: Groups) -> bool:
    """Whether there are too many common parts of patterns to make them all."""
    return prod(1 + size for size in map(_wild, _different(groups)) if size) > MOST


def cost(groups: Groups) -> int:
    """How much work it is to make the common parts, in comparisons of a condition with a value."""
    sizes = [sum(map(_length, group)) for group in _different(groups)]
    return (sum(sizes) ** 2 - sum(size * size for size in sizes)) // 2 // _PLACES_OF_A_COMPARISON


_PLACES_OF_A_COMPARISON = 20


def _length(pieces: Pieces) -> int:
    if not has_wildcards(pieces):
        return 0
    return sum(len(piece) if isinstance(piece, str) else 1 for piece in pieces)


def _wild(group: Sequence[Pieces]) -> int:
    return sum(map(has_wildcards, group))


def _different(groups: Groups) -> list[tuple[Pieces, ...]]:
    return list(dict.fromkeys(tuple(dict.fromkeys(group)) for group in groups))


def segments(pieces: Pieces) -> tuple[Pieces, ...] | None:
    """The patterns of the six segments of an ARN; None for another pattern."""
    found = arn_pattern_of(pieces).segments
    return tuple(each.pieces for each in found) if found is not None and len(found) == SEGMENTS else None


def _arns_of(pieces: Pieces, accounts: tuple[Text, ...]) -> Iterator[Text]:
    cut = segments(pieces)
    if cut is None:
        yield filled(pieces)
        return
    globs = list(cut)
    if globs[2] == ("s3",) and all(each in {(), (Wild.ANY,)} for each in globs[3:5]):
        globs[3:5] = [(), ()]
    parts = [filled(each) for each in globs]
    owners = [parts[4]]
    if has_wildcards(globs[4]):
        owners += [each for each in accounts if _matches(globs[4], each)]
    for owner in owners:
        yield _joined((*parts[:4], owner, parts[5]))


def _matches(pieces: Pieces, value: Text) -> bool:
    return common(pieces, tuple(value.parts)) is not None


def _joined(parts: Iterable[Text]) -> Text:
    pieces: list[Part] = []
    for number, part in enumerate(parts):
        pieces.extend((":", *part.parts) if number else part.parts)
    return text(*pieces)


def _with_common(groups: Groups, meet: "Callable[[Pieces, Pieces], Pieces | None]") -> Iterator[Pieces]:
    """The patterns, and what patterns of different conditions have in common."""
    found: dict[Pieces, None] = {}
    many = are_many(groups)
    for group in _different(groups):
        wild = [each for each in group if has_wildcards(each)]
        before = [each for each in found if has_wildcards(each)]
        found.update(dict.fromkeys(group))
        for one, two in () if many else product(before, wild):
            both = meet(one, two)
            if both is not None:
                found[both] = None
    yield from found


def _common_arn(one: Pieces, two: Pieces) -> Pieces | None:
    mine, theirs = segments(one), segments(two)
    if mine is None or theirs is None:
        return common(one, two)
    found: list[Piece] = []
    for number, (left, right) in enumerate(zip(mine, theirs, strict=True)):
        both = common(left, right)
        if both is None:
            return None
        found.extend((":", *both) if number else both)
    return tuple(found)


@lru_cache(maxsize=4096)
def common(one: Pieces, two: Pieces) -> Pieces | None:
    """A pattern of which both match every string; None when there is no string that both match.

    Symbols and holes are letters of their own.

    Raises:
        TooMuchError: the patterns are too long.
    """
    left, right = _letters(one), _letters(two)
    if len(left) * len(right) > _WORK:
        raise TooMuchError
    start, end = (0, 0), (len(left), len(right))
    came: dict[_Place, _Step] = {}
    ahead = [_Ahead(0, start, start, None)]
    while ahead and end not in came:
        cost, place, before, letter = heappop(ahead).told
        if place not in came:
            came[place] = (before, letter)
            for following, step in _steps(left, right, *place):
                # A star that is left out makes a string that is less like others.
                price = _LEFT_OUT if step is None else step is not Wild.ANY
                heappush(ahead, _Ahead(cost + price, following, place, step))
    if end not in came:
        return None
    path: list[Piece] = []
    while end != start:
        end, letter = came[end]
        path.extend(() if letter is None else (letter,))
    return glob_of(reversed(path)).pieces


_WORK = 250_000
"""Places in two patterns that are looked at together, at most."""
_LEFT_OUT = 3
_Place: TypeAlias = tuple[int, int]
_Step: TypeAlias = tuple[_Place, Piece | None]


class _Ahead:
    """A place to go to, the cheapest first."""

    __slots__ = ("cost", "told")

    def __init__(self, cost: int, place: _Place, before: _Place, letter: Piece | None) -> None:
        self.cost = (cost, place)
        self.told = (cost, place, before, letter)

    def __lt__(self, other: "_Ahead") -> bool:
        return self.cost < other.cost


def _letters(pieces: Pieces) -> tuple[Piece, ...]:
    return tuple(letter for piece in pieces for letter in (piece if isinstance(piece, str) else (piece,)))


def _steps(left: Pieces, right: Pieces, i: int, j: int) -> Iterator[_Step]:
    """The ways on from a place in both patterns, each with the letter that it takes."""
    mine = left[i] if i < len(left) else None
    theirs = right[j] if j < len(right) else None
    if mine is Wild.ANY and theirs is Wild.ANY:
        yield (i + 1, j), Wild.ANY
        yield (i, j + 1), Wild.ANY
    elif mine is Wild.ANY:
        if theirs is not None:
            yield (i, j + 1), theirs
        yield (i + 1, j), None
    elif theirs is Wild.ANY:
        if mine is not None:
            yield (i + 1, j), mine
        yield (i, j + 1), None
    elif mine is not None and (mine == theirs or theirs is Wild.ONE):
        yield (i + 1, j + 1), mine
    elif mine is Wild.ONE and theirs is not None:
        yield (i + 1, j + 1), theirs
