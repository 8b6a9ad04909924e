"""The request and the policies that stand in a case of ``auditor iam simulate``, and the answer to it.

A case tells everything: a condition key that its context does not list is absent, an organization without levels has
no policies, and every level of resource control policies holds ``RCPFullAWSAccess``, which AWS attaches itself.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from auditor.cli.iam.cases import Answer, Case, CaseError
from auditor.iam.decision import Decision, Effect, Reason
from auditor.iam.document import Policy, parse
from auditor.iam.evaluate import Level, Policies, evaluate
from auditor.iam.request import ANONYMOUS, Caller, Kind, Request, caller
from auditor.model.origin import Location
from auditor.model.policy import Document, node_of
from auditor.model.text import Text, text

if TYPE_CHECKING:
    from auditor.iam.request import ContextValue

_SERVICE = re.compile(r"[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|aws\.internal)")
_PROVIDER = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?(/[\w./-]*)?")
_CANONICAL = re.compile(r"[0-9a-f]{64}|\d{64}")
_PROVIDERS_OF_AWS = frozenset({"cognito-identity.amazonaws.com"})


def answer(case: Case) -> Answer:
    """The members of the output line for a case.

    Raises:
        CaseError: the case is not of the form that is read.
    """
    return shown(evaluate(request_of(case), policies_of(case)))


def shown(decision: Decision) -> dict[str, object]:
    """A decision as JSON data."""
    found: dict[str, object] = {
        "decision": decision.effect.value,
        "because": [_reason(reason) for reason in decision.because],
    }
    if decision.effect is Effect.UNKNOWN:
        found["possible"] = [effect.value for effect in decision.possible]
        found["unknown"] = [{"cause": why.cause.value, "detail": why.detail} for why in decision.unknowns]
    if decision.assumptions:
        found["assumptions"] = list(decision.assumptions)
    return found


def _reason(reason: Reason) -> dict[str, str]:
    made = {"text": reason.text, "statement": reason.statement, "location": reason.location.pointer}
    if reason.location.path:
        made["location"] = str(reason.location)
    if reason.level:
        made["level"] = reason.level
    return made


def request_of(case: Case) -> Request:
    """The request of a case.

    Raises:
        CaseError: a member is missing or of another kind.
    """
    given = _mapping(case.get("request"), "request")
    who = ANONYMOUS if given.get("anonymous") else caller_of(_string(given, "principal"), _account(given))
    resource = _string(given, "resource")
    return Request(
        caller=who,
        action=_string(given, "action"),
        resource=text(resource),
        resource_account=_owner(given.get("resource_account"), resource, who),
        context=_context(given.get("context")),
        closed=True,
    )


def caller_of(name: str, account: str = "") -> Caller:
    """The caller that a principal of a policy or a request means.

    Args:
        name: ARN, service principal, name of an identity provider, or canonical user id.
        account: of a canonical user, where it is told.

    Raises:
        CaseError: it is none of them.
    """
    if name.startswith("arn:"):
        return caller(text(name))
    if name not in _PROVIDERS_OF_AWS and _SERVICE.fullmatch(name):
        return Caller(Kind.SERVICE, service=name)
    if _CANONICAL.fullmatch(name):
        return Caller(Kind.CANONICAL_USER, text(name), text(account) if account else None)
    if _PROVIDER.fullmatch(name):
        return Caller(Kind.FEDERATED, text(name))
    raise CaseError(f"{name!r} is no ARN, service, identity provider or canonical user id")


def _account(given: Mapping[str, object]) -> str:
    found = given.get("principal_account")
    return found if isinstance(found, str) else ""


def _owner(account: object, resource: str, who: Caller) -> Text:
    """The account of the resource; where neither the case nor the ARN tells it, the caller's."""
    if isinstance(account, str) and account:
        return text(account)
    parts = resource.split(":", 5)
    if len(parts) == 6 and parts[4]:
        return text(parts[4])
    return text() if who.account is None else who.account


def _context(given: object) -> "dict[str, ContextValue]":
    found: dict[str, ContextValue] = {}
    for key, value in _mapping({} if given is None else given, "request.context").items():
        values = value if isinstance(value, list) else [value]
        found[key.lower()] = tuple(text(_plain(each, key)) for each in values)
    return found


def _plain(value: object, key: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise CaseError(f"the value of {key} is neither a string nor a list of strings")


def policies_of(case: Case) -> Policies:
    """The policies of a case.

    Raises:
        CaseError: a member is of another kind than a policy, a list of them, or a list of levels.
    """
    given = _mapping(case.get("policies"), "policies")
    scp, scp_names = _levels(given, "scp")
    rcp, rcp_names = _levels(given, "rcp")
    return Policies(
        identity=_several(given, "identity"),
        resource=_several(given, "resource"),
        boundary=_several(given, "boundary") or None,
        session=_several(given, "session") or None,
        scp=scp,
        rcp=rcp,
        endpoint=_several(given, "vpce") or None,
        scp_names=scp_names,
        rcp_names=rcp_names,
    )


def _levels(given: Mapping[str, object], kind: str) -> tuple[tuple[Level, ...], tuple[str, ...]]:
    found = given.get(kind)
    if found is None:
        return (), ()
    if not isinstance(found, list):
        raise CaseError(f"policies.{kind} is no list of levels")
    levels: list[Level] = []
    names: list[str] = []
    for index, each in enumerate(found):
        level = _mapping(each, f"policies.{kind}/{index}")
        levels.append(_listed(level.get("policies"), f"/policies/{kind}/{index}/policies"))
        name = level.get("orgIdentifier")
        names.append(name if isinstance(name, str) else "")
    return tuple(levels), tuple(names)


def _several(given: Mapping[str, object], kind: str) -> tuple[Policy, ...]:
    return _listed(given.get(kind), f"/policies/{kind}")


def _listed(found: object, pointer: str) -> tuple[Policy, ...]:
    """Nothing, one policy, or a list of them."""
    if found is None:
        return ()
    if isinstance(found, list):
        return tuple(policy_at(each, f"{pointer}/{index}") for index, each in enumerate(found))
    return (policy_at(found, pointer),)


def policy_at(found: object, pointer: str, path: str = "") -> Policy:
    """The policy that stands somewhere, as an object or as JSON text; its statements know their places.

    Raises:
        CaseError: it is neither, or nested too deep.
    """
    where = f"{path}{'#' if path and pointer else ''}{pointer}"
    if isinstance(found, str):
        return parse(Document(json=found))
    if not isinstance(found, dict):
        raise CaseError(f"{where} is not a policy document")
    try:
        policy = parse(Document(tree=node_of(found, pointer)))
    except RecursionError as error:
        raise CaseError(f"{where} is nested too deep for a policy document") from error
    return _in_file(policy, path) if path else policy


def _in_file(policy: Policy, path: str) -> Policy:
    statements = tuple(
        msgspec.structs.replace(each, location=Location(path, pointer=each.location.pointer))
        for each in policy.statements
    )
    return msgspec.structs.replace(policy, statements=statements)


def _mapping(found: object, what: str) -> Mapping[str, object]:
    if not isinstance(found, dict):
        raise CaseError(f"{what} is not an object")
    return found


def _string(given: Mapping[str, object], name: str) -> str:
    found = given.get(name)
    if not isinstance(found, str) or not found:
        raise CaseError(f"request.{name} is not a string")
    return found
