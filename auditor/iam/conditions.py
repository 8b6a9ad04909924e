"""Condition blocks against the context of a request.

An absent key makes a positive operator false, a negated one true and any operator with ``IfExists`` true;
``ForAllValues`` is true of no values and ``ForAnyValue`` false. A policy variable without value matches nothing, so
that negated operators are true of it. What AWS does not document is UNKNOWN.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from auditor.iam.automaton import Piece
from auditor.iam.elements import Condition
from auditor.iam.operators import Operator, Quantifier, boolean, compare, operator
from auditor.iam.reason import is_told, untold
from auditor.iam.request import Request
from auditor.iam.variables import Lacking, Template, compiled
from auditor.model.known import Cause, Truth, Unknown, all_of, any_of
from auditor.model.text import Text

if TYPE_CHECKING:
    from auditor.iam.suppose import Supposed


class Checked(NamedTuple):
    """Whether a condition holds, why in words, and the holes that decide when it is UNKNOWN."""

    truth: Truth
    text: str
    unknowns: tuple[Unknown, ...] = ()


def check(condition: Condition, request: Request, *, variables: bool) -> Checked:
    """Whether one condition holds for a request; `variables` as `Policy.has_variables`."""
    key = condition.key.literal
    if key is None:
        return Checked(Truth.UNKNOWN, f"the key of {condition} is not told", untold(condition.key))
    how = operator(condition.operator)
    if how is None:
        return _undocumented(condition, f"{condition.operator} is not an operator that AWS documents")
    given = request.value(key)
    if isinstance(given, Unknown):
        return Checked(Truth.UNKNOWN, f"{condition}: the request's value is not told", (given,))
    if how.base == "null":
        return _null(condition, given)
    if given is None or not given:
        return _absent(condition, how, present=given is not None)
    return _compare(condition, how, given, request, variables=variables)


def _undocumented(condition: Condition, why: str) -> Checked:
    return Checked(Truth.UNKNOWN, f"{condition}: {why}", (Unknown(Cause.UNDECIDED, why),))


def _null(condition: Condition, given: tuple[Text, ...] | None) -> Checked:
    if given is not None and not given:
        return _undocumented(condition, "AWS does not document Null of a key with an empty list of values")
    wanted = [boolean(value.literal) if value.literal is not None else None for value in condition.values]
    absent = given is None
    truths = [Truth.UNKNOWN if each is None else Truth.of(each is absent) for each in wanted]
    if condition.open is not None or not truths:
        truths.append(Truth.UNKNOWN)
    truth = any_of(truths)
    state = "absent" if absent else "present"
    return Checked(truth, f"{condition}: the key is {state}", _why(condition, (), truth))


def _absent(condition: Condition, how: Operator, *, present: bool) -> Checked:
    """For a key that the request does not carry, or (`present`) carries with no value."""
    words = f"{condition}: the request carries no value"
    match how.quantifier:
        case Quantifier.ALL:
            return Checked(Truth.TRUE, f"{words}, which ForAllValues lets pass")
        case Quantifier.ANY if how.if_exists:
            return _undocumented(condition, "AWS does not document ForAnyValue with IfExists for an absent key")
        case Quantifier.ANY:
            return Checked(Truth.FALSE, words)
    if how.if_exists:
        return Checked(Truth.TRUE, f"{words}, which IfExists lets pass")
    if present:
        return _undocumented(condition, "AWS does not document a key with an empty list of values here")
    if how.negated:
        return Checked(Truth.TRUE, f"{words}, which a negated operator lets pass")
    return Checked(Truth.FALSE, words)


def _compare(
    condition: Condition, how: Operator, given: tuple[Text, ...], request: Request, *, variables: bool
) -> Checked:
    wanted = [_filled(value, how, request, variables=variables) for value in condition.values]
    each = [_one(wanted, value, condition, how, request.supposed) for value in given]
    if len(each) == 1:
        truth = each[0]
    elif how.quantifier is Quantifier.SINGLE:
        # AWS does not document a key with several values without a quantifier: all must agree.
        truth = each[0] if len(set(each)) == 1 else Truth.UNKNOWN
    else:
        truth = all_of(each) if how.quantifier is Quantifier.ALL else any_of(each)
    shown = ", ".join(map(str, given))
    return Checked(truth, f"{condition} {_HOLDS[truth]} for {shown}", _why(condition, given, truth))


_HOLDS = {Truth.TRUE: "holds", Truth.FALSE: "does not hold", Truth.UNKNOWN: "is not decided"}


def _filled(value: Text, how: Operator, request: Request, *, variables: bool) -> tuple[Piece, ...] | Lacking:
    made = compiled(value, variables=variables, wildcards=how.wildcards)
    return made.fill(request) if isinstance(made, Template) else made.pieces


_STRINGS = frozenset({"stringequals", "stringequalsignorecase", "stringlike"})
"""Bases that compare whatever a symbol is."""


def _one(
    wanted: list[tuple[Piece, ...] | Lacking],
    value: Text,
    condition: Condition,
    how: Operator,
    supposed: "Supposed | None",
) -> Truth:
    """One value of the request against all values of the policy."""
    matched = Truth.FALSE
    documented = True
    for pieces in wanted:
        if isinstance(pieces, Lacking):
            # AWS: a variable with no value is null, which equals nothing and is like nothing.
            documented = documented and pieces is Lacking.VALUE
            continue
        one = compare(how.base, pieces, value)
        if one is Truth.UNKNOWN and supposed is not None and how.base in _STRINGS and is_told(pieces, value.parts):
            one = supposed.get((how.base, pieces, value), one)
        if one is None:
            documented = False
        elif one is Truth.TRUE:
            matched = one
            break
        elif one is Truth.UNKNOWN:
            matched = one
    if matched is not Truth.TRUE and (condition.open is not None or not wanted):
        matched = Truth.UNKNOWN
    if not how.negated:
        return matched
    return ~matched if documented or matched is Truth.TRUE else Truth.UNKNOWN


def _why(condition: Condition, given: Iterable[Text], truth: Truth) -> tuple[Unknown, ...]:
    if truth is not Truth.UNKNOWN:
        return ()
    reasons = untold(*condition.values, *given)
    if condition.open is not None:
        reasons = (condition.open, *reasons)
    return reasons or (Unknown(Cause.UNDECIDED, f"AWS does not document {condition} for this value"),)
