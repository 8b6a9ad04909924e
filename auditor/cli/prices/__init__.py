"""``auditor prices``: the price data, what changed in it, and how to renew it."""

import click

from auditor.cli.lazy import LazyGroup

COMMANDS = {
    "show": "Print prices with their status, or the whole table.",
    "diff": "Print what differs between two catalogs.",
    "refresh": "Make a catalog from AWS's price lists.",
    "quantities": "List the quantities that a usage file can have.",
}


@click.group("prices", cls=LazyGroup, package="auditor.cli.prices", commands=COMMANDS)
def command() -> None:
    """Show and renew the price data, and list the quantities that a usage file can have."""
