"""Findings of least privilege, and a smaller policy with its proof, as JSON: schema ``iam-narrow-v1``."""

from collections.abc import Iterable

from auditor.iam.narrow import Excess, Narrowed, PrincipalExcess, Proof
from auditor.model.known import Unknown
from auditor.report.json_text import encode

SCHEMA = "iam-narrow-v1"


def render_all(found: Iterable[PrincipalExcess]) -> str:
    """The findings of many principals; those without any are left out, and counted."""
    principals = 0
    shown: list[dict[str, object]] = []
    for each in found:
        principals += 1
        if each.policies or each.unknowns:
            shown.append(_principal(each))
    return encode({"schema": SCHEMA, "principals": principals, "findings_of": shown})


def render_one(made: Narrowed) -> str:
    """One smaller policy with what it leaves out, and its proof."""
    return encode(
        {
            "schema": SCHEMA,
            **_principal(made.findings),
            "policy": made.document,
            "size": made.size,
            "replaces": made.replaces,
            "of_groups": made.of_groups,
            "dropped": made.dropped,
            "undecided": made.undecided,
            "proof": _proof(made.proof),
            "assumptions": made.assumptions,
        }
    )


def render_policy(made: Narrowed) -> str:
    """The smaller policy alone, as IAM takes it."""
    return encode(made.document or {})


def _principal(found: PrincipalExcess) -> dict[str, object]:
    return {
        "principal": found.principal.id,
        "type": found.principal.type_name,
        "name": str(found.principal.name),
        "findings": [
            {"policy": policy.resource.id, **_excess(excess)} for policy in found.policies for excess in policy.found
        ],
        "unknown": _unknowns(found.unknowns),
    }


def _excess(excess: Excess) -> dict[str, object]:
    return {
        "statement": excess.statement,
        "digest": excess.digest,
        "kind": excess.kind.value,
        "actions": excess.patterns,
        "count": excess.count,
        "resources": excess.resources,
        "certain": excess.certain.value,
        "unknown": _unknowns(excess.unknowns),
    }


def _unknowns(unknowns: Iterable[Unknown]) -> list[dict[str, str]]:
    return [{"cause": why.cause.value, "detail": why.detail} for why in unknowns]


def _proof(proof: Proof) -> dict[str, object]:
    witness = proof.witness
    return {
        "holds": proof.holds,
        "subset": proof.subset.value,
        "witness": None
        if witness is None
        else {"action": witness.action, "resource": witness.resource, "context": witness.context},
        "unknown": _unknowns(proof.unknowns),
        "uses": proof.uses,
        "allowed_by_decision": proof.decided,
        "allowed_by_sets": proof.by_sets,
        "not_allowed_before": proof.not_before,
        "lost": [
            {
                "action": lost.use.action,
                "resource": lost.use.resource or None,
                "certain": lost.truth.value,
                "unknown": _unknowns(lost.unknowns),
            }
            for lost in proof.lost
        ],
    }
