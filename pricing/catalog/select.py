"""Which dimension of the catalog a product of a price list is.

A product is known by its SKU, which AWS keeps over the years, else by its usage type without the Region's prefix
(``APN1-``, ``EU-``, ``us-east-1-``; us-east-1 often has none) and its operation. ``Message`` with the operation
Receive is inbound mail, ``USE1-Message`` without it Mail Manager's.
"""

import re
from collections.abc import Iterator

import msgspec

from pricing.catalog.model import GLOBAL, Dimension, Rate, ServicePrices
from pricing.catalog.offer import Product
from pricing.catalog.regions import CODES

_PREFIX = re.compile(r"(?:Global|[A-Z]{2}[A-Z0-9]{0,6}|[a-z]{2}(?:-[a-z]+)+-\d)-")
_PLACES = ("AWS Region", "Other", "")


class Match(msgspec.Struct, frozen=True):
    """What a product prices.

    Attributes:
        dimension: of the catalog.
        plans: SES plans of the rate that it stands for.
        region: code, or `GLOBAL`.
        usage_type: without the Region's prefix.
        by_sku: whether the catalog knows the SKU.
    """

    dimension: Dimension
    plans: tuple[str, ...]
    region: str
    usage_type: str
    by_sku: bool


class Selector:
    """Finds the dimensions of a service's products.

    Args:
        file: the service in the present catalog, which tells SKUs and usage types.
    """

    def __init__(self, file: ServicePrices) -> None:
        self._by_sku: dict[str, tuple[Dimension, Rate]] = {}
        self._by_usage: dict[str, list[_Candidate]] = {}
        for dimension in file.dimensions:
            for rate in dimension.rates:
                self._by_sku |= {sku: (dimension, rate) for sku in rate.regions.values() if sku}
                # The usage type of a plan stands alone; its operation is not known.
                candidate = _Candidate(dimension, rate.plans, "" if rate.usage_type else dimension.operation)
                for name in _names(rate.usage_type or dimension.usage_type):
                    known = self._by_usage.setdefault(name, [])
                    if candidate not in known:
                        known.append(candidate)

    def match(self, product: Product) -> Match | None:
        """The dimension of a product; None when the catalog has none, or usage type and operation fit several."""
        region = region_of(product)
        usage_type = product.attributes.get("usagetype", "")
        if region is None or not usage_type:
            return None
        bare = _bare(usage_type)
        if product.sku in self._by_sku:
            dimension, rate = self._by_sku[product.sku]
            told = rate.usage_type or dimension.usage_type
            if not told or fits(bare, told) or fits(usage_type, told):
                return Match(dimension, rate.plans, region, bare, by_sku=True)
        for name in (usage_type, bare):
            found = [
                candidate
                for candidate in self._by_usage.get(name, ())
                if candidate.operation in {"", product.attributes.get("operation", "")}
                and (GLOBAL in _regions(candidate.dimension)) is (region == GLOBAL)
            ]
            only = _only(found)
            if only is not None:
                return Match(only.dimension, only.plans, region, bare, by_sku=False)
        return None


class _Candidate(msgspec.Struct, frozen=True):
    """A price of the catalog that a usage type can stand for; an empty operation fits any."""

    dimension: Dimension
    plans: tuple[str, ...]
    operation: str


def _only(found: list[_Candidate]) -> _Candidate | None:
    """The one candidate; of several of one dimension, whose others are what plans include, the à la carte price."""
    if len({candidate.dimension.id for candidate in found}) != 1:
        return None
    bare = found if len(found) == 1 else [candidate for candidate in found if "NONE" in candidate.plans]
    return bare[0] if len(bare) == 1 else None


def region_of(product: Product) -> str | None:
    """The Region that a product is priced for; `GLOBAL` for all of an account, None for what is no Region."""
    told = product.attributes
    if told.get("usagetype", "").startswith("Global-") or told.get("location") == "Any":
        return GLOBAL
    if told.get("locationType", "") not in _PLACES or told.get("fromLocationType", "") not in _PLACES:
        return None
    code = told.get("regionCode") or told.get("fromRegionCode")
    return code or CODES.get(told.get("location") or told.get("fromLocation") or "")


def _names(usage_type: str) -> Iterator[str]:
    """The usage types that one text of the catalog stands for: ``Requests-Tier1|Requests-RBP``, ``PL-* / F-PL-*``."""
    for name in re.split(r"\s*[|/]\s*", usage_type):
        if name:
            yield name


def fits(usage_type: str, told: str) -> bool:
    """Whether a usage type without its prefix is the one, or one of those, that the catalog tells."""
    return any(usage_type.startswith(name[:-1]) if name.endswith("*") else usage_type == name for name in _names(told))


def _bare(usage_type: str) -> str:
    found = _PREFIX.match(usage_type)
    return usage_type[found.end() :] if found is not None else usage_type


def _regions(dimension: Dimension) -> set[str]:
    return {region for rate in dimension.rates for region in rate.regions}
