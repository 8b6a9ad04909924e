"""The request that the options of ``auditor iam simulate`` ask about."""

from collections.abc import Mapping
from typing import Any

from auditor.cli.errors import EXIT_PASSED, EXIT_USAGE, Stop, explain
from auditor.cli.iam.cases import CaseError
from auditor.cli.iam.request_case import caller_of
from auditor.iam import database
from auditor.iam.request import ANONYMOUS, Caller, ContextValue, Kind, Request, principal_context, service_request
from auditor.model.known import Cause, Unknown
from auditor.model.text import Text, text

_SOURCE = "the account that the service acts for is not told: --context aws:SourceAccount=…"


def request_of(options: Mapping[str, Any]) -> Request:
    """The request of the options.

    Raises:
        Stop: there can be no such request.
    """
    action, resource = options["action"].strip(), options["resource"]
    _check_resource(resource)
    _check_action(action, resource)
    who = _caller(options["principal"])
    owner = _owner(options["resource_account"], resource, who)
    given = _given(options)
    context = _known_keys(who, owner, given)
    if options["closed"]:
        context = {key: value for key, value in context.items() if key == "aws:resourceaccount" or _is_told(value)}
    return Request(
        caller=who,
        action=action,
        resource=text(resource),
        resource_account=owner,
        context=context | given,
        closed=options["closed"],
    )


def _check_action(action: str, resource: str) -> None:
    """Tell of an action that may be misspelt, and of one that needs a resource.

    Raises:
        Stop: it is no single action.
    """
    service, sign, name = action.partition(":")
    if not sign:
        raise Stop(f"--action {action} lacks the service prefix, as in sns:Publish", EXIT_USAGE)
    if not service.replace("-", "").isalnum() or not name.isalnum():
        raise Stop(f"--action {action} is not one action in full, such as sns:Publish", EXIT_USAGE)
    known = database.action(action)
    date = database.provenance().date
    if known is None:
        near = _near(action)
        hint = f"; did you mean {near}?" if near else ""
        explain(f"there is no action {action} in the database of {date}{hint}", EXIT_PASSED)
    elif resource == "*" and known.resources and all(each.required for each in known.resources):
        explain(f"{known.name} acts on a resource: only statements on every resource count for *", EXIT_PASSED)


def _near(action: str) -> str:
    """The action of the same service that is spelled most alike; empty when none is."""
    import difflib

    names = [each.name for each in database.actions_of(action.partition(":")[0].lower())]
    return next(iter(difflib.get_close_matches(action, names, 1)), "")


def _check_resource(resource: str) -> None:
    """Refuse what is no resource, and wildcards where no name can hold them.

    Raises:
        Stop: it is that.
    """
    if resource == "*":
        return
    if not resource.startswith("arn:") or resource.count(":") < 5:
        raise Stop(f"--resource {resource} is neither an ARN nor *", EXIT_USAGE)
    if ("*" in resource or "?" in resource) and not resource.split(":")[2].startswith("s3"):
        raise Stop(f"--resource {resource} means many resources: name one, or ask who-can", EXIT_USAGE)


def _caller(name: str) -> Caller:
    if name == "anonymous":
        return ANONYMOUS
    if name.lower().endswith((".amazonaws.com", ".amazonaws.com.cn")):
        name = name.lower()
    try:
        found = caller_of(name)
    except CaseError as error:
        raise Stop(f"--principal: {error}", EXIT_USAGE) from error
    if found.kind is Kind.OTHER:
        raise Stop(f"--principal: {name} is not the ARN of a user, role, session, root or provider", EXIT_USAGE)
    account = None if found.account is None else found.account.literal
    if account is not None and not (len(account) == 12 and account.isdecimal()):
        raise Stop(f"--principal: {name} holds no account id of 12 digits", EXIT_USAGE)
    return found


def _owner(given: str | None, resource: str, who: Caller) -> Text:
    """The account of the resource, a hole where nothing tells it."""
    if given:
        return text(given)
    account = resource.split(":", 5)[4] if resource != "*" else ""
    if account:
        return text(account)
    if resource == "*" and who.account is not None:
        # An action without resource is done in the caller's own account.
        return who.account
    return text(Unknown(Cause.NOT_HERE, f"the account of {resource} is not told: --resource-account"))


def _given(options: Mapping[str, Any]) -> dict[str, ContextValue]:
    """The condition keys of the options; a key that stands several times has several values.

    Raises:
        Stop: a key is given and said to be absent.
    """
    values: dict[str, list[Text]] = {}
    for key, value in options["context"]:
        values.setdefault(key.strip().lower(), []).append(text(value))
    found: dict[str, ContextValue] = {key: tuple(each) for key, each in values.items()}
    for key in options["absent"]:
        if found.setdefault(key.strip().lower(), None) is not None:
            raise Stop(f"--absent {key}: --context gives it a value", EXIT_USAGE)
    return found


def _known_keys(who: Caller, owner: Text, given: Mapping[str, ContextValue]) -> dict[str, ContextValue]:
    """What follows from who asks, and for services from what they act for."""
    if who.kind is not Kind.SERVICE:
        return principal_context(who, owner)
    request = service_request(
        who.service, "", text("*"), resource_account=owner, source_account=_acting_for(given), source_arn=None
    )
    return dict(request.context)


def _acting_for(given: Mapping[str, ContextValue]) -> Text:
    """The account that a service acts for: as told, or that of the ARN it acts for."""
    match given.get("aws:sourceaccount"), given.get("aws:sourcearn"):
        case ((Text() as account,), _):
            return account
        case (None, (Text() as arn,)) if "aws:sourceaccount" not in given and arn.literal is not None:
            pieces = arn.literal.split(":", 5)
            if len(pieces) == 6 and pieces[4]:
                return text(pieces[4])
    return text(Unknown(Cause.NOT_HERE, _SOURCE))


def _is_told(value: ContextValue) -> bool:
    """Whether a value is known, as one that is absent is too."""
    if isinstance(value, Unknown):
        return False
    return value is None or all(each.literal is not None for each in value)
