"""``auditor prices``: the price data, and the names of what usage can be told of."""

from typing import TYPE_CHECKING

import click

from auditor.cli.errors import EXIT_USAGE, Stop

if TYPE_CHECKING:
    from pricing.catalog.matrix import Cell

SERVICES = ("ses", "sns", "data_transfer", "kms", "sqs")


@click.group("prices")
def command() -> None:
    """Show the price data and the quantities that a usage file can have."""


@command.command("show")
@click.option("--service", "services", type=click.Choice(SERVICES), multiple=True, help="Only these (repeatable).")
@click.option("--region", "regions", multiple=True, metavar="REGION", help="Only these (repeatable).")
@click.option("--dimension", metavar="PREFIX", default="", help="Only dimensions that begin like this.")
@click.option("--matrix", is_flag=True, help="Also what has no price: every dimension in every Region.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Format on stdout.")
def show(services: tuple[str, ...], regions: tuple[str, ...], dimension: str, format_: str, *, matrix: bool) -> None:
    """Print price rows with their status: confirmed, inferred or disputed.

    With --matrix, Regions without a price say "not offered" (AWS says so) or "no price known".
    """
    from auditor.report.terminal import printable_lines
    from pricing.catalog.lookup import CatalogError, Priced, shipped
    from pricing.catalog.matrix import cells

    try:
        catalog = shipped()
        unknown = [region for region in regions if region not in catalog.regions]
        if unknown and not matrix:
            raise Stop(f"the catalog has no Region {unknown[0]!r}", EXIT_USAGE)
        found = [
            cell
            for cell in cells(catalog, services or SERVICES, regions or catalog.regions)
            if cell.dimension.startswith(dimension) and (matrix or isinstance(cell.answer, Priced))
        ]
    except CatalogError as error:
        raise Stop(str(error), EXIT_USAGE) from error
    click.echo(printable_lines(_rendered(found, format_)), nl=False)


def _rendered(found: "list[Cell]", format_: str) -> str:
    if format_ == "json":
        from auditor.report.prices_json import render

        return render(found)
    from auditor.report.prices_text import table

    return table(found)


@command.command("quantities")
def quantities() -> None:
    """List the quantities of usage files with their units and metering rules."""
    import textwrap

    from pricing.meters.registry import quantities as known

    for item in known().values():
        rule = " ".join(item.help.split())
        click.echo(f"{item.id} ({item.unit})\n{textwrap.indent(textwrap.fill(rule, 100), '    ')}")
