"""Random policies of resources, and who is let in by them request by request.

The audience of a policy is told without any rule about conditions: callers of every sort send every request that the
policy can tell apart, and the widest sort that is let in is the audience.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple

import iam_trees
from hypothesis import strategies as st

from auditor import iam
from auditor.iam import Reach
from auditor.iam.request import Caller, ContextValue
from auditor.iam.statement import PolicyKind
from auditor.iam.weight import weigh
from auditor.model.known import Truth
from auditor.model.text import text

OWN, OTHER, STRANGER = "111111111111", "222222222222", "999999999999"
ORG, FAR = "o-abc", "o-stranger"
_NEAR_ADDRESSES = ("203.0.113.9", "10.1.2.3", "8.1.1.1", "2001:db8::1")
_ADDRESS = "198.51.100.7"


class On(NamedTuple):
    """A kind of resource: its ARN, patterns around it, its type, and actions with the patterns that mean them."""

    arn: str
    patterns: tuple[str, ...]
    type: str
    actions: tuple[str, ...]
    names: tuple[str, ...]


SORTS = (
    On(
        f"arn:aws:sns:eu-west-1:{OWN}:orders",
        ("*", f"arn:aws:sns:*:{OWN}:*", "arn:aws:sns:*", f"arn:aws:sns:eu-west-1:{OWN}:other"),
        "AWS::SNS::Topic",
        ("sns:Publish", "sns:Subscribe", "sns:AddPermission", "sns:Else"),
        ("sns:Publish", "SNS:Sub*", "sns:*", "*", "sns:*scribe", "sqs:*", "sns:AddPermission"),
    ),
    On(
        f"arn:aws:sqs:eu-west-1:{OWN}:q",
        ("*", f"arn:aws:sqs:*:{OWN}:?", f"arn:aws:sqs:eu-west-1:{OWN}:other"),
        "AWS::SQS::Queue",
        ("sqs:SendMessage", "sqs:ReceiveMessage", "sqs:Else"),
        ("sqs:SendMessage", "SQS:*", "*", "sqs:Receive*"),
    ),
    On(
        f"arn:aws:kms:eu-west-1:{OWN}:key/k",
        ("*", f"arn:aws:kms:*:{OWN}:key/*"),
        "AWS::KMS::Key",
        ("kms:Decrypt", "kms:CreateGrant", "kms:CreateElse", "kms:Else"),
        ("kms:Decrypt", "kms:*", "kms:Create*"),
    ),
    On(
        "arn:aws:s3:::bucket",
        ("*", "arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket*", "arn:aws:s3:::other/*", "arn:aws:s3:::bucket/a/*"),
        "AWS::S3::Bucket",
        ("s3:GetObject", "s3:ListBucket", "s3:ListElse", "s3:Else"),
        ("s3:GetObject", "s3:*", "s3:List*", "*"),
    ),
    On(
        f"arn:aws:iam::{OWN}:role/r",
        (),
        "AWS::IAM::Role",
        ("sts:AssumeRole", "sts:TagSession", "sts:Else"),
        ("sts:AssumeRole", "sts:*", "sts:TagSession"),
    ),
)
"""Resources that policies are on."""
_AWS = (
    "*",
    OWN,
    OTHER,
    f"arn:aws:iam::{OTHER}:root",
    f"arn:aws:iam::{OTHER}:role/admin",
    f"arn:aws:iam::{OWN}:role/admin",
    f"arn:aws:iam::{OWN}:user/ann",
    f"arn:aws:sts::{OTHER}:assumed-role/admin/s",
)
_SERVICES = ("ses.amazonaws.com", "s3.amazonaws.com")
_STRINGS = ("StringEquals", "StringLike", "StringNotEquals", "StringNotLike", "StringEqualsIgnoreCase")
_ARNS = ("ArnLike", "ArnEquals", "ArnNotLike", "StringLike", "StringEquals", "StringNotLike", "ArnNotEquals")
_ACCOUNTS = (OWN, OTHER, "*", "1*", "${aws:ResourceAccount}", "anonymous")
_SOURCES = (
    f"arn:aws:ses:eu-west-1:{OWN}:identity/a",
    f"arn:aws:ses:*:{OWN}:*",
    f"arn:aws:ses:*:{OTHER}:identity/*",
    "arn:aws:ses:*:*:*",
    "arn:aws:s3:::bucket",
    "arn:aws:s3:*:*:bucket",
    "arn:aws:s3:::*",
    "*",
)
_CALLERS = (
    f"arn:aws:iam::{OTHER}:role/admin",
    f"arn:aws:iam::{OWN}:*",
    "arn:aws:iam::*:role/admin",
    f"arn:aws:iam::{OTHER}:user/*",
    "*",
)
KEYS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "aws:PrincipalOrgID": (_STRINGS, (ORG, "o-xyz", "o-*", "*")),
    "aws:PrincipalOrgPaths": (_STRINGS, (f"{ORG}/r-1/*", f"{ORG}/r-1/ou-1/", "*")),
    "aws:SourceOrgID": (_STRINGS, (ORG, "o-*")),
    "aws:SourceAccount": (_STRINGS, _ACCOUNTS),
    "AWS:SourceOwner": (_STRINGS, (OWN, OTHER)),
    "aws:PrincipalAccount": (_STRINGS, _ACCOUNTS),
    "aws:SourceArn": (_ARNS, _SOURCES),
    "aws:PrincipalArn": (_ARNS, _CALLERS),
    "aws:SourceIp": (
        ("IpAddress", "NotIpAddress"),
        ("203.0.113.0/24", "10.0.0.0/8", "0.0.0.0/0", "8.0.0.0/8", "9.0.0.0/8", "128.0.0.0/1", "2001:db8::/32", "::/0"),
    ),
    "aws:SourceVpce": (_STRINGS, ("vpce-1a", "vpce-*", "*")),
    "aws:PrincipalIsAWSService": (("Bool", "StringEquals"), ("true", "false")),
    "aws:PrincipalServiceName": (_STRINGS, ("ses.amazonaws.com", "*.amazonaws.com")),
    "aws:SecureTransport": (("Bool", "StringEquals"), ("true", "false")),
    "sns:Endpoint": (_STRINGS, ("https://a.example.com/x", "*@example.com", "https://*")),
    "aws:PrincipalTag/team": (_STRINGS, ("a", "*", "${aws:PrincipalAccount}")),
    "aws:username": (_STRINGS, ("ann", "*")),
}
"""Condition keys with operators and values."""
_FORMS = ("",) * 6 + ("IfExists", "IfExists", "ForAllValues:", "ForAnyValue:", "Null")


# -- policies ---------------------------------------------------------------------------------------------------------


def _some(draw: Any, items: tuple[str, ...], most: int = 2) -> str | list[str]:
    found = draw(st.lists(st.sampled_from(items), min_size=1, max_size=most, unique=True))
    return found[0] if len(found) == 1 else found


def _condition(draw: Any, keys: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {}
    for _ in range(draw(st.sampled_from((0, 1, 1, 2)))):
        key = draw(st.sampled_from(keys))
        operators, values = KEYS[key]
        operator, form = draw(st.sampled_from(operators)), draw(st.sampled_from(_FORMS))
        if form == "Null":
            made.setdefault("Null", {})[key] = draw(st.sampled_from(("true", "false")))
            continue
        operator = operator + form if form == "IfExists" else form + operator
        made.setdefault(operator, {})[key] = _some(draw, values)
    return made


def _principal(draw: Any) -> dict[str, Any]:
    sort = draw(st.sampled_from(("*", "*", "AWS*", "AWS", "AWS", "Service", "both", "not")))
    match sort:
        case "*":
            return {"Principal": "*"}
        case "AWS*":
            return {"Principal": {"AWS": "*"}}
        case "AWS":
            return {"Principal": {"AWS": _some(draw, _AWS)}}
        case "Service":
            return {"Principal": {"Service": _some(draw, _SERVICES)}}
        case "both":
            return {"Principal": {"AWS": _some(draw, _AWS[1:]), "Service": _some(draw, _SERVICES)}}
    kind = draw(st.sampled_from(("AWS", "Service")))
    return {"NotPrincipal": {kind: _some(draw, _AWS[1:] if kind == "AWS" else _SERVICES)}}


def _statement(draw: Any, effect: str, on: On, keys: tuple[str, ...]) -> dict[str, Any]:
    made: dict[str, Any] = {"Effect": effect, **_principal(draw)}
    made[draw(st.sampled_from(("Action", "Action", "Action", "NotAction")))] = _some(draw, on.names)
    if on.patterns:
        where = draw(st.sampled_from(("Resource", "Resource", "Resource", "NotResource")))
        made[where] = _some(draw, (on.arn, on.arn, *on.patterns))
    condition = _condition(draw, keys)
    return made | ({"Condition": condition} if condition else {})


class Case(NamedTuple):
    """A policy on a resource."""

    on: On
    document: dict[str, Any]

    @property
    def policy(self) -> iam.Policy:
        return iam.parse(iam_trees.plain(self.document))

    @property
    def audience(self) -> iam.Audience:
        return iam.exposure(self.policy, text(self.on.arn), text(OWN), resource_type=self.on.type)


@st.composite
def cases(draw: Any, among: tuple[str, ...] = tuple(sorted(KEYS))) -> Case:
    """One or two Allow statements and up to two Deny statements, over at most three condition keys."""
    on = draw(st.sampled_from(SORTS))
    keys = tuple(draw(st.lists(st.sampled_from(among), min_size=1, max_size=3, unique=True)))
    effects = draw(
        st.sampled_from((("Allow",), ("Allow", "Deny"), ("Allow", "Allow", "Deny"), ("Allow", "Deny", "Deny")))
    )
    statements = [_statement(draw, effect, on, keys) for effect in effects]
    return Case(on, {"Version": "2012-10-17", "Statement": statements})


# -- requests ---------------------------------------------------------------------------------------------------------


class Sent(NamedTuple):
    """A request with the audience that it counts for; `doubtful` when it is not documented that there are such."""

    request: iam.Request
    reach: Reach
    doubtful: bool


def _names(case: Case, word: str) -> bool:
    return word in str(case.document["Statement"])


def requests(case: Case) -> Iterator[Sent]:
    """Every request that the policy can tell apart."""
    resources = [case.on.arn]
    if case.on.arn.startswith("arn:aws:s3"):
        resources += [f"{case.on.arn}/a/b", f"{case.on.arn}/b"]
    keys = {
        key.lower(): None
        for statement in case.document["Statement"]
        for operands in statement.get("Condition", {}).values()
        for key in operands
    }
    if _names(case, "${"):
        keys |= dict.fromkeys(("aws:resourceaccount", "aws:principalaccount"))
    seen: set[object] = set()
    for caller, whole, reach, doubtful in _callers(case):
        told = {key: value for key, value in whole.items() if key in keys}
        alike = (caller if _names(case, "arn:aws") or _names(case, "'Service'") else caller.account, caller.kind)
        sort = (alike, tuple(told.items()), reach, doubtful)
        if sort in seen:
            continue
        seen.add(sort)
        free = [(key, _values(case, key, caller)) for key in keys if key not in told]
        for chosen in product(*(values for _, values in free)):
            context = dict(told)
            narrowest, odd = reach, doubtful
            for (key, _), (value, limited, perhaps) in zip(free, chosen, strict=True):
                context[key] = value
                odd = odd or perhaps
                narrowest = min(narrowest, limited, key=lambda each: each.width)
            for action, resource in product(case.on.actions, resources):
                made = iam.Request(
                    caller=caller,
                    action=action,
                    resource=text(resource),
                    resource_account=text(OWN),
                    context=context,
                    closed=True,
                )
                yield Sent(made, narrowest, odd)


_Limited = tuple[ContextValue, Reach, bool]
_ABSENT: _Limited = (None, Reach.PUBLIC, False)


def _values(case: Case, key: str, caller: Caller) -> list[_Limited]:
    """Values of a key that callers choose, each with how many others could have sent it, and whether anybody can."""
    shown: tuple[str, ...] = ()
    match key:
        case "aws:sourceip" if caller.kind is not iam.Kind.SERVICE:
            addresses = (*_NEAR_ADDRESSES, _ADDRESS, "9.9.9.9", "77.1.1.1")
            return [_ABSENT, *(((text(each),), _near(case, each), False) for each in addresses)]
        case "aws:sourcevpce" if caller.kind is not iam.Kind.SERVICE:
            far = [((text(each),), Reach.PUBLIC, "*" in each) for each in ("vpce-9f", "vpce-*", "*")]
            return [_ABSENT, *far, ((text("vpce-1a"),), Reach.ACCOUNTS, False)]
        case "aws:securetransport":
            return [((text(each),), Reach.PUBLIC, False) for each in ("true", "false")]
        case "sns:endpoint":
            shown = ("https://a.example.com/x", "a@example.com", "https://b/", "x", "https://*", "*@example.com")
            shown += ("https://b@example.com", "HTTPS://a.example.com/x", "https://A@EXAMPLE.com", "HTTPS://*")
        case "aws:principaltag/team" if caller.account is not None:
            shown = ("a", "b", "*", caller.account.literal or "")
    return [_ABSENT, *(((text(each),), Reach.PUBLIC, False) for each in shown)]


def _near(case: Case, address: str) -> Reach:
    """ACCOUNTS for an address in a range that the policy names and that is not broad."""
    for statement in case.document["Statement"]:
        for operands in statement.get("Condition", {}).values():
            for key, value in operands.items():
                if key != "aws:SourceIp" or value in ("true", "false"):
                    continue
                blocks = [ipaddress.ip_network(each) for each in ([value] if isinstance(value, str) else value)]
                four = [each for each in blocks if each.version == 4]
                six = [each for each in blocks if each.version == 6]
                for block in (*ipaddress.collapse_addresses(four), *ipaddress.collapse_addresses(six)):
                    narrow = block.prefixlen >= (8 if block.version == 4 else 32)
                    if narrow and ipaddress.ip_address(address) in block:
                        return Reach.ACCOUNTS
    return Reach.PUBLIC


_NAMES = (
    ("role/admin", "else"),
    ("user/ann", ""),
    ("user/bob", ""),
    # A path can hold colons.
    ("user/x:role/admin", ""),
    ("role/x", "else"),
    ("root", ""),
)
_Sender = tuple[Caller, dict[str, ContextValue], Reach, bool]


def _callers(case: Case) -> Iterator[_Sender]:
    absent: dict[str, ContextValue] = dict.fromkeys((
        "aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:principalarn", "aws:username",
        "aws:sourceaccount", "aws:sourceowner", "aws:sourcearn", "aws:sourceorgid", "aws:principalservicename",
    ))  # fmt: skip
    absent |= {"aws:principalisawsservice": (text("false"),), "aws:resourceaccount": (text(OWN),)}
    unsigned: dict[str, ContextValue] = {"aws:principalaccount": (text("anonymous"),), "aws:principaltag/team": None}
    yield iam.ANONYMOUS, absent | unsigned, Reach.PUBLIC, False
    orgs = [(None, None), *((org, f"{org}/r-1/ou-{unit}/") for org in (ORG, "o-xyz", FAR) for unit in (1, 2))]
    orgs += [("o-*", "o-*/"), ("*", "*"), (ORG, f"{ORG}/r-1/*")]
    for account, (org, path) in product((OWN, OTHER, STRANGER, "*", "1*"), orgs):
        # AWS's own checks count a wildcard as one where an operator takes it for a plain character.
        odd = "*" in f"{account}{path}"
        for name, session in (*_NAMES, ("role/admin", "s"), ("*", ""), ("user/*", "")):
            odd = odd or "*" in name
            arn = text(f"arn:aws:iam::{account}:{name}")
            acting = text(f"arn:aws:sts::{account}:assumed-role/{name.removeprefix('role/')}/{session}")
            told = absent | {
                "aws:principalaccount": (text(account),),
                "aws:principalarn": (arn,),
                "aws:username": (text(name.rpartition("/")[2]),) if name.startswith("user/") else None,
                "aws:principalorgid": None if org is None else (text(org),),
                "aws:principalorgpaths": None if path is None else (text(path),),
            }
            rank = Reach.PUBLIC if odd else _rank(case, account, org)
            yield iam.caller(acting if session else arn), told, rank, odd
    yield from _services(case, absent)


def _rank(case: Case, account: str, org: str | None) -> Reach:
    if account == OWN:
        return Reach.OWNER
    if account == OTHER and _names(case, OTHER):
        return Reach.ACCOUNTS
    return Reach.ORG if org is not None and _names(case, org) else Reach.PUBLIC


def _services(case: Case, absent: dict[str, ContextValue]) -> Iterator[_Sender]:
    accounts, orgs = (OWN, OTHER, STRANGER, "*", "1*"), (None, ORG, FAR, "o-*")
    for service, account, org in product((*_SERVICES, "iot.amazonaws.com", "*.amazonaws.com"), accounts, orgs):
        for source, limited, doubtful in _sources(case, service, account):
            told = absent | {
                "aws:principalisawsservice": (text("true"),),
                "aws:principalservicename": (text(service),),
                "aws:sourceaccount": None if source is None else (text(account),),
                "aws:sourceowner": None if source is None else (text(account),),
                "aws:sourcearn": None if source is None else (text(source),),
                "aws:sourceorgid": None if org is None else (text(org),),
                "aws:principaltag/team": None,
            }
            odd = "*" in f"{service}{account}{org}"
            rank = Reach.PUBLIC if odd else min(_rank(case, account, org), limited, key=lambda each: each.width)
            yield Caller(iam.Kind.SERVICE, service=service), told, rank, doubtful or odd


def _sources(case: Case, service: str, account: str) -> Iterator[tuple[str | None, Reach, bool]]:
    """ARNs that a service can act for, who else could have such a one, and whether it is not known to send it."""
    odd = service.startswith("s3")
    yield f"arn:aws:ses:eu-west-1:{account}:identity/a", Reach.PUBLIC, odd
    # Buckets: that of the policy, which might be of any account, and any other.
    named = _names(case, "arn:aws:s3:::bucket'") or _names(case, ":bucket'")
    yield "arn:aws:s3:::bucket", Reach.SERVICE if named else Reach.PUBLIC, not odd
    yield "arn:aws:s3:::else", Reach.PUBLIC, not odd
    for owner in (OWN, OTHER):
        # A name that looks like the rest of a pattern, and an ARN in which a wildcard is a plain character.
        yield f"arn:aws:ses:eu-west-1:{account}:x:{owner}:identity/y", Reach.PUBLIC, True
        if owner == account:
            yield f"arn:aws:ses:*:{owner}:*", Reach.PUBLIC, True
            yield f"arn:aws:ses:*:{owner}:identity/*", Reach.PUBLIC, True
    for literal in _SOURCES if account == OWN else ():
        if "*" in literal:
            yield literal, Reach.PUBLIC, True
    if service.startswith("iot"):
        yield None, Reach.PUBLIC, True


# -- audiences --------------------------------------------------------------------------------------------------------


class Let(NamedTuple):
    """The widest that is let in for certain, and the widest that may be, each with a request that shows it."""

    least: Reach
    most: Reach
    shows: Sent | None
    hints: Sent | None


def let_in(case: Case) -> Let:
    """The audience, request by request."""
    policy = case.policy
    tells_services = _names(case, "aws:PrincipalIsAWSService") or _names(case, "aws:PrincipalServiceName")
    least = most = Reach.NOBODY
    shows = hints = None
    for sent in requests(case):
        if sent.reach.width <= min(least.width, most.width) and sent.request.caller.kind is not iam.Kind.SERVICE:
            continue
        weight = weigh((policy,), sent.request, "", PolicyKind.RESOURCE)
        if weight.denies is Truth.TRUE:
            continue
        for truth, low, high in _ways(weight, sent, tells_services=tells_services):
            truth = truth & ~weight.denies  # noqa: PLW2901
            if truth is Truth.TRUE and not sent.doubtful and low.width > least.width:
                least, shows = low, sent
            if truth is not Truth.FALSE and high.width > most.width:
                most, hints = high, sent
    return Let(least, most, shows, hints)


def _ways(weight: Any, sent: Sent, *, tells_services: bool) -> list[tuple[Truth, Reach, Reach]]:
    """The ways in which a caller may be let in, with the least and the most that each counts for."""
    if sent.request.caller.kind is not iam.Kind.SERVICE:
        named = weight.anybody | weight.direct | weight.role | weight.account
        return [(named, sent.reach, sent.reach)]
    low = Reach.SERVICE if sent.reach is Reach.PUBLIC and tells_services else sent.reach
    return [(weight.anybody, low, sent.reach), (weight.direct, Reach.SERVICE, Reach.SERVICE)]


def acts_for_strangers(case: Case) -> tuple[bool, bool]:
    """Whether services are let in for callers of whom nothing is known: for certain, and perhaps."""
    policy = case.policy
    perhaps = False
    for sent in requests(case):
        if sent.request.caller.kind is not iam.Kind.SERVICE or sent.reach.width < Reach.SERVICE.width:
            continue
        weight = weigh((policy,), sent.request, "", PolicyKind.RESOURCE)
        truth = (weight.anybody | weight.direct) & ~weight.denies
        if truth is Truth.TRUE and not sent.doubtful:
            return True, True
        perhaps = perhaps or truth is not Truth.FALSE
    return False, perhaps


def shown(sent: Sent | None) -> str:
    """A request for a message."""
    if sent is None:
        return "no request"
    asked = sent.request
    caller = asked.caller.arn or asked.caller.service or asked.caller.kind
    context = {key: list(map(str, value)) for key, value in asked.context.items() if isinstance(value, tuple)}
    return f"{caller} {asked.action} {asked.resource} {context} ({sent.reach})"
