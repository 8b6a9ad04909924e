"""Sets of strings that patterns tell apart: many patterns read together, letter by letter.

All patterns stand in one integer, one bit for each of their places. The strings over which no two patterns behave
differently form a class; `classes` finds every class that exists, with a shortest string in it. Letters that no pattern
tells apart are one.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from auditor.iam.automaton import Step
from auditor.iam.sets.work import TooMuchError, Work
from auditor.model.text import Symbol

Letter: TypeAlias = str | Symbol
Steps: TypeAlias = tuple[Step, ...]

MOST_STATES = 50_000
"""States of an automaton that are looked at at once."""
MOST_BITS = 800_000_000
"""What those states may take, in bits."""
_BITS_OF_A_UNIT = 2_048
"""Bits of a state that are followed over a letter with one unit of work."""
_MORE_MASKS = 8
"""Of an automaton, beside those of its letters."""
_FRESH = "xyzqjvwkabcdefghilmnoprstu0123456789XYZQJVWKABCDEFGHILMNOPRSTU_-."
_RANK = {letter: rank for rank, letter in enumerate(_FRESH)}


class Class(NamedTuple):
    """Strings that match the same patterns: which (one bit for each pattern), and one of them."""

    matched: int
    word: tuple[Letter, ...]


class _Move(NamedTuple):
    """What a letter does: the places where it is told from others, that it leads on from, that it stays in; itself."""

    told: int
    moves: int
    stays: int
    letter: str


class _Names(NamedTuple):
    """What symbols do that stand in the strings.

    Attributes:
        by_name: places that take a symbol.
        soft: places of the patterns to which a symbol may be anything.
        passable, passable_but_colon: places that a symbol may pass, and one without a colon.
        hard_scope: scope of symbols that equal only themselves to all patterns.
    """

    by_name: Mapping[Symbol, int]
    soft: int
    passable: int
    passable_but_colon: int
    hard_scope: str | None


class Together:
    """Several patterns as one automaton.

    Args:
        patterns: the steps of each.
        soft: for each, whether a symbol in the string may be anything to it; to others it equals only itself.
        hard_scope: scope of symbols that equal only themselves to all.
    """

    __slots__ = ("_accepting", "_ends", "_jumps", "_loops", "_moves", "_names", "_start", "_starts", "_wild", "size")

    def __init__(self, patterns: tuple[Steps, ...], soft: tuple[bool, ...], *, hard_scope: str | None = None) -> None:
        tables = _Tables()
        ends: list[int] = []
        starts: list[int] = []
        softly: list[int] = []
        offset = 0
        for steps, is_soft in zip(patterns, soft, strict=True):
            starts.append(offset)
            for index, step in enumerate(steps, offset):
                tables.add(step, index)
            ends.append(offset + len(steps))
            softly.extend(range(offset, offset + len(steps) + 1) if is_soft else ())
            offset += len(steps) + 1
        self.size = offset
        self._starts = starts
        self._accepting = _bits(ends)
        self._ends = {end: number for number, end in enumerate(ends)}
        self._loops = _bits(tables.loops)
        # Places from which two or more loops may be left out at once.
        self._jumps = self._loops & (self._loops << 1)
        self._start = self._skip(_bits(starts))
        self._moves = tables.moves()
        self._wild = tables.wild_loops()
        self._names = tables.names(_bits(softly), hard_scope)

    def _skip(self, states: int) -> int:
        """Loops may be left out, one after the other."""
        states |= (states & self._loops) << 1
        if states & self._jumps:
            states = _flooded(states, self._loops)
        return states

    def _after_symbol(self, states: int, symbol: Symbol) -> int:
        names = self._names
        soft = 0 if symbol.scope == names.hard_scope else states & names.soft
        hard = states & ~soft
        stays = self._wild[1 if symbol.may_hold_colon else 0]
        hard = self._skip(((hard & names.by_name.get(symbol, 0)) << 1) | (hard & stays))
        return hard | _flooded(soft, names.passable if symbol.may_hold_colon else names.passable_but_colon)

    def classes(self, needed: tuple[int, ...], work: Work, without: str | None = None) -> Iterator[Class]:
        """Every class of strings, each once, those with the shortest strings first.

        Args:
            needed: groups of patterns, one bit for each pattern: strings that no pattern of a group matches, or can
                match when more letters follow, are left out.
            work: what may be spent.
            without: scope of symbols that are left out of the strings.

        Raises:
            TooMuchError: it takes more work, or more states than are looked at.
        """
        groups = [self._places(group) for group in needed]
        states = self._start
        if not all(states & group for group in groups):
            return
        symbols = tuple(each for each in self._names.by_name if without is None or each.scope != without)
        weight = 1 + self.size // _BITS_OF_A_UNIT
        of_a_state = len(self._moves) // 16 * weight
        seen = {states}
        yielded: set[int] = set()
        pending: list[tuple[int, tuple[object, ...]]] = [(states, ())]
        while pending:
            following: list[tuple[int, tuple[object, ...]]] = []
            for states, word in pending:
                accepted = states & self._accepting
                if accepted not in yielded:
                    yielded.add(accepted)
                    work.spend(accepted.bit_count() * weight)
                    yield Class(self._matched(accepted), _unwound(word))
                tried = 0
                for letter, after in self._after(states, symbols):
                    tried += 1
                    if after in seen:
                        continue
                    for group in groups:
                        if not after & group:
                            break
                    else:
                        seen.add(after)
                        following.append((after, (word, letter)))
                work.spend(tried * weight + of_a_state)
            if len(seen) > MOST_STATES or len(seen) * self.size > MOST_BITS:
                raise TooMuchError(f"{len(self._ends)} patterns have more than {len(seen) - 1} states")
            pending = following

    def _after(self, states: int, symbols: tuple[Symbol, ...]) -> Iterable[tuple[Letter, int]]:
        """The letters that lead to different places, the plainest first, and where they lead.

        A symbol where no pattern has it is like some plain letters.
        """
        loops, jumps = self._loops, self._jumps
        found: list[tuple[Letter, int]] = []
        for _, moves, stays, letter in [each for each in self._moves if states & each[0]]:
            after = ((states & moves) << 1) | (states & stays)
            after |= (after & loops) << 1
            if after & jumps:
                after = _flooded(after, loops)
            found.append((letter, after))
        found.extend(
            (symbol, self._after_symbol(states, symbol)) for symbol in symbols if states & self._names.by_name[symbol]
        )
        return found

    def _places(self, group: int) -> int:
        places: list[int] = []
        for first, behind in zip(self._starts, (*self._starts[1:], self.size), strict=False):
            if group & 1:
                places.extend(range(first, behind))
            group >>= 1
        return _bits(places)

    def _matched(self, accepted: int) -> int:
        matched = 0
        while accepted:
            low = accepted & -accepted
            matched |= 1 << self._ends[low.bit_length() - 1]
            accepted ^= low
        return matched

    @property
    def bits(self) -> int:
        """How large it is."""
        return self.size * (3 * len(self._moves) + _MORE_MASKS)


class _Tables:
    """The places of patterns by what they take, while an automaton is made."""

    def __init__(self) -> None:
        self.by_letter: dict[str, list[int]] = {}
        self.loops_by_letter: dict[str, list[int]] = {}
        self.by_name: dict[object, list[int]] = {}
        self.loops: list[int] = []
        self.all: list[int] = []
        self._ones: list[int] = []
        self._ones_but_colon: list[int] = []
        self._wild: list[int] = []
        self._wild_but_colon: list[int] = []

    def add(self, step: Step, place: int) -> None:
        """Put a step at a place."""
        self.all.append(place)
        if step.loop:
            self.loops.append(place)
        if step.name is not None:
            self.by_name.setdefault(step.name, []).append(place)
        elif step.letters is not None:
            table = self.loops_by_letter if step.loop else self.by_letter
            for letter in step.letters:
                table.setdefault(letter, []).append(place)
        elif step.loop:
            (self._wild if step.colon else self._wild_but_colon).append(place)
        else:
            (self._ones if step.colon else self._ones_but_colon).append(place)

    def wild_loops(self) -> tuple[int, int]:
        """The loops over everything but, and over everything with, the colon."""
        free = _bits(self._wild)
        return free | _bits(self._wild_but_colon), free

    def moves(self) -> tuple[_Move, ...]:
        """The letters that some place tells from others, one of each kind; first the one that none does."""
        ones, wild = _bits(self._ones), _bits(self._wild)
        inner_ones, inner_wild = _bits(self._ones_but_colon), _bits(self._wild_but_colon)
        kinds: dict[tuple[int, int], str] = {}
        for letter in sorted(self.by_letter.keys() | self.loops_by_letter.keys(), key=_rank):
            if letter != ":":
                own = (_bits(self.by_letter.get(letter, [])), _bits(self.loops_by_letter.get(letter, [])))
                kinds.setdefault(own, letter)
        other = next((c for c in _FRESH if c not in self.by_letter and c not in self.loops_by_letter), "\ue000")
        found = [_Move(-1, ones | inner_ones, wild | inner_wild, other)]
        found.extend(
            _Move(one | loop, ones | inner_ones | one, wild | inner_wild | loop, letter)
            for (one, loop), letter in kinds.items()
        )
        one, loop = _bits(self.by_letter.get(":", [])), _bits(self.loops_by_letter.get(":", []))
        found.append(_Move(one | loop | inner_ones | inner_wild, ones | one, wild | loop, ":"))
        return tuple(found)

    def names(self, soft: int, hard_scope: str | None) -> _Names:
        """What symbols do."""
        by_name = {name: _bits(places) for name, places in self.by_name.items() if isinstance(name, Symbol)}
        if not by_name:
            return _Names({}, 0, 0, 0, hard_scope)
        passable = _bits(self.all)
        colons = _bits(self.by_letter.get(":", []))
        return _Names(by_name, soft, passable, passable & ~colons, hard_scope)


def _bits(places: list[int]) -> int:
    """One bit for each place, in rising order."""
    if not places:
        return 0
    mask = bytearray((places[-1] >> 3) + 1)
    for place in places:
        mask[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(mask, "little")


def _rank(letter: str) -> tuple[int, str]:
    return (_RANK.get(letter, len(_RANK)), letter)


def _flooded(states: int, through: int) -> int:
    """The states with all that can be reached by leaving out places, one after the other."""
    shift = 1
    while through:
        # After k rounds the states have spread by up to 2^k - 1 places along what can be passed.
        more = states | ((states & through) << shift)
        if more == states:
            break
        states = more
        through &= through >> shift
        shift <<= 1
    return states


def _unwound(word: tuple[object, ...]) -> tuple[Letter, ...]:
    """The letters of a word that is kept as nested pairs, last letter outermost."""
    letters: list[Letter] = []
    while word:
        before, letter = word
        if isinstance(letter, str | Symbol):
            letters.append(letter)
        word = before if isinstance(before, tuple) else ()
    return tuple(reversed(letters))
