"""What policies hold, as comparisons ask for it: keys, variables, how long they are, and what is not told."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from auditor.iam.elements import Patterns, Policy, Statement
from auditor.iam.operators import operator
from auditor.iam.reason import untold
from auditor.iam.resource import ArnPattern, arn_pattern
from auditor.iam.sets.atoms import family_of
from auditor.iam.sets.kind import Kind
from auditor.iam.variables import Template, compiled
from auditor.model.known import Cause, Unknown
from auditor.model.text import Text

_UNDOCUMENTED = Unknown(Cause.UNDECIDED, "AWS does not document what decides: a condition, or a principal")
_SESSIONS = Unknown(
    Cause.UNDECIDED,
    "AWS does not document whom NotPrincipal excepts that names only a user or only its session",
)
WHOSE = "aws:resourceaccount"
"""The key of the account that a resource belongs to, which is the one in its ARN."""
_WHOSE = Unknown(Cause.UNDECIDED, "aws:ResourceAccount is compared apart from the account in the ARN of the resource")


def doubtful_resources(policies: Sequence[Policy]) -> Iterator[Text]:
    """The resources with a wildcard in their type, of which AWS does not say what they match."""
    for policy in policies:
        for statement in policy.statements:
            for patterns in (statement.resources, statement.not_resources):
                for item in () if patterns is None else patterns.items:
                    made = arn_pattern(item, variables=policy.has_variables)
                    if isinstance(made, ArnPattern) and made.is_doubtful:
                        yield item


def keys_of(policies: Sequence[Policy]) -> frozenset[str]:
    """The condition keys that policies ask for, in lower case, as far as they are told."""
    conditions = (each for policy in policies for statement in policy.statements for each in statement.conditions)
    return frozenset(literal.lower() for each in conditions if (literal := each.key.literal) is not None)


def length_of(statements: Iterable[Statement]) -> int:
    """How many characters the patterns of statements and the values of their conditions have."""
    found = 0
    for statement in statements:
        some = (statement.actions, statement.not_actions, statement.resources, statement.not_resources)
        patterns = [each.items for each in some if each is not None]
        for written in chain(*patterns, *(condition.values for condition in statement.conditions)):
            found += sum(len(part) for part in written.parts if isinstance(part, str))
    return found


def variables_of(policies: Sequence[Policy]) -> tuple[str, ...]:
    """The keys that policies use as variables, in lower case."""
    found: dict[str, None] = {}
    for policy in policies if any(each.has_variables for each in policies) else ():
        for statement in policy.statements:
            patterns = [each.items for each in (statement.resources, statement.not_resources) if each is not None]
            for written in chain(*patterns, *(condition.values for condition in statement.conditions)):
                if any(isinstance(part, str) and "${" in part for part in written.parts):
                    made = compiled(written, variables=policy.has_variables)
                    found.update(dict.fromkeys(made.keys if isinstance(made, Template) else ()))
    return tuple(key.lower() for key in found)


def kinds_of(policies: Sequence[Policy]) -> frozenset[Kind]:
    """The kinds of which some policies certainly are: of a resource when a statement names principals.

    Policies without a statement that is told in full can be of either kind, and are of none here.
    """
    found = set()
    for policy in policies:
        if any(_names(statement) for statement in policy.statements):
            found.add(Kind.RESOURCE)
        elif any(statement.open is None and statement.unusable is None for statement in policy.statements):
            found.add(Kind.IDENTITY)
    return frozenset(found)


def _names(statement: Statement) -> bool:
    """Whether a statement has Principal or NotPrincipal."""
    return statement.principals is not None or statement.not_principals is not None


MIXED = Unknown(Cause.UNDECIDED, "some policies name principals and others do not, so that they are not alike")


def open_ends(policies: Sequence[Policy], kind: Kind) -> tuple[Unknown, ...]:
    """What is not told in policies of a kind; what AWS does not document if everything is told."""
    found = tuple(dict.fromkeys((*misfits_of(policies, kind), *_open_ends(policies))))
    if found:
        return found
    forms = tuple(
        Unknown(Cause.UNDECIDED, f"{key} is compared as text and as {name}, and AWS does not say how {name} is written")
        for key, name in _in_two_forms(policies)
    )
    if forms:
        return forms
    doubtful = dict.fromkeys(doubtful_resources(policies))
    return tuple(
        Unknown(Cause.UNDECIDED, f"AWS does not document what a wildcard in the resource type of {item} matches")
        for item in doubtful
    ) or (_not_decided(policies),)


def _not_decided(policies: Sequence[Policy]) -> Unknown:
    """Why a comparison is not decided where all is told."""
    if any(each.not_principals is not None for policy in policies for each in policy.statements):
        return _SESSIONS
    return _WHOSE if WHOSE in keys_of(policies) else _UNDOCUMENTED


_NAMES = {"numeric": "a number", "date": "a date", "network": "an address", "arn": "an ARN"}


def _in_two_forms(policies: Sequence[Policy]) -> Iterator[tuple[str, str]]:
    """The keys that are compared as strings and as something else, and as what."""
    found: dict[str, set[str]] = {}
    for condition in (each for policy in policies for statement in policy.statements for each in statement.conditions):
        how = operator(condition.operator)
        if how is not None and condition.key.literal is not None:
            found.setdefault(condition.key.literal.lower(), set()).add(family_of(how.base))
    for key, families in found.items():
        if "string" in families:
            yield from ((key, _NAMES[each]) for each in sorted(families & _NAMES.keys()))


def misfits_of(policies: Sequence[Policy], kind: Kind) -> tuple[Unknown, ...]:
    """Statements that policies of a kind do not have."""
    names = "names a principal" if kind is Kind.IDENTITY else "names no principal"
    return tuple(
        Unknown(
            Cause.UNDECIDED,
            f"statement {statement.label} {names}, and is compared as one of a policy of a {_HOLDER[kind]}",
        )
        for policy in policies
        for statement in policy.statements
        if statement.unusable is None and _names(statement) is (kind is Kind.IDENTITY)
    )


_HOLDER = {Kind.IDENTITY: "principal", Kind.RESOURCE: "resource"}


def _open_ends(policies: Sequence[Policy]) -> Iterator[Unknown]:
    for policy in policies:
        yield from policy.open
        for statement in policy.statements:
            for why in (statement.unusable, statement.open):
                if why is not None:
                    yield why
            for patterns in (statement.actions, statement.not_actions, statement.resources, statement.not_resources):
                yield from _of_patterns(patterns)
            for named in (statement.principals, statement.not_principals):
                if named is not None:
                    yield from untold(*(each.value for each in named.items))
                    yield from () if named.open is None else (named.open,)
            for condition in statement.conditions:
                yield from untold(condition.key, *condition.values)
                yield from () if condition.open is None else (condition.open,)


def _of_patterns(patterns: Patterns | None) -> Iterator[Unknown]:
    if patterns is not None:
        yield from untold(*patterns.items)
        yield from () if patterns.open is None else (patterns.open,)
