"""Which conditions limit who is let in, and to whom.

A condition limits when its operator is positive, without ``IfExists`` and ``ForAllValues``, its key tells who calls or
for whom, and all of its values are bounded: an account, an organization, an ARN with an account, a VPC or endpoint id,
an address range that is not broad, a service principal.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import NamedTuple

from auditor.iam.crowd import EVERYBODY, NOBODY, Crowd
from auditor.iam.elements import Condition
from auditor.iam.operators import Operator, Quantifier, boolean, network, operator
from auditor.iam.reason import untold
from auditor.model import arn as arns
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.text import Symbol, Text


class About(Enum):
    """Whom a key tells of: only IAM principals carry the first kind, only services the second, both the third."""

    PRINCIPAL = "principal"
    SOURCE = "source"
    NETWORK = "network"
    SERVICE = "service"


class Bound(NamedTuple):
    """What a condition makes of everybody.

    Attributes:
        most: at most these are let in.
        certain: whether these, and not fewer, are.
        fixed: whether its values are fixed: no wildcard, no variable.
        about: whom its key tells of; None when the condition limits nobody.
        unknowns: what decides when it is not certain.
    """

    most: Crowd
    certain: bool = True
    fixed: bool = True
    about: About | None = None
    unknowns: tuple[Unknown, ...] = ()

    @property
    def limits(self) -> bool:
        """Whether it keeps anybody out for certain."""
        return not self.most.everybody


class _Value(NamedTuple):
    """What one value of a condition stands for."""

    crowd: Crowd
    certain: bool = True


_ACCOUNT = re.compile(r"\d{12}")
_ORGANIZATION = re.compile(r"o-[a-z0-9]+")
_VPC = re.compile(r"vpc-[0-9A-Za-z]+")
_ENDPOINT = re.compile(r"vpce-[0-9A-Za-z]+")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?")
_USER_ID = re.compile(r"A[A-Z0-9]{3,}(:[^*?]*|:\*)?")
_OWN_ACCOUNT = re.compile(r"\$\{aws:resourceaccount\}", re.IGNORECASE)
_OWN_ORGANIZATION = re.compile(r"\$\{aws:resourceorgid\}", re.IGNORECASE)
_WILD = re.compile(r"[*?]")
_ANYBODY = _Value(EVERYBODY)
_PERHAPS_NOBODY = _Value(EVERYBODY, certain=False)
_SOMEWHERE = _Value(Crowd(bounded=True))


def _account(value: Text, how: Operator, owner: Text) -> _Value:
    literal = value.literal
    if literal is None:
        alone = value.parts[0] if len(value.parts) == 1 else None
        if isinstance(alone, Symbol) and alone.name == "account":
            return _Value(Crowd(accounts=frozenset((value,))))
        return _PERHAPS_NOBODY
    if _ACCOUNT.fullmatch(literal):
        return _Value(Crowd(accounts=frozenset((value,))))
    if _OWN_ACCOUNT.fullmatch(literal):
        return _Value(Crowd(accounts=frozenset((owner,))))
    return _wild_or_odd(literal, how)


def _wild_or_odd(literal: str, how: Operator) -> _Value:
    """A value of another form: with wildcards it can be anybody's; without, it probably means nobody."""
    return _ANYBODY if how.wildcards and _WILD.search(literal) else _PERHAPS_NOBODY


def _organization(value: Text, how: Operator, owner: Text) -> _Value:  # noqa: ARG001 - one shape for all kinds
    literal = value.literal
    if literal is None:
        return _PERHAPS_NOBODY
    if _ORGANIZATION.fullmatch(literal):
        return _Value(Crowd(organizations=frozenset((literal,))))
    if _OWN_ORGANIZATION.fullmatch(literal):
        return _Value(Crowd(organizations=frozenset(("",))))
    return _wild_or_odd(literal, how)


def _organization_path(value: Text, how: Operator, owner: Text) -> _Value:  # noqa: ARG001 - one shape for all kinds
    first = value.parts[0] if value.parts else ""
    name, slash, _ = first.partition("/") if isinstance(first, str) else ("", "", "")
    if slash and _ORGANIZATION.fullmatch(name):
        return _Value(Crowd(organizations=frozenset((name,))))
    return _PERHAPS_NOBODY if value.literal is None else _wild_or_odd(value.literal, how)


def _id(form: re.Pattern[str]) -> Callable[[Text, Operator, Text], _Value]:
    def read(value: Text, how: Operator, owner: Text) -> _Value:  # noqa: ARG001 - one shape for all kinds
        literal = value.literal
        if literal is None:
            # The id of a resource that the same input declares.
            fixed = len(value.parts) == 1 and isinstance(value.parts[0], Symbol)
            return _SOMEWHERE if fixed else _PERHAPS_NOBODY
        return _SOMEWHERE if form.fullmatch(literal) else _wild_or_odd(literal, how)

    return read


def _user_id(value: Text, how: Operator, owner: Text) -> _Value:
    literal = value.literal
    if literal is not None and _USER_ID.fullmatch(literal) and (how.wildcards or not literal.endswith("*")):
        return _SOMEWHERE
    return _account(value, how, owner)


def _service(value: Text, how: Operator, owner: Text) -> _Value:  # noqa: ARG001 - one shape for all kinds
    literal = value.literal
    if literal is None:
        return _PERHAPS_NOBODY
    if _SERVICE.fullmatch(literal):
        return _Value(Crowd(services=frozenset((literal,))))
    return _Value(Crowd(services=frozenset("*"))) if how.wildcards else _PERHAPS_NOBODY


def _arn(value: Text, how: Operator, owner: Text) -> _Value:
    """An ARN limits by its account; one that names no account, by the service that it belongs to."""
    parts = arns.parse(value)
    if isinstance(parts, Unknown):
        literal = value.literal
        if literal is None:
            return _symbolic_arn(value)
        return _wild_or_odd(literal, how)
    arn = parts.value
    ahead = (arn.partition, arn.service, arn.region)
    crosses = how.base == "stringlike" and any(_has_wildcard(part) for part in ahead)
    account = _account(arn.account, how, owner)
    if account.crowd.accounts and not how.wildcards and _has_wildcard(value):
        # The operator takes the wildcard for a plain character, so that probably nothing matches.
        return account._replace(certain=False)
    if account.crowd.accounts:
        # A wildcard of StringLike is not held back by colons, so it could swallow the account of somebody else.
        return account if not crosses else _Value(EVERYBODY, certain=False)
    return _without_account(arn, how, account)


def _without_account(arn: arns.Arn, how: Operator, account: _Value) -> _Value:
    service, resource = arn.service.literal, arn.resource.literal
    given = arn.account.literal
    named = given == "" or (service == "s3" and given is not None and _WILD.fullmatch(given) is not None)
    if not named or service is None or _WILD.search(service):
        return account
    if arn.resource.holes:
        return _PERHAPS_NOBODY
    if how.wildcards and _has_wildcard(arn.resource):
        return _ANYBODY if resource is not None else _PERHAPS_NOBODY
    return _Value(Crowd(services=frozenset((f"{service}.amazonaws.com",))))


def _symbolic_arn(value: Text) -> _Value:
    """The ARN of a resource that the same input declares, of which only the service may be told."""
    if value.holes or not value.symbols or not arns.is_arn(value):
        return _PERHAPS_NOBODY
    pieces = [part for part in value.parts if isinstance(part, str)]
    if any(_WILD.search(piece) for piece in pieces):
        return _PERHAPS_NOBODY
    if any(piece == ":s3:" for piece in pieces):
        return _Value(Crowd(services=frozenset(("s3.amazonaws.com",))))
    return _Value(Crowd(somebody=True))


def _has_wildcard(value: Text) -> bool:
    return any(isinstance(part, str) and _WILD.search(part) for part in value.parts)


_KEYS: Mapping[str, tuple[About, Callable[[Text, Operator, Text], _Value]]] = {
    "aws:principalaccount": (About.PRINCIPAL, _account),
    "kms:calleraccount": (About.PRINCIPAL, _account),
    "aws:principalarn": (About.PRINCIPAL, _arn),
    "aws:principalorgid": (About.PRINCIPAL, _organization),
    "aws:principalorgpaths": (About.PRINCIPAL, _organization_path),
    "aws:userid": (About.PRINCIPAL, _user_id),
    "aws:federatedprovider": (About.PRINCIPAL, _arn),
    "aws:sourceaccount": (About.SOURCE, _account),
    "aws:sourceowner": (About.SOURCE, _account),
    "aws:sourcearn": (About.SOURCE, _arn),
    "aws:sourceorgid": (About.SOURCE, _organization),
    "aws:sourceorgpaths": (About.SOURCE, _organization_path),
    "aws:sourcevpc": (About.NETWORK, _id(_VPC)),
    "aws:ec2instancesourcevpc": (About.NETWORK, _id(_VPC)),
    "aws:sourcevpce": (About.NETWORK, _id(_ENDPOINT)),
    "aws:sourcevpcarn": (About.NETWORK, _arn),
    "aws:vpceaccount": (About.NETWORK, _account),
    "aws:vpceorgid": (About.NETWORK, _organization),
    "aws:vpceorgpaths": (About.NETWORK, _organization_path),
    "aws:principalservicename": (About.SERVICE, _service),
    "aws:principalservicenameslist": (About.SERVICE, _service),
}
# Keys of these services, and the other global ones, tell what is done or how, never who does it.
_SILENT_PREFIXES = ("aws:", "sns:", "ses:", "sqs:", "kms:", "s3:", "sts:")
_TELLING = frozenset({"s3:dataaccesspointaccount", "s3:dataaccesspointarn", "aws:sourceip"})
_EQUALITIES = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"})
_BOOLEANS = frozenset({"aws:securetransport", "aws:viaawsservice", "aws:multifactorauthpresent"})
_EVERYBODY_BOUND = Bound(EVERYBODY)


def bound(condition: Condition, owner: Text, *, variables: bool) -> Bound:
    """What a condition makes of everybody; `owner` is the account of the resource."""
    key, how = condition.key.literal, operator(condition.operator)
    if key is None or how is None:
        return Bound(EVERYBODY, certain=False, unknowns=untold(condition.key) or (_odd(condition),))
    key = key.lower()
    if key == "aws:principalisawsservice":
        return _only_services(condition, how)
    if how.base == "null":
        return _null(condition, key)
    known = key in _KEYS or key in _TELLING
    if not known and not key.startswith(_SILENT_PREFIXES):
        return Bound(EVERYBODY, certain=False, unknowns=(_odd(condition),))
    if not known:
        return _silent(condition)
    if how.negated or how.if_exists or how.quantifier is Quantifier.ALL:
        return _EVERYBODY_BOUND
    if key == "aws:sourceip":
        return _addresses(condition, how, variables=variables)
    about, read = _KEYS.get(key, (About.PRINCIPAL, _account if key.endswith("account") else _arn))
    if how.base not in _EQUALITIES or (how.base.startswith("arn") and read is not _arn):
        return Bound(EVERYBODY, certain=False, about=about, unknowns=(_odd(condition),))
    return _values(condition, about, [read(value, how, owner) for value in condition.values], variables=variables)


def _odd(condition: Condition) -> Unknown:
    return Unknown(Cause.UNDECIDED, f"whom the condition {condition} keeps out")


def _silent(condition: Condition) -> Bound:
    """A condition on what is done leaves everybody who does that; a hole in it does not change who."""
    holes = untold(*condition.values)
    if condition.open is not None or not condition.values:
        return Bound(
            EVERYBODY,
            certain=False,
            unknowns=(*holes, condition.open if condition.open is not None else _odd(condition)),
        )
    return _EVERYBODY_BOUND


def _null(condition: Condition, key: str) -> Bound:
    """Null false keeps out those who do not carry the key, which does not name anybody."""
    absent = {boolean(value.literal) if value.literal is not None else None for value in condition.values}
    if absent == {True} and (key in _KEYS or key == "aws:sourceip"):
        return _EVERYBODY_BOUND
    if absent <= {True, False} and absent and condition.open is None:
        return _EVERYBODY_BOUND
    return Bound(EVERYBODY, certain=False, unknowns=untold(*condition.values) or (_odd(condition),))


_SAYS_TRUE = frozenset({"bool", "stringequals", "stringequalsignorecase", "stringlike"})


def _only_services(condition: Condition, how: Operator) -> Bound:
    wanted = {boolean(value.literal) if value.literal is not None else None for value in condition.values}
    plain = not how.negated and not how.if_exists and how.quantifier is not Quantifier.ALL
    if how.base in _SAYS_TRUE and wanted == {True} and plain and condition.open is None:
        return Bound(Crowd(services=frozenset("*")), about=About.SERVICE)
    if wanted <= {True, False} and wanted and condition.open is None:
        return _EVERYBODY_BOUND
    return Bound(EVERYBODY, certain=False, unknowns=untold(*condition.values) or (_odd(condition),))


def _values(condition: Condition, about: About, read: list[_Value], *, variables: bool) -> Bound:
    """The values of a limiting condition together: they are alternatives."""
    if condition.open is not None or not read:
        why = condition.open if condition.open is not None else _odd(condition)
        return Bound(EVERYBODY, certain=False, about=about, unknowns=(why, *untold(*condition.values)))
    crowd, certain = NOBODY, True
    unknowns: tuple[Unknown, ...] = ()
    for value, written in zip(read, condition.values, strict=True):
        crowd = crowd.joined(value.crowd)
        if not value.certain:
            certain = False
            unknowns += untold(written) or (_odd(condition),)
    if crowd.everybody and any(value.crowd.everybody and value.certain for value in read):
        return Bound(EVERYBODY, about=about)
    return Bound(crowd, certain, _fixed(condition, variables=variables), about, unknowns)


def _fixed(condition: Condition, *, variables: bool) -> bool:
    shown = [str(value) for value in condition.values]
    key = (condition.key.literal or "").lower()
    # AWS counts the sessions of one role as fixed.
    wild = [each for each in shown if _WILD.search(each.removesuffix(":*") if key == "aws:userid" else each)]
    return not wild and not (variables and any("${" in value for value in shown))


def _addresses(condition: Condition, how: Operator, *, variables: bool) -> Bound:
    """Address ranges limit unless they are broad: wider than /8 (IPv4) or /32 (IPv6), private ranges aside."""
    from ipaddress import IPv4Network, IPv6Network, collapse_addresses

    if how.base != "ipaddress":
        return Bound(EVERYBODY, certain=False, about=About.NETWORK, unknowns=(_odd(condition),))
    ranges = [network(value.literal) if value.literal is not None else None for value in condition.values]
    if condition.open is not None or not ranges or None in ranges:
        why = condition.open if condition.open is not None else _odd(condition)
        return Bound(EVERYBODY, certain=False, about=About.NETWORK, unknowns=(*untold(*condition.values), why))
    four = list(collapse_addresses(each for each in ranges if isinstance(each, IPv4Network)))
    six = list(collapse_addresses(each for each in ranges if isinstance(each, IPv6Network)))
    private = [network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
    broad = any(each.prefixlen < 8 and each not in private for each in four) or any(each.prefixlen < 32 for each in six)
    if broad:
        return Bound(EVERYBODY, about=About.NETWORK)
    return Bound(Crowd(bounded=True), fixed=_fixed(condition, variables=variables), about=About.NETWORK)


def opposite(condition: Condition, owner: Text, *, variables: bool) -> Bound | None:
    """Whom a Deny with this condition leaves: those for whom the condition does not hold.

    Returns:
        A bound; everybody where the condition keeps out only some that it names; None when that is not decided.
    """
    key, how = condition.key.literal, operator(condition.operator)
    if key is None or how is None or condition.open is not None or not condition.values or how.base == "null":
        return None
    if key.lower() == "aws:principalisawsservice":
        wanted = {boolean(value.literal) if value.literal is not None else None for value in condition.values}
        if how.base == "bool" and wanted == {False}:
            return Bound(Crowd(services=frozenset("*")), about=About.SERVICE)
        return None
    if how.negated and how.quantifier is not Quantifier.ANY:
        return _turned(condition, how, owner, variables=variables)
    return _EVERYBODY_BOUND if _names_some(condition, how, key.lower()) else None


def _turned(condition: Condition, how: Operator, owner: Text, *, variables: bool) -> Bound | None:
    positive = Condition(_POSITIVE[how.base], condition.key, condition.values, None, condition.location)
    found = bound(positive, owner, variables=variables)
    return found if found.certain and found.limits else None


_POSITIVE = {
    "stringequals": "StringEquals",
    "stringequalsignorecase": "StringEqualsIgnoreCase",
    "stringlike": "StringLike",
    "numericequals": "NumericEquals",
    "dateequals": "DateEquals",
    "ipaddress": "IpAddress",
    "arnequals": "ArnEquals",
    "arnlike": "ArnLike",
}


def _names_some(condition: Condition, how: Operator, key: str) -> bool:
    """Whether a positive condition certainly leaves people: those without the key, or with another value."""
    literals = [value.literal for value in condition.values]
    if (
        how.negated
        or how.if_exists
        or how.quantifier is Quantifier.ALL
        or None in literals
        or key == "aws:principaltype"
    ):
        return False
    plain = [literal for literal in literals if literal is not None]
    if how.base == "bool" or key in _BOOLEANS:
        return len({boolean(literal) for literal in plain}) == 1
    if how.base == "ipaddress":
        return all((found := network(literal)) is not None and found.prefixlen > 0 for literal in plain)
    if how.wildcards:
        return all(re.search(r"[^*?:]", literal.removeprefix("arn:")) is not None for literal in plain)
    return how.base.startswith("string")


def service_is_out(found: Bound) -> bool:
    """Whether a limit keeps every service out, because services do not carry its key."""
    return found.about in {About.PRINCIPAL, About.NETWORK}


def confines(found: Bound) -> Truth:
    """Whether a limit ties a service to known accounts or organizations."""
    if found.about is not About.SOURCE:
        return Truth.FALSE
    if not found.certain:
        return Truth.UNKNOWN
    return Truth.of(found.limits and not found.most.services)
