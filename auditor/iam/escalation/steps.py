"""One step from a principal to more rights: whether its permissions, and what must be there, hold for a target."""

from collections.abc import Iterator, Sequence

import msgspec

from auditor.iam.access import is_service_linked
from auditor.iam.elements import Policy
from auditor.iam.escalation.asking import Context, Seen, best
from auditor.iam.escalation.catalogue import PATHS
from auditor.iam.escalation.masks import bit, bits
from auditor.iam.escalation.node import Node
from auditor.iam.escalation.path import Actor, Gain, Need, On, Path
from auditor.iam.escalation.reach import Reaches
from auditor.iam.escalation.reached import Reached, Trusting, among
from auditor.iam.escalation.step import Step, credentials
from auditor.iam.escalation.things import Found, find, grouped
from auditor.iam.escalation.world import World
from auditor.iam.escalation.written import OPEN_TRUST
from auditor.model.iam import Group, Role, User
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.text import Text, text


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
        self._reaches = Reaches(world, may=may)
        self._assumable: dict[bool, dict[Role, Node]] = {}

    def first(self, node: Node, reached: Reached, *, whole: bool) -> Step | None:
        """The first step in the order of the catalogue; `whole` when steps that give every right count too."""
        self._assumable = {}
        leading = reached.led_to(whole=whole)
        for path in node.paths:
            if path.id not in leading:
                continue
            if path.by is not Actor.ANY and (path.by is Actor.USER) is not isinstance(node.principal, User):
                continue
            if path.open_question and not self._may and path.id not in _MAY_BE_SETTLED:
                continue
            for step in self._steps(node, path, reached):
                if self._counts(step.truth):
                    return step
        return None

    def _counts(self, truth: Truth) -> bool:
        """Whether a step is looked for of which a part is so; nothing more of others need be asked."""
        return truth is Truth.TRUE or (self._may and truth is Truth.UNKNOWN)

    def _steps(self, node: Node, path: Path, reached: Reached) -> Iterator[Step]:
        match path.gain:
            case Gain.PASSED_ROLE:
                yield from self._passes(node, path, reached)
            case Gain.THING_ROLE:
                yield from self._uses(node, path, reached)
            case Gain.ASSUMED_ROLE:
                yield from self._assumes(node, path, reached)
            case Gain.RETRUSTED_ROLE:
                for role, target in self._meant(node, path.needs[0], reached.roles):
                    if is_service_linked(role):
                        continue
                    yield self._step(node, path, target, self._retrust(node, path.needs[0], role))
            case Gain.USER:
                yield from self._users(node, path, reached.users)
            case Gain.NEW_USER:
                yield self._new_principal(node, path)
            case _:
                yield from self._edits(node, path, reached)

    def _edits(self, node: Node, path: Path, reached: Reached) -> Iterator[Step]:
        """Paths that give somebody more than it has, oneself or another."""
        match path.gain:
            case Gain.ONESELF:
                yield from self._oneself(node, path, reached)
            case Gain.EDITED_ROLE:
                yield from self._edits_role(node, path, reached)
            case Gain.EDITED_USER:
                yield from self._edits_user(node, path, reached.edited_users)
            case Gain.JOINED_GROUP if isinstance(node.principal, User) and not node.edited:
                for target in reached.joined.get(node.principal, ()):
                    more = [group for group in target.joined if group not in node.joined]
                    if len(more) == len(target.joined) - len(node.joined) > 0:
                        seen = [self._on_group(node, path.needs[0], group) for group in more]
                        yield self._step(node, path, target, seen)

    # -- targets ------------------------------------------------------------------------------------------------------

    def _meant(self, node: Node, need: Need, reached: dict[Role, Node]) -> Iterator[tuple[Role, Node]]:
        """The reached roles that a need can mean."""
        if reached and self._reaches.may(node, need.action):
            yield from among(reached, self.world.role_targets.meant(self._reaches.telling(node, need.action)))

    def _meant_users(self, node: Node, needs: tuple[Need, ...], reached: dict[User, Node]) -> dict[User, Node]:
        """The reached users that all of some needs can mean."""
        if not reached or not all(self._reaches.may(node, need.action) for need in needs):
            return {}
        for need in needs:
            some = self.world.user_targets.meant(self._reaches.telling(node, need.action))
            if some is not None:
                reached = dict(among(reached, some))
        return reached

    def _may_be_assumed(self, node: Node, reached: Reached, *, edited: bool) -> dict[Role, Node]:
        """The reached roles whose trust policy can let a node in, as far as names tell."""
        found = self._assumable.get(edited)
        if found is None:
            found = self._assumable[edited] = reached.trusting(node, self.world, self._reaches, edited=edited)
        return found

    # -- single permissions -------------------------------------------------------------------------------------------

    def _ask(self, node: Node, need: Need, resource: Text | None, context: Context, *trust: Policy) -> Seen:
        return self.asker.ask(node.subject, need, resource, context, trust)

    def _on(self, node: Node, need: Need, target: User | Role) -> Seen:
        return self._ask(node, need, target.arn, self.world.tags(target))

    def _on_all(self, node: Node, needs: tuple[Need, ...], target: User | Role) -> list[Seen]:
        """Several permissions, up to the first for which the step does not count."""
        found = []
        for need in needs:
            found.append(self._on(node, need, target))
            if not self._counts(found[-1].truth):
                break
        return found

    def _on_group(self, node: Node, need: Need, group: Group) -> Seen:
        return self._ask(node, need, group.arn, {})

    def _on_policy(self, node: Node, need: Need, target: User | Role) -> Seen | None:
        """The permission on the best of the customer managed policies of a principal; None when it has none."""
        return best(self._ask(node, need, policy.arn, {}) for policy in self.world.attached(target))

    def _editing(self, node: Node, need: Need, target: User | Role) -> Seen | None:
        """The permission to change the rights of a principal: by a policy that it has, or by itself."""
        return self._on_policy(node, need, target) if need.on is On.POLICY else self._on(node, need, target)

    def _assume(self, node: Node, need: Need, role: Role) -> Seen:
        return self._ask(node, need, role.arn, self.world.tags(role), self.world.trust_of(role))

    def _retrust(self, node: Node, need: Need, role: Role) -> list[Seen]:
        """Rewriting the trust policy, and then assuming the role, which nothing may deny."""
        first = self._on(node, need, role)
        if not self._counts(first.truth):
            return [first]
        return [first, self._ask(node, _ASSUME, role.arn, self.world.tags(role), OPEN_TRUST)]

    def _things(self, node: Node, path: Path) -> Found:
        found = node.things.get(path.id)
        if found is None:
            truth, seen = Truth.TRUE, list[Seen]()
            for needs in grouped(path.needs):
                fresh = path.gain is Gain.NEW_USER
                one = find(
                    self.asker,
                    node.subject,
                    needs,
                    {"iam:permissionsboundary": None} if fresh else None,
                    taken=self.world.exists if fresh else None,
                )
                truth &= one.truth
                seen.extend(one.seen)
                if truth is Truth.FALSE:
                    break
            found = node.things[path.id] = Found(truth, tuple(seen))
        return found

    # -- paths --------------------------------------------------------------------------------------------------------

    def _passes(self, node: Node, path: Path, reached: Reached) -> Iterator[Step]:
        if not self._reaches.may(node, "iam:PassRole"):
            return
        as_is = reached.running(self.world, path, edited=False)
        yield from self._passes_to(node, path, as_is.trusting, as_is.nodes)
        if node.allowed & _EDITS:
            edited = reached.running(self.world, path, edited=True)
            editable = self._editable(node, edited.nodes)
            for step in self._passes_to(node, path, edited.trusting, editable):
                yield self._edited_before(node, step)

    def _passes_to(
        self, node: Node, path: Path, trusting: dict[Role, Trusting], nodes: dict[Role, Node]
    ) -> Iterator[Step]:
        for role, target in self._meant(node, path.needs[0], nodes):
            _, trusted, service, held = trusting[role]
            if role.account != node.principal.account or not self._counts(trusted):
                continue
            things = self._things(node, path)
            if not self._counts(things.truth):
                return
            context = {**self.world.tags(role), "iam:passedtoservice": (text(service),)}
            passed = self._ask(node, path.needs[0], role.arn, context)
            truth = things.truth & passed.truth & trusted
            more = self.world.trust_unknown(role, service) if trusted is Truth.UNKNOWN else ()
            settled = path.id in _SETTLED_BY_PROFILE and held is Truth.TRUE
            seen = (passed, *things.seen)
            yield self._made(node, path, target, truth, seen, more=more, service=service, settled=settled)

    def _editable(self, node: Node, roles: dict[Role, Node]) -> dict[Role, Node]:
        """Those of some roles that a node may be able to give every right."""
        found: dict[Role, Node] = {}
        for need in _EDITING if roles else ():
            if node.allowed & bit(need.action) and self._reaches.may(node, need.action):
                if need.on is On.POLICY:
                    found.update(self._with_own_policy(node, need, roles))
                else:
                    found.update(among(roles, self.world.role_targets.meant(self._reaches.telling(node, need.action))))
        return found

    def _edited_before(self, node: Node, step: Step) -> Step:
        """A step to a role that the caller can give every right before; FALSE where it cannot."""
        target = step.target
        if target is None or step.truth is Truth.FALSE:
            return step
        needs = (need for need in _EDITING if node.allowed & bit(need.action))
        ways = (self._editing(node, need, target.principal) for need in needs)
        edit = best(seen for seen in ways if seen is not None)
        if edit is None or edit.truth is Truth.FALSE:
            return msgspec.structs.replace(step, truth=Truth.FALSE)
        why = edit.decision.unknowns if edit.truth is Truth.UNKNOWN else ()
        return msgspec.structs.replace(
            step,
            truth=step.truth & edit.truth,
            seen=(*step.seen, edit),
            unknowns=tuple(dict.fromkeys((*step.unknowns, *why))),
            before=f"gives the role every right by {edit.need.action}",
        )

    def _uses(self, node: Node, path: Path, reached: Reached) -> Iterator[Step]:
        """What runs with a role: a function of the inventory, or something that may be there."""
        functions = self.world.functions if path.id.startswith("lambda-") else {}
        running = reached.running(self.world, path, edited=False).trusting if self._may else {}
        if not (functions or running) or not reached.roles or self._things(node, path).truth is Truth.FALSE:
            return
        for arn, found in functions.items():
            for role in self.world.role_targets.called(arn):
                target = reached.roles.get(role)
                for function in found if target is not None else ():
                    seen = [self._ask(node, need, function.arn, {}) for need in path.needs]
                    yield self._step(node, path, target, seen, settled=True)
        for role, each in running.items():
            if role.account == node.principal.account:
                things = self._things(node, path)
                yield self._made(node, path, each.node, Truth.UNKNOWN, things.seen, service=each.service)

    def _assumes(self, node: Node, path: Path, reached: Reached) -> Iterator[Step]:
        for role, target in self._may_be_assumed(node, reached, edited=False).items():
            yield self._step(node, path, target, [self._assume(node, path.needs[0], role)])

    def _users(self, node: Node, path: Path, reached: dict[User, Node]) -> Iterator[Step]:
        for user, target in self._meant_users(node, path.needs, reached).items():
            if user is node.principal:
                continue
            there = credentials(path, user)
            if there is Truth.FALSE or (there is Truth.UNKNOWN and not self._may):
                continue
            step = self._step(node, path, target, self._on_all(node, path.needs, user), settled=True)
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
            for group in (*node.subject.groups, *node.joined):
                yield self._step(node, path, target, [self._on_group(node, need, group)])
            return
        seen = self._editing(node, need, principal)
        if seen is not None:
            yield self._step(node, path, target, [seen])

    def _edits_role(self, node: Node, path: Path, reached: Reached) -> Iterator[Step]:
        edit, entry = path.needs
        if not reached.edited_roles or not self._reaches.may(node, edit.action):
            return
        if entry.action == "sts:AssumeRole":
            roles = self._may_be_assumed(node, reached, edited=True)
        else:
            roles = dict(self._meant(node, entry, reached.edited_roles))
        if edit.on is On.ROLE:
            pairs = among(roles, self.world.role_targets.meant(self._reaches.telling(node, edit.action)))
        else:
            pairs = self._with_own_policy(node, edit, roles)
        for role, target in pairs if roles else ():
            if role is node.principal:
                continue
            seen = self._editing(node, edit, role)
            if seen is None or not self._counts(seen.truth):
                continue
            if entry.action == "sts:AssumeRole":
                more = [self._assume(node, entry, role)]
            else:
                more = self._retrust(node, entry, role)
            yield self._step(node, path, target, [seen, *more])

    def _with_own_policy(self, node: Node, edit: Need, roles: dict[Role, Node]) -> Iterator[tuple[Role, Node]]:
        """Those of some roles that have a managed policy which the node may be able to rewrite."""
        some = self.world.policy_targets.meant(self._reaches.telling(node, edit.action))
        if some is None:
            yield from roles.items()
            return
        for policy in some:
            for role in self.world.roles_with(policy):
                if role in roles:
                    yield role, roles[role]

    def _edits_user(self, node: Node, path: Path, reached: dict[User, Node]) -> Iterator[Step]:
        for user, target in self._meant_users(node, path.needs, reached).items():
            if user is not node.principal and credentials(path, user) is not Truth.FALSE:
                yield self._step(node, path, target, self._on_all(node, path.needs, user))

    def _new_principal(self, node: Node, path: Path) -> Step:
        """A user or role of one's own making with every right; a role must be assumed, which nothing may deny."""
        found = self._things(node, path)
        seen = found.seen
        if found.truth is not Truth.FALSE and "iam:CreateRole" in path.actions:
            seen = (*seen, self._ask(node, _ASSUME, seen[0].resource, {}, OPEN_TRUST))
        return self._step(node, path, None, seen)

    # -- making steps -------------------------------------------------------------------------------------------------

    def _step(
        self, node: Node, path: Path, target: Node | None, seen: Sequence[Seen], *, settled: bool = False
    ) -> Step:
        truth = Truth.TRUE
        for each in seen:
            truth &= each.truth
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
        why = [reason for each in seen if each.truth is Truth.UNKNOWN for reason in each.decision.unknowns]
        why.extend(more)
        if path.open_question and not settled:
            truth &= Truth.UNKNOWN
            why.append(Unknown(Cause.NOT_HERE, f"whether {path.given}"))
        kept = tuple(dict.fromkeys(why)) if truth is Truth.UNKNOWN else ()
        return Step(path, node, target, truth, seen, kept, service)


_ASSUME = Need("sts:AssumeRole", On.ROLE)
_SETTLED_BY_PROFILE = frozenset({"ec2-001", "ec2-003"})
_EDITING = (
    Need("iam:PutRolePolicy", On.ROLE),
    Need("iam:AttachRolePolicy", On.ROLE),
    Need("iam:CreatePolicyVersion", On.POLICY),
)
_EDITS = bits(tuple(need.action for need in _EDITING))
_SETTLED_BY_GAIN = frozenset(path.id for path in PATHS if path.gain in {Gain.USER, Gain.THING_ROLE})
_MAY_BE_SETTLED = _SETTLED_BY_PROFILE | _SETTLED_BY_GAIN
"""The paths of which an inventory can tell what they leave open."""
