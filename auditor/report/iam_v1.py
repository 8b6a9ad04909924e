"""The answers of ``auditor iam`` as JSON: iam-simulate-v1, iam-compare-v1, iam-access-v1, and the parts that all share.

Only `Because` leaves out what it does not have; every other key is always written. The published JSON Schemas are
generated from these types.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from auditor.model.origin import Location

if TYPE_CHECKING:
    from auditor.iam.decision import Decision, Reason
    from auditor.iam.difference import Difference, Kind
    from auditor.iam.difference import Witness as Shown
    from auditor.iam.elements import Policy
    from auditor.iam.letting import Letting
    from auditor.iam.request import Request
    from auditor.model.known import Unknown

Result: TypeAlias = Literal["PASS", "FAIL", "UNKNOWN"]
Results: TypeAlias = Mapping[str, Result]

NEW_ACCESS: Results = {"true": "FAIL", "false": "PASS", "unknown": "UNKNOWN"}
"""By the truth of a difference."""


class Because(msgspec.Struct, frozen=True, omit_defaults=True):
    """What decided: a statement by Sid or ``#<index>``, and where it stands; both empty where no statement is meant.

    `level` names the level of an organization, `policy` the policy where the location does not tell it.
    """

    statement: str
    text: str
    location: str
    level: str = ""
    policy: str = ""


class Missing(msgspec.Struct, frozen=True):
    """What is not told and decides."""

    cause: str
    detail: str


class Witness(msgspec.Struct, frozen=True):
    """A request that shows it; without principal it does not matter who sends it, keys not listed are absent."""

    principal: str
    action: str
    resource: str
    context: dict[str, list[str]]


class Asked(msgspec.Struct, frozen=True):
    """The request of a simulation."""

    principal: str
    action: str
    resource: str


class SimulateV1(msgspec.Struct, frozen=True):
    """A decision; `possible` are the effects that an unknown one can be."""

    schema: Literal["iam-simulate-v1"]
    request: Asked
    decision: Literal["allow", "implicit_deny", "explicit_deny", "unknown"]
    possible: list[str]
    because: list[Because]
    unknown: list[Missing]
    assumptions: list[str]


class CompareV1(msgspec.Struct, frozen=True):
    """A comparison: PASS when nothing is new; `because` holds the statement that allows the witness."""

    schema: Literal["iam-compare-v1"]
    policy_type: Literal["identity", "resource"]
    result: Result
    witness: Witness | None
    because: list[Because]
    unknown: list[Missing]


class AccessV1(msgspec.Struct, frozen=True):
    """Whom a policy lets in; `result` is FAIL when that is everybody, `strict` asks by AWS's own definition."""

    schema: Literal["iam-access-v1"]
    audience: Literal["nobody", "owner", "accounts", "org", "service", "public", "unknown"]
    result: Result
    strict: Result
    accounts: list[str]
    organizations: list[str]
    services: list[str]
    public_actions: list[str]
    witness: Witness | None
    because: list[Because]
    unknown: list[Missing]


def simulated(request: "Request", decision: "Decision") -> SimulateV1:
    """The decision on one request."""
    return SimulateV1(
        "iam-simulate-v1",
        Asked(caller_name(request), request.action, str(request.resource)),
        decision.effect.value,
        [each.value for each in decision.possible],
        [because(reason) for reason in decision.because],
        missing(decision.unknowns),
        list(decision.assumptions),
    )


def compared(found: "Difference", kind: "Kind", new: "Sequence[Policy]") -> CompareV1:
    """A comparison with the new policies `new`."""
    return CompareV1(
        "iam-compare-v1",
        kind.value,
        NEW_ACCESS[found.truth.value],
        witness(found.witness),
        [] if found.witness is None else [_allowing(found, new)],
        missing(found.unknowns),
    )


def let_in(found: "Letting") -> AccessV1:
    """Whom a policy lets in."""
    return AccessV1(
        "iam-access-v1",
        msgspec.convert(found.audience, AccessV1.__annotations__["audience"]),
        msgspec.convert(found.public, Result),
        msgspec.convert(found.strict, Result),
        list(found.accounts),
        list(found.organizations),
        list(found.services),
        list(found.public_actions),
        witness(found.witness),
        [Because(each["statement"], each["text"], each["location"]) for each in found.because],
        [Missing(each["cause"], each["detail"]) for each in found.unknown],
    )


def because(reason: "Reason", *, policy: str = "") -> Because:
    """One thing that decided."""
    return Because(reason.statement, reason.text, place(reason.location), reason.level, policy)


def place(at: Location) -> str:
    """``path:line:column``, or ``path#pointer``, or the pointer alone where there is no file."""
    return str(at) if at.path else at.pointer


def missing(unknowns: "Iterable[Unknown]") -> list[Missing]:
    """What is not told."""
    return [Missing(why.cause.value, why.detail) for why in unknowns]


def witness(found: "Shown | None") -> Witness | None:
    """A request."""
    if found is None:
        return None
    context = {key: list(values) for key, values in found.context.items()}
    return Witness(found.principal, found.action, found.resource, context)


def caller_name(request: "Request") -> str:
    """Who asks: ARN, service, or what kind of caller it is."""
    caller = request.caller
    return str(caller.arn) if caller.arn is not None else caller.service or caller.kind.value


def _allowing(found: "Difference", new: "Sequence[Policy]") -> Because:
    """The statement that allows the new request."""
    statements = new[found.policy].statements if found.policy < len(new) else ()
    at = next((each.location for each in statements if each.label == found.statement), Location())
    return Because(found.statement, f"statement {found.statement} allows it", place(at))
