"""Prices of traffic between Regions, per GB, by the Region it leaves: one dimension for each Region that it goes to.

``tables/between_regions.csv`` beside this module holds them with the columns ``from, price_usd, to``, where ``to`` is
the codes of the Regions that have the price. A pair that is not there has no price here. Only `pricing.catalog.build`
reads this; estimates read the data files that it writes.
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec

from pricing.catalog.model import Dimension, Rate, Source, Status, Tier
from pricing.catalog.regions import PREFIXES

TABLE = Path(__file__).parent.joinpath("tables", "between_regions.csv")
"""The table of this repository."""
_PAIRS, _WITHIN = "feed-between-regions", "within-a-region"

_FEED = Source(
    description="AWS price feed behind calculator.aws (metered unit map), rows of outbound traffic between Regions",
    published="2025-12-06",
    url="https://b0.p.awsstatic.com/pricing/2.0/meteredUnitMaps/datatransfer/USD/current/",
    kept=True,
)
_SAME_REGION = Source(
    description="AWS Architecture Blog: reaching AWS services in the same Region has no data transfer charge; across "
    "Regions the charge depends on both",
    published="2021-12-09",
    url="https://aws.amazon.com/blogs/architecture/overview-of-data-transfer-costs-for-common-architectures/",
    kept=True,
)


class BetweenRegionsError(Exception):
    """The table contradicts itself."""


def name(region: str) -> str:
    """The dimension of traffic to a Region."""
    return f"data_transfer.to.{region}"


def sources(table: bytes) -> dict[str, Source]:
    """The sources that the prices name."""
    return {_PAIRS: msgspec.structs.replace(_FEED, sha256=hashlib.sha256(table).hexdigest()), _WITHIN: _SAME_REGION}


def dimensions(table: bytes) -> Iterator[Dimension]:
    """The dimensions, by destination.

    Raises:
        BetweenRegionsError: when a pair stands twice.
    """
    prices: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for line in csv.DictReader(table.decode().splitlines()):
        for destination in line["to"].split(" "):
            if line["from"] in prices[destination] or line["from"] == destination:
                raise BetweenRegionsError(f"{line['from']} to {destination} stands twice, or is no pair")
            prices[destination][line["from"]] = Decimal(line["price_usd"])
    for destination, by_origin in sorted(prices.items()):
        prefix = PREFIXES.get(destination)
        yield Dimension(
            id=name(destination),
            unit="GB",
            usage_type=f"{prefix}-AWS-Out-Bytes" if prefix is not None else "",
            operation="",
            rates=tuple(_rates(destination, by_origin)),
        )


def _rates(destination: str, by_origin: dict[str, Decimal]) -> Iterator[Rate]:
    grouped: dict[Decimal, list[str]] = defaultdict(list)
    for origin, price in sorted(by_origin.items()):
        grouped[price].append(origin)
    for price, origins in grouped.items():
        yield _rate(price, origins, Status.CONFIRMED, _PAIRS)
    yield _rate(Decimal(0), [destination], Status.INFERRED, _WITHIN)


def _rate(price: Decimal, regions: list[str], status: Status, source: str) -> Rate:
    return Rate(
        tiers=(Tier(Decimal(0), None, price),), regions=dict.fromkeys(regions, ""), status=status, source=source
    )
