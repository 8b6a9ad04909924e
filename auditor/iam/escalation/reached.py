"""The principals from which a goal can be reached, by the kind of step that leads to them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from auditor.iam.access import is_service_linked
from auditor.iam.escalation.catalogue import PATHS
from auditor.iam.escalation.masks import bit
from auditor.iam.escalation.node import Node
from auditor.iam.escalation.path import Gain, Path
from auditor.iam.escalation.reach import Reaches
from auditor.iam.escalation.step import needs_profile, profiled
from auditor.iam.escalation.world import World
from auditor.model.iam import Role, User
from auditor.model.known import Truth
from auditor.model.text import Text

P = TypeVar("P", User, Role)


class Trusting(NamedTuple):
    """A reached role that trusts a service.

    Attributes:
        node: the role, as it is or edited.
        truth: TRUE, or UNKNOWN.
        service: which it trusts.
        profiled: whether it has the instance profile that a path needs.
    """

    node: Node
    truth: Truth
    service: str
    profiled: Truth = Truth.TRUE


class Running(NamedTuple):
    """Roles that what a path makes can run with, and their nodes."""

    trusting: dict[Role, Trusting]
    nodes: dict[Role, Node]


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
        self._led_to: dict[bool, frozenset[str]] = {}
        self._open: dict[bool, dict[Role, Node]] = {}
        self._wide: dict[tuple[Text, bool], dict[Role, Node]] = {}
        self._running: dict[tuple[tuple[str, ...], bool, bool], Running] = {}
        for node in nodes:
            self._add(node)

    def led_to(self, *, whole: bool) -> frozenset[str]:
        """The ids of paths that can lead to one of these, or with `whole` to every right."""
        found = self._led_to.get(whole)
        if found is None:
            there = {
                Gain.PASSED_ROLE: self.roles or self.edited_roles,
                Gain.THING_ROLE: self.roles,
                Gain.ASSUMED_ROLE: self.roles,
                Gain.RETRUSTED_ROLE: self.roles,
                Gain.USER: self.users,
                Gain.ONESELF: self.edited_roles or self.edited_users,
                Gain.EDITED_ROLE: self.edited_roles,
                Gain.EDITED_USER: self.edited_users,
                Gain.JOINED_GROUP: self.joined,
                Gain.NEW_USER: whole,
            }
            found = self._led_to[whole] = frozenset(path.id for path in PATHS if there[path.gain])
        return found

    def running(self, world: World, path: Path, *, edited: bool) -> Running:
        """The roles, of one of its two kinds, that what a path makes can run with, or may.

        What runs with a service-linked role is the service's own, never code or a template of the caller.
        """
        key = (path.service, needs_profile(path), edited)
        found = self._running.get(key)
        if found is None:
            trusted = world.trusting(path.service)
            trusting: dict[Role, Trusting] = {}
            for role, node in (self.edited_roles if edited else self.roles).items():
                if role in trusted and not is_service_linked(role):
                    held = profiled(path, role)
                    if held is not Truth.FALSE:
                        trusting[role] = Trusting(node, *trusted[role], held)
            nodes = {role: each.node for role, each in trusting.items()}
            found = self._running[key] = Running(trusting, nodes)
        return found

    def trusting(self, node: Node, world: World, reaches: Reaches, *, edited: bool) -> dict[Role, Node]:
        """The roles, of one of its two kinds, whose trust policy can let a node in, as far as names tell."""
        roles = self.edited_roles if edited else self.roles
        if not roles or reaches.never_assumes(node):
            return {}
        named = () if node.principal.arn is None else world.named.get(node.principal.arn, ())
        found = {role: roles[role] for role in named if role in roles}
        found.update(self._open_to_all(world, edited=edited))
        wide = self._open_to_account(world, node.subject.account, edited=edited)
        if wide and node.allowed & bit("sts:AssumeRole") and reaches.may(node, "sts:AssumeRole"):
            some = world.role_targets.meant(reaches.telling(node, "sts:AssumeRole"))
            if some is None or len(world.wide.get(node.subject.account, ())) < len(some):
                found.update(wide)
            else:
                found.update((role, roles[role]) for role in some if role in wide)
        if isinstance(node.principal, Role):
            found.pop(node.principal, None)
        return found

    def _open_to_all(self, world: World, *, edited: bool) -> dict[Role, Node]:
        """The roles, of one of its two kinds, whose trust policy lets in more than it names."""
        found = self._open.get(edited)
        if found is None:
            roles = self.edited_roles if edited else self.roles
            found = self._open[edited] = {role: roles[role] for role in world.public if role in roles}
        return found

    def _open_to_account(self, world: World, account: Text, *, edited: bool) -> dict[Role, Node]:
        """The roles, of one of its two kinds, whose trust policy leaves it to the policies of an account who may."""
        key = (account, edited)
        found = self._wide.get(key)
        if found is None:
            roles = self.edited_roles if edited else self.roles
            found = self._wide[key] = {role: roles[role] for role in world.wide.get(account, ()) if role in roles}
        return found

    def _add(self, node: Node) -> None:
        principal = node.principal
        if node.joined:
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
