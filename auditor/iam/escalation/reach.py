"""On which targets an action is allowed, asked once for all of them, so that most need not be asked one by one."""

import re
from enum import Enum
from functools import lru_cache

import msgspec

from auditor.iam.elements import Policy
from auditor.iam.escalation.catalogue import PATHS
from auditor.iam.escalation.masks import bit
from auditor.iam.escalation.node import Node
from auditor.iam.escalation.path import On
from auditor.iam.escalation.subject import Held, Subject
from auditor.iam.escalation.world import World
from auditor.iam.escalation.written import OPEN_TRUST, trust_in
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.text import text

_WILD = re.compile(r"[*?]")
_WHICH = Unknown(Cause.UNDECIDED, "which user or role")
_OF_TARGET = ("resourcetag/", "iam:permissionsboundary", "iam:passedtoservice")
_NAMES = {On.USER: "user", On.ROLE: "role", On.POLICY: "policy"}
_KINDS = {need.action: _NAMES[need.on] for path in PATHS for need in path.needs if need.on in _NAMES}


class Reach(Enum):
    """On which targets an action is allowed."""

    ALL = "all"
    SOME = "some"
    NONE = "none"
    UNSURE = "the same is undecided for all"


class Reaches:
    """The reach of actions of nodes.

    Args:
        world: prepared inventory.
        may: whether what is not decided counts too.
    """

    def __init__(self, world: World, *, may: bool) -> None:
        self._world = world
        self._may = may
        self._alone: dict[int, Policy] = {}

    def may(self, node: Node, action: str) -> bool:
        """Whether it is worth while to ask about an action target by target."""
        reach = self.of(node, action)
        return reach is not Reach.NONE and (self._may or reach is not Reach.UNSURE)

    def of(self, node: Node, action: str) -> Reach:
        """On which targets an action is allowed, asked once with a target that is not told."""
        found = node.reach.get(action)
        if found is None:
            who = node.subject
            free = who.boundary is None and not who.scp
            sure = free and self._world.readings.certain(who.policies) & bit(action)
            if sure:
                found = Reach.ALL
            elif all(_is_narrow(part) for part in self._world.readings.about(who.policies, action)):
                # Few targets are meant: they are asked about one by one.
                found = Reach.SOME
            else:
                found = self._ask(who, action)
            node.reach[action] = found
        return found

    def never_assumes(self, node: Node) -> bool:
        """Whether a Deny keeps a node from assuming any role, whatever its trust policy says."""
        if node.never_assumes is None:
            who, readings = node.subject, self._world.readings
            denied = any(readings.of(policy).denies & bit("sts:AssumeRole") for policy in who.policies)
            node.never_assumes = bool(who.scp or denied) and self._is_kept_out(who)
        return node.never_assumes

    def _is_kept_out(self, who: Subject) -> bool:
        resource = text("arn:", who.partition, ":iam::", who.account, ":role/", _WHICH)
        decision = self._world.asker.decide(who, "sts:AssumeRole", resource, on=(OPEN_TRUST,))
        return decision.allowed is Truth.FALSE

    def telling(self, node: Node, action: str) -> tuple[Policy, ...]:
        """The statements about an action that can decide: where only certain steps count, those that may be certain.

        A statement under a condition on what the input never tells would otherwise have every target asked about.
        """
        if self._may:
            return self._world.readings.about(node.subject.policies, action)
        found = node.sure.get(action)
        if found is None:
            about = self._world.readings.about(node.subject.policies, action)
            found = node.sure[action] = tuple(self._sure_part(node, action, part) for part in about)
        return found

    def _sure_part(self, node: Node, action: str, part: Policy) -> Policy:
        kept = []
        for statement in part.statements:
            if statement.conditions and statement.is_allow:
                # The same policy for the same statement, so that what is answered of it is kept.
                policy = self._alone.get(id(statement))
                if policy is None:
                    policy = self._alone[id(statement)] = Policy(part.version, (statement,))
                who = node.subject
                alone = Subject(who.caller, who.account, (Held(policy),), principal=who.principal)
                if self._ask(alone, action) in {Reach.UNSURE, Reach.NONE}:
                    continue
            kept.append(statement)
        return part if len(kept) == len(part.statements) else msgspec.structs.replace(part, statements=tuple(kept))

    def _ask(self, who: Subject, action: str) -> Reach:
        kind = _KINDS.get(action, "role")
        trust: tuple[Policy, ...] = ()
        if action == "sts:AssumeRole":
            if self._world.has_accounts:
                return Reach.SOME
            trust = (trust_in(who.account),)
        resource = text("arn:", who.partition, ":iam::", who.account, f":{kind}/", _WHICH)
        decision = self._world.asker.decide(who, action, resource, on=trust)
        if decision.allowed is not Truth.UNKNOWN:
            return Reach.ALL if decision.allowed is Truth.TRUE else Reach.NONE
        if any(why is _WHICH or any(word in why.detail for word in _OF_TARGET) for why in decision.unknowns):
            return Reach.SOME
        return Reach.UNSURE


def _is_narrow(part: Policy) -> bool:
    """Whether the Allow statements of a policy mean few users, roles and policies, as far as their patterns show."""
    if part.open:
        return False
    for statement in part.statements:
        if statement.is_deny:
            continue
        named = statement.resources
        if named is None or named.open is not None or not all(_means_few(written.literal) for written in named.items):
            return False
    return True


@lru_cache(maxsize=65536)
def _means_few(literal: str | None) -> bool:
    """Whether a pattern has no wildcard, begins a name before its first one, or is about another service."""
    if literal is None or "${" in literal:
        return False
    told = _WILD.split(literal, maxsplit=1)[0]
    if told == literal:
        return True
    segments = told.split(":", 5)
    if len(segments) > 3 and segments[2] != "iam":
        return True
    return len(segments) == 6 and "/" in segments[5] and not segments[5].endswith("/")
