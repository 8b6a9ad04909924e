"""The principals from which a goal can be reached, by the kind of step that leads to them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from auditor.iam.escalation.world import Node, World
from auditor.model.iam import Role, User
from auditor.model.known import Truth

P = TypeVar("P", User, Role)


class Trusting(NamedTuple):
    """A reached role that trusts a service.

    Attributes:
        node: the role, as it is or edited.
        truth: TRUE, or UNKNOWN.
        service: which it trusts.
    """

    node: Node
    truth: Truth
    service: str


class Reached:
    """Principals from which the goal can be reached, to look for steps to.

    Attributes:
        roles, users: as they are.
        edited: whose every right within their boundary reaches it.
        joined: users in a group that reach it.
    """

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.roles: dict[Role, Node] = {}
        self.users: dict[User, Node] = {}
        self.edited_roles: dict[Role, Node] = {}
        self.edited_users: dict[User, Node] = {}
        self.joined: dict[User, list[Node]] = {}
        self._open: dict[bool, dict[Role, Node]] = {}
        self._trusting: dict[tuple[tuple[str, ...], bool], dict[Role, Trusting]] = {}
        for node in nodes:
            self._add(node)

    def trusting(self, world: World, services: tuple[str, ...], roles: dict[Role, Node]) -> dict[Role, Trusting]:
        """The roles, of one of its two kinds, that trust one of some services, or may."""
        key = (services, roles is self.roles)
        found = self._trusting.get(key)
        if found is None:
            found = {}
            for role, node in roles.items():
                truth, service = world.trusting(services, role)
                if truth is not Truth.FALSE:
                    found[role] = Trusting(node, truth, service)
            self._trusting[key] = found
        return found

    def open_to_all(self, world: World, *, edited: bool) -> dict[Role, Node]:
        """The roles, of one of its two kinds, whose trust policy lets in more than it names."""
        found = self._open.get(edited)
        if found is None:
            roles = self.edited_roles if edited else self.roles
            found = self._open[edited] = {role: roles[role] for role in world.public if role in roles}
        return found

    def _add(self, node: Node) -> None:
        principal = node.principal
        if node.joined is not None:
            if isinstance(principal, User):
                self.joined.setdefault(principal, []).append(node)
        elif isinstance(principal, Role):
            (self.edited_roles if node.edited else self.roles)[principal] = node
        else:
            (self.edited_users if node.edited else self.users)[principal] = node


def among(reached: dict[P, Node], some: Sequence[P] | None) -> Iterator[tuple[P, Node]]:
    """Those of some principals, all when None, that were reached."""
    if some is None or len(some) > len(reached):
        chosen = None if some is None else set(some)
        yield from ((role, node) for role, node in reached.items() if chosen is None or role in chosen)
        return
    for role in some:
        node = reached.get(role)
        if node is not None:
            yield role, node
