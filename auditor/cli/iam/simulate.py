"""``auditor iam simulate``: whether requests are allowed, and which statements decide."""

from typing import TYPE_CHECKING, Any

import click

from auditor.cli.errors import EXIT_GATE, EXIT_INCOMPLETE, EXIT_NO_INPUT, EXIT_PASSED, EXIT_USAGE, Stop
from auditor.cli.options import ACCOUNT, Pair

if TYPE_CHECKING:
    from auditor.iam.decision import Decision
    from auditor.iam.document import Policy
    from auditor.iam.evaluate import Level, Policies
    from auditor.iam.request import Request

_FILE = click.Path()


@click.command("simulate")
@click.option("--cases", metavar="FILE", help="Many requests: JSON Lines, one case a line, - for stdin.")
@click.option("--principal", metavar="WHO", help="ARN, service, identity provider, or `anonymous`.")
@click.option("--action", metavar="ACTION", help="In full, such as sns:Publish.")
@click.option("--resource", metavar="ARN", help="What it is done to; * for actions that have no resource.")
@click.option("--resource-account", type=ACCOUNT, help="Its owner; needed where the ARN names none.")
@click.option("--context", type=Pair(), multiple=True, metavar="KEY=VALUE", help="Condition key (repeatable).")
@click.option("--absent", multiple=True, metavar="KEY", help="Condition key that the request lacks (repeatable).")
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

    One request comes from the options; the files are policy documents in JSON or YAML, or lists of them, - for stdin.
    A condition key that is given several times has several values. What is not given is said: condition keys that
    matter make the answer unknown, service and resource control policies are taken to allow and noted. Exits with 0
    when the request is allowed, 1 when it is denied, 4 when what was given does not decide.

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
    from auditor.cli.iam.asked import request_of
    from auditor.iam.evaluate import evaluate

    request = request_of(options)
    decision = evaluate(request, _policies(options))
    click.echo(_rendered(request, decision, format_), nl=False)
    ctx.exit(_code(decision))


def _code(decision: "Decision") -> int:
    from auditor.model.known import Truth

    return {Truth.TRUE: EXIT_PASSED, Truth.FALSE: EXIT_GATE, Truth.UNKNOWN: EXIT_INCOMPLETE}[decision.allowed]


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
