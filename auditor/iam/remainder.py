"""What Deny statements of an identity policy leave of what its Allow statements give."""

from typing import NamedTuple

import msgspec

from auditor.iam.action import pattern
from auditor.iam.denies import actions_cover
from auditor.iam.elements import Condition, Patterns, Policy, Statement
from auditor.iam.every_resource import any_covers
from auditor.iam.operators import Quantifier, operator
from auditor.iam.resource import any_arn_pattern
from auditor.iam.statement import acts
from auditor.model.known import Cause, Known, Truth, Unknown, all_of, any_of
from auditor.model.text import text

_ADDRESSES = frozenset({"ses:feedbackaddress", "ses:fromaddress", "ses:recipients"})
DENIES = Unknown(Cause.UNDECIDED, "how much the Deny statements of the policy take back")


class Left(NamedTuple):
    """What Deny statements of the same policy leave of a power.

    Attributes:
        every_resource: whether they leave every resource that they are about.
        limiting_keys: condition keys by whose values they deny all but some.
        unknowns: what decides.
    """

    every_resource: Truth = Truth.TRUE
    limiting_keys: tuple[str, ...] = ()
    unknowns: tuple[Unknown, ...] = ()


def left_by_denies(policy: Policy, allow: Statement, service: str, actions: tuple[str, ...]) -> Left:
    """What is left by Deny statements that name what they spare: a NotResource, or a negated condition.

    Of several actions, what is left of those that are not confined to some resources.
    """
    if len(actions) < 2 or not service:
        return _left(policy, allow, service, actions)
    found = [_left(policy, allow, service, (action,)) for action in actions]
    wide = [each for each in found if each.every_resource is not Truth.FALSE] or found
    return Left(
        any_of(each.every_resource for each in wide),
        tuple(key for key in dict.fromkeys(wide[0].limiting_keys) if all(key in each.limiting_keys for each in wide)),
        tuple(why for each in wide for why in each.unknowns),
    )


def _left(policy: Policy, allow: Statement, service: str, actions: tuple[str, ...]) -> Left:
    every = Truth.TRUE
    keys: list[str] = []
    unknowns: list[Unknown] = []
    for deny in policy.statements:
        if isinstance(deny.effect, Known) and deny.effect.value == "Allow":
            continue
        applies = _covers_actions(deny, allow, actions if service else ())
        if deny.unusable is not None or deny.open is not None or isinstance(deny.effect, Unknown):
            applies &= Truth.UNKNOWN
        if applies is Truth.FALSE or len(deny.conditions) > 1:
            continue
        if deny.conditions:
            confined = applies & _denies_resources(policy, deny, allow) & _confines(deny.conditions[0])
            if confined is Truth.TRUE:
                keys.append(str(deny.conditions[0].key).lower())
            elif confined is Truth.UNKNOWN:
                unknowns.append(DENIES)
        elif deny.not_resources is not None:
            spared, why = any_covers(policy, deny.not_resources, service, actions)
            every &= spared | ~applies
            unknowns.extend(why if spared is Truth.UNKNOWN else (DENIES,) * (applies is Truth.UNKNOWN))
    return Left(every, tuple(keys), tuple(unknowns))


def _confines(condition: Condition) -> Truth:
    """Whether a Deny under a condition spares the requests with certain values of its key, and no others."""
    how = operator(condition.operator)
    if how is None or condition.key.literal is None:
        return Truth.UNKNOWN
    if not how.negated:
        return Truth.FALSE
    always_there = condition.key.literal.lower() == "ses:recipients"
    if how.quantifier is Quantifier.ALL or (how.quantifier is Quantifier.ANY and not always_there):
        return Truth.UNKNOWN
    if not how.wildcards:
        return Truth.TRUE
    return spares_some(condition)


def taken_back(policy: Policy, allow: Statement, actions: tuple[str, ...]) -> Truth:
    """Whether Deny statements without condition cancel a statement for every resource; for some actions, if given."""
    truth = Truth.FALSE
    for deny in policy.statements:
        if isinstance(deny.effect, Known) and deny.effect.value == "Allow":
            continue
        truth |= _takes_back(policy, deny, allow, actions)
    return truth


def leaves_only(policy: Policy, allow: Statement, kept: str) -> Truth:
    """Whether Deny statements without condition leave of a statement no more than the actions of a pattern."""
    spared = pattern(text(kept))
    items = () if allow.actions is None else allow.actions.items
    others = tuple(item for item in items if spared.covers(pattern(item)) is not Truth.TRUE)
    narrowed = msgspec.structs.replace(allow, actions=Patterns(others, allow.actions.open)) if allow.actions else allow
    truth = Truth.FALSE
    for deny in policy.statements:
        if isinstance(deny.effect, Known) and deny.effect.value == "Allow":
            continue
        found = _takes_back(policy, deny, narrowed, ())
        left = deny.not_actions
        if left is not None and left.open is None and not deny.conditions and deny.unusable is None:
            within = all_of(spared.covers(pattern(item)) for item in left.items) & _denies_resources(
                policy, deny, allow
            )
            found |= within if isinstance(deny.effect, Known) and deny.open is None else within & Truth.UNKNOWN
        truth |= found
    return truth


def _takes_back(policy: Policy, deny: Statement, allow: Statement, actions: tuple[str, ...]) -> Truth:
    if deny.unusable is not None:
        return Truth.UNKNOWN
    covered = _covers_actions(deny, allow, actions) & _denies_resources(policy, deny, allow)
    if covered is Truth.FALSE:
        return covered
    if deny.conditions:
        # A Deny under a condition leaves some requests; which, is for a whole evaluation to tell.
        return Truth.FALSE
    unsure = deny.open is not None or isinstance(deny.effect, Unknown)
    return covered & Truth.UNKNOWN if unsure else covered


def _covers_actions(deny: Statement, allow: Statement, actions: tuple[str, ...]) -> Truth:
    """Whether a Deny is about all of some actions, or where none are given of an Allow's."""
    return all_of(acts(deny, action)[0] for action in actions) if actions else actions_cover(deny, allow)


def _denies_resources(policy: Policy, deny: Statement, allow: Statement) -> Truth:
    named = deny.resources or deny.not_resources
    if named is None or named.open is not None:
        return Truth.UNKNOWN
    mine = [any_arn_pattern(item, variables=policy.has_variables).completed() for item in named.items]
    if deny.resources is not None and any(one.flat.is_all for one in mine):
        return Truth.TRUE
    if allow.resources is None or allow.resources.open is not None:
        return Truth.UNKNOWN
    theirs = [any_arn_pattern(item, variables=policy.has_variables).completed() for item in allow.resources.items]
    covered = all_of(any_of(one.covers(two) for one in mine) for two in theirs)
    if deny.resources is not None:
        return covered
    # A Deny of all but some resources leaves these where they are allowed.
    left = any_of(two.covers(one) for one in mine for two in theirs)
    return Truth.FALSE if Truth.TRUE in {covered, left} else Truth.UNKNOWN


def spares_some(condition: Condition) -> Truth:
    """Whether none of the patterns of a condition matches everything."""
    of_addresses = (condition.key.literal or "").lower() in _ADDRESSES
    if any(
        _is_every(value.literal, of_addresses=of_addresses) for value in condition.values if value.literal is not None
    ):
        return Truth.FALSE
    hidden = condition.open is not None or any(value.equals("*") is Truth.UNKNOWN for value in condition.values)
    return Truth.UNKNOWN if hidden else Truth.TRUE


def _is_every(written: str, *, of_addresses: bool) -> bool:
    """Whether a pattern stands for every value there can be; every address has an ``@``."""
    parts = written.split("@") if of_addresses else [written]
    return not written or (len(parts) < 3 and all("*" in part and not part.strip("*?") for part in parts))
