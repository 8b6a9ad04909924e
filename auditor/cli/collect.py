"""``auditor collect``: an account as a file."""

from pathlib import Path
from typing import Any

import click

from auditor.cli import inputs
from auditor.cli.errors import EXIT_INCOMPLETE, EXIT_PASSED, EXIT_USAGE, Stop, explain
from auditor.cli.options import live_options
from auditor.model.known import Unknown

_SHOWN = 10


@click.command("collect")
@click.argument("snapshot", type=click.Path(dir_okay=False), metavar="FILE")
@live_options()
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Parallel work.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
@click.option("-v", "--verbose", is_flag=True, help="Tell what is read.")
def command(snapshot: str, **options: Any) -> int:
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
    unread = 0
    for row in inventory.coverage:
        if isinstance(row.complete, Unknown) and row.complete.cause.makes_incomplete:
            unread += 1
            if unread <= _SHOWN:
                explain(f"{row.operation} {row.resource or row.region}: {row.complete.cause}: {row.complete.detail}", 0)
    if unread > _SHOWN:
        explain(f"and {unread - _SHOWN} more that could not be read; auditor inventory --coverage lists them", 0)
    explain(f"{len(inventory.resources)} resources written to {snapshot}", 0)
    return EXIT_INCOMPLETE if unread else EXIT_PASSED
