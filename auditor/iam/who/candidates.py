"""Which principals can be allowed at all, told without looking at their policies one by one."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from auditor.iam.who.screen import Part, Screen
from auditor.model.iam import Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.inventory import Inventory
from auditor.model.known import Known, Unknown, Value
from auditor.model.text import Text

_SESSION = re.compile(r"arn:[^:]*:sts::(\d{12}):assumed-role/([^/]+)/(.+)")


class Candidates:
    """Principals whose own policies may allow it, or whom the resource's policy may let in by itself."""

    def __init__(self, inventory: Inventory, screen: Screen, resource: Iterable[Part]) -> None:
        self._screen = screen
        self._known: set[Text] = set()
        self._managed: set[Text] = set()
        for policy in inventory.of(ManagedPolicy):
            if policy.arn is not None:
                self._known.add(policy.arn)
                if screen.may_allow(policy.document):
                    self._managed.add(policy.arn)
        self._inline: set[tuple[str, str, Text]] = set()
        for item in inventory.of(InlinePolicy):
            if screen.may_allow(item.document):
                for kind, owners in (("user", item.users), ("role", item.roles), ("group", item.groups)):
                    if isinstance(owners, Known):
                        self._inline.update((item.deployment, kind, owner) for owner in owners.value)
        self._groups = {(group.deployment, group.name) for group in inventory.of(Group) if self._has(group, "group")}
        self._let_in = let_in(resource)

    def has(self, principal: User | Role) -> bool:
        """Whether it can be allowed."""
        named = self._let_in
        if named.everybody or principal.is_declared or principal.arn is None or principal.arn in named.arns:
            return True
        if isinstance(principal, User):
            return self._has(principal, "user") or self._by_group(principal)
        return self._has(principal, "role") or bool(self.sessions_of(principal))

    def sessions_of(self, role: Role) -> tuple[str, ...]:
        """The names of the sessions of a role that the resource's policy names."""
        return self._let_in.sessions.get((role.account.literal or "", role.name.literal or ""), ())

    def _has(self, principal: User | Role | Group, kind: str) -> bool:
        if principal.is_declared or (principal.deployment, kind, principal.name) in self._inline:
            return True
        attached: Value[tuple[Text, ...]] = principal.managed_policies
        if isinstance(attached, Unknown):
            return True
        return any(arn in self._managed or arn not in self._known for arn in attached.value)

    def _by_group(self, user: User) -> bool:
        if isinstance(user.groups, Unknown):
            return True
        return any((user.deployment, name) in self._groups for name in user.groups.value)


class LetIn(NamedTuple):
    """Whom Allow statements of a resource's policy name, beside whole accounts.

    Attributes:
        everybody: whether a statement may mean any principal.
        arns: users and roles.
        sessions: account and name of a role to names of its sessions.
    """

    everybody: bool
    arns: frozenset[Text]
    sessions: Mapping[tuple[str, str], tuple[str, ...]]


def let_in(resource: Iterable[Part]) -> LetIn:
    """Whom the policy of a resource names."""
    everybody = False
    arns: set[Text] = set()
    sessions: dict[tuple[str, str], tuple[str, ...]] = {}
    for part in resource:
        everybody = everybody or bool(part.policy.open)
        for statement in part.policy.statements:
            if isinstance(statement.effect, Known) and statement.effect.value == "Deny":
                continue
            if statement.principals is None or statement.principals.open is not None:
                everybody = True
                continue
            for named in statement.principals.items:
                literal = named.value.literal
                session = _SESSION.fullmatch(literal or "")
                if session is not None:
                    key = (session[1], session[2])
                    sessions[key] = tuple(dict.fromkeys((*sessions.get(key, ()), session[3])))
                elif named.kind == "*" or (named.kind == "AWS" and not _names_one(named.value)):
                    everybody = True
                elif named.kind == "AWS":
                    arns.add(named.value)
    return LetIn(everybody, frozenset(arns), sessions)


def _names_one(value: Text) -> bool:
    """Whether a principal is an account or an ARN, told in full."""
    literal = value.literal
    return literal is not None and (literal.isdigit() or literal.startswith("arn:"))
