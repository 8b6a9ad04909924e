"""Every user and role of an inventory, with what its policies grant and could grant less of."""

from collections.abc import Iterable, Iterator

import msgspec

from auditor.iam.document import Policy, parse
from auditor.iam.narrow.excess import Excess, denied_everywhere, excesses
from auditor.iam.narrow.names import NOTHING, Names
from auditor.model import relations
from auditor.model.iam import InlinePolicy, ManagedPolicy, Role, User
from auditor.model.inventory import Inventory
from auditor.model.known import Known, Unknown
from auditor.model.text import Text


class Attached(msgspec.Struct, frozen=True):
    """One policy of a principal, its own or of one of its groups."""

    resource: InlinePolicy | ManagedPolicy
    policy: Policy


class PolicyExcess(msgspec.Struct, frozen=True):
    """What one policy grants and could grant less of."""

    resource: InlinePolicy | ManagedPolicy
    found: tuple[Excess, ...]


class PrincipalExcess(msgspec.Struct, frozen=True):
    """What the policies of one principal grant and could grant less of.

    Attributes:
        principal: user or role.
        policies: those of its policies with something to say.
        unknowns: policies that were not read.
    """

    principal: User | Role
    policies: tuple[PolicyExcess, ...]
    unknowns: tuple[Unknown, ...] = ()


def attached(principal: User | Role, inventory: Inventory) -> tuple[tuple[Attached, ...], tuple[Unknown, ...]]:
    """The policies of a principal and its groups, and why others may be missing."""
    found: list[Attached] = []
    unknowns: list[Unknown] = []
    for policy in relations.policies(inventory, principal):
        document = policy.value.document if isinstance(policy, Known) else policy
        if isinstance(policy, Unknown) or isinstance(document, Unknown):
            unknowns.append(document if isinstance(document, Unknown) else policy)  # type: ignore[arg-type]
            continue
        found.append(Attached(policy.value, parse(document.value)))
    return tuple(found), tuple(dict.fromkeys(unknowns))


class _Seen:
    """Answers about policies that were met before: one policy of an account is attached to many."""

    def __init__(self) -> None:
        self._denied: dict[int, Names] = {}
        self._found: dict[tuple[int, Names], tuple[Excess, ...]] = {}

    def denied(self, policies: Iterable[Attached]) -> Names:
        """The actions that some policy denies everywhere."""
        found = NOTHING
        for each in policies:
            found |= self._of_one(each)
        return found

    def _of_one(self, each: Attached) -> Names:
        key = id(each.resource)
        if key not in self._denied:
            self._denied[key] = denied_everywhere(each.policy)
        return self._denied[key]

    def excesses(self, each: Attached, denied: Names) -> tuple[Excess, ...]:
        """What a policy grants and could grant less of."""
        key = (id(each.resource), denied)
        if key not in self._found:
            self._found[key] = excesses(each.policy, denied)
        return self._found[key]


def of_principal(principal: User | Role, inventory: Inventory) -> PrincipalExcess:
    """What the policies of a principal grant and could grant less of."""
    return _of_principal(principal, inventory, _Seen())


def of_all(inventory: Inventory) -> Iterator[PrincipalExcess]:
    """The same for every user and role, in the order of the inventory; users first."""
    seen = _Seen()
    everybody: tuple[User | Role, ...] = (*inventory.of(User), *inventory.of(Role))
    for principal in everybody:
        yield _of_principal(principal, inventory, seen)


def _of_principal(principal: User | Role, inventory: Inventory, seen: _Seen) -> PrincipalExcess:
    policies, unknowns = attached(principal, inventory)
    denied = seen.denied(policies)
    found = (PolicyExcess(each.resource, seen.excesses(each, denied)) for each in policies)
    return PrincipalExcess(principal, tuple(each for each in found if each.found), unknowns)


def called(inventory: Inventory, name: str) -> tuple[User | Role, ...]:
    """The users and roles with an ARN, a name, or an address in an input."""
    everybody: tuple[User | Role, ...] = (*inventory.of(User), *inventory.of(Role))

    def is_meant(principal: User | Role) -> bool:
        texts: tuple[Text | None, ...] = (principal.arn, principal.name)
        return principal.address == name or any(text is not None and str(text) == name for text in texts)

    return tuple(principal for principal in everybody if is_meant(principal))
