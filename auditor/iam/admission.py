"""Whom the principals of an Allow statement let in, under its conditions and beside Deny statements."""

from typing import NamedTuple

from auditor.iam.bounds import About, Bound, confines, service_is_out
from auditor.iam.crowd import EVERYBODY, NOBODY, Crowd, narrower
from auditor.iam.denies import Rest
from auditor.iam.elements import Condition, Named, Principals, Statement
from auditor.iam.operators import Quantifier, operator
from auditor.iam.principal import account_of
from auditor.iam.reason import untold
from auditor.model import arn as arns
from auditor.model.known import Cause, Known, Truth, Unknown, any_of
from auditor.model.text import Text

_SOMEBODY = Crowd(somebody=True)


class Part(NamedTuple):
    """Who is let in, at least and at most, and what decides between them."""

    least: Crowd
    most: Crowd
    confined: Truth = Truth.TRUE
    strict: Truth = Truth.TRUE
    unknowns: tuple[Unknown, ...] = ()

    def joined(self, other: "Part") -> "Part":
        """Both together."""
        return Part(
            self.least.joined(other.least),
            self.most.joined(other.most),
            self.confined & other.confined,
            self.strict & other.strict,
            self.unknowns + other.unknowns,
        )


class Limits(NamedTuple):
    """The conditions of an Allow and the Deny statements beside it, as far as they limit."""

    own: tuple[Bound, ...]
    rest: Rest
    owner: Text

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """All that limits, whichever statement says so."""
        return self.own + self.rest.limits

    @property
    def certain(self) -> bool:
        """Whether it is told in full what they limit."""
        return self.rest.certain and all(each.certain for each in self.bounds)

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """Why it is not told in full."""
        return (*self.rest.unknowns, *(why for each in self.bounds for why in each.unknowns))


def of_principals(statement: Statement, limits: Limits) -> Part:
    """Whom a statement lets in, all of its principals together."""
    if statement.not_principals is not None:
        return _all_but(statement.not_principals, limits)
    if statement.principals is None:
        why = Unknown(Cause.FAILED, f"statement {statement.label} has neither Principal nor NotPrincipal")
        return Part(NOBODY, EVERYBODY, Truth.UNKNOWN, Truth.UNKNOWN, (why,))
    part = Part(NOBODY, NOBODY)
    for named in statement.principals.items:
        part = part.joined(_of_one(named, statement, limits))
    if statement.principals.open is not None:
        more = _everybody(limits)
        open_part = Part(NOBODY, more.most, Truth.UNKNOWN, Truth.UNKNOWN, (statement.principals.open,))
        part = part.joined(open_part)
    return part


def _all_but(excepted: Principals, limits: Limits) -> Part:
    """NotPrincipal: everybody but some, anonymous callers among them."""
    if any(named.value.literal == "*" for named in excepted.items):
        return Part(NOBODY, NOBODY)
    found = _everybody(limits)
    holes = [hole for named in excepted.items for hole in named.value.holes if named.kind == "AWS"]
    if excepted.open is not None:
        holes.append(excepted.open)
    if not holes:
        return found
    return found._replace(least=NOBODY, unknowns=(*found.unknowns, *holes))


def _of_one(named: Named, statement: Statement, limits: Limits) -> Part:
    match named.kind:
        case "*":
            return _everybody(limits)
        case "AWS":
            return _aws(named.value, limits)
        case "Service":
            return _service(named.value, limits)
        case "Federated":
            return _federated(named.value, statement, limits)
        case _:
            return _limited(Part(_SOMEBODY, _SOMEBODY), limits)


def _everybody(limits: Limits) -> Part:
    """Everybody, less what conditions and Deny statements keep out: the narrowest limit holds."""
    crowd = EVERYBODY
    for each in limits.bounds:
        crowd = narrower(crowd, each.most, limits.owner)
    strict = any_of(_fixed(each) for each in limits.own)
    confined = any_of(confines(each) for each in limits.bounds) if crowd.services else Truth.TRUE
    return Part(crowd if limits.certain else NOBODY, crowd, confined, strict, limits.unknowns)


def _fixed(limit: Bound) -> Truth:
    """Whether a condition limits by fixed values, as AWS's strict definition asks."""
    if not limit.certain:
        return Truth.UNKNOWN
    return Truth.of(limit.limits and limit.fixed)


def _limited(part: Part, limits: Limits) -> Part:
    """Named callers under conditions and Deny statements."""
    least = part.least if limits.rest.certain and all(each.certain for each in limits.bounds) else NOBODY
    if any(each.most == NOBODY for each in limits.bounds):
        return Part(NOBODY, NOBODY)
    return part._replace(least=least, unknowns=part.unknowns + limits.unknowns)


def _aws(value: Text, limits: Limits) -> Part:
    if value.literal == "*":
        return _everybody(limits)
    if any(value.equals(excluded) is Truth.TRUE for excluded in limits.rest.excluded):
        return Part(NOBODY, NOBODY)
    account = account_of(value)
    if account is None:
        parts = arns.parse(value)
        if isinstance(parts, Unknown):
            return _no_arn(value, limits)
        account = parts.value.account
    if account.literal is not None and ("*" in account.literal or "?" in account.literal):
        # AWS refuses wildcards here; who writes one means everybody.
        return _everybody(limits)
    return _account(account, limits)


def _no_arn(value: Text, limits: Limits) -> Part:
    """A principal that is no ARN in full: an id of a deleted principal, an attribute, or a hole that could be ``*``."""
    if value.holes and value.equals("*") is Truth.UNKNOWN:
        everybody = _everybody(limits)
        return Part(NOBODY, everybody.most, everybody.confined, Truth.UNKNOWN, untold(value))
    return _limited(Part(_SOMEBODY, _SOMEBODY), limits)


def _account(account: Text, limits: Limits) -> Part:
    crowd = Crowd(accounts=frozenset((account,)))
    least = crowd
    unknowns: tuple[Unknown, ...] = ()
    for excluded in limits.rest.excluded:
        gone = excluded.equals(account)
        if gone is Truth.TRUE:
            return Part(NOBODY, NOBODY)
        if gone is Truth.UNKNOWN:
            least, unknowns = NOBODY, unknowns + untold(excluded, account)
    for each in limits.bounds:
        kept = _keeps(each, account)
        if kept is Truth.FALSE:
            return Part(NOBODY, NOBODY)
        if kept is Truth.UNKNOWN:
            least, unknowns = NOBODY, (*unknowns, *each.unknowns, *untold(account, *each.most.accounts))
    return _limited(Part(least, crowd, unknowns=unknowns), limits)


def _keeps(limit: Bound, account: Text) -> Truth:
    """Whether a limit to accounts leaves callers of one account in."""
    crowd = limit.most
    other = crowd.everybody or crowd.bounded or crowd.somebody or crowd.organizations
    if other or limit.about not in {About.PRINCIPAL, None}:
        return Truth.TRUE
    kept = any_of(each.equals(account) for each in crowd.accounts)
    return kept if limit.certain else kept | Truth.UNKNOWN


def _service(value: Text, limits: Limits) -> Part:
    if any(service_is_out(each) for each in limits.bounds):
        return Part(NOBODY, NOBODY)
    for excluded in limits.rest.excluded:
        if excluded.equals(value) is Truth.TRUE:
            return Part(NOBODY, NOBODY)
    crowd = Crowd(services=frozenset((str(value),)))
    confined = any_of(confines(each) for each in limits.bounds)
    why = () if confined is not Truth.UNKNOWN and limits.rest.certain else limits.unknowns
    return Part(crowd if limits.rest.certain else NOBODY, crowd, confined, unknowns=why)


_ANY_AUDIENCE = ("token.actions.githubusercontent.com",)
"""Providers whose audience says nothing about who holds the token."""


def _federated(value: Text, statement: Statement, limits: Limits) -> Part:
    """A SAML provider belongs to an account; a web identity provider serves everybody, unless a claim is pinned."""
    parts = arns.parse(value)
    if isinstance(parts, Known) and parts.value.resource.startswith("saml-provider/") is Truth.TRUE:
        return _account(parts.value.account, limits)
    silent = tuple(each for each in limits.own if each.certain)
    pinned = any_of(_pins(each, value) for each in statement.conditions)
    if pinned is Truth.TRUE:
        return _limited(Part(Crowd(bounded=True), Crowd(bounded=True)), limits._replace(own=silent))
    found = _everybody(limits._replace(own=silent))
    if pinned is Truth.UNKNOWN or value.literal is None:
        return found._replace(least=NOBODY, strict=Truth.UNKNOWN, unknowns=(*limits.unknowns, *untold(value)))
    return found


def _pins(condition: Condition, provider: Text) -> Truth:
    """Whether a condition pins a claim of the provider's tokens to fixed values."""
    key, how = condition.key.literal, operator(condition.operator)
    if key is None or how is None:
        return Truth.UNKNOWN
    host, colon, claim = key.lower().rpartition(":")
    if not colon or host in _SERVICES or how.negated or how.if_exists or how.quantifier is Quantifier.ALL:
        return Truth.FALSE
    if claim == "aud" and any(str(provider).endswith(name) for name in _ANY_AUDIENCE):
        return Truth.FALSE
    if how.base not in {"stringequals", "stringequalsignorecase", "stringlike"} or not condition.values:
        return Truth.UNKNOWN
    literals = [each.literal for each in condition.values]
    if condition.open is not None or None in literals or any("${" in (each or "") for each in literals):
        return Truth.UNKNOWN
    wild = [each for each in literals if each is not None and how.wildcards and ("*" in each or "?" in each)]
    if any(not each.strip("*?") for each in wild):
        return Truth.FALSE
    return Truth.UNKNOWN if wild else Truth.TRUE


_SERVICES = frozenset({"aws", "sts", "sns", "ses", "sqs", "kms", "s3"})
