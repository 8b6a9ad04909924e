"""What policies grant in vain: a permissions boundary or the control policies of the organization let none of it pass.

A principal really has what its policies grant and every limit lets pass. A grant is in vain when some limit has no
Allow statement that could be about it, or denies it without condition on every resource. Where a limit is not told in
full its missing Allow statements prove nothing.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html,
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from auditor.iam.access import UNREAD_LEVELS, Levels, is_service_linked, named_boundary, service_control
from auditor.iam.elements import Patterns, Policy, Statement
from auditor.iam.evaluate import SCP_UNREAD
from auditor.iam.narrow.excess import Excess, Kind
from auditor.iam.narrow.granted import denied_everywhere, names_of, told_names_of
from auditor.iam.narrow.names import NOTHING, Names, all_with_resources, everything, listed, packed_names, union
from auditor.iam.resource import any_arn_pattern
from auditor.model.iam import Role, User
from auditor.model.inventory import Inventory
from auditor.model.known import Truth, Unknown
from auditor.model.text import Text


class Limit(msgspec.Struct, frozen=True, eq=False):
    """Policies that a request must pass beside those of the principal: some statement has to allow it.

    Attributes:
        what: in words.
        policies: together.
        unknowns: what of them is not told; then only their Deny statements cut something.
    """

    what: str
    policies: tuple[Policy, ...]
    unknowns: tuple[Unknown, ...] = ()


class Limits(msgspec.Struct, frozen=True, eq=False):
    """All limits of a principal, and what was taken for granted about those that were not read."""

    each: tuple[Limit, ...] = ()
    assumptions: tuple[str, ...] = ()


class Vain(msgspec.Struct, frozen=True):
    """The actions of a statement that are granted in vain, and what cuts them."""

    names: Names = NOTHING
    by: tuple[str, ...] = ()


NOT_IN_VAIN = Vain()


class Finder:
    """Finds the limits of principals; what many of them share is looked up once.

    Args:
        inventory: where boundaries and control policies are.
        scp: service control policies over all accounts in place of those of the inventory, one sequence per level.
    """

    def __init__(self, inventory: Inventory, scp: Sequence[Sequence[Policy]] | None = None) -> None:
        self._inventory = inventory
        self._given = None if scp is None else limits(None, scp)
        self._boundaries: dict[str, Limit] = {}
        self._levels: dict[Text, Levels] = {}
        self._found: dict[tuple[int, int], Limits] = {}

    def of(self, principal: User | Role) -> Limits:
        """The permissions boundary of a principal, and the service control policies over it."""
        boundary = self._boundary(principal)
        given = None if is_service_linked(principal) else self._given
        levels = self._control(principal)
        key = (id(boundary), id(levels) if given is None else id(given))
        if key not in self._found:
            own = () if boundary is None else (boundary,)
            control = _of_levels(levels) if given is None else given
            self._found[key] = Limits((*own, *control.each), control.assumptions)
        return self._found[key]

    def _boundary(self, principal: User | Role) -> Limit | None:
        named = named_boundary(principal, self._inventory)
        if named is None:
            return None
        if named.name not in self._boundaries:
            self._boundaries[named.name] = limit(f"the permissions boundary {named.name}", (named.policy,))
        return self._boundaries[named.name]

    def _control(self, principal: User | Role) -> Levels:
        # Service-linked roles are under no control policy, so that the account does not decide alone.
        found = service_control(principal, self._inventory)
        if found.levels is None:
            return UNREAD_LEVELS
        if not found.levels:
            return _NONE
        return self._levels.setdefault(principal.account, found)


_NONE = Levels()


def _of_levels(levels: Levels) -> Limits:
    if levels.policies is None:
        return Limits((), (SCP_UNREAD,))
    names = (*levels.names, *(f"level {number}" for number in range(len(levels.names) + 1, len(levels.policies) + 1)))
    told = zip(names, levels.policies, strict=False)
    return Limits(tuple(limit(f"the service control policies of {name}", level) for name, level in told))


def limit(what: str, policies: Iterable[Policy]) -> Limit:
    """A limit of parsed policies; with what of them is not told."""
    together = tuple(policies)
    unknowns = [why for policy in together for why in policy.open]
    for policy in together:
        broken = (statement.unusable for statement in policy.statements)
        unknowns.extend(why for why in broken if why is not None)
    return Limit(what, together, tuple(dict.fromkeys(unknowns)))


def limits(boundary: Sequence[Policy] | None, scp: Sequence[Sequence[Policy]] | None) -> Limits:
    """Limits of parsed policies.

    Args:
        boundary: the permissions boundary; None for none.
        scp: service control policies, one sequence per level from the root down; None when they were not read.
    """
    found = [] if boundary is None else [limit("the permissions boundary", boundary)]
    found.extend(
        limit(f"the service control policies of level {number}", level) for number, level in enumerate(scp or (), 1)
    )
    return Limits(tuple(found), (SCP_UNREAD,) if scp is None else ())


def in_vain(statement: Statement, policy: Policy, found: Limits) -> Vain:
    """What an Allow statement of a principal's policy grants in vain."""
    names, by = NOTHING, []
    granted = names_of(statement)
    for each in found.each:
        cut = granted & ~_passes(statement, policy, each)
        if cut:
            names |= cut
            by.append(each.what)
    return Vain(names, tuple(by))


def _passes(statement: Statement, policy: Policy, each: Limit) -> Names:
    """The actions that a limit may let pass for some request that the statement covers."""
    denied = union(map(denied_everywhere, each.policies))
    if each.unknowns:
        return everything() & ~denied
    passed = NOTHING
    for one in each.policies:
        for other in one.statements:
            if not other.is_deny:
                about = told_names_of(other)
                reached = _reached(statement, policy, other, one)
                passed |= reached if about is None else about & reached
    return passed & ~denied


def _reached(statement: Statement, policy: Policy, other: Statement, its: Policy) -> Names:
    """The actions for which two statements may be about one resource: none, those that take resources, or all."""
    mine = _told(statement)
    theirs = _told(other)
    if mine is None or theirs is None:
        return everything()
    if _overlap(mine, theirs, policy.has_variables, its.has_variables) is Truth.FALSE:
        return NOTHING
    # An action without resources is granted on * only, by either of them.
    on_all = any(any_arn_pattern(item, variables=its.has_variables).flat.is_all for item in theirs)
    return everything() if on_all else all_with_resources()


def _told(statement: Statement) -> tuple[Text, ...] | None:
    """The resource patterns; None where a statement names resources in another way or not in full."""
    patterns: Patterns | None = statement.resources
    if patterns is None or patterns.open is not None or statement.open is not None:
        return None
    return patterns.items


@lru_cache(maxsize=65536)
def _overlap(mine: tuple[Text, ...], theirs: tuple[Text, ...], my_variables: bool, their_variables: bool) -> Truth:  # noqa: FBT001 - a cached function takes them by place
    found = Truth.FALSE
    for one in mine:
        pattern = any_arn_pattern(one, variables=my_variables).completed()
        for two in theirs:
            found |= pattern.overlaps(any_arn_pattern(two, variables=their_variables).completed())
            if found is Truth.TRUE:
                return found
    return found


def cut_of(policy: Policy, found: Limits) -> tuple[Vain, ...]:
    """What each statement of a principal's policy grants in vain."""
    if not found.each:
        return (NOT_IN_VAIN,) * len(policy.statements)
    return tuple(in_vain(each, policy, found) if _allows(each) else NOT_IN_VAIN for each in policy.statements)


def vain_excesses(policy: Policy, cut: Sequence[Vain]) -> tuple[Excess, ...]:
    """A finding for each statement that grants something in vain."""
    return tuple(
        Excess(
            kind=Kind.IN_VAIN,
            statement=statement.label,
            digest=statement.digest,
            patterns=packed_names(vain.names),
            count=vain.names.bit_count(),
            by=vain.by,
            location=statement.location,
        )
        for statement, vain in zip(policy.statements, cut, strict=True)
        if vain.names
    )


def only_in_vain(policies: Iterable[tuple[Policy, Sequence[Vain]]]) -> frozenset[str]:
    """The actions that are granted by statements of policies, and in vain by all of these."""
    granted = real = NOTHING
    for policy, cut in policies:
        for statement, vain in zip(policy.statements, cut, strict=True):
            if _allows(statement):
                names = names_of(statement)
                granted |= names
                real |= names & ~vain.names
    return frozenset(listed(granted & ~real))


def _allows(statement: Statement) -> bool:
    return statement.is_allow and not statement.problems
