"""What of a comparison is seen at a glance, so that the search looks at the rest only.

Most statements of large policies have nothing to do with each other: they name other accounts, topics or services. And
most of what two versions of a policy allow is written in both. What is dropped here changes no answer: a pattern of a
statement that another statement has too, with nothing else that it asks for, and a statement that no request of the
other can match.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from auditor.iam.operators import Operator, Quantifier
from auditor.iam.sets.apart import Neighbours, is_inside
from auditor.iam.sets.atoms import ANYTHING, Atom
from auditor.iam.sets.bits import indices
from auditor.iam.sets.box import Box, Part, covers
from auditor.iam.sets.checks import ACTION, CERTAIN, ONE_OF, PRINCIPAL, RESOURCE, Check, Test
from auditor.iam.sets.work import Work

_ALWAYS = frozenset({ACTION, RESOURCE, PRINCIPAL})
"""What every request has a value of."""
_MOST_ASKED = 16
"""Patterns of a statement whose neighbours are looked for; there is no use in it where many are asked for."""
_MOST_NEAR = 256
"""Neighbours that are kept apart from the others."""
_MOST_WIDER = 16
"""Neighbours of a pattern that are looked at for those that hold all that it does."""
_OF_WIDER = 8
"""Units of work to look at one."""
_LONG = 60
"""Patterns that are looked at together, at most: automata of longer lists are slower than many of short ones."""
_AT_ONCE = 8
"""Patterns of a longer list that are looked at together."""


class Cover:
    """Boxes, by what they ask for.

    Args:
        parts: the boxes; a request that one of them certainly holds is not looked for.
        work: what may be spent.
    """

    def __init__(self, parts: Iterable[Part], work: Work) -> None:
        self.parts = tuple(parts)
        self._work = work
        self._all = (1 << len(self.parts)) - 1
        self._certain = 0
        self._dimensions: dict[str, _Dimension] = {}
        for index, part in enumerate(self.parts):
            if part.mode is CERTAIN and not part.box.doubtful:
                self._certain |= 1 << index
            for name, test in part.box.tests.items():
                if name not in self._dimensions:
                    self._dimensions[name] = _Dimension(self._all, always=name in _ALWAYS)
                self._dimensions[name].add(index, test)
            work.spend(1)

    def left_of(self, box: Box) -> Box | None:
        """A box without what one of these is seen to hold; None for nothing."""
        self._work.spend(1 + len(self._dimensions) + len(self.parts) // 64)
        implied = {name: kept.implied(box.tests.get(name, ()), self._work) for name, kept in self._dimensions.items()}
        if self._holding(implied) or any(
            covers(self._not_implied(index, implied), box) for index in self._perhaps(implied)
        ):
            return None
        tests = dict(box.tests)
        for name, kept in self._dimensions.items():
            check = _one_of_some(tests.get(name, ()))
            if check is not None and check.how.quantifier is Quantifier.SINGLE and kept.is_quantified:
                # Several values at once may be among the patterns together, and among no pattern all of them.
                continue
            others = self._holding({**implied, name: self._all}) if check is not None else 0
            if check is None or not others:
                continue
            self._work.spend(1 + len(check.atoms) // 4)
            atoms = tuple(atom for atom in check.atoms if not kept.holding(check.how, atom, self._work) & others)
            if not atoms:
                return None
            if len(atoms) < len(check.atoms):
                tests[name] = (check._replace(atoms=atoms),)
                implied[name] = kept.implied(tests[name], self._work)
        return box._replace(tests=tests)

    def _holding(self, implied: Mapping[str, int]) -> int:
        """The boxes whose every test is implied."""
        found = self._certain
        for mask in implied.values():
            found &= mask
        return found

    def _perhaps(self, implied: Mapping[str, int]) -> Iterator[int]:
        """The boxes with tests of which it takes a closer look to see whether they are implied."""
        found = self._certain
        for name, mask in implied.items():
            found &= mask | self._dimensions[name].odd
        for index in indices(found):
            self._work.spend(2)
            yield index

    def _not_implied(self, index: int, implied: Mapping[str, int]) -> Box:
        """What a box asks for beside the tests that are implied."""
        box = self.parts[index].box
        return box._replace(tests={name: test for name, test in box.tests.items() if not implied[name] >> index & 1})

    def beside(self, base: Sequence[Part]) -> list[Part]:
        """The boxes that may have a request in common with all of some, asking for what those may have only."""
        near = self._near(base)
        return [self._narrowed(index, near) for index in indices(self._not_apart(near))]

    def near(self, base: Sequence[Part]) -> Iterator[int]:
        """The numbers of the boxes that may have a request in common with all of some."""
        # A request that carries several values of a key may be in two that ask for different ones.
        near = {name: atoms for name, atoms in self._near(base).items() if name in _ALWAYS}
        return indices(self._not_apart(near))

    def _near(self, base: Sequence[Part]) -> Mapping[str, Mapping[Atom, None]]:
        """For some dimensions, the only patterns that need to be looked at."""
        found: dict[str, Mapping[Atom, None]] = {}
        for name, kept in self._dimensions.items():
            if not kept.asking:
                continue
            asked = (check.atoms for part in base for check in _present(part, name))
            some = (kept.neighbours(each, self._work) for each in asked if len(each) <= _MOST_ASKED)
            least = min((near for near in some if near is not None), key=len, default=None)
            if least is not None:
                found[name] = least
        return found

    def _not_apart(self, near: Mapping[str, Mapping[Atom, None]]) -> int:
        alive = self._all
        for name, atoms in near.items():
            kept = self._dimensions[name]
            having = 0
            for atom in atoms:
                having |= kept.boxes_of[atom]
            alive &= having | ~kept.asking
        self._work.spend(1 + len(near) * (1 + len(self.parts) // 512))
        return alive

    def _narrowed(self, index: int, near: Mapping[str, Mapping[Atom, None]]) -> Part:
        part = self.parts[index]
        tests: dict[str, Test] = {}
        for name, atoms in near.items():
            kept = self._dimensions[name]
            if not kept.asking >> index & 1:
                continue
            (check,) = part.box.tests[name]
            if len(atoms) < len(check.atoms):
                tests[name] = (check._replace(atoms=tuple(a for a in atoms if kept.boxes_of[a] >> index & 1)),)
        self._work.spend(1 + len(tests))
        return part._replace(box=part.box._replace(tests={**part.box.tests, **tests})) if tests else part


class _Dimension:
    """The tests of one dimension.

    Attributes:
        asking: the boxes that ask for one of some patterns, and nothing else.
        boxes_of: those of them that a pattern is one for.
        odd: the boxes with tests of another form.
        is_quantified: whether a test asks for some or all of several values.
    """

    def __init__(self, everyone: int, *, always: bool) -> None:
        self.asking = self.odd = 0
        self.boxes_of: dict[Atom, int] = {}
        self._free = everyone
        self._always = always
        self.is_quantified = False
        self._same: dict[Check, int] = {}
        self._having: dict[tuple[Operator, Atom], int] = {}
        self._held: dict[tuple[Operator, Atom], int] = {}
        self._neighbours: Neighbours | None = None

    def add(self, index: int, test: Test) -> None:
        bit = 1 << index
        self._free &= ~bit
        self.is_quantified |= any(check.how.quantifier is not Quantifier.SINGLE for check in test)
        if len(test) != 1 or test[0].how.negated or test[0].present is not None or test[0].how.base == "null":
            self.odd |= bit
            return
        check = test[0]
        if all(atom.is_told for atom in check.atoms):
            self._same[check] = self._same.get(check, 0) | bit
        for atom in check.atoms:
            if atom.is_told:
                self._having[check.how, atom] = self._having.get((check.how, atom), 0) | bit
            if self._always and check.how is ONE_OF and atom.certain == ANYTHING:
                self._free |= bit
        if check.how.quantifier is Quantifier.SINGLE:
            self.asking |= bit
            for atom in check.atoms:
                self.boxes_of[atom] = self.boxes_of.get(atom, 0) | bit

    def implied(self, test: Test, work: Work) -> int:
        """The boxes whose test holds where some checks do."""
        found = self._free
        for check in test:
            found |= self._same.get(check, 0)
            if check.how.negated or check.present is not None or check.how.base == "null" or not check.atoms:
                continue
            having = -1
            for atom in check.atoms:
                having &= self._holding(check.how, atom, work)
                if not having:
                    break
            found |= having
        return found

    def holding(self, how: Operator, atom: Atom, work: Work) -> int:
        """The boxes whose test holds where a check with one pattern does."""
        return self._free | self._holding(how, atom, work)

    def _holding(self, how: Operator, atom: Atom, work: Work) -> int:
        found = self._held.get((how, atom))
        if found is None:
            found = self._having.get((how, atom), 0)
            near = self.neighbours((atom,), work, _MOST_WIDER) or ()
            for wider in near:
                having = self._having.get((how, wider), 0)
                if having & ~found and is_inside(atom, wider):
                    found |= having
            work.spend(_OF_WIDER * len(near))
            self._held[how, atom] = found
        return found

    def neighbours(self, asked: tuple[Atom, ...], work: Work, most: int = _MOST_NEAR) -> Mapping[Atom, None] | None:
        """The patterns of asking boxes that are not apart from all of some; None for more than so many of one."""
        if self._neighbours is None:
            work.spend(len(self.boxes_of))
            self._neighbours = Neighbours(self.boxes_of)
        found: dict[Atom, None] = {}
        for atom in asked:
            near = self._neighbours.of(atom, most)
            work.spend(1 + (most if near is None else len(near)))
            if near is None:
                return None
            found.update(dict.fromkeys(near))
        return found


def chunks(base: Sequence[Part]) -> Iterator[list[Part]]:
    """Boxes that together hold what some boxes have in common, none with a very long list of patterns."""
    longest: tuple[int, int, str] = (_LONG, 0, "")
    for number, part in enumerate(base):
        for name in part.box.tests:
            check = _one_of_some(part.box.tests[name])
            # Without a quantifier all values of a key must certainly be among the patterns, not each in a chunk.
            if check is not None and (part.mode.generous or name in _ALWAYS):
                longest = max(longest, (len(check.atoms), number, name))
    size, number, name = longest
    if not name:
        yield list(base)
        return
    part = base[number]
    (check,) = part.box.tests[name]
    for first in range(0, size, _AT_ONCE):
        atoms = check.atoms[first : first + _AT_ONCE]
        box = part.box._replace(tests={**part.box.tests, name: (check._replace(atoms=atoms),)})
        yield [*base[:number], part._replace(box=box), *base[number + 1 :]]


def _one_of_some(test: Test) -> Check | None:
    """The check of a test that asks that a value is one of some patterns, and no more."""
    if len(test) != 1 or test[0].how.negated or test[0].present is not None or test[0].how.base == "null":
        return None
    return None if test[0].how.quantifier is Quantifier.ALL else test[0]


def _present(part: Part, name: str) -> Iterator[Check]:
    """The checks that ask for a value that is one of some patterns."""
    for check in part.box.tests.get(name, ()):
        how = check.how
        if not how.negated and not how.if_exists and how.quantifier is not Quantifier.ALL and how.base != "null":
            yield check
