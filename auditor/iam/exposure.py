"""Who a resource policy lets in: nobody, the owner, accounts, an organization, a service, everybody.

Every Allow statement is graded by its principals and the conditions that limit them, less what Deny statements take
away. The grade is given when it is certain; else it is UNKNOWN with the widest that it can be.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html,
https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html
"""

from collections.abc import Iterable
from typing import NamedTuple

from auditor.iam.action import pattern
from auditor.iam.admission import Limits, Part, of_principals
from auditor.iam.automaton import Wild
from auditor.iam.bounds import bound
from auditor.iam.crowd import EVERYBODY, NOBODY, reach
from auditor.iam.decision import Audience, Grant, Reach
from auditor.iam.denies import focus, left_by_denies, names_resource
from auditor.iam.elements import Patterns, Policy, Statement
from auditor.iam.names import action_prefix
from auditor.iam.reason import untold
from auditor.iam.wildcard import Glob
from auditor.model import arn as arns
from auditor.model.known import Cause, Known, Truth, Unknown, all_of, any_of
from auditor.model.text import Text

_SERVICES = frozenset({"sns", "ses", "sqs", "kms", "lambda", "s3"})
"""Services whose name in ARNs is the prefix of the actions on their resources."""


class _Graded(NamedTuple):
    grant: Grant
    least: Reach
    most: Reach


def exposure(policy: Policy, resource: Text | None, owner: Text, *, resource_type: str = "") -> Audience:
    """Who a policy lets in to the resource that it is on.

    Args:
        policy: of the resource.
        resource: its ARN; None for whatever the policy names.
        owner: account of the resource.
        resource_type: CloudFormation or Terraform type, where the ARN does not tell the service: statements without an
            action of the service give nothing.
    """
    prefix = action_prefix(resource_type) if resource_type else prefix_of(resource)
    focused = focus(policy, prefix) if prefix else policy
    graded = [
        found
        for statement, narrowed in zip(policy.statements, focused.statements, strict=True)
        if not (isinstance(statement.effect, Known) and statement.effect.value != "Allow")
        and (found := _graded(focused, statement, narrowed, resource, owner, prefix)) is not None
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


def prefix_of(resource: Text | None) -> str:
    """The prefix of the actions that a policy on a resource can be about; empty when that is not known."""
    parts = None if resource is None else arns.parse(resource)
    service = parts.value.service.literal if isinstance(parts, Known) else None
    return f"{service}:" if service in _SERVICES else ""


def _graded(
    policy: Policy, statement: Statement, narrowed: Statement, resource: Text | None, owner: Text, prefix: str
) -> _Graded | None:
    """One Allow statement; None when it gives nothing to anybody."""
    broken = statement.unusable
    if broken is not None:
        return _finished(statement, Part(NOBODY, EVERYBODY, Truth.UNKNOWN, Truth.UNKNOWN, (broken,)), owner)
    acting = _acts_for(statement, prefix)
    named = Truth.TRUE if resource is None else names_resource(policy, statement, resource)
    if (acting & named) is Truth.FALSE:
        return None
    rest = left_by_denies(policy, narrowed, resource, owner)
    if rest.nothing:
        return None
    bounds = tuple(bound(each, owner, variables=policy.has_variables) for each in statement.conditions)
    part = of_principals(statement, Limits(bounds, rest, owner))
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


def _finished(statement: Statement, part: Part, owner: Text) -> _Graded | None:
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
