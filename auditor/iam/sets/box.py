"""A statement as a product: a test of the action, of the resource, of the principal, and of each condition key."""

from typing import NamedTuple

from auditor.iam.elements import Patterns, Policy, Statement
from auditor.iam.sets import principals
from auditor.iam.sets.atoms import of_action, of_resource
from auditor.iam.sets.checks import CERTAIN, Check, Mode, Test, of_condition, one_of
from auditor.iam.sets.kind import Kind
from auditor.model.known import Known, Unknown

ACTION, RESOURCE, PRINCIPAL = "Action", "Resource", "Principal"
"""Names of dimensions; all others are condition keys in lower case."""


class Box(NamedTuple):
    """A set of requests.

    Attributes:
        tests: dimension to its test; dimensions without one are free.
        doubtful: whether the set may be smaller than the tests say, because something in the statement is not told.
        label: of the statement.
    """

    tests: dict[str, Test]
    doubtful: bool
    label: str


class Part(NamedTuple):
    """A box and how much of it counts."""

    box: Box
    mode: Mode


EVERYTHING = Box({}, doubtful=True, label="what is not told")


def boxes(policy: Policy, effect: str, kind: Kind) -> list[Box]:
    """The statements of a policy with an effect, and what its gaps could hold."""
    found = []
    for statement in policy.statements:
        known = isinstance(statement.effect, Known)
        if isinstance(statement.effect, Known) and statement.effect.value != effect:
            continue
        box = _box(policy, statement, kind)
        found.append(box if known else box._replace(doubtful=True))
    found.extend(EVERYTHING for _ in policy.open)
    return found


def _box(policy: Policy, statement: Statement, kind: Kind) -> Box:
    label = statement.label
    named = statement.principals is not None or statement.not_principals is not None
    if statement.unusable is not None or named is (kind is Kind.IDENTITY):
        return Box({}, doubtful=True, label=label)
    if isinstance(policy.version, Unknown):
        return Box({}, doubtful=True, label=label)
    tests: dict[str, Test] = {ACTION: _actions(statement)}
    resources = _resources(statement, variables=policy.has_variables)
    if resources is not None:
        tests[RESOURCE] = resources
    if statement.principals is not None:
        tests[PRINCIPAL] = (principals.of_principals(statement.principals, negated=False),)
    elif statement.not_principals is not None:
        tests[PRINCIPAL] = (principals.of_principals(statement.not_principals, negated=True),)
    # Identity policies need a Resource; AWS says nothing of one without.
    doubtful = statement.open is not None or (resources is None and kind is Kind.IDENTITY)
    for condition in statement.conditions:
        key = (condition.key.literal or "").lower()
        if key in principals.KEYS:
            check = principals.of_key(condition, key, variables=policy.has_variables)
            key = PRINCIPAL
        else:
            check = of_condition(condition, variables=policy.has_variables) if key else None
        if check is None:
            doubtful = True
        else:
            tests[key] = (*tests.get(key, ()), check)
    return Box(tests, doubtful, label)


def _actions(statement: Statement) -> Test:
    if statement.actions is not None:
        return (_of(statement.actions, negated=False),)
    return (_of(statement.not_actions or Patterns(), negated=True),)


def _of(patterns: Patterns, *, negated: bool) -> Check:
    return one_of((of_action(item) for item in patterns.items), negated=negated, hole=patterns.open is not None)


def _resources(statement: Statement, *, variables: bool) -> Test | None:
    """The test of Resource or NotResource; None where there is neither."""
    patterns = statement.resources if statement.resources is not None else statement.not_resources
    if patterns is None:
        return None
    atoms = (of_resource(item, variables=variables) for item in patterns.items)
    return (one_of(atoms, negated=statement.resources is None, hole=patterns.open is not None),)


def surely(box: Box) -> Part | None:
    """The box as far as it certainly counts; None when nothing of it does."""
    return None if box.doubtful else Part(box, CERTAIN)
