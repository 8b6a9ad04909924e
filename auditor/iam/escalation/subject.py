"""Who could walk a path: a principal with the policies that it has, and where it has each of them from."""

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from auditor.iam.access import boundary_of
from auditor.iam.decision import Decision
from auditor.iam.document import Policy, parse, unread
from auditor.iam.escalation.aws_managed import documented, is_of_aws, name_of
from auditor.iam.evaluate import Level
from auditor.iam.request import Caller, ContextValue, Kind
from auditor.model import relations
from auditor.model.iam import Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Unknown
from auditor.model.text import Symbol, Text, text

if TYPE_CHECKING:
    from auditor.iam.escalation.about import About


class Held(NamedTuple):
    """A policy that a principal has.

    Attributes:
        policy: parsed.
        source: the resource that holds the document; None where it is not told.
        group: through which group, None when directly.
        named: the ARN of a managed policy that the input does not hold, where it is told.
        is_assumed: whether it is taken for what AWS documents, because the input does not hold it.
    """

    policy: Policy
    source: InlinePolicy | ManagedPolicy | None = None
    group: Group | None = None
    named: Text | None = None
    is_assumed: bool = False

    @property
    def name(self) -> str:
        """For people."""
        if self.source is not None:
            return str(self.source.name)
        if self.named is None:
            return "a policy that was not read"
        return name_of(self.named) if self.is_assumed else str(self.named)

    @property
    def is_of_aws(self) -> bool:
        """Whether AWS owns it, so that it cannot be changed."""
        if isinstance(self.source, ManagedPolicy):
            return self.source.aws_managed
        return self.named is not None and is_of_aws(self.named)


class Subject:
    """A principal as far as its rights go.

    Attributes:
        caller: who asks.
        account: its account.
        held: its policies, those of its groups among them.
        boundary: its permissions boundary, None when it has none.
        scp: service control policies of its account, one tuple per level; None when they were not read.
        principal: the user or role; None when only policies are given.
        groups: that a user is in.
        tags: of the principal, None when not told.
        partition: of its ARNs.
        about: statements that have a say about an action, and what is answered like it; filled in when asked for.
        decided: answers that depend on the principal, by all that they depend on beside it; filled in when asked for.
        unsure: actions of which its policies do not tell whether they are about them; filled in when asked for.
        given: what requests carry because it makes them, by account of the resource; filled in when asked for.
    """

    __slots__ = (
        "about",
        "account",
        "boundary",
        "caller",
        "decided",
        "given",
        "groups",
        "held",
        "partition",
        "policies",
        "principal",
        "scp",
        "tags",
        "unsure",
    )

    def __init__(
        self,
        caller: Caller,
        account: Text,
        held: tuple[Held, ...],
        *,
        boundary: tuple[Policy, ...] | None = None,
        scp: tuple[Level, ...] | None = None,
        principal: User | Role | None = None,
        groups: tuple[Group, ...] = (),
    ) -> None:
        self.caller = caller
        self.account = account
        self.held = held
        self.policies = tuple(each.policy for each in held)
        self.boundary = boundary
        self.scp = scp
        self.principal = principal
        self.groups = groups
        self.partition = partition_of(caller.arn)
        self.about: dict[str, tuple[About, Hashable]] = {}
        self.decided: dict[Hashable, Decision] = {}
        self.unsure: int | None = None
        self.given: dict[Text, dict[str, ContextValue]] = {}
        self.tags: Mapping[str, Text] | None = None
        if principal is not None and isinstance(principal.tags, Known):
            self.tags = principal.tags.value

    @property
    def kind(self) -> Kind:
        """User, role, or not told."""
        return self.caller.kind

    def holding(self, held: tuple[Held, ...]) -> "Subject":
        """The same principal with other policies."""
        made = Subject(
            self.caller,
            self.account,
            held,
            boundary=self.boundary,
            scp=self.scp,
            principal=self.principal,
            groups=self.groups,
        )
        made.partition = self.partition
        return made


def partition_of(arn: Text | None) -> Text:
    """The partition in an ARN, a symbol where it is not told."""
    pieces = None if arn is None else arn.split(":", 2)
    return pieces[1] if pieces is not None and len(pieces) == 3 else text(Symbol("partition"))


def subject_of(principal: User | Role, inventory: Inventory, scp: tuple[Level, ...] | None = None) -> Subject:
    """A principal of an inventory with all that it has; what could not be read stands as a policy that is all open."""
    kind = Kind.USER if isinstance(principal, User) else Kind.ROLE
    caller = Caller(kind, principal.arn, principal.account)
    groups: list[Group] = []
    held = list(_own(principal, inventory, None))
    if isinstance(principal, User):
        for group in relations.groups_of(inventory, principal):
            if isinstance(group, Unknown):
                held.append(Held(unread(group)))
            elif group.value is not None:
                groups.append(group.value)
                held.extend(_own(group.value, inventory, group.value))
    return Subject(
        caller,
        principal.account,
        tuple(held),
        boundary=boundary_of(principal, inventory),
        scp=scp,
        principal=principal,
        groups=tuple(groups),
    )


def policies_of_group(group: Group, inventory: Inventory) -> tuple[Held, ...]:
    """The policies of a group."""
    return tuple(_own(group, inventory, group))


def _own(owner: User | Role | Group, inventory: Inventory, group: Group | None) -> list[Held]:
    found: list[Held] = []
    inline = relations.inline_policies(inventory, owner)
    declared = relations.declared_attachments(inventory, owner)
    for relation in (inline, declared):
        found.extend(_held(item, group) for item in relation.items)
        found.extend(Held(unread(why), None, group) for why in relation.unknowns)
    if isinstance(owner.managed_policies, Unknown):
        found.append(Held(unread(owner.managed_policies), None, group))
        return found
    listed = {item.arn for item in declared.items}
    for arn in owner.managed_policies.value:
        if arn in listed:
            continue
        policy = relations.managed_policy(inventory, arn, owner)
        known = None if isinstance(policy, Known) and policy.value is not None else documented(arn)
        if known is not None:
            found.append(Held(known, None, group, arn, is_assumed=True))
        elif isinstance(policy, Unknown):
            found.append(Held(unread(policy), None, group, arn))
        elif policy.value is not None:
            found.append(_held(policy.value, group))
        else:
            found.append(Held(unread(_gone(arn)), None, group, arn))
    return found


def _held(source: InlinePolicy | ManagedPolicy, group: Group | None) -> Held:
    document = source.document
    policy = parse(document.value) if isinstance(document, Known) else unread(document)
    return Held(policy, source, group)


def _gone(arn: Text) -> Unknown:
    return Unknown(Cause.FAILED, f"the managed policy {arn} does not exist")
