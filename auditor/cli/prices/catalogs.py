"""The catalogs that commands about prices work on, and the options that name them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.errors import EXIT_NO_INPUT, Stop

if TYPE_CHECKING:
    from pricing.catalog.lookup import Catalog

SERVICES = ("ses", "sns", "sms", "sqs", "kms", "lambda", "cloudwatch", "firehose", "data_transfer")
"""First words of dimensions, in the order of tables."""

service_option = click.option(
    "--service", "services", type=click.Choice(SERVICES), multiple=True, help="Only these (repeatable)."
)
prices_option = click.option(
    "--prices",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Catalog made by `auditor prices refresh`; default: the price data of this version.",
)


def opened(folder: Path | None) -> "Catalog":
    """The catalog of a folder; the one of the package for None.

    Raises:
        Stop: when it cannot be read.
    """
    from pricing.catalog.folder import load
    from pricing.catalog.lookup import CatalogError, shipped

    if folder is None:
        return shipped()
    try:
        return load(folder)
    except CatalogError as error:
        raise Stop(str(error), EXIT_NO_INPUT) from error
