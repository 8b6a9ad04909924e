"""Asking the catalog: the price of a dimension in a Region, that AWS does not offer it, or that no price is known."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import msgspec

from auditor import bounded
from pricing.catalog import rows
from pricing.catalog.model import EVERYWHERE, GLOBAL, SCHEMA, Absence, Dimension, Rate, Row, ServicePrices

Plan: TypeAlias = Literal["NONE", "ESSENTIALS", "PRO", "ENTERPRISE"]
PLANS: tuple[Plan, ...] = get_args(Plan)
"""SES pricing plans; NONE is à la carte.

Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_PricingAttributes.html
"""

SERVICES: Mapping[str, str] = {
    "ses": "AmazonSES",
    "sns": "AmazonSNS",
    "data_transfer": "AWSDataTransfer",
    "kms": "awskms",
    "sqs": "AWSQueueService",
    "lambda": "AWSLambda",
    "cloudwatch": "AmazonCloudWatch",
    "firehose": "AmazonKinesisFirehose",
    "sms": "AWSEndUserMessagingSMS",
}
"""First word of a dimension to the AWS offer code, which is also the name of the data file.

Text messages have no offer: AWS publishes their prices in a file of its own, see `pricing.catalog.sms`.
"""

CURRENCY = "USD"
"""Currency of estimates."""

_DATA = Path(__file__).with_name("data")
_LIMIT = 64 * 1024 * 1024


class CatalogError(Exception):
    """The price data cannot be read or contradicts itself."""


class Priced(msgspec.Struct, frozen=True):
    """There is a price."""

    row: Row


class NotOffered(msgspec.Struct, frozen=True):
    """AWS says that it is not offered there; `source` is where."""

    source: str


class NoPriceKnown(msgspec.Struct, frozen=True):
    """The catalog has no price: not offered, or not in the data. `reason` says what is missing."""

    reason: str


Answer: TypeAlias = Priced | NotOffered | NoPriceKnown


class Catalog:
    """Price data by service, each file read when first asked for.

    Args:
        files: prices by service.
        folder: where the data files of other services are, one per service; a service without a file there has that
            of the package.
    """

    def __init__(self, files: Iterable[ServicePrices] = (), folder: Path | None = None) -> None:
        self._files = {file.service: file for file in files}
        self._folder = folder
        self._dimensions: dict[str, dict[str, Dimension]] = {}

    def service(self, code: str) -> ServicePrices:
        """The prices of a service by its AWS offer code.

        Raises:
            CatalogError: when there is no such service or data file, or it does not have the shape of `ServicePrices`.
        """
        if code not in SERVICES.values():
            raise CatalogError(f"{code!r} is no service of the catalog")
        if code not in self._files:
            self._files[code] = _read(code, self._folder)
        return self._files[code]

    def dimension(self, name: str) -> Dimension | None:
        """The dimension with an id, None when the data has none."""
        code = SERVICES.get(name.partition(".")[0])
        if code is None:
            return None
        if code not in self._dimensions:
            self._dimensions[code] = {item.id: item for item in self.service(code).dimensions}
        return self._dimensions[code].get(name)

    def depends_on_plan(self, name: str) -> bool:
        """Whether the price of a dimension depends on the SES pricing plan."""
        found = self.dimension(name)
        return found is not None and any(rate.plans for rate in found.rates)

    def price(self, dimension: str, region: str, *, plan: str | None = None, currency: str | None = CURRENCY) -> Answer:
        """The price of a dimension in a Region.

        Args:
            dimension: id.
            region: Region code.
            plan: SES pricing plan, None when it is not told; needed only where `depends_on_plan`.
            currency: that the price must have, so that a sum never mixes two; None for any.

        Returns:
            `Priced`; `NotOffered` only when a source says so; `NoPriceKnown` otherwise.
        """
        found = self.dimension(dimension)
        if found is not None:
            for rate in found.rates:
                if region in rate.regions and (not rate.plans or plan in rate.plans):
                    row = self._row(found, rate, region, plan if rate.plans else None)
                    if currency not in {None, row.currency}:
                        return NoPriceKnown(f"the price of {dimension} in {region} is in {row.currency}")
                    return Priced(row)
        absent = self._absent(found, dimension, region, plan)
        if found is not None and not isinstance(absent, NotOffered):
            for rate in found.rates:
                if EVERYWHERE in rate.regions:
                    return Priced(self._row(found, rate, EVERYWHERE, None))
        return absent

    def _absent(self, found: Dimension | None, dimension: str, region: str, plan: str | None) -> Answer:
        code = SERVICES.get(dimension.partition(".")[0])
        if code is None:
            return NoPriceKnown(f"the catalog has no service for {dimension}")
        file = self.service(code)
        for absence in file.not_offered:
            if region in absence.regions and _covers(absence, dimension):
                return NotOffered(absence.source)
        if dimension in file.unpriced:
            return NoPriceKnown(file.unpriced[dimension])
        if found is None:
            return NoPriceKnown(f"the catalog has no dimension {dimension}")
        if plan is None and any(rate.plans and region in rate.regions for rate in found.rates):
            return NoPriceKnown(f"the price of {dimension} depends on the SES pricing plan of {region}")
        under = f" under plan {plan}" if plan is not None and any(rate.plans for rate in found.rates) else ""
        return NoPriceKnown(f"the catalog has no price of {dimension} in {region}{under}")

    def _row(self, dimension: Dimension, rate: Rate, region: str, plan: str | None) -> Row:
        return rows.row(self.service(SERVICES[dimension.id.partition(".")[0]]), dimension, rate, region, plan)

    def rows(self, service: str) -> Iterator[Row]:
        """Every price of a service (offer code), by dimension, plan and Region."""
        return rows.rows(self.service(service))

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """The Regions that have a price of any service, sorted."""
        found = {
            region
            for code in SERVICES.values()
            for dimension in self.service(code).dimensions
            for rate in dimension.rates
            for region in rate.regions
        }
        return tuple(sorted(found - {GLOBAL, EVERYWHERE}))


@lru_cache(maxsize=1)
def shipped() -> Catalog:
    """The catalog of the package."""
    return Catalog()


def price(dimension: str, region: str, *, plan: str | None = None) -> Answer:
    """The price of a dimension in a Region in the catalog of the package; see `Catalog.price`."""
    return shipped().price(dimension, region, plan=plan)


def _read(code: str, folder: Path | None) -> ServicePrices:
    path = _DATA.joinpath(f"{code}.json")
    if folder is not None and folder.joinpath(path.name).is_file():
        path = folder.joinpath(path.name)
    return read(path, code)


def read(path: Path, code: str) -> ServicePrices:
    """The data file of a service.

    Raises:
        CatalogError: when it cannot be read, is another service's, or contradicts itself.
    """
    try:
        file = msgspec.json.decode(bounded.read_regular(path, _LIMIT), type=ServicePrices)
    except (bounded.TooLargeError, bounded.NotRegularError) as error:
        raise CatalogError(f"the price data of {code} {error}") from error
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CatalogError(f"the price data of {code} cannot be read: {error}") from error
    if file.schema != SCHEMA or file.currency != CURRENCY:
        raise CatalogError(
            f"the price data of {code} has schema {file.schema} in {file.currency}, not {SCHEMA} in {CURRENCY}"
        )
    if file.service != code:
        raise CatalogError(f"the price data of {code} is that of {file.service}")
    unknown = sorted({rate.source for item in file.dimensions for rate in item.rates} - file.sources.keys())
    if unknown:
        raise CatalogError(f"the price data of {code} names no source {unknown[0]!r}")
    return file


def _covers(absence: Absence, dimension: str) -> bool:
    return any(
        dimension.startswith(name[:-1]) if name.endswith("*") else dimension == name for name in absence.dimensions
    )
