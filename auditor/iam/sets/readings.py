"""Atoms read together: which of them a string matches, in each reading."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from auditor.iam.sets.atoms import VARIABLE, Atom, Variables
from auditor.iam.sets.strings import Letter, Steps, Together
from auditor.iam.sets.work import Work


class Signature(NamedTuple):
    """Which atoms match a string, one bit for each, in the three readings."""

    certain: int
    lifted: int
    possible: int


Word: TypeAlias = tuple[Letter, ...]


class Group:
    """Patterns one of which must match. Groups compare by identity."""

    __slots__ = ("patterns", "size")

    def __init__(self, patterns: Iterable[Steps]) -> None:
        self.patterns = tuple(patterns)
        self.size = sum(map(len, self.patterns))


class Wanted(NamedTuple):
    """Atoms one of which must match in a reading, by its number in `Signature`: certain or lifted."""

    atoms: tuple[Atom, ...]
    reading: int

    @property
    def patterns(self) -> Iterator[Steps]:
        """Those that match anything."""
        for atom in self.atoms:
            steps = atom.lifted if self.reading else atom.certain
            if steps is not None:
                yield steps


class Reading(NamedTuple):
    """The atoms of one question read together.

    Attributes:
        together: the automaton.
        places: for each pattern the atoms that match where it does, in each reading; one bit for each atom.
        needed: the patterns of groups, one of each of which must match.
    """

    together: Together
    places: tuple[Signature, ...]
    needed: tuple[int, ...]


_BITS_OF_A_UNIT = 4_096
"""Bits of an automaton that are made with one unit of work."""
_KEPT = 200_000_000
"""Bits of the automata that are kept for other questions, at most."""


class _Kept:
    """Automata by what they are made of, the last ones."""

    def __init__(self) -> None:
        self._readings: dict[object, Reading] = {}
        self._bits = 0

    def get(self, key: object) -> Reading | None:
        """The one that was kept."""
        return self._readings.get(key)

    def keep(self, key: object, made: Reading) -> None:
        """Keep one, and let go of the oldest where there are too many."""
        self._readings[key] = made
        self._bits += made.together.bits
        while self._bits > _KEPT and self._readings:
            gone = self._readings.pop(next(iter(self._readings)), None)
            self._bits -= 0 if gone is None else gone.together.bits


_kept = _Kept()


def reading(
    atoms: tuple[Atom, ...], universe: Group, wanted: tuple[Wanted, ...], variables: Variables, work: Work
) -> Reading:
    """Compile atoms.

    Args:
        atoms: in the order of the bits of a signature.
        universe: what there is; a symbol may be anything to it.
        wanted: what must match, so that the search need not look elsewhere.
        variables: what policy variables are taken to be.
        work: what may be spent.

    Raises:
        TooMuchError: there is less work left than it takes.
    """
    work.spend(universe.size + sum(atom.size for atom in atoms))
    key = (atoms, universe, wanted, variables)
    made = _kept.get(key)
    if made is None:
        made = _compiled(*key)
        _kept.keep(key, made)
    # Counted alike when it was kept: an answer does not depend on other questions.
    work.spend(made.together.bits // _BITS_OF_A_UNIT)
    return made


def _compiled(
    atoms: tuple[Atom, ...],
    universe: Group,
    wanted: tuple[Wanted, ...],
    variables: Variables,
) -> Reading:
    numbers: dict[tuple[Steps, bool], int] = {}
    soft = any(not atom.is_plain(variables) for atom in atoms)

    def number(steps: Steps | None, *, soft: bool) -> int:
        return -1 if steps is None else numbers.setdefault((steps, soft), len(numbers))

    marks: dict[int, list[int]] = {}
    for index, atom in enumerate(atoms):
        readings = (
            number(atom.certain, soft=False),
            number(atom.lifted, soft=False),
            number(atom.widest(variables), soft=soft),
        )
        # As long as there are atoms: one number for all readings, not one for each.
        bit = 1 << index
        for which, place in enumerate(readings):
            if place >= 0:
                mark = marks.setdefault(place, [0, 0, 0])
                mark[which] = mark[which] | bit if mark[which] else bit
    groups = [[number(steps, soft=soft) for steps in universe.patterns]]
    groups.extend([number(steps, soft=False) for steps in each.patterns] for each in wanted)
    needed = [sum(1 << each for each in set(group)) for group in groups]
    patterns = tuple(steps for steps, _ in numbers)
    hard_scope = None if variables is Variables.ANYTHING else VARIABLE
    together = Together(patterns, tuple(soft for _, soft in numbers), hard_scope=hard_scope)
    places = tuple(Signature(*marks.get(place, (0, 0, 0))) for place in range(len(patterns)))
    return Reading(together, places, tuple(needed))


def signature(matched: int, places: tuple[Signature, ...]) -> Signature:
    """The atoms that match where these patterns do."""
    certain = lifted = possible = 0
    while matched:
        low = matched & -matched
        one, two, three = places[low.bit_length() - 1]
        certain |= one
        lifted |= two
        possible |= three
        matched ^= low
    return Signature(certain, lifted, possible)
