"""Findings of least privilege, and smaller policies with their proofs, as JSON: schema ``iam-narrow-v1``."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias

import msgspec

from auditor.iam.narrow import Choice as Offer
from auditor.iam.narrow import Excess, Narrowed, PrincipalExcess, by_services
from auditor.iam.narrow import Proof as Proven
from auditor.model.iam import Role, User
from auditor.report.iam_v1 import Missing, missing
from auditor.report.json_text import encode, encode_line

Schema: TypeAlias = Literal["iam-narrow-v1"]
SCHEMA: Schema = "iam-narrow-v1"
Certain: TypeAlias = Literal["true", "false", "unknown"]


class Finding(msgspec.Struct, frozen=True):
    """Something in a statement that could be less.

    `count` is the number of actions it is about, `by` what cuts a grant in vain.
    """

    policy: str
    statement: str
    digest: str
    kind: str
    actions: list[str]
    count: int
    resources: list[str]
    by: list[str]
    certain: Certain
    unknown: list[Missing]


class Choice(msgspec.Struct, frozen=True):
    """A way to narrow that could be chosen, with what it would lock out when all known values are named.

    `regions` are those of which all values are known, `untold` counts values that are not told in full.
    """

    way: str
    actions: int
    values: list[str]
    untold: int
    regions: list[str]
    locks_out: str
    unknown: list[Missing]


class Principal(msgspec.Struct, frozen=True):
    """The findings of one principal, what could be chosen, and the policies of it that were not read.

    `choices` is null where all principals were asked about.
    """

    principal: str
    type: str
    name: str
    findings: list[Finding]
    choices: list[Choice] | None
    unknown: list[Missing]


class Lost(msgspec.Struct, frozen=True):
    """A recorded use that the smaller policy does not allow; null for a resource that the record does not tell."""

    action: str
    resource: str | None
    certain: Certain
    unknown: list[Missing]


class Added(msgspec.Struct, frozen=True):
    """A request that is allowed by the smaller policy and was not."""

    action: str
    resource: str
    context: dict[str, list[str]]


class Proof(msgspec.Struct, frozen=True):
    """What was proven: that it is a subset, and that recorded uses stay allowed."""

    holds: bool
    subset: Certain
    witness: Added | None
    unknown: list[Missing]
    uses: int
    allowed_by_decision: int
    allowed_by_sets: int
    not_allowed_before: int
    lost: list[Lost]


class FindingsV1(msgspec.Struct, frozen=True):
    """The findings of all principals that were asked about."""

    schema: Schema
    principals: int
    findings_of: list[Principal]


class SmallerV1(msgspec.Struct, frozen=True):
    """A smaller policy for one principal, null where nothing is left, and the policies that it replaces.

    `dropped` and `undecided` are actions, or ``service:*`` for all that are known of a service; `undecided` is empty
    when nothing was told about use.
    """

    schema: Schema
    principal: str
    type: str
    name: str
    findings: list[Finding]
    unknown: list[Missing]
    policy: dict[str, Any] | None
    size: int
    replaces: list[str]
    of_groups: list[str]
    dropped: list[str]
    undecided: list[str]
    vain_uses: list[str]
    locks_out: list[str]
    proof: Proof
    assumptions: list[str]


class FailedV1(msgspec.Struct, frozen=True):
    """Why there is no smaller policy for one principal of many."""

    schema: Schema
    principal: str
    type: str
    name: str
    error: str


def render_all(found: Iterable[PrincipalExcess]) -> str:
    """The findings of many principals; those without any are left out, and counted."""
    principals = 0
    shown: list[Principal] = []
    for each in found:
        principals += 1
        if each.policies or each.unknowns:
            shown.append(_principal(each))
    return encode(FindingsV1(SCHEMA, principals, shown))


def render_findings(found: PrincipalExcess, choices: Iterable[Offer]) -> str:
    """The findings of one principal, and what could be chosen."""
    return encode(FindingsV1(SCHEMA, 1, [_principal(found, [_choice(each) for each in choices])]))


def render_one(made: Narrowed) -> str:
    """One smaller policy with what it leaves out, and its proof."""
    return encode(smaller(made))


def smaller(made: Narrowed) -> SmallerV1:
    """One smaller policy with what it leaves out, and its proof."""
    of = _principal(made.findings)
    return SmallerV1(
        schema=SCHEMA,
        principal=of.principal,
        type=of.type,
        name=of.name,
        findings=of.findings,
        unknown=of.unknown,
        policy=None if made.document is None else dict(made.document),
        size=made.size,
        replaces=list(made.replaces),
        of_groups=list(made.of_groups),
        dropped=list(by_services(made.dropped)),
        undecided=list(by_services(made.undecided)),
        vain_uses=list(made.vain_uses),
        locks_out=list(made.locks_out),
        proof=_proof(made.proof),
        assumptions=list(made.assumptions),
    )


def line(made: Narrowed) -> str:
    """One smaller policy as one line."""
    return encode_line(smaller(made))


def line_of_failure(principal: User | Role, error: str) -> str:
    """Why there is no smaller policy, as one line."""
    return encode_line(FailedV1(SCHEMA, principal.id, principal.type_name, str(principal.name), error))


def render_policy(made: Narrowed) -> str:
    """The smaller policy alone, as IAM takes it."""
    return encode(made.document or {})


def _principal(found: PrincipalExcess, choices: list[Choice] | None = None) -> Principal:
    return Principal(
        found.principal.id,
        found.principal.type_name,
        str(found.principal.name),
        [_excess(policy.resource.id, excess) for policy in found.policies for excess in policy.found],
        choices,
        missing(found.unknowns),
    )


def _excess(policy: str, excess: Excess) -> Finding:
    return Finding(
        policy=policy,
        statement=excess.statement,
        digest=excess.digest,
        kind=excess.kind.value,
        actions=list(excess.patterns),
        count=excess.count,
        resources=list(excess.resources),
        by=list(excess.by),
        certain=excess.certain.value,
        unknown=missing(excess.unknowns),
    )


def _choice(offer: Offer) -> Choice:
    return Choice(
        way=offer.way.value,
        actions=offer.actions,
        values=list(offer.values),
        untold=offer.untold,
        regions=list(offer.regions),
        locks_out=offer.locks_out,
        unknown=missing(offer.unknowns),
    )


def _proof(proof: Proven) -> Proof:
    witness = proof.witness
    return Proof(
        holds=proof.holds,
        subset=proof.subset.value,
        witness=None if witness is None else Added(witness.action, witness.resource, _context(witness.context)),
        unknown=missing(proof.unknowns),
        uses=proof.uses,
        allowed_by_decision=proof.decided,
        allowed_by_sets=proof.by_sets,
        not_allowed_before=proof.not_before,
        lost=[
            Lost(lost.use.action, lost.use.resource or None, lost.truth.value, missing(lost.unknowns))
            for lost in proof.lost
        ],
    )


def _context(context: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    return {key: list(values) for key, values in context.items()}
