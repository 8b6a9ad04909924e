"""Patterns and strings with symbols and holes as automata.

One reading treats what is not told as a letter of its own, so that a match is certain; the other lets it be everything
that it could be, so that the absence of a match is certain. All states of an automaton are bits of one integer: the
work grows with pattern length times text length and never with the ways to match.
"""

from enum import Enum
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from auditor.model.known import Unknown
from auditor.model.text import Symbol


class Wild(Enum):
    """The two wildcards."""

    ANY = "*"
    ONE = "?"


Piece: TypeAlias = str | Symbol | Unknown | Wild
"""Part of a pattern: a run of plain characters, a symbol, a hole or a wildcard."""

_DIGITS = frozenset("0123456789")
_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz")
_REGION_LETTERS = _LOWER | _DIGITS | {"-"}
_PARTITION_LETTERS = _LOWER | {"-"}
_DOMAIN_LETTERS = _LOWER | _DIGITS | {".", "-"}


class Step(NamedTuple):
    """One step of an automaton: takes one of some letters, or (`loop`) any number of them.

    Attributes:
        letters: which, None for every letter.
        loop: whether it takes any number of them.
        name: a letter of its own, which only the same name equals.
        colon: False when, of every letter, the colon is excepted.
    """

    letters: frozenset[str] | None = None
    loop: bool = False
    name: object = None
    colon: bool = True


@lru_cache(maxsize=4096)
def _letter(letter: str) -> Step:
    return Step(frozenset(letter))


_HOLE = "equals nothing"
_ONE = "any one letter"


@lru_cache(maxsize=16384)
def certain_steps(pieces: tuple[Piece, ...], *, pattern: bool) -> tuple[Step, ...]:
    """Symbols are letters of their own; holes, and the wildcards of a subject, equal nothing but a wildcard."""
    steps: list[Step] = []
    for piece in pieces:
        if isinstance(piece, str):
            steps.extend(map(_letter, piece))
        elif isinstance(piece, Symbol):
            steps.append(Step(name=piece))
        elif isinstance(piece, Unknown):
            steps.append(Step(name=_HOLE))
        elif pattern:
            steps.append(Step(loop=piece is Wild.ANY))
        else:
            steps.append(Step(name=_HOLE if piece is Wild.ANY else _ONE))
    return tuple(steps)


@lru_cache(maxsize=16384)
def possible_steps(pieces: tuple[Piece, ...], *, pattern: bool) -> tuple[Step, ...]:
    """Symbols are all that they could be; in a pattern, a symbol could hold wildcards."""
    steps: list[Step] = []
    for piece in pieces:
        if isinstance(piece, str):
            steps.extend(map(_letter, piece))
        elif isinstance(piece, Wild):
            steps.append(Step(loop=piece is Wild.ANY))
        elif isinstance(piece, Unknown):
            steps.append(Step(loop=True))
        elif piece.name == "account":
            steps.extend([Step(_DIGITS)] * 12)
        elif piece.name == "region":
            steps.append(Step(_REGION_LETTERS, loop=True))
        elif piece.name == "partition":
            steps.extend(Step(frozenset(letter)) for letter in "aws")
            steps.append(Step(_PARTITION_LETTERS, loop=True))
        elif piece.name == "url_suffix":
            steps.append(Step(_DOMAIN_LETTERS, loop=True))
        else:
            steps.append(Step(loop=True, colon=pattern or piece.may_hold_colon))
    return tuple(steps)


class Automaton:
    """A pattern's states in one integer: bit i is set when its first i steps are done."""

    __slots__ = ("accept", "beside", "by_letter", "by_name", "loops", "ones", "size", "some", "stars")

    def __init__(self, steps: tuple[Step, ...]) -> None:
        self.size = len(steps)
        self.accept = 1 << self.size
        self.by_letter: dict[str, int] = {}
        self.by_name: dict[object, int] = {}
        self.ones = self.stars = self.loops = 0
        self.some: list[tuple[frozenset[str], int, bool]] = []
        for index, step in enumerate(steps):
            self._add(step, 1 << index)
        # Loops right behind loops: leaving one out can lead to leaving out the next.
        self.beside = self.loops & (self.loops << 1)

    def _add(self, step: Step, bit: int) -> None:
        if step.loop:
            self.loops |= bit
        if step.name is not None:
            self.by_name[step.name] = self.by_name.get(step.name, 0) | bit
        elif step.letters is None:
            if step.loop:
                self.stars |= bit
            else:
                self.ones |= bit
        elif len(step.letters) == 1 and not step.loop:
            (letter,) = step.letters
            self.by_letter[letter] = self.by_letter.get(letter, 0) | bit
        else:
            self.some.append((step.letters, bit, step.loop))

    def accepts(self, steps: tuple[Step, ...]) -> bool:
        """Whether the steps of a subject lead to the end."""
        states = self._skip(1)
        masks: dict[Step, tuple[int, int]] = {}
        loops, beside = self.loops, self.beside
        for step in steps:
            if step.loop:
                states = self._flood(states, step)
                continue
            found = masks.get(step)
            if found is None:
                found = masks[step] = self._masks(step)
            # One letter of the subject: what takes it is done or stays.
            states = ((states & found[0]) << 1) | (states & found[1])
            if not states:
                return False
            states |= (states & loops) << 1
            if states & beside:
                states = self._skip(states)
        return bool(states & self.accept)

    def _skip(self, states: int) -> int:
        """Loops may be left out."""
        states |= (states & self.loops) << 1
        while self.beside and states & self.beside:
            more = states | ((states & self.loops) << 1)
            if more == states:
                break
            states = more
        return states

    def _masks(self, step: Step) -> tuple[int, int]:
        """The steps that take one of the letters and are done, and the loops that take it."""
        if step.name is not None:
            if step.name is _HOLE:
                return 0, self.stars
            return self.ones if step.name is _ONE else self.by_name.get(step.name, 0), self.stars
        moves, stays = self.ones, self.stars
        if step.letters is None:
            for letter, mask in self.by_letter.items():
                if step.colon or letter != ":":
                    moves |= mask
        else:
            for letter in step.letters:
                moves |= self.by_letter.get(letter, 0)
        for letters, bit, loop in self.some:
            if step.letters is None or step.letters & letters:
                if loop:
                    stays |= bit
                else:
                    moves |= bit
        return moves, stays

    def _flood(self, states: int, step: Step) -> int:
        """Any number of letters of the subject."""
        moves, stays = self._masks(step)
        through = moves | stays | self.loops
        shift = 1
        # After k rounds the states have spread up to 2^k - 1 steps along what can be passed.
        while through and shift <= self.size:
            states |= (states & through) << shift
            through &= through >> shift
            shift <<= 1
        return states
