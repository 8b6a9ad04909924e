"""``auditor collect``: an account as a file."""

from pathlib import Path
from typing import Any

import click

from auditor.cli import inputs
from auditor.cli.errors import EXIT_INCOMPLETE, EXIT_PASSED, EXIT_USAGE, Stop, explain
from auditor.cli.options import live_options


@click.command("collect")
@click.argument("snapshot", type=click.Path(dir_okay=False), metavar="FILE")
@live_options()
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Parallel work.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
@click.option("-v", "--verbose", is_flag=True, help="Tell what is read.")
@click.pass_context
def command(ctx: click.Context, snapshot: str, **options: Any) -> None:
    """Read the account of the credentials into FILE (mode 0600), for scans without access.

    \b
    auditor collect account.json --region eu-west-1 --region us-east-1
    """
    from auditor.sources import snapshot as snapshots

    inventory = inputs.live(inputs.wanted({**options, "live": True}))
    try:
        snapshots.write(Path(snapshot), inventory)
    except OSError as error:
        raise Stop(f"{snapshot}: cannot be written: {error.strerror}", EXIT_USAGE) from error
    unread = [row for row in inventory.coverage if getattr(row.complete, "cause", None) is not None]
    for row in unread[:10]:
        explain(f"{row.operation} {row.resource or row.region}: {row.complete.cause}: {row.complete.detail}", 0)
    if len(unread) > 10:
        explain(f"and {len(unread) - 10} more that could not be read; auditor inventory --coverage lists them", 0)
    explain(f"{len(inventory.resources)} resources written to {snapshot}", 0)
    ctx.exit(EXIT_INCOMPLETE if unread else EXIT_PASSED)
