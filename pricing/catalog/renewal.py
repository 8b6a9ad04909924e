"""A new catalog from price lists, whole or not at all."""

from collections.abc import Iterable, Mapping

import msgspec

from pricing.catalog import sms
from pricing.catalog.compare import Comparison, compare
from pricing.catalog.lookup import SERVICES, Catalog
from pricing.catalog.merge import Allowed, Merged, merge
from pricing.catalog.model import ServicePrices
from pricing.catalog.offer import Offer, OfferError, Product, Wanted, about
from pricing.catalog.ranges import known
from pricing.catalog.select import Selector


class Renewed(msgspec.Struct, frozen=True):
    """What a refresh would write.

    Attributes:
        files: of the services that were read.
        read: what was read of each, by offer code; text messages are not among them.
        comparison: with the present catalog.
    """

    files: tuple[ServicePrices, ...]
    read: Mapping[str, Merged]
    comparison: Comparison


def wanted(present: Catalog, codes: Iterable[str], regions: Iterable[str] = ()) -> dict[str, Wanted]:
    """By offer code, which products of a price list the catalog has a dimension for.

    Args:
        present: the catalog.
        codes: offer codes.
        regions: Region codes; all when empty.
    """
    asked = frozenset(regions)
    return {code: _Known(Selector(present.service(code)), asked) for code in codes if code != sms.SERVICE}


class _Known:
    """Whether the catalog has a dimension for a product of the Regions that are asked for."""

    def __init__(self, selector: Selector, regions: frozenset[str]) -> None:
        self._selector = selector
        self._regions = regions

    def __call__(self, product: Product) -> bool | None:
        match = self._selector.match(product)
        if match is None:
            return False
        return True if not self._regions or match.region in self._regions else None


def renew(
    present: Catalog,
    offers: Iterable[Offer],
    messages: tuple[bytes, str] | None,
    generated_at: str,
    allowed: Allowed | None = None,
) -> Renewed:
    """The present catalog with the prices of price lists in place of its own.

    Args:
        present: the catalog.
        offers: price lists, read with `wanted`.
        messages: AWS's price file of text messages and its date (ISO 8601).
        generated_at: goes into the files.
        allowed: what to let pass.

    Raises:
        OfferError: the first thing that cannot be right, or there is nothing to read.
    """
    by_code: dict[str, list[Offer]] = {}
    for offer in offers:
        if offer.code not in SERVICES.values():
            raise OfferError(f"{offer.code!r} is no service of the catalog")
        by_code.setdefault(offer.code, []).append(offer)
    ranges = known(present.service(code) for code in SERVICES.values())
    read: dict[str, Merged] = {}
    for code, found in by_code.items():
        with about(_name(found)):
            read[code] = merge(present.service(code), found, ranges, generated_at, allowed or Allowed())
    files = [merged.file for merged in read.values()]
    if messages is not None:
        try:
            files.append(sms.build(*messages, generated_at))
        except sms.SmsError as error:
            raise OfferError(str(error)) from error
    if not files:
        raise OfferError("there is no price list to read")
    return Renewed(tuple(files), read, compare((present.service(file.service) for file in files), files))


def _name(offers: list[Offer]) -> str:
    """What a reader knows price lists by."""
    first = offers[0]
    more = f" and {len(offers) - 1} more" if len(offers) > 1 else ""
    return f"{first.code} {first.version}{more}"
