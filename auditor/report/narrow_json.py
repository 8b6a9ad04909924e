"""Findings of least privilege, and a smaller policy with its proof, as JSON: schema ``iam-narrow-v1``."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias

import msgspec

from auditor.iam.narrow import Excess, Narrowed, PrincipalExcess
from auditor.iam.narrow import Proof as Proven
from auditor.report.iam_v1 import Missing, missing
from auditor.report.json_text import encode

Schema: TypeAlias = Literal["iam-narrow-v1"]
SCHEMA: Schema = "iam-narrow-v1"
Certain: TypeAlias = Literal["true", "false", "unknown"]


class Finding(msgspec.Struct, frozen=True):
    """Something in a statement that could be less; `count` is the number of actions it is about."""

    policy: str
    statement: str
    digest: str
    kind: str
    actions: list[str]
    count: int
    resources: list[str]
    certain: Certain
    unknown: list[Missing]


class Principal(msgspec.Struct, frozen=True):
    """The findings of one principal, and the policies of it that were not read."""

    principal: str
    type: str
    name: str
    findings: list[Finding]
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
    """A smaller policy for one principal, null where nothing is left, and the policies that it replaces."""

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
    proof: Proof
    assumptions: list[str]


def render_all(found: Iterable[PrincipalExcess]) -> str:
    """The findings of many principals; those without any are left out, and counted."""
    principals = 0
    shown: list[Principal] = []
    for each in found:
        principals += 1
        if each.policies or each.unknowns:
            shown.append(_principal(each))
    return encode(FindingsV1(SCHEMA, principals, shown))


def render_one(made: Narrowed) -> str:
    """One smaller policy with what it leaves out, and its proof."""
    of = _principal(made.findings)
    return encode(
        SmallerV1(
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
            dropped=list(made.dropped),
            undecided=list(made.undecided),
            proof=_proof(made.proof),
            assumptions=list(made.assumptions),
        )
    )


def render_policy(made: Narrowed) -> str:
    """The smaller policy alone, as IAM takes it."""
    return encode(made.document or {})


def _principal(found: PrincipalExcess) -> Principal:
    return Principal(
        found.principal.id,
        found.principal.type_name,
        str(found.principal.name),
        [_excess(policy.resource.id, excess) for policy in found.policies for excess in policy.found],
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
        certain=excess.certain.value,
        unknown=missing(excess.unknowns),
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
