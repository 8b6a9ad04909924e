"""One case of ``auditor iam escalate --cases``: policies of one principal, and roles with their trust policies."""

from datetime import datetime

import msgspec

from auditor.cli.iam.cases import Answer, Case, CaseError, policy_of
from auditor.cli.iam.held import levels, listed, named, one_or_more
from auditor.iam.document import Policy
from auditor.iam.escalation import Opened, OpenTrust, References, Seen, open_trust, paths_of
from auditor.iam.escalation.references import ACCOUNT
from auditor.iam.escalation.things import shown
from auditor.model.known import Truth
from auditor.model.text import text
from auditor.report.iam_v1 import because

_ADMIN = {Truth.TRUE: True, Truth.FALSE: False, Truth.UNKNOWN: None}
_CERTAIN = {Truth.TRUE: "open", Truth.UNKNOWN: "unknown"}


def answer(case: Case, *, now: datetime) -> Answer:
    """What the policies of a case give.

    A case holds ``policies`` (a list of ``{"name", "document"}``) or ``identity`` (a list of documents), and may hold
    ``boundary``, ``scp`` (a list of documents, or of lists with one list per level) and ``trust`` (a list of ``{"role",
    "document"}``).

    Raises:
        CaseError: a part is not of its form.
    """
    trusts = list(named(case, "trust", "role"))
    references = References(name for name, _ in trusts)
    policies = [
        _policy(references, document, name)
        for name, document in (*named(case, "policies"), *listed(case, "identity"))
        if document is not None
    ]
    written, over = case.get("boundary"), levels(case)
    boundary = None if written is None else [_policy(references, each, "boundary") for each in one_or_more(written)]
    scp = None if over is None else tuple(tuple(_policy(references, each, "scp") for each in level) for level in over)
    found = paths_of(policies, boundary=boundary, scp=scp, now=now)
    opened = [
        open_trust(name, _policy(references, document, f"trust policy of {name}"), text(ACCOUNT))
        for name, document in trusts
        if document is not None
    ]
    paths = [_path(each) for each in found.paths]
    paths.extend(_trust(each) for each in opened if each.truth is not Truth.FALSE)
    sure = found.admin is Truth.TRUE or any(path["state"] == "open" for path in paths)
    unsure = found.admin is Truth.UNKNOWN or bool(paths)
    return {
        "verdict": "exploitable" if sure else "unknown" if unsure else "not exploitable",
        "admin": _ADMIN[found.admin],
        "paths": paths,
        "unknown": [{"cause": why.cause.value, "detail": why.detail} for why in found.unknowns],
        "assumptions": list(references.assumptions),
    }


def _policy(references: References, document: object, what: str) -> Policy:
    """The policy in a case, its references replaced.

    Raises:
        CaseError: it is none.
    """
    try:
        return policy_of(references.filled(document), what)
    except ValueError as error:
        raise CaseError(f"{what}: {error}") from error


def _path(opened: Opened) -> dict[str, object]:
    made: dict[str, object] = {
        "id": opened.path.id,
        "category": opened.path.category.value,
        "state": _CERTAIN[opened.truth],
        "how": opened.path.how,
        "permissions": [_seen(each) for each in opened.seen],
    }
    if opened.path.given:
        made["given"] = opened.path.given
    if opened.unknowns:
        made["unknown"] = [{"cause": why.cause.value, "detail": why.detail} for why in opened.unknowns]
    return made


def _seen(seen: Seen) -> dict[str, object]:
    return {
        "action": seen.need.action,
        "resource": shown(seen.resource),
        "because": msgspec.to_builtins([because(reason) for reason in seen.decision.because]),
    }


def _trust(found: OpenTrust) -> dict[str, object]:
    whom = "principals of any account" if found.everybody is Truth.TRUE else "every principal of an account"
    return {
        "id": "sts-001",
        "category": "principal-access",
        "state": _CERTAIN[found.truth],
        "how": f"the trust policy of role {found.role} lets in {whom} that may do sts:AssumeRole",
        "role": found.role,
        "unknown": [{"cause": why.cause.value, "detail": why.detail} for why in found.unknowns],
    }
