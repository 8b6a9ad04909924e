"""Who can do something, as JSON."""

from auditor.iam.decision import Reason
from auditor.iam.who import Access, Needed, WhoCan
from auditor.iam.who.kinds import access_level, resource_type
from auditor.model.known import Truth, Unknown
from auditor.report.json_text import encode

_WORDS = {Truth.TRUE: "yes", Truth.FALSE: "no", Truth.UNKNOWN: "unknown"}


def render(answer: WhoCan) -> str:
    """The answer to one question."""
    return encode({"action": answer.action, "resource": answer.resource, **members(answer)})


def members(answer: WhoCan) -> dict[str, object]:
    """The members of an answer beside what was asked."""
    outside = answer.outsiders
    return {
        "who": [access(each, answer) for each in answer.who],
        "unknown": [
            {"principal": each.principal, "because": [_unknown(why) for why in each.unknowns]}
            for each in answer.undecided
        ],
        "root_users": list(answer.roots),
        "everybody": _WORDS[outside.everybody],
        "any_service": _WORDS[outside.any_service],
        "accounts_not_found": list(outside.accounts),
        "organizations_not_found": list(outside.organizations),
        "principals_not_found": list(outside.principals),
        "nobody": _WORDS[answer.nobody],
        "complete": not answer.incomplete,
        "incomplete": [_unknown(why) for why in answer.incomplete],
        "assumptions": list(answer.assumptions),
    }


def access(found: Access, answer: WhoCan) -> dict[str, object]:
    """One principal that can."""
    made: dict[str, object] = {
        "principal": found.principal,
        "kind": found.kind,
        "account": found.account or None,
        "action": answer.action,
        "access_level": access_level(answer.action),
        "resource_type": resource_type(answer.action, answer.resource),
        "because": [_reason(reason) for reason in found.because],
    }
    if found.conditions or found.sessions:
        made["conditions"] = [_needed(each) for each in found.conditions]
        made["request"] = found.request
    if found.sessions:
        made["sessions"] = list(found.sessions)
    if found.patterns:
        made["allowed_patterns"] = list(found.patterns)
    return made


def _reason(reason: Reason) -> dict[str, str]:
    return {
        "text": reason.text,
        "policy": reason.location.path,
        "statement": reason.statement,
        "pointer": reason.location.pointer,
    }


def _needed(each: Needed) -> dict[str, object]:
    return {
        "effect": each.effect,
        "operator": each.operator,
        "key": each.key,
        "values": list(each.values),
        "policy": each.policy,
        "statement": each.statement,
    }


def _unknown(why: Unknown) -> dict[str, str]:
    return {"cause": why.cause.value, "detail": why.detail}
