"""Who can do something, as JSON: iam-who-can-v1, and the members of a line of a batch."""

from typing import Literal, TypeAlias

import msgspec

from auditor.iam.who import Access as Found
from auditor.iam.who import Needed as FoundNeeded
from auditor.iam.who import WhoCan
from auditor.iam.who.kinds import access_level, resource_type
from auditor.model.known import Truth
from auditor.report.iam_v1 import Because, Missing, because, missing
from auditor.report.json_text import encode

Word: TypeAlias = Literal["yes", "no", "unknown"]
_WORDS: dict[Truth, Word] = {Truth.TRUE: "yes", Truth.FALSE: "no", Truth.UNKNOWN: "unknown"}
_ASKED = frozenset({"schema", "action", "resource"})


class Needed(msgspec.Struct, frozen=True):
    """A condition on what the inputs do not tell of requests; that of a Deny statement must not hold."""

    effect: str
    operator: str
    key: str
    values: list[str]
    policy: str
    statement: str


class Access(msgspec.Struct, frozen=True, omit_defaults=True):
    """One principal that can; the last four are there only where it can under conditions or to some resources."""

    principal: str
    kind: str
    account: str | None
    action: str
    access_level: str
    resource_type: str
    because: list[Because]
    conditions: list[Needed] | msgspec.UnsetType = msgspec.UNSET
    request: dict[str, str | None] | msgspec.UnsetType = msgspec.UNSET
    sessions: list[str] | msgspec.UnsetType = msgspec.UNSET
    allowed_patterns: list[str] | msgspec.UnsetType = msgspec.UNSET


class Undecided(msgspec.Struct, frozen=True):
    """One principal of which it is not told, and why."""

    principal: str
    unknown: list[Missing]


class WhoCanV1(msgspec.Struct, frozen=True):
    """Who can, of the principals in the inputs and outside of them."""

    schema: Literal["iam-who-can-v1"]
    action: str
    resource: str
    who: list[Access]
    unknown: list[Undecided]
    root_users: list[str]
    everybody: Word
    any_service: Word
    accounts_not_found: list[str]
    organizations_not_found: list[str]
    principals_not_found: list[str]
    nobody: Word
    complete: bool
    incomplete: list[Missing]
    assumptions: list[str]


def render(found: WhoCan) -> str:
    """The answer to one question."""
    return encode(_answer(found))


def members(found: WhoCan) -> dict[str, object]:
    """The members of an answer beside what was asked, as plain data."""
    made: dict[str, object] = msgspec.to_builtins(_answer(found))
    return {name: value for name, value in made.items() if name not in _ASKED}


def _answer(found: WhoCan) -> WhoCanV1:
    outside = found.outsiders
    return WhoCanV1(
        schema="iam-who-can-v1",
        action=found.action,
        resource=found.resource,
        who=[_access(each, found) for each in found.who],
        unknown=[Undecided(each.principal, missing(each.unknowns)) for each in found.undecided],
        root_users=list(found.roots),
        everybody=_WORDS[outside.everybody],
        any_service=_WORDS[outside.any_service],
        accounts_not_found=list(outside.accounts),
        organizations_not_found=list(outside.organizations),
        principals_not_found=list(outside.principals),
        nobody=_WORDS[found.nobody],
        complete=not found.incomplete,
        incomplete=missing(found.incomplete),
        assumptions=list(found.assumptions),
    )


def _access(one: Found, found: WhoCan) -> Access:
    limited = bool(one.conditions or one.sessions)
    return Access(
        principal=one.principal,
        kind=one.kind,
        account=one.account or None,
        action=found.action,
        access_level=access_level(found.action),
        resource_type=resource_type(found.action, found.resource),
        because=[because(reason, policy=reason.location.path) for reason in one.because],
        conditions=[_needed(each) for each in one.conditions] if limited else msgspec.UNSET,
        request=dict(one.request) if limited else msgspec.UNSET,
        sessions=list(one.sessions) or msgspec.UNSET,
        allowed_patterns=list(one.patterns) or msgspec.UNSET,
    )


def _needed(each: FoundNeeded) -> Needed:
    return Needed(each.effect, each.operator, each.key, list(each.values), each.policy, each.statement)
