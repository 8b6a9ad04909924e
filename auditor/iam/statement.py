"""Whether a statement applies to a request: its principals, action, resource and conditions together."""

from enum import Enum
from typing import NamedTuple

from auditor.iam import action, principal
from auditor.iam.automaton import Wild
from auditor.iam.conditions import Checked, check
from auditor.iam.elements import Patterns, Policy, Principals, Statement
from auditor.iam.principal import NOBODY, Match
from auditor.iam.reason import is_plain, untold
from auditor.iam.request import Kind, Request
from auditor.iam.resource import ArnPattern, arn_pattern, arn_pattern_of
from auditor.iam.variables import Lacking, Template
from auditor.iam.wildcard import glob_of
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.text import Symbol, Text


class PolicyKind(Enum):
    """Kinds of policies, as far as their statements are read differently."""

    IDENTITY = "identity"
    """Policies of principals: identity policies, permissions boundaries, session policies. They name no principals."""
    SERVICE_CONTROL = "scp"
    """Service control policies; they name no principals."""
    RESOURCE = "resource"
    """Policies of resources; they name principals."""
    RESOURCE_CONTROL = "rcp"
    """Resource control policies; they name principals."""
    ENDPOINT = "endpoint"
    """Endpoint policies: without a Principal everybody is meant."""


_PRINCIPALS_OF = frozenset({PolicyKind.IDENTITY, PolicyKind.SERVICE_CONTROL})
"""The kinds that must not name principals."""
_OF_ORGANIZATIONS = frozenset({PolicyKind.SERVICE_CONTROL, PolicyKind.RESOURCE_CONTROL})
_NAMING = frozenset({PolicyKind.RESOURCE, PolicyKind.RESOURCE_CONTROL})
"""The kinds that must name principals."""


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


NO = Applies(Truth.FALSE)
"""A statement that is about something or somebody else."""
EVERYBODY = Match(anybody=Truth.TRUE)
_TRUE, _FALSE, _UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


def applies(statement: Statement, request: Request, policy: Policy, *, kind: PolicyKind) -> Applies:
    """Whether a statement applies to a request.

    Args:
        statement: of `policy`.
        request: what is asked.
        policy: for the version of its language.
        kind: of the policy.
    """
    if statement.problems:
        broken = statement.unusable
        whys = () if broken is None else (broken,)
        return Applies(Truth.UNKNOWN, Match(direct=Truth.UNKNOWN, account=Truth.UNKNOWN), (), whys)
    truth, unknowns = acts(statement, request.action)
    if truth is _FALSE:
        return NO
    on, more = rests_on(statement, request, variables=policy.has_variables, kind=kind)
    if isinstance(policy.version, Unknown) and _has_variables(
        statement.not_resources if statement.resources is None else statement.resources
    ):
        on, more = Truth.UNKNOWN, (policy.version,)
    if on is _FALSE:
        return NO
    match = names(statement, request, kind)
    named = match.any
    if named is _FALSE:
        return NO
    if truth is _TRUE and on is _TRUE and named is _TRUE:
        unknowns = ()
    else:
        truth, unknowns = Truth.UNKNOWN, unknowns + more + match.unknowns
    if not statement.conditions and statement.open is None:
        return Applies(truth, match, (), unknowns, reached=True)
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
    truth = _FALSE
    unknowns: tuple[Unknown, ...] = ()
    for written in patterns.items:
        one = action.matches(written, asked)
        if one is _TRUE:
            return one, ()
        if one is not _FALSE:
            truth, unknowns = one, unknowns + untold(written)
    if patterns.open is not None:
        return Truth.UNKNOWN, (*unknowns, patterns.open)
    return truth, unknowns


def rests_on(
    statement: Statement, request: Request, *, variables: bool, kind: PolicyKind
) -> tuple[Truth, tuple[Unknown, ...]]:
    """Whether Resource or NotResource covers the resource of a request."""
    if statement.resources is not None:
        return _any_resource(statement.resources, request, variables=variables, kind=kind, negated=False)
    if statement.not_resources is not None:
        truth, unknowns = _any_resource(statement.not_resources, request, variables=variables, kind=kind, negated=True)
        return ~truth, unknowns
    if kind in _NAMING:
        # A trust policy has no Resource: it is about the role that it is on.
        return Truth.TRUE, ()
    return Truth.UNKNOWN, (Unknown(Cause.FAILED, f"statement {statement.label} has neither Resource nor NotResource"),)


def _any_resource(
    patterns: Patterns, request: Request, *, variables: bool, kind: PolicyKind, negated: bool
) -> tuple[Truth, tuple[Unknown, ...]]:
    truth = _FALSE
    unknowns: tuple[Unknown, ...] = ()
    for written in patterns.items:
        one = _resource(written, request, variables=variables, kind=kind, negated=negated)
        if one is _TRUE:
            return one, ()
        if one is not _FALSE:
            why = untold(written, request.resource)
            undocumented = Unknown(Cause.UNDECIDED, f"AWS does not document whether {written} means {request.resource}")
            truth, unknowns = one, unknowns + (why or (undocumented,))
    if patterns.open is not None:
        return Truth.UNKNOWN, (*unknowns, patterns.open)
    return truth, unknowns


def _resource(written: Text, request: Request, *, variables: bool, kind: PolicyKind, negated: bool) -> Truth:
    pattern = arn_pattern(written, variables=variables)
    if isinstance(pattern, Template):
        pieces = pattern.fill(request)
        if isinstance(pieces, Lacking):
            # AWS: with a variable that has no value it matches no resource, in Resource and in NotResource.
            return _UNKNOWN if negated and pieces is Lacking.ONE_VALUE else _FALSE
        pattern = arn_pattern_of(pieces)
    if pattern.ends_early:
        return _incomplete(pattern, request, kind, negated=negated)
    matched = pattern.matches(request.resource)
    if matched is _UNKNOWN and request.supposed is not None:
        return _by_supposition(pattern, request)
    if matched is _FALSE and pattern.segments is None and kind is PolicyKind.IDENTITY:
        # What is not told could end early, and would then be completed.
        return _FALSE if glob_of((*pattern.flat.pieces, Wild.ANY)).matches(request.resource) is _FALSE else _UNKNOWN
    return matched


def _by_supposition(pattern: ArnPattern, request: Request) -> Truth:
    """What a match is supposed to be that symbols leave open; others stay open."""
    pieces, subject = pattern.flat.pieces, request.resource.parts
    symbols = any(isinstance(piece, Symbol) for piece in (*pieces, *subject))
    if request.supposed is None or not symbols or not is_plain(pieces, subject):
        return _UNKNOWN
    return request.supposed.get(("resource", pieces, subject), _UNKNOWN)


def _incomplete(pattern: ArnPattern, request: Request, kind: PolicyKind, *, negated: bool) -> Truth:
    """A pattern with fewer than six segments and no star at its end.

    AWS documents that it is completed with ``*`` in identity-based policies, and nothing about others. Without it the
    pattern matches no ARN, which counts where no other reading leads elsewhere: a wildcard may still expand over
    colons, and organizations may refuse the policy.
    """
    if kind is PolicyKind.IDENTITY:
        return pattern.completed().matches(request.resource)
    if kind in _OF_ORGANIZATIONS:
        return _UNKNOWN if negated else _FALSE
    matched = pattern.matches(request.resource)
    return matched if pattern.flat.has_gaps or pattern.has_wildcards else _FALSE


def names(statement: Statement, request: Request, kind: PolicyKind) -> Match:
    """How Principal or NotPrincipal names the caller of a request."""
    caller = request.caller
    if statement.principals is not None:
        match = principal.match(statement.principals, caller)
        if kind not in _PRINCIPALS_OF or match.any is _TRUE:
            return match
        # Policies of principals hold no Principal; AWS refuses them.
        why = Unknown(Cause.FAILED, f"statement {statement.label} of a principal's own policy has a Principal")
        return Match(direct=Truth.UNKNOWN, unknowns=(*match.unknowns, why))
    if statement.not_principals is not None:
        return _all_but(statement.not_principals, statement, request)
    # Without Principal and NotPrincipal a policy of a resource, which AWS refuses, is about nobody.
    return NOBODY if kind in _NAMING else EVERYBODY


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
