"""Patterns as the set engine reads them: with certainty, lifted, and as far as possible.

A pattern in which nothing is open has one reading. A symbol is a letter of its own where a match must be certain and
anything where it must be possible. A hole matches nothing with certainty and everything possibly. The lifted reading
keeps symbols as letters and fills holes with everything: what it matches stands for every filling of the symbols.
"""

from functools import lru_cache
from typing import NamedTuple, TypeAlias

from auditor.iam import action as actions
from auditor.iam.automaton import Piece, Step, Wild, certain_steps, possible_steps
from auditor.iam.operators import COMPARISONS
from auditor.iam.sets.strings import Letter, Steps, Together
from auditor.iam.variables import Variable, pieces_of
from auditor.model.known import Truth, Unknown
from auditor.model.text import Symbol, Text

VARIABLE = "variable of a policy"
"""The scope of the symbols that stand for policy variables: one value for each request."""

_ARN_SEGMENTS = 6


class Atom:
    """One pattern. Equal patterns are the same object, so atoms compare by identity.

    Attributes:
        certain, lifted, possible: steps of each reading; None where it matches nothing.
        generic: as `possible`, with policy variables as letters of their own.
        compare: for values that are no patterns (numbers, dates, networks): decides one value of a request.
    """

    __slots__ = ("certain", "compare", "generic", "lifted", "possible", "shown")

    def __init__(
        self,
        certain: Steps | None,
        lifted: Steps | None,
        possible: Steps | None,
        shown: str = "",
        *,
        generic: Steps | None = None,
        compare: "Comparing | None" = None,
    ) -> None:
        self.certain = certain
        self.lifted = lifted
        self.possible = possible
        self.generic = generic if generic is not None else possible
        self.shown = shown
        self.compare = compare

    def widest(self, *, generic: bool) -> Steps | None:
        """The steps of the possible reading."""
        return self.generic if generic else self.possible

    def is_plain(self, *, generic: bool = False) -> bool:
        """Whether all readings are one."""
        return self.certain == self.widest(generic=generic)

    def __repr__(self) -> str:
        return f"Atom({self.shown!r})"


class Comparing(NamedTuple):
    """A comparison that is decided value by value."""

    family: str
    base: str
    wanted: tuple[Piece, ...]

    def decide(self, value: Text) -> Truth:
        """Whether it holds for a value."""
        return COMPARISONS[self.base](self.wanted, value)


ANYTHING: Steps = (Step(loop=True),)
HOLE = Atom(None, ANYTHING, ANYTHING, "{?}")
NOTHING = Atom(None, None, None, "nothing")
EVERY = Atom(ANYTHING, ANYTHING, ANYTHING, "*")


def _pieces(written: Text, *, variables: bool, wildcards: bool) -> tuple[Piece, ...]:
    return tuple(
        Symbol(f"${{{piece.key}}}" + (f"={piece.default}" if piece.default is not None else ""), VARIABLE)
        if isinstance(piece, Variable)
        else piece
        for piece in pieces_of(written, variables=variables, wildcards=wildcards)
    )


def _lifted(pieces: tuple[Piece, ...]) -> Steps:
    steps: list[Step] = []
    for piece in pieces:
        steps.extend(ANYTHING if isinstance(piece, Unknown) else certain_steps((piece,), pattern=True))
    return tuple(steps)


def _folded(steps: Steps) -> Steps:
    """Letters in either case."""
    return tuple(
        step._replace(letters=frozenset(c for letter in step.letters for c in (letter.lower(), letter.upper())))
        if step.letters is not None
        else step
        for step in steps
    )


def _within_segments(steps: Steps) -> Steps:
    """The wildcards of the first five segments of an ARN kept off colons; a last ``*`` goes on over them."""
    found: list[Step] = []
    colons = 0
    last = len(steps) - 1
    for index, step in enumerate(steps):
        if step.letters == _COLON:
            colons += 1
        wild = step.letters is None and step.name is None
        goes_on = step.loop and index == last
        found.append(step._replace(colon=False) if wild and colons < _ARN_SEGMENTS - 1 and not goes_on else step)
    return tuple(found)


_COLON = frozenset(":")


def made(pieces: tuple[Piece, ...], *, fold: bool = False, arn: bool = False) -> Atom:
    """The atom of pieces."""
    if all(isinstance(piece, str | Wild) for piece in pieces):
        steps = _changed(certain_steps(pieces, pattern=True), fold=fold, arn=arn)
        return Atom(steps, steps, steps, _shown(pieces))
    hole = any(isinstance(piece, Unknown) for piece in pieces)
    return Atom(
        None if hole else _changed(certain_steps(pieces, pattern=True), fold=fold, arn=arn),
        _changed(_lifted(pieces), fold=fold, arn=arn),
        _changed(possible_steps(pieces, pattern=True), fold=fold, arn=arn),
        _shown(pieces),
        generic=_changed(_generic(pieces), fold=fold, arn=arn),
    )


def _generic(pieces: tuple[Piece, ...]) -> Steps:
    steps: list[Step] = []
    for piece in pieces:
        own = isinstance(piece, Symbol) and piece.scope == VARIABLE
        steps.extend((certain_steps if own else possible_steps)((piece,), pattern=True))
    return tuple(steps)


def _changed(steps: Steps, *, fold: bool, arn: bool) -> Steps:
    changed = _within_segments(steps) if arn else steps
    return _folded(changed) if fold else changed


def _shown(pieces: tuple[Piece, ...]) -> str:
    return "".join(
        piece if isinstance(piece, str) else piece.value if isinstance(piece, Wild) else "{…}" for piece in pieces
    )


@lru_cache(maxsize=65536)
def of_action(written: Text) -> Atom:
    """The actions, in lower case, that a pattern of Action stands for."""
    glob = actions.pattern(written)
    return made(glob.pieces) if glob.pieces else NOTHING


@lru_cache(maxsize=65536)
def of_resource(written: Text, *, variables: bool) -> Atom:
    """The ARNs that a pattern of Resource stands for."""
    pieces = _pieces(written, variables=variables, wildcards=True)
    atom = made(pieces, arn=True)
    if pieces == (Wild.ANY,) or not _ends_early(pieces):
        return atom
    # Fewer than six segments and no wildcard at the end: AWS does not say what it means.
    return Atom(None, atom.lifted, made((*pieces, Wild.ANY), arn=True).possible, atom.shown)


def _ends_early(pieces: tuple[Piece, ...]) -> bool:
    if not pieces or pieces[-1] is Wild.ANY or any(isinstance(p, Symbol | Unknown) for p in pieces):
        return False
    return sum(piece.count(":") for piece in pieces if isinstance(piece, str)) < _ARN_SEGMENTS - 1


_STRINGS = {"stringequals": False, "stringequalsignorecase": True, "stringlike": False}
_ARNS = frozenset({"arnequals", "arnlike"})
FAMILIES = {"numeric": "numeric", "date": "date", "ipaddress": "network", "binaryequals": "binary"}


@lru_cache(maxsize=65536)
def of_value(written: Text, base: str, *, variables: bool, wildcards: bool) -> Atom:
    """The values of a key that a value of a condition stands for, under the base of its operator."""
    pieces = _pieces(written, variables=variables, wildcards=wildcards)
    if base in _STRINGS:
        return made(pieces, fold=_STRINGS[base])
    if base == "bool":
        literal = (written.literal or "").strip().lower()
        return made((literal,), fold=True) if literal in {"true", "false"} else _undecided(str(written))
    if base in _ARNS:
        colons = sum(piece.count(":") for piece in pieces if isinstance(piece, str))
        atom = made(pieces, arn=True)
        return atom if colons >= _ARN_SEGMENTS - 1 else Atom(None, atom.lifted, atom.possible, atom.shown)
    family = next((found for prefix, found in FAMILIES.items() if base.startswith(prefix)), None)
    if family is None or any(not isinstance(piece, str) for piece in pieces):
        return _undecided(str(written))
    return Atom(None, None, None, str(written), compare=Comparing(family, base, pieces))


def _undecided(shown: str) -> Atom:
    return Atom(None, ANYTHING, ANYTHING, shown)


def of_prefix(prefix: str, written: Text, suffix: tuple[Piece, ...] = (), *, variables: bool = False) -> Atom:
    """A plain prefix, a string without wildcards, and more pieces: how principals are written down."""
    return _of_prefix(prefix, written, suffix, variables)


@lru_cache(maxsize=65536)
def _of_prefix(prefix: str, written: Text, suffix: tuple[Piece, ...], variables: bool) -> Atom:  # noqa: FBT001
    middle = _pieces(written, variables=variables, wildcards=False)
    return made(((prefix,) if prefix else ()) + middle + suffix, arn=True)


class Signature(NamedTuple):
    """Which atoms match a string, one bit for each, in the three readings."""

    certain: int
    lifted: int
    possible: int


Word: TypeAlias = tuple[Letter, ...]


class Reading(NamedTuple):
    """The atoms of one question read together.

    Attributes:
        together: the automaton.
        places: for each atom its pattern in each reading, -1 for none.
        extra: the patterns beside the atoms, as groups.
    """

    together: Together
    places: tuple[tuple[int, int, int], ...]
    extra: tuple[int, ...]


@lru_cache(maxsize=2048)
def reading(atoms: tuple[Atom, ...], groups: tuple[tuple[Steps, ...], ...], *, generic: bool) -> Reading:
    """Compile atoms, and groups of patterns one of which must match.

    Args:
        atoms: in the order of the bits of a signature.
        groups: more patterns; a symbol that is no variable may be anything to them.
        generic: whether policy variables have a value that equals nothing else.
    """
    numbers: dict[tuple[Steps, bool], int] = {}
    soft = any(not atom.is_plain(generic=generic) for atom in atoms)

    def number(steps: Steps | None, *, soft: bool) -> int:
        return -1 if steps is None else numbers.setdefault((steps, soft), len(numbers))

    places = tuple(
        (
            number(atom.certain, soft=False),
            number(atom.lifted, soft=False),
            number(atom.widest(generic=generic), soft=soft),
        )
        for atom in atoms
    )
    extra = []
    for group in groups:
        mask = 0
        for steps in group:
            mask |= 1 << number(steps, soft=soft)
        extra.append(mask)
    patterns = tuple(steps for steps, _ in numbers)
    together = Together(patterns, tuple(soft for _, soft in numbers), hard_scope=VARIABLE if generic else None)
    return Reading(together, places, tuple(extra))


def signature(matched: int, places: tuple[tuple[int, int, int], ...]) -> Signature:
    """The atoms that match where these patterns do."""
    certain = lifted = possible = 0
    for index, (one, two, three) in enumerate(places):
        bit = 1 << index
        certain |= bit if one >= 0 and matched >> one & 1 else 0
        lifted |= bit if two >= 0 and matched >> two & 1 else 0
        possible |= bit if three >= 0 and matched >> three & 1 else 0
    return Signature(certain, lifted, possible)
