"""What the commands that estimate share: usage from a file or measurements, and mistakes as one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli.errors import EXIT_USAGE, Stop, explain

if TYPE_CHECKING:
    from auditor.model.inventory import Inventory
    from pricing.month import Month
    from pricing.usage.usage import Usage


@contextmanager
def mistakes() -> Iterator[None]:
    """Turns what is wrong with usage, options, price data or a bill into one line and exit code 2."""
    from pricing.attribution import AttributionError
    from pricing.catalog.lookup import CatalogError
    from pricing.cost_report import BillError
    from pricing.options import OptionError
    from pricing.usage.usage import UsageError

    try:
        yield
    except UsageError as error:
        for mistake in error.mistakes[:-1]:
            explain(mistake, EXIT_USAGE)
        raise Stop(error.mistakes[-1], EXIT_USAGE) from error
    except (OptionError, CatalogError, BillError, AttributionError) as error:
        raise Stop(str(error), EXIT_USAGE) from error


def usage(path: Path | None, inventory: "Inventory") -> "Usage":
    """The usage of a file for an inventory; none without a file.

    Raises:
        UsageError: it cannot be read, or is no usage file.
    """
    if path is None:
        from pricing.usage.usage import Usage

        return Usage()
    from pricing.usage.file import load

    return load(path, inventory)


def month(written: str | None) -> "Month | None":
    """The month of an option.

    Raises:
        Stop: it is none.
    """
    from pricing.month import MonthError, parse

    if written is None:
        return None
    try:
        return parse(written)
    except MonthError as error:
        raise Stop(str(error), EXIT_USAGE) from error


def gaps(inventory: "Inventory") -> Iterator[str]:
    """What of SES and SNS an account did not let be read."""
    from auditor.model.known import Unknown

    for row in inventory.coverage:
        answer = row.complete
        if isinstance(answer, Unknown) and answer.cause.makes_incomplete and row.operation.startswith(("ses:", "sns:")):
            yield f"{row.operation} in {row.account} {row.region} ({answer.cause})"
