"""What the commands that estimate share: usage from a file or measurements, and mistakes as one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Inexact
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor.cli.errors import EXIT_USAGE, Stop, explain
from auditor.cli.prices.catalogs import opened

if TYPE_CHECKING:
    from auditor.cli.inputs import Read
    from auditor.gate.configuration import Configuration
    from auditor.model.inventory import Inventory
    from pricing.catalog.lookup import Catalog
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
    except Inexact as error:
        raise Stop("the usage, with its growth, is too large to be multiplied exactly", EXIT_USAGE) from error
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


class PriceData(msgspec.Struct, frozen=True, kw_only=True):
    """Which prices to use; the fields are those of `EstimateOptions`."""

    catalog: "Catalog | None"
    prices_from: str
    max_age_days: int


def price_data(folder: Path | None, max_age: int | None, configuration: "Configuration | None") -> PriceData:
    """The prices of a folder that an option names, else of the one that the configuration names, else the package's.

    Raises:
        Stop: the folder cannot be read.
    """
    from pricing.catalog.age import MAX_AGE_DAYS

    said, shown = folder, str(folder or "")
    if configuration is not None:
        if said is None and configuration.prices is not None:
            said, shown = configuration.prices_folder, f"{configuration.prices} (named by {configuration.path})"
        max_age = configuration.max_price_age_days if max_age is None else max_age
    return PriceData(
        catalog=opened(said) if said is not None else None,
        prices_from=shown,
        max_age_days=MAX_AGE_DAYS if max_age is None else max_age,
    )


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


def accounts(told: str | None, inventory: "Inventory") -> frozenset[str]:
    """The accounts that are estimated: the one that is told, else those of the inputs; none when nothing tells them."""
    if told is not None:
        return frozenset({told})
    return frozenset(account for item in inventory.resources if (account := item.account.literal))


def unread(found: "Read") -> tuple[str, ...]:
    """The inputs, and what of an account, that could not be read."""
    return (*(str(error) for error in found.errors), *gaps(found.inventory))


def gaps(inventory: "Inventory") -> Iterator[str]:
    """What of SES and SNS an account did not let be read."""
    from auditor.model.known import Unknown

    for row in inventory.coverage:
        answer = row.complete
        if isinstance(answer, Unknown) and answer.cause.makes_incomplete and row.operation.startswith(_OURS):
            yield f"{row.operation} in {row.account} {row.region} ({answer.cause})"
