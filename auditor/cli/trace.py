"""``auditor trace``: the mail path of an identity as a tree with a verdict per link."""

from typing import TYPE_CHECKING, Any

import click

from auditor.cli.errors import EXIT_GATE, EXIT_INCOMPLETE, EXIT_PASSED, EXIT_USAGE, Stop
from auditor.cli.options import binding_options, live_options

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
@click.option("--show-endpoints", is_flag=True, help="Do not mask addresses of people and paths of URLs.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
@click.option("-v", "--verbose", is_flag=True, help="More on stderr: what is read, what is skipped.")
def command(
    identity: str, event: str | None, format_: str, color: "ColorChoice", *, show_endpoints: bool, **options: Any
) -> int:
    """Walk the mail path of IDENTITY (a domain, an address, a configuration set, an ARN) and judge every link.

    Exits with 1 when a bounce or complaint that is meant to arrive certainly does not.
    """
    from auditor.cli.errors import explain
    from auditor.cli.inputs import read, wanted
    from auditor.report.masking import Masking, endpoints, unmasked
    from auditor.report.terminal import printable_lines
    from auditor.routes.route import Event, Grade

    found = read(wanted(options))
    for error in found.errors:
        explain(str(error), EXIT_INCOMPLETE)
    events = [Event(event.upper())] if event is not None else list(Event)
    traces = _traces(identity, events, found.inventory)
    mask = unmasked if show_endpoints else Masking(endpoints(found.inventory))
    click.echo(printable_lines(_rendered(traces, format_, color, mask)), nl=False)
    if any(trace.grade is Grade.BROKEN for trace in traces):
        return EXIT_GATE
    return EXIT_INCOMPLETE if found.errors else EXIT_PASSED


def _traces(name: str, events: "list[Event]", inventory: "Inventory") -> "tuple[Trace, ...]":
    """The traces of every publisher that the name can mean.

    Raises:
        Stop: there is none.
    """
    from auditor.cli.errors import explain
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
