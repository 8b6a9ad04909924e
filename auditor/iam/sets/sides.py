"""The statements of both sides of a comparison, and the ways in which a request can be new."""

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from auditor.iam.elements import Policy
from auditor.iam.sets.box import Box, Manner, Part, boxes, of_effect, surely
from auditor.iam.sets.checks import LIFTED, POSSIBLE
from auditor.iam.sets.contents import length_of
from auditor.iam.sets.sift import Cover, chunks
from auditor.iam.sets.work import Work

Way: TypeAlias = tuple[list[Part], list[Part], int]
"""Boxes that a request is in, boxes that it is in none of, and the number of the policy."""


class Policies(NamedTuple):
    """All that takes part in a comparison; `within` allows the requests that are asked about, None for all."""

    new: Sequence[Policy]
    old: Sequence[Policy]
    shared: Sequence[Policy]
    within: Policy | None = None

    @property
    def all(self) -> tuple[Policy, ...]:
        """The policies of all sides."""
        return (*self.new, *self.old, *self.shared)


class _Side(NamedTuple):
    """The statements of one side, by effect; those that allow with the number of their policy."""

    allows: Sequence[tuple[int, Box]] = ()
    denies: Sequence[Box] = ()


class Sides(NamedTuple):
    """The statements of all sides; `within` is the set of the requests that are asked about, None for all."""

    new: _Side
    old: _Side
    shared: _Side
    within: Box | None

    def most(self, work: Work) -> Iterator[Way]:
        """The ways to new access when gaps are filled in its favour."""
        new, old, shared, inside = self
        within = [] if inside is None else [Part(inside, POSSIBLE)]
        refused = _certain((*new.denies, *shared.denies))
        cover = Cover(refused + _certain(box for _, box in (*old.allows, *shared.allows)), work)
        same = {box.same for _, box in (*old.allows, *shared.allows)} - {None}
        for where, box in new.allows:
            left = None if box.same in same else cover.left_of(box)
            if left is not None:
                for base in chunks([Part(left, LIFTED), *within]):
                    yield base, cover.beside(base), where
        # What both sides share was allowed before, and is refused still.
        cover = Cover(refused, work)
        left_over = map(cover.left_of, old.denies)
        gone = Cover((Part(box, POSSIBLE) for box in left_over if box is not None), work)
        for where, box in (*new.allows, *shared.allows) if gone.parts else ():
            for index in gone.near([Part(box, LIFTED)]):
                for base in chunks([Part(box, LIFTED), gone.parts[index], *within]):
                    yield base, cover.beside(base), where

    def least(self, work: Work) -> Iterator[Way]:
        """The ways to new access when gaps are filled against it."""
        new, old, shared, inside = self
        within = [] if inside is None else _certain((inside,))
        refused = [Part(box, POSSIBLE) for box in (*new.denies, *shared.denies)]
        cover = Cover([*refused, *(Part(box, POSSIBLE) for _, box in (*old.allows, *shared.allows))], work)
        same = {box.same for _, box in (*old.allows, *shared.allows)} - {None}
        for where, box in new.allows:
            for one in _certain((box,)) if box.same not in same else ():
                for base in chunks([one, *within]):
                    yield base, cover.beside(base), where
        cover = Cover(refused, work)
        gone = Cover(_certain(old.denies), work)
        for where, box in (*new.allows, *shared.allows):
            for one in _certain((box,)):
                for index in gone.near([one]):
                    for base in chunks([one, gone.parts[index], *within]):
                        yield base, cover.beside(base), where


_OF_A_CHARACTER = 2
"""Units of work to read a character of a pattern."""


def _certain(some: Iterable[Box]) -> list[Part]:
    """The boxes as far as they certainly count."""
    return [part for box in some if (part := surely(box)) is not None]


def sides_of(policies: Policies, manner: Manner, work: Work) -> Sides:
    """The statements that can make a difference.

    What both sides refuse alike is refused still. Where all that was refused is, what both sides allow alike is
    nothing new.

    Raises:
        TooMuchError: there is less work left than it takes to read them.
    """
    new, old, shared, within = policies
    asked = None if within is None else boxes(within, "Allow", manner)[0]
    still = _said((*new, *shared), "Deny")
    is_gone = any(policy.open for policy in old) or any(
        said is None or said not in still for policy in old for _, said in of_effect(policy, "Deny")
    )
    had = frozenset() if is_gone else _said((*old, *shared), "Allow")
    first = _side(new, manner, work, allowed=had)
    if not is_gone and not first.allows:
        return Sides(first, _Side(), _Side(), asked)
    second = _side(old, manner, work, refused=still)
    return Sides(first, second, _side(shared, manner, work, first=len(new)), asked)


def _said(policies: Iterable[Policy], effect: str) -> frozenset[object]:
    """What the statements with an effect say, as far as there are no gaps in it."""
    return frozenset(said for policy in policies for _, said in of_effect(policy, effect) if said is not None)


def _side(
    policies: Sequence[Policy],
    manner: Manner,
    work: Work,
    *,
    first: int = 0,
    allowed: Container[object] = (),
    refused: Container[object] = (),
) -> _Side:
    """The statements of one side but those that say what both sides do.

    Args:
        policies: of the side.
        manner: how statements are read.
        work: what may be spent.
        first: number of the first policy.
        allowed: what statements say that allow and are left out.
        refused: what statements say that refuse and are left out.
    """
    for policy in policies:
        for effect, but in (("Allow", allowed), ("Deny", refused)):
            read = (each for each, said in of_effect(policy, effect) if said is None or said not in but)
            work.spend(_OF_A_CHARACTER * length_of(read))
    return _Side(
        [(number, box) for number, each in enumerate(policies, first) for box in boxes(each, "Allow", manner, allowed)],
        [box for policy in policies for box in boxes(policy, "Deny", manner, refused)],
    )
