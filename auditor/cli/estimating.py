"""What the commands that estimate share: usage from a file or measurements, and mistakes as one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli.errors import EXIT_USAGE, Stop, explain

if TYPE_CHECKING:
    from auditor.model.inventory import Inventory
    from pricing.estimate import EstimateOptions
    from pricing.month import Month
    from pricing.usage.usage import Usage


_OURS = ("ses:", "sns:", "cloudwatch:GetMetricData")
"""What of an account's coverage an estimate rests on."""


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


def usage(path: Path | None, inventory: "Inventory", settings: "EstimateOptions") -> "Usage":
    """The usage of a file for an inventory, and what the inventory measured beside it.

    Raises:
        UsageError: it cannot be read, or is no usage file.
    """
    from pricing.usage.measured import with_measurements
    from pricing.usage.usage import Usage

    told = Usage()
    if path is not None:
        from pricing.usage.file import load

        told = load(path, inventory)
    return with_measurements(told, inventory, settings.month, settings.region)


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
        if isinstance(answer, Unknown) and answer.cause.makes_incomplete and row.operation.startswith(_OURS):
            yield f"{row.operation} in {row.account} {row.region} ({answer.cause})"
