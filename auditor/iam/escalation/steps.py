"""One step from a principal to more rights: whether its permissions, and what must be there, hold for a target."""

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import TypeVar

import msgspec

from auditor.iam.decision import Decision, Effect
from auditor.iam.document import parse
from auditor.iam.elements import Policy
from auditor.iam.escalation.asking import Context
from auditor.iam.escalation.catalogue import PATHS
from auditor.iam.escalation.enabled import attachable, trust_in
from auditor.iam.escalation.masks import bit
from auditor.iam.escalation.path import Actor, Gain, Need, On, Path
from auditor.iam.escalation.subject import Held, Subject
from auditor.iam.escalation.things import Found, Seen, find, grouped
from auditor.iam.escalation.world import Node, World
from auditor.model.iam import Group, Role, User
from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.policy import Document, node_of
from auditor.model.text import Text, text


class Step(msgspec.Struct, frozen=True):
    """A step that can be taken, or may be.

    Attributes:
        path: of the catalogue.
        source: who takes it.
        target: whose rights it gives; None when it gives every right at once.
        truth: TRUE, or UNKNOWN.
        seen: each permission as it was decided.
        given: what must be there and is taken for given, or is open, in words.
        unknowns: what decides when it is not decided.
        service: to which a role is passed; empty for other paths.
    """

    path: Path
    source: Node
    target: Node | None
    truth: Truth
    seen: tuple[Seen, ...] = ()
    given: str = ""
    unknowns: tuple[Unknown, ...] = ()
    service: str = ""


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
        self._trusting: dict[tuple[str, ...], dict[Role, tuple[Truth, str]]] = {}
        for node in nodes:
            self._add(node)

    def trusting(self, world: World, services: tuple[str, ...]) -> dict[Role, tuple[Truth, str]]:
        """The roles that trust one of some services, or may, with which."""
        found = self._trusting.get(services)
        if found is None:
            every = ((role, world.trusting(services, role)) for role in self.roles)
            found = {role: trusted for role, trusted in every if trusted[0] is not Truth.FALSE}
            self._trusting[services] = found
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


class Steps:
    """Finds a step from a node to one of some reached nodes.

    Args:
        world: prepared inventory.
        may: whether steps that are not decided count too.
    """

    def __init__(self, world: World, *, may: bool) -> None:
        self.world = world
        self.asker = world.asker
        self._may = may
        self._sure: dict[tuple[int, str], tuple[Policy, ...]] = {}
        self._reach: dict[tuple[int, str], Reach] = {}

    def first(self, node: Node, reached: Reached, *, whole: bool) -> Step | None:
        """The first step in the order of the catalogue; `whole` when steps that give every right count too."""
        for path in node.paths:
            if path.by is not Actor.ANY and (path.by is Actor.USER) is not isinstance(node.principal, User):
                continue
            if path.open_question and not self._may and path.gain is not Gain.USER and path.gain is not Gain.THING_ROLE:
                continue
            for step in self._steps(node, path, reached, whole=whole):
                if step.truth is Truth.TRUE or (self._may and step.truth is Truth.UNKNOWN):
                    return step
        return None

    def _steps(self, node: Node, path: Path, reached: Reached, *, whole: bool) -> Iterator[Step]:
        if path.gain in {Gain.EDITED_ROLE, Gain.EDITED_USER, Gain.ONESELF, Gain.JOINED_GROUP}:
            yield from self._edits(node, path, reached)
            return
        match path.gain:
            case Gain.PASSED_ROLE:
                yield from self._passes(node, path, reached)
            case Gain.THING_ROLE:
                yield from self._uses(node, path, reached)
            case Gain.ASSUMED_ROLE:
                yield from self._assumes(node, path, reached.roles)
            case Gain.RETRUSTED_ROLE:
                for role, target in self._meant(node, path.needs[0], reached.roles):
                    yield self._step(node, path, target, self._retrust(node, path.needs[0], role))
            case Gain.USER:
                yield from self._users(node, path, reached.users)
            case Gain.NEW_USER if whole:
                yield self._new_principal(node, path)

    def _edits(self, node: Node, path: Path, reached: Reached) -> Iterator[Step]:
        """Paths that give somebody more than it has, oneself or another."""
        match path.gain:
            case Gain.ONESELF:
                yield from self._oneself(node, path, reached)
            case Gain.EDITED_ROLE:
                yield from self._edits_role(node, path, reached.edited_roles)
            case Gain.EDITED_USER:
                yield from self._edits_user(node, path, reached.edited_users)
            case Gain.JOINED_GROUP if isinstance(node.principal, User) and not node.edited and node.joined is None:
                for target in reached.joined.get(node.principal, ()):
                    if target.joined is not None:
                        yield self._step(node, path, target, [self._on_group(node, path.needs[0], target.joined)])

    # -- targets ------------------------------------------------------------------------------------------------------

    def _meant(self, node: Node, need: Need, reached: dict[Role, Node]) -> Iterator[tuple[Role, Node]]:
        """The reached roles that a need can mean."""
        if reached and self._reaches(node, need.action):
            yield from _among(reached, self.world.role_targets.meant(self._telling(node, need.action)))

    def _meant_users(self, node: Node, need: Need, reached: dict[User, Node]) -> Iterator[tuple[User, Node]]:
        if reached and self._reaches(node, need.action):
            yield from _among(reached, self.world.user_targets.meant(self._telling(node, need.action)))

    def _reaches(self, node: Node, action: str) -> bool:
        """Whether it is worth while to ask about an action target by target."""
        reach = self._reach_of(node, action)
        return reach is not Reach.NONE and (self._may or reach is not Reach.UNSURE)

    def _reach_of(self, node: Node, action: str) -> "Reach":
        """On which targets an action is allowed, asked once with a target that is not told."""
        key = (id(node), action)
        found = self._reach.get(key)
        if found is None:
            found = self._reach[key] = self._ask_reach(node.subject, action)
        return found

    def _telling(self, node: Node, action: str) -> tuple[Policy, ...]:
        """The statements about an action that can decide: where only certain steps count, those that may be certain.

        A statement under a condition on what the input never tells would otherwise have every target asked about.
        """
        about = self.world.readings.about(node.subject.policies, action)
        if self._may:
            return about
        key = (id(node), action)
        found = self._sure.get(key)
        if found is None:
            found = self._sure[key] = tuple(self._sure_part(node, action, part) for part in about)
        return found

    def _sure_part(self, node: Node, action: str, part: Policy) -> Policy:
        kept = []
        for statement in part.statements:
            if statement.conditions and isinstance(statement.effect, Known) and statement.effect.value == "Allow":
                alone = Subject(
                    node.subject.caller,
                    node.subject.account,
                    (Held(Policy(part.version, (statement,))),),
                    principal=node.subject.principal,
                )
                if self._ask_reach(alone, action) in {Reach.UNSURE, Reach.NONE}:
                    continue
            kept.append(statement)
        return part if len(kept) == len(part.statements) else msgspec.structs.replace(part, statements=tuple(kept))

    def _ask_reach(self, who: Subject, action: str) -> "Reach":
        kind = _KINDS.get(action, "role")
        trust: tuple[Policy, ...] = ()
        if action == "sts:AssumeRole":
            if self.world.has_accounts:
                return Reach.SOME
            trust = (trust_in(who.account),)
        resource = text("arn:", who.partition, ":iam::", who.account, f":{kind}/", _WHICH)
        decision = self.asker.decide(who, action, resource, options=attachable(who), resource_policies=trust)
        if decision.allowed is not Truth.UNKNOWN:
            return Reach.ALL if decision.allowed is Truth.TRUE else Reach.NONE
        if any(why is _WHICH or any(word in why.detail for word in _OF_TARGET) for why in decision.unknowns):
            return Reach.SOME
        return Reach.UNSURE

    def _may_be_assumed(self, node: Node, reached: dict[Role, Node]) -> dict[Role, Node]:
        """The reached roles whose trust policy can let a node in, as far as names tell."""
        found: dict[Role, None] = {}
        if node.principal.arn is not None:
            found.update(dict.fromkeys(self.world.named.get(node.principal.arn, ())))
        found.update(dict.fromkeys(self.world.public))
        if node.allowed & bit("sts:AssumeRole") and self._reaches(node, "sts:AssumeRole"):
            some = self.world.role_targets.meant(self._telling(node, "sts:AssumeRole"))
            wide = self.world.wide_set
            found.update((role, None) for role in (reached if some is None else some) if role in wide)
        return {role: reached[role] for role in found if role in reached and role is not node.principal}

    # -- single permissions -------------------------------------------------------------------------------------------

    def _ask(
        self, node: Node, need: Need, resource: Text | None, context: Context, trust: tuple[Policy, ...] = ()
    ) -> Seen:
        who = node.subject
        if resource is None:
            why = Unknown(Cause.UNDECIDED, "the ARN of the target is not told")
            return Seen(need, text("*"), Decision(Effect.UNKNOWN, unknowns=(why,)))
        decision = self.asker.decide(
            who, need.action, resource, context=context, resource_policies=trust, options=attachable(who)
        )
        return Seen(need, resource, decision, context, trust)

    def _on(self, node: Node, need: Need, target: User | Role) -> Seen:
        return self._ask(node, need, target.arn, self.world.tags(target))

    def _on_group(self, node: Node, need: Need, group: Group) -> Seen:
        return self._ask(node, need, group.arn, {})

    def _on_policy(self, node: Node, need: Need, target: User | Role) -> Seen | None:
        """The permission on the best of the customer managed policies of a principal; None when it has none."""
        best: Seen | None = None
        for policy in self.world.attached(target):
            seen = self._ask(node, need, policy.arn, {})
            if seen.decision.allowed is Truth.TRUE:
                return seen
            if best is None or best.decision.allowed is Truth.FALSE:
                best = seen
        return best

    def _assume(self, node: Node, need: Need, role: Role) -> Seen:
        return self._ask(node, need, role.arn, self.world.tags(role), (self.world.trust_of(role),))

    def _retrust(self, node: Node, need: Need, role: Role) -> list[Seen]:
        """Rewriting the trust policy, and then assuming the role, which nothing may deny."""
        first = self._on(node, need, role)
        if first.decision.allowed is Truth.FALSE:
            return [first]
        return [first, self._ask(node, _ASSUME, role.arn, self.world.tags(role), (_OPEN_TRUST,))]

    def _things(self, node: Node, path: Path) -> Found:
        found = node.things.get(path.id)
        if found is None:
            truth, seen = Truth.TRUE, list[Seen]()
            for needs in grouped(path.needs):
                context = {"iam:permissionsboundary": None} if path.gain is Gain.NEW_USER else None
                one = find(self.asker, node.subject, needs, context, attachable(node.subject))
                truth &= one.truth
                seen.extend(one.seen)
                if truth is Truth.FALSE:
                    break
            found = node.things[path.id] = Found(truth, tuple(seen))
        return found

    # -- paths --------------------------------------------------------------------------------------------------------

    def _passes(self, node: Node, path: Path, reached: Reached) -> Iterator[Step]:
        if not reached.roles or not self._reaches(node, "iam:PassRole"):
            return
        things = self._things(node, path)
        if things.truth is Truth.FALSE:
            return
        trusting = reached.trusting(self.world, path.service)
        nodes = {role: reached.roles[role] for role in trusting}
        for role, target in self._meant(node, path.needs[0], nodes):
            if role.account != node.principal.account:
                continue
            trusted, service = trusting[role]
            context = {**self.world.tags(role), "iam:passedtoservice": (text(service),)}
            passed = self._ask(node, path.needs[0], role.arn, context)
            truth = things.truth & passed.decision.allowed & trusted
            more = self._trust_unknown(role, service) if trusted is Truth.UNKNOWN else ()
            yield self._made(node, path, target, truth, (passed, *things.seen), more=more, service=service)

    def _trust_unknown(self, role: Role, service: str) -> tuple[Unknown, ...]:
        policy = self.world.trust_of(role)
        return policy.open or (Unknown(Cause.UNDECIDED, f"whether role {role.name} lets {service} assume it"),)

    def _uses(self, node: Node, path: Path, reached: Reached) -> Iterator[Step]:
        """What runs with a role: a function of the inventory, or something that may be there."""
        if not reached.roles or self._things(node, path).truth is Truth.FALSE:
            return
        functions = self.world.functions if path.id.startswith("lambda-") else {}
        for arn, found in functions.items():
            for role in self.world.role_targets.called(arn):
                target = reached.roles.get(role)
                for function in found if target is not None else ():
                    seen = [self._ask(node, need, function.arn, {}) for need in path.needs]
                    yield self._step(node, path, target, seen, settled=True)
        if not self._may:
            return
        for role, (_, service) in reached.trusting(self.world, path.service).items():
            if role.account == node.principal.account:
                things = self._things(node, path)
                yield self._made(node, path, reached.roles[role], Truth.UNKNOWN, things.seen, service=service)

    def _assumes(self, node: Node, path: Path, reached: dict[Role, Node]) -> Iterator[Step]:
        for role, target in self._may_be_assumed(node, reached).items() if reached else ():
            yield self._step(node, path, target, [self._assume(node, path.needs[0], role)])

    def _users(self, node: Node, path: Path, reached: dict[User, Node]) -> Iterator[Step]:
        for user, target in self._meant_users(node, path.needs[0], reached):
            if user is node.principal:
                continue
            there = _credentials(path, user)
            if there is Truth.FALSE or (there is Truth.UNKNOWN and not self._may):
                continue
            step = self._step(node, path, target, [self._on(node, need, user) for need in path.needs], settled=True)
            if there is Truth.UNKNOWN and step.truth is Truth.TRUE:
                why = Unknown(Cause.NOT_ASKED, f"whether {path.given}")
                step = msgspec.structs.replace(step, truth=Truth.UNKNOWN, unknowns=(why,))
            yield step

    def _oneself(self, node: Node, path: Path, reached: Reached) -> Iterator[Step]:
        principal = node.principal
        target = (
            reached.edited_roles.get(principal) if isinstance(principal, Role) else reached.edited_users.get(principal)
        )
        if target is None or node.edited:
            return
        need = path.needs[0]
        if need.on is On.GROUP:
            joined = () if node.joined is None else (node.joined,)
            for group in (*node.subject.groups, *joined):
                yield self._step(node, path, target, [self._on_group(node, need, group)])
            return
        seen = self._on_policy(node, need, principal) if need.on is On.POLICY else self._on(node, need, principal)
        if seen is not None:
            yield self._step(node, path, target, [seen])

    def _edits_role(self, node: Node, path: Path, reached: dict[Role, Node]) -> Iterator[Step]:
        edit, entry = path.needs
        if not reached or not self._reaches(node, edit.action):
            return
        if entry.action == "sts:AssumeRole":
            pairs: Iterable[tuple[Role, Node]] = self._may_be_assumed(node, reached).items()
        else:
            pairs = self._meant(node, entry, reached)
        if edit.on is On.ROLE:
            pairs = _among(dict(pairs), self.world.role_targets.meant(self._telling(node, edit.action)))
        else:
            pairs = self._with_own_policy(node, edit, dict(pairs))
        for role, target in pairs:
            if role is node.principal:
                continue
            seen = self._on_policy(node, edit, role) if edit.on is On.POLICY else self._on(node, edit, role)
            if seen is None or seen.decision.allowed is Truth.FALSE:
                continue
            if entry.action == "sts:AssumeRole":
                more = [self._assume(node, entry, role)]
            else:
                more = self._retrust(node, entry, role)
            yield self._step(node, path, target, [seen, *more])

    def _with_own_policy(self, node: Node, edit: Need, found: dict[Role, Node]) -> Iterator[tuple[Role, Node]]:
        """Those of some roles that have a managed policy which the node may be able to rewrite."""
        some = self.world.policy_targets.meant(self._telling(node, edit.action))
        if some is None:
            yield from found.items()
            return
        for policy in some:
            for role in self.world.roles_with(policy):
                if role in found:
                    yield role, found[role]

    def _edits_user(self, node: Node, path: Path, reached: dict[User, Node]) -> Iterator[Step]:
        for user, target in self._meant_users(node, path.needs[0], reached):
            if user is not node.principal and _credentials(path, user) is not Truth.FALSE:
                yield self._step(node, path, target, [self._on(node, need, user) for need in path.needs])

    def _new_principal(self, node: Node, path: Path) -> Step:
        """A user or role of one's own making with every right; a role must be assumed, which nothing may deny."""
        found = self._things(node, path)
        seen = found.seen
        if found.truth is not Truth.FALSE and "iam:CreateRole" in path.actions:
            seen = (*seen, self._ask(node, _ASSUME, seen[0].resource, {}, (_OPEN_TRUST,)))
        return self._step(node, path, None, seen)

    # -- making steps -------------------------------------------------------------------------------------------------

    def _step(
        self, node: Node, path: Path, target: Node | None, seen: Sequence[Seen], *, settled: bool = False
    ) -> Step:
        truth = Truth.TRUE
        for each in seen:
            truth &= each.decision.allowed
        return self._made(node, path, target, truth, tuple(seen), settled=settled)

    def _made(  # noqa: PLR0913 - the parts of a step
        self,
        node: Node,
        path: Path,
        target: Node | None,
        truth: Truth,
        seen: tuple[Seen, ...],
        *,
        more: tuple[Unknown, ...] = (),
        service: str = "",
        settled: bool = False,
    ) -> Step:
        """A step; what is open about the path itself makes it undecided, unless the inventory settles it."""
        why = [reason for each in seen if each.decision.allowed is Truth.UNKNOWN for reason in each.decision.unknowns]
        why.extend(more)
        if path.open_question and not settled:
            truth &= Truth.UNKNOWN
            why.append(Unknown(Cause.NOT_HERE, f"whether {path.given}"))
        kept = tuple(dict.fromkeys(why)) if truth is Truth.UNKNOWN else ()
        return Step(path, node, target, truth, seen, path.given, kept, service)


_OPEN_TRUST = parse(
    Document(
        tree=node_of(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
            }
        )
    )
)
"""What somebody who can write a trust policy writes; a caller that it names is not limited by its boundary."""

P = TypeVar("P", User, Role)
_ASSUME = Need("sts:AssumeRole", On.ROLE)
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


def _among(reached: dict[P, Node], some: Sequence[P] | None) -> Iterator[tuple[P, Node]]:
    if some is None or len(some) > len(reached):
        chosen = None if some is None else set(some)
        yield from ((role, node) for role, node in reached.items() if chosen is None or role in chosen)
        return
    for role in some:
        node = reached.get(role)
        if node is not None:
            yield role, node


def _credentials(path: Path, user: User) -> Truth:
    """Whether the credentials of a user are as a path needs them."""
    if path.id in {"iam-004", "iam-006"}:
        if isinstance(user.has_password, Unknown):
            return Truth.UNKNOWN
        return Truth.of(user.has_password.value is (path.id == "iam-006"))
    if isinstance(user.access_keys, Known) and path.id != "iam-003":
        return Truth.of(len(user.access_keys.value) < 2)
    return Truth.TRUE
