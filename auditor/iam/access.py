"""Whether a user or role of an inventory can do something, over all policies that it has."""

from collections.abc import Iterable, Iterator, Mapping

from auditor.iam.decision import Decision, Effect
from auditor.iam.document import Policy, parse, unread
from auditor.iam.evaluate import Policies, evaluate
from auditor.iam.request import ContextValue, Request, caller, principal_context
from auditor.model import arn as arns
from auditor.model import relations
from auditor.model.iam import Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.inventory import Inventory, Relation
from auditor.model.known import Cause, Known, Unknown
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
    """Whether a principal may do something, by its inline, managed and group policies and its boundary.

    Args:
        principal: who.
        action: in full, ``ses:SendEmail``.
        resource: ARN.
        inventory: holds the policies.
        resource_policies: on the resource.
        context: keys of the request beside those that follow from the principal; others are unknown.

    Returns:
        A decision. Policies that were not read make it UNKNOWN unless they cannot change it; organization policies
        that were not read are assumptions.
    """
    if principal.arn is None:
        why = Unknown(Cause.UNDECIDED, f"the ARN of {principal.address} is not told")
        return Decision(Effect.UNKNOWN, unknowns=(why,))
    parts = arns.parse(resource)
    told = isinstance(parts, Known) and parts.value.account.parts
    account = parts.value.account if isinstance(parts, Known) and told else principal.account
    who = caller(principal.arn)
    request = Request(
        caller=who,
        action=action,
        resource=resource,
        resource_account=account,
        context={**principal_context(who, account), **(context or {})},
    )
    return evaluate(
        request,
        Policies(
            identity=tuple(policies_of(principal, inventory)),
            resource=tuple(parse(document) for document in resource_policies),
            boundary=_boundary(principal, inventory),
        ),
    )


def policies_of(principal: User | Role | Group, inventory: Inventory) -> Iterator[Policy]:
    """The policies of a principal, those of its groups among them; what was not read is a policy that is open."""
    yield from _all(relations.inline_policies(inventory, principal))
    yield from _all(relations.declared_attachments(inventory, principal))
    if isinstance(principal.managed_policies, Unknown):
        yield unread(principal.managed_policies)
    else:
        for arn in principal.managed_policies.value:
            yield _managed(arn, principal, inventory)
    if isinstance(principal, User):
        for group in relations.groups_of(inventory, principal):
            if isinstance(group, Unknown):
                yield unread(group)
            elif group.value is None:
                yield unread(Unknown(Cause.FAILED, f"a group of {principal.address} is not in the inventory"))
            else:
                yield from policies_of(group.value, inventory)


def _all(relation: Relation[InlinePolicy] | Relation[ManagedPolicy]) -> Iterator[Policy]:
    items: Iterable[InlinePolicy | ManagedPolicy] = relation.items
    for item in items:
        yield _parsed(item)
    for why in relation.unknowns:
        yield unread(why)


def _parsed(policy: InlinePolicy | ManagedPolicy) -> Policy:
    return unread(policy.document) if isinstance(policy.document, Unknown) else parse(policy.document.value)


def _managed(arn: Text, principal: User | Role | Group, inventory: Inventory) -> Policy:
    found = relations.managed_policy(inventory, arn, principal)
    if isinstance(found, Unknown):
        return unread(found)
    if found.value is None:
        return unread(Unknown(Cause.FAILED, f"managed policy {arn} is not in the inventory"))
    return _parsed(found.value)


def _boundary(principal: User | Role, inventory: Inventory) -> tuple[Policy, ...] | None:
    boundary = principal.boundary
    if isinstance(boundary, Unknown):
        return (unread(boundary),)
    return None if boundary.value is None else (_managed(boundary.value, principal, inventory),)
