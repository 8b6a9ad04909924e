"""Whether a product of sets is covered by others, and a request that shows that it is not.

Every dimension is cut into classes of values. A class lets some of the covering boxes through; a request escapes them
all when the classes of its values have no box in common. The search goes dimension by dimension, keeps only the boxes
that still cover, and never looks at a class that lets more boxes through than another does.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from auditor.iam.sets.atoms import Variables
from auditor.iam.sets.bits import indices
from auditor.iam.sets.box import Part
from auditor.iam.sets.checks import ACTION, PRINCIPAL, RESOURCE, SESSION
from auditor.iam.sets.principals import SESSIONS
from auditor.iam.sets.readings import Group
from auditor.iam.sets.real import World, actions_of, every_action, listed, services_of, world
from auditor.iam.sets.spaces import Bounded, Choice, Sieve, Space
from auditor.iam.sets.work import TooMuchError, Work

Classes: TypeAlias = Mapping[str, Choice]
"""A class for each dimension that matters."""

_MOST_KINDS = 2_000
"""Kinds of actions, by the statements that let them through, that are told apart."""
_TRIED = 24
"""Kinds of actions that are looked at for one that is known."""

_OF_A_SEARCH = 50
"""Units of work to begin a search."""
_OF_OPTIONS = 20
"""Units of work to look at the values of a dimension."""
_OF_A_TEST = 4
"""Units of work for each box that tests them."""

_FIRST = (ACTION, RESOURCE, PRINCIPAL)
_ALWAYS = (ACTION, RESOURCE)
"""What every request has; who sends it is told only where it matters."""
_NO_VALUES = Group(())


class Universe(NamedTuple):
    """What actions, resources and principals there are, as patterns."""

    actions: Group
    resources: Group
    principals: Group

    def of(self, dimension: str) -> Group | None:
        """The patterns of a dimension; None for condition keys."""
        match dimension:
            case "Action":
                return self.actions
            case "Resource":
                return self.resources
            case "Principal":
                return self.principals
            case "Session":
                return SESSIONS
            case _:
                return None


def escape(
    base: Sequence[Part],
    cover: Sequence[Part],
    universe: Universe,
    work: Work,
    variables: Variables,
    *,
    real: bool = False,
) -> Iterator[Classes]:
    """Requests that are in every box of the base and in none of the cover: one that is better to read, and any.

    Without `real` there are none only if there is no such request at all.

    Args:
        base: boxes.
        cover: boxes.
        universe: what requests there are.
        work: what may be spent.
        variables: what policy variables are taken to be.
        real: only requests of actions that are known, on resources that they have. Without it such a request comes
            first.

    Raises:
        TooMuchError: it takes more work.
    """
    search = _Search(base, cover, universe, work, variables)
    found = search.run()
    if found is None:
        return
    if real:
        yield from search.of_known(within=None)
        return
    yield from search.of_some_known()
    yield found


class _Kinds(NamedTuple):
    """Actions that the same boxes of the cover let through: the boxes, and the actions."""

    left: int
    actions: int


class _Search:
    def __init__(
        self, base: Sequence[Part], cover: Sequence[Part], universe: Universe, work: Work, variables: Variables
    ) -> None:
        self._base = base
        self._universe = universe
        self._variables = variables
        self._work = work
        self._cover = list(cover)
        work.spend(_OF_A_SEARCH + len(cover))
        keys = sorted({name for part in (*base, *cover) for name in part.box.tests if name not in _FIRST})
        self._dimensions = (*_FIRST, *keys)
        self._testing: dict[str, int] = {}
        for index, part in enumerate(cover):
            for name in part.box.tests:
                self._testing[name] = self._testing.get(name, 0) | 1 << index
        self._known: dict[tuple[int, int], Classes | None] = {}
        self._having: World | None = None

    def run(self) -> Classes | None:
        """The search over all requests."""
        start = self._start(self._dimensions)
        if start is None:
            return None
        found = self._from(0, (1 << len(self._cover)) - 1)
        return None if found is None else {**start, **found}

    def of_known(self, within: int | None) -> Iterator[Classes]:
        """The search over the requests of known actions, those that are alike together.

        Args:
            within: how many kinds are looked at, None for all.
        """
        services = self._services()
        tried = 0
        for left, actions in self._kinds(give_up=within is not None):
            # What no request escapes, no real one does.
            if within is None and not self._escapes(left):
                continue
            seen: set[tuple[tuple[str, ...], frozenset[str]]] = set()
            for name in listed(actions):
                self._work.spend(1)
                having = world(name)
                alike = (having.formats, self._absent(having))
                if alike in seen or not having.can_name(services):
                    continue
                seen.add(alike)
                tried += 1
                found = self._of_action(name, left, having)
                if found is not None:
                    yield found
                    return
                if within is not None and tried >= within:
                    return

    def of_some_known(self) -> Iterator[Classes]:
        """A request of a known action, if there is one that is found with little work."""
        work = self._work
        self._work = part = work.part()
        given = part.left
        try:
            found = next(self.of_known(within=_TRIED), None)
        except TooMuchError:
            found = None
        self._work = work
        work.spend(given - max(part.left, 0))
        if found is not None:
            yield found

    def _services(self) -> frozenset[str] | None:
        tests = (part.box.tests.get(RESOURCE, ()) for part in self._base)
        return next((found for test in tests if (found := services_of(test)) is not None), None)

    def _absent(self, having: World) -> frozenset[str]:
        """The keys that requests do not have."""
        return frozenset(key for key in self._dimensions[3:] if key != SESSION and not having.may_carry(key))

    def _kinds(self, *, give_up: bool) -> list[_Kinds]:
        """The known actions of the base, by the boxes of the cover that let them through; fewest boxes first."""
        actions = every_action()
        for part in self._base:
            actions &= actions_of(part.box.tests.get(ACTION, ()), part.mode)
        kinds = {0: actions} if actions else {}
        for index, part in enumerate(self._cover):
            named = actions_of(part.box.tests.get(ACTION, ()), part.mode)
            split: dict[int, int] = {}
            for left, some in kinds.items():
                if some & named:
                    split[left | 1 << index] = some & named
                if some & ~named:
                    split[left] = some & ~named
            self._work.spend(len(split))
            kinds = split
            if len(kinds) > _MOST_KINDS:
                if give_up:
                    return []
                raise TooMuchError(f"more than {_MOST_KINDS} kinds of actions")
        return [_Kinds(*each) for each in sorted(kinds.items(), key=lambda each: (each[0].bit_count(), each[0]))]

    def _escapes(self, left: int) -> bool:
        self._having = None
        self._known.clear()
        return self._from(1, left) is not None

    def _of_action(self, name: str, left: int, having: World) -> Classes | None:
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

    def _from(self, level: int, left: int) -> Classes | None:
        """A way from a dimension on that leaves none of the boxes that are left."""
        if not left:
            return {}
        if level == len(self._dimensions):
            return None
        if (level, left) not in self._known:
            self._known[level, left] = self._look(level, left)
        return self._known[level, left]

    def _look(self, level: int, left: int) -> Classes | None:
        name = self._dimensions[level]
        testing = left & self._testing.get(name, 0)
        if not testing:
            return self._from(level + 1, left)
        for kept, choice in self._options(name, testing):
            found = self._from(level + 1, left & ~testing | kept)
            if found is not None:
                return {name: choice, **found}
        return None

    def _options(self, name: str, testing: int) -> list[tuple[int, Choice]]:
        """The least sets of boxes that classes let through, each with a class; of boxes that test a dimension."""
        self._work.spend(_OF_OPTIONS + _OF_A_TEST * testing.bit_count())
        space = self._space(name, testing)
        sieve = Sieve([(1 << index, self._bounded(self._cover[index], name)) for index in indices(testing)], space.bits)
        found: dict[int, Choice] = {}
        for choice in space.choices():
            self._work.spend(sieve.weight)
            kept = sieve.passed(choice)
            if not kept:
                return [(0, choice)]
            found.setdefault(kept, choice)
        least: list[tuple[int, Choice]] = []
        for kept in sorted(found, key=int.bit_count):
            self._work.spend(1 + len(least) // 8)
            if not any(kept & other == other for other, _ in least):
                least.append((kept, found[kept]))
        return least

    def _bounded(self, part: Part, name: str) -> Bounded:
        return Bounded(part.box.tests.get(name, ()), part.mode)

    def _space(self, name: str, testing: int) -> Space:
        return Space(
            tuple(self._bounded(part, name) for part in self._base if name in part.box.tests),
            tuple(self._bounded(self._cover[index], name) for index in indices(testing)),
            universe=self._values_of(name),
            key="" if name in _FIRST else name,
            work=self._work,
            variables=self._variables,
        )

    def _values_of(self, name: str) -> Group | None:
        if self._having is not None:
            if name == RESOURCE:
                return self._having.resources
            if name not in _FIRST and name != SESSION and not self._having.may_carry(name):
                return _NO_VALUES
        return self._universe.of(name)
