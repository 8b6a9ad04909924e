"""Whether a statement applies to a request: its principals, action, resource and conditions together."""

from enum import Enum
from typing import NamedTuple

from auditor.iam import action, principal
from auditor.iam.conditions import Checked, check
from auditor.iam.elements import Patterns, Policy, Principals, Statement
from auditor.iam.principal import Match
from auditor.iam.reason import untold
from auditor.iam.request import Kind, Request
from auditor.iam.resource import ArnPattern, arn_pattern
from auditor.iam.variables import Template
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.text import Text


class Naming(Enum):
    """Whether statements of a kind of policy name principals."""

    NEVER = "never"
    """Policies of principals and service control policies."""
    OPTIONAL = "optional"
    """Endpoint policies: without a Principal everybody is meant."""
    ALWAYS = "always"
    """Policies of resources."""


class Applies(NamedTuple):
    """Whether a statement applies.

    Attributes:
        truth: of the whole.
        match: how its principals name the caller; None in policies that have none.
        checks: of its conditions, in written order, up to the first that does not hold.
        unknowns: what decides when `truth` is UNKNOWN.
        reached: whether action, resource and principal apply at least, so that the conditions decided.
    """

    truth: Truth
    match: Match | None = None
    checks: tuple[Checked, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    reached: bool = False


_NO = Applies(Truth.FALSE)
EVERYBODY = Match(anybody=Truth.TRUE)


def applies(statement: Statement, request: Request, policy: Policy, *, naming: Naming) -> Applies:
    """Whether a statement applies to a request.

    Args:
        statement: of `policy`.
        request: what is asked.
        policy: for the version of its language.
        naming: whether policies of its kind name principals.
    """
    broken = statement.unusable
    if broken is not None:
        return Applies(Truth.UNKNOWN, Match(direct=Truth.UNKNOWN, account=Truth.UNKNOWN), (), (broken,))
    truth, unknowns = acts(statement, request.action)
    if truth is Truth.FALSE:
        return _NO
    on, more = rests_on(statement, request, variables=policy.has_variables, naming=naming)
    if isinstance(policy.version, Unknown) and _has_variables(
        statement.not_resources if statement.resources is None else statement.resources
    ):
        on, more = Truth.UNKNOWN, (policy.version,)
    truth, unknowns = truth & on, unknowns + more
    if truth is Truth.FALSE:
        return _NO
    match = _caller(statement, request, naming)
    truth, unknowns = truth & match.any, unknowns + match.unknowns
    if truth is Truth.FALSE:
        return _NO
    if not statement.conditions and statement.open is None:
        return Applies(truth, match, (), unknowns if truth is Truth.UNKNOWN else (), reached=True)
    return _with_conditions(statement, request, policy, Applies(truth, match, (), unknowns, reached=True))


def _with_conditions(statement: Statement, request: Request, policy: Policy, so_far: Applies) -> Applies:
    truth, unknowns = so_far.truth, so_far.unknowns
    if statement.open is not None:
        truth, unknowns = truth & Truth.UNKNOWN, (*unknowns, statement.open)
    checks: list[Checked] = []
    for condition in statement.conditions:
        checked = check(condition, request, variables=policy.has_variables)
        if isinstance(policy.version, Unknown) and any("${" in str(value) for value in condition.values):
            checked = Checked(Truth.UNKNOWN, checked.text, (policy.version,))
        checks.append(checked)
        truth &= checked.truth
        unknowns += checked.unknowns
        if truth is Truth.FALSE:
            return so_far._replace(truth=truth, checks=tuple(checks), unknowns=())
    return so_far._replace(truth=truth, checks=tuple(checks), unknowns=unknowns if truth is Truth.UNKNOWN else ())


def _has_variables(patterns: Patterns | None) -> bool:
    return patterns is not None and any("${" in str(item) for item in patterns.items)


def acts(statement: Statement, asked: str) -> tuple[Truth, tuple[Unknown, ...]]:
    """Whether Action or NotAction covers an action."""
    if statement.actions is not None:
        return _any_action(statement.actions, asked)
    if statement.not_actions is not None:
        truth, unknowns = _any_action(statement.not_actions, asked)
        return ~truth, unknowns
    return Truth.FALSE, ()


def _any_action(patterns: Patterns, asked: str) -> tuple[Truth, tuple[Unknown, ...]]:
    truth = Truth.FALSE
    unknowns: tuple[Unknown, ...] = ()
    for written in patterns.items:
        one = action.matches(written, asked)
        if one is Truth.TRUE:
            return one, ()
        if one is Truth.UNKNOWN:
            truth, unknowns = one, unknowns + untold(written)
    if patterns.open is not None:
        return Truth.UNKNOWN, (*unknowns, patterns.open)
    return truth, unknowns


def rests_on(
    statement: Statement, request: Request, *, variables: bool, naming: Naming
) -> tuple[Truth, tuple[Unknown, ...]]:
    """Whether Resource or NotResource covers the resource of a request."""
    if statement.resources is not None:
        return _any_resource(statement.resources, request, variables=variables, negated=False)
    if statement.not_resources is not None:
        truth, unknowns = _any_resource(statement.not_resources, request, variables=variables, negated=True)
        return ~truth, unknowns
    if naming is Naming.ALWAYS:
        # A trust policy has no Resource: it is about the role that it is on.
        return Truth.TRUE, ()
    return Truth.UNKNOWN, (Unknown(Cause.FAILED, f"statement {statement.label} has neither Resource nor NotResource"),)


def _any_resource(
    patterns: Patterns, request: Request, *, variables: bool, negated: bool
) -> tuple[Truth, tuple[Unknown, ...]]:
    truth = Truth.FALSE
    unknowns: tuple[Unknown, ...] = ()
    for written in patterns.items:
        one = _resource(written, request, variables=variables, negated=negated)
        if one is Truth.TRUE:
            return one, ()
        if one is Truth.UNKNOWN:
            why = untold(written, request.resource)
            undocumented = Unknown(Cause.UNDECIDED, f"AWS does not document whether {written} means {request.resource}")
            truth, unknowns = one, unknowns + (why or (undocumented,))
    if patterns.open is not None:
        return Truth.UNKNOWN, (*unknowns, patterns.open)
    return truth, unknowns


def _resource(written: Text, request: Request, *, variables: bool, negated: bool) -> Truth:
    pattern = arn_pattern(written, variables=variables)
    if isinstance(pattern, Template):
        pieces = pattern.fill(request)
        if pieces is None:
            # A variable without value matches nothing; what NotResource makes of it is not documented.
            return Truth.UNKNOWN if negated else Truth.FALSE
        pattern = ArnPattern(pieces)
    if negated and pattern.ends_early:
        return Truth.UNKNOWN
    return pattern.matches(request.resource)


def _caller(statement: Statement, request: Request, naming: Naming) -> Match:
    caller = request.caller
    if statement.principals is not None:
        match = principal.match(statement.principals, caller)
        if naming is not Naming.NEVER or match.any is Truth.TRUE:
            return match
        # Policies of principals hold no Principal; AWS refuses them.
        why = Unknown(Cause.FAILED, f"statement {statement.label} of a principal's own policy has a Principal")
        return Match(direct=Truth.UNKNOWN, unknowns=(*match.unknowns, why))
    if statement.not_principals is not None:
        return _all_but(statement.not_principals, statement, request)
    if naming is not Naming.ALWAYS:
        return EVERYBODY
    why = Unknown(Cause.FAILED, f"statement {statement.label} has neither Principal nor NotPrincipal")
    return Match(direct=Truth.UNKNOWN, account=Truth.UNKNOWN, unknowns=(why,))


def _all_but(principals: Principals, statement: Statement, request: Request) -> Match:
    """NotPrincipal: everybody who is not named."""
    named = principal.match(principals, request.caller)
    truth = ~named.any
    if _denies(statement) and truth is Truth.FALSE and not _named_with_account(named, request):
        # AWS: without the ARNs of account and role the policy might deny the whole account.
        why = Unknown(Cause.UNDECIDED, f"{statement.label} denies by NotPrincipal without naming the caller's account")
        return Match(anybody=Truth.UNKNOWN, unknowns=(why,))
    return Match(anybody=truth, unknowns=named.unknowns)


def _denies(statement: Statement) -> bool:
    return getattr(statement.effect, "value", None) == "Deny"


def _named_with_account(named: Match, request: Request) -> bool:
    """Whether NotPrincipal excepts the caller in every way that AWS asks for."""
    if named.anybody is Truth.TRUE or request.caller.kind not in {Kind.USER, Kind.SESSION, Kind.FEDERATED_USER}:
        return True
    if request.caller.kind is Kind.SESSION:
        return named.direct is Truth.TRUE and named.role is Truth.TRUE
    return named.direct is Truth.TRUE
