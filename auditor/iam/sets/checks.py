"""Tests of one value of a request: of its action, resource or principal, or of one condition key."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from auditor.iam.elements import Condition
from auditor.iam.operators import Operator, Quantifier, boolean, operator
from auditor.iam.sets.atoms import HOLE, Atom, of_value
from auditor.iam.sets.readings import Signature

ACTION, RESOURCE, PRINCIPAL, SESSION = "Action", "Resource", "Principal", "Session"
"""Names of dimensions; all others are condition keys in lower case.

A session of a role has the role as its principal and the name of the session beside it, so that conditions on
aws:PrincipalArn are about the role. Without that name it is some session of the role.
"""

Values: TypeAlias = tuple[Signature, ...] | None
"""The values of a key as signatures; None when the request does not carry it."""


class Mode(NamedTuple):
    """How much must be certain.

    Attributes:
        positive, negative: the reading (an index into Signature) of patterns that must match, and must not.
        generous: what is not decided: whether it holds.
    """

    positive: int
    negative: int
    generous: bool


CERTAIN = Mode(0, 2, generous=False)
"""Holds for every filling."""
POSSIBLE = Mode(2, 0, generous=True)
"""Holds for some filling."""
LIFTED = Mode(1, 0, generous=True)
"""Holds for some filling; symbols of the string stand for themselves.

A string with symbols stands for all its fillings, but only to one check: what two checks let through is not what some
string of symbols is to both. Of the checks of one value, `modes_of` reads one like this.
"""


class Check(NamedTuple):
    """One operator with its patterns.

    Attributes:
        how: operator.
        atoms: alternatives.
        present: for keys that follow from the principal: what a principal that has the key matches.
    """

    how: Operator
    atoms: tuple[Atom, ...]
    present: Atom | None = None


Test: TypeAlias = tuple[Check, ...]
"""Checks that must all hold."""

ONE_OF = Operator("stringlike", negated=False, quantifier=Quantifier.SINGLE, if_exists=False, wildcards=True)
"""Of the action, the resource and the principal, which every request has once."""
_NONE_OF = ONE_OF._replace(negated=True)


def one_of(atoms: Iterable[Atom], *, negated: bool = False, hole: bool = False) -> Check:
    """One of some patterns must match, or none; `hole` when there may be more of them."""
    return Check(_NONE_OF if negated else ONE_OF, (*atoms, HOLE) if hole else tuple(atoms))


def of_condition(condition: Condition, *, variables: bool) -> Check | None:
    """The check of a condition; None when the operator is none that AWS documents."""
    how = operator(condition.operator)
    if how is None:
        return None
    if how.base == "null":
        wanted = {boolean(value.literal or "") for value in condition.values}
        if condition.open is not None or None in wanted or not wanted:
            return None
        # One value: absent (true) or present (false). Both together always hold.
        if len(wanted) == 2:
            return Check(how._replace(if_exists=True), ())
        return Check(how._replace(negated=False in wanted), ())
    atoms = [of_value(value, how.base, variables=variables, wildcards=how.wildcards) for value in condition.values]
    if condition.open is not None or not atoms:
        atoms.append(HOLE)
    return Check(how, tuple(atoms))


def modes_of(test: Test, mode: Mode) -> tuple[Mode, ...]:
    """How each check of a test is read: with LIFTED, the first that asks for symbols, and the others as POSSIBLE."""
    if mode is not LIFTED or len(test) < 2:
        return (mode,) * len(test)
    asking = [index for index, check in enumerate(test) if not check.how.negated and check.atoms]
    chosen = next((index for index in asking if any(atom.has_symbols for atom in test[index].atoms)), None)
    if chosen is None:
        return (mode,) * len(test)
    return tuple(LIFTED if index == chosen else POSSIBLE for index in range(len(test)))


def holds(check: Check, values: Values, bits: Mapping[Atom, int], mode: Mode) -> bool:
    """Whether a check holds, as far as the mode asks."""
    if check.present is None or values is None or values[0].certain & bits[check.present]:
        return _holds(check, values, bits, mode)
    ways = [_holds(check, None, bits, mode)]
    if values[0].possible & bits[check.present]:
        ways.append(_holds(check, values, bits, mode))
    return any(ways) if mode.generous else all(ways)


def _holds(check: Check, values: Values, bits: Mapping[Atom, int], mode: Mode) -> bool:
    how = check.how
    if how.base == "null":
        return how.if_exists or (values is None) is not how.negated
    if values is None:
        return _absent(how, mode)
    mask = 0
    for atom in check.atoms:
        mask |= bits[atom]
    if how.negated:
        each = [not value[mode.negative] & mask for value in values]
    else:
        each = [bool(value[mode.positive] & mask) for value in values]
    if len(each) == 1:
        return each[0]
    if how.quantifier is Quantifier.ANY or (how.quantifier is Quantifier.SINGLE and mode.generous):
        return any(each)
    return all(each)


def _absent(how: Operator, mode: Mode) -> bool:
    match how.quantifier:
        case Quantifier.ALL:
            return True
        case Quantifier.ANY:
            # AWS does not document ForAnyValue with IfExists for an absent key.
            return mode.generous if how.if_exists else False
        case Quantifier.SINGLE:
            return how.if_exists or how.negated
