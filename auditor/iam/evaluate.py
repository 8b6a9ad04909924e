"""The decision about one request over all policies that have a say, as AWS documents the order.

An explicit deny anywhere denies. Otherwise every guard (organization policies, boundary, session policy, endpoint
policy) must allow, and the resource policy, the caller's own policies, or both.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterable

import msgspec

from auditor.iam.decision import Decision, Effect, Reason
from auditor.iam.elements import Policy, Statement
from auditor.iam.exceptions import always_allowed, never_allowed, owner_must_be_named
from auditor.iam.reason import untold
from auditor.iam.request import Kind, Request
from auditor.iam.statement import EVERYBODY, Applies, Naming, applies
from auditor.model.known import Known, Truth, Unknown, all_of, any_of

Level = tuple[Policy, ...]
"""The policies attached at one level of an organization."""


class Policies(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The policies that have a say.

    Attributes:
        identity: of the caller, inline and managed and of its groups.
        resource: on the resource (a role's trust policy among them).
        boundary: the caller's permissions boundary; None when it has none.
        session: session policies; None when the session has none.
        scp, rcp: service and resource control policies, one tuple per level from the root down; empty when none
            apply; None when they were not read.
        endpoint: policies of the VPC endpoint that the request goes through; None when there is none.
    """

    identity: tuple[Policy, ...] = ()
    resource: tuple[Policy, ...] = ()
    boundary: tuple[Policy, ...] | None = None
    session: tuple[Policy, ...] | None = None
    scp: tuple[Level, ...] | None = None
    rcp: tuple[Level, ...] | None = None
    endpoint: tuple[Policy, ...] | None = None


SCP_UNREAD = "service control policies were not read"
RCP_UNREAD = "resource control policies were not read"


class _Weight:
    """What a set of policies says about a request."""

    __slots__ = (
        "account",
        "allows",
        "anybody",
        "assumption",
        "denies",
        "direct",
        "near",
        "role",
        "why_allow",
        "why_deny",
    )

    def __init__(self) -> None:
        self.denies = Truth.FALSE
        self.anybody = self.direct = self.role = self.account = Truth.FALSE
        self.allows = Truth.FALSE
        self.why_deny: list[tuple[Truth, Reason, tuple[Unknown, ...]]] = []
        self.why_allow: list[tuple[Truth, Reason, tuple[Unknown, ...]]] = []
        self.near: list[Reason] = []
        self.assumption = ""

    def add(self, effect: str, statement: Statement, found: Applies, what: str) -> None:
        """One statement that does or may apply."""
        reason = _reason(statement, found, effect, what)
        if effect == "Deny":
            self.denies |= found.truth
            self.why_deny.append((found.truth, reason, found.unknowns))
            return
        match = found.match or EVERYBODY
        self.allows |= found.truth
        self.anybody |= found.truth & match.anybody
        self.direct |= found.truth & match.direct
        self.role |= found.truth & match.role
        self.account |= found.truth & match.account
        self.why_allow.append((found.truth, reason, found.unknowns))
        if found.truth is Truth.TRUE:
            self.assumption = self.assumption or match.assumption

    def open(self, why: Unknown, what: str) -> None:
        """Statements that are not told."""
        reason = Reason(f"what else {what} says is not told: {why.detail}")
        self.denies |= Truth.UNKNOWN
        for name in ("allows", "anybody", "direct", "role", "account"):
            setattr(self, name, getattr(self, name) | Truth.UNKNOWN)
        self.why_deny.append((Truth.UNKNOWN, reason, (why,)))
        self.why_allow.append((Truth.UNKNOWN, reason, (why,)))


def _reason(statement: Statement, found: Applies, effect: str, what: str) -> Reason:
    verb = {"Deny": "denies", "Allow": "allows"}.get(effect, "allows or denies")
    held = [check.text for check in found.checks if check.truth is not Truth.FALSE]
    maybe = "may apply: " if found.truth is Truth.UNKNOWN else ""
    tail = f" ({'; '.join(held)})" if held else ""
    return Reason(f"{maybe}{what} {verb} it{tail}", statement.label, statement.location)


def weigh(policies: Iterable[Policy], request: Request, what: str, naming: Naming) -> _Weight:
    """What policies of one kind say about a request."""
    weight = _Weight()
    for policy in policies:
        for statement in policy.statements:
            found = applies(statement, request, policy, naming=naming)
            if found.truth is Truth.FALSE:
                if found.reached and found.checks:
                    weight.near.append(Reason(found.checks[-1].text, statement.label, statement.location))
                continue
            if isinstance(statement.effect, Known):
                weight.add(statement.effect.value, statement, found, what)
                continue
            either = found._replace(truth=Truth.UNKNOWN, unknowns=(*found.unknowns, statement.effect))
            weight.add("Deny", statement, either, what)
            weight.add("Allow", statement, either, what)
        for why in policy.open:
            weight.open(why, what)
    return weight


def evaluate(request: Request, policies: Policies | Iterable[Policy]) -> Decision:
    """Whether a request is allowed.

    Args:
        request: what is asked.
        policies: all that have a say; a plain iterable of policies are those on the resource.

    Returns:
        A decision that holds for every filling of symbols and holes; UNKNOWN names those that decide. The nearest
        statements, and the conditions on which they failed, stand in `because`.
    """
    if not isinstance(policies, Policies):
        policies = Policies(resource=tuple(policies))
    if always_allowed(request):
        return Decision(Effect.ALLOW, (Reason(f"{request.action} needs no permission and cannot be denied"),))
    return _Case(request, policies).decide()


class _Case:
    """One request with what each kind of policy says about it."""

    def __init__(self, request: Request, policies: Policies) -> None:
        self.request = request
        kind = request.caller.kind
        outside = kind in {Kind.SERVICE, Kind.ANONYMOUS, Kind.FEDERATED}
        # Services, providers and anonymous callers have no policies and belong to no organization.
        self.outside = outside
        self.identity = weigh(() if outside else policies.identity, request, "a policy of the caller", Naming.NEVER)
        self.resource = weigh(policies.resource, request, "the resource policy", Naming.ALWAYS)
        self.boundary = self._guard(None if outside else policies.boundary, "the permissions boundary")
        self.session = self._guard(None if outside else policies.session, "the session policy")
        self.scp = [
            weigh(level, request, f"the service control policy of level {number}", Naming.NEVER)
            for number, level in enumerate(() if outside or policies.scp is None else policies.scp, 1)
        ]
        self.rcp = [
            weigh(level, request, f"the resource control policy of level {number}", Naming.ALWAYS)
            for number, level in enumerate(policies.rcp or (), 1)
        ]
        self.endpoint = self._guard(policies.endpoint, "the endpoint policy", Naming.OPTIONAL)
        self.assumptions = self._assume(policies)
        self._bounded_not_principal(policies)

    def _guard(self, policies: tuple[Policy, ...] | None, what: str, naming: Naming = Naming.NEVER) -> _Weight | None:
        return None if policies is None else weigh(policies, self.request, what, naming)

    def _assume(self, policies: Policies) -> tuple[str, ...]:
        found = []
        if policies.scp is None and not self.outside:
            found.append(SCP_UNREAD)
        if policies.rcp is None:
            found.append(RCP_UNREAD)
        return tuple(found)

    def _bounded_not_principal(self, policies: Policies) -> None:
        """A caller with a permissions boundary is always denied by a Deny with NotPrincipal."""
        if self.boundary is None:
            return
        for policy in policies.resource:
            for statement in policy.statements:
                if statement.not_principals is None or getattr(statement.effect, "value", None) != "Deny":
                    continue
                everybody = msgspec.structs.replace(statement, not_principals=None)
                found = applies(everybody, self.request, policy, naming=Naming.OPTIONAL)
                if found.truth is not Truth.FALSE:
                    self.resource.add("Deny", statement, found._replace(match=EVERYBODY), "the resource policy")

    @property
    def _all(self) -> list[_Weight]:
        guards = [self.boundary, self.session, self.endpoint]
        return [self.identity, self.resource, *self.scp, *self.rcp, *(guard for guard in guards if guard is not None)]

    def decide(self) -> Decision:
        denied = any_of(weight.denies for weight in self._all)
        if denied is Truth.TRUE:
            reasons = [item[1] for weight in self._all for item in weight.why_deny if item[0] is Truth.TRUE]
            return Decision(Effect.EXPLICIT_DENY, tuple(reasons), self.assumptions)
        granted = self._granted()
        if granted is Truth.FALSE:
            if denied is Truth.FALSE:
                return Decision(Effect.IMPLICIT_DENY, self._lacking(), self.assumptions)
            possible = (Effect.IMPLICIT_DENY, Effect.EXPLICIT_DENY)
            return self._unknown(self._lacking(), denies=True, allows=False, possible=possible)
        if granted is Truth.TRUE and denied is Truth.FALSE:
            return Decision(Effect.ALLOW, self._grounds(), self._with_trust(self.assumptions))
        possible_effects = [Effect.ALLOW]
        if granted is Truth.UNKNOWN:
            possible_effects.append(Effect.IMPLICIT_DENY)
        if denied is Truth.UNKNOWN:
            possible_effects.append(Effect.EXPLICIT_DENY)
        return self._unknown(
            (), denies=denied is Truth.UNKNOWN, allows=granted is Truth.UNKNOWN, possible=tuple(possible_effects)
        )

    def _guards(self) -> list[tuple[str, Truth]]:
        """What every way to be allowed must pass."""
        guards = [(f"level {n} of the service control policies", weight.allows) for n, weight in enumerate(self.scp, 1)]
        if self.endpoint is not None:
            guards.append(("the endpoint policy", self.endpoint.allows))
        return guards

    def _granted(self) -> Truth:
        """Whether it is allowed as far as explicit denies do not count."""
        guarded = all_of(truth for _, truth in self._guards())
        if guarded is Truth.FALSE or never_allowed(self.request):
            return Truth.FALSE
        resource = self.resource
        if self.outside:
            return guarded & (resource.anybody | resource.direct)
        root = self.request.caller.kind is Kind.ROOT
        limited = Truth.TRUE if root else self._limits()
        own = Truth.TRUE if root else self.identity.allows & limited
        role = resource.role & limited
        same = self.request.same_account
        must_be_named = owner_must_be_named(self.request)
        within = resource.anybody | resource.direct | role | (resource.account & own)
        if must_be_named is not Truth.TRUE:
            within |= own if must_be_named is Truth.FALSE else own & Truth.UNKNOWN
        across = own & (resource.anybody | resource.direct | resource.role | resource.account)
        return guarded & ((same & within) | (~same & across) | (within & across))

    def _limits(self) -> Truth:
        boundary = Truth.TRUE if self.boundary is None else self.boundary.allows
        session = Truth.TRUE if self.session is None else self.session.allows
        return boundary & session

    def _grounds(self) -> tuple[Reason, ...]:
        reasons = [
            item[1] for weight in (self.resource, self.identity) for item in weight.why_allow if item[0] is Truth.TRUE
        ]
        if not reasons and self.request.caller.kind is Kind.ROOT:
            reasons.append(Reason("the root user has full access to its account"))
        return tuple(reasons)

    def _with_trust(self, assumptions: tuple[str, ...]) -> tuple[str, ...]:
        return (self.resource.assumption, *assumptions) if self.resource.assumption else assumptions

    def _lacking(self) -> tuple[Reason, ...]:
        """Which allow is missing, and the statements that came near."""
        reasons: list[Reason] = []
        if never_allowed(self.request):
            reasons.append(Reason(f"AWS lets nobody do {self.request.action} to {self.request.resource}"))
        reasons.extend(
            Reason(f"{what} has no statement that allows it") for what, truth in self._guards() if truth is Truth.FALSE
        )
        for what, guard in (("the permissions boundary", self.boundary), ("the session policy", self.session)):
            if guard is not None and guard.allows is Truth.FALSE:
                reasons.append(Reason(f"{what} has no statement that allows it"))
        if self.outside:
            reasons.append(Reason("no statement of the resource policy allows it"))
        elif self.identity.allows is Truth.FALSE and self.resource.allows is Truth.FALSE:
            reasons.append(Reason("no statement of the caller's policies or of the resource policy allows it"))
        elif self.resource.allows is Truth.FALSE:
            reasons.append(Reason("no statement of the resource policy allows it"))
        elif self.identity.allows is Truth.FALSE:
            reasons.append(Reason("no statement of the caller's own policies allows it"))
        near = [reason for weight in self._all for reason in weight.near]
        return (*near, *reasons)

    def _unknown(
        self, ahead: tuple[Reason, ...], *, denies: bool, allows: bool, possible: tuple[Effect, ...]
    ) -> Decision:
        """Not decided, with the statements that may apply and what they lack."""
        reasons: list[Reason] = list(ahead)
        unknowns: list[Unknown] = []
        for weight in self._all:
            items = (weight.why_deny if denies else []) + (weight.why_allow if allows else [])
            for truth, reason, why in items:
                if truth is Truth.UNKNOWN:
                    reasons.append(reason)
                    unknowns.extend(why)
        unknowns.extend(self._accounts())
        return Decision(
            Effect.UNKNOWN,
            tuple(dict.fromkeys(reasons)),
            self._with_trust(self.assumptions),
            tuple(dict.fromkeys(unknowns)),
            possible,
        )

    def _accounts(self) -> tuple[Unknown, ...]:
        """Whether caller and resource are of one account, when that is not told and may matter."""
        request = self.request
        if self.outside or request.same_account is not Truth.UNKNOWN:
            return ()
        account = request.caller.account
        return untold(request.resource_account) + (() if account is None else untold(account))
