"""What is asked: who wants to do what to which resource, with which context.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from auditor.model import arn as arns
from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.text import Text, text

if TYPE_CHECKING:
    from auditor.iam.suppose import Supposed

ContextValue: TypeAlias = tuple[Text, ...] | Unknown | None
"""Values of a key; None when the request certainly does not carry it."""

ABSENT: Final[ContextValue] = None


class Kind(Enum):
    """Kinds of callers, as far as policies treat them differently."""

    USER = "user"
    ROLE = "role"
    """A role by its own ARN: some session of it."""
    SESSION = "assumed-role session"
    FEDERATED_USER = "federated user session"
    ROOT = "root user"
    SERVICE = "AWS service"
    FEDERATED = "identity of a web or SAML provider"
    CANONICAL_USER = "canonical user"
    ANONYMOUS = "anonymous"
    OTHER = "not told"


class Caller(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who asks.

    Attributes:
        kind: of caller.
        arn: user, role, session or root ARN; for a provider or canonical user its name; None for others.
        account: of the caller; None for services, providers and anonymous callers.
        service: service principal, such as ``ses.amazonaws.com``.
    """

    kind: Kind
    arn: Text | None = None
    account: Text | None = None
    service: str = ""


ANONYMOUS = Caller(Kind.ANONYMOUS)
UNSIGNED_ACCOUNT = "anonymous"
"""What aws:PrincipalAccount is in requests that are not signed; all requests have it."""
_KIND_OF = {
    "user": Kind.USER,
    "role": Kind.ROLE,
    "assumed-role": Kind.SESSION,
    "federated-user": Kind.FEDERATED_USER,
    "root": Kind.ROOT,
    "saml-provider": Kind.FEDERATED,
    "oidc-provider": Kind.FEDERATED,
}


def caller(arn: Text) -> Caller:
    """The caller with an ARN; one of kind OTHER when the ARN does not tell what it is."""
    parts = arns.parse(arn)
    if isinstance(parts, Unknown):
        return Caller(Kind.OTHER, arn)
    first = parts.value.resource.parts[0] if parts.value.resource.parts else ""
    kind = _KIND_OF.get(first.partition("/")[0], Kind.OTHER) if isinstance(first, str) else Kind.OTHER
    # Whoever a provider vouches for belongs to no account until a role is assumed.
    return Caller(kind, arn, None if kind is Kind.FEDERATED else parts.value.account)


class Request(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request.

    Attributes:
        caller: who asks.
        action: in full, ``sns:Publish``.
        resource: ARN, or ``*`` for actions that have no resource.
        resource_account: account that owns the resource.
        context: lower-case condition key to its values, None for a key that is certainly absent, Unknown.
        closed: whether keys that `context` does not list are absent; else they are unknown.
        absent_prefixes: lower-case beginnings of keys that are absent when not listed.
        supposed: what comparisons with symbols are supposed to be, while a decision is made by cases.
    """

    caller: Caller
    action: str
    resource: Text
    resource_account: Text
    context: Mapping[str, ContextValue] = {}
    closed: bool = False
    absent_prefixes: tuple[str, ...] = ()
    supposed: "Supposed | None" = None

    def value(self, key: str) -> ContextValue:
        """The values of a condition key, in any case of letters."""
        key = key.lower()
        try:
            return self.context[key]
        except KeyError:
            pass
        if self.closed or any(key.startswith(prefix) for prefix in self.absent_prefixes):
            return None
        return Unknown(Cause.UNDECIDED, f"the value of {key} in the request is not told")

    @property
    def same_account(self) -> Truth:
        """Whether caller and resource belong to one account."""
        if self.caller.account is None:
            return Truth.FALSE
        return self.caller.account.equals(self.resource_account)


_TRUE = (text("true"),)
_ORG = "the organization of the account that the service acts for is not in the input"
# What identifies an IAM principal: an AWS service is none.
_PRINCIPAL_KEYS = (
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principaltype",
    "aws:userid",
    "aws:username",
    "aws:federatedprovider",
    "aws:tokenissuetime",
    "aws:multifactorauthpresent",
    "aws:multifactorauthage",
    "aws:sourceidentity",
)
# What a request from a network of a customer carries.
_NETWORK_KEYS = ("aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip", "aws:sourcevpcarn")
_ABSENT_FOR_SERVICES: Mapping[str, ContextValue] = dict.fromkeys((*_PRINCIPAL_KEYS, *_NETWORK_KEYS))


def service_request(
    service: str,
    action: str,
    resource: Text,
    *,
    resource_account: Text,
    source_account: Text,
    source_arn: Text | None,
) -> Request:
    """The request that an AWS service sends on behalf of a resource.

    Args:
        service: service principal, ``ses.amazonaws.com``.
        action: in full, ``sns:Publish``.
        resource: ARN that it acts on.
        resource_account: account of that resource.
        source_account: account of the resource that it acts for.
        source_arn: ARN of the resource that it acts for, None when that is not told.

    Returns:
        A request that carries no identity of an IAM principal and no network, and of which all other keys are unknown.
    """
    context: dict[str, ContextValue] = dict(_ABSENT_FOR_SERVICES)
    context["aws:sourceaccount"] = context["aws:sourceowner"] = (source_account,)
    context["aws:sourcearn"] = (
        Unknown(Cause.UNDECIDED, f"the ARN of what {service} acts for is not told")
        if source_arn is None
        else (source_arn,)
    )
    context["aws:sourceorgid"] = context["aws:sourceorgpaths"] = Unknown(Cause.NOT_HERE, _ORG)
    context["aws:principalisawsservice"] = _TRUE
    context["aws:principalservicename"] = (text(service),)
    context["aws:securetransport"] = _TRUE
    context["aws:resourceaccount"] = (resource_account,)
    return Request(
        caller=Caller(Kind.SERVICE, service=service),
        action=action,
        resource=resource,
        resource_account=resource_account,
        context=context,
        absent_prefixes=("aws:principaltag/",),
    )


def principal_context(who: Caller, resource_account: Text) -> dict[str, ContextValue]:
    """The keys that follow from who asks: ARN, account, kind, that it is no service, and whose the resource is."""
    context: dict[str, ContextValue] = {
        "aws:principalisawsservice": (text("false"),),
        "aws:principalservicename": None,
        "aws:sourceaccount": None,
        "aws:sourceowner": None,
        "aws:sourcearn": None,
        "aws:sourceorgid": None,
        "aws:sourceorgpaths": None,
        "aws:resourceaccount": (resource_account,),
    }
    if who.account is not None:
        context["aws:principalaccount"] = (who.account,)
    elif who.kind is Kind.ANONYMOUS:
        context["aws:principalaccount"] = (text(UNSIGNED_ACCOUNT),)
        context["aws:principalarn"] = None
    if who.arn is not None and who.kind in {Kind.USER, Kind.ROLE, Kind.ROOT}:
        context["aws:principalarn"] = (who.arn,)
    if who.kind is Kind.USER and who.arn is not None:
        parts = arns.parse(who.arn)
        resource = parts.value.resource if isinstance(parts, Known) else None
        name = resource.literal if resource is not None else None
        if name is not None:
            context["aws:username"] = (text(name.rsplit("/", 1)[-1]),)
        context["aws:principaltype"] = (text("User"),)
    elif who.kind is Kind.ROLE:
        context["aws:principaltype"] = (text("AssumedRole"),)
        context["aws:username"] = None
    return context
