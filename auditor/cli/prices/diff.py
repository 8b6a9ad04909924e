"""``auditor prices diff``: what differs between two catalogs."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.errors import EXIT_GATE, EXIT_NO_INPUT, EXIT_PASSED, EXIT_USAGE, Stop
from auditor.cli.prices.catalogs import SERVICES, service_option

if TYPE_CHECKING:
    from pricing.catalog.model import ServicePrices


@click.command("diff")
@click.argument("folders", type=click.Path(path_type=Path), metavar="[OLD] NEW", nargs=-1, required=True)
@service_option
@click.option("--details", is_flag=True, help="Also prices that only have another status, SKU or source.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Format on stdout.")
@click.pass_context
def command(
    ctx: click.Context, folders: tuple[Path, ...], services: tuple[str, ...], format_: str, *, details: bool
) -> None:
    """Print what was added, removed and changed, with amounts and percentages.

    OLD and NEW are folders made by `auditor prices refresh`; without OLD, NEW is compared with the price data of this
    version. A service without a file in a folder has this version's prices there.

    Exit 0 when all prices are the same, 1 when one was added, removed or changed, 3 when a folder cannot be read.

    \b
    auditor prices diff prices-2026-10 prices-2026-11
    auditor prices diff prices-2026-11
    """
    from auditor.report import prices_diff
    from auditor.report.terminal import printable_lines
    from pricing.catalog.compare import compare

    if len(folders) > 2:
        raise Stop("prices diff compares two catalogs: name OLD and NEW", EXIT_USAGE)
    old = folders[0] if len(folders) == 2 else None
    found = compare(_files(old, services), _files(folders[-1], services))
    shown = prices_diff.as_json(found) if format_ == "json" else prices_diff.as_text(found, restated=details)
    click.echo(printable_lines(shown), nl=False)
    ctx.exit(EXIT_GATE if found.is_price else EXIT_PASSED)


def _files(folder: Path | None, services: tuple[str, ...]) -> "list[ServicePrices]":
    from auditor.cli.prices.catalogs import opened
    from pricing.catalog.lookup import SERVICES as CODES
    from pricing.catalog.lookup import CatalogError

    catalog = opened(folder)
    try:
        return [catalog.service(CODES[name]) for name in services or SERVICES]
    except CatalogError as error:
        raise Stop(str(error), EXIT_NO_INPUT) from error
