"""Principals of statements against the caller of a request.

How a caller is named decides what else can limit it, so a match has a strength: as anybody, directly (the user or the
session), as the role behind a session, or as the account, which only delegates to the policies of that account.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from auditor.iam.elements import Named, Principals
from auditor.iam.reason import untold
from auditor.iam.request import Caller, Kind
from auditor.model import arn as arns
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.text import Symbol, Text, text

_ACCOUNT = re.compile(r"\d{12}")
_UNIQUE_ID = re.compile(r"A[A-Z0-9]{15,127}")
_PEOPLE = frozenset({Kind.USER, Kind.ROLE, Kind.SESSION, Kind.FEDERATED_USER, Kind.ROOT, Kind.OTHER})


class Match(NamedTuple):
    """How far the principals of a statement name a caller."""

    anybody: Truth = Truth.FALSE
    direct: Truth = Truth.FALSE
    role: Truth = Truth.FALSE
    account: Truth = Truth.FALSE
    unknowns: tuple[Unknown, ...] = ()
    assumption: str = ""

    @property
    def any(self) -> Truth:
        """Whether they name the caller at all."""
        return self.anybody | self.direct | self.role | self.account


NOBODY = Match()
_OPEN_TO_SERVICES = (
    'the principal "AWS": "*" is taken to let AWS services in that act for an account, as it does in the default'
    " policies of Amazon SNS"
)


def match(principals: Principals, caller: Caller) -> Match:
    """How the principals of an element name a caller."""
    anybody = direct = role = account = Truth.FALSE
    unknowns: tuple[Unknown, ...] = ()
    assumption = ""
    for named in principals.items:
        one = _one(named, caller)
        anybody |= one.anybody
        direct |= one.direct
        role |= one.role
        account |= one.account
        unknowns += one.unknowns
        assumption = one.assumption or assumption
    if principals.open is not None:
        direct |= Truth.UNKNOWN
        account |= Truth.UNKNOWN
        unknowns += (principals.open,)
    return Match(anybody, direct, role, account, unknowns, assumption)


@lru_cache(maxsize=16384)
def _one(named: Named, caller: Caller) -> Match:
    if named.kind == "*" or (named.kind == "AWS" and named.value.literal == "*"):
        told = named.kind == "AWS" and caller.kind is Kind.SERVICE
        return Match(anybody=Truth.TRUE, assumption=_OPEN_TO_SERVICES if told else "")
    if named.kind == "AWS":
        return _aws(named.value, caller)
    return _other(named, caller)


def _other(named: Named, caller: Caller) -> Match:
    """Service, Federated and CanonicalUser."""
    if named.kind == "Service" and caller.kind is Kind.SERVICE:
        return _direct(named.value, text(caller.service))
    if named.kind == "Federated" and caller.kind is Kind.FEDERATED and caller.arn is not None:
        return _direct(named.value, caller.arn)
    if named.kind == "CanonicalUser":
        if caller.kind is Kind.CANONICAL_USER and caller.arn is not None:
            return _direct(named.value, caller.arn)
        if caller.kind in _PEOPLE:
            why = Unknown(Cause.NOT_HERE, f"which account has the canonical user id {named.value}")
            return Match(account=Truth.UNKNOWN, unknowns=(why,))
    return NOBODY


def _direct(value: Text, own: Text) -> Match:
    equal = value.equals(own)
    return Match(direct=equal, unknowns=untold(value, own) if equal is Truth.UNKNOWN else ())


def account_of(value: Text) -> Text | None:
    """The account that a principal names as a whole: an account id or the ARN of its root; None for others."""
    literal = value.literal
    if literal is not None and _ACCOUNT.fullmatch(literal):
        return value
    if len(value.parts) == 1 and isinstance(value.parts[0], Symbol) and value.parts[0].name == "account":
        return value
    parts = arns.parse(value)
    if isinstance(parts, Unknown) or parts.value.resource.literal != "root":
        return None
    return parts.value.account


def is_unique_id(value: Text) -> bool:
    """Whether a principal is the unique id of a user or role that was deleted."""
    return value.literal is not None and _UNIQUE_ID.fullmatch(value.literal) is not None


def is_placeholder(value: Text) -> bool:
    """Whether a principal has none of the forms that AWS accepts: it stands for somebody who is still to be named."""
    literal = value.literal
    if literal is None or literal == "*" or literal.startswith("arn:"):
        return False
    return not (_ACCOUNT.fullmatch(literal) or _UNIQUE_ID.fullmatch(literal))


def _aws(value: Text, caller: Caller) -> Match:
    if caller.kind not in _PEOPLE:
        # A hole could be "*", which lets everybody in.
        return _maybe_everybody(value)
    if value.holes and not arns.is_arn(value):
        return Match(direct=Truth.UNKNOWN, account=Truth.UNKNOWN, unknowns=untold(value))
    account = account_of(value)
    if account is None and value.literal is None and isinstance(arns.parse(value), Unknown):
        return _perhaps(value, caller)
    if account is not None and caller.account is not None:
        return _as_account(account, caller.account, caller)
    if is_unique_id(value):
        return Match(direct=Truth.UNKNOWN, unknowns=(Unknown(Cause.NOT_HERE, f"who has the unique id {value}"),))
    if is_placeholder(value):
        why = Unknown(Cause.UNDECIDED, f"AWS refuses the principal {value}: it is no ARN, account id or unique id")
        return Match(direct=Truth.UNKNOWN, account=Truth.UNKNOWN, unknowns=(why,))
    return _as_arn(value, caller)


def _perhaps(value: Text, caller: Caller) -> Match:
    """Of an ARN in which what is not told may be several of its parts: the names of the caller that it can be."""
    found: dict[str, Truth] = dict.fromkeys(("direct", "role", "account"), Truth.FALSE)
    for strength, name in _names_of(caller):
        if value.equals(name) is not Truth.FALSE:
            found[strength] = Truth.UNKNOWN
    unknowns = untold(value) if any(each is not Truth.FALSE for each in found.values()) else ()
    return Match(direct=found["direct"], role=found["role"], account=found["account"], unknowns=unknowns)


def _names_of(caller: Caller) -> Iterator[tuple[str, Text]]:
    """The ARNs that name a caller, and how; what is not told in the path of a role is a hole."""
    if caller.arn is None:
        yield "direct", text(_UNTOLD)
        return
    yield "role" if caller.kind is Kind.ROLE else "direct", caller.arn
    parsed = arns.parse(caller.arn)
    if isinstance(parsed, Unknown):
        return
    ahead = ("arn:", parsed.value.partition, ":iam::", parsed.value.account, ":")
    yield "direct" if caller.kind is Kind.ROOT else "account", text(*ahead, "root")
    kind = {Kind.SESSION: "role/", Kind.FEDERATED_USER: "user/"}.get(caller.kind)
    names = parsed.value.resource.split("/")
    if kind is not None and names is not None and len(names) > 1:
        yield "role", text(*ahead, kind, names[1])
        yield "role", text(*ahead, kind, _UNTOLD, "/", names[1])


_UNTOLD = Unknown(Cause.NOT_HERE, "the path of a role")


def _maybe_everybody(value: Text) -> Match:
    if value.holes and value.equals("*") is Truth.UNKNOWN:
        return Match(anybody=Truth.UNKNOWN, unknowns=untold(value))
    return NOBODY


def _as_account(account: Text, own: Text, caller: Caller) -> Match:
    equal = account.equals(own)
    unknowns = untold(account, own) if equal is Truth.UNKNOWN else ()
    if caller.kind is Kind.ROOT:
        return Match(direct=equal, unknowns=unknowns)
    return Match(account=equal, unknowns=unknowns)


def _as_arn(value: Text, caller: Caller) -> Match:
    if caller.arn is None:
        return Match(direct=Truth.UNKNOWN, unknowns=(Unknown(Cause.UNDECIDED, "the caller's ARN is not told"),))
    equal = value.equals(caller.arn)
    unknowns = untold(value, caller.arn) if equal is Truth.UNKNOWN else ()
    if caller.kind is Kind.OTHER:
        return Match(direct=equal, unknowns=unknowns)
    if caller.kind is Kind.ROLE:
        return Match(role=equal, unknowns=unknowns) if equal is not Truth.FALSE else _session_of(value, caller)
    behind = _behind(value, caller)
    if behind is Truth.FALSE:
        return Match(direct=equal, unknowns=unknowns)
    return Match(direct=equal, role=behind, unknowns=unknowns or (untold(value) if behind is Truth.UNKNOWN else ()))


def _folded(name: Text) -> Text:
    return text(*(part.lower() if isinstance(part, str) else part for part in name.parts))


def _resource(arn: Text) -> tuple[Text, Text] | None:
    """Account and resource part of an IAM or STS ARN."""
    parts = arns.parse(arn)
    return None if isinstance(parts, Unknown) else (parts.value.account, parts.value.resource)


def _session_of(value: Text, caller: Caller) -> Match:
    """A statement that names one session of the role: whether it is this one is not told."""
    mine = _resource(caller.arn) if caller.arn is not None else None
    theirs = _resource(value)
    if mine is None or theirs is None:
        return NOBODY
    pieces = theirs[1].split("/", 2)
    name = mine[1].split("/")
    if pieces is None or name is None or len(pieces) != 3 or pieces[0].literal != "assumed-role":
        return NOBODY
    if (mine[0].equals(theirs[0]) & pieces[1].equals(name[-1])) is Truth.FALSE:
        return NOBODY
    why = Unknown(Cause.NOT_HERE, f"whether the session of the role is {value}")
    return Match(direct=Truth.UNKNOWN, unknowns=(why,))


def _behind(value: Text, caller: Caller) -> Truth:
    """Whether the statement names the role or user behind a session; the path is no part of a session's ARN."""
    kind = {Kind.SESSION: "role", Kind.FEDERATED_USER: "user"}.get(caller.kind)
    mine = _resource(caller.arn) if kind is not None and caller.arn is not None else None
    theirs = _resource(value)
    if mine is None or theirs is None:
        return Truth.FALSE
    own, named = mine[1].split("/"), theirs[1].split("/")
    if own is None or named is None or len(own) < 2 or len(named) < 2:
        return Truth.UNKNOWN if own is None or named is None else Truth.FALSE
    if named[0].literal != kind:
        return Truth.FALSE
    # AWS: names of roles and users are not distinguished by case, so there is no other that could be meant.
    same = _folded(named[-1]).equals(_folded(own[1]))
    return mine[0].equals(theirs[0]) & same
