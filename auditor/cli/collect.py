"""``auditor collect``: an account as a file."""

from pathlib import Path
from typing import Any

import click

from auditor.cli import inputs
from auditor.cli.errors import EXIT_INCOMPLETE, EXIT_PASSED, EXIT_USAGE, Stop, explain
from auditor.cli.options import account_options
from auditor.model.known import Unknown

_SHOWN = 10
DAYS = 30
"""Of usage, when nothing is said."""


@click.command("collect")
@click.argument("snapshot", type=click.Path(dir_okay=False), metavar="FILE")
@account_options()
@click.option(
    "--usage",
    is_flag=True,
    help="Read CloudWatch metrics too, for estimates; AWS charges about $0.01 per 1,000 metrics, 3 per topic.",
)
@click.option("--days", type=click.IntRange(1, 455), metavar="N", help="With --usage: days to read; default: 30.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Parallel work.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
@click.option("-v", "--verbose", is_flag=True, help="Tell what is read.")
def command(snapshot: str, **options: Any) -> int:
    """Read the account of the credentials into FILE (mode 0600), for scans without access.

    \b
    auditor collect account.json --region eu-west-1 --region us-east-1
    auditor collect account.json --region eu-west-1 --usage --days 30
    """
    if options["days"] is not None and not options["usage"]:
        raise Stop("--days needs --usage", EXIT_USAGE)
    days = (options["days"] or DAYS) if options["usage"] else None
    from auditor.sources import snapshot as snapshots

    inventory = inputs.live(inputs.wanted({**options, "live": True, "usage_days": days}))
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
