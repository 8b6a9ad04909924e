"""Whether the actions of a Deny statement are all that an Allow statement gives."""

from auditor.iam.action import pattern
from auditor.iam.elements import Patterns, Statement
from auditor.model.known import Truth, all_of, any_of


def actions_cover(deny: Statement, allow: Statement) -> Truth:
    """Whether the actions of one statement are all among those of another."""
    if allow.actions is None:
        return _covers_negation(deny, allow)
    if deny.actions is not None:
        if deny.actions.open is not None and not deny.actions.items:
            return Truth.UNKNOWN
        mine = [pattern(item) for item in deny.actions.items]
        every = all_of(any_of(one.covers(pattern(item)) for one in mine) for item in allow.actions.items)
        if allow.actions.open is not None:
            every &= any_of(Truth.of(one.is_all) for one in mine) | Truth.UNKNOWN
        return every if every is Truth.TRUE or deny.actions.open is None else Truth.UNKNOWN
    if deny.not_actions is not None and deny.not_actions.open is None and allow.actions.open is None:
        return all_of(
            ~pattern(but).overlaps(pattern(item)) for but in deny.not_actions.items for item in allow.actions.items
        )
    return Truth.UNKNOWN


def _covers_negation(deny: Statement, allow: Statement) -> Truth:
    if deny.actions is not None and any(pattern(item).is_all for item in deny.actions.items):
        return Truth.TRUE
    if allow.not_actions is None or (deny.not_actions is None and deny.actions is None):
        return Truth.UNKNOWN
    if deny.actions is not None:
        return Truth.FALSE if deny.actions.open is None else Truth.UNKNOWN
    return Truth.TRUE if deny.not_actions == allow.not_actions and _closed(allow.not_actions) else Truth.UNKNOWN


def _closed(patterns: Patterns) -> bool:
    return patterns.open is None and all(item.is_exact for item in patterns.items)
