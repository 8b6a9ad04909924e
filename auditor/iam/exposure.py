"""Who a resource policy lets in: nobody, the owner, accounts, an organization, a service, everybody.

Every Allow statement is graded by its principals and the conditions that limit them, less what Deny statements take
away. The grade is given when it is certain; else it is UNKNOWN with the widest that it can be.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html,
https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html
"""

from collections.abc import Iterable
from typing import NamedTuple

from auditor.iam.action import pattern
from auditor.iam.automaton import Wild
from auditor.iam.bounds import About, Bound, bound, confines, service_is_out
from auditor.iam.crowd import EVERYBODY, NOBODY, Crowd, narrower, reach
from auditor.iam.decision import Audience, Grant, Reach
from auditor.iam.denies import Rest, left_by_denies, names_resource
from auditor.iam.elements import Condition, Named, Patterns, Policy, Principals, Statement
from auditor.iam.operators import Quantifier, operator
from auditor.iam.principal import account_of
from auditor.iam.reason import untold
from auditor.iam.wildcard import Glob
from auditor.model import arn as arns
from auditor.model.known import Cause, Known, Truth, Unknown, all_of, any_of
from auditor.model.text import Text

_PREFIX_OF_TYPE = {
    "AWS::SNS::Topic": "sns:",
    "AWS::SES::EmailIdentity": "ses:",
    "AWS::SQS::Queue": "sqs:",
    "AWS::KMS::Key": "kms:",
    "AWS::Lambda::Function": "lambda:",
}


_SOMEBODY = Crowd(somebody=True)


class _Part(NamedTuple):
    """Who is let in, at least and at most, and what decides between them."""

    least: Crowd
    most: Crowd
    confined: Truth = Truth.TRUE
    strict: Truth = Truth.TRUE
    unknowns: tuple[Unknown, ...] = ()

    def joined(self, other: "_Part") -> "_Part":
        return _Part(
            self.least.joined(other.least),
            self.most.joined(other.most),
            self.confined & other.confined,
            self.strict & other.strict,
            self.unknowns + other.unknowns,
        )


class _Graded(NamedTuple):
    grant: Grant
    least: Reach
    most: Reach


class _Limits(NamedTuple):
    """The conditions of an Allow and the Deny statements beside it, as far as they limit."""

    own: tuple[Bound, ...]
    rest: Rest
    owner: Text

    @property
    def bounds(self) -> tuple[Bound, ...]:
        return self.own + self.rest.limits

    @property
    def certain(self) -> bool:
        return self.rest.certain and all(each.certain for each in self.bounds)

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        return (*self.rest.unknowns, *(why for each in self.bounds for why in each.unknowns))


def exposure(policy: Policy, resource: Text | None, owner: Text, *, resource_type: str = "") -> Audience:
    """Who a policy lets in to the resource that it is on.

    Args:
        policy: of the resource.
        resource: its ARN; None for whatever the policy names.
        owner: account of the resource.
        resource_type: CloudFormation type name; statements without an action of its service then give nothing.
    """
    prefix = _PREFIX_OF_TYPE.get(resource_type, "")
    graded = [
        found
        for statement in policy.statements
        if not (isinstance(statement.effect, Known) and statement.effect.value != "Allow")
        and (found := _graded(policy, statement, resource, owner, prefix)) is not None
    ]
    least = max((each.least for each in graded), key=_width, default=Reach.NOBODY)
    most = Reach.PUBLIC if policy.open else max((each.most for each in graded), key=_width, default=Reach.NOBODY)
    grants = tuple(each.grant for each in graded)
    undecided = [why for grant in grants if grant.reach is Reach.UNKNOWN for why in grant.unknowns]
    return Audience(
        reach=least if least is most else Reach.UNKNOWN,
        known_reach=least,
        grants=grants,
        accounts=_merged(grant.accounts for grant in grants),
        organizations=_merged(grant.organizations for grant in grants),
        services=_merged(grant.services for grant in grants),
        public_actions=_merged(grant.actions for grant in grants if grant.reach is Reach.PUBLIC),
        strict=all_of(grant.strict for grant in grants) & (Truth.UNKNOWN if policy.open else Truth.TRUE),
        unknowns=tuple(dict.fromkeys((*policy.open, *undecided))),
        at_most=most,
    )


def is_public(audience: Audience) -> Truth:
    """Whether everybody is let in."""
    if Reach.PUBLIC in {audience.reach, audience.known_reach}:
        return Truth.TRUE
    if audience.reach is not Reach.UNKNOWN:
        return Truth.FALSE
    return Truth.FALSE if audience.at_most is not None and audience.at_most is not Reach.PUBLIC else Truth.UNKNOWN


def _width(reached: Reach) -> int:
    return reached.width


def _merged(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({item for each in lists for item in each}))


def _graded(policy: Policy, statement: Statement, resource: Text | None, owner: Text, prefix: str) -> _Graded | None:
    """One Allow statement; None when it gives nothing to anybody."""
    broken = statement.unusable
    if broken is not None:
        return _finished(statement, _Part(NOBODY, EVERYBODY, Truth.UNKNOWN, Truth.UNKNOWN, (broken,)), owner)
    acting = _acts_for(statement, prefix)
    named = Truth.TRUE if resource is None else names_resource(policy, statement, resource)
    if (acting & named) is Truth.FALSE:
        return None
    rest = left_by_denies(policy, statement, resource, owner)
    if rest.nothing:
        return None
    bounds = tuple(bound(each, owner, variables=policy.has_variables) for each in statement.conditions)
    part = _of_principals(statement, _Limits(bounds, rest, owner))
    why = _uncertain(policy, statement, resource, acting & named)
    if why:
        part = part._replace(least=NOBODY, unknowns=part.unknowns + why)
    return _finished(statement, part, owner)


def _acts_for(statement: Statement, prefix: str) -> Truth:
    """Whether it covers any action of a service; any at all without prefix."""
    every = Glob((prefix, Wild.ANY), fold=True)
    if statement.actions is not None:
        # A pattern that matches nothing, such as *:Publish, is the empty string.
        patterns = [pattern(item) for item in statement.actions.items]
        touched = any_of(each.overlaps(every) for each in patterns if each.literal != "")
        return touched if statement.actions.open is None else touched | Truth.UNKNOWN
    if statement.not_actions is None:
        return Truth.TRUE
    left_out = any_of(pattern(item).covers(every) for item in statement.not_actions.items)
    return ~left_out if statement.not_actions.open is None else ~left_out & Truth.UNKNOWN


def _uncertain(policy: Policy, statement: Statement, resource: Text | None, applies: Truth) -> tuple[Unknown, ...]:
    """Why it may give less than its principals and conditions tell."""
    why: list[Unknown] = list(policy.open)
    if isinstance(statement.effect, Unknown):
        why.append(statement.effect)
    if statement.open is not None:
        why.append(statement.open)
    if applies is Truth.UNKNOWN:
        patterns = statement.resources if statement.resources is not None else statement.not_resources
        texts = () if patterns is None else patterns.items
        found = untold(*texts, *(() if resource is None else (resource,)))
        why.extend(found or (Unknown(Cause.UNDECIDED, f"whether statement {statement.label} is about the resource"),))
    return tuple(why)


def _finished(statement: Statement, part: _Part, owner: Text) -> _Graded | None:
    low, _, _ = reach(part.least, owner)
    _, high, ambiguous = reach(part.most, owner)
    if high is Reach.NOBODY:
        return None
    same = low is high
    written = statement.actions if statement.actions is not None else statement.not_actions or Patterns()
    unknowns = () if same and part.confined is not Truth.UNKNOWN else (*part.unknowns, *ambiguous)
    if not same and not unknowns:
        unknowns = (Unknown(Cause.UNDECIDED, f"whom statement {statement.label} lets in"),)
    grant = Grant(
        statement=statement.label,
        digest=statement.digest,
        reach=high if same else Reach.UNKNOWN,
        actions=_written(statement),
        accounts=_literals(part.most.accounts, owner),
        organizations=tuple(sorted(each for each in part.most.organizations if each)),
        services=tuple(sorted(part.most.services)),
        confined=part.confined,
        strict=Truth.FALSE if same and high is Reach.PUBLIC else part.strict,
        limits=tuple(str(each) for each in statement.conditions),
        unknowns=tuple(dict.fromkeys(unknowns)),
        location=statement.location,
        at_most=None if same else high,
        patterns=written.items,
        closed=written.open is None,
    )
    return _Graded(grant, low, high)


def _written(statement: Statement) -> tuple[str, ...]:
    if statement.actions is not None:
        return tuple(str(item) for item in statement.actions.items)
    return tuple(f"not {item}" for item in statement.not_actions.items) if statement.not_actions is not None else ()


def _literals(accounts: frozenset[Text], owner: Text) -> tuple[str, ...]:
    """The ids of other accounts."""
    others = (each for each in accounts if each.equals(owner) is not Truth.TRUE)
    return tuple(sorted(each.literal for each in others if each.literal is not None))


def _of_principals(statement: Statement, limits: _Limits) -> _Part:
    if statement.not_principals is not None:
        return _all_but(statement.not_principals, limits)
    if statement.principals is None:
        why = Unknown(Cause.FAILED, f"statement {statement.label} has neither Principal nor NotPrincipal")
        return _Part(NOBODY, EVERYBODY, Truth.UNKNOWN, Truth.UNKNOWN, (why,))
    part = _Part(NOBODY, NOBODY)
    for named in statement.principals.items:
        part = part.joined(_of_one(named, statement, limits))
    if statement.principals.open is not None:
        more = _everybody(limits)
        open_part = _Part(NOBODY, more.most, Truth.UNKNOWN, Truth.UNKNOWN, (statement.principals.open,))
        part = part.joined(open_part)
    return part


def _all_but(excepted: Principals, limits: _Limits) -> _Part:
    """NotPrincipal: everybody but some, anonymous callers among them."""
    if any(named.value.literal == "*" for named in excepted.items):
        return _Part(NOBODY, NOBODY)
    found = _everybody(limits)
    holes = [hole for named in excepted.items for hole in named.value.holes if named.kind == "AWS"]
    if excepted.open is not None:
        holes.append(excepted.open)
    if not holes:
        return found
    return found._replace(least=NOBODY, unknowns=(*found.unknowns, *holes))


def _of_one(named: Named, statement: Statement, limits: _Limits) -> _Part:
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
            return _limited(_Part(_SOMEBODY, _SOMEBODY), limits)


def _everybody(limits: _Limits) -> _Part:
    """Everybody, less what conditions and Deny statements keep out: the narrowest limit holds."""
    crowd = EVERYBODY
    for each in limits.bounds:
        crowd = narrower(crowd, each.most, limits.owner)
    strict = any_of(_fixed(each) for each in limits.own)
    confined = any_of(confines(each) for each in limits.bounds) if crowd.services else Truth.TRUE
    return _Part(crowd if limits.certain else NOBODY, crowd, confined, strict, limits.unknowns)


def _fixed(limit: Bound) -> Truth:
    """Whether a condition limits by fixed values, as AWS's strict definition asks."""
    if not limit.certain:
        return Truth.UNKNOWN
    return Truth.of(limit.limits and limit.fixed)


def _limited(part: _Part, limits: _Limits) -> _Part:
    """Named callers under conditions and Deny statements."""
    least = part.least if limits.rest.certain and all(each.certain for each in limits.bounds) else NOBODY
    if any(each.most == NOBODY for each in limits.bounds):
        return _Part(NOBODY, NOBODY)
    return part._replace(least=least, unknowns=part.unknowns + limits.unknowns)


def _aws(value: Text, limits: _Limits) -> _Part:
    if value.literal == "*":
        return _everybody(limits)
    if any(value.equals(excluded) is Truth.TRUE for excluded in limits.rest.excluded):
        return _Part(NOBODY, NOBODY)
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


def _no_arn(value: Text, limits: _Limits) -> _Part:
    """A principal that is no ARN in full: an id of a deleted principal, an attribute, or a hole that could be ``*``."""
    if value.holes and value.equals("*") is Truth.UNKNOWN:
        everybody = _everybody(limits)
        return _Part(NOBODY, everybody.most, everybody.confined, Truth.UNKNOWN, untold(value))
    return _limited(_Part(_SOMEBODY, _SOMEBODY), limits)


def _account(account: Text, limits: _Limits) -> _Part:
    crowd = Crowd(accounts=frozenset((account,)))
    least = crowd
    unknowns: tuple[Unknown, ...] = ()
    for excluded in limits.rest.excluded:
        gone = excluded.equals(account)
        if gone is Truth.TRUE:
            return _Part(NOBODY, NOBODY)
        if gone is Truth.UNKNOWN:
            least, unknowns = NOBODY, unknowns + untold(excluded, account)
    for each in limits.bounds:
        kept = _keeps(each, account)
        if kept is Truth.FALSE:
            return _Part(NOBODY, NOBODY)
        if kept is Truth.UNKNOWN:
            least, unknowns = NOBODY, (*unknowns, *each.unknowns, *untold(account, *each.most.accounts))
    return _limited(_Part(least, crowd, unknowns=unknowns), limits)


def _keeps(limit: Bound, account: Text) -> Truth:
    """Whether a limit to accounts leaves callers of one account in."""
    crowd = limit.most
    other = crowd.everybody or crowd.bounded or crowd.somebody or crowd.organizations
    if other or limit.about not in {About.PRINCIPAL, None}:
        return Truth.TRUE
    kept = any_of(each.equals(account) for each in crowd.accounts)
    return kept if limit.certain else kept | Truth.UNKNOWN


def _service(value: Text, limits: _Limits) -> _Part:
    if any(service_is_out(each) for each in limits.bounds):
        return _Part(NOBODY, NOBODY)
    for excluded in limits.rest.excluded:
        if excluded.equals(value) is Truth.TRUE:
            return _Part(NOBODY, NOBODY)
    crowd = Crowd(services=frozenset((str(value),)))
    confined = any_of(confines(each) for each in limits.bounds)
    why = () if confined is not Truth.UNKNOWN and limits.rest.certain else limits.unknowns
    return _Part(crowd if limits.rest.certain else NOBODY, crowd, confined, unknowns=why)


_ANY_AUDIENCE = ("token.actions.githubusercontent.com",)
"""Providers whose audience says nothing about who holds the token."""


def _federated(value: Text, statement: Statement, limits: _Limits) -> _Part:
    """A SAML provider belongs to an account; a web identity provider serves everybody, unless a claim is pinned."""
    parts = arns.parse(value)
    if isinstance(parts, Known) and parts.value.resource.startswith("saml-provider/") is Truth.TRUE:
        return _account(parts.value.account, limits)
    silent = tuple(each for each in limits.own if each.certain)
    pinned = any_of(_pins(each, value) for each in statement.conditions)
    if pinned is Truth.TRUE:
        return _limited(_Part(Crowd(bounded=True), Crowd(bounded=True)), limits._replace(own=silent))
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
