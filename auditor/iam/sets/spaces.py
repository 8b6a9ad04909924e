"""What a value of a dimension can be, as far as some tests can tell: its classes, each with one value in it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import combinations, pairwise
from typing import NamedTuple, TypeAlias

from auditor.iam.operators import Quantifier, date, network, number
from auditor.iam.sets.atoms import ANYTHING, Atom, Signature, Word, made, reading, signature
from auditor.iam.sets.checks import Check, Mode, Test, Values, holds
from auditor.iam.sets.strings import Steps, TooMuchError
from auditor.model.known import Truth
from auditor.model.text import Text, text

MOST_STATES = 20_000
"""States of an automaton that are looked at for one question."""
MOST_CHOICES = 4_000
"""Sets of values of a key that are looked at for one question."""


class Bounded(NamedTuple):
    """A test with how much of it must be certain."""

    test: Test
    mode: Mode


class Choice(NamedTuple):
    """A class of values of a dimension.

    Attributes:
        values: their signatures; None for a key that is absent.
        words: a value of the class, one word for each signature.
    """

    values: Values
    words: tuple[Word, ...]


Bits: TypeAlias = Mapping[Atom, int]
_ARN = (made(("arn:",), arn=True).certain or ()) + tuple(
    step for _ in range(4) for step in ((ANYTHING[0]._replace(colon=False)), *(made((":",)).certain or ()))
) + ANYTHING  # fmt: skip
_BOOLEANS = tuple(made((word,)).certain or () for word in ("true", "false"))


def _atoms(tests: Iterable[Bounded]) -> tuple[Atom, ...]:
    found: dict[Atom, None] = {}
    for test, _ in tests:
        for check in test:
            found.update(dict.fromkeys(check.atoms))
            if check.present is not None:
                found[check.present] = None
    return tuple(found)


def bits_of(atoms: tuple[Atom, ...]) -> Bits:
    """One bit for each atom."""
    return {atom: 1 << index for index, atom in enumerate(atoms)}


def passes(bounded: Bounded, choice: Choice, bits: Bits) -> bool:
    """Whether a class passes a test."""
    return all(holds(check, choice.values, bits, bounded.mode) for check in bounded.test)


class Space:
    """The values of one dimension, as far as some tests tell them apart.

    Args:
        base: tests that a value must pass.
        others: tests that it may pass or not.
        universe: what values there are; None for any string.
        is_key: whether the dimension is a condition key, which a request need not carry.
        generic: see `auditor.iam.sets.atoms.reading`.
    """

    def __init__(
        self,
        base: tuple[Bounded, ...],
        others: tuple[Bounded, ...],
        *,
        universe: tuple[Steps, ...] | None,
        is_key: bool,
        generic: bool,
    ) -> None:
        self._base = base
        self._tests = (*base, *others)
        self._atoms = _atoms(self._tests)
        self.bits = bits_of(self._atoms)
        self._universe = universe
        self._is_key = is_key
        self._generic = generic

    def choices(self) -> Iterator[Choice]:
        """The classes that pass the base, the plainest first.

        Raises:
            TooMuchError: there are too many, or they cannot be told.
        """
        for choice in self._all():
            if all(passes(each, choice, self.bits) for each in self._base):
                yield choice

    def _all(self) -> Iterator[Choice]:
        if not self._is_key:
            for found, word in self._strings():
                yield Choice((found,), (word,))
            return
        yield Choice(None, ())
        singles = list(self._values())
        for found, word in singles:
            yield Choice((found,), (word,))
        most = self._at_once()
        if most < 2:
            return
        tried = 0
        for size in range(2, min(most, len(singles)) + 1):
            for chosen in combinations(singles, size):
                tried += 1
                if tried > MOST_CHOICES:
                    raise TooMuchError(f"more than {MOST_CHOICES} sets of values of one key")
                yield Choice(tuple(found for found, _ in chosen), tuple(word for _, word in chosen))

    def _checks(self) -> Iterator[Check]:
        for test, _ in self._tests:
            yield from test

    def _at_once(self) -> int:
        """Values of a key that can be needed at once: one for each check that asks for one."""
        quantified = [check for check in self._checks() if check.how.quantifier is not Quantifier.SINGLE]
        if not quantified or any(check.how.quantifier is Quantifier.SINGLE for check in self._checks_of_values()):
            return 1
        return len(quantified)

    def _checks_of_values(self) -> Iterator[Check]:
        return (check for check in self._checks() if check.how.base != "null")

    def _values(self) -> Iterator[tuple[Signature, Word]]:
        families = {atom.compare.family for atom in self._atoms if atom.compare is not None}
        if not families:
            yield from self._strings()
        elif len(families) > 1 or any(atom.compare is None and atom.possible is not ANYTHING for atom in self._atoms):
            raise TooMuchError("a key is compared as values of different types")
        else:
            yield from self._points(families.pop())

    def _strings(self) -> Iterator[tuple[Signature, Word]]:
        universe = self._universe if self._universe is not None else self._universe_of_key()
        groups = (universe, *self._wanted())
        read = reading(self._atoms, groups, generic=self._generic)
        seen: set[Signature] = set()
        inside = read.extra
        for found in read.together.classes(inside, MOST_STATES):
            if not all(found.matched & group for group in inside):
                continue
            signed = signature(found.matched, read.places)
            if signed not in seen:
                seen.add(signed)
                yield signed, found.word

    def _wanted(self) -> Iterator[tuple[Steps, ...]]:
        """Groups of patterns one of which must match, so that the search need not look elsewhere."""
        if self._is_key:
            return
        for test, mode in self._base:
            for check in test:
                if check.how.negated or check.present is not None:
                    continue
                group = tuple(steps for atom in check.atoms if (steps := self._steps(atom, mode)) is not None)
                if group and mode.positive < 2:
                    yield group

    def _steps(self, atom: Atom, mode: Mode) -> Steps | None:
        return (atom.certain, atom.lifted)[mode.positive] if mode.positive < 2 else None

    def _universe_of_key(self) -> tuple[Steps, ...]:
        bases = {check.how.base for check in self._checks_of_values()}
        if bases & {"arnequals", "arnlike"}:
            return (_ARN,)
        return _BOOLEANS if bases == {"bool"} else (ANYTHING,)

    def _points(self, family: str) -> Iterator[tuple[Signature, Word]]:
        wanted = [str(atom) for atom in self._shown()]
        seen: set[Signature] = set()
        for value in _points_of(family, wanted):
            signed = self._signed(text(value))
            if signed not in seen:
                seen.add(signed)
                yield signed, tuple(value)

    def _shown(self) -> Iterator[str]:
        return (atom.shown for atom in self._atoms if atom.compare is not None)

    def _signed(self, value: Text) -> Signature:
        certain = possible = 0
        for atom in self._atoms:
            decided = Truth.UNKNOWN if atom.compare is None else atom.compare.decide(value)
            certain |= self.bits[atom] if decided is Truth.TRUE else 0
            possible |= self.bits[atom] if decided is not Truth.FALSE else 0
        return Signature(certain, possible, possible)


def _points_of(family: str, wanted: list[str]) -> list[str]:
    """Values on, between and beside those that a policy names."""
    match family:
        case "numeric":
            return [_plain(value) for value in _between([number(each) for each in wanted])]
        case "date":
            return [_moment(value) for value in _between([date(each) for each in wanted])]
        case "network":
            return _addresses(wanted)
        case _:
            return [*wanted, "AA=="]


def _between(values: list[Decimal | None]) -> list[Decimal]:
    known = sorted({value for value in values if value is not None})
    if not known:
        return [Decimal(0)]
    inner = [middle for one, two in pairwise(known) for middle in (one, (one + two) / 2)]
    return [known[0] - 1, *inner, known[-1], known[-1] + 1]


def _plain(value: Decimal) -> str:
    return format(value, "f")


def _moment(value: Decimal) -> str:
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(value))).isoformat()
    except OverflowError:
        return _plain(value)


def _addresses(wanted: list[str]) -> list[str]:
    """The first and last address of every network, and those beside them."""
    import ipaddress

    found: dict[str, None] = {}
    for each in wanted:
        block = network(each)
        if block is None:
            continue
        first, last = int(block.network_address), int(block.broadcast_address)
        most = 2**block.max_prefixlen
        make = ipaddress.IPv4Address if block.version == 4 else ipaddress.IPv6Address
        found.update({str(make(value)): None for value in (first, last, first - 1, last + 1) if 0 <= value < most})
    return [*found, "203.0.113.77", "2001:db8::77"]
