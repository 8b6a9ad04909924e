"""``auditor inventory``: what is in the inputs, and how much of it is known."""

from typing import TYPE_CHECKING, Any

import click

from auditor.cli import auditing, inputs
from auditor.cli.errors import EXIT_INCOMPLETE, EXIT_PASSED, explain
from auditor.cli.options import binding_options, live_options, run_options
from auditor.model.known import Known, Unknown

if TYPE_CHECKING:
    from auditor.model.inventory import Inventory


@click.command("inventory")
@click.argument("paths", nargs=-1, metavar="[INPUT]…")
@live_options()
@binding_options()
@click.option("--coverage", is_flag=True, help="Show how much could be read: operations, values, types left out.")
@click.option("--show-endpoints", is_flag=True, help="Do not mask subscription endpoints.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Format on stdout.")
@run_options()
def command(paths: tuple[str, ...], format_: str, *, coverage: bool, show_endpoints: bool, **options: Any) -> int:
    """List the resources of templates, snapshots or the live account.

    As JSON it is a snapshot, of which only one with --show-endpoints can stand in for the inputs. With --coverage: the
    share of written values that stayed unknown, the resource types that are not modelled, and for
    accounts what each read operation answered.
    """
    from auditor.catalogue import shipped
    from auditor.report.masking import masked
    from auditor.report.terminal import printable_lines

    settings = auditing.configuration(options["config"], none=options["no_config"], catalogue=shipped(), changes={})
    found = inputs.read(inputs.wanted({"paths": paths, **options}, settings))
    for error in found.errors:
        explain(str(error), EXIT_INCOMPLETE)
    inventory = found.inventory if show_endpoints else masked(found.inventory)
    if format_ == "json":
        from auditor.report.json_text import encode
        from auditor.sources.snapshot import snapshot_of

        click.echo(encode(snapshot_of(inventory)), nl=False)
    else:
        click.echo(printable_lines(_coverage(inventory) if coverage else _listing(inventory)))
    return EXIT_INCOMPLETE if found.errors else EXIT_PASSED


def _listing(inventory: "Inventory") -> str:
    from tabulate import tabulate

    from auditor.report.layout import counted
    from auditor.report.terminal import plain

    rows = sorted(
        (resource.type_name, plain(str(resource.name)), plain(resource.address), plain(str(resource.location)))
        for resource in inventory.resources
    )
    # Names that look like numbers stay as they are written.
    table = tabulate(rows, ("type", "name", "address", "declared at"), disable_numparse=True)
    return f"{table}\n\n{counted(len(rows), 'resource')} in {counted(len(inventory.inputs), 'input')}"


def _coverage(inventory: "Inventory") -> str:
    from collections import Counter

    from tabulate import tabulate

    from auditor.report.layout import counted
    from auditor.report.terminal import plain

    parts: list[str] = []
    written = [item for item in inventory.inputs if item.leaves]
    if written:
        total = sum(item.leaves for item in written)
        lost = sum(item.unknown_leaves for item in written)
        rows = [
            (plain(item.path), item.leaves, item.unknown_leaves, f"{item.unknown_leaves / item.leaves:.1%}")
            for item in written
        ]
        parts.append(tabulate(rows, ("input", "values", "unknown", "share"), disable_numparse=True))
        where = counted(len(written), "input")
        parts.append(f"{lost:,} of {counted(total, 'written value')} unknown ({lost / total:.1%}) in {where}")
    missing = Counter[str]()
    for item in inventory.inputs:
        missing.update(item.unsupported)
    if missing:
        names = [(plain(name), number) for name, number in missing.most_common()]
        parts.append(tabulate(names, ("type not modelled", "resources"), disable_numparse=True))
    if inventory.coverage:
        answers = [
            (
                plain(row.account),
                plain(row.region),
                plain(row.operation),
                plain(row.resource),
                _answer(row.complete),
            )
            for row in inventory.coverage
        ]
        headers = ("account", "region", "operation", "resource", "answer")
        parts.append(tabulate(answers, headers, disable_numparse=True))
    return "\n\n".join(parts) or "nothing to show: the inputs are empty"


def _answer(complete: "Known[bool] | Unknown") -> str:
    from auditor.report.terminal import plain

    return "complete" if isinstance(complete, Known) else f"{complete.cause}: {plain(complete.detail)}"
