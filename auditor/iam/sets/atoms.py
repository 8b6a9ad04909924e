"""Patterns as the set engine reads them: with certainty, lifted, and as far as possible.

A pattern in which nothing is open has one reading. A symbol is a letter of its own where a match must be certain and
anything where it must be possible. A hole matches nothing with certainty and everything possibly. The lifted reading
keeps symbols as letters and fills holes with everything: what it matches stands for every filling of the symbols.
"""

from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from auditor.iam import action as actions
from auditor.iam.automaton import Piece, Step, Wild, certain_steps, possible_steps
from auditor.iam.operators import COMPARISONS, compare
from auditor.iam.resource import arn_pattern_of
from auditor.iam.sets.strings import Steps
from auditor.iam.variables import Variable, pieces_of
from auditor.model.known import Truth, Unknown
from auditor.model.text import Symbol, Text

VARIABLE = "variable of a policy"
"""The scope of the symbols that stand for policy variables: one value for each request."""


class Variables(Enum):
    """What policy variables are taken to be in the strings that are looked for."""

    ANYTHING = "anything"
    """All that they could be."""
    OWN = "own"
    """A value of their own, that equals nothing else."""
    UNUSED = "unused"
    """As OWN, and in no string."""


_COLONS = 5
"""Between the segments of an ARN."""


class Atom:
    """One pattern. Equal patterns are the same object, so atoms compare by identity.

    Attributes:
        certain, lifted, possible: steps of each reading; None where it matches nothing.
        generic: as `possible`, with policy variables as letters of their own.
        compare: for values that are no patterns (numbers, dates, networks): decides one value of a request.
        is_told: whether it stands for the same wherever it stands: it has no holes, and AWS says what it matches.
        size: steps of all readings that differ.
    """

    __slots__ = ("certain", "compare", "generic", "is_told", "lifted", "possible", "shown", "size")

    def __init__(
        self,
        certain: Steps | None,
        lifted: Steps | None,
        possible: Steps | None,
        shown: str = "",
        *,
        generic: Steps | None = None,
        compare: "Comparing | None" = None,
        is_told: bool = False,
    ) -> None:
        self.certain = certain
        self.lifted = lifted
        self.possible = possible
        self.generic = generic if generic is not None else possible
        self.shown = shown
        self.compare = compare
        self.is_told = is_told or compare is not None or (certain is not None and certain == lifted)
        readings = {certain, lifted, possible, self.generic}
        self.size = sum(len(steps) for steps in readings if steps is not None)

    def widest(self, variables: Variables) -> Steps | None:
        """The steps of the possible reading."""
        return self.possible if variables is Variables.ANYTHING else self.generic

    def is_plain(self, variables: Variables = Variables.ANYTHING) -> bool:
        """Whether all readings are one."""
        return self.certain == self.widest(variables)

    @property
    def has_symbols(self) -> bool:
        """Whether a symbol or policy variable stands in it."""
        if self.lifted is None or self.lifted is self.certain:
            return False
        return any(isinstance(step.name, Symbol) for step in self.lifted)

    @property
    def has_names(self) -> bool:
        """Whether something in it is not told: a symbol, a hole or a policy variable."""
        read = (self.certain, self.lifted, self.possible, self.generic)
        return any(step.name is not None for steps in read if steps is not None for step in steps)

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

    def may_hold(self, value: Text) -> bool:
        """Whether it may hold for a value; not where both are told and one is not of the type."""
        return compare(self.base, self.wanted, value) in {Truth.TRUE, Truth.UNKNOWN}


ANYTHING: Steps = (Step(loop=True),)
HOLE = Atom(None, ANYTHING, ANYTHING, "{?}")
NOTHING = Atom(None, None, None, "nothing")
EVERY = Atom(ANYTHING, ANYTHING, ANYTHING, "*")


def value_pieces(written: Text, *, variables: bool, wildcards: bool) -> tuple[Piece, ...]:
    """The pieces of a pattern, with symbols in place of policy variables."""
    found = tuple(
        Symbol(f"${{{piece.key}}}" + (f"={piece.default}" if piece.default is not None else ""), VARIABLE)
        if isinstance(piece, Variable)
        else piece
        for piece in pieces_of(written, variables=variables, wildcards=wildcards)
    )
    return _normal(found)


def _folded(steps: Steps) -> Steps:
    """Letters in either case."""
    return tuple(
        step._replace(letters=frozenset(c for letter in step.letters for c in (letter.lower(), letter.upper())))
        if step.letters is not None
        else step
        for step in steps
    )


def _certainly(piece: Piece) -> Steps:
    return certain_steps((piece,), pattern=True)


def _lifted(piece: Piece) -> Steps:
    return ANYTHING if isinstance(piece, Unknown) else _certainly(piece)


def _possibly(piece: Piece) -> Steps:
    return possible_steps((piece,), pattern=True)


def _generically(piece: Piece) -> Steps:
    """As `_possibly`, with policy variables as letters of their own."""
    own = isinstance(piece, Symbol) and piece.scope == VARIABLE
    return _certainly(piece) if own else _possibly(piece)


def _read(pieces: tuple[Piece, ...], read: Callable[[Piece], Steps]) -> Steps:
    return tuple(step for piece in pieces for step in read(piece))


def _read_arn(pieces: tuple[Piece, ...], read: Callable[[Piece], Steps], *, wide: bool) -> Steps:
    """The steps of an ARN: wildcards of the first five segments keep off colons, a last ``*`` goes on over them.

    Args:
        pieces: of the pattern.
        read: the steps of a piece.
        wide: what is not documented is taken to match: a wildcard goes over colons where it may stand in the last
            segment, because what is not told before it may hold colons, or because the last ``*`` goes on.
    """
    whole = colons_of(pieces)
    goes_on = bool(pieces) and pieces[-1] is Wild.ANY
    colons, opaque = 0, False
    steps: list[Step] = []
    for index, piece in enumerate(pieces):
        if isinstance(piece, Wild):
            last = goes_on and (index == len(pieces) - 1 or (wide and colons == whole))
            free = last or colons >= _COLONS or (wide and opaque)
            steps.append(Step(loop=piece is Wild.ANY, colon=free))
        else:
            colons += piece.count(":") if isinstance(piece, str) else 0
            opaque = opaque or _is_opaque(piece)
            steps.extend(read(piece))
    return tuple(steps)


def colons_of(pieces: tuple[Piece, ...]) -> int:
    """The colons that are written out."""
    return sum(piece.count(":") for piece in pieces if isinstance(piece, str))


def _is_opaque(piece: Piece) -> bool:
    """Whether a colon may stand in what is not told."""
    return isinstance(piece, Unknown) or (isinstance(piece, Symbol) and piece.may_hold_colon)


def made(pieces: tuple[Piece, ...], *, fold: bool = False) -> Atom:
    """The atom of pieces, as a string in which a wildcard goes over everything."""
    if all(isinstance(piece, str | Wild) for piece in pieces):
        steps = certain_steps(pieces, pattern=True)
        steps = _folded(steps) if fold else steps
        return Atom(steps, steps, steps, _shown(pieces))
    hole = any(isinstance(piece, Unknown) for piece in pieces)
    # What a symbol is in other letters is not the symbol.
    readings = (_read(pieces, read) for read in (_certainly, _possibly if fold else _lifted, _possibly, _generically))
    certain, lifted, possible, generic = (_folded(steps) if fold else steps for steps in readings)
    return Atom(None if hole else certain, lifted, possible, _shown(pieces), generic=generic, is_told=fold and not hole)


def made_arn(pieces: tuple[Piece, ...]) -> Atom:
    """The atom of pieces, as an ARN."""
    certain = _read_arn(pieces, _certainly, wide=False)
    if all(isinstance(piece, str | Wild) for piece in pieces):
        wide = certain if colons_of(pieces) >= _COLONS else _read_arn(pieces, _certainly, wide=True)
        wide = certain if wide == certain else wide
        return Atom(certain, wide, wide, _shown(pieces))
    hole = any(isinstance(piece, Unknown) for piece in pieces)
    return Atom(
        None if hole else certain,
        _read_arn(pieces, _lifted, wide=True),
        _read_arn(pieces, _possibly, wide=True),
        _shown(pieces),
        generic=_read_arn(pieces, _generically, wide=True),
    )


def _doubted(atom: Atom) -> Atom:
    """The atom where it is not documented that it matches anything."""
    return Atom(None, atom.lifted, atom.possible, atom.shown, generic=atom.generic)


def _shown(pieces: tuple[Piece, ...]) -> str:
    return "".join(
        piece if isinstance(piece, str) else piece.value if isinstance(piece, Wild) else "{…}" for piece in pieces
    )


def _normal(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """One ``*`` in place of several in a row."""
    return tuple(
        piece for index, piece in enumerate(pieces) if not (piece is Wild.ANY and index and pieces[index - 1] is piece)
    )


@lru_cache(maxsize=8192)
def of_action(written: Text) -> Atom:
    """The actions, in lower case, that a pattern of Action stands for."""
    glob = actions.pattern(written)
    return made(glob.pieces) if glob.pieces else NOTHING


class WildType(Enum):
    """What an ARN with a wildcard in its resource type matches. AWS says that it must not stand there, and no more."""

    OPEN = "not told"
    MATCHES = "what it says"
    NOTHING = "nothing"


@lru_cache(maxsize=8192)
def of_resource(written: Text, *, variables: bool, completed: bool, wild_type: WildType = WildType.OPEN) -> Atom:
    """The ARNs that a pattern of Resource stands for.

    Args:
        written: the pattern.
        variables: whether ``${…}`` is a variable.
        completed: whether a pattern with fewer than six segments is completed with ``*``, as in identity-based
            policies. In others it matches no ARN; with a wildcard in it AWS does not say what it means.
        wild_type: what a wildcard in the resource type is taken to do.
    """
    pieces = value_pieces(written, variables=variables, wildcards=True)
    colons = colons_of(pieces)
    if pieces and (pieces[-1] is Wild.ANY or colons >= _COLONS):
        atom = made_arn(pieces)
        if wild_type is WildType.MATCHES or _names_its_type(pieces) or not arn_pattern_of(pieces).is_doubtful:
            return atom
        return NOTHING if wild_type is WildType.NOTHING else _doubted(atom)
    if any(_is_opaque(piece) for piece in pieces):
        return _perhaps_short(pieces)
    if completed:
        return made_arn((*pieces, *(":", Wild.ANY) * (_COLONS - colons)))
    if all(isinstance(piece, str) for piece in pieces):
        return NOTHING
    return _doubted(made_arn((*pieces, Wild.ANY)))


def _names_its_type(pieces: tuple[Piece, ...]) -> bool:
    """Whether a pattern is seen to have no wildcard in its resource type: it stands in front of all wildcards."""
    first = pieces[0]
    if not isinstance(first, str):
        return False
    named = first.split(":", _COLONS)[_COLONS:]
    return bool(named) and (len(pieces) == 1 or "/" in named[0] or ":" in named[0])


def _perhaps_short(pieces: tuple[Piece, ...]) -> Atom:
    """A pattern that may or may not have six segments: it depends on what is not told in it."""
    atom, longer = made_arn(pieces), made_arn((*pieces, Wild.ANY))
    # A symbol stands for the same in every pattern, also for the same that is left out behind it.
    lifted = longer.lifted if atom.certain is None else atom.lifted
    return Atom(atom.certain, lifted, longer.possible, atom.shown, generic=longer.generic)


_STRINGS = {"stringequals": False, "stringequalsignorecase": True, "stringlike": False}
_ARNS = frozenset({"arnequals", "arnlike"})
_FAMILIES = {"numeric": "numeric", "date": "date", "ipaddress": "network", "binaryequals": "binary"}
"""What values that are no patterns are compared as, by how operators begin."""
_FAMILY_OF = {**_FAMILIES, "arn": "arn", "bool": "bool"}


@lru_cache(maxsize=256)
def family_of(base: str) -> str:
    """What values are compared as under the base of an operator: ``string``, ``arn``, ``bool`` or another type."""
    return next((family for beginning, family in _FAMILY_OF.items() if base.startswith(beginning)), "string")


@lru_cache(maxsize=8192)
def of_value(written: Text, base: str, *, variables: bool, wildcards: bool) -> Atom:
    """The values of a key that a value of a condition stands for, under the base of its operator."""
    pieces = value_pieces(written, variables=variables, wildcards=wildcards)
    if base in _STRINGS or base in _ARNS:
        return of_pieces(pieces, base)
    if base == "bool":
        literal = (written.literal or "").strip().lower()
        return made((literal,), fold=True) if literal in {"true", "false"} else _undecided(str(written))
    family = next((found for prefix, found in _FAMILIES.items() if base.startswith(prefix)), None)
    if family is None or any(not isinstance(piece, str) for piece in pieces):
        return _undecided(str(written))
    return Atom(None, None, None, str(written), compare=Comparing(family, base, pieces))


def of_pieces(pieces: tuple[Piece, ...], base: str) -> Atom:
    """The values that a pattern stands for under the base of an operator for strings or ARNs."""
    if base not in _ARNS:
        return made(pieces, fold=_STRINGS[base])
    if colons_of(pieces) < _COLONS:
        return _doubted(made_arn((*pieces, Wild.ANY)))
    atom = made_arn(pieces)
    return _doubted(atom) if arn_pattern_of(pieces).is_doubtful else atom


def _undecided(shown: str) -> Atom:
    return Atom(None, ANYTHING, ANYTHING, shown)


def of_prefix(prefix: str, written: Text, suffix: tuple[Piece, ...] = (), *, variables: bool = False) -> Atom:
    """A plain prefix, a string without wildcards, and more pieces: how principals are written down."""
    return _of_prefix(prefix, written, suffix, variables)


@lru_cache(maxsize=8192)
def _of_prefix(prefix: str, written: Text, suffix: tuple[Piece, ...], variables: bool) -> Atom:  # noqa: FBT001
    middle = value_pieces(written, variables=variables, wildcards=False)
    return made_arn(((prefix,) if prefix else ()) + middle + suffix)
