"""Condition keys that tell who calls or for whom, and how many others could send a value of them.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import NamedTuple

from auditor.iam.audience.words import FRESH, is_fresh
from auditor.iam.decision import Reach
from auditor.model import arn as arns
from auditor.model.known import Truth, Unknown
from auditor.model.text import Symbol, Text, text


class About(Enum):
    """What a key is of. Requests carry the keys of one of the first two kinds only."""

    PRINCIPAL = "principal"
    SOURCE = "source"
    NETWORK = "network"


class Limit(NamedTuple):
    """Who can send a value: at least and at most so wide an audience; `doubtful` when perhaps nobody can."""

    least: Reach
    most: Reach
    doubtful: bool = False


class Form(NamedTuple):
    """How the values of a key are read: who can send one, seen from an owner, and whether it is one of a fixed form."""

    limit: Callable[[Text, Text], Limit]
    is_arn: bool = False


ANYBODY = Limit(Reach.PUBLIC, Reach.PUBLIC)
SOMEWHERE = Limit(Reach.ACCOUNTS, Reach.ACCOUNTS)
PERHAPS = Limit(Reach.NOBODY, Reach.PUBLIC, doubtful=True)
_ODD = Limit(Reach.NOBODY, Reach.ACCOUNTS, doubtful=True)
_ORG = Limit(Reach.ORG, Reach.ORG)
_SERVICE = Limit(Reach.SERVICE, Reach.SERVICE)
HOLE = "hole"
"""The scope of the symbols that stand for holes."""
OWN_ORGANIZATION = Symbol("${aws:resourceorgid}")
"""Stands for the organization of the owner."""

_ACCOUNT = re.compile(r"\d{12}")
_ORGANIZATION = re.compile(r"o-[a-z0-9]+")
_VPC = re.compile(r"vpc-[0-9A-Za-z]+")
_ENDPOINT = re.compile(r"vpce-[0-9A-Za-z]+")
_USER_ID = re.compile(r"A[A-Z0-9]{3,}(:.*)?", re.DOTALL)
_WILD = re.compile(r"[*?]")


def of_account(value: Text, owner: Text) -> Limit:
    """Callers of an account."""
    literal = value.literal
    alone = value.parts[0] if len(value.parts) == 1 else None
    if (literal is not None and _ACCOUNT.fullmatch(literal)) or (
        isinstance(alone, Symbol) and alone.name == "account" and alone.scope != HOLE
    ):
        match value.equals(owner):
            case Truth.TRUE:
                return Limit(Reach.OWNER, Reach.OWNER)
            case Truth.FALSE:
                return SOMEWHERE
            case Truth.UNKNOWN:
                return Limit(Reach.OWNER, Reach.ACCOUNTS)
    return _odd(value)


def _odd(value: Text) -> Limit:
    """A value of another form: a placeholder stands for one that is fixed.

    Where an operator takes a wildcard for a plain character, nobody has the value; AWS's own checks of public access
    count it as any value all the same.
    """
    literal = value.literal
    if literal is None:
        # With what is not told it can be a fixed value too.
        return PERHAPS
    if is_fresh(value):
        return ANYBODY
    return PERHAPS if _WILD.search(literal) else _ODD


def _of_organization(value: Text, owner: Text) -> Limit:  # noqa: ARG001 - one shape for all forms
    literal = value.literal
    fixed = literal is not None and _ORGANIZATION.fullmatch(literal) is not None
    return _ORG if fixed or value.parts == (OWN_ORGANIZATION,) else _odd(value)


def _of_path(value: Text, owner: Text) -> Limit:
    first = value.parts[0] if value.parts else ""
    if not isinstance(first, str):
        # Which organization it is is not told.
        return PERHAPS
    name, slash, _ = first.partition("/")
    if not slash or any(isinstance(part, str) and _WILD.search(part) for part in value.parts):
        return _odd(value)
    return _of_organization(text(name), owner)


def _of_place(form: re.Pattern[str]) -> Callable[[Text, Text], Limit]:
    def limit(value: Text, owner: Text) -> Limit:  # noqa: ARG001 - one shape for all forms
        if value.literal is None:
            # The id of a resource that the same input declares.
            alone = value.parts[0] if len(value.parts) == 1 else None
            return SOMEWHERE if isinstance(alone, Symbol) and alone.scope != HOLE else PERHAPS
        return SOMEWHERE if form.fullmatch(value.literal) else _odd(value)

    return limit


def _of_user_id(value: Text, owner: Text) -> Limit:
    literal = value.literal
    if literal is not None and FRESH not in literal.partition(":")[0] and _USER_ID.fullmatch(literal):
        return SOMEWHERE
    return of_account(value, owner)


def _of_service(value: Text, owner: Text) -> Limit:  # noqa: ARG001 - one shape for all forms
    return PERHAPS if value.literal is None else _SERVICE


def of_arn(value: Text, owner: Text) -> Limit:
    """Callers of the account of an ARN; of one that names no account, those of the service that it belongs to."""
    parts = arns.parse(value)
    if isinstance(parts, Unknown):
        return _of_symbolic_arn(value) if value.literal is None else _odd(value)
    arn = parts.value
    # A wildcard is no part of an ARN: where the operator takes it for a plain character, nothing may match.
    odd = any(isinstance(part, str) and _WILD.search(part) for part in value.parts)
    limit = of_account(arn.account, owner) if arn.account.parts else _of_service_of(arn)
    return limit._replace(doubtful=limit.doubtful or odd)


def _of_service_of(arn: arns.Arn) -> Limit:
    """An ARN without account: whoever has the resource, for which the service acts."""
    if arn.resource.holes or any(each.scope == HOLE for each in arn.resource.symbols):
        return PERHAPS
    return ANYBODY if is_fresh(arn.resource) or arn.service.literal is None or is_fresh(arn.service) else _SERVICE


def _of_symbolic_arn(value: Text) -> Limit:
    """The ARN of a resource that the same input declares, of which only the service may be told."""
    told = not value.holes and all(each.scope != HOLE for each in value.symbols)
    if is_fresh(value) or not told or not arns.is_arn(value):
        return PERHAPS
    pieces = [part for part in value.parts if isinstance(part, str)]
    if any(_WILD.search(piece) for piece in pieces):
        return PERHAPS
    return _SERVICE if ":s3:" in pieces else Limit(Reach.OWNER, Reach.ACCOUNTS)


_BY_ACCOUNT, _BY_ARN = Form(of_account), Form(of_arn, is_arn=True)
_BY_ORGANIZATION, _BY_PATH = Form(_of_organization), Form(_of_path)
FORMS: Mapping[str, tuple[About, Form]] = {
    "aws:principalaccount": (About.PRINCIPAL, _BY_ACCOUNT),
    "kms:calleraccount": (About.PRINCIPAL, _BY_ACCOUNT),
    "aws:principalarn": (About.PRINCIPAL, _BY_ARN),
    "aws:principalorgid": (About.PRINCIPAL, _BY_ORGANIZATION),
    "aws:principalorgpaths": (About.PRINCIPAL, _BY_PATH),
    "aws:userid": (About.PRINCIPAL, Form(_of_user_id)),
    "aws:federatedprovider": (About.PRINCIPAL, _BY_ARN),
    "aws:sourceaccount": (About.SOURCE, _BY_ACCOUNT),
    "aws:sourceowner": (About.SOURCE, _BY_ACCOUNT),
    "aws:sourcearn": (About.SOURCE, _BY_ARN),
    "aws:sourceorgid": (About.SOURCE, _BY_ORGANIZATION),
    "aws:sourceorgpaths": (About.SOURCE, _BY_PATH),
    "aws:principalservicename": (About.SOURCE, Form(_of_service)),
    "aws:principalservicenameslist": (About.SOURCE, Form(_of_service)),
    "aws:sourcevpc": (About.NETWORK, Form(_of_place(_VPC))),
    "aws:ec2instancesourcevpc": (About.NETWORK, Form(_of_place(_VPC))),
    "aws:sourcevpce": (About.NETWORK, Form(_of_place(_ENDPOINT))),
    "aws:sourcevpcarn": (About.NETWORK, _BY_ARN),
    "aws:vpceaccount": (About.NETWORK, _BY_ACCOUNT),
    "aws:vpceorgid": (About.NETWORK, _BY_ORGANIZATION),
    "aws:vpceorgpaths": (About.NETWORK, _BY_PATH),
    "s3:dataaccesspointaccount": (About.NETWORK, _BY_ACCOUNT),
    "s3:dataaccesspointarn": (About.NETWORK, _BY_ARN),
}
"""Keys that tell who calls or for whom, beside aws:SourceIp, aws:PrincipalIsAWSService and the session's own keys."""
