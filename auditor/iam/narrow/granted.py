"""The actions that statements and policies are about, as sets."""

from collections.abc import Iterable
from functools import lru_cache

from auditor.iam.elements import Patterns, Policy, Statement
from auditor.iam.narrow.names import NOTHING, Names, names, names_but, union


def names_of(statement: Statement) -> Names:
    """The actions of the database that a statement certainly is about."""
    if statement.actions is not None:
        return _names_of(statement.actions)
    if statement.not_actions is not None and is_told(statement.not_actions):
        return names_but(tuple(literals(statement.not_actions)))
    return NOTHING


def told_names_of(statement: Statement) -> Names | None:
    """The actions that a statement is about; None where that is not told in full."""
    patterns = statement.actions if statement.actions is not None else statement.not_actions
    if patterns is None or not is_told(patterns) or statement.open is not None or statement.problems:
        return None
    return names_of(statement)


def granted(policy: Policy) -> Names:
    """The actions that the Allow statements of a policy certainly are about."""
    return union(names_of(statement) for statement in policy.statements if statement.is_allow)


def denied_everywhere(policy: Policy) -> Names:
    """The actions that Deny statements deny without condition on every resource."""
    return union(names_of(statement) for statement in policy.statements if _denies_everywhere(statement))


def _denies_everywhere(statement: Statement) -> bool:
    if not statement.is_deny or statement.conditions or statement.open is not None or statement.problems:
        return False
    return statement.resources is not None and any(item.literal == "*" for item in statement.resources.items)


@lru_cache(maxsize=32768)
def _names_of(patterns: Patterns) -> Names:
    return union(names(item) for item in literals(patterns))


def literals(patterns: Patterns) -> Iterable[str]:
    """The patterns that are told in full."""
    return (item.literal for item in patterns.items if item.literal is not None)


def is_told(patterns: Patterns) -> bool:
    """Whether all patterns are told in full, and there are no others."""
    return patterns.open is None and all(item.literal is not None for item in patterns.items)
