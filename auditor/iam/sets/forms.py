"""Values of one key that is compared as a string and as something else: a number, a date, a network or an ARN.

What a value is as a number follows from its letters, so both are asked of the same strings: of the strings that
policies write, of the numbers on and between those that they write, and of a string of every other kind that patterns
tell apart. Each of them is decided for what it is.

They are not all: there are other ways to write a number (``5.0``, ``+5``, ``5e0``), and AWS does not say which of them
requests carry. Where something is to be ruled out, every kind of string is therefore taken to be every kind of number
as well. What only such a string would show is not decided.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from auditor.iam.automaton import Wild
from auditor.iam.sets.atoms import VARIABLE, Atom, Variables, made, made_arn
from auditor.iam.sets.points import points
from auditor.iam.sets.readings import Group, Reading, Signature, Word, reading, signature
from auditor.iam.sets.spellings import USUAL, addresses, is_no_number, is_usual
from auditor.iam.sets.work import TooMuchError, Work
from auditor.model.known import Truth
from auditor.model.text import Text, text

_MOST_FORMS = 400
"""Strings that are decided for what they are."""


class Compared(NamedTuple):
    """What a key is compared as.

    Attributes:
        atoms: all patterns and values, in the order of the bits of a signature.
        family: ``numeric``, ``date`` or ``network``; empty for none of them.
        arns: the patterns of ARNs, which are decided for ARNs only; none when all values are ARNs.
        typed: whether all values are of the family.
        universe: the strings that there are.
    """

    atoms: tuple[Atom, ...]
    family: str
    arns: frozenset[Atom]
    typed: bool
    universe: Group


_SMALL = (*"0123456789", *(["-1", "-10", "0.5", "1.5", "10", "12", "100"]))
"""Numbers that short patterns tell apart."""
_MOST_DIGITS = 20
"""Digits that are put behind a number to make it larger."""
_IS_ARN = made_arn(("arn:", *(Wild.ANY, ":") * 4, Wild.ANY))


def forms(asked: Compared, variables: Variables, work: Work) -> Iterator[tuple[Signature, Word]]:
    """The values of a key that its comparisons tell apart, first those that are decided for what they are.

    Raises:
        TooMuchError: there are too many.
    """
    found, units = _kept(asked, variables)
    # Counted alike when they were kept: an answer does not depend on other questions.
    work.spend(units)
    return iter(found)


@lru_cache(maxsize=256)
def _kept(asked: Compared, variables: Variables) -> tuple[tuple[tuple[Signature, Word], ...], int]:
    """The values, and the work that they take."""
    work = Work()
    given = work.left
    return tuple(_forms(asked, variables, work)), given - work.left


def _forms(asked: Compared, variables: Variables, work: Work) -> Iterator[tuple[Signature, Word]]:
    written = _written(asked, variables, work)
    if len(written) > _MOST_FORMS:
        raise TooMuchError(f"one key is compared with more than {_MOST_FORMS} values")
    size, is_written = len(asked.atoms), (1 << len(written)) - 1
    read = reading((*asked.atoms, *map(_literal, written), _IS_ARN), asked.universe, (), variables, work)
    seen: set[Signature] = set()
    others: dict[Signature, None] = {}
    for signed, word in _classes(read, variables, work):
        work.spend(1 + size)
        beyond = signed.certain >> size
        own = Signature(*(each & ((1 << size) - 1) for each in signed))
        own = own if beyond > is_written else _of_no_arn(own, asked)
        if not beyond & is_written:
            others[own] = None
        whole = _decided(own, word, asked)
        if whole is not None and whole not in seen:
            seen.add(whole)
            yield whole, word
    if variables is Variables.ANYTHING and asked.family:
        for whole in _perhaps(others, asked, variables, work):
            if whole not in seen:
                seen.add(whole)
                yield whole, tuple("a value in another form")


def _classes(read: Reading, variables: Variables, work: Work) -> Iterator[tuple[Signature, Word]]:
    without = VARIABLE if variables is Variables.UNUSED else None
    seen: set[Signature] = set()
    for found in read.together.classes(read.needed, work, without):
        signed = signature(found.matched, read.places)
        if signed not in seen and all(found.matched & group for group in read.needed):
            seen.add(signed)
            yield signed, found.word


@lru_cache(maxsize=4096)
def _literal(written: str) -> Atom:
    return made((written,))


def _written(asked: Compared, variables: Variables, work: Work) -> tuple[str, ...]:
    """Strings that policies write, values between those, and some that are like patterns, each once."""
    found: dict[str, None] = dict.fromkeys(_literals(asked.atoms))
    if not asked.family:
        return tuple(each for each in found if each)
    found.update(dict.fromkeys(points(asked.family, list(_wanted(asked)))))
    found.update(dict.fromkeys(_SMALL if asked.family == "numeric" else ()))
    for strings in (USUAL[asked.family], *(strings for _, strings in _addresses(asked) or ())):
        for _, word in _classes(reading(asked.atoms, strings, (), variables, work), variables, work):
            spelled = "".join(letter for letter in word if isinstance(letter, str))
            for end in _ends(asked):
                if len(spelled) == len(word) and is_usual(asked.family, spelled + end):
                    found[spelled + end] = None
    return tuple(each for each in found if each)


def _ends(asked: Compared) -> tuple[str, ...]:
    """What is put behind a number to make larger ones, up to those that are asked for."""
    if asked.family != "numeric":
        return ("",)
    longest = min(_MOST_DIGITS, max(map(len, _wanted(asked)), default=0))
    return ("", "5", *("0" * count for count in range(1, longest + 1)))


def _wanted(asked: Compared) -> tuple[str, ...]:
    return tuple(atom.shown for atom in asked.atoms if atom.compare is not None)


def _addresses(asked: Compared) -> tuple[tuple[str, Group], ...] | None:
    """The addresses that networks tell apart, where all values are addresses."""
    return addresses(_wanted(asked)) if asked.typed and asked.family == "network" else None


def _literals(atoms: Iterable[Atom]) -> Iterator[str]:
    for atom in atoms:
        steps = atom.certain
        if steps is not None and all(step.letters is not None and not step.loop for step in steps):
            yield "".join(min(step.letters) for step in steps if step.letters is not None)


def _of_no_arn(own: Signature, asked: Compared) -> Signature:
    """A positive operator is false of what is no ARN; what a negated one makes of it AWS does not document."""
    arns = sum(1 << index for index, atom in enumerate(asked.atoms) if atom in asked.arns)
    doubted = sum(1 << index for index, atom in enumerate(asked.atoms) if atom in asked.arns and atom.certain is None)
    certain, lifted, possible = own
    return Signature(certain & ~arns, lifted & (~arns | doubted), possible | arns)


def _decided(own: Signature, word: Word, asked: Compared) -> Signature | None:
    """The signature of a string that is decided for what it is; None when it may be that no request carries it."""
    value = text(*word)
    if asked.typed and value.literal is not None and not is_usual(asked.family, value.literal):
        return None
    return _with(own, asked, value)


def _with(own: Signature, asked: Compared, value: Text | None) -> Signature:
    """The signature with what values are compared as; None for what is not of the type."""
    certain, lifted, possible = own
    for index, atom in enumerate(asked.atoms):
        if atom.compare is not None:
            truth = Truth.UNKNOWN if value is None else atom.compare.decide(value)
            certain |= (truth is Truth.TRUE) << index
            lifted |= (value is not None and atom.compare.may_hold(value)) << index
            possible |= (truth is not Truth.FALSE) << index
    return Signature(certain, lifted, possible)


def _perhaps(others: Iterable[Signature], asked: Compared, variables: Variables, work: Work) -> Iterator[Signature]:
    """Every kind of string with every kind of value that may be written like that."""
    never = sum(
        1 << index for index, atom in enumerate(asked.atoms) if asked.family == "numeric" and is_no_number(atom)
    )
    known = _addresses(asked)
    if known is None:
        kinds = {_with(_NOTHING, asked, text(each)) for each in points(asked.family, list(_wanted(asked)))}
        values = [(kind, [own for own in others if not own.possible & never]) for kind in kinds]
    else:
        values = [
            (
                _with(_NOTHING, asked, text(value)),
                [own for own, _ in _classes(reading(asked.atoms, strings, (), variables, work), variables, work)],
            )
            for value, strings in known
        ]
    if not asked.typed:
        values.append((_with(_NOTHING, asked, None), list(others)))
    for kind, some in values:
        work.spend(1 + len(some))
        for own in some:
            yield Signature(own.certain | kind.certain, own.lifted | kind.lifted, own.possible | kind.possible)


_NOTHING = Signature(0, 0, 0)
