"""Whether a user or role of an inventory may do something: its policies, those of its groups, its boundary."""

from collections.abc import Iterable, Mapping

import msgspec

from auditor.iam.decision import Decision
from auditor.iam.document import Policy, parse, unread
from auditor.iam.evaluate import Policies, evaluate
from auditor.iam.request import Caller, ContextValue, Kind, Request, principal_context
from auditor.model import arn as arns
from auditor.model import relations
from auditor.model.iam import Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.organizations import PolicyKind
from auditor.model.policy import Document
from auditor.model.text import Text, text


def can(
    principal: User | Role,
    action: str,
    resource: Text,
    inventory: Inventory,
    *,
    resource_policies: tuple[Document, ...] = (),
    context: Mapping[str, ContextValue] | None = None,
) -> Decision:
    """Whether a principal may do an action to a resource.

    Args:
        principal: user or role.
        action: in full, ``ses:SendEmail``.
        resource: ARN, or ``*`` for actions that have no resource.
        inventory: where its policies, groups and boundary are.
        resource_policies: policies on the resource.
        context: more of the request's context, by lower-case key.

    Returns:
        A decision. What was not read makes it UNKNOWN unless it could not change the answer; organization policies
        are assumptions.
    """
    kind = Kind.USER if isinstance(principal, User) else Kind.ROLE
    caller = Caller(kind, principal.arn, principal.account)
    owner = _owner(resource, principal)
    request = Request(
        caller=caller,
        action=action,
        resource=resource,
        resource_account=owner,
        context={**principal_context(caller, owner), **(context or {})},
    )
    scp = service_control(principal, inventory)
    rcp = UNREAD_LEVELS if owner.literal is None else control(owner, PolicyKind.RESOURCE_CONTROL, inventory)
    policies = Policies(
        identity=policies_of(principal, inventory),
        resource=tuple(parse(document) for document in resource_policies),
        boundary=boundary_of(principal, inventory),
        scp=scp.policies,
        rcp=rcp.policies,
        scp_names=scp.names,
        rcp_names=rcp.names,
    )
    return evaluate(request, policies)


def _owner(resource: Text, principal: User | Role) -> Text:
    """The account in an ARN; where it names none (``*``, S3), the principal's own is assumed."""
    parts = arns.parse(resource)
    if isinstance(parts, Unknown) or not parts.value.account.parts:
        return principal.account
    return parts.value.account


class Named(msgspec.Struct, frozen=True):
    """A policy with what reports call it.

    Attributes:
        name: its ARN, or the ARN of what it is on; for a policy embedded in a principal ``<principal ARN>#<name>``.
        document: its content.
    """

    name: str
    document: Value[Document]

    @property
    def policy(self) -> Policy:
        """Its statements; one that is all open when the document is not told."""
        return unread(self.document) if isinstance(self.document, Unknown) else parse(self.document.value)


class Levels(msgspec.Struct, frozen=True):
    """Control policies of an organization over an account.

    Attributes:
        names: what the levels are called: ids of the root, units and account.
        levels: the policies of each, from the root down; None when they were not read.
    """

    names: tuple[str, ...] = ()
    levels: tuple[tuple[Named, ...], ...] | None = ()

    @property
    def policies(self) -> tuple[tuple[Policy, ...], ...] | None:
        """The statements of each level."""
        if self.levels is None:
            return None
        return tuple(tuple(each.policy for each in level) for level in self.levels)


UNREAD_LEVELS = Levels((), None)


def named_policies(principal: User | Role, inventory: Inventory) -> tuple[Named, ...]:
    """The policies of a principal and of its groups; an Unknown document for what could not be read."""
    found = list(_own(principal, inventory))
    if isinstance(principal, User):
        for group in relations.groups_of(inventory, principal):
            if isinstance(group, Unknown):
                found.append(Named(f"{principal.id}#groups", group))
            elif group.value is not None:
                found.extend(_own(group.value, inventory))
    return tuple(found)


def policies_of(principal: User | Role, inventory: Inventory) -> tuple[Policy, ...]:
    """The policies of a principal and of its groups; what could not be read stands as a policy that is all open."""
    return tuple(each.policy for each in named_policies(principal, inventory))


def named_boundary(principal: User | Role, inventory: Inventory) -> Named | None:
    """The permissions boundary; None when there is none."""
    if isinstance(principal.boundary, Unknown):
        return Named(f"{principal.id}#boundary", principal.boundary)
    if principal.boundary.value is None:
        return None
    return _managed(principal.boundary.value, principal, inventory)


def boundary_of(principal: User | Role, inventory: Inventory) -> tuple[Policy, ...] | None:
    """The permissions boundary; None when there is none."""
    found = named_boundary(principal, inventory)
    return None if found is None else (found.policy,)


def service_control(principal: User | Role, inventory: Inventory) -> Levels:
    """The service control policies over a principal; service-linked roles have none.

    Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    """
    if is_service_linked(principal):
        return Levels()
    return control(principal.account, PolicyKind.SERVICE_CONTROL, inventory)


def is_service_linked(principal: User | Role) -> bool:
    """Whether a principal is a role that belongs to an AWS service."""
    literal = principal.arn.literal if principal.arn is not None else None
    return isinstance(principal, Role) and literal is not None and ":role/aws-service-role/" in literal


def control(account: Text, kind: PolicyKind, inventory: Inventory) -> Levels:
    """The control policies of a kind over an account; not read where its organization was not."""
    found = relations.control_policies(inventory, account, kind)
    if isinstance(found, Unknown):
        return UNREAD_LEVELS
    names: tuple[str, ...] = ()
    owner = relations.organization(inventory, account)
    if isinstance(owner, Known) and owner.value is not None:
        path = relations.organization_path(owner.value, account.literal or "")
        names = path.value if isinstance(path, Known) else ()
    return Levels(names, tuple(tuple(Named(each.id, each.document) for each in level) for level in found.value))


def _own(principal: User | Role | Group, inventory: Inventory) -> Iterable[Named]:
    yield from _embedded(principal, inventory)
    attached: set[Text | None] = set()
    if principal.is_declared or inventory.index(ManagedPolicy, "naming principals", _names_principals):
        declared = relations.declared_attachments(inventory, principal)
        attached = {item.arn for item in declared.items}
        for policy in declared.items:
            yield Named(policy.id, policy.document)
        for why in declared.unknowns:
            yield Named(f"{principal.id}#managed policies", why)
    if isinstance(principal.managed_policies, Unknown):
        yield Named(f"{principal.id}#managed policies", principal.managed_policies)
        return
    for arn in principal.managed_policies.value:
        if arn not in attached:
            yield _managed(arn, principal, inventory)


def _embedded(principal: User | Role | Group, inventory: Inventory) -> Iterable[Named]:
    """The inline policies; those that an account told are found by one look, without asking what else may be meant."""
    index = inventory.index(InlinePolicy, "holders", _holders)
    plain = not principal.is_declared and _DOUBTFUL not in index
    if plain and isinstance(inventory.completeness(InlinePolicy, principal), Known):
        kind = type(principal).__name__
        for item in index.get(text(principal.deployment, "|", kind, "|", principal.name), ()):
            yield Named(f"{principal.id}#{item.name}", item.document)
        return
    inline = relations.inline_policies(inventory, principal)
    for item in inline.items:
        yield Named(f"{principal.id}#{item.name}", item.document)
    for why in inline.unknowns:
        yield Named(f"{principal.id}#inline policies", why)


_DOUBTFUL = text("doubtful")
"""Key of the inline policies that do not tell, or a template tells, whom they are in."""


def _holders(item: InlinePolicy) -> list[Text]:
    found: list[Text] = []
    for kind, owners in (("User", item.users), ("Role", item.roles), ("Group", item.groups)):
        if isinstance(owners, Unknown) or item.is_declared:
            return [_DOUBTFUL]
        found.extend(text(item.deployment, "|", kind, "|", owner) for owner in owners.value)
    return found


def _names_principals(policy: ManagedPolicy) -> list[Text]:
    nobody = all(isinstance(told, Known) and not told.value for told in (policy.users, policy.roles, policy.groups))
    return [] if nobody else [policy.name]


def _managed(arn: Text, principal: User | Role | Group, inventory: Inventory) -> Named:
    found: Value[ManagedPolicy | None] = relations.managed_policy(inventory, arn, principal)
    if isinstance(found, Unknown):
        return Named(str(arn), found)
    if found.value is None:
        return Named(str(arn), Unknown(Cause.FAILED, f"the managed policy {arn} does not exist"))
    return Named(found.value.id, found.value.document)
