"""Whether a product of sets is covered by others, and a request that shows that it is not.

Every dimension is cut into classes of values. A class lets some of the covering boxes through; a request escapes them
all when the classes of its values have no box in common. The search goes dimension by dimension, keeps only the boxes
that still cover, and never looks at a class that lets more boxes through than another does.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from auditor.iam.database import action_names
from auditor.iam.sets.box import ACTION, PRINCIPAL, RESOURCE, Part
from auditor.iam.sets.real import World, actions_of, services_of, world
from auditor.iam.sets.spaces import Bounded, Choice, Space, passes
from auditor.iam.sets.strings import Steps, TooMuchError

Found: TypeAlias = Mapping[str, Choice]
"""A class for each dimension that matters."""

MOST_STEPS = 20_000
"""Choices that one search looks at."""

_FIRST = (ACTION, RESOURCE, PRINCIPAL)
_ALWAYS = (ACTION, RESOURCE)
"""What every request has; who sends it is told only where it matters."""


class Universe(NamedTuple):
    """What actions, resources and principals there are, as patterns."""

    actions: tuple[Steps, ...]
    resources: tuple[Steps, ...]
    principals: tuple[Steps, ...]

    def of(self, dimension: str) -> tuple[Steps, ...] | None:
        """The patterns of a dimension; None for condition keys."""
        match dimension:
            case "Action":
                return self.actions
            case "Resource":
                return self.resources
            case "Principal":
                return self.principals
            case _:
                return None


def escape(
    base: Sequence[Part], cover: Sequence[Part], universe: Universe, *, generic: bool, real: bool = False
) -> Found | None:
    """A request that is in every box of the base and in none of the cover; None when there is none.

    Args:
        base: boxes.
        cover: boxes.
        universe: what requests there are.
        generic: whether policy variables have a value that equals nothing else.
        real: only requests of actions that are known, on resources that they have. Without it such a request is
            preferred.

    Raises:
        TooMuchError: it takes more work than the engine takes on.
    """
    search = _Search(base, cover, universe, generic=generic)
    if real:
        return search.real()
    found = search.run()
    return None if found is None else search.known(found)


class _Search:
    def __init__(self, base: Sequence[Part], cover: Sequence[Part], universe: Universe, *, generic: bool) -> None:
        self._base = base
        self._universe = universe
        self._generic = generic
        self._cover = list(cover)
        keys = sorted({name for part in (*base, *cover) for name in part.box.tests if name not in _FIRST})
        self._dimensions = (*_FIRST, *keys)
        self._known: dict[tuple[int, int], Found | None] = {}
        self._steps = 0
        self._having: World | None = None

    def run(self) -> Found | None:
        """The search over all requests."""
        start = self._start(self._dimensions)
        if start is None:
            return None
        found = self._from(0, (1 << len(self._cover)) - 1)
        return None if found is None else {**start, **found}

    def known(self, found: Found) -> Found:
        """A request like the found one, of a known action on a resource that it has, if there is one."""
        testing = [(1 << index, actions_of(part.box.tests.get(ACTION, ()))) for index, part in enumerate(self._cover)]
        tried: set[int] = set()
        for name in self._actions():
            left = sum(bit for bit, actions in testing if name in actions)
            if left in tried:
                continue
            tried.add(left)
            better = self._of_action(name, left, world(name))
            if better is not None:
                return better
        return found

    def _actions(self) -> list[str]:
        """The known actions of the base."""
        wanted = [actions_of(part.box.tests[ACTION]) for part in self._base if ACTION in part.box.tests]
        return sorted(frozenset.intersection(*wanted)) if wanted else list(action_names())

    def real(self) -> Found | None:
        """The search over the requests of known actions, those that are alike together."""
        if self.run() is None:
            return None
        testing = [(1 << index, actions_of(part.box.tests.get(ACTION, ()))) for index, part in enumerate(self._cover)]
        services = services_of(self._base[0].box.tests.get(RESOURCE, ()))
        alike: dict[int, dict[World, str]] = {}
        for name in self._actions():
            left = sum(bit for bit, actions in testing if name in actions)
            having = world(name)
            if having.can_name(services):
                alike.setdefault(left, {}).setdefault(having, name)
        for left, worlds in alike.items():
            # What no request escapes, no real one does.
            if self._of_any(left):
                for having, name in worlds.items():
                    found = self._of_action(name, left, having)
                    if found is not None:
                        return found
        return None

    def _of_any(self, left: int) -> bool:
        self._having = None
        self._known.clear()
        return self._from(1, left) is not None

    def _of_action(self, name: str, left: int, having: World) -> Found | None:
        self._having = having
        self._known.clear()
        start = self._start(self._dimensions[1:])
        if start is None:
            return None
        found = self._from(1, left)
        action = Choice((), (tuple(name),))
        return None if found is None else {**start, **found, ACTION: action}

    def _start(self, dimensions: tuple[str, ...]) -> dict[str, Choice] | None:
        """A class of the base for each dimension that matters to it; None when there is none."""
        start: dict[str, Choice] = {}
        for name in dimensions:
            if name in _ALWAYS or any(name in part.box.tests for part in self._base):
                first = next(self._space(name, 0).choices(), None)
                if first is None:
                    return None
                start[name] = first
        return start

    def _from(self, level: int, left: int) -> Found | None:
        """A way from a dimension on that leaves none of the boxes that are left."""
        if not left:
            return {}
        if level == len(self._dimensions):
            return None
        if (level, left) not in self._known:
            self._known[level, left] = self._look(level, left)
        return self._known[level, left]

    def _look(self, level: int, left: int) -> Found | None:
        name = self._dimensions[level]
        testing = [index for index in _indices(left) if name in self._cover[index].box.tests]
        if not testing:
            return self._from(level + 1, left)
        free = left & ~sum(1 << index for index in testing)
        for kept, choice in self._options(name, left, testing):
            found = self._from(level + 1, free | kept)
            if found is not None:
                return {name: choice, **found}
        return None

    def _options(self, name: str, left: int, testing: list[int]) -> list[tuple[int, Choice]]:
        """The least sets of boxes that classes let through, each with a class."""
        space = self._space(name, left)
        tests = [(1 << index, self._bounded(self._cover[index], name)) for index in testing]
        found: dict[int, Choice] = {}
        for choice in space.choices():
            self._steps += 1
            if self._steps > MOST_STEPS:
                raise TooMuchError(f"more than {MOST_STEPS} combinations")
            kept = 0
            for bit, bounded in tests:
                if passes(bounded, choice, space.bits):
                    kept |= bit
            if not kept:
                return [(0, choice)]
            found.setdefault(kept, choice)
        least = [kept for kept in found if not any(other != kept and other & kept == other for other in found)]
        return [(kept, found[kept]) for kept in sorted(least, key=int.bit_count)]

    def _bounded(self, part: Part, name: str) -> Bounded:
        return Bounded(part.box.tests.get(name, ()), part.mode)

    def _space(self, name: str, left: int) -> Space:
        return Space(
            tuple(self._bounded(part, name) for part in self._base if name in part.box.tests),
            tuple(self._bounded(self._cover[i], name) for i in _indices(left) if name in self._cover[i].box.tests),
            universe=self._values_of(name),
            is_key=name not in _FIRST,
            generic=self._generic,
        )

    def _values_of(self, name: str) -> tuple[Steps, ...] | None:
        if name == RESOURCE and self._having is not None:
            return self._having.resources
        return self._universe.of(name)


def _indices(mask: int) -> Iterator[int]:
    index = 0
    while mask:
        if mask & 1:
            yield index
        mask >>= 1
        index += 1
