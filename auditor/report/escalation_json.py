"""Who can get more rights, as JSON: iam-escalate-v1."""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

import msgspec

from auditor.iam.escalation import Escalation, Rights, Standing
from auditor.iam.escalation import Step as FoundStep
from auditor.iam.escalation.explain import Explained
from auditor.iam.escalation.explain import Granting as FoundGranting
from auditor.iam.escalation.explain import Permission as FoundPermission
from auditor.iam.escalation.graph import Strangers
from auditor.iam.escalation.mailways import Way as FoundWay
from auditor.iam.escalation.mailways import explained
from auditor.model.known import Truth
from auditor.report.iam_v1 import Missing, missing
from auditor.report.json_text import encode

Word: TypeAlias = Literal["yes", "no", "unknown"]
Verdict: TypeAlias = Literal["admin", "can-become-admin", "cannot", "unknown"]
Sends: TypeAlias = Literal["can-send", "can-get", "cannot", "unknown"]

_WORDS: Mapping[Truth, Word] = {Truth.TRUE: "yes", Truth.FALSE: "no", Truth.UNKNOWN: "unknown"}
VERDICTS: Mapping[Standing, Verdict] = {
    Standing.HAS: "admin",
    Standing.CAN_GET: "can-become-admin",
    Standing.CANNOT: "cannot",
    Standing.UNKNOWN: "unknown",
}
_SENDS: Mapping[Standing, Sends] = {
    Standing.HAS: "can-send",
    Standing.CAN_GET: "can-get",
    Standing.CANNOT: "cannot",
    Standing.UNKNOWN: "unknown",
}


class Granting(msgspec.Struct, frozen=True):
    """A statement that gives a permission; `group` is the group through which a user has it."""

    policy: str
    statement: str
    group: str | None
    path: str
    line: int | None
    pointer: str


class Permission(msgspec.Struct, frozen=True):
    """A permission that a step needs, and what gives it."""

    action: str
    resource: str
    allowed: Word
    given_by: list[Granting]


class Fix(msgspec.Struct, frozen=True):
    """What would stop a step, and who could no longer do what."""

    text: str
    locks_out: list[str]


class Step(msgspec.Struct, frozen=True):
    """One step: `given` is what must happen beside it, `before` what is done first."""

    path: str
    category: str
    who: str
    how: str
    before: str | None
    gives: str
    service: str | None
    certain: bool
    permissions: list[Permission]
    given: str | None
    unknown: list[Missing]
    fix: Fix


class Potential(msgspec.Struct, frozen=True):
    """A path that is open and of which the inputs do not tell where it leads."""

    id: str
    how: str
    given: str | None


class PrincipalRights(msgspec.Struct, frozen=True):
    """One user or role with the shortest chain to every right."""

    principal: str
    type: str
    name: str
    account: str | None
    verdict: Verdict
    chain: list[Step]
    potential: list[Potential]
    unknown: list[Missing]


class OpenRole(msgspec.Struct, frozen=True):
    """A role on the way that lets in principals of any account."""

    principal: str
    type: str
    name: str
    account: str | None
    certain: bool
    unknown: list[Missing]


class Way(msgspec.Struct, frozen=True):
    """Something that a principal can do to the mail path, on which resources of it, and what would stop it."""

    path: str
    category: str
    how: str
    principal: str
    type: str
    name: str
    account: str | None
    certain: bool
    on: list[str]
    permissions: list[Permission]
    given: str | None
    unknown: list[Missing]
    fix: Fix


class Hop(msgspec.Struct, frozen=True):
    """One step to the right to send."""

    path: str
    how: str
    gives: str
    certain: bool


class Sender(msgspec.Struct, frozen=True):
    """How a principal stands to the right to send."""

    principal: str
    type: str
    name: str
    account: str | None
    verdict: Sends
    chain: list[Hop]
    unknown: list[Missing]


class EscalateV1(msgspec.Struct, frozen=True):
    """Everybody who was asked about; `mail` and `sending` are empty when the mail path was not."""

    schema: Literal["iam-escalate-v1"]
    principals: list[PrincipalRights]
    strangers: list[OpenRole]
    mail: list[Way]
    sending: list[Sender]
    assumptions: list[str]


def render(found: Escalation, principals: Iterable[Rights], ways: Iterable[FoundWay], senders: Iterable[Rights]) -> str:
    """The verdicts on some principals, and what they can do to the mail path.

    Args:
        found: the search.
        principals: those to write.
        ways: over the mail path.
        senders: how principals stand to the right to send.
    """
    return encode(
        EscalateV1(
            schema="iam-escalate-v1",
            principals=[_rights(each, found) for each in principals],
            strangers=[_open_role(each) for each in found.strangers],
            mail=[_way(each, found) for each in ways],
            sending=[_sender(each) for each in senders],
            assumptions=list(found.assumptions),
        )
    )


def _rights(each: Rights, found: Escalation) -> PrincipalRights:
    principal = each.principal
    return PrincipalRights(
        principal=principal.id,
        type=principal.type_name,
        name=str(principal.name),
        account=principal.account.literal,
        verdict=VERDICTS[each.standing],
        chain=[_step(step, found.explain(step)) for step in each.chain],
        potential=[Potential(path.id, path.how, path.given or None) for path in each.potential],
        unknown=missing(each.unknowns),
    )


def _open_role(each: Strangers) -> OpenRole:
    role = each.role
    certain = each.truth is Truth.TRUE
    return OpenRole(role.id, role.type_name, str(role.name), role.account.literal, certain, missing(each.unknowns))


def _step(step: FoundStep, told: Explained) -> Step:
    return Step(
        path=step.path.id,
        category=step.path.category.value,
        who=step.source.name,
        how=step.path.how,
        before=step.before or None,
        gives=_gives(step),
        service=step.service or None,
        certain=step.truth is Truth.TRUE,
        permissions=[_permission(each) for each in told.permissions],
        given=step.given or None,
        unknown=missing(step.unknowns),
        fix=Fix(told.fix.text, list(told.fix.locks_out)),
    )


def _gives(step: FoundStep) -> str:
    return "every right" if step.target is None else step.target.name


def _permission(each: FoundPermission) -> Permission:
    return Permission(each.action, each.resource, _WORDS[each.truth], [_granting(grant) for grant in each.given_by])


def _granting(grant: FoundGranting) -> Granting:
    at = grant.location
    return Granting(grant.policy, grant.statement, grant.group or None, at.path, at.line, at.pointer)


def _way(each: FoundWay, found: Escalation) -> Way:
    principal, told = each.principal, explained(each, found)
    return Way(
        path=each.path.id,
        category=each.path.category.value,
        how=each.path.how,
        principal=principal.id,
        type=principal.type_name,
        name=str(principal.name),
        account=principal.account.literal,
        certain=each.truth is Truth.TRUE,
        on=list(each.stations),
        permissions=[_permission(used) for used in told.permissions],
        given=each.path.given or None,
        unknown=missing(each.unknowns),
        fix=Fix(told.fix.text, list(told.fix.locks_out)),
    )


def _sender(each: Rights) -> Sender:
    principal = each.principal
    return Sender(
        principal=principal.id,
        type=principal.type_name,
        name=str(principal.name),
        account=principal.account.literal,
        verdict=_SENDS[each.standing],
        chain=[Hop(step.path.id, step.path.how, _gives(step), step.truth is Truth.TRUE) for step in each.chain],
        unknown=missing(each.unknowns),
    )
