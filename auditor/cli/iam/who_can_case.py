"""The question that stands in a case of ``auditor iam who-can --cases``, and the answer to it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from msgspec import structs

from auditor.cli.iam.cases import Answer, Case, CaseError
from auditor.iam.who import Question, Scope, ask
from auditor.report.who_can_json import members

if TYPE_CHECKING:
    from auditor.iam.access import Named
    from auditor.model.inventory import Inventory

    Levels = tuple[tuple[Named, ...], ...] | None


class _Scope(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    principals: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    ous: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()


class _Request(msgspec.Struct, frozen=True, rename="camel"):
    actions: tuple[str, ...] | None = None
    action: str | None = None
    resource: str = "*"
    resource_account: str | None = None
    principal_scope: _Scope | None = None
    strict_context_keys: tuple[str, ...] = ()
    s3_abac_override: str | None = None


def answer(case: Case, inventory: "Inventory", scp: "Levels" = None, rcp: "Levels" = None) -> Answer:
    """The members of the output line for a case: of all its actions together.

    Args:
        case: with a ``request``.
        inventory: of which it is asked.
        scp: service control policies over every account, in place of those of the inventory; None for those.
        rcp: resource control policies, likewise.

    Raises:
        CaseError: the case is not of the form that is read.
    """
    given = case.get("request")
    if not isinstance(given, Mapping):
        raise CaseError("request is not an object")
    try:
        request = msgspec.convert(given, _Request)
    except msgspec.ValidationError as error:
        raise CaseError(str(error)) from error
    except UnicodeEncodeError:
        raise CaseError("request: a text holds half a character") from None
    actions = request.actions if request.actions is not None else (request.action,) if request.action else ()
    if not actions:
        raise CaseError("request names no action")
    questions = [structs.replace(_question(request, action, inventory), scp=scp, rcp=rcp) for action in actions]
    found = [members(ask(question, inventory)) for question in questions]
    return found[0] if len(found) == 1 else _joined(found)


def _question(request: _Request, action: str, inventory: "Inventory") -> Question:
    if request.s3_abac_override not in {None, "enabled", "disabled"}:
        raise CaseError("s3AbacOverride is neither enabled nor disabled")
    return Question(
        action=action,
        resource=request.resource,
        account=request.resource_account,
        scope=None if request.principal_scope is None else _scope(request.principal_scope, inventory),
        absent=request.strict_context_keys,
        tags_grant=None if request.s3_abac_override is None else request.s3_abac_override == "enabled",
    )


def _scope(scope: _Scope, inventory: "Inventory") -> Scope:
    """Units and organizations stand for the accounts below them."""
    from auditor.model.known import Known
    from auditor.model.organizations import Organization
    from auditor.model.relations import organization_path

    accounts = set(scope.accounts)
    for organization in inventory.of(Organization):
        below = organization.parents.value if isinstance(organization.parents, Known) else {}
        whole = str(organization.name) in scope.organizations
        for name in below:
            path = organization_path(organization, name) if name.isdigit() else None
            if whole or (isinstance(path, Known) and not set(path.value).isdisjoint(scope.ous)):
                accounts.add(name)
    return Scope(frozenset(scope.principals), frozenset(accounts))


def _joined(found: list[dict[str, object]]) -> dict[str, object]:
    """The answers for several actions: lists together, words as the first action has them unless they differ."""
    made: dict[str, object] = {}
    for name in found[0]:
        values = [each[name] for each in found]
        if isinstance(values[0], list):
            made[name] = _together(values)
        elif isinstance(values[0], bool):
            made[name] = all(values)
        else:
            made[name] = values[0] if len(set(map(str, values))) == 1 else "differs"
    return made


def _together(lists: list[object]) -> list[object]:
    """All items, each once."""
    found: list[object] = []
    for items in lists:
        for item in items if isinstance(items, list) else ():
            if item not in found:
                found.append(item)
    return found
