"""What shows that a step can be taken, what would stop it, and who else would feel that."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from auditor.iam.carried import carries
from auditor.iam.decision import Reason
from auditor.iam.elements import Policy, Statement
from auditor.iam.escalation.asking import Seen
from auditor.iam.escalation.attaching import POLICY_ARN
from auditor.iam.escalation.masks import bits
from auditor.iam.escalation.node import Node
from auditor.iam.escalation.path import Gain, On, Path
from auditor.iam.escalation.step import Step
from auditor.iam.escalation.subject import Held, Subject
from auditor.iam.escalation.things import shown
from auditor.iam.escalation.world import World
from auditor.iam.escalation.written import OPEN_TRUST
from auditor.model.known import Truth
from auditor.model.origin import Location
from auditor.model.resource import Resource
from auditor.model.text import Text

_MAKING = ("iam:CreatePolicy", "iam:CreatePolicyVersion")
"""By which a policy that may be attached is made to give more first."""
_MOST_NAMED = 5


class Granting(msgspec.Struct, frozen=True):
    """A statement that gives a permission, or may.

    Attributes:
        policy: name of the policy, or whose trust policy it is.
        statement: Sid, or ``#<index>``; empty for a policy that was not read.
        group: through which group, or empty.
        aws_managed: whether AWS owns the policy, so that it cannot be changed.
        location: where it stands.
        text: what decided, in words.
        is_own: whether it is a policy of the caller, and not one of the resource.
        names_caller: whether one of the resource names the caller, and so lets in others by other names.
    """

    policy: str
    statement: str
    group: str = ""
    aws_managed: bool = False
    location: Location = Location()
    text: str = ""
    is_own: bool = True
    names_caller: bool = False


class Permission(msgspec.Struct, frozen=True):
    """One permission of a step with what gives it."""

    action: str
    resource: str
    truth: Truth
    given_by: tuple[Granting, ...]


class Change(msgspec.Struct, frozen=True):
    """What would stop a step: the change in words, and who could no longer do what."""

    text: str
    locks_out: tuple[str, ...] = ()


class Explained(msgspec.Struct, frozen=True):
    """The evidence of a step, or of a way over the mail path, and its fix."""

    permissions: tuple[Permission, ...]
    fix: Change


class Explainer:
    """Explains steps, each once.

    Args:
        world: that they were found in.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._made: dict[int, tuple[Step, Explained]] = {}
        self._allowing: dict[int, tuple[Policy, Policy]] = {}
        self._alone: dict[tuple[int, ...], tuple[Subject, Subject]] = {}
        self._holders: dict[int, list[str]] | None = None
        self._shared: dict[tuple[Node, frozenset[tuple[str, str]]], tuple[str, ...]] = {}

    def explain(self, step: Step) -> Explained:
        """What shows a step, and what would stop it."""
        if id(step) not in self._made:
            target = "" if step.target is None else str(step.target.principal.name)
            self._made[id(step)] = step, self.way(step.source, step.path, step.seen, target)
        return self._made[id(step)][1]

    def way(self, node: Node, path: Path, seen: Iterable[Seen], target: str) -> Explained:
        """What shows that somebody can walk a path to some target, by name, and what would stop it."""
        permissions = tuple(self._permission(each) for each in seen)
        return Explained(permissions, self._fix(node, path, target, permissions))

    def _permission(self, seen: Seen) -> Permission:
        """A permission with the statements that give it, or may: of the policies of who has it, and of the resource."""
        given = [*self._own(seen), *self._of_resource(seen)]
        given = given or list(self._together(seen)) or list(self._mentioned(seen))
        once = tuple(given) if len(given) < 2 else tuple(dict.fromkeys(given))
        return Permission(seen.need.action, shown(seen.resource), seen.truth, once)

    def _own(self, seen: Seen) -> Iterator[Granting]:
        """What gives a permission by itself: each policy is asked alone."""
        about = list(self._about(seen.who, (seen.need.action,)))
        keys = self._world.asker.about(seen.who, seen.need.action)[0].keys
        # Of a single policy it is known already, unless others make the policy that may be attached.
        is_known = seen.truth is Truth.TRUE and len(about) == 1 and POLICY_ARN not in keys
        for held in about:
            found = seen if is_known else self._asked([held], seen)
            if found.truth is Truth.FALSE:
                continue
            reasons = [each for each in found.decision.because if each.statement and _is_of_caller(each)]
            yield from (_granting(held, each) for each in reasons)
            if not reasons and held.policy.open:
                yield _granting(held, Reason(held.policy.open[0].detail))

    def _together(self, seen: Seen) -> Iterator[Granting]:
        """The statements without any one of which a permission is not given that no policy gives by itself."""
        if self._asked(seen.who.held, seen).truth is Truth.FALSE:
            return
        for held in self._about(seen.who, (seen.need.action, *_MAKING)):
            for statement in held.policy.statements:
                left = [each if each is not held else _without(held, statement) for each in seen.who.held]
                if not statement.is_deny and self._asked(left, seen).truth is Truth.FALSE:
                    reason = Reason("the others do not suffice", statement.label, statement.location)
                    yield _granting(held, reason)

    def _mentioned(self, seen: Seen) -> Iterator[Granting]:
        """The first statements about an action of which it was not tried on what they give it."""
        action = seen.need.action
        for held in self._about(seen.who, (action,)):
            statements = self._world.readings.of(held.policy).about(action).statements
            for statement in [each for each in statements if not each.is_deny][:_MOST_NAMED]:
                yield _granting(held, Reason("it is about the action", statement.label, statement.location))

    def _about(self, who: Subject, actions: tuple[str, ...]) -> Iterator[Held]:
        wanted = bits(actions)
        return (held for held in who.held if self._world.readings.of(held.policy).allows & wanted)

    def _asked(self, held: Sequence[Held], seen: Seen) -> Seen:
        """A permission of somebody who has some policies, and whom nothing denies anything."""
        who, policies = seen.who, tuple(self._allowed(each.policy) for each in held)
        key = (id(who), *map(id, policies))  # those of what is kept
        if key not in self._alone:
            alone = Subject(who.caller, who.account, tuple(map(Held, policies)), principal=who.principal)
            self._alone[key] = who, alone
        on = tuple(map(self._allowed, seen.on))
        return self._world.asker.ask(self._alone[key][1], seen.need, seen.resource, seen.context, on)

    def _allowed(self, policy: Policy) -> Policy:
        """A policy without its Deny statements; the same for the same, so that what is answered of it is kept."""
        if id(policy) not in self._allowing:
            kept = tuple(each for each in policy.statements if not each.is_deny)
            whole = len(kept) == len(policy.statements)
            made = policy if whole else msgspec.structs.replace(policy, statements=kept)
            self._allowing[id(policy)] = policy, made
        return self._allowing[id(policy)][1]

    def _of_resource(self, seen: Seen) -> Iterator[Granting]:
        """What a policy on the resource gives."""
        if not seen.on:
            return
        if any(policy is OPEN_TRUST for policy in seen.on):
            yield Granting("the trust policy that the step writes", "", text="it stands nowhere yet", is_own=False)
            return
        role = next(iter(self._world.role_targets.called(seen.resource)), None)
        whose = f"the policy of {shown(seen.resource)}" if role is None else f"the trust policy of role {role.name}"
        for reason in self._asked(seen.who.held, seen).decision.because:
            if reason.statement and not _is_of_caller(reason):
                at = reason.location if role is None else _in(role, reason.location)
                names = any(_names(policy, reason.statement, seen.who.caller.arn) for policy in seen.on)
                yield Granting(whose, reason.statement, "", False, at, reason.text, is_own=False, names_caller=names)

    def _fix(self, node: Node, path: Path, target: str, permissions: Sequence[Permission]) -> Change:
        who = node.name
        first = next((each for each in permissions if each.given_by), None)
        if first is None:
            return Change(f"narrow the policies of {who}")
        own = [grant for grant in first.given_by if grant.is_own]
        if not own:
            return _trusted_less(who, first)
        where = " and ".join(dict.fromkeys(_place(grant) for grant in own))
        text = f"{_advice(path, first.action, target)}: {where} {_gives(own)} it"
        return Change(text, (f"{who} can no longer do that", *self._others(node, own)))

    def _others(self, node: Node, grants: Iterable[Granting]) -> tuple[str, ...]:
        """Who else has the policies that would change."""
        if self._holders is None:
            self._holders = defaultdict(list)
            for each in self._world.nodes:
                for held in each.subject.held:
                    if held.source is not None:
                        self._holders[id(held.source)].append(each.name)
        named = frozenset((grant.policy, grant.group) for grant in grants)
        key = (node, named)
        if key not in self._shared:
            self._shared[key] = self._sharing(node, named, self._holders)
        return self._shared[key]

    def _sharing(
        self, node: Node, named: frozenset[tuple[str, str]], holders: Mapping[int, Sequence[str]]
    ) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for held in node.subject.held:
            if held.source is not None and (held.name, _group(held)) in named:
                found.update(dict.fromkeys(holders.get(id(held.source), ())))
        found.pop(node.name, None)
        if not found:
            return ()
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        return (f"the same policies are those of {', '.join(list(found)[:_MOST_NAMED])}{more}",)


def _names(policy: Policy, label: str, arn: Text | None) -> bool:
    """Whether a statement of a policy names somebody by an ARN."""
    statement = next((each for each in policy.statements if each.label == label), None)
    if statement is None or statement.principals is None:
        return False
    return any(each.value == arn for each in statement.principals.items)


def _trusted_less(who: str, permission: Permission) -> Change:
    """The change of a policy on a resource that lets somebody in who needs no policy of its own."""
    grant = permission.given_by[0]
    does = f"can no longer do {permission.action} on {permission.resource}"
    if grant.names_caller:
        text = f"take {who} out of the principals of {grant.policy}: statement {grant.statement} names it"
        return Change(text, (f"{who} {does}",))
    text = f"name in {grant.policy} only who is meant: statement {grant.statement} lets in more, {who} among them"
    return Change(text, (f"{who} and all others that are not named {does}",))


def _is_of_caller(reason: Reason) -> bool:
    return "a policy of the caller" in reason.text


def _without(held: Held, statement: Statement) -> Held:
    kept = tuple(each for each in held.policy.statements if each is not statement)
    return held._replace(policy=msgspec.structs.replace(held.policy, statements=kept))


def _granting(held: Held, reason: Reason) -> Granting:
    location = reason.location
    return Granting(
        policy=held.name,
        statement=reason.statement,
        group=_group(held),
        aws_managed=held.is_of_aws,
        location=location if held.source is None else _in(held.source, location),
        text=reason.text,
    )


def _in(source: Resource, location: Location) -> Location:
    """The place in a document; in one that was read from an account, with the path of what has it."""
    return location if location.path else msgspec.structs.replace(location, path=source.location.path)


def _group(held: Held) -> str:
    return "" if held.group is None else str(held.group.name)


def _place(grant: Granting) -> str:
    group = f" (through group {grant.group})" if grant.group else ""
    owned = "AWS managed policy" if grant.aws_managed else "policy"
    if not grant.statement:
        return f"{owned} {grant.policy}{group}, which was not read,"
    return f"statement {grant.statement} of {owned} {grant.policy}{group}"


def _gives(grants: Sequence[Granting]) -> str:
    if not all(grant.statement for grant in grants):
        return "may give"
    return "gives" if len(grants) == 1 else "give"


def _advice(path: Path, action: str, target: str) -> str:
    match path.gain:
        case Gain.PASSED_ROLE:
            return f"limit iam:PassRole to roles that give no more than the caller has, without {target}"
        case Gain.ASSUMED_ROLE:
            return f"limit sts:AssumeRole to the roles that are meant, without {target}"
        case Gain.THING_ROLE:
            return f"limit {action} to what does not run with role {target}"
        case Gain.USER | Gain.SEND if path.needs[0].on is On.USER:
            return f"limit {action} to the caller's own user (${{aws:username}})"
        case Gain.CUT | Gain.DIVERT | Gain.READ | Gain.SEND if path.needs[0].on is On.NOTHING:
            return f"take {action} away, which cannot be limited to a resource"
        case Gain.CUT | Gain.DIVERT | Gain.READ | Gain.SEND:
            return f"limit {action} to other resources than {target}"
        case Gain.JOINED_GROUP:
            return f"limit {action} to groups that give no more than the caller has"
        case _ if not carries(action, "iam:PermissionsBoundary"):
            return f"take {action} away, or limit it to other resources"
        case Gain.NEW_USER:
            return f"demand a permissions boundary (iam:PermissionsBoundary) for {action}, or take it away"
        case _:
            return f"take {action} away, or demand a permissions boundary (iam:PermissionsBoundary) on its target"
