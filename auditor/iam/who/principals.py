"""Whether one user or role can: over its sessions, and over the resources that a pattern stands for."""

from collections.abc import Hashable
from typing import NamedTuple

import msgspec

from auditor.iam.access import Levels, is_service_linked, named_boundary, named_policies
from auditor.iam.document import unread
from auditor.iam.evaluate import Policies
from auditor.iam.exceptions import owner_must_be_named
from auditor.iam.request import Caller, Kind, Request
from auditor.iam.who.screen import Part
from auditor.iam.who.search import NEVER, Found, Outcome
from auditor.iam.who.setting import Setting, by_level, is_better, keys_in
from auditor.model.iam import Role, User
from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.organizations import PolicyKind
from auditor.model.text import Text, text

_WHO = frozenset({"aws:principalarn", "aws:userid", "aws:username"})
"""Keys that tell principals of one account apart; tags do too."""
_NO: tuple[Levels, tuple[Part, ...]] = (Levels(), ())


class _Case(NamedTuple):
    """A principal with the policies that have a say, and their statements that can matter."""

    principal: User | Role
    owner: Text
    policies: Policies
    granting: tuple[Part, ...]
    parts: tuple[Part, ...]


def outcome(setting: Setting, principal: User | Role) -> Outcome:
    """Whether some request of a principal is allowed."""
    out = setting.shut_out(principal.account)
    if out is Truth.TRUE:
        return Outcome(NEVER)
    case = _case(setting, principal)
    alike = _alike(setting, case)
    found = None if alike is None else setting.outcomes.get(alike)
    if found is None:
        found = _outcome(setting, case, out)
        if alike is not None:
            setting.outcomes[alike] = found
    return found


def _alike(setting: Setting, case: _Case) -> Hashable | None:
    """What principals have in common that all can or all cannot; None for one that is like no other.

    The statements that can matter are the same objects, and none of them asks who it is.
    """
    principal = case.principal
    if principal.arn is None or principal.arn in setting.named or any(part.policy.open for part in case.parts):
        return None
    if isinstance(principal, Role) and setting.candidates.sessions_of(principal):
        return None
    keys = keys_in(case.parts)
    if not keys.isdisjoint(_WHO) or any(key.startswith("aws:principaltag/") for key in keys):
        return None
    return (type(principal), principal.account, case.owner, tuple(map(id, case.parts)))


def _outcome(setting: Setting, case: _Case, out: Truth) -> Outcome:
    best = _over_resources(setting, case)
    why = setting.target.unread
    if best.found.allowed is Truth.FALSE and why is not None and _needs_resource_policy(setting, case):
        # The policy on the resource was not read: it may let in. That it does not deny is an assumption.
        policies = msgspec.structs.replace(case.policies, resource=(unread(why),))
        best = _over_resources(setting, case._replace(policies=policies))
    if out is Truth.UNKNOWN and best.found.allowed is Truth.TRUE:
        reason = Unknown(Cause.NOT_ASKED, "whether the bucket restricts public access was not read")
        return Outcome(Found(Truth.UNKNOWN, unknowns=(reason,)))
    return best


def _case(setting: Setting, principal: User | Role) -> _Case:
    part = setting.screen.part
    owner = setting.target.owner if setting.target.owner is not None else principal.account
    own = tuple(
        found
        for each in named_policies(principal, setting.inventory)
        if (found := part(each.name, each.document)).policy.statements or found.policy.open
    )
    bound = named_boundary(principal, setting.inventory)
    boundary = () if bound is None else (part(bound.name, bound.document, limits=True),)
    # Control policies do not limit service-linked roles.
    free = is_service_linked(principal)
    scp, scp_parts = _NO if free else setting.control(principal.account, PolicyKind.SERVICE_CONTROL)
    rcp, rcp_parts = _NO if free else setting.control(owner, PolicyKind.RESOURCE_CONTROL)
    policies = Policies(
        identity=tuple(each.policy for each in own),
        resource=tuple(each.policy for each in setting.resource),
        boundary=tuple(each.policy for each in boundary) if boundary else None,
        scp=by_level(scp, scp_parts),
        rcp=by_level(rcp, rcp_parts),
        scp_names=scp.names,
        rcp_names=rcp.names,
    )
    granting = (*own, *setting.resource)
    return _Case(principal, owner, policies, granting, (*granting, *boundary, *scp_parts, *rcp_parts))


def _needs_resource_policy(setting: Setting, case: _Case) -> bool:
    """Whether the principal's own policies are not enough."""
    if case.principal.account.equals(case.owner) is not Truth.TRUE:
        return True
    request = Request(
        caller=Caller(Kind.OTHER),
        action=setting.question.action,
        resource=text(setting.question.resource),
        resource_account=case.owner,
    )
    return owner_must_be_named(request) is not Truth.FALSE


def _over_resources(setting: Setting, case: _Case) -> Outcome:
    """The best of the resources that a pattern stands for."""
    best = Outcome(NEVER)
    allowed: dict[str, None] = {}
    for pattern, resource in setting.resources(case.granting):
        found = _over_sessions(setting, case, resource)
        if found.found.allowed is Truth.TRUE and pattern:
            allowed[pattern] = None
        if is_better(found.found, best.found):
            best = found
    return best._replace(patterns=tuple(allowed))


def _over_sessions(setting: Setting, case: _Case, resource: str) -> Outcome:
    """For a role of which the resource's policy names sessions: any session, else these ones."""
    principal = case.principal
    names = setting.candidates.sessions_of(principal) if isinstance(principal, Role) else ()
    if not names or principal.arn is None:
        return Outcome(_find(setting, case, resource, None))
    other = next(name for name in ("session", *(f"not-{name}" for name in names)) if name not in names)
    best = _find(setting, case, resource, other)
    if best.allowed is Truth.TRUE:
        return Outcome(best)
    passing: list[str] = []
    for name in names:
        found = _find(setting, case, resource, name)
        if found.allowed is Truth.TRUE:
            passing.append(name)
        if is_better(found, best):
            best = found
    return Outcome(best, tuple(passing))


def _find(setting: Setting, case: _Case, resource: str, session: str | None) -> Found:
    principal = case.principal
    who = Caller(Kind.USER if isinstance(principal, User) else Kind.ROLE, principal.arn, principal.account)
    keys = keys_in(case.parts)
    context = setting.facts.of(principal, who, case.owner, keys)
    setting.add_absent(context)
    within: dict[str, str] = {}
    if "aws:userid" in keys and "aws:userid" not in context and isinstance(principal.unique_id, Known):
        if session is None:
            within["aws:userid"] = f"{principal.unique_id.value}:*"
        else:
            context["aws:userid"] = (text(f"{principal.unique_id.value}:{session}"),)
    request = Request(
        caller=who if session is None else _session(principal, session),
        action=setting.question.action,
        resource=text(resource),
        resource_account=case.owner,
        context=context,
    )
    return setting.search.find(request, case.policies, case.parts, within)


def _session(principal: User | Role, session: str) -> Caller:
    """A session of a role; the path of the role is no part of its ARN."""
    literal = principal.arn.literal if principal.arn is not None else None
    partition = "" if literal is None else literal.split(":")[1]
    place = f"arn:{partition}:sts::"
    arn = text(place, principal.account, ":assumed-role/", principal.name, "/", session)
    return Caller(Kind.SESSION, arn, principal.account)
