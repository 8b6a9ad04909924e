"""Sets of strings that patterns tell apart: many patterns read together, letter by letter.

All patterns stand in one integer, one bit for each of their places. The strings over which no two patterns behave
differently form a class; `classes` finds every class that exists, with a shortest string in it.
"""

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from auditor.iam.automaton import Step
from auditor.model.text import Symbol

Letter: TypeAlias = str | Symbol
Steps: TypeAlias = tuple[Step, ...]

_FRESH = "xyzqjvwkabcdefghilmnoprstu0123456789XYZQJVWKABCDEFGHILMNOPRSTU_-."


class TooMuchError(Exception):
    """More work than the engine takes on; the answer is not known."""


class Class(NamedTuple):
    """Strings that match the same patterns: which (one bit for each pattern), and one of them."""

    matched: int
    word: tuple[Letter, ...]


class Together:
    """Several patterns as one automaton.

    Args:
        patterns: the steps of each.
        soft: for each, whether a symbol in the string may be anything to it; to others it equals only itself.
        hard_scope: scope of symbols that equal only themselves to all.
    """

    __slots__ = (
        "_accepting",
        "_by_letter",
        "_by_name",
        "_ends",
        "_hard_scope",
        "_loops",
        "_loops_by_letter",
        "_names",
        "_not_colon_loops",
        "_not_colon_ones",
        "_ones",
        "_other",
        "_passable",
        "_passable_but_colon",
        "_soft",
        "_start",
        "_wild_loops",
        "spans",
    )

    def __init__(self, patterns: tuple[Steps, ...], soft: tuple[bool, ...], *, hard_scope: str | None = None) -> None:
        self._hard_scope = hard_scope
        self._by_letter: dict[str, int] = {}
        self._loops_by_letter: dict[str, int] = {}
        self._by_name: dict[object, int] = {}
        self._ones = self._not_colon_ones = self._wild_loops = self._not_colon_loops = 0
        self._loops = self._passable = self._soft = start = 0
        self._ends: list[int] = []
        self.spans: list[int] = []
        offset = 0
        for steps, is_soft in zip(patterns, soft, strict=True):
            start |= 1 << offset
            for index, step in enumerate(steps):
                self._add(step, 1 << (offset + index))
            span = ((1 << (len(steps) + 1)) - 1) << offset
            self.spans.append(span)
            self._soft |= span if is_soft else 0
            offset += len(steps)
            self._ends.append(1 << offset)
            offset += 1
        self._accepting = 0
        for end in self._ends:
            self._accepting |= end
        self._start = self._skip(start)
        self._names = [name for name in self._by_name if isinstance(name, Symbol)]
        self._passable_but_colon = self._passable & ~self._by_letter.get(":", 0)
        self._other = next((c for c in _FRESH if c not in self._by_letter and c not in self._loops_by_letter), "\ue000")

    def _add(self, step: Step, bit: int) -> None:
        self._passable |= bit
        if step.loop:
            self._loops |= bit
        if step.name is not None:
            self._by_name[step.name] = self._by_name.get(step.name, 0) | bit
        elif step.letters is not None:
            table = self._loops_by_letter if step.loop else self._by_letter
            for letter in step.letters:
                table[letter] = table.get(letter, 0) | bit
        elif step.loop:
            self._wild_loops |= bit
            self._not_colon_loops |= 0 if step.colon else bit
        else:
            self._ones |= bit
            self._not_colon_ones |= 0 if step.colon else bit

    def _skip(self, states: int) -> int:
        """Loops may be left out, one after the other."""
        while True:
            more = states | ((states & self._loops) << 1)
            if more == states:
                return states
            states = more

    def _after(self, states: int, letter: Letter) -> int:
        if isinstance(letter, Symbol):
            return self._after_symbol(states, letter)
        moves = self._by_letter.get(letter, 0) | self._ones
        stays = self._loops_by_letter.get(letter, 0) | self._wild_loops
        if letter == ":":
            moves &= ~self._not_colon_ones
            stays &= ~self._not_colon_loops
        return self._skip(((states & moves) << 1) | (states & stays))

    def _after_symbol(self, states: int, symbol: Symbol) -> int:
        soft = 0 if symbol.scope == self._hard_scope else states & self._soft
        hard = states & ~soft
        stays = self._wild_loops & ~(self._not_colon_loops if symbol.may_hold_colon else 0)
        hard = self._skip(((hard & self._by_name.get(symbol, 0)) << 1) | (hard & stays))
        passable = self._passable if symbol.may_hold_colon else self._passable_but_colon
        while True:
            more = soft | ((soft & passable) << 1)
            if more == soft:
                return hard | soft
            soft = more

    def _letters(self, states: int) -> Iterator[Letter]:
        """The letters that lead to different places, the plainest first."""
        yield self._other
        for letter, bits in self._by_letter.items():
            if states & bits and letter != ":":
                yield letter
        for letter, bits in self._loops_by_letter.items():
            if states & bits and letter not in self._by_letter and letter != ":":
                yield letter
        yield ":"
        yield from self._names

    def classes(self, needed: tuple[int, ...], most: int) -> Iterator[Class]:
        """Every class of strings, each once, those with the shortest strings first.

        Args:
            needed: groups of patterns, one bit for each pattern: strings that no pattern of a group matches, or can
                match when more letters follow, are left out.
            most: states to look at.

        Raises:
            TooMuchError: there are more.
        """
        groups = [self._places(group) for group in needed]
        states = self._start
        if not all(states & group for group in groups):
            return
        seen = {states}
        yielded: set[int] = set()
        pending: list[tuple[int, tuple[object, ...]]] = [(states, ())]
        while pending:
            following: list[tuple[int, tuple[object, ...]]] = []
            for states, word in pending:
                accepted = states & self._accepting
                if accepted not in yielded:
                    yielded.add(accepted)
                    yield Class(self._matched(accepted), _unwound(word))
                for letter in self._letters(states):
                    after = self._after(states, letter)
                    if after in seen or not all(after & group for group in groups):
                        continue
                    seen.add(after)
                    following.append((after, (word, letter)))
            if len(seen) > most:
                raise TooMuchError(f"more than {most} states of {len(self._ends)} patterns")
            pending = following

    def _places(self, group: int) -> int:
        places = 0
        for index, span in enumerate(self.spans):
            if group >> index & 1:
                places |= span
        return places

    def _matched(self, accepted: int) -> int:
        matched = 0
        for index, end in enumerate(self._ends):
            if accepted & end:
                matched |= 1 << index
        return matched


def _unwound(word: tuple[object, ...]) -> tuple[Letter, ...]:
    """The letters of a word that is kept as nested pairs, last letter outermost."""
    letters: list[Letter] = []
    while word:
        before, letter = word
        if isinstance(letter, str | Symbol):
            letters.append(letter)
        word = before if isinstance(before, tuple) else ()
    return tuple(reversed(letters))
