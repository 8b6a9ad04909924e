"""``auditor prices quantities``: the names of what usage can be told of."""

import click


@click.command("quantities")
def command() -> None:
    """List the quantities of usage files with their units and metering rules."""
    import textwrap

    from pricing.meters.registry import quantities as known

    for item in known().values():
        rule = " ".join(item.help.split())
        click.echo(f"{item.id} ({item.unit})\n{textwrap.indent(textwrap.fill(rule, 100), '    ')}")
