"""Who a resource policy lets in: nobody, the owner, accounts, an organization, a service, everybody.

Every Allow statement is graded: values that stand for all requests are put through it and through the Deny statements,
as `auditor.iam.audience` describes. The grade is given when it is certain; else it is UNKNOWN with the widest that it
can be.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html,
https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from auditor.iam.action import pattern
from auditor.iam.audience.beside import Beside
from auditor.iam.audience.grade import Let, On, is_everybody, let_in
from auditor.iam.audience.scene import Place
from auditor.iam.audience.search import RANK
from auditor.iam.audience.strict import is_strict
from auditor.iam.audience.work import TooMuchError, Work
from auditor.iam.decision import Audience, Grant, Reach
from auditor.iam.denies import actions_cover
from auditor.iam.elements import Patterns, Policy, Statement
from auditor.iam.names import action_prefix
from auditor.model import arn as arns
from auditor.model.known import Cause, Known, Truth, Unknown, all_of
from auditor.model.text import Text, text

_SERVICES = frozenset({"sns", "ses", "sqs", "kms", "lambda", "s3"})
"""Services whose name in ARNs is the prefix of the actions on their resources."""


class _Graded(NamedTuple):
    grant: Grant
    least: Reach
    most: Reach


def exposure(
    policy: Policy, resource: Text | None, owner: Text, *, resource_type: str = "", actions: tuple[str, ...] = ()
) -> Audience:
    """Who a policy lets in to the resource that it is on.

    Args:
        policy: of the resource.
        resource: its ARN; None for whatever the policy names.
        owner: account of the resource.
        resource_type: CloudFormation or Terraform type, where the ARN does not tell the service: statements without an
            action of the service give nothing.
        actions: in full, without wildcards: who may do one of them; without any, who may do anything.
    """
    prefix = action_prefix(resource_type) if resource_type else prefix_of(resource)
    on = On(resource, Place(owner, _partition(resource), Work(len(policy.statements))), prefix, actions)
    beside = Beside((each for each in policy.statements if _effect(each) != "Allow"), owner)
    graded = [
        found
        for statement in policy.statements
        if _effect(statement) != "Deny" and (found := _graded(policy, statement, beside, on)) is not None
    ]
    least = max((each.least for each in graded), key=RANK.__getitem__, default=Reach.NOBODY)
    most = (
        Reach.PUBLIC if policy.open else max((each.most for each in graded), key=RANK.__getitem__, default=Reach.NOBODY)
    )
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


def _merged(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({item for each in lists for item in each}))


def prefix_of(resource: Text | None) -> str:
    """The prefix of the actions that a policy on a resource can be about; empty when that is not known."""
    parts = None if resource is None else arns.parse(resource)
    service = parts.value.service.literal if isinstance(parts, Known) else None
    return f"{service}:" if service in _SERVICES else ""


def _effect(statement: Statement) -> str:
    return statement.effect.value if isinstance(statement.effect, Known) else ""


def _partition(resource: Text | None) -> Text:
    parts = None if resource is None else arns.parse(resource)
    return parts.value.partition if isinstance(parts, Known) else text("aws")


def _graded(policy: Policy, statement: Statement, beside: Beside, on: On) -> _Graded | None:
    """One Allow statement; None when it gives nothing to anybody."""
    broken = statement.unusable
    if broken is not None:
        let = Let(most=Reach.PUBLIC, confined=Truth.UNKNOWN, unknowns=(broken,))
        return _finished(statement, let, Truth.UNKNOWN)
    denies = beside.of(statement)
    uneven = False
    try:
        let = let_in(policy, statement, denies, on)
        uneven = _are_uneven(statement, denies, on.place.work)
    except TooMuchError:
        why = Unknown(Cause.UNDECIDED, f"it takes too much work to tell whom statement {statement.label} lets in")
        let = Let(most=Reach.PUBLIC, confined=Truth.UNKNOWN, unknowns=(why,))
    if policy.open:
        loose = frozenset((Reach.NOBODY, most) for _, most in let.sorts)
        let = let._replace(least=Reach.NOBODY, unknowns=(*policy.open, *let.unknowns), sorts=loose)
    if let.most is Reach.NOBODY:
        return None
    strict = Truth.TRUE
    if let.least is Reach.PUBLIC:
        strict = Truth.FALSE
    elif _may_be_everybody(statement):
        strict = is_strict(statement, on.place.owner, variables=policy.has_variables)
        if not _is_for_everybody(statement):
            strict |= Truth.UNKNOWN
    return _finished(statement, let, strict, denies, uneven=uneven)


def _may_be_everybody(statement: Statement) -> bool:
    if statement.principals is None or statement.principals.open is not None:
        return True
    return any(is_everybody(each) is not Truth.FALSE for each in statement.principals.items)


def _is_for_everybody(statement: Statement) -> bool:
    """Whether it is certain that a statement is for everybody whom its conditions let in."""
    named = statement.principals
    return statement.not_principals is not None or (
        named is not None and any(is_everybody(each) is Truth.TRUE for each in named.items)
    )


def _are_uneven(allow: Statement, denies: Sequence[Statement], work: Work) -> bool:
    """Whether Deny statements may leave more of one action of an Allow statement than of another."""
    items = () if allow.actions is None else allow.actions.items
    if allow.actions is not None and allow.actions.open is None and len(items) == 1 and pattern(items[0]).literal:
        return False
    for deny in denies:
        work.spend(1 + len(items) * len(() if deny.actions is None else deny.actions.items) // 4)
        if actions_cover(deny, allow) is not Truth.TRUE:
            return True
    return False


def _finished(
    statement: Statement, let: Let, strict: Truth, denies: Sequence[Statement] = (), *, uneven: bool = False
) -> _Graded:
    same = let.least is let.most
    written = statement.actions if statement.actions is not None else statement.not_actions or Patterns()
    unknowns = () if same and let.confined is not Truth.UNKNOWN else let.unknowns
    if not same and not unknowns:
        unknowns = (Unknown(Cause.UNDECIDED, f"whom statement {statement.label} lets in"),)
    grant = Grant(
        statement=statement.label,
        digest=statement.digest,
        reach=let.most if same else Reach.UNKNOWN,
        actions=_written(statement),
        accounts=tuple(sorted(each.literal for each in let.accounts if each.literal is not None)),
        organizations=tuple(sorted(let.organizations)),
        services=tuple(sorted(let.services)),
        confined=let.confined,
        strict=strict,
        limits=tuple(str(each) for each in statement.conditions),
        unknowns=tuple(dict.fromkeys(unknowns)),
        location=statement.location,
        at_most=None if same else let.most,
        patterns=written.items,
        closed=written.open is None,
        sorts=tuple(sorted(let.sorts)),
        denied=tuple(each.label for each in denies),
        uneven=uneven,
    )
    return _Graded(grant, let.least, let.most)


def _written(statement: Statement) -> tuple[str, ...]:
    if statement.actions is not None:
        return tuple(str(item) for item in statement.actions.items)
    return tuple(f"not {item}" for item in statement.not_actions.items) if statement.not_actions is not None else ()
