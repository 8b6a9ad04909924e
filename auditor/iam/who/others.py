"""Whether AWS services and root users can."""

import msgspec

from auditor.iam.evaluate import Policies
from auditor.iam.request import Caller, Kind, Request, service_request
from auditor.iam.who.outside import accounts_of, names_everybody
from auditor.iam.who.search import NEVER, Found
from auditor.iam.who.setting import Setting, by_level, is_better, keys_in
from auditor.model.iam import Role, User
from auditor.model.known import Truth
from auditor.model.organizations import PolicyKind
from auditor.model.text import Text, text

_OF_SOURCE = frozenset(
    {"aws:sourceaccount", "aws:sourceowner", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"}
)
"""What a service acts for: up to the request here."""
_NO_NAME = "any-other.amazonaws.com"
"""Stands for every service that policies do not name."""


def service(setting: Setting, name: str) -> Found:
    """Whether an AWS service can, acting for whatever resource lets it in."""
    owner = setting.target.owner if setting.target.owner is not None else Text(())
    made = service_request(
        name,
        setting.question.action,
        text(setting.question.resource),
        resource_account=owner,
        source_account=owner,
        source_arn=None,
    )
    levels, limiting = setting.control(owner, PolicyKind.RESOURCE_CONTROL)
    parts = (*setting.resource, *limiting)
    context = {key: value for key, value in made.context.items() if key not in _OF_SOURCE}
    setting.facts.of_service(context, owner, keys_in(parts))
    setting.add_absent(context)
    policies = Policies(
        resource=tuple(part.policy for part in setting.resource),
        rcp=by_level(levels, limiting),
        rcp_names=levels.names,
    )
    best = NEVER
    for _, resource in setting.resources(setting.resource):
        request = msgspec.structs.replace(made, context=context, resource=text(resource))
        found = setting.search.find(request, policies, parts)
        if is_better(found, best):
            best = found
    return best


def any_service(setting: Setting) -> Truth:
    """Whether a service can that no policy names: everybody is let in under conditions that a service fulfils."""
    return service(setting, _NO_NAME).allowed if names_everybody(setting.resource) else Truth.FALSE


def roots(setting: Setting) -> tuple[str, ...]:
    """The accounts of the inventory whose root user can."""
    scope = setting.question.scope
    return tuple(
        account
        for account in sorted(accounts_of(setting.inventory))
        if account
        and (scope is None or account in scope.accounts)
        and setting.shut_out(text(account)) is Truth.FALSE
        and _root(setting, text(account)).allowed is Truth.TRUE
    )


def _root(setting: Setting, account: Text) -> Found:
    """Whether the root user of an account can; a resource with wildcards is taken as it is written."""
    owner = setting.target.owner if setting.target.owner is not None else account
    arn = text("arn:", _partition(setting), ":iam::", account, ":root")
    who = Caller(Kind.ROOT, arn, account)
    scp, scp_parts = setting.control(account, PolicyKind.SERVICE_CONTROL)
    rcp, rcp_parts = setting.control(owner, PolicyKind.RESOURCE_CONTROL)
    parts = (*setting.resource, *scp_parts, *rcp_parts)
    context = setting.facts.of_root(who, owner, keys_in(parts))
    setting.add_absent(context)
    policies = Policies(
        resource=tuple(part.policy for part in setting.resource),
        scp=by_level(scp, scp_parts),
        rcp=by_level(rcp, rcp_parts),
        scp_names=scp.names,
        rcp_names=rcp.names,
    )
    request = Request(
        caller=who,
        action=setting.question.action,
        resource=text(setting.question.resource),
        resource_account=owner,
        context=context,
    )
    return setting.search.find(request, policies, parts)


def _partition(setting: Setting) -> str:
    """The partition of the resource's ARN, else of a principal's."""
    parts = setting.question.resource.split(":")
    if len(parts) > 5:
        return parts[1]
    for kind in (Role, User):
        for item in setting.inventory.of(kind):
            literal = item.arn.literal if item.arn is not None else None
            if literal is not None:
                return literal.split(":")[1]
    return "aws"
