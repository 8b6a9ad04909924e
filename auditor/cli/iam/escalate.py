"""``auditor iam escalate``: the ways by which principals can get more rights."""

import gc
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from auditor.cli import inputs
from auditor.cli.errors import EXIT_GATE, EXIT_INCOMPLETE, EXIT_PASSED, EXIT_USAGE, Stop, explain
from auditor.cli.iam.scp import levels_in, scp_option
from auditor.cli.options import binding_options, now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditor.iam.escalation import Escalation, Rights
    from auditor.report.terminal import ColorChoice


@click.command("escalate")
@click.option("--in", "paths", multiple=True, type=click.Path(), metavar="PATH", help="File or folder (repeatable).")
@click.option("--cases", metavar="FILE", help="Many sets of policies: JSON Lines, one case a line, - for stdin.")
@click.option("--principal", "principals", multiple=True, metavar="ARN|NAME", help="Show only this one (repeatable).")
@click.option("--mail", is_flag=True, help="Also who can cut, divert or read the mail path, or get the right to send.")
@scp_option()
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Format on stdout.")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours; NO_COLOR is obeyed."
)
@binding_options()
@click.pass_context
def command(
    ctx: click.Context,
    /,
    cases: str | None,
    principals: tuple[str, ...],
    format_: str,
    color: "ColorChoice",
    **options: Any,
) -> None:
    """Find the ways by which principals can get more rights.

    Inputs are the output of `aws iam get-account-authorization-details`, snapshots and templates; several are joined.
    Every user and role is an administrator, can become one by a chain of steps, cannot, or is not decided: where a
    step needs something that the inputs do not tell of, such as an instance that runs with a role, they say what.

    Exits with 1 when somebody who is no administrator can become one (with --principal: when one of those can; without
    it also when a role on the way lets in principals of any account), with 4 when an input could not be read in full,
    else with 0.

    \b
    auditor iam escalate --in details.json
    auditor iam escalate --in details.json --principal deploy --mail

    With --cases every line is `{"id", "policies": [{"name", "document"}…]}` or `{"id", "identity": [document…],
    "boundary": document}`, and may have `"trust": [{"role", "document"}…]` and `"scp": [document…]`. It is answered by
    a line `{"id", "verdict": "exploitable|not exploitable|unknown", "admin": true|false|null, "paths": […], …}`:
    exploitable when who has these policies is an administrator or they open a path, given that there is something to
    act on, or when a role lets in its whole account.
    """
    if cases is not None:
        if principals or any(options.values()):
            raise Stop("--cases goes with no other input: the cases hold all", EXIT_USAGE)
        from auditor.cli.iam.cases import answer_all
        from auditor.cli.iam.escalate_case import answer

        ctx.exit(answer_all(cases, partial(answer, now=now())))
    found = inputs.read(
        inputs.wanted({name: options[name] for name in ("paths", "account", "partition", "parameters")})
    )
    for error in found.errors:
        explain(str(error), EXIT_INCOMPLETE)
    # What was read stays until the end: the collector need not look at it again and again.
    gc.freeze()
    # The search keeps nearly all that it makes: looking for garbage as often as by default costs a tenth of its time.
    gc.set_threshold(100_000, 50, 100)
    from auditor.iam.escalation import Escalation, Standing
    from auditor.model.known import Truth
    from auditor.report.terminal import printable_lines

    search = Escalation(found.inventory, now=now(), scp=levels_in(options["scps"]))
    shown = _chosen(search.rights, principals)
    click.echo(printable_lines(_rendered(search, shown, format_, color, mail=options["mail"])), nl=False)
    # All of it is freed with the process: on its way out the collector need not look through it once more.
    gc.freeze()
    opened = not principals and any(each.truth is Truth.TRUE for each in search.strangers)
    if opened or any(each.standing is Standing.CAN_GET for each in shown):
        ctx.exit(EXIT_GATE)
    unread = any(why.cause.makes_incomplete for each in shown for why in each.unknowns)
    ctx.exit(EXIT_INCOMPLETE if found.errors or unread else EXIT_PASSED)


def _chosen(rights: "Sequence[Rights]", wanted: tuple[str, ...]) -> "tuple[Rights, ...]":
    """Those that were asked for by ARN, name or address; all when none were.

    Raises:
        Stop: there is no principal of that name.
    """
    if not wanted:
        return tuple(rights)
    names = {name: [each for each in rights if name in _names(each)] for name in wanted}
    for name, called in names.items():
        if not called:
            import difflib

            near = difflib.get_close_matches(name, {str(each.principal.name) for each in rights}, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise Stop(f"no user or role {name!r} in the inputs{hint}", EXIT_USAGE)
    asked = {id(each) for called in names.values() for each in called}
    return tuple(each for each in rights if id(each) in asked)


def _names(each: "Rights") -> set[str]:
    principal = each.principal
    return {str(principal.name), principal.address, principal.id, str(principal.arn)}


def _rendered(
    search: "Escalation", shown: "tuple[Rights, ...]", format_: str, color: "ColorChoice", *, mail: bool
) -> str:
    from auditor.iam.escalation.mailways import mail_report

    ways, senders = mail_report(search, shown) if mail else ((), ())
    if format_ == "json":
        from auditor.report.escalation_json import render as as_json

        return as_json(search, shown, ways, senders)
    import shutil
    import sys

    from auditor.report.escalation_text import render as as_text
    from auditor.report.terminal import use_color

    width = shutil.get_terminal_size((120, 24)).columns
    return as_text(search, shown, ways, senders, color=use_color(sys.stdout, color), width=width)
