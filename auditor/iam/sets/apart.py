"""Patterns that match no string in common, as can be seen at a glance: by what they say between colons.

An account is a point: two patterns that name different accounts have nothing in common, whatever else they hold. As
long as nothing in front of a colon can match a colon, what stands between two colons is the same part of every string.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
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


@lru_cache(maxsize=32768)
def is_inside(narrow: Atom, wide: Atom) -> bool:
    """Whether every string that an atom may match is certainly matched by another; False also where that is not seen.

    Symbols are in neither.
    """
    steps, around = narrow.possible, wide.certain
    if steps is None or around is None or narrow.has_names or wide.has_names:
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
        self._places: list[_Place] = []
        for number, atom in enumerate(self._atoms):
            parts = segments(atom)
            while len(self._places) < len(parts):
                self._places.append(_Place(range(number)))
            for place, kept in enumerate(self._places):
                kept.add(number, parts[place] if place < len(parts) else _UNKNOWN)

    def of(self, atom: Atom) -> Iterator[Atom]:
        """The atoms that are not apart from one, in their order."""
        least: list[int] | range = range(len(self._atoms))
        for place, part in enumerate(segments(atom)[: len(self._places)]):
            found = self._places[place].beside(part)
            if found is not None and len(found) < len(least):
                least = found
        for number in least:
            if not are_apart(atom, self._atoms[number]):
                yield self._atoms[number]


class _Place:
    """The parts of atoms at one place."""

    def __init__(self, unknown: Iterable[int]) -> None:
        self._whole: dict[str, list[int]] = {}
        self._started: dict[int, dict[str, list[int]]] = {}
        for number in unknown:
            self.add(number, _UNKNOWN)

    def add(self, number: int, part: Segment) -> None:
        if part.whole:
            self._whole.setdefault(part.start, []).append(number)
        else:
            self._started.setdefault(len(part.start), {}).setdefault(part.start, []).append(number)

    def beside(self, part: Segment) -> list[int] | None:
        """Those that a whole part can be; None for a part of which only the start is told."""
        if not part.whole:
            return None
        found = list(self._whole.get(part.start, ()))
        for length, starts in self._started.items():
            found.extend(starts.get(part.start[:length], ()) if length <= len(part.start) else ())
        return sorted(found)
