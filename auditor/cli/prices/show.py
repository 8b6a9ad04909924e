"""``auditor prices show``: prices with their status."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.errors import EXIT_PASSED, EXIT_USAGE, Stop, explain
from auditor.cli.options import Day, today
from auditor.cli.prices.catalogs import SERVICES, opened, prices_option, service_option
from pricing.catalog.age import MAX_AGE_DAYS

if TYPE_CHECKING:
    from pricing.catalog.age import Old
    from pricing.catalog.matrix import Cell


@click.command("show")
@service_option
@click.option("--region", "regions", multiple=True, metavar="REGION", help="Only these (repeatable).")
@click.option("--dimension", metavar="PREFIX", default="", help="Only dimensions that begin like this.")
@click.option("--matrix", is_flag=True, help="Also what has no price: every dimension in every Region.")
@prices_option
@click.option(
    "--max-age", type=click.IntRange(min=0), default=MAX_AGE_DAYS, metavar="DAYS", help="Say when prices are older."
)
@click.option("--now", "day", type=Day(), metavar="DATE", help="Date that ages are counted from.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json", "csv"]), default="text", help="Format on stdout."
)
def command(  # noqa: PLR0913 - one per option
    services: tuple[str, ...],
    regions: tuple[str, ...],
    dimension: str,
    folder: Path | None,
    max_age: int,
    day: date | None,
    format_: str,
    *,
    matrix: bool,
) -> None:
    """Print price rows with their status: confirmed, inferred or disputed.

    With --matrix, Regions without a price say "not offered" (AWS says so) or "no price known". A Region of "*" stands
    for all: the price does not depend on it.
    """
    from auditor.report.terminal import printable_lines
    from pricing.catalog.lookup import CatalogError, Priced
    from pricing.catalog.matrix import all_regions, cells

    catalog = opened(folder)
    try:
        unknown = [region for region in regions if region not in catalog.regions]
        if unknown and not matrix:
            raise Stop(f"the catalog has no Region {unknown[0]!r}", EXIT_USAGE)
        found = [
            cell
            for cell in cells(catalog, services or SERVICES, regions or all_regions(catalog))
            if cell.dimension.startswith(dimension) and (matrix or isinstance(cell.answer, Priced))
        ]
    except CatalogError as error:
        raise Stop(str(error), EXIT_USAGE) from error
    ages = _ages(found, day or today(), max_age)
    click.echo(printable_lines(_rendered(found, ages, format_)), nl=False)
    if format_ == "csv":
        for item in ages:
            explain(str(item), EXIT_PASSED)


def _ages(found: "list[Cell]", day: date, max_age: int) -> "tuple[Old, ...]":
    from pricing.catalog.age import old
    from pricing.catalog.lookup import Priced

    rows = (cell.answer.row for cell in found if isinstance(cell.answer, Priced))
    return old(((row.service, row.source.published) for row in rows), day, max_age)


def _rendered(found: "list[Cell]", ages: "tuple[Old, ...]", format_: str) -> str:
    if format_ == "json":
        from auditor.report.prices_json import render as as_json

        return as_json(found, ages)
    if format_ == "csv":
        from auditor.report.prices_csv import render as as_csv

        return as_csv(found)
    from auditor.report.prices_text import render as as_text

    return as_text(found, ages)
