"""Proofs statement by statement: smaller questions than those about whole policies, and answered more often.

An Allow statement is covered when statements under the same conditions, or some of these, cover its actions and
resources: what the conditions mean does not matter then. Deny statements take nothing away from such a proof where the
new policy has all that the old ones have.
"""

from collections.abc import Iterable, Sequence

import msgspec

from auditor.iam import action as actions_of_iam
from auditor.iam import database
from auditor.iam.difference import Kind, difference
from auditor.iam.elements import Patterns, Policy, Statement
from auditor.iam.narrow.granted import names_of
from auditor.iam.narrow.names import names
from auditor.iam.resource import any_arn_pattern
from auditor.iam.statement import acts
from auditor.model.known import Known, Truth
from auditor.model.text import Text


def is_subset(new: Policy, old: Sequence[Policy]) -> bool:
    """Whether a policy is certainly a subset of others; False when statements alone do not show it."""
    if not keeps_denies(new, old):
        return False
    return all(covered(new, statement, old) for statement in new.statements if statement.is_allow)


def keeps_denies(new: Policy, old: Sequence[Policy]) -> bool:
    """Whether a policy certainly has every Deny statement of others."""
    return not new.open and _has_denies(new, old)


def covered(policy: Policy, statement: Statement, by: Sequence[Policy]) -> bool:
    """Whether the Allow statements of policies certainly cover one of another policy, as far as no Deny counts."""
    if statement.problems or statement.open is not None:
        return False
    conditions = _conditions(statement)
    near = [
        (other, each)
        for other in by
        for each in other.statements
        if _may_cover(each, statement)
        and (not each.conditions or (_conditions(each) <= conditions and _speak_alike(policy, other, each, statement)))
    ]
    if any(
        _speak_alike(policy, other, each, statement) and _patterns_cover(each, statement, other) for other, each in near
    ):
        return True
    return bool(near) and _is_within(_alone(policy, statement), [_alone(*pair) for pair in near])


def _is_within(wanted: Policy, by: Sequence[Policy]) -> bool:
    if any(difference((wanted,), (one,), kind=Kind.IDENTITY).truth is Truth.FALSE for one in by):
        return True
    return len(by) > 1 and difference((wanted,), by, kind=Kind.IDENTITY).truth is Truth.FALSE


def _alone(policy: Policy, statement: Statement) -> Policy:
    """A statement as a policy, without its conditions."""
    return msgspec.structs.replace(policy, statements=(msgspec.structs.replace(statement, conditions=()),))


def _may_cover(statement: Statement, wanted: Statement) -> bool:
    """A quick look: whether it can be about the first action that is wanted."""
    if not statement.is_allow or statement.problems or statement.open is not None:
        return False
    first = wanted.actions.items[0].literal if wanted.actions is not None and wanted.actions.items else None
    if first is None or "*" in first or "?" in first:
        return True
    return acts(statement, first)[0] is not Truth.FALSE


def _patterns_cover(wide: Statement, wanted: Statement, policy: Policy) -> bool:
    """Whether each pattern of a statement is covered by one of another: no sets are needed to see that."""
    return _actions_cover(wide, wanted) and _resources_cover(wide, wanted, variables=policy.has_variables)


def _actions_cover(wide: Statement, wanted: Statement) -> bool:
    if wanted.actions is None:
        left_out = _items(wanted.not_actions)
        if wide.actions is not None:
            return any(item.literal == "*" for item in wide.actions.items)
        return _is_exact(wide.not_actions) and set(_items(wide.not_actions)) <= set(left_out)
    given = names_of(wide)
    return wanted.actions.open is None and all(_action_covered(item, wide, given) for item in wanted.actions.items)


def _action_covered(item: Text, wide: Statement, given: int) -> bool:
    literal = item.literal
    if literal is not None and database.action(literal) is not None:
        return names(literal) & ~given == 0
    if wide.actions is None:
        return False
    one = actions_of_iam.pattern(item)
    return any(actions_of_iam.pattern(each).covers(one) is Truth.TRUE for each in wide.actions.items)


def _resources_cover(wide: Statement, wanted: Statement, *, variables: bool) -> bool:
    if wanted.resources is None:
        return wide.resources is None and _is_exact(wide.not_resources) and wide.not_resources == wanted.not_resources
    if wide.resources is None or wanted.resources.open is not None:
        return False
    written = set(wide.resources.items)
    patterns = [any_arn_pattern(item, variables=variables) for item in wide.resources.items]
    return all(
        (item in written and item.is_exact)
        or any(each.covers(any_arn_pattern(item, variables=variables)) is Truth.TRUE for each in patterns)
        for item in wanted.resources.items
    )


def _items(patterns: Patterns | None) -> tuple[Text, ...]:
    return () if patterns is None else patterns.items


def _is_exact(patterns: Patterns | None) -> bool:
    """Whether equal ones certainly mean the same."""
    return patterns is None or (patterns.open is None and all(item.is_exact for item in patterns.items))


def _has_denies(new: Policy, old: Iterable[Policy]) -> bool:
    """Whether the new policy has every Deny statement of the old ones, and these are told in full."""
    kept = {statement.digest for statement in new.statements if not statement.is_allow}
    return all(
        not policy.open
        and all(
            statement.is_allow or (statement.digest in kept and _speak_alike(new, policy, statement))
            for statement in policy.statements
        )
        for policy in old
    )


def _speak_alike(one: Policy, other: Policy, *statements: Statement) -> bool:
    """Whether statements mean the same in the languages of two policies, of which one may have no variables."""
    if not (isinstance(one.version, Known) and isinstance(other.version, Known)):
        return False
    return one.version == other.version or not any("$" in str(each) for each in _texts(statements))


def _texts(statements: Iterable[Statement]) -> Iterable[Text]:
    for statement in statements:
        yield from (*_items(statement.resources), *_items(statement.not_resources))
        yield from (value for condition in statement.conditions for value in condition.values)


def _conditions(statement: Statement) -> frozenset[tuple[object, ...]]:
    """The conditions without their places, in any order."""
    return frozenset((each.operator, each.key, each.values, each.open) for each in statement.conditions)
