"""The shortest chain of steps from each principal to a goal, found from the goal backwards.

Every round looks for steps to what the round before reached; a principal that was reached is not asked again, so
cycles end by themselves. First only steps that are certain count; then, for whoever is left, those that may be.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec

from auditor.iam.escalation.enabled import is_admin, opens
from auditor.iam.escalation.explain import Explained, Explainer
from auditor.iam.escalation.node import Node
from auditor.iam.escalation.path import Path
from auditor.iam.escalation.reached import Reached
from auditor.iam.escalation.step import Step
from auditor.iam.escalation.steps import Steps
from auditor.iam.escalation.subject import Subject
from auditor.iam.escalation.things import Found
from auditor.iam.escalation.trust import open_trust
from auditor.iam.escalation.world import World
from auditor.iam.evaluate import SCP_UNREAD, Level
from auditor.model.iam import Role, User
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Truth, Unknown

MOST_ROUNDS = 64
"""Steps of the longest chain that is looked for."""


class Standing(StrEnum):
    """How a principal stands to a goal."""

    HAS = "has"
    CAN_GET = "can-get"
    CANNOT = "cannot"
    UNKNOWN = "unknown"


class Rights(msgspec.Struct, frozen=True):
    """How one principal stands to a goal.

    Attributes:
        principal: user or role.
        standing: the verdict.
        chain: the steps of the shortest way; for UNKNOWN one that may be.
        unknowns: what decides, for UNKNOWN.
        potential: paths that its policies open where the input does not tell what is there to act on.
    """

    principal: User | Role
    standing: Standing
    chain: tuple[Step, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    potential: tuple[Path, ...] = ()


Goal: TypeAlias = Callable[[World, Subject], Found]


def to_be_admin(world: World, who: Subject) -> Found:
    """Whether a subject is an administrator already."""
    return is_admin(world.asker, who)


class Graph:
    """A search for the ways to a goal.

    Args:
        world: prepared inventory.
        goal: whether a subject has what the chains lead to.
    """

    def __init__(self, world: World, goal: Goal = to_be_admin) -> None:
        self._world = world
        self._goal = goal
        self._steps: dict[Node, Step | None] = {}
        self._unsure: dict[Node, tuple[Unknown, ...]] = {}
        self._edited: dict[tuple[object, ...], Found] = {}
        self._nodes = (*world.nodes, *world.others)

    def rights(self) -> tuple[Rights, ...]:
        """The verdict on every principal, in the order of the inventory."""
        start, maybe = self._starts()
        self._spread(start, may=False)
        certain = dict(self._steps)
        self._spread([*certain, *maybe], may=True)
        return tuple(self._verdict(node, certain) for node in self._world.nodes)

    def _starts(self) -> tuple[list[Node], list[Node]]:
        """The nodes that have the goal, and those that may have it."""
        start: list[Node] = []
        maybe: list[Node] = []
        for node in self._nodes:
            found = self._has(node)
            if found.truth is Truth.TRUE:
                self._steps[node] = None
                start.append(node)
            elif found.truth is Truth.UNKNOWN:
                self._unsure[node] = tuple(
                    dict.fromkeys(why for each in found.seen for why in each.decision.unknowns)
                ) or (Unknown(Cause.UNDECIDED, "whether it has the goal already"),)
                maybe.append(node)
        return start, maybe

    def _has(self, node: Node) -> Found:
        if not node.edited or node.subject.boundary is not None:
            return self._goal(self._world, node.subject)
        # Whoever has every right and no boundary has the same everywhere in its account.
        key = (node.subject.account, type(node.principal), id(node.subject.scp))
        found = self._edited.get(key)
        if found is None:
            found = self._edited[key] = self._goal(self._world, node.subject)
        return found

    def _spread(self, start: Iterable[Node], *, may: bool) -> None:
        """Follow steps backwards from some nodes until no more are found."""
        steps = Steps(self._world, may=may)
        newest = list(start)
        for node in newest:
            self._steps.setdefault(node, None)
        waiting = [node for node in self._nodes if node not in self._steps and node.paths]
        whole = True
        for _ in range(MOST_ROUNDS):
            if not newest or not waiting:
                return
            reached = Reached(newest)
            newest, left = [], []
            for node in waiting:
                step = steps.first(node, reached, whole=whole)
                if step is None:
                    left.append(node)
                else:
                    self._steps[node] = step
                    newest.append(node)
            waiting, whole = left, False

    def _verdict(self, node: Node, certain: dict[Node, Step | None]) -> Rights:
        principal = node.principal
        if node in certain:
            chain = self._chain(node)
            return Rights(principal, Standing.CAN_GET if chain else Standing.HAS, chain)
        if node in self._unsure:
            return Rights(principal, Standing.UNKNOWN, (), self._unsure[node])
        if node in self._steps:
            chain = self._chain(node)
            why = [reason for step in chain for reason in step.unknowns]
            last = chain[-1].target
            if last is not None:
                why.extend(self._unsure.get(last, ()))
            return Rights(principal, Standing.UNKNOWN, chain, tuple(dict.fromkeys(why)))
        return self._left(node)

    def _left(self, node: Node) -> Rights:
        """The verdict on a principal from which nothing in the inputs leads to the goal."""
        if node in self._world.joining.untried:
            why = Unknown(Cause.LIMIT, f"{node.name} may join more groups than are tried")
            return Rights(node.principal, Standing.UNKNOWN, (), (why,))
        missing = self._world.complete(node)
        declared = node.principal.is_declared
        if not node.paths or (missing is None and not declared):
            return Rights(node.principal, Standing.CANNOT)
        open_ = tuple(
            path for path in node.paths if opens(self._world.asker, node.subject, path).truth is not Truth.FALSE
        )
        if not open_:
            return Rights(node.principal, Standing.CANNOT)
        why = missing or Unknown(
            Cause.NOT_HERE, "which other users, roles and things the account has that these permissions reach"
        )
        return Rights(node.principal, Standing.UNKNOWN, (), (why,), open_)

    def _chain(self, node: Node) -> tuple[Step, ...]:
        found: list[Step] = []
        at: Node | None = node
        while at is not None and len(found) <= MOST_ROUNDS:
            step = self._steps[at]
            if step is None:
                break
            found.append(step)
            at = step.target
        return tuple(found)


class Strangers(msgspec.Struct, frozen=True):
    """A role that lets in principals of any account, to the goal or on the way to it.

    Attributes:
        role: that they can assume.
        truth: TRUE, or UNKNOWN where `unknowns` decide.
        unknowns: what decides.
    """

    role: Role
    truth: Truth
    unknowns: tuple[Unknown, ...] = ()


class Escalation:
    """Who of an inventory is an administrator, can become one, cannot, or may.

    Args:
        inventory: users, roles, groups, policies; functions where it has them.
        now: the time of requests; conditions on the time are undecided without it.
        scp: service control policies, one tuple per level, in place of those of the inventory's organization.
        goal: what the chains lead to.

    Attributes:
        rights: the verdict on every principal, in the order of the inventory.
        strangers: roles with the goal, or a way to it, that let in principals of any account, or may.
        explainer: gives the evidence of steps and of ways over the mail path, and what would stop them.
        assumptions: what was not read and could still limit the answers.
    """

    def __init__(
        self,
        inventory: Inventory,
        *,
        now: datetime | None = None,
        scp: tuple[Level, ...] | None = None,
        goal: Goal = to_be_admin,
    ) -> None:
        self.world = World(inventory, now, scp)
        self.rights = Graph(self.world, goal).rights()
        self.explainer = Explainer(self.world)
        self.strangers = tuple(self._strangers())
        unread = any(node.subject.scp is None for node in self.world.nodes)
        self.assumptions = (
            *(f"{name} is taken for what AWS documents: the inputs do not hold it" for name in self.world.taken_for),
            *((SCP_UNREAD,) if unread else ()),
        )

    def explain(self, step: Step) -> Explained:
        """The evidence of a step, and what would stop it."""
        return self.explainer.explain(step)

    def _strangers(self) -> Iterator[Strangers]:
        for each in self.rights:
            role = each.principal
            if each.standing is Standing.CANNOT or not isinstance(role, Role) or role not in self.world.public_set:
                continue
            found = open_trust(str(role.name), self.world.trust_of(role), role.account)
            if found.everybody is not Truth.FALSE:
                sure = each.standing is not Standing.UNKNOWN
                unknowns = found.unknowns if found.everybody is Truth.UNKNOWN else ()
                yield Strangers(role, found.everybody if sure else Truth.UNKNOWN, (*unknowns, *each.unknowns))
