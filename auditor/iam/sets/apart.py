"""Patterns that match no string in common, as can be seen at a glance: by what they say between colons.

An account is a point: two patterns that name different accounts have nothing in common, whatever else they hold. As
long as nothing in front of a colon can match a colon, what stands between two colons is the same part of every string.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from auditor.iam.automaton import Step
from auditor.iam.sets.atoms import Atom


class Segment(NamedTuple):
    """How a part between colons begins, and whether that is all of it."""

    start: str
    whole: bool


_UNKNOWN = Segment("", whole=False)


@lru_cache(maxsize=32768)
def segments(atom: Atom) -> tuple[Segment, ...]:
    """The parts of all strings that an atom matches in any reading, up to where a colon may be matched by a wildcard.

    Nothing for what is compared as a number, a date or a network.
    """
    if atom.possible is None:
        return ()
    found: list[Segment] = []
    start: list[str] = []
    whole = True
    for step in atom.possible:
        letter = _letter(step)
        if letter == ":":
            found.append(Segment("".join(start), whole))
            start, whole = [], True
        elif letter is None:
            whole = False
            if step.colon and (step.letters is None or ":" in step.letters):
                break
        elif whole:
            start.append(letter)
    found.append(Segment("".join(start), whole))
    return tuple(found)


def _letter(step: Step) -> str | None:
    """The one letter that a step takes."""
    if step.loop or step.letters is None or len(step.letters) != 1:
        return None
    return next(iter(step.letters))


def are_apart(one: Atom, two: Atom) -> bool:
    """Whether no string matches both; False also where that cannot be seen at a glance."""
    return not all(map(_agree, segments(one), segments(two)))


def _agree(left: Segment, right: Segment) -> bool:
    """Whether a part can be both."""
    if left.whole and right.whole:
        return left.start == right.start
    if right.whole or (not left.whole and len(left.start) < len(right.start)):
        left, right = right, left
    return left.start.startswith(right.start)


_LONGEST = 300
"""Steps of a pattern that is looked at for what is inside of it."""


@lru_cache(maxsize=32768)
def is_inside(narrow: Atom, wide: Atom) -> bool:
    """Whether every string that an atom may match is certainly matched by another; False also where that is not seen.

    That is where symbols are in either, or they are very long.
    """
    steps, around = narrow.possible, wide.certain
    if steps is None or around is None or max(len(steps), len(around)) > _LONGEST:
        return False
    if narrow.has_names or wide.has_names:
        return False
    places = _skipped({0}, around)
    for step in steps:
        after = set()
        for place in places:
            if place < len(around) and _takes(around[place], step):
                if around[place].loop:
                    after.add(place)
                elif not step.loop:
                    after.add(place + 1)
        # What may be any number of letters, or none, is taken by one place that takes as many.
        places = _skipped(after, around)
        if not places:
            return False
    return len(around) in places


def _takes(wide: Step, narrow: Step) -> bool:
    """Whether a step takes every letter that another does."""
    if narrow.letters is None:
        return wide.letters is None and (wide.colon or not narrow.colon)
    if wide.letters is None:
        return wide.colon or ":" not in narrow.letters
    return narrow.letters <= wide.letters


def _skipped(places: set[int], steps: tuple[Step, ...]) -> set[int]:
    """The places with those behind loops, which may be left out."""
    found: set[int] = set()
    for first in places:
        place = first
        found.add(place)
        while place < len(steps) and steps[place].loop:
            place += 1
            found.add(place)
    return found


class Neighbours:
    """Atoms by their parts, so that those that are not apart from another are found without looking at all.

    Args:
        atoms: each once.
    """

    def __init__(self, atoms: Iterable[Atom]) -> None:
        self._atoms = tuple(atoms)
        parts = [segments(atom) for atom in self._atoms]
        self._places = [
            _Place(each[place] if place < len(each) else _UNKNOWN for each in parts)
            for place in range(max(map(len, parts), default=0))
        ]

    def of(self, atom: Atom, most: int) -> list[Atom] | None:
        """The atoms that are not apart from one, in their order; None where more than so many come into question."""
        least: list[int] | range = range(len(self._atoms))
        for place, part in zip(self._places, segments(atom), strict=False):
            found = place.beside(part, min(most, len(least)))
            if found is not None:
                least = found
        if len(least) > most:
            return None
        return [self._atoms[number] for number in least if not are_apart(atom, self._atoms[number])]


class _Place:
    """The parts of atoms at one place, in the order of the atoms."""

    def __init__(self, parts: Iterable[Segment]) -> None:
        self._whole: dict[str, list[int]] = {}
        self._started: dict[str, list[int]] = {}
        for number, part in enumerate(parts):
            (self._whole if part.whole else self._started).setdefault(part.start, []).append(number)
        self._lengths = sorted({len(start) for start in self._started})
        self._all_whole, self._all_started = sorted(self._whole), sorted(self._started)

    def beside(self, part: Segment, most: int) -> list[int] | None:
        """The atoms with a part that can be the same; None for more than so many."""
        found: list[int] = []
        for numbers in self._agreeing(part):
            found.extend(numbers)
            if len(found) > most:
                return None
        return sorted(found)

    def _agreeing(self, part: Segment) -> Iterator[list[int]]:
        start = part.start
        for length in self._lengths:
            if length < len(start) or (part.whole and length == len(start)):
                yield self._started.get(start[:length], [])
        if part.whole:
            yield self._whole.get(start, [])
            return
        for table, ordered in ((self._whole, self._all_whole), (self._started, self._all_started)):
            for longer in islice(ordered, bisect_left(ordered, start), None):
                if not longer.startswith(start):
                    break
                yield table[longer]
