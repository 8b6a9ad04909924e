"""Asks for every principal whether it can, and gathers the answer."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from auditor.iam import database
from auditor.iam.access import Levels, control, is_service_linked, named_boundary, named_policies
from auditor.iam.evaluate import Level, Policies
from auditor.iam.request import Caller, ContextValue, Kind, Request, service_request
from auditor.iam.who.answer import Access, Undecided, WhoCan
from auditor.iam.who.candidates import Candidates
from auditor.iam.who.facts import Facts
from auditor.iam.who.outside import accounts_of, outsiders, services, shut_out
from auditor.iam.who.patterns import WILD, common
from auditor.iam.who.screen import Part, Screen
from auditor.iam.who.search import NEVER, Found, Search
from auditor.iam.who.target import Target, target
from auditor.model.iam import Role, User
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.organizations import PolicyKind
from auditor.model.text import Text, text

_OF_SOURCE = frozenset(
    {"aws:sourceaccount", "aws:sourceowner", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"}
)
"""What a service acts for: up to the request here."""
_MOST_PATTERNS = 20
"""Patterns of one principal that are tried for a resource with wildcards."""


class Scope(NamedTuple):
    """Whom a question is about: principals by ARN or service name, and all of these accounts."""

    principals: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()

    def has(self, principal: str, account: str = "") -> bool:
        """Whether a principal is meant."""
        return principal in self.principals or (account != "" and account in self.accounts)


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked.

    Attributes:
        action: in full.
        resource: ARN, pattern with ``*`` and ``?``, or ``*`` for actions without one.
        account: that owns the resource, where its ARN does not tell it.
        scope: whom it is about; None for everybody.
        absent: condition keys that requests do not carry unless the inventory tells them.
        tags_grant: whether tags of buckets are in the context of requests; None for what the inventory says.
    """

    action: str
    resource: str = "*"
    account: str | None = None
    scope: Scope | None = None
    absent: tuple[str, ...] = ()
    tags_grant: bool | None = None


def who_can(action: str, resource: str, inventory: Inventory, *, account: str | None = None) -> WhoCan:
    """Who can do an action to a resource.

    A principal is listed when some request of it is allowed: conditions on what the inventory does not tell of requests
    stand beside it. What is not told of policies or principals makes it undecided.

    Args:
        action: in full, ``sns:Publish``.
        resource: ARN; with ``*`` and ``?`` in it, some resource that matches; ``*`` for actions without resource.
        inventory: accounts, their principals and policies, and organizations.
        account: that owns the resource, where neither its ARN nor the inventory tells it.
    """
    return ask(Question(action=action, resource=resource, account=account), inventory)


def ask(question: Question, inventory: Inventory) -> WhoCan:
    """The answer to a question."""
    return _Asking(question, inventory).answer()


class _Asking:
    """One question over one inventory."""

    def __init__(self, question: Question, inventory: Inventory) -> None:
        self._question = question
        self._inventory = inventory
        self._target = target(
            inventory, question.action, question.resource, question.account, tags_grant=question.tags_grant
        )
        self._is_pattern = not WILD.isdisjoint(question.resource) and question.resource != "*"
        self._screen = Screen(question.action, None if self._is_pattern else question.resource)
        self._resource = tuple(self._screen.part(each.name, each.document) for each in self._target.policies)
        self._candidates = Candidates(inventory, self._screen, self._resource)
        self._facts = Facts(inventory, self._target, question.action)
        self._search = Search()
        self._absent: dict[str, ContextValue] = dict.fromkeys(key.lower() for key in question.absent)
        self._levels: dict[tuple[Text, PolicyKind], tuple[Levels, tuple[Part, ...]]] = {}
        self._unread: dict[str, None] = {}
        self._shut: dict[Text, Truth] = {}

    def answer(self) -> WhoCan:
        who: list[Access] = []
        undecided: list[Undecided] = []
        for principal in self._principals():
            found = self._of(principal)
            if found.allowed is Truth.TRUE:
                who.append(self._access(principal, found))
            elif found.allowed is Truth.UNKNOWN:
                undecided.append(Undecided(principal.id, found.unknowns))
        for service in services(self._resource):
            if self._question.scope is None or self._question.scope.has(service):
                self._service(service, who, undecided)
        return WhoCan(
            action=self._question.action,
            resource=self._question.resource,
            who=tuple(sorted(who, key=lambda access: access.principal)),
            undecided=tuple(sorted(undecided, key=lambda one: one.principal)),
            roots=self._roots(),
            outsiders=outsiders(self._inventory, self._target, self._resource),
            incomplete=self._incomplete(),
            assumptions=tuple(self._unread),
        )

    def _principals(self) -> Iterable[User | Role]:
        scope = self._question.scope
        for principal in (*self._inventory.of(User), *self._inventory.of(Role)):
            if scope is not None and not scope.has(principal.id, principal.account.literal or ""):
                continue
            if self._candidates.has(principal):
                yield principal

    # ── one principal ──────────────────────────────────────────────────────────────────────────────────────────────

    def _of(self, principal: User | Role) -> "_Outcome":
        owner = self._target.owner if self._target.owner is not None else principal.account
        out = self._shut_out(principal.account)
        if out is Truth.TRUE:
            return _Outcome(NEVER)
        case = self._case(principal, owner)
        outcome = self._over_resources(case)
        if out is Truth.UNKNOWN and outcome.found.allowed is Truth.TRUE:
            why = Unknown(Cause.NOT_ASKED, "whether the bucket restricts public access was not read")
            return _Outcome(Found(Truth.UNKNOWN, unknowns=(why,)))
        return outcome

    def _shut_out(self, account: Text) -> Truth:
        found = self._shut.get(account)
        if found is None:
            policies = [each.policy for each in self._target.policies]
            found = self._shut[account] = shut_out(self._target, account, policies)
        return found

    def _case(self, principal: User | Role, owner: Text) -> "_Case":
        own = tuple(self._screen.part(each.name, each.document) for each in named_policies(principal, self._inventory))
        bound = named_boundary(principal, self._inventory)
        boundary = None if bound is None else self._screen.part(bound.name, bound.document, limits=True)
        scp, scp_parts = self._control(principal.account, PolicyKind.SERVICE_CONTROL, principal)
        rcp, rcp_parts = self._control(owner, PolicyKind.RESOURCE_CONTROL, principal)
        policies = Policies(
            identity=tuple(part.policy for part in own),
            resource=tuple(part.policy for part in self._resource),
            boundary=None if boundary is None else (boundary.policy,),
            scp=_levels(scp, scp_parts),
            rcp=_levels(rcp, rcp_parts),
            scp_names=scp.names,
            rcp_names=rcp.names,
        )
        granting = (*own, *self._resource)
        limiting = (*scp_parts, *rcp_parts) if boundary is None else (boundary, *scp_parts, *rcp_parts)
        return _Case(principal, owner, policies, granting, (*granting, *limiting))

    def _control(
        self, account: Text, kind: PolicyKind, principal: User | Role | None
    ) -> tuple[Levels, tuple[Part, ...]]:
        """The control policies over an account, as far as they limit the principal."""
        is_resource = kind is PolicyKind.RESOURCE_CONTROL
        service = self._question.action.partition(":")[0]
        if (principal is not None and is_service_linked(principal)) or (
            is_resource and not database.supports_rcp(service)
        ):
            return Levels(), ()
        found = self._levels.get((account, kind))
        if found is None:
            levels = control(account, kind, self._inventory)
            if levels.levels is None:
                what = "resource" if is_resource else "service"
                self._unread[f"{what} control policies over account {account} were not read"] = None
            parts = tuple(
                self._screen.part(each.name, each.document, limits=True)
                for level in levels.levels or ()
                for each in level
            )
            found = self._levels[(account, kind)] = (levels, parts)
        return found

    def _over_resources(self, case: "_Case") -> "_Outcome":
        """For a pattern, one resource of each pattern of an Allow statement that has one in common with it."""
        if not self._is_pattern:
            return self._over_sessions(case, self._question.resource)
        best = _Outcome(NEVER)
        allowed: list[str] = []
        for pattern, resource in self._common(case.granting):
            found = self._over_sessions(case, resource)
            if found.found.allowed is Truth.TRUE:
                allowed.append(pattern)
            if _better(found.found, best.found):
                best = found
        return best._replace(patterns=tuple(dict.fromkeys(allowed)))

    def _common(self, parts: Iterable[Part]) -> list[tuple[str, str]]:
        found: dict[tuple[str, str], None] = {}
        for part in parts:
            for statement in part.policy.statements:
                patterns = ("*",) if statement.resources is None else map(str, statement.resources.items)
                if isinstance(statement.effect, Known) and statement.effect.value == "Deny":
                    continue
                for pattern in patterns:
                    one = common(pattern, self._question.resource)
                    if one is not None:
                        found[(pattern, one)] = None
        return list(found)[:_MOST_PATTERNS]

    def _over_sessions(self, case: "_Case", resource: str) -> "_Outcome":
        """For a role of which the resource's policy names sessions: any session, else these ones."""
        principal = case.principal
        names = self._candidates.sessions_of(principal) if isinstance(principal, Role) else ()
        if not names or principal.arn is None:
            return _Outcome(self._find(case, resource, None))
        any_name = next(name for name in ("session", "another-session", *map("{}-".format, names)) if name not in names)
        best = _Outcome(self._find(case, resource, any_name))
        if best.found.allowed is Truth.TRUE:
            return best
        passing: list[str] = []
        for name in names:
            found = self._find(case, resource, name)
            if found.allowed is Truth.TRUE:
                passing.append(name)
            if _better(found, best.found):
                best = _Outcome(found)
        return best._replace(sessions=tuple(passing))

    def _find(self, case: "_Case", resource: str, session: str | None) -> Found:
        principal = case.principal
        kind = Kind.USER if isinstance(principal, User) else Kind.ROLE
        who = Caller(kind, principal.arn, principal.account)
        keys = frozenset(key for part in case.parts for key in part.keys)
        context = self._facts.of(principal, who, case.owner, keys)
        context |= {key: value for key, value in self._absent.items() if key not in context}
        within: dict[str, str] = {}
        if session is not None:
            literal = principal.arn.literal or "" if principal.arn is not None else ""
            partition, name = literal.split(":")[1], principal.name
            who = Caller(
                Kind.SESSION,
                text(f"arn:{partition}:sts::", principal.account, ":assumed-role/", name, "/", session),
                principal.account,
            )
        if "aws:userid" in keys and "aws:userid" not in context and isinstance(principal.unique_id, Known):
            if session is not None:
                context["aws:userid"] = (text(f"{principal.unique_id.value}:{session}"),)
            else:
                within["aws:userid"] = f"{principal.unique_id.value}:*"
        request = Request(
            caller=who,
            action=self._question.action,
            resource=text(resource),
            resource_account=case.owner,
            context=context,
        )
        return self._search.find(request, case.policies, case.parts, within)

    def _access(self, principal: User | Role, found: "_Outcome") -> Access:
        return Access(
            principal=principal.id,
            kind="user" if isinstance(principal, User) else "role",
            account=str(principal.account),
            because=found.found.because,
            conditions=found.found.conditions,
            sessions=found.sessions,
            request=dict(found.found.request),
            patterns=found.patterns,
        )

    # ── others ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _service(self, service: str, who: list[Access], undecided: list[Undecided]) -> None:
        """An AWS service, acting for whatever resource lets it in."""
        owner = self._target.owner if self._target.owner is not None else Text(())
        resource = self._question.resource
        made = service_request(
            service,
            self._question.action,
            text(resource),
            resource_account=owner,
            source_account=owner,
            source_arn=None,
        )
        levels = control(owner, PolicyKind.RESOURCE_CONTROL, self._inventory)
        if not database.supports_rcp(self._question.action.partition(":")[0]):
            levels = Levels()
        rcp = tuple(
            self._screen.part(each.name, each.document, limits=True) for level in levels.levels or () for each in level
        )
        keys = frozenset(key for part in (*self._resource, *rcp) for key in part.keys)
        context = {key: value for key, value in made.context.items() if key not in _OF_SOURCE}
        self._facts.of_service(context, owner, keys)
        context |= {key: value for key, value in self._absent.items() if key not in context}
        policies = Policies(
            resource=tuple(part.policy for part in self._resource), rcp=_levels(levels, rcp), rcp_names=levels.names
        )
        pairs = self._common(self._resource) if self._is_pattern else [("", resource)]
        best = NEVER
        for _, one in pairs:
            request = msgspec.structs.replace(made, context=context, resource=text(one))
            found = self._search.find(request, policies, (*self._resource, *rcp))
            if _better(found, best):
                best = found
        if best.allowed is Truth.TRUE:
            access = Access(
                principal=service,
                kind="service",
                because=best.because,
                conditions=best.conditions,
                request=dict(best.request),
            )
            who.append(access)
        elif best.allowed is Truth.UNKNOWN:
            undecided.append(Undecided(service, best.unknowns))

    def _roots(self) -> tuple[str, ...]:
        """The accounts of the inventory whose root user can."""
        found = []
        for account in sorted(accounts_of(self._inventory)):
            own = text(account)
            scope = self._question.scope
            if not account or (scope is not None and account not in scope.accounts):
                continue
            if self._shut_out(own) is not Truth.FALSE:
                continue
            if self._root(own).allowed is Truth.TRUE:
                found.append(account)
        return tuple(found)

    def _root(self, account: Text) -> Found:
        """Whether the root user of an account can; a resource with wildcards is taken as it is written."""
        owner = self._target.owner if self._target.owner is not None else account
        arn = text("arn:", self._partition, ":iam::", account, ":root")
        who = Caller(Kind.ROOT, arn, account)
        scp, scp_parts = self._control(account, PolicyKind.SERVICE_CONTROL, None)
        rcp, rcp_parts = self._control(owner, PolicyKind.RESOURCE_CONTROL, None)
        parts = (*self._resource, *scp_parts, *rcp_parts)
        keys = frozenset(key for part in parts for key in part.keys)
        context = self._facts.of_root(who, owner, keys)
        context |= {key: value for key, value in self._absent.items() if key not in context}
        policies = Policies(
            resource=tuple(part.policy for part in self._resource),
            scp=_levels(scp, scp_parts),
            rcp=_levels(rcp, rcp_parts),
            scp_names=scp.names,
            rcp_names=rcp.names,
        )
        request = Request(
            caller=who,
            action=self._question.action,
            resource=text(self._question.resource),
            resource_account=owner,
            context=context,
        )
        return self._search.find(request, policies, parts)

    @property
    def _partition(self) -> str:
        parts = self._question.resource.split(":")
        if len(parts) > 5:
            return parts[1]
        first = next(iter((*self._inventory.of(Role), *self._inventory.of(User))), None)
        literal = first.arn.literal if first is not None and first.arn is not None else None
        return literal.split(":")[1] if literal is not None else "aws"

    def _incomplete(self) -> tuple[Unknown, ...]:
        """Why there may be others."""
        found: list[Unknown] = []
        if self._target.unread is not None:
            found.append(self._target.unread)
        for part in self._resource:
            found.extend(part.policy.open)
        owner = self._target.owner
        if owner is not None and owner.literal not in accounts_of(self._inventory):
            found.append(Unknown(Cause.ELSEWHERE, f"the principals of account {owner} were not read"))
        for account in sorted(accounts_of(self._inventory)):
            read = self._inventory.read(text(account), Text(()), "iam:GetAccountAuthorizationDetails")
            if isinstance(read, Unknown):
                found.append(read)
        return tuple(dict.fromkeys(found))


class _Case(NamedTuple):
    """A principal with the policies that have a say, and their statements that can matter."""

    principal: User | Role
    owner: Text
    policies: Policies
    granting: tuple[Part, ...]
    parts: tuple[Part, ...]


class _Outcome(NamedTuple):
    """What was found for a principal, with the sessions and patterns that it depends on."""

    found: Found
    sessions: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    @property
    def allowed(self) -> Truth:
        """Whether it can."""
        return self.found.allowed

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """What decides when that is not known."""
        return self.found.unknowns


def _better(one: Found, other: Found) -> bool:
    """Whether an outcome says more for being allowed, and with fewer conditions."""
    order = (Truth.FALSE, Truth.UNKNOWN, Truth.TRUE)
    if one.allowed is not other.allowed:
        return order.index(one.allowed) > order.index(other.allowed)
    return len(one.conditions) < len(other.conditions)


def _levels(levels: Levels, parts: Sequence[Part]) -> tuple[Level, ...] | None:
    """The parts, level by level as they were."""
    if levels.levels is None:
        return None
    rest = iter(parts)
    return tuple(tuple(next(rest).policy for _ in level) for level in levels.levels)
