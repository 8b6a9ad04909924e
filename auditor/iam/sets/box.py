"""A statement as a product: a test of the action, of the resource, of the principal, and of each condition key."""

from collections.abc import Container, Iterator, Mapping
from typing import NamedTuple

from auditor.iam.elements import Patterns, Policy, Statement
from auditor.iam.sets import principals
from auditor.iam.sets.atoms import EVERY, WildType, of_action, of_resource
from auditor.iam.sets.checks import (
    ACTION,
    CERTAIN,
    PRINCIPAL,
    RESOURCE,
    Check,
    Mode,
    Test,
    of_condition,
    one_of,
)
from auditor.iam.sets.kind import Kind
from auditor.iam.sets.principals import Roles
from auditor.model.known import Known, Unknown


class Box(NamedTuple):
    """A set of requests.

    Attributes:
        tests: dimension to its test; dimensions without one are free.
        doubtful: whether the set may be smaller than the tests say, because something in the statement is not told.
        label: of the statement.
        same: what the statement says; boxes of statements that say the same are the same sets. None when there are
            gaps in it, which other things can stand in elsewhere.
    """

    tests: Mapping[str, Test]
    doubtful: bool
    label: str
    same: object = None


class Part(NamedTuple):
    """A box and how much of it counts."""

    box: Box
    mode: Mode


EVERYTHING = Box({}, doubtful=True, label="what is not told")


class Manner(NamedTuple):
    """How statements are read.

    Attributes:
        kind: of their policies.
        roles: that the policies name as principals.
        wild_type: what a wildcard in the type of a resource is taken to do.
    """

    kind: Kind
    roles: Roles
    wild_type: WildType = WildType.OPEN


def of_effect(policy: Policy, effect: str) -> Iterator[tuple[Statement, object]]:
    """The statements of a policy that have an effect, or may have it, each with what it says as in `Box.same`."""
    for statement in policy.statements:
        if not isinstance(statement.effect, Known):
            yield statement, None
        elif statement.effect.value == effect:
            yield statement, _content(policy, statement)


def boxes(policy: Policy, effect: str, manner: Manner, but: Container[object] = ()) -> list[Box]:
    """The statements of a policy with an effect, and what its gaps could hold; a statement can be several boxes.

    Args:
        policy: with statements of both effects.
        effect: ``Allow`` or ``Deny``.
        manner: how statements are read.
        but: statements that are left out, by what they say.
    """
    found: list[Box] = []
    for statement, same in of_effect(policy, effect):
        if same is not None and same in but:
            continue
        known = isinstance(statement.effect, Known)
        for box in _boxes(policy, statement, manner):
            found.append(box._replace(doubtful=box.doubtful or not known, same=same))
    found.extend(EVERYTHING for _ in policy.open)
    return found


def _boxes(policy: Policy, statement: Statement, manner: Manner) -> list[Box]:
    label = statement.label
    named = statement.principals is not None or statement.not_principals is not None
    if statement.unusable is not None or named is (manner.kind is Kind.IDENTITY) or isinstance(policy.version, Unknown):
        return [Box({}, doubtful=True, label=label)]
    shared, doubtful = _shared(policy, statement, manner)
    found = []
    for tests, is_doubtful in _of_principals(statement, manner.roles):
        whole = dict(shared)
        for name, test in tests.items():
            # "Everybody" says nothing beside a condition on who it is.
            whole[name] = whole[name] if name in whole and test == _EVERYBODY else (*test, *whole.get(name, ()))
        found.append(Box(whole, doubtful or is_doubtful, label))
    return found


_EVERYBODY: Test = (one_of((EVERY,)),)


def _of_principals(statement: Statement, roles: Roles) -> Iterator[tuple[principals.Tests, bool]]:
    """The tests of Principal or NotPrincipal, as alternatives, and whether they may let fewer through."""
    if statement.principals is not None:
        for tests in principals.of_principals(statement.principals, roles):
            yield tests, False
    elif statement.not_principals is not None:
        but = principals.of_all_but(statement.not_principals, roles)
        if but is None:
            yield {}, True
            return
        for tests in but:
            yield tests, False
        if isinstance(statement.effect, Known) and statement.effect.value == "Deny":
            for tests in principals.of_perhaps_denied(statement.not_principals, roles):
                yield tests, True
    else:
        yield {}, False


def _shared(policy: Policy, statement: Statement, manner: Manner) -> tuple[dict[str, Test], bool]:
    """The tests of everything but Principal and NotPrincipal, and whether they may let fewer through."""
    tests: dict[str, Test] = {ACTION: _actions(statement)}
    resources = _resources(statement, variables=policy.has_variables, manner=manner)
    if resources is not None:
        tests[RESOURCE] = resources
    # Identity policies need a Resource; AWS says nothing of one without.
    doubtful = statement.open is not None or (resources is None and manner.kind is Kind.IDENTITY)
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
    return tests, doubtful


def _content(policy: Policy, statement: Statement) -> object:
    """What a statement says, wherever it stands; None when there are gaps in it."""
    patterns = (statement.actions, statement.not_actions, statement.resources, statement.not_resources)
    named = (statement.principals, statement.not_principals)
    texts = [item for each in patterns if each is not None for item in each.items]
    texts += [item.value for each in named if each is not None for item in each.items]
    texts += [each for condition in statement.conditions for each in (condition.key, *condition.values)]
    whole = (*patterns, *named, *statement.conditions)
    if (
        statement.problems
        or statement.open is not None
        or any(each is not None and each.open is not None for each in whole)
    ):
        return None
    if not all(each.is_exact for each in texts):
        return None
    if any("${" in part for each in texts for part in each.parts if isinstance(part, str)):
        if isinstance(policy.version, Unknown):
            return None
        variables = policy.has_variables
    else:
        variables = False
    conditions = tuple((each.operator, each.key, each.values) for each in statement.conditions)
    return (*patterns, *named, conditions, variables)


def _actions(statement: Statement) -> Test:
    if statement.actions is not None:
        return (_of(statement.actions, negated=False),)
    return (_of(statement.not_actions or Patterns(), negated=True),)


def _of(patterns: Patterns, *, negated: bool) -> Check:
    return one_of((of_action(item) for item in patterns.items), negated=negated, hole=patterns.open is not None)


def _resources(statement: Statement, *, variables: bool, manner: Manner) -> Test | None:
    """The test of Resource or NotResource; None where there is neither."""
    patterns = statement.resources if statement.resources is not None else statement.not_resources
    if patterns is None:
        return None
    completed = manner.kind is Kind.IDENTITY
    atoms = (
        of_resource(item, variables=variables, completed=completed, wild_type=manner.wild_type)
        for item in patterns.items
    )
    return (one_of(atoms, negated=statement.resources is None, hole=patterns.open is not None),)


def covers(wide: Box, narrow: Box) -> bool:
    """Whether every request of a box is seen to be in another at a glance: test by test, pattern by pattern."""
    if wide.doubtful:
        return False
    for name, test in wide.tests.items():
        own = narrow.tests.get(name, ())
        if not all(_implied(check, own) for check in test):
            return False
    return True


def _implied(check: Check, by: Test) -> bool:
    if not all(atom.is_told for atom in check.atoms):
        return False
    if check in by:
        return True
    return any(each.how == check.how and each.present is check.present and _says_more(each, check) for each in by)


def _says_more(one: Check, other: Check) -> bool:
    """Whether one of two checks with the same operator lets nothing through that the other does not."""
    if one.how.base == "null" or not one.atoms or not other.atoms:
        return False
    return set(other.atoms).issubset(one.atoms) if one.how.negated else set(one.atoms).issubset(other.atoms)


def surely(box: Box) -> Part | None:
    """The box as far as it certainly counts; None when nothing of it does."""
    return None if box.doubtful else Part(box, CERTAIN)
