"""Comparisons of control policies, beside the policies that AWS attaches itself.

A control policy can refuse without allowing anything: AWS attaches ``RCPFullAWSAccess`` beside every resource control
policy, for good, and ``FullAWSAccess`` beside service control policies until somebody detaches it.

Sources: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html,
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
"""

from collections.abc import Sequence
from enum import Enum

from msgspec import structs

from auditor.iam.database import rcp_services
from auditor.iam.difference import Difference, difference
from auditor.iam.elements import Named, Patterns, Policy, Principals, Statement
from auditor.iam.sets.contents import MIXED, kinds_of
from auditor.iam.sets.kind import Kind
from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.text import text


class Control(Enum):
    """Kinds of control policies; EITHER where only a Principal in their statements tells that they are of resources."""

    SERVICE = "service"
    RESOURCE = "resource"
    EITHER = "either"


def control_difference(
    new: Sequence[Policy], old: Sequence[Policy], control: Control, *, real: bool = False
) -> Difference:
    """Whether new control policies of one level allow a request that the old ones do not.

    Args:
        new: of one level of an organization; those that AWS attaches itself may be left out.
        old: those that stand in their place today.
        control: of which kind they are.
        real: as in `difference`.
    """
    kinds = kinds_of((*new, *old))
    if control is Control.EITHER and len(kinds) > 1:
        return Difference(truth=Truth.UNKNOWN, unknowns=(MIXED,))
    if control is Control.RESOURCE or (control is Control.EITHER and Kind.RESOURCE in kinds):
        return difference(new, old, kind=Kind.RESOURCE, real=real, shared=(_rcp_full_access(),))
    alone = difference(new, old, kind=Kind.IDENTITY, real=real)
    if _certainly_allows(new) and _certainly_allows(old):
        return alone
    beside = difference(new, old, kind=Kind.IDENTITY, real=real, shared=(_FULL_ACCESS,))
    only_deny = _only_denies(new) and _only_denies(old)
    if only_deny or beside.truth is alone.truth:
        return beside
    return Difference(truth=Truth.UNKNOWN, unknowns=(_PERHAPS_BESIDE,))


_PERHAPS_BESIDE = Unknown(Cause.NOT_HERE, "whether FullAWSAccess is attached beside the service control policies")
_ALL = text("*")
_ALLOW_ALL = Statement(
    index=1,
    label="FullAWSAccess",
    digest="",
    effect=Known("Allow"),
    actions=Patterns((_ALL,)),
    resources=Patterns((_ALL,)),
)
_FULL_ACCESS = Policy(statements=(_ALLOW_ALL,))


def _rcp_full_access() -> Policy:
    """What resource control policies give that refuse nothing: all of the services that they apply to."""
    everybody = Principals((Named("*", _ALL),))
    allow = structs.replace(_ALLOW_ALL, label="RCPFullAWSAccess", principals=everybody)
    # What they do not apply to is as it was, whatever they say.
    passed_over = structs.replace(
        allow,
        index=2,
        label="services without resource control policies",
        effect=Known("Deny"),
        actions=None,
        not_actions=Patterns(tuple(text(f"{each}:*") for each in sorted(rcp_services()))),
    )
    return Policy(statements=(allow, passed_over))


def _certainly_allows(policies: Sequence[Policy]) -> bool:
    return any(_effect(each) == "Allow" for policy in policies for each in policy.statements)


def _only_denies(policies: Sequence[Policy]) -> bool:
    return all(not policy.open and all(_effect(each) == "Deny" for each in policy.statements) for policy in policies)


def _effect(statement: Statement) -> str:
    return statement.effect.value if isinstance(statement.effect, Known) else ""
