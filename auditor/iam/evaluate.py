"""The decision about one request over all policies that have a say, as AWS documents the order.

An explicit deny anywhere denies. Otherwise every guard (organization policies, boundary, session policy, endpoint
policy) must allow, and the resource policy, the caller's own policies, or both.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterable

import msgspec

from auditor.iam.decision import Decision, Effect, Reason
from auditor.iam.elements import Policy
from auditor.iam.exceptions import always_allowed, never_allowed, owner_must_be_named, service_linked
from auditor.iam.reason import untold
from auditor.iam.request import Kind, Request
from auditor.iam.statement import EVERYBODY, PolicyKind, applies
from auditor.iam.suppose import by_cases
from auditor.iam.weight import NOTHING, Weight, either, weigh
from auditor.model.known import Cause, Truth, Unknown

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
            apply; None when they were not read. Every level of `rcp` holds ``RCPFullAWSAccess`` besides, and all of
            them are passed over for services to which AWS does not apply them.
        endpoint: policies of the VPC endpoint that the request goes through; None when there is none.
        scp_names, rcp_names: what the levels are called in reasons, in their order; by number where there is no name.
    """

    identity: tuple[Policy, ...] = ()
    resource: tuple[Policy, ...] = ()
    boundary: tuple[Policy, ...] | None = None
    session: tuple[Policy, ...] | None = None
    scp: tuple[Level, ...] | None = None
    rcp: tuple[Level, ...] | None = None
    endpoint: tuple[Policy, ...] | None = None
    scp_names: tuple[str, ...] = ()
    rcp_names: tuple[str, ...] = ()


_OUTSIDE = frozenset({Kind.SERVICE, Kind.ANONYMOUS, Kind.FEDERATED})
SCP_UNREAD = "service control policies were not read"
RCP_UNREAD = "resource control policies were not read"


_TRUE, _FALSE, _UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


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
    linked = service_linked(request) if policies.scp or policies.rcp else _FALSE
    if linked is _FALSE:
        return _decide(request, policies)
    free = _decide(request, msgspec.structs.replace(policies, scp=(), rcp=()))
    return free if linked is _TRUE else _one_of(free, _decide(request, policies), request)


def _decide(request: Request, policies: Policies) -> Decision:
    decision = _Case(request, policies).decide()
    if decision.effect is not Effect.UNKNOWN:
        return decision
    return by_cases(decision, request, lambda supposing: _Case(supposing, policies).decide())


def _one_of(free: Decision, limited: Decision, request: Request) -> Decision:
    """The decision about a session whose role may be linked to a service, so that control policies do not limit it."""
    if free.effect is limited.effect:
        return limited
    why = Unknown(
        Cause.NOT_HERE,
        f"whether the role of {request.caller.arn} is linked to a service, so that control policies do not limit it",
    )
    possible = (*(free.possible or (free.effect,)), *(limited.possible or (limited.effect,)))
    return Decision(
        Effect.UNKNOWN,
        limited.because,
        limited.assumptions,
        tuple(dict.fromkeys((why, *free.unknowns, *limited.unknowns))),
        tuple(dict.fromkeys(possible)),
    )


def _under_rcp(request: Request) -> bool:
    """Whether resource control policies apply to the service; AWS lists those to which they do."""
    # Only needed where there are such policies, and it brings the action database.
    from auditor.iam.database import supports_rcp

    return supports_rcp(request.action.partition(":")[0])


class _Case:
    """One request with what each kind of policy says about it."""

    __slots__ = (
        "all",
        "assumptions",
        "boundary",
        "endpoint",
        "identity",
        "outside",
        "rcp",
        "request",
        "resource",
        "scp",
        "session",
        "spared",
    )

    def __init__(self, request: Request, policies: Policies) -> None:
        self.request = request
        # Services, providers and anonymous callers have no policies and belong to no organization.
        self.outside = outside = request.caller.kind in _OUTSIDE
        self.identity = NOTHING if outside else self._of(policies.identity, "a policy of the caller")
        self.resource = self._of(policies.resource, "the resource policy", PolicyKind.RESOURCE)
        self.boundary = None if outside else self._guard(policies.boundary, "the permissions boundary")
        self.session = None if outside else self._guard(policies.session, "the session policy")
        self.scp: tuple[Weight, ...] = ()
        self.rcp: tuple[Weight, ...] = ()
        if policies.scp and not outside:
            self.scp = self._levels(policies.scp, policies.scp_names, PolicyKind.SERVICE_CONTROL)
        self.spared = bool(policies.rcp) and not _under_rcp(request)
        if policies.rcp and not self.spared:
            self.rcp = self._levels(policies.rcp, policies.rcp_names, PolicyKind.RESOURCE_CONTROL)
        self.endpoint = self._guard(policies.endpoint, "the endpoint policy", PolicyKind.ENDPOINT)
        self.assumptions = self._assume(policies)
        self._bounded_not_principal(policies)
        guards = (self.boundary, self.session, self.endpoint)
        self.all = (self.identity, self.resource, *self.scp, *self.rcp, *(each for each in guards if each is not None))

    def _of(self, policies: tuple[Policy, ...], what: str, kind: PolicyKind = PolicyKind.IDENTITY) -> Weight:
        return weigh(policies, self.request, what, kind) if policies else NOTHING

    def _guard(
        self, policies: tuple[Policy, ...] | None, what: str, kind: PolicyKind = PolicyKind.IDENTITY
    ) -> Weight | None:
        return None if policies is None else weigh(policies, self.request, what, kind)

    def _levels(self, levels: tuple[Level, ...], names: tuple[str, ...], kind: PolicyKind) -> tuple[Weight, ...]:
        """One weight per level, with its name in reasons."""
        what = "service" if kind is PolicyKind.SERVICE_CONTROL else "resource"
        weights = []
        for number, level in enumerate(levels, 1):
            name = names[number - 1] if number <= len(names) else ""
            shown = f"level {number} ({name})" if name else f"level {number}"
            weight = weigh(level, self.request, f"the {what} control policy of {shown}", kind, name or str(number))
            weights.append(weight)
        return tuple(weights)

    def _assume(self, policies: Policies) -> tuple[str, ...]:
        found: tuple[str, ...] = ()
        if policies.scp is None and not self.outside:
            found = (SCP_UNREAD,)
        if self.spared:
            service = self.request.action.partition(":")[0]
            return (*found, f"resource control policies do not apply to {service}, as far as the action data knows")
        return found if policies.rcp is not None else (*found, RCP_UNREAD)

    def _bounded_not_principal(self, policies: Policies) -> None:
        """A caller with a permissions boundary is always denied by a Deny with NotPrincipal."""
        if self.boundary is None:
            return
        for policy in policies.resource:
            for statement in policy.statements:
                if statement.not_principals is None or getattr(statement.effect, "value", None) != "Deny":
                    continue
                everybody = msgspec.structs.replace(statement, not_principals=None)
                found = applies(everybody, self.request, policy, kind=PolicyKind.ENDPOINT)
                if found.truth is not _FALSE:
                    self.resource.add("Deny", statement, found._replace(match=EVERYBODY))

    def decide(self) -> Decision:
        denied = _FALSE
        for weight in self.all:
            denied = either(denied, weight.denies)
        if denied is _TRUE:
            reasons = [item[1] for weight in self.all for item in weight.why_deny if item[0] is _TRUE]
            return Decision(Effect.EXPLICIT_DENY, tuple(reasons), self.assumptions)
        granted = self._granted()
        if granted is _FALSE:
            if denied is _FALSE:
                return Decision(Effect.IMPLICIT_DENY, self._lacking(), self.assumptions)
            possible = (Effect.IMPLICIT_DENY, Effect.EXPLICIT_DENY)
            return self._unknown(self._lacking(), denies=True, allows=False, possible=possible)
        if granted is _TRUE and denied is _FALSE:
            return Decision(Effect.ALLOW, self._grounds(), self._with_trust(self.assumptions))
        possible_effects = [Effect.ALLOW]
        if granted is _UNKNOWN:
            possible_effects.append(Effect.IMPLICIT_DENY)
        if denied is _UNKNOWN:
            possible_effects.append(Effect.EXPLICIT_DENY)
        return self._unknown(
            (), denies=denied is _UNKNOWN, allows=granted is _UNKNOWN, possible=tuple(possible_effects)
        )

    def _guarded(self) -> Truth:
        """Whether what every way to be allowed must pass lets it pass."""
        guarded = _TRUE
        for weight in self.scp:
            guarded &= weight.allows
        return guarded if self.endpoint is None else guarded & self.endpoint.allows

    def _granted(self) -> Truth:
        """Whether it is allowed as far as explicit denies do not count."""
        guarded = self._guarded()
        if guarded is _FALSE or never_allowed(self.request):
            return _FALSE
        resource = self.resource
        if self.outside:
            return guarded & (resource.anybody | resource.direct)
        own, limited = _TRUE, _TRUE
        if self.request.caller.kind is not Kind.ROOT:
            limited = self._limits()
            own = self.identity.allows & limited
        same = self.request.same_account
        within = across = _FALSE
        if same is not _FALSE:
            within = self._within(own, limited)
        if same is not _TRUE:
            across = own & (resource.anybody | resource.direct | resource.role | resource.account)
        if same is _TRUE:
            return guarded & within
        if same is _FALSE:
            return guarded & across
        return guarded & ((_UNKNOWN & (within | across)) | (within & across))

    def _within(self, own: Truth, limited: Truth) -> Truth:
        """Whether it is granted if caller and resource are of one account."""
        resource = self.resource
        must_be_named = owner_must_be_named(self.request)
        found = own if must_be_named is _FALSE else own & ~must_be_named
        if resource is NOTHING:
            return found
        return found | resource.anybody | resource.direct | (resource.role & limited) | (resource.account & own)

    def _limits(self) -> Truth:
        boundary = _TRUE if self.boundary is None else self.boundary.allows
        return boundary if self.session is None else boundary & self.session.allows

    def _grounds(self) -> tuple[Reason, ...]:
        reasons = [
            item[1] for weight in (self.resource, self.identity) for item in weight.why_allow if item[0] is _TRUE
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
        for weight in self.scp:
            if weight.allows is _FALSE:
                reasons.append(Reason(f"{weight.what} has no statement that allows it", level=weight.level))
        guards = (
            ("the endpoint policy", self.endpoint),
            ("the permissions boundary", self.boundary),
            ("the session policy", self.session),
        )
        for what, guard in guards:
            if guard is not None and guard.allows is _FALSE:
                reasons.append(Reason(f"{what} has no statement that allows it"))
        side = self._missing_side()
        if side:
            reasons.append(Reason(f"no statement of {side} allows it"))
        near = [reason for weight in self.all for reason in weight.near]
        return (*near, *reasons)

    def _missing_side(self) -> str:
        """Of which policies an allow is missing, in words; empty when it is of none of these."""
        resource = self.resource
        if self.outside:
            return "" if (resource.anybody | resource.direct) is _TRUE else "the resource policy"
        if self.identity.allows is not _FALSE:
            alone = self.request.same_account is _TRUE and owner_must_be_named(self.request) is _FALSE
            return "the resource policy" if resource.allows is _FALSE and not alone else ""
        if resource.allows is _FALSE:
            return "the caller's policies or of the resource policy"
        return "the caller's own policies"

    def _unknown(
        self, ahead: tuple[Reason, ...], *, denies: bool, allows: bool, possible: tuple[Effect, ...]
    ) -> Decision:
        """Not decided, with the statements that may apply and what they lack."""
        reasons: list[Reason] = list(ahead)
        unknowns: list[Unknown] = []
        for weight in self.all:
            items = (weight.why_deny if denies else []) + (weight.why_allow if allows else [])
            for truth, reason, why in items:
                if truth is _UNKNOWN:
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
        if self.outside or request.same_account is not _UNKNOWN:
            return ()
        account = request.caller.account
        return untold(request.resource_account) + (() if account is None else untold(account))
