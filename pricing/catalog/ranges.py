"""What the last part of a rate code says: it names the range of the price, in every service, Region and year.

``…6YS6EN2CT7`` is a price from 0 without end, ``…SB2VSFF4TP`` the first million. A price list that says otherwise is
damaged, or AWS changed its codes; either way somebody must look at it.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from pricing.catalog.model import ServicePrices, Status

Range: TypeAlias = tuple[Decimal, Decimal | None]

SEEN: Mapping[str, Range] = MappingProxyType(
    {
        "6YS6EN2CT7": (Decimal(0), None),
        "SB2VSFF4TP": (Decimal(0), Decimal(1_000_000)),
        "JXGPBPHWFF": (Decimal(0), Decimal(1_000)),
        "7K6Z2V4Y4Q": (Decimal(0), Decimal(20_000)),
        "HWDSBTNJX9": (Decimal(0), Decimal(10_000_000)),
        "F83EQNDM5J": (Decimal(100_000_000), None),
    }
)
"""Ranges that several services, or price lists ten years apart, give the same code."""


def known(files: Iterable[ServicePrices]) -> dict[str, Range]:
    """The range of each code, from prices of the catalog that an AWS price list names."""
    found = dict(SEEN)
    for file in files:
        for dimension in file.dimensions:
            for rate in dimension.rates:
                if rate.status is Status.CONFIRMED:
                    for code, tier in zip(rate.rate_codes, rate.tiers, strict=False):
                        found.setdefault(code.rpartition(".")[2], (tier.begin, tier.end))
    return found
