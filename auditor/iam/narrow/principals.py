"""Every user and role of an inventory, with what its policies grant and could grant less of."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import msgspec

from auditor.iam.document import Policy, parse
from auditor.iam.narrow.excess import Excess, excesses
from auditor.iam.narrow.granted import denied_everywhere
from auditor.iam.narrow.names import Names, union
from auditor.iam.narrow.vain import Finder, Limits, Vain, cut_of, vain_excesses
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


LimitsOf: TypeAlias = Callable[[User | Role], Limits]
"""Tells what limits a principal beside its own policies; the same object for those that have the same."""


class Principals:
    """What the principals of an inventory have; what many of them share is looked at once.

    Args:
        inventory: where they are.
        limits: what limits a principal beside its own policies; what the inventory tells by default.
    """

    def __init__(self, inventory: Inventory, limits: LimitsOf | None = None) -> None:
        self.inventory = inventory
        self.limits = limits or Finder(inventory).of
        self._denied: dict[int, Names] = {}
        self._found: dict[tuple[int, Names, int], tuple[Excess, ...]] = {}
        self._cut: dict[tuple[int, int], tuple[Vain, ...]] = {}

    def everybody(self) -> Iterator[User | Role]:
        """Every user and role, in the order of the inventory; users first."""
        yield from self.inventory.of(User)
        yield from self.inventory.of(Role)

    def cut(self, each: Attached, limits: Limits) -> tuple[Vain, ...]:
        """What each statement of a policy grants in vain."""
        key = (id(each.resource), id(limits))
        if key not in self._cut:
            self._cut[key] = cut_of(each.policy, limits)
        return self._cut[key]

    def found(self, principal: User | Role) -> PrincipalExcess:
        """What the policies of a principal grant and could grant less of."""
        policies, unknowns = attached(principal, self.inventory)
        return self.found_in(principal, policies, unknowns)

    def found_in(
        self, principal: User | Role, policies: Sequence[Attached], unknowns: tuple[Unknown, ...] = ()
    ) -> PrincipalExcess:
        """The same where its policies are at hand, with why others may be missing."""
        limits = self.limits(principal)
        denied = union(map(self._denied_by, policies))
        found = (PolicyExcess(each.resource, self._excesses(each, denied, limits)) for each in policies)
        return PrincipalExcess(principal, tuple(each for each in found if each.found), unknowns)

    def _denied_by(self, each: Attached) -> Names:
        key = id(each.resource)
        if key not in self._denied:
            self._denied[key] = denied_everywhere(each.policy)
        return self._denied[key]

    def _excesses(self, each: Attached, denied: Names, limits: Limits) -> tuple[Excess, ...]:
        key = (id(each.resource), denied, id(limits))
        if key not in self._found:
            vain = vain_excesses(each.policy, self.cut(each, limits))
            self._found[key] = (*excesses(each.policy, denied), *vain)
        return self._found[key]


def of_principal(principal: User | Role, inventory: Inventory, limits: LimitsOf | None = None) -> PrincipalExcess:
    """What the policies of a principal grant and could grant less of."""
    return Principals(inventory, limits).found(principal)


def of_all(inventory: Inventory, limits: LimitsOf | None = None) -> Iterator[PrincipalExcess]:
    """The same for every user and role, in the order of the inventory; users first."""
    every = Principals(inventory, limits)
    for principal in every.everybody():
        yield every.found(principal)


def called(inventory: Inventory, name: str) -> tuple[User | Role, ...]:
    """The users and roles with an ARN, a name, or an address in an input."""
    everybody: tuple[User | Role, ...] = (*inventory.of(User), *inventory.of(Role))

    def is_meant(principal: User | Role) -> bool:
        texts: tuple[Text | None, ...] = (principal.arn, principal.name)
        return principal.address == name or any(text is not None and str(text) == name for text in texts)

    return tuple(principal for principal in everybody if is_meant(principal))
