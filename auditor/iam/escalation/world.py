"""An inventory as the nodes of a graph, and what the edges need to be told about them."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from auditor.iam.access import is_service_linked, service_control
from auditor.iam.document import Policy, parse, unread
from auditor.iam.escalation.asking import Asker, Context, tags_of
from auditor.iam.escalation.attaching import Attachables
from auditor.iam.escalation.enabled import is_admin
from auditor.iam.escalation.joining import Joining
from auditor.iam.escalation.masks import Readings
from auditor.iam.escalation.node import Node
from auditor.iam.escalation.subject import Held, Subject, partition_of, subject_of
from auditor.iam.escalation.targets import Targets
from auditor.iam.escalation.written import EVERYTHING
from auditor.iam.evaluate import Level, evaluate
from auditor.iam.principal import account_of
from auditor.iam.request import Caller, Kind, service_request
from auditor.model.awslambda import Function
from auditor.model.iam import ManagedPolicy, Role, User
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.text import Text


class World:
    """An inventory, prepared for questions about escalation.

    Args:
        inventory: users, roles, groups and policies, functions where it has them.
        now: the time of requests.
        scp: service control policies, one tuple per level, in place of those of the inventory's organization.
    """

    def __init__(self, inventory: Inventory, now: datetime | None = None, scp: tuple[Level, ...] | None = None) -> None:
        self.inventory = inventory
        self.readings = Readings()
        self.asker = Asker(self.readings, now)
        self.asker.attachables = Attachables(self._admin_policies, self._policy_exists)
        self._admin: dict[Text, tuple[Text, ...]] = {}
        self._scps: dict[tuple[Text, bool], tuple[Level, ...] | None] = {}
        self.users = inventory.of(User)
        self.roles = inventory.of(Role)
        self.nodes = tuple(
            Node(principal, subject_of(principal, inventory, self._over(principal, scp)), self.readings)
            for principal in self._principals()
        )
        self.node_of: dict[User | Role, Node] = {node.principal: node for node in self.nodes}
        self._others: tuple[Node, ...] | None = None
        self.joining = Joining(inventory, self.readings, self._is_admin)
        self.role_targets = Targets(self.roles)
        self.user_targets = Targets(self.users)
        self.policy_targets = Targets(policy for policy in inventory.of(ManagedPolicy) if not policy.aws_managed)
        self._having: dict[ManagedPolicy, list[Role]] | None = None
        self._trusted: dict[tuple[int, str, Text], Truth] = {}
        self._trusting: dict[tuple[str, ...], dict[Role, tuple[Truth, str]]] = {}
        self._trust: dict[Role, Policy] = {}
        self._tags: dict[User | Role, Context] = {}
        self._index_trust()
        self.public_set = frozenset(self.public)
        self.has_accounts = len({role.account for role in self.roles}) > 1
        self.functions: dict[Text, list[Function]] = defaultdict(list)
        for function in inventory.of(Function):
            if isinstance(function.role, Known):
                self.functions[function.role.value].append(function)

    def _over(self, principal: User | Role, given: tuple[Level, ...] | None) -> tuple[Level, ...] | None:
        """The service control policies over a principal, made once per account."""
        if given is not None and not is_service_linked(principal):
            return given
        key = (principal.account, is_service_linked(principal))
        if key not in self._scps:
            self._scps[key] = service_control(principal, self.inventory).policies
        return self._scps[key]

    def _principals(self) -> Iterator[User | Role]:
        yield from self.users
        yield from self.roles

    @property
    def taken_for(self) -> tuple[str, ...]:
        """The AWS managed policies that the input does not hold and that are taken for what AWS documents."""
        found = {each.name for node in self.nodes for each in node.subject.held if each.is_assumed}
        return tuple(sorted(found))

    def _admin_policies(self, account: Text) -> tuple[Text, ...]:
        """The managed policies that can be attached in an account and give every right."""
        found = self._admin.get(account)
        if found is None:
            more: tuple[Text, ...] = ()
            # What a policy gives may depend on which can be attached: those found so far answer, until no more are.
            while found != more:
                found = self._admin[account] = more
                more = tuple(arn for arn, who in self._with_one(account) if arn in found or self._is_admin(who))
        return found

    def _is_admin(self, who: Subject) -> bool:
        return is_admin(self.asker, who).truth is Truth.TRUE

    def _with_one(self, account: Text) -> Iterator[tuple[Text, Subject]]:
        """Each managed policy that can be attached in an account, by its ARN, and somebody who has nothing else."""
        for policy in self.inventory.of(ManagedPolicy):
            if policy.arn is None or not (policy.aws_managed or policy.account == account):
                continue
            if isinstance(policy.document, Known):
                held = (Held(parse(policy.document.value), policy),)
                who = Subject(Caller(Kind.OTHER, None, account), account, held, scp=())
                who.partition = partition_of(policy.arn)
                yield policy.arn, who

    def _policy_exists(self, arn: Text) -> Truth:
        """Whether the inputs hold a customer managed policy; UNKNOWN where they may lack some."""
        if self.policy_targets.called(arn):
            return Truth.TRUE
        near = next((each for each in self._principals() if str(each.account) in str(arn)), None)
        if near is None or near.is_declared:
            return Truth.UNKNOWN
        whole = self.inventory.completeness(ManagedPolicy, near)
        return Truth.FALSE if isinstance(whole, Known) else Truth.UNKNOWN

    def exists(self, arn: Text) -> bool:
        """Whether a user or role has an ARN."""
        return bool(self.role_targets.called(arn) or self.user_targets.called(arn))

    @property
    def others(self) -> tuple[Node, ...]:
        """What principals can become: each when its own policies say everything, users in one more group."""
        if self._others is None:
            self._others = tuple(other for node in self.nodes for other in self._becoming(node))
        return self._others

    def _becoming(self, node: Node) -> Iterator[Node]:
        if not is_service_linked(node.principal):  # only its service can change such a role
            yield self._edited(node)
        yield from self.joining.of(node)

    def _edited(self, node: Node) -> Node:
        """The principal when its own policies say everything."""
        held = (Held(EVERYTHING),)
        return Node(node.principal, node.subject.holding(held), self.readings, edited=True)

    def trust_of(self, role: Role) -> Policy:
        """The parsed trust policy."""
        made = self._trust.get(role)
        if made is None:
            made = parse(role.trust.value) if isinstance(role.trust, Known) else unread(role.trust)
            self._trust[role] = made
        return made

    def _trusts(self, role: Role, policy: Policy, service: str) -> Truth:
        """Whether a role lets a service assume it for its own account."""
        key = (id(policy), service, role.account)
        found = self._trusted.get(key)
        if found is None:
            arn = role.arn if role.arn is not None else role.name
            request = service_request(
                service,
                "sts:AssumeRole",
                arn,
                resource_account=role.account,
                source_account=role.account,
                source_arn=None,
            )
            found = self._trusted[key] = evaluate(request, [policy]).allowed
        return found

    def trusting(self, services: tuple[str, ...]) -> dict[Role, tuple[Truth, str]]:
        """The roles that trust one of some services, or may, and which."""
        found = self._trusting.get(services)
        if found is None:
            found = {}
            for role, policy in self._served.items():
                truth, service = self._trusts_one(services, role, policy)
                if truth is not Truth.FALSE:
                    found[role] = truth, service
            self._trusting[services] = found
        return found

    def _trusts_one(self, services: tuple[str, ...], role: Role, policy: Policy) -> tuple[Truth, str]:
        best, which = Truth.FALSE, services[0]
        for service in services:
            truth = self._trusts(role, policy, service)
            if truth is Truth.TRUE:
                return truth, service
            if truth is Truth.UNKNOWN:
                best, which = truth, service
        return best, which

    def trust_unknown(self, role: Role, service: str) -> tuple[Unknown, ...]:
        """Why it is not told whether a role trusts a service."""
        why = Unknown(Cause.UNDECIDED, f"whether role {role.name} lets {service} assume it")
        return self.trust_of(role).open or (why,)

    def tags(self, principal: User | Role) -> Context:
        """The tags and the boundary of a target as the context of requests about it."""
        made = self._tags.get(principal)
        if made is None:
            boundary = principal.boundary
            made = self._tags[principal] = {
                **tags_of(principal.tags, ("aws:resourcetag/", "iam:resourcetag/")),
                "iam:permissionsboundary": boundary
                if isinstance(boundary, Unknown)
                else None
                if boundary.value is None
                else (boundary.value,),
            }
        return made

    def attached(self, principal: User | Role) -> tuple[ManagedPolicy, ...]:
        """The managed policies that a principal or one of its groups has, those of AWS left out."""
        held = self.node_of[principal].subject.held
        return tuple(
            dict.fromkeys(
                each.source for each in held if isinstance(each.source, ManagedPolicy) and not each.source.aws_managed
            )
        )

    def roles_with(self, policy: ManagedPolicy) -> list[Role]:
        """The roles that a managed policy is attached to."""
        if self._having is None:
            self._having = defaultdict(list)
            for role in self.roles:
                for each in self.attached(role):
                    self._having[each].append(role)
        return self._having.get(policy, [])

    def _index_trust(self) -> None:
        """Which roles name a principal in their trust policy, an account, or let more in than they name."""
        self.named: dict[Text, list[Role]] = defaultdict(list)
        self.wide: dict[Text, dict[Role, None]] = defaultdict(dict)
        self.public: list[Role] = []
        self._served: dict[Role, Policy] = {}
        for role in self.roles:
            self._index_one(role)
            policy = self.trust_of(role)
            if _may_let_services_in(policy):
                self._served[role] = policy

    def _index_one(self, role: Role) -> None:
        policy = self.trust_of(role)
        everybody = bool(policy.open)
        for statement in policy.statements:
            if statement.not_principals is not None or statement.problems:
                everybody = True
                continue
            if statement.principals is None:
                continue
            if statement.principals.open is not None:
                everybody = True
            for named in statement.principals.items:
                if named.kind == "*" or (named.kind == "AWS" and named.value.literal == "*"):
                    everybody = True
                elif named.kind == "AWS" and (account := account_of(named.value)) is not None:
                    # One that is not told may be that of any principal.
                    if account == role.account or account.literal is not None:
                        self.wide[account][role] = None
                    else:
                        everybody = True
                elif named.kind == "AWS" and named.value.is_exact and "assumed-role" not in str(named.value):
                    self.named[named.value].append(role)
                elif named.kind == "AWS":
                    everybody = True
        if everybody:
            self.public.append(role)

    def complete(self, node: Node) -> Unknown | None:
        """Why there may be users and roles in the account that the inventory lacks, or None."""
        for kind in (Role, User):
            found = self.inventory.completeness(kind, node.principal)
            if isinstance(found, Unknown):
                return found
        return None


def _may_let_services_in(policy: Policy) -> bool:
    """Whether a trust policy names anybody but users, roles, accounts and identity providers."""
    if policy.open:
        return True
    for statement in policy.statements:
        if statement.principals is None or statement.principals.open is not None or statement.problems:
            return True
        for named in statement.principals.items:
            if named.kind not in _NO_SERVICES or named.value.literal in {None, "*"}:
                return True
    return False


_NO_SERVICES = frozenset({"AWS", "Federated"})
