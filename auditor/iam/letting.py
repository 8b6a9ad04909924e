"""Whom a policy on a resource lets in, as one answer: audience, accounts, public actions, a request that shows it."""

import re
from typing import NamedTuple

import msgspec

from auditor.iam.database import expand
from auditor.iam.decision import Audience, Grant, Reach
from auditor.iam.difference import Witness
from auditor.iam.elements import Patterns, Policy
from auditor.iam.exposure import exposure, is_public, prefix_of
from auditor.iam.names import action_prefix
from auditor.iam.stranger import public_request
from auditor.model.known import Truth
from auditor.model.text import Symbol, Text, text

_ACCOUNT = re.compile(r"\d{12}")
_OWNER = Symbol("account")
_UNTOLD = f"{text(_OWNER)} is not told"
_RESULTS = {Truth.TRUE: "FAIL", Truth.FALSE: "PASS", Truth.UNKNOWN: "UNKNOWN"}


class Letting(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a policy lets in.

    Attributes:
        audience: the widest over all actions: nobody, owner, accounts, org, service, public or unknown.
        public: FAIL when everybody is let in to do anything at all, PASS when not, UNKNOWN.
        strict: PASS when that is so even by AWS's definition, which counts only conditions on fixed values.
        accounts, organizations, services: that are let in.
        public_actions: patterns of the actions that everybody may do.
        because: statement, text and place of what decides.
        unknown: cause and detail of what is not told and decides.
        witness: a request of a stranger that is allowed.
    """

    audience: str
    public: str
    strict: str
    accounts: tuple[str, ...]
    organizations: tuple[str, ...]
    services: tuple[str, ...]
    public_actions: tuple[str, ...]
    because: tuple[dict[str, str], ...]
    unknown: tuple[dict[str, str], ...]
    witness: Witness | None

    def shown(self, *, public: bool) -> dict[str, object]:
        """As JSON data; `public` for only whether everybody is let in."""
        found: dict[str, object] = (
            {"result": self.public}
            if public
            else {
                "audience": self.audience,
                "accounts": list(self.accounts),
                "organizations": list(self.organizations),
                "services": list(self.services),
                "public_actions": list(self.public_actions),
                "strict": self.strict,
            }
        )
        found["because"] = list(self.because)
        if self.unknown:
            found["unknown"] = list(self.unknown)
        if self.witness is not None:
            found["witness"] = msgspec.to_builtins(self.witness)
        return found


def letting(policy: Policy, resource: str | None, owner: str | None, resource_type: str) -> Letting:
    """Whom a policy lets in.

    Args:
        policy: on the resource.
        resource: ARN, if it is told.
        owner: account id; without it that of the ARN, or the only one that the policy's Resource elements name. Where
            that tells none either, accounts that the policy names are accounts even if one of them may be the owner.
        resource_type: CloudFormation or Terraform type, if it is told.
    """
    arn = None if resource is None else text(resource)
    account, assumed = _owner(policy, resource, owner)
    audience = exposure(policy, arn, account, resource_type=resource_type)
    if account.literal is None:
        audience = _of_named(audience)
    # AWS's checks do not ask whether the actions are ones that the resource has.
    prefix = action_prefix(resource_type) if resource_type else prefix_of(arn)
    whole = audience if arn is None and _is_all_of(policy, prefix) else exposure(policy, None, account)
    widest = [grant for grant in audience.grants if grant.gives(audience.known_reach) is not Truth.FALSE]
    because = [_because(grant) for grant in widest or audience.grants]
    if assumed:
        because.append({"statement": "", "text": assumed, "location": ""})
    witness = None
    for grant in audience.grants:
        if grant.reach is Reach.PUBLIC and witness is None:
            witness = public_request(policy, grant.statement, arn, prefix)
    return Letting(
        audience=audience.reach.value,
        public=_RESULTS[is_public(whole)],
        strict=_strict(whole),
        accounts=audience.accounts,
        organizations=audience.organizations,
        services=audience.services,
        public_actions=_public_actions(policy, audience, _On(arn, account, resource_type, prefix)),
        because=tuple(because),
        unknown=tuple({"cause": why.cause.value, "detail": why.detail} for why in audience.unknowns),
        witness=witness,
    )


def _of_named(audience: Audience) -> Audience:
    """The accounts that a policy names for accounts, although the owner, which nobody told, may be one of them."""
    if audience.at_most is not Reach.ACCOUNTS or {why.detail for why in audience.unknowns} != {_UNTOLD}:
        return audience
    grants = tuple(
        msgspec.structs.replace(grant, reach=Reach.ACCOUNTS)
        if (grant.reach, grant.at_most) == (Reach.UNKNOWN, Reach.ACCOUNTS)
        else grant
        for grant in audience.grants
    )
    return msgspec.structs.replace(
        audience, reach=Reach.ACCOUNTS, known_reach=Reach.ACCOUNTS, grants=grants, unknowns=()
    )


def _is_all_of(policy: Policy, prefix: str) -> bool:
    """Whether a policy is about the actions of one service and of no other."""
    actions = [each for statement in policy.statements for each in (statement.actions or Patterns()).items]
    named = all(statement.actions is not None and statement.actions.open is None for statement in policy.statements)
    return not prefix or (named and all((each.literal or "").lower().startswith(prefix) for each in actions))


def _strict(audience: Audience) -> str:
    return {Truth.TRUE: "PASS", Truth.FALSE: "FAIL", Truth.UNKNOWN: "UNKNOWN"}[audience.strict]


class _On(NamedTuple):
    """What the policy is on, and the prefix of its actions."""

    resource: Text | None
    owner: Text
    resource_type: str
    prefix: str


_MOST = 256
"""Parts of a policy, and actions, up to which each action is asked about by itself."""


def _public_actions(policy: Policy, audience: Audience, on: _On) -> tuple[str, ...]:
    """What everybody may do: as written, or by name where Deny statements leave only some of it."""
    found: set[str] = set()
    for grant in audience.grants:
        if grant.reach is Reach.PUBLIC:
            left = _left(policy, grant, on) if grant.uneven else None
            found.update(
                left if left is not None else (name for each in grant.actions for name in _actions(each, on.prefix))
            )
    return tuple(sorted(found))


def _left(policy: Policy, grant: Grant, on: _On) -> set[str] | None:
    """The actions of a statement that everybody may do; None where all of them are, or it takes too long to ask."""
    names = _named(grant, on.prefix)
    if not names or len(names) > _MOST or _size(policy) > _MOST:
        return None
    left = {name for name in names if _is_left(policy, grant, name, on)}
    return None if len(left) == len(names) else left


def _named(grant: Grant, prefix: str) -> list[str]:
    """The known actions that a statement allows."""
    patterns = [each.literal or "" for each in grant.patterns]
    every = [f"{prefix}*"] if prefix else patterns
    if not all(every) or (not prefix and any(each.startswith("not ") for each in grant.actions)):
        return []
    return [
        name for name in dict.fromkeys(n for each in every for n in expand(each)) if grant.allows(name) is Truth.TRUE
    ]


def _is_left(policy: Policy, grant: Grant, name: str, on: _On) -> bool:
    asked = exposure(policy, on.resource, on.owner, resource_type=on.resource_type, actions=(name,))
    return any(each.digest == grant.digest and each.reach is Reach.PUBLIC for each in asked.grants)


def _size(policy: Policy) -> int:
    """Principals, actions and values of conditions."""
    size = 0
    for each in policy.statements:
        lists = (each.principals, each.not_principals, each.actions, each.not_actions)
        size += sum(len(found.items) for found in lists if found is not None)
        size += sum(len(condition.values) for condition in each.conditions)
    return size


def _actions(pattern: str, prefix: str) -> tuple[str, ...]:
    """A pattern, as far as it is about the resource."""
    if pattern != "*" or not prefix:
        return (pattern,)
    return (f"{prefix}*",) if expand(f"{prefix}*") else (pattern,)


def _owner(policy: Policy, resource: str | None, owner: str | None) -> tuple[Text, str]:
    """The owner, and how it was found when nobody said it."""
    if owner is not None:
        return text(owner), ""
    named = _accounts_of([resource] if resource is not None else [])
    if len(named) == 1:
        return text(named.pop()), ""
    written = [str(item) for each in policy.statements if each.resources is not None for item in each.resources.items]
    named = _accounts_of(written)
    if len(named) == 1:
        found = named.pop()
        return text(found), f"account {found} is taken to own the resource: the policy's Resource elements name it"
    return text(_OWNER), "which account owns the resource is not told: one that the policy names may be it"


def _accounts_of(arns: list[str]) -> set[str]:
    return {pieces[4] for each in arns if len(pieces := each.split(":", 5)) == 6 and _ACCOUNT.fullmatch(pieces[4])}


_DEPUTY = {
    Truth.TRUE: "",
    Truth.FALSE: ", on behalf of any account (confused deputy)",
    Truth.UNKNOWN: ", perhaps on behalf of any account (confused deputy)",
}


def _because(grant: Grant) -> dict[str, str]:
    whom = {
        Reach.PUBLIC: "everybody",
        Reach.SERVICE: _served(grant),
        Reach.ORG: f"the organization {', '.join(grant.organizations)}",
        Reach.ACCOUNTS: f"{'account ' + ', '.join(grant.accounts) if grant.accounts else 'callers of known places'}",
        Reach.OWNER: "the owner's account",
        Reach.NOBODY: "nobody",
        Reach.UNKNOWN: "an audience that is not told",
    }[grant.reach]
    limits = f" when {'; '.join(grant.limits)}" if grant.limits else ""
    what = ", ".join(grant.actions) or "what is not told"
    if grant.denied:
        limits += ", as far as no Deny statement keeps them from it"
    return {
        "statement": grant.statement,
        "text": f"statement {grant.statement} lets {whom} do {what}{limits}{_deputy(grant)}",
        "location": grant.location.pointer if not grant.location.path else str(grant.location),
    }


def _served(grant: Grant) -> str:
    """The services, and who is let in beside them."""
    whom = "every AWS service" if "*" in grant.services else f"the service {', '.join(grant.services)}"
    others = [f"organization {', '.join(grant.organizations)}"] if grant.organizations else []
    others += [f"account {', '.join(grant.accounts)}"] if grant.accounts else []
    return " and ".join((whom, *others))


def _deputy(grant: Grant) -> str:
    """Whether a service can be used by anybody; roles are passed to services by their own account."""
    roles = all(action.lower().startswith("sts:") for action in grant.actions)
    return _DEPUTY[grant.confined] if grant.services and not roles else ""
