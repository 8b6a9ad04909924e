"""``auditor iam who-can``: the principals that can do an action to a resource."""

import gc
from typing import TYPE_CHECKING, Any

import click

from auditor.cli import inputs
from auditor.cli.errors import EXIT_INCOMPLETE, EXIT_PASSED, EXIT_USAGE, Stop, explain
from auditor.cli.iam.scp import rcp_option, scp_option
from auditor.cli.options import ACCOUNT, REGION, binding_options

if TYPE_CHECKING:
    from auditor.iam.access import Named
    from auditor.iam.who import Question, WhoCan
    from auditor.report.terminal import ColorChoice


@click.command("who-can")
@click.argument("action", metavar="ACTION", required=False)
@click.argument("resource", metavar="RESOURCE", required=False)
@click.option("--in", "paths", multiple=True, type=click.Path(), metavar="PATH", help="File or folder (repeatable).")
@click.option("--cases", metavar="FILE", help="Many questions: JSON Lines, one case a line, - for stdin.")
@click.option("--resource-account", type=ACCOUNT, metavar="ID", help="Owner of RESOURCE, where its ARN names none.")
@click.option(
    "--resource-policy",
    "policy",
    metavar="PATH",
    help="Policy on RESOURCE, or a list of them ([] for none), in place of what the inputs tell; - for stdin.",
)
@scp_option()
@rcp_option()
@click.option("--principal", "principals", multiple=True, metavar="ARN", help="Only this principal (repeatable).")
@click.option("--of-account", "accounts", multiple=True, type=ACCOUNT, help="Only principals of it (repeatable).")
@click.option("--absent", multiple=True, metavar="KEY", help="Condition key that requests lack (repeatable).")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Format on stdout.")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours; NO_COLOR is obeyed."
)
@click.option("--region", "regions", type=REGION, multiple=True, help="Region that templates will be deployed to.")
@binding_options()
@click.pass_context
def command(
    ctx: click.Context,
    /,
    action: str | None,
    resource: str | None,
    cases: str | None,
    format_: str,
    color: "ColorChoice",
    **options: Any,
) -> None:
    """List the principals that can do ACTION to RESOURCE.

    Inputs are the output of `aws iam get-account-authorization-details`, folders of iam-collect, snapshots and
    templates; several are joined. RESOURCE is an ARN, one with wildcards for some resource that matches, or * for
    actions that have no resource. A principal is listed when some request of it is allowed; conditions on what the
    inputs do not tell of requests stand beside it, and principals that the inputs do not decide stand apart. Control
    policies that are given hold over every account, in place of those of the inputs. Exits with 0, or with 4 when the
    answer may be incomplete.

    \b
    auditor iam who-can ses:SendEmail arn:aws:ses:eu-west-1:111122223333:identity/example.com --in details.json
    auditor iam who-can s3:GetObject 'arn:aws:s3:::reports/2026/*' --in iam-data/

    With --cases every line is `{"id", "request": {"actions": […], "resource": "…"}}` and is answered by a line
    `{"id", "who": […], "unknown": […], …}`.
    """
    if cases is None and (action is None or resource is None):
        raise Stop("ACTION and RESOURCE are missing (or give --cases FILE)", EXIT_USAGE)
    of_one = ("resource_account", "policy", "principals", "accounts", "absent")
    if cases is not None and (action is not None or any(options[name] for name in of_one)):
        raise Stop("--cases takes no ACTION, RESOURCE, policy or scope: the cases hold them", EXIT_USAGE)
    found = inputs.read(
        inputs.wanted({name: options[name] for name in ("paths", "account", "partition", "parameters", "regions")})
    )
    for error in found.errors:
        explain(str(error), EXIT_INCOMPLETE)
    # What was read stays until the end: the collector need not look at it again and again.
    gc.freeze()
    if cases is not None:
        from functools import partial

        from auditor.cli.iam.cases import answer_all
        from auditor.cli.iam.who_can_case import answer

        scp, rcp = _levels(options["scps"]), _levels(options["rcps"])
        code = answer_all(cases, partial(answer, inventory=found.inventory, scp=scp, rcp=rcp))
        ctx.exit(EXIT_INCOMPLETE if found.errors else code)
    from auditor.iam.who import ask
    from auditor.report.terminal import printable_lines

    answered = ask(_question(action or "", resource or "", options), found.inventory)
    click.echo(printable_lines(_rendered(answered, format_, color)), nl=False)
    ctx.exit(EXIT_INCOMPLETE if found.errors or answered.incomplete or answered.undecided else EXIT_PASSED)


def _question(action: str, resource: str, options: dict[str, Any]) -> "Question":
    """The question of the options.

    Raises:
        Stop: the action or the resource is none.
    """
    from auditor.iam.who import Question, Scope

    if action.count(":") != 1 or "*" in action or "?" in action:
        raise Stop(f"{action!r} is not an action in full, such as sns:Publish", EXIT_USAGE)
    if resource != "*" and not (resource.startswith("arn:") and resource.count(":") >= 5):
        raise Stop(f"{resource!r} is neither an ARN nor *", EXIT_USAGE)
    scope = None
    if options["principals"] or options["accounts"]:
        scope = Scope(frozenset(options["principals"]), frozenset(options["accounts"]))
    return Question(
        action=action,
        resource=resource,
        account=options["resource_account"],
        scope=scope,
        absent=tuple(options["absent"]),
        policies=None if options["policy"] is None else _policies(options["policy"]),
        scp=_levels(options["scps"]),
        rcp=_levels(options["rcps"]),
    )


def _levels(paths: tuple[str, ...]) -> "tuple[tuple[Named, ...], ...] | None":
    return tuple(map(_policies, paths)) if paths else None


def _policies(path: str) -> "tuple[Named, ...]":
    from auditor.cli.iam.files import documents_in
    from auditor.iam.access import Named
    from auditor.model.known import Known

    return tuple(Named(path, Known(document)) for document in documents_in(path))


def _rendered(answer: "WhoCan", format_: str, color: "ColorChoice") -> str:
    if format_ == "json":
        from auditor.report.who_can_json import render as as_json

        return as_json(answer)
    import shutil
    import sys

    from auditor.report.terminal import use_color
    from auditor.report.who_can_text import render as as_text

    width = shutil.get_terminal_size((120, 24)).columns
    return as_text(answer, color=use_color(sys.stdout, color), width=width)
