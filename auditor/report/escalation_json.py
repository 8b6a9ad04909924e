"""Who can get more rights, as JSON: escalation-v1."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from auditor.iam.escalation import Escalation, Rights, Standing, Step
from auditor.iam.escalation.explain import Explained, Granting, Permission
from auditor.iam.escalation.mailways import Way
from auditor.iam.escalation.things import shown
from auditor.model.known import Truth, Unknown
from auditor.model.resource import Resource
from auditor.report.json_text import encode

Object: TypeAlias = dict[str, object]

_WORDS = {Truth.TRUE: "yes", Truth.FALSE: "no", Truth.UNKNOWN: "unknown"}
VERDICTS: Mapping[Standing, str] = {
    Standing.HAS: "admin",
    Standing.CAN_GET: "can-become-admin",
    Standing.CANNOT: "cannot",
    Standing.UNKNOWN: "unknown",
}


def render(found: Escalation, principals: Iterable[Rights], ways: Iterable[Way], senders: Iterable[Rights]) -> str:
    """The verdicts on some principals, and what they can do to the mail path.

    Args:
        found: the search.
        principals: those to write.
        ways: over the mail path.
        senders: how principals stand to the right to send.
    """
    return encode(
        {
            "schema": "escalation-v1",
            "principals": [_rights(each, found) for each in principals],
            "strangers": [
                {
                    **_principal(each.role),
                    "certain": each.truth is Truth.TRUE,
                    "unknown": [_unknown(why) for why in each.unknowns],
                }
                for each in found.strangers
            ],
            "mail": [_way(each) for each in ways],
            "sending": [_sending(each) for each in senders],
            "assumptions": list(found.assumptions),
        }
    )


def _rights(each: Rights, found: Escalation) -> Object:
    return {
        **_principal(each.principal),
        "verdict": VERDICTS[each.standing],
        "chain": [_step(step, found.explain(step)) for step in each.chain],
        "potential": [{"id": path.id, "how": path.how, "given": path.given or None} for path in each.potential],
        "unknown": [_unknown(why) for why in each.unknowns],
    }


def _principal(resource: Resource) -> Object:
    return {
        "principal": resource.id,
        "type": resource.type_name,
        "name": str(resource.name),
        "account": resource.account.literal,
    }


def _step(step: Step, explained: Explained) -> Object:
    return {
        "path": step.path.id,
        "category": step.path.category.value,
        "who": step.source.name,
        "how": step.path.how,
        "before": step.before or None,
        "gives": "every right" if step.target is None else step.target.name,
        "service": step.service or None,
        "certain": step.truth is Truth.TRUE,
        "permissions": [_permission(each) for each in explained.permissions],
        "given": step.given or None,
        "unknown": [_unknown(why) for why in step.unknowns],
        "fix": {"text": explained.fix.text, "locks_out": list(explained.fix.locks_out)},
    }


def _permission(each: Permission) -> Object:
    return {
        "action": each.action,
        "resource": each.resource,
        "allowed": _WORDS[each.truth],
        "given_by": [_granting(grant) for grant in each.given_by],
    }


def _granting(grant: Granting) -> Object:
    return {
        "policy": grant.policy,
        "statement": grant.statement,
        "group": grant.group or None,
        "path": grant.location.path,
        "line": grant.location.line,
        "pointer": grant.location.pointer,
    }


def _unknown(why: Unknown) -> Object:
    return {"cause": why.cause.value, "detail": why.detail}


def _way(each: Way) -> Object:
    return {
        "path": each.path.id,
        "category": each.path.category.value,
        "how": each.path.how,
        **_principal(each.principal),
        "certain": each.truth is Truth.TRUE,
        "on": list(each.stations),
        "permissions": [
            {
                "action": seen.need.action,
                "resource": shown(seen.resource),
                "because": [reason.text for reason in seen.decision.because],
            }
            for seen in each.seen
        ],
        "given": each.path.given or None,
        "unknown": [_unknown(why) for why in each.unknowns],
    }


def _sending(each: Rights) -> Object:
    words = {Standing.HAS: "can-send", Standing.CAN_GET: "can-get", Standing.CANNOT: "cannot"}
    return {
        **_principal(each.principal),
        "verdict": words.get(each.standing, "unknown"),
        "chain": [
            {
                "path": step.path.id,
                "how": step.path.how,
                "gives": "every right" if step.target is None else step.target.name,
                "certain": step.truth is Truth.TRUE,
            }
            for step in each.chain
        ],
        "unknown": [_unknown(why) for why in each.unknowns],
    }
