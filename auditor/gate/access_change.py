"""What access a change gives that was not there: the policies of every principal and resource, before and after."""

from collections.abc import Iterator

import msgspec

from auditor.iam.access import Named, policies_of
from auditor.iam.difference import Difference, Kind, difference
from auditor.iam.document import Policy, unread
from auditor.iam.who.target import policies_on
from auditor.model.iam import Role, User
from auditor.model.inventory import Inventory
from auditor.model.kms import Key
from auditor.model.known import Truth
from auditor.model.other import OtherResource
from auditor.model.resource import Resource
from auditor.model.ses import EmailIdentity
from auditor.model.sns import Topic
from auditor.model.sqs import Queue

_HOLDERS = (Topic, Queue, EmailIdentity, Key, OtherResource)


class Held(msgspec.Struct, frozen=True):
    """Policies that act together: of a principal, on a resource, or the trust of a role."""

    resource: Resource
    kind: Kind
    policies: tuple[Policy, ...]


class NewAccess(msgspec.Struct, frozen=True, kw_only=True):
    """Access that HEAD gives and BASE did not, or may give.

    Attributes:
        resource: principal or resource whose policies give it.
        about: ``policies`` of a principal, ``policy`` of a resource, ``trust`` of a role.
        added: whether BASE does not have the resource.
        found: TRUE with a request that shows it, or UNKNOWN with what decides.
    """

    resource: Resource
    about: str
    added: bool
    found: Difference


class AccessChange(msgspec.Struct, frozen=True, kw_only=True):
    """All new access of a change, certain and undecided, in the order of resource ids; `compared` counts policies."""

    certain: tuple[NewAccess, ...]
    undecided: tuple[NewAccess, ...]
    compared: int


def compare(base: Inventory, head: Inventory) -> AccessChange:
    """The access that HEAD gives and BASE did not.

    Policies are compared by the id of what has them; what HEAD adds is compared with no access at all. A policy that
    both sides write alike gives nothing new, even where parts of it are not told. Organization policies, boundaries and
    endpoint policies are no part of it.
    """
    before = dict(_held(base))
    found: list[NewAccess] = []
    compared = 0
    for (name, about), held in _held(head):
        was = before.get((name, about))
        compared += 1
        if was is not None and [*map(_content, was.policies)] == [*map(_content, held.policies)]:
            continue
        answer = _compared(held, was)
        if answer.truth is not Truth.FALSE:
            found.append(NewAccess(resource=held.resource, about=about, added=was is None, found=answer))
    found.sort(key=lambda each: (each.resource.id, each.about))
    return AccessChange(
        certain=tuple(each for each in found if each.found.truth is Truth.TRUE),
        undecided=tuple(each for each in found if each.found.truth is Truth.UNKNOWN),
        compared=compared,
    )


def _content(policy: Policy) -> tuple[object, ...]:
    """What a policy says, wherever it stands."""
    problems = tuple(problem.text for problem in policy.problems)
    return (policy.version, tuple(statement.digest for statement in policy.statements), policy.open, problems)


def _compared(held: Held, was: Held | None) -> Difference:
    """Beside the policies that both sides write alike."""
    if was is None:
        return difference(held.policies, (), kind=held.kind)
    before, after = {*map(_content, was.policies)}, {*map(_content, held.policies)}
    return difference(
        tuple(policy for policy in held.policies if _content(policy) not in before),
        tuple(policy for policy in was.policies if _content(policy) not in after),
        kind=held.kind,
        shared=tuple(policy for policy in held.policies if _content(policy) in before),
    )


def _held(inventory: Inventory) -> Iterator[tuple[tuple[str, str], Held]]:
    people: tuple[User | Role, ...] = (*inventory.of(User), *inventory.of(Role))
    for principal in people:
        yield (principal.id, "policies"), Held(principal, Kind.IDENTITY, policies_of(principal, inventory))
    for role in inventory.of(Role):
        yield (role.id, "trust"), Held(role, Kind.RESOURCE, (Named(role.id, role.trust).policy,))
    for holder in _HOLDERS:
        for resource in inventory.of(holder):
            named, why = policies_on(inventory, resource)
            documents = tuple(each.policy for each in named)
            held = documents if why is None else (*documents, unread(why))
            yield (resource.id, "policy"), Held(resource, Kind.RESOURCE, held)
