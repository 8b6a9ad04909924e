"""``auditor iam simulate``: whether requests are allowed, and which statements decide."""

from typing import TYPE_CHECKING, Any

import click

from auditor.cli.errors import EXIT_GATE, EXIT_INCOMPLETE, EXIT_NO_INPUT, EXIT_PASSED, EXIT_USAGE, Stop
from auditor.cli.options import ACCOUNT, Pair

if TYPE_CHECKING:
    from auditor.iam.decision import Decision
    from auditor.iam.document import Policy
    from auditor.iam.evaluate import Level, Policies
    from auditor.iam.request import Caller, ContextValue, Request
    from auditor.model.text import Text

_FILE = click.Path()


@click.command("simulate")
@click.option("--cases", metavar="FILE", help="Many requests: JSON Lines, one case a line, - for stdin.")
@click.option("--principal", metavar="WHO", help="ARN, service, identity provider, or `anonymous`.")
@click.option("--action", metavar="ACTION", help="In full, such as sns:Publish.")
@click.option("--resource", metavar="ARN", help="What it is done to; * for actions that have no resource.")
@click.option("--resource-account", type=ACCOUNT, help="Its owner; needed where the ARN names none.")
@click.option("--context", type=Pair(), multiple=True, metavar="KEY=VALUE", help="Condition key (repeatable).")
@click.option("--closed", is_flag=True, help="Condition keys that are not given are absent, not unknown.")
@click.option("--policy", "identity", type=_FILE, multiple=True, help="Policy of the caller (repeatable).")
@click.option("--resource-policy", "resource_", type=_FILE, multiple=True, help="Policy on the resource.")
@click.option("--boundary", type=_FILE, multiple=True, help="Permissions boundary of the caller.")
@click.option("--session", type=_FILE, multiple=True, help="Session policy (repeatable).")
@click.option("--scp", type=_FILE, multiple=True, help="Service control policies of a level, the root first.")
@click.option("--rcp", type=_FILE, multiple=True, help="Resource control policies of a level, the root first.")
@click.option("--vpce", type=_FILE, multiple=True, help="Policy of the VPC endpoint it goes through.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Format on stdout.")
@click.pass_context
def command(ctx: click.Context, /, cases: str | None, format_: str, **options: Any) -> None:
    """Decide requests as AWS documents it, with the statements and conditions that decide.

    One request comes from the options; the files are JSON policy documents, or lists of them. What is not given is
    said: condition keys that matter make the answer unknown, service and resource control policies are taken to allow
    and noted. Exits with 0 when the request is allowed, 1 when it is denied, 4 when what was given does not decide.

    \b
    auditor iam simulate --principal ses.amazonaws.com --action sns:Publish \\
        --resource arn:aws:sns:eu-west-1:111122223333:bounces \\
        --resource-policy topic-policy.json --context aws:SourceAccount=111122223333

    With --cases every line is `{"id", "request": {…}, "policies": {…}}` and is answered by a line
    `{"id", "decision", "because"}`; a case tells its whole context and all policies. Exits with 0, or with 4 when a
    line could not be read.
    """
    if cases is not None:
        if any(options[name] for name in options):
            raise Stop("--cases takes no other options: the cases hold the requests and policies", EXIT_USAGE)
        from auditor.cli.iam.cases import answer_all
        from auditor.cli.iam.request_case import answer

        ctx.exit(answer_all(cases, answer))
    for name in ("principal", "action", "resource"):
        if not options[name]:
            raise Stop(f"--{name} is missing (or give --cases FILE)", EXIT_USAGE)
    from auditor.iam.evaluate import evaluate

    request = _request(options)
    decision = evaluate(request, _policies(options))
    click.echo(_rendered(request, decision, format_), nl=False)
    ctx.exit(_code(decision))


def _code(decision: "Decision") -> int:
    from auditor.model.known import Truth

    return {Truth.TRUE: EXIT_PASSED, Truth.FALSE: EXIT_GATE, Truth.UNKNOWN: EXIT_INCOMPLETE}[decision.allowed]


def _request(options: dict[str, Any]) -> "Request":
    from auditor.iam.request import Request
    from auditor.model.text import text

    action = options["action"]
    if ":" not in action:
        raise Stop(f"--action {action} lacks the service prefix, as in sns:Publish", EXIT_USAGE)
    who = _caller(options["principal"])
    resource = text(options["resource"])
    owner = _owner(options["resource_account"], options["resource"], who)
    context = _known_keys(who, owner)
    given: dict[str, list[Text]] = {}
    for key, value in options["context"]:
        given.setdefault(key.lower(), []).append(text(value))
    context |= {key: tuple(values) for key, values in given.items()}
    return Request(
        caller=who,
        action=action,
        resource=resource,
        resource_account=owner,
        context=context,
        closed=options["closed"],
    )


def _caller(name: str) -> "Caller":
    from auditor.cli.iam.cases import CaseError
    from auditor.cli.iam.request_case import caller_of
    from auditor.iam.request import ANONYMOUS, Kind

    if name == "anonymous":
        return ANONYMOUS
    try:
        found = caller_of(name)
    except CaseError as error:
        raise Stop(f"--principal: {error}", EXIT_USAGE) from error
    if found.kind is Kind.OTHER:
        raise Stop(f"--principal: {name} is not the ARN of a user, role, session, root or provider", EXIT_USAGE)
    return found


def _owner(given: str | None, resource: str, who: "Caller") -> "Text":
    """The account of the resource, a hole where nothing tells it."""
    from auditor.model.known import Cause, Unknown
    from auditor.model.text import text

    if given:
        return text(given)
    parts = resource.split(":", 5)
    if len(parts) == 6 and parts[4]:
        return text(parts[4])
    if resource == "*" and who.account is not None:
        # An action without resource is done in the caller's own account.
        return who.account
    return text(Unknown(Cause.NOT_HERE, f"the account of {resource} is not told: --resource-account"))


def _known_keys(who: "Caller", owner: "Text") -> "dict[str, ContextValue]":
    """What follows from who asks."""
    from auditor.iam.request import Kind, principal_context, service_request
    from auditor.model.known import Cause, Unknown
    from auditor.model.text import text

    if who.kind is not Kind.SERVICE:
        return principal_context(who, owner)
    why = Unknown(Cause.NOT_HERE, "the account that the service acts for is not told: --context aws:SourceAccount=…")
    request = service_request(
        who.service, "", text("*"), resource_account=owner, source_account=text(why), source_arn=None
    )
    return dict(request.context)


def _policies(options: dict[str, Any]) -> "Policies":
    from auditor.iam.evaluate import Policies

    return Policies(
        identity=_several(options["identity"]),
        resource=_several(options["resource_"]),
        boundary=_limiting(options["boundary"]),
        session=_limiting(options["session"]),
        scp=_levels(options["scp"]),
        rcp=_levels(options["rcp"]),
        endpoint=_limiting(options["vpce"]),
        scp_names=options["scp"],
        rcp_names=options["rcp"],
    )


def _levels(paths: tuple[str, ...]) -> "tuple[Level, ...] | None":
    return tuple(_several((path,)) for path in paths) if paths else None


def _several(paths: tuple[str, ...]) -> "tuple[Policy, ...]":
    from auditor.cli.iam.files import policies_in

    return tuple(policy for path in paths for policy in policies_in(path))


def _limiting(paths: tuple[str, ...]) -> "tuple[Policy, ...] | None":
    """The policies of a kind that limits; None when none was given.

    Raises:
        Stop: the files hold no policy, which is neither a limit nor none.
    """
    found = _several(paths)
    if paths and not found:
        raise Stop(f"{paths[0]}: holds no policy", EXIT_NO_INPUT)
    return found or None


def _rendered(request: "Request", decision: "Decision", format_: str) -> str:
    from auditor.report.iam_v1 import simulated
    from auditor.report.terminal import printable_lines

    found = simulated(request, decision)
    if format_ == "json":
        from auditor.report.json_text import encode

        return encode(found)
    from auditor.report.iam_text import simulated as as_text

    return printable_lines(as_text(found))
