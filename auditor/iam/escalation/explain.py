"""What shows that a step can be taken, what would stop it, and who else would feel that."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from auditor.iam.escalation.asking import Seen
from auditor.iam.escalation.masks import bit
from auditor.iam.escalation.path import Gain
from auditor.iam.escalation.step import Step
from auditor.iam.escalation.subject import Held, Subject
from auditor.iam.escalation.things import shown
from auditor.iam.escalation.world import World
from auditor.model.iam import ManagedPolicy, User
from auditor.model.known import Truth
from auditor.model.origin import Location
from auditor.model.resource import Resource


class Granting(msgspec.Struct, frozen=True):
    """A statement that gives a permission, or may.

    Attributes:
        policy: name of the policy, or whose trust policy it is.
        statement: Sid, or ``#<index>``.
        group: through which group, or empty.
        aws_managed: whether AWS owns the policy, so that it cannot be changed.
        location: where it stands.
        text: what decided, in words.
    """

    policy: str
    statement: str
    group: str = ""
    aws_managed: bool = False
    location: Location = Location()
    text: str = ""


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
    """A step with its evidence and its fix."""

    permissions: tuple[Permission, ...]
    fix: Change


class Explainer:
    """Explains steps, each once.

    Args:
        world: that they were found in.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._made: dict[int, Explained] = {}
        self._kept: list[Step] = []
        self._holders: dict[int, list[str]] | None = None

    def explain(self, step: Step) -> Explained:
        """What shows a step, and what would stop it."""
        found = self._made.get(id(step))
        if found is None:
            permissions = tuple(self._permission(step.source.subject, seen) for seen in step.seen)
            found = self._made[id(step)] = Explained(permissions, self._fix(step, permissions))
            self._kept.append(step)
        return found

    def _permission(self, who: Subject, seen: Seen) -> Permission:
        grants = list(self.grants(who, seen))
        trust = [
            Granting("the trust policy of the role", reason.statement, location=reason.location, text=reason.text)
            for reason in seen.decision.because
            if seen.on and reason.statement and "the resource policy" in reason.text
        ]
        return Permission(
            seen.need.action, shown(seen.resource), seen.decision.allowed, tuple(dict.fromkeys((*grants, *trust)))
        )

    def grants(self, who: Subject, seen: Seen) -> Iterable[Granting]:
        """The statements of a subject's own policies that give a permission, or may: each policy asked alone."""
        action = seen.need.action
        for held in who.held:
            if not self._world.readings.of(held.policy).allows & bit(action):
                continue
            alone = Subject(who.caller, who.account, (held,), principal=who.principal)
            found = self._world.asker.ask(alone, seen.need, seen.resource, seen.context, seen.on)
            if found.truth is Truth.FALSE:
                continue
            for reason in found.decision.because:
                if reason.statement and "a policy of the caller" in reason.text:
                    yield _granting(held, reason.statement, reason.location, reason.text)

    def _fix(self, step: Step, permissions: tuple[Permission, ...]) -> Change:
        source = step.source.principal
        kind = "user" if isinstance(source, User) else "role"
        who = f"{kind} {source.name}"
        first = permissions[0] if permissions else None
        if first is None:
            return Change(f"narrow the policies of {who}")
        own = [grant for grant in first.given_by if grant.text.startswith(("a policy", "may apply: a policy"))]
        target = "" if step.target is None else str(step.target.principal.name)
        if not own and not first.given_by:
            return Change(f"narrow what may give {first.action} to {who}")
        if not own:
            return Change(
                f"take {who} out of the principals of the trust policy of {target}",
                (f"{who} can no longer assume {target}",),
            )
        where = " and ".join(dict.fromkeys(_place(grant) for grant in own))
        text = f"{_advice(step, first.action, target)}: {where} gives it"
        return Change(text, (f"{who} can no longer do that", *self._others(step, own)))

    def _others(self, step: Step, grants: list[Granting]) -> list[str]:
        """Who else has the policies that would change."""
        if self._holders is None:
            self._holders = defaultdict(list)
            for node in self._world.nodes:
                for held in node.subject.held:
                    if held.source is not None:
                        self._holders[id(held.source)].append(node.name)
        named = {(grant.policy, grant.group) for grant in grants}
        found: dict[str, None] = {}
        for held in step.source.subject.held:
            if held.source is not None and (_name(held.source), _group(held)) in named:
                found.update(dict.fromkeys(self._holders.get(id(held.source), ())))
        found.pop(step.source.name, None)
        if not found:
            return []
        shown = ", ".join(list(found)[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
        return [f"the same policies are those of {shown}"]


def _granting(held: Held, statement: str, location: Location, text: str) -> Granting:
    source = held.source
    return Granting(
        policy=_name(source) if source is not None else held.taken_for or "a policy that was not read",
        statement=statement,
        group=_group(held),
        aws_managed=bool(held.taken_for) or (isinstance(source, ManagedPolicy) and source.aws_managed),
        location=location if location.path or source is None else _in(source, location),
        text=text,
    )


def _in(source: Resource, location: Location) -> Location:
    """The place in a document that was read from an account: its own path, and the pointer in the document."""
    return Location(source.location.path, location.line, location.column, location.pointer)


def _name(source: Resource) -> str:
    return str(source.name)


def _group(held: Held) -> str:
    return "" if held.group is None else str(held.group.name)


def _place(grant: Granting) -> str:
    group = f" (through group {grant.group})" if grant.group else ""
    owned = "AWS managed policy" if grant.aws_managed else "policy"
    return f"statement {grant.statement} of {owned} {grant.policy}{group}"


def _advice(step: Step, action: str, target: str) -> str:
    match step.path.gain:
        case Gain.PASSED_ROLE:
            return f"limit iam:PassRole to roles that give no more than the caller has, without {target}"
        case Gain.ASSUMED_ROLE:
            return f"limit sts:AssumeRole to the roles that are meant, without {target}"
        case Gain.THING_ROLE:
            return f"limit {action} to what does not run with role {target}"
        case Gain.USER:
            return f"limit {action} to the caller's own user (${{aws:username}})"
        case Gain.JOINED_GROUP:
            return f"limit {action} to groups that give no more than the caller has"
        case Gain.NEW_USER:
            return f"demand a permissions boundary (iam:PermissionsBoundary) for {action}, or take it away"
        case _:
            return f"take {action} away, or demand a permissions boundary (iam:PermissionsBoundary) on its target"
