"""Wildcard patterns against strings and against other patterns, with symbols and holes, in bounded time.

A `Glob` is a pattern in which ``*`` stands for any string and ``?`` for any one character. A plain pattern is cut at
its stars and its stretches are found one after the other in a plain string. Where a symbol or a hole takes part, two
automata answer: see `auditor.iam.automaton`.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, partial

from auditor.iam.automaton import Automaton, Piece, Wild, certain_steps, possible_steps
from auditor.model.known import Truth, Unknown
from auditor.model.text import Symbol, Text

_WORK_OF_A_REGULAR_EXPRESSION = 4_000_000
"""Characters times pattern length up to which searching a piece with ``?`` is left to `re`."""


class Glob:
    """A compiled pattern. Make it with `glob` (from a Text) or `glob_of` (from pieces)."""

    __slots__ = ("_certain", "_cuts", "_possible", "fold", "has_gaps", "pieces")

    def __init__(self, pieces: tuple[Piece, ...], *, fold: bool) -> None:
        self.fold = fold
        self.pieces = _normal(pieces, fold=fold)
        self.has_gaps = any(isinstance(piece, Symbol | Unknown) for piece in self.pieces)
        self._cuts = None if self.has_gaps else _cut(self.pieces)
        self._certain: Automaton | None = None
        self._possible: Automaton | None = None

    def __str__(self) -> str:
        return "".join(_shown(piece) for piece in self.pieces)

    @property
    def is_all(self) -> bool:
        """Whether it certainly matches every string."""
        return self.pieces == (Wild.ANY,)

    @property
    def literal(self) -> str | None:
        """The only string that it matches, None when there may be others."""
        if not self.pieces:
            return ""
        return self.pieces[0] if len(self.pieces) == 1 and isinstance(self.pieces[0], str) else None

    def matches(self, subject: Text) -> Truth:
        """Whether a string is matched; TRUE or FALSE only if so for every filling of both."""
        if self._cuts is not None:
            literal = subject.literal
            if literal is not None:
                return Truth.of(_match(self._cuts, literal.lower() if self.fold else literal))
        if self.is_all:
            return Truth.TRUE
        return self._decide(_folded(subject.parts, fold=self.fold))

    def matches_literal(self, subject: str) -> Truth:
        """`matches` for a plain string."""
        if self._cuts is not None:
            return Truth.of(_match(self._cuts, subject.lower() if self.fold else subject))
        return self.matches(Text((subject,) if subject else ()))

    @property
    def test(self) -> Callable[[str], bool]:
        """`matches_literal` of a pattern without symbols and holes as a plain function; case counts."""
        literal = self.literal
        if literal is not None:
            return literal.__eq__
        return partial(_match, self._cuts or ())

    def covers(self, other: "Glob") -> Truth:
        """Whether every string that the other pattern matches is matched by this one."""
        if self.is_all:
            return Truth.TRUE
        if self._run_certain(other.pieces):
            return Truth.TRUE
        if not self.has_gaps and not other.has_gaps:
            return Truth.FALSE
        if not self._run_possible(other.pieces):
            return Truth.FALSE
        if other.has_gaps:
            return Truth.UNKNOWN
        # Even if what is not told matched everything, it might not be enough.
        widest = Glob(tuple(Wild.ANY if isinstance(p, Symbol | Unknown) else p for p in self.pieces), fold=self.fold)
        return Truth.FALSE if widest.covers(other) is Truth.FALSE else Truth.UNKNOWN

    def overlaps(self, other: "Glob") -> Truth:
        """Whether some string is matched by both patterns."""
        if self._run_possible(other.pieces):
            return Truth.UNKNOWN if self.has_gaps or other.has_gaps else Truth.TRUE
        return Truth.FALSE

    def _decide(self, subject: tuple[Piece, ...]) -> Truth:
        if self._run_certain(subject):
            return Truth.TRUE
        return Truth.UNKNOWN if self._run_possible(subject) else Truth.FALSE

    def _run_certain(self, subject: tuple[Piece, ...]) -> bool:
        if self._certain is None:
            self._certain = Automaton(certain_steps(self.pieces, pattern=True))
        return self._certain.accepts(certain_steps(subject, pattern=False))

    def _run_possible(self, subject: tuple[Piece, ...]) -> bool:
        if self._possible is None:
            self._possible = Automaton(possible_steps(self.pieces, pattern=True))
        return self._possible.accepts(possible_steps(subject, pattern=False))


@lru_cache(maxsize=65536)
def glob(written: Text, *, fold: bool = False) -> Glob:
    """The pattern that a Text means, without policy variables. `fold` ignores the case of letters."""
    pieces: list[Piece] = []
    for part in written.parts:
        if isinstance(part, str):
            pieces.extend(wildcards_of(part))
        else:
            pieces.append(part)
    return Glob(tuple(pieces), fold=fold)


def glob_of(pieces: Iterable[Piece], *, fold: bool = False) -> Glob:
    """The pattern made of pieces, for those in which some ``*`` are plain characters."""
    return Glob(tuple(pieces), fold=fold)


def wildcards_of(written: str) -> list[Piece]:
    """A plain string cut at its wildcards."""
    pieces: list[Piece] = []
    for run in re.split(r"([*?])", written):
        if run == "*":
            pieces.append(Wild.ANY)
        elif run == "?":
            pieces.append(Wild.ONE)
        elif run:
            pieces.append(run)
    return pieces


def _shown(piece: Piece) -> str:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Wild):
        return piece.value
    return "{?}" if isinstance(piece, Unknown) else "{" + piece.name + "}"


def _folded(parts: tuple[Piece, ...], *, fold: bool) -> tuple[Piece, ...]:
    return tuple(part.lower() if isinstance(part, str) else part for part in parts) if fold else parts


def _normal(pieces: tuple[Piece, ...], *, fold: bool) -> tuple[Piece, ...]:
    """Literals joined; in a run of wildcards the ``?`` first and one ``*`` at most, so that equal patterns look it."""
    result: list[Piece] = []
    ones, star = 0, False
    for piece in (*_folded(pieces, fold=fold), None):
        if piece is Wild.ONE:
            ones += 1
            continue
        if piece is Wild.ANY:
            star = True
            continue
        result.extend([Wild.ONE] * ones)
        if star:
            result.append(Wild.ANY)
        ones, star = 0, False
        if isinstance(piece, str) and result and isinstance(result[-1], str):
            result[-1] += piece
        elif piece is not None and piece != "":
            result.append(piece)
    return tuple(result)


# -- plain patterns against plain strings -----------------------------------------------------------------------------


class _Run:
    """A stretch between two stars: a plain string, or one with ``?`` in it."""

    __slots__ = ("expression", "length", "plain")

    def __init__(self, pieces: list[Piece]) -> None:
        shown = [piece if isinstance(piece, str) else None for piece in pieces]
        self.plain = "".join(piece for piece in shown if piece is not None) if None not in shown else None
        self.length = sum(1 if piece is None else len(piece) for piece in shown)
        self.expression = (
            None
            if self.plain is not None
            else re.compile("".join("." if piece is None else re.escape(piece) for piece in shown), re.DOTALL)
        )

    def at(self, subject: str, start: int) -> bool:
        """Whether it stands at a place."""
        if self.plain is not None:
            return subject.startswith(self.plain, start)
        return self.expression is not None and self.expression.match(subject, start) is not None

    def find(self, subject: str, start: int, end: int) -> int:
        """Its first place between two positions, -1 when there is none."""
        if self.plain is not None:
            return subject.find(self.plain, start, end)
        if self.expression is None or end - start < self.length:
            return -1
        if self.length * (end - start) <= _WORK_OF_A_REGULAR_EXPRESSION:
            found = self.expression.search(subject, start, end)
            return -1 if found is None else found.start()
        return self._shift_and(subject, start, end)

    def _shift_and(self, subject: str, start: int, end: int) -> int:
        """The search for long runs: one bit per character of the run."""
        masks, anything = self._masks()
        last = 1 << (self.length - 1)
        states = 0
        for position in range(start, end):
            states = ((states << 1) | 1) & (masks.get(subject[position], 0) | anything)
            if states & last:
                return position - self.length + 1
        return -1

    def _masks(self) -> tuple[dict[str, int], int]:
        masks: dict[str, int] = {}
        anything = 0
        pattern = self.expression.pattern if self.expression is not None else ""
        escaped, bit = False, 0
        for character in pattern:
            if character == "\\" and not escaped:
                escaped = True
                continue
            if character == "." and not escaped:
                anything |= 1 << bit
            else:
                masks[character] = masks.get(character, 0) | 1 << bit
            escaped = False
            bit += 1
        return masks, anything


def _cut(pieces: tuple[Piece, ...]) -> tuple[_Run, ...]:
    """The stretches between stars; a pattern without star is a single one."""
    runs: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece is Wild.ANY:
            runs.append([])
        else:
            runs[-1].append(piece)
    return tuple(_Run(run) for run in runs)


def _match(runs: tuple[_Run, ...], subject: str) -> bool:
    """Leftmost placing of every stretch, which succeeds if any placing does."""
    first = runs[0]
    size = len(subject)
    if len(runs) == 1:
        return size == first.length and first.at(subject, 0)
    last = runs[-1]
    start, end = first.length, size - last.length
    if start > end or not first.at(subject, 0) or not last.at(subject, end):
        return False
    for run in runs[1:-1]:
        found = run.find(subject, start, end)
        if found < 0:
            return False
        start = found + run.length
    return True
