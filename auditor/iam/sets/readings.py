"""Atoms read together: which of them a string matches, in each reading."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
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
        places: for each atom its pattern in each reading, -1 for none.
        needed: the patterns of groups, one of each of which must match.
    """

    together: Together
    places: tuple[tuple[int, int, int], ...]
    needed: tuple[int, ...]


_LARGEST = 50_000
"""Places of the largest automaton that is kept for other questions."""


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
    size = universe.size + sum(atom.size for atom in atoms)
    work.spend(size)
    return (_compiled if size <= _LARGEST else _compiled.__wrapped__)(atoms, universe, wanted, variables)


@lru_cache(maxsize=512)
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

    places = tuple(
        (
            number(atom.certain, soft=False),
            number(atom.lifted, soft=False),
            number(atom.widest(variables), soft=soft),
        )
        for atom in atoms
    )
    groups = [[number(steps, soft=soft) for steps in universe.patterns]]
    groups.extend([number(steps, soft=False) for steps in each.patterns] for each in wanted)
    needed = [sum(1 << each for each in set(group)) for group in groups]
    patterns = tuple(steps for steps, _ in numbers)
    hard_scope = None if variables is Variables.ANYTHING else VARIABLE
    together = Together(patterns, tuple(soft for _, soft in numbers), hard_scope=hard_scope)
    return Reading(together, places, tuple(needed))


def signature(matched: int, places: tuple[tuple[int, int, int], ...]) -> Signature:
    """The atoms that match where these patterns do."""
    certain = lifted = possible = 0
    for index, (one, two, three) in enumerate(places):
        bit = 1 << index
        certain |= bit if one >= 0 and matched >> one & 1 else 0
        lifted |= bit if two >= 0 and matched >> two & 1 else 0
        possible |= bit if three >= 0 and matched >> three & 1 else 0
    return Signature(certain, lifted, possible)
