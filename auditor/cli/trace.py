"""``auditor trace``: the mail path of an identity as a tree with a verdict per link."""

from typing import TYPE_CHECKING, Any

import click

from auditor.cli import auditing, inputs
from auditor.cli.errors import EXIT_GATE, EXIT_INCOMPLETE, EXIT_PASSED, EXIT_USAGE, Stop, explain
from auditor.cli.options import binding_options, live_options, run_options

if TYPE_CHECKING:
    from auditor.model.inventory import Inventory
    from auditor.report.masking import Mask
    from auditor.report.terminal import ColorChoice
    from auditor.routes.route import Event, Trace


@click.command("trace")
@click.argument("identity", metavar="IDENTITY")
@click.option("--in", "paths", multiple=True, type=click.Path(), metavar="PATH", help="File or folder (repeatable).")
@live_options()
@binding_options()
@click.option("--event", type=click.Choice(["bounce", "complaint"]), help="Only this event; default: both.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Format on stdout.")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours; NO_COLOR is obeyed."
)
@click.option("--show-endpoints", is_flag=True, help="Do not mask subscription endpoints.")
@run_options()
@click.pass_context
def command(ctx: click.Context, /, identity: str, event: str | None, **options: Any) -> None:
    """Walk the mail path of IDENTITY and judge every link.

    IDENTITY is a domain, an e-mail address, the name of a configuration set, the name that a template gives to one of
    them, or an ARN. Exits with 1 when a bounce or complaint that is meant to arrive certainly does not.

    \b
    auditor trace example.com --in template.yaml
    auditor trace example.com --live --region eu-west-1 --event bounce
    """
    from auditor.catalogue import shipped
    from auditor.report.masking import Masking, endpoints, unmasked
    from auditor.report.terminal import printable_lines
    from auditor.routes.route import Event, Grade

    settings = auditing.configuration(options["config"], none=options["no_config"], catalogue=shipped(), changes={})
    found = inputs.read(inputs.wanted(options, settings))
    for error in found.errors:
        explain(str(error), EXIT_INCOMPLETE)
    events = [Event(event.upper())] if event is not None else list(Event)
    traces = _traces(identity, events, found.inventory)
    mask = unmasked if options["show_endpoints"] else Masking(endpoints(found.inventory))
    click.echo(printable_lines(_rendered(traces, options["format_"], options["color"], mask)), nl=False)
    if any(trace.grade is Grade.BROKEN for trace in traces):
        ctx.exit(EXIT_GATE)
    ctx.exit(EXIT_INCOMPLETE if found.errors else EXIT_PASSED)


def _traces(name: str, events: "list[Event]", inventory: "Inventory") -> "tuple[Trace, ...]":
    """The traces of every publisher that the name can mean.

    Raises:
        Stop: there is none.
    """
    from auditor.routes import grade, publishers, trace
    from auditor.routes.route import Trace

    found = publishers.called(inventory, name)
    if not found:
        found = publishers.sending_for(inventory, name)
        if found:
            explain(f"{name} is no identity of its own: its mail is sent as {found[0].name}", EXIT_PASSED)
    if not found:
        close = publishers.close_names(inventory, name)
        hint = f"; did you mean {', '.join(close)}?" if close else "; the inputs hold no such identity"
        raise Stop(f"no identity or configuration set {name!r}{hint}", EXIT_USAGE)
    made = []
    for publisher in found:
        for event in events:
            routes = trace(publisher, event, inventory)
            made.append(Trace(publisher=publisher, event=event, routes=routes, grade=grade(routes)))
    return tuple(made)


def _rendered(traces: "tuple[Trace, ...]", format_: str, color: "ColorChoice", mask: "Mask") -> str:
    if format_ == "json":
        from auditor.report.trace_json import render as as_json

        return as_json(traces, mask=mask)
    import shutil
    import sys

    from auditor.report.terminal import use_color
    from auditor.report.trace_text import render as as_text

    width = shutil.get_terminal_size((120, 24)).columns
    return as_text(traces, mask=mask, color=use_color(sys.stdout, color), width=width)
