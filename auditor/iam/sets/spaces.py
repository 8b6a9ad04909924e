"""What a value of a dimension can be, as far as some tests can tell: its classes, each with one value in it."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple, TypeAlias

from auditor.iam import database
from auditor.iam.database import ConditionKey, KeyType
from auditor.iam.operators import Quantifier
from auditor.iam.sets.atoms import ANYTHING, VARIABLE, Atom, Variables, family_of, made
from auditor.iam.sets.checks import LIFTED, ONE_OF, Check, Mode, Test, Values, holds, modes_of
from auditor.iam.sets.forms import Compared, forms
from auditor.iam.sets.points import points
from auditor.iam.sets.readings import Group, Signature, Wanted, Word, reading, signature
from auditor.iam.sets.work import TooMuchError, Work
from auditor.model.known import Truth
from auditor.model.text import Text, text

_BITS_OF_A_UNIT = 1_024
"""Bits that stand for patterns, each in numbers as long as there are patterns, that are made with one unit of work."""
_OF_A_COMPARISON = 4
"""Units of work to compare a number, a date, a network or a binary value."""
_OF_A_CHECK = 2
"""Units of work for a check of another form than the usual one."""
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


ABSENT = Choice(None, ())
Bits: TypeAlias = Mapping[Atom, int]
_SEGMENT = (ANYTHING[0]._replace(colon=False), *(made((":",)).certain or ()))
_ARN = Group(((*(made(("arn:",)).certain or ()), *_SEGMENT * 4, *ANYTHING),))
_BOOLEAN = Group(made((word,)).certain or () for word in ("true", "false"))
_STRING = Group((ANYTHING,))
_OF_STRINGS = frozenset({"string", "arn", "bool"})
"""Families that are patterns."""
_FAMILIES_OF: Mapping[KeyType, str] = {
    KeyType.ARN: "arn",
    KeyType.BOOL: "bool",
    KeyType.NUMERIC: "numeric",
    KeyType.DATE: "date",
    KeyType.IP_ADDRESS: "network",
    KeyType.BINARY: "binary",
}


@lru_cache(maxsize=4096)
def _known(key: str) -> ConditionKey | None:
    return database.condition_key(key)


def _family(check: Check) -> str:
    return family_of(check.how.base)


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


def _passes(bounded: Bounded, choice: Choice, bits: Bits) -> bool:
    """Whether a class passes a test."""
    test, mode = bounded
    if mode is LIFTED:
        modes = modes_of(test, mode)
        return all(holds(check, choice.values, bits, one) for check, one in zip(test, modes, strict=True))
    return all(holds(check, choice.values, bits, mode) for check in test)


def _mask(bounded: Bounded, bits: Bits) -> int | None:
    """The atoms one of which must match a value; None for a test that asks for more or something else."""
    if len(bounded.test) != 1 or bounded.test[0].how is not ONE_OF:
        return None
    mask = 0
    for atom in bounded.test[0].atoms:
        mask |= bits[atom]
    return mask


class Sieve:
    """Many tests of one dimension, those of the usual form at once.

    Args:
        tests: each with a bit that stands for it.
        bits: of their atoms.
    """

    __slots__ = ("_bits", "_others", "_plain", "weight")

    def __init__(self, tests: Iterable[tuple[int, Bounded]], bits: Bits) -> None:
        self._bits = bits
        self._plain: list[tuple[int, int, int]] = []
        self._others: list[tuple[int, Bounded]] = []
        for bit, bounded in tests:
            mask = _mask(bounded, bits)
            if mask is None:
                self._others.append((bit, bounded))
            else:
                self._plain.append((bit, mask, bounded.mode.positive))
        self.weight = 1 + len(self._plain) // 8 + _OF_A_CHECK * sum(len(bounded.test) for _, bounded in self._others)

    def passed(self, choice: Choice) -> int:
        """The tests that a class passes."""
        found = 0
        for value in () if choice.values is None else choice.values:
            for bit, mask, which in self._plain:
                if value[which] & mask:
                    found |= bit
        for bit, bounded in self._others:
            if _passes(bounded, choice, self._bits):
                found |= bit
        return found

    def passes_all(self, choice: Choice) -> bool:
        """Whether a class passes every test."""
        if choice.values is None:
            if self._plain:
                return False
        elif any(not any(value[which] & mask for value in choice.values) for _, mask, which in self._plain):
            return False
        return all(_passes(bounded, choice, self._bits) for _, bounded in self._others)


class Space:
    """The values of one dimension, as far as some tests tell them apart.

    Args:
        base: tests that a value must pass.
        others: tests that it may pass or not.
        universe: what values there are; None where their type tells that.
        key: name of what a request need not carry, a condition key in lower case; empty for what it has.
        work: what may be spent.
        variables: what policy variables are taken to be.
    """

    def __init__(
        self,
        base: tuple[Bounded, ...],
        others: tuple[Bounded, ...],
        *,
        universe: Group | None,
        key: str,
        work: Work,
        variables: Variables,
    ) -> None:
        self._base = base
        self._tests = (*base, *others)
        self._atoms = _atoms(self._tests)
        work.spend(len(self._atoms) ** 2 // _BITS_OF_A_UNIT)
        self.bits = bits_of(self._atoms)
        self._universe = universe
        self._key = key
        self._work = work
        self._variables = variables

    def choices(self) -> Iterator[Choice]:
        """The classes that pass the base, the plainest first.

        Raises:
            TooMuchError: there are too many, or they cannot be told.
        """
        sieve = Sieve([(1, each) for each in self._base], self.bits)
        for choice in self._all():
            self._work.spend(sieve.weight)
            if sieve.passes_all(choice):
                yield choice

    def _all(self) -> Iterator[Choice]:
        if self._key:
            yield ABSENT
        singles: list[tuple[Signature, Word]] = []
        for found, word in self._values():
            singles.append((found, word))
            yield Choice((found,), (word,))
        most = self._at_once()
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
        """Values of a key that can be needed at once: one for each check that one value can make hold, or fail.

        A request is taken to carry several where a policy quantifies over them and the key is not one of those that
        have a single value.
        """
        if all(check.how.quantifier is Quantifier.SINGLE for check in self._checks()):
            return 1
        known = _known(self._key)
        if known is not None and not known.multivalued:
            return 1
        bases = len(self._base)
        return sum(
            check.how.quantifier is not (Quantifier.ALL if number < bases else Quantifier.ANY)
            for number, (test, _) in enumerate(self._tests)
            for check in test
        )

    def _values(self) -> Iterator[tuple[Signature, Word]]:
        """The values that a request can carry.

        Raises:
            TooMuchError: the key is compared as values of several types.
        """
        if self._universe is not None:
            yield from self._strings(self._universe)
            return
        known = _known(self._key)
        typed = _FAMILIES_OF.get(known.type) if known is not None else None
        families = {_family(check) for check in self._checks() if check.how.base != "null"}
        compared = sorted(families - _OF_STRINGS)
        if len(compared) > 1 or (compared == ["binary"] and len(families) > 1):
            raise TooMuchError(f"{self._key} is compared as values of different types")
        of_some_arns = "arn" in families and (typed != "arn" or "bool" in families)
        if len(families) > 1 and (compared or of_some_arns):
            yield from self._forms("".join(compared), typed)
            return
        if compared:
            yield from self._points(compared[0])
        else:
            yield from self._strings(
                _ARN if "arn" in families else _BOOLEAN if families == {"bool"} or typed == "bool" else _STRING
            )
        if families and typed is None and "string" not in families:
            yield self._of_another_type()

    def _forms(self, family: str, typed: str | None) -> Iterator[tuple[Signature, Word]]:
        arns = frozenset(atom for check in self._checks() if _family(check) == "arn" for atom in check.atoms)
        asked = Compared(
            self._atoms,
            family,
            frozenset() if typed == "arn" else arns,
            typed=bool(family) and typed == family,
            universe=_ARN if typed == "arn" else _STRING,
        )
        return forms(asked, self._variables, self._work)

    def _of_another_type(self) -> tuple[Signature, Word]:
        """A value that is not of the type that it is compared as.

        A positive operator is false of it; what a negated one makes of it AWS does not document.
        """
        doubted = sum(bit for atom, bit in self.bits.items() if atom.certain is None and atom.compare is None)
        return Signature(0, doubted, (1 << len(self._atoms)) - 1), tuple("a value of another type")

    def _strings(self, universe: Group) -> Iterator[tuple[Signature, Word]]:
        read = reading(self._atoms, universe, tuple(self._wanted()), self._variables, self._work)
        without = VARIABLE if self._variables is Variables.UNUSED else None
        seen: set[Signature] = set()
        for found in read.together.classes(read.needed, self._work, without):
            if not all(found.matched & group for group in read.needed):
                continue
            signed = signature(found.matched, read.places)
            if signed not in seen:
                seen.add(signed)
                yield signed, found.word

    def _wanted(self) -> Iterator[Wanted]:
        """What must match, so that the search need not look elsewhere."""
        if self._key:
            return
        for test, mode in self._base:
            for check, one in zip(test, modes_of(test, mode), strict=True):
                if check.how.negated or check.present is not None or one.positive > 1:
                    continue
                wanted = Wanted(check.atoms, one.positive)
                if any(wanted.patterns):
                    yield wanted

    def _points(self, family: str) -> Iterator[tuple[Signature, Word]]:
        wanted = [atom.shown for atom in self._atoms if atom.compare is not None]
        seen: set[Signature] = set()
        for value in points(family, wanted):
            self._work.spend(_OF_A_COMPARISON * len(self._atoms))
            signed = self._signed(text(value))
            if signed not in seen:
                seen.add(signed)
                yield signed, tuple(value)

    def _signed(self, value: Text) -> Signature:
        certain = possible = 0
        for atom in self._atoms:
            decided = Truth.UNKNOWN if atom.compare is None else atom.compare.decide(value)
            certain |= self.bits[atom] if decided is Truth.TRUE else 0
            possible |= self.bits[atom] if decided is not Truth.FALSE else 0
        return Signature(certain, possible, possible)
