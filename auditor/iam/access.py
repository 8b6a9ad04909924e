"""Whether a user or role of an inventory may do something: its policies, those of its groups, its boundary."""

from collections.abc import Iterable, Mapping

from auditor.iam.decision import Decision
from auditor.iam.document import Policy, parse, unread
from auditor.iam.evaluate import Policies, evaluate
from auditor.iam.request import Caller, ContextValue, Kind, Request, principal_context
from auditor.model import arn as arns
from auditor.model import relations
from auditor.model.iam import Group, ManagedPolicy, Role, User
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.policy import Document
from auditor.model.text import Text


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
    policies = Policies(
        identity=policies_of(principal, inventory),
        resource=tuple(parse(document) for document in resource_policies),
        boundary=boundary_of(principal, inventory),
    )
    return evaluate(request, policies)


def _owner(resource: Text, principal: User | Role) -> Text:
    """The account in an ARN; where it names none (``*``, S3), the principal's own is assumed."""
    parts = arns.parse(resource)
    if isinstance(parts, Unknown) or not parts.value.account.parts:
        return principal.account
    return parts.value.account


def policies_of(principal: User | Role, inventory: Inventory) -> tuple[Policy, ...]:
    """The policies of a principal and of its groups; what could not be read stands as a policy that is all open."""
    found = list(_own(principal, inventory))
    if isinstance(principal, User):
        for group in relations.groups_of(inventory, principal):
            if isinstance(group, Unknown):
                found.append(unread(group))
            elif group.value is not None:
                found.extend(_own(group.value, inventory))
    return tuple(found)


def boundary_of(principal: User | Role, inventory: Inventory) -> tuple[Policy, ...] | None:
    """The permissions boundary; None when there is none."""
    if isinstance(principal.boundary, Unknown):
        return (unread(principal.boundary),)
    if principal.boundary.value is None:
        return None
    return (_managed(principal.boundary.value, principal, inventory),)


def _own(principal: User | Role | Group, inventory: Inventory) -> Iterable[Policy]:
    inline = relations.inline_policies(inventory, principal)
    yield from _documents(item.document for item in inline.items)
    yield from map(unread, inline.unknowns)
    declared = relations.declared_attachments(inventory, principal)
    yield from _documents(item.document for item in declared.items)
    yield from map(unread, declared.unknowns)
    if isinstance(principal.managed_policies, Unknown):
        yield unread(principal.managed_policies)
        return
    attached = {item.arn for item in declared.items}
    for arn in principal.managed_policies.value:
        if arn not in attached:
            yield _managed(arn, principal, inventory)


def _documents(documents: Iterable[Value[Document]]) -> Iterable[Policy]:
    for document in documents:
        yield parse(document.value) if isinstance(document, Known) else unread(document)


def _managed(arn: Text, principal: User | Role | Group, inventory: Inventory) -> Policy:
    found: Value[ManagedPolicy | None] = relations.managed_policy(inventory, arn, principal)
    if isinstance(found, Unknown):
        return unread(found)
    if found.value is None:
        return unread(Unknown(Cause.FAILED, f"the managed policy {arn} does not exist"))
    document = found.value.document
    return parse(document.value) if isinstance(document, Known) else unread(document)
