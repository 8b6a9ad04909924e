"""What the policies of one kind say about a request: whether they deny it, whether and as whom they allow it."""

from collections.abc import Iterable

from auditor.iam.decision import Reason
from auditor.iam.elements import Policy, Statement
from auditor.iam.request import Request
from auditor.iam.statement import EVERYBODY, NO, Applies, PolicyKind, applies
from auditor.model.known import Known, Truth, Unknown

_TRUE, _FALSE, _UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


def either(one: Truth, other: Truth) -> Truth:
    """`|` as a plain function, which costs a third."""
    if one is _FALSE:
        return other
    return one if one is _TRUE or other is not _TRUE else other


class Weight:
    """What a set of policies says about a request.

    Attributes:
        denies: whether a Deny statement applies.
        allows: whether an Allow statement applies, whoever it names.
        anybody, direct, role, account: the same for those that name the caller in one of these ways.
        why_deny, why_allow: the statements that do or may apply, with what decides where that is not told.
        near: statements that would apply but for a condition.
        assumption: what was taken for granted about who is named.
        what, level: what the policies are, and of which level of an organization, for reasons.
    """

    __slots__ = (
        "account",
        "allows",
        "anybody",
        "assumption",
        "denies",
        "direct",
        "level",
        "near",
        "role",
        "what",
        "why_allow",
        "why_deny",
    )

    def __init__(self, what: str = "", level: str = "") -> None:
        self.what = what
        self.level = level
        self.denies = self.allows = _FALSE
        self.anybody = self.direct = self.role = self.account = _FALSE
        self.why_deny: list[tuple[Truth, Reason, tuple[Unknown, ...]]] = []
        self.why_allow: list[tuple[Truth, Reason, tuple[Unknown, ...]]] = []
        self.near: list[Reason] = []
        self.assumption = ""

    def add(self, effect: str, statement: Statement, found: Applies) -> None:
        """One statement that does or may apply."""
        truth = found.truth
        reason = self._reason(statement, found, effect)
        if effect == "Deny":
            self.denies = either(self.denies, truth)
            self.why_deny.append((truth, reason, found.unknowns))
            return
        self.allows = either(self.allows, truth)
        match = found.match
        if match is None or match is EVERYBODY:
            self.anybody = either(self.anybody, truth)
        else:
            self.anybody = either(self.anybody, truth & match.anybody)
            self.direct = either(self.direct, truth & match.direct)
            self.role = either(self.role, truth & match.role)
            self.account = either(self.account, truth & match.account)
            if truth is _TRUE:
                self.assumption = self.assumption or match.assumption
        self.why_allow.append((truth, reason, found.unknowns))

    def open(self, why: Unknown) -> None:
        """Statements that are not told."""
        reason = Reason(f"what else {self.what} says is not told: {why.detail}", level=self.level)
        self.denies |= _UNKNOWN
        for name in ("allows", "anybody", "direct", "role", "account"):
            setattr(self, name, getattr(self, name) | _UNKNOWN)
        self.why_deny.append((_UNKNOWN, reason, (why,)))
        self.why_allow.append((_UNKNOWN, reason, (why,)))

    def missed(self, statement: Statement, found: Applies) -> None:
        """A statement that would apply but for a condition."""
        self.near.append(Reason(found.checks[-1].text, statement.label, statement.location, self.level))

    def _reason(self, statement: Statement, found: Applies, effect: str) -> Reason:
        verb = _VERBS.get(effect, "allows or denies")
        maybe = "may apply: " if found.truth is _UNKNOWN else ""
        tail = ""
        if found.checks:
            held = "; ".join(check.text for check in found.checks if check.truth is not _FALSE)
            tail = f" ({held})" if held else ""
        return Reason(f"{maybe}{self.what} {verb} it{tail}", statement.label, statement.location, self.level)


_VERBS = {"Deny": "denies", "Allow": "allows"}
NOTHING = Weight()
"""Of no policies."""


def weigh(policies: Iterable[Policy], request: Request, what: str, kind: PolicyKind, level: str = "") -> Weight:
    """What policies of one kind say about a request."""
    weight = Weight(what, level)
    for policy in policies:
        for statement in policy.statements:
            found = applies(statement, request, policy, kind=kind)
            if found is NO:
                continue
            if found.truth is _FALSE:
                if found.reached and found.checks:
                    weight.missed(statement, found)
                continue
            if isinstance(statement.effect, Known):
                weight.add(statement.effect.value, statement, found)
                continue
            open_ended = found._replace(truth=_UNKNOWN, unknowns=(*found.unknowns, statement.effect))
            weight.add("Deny", statement, open_ended)
            weight.add("Allow", statement, open_ended)
        for why in policy.open:
            weight.open(why)
    return weight
