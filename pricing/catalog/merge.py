"""A new data file: the present one with the prices of price lists in place of its own."""

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from pricing.catalog.checks import Price, price
from pricing.catalog.model import GLOBAL, Dimension, Rate, ServicePrices, Source, Status
from pricing.catalog.offer import Offer, OfferError
from pricing.catalog.ranges import Range
from pricing.catalog.select import Match, Selector, fits


class Allowed(msgspec.Struct, frozen=True):
    """What is refused unless somebody says that it is right.

    Attributes:
        older: a price list from before the present prices.
        removals: one that lacks more than half of the present prices of its Regions.
        units: further units.
    """

    older: bool = False
    removals: bool = False
    units: tuple[str, ...] = ()


class Merged(msgspec.Struct, frozen=True):
    """A new data file.

    Attributes:
        regions: that were read.
        prices: how many.
        passed_over: usage types that the catalog has no dimension for, with the number of their products.
    """

    file: ServicePrices
    regions: tuple[str, ...]
    prices: int
    passed_over: Mapping[str, int]


class _New(msgspec.Struct, frozen=True):
    """A price that a price list has."""

    sku: str
    match: Match
    price: Price
    source: str


Key = tuple[str, tuple[str, ...], str]


def merge(
    present: ServicePrices, offers: Iterable[Offer], ranges: dict[str, Range], generated_at: str, allowed: Allowed
) -> Merged:
    """The prices of price lists in place of the present ones of the Regions that they have.

    What stays: other Regions, and prices whose source price lists do not hold (`Source.kept`) unless they now do.

    Args:
        present: the service's data file.
        offers: price lists of the service, read with `Selector.match` of `present`.
        ranges: what rate codes stand for; new ones are added.
        generated_at: goes into the file.
        allowed: what to let pass.

    Raises:
        OfferError: the first thing that cannot be right.
    """
    selector = Selector(present)
    found: dict[Key, _New] = {}
    sources: dict[str, Source] = {}
    passed_over: Counter[str] = Counter()
    for offer in offers:
        # Its own, so that prices of other lists, read before or later, keep their source.
        name = f"offer-{offer.version}-{offer.sha256[:12]}"
        sources[name] = _source(offer)
        passed_over.update(offer.passed_over)
        for key, new in _prices(offer, selector, ranges, name, allowed).items():
            if key in found:
                raise OfferError(f"{key[0]} in {key[2]} is in two of the price lists")
            found[key] = new
    regions = {region for _, _, region in found} - {GLOBAL}
    if not found:
        raise OfferError("no product of it is a dimension of the catalog")
    _check_age(present, found, sources, allowed)
    lost = _lost(present, found, regions, allowed)
    dimensions = tuple(_dimension(item, found, lost) for item in present.dimensions)
    file = msgspec.structs.replace(
        present,
        generated_at=generated_at,
        dimensions=dimensions,
        sources={
            name: source
            for name, source in {**present.sources, **sources}.items()
            if any(rate.source == name for item in dimensions for rate in item.rates)
        },
    )
    return Merged(file, tuple(sorted(regions)), len(found), dict(passed_over))


def _source(offer: Offer) -> Source:
    return Source(
        description=f"AWS price list of {offer.code}",
        published=offer.published,
        version=offer.version,
        url=offer.url,
        sha256=offer.sha256,
        size=offer.size,
    )


def _prices(
    offer: Offer, selector: Selector, ranges: dict[str, Range], source: str, allowed: Allowed
) -> dict[Key, _New]:
    result: dict[Key, _New] = {}
    for sku, product in sorted(offer.products.items()):
        match = selector.match(product)
        if match is None:
            continue
        key = match.dimension.id, match.plans, match.region
        new = _New(sku, match, price(sku, match, offer.terms.get(sku, ()), ranges, allowed.units), source)
        before = result.get(key)
        if before is None or (new.match.by_sku and not before.match.by_sku):
            result[key] = new
        elif before.price.tiers != new.price.tiers and before.match.by_sku == new.match.by_sku:
            raise OfferError(f"{match.dimension.id} in {match.region} has two prices: {before.sku} and {sku}")
    return result


def _check_age(
    present: ServicePrices, found: Mapping[Key, _New], sources: Mapping[str, Source], allowed: Allowed
) -> None:
    for (_, _, region), new in found.items():
        published = sources[new.source].published
        for source in _sources_of(present, region):
            if published < source.published and not allowed.older:
                raise OfferError(
                    f"published {published[:10]}, before the present prices of {region} ({source.published[:10]})"
                )


def _sources_of(present: ServicePrices, region: str) -> Iterable[Source]:
    names = {rate.source for item in present.dimensions for rate in item.rates if region in rate.regions}
    return (source for name, source in present.sources.items() if name in names and not source.kept)


def _lost(present: ServicePrices, found: Mapping[Key, _New], regions: set[str], allowed: Allowed) -> set[Key]:
    """The present prices of the Regions that were read and that no price list has any more."""
    before = {
        (item.id, rate.plans, region)
        for item in present.dimensions
        for rate in item.rates
        for region in rate.regions
        if region in regions and not present.sources[rate.source].kept
    }
    lost = before - found.keys()
    if len(lost) * 2 > len(before) and not allowed.removals:
        raise OfferError(f"it lacks {len(lost)} of the {len(before)} present prices of {', '.join(sorted(regions))}")
    return lost


def _dimension(item: Dimension, found: Mapping[Key, _New], lost: set[Key]) -> Dimension:
    """The dimension with the new prices of the Regions that were read."""
    mine = {key: new for key, new in found.items() if key[0] == item.id}
    old = []
    for rate in item.rates:
        gone = {key[2] for key in (*lost, *mine) if key[:2] == (item.id, rate.plans)}
        kept = {region: sku for region, sku in rate.regions.items() if region not in gone}
        if kept:
            old.append(msgspec.structs.replace(rate, regions=kept))
    grouped: dict[tuple[object, ...], list[_New]] = {}
    for new in mine.values():
        key = new.price.tiers, new.price.rate_codes, new.price.currency, new.match.plans, new.source, _usage(item, new)
        grouped.setdefault(key, []).append(new)
    fresh = [
        Rate(
            tiers=group[0].price.tiers,
            regions={new.match.region: new.sku for new in sorted(group, key=lambda new: new.match.region)},
            status=Status.CONFIRMED,
            source=group[0].source,
            plans=group[0].match.plans,
            rate_codes=group[0].price.rate_codes,
            usage_type=_usage(item, group[0]),
            currency="" if group[0].price.currency == "USD" else group[0].price.currency,
        )
        for group in grouped.values()
    ]
    fresh.sort(key=lambda rate: (rate.plans, min(rate.regions)))
    return msgspec.structs.replace(item, rates=(*fresh, *old))


def _usage(item: Dimension, new: _New) -> str:
    """The usage type where it is not the dimension's."""
    return "" if fits(new.match.usage_type, item.usage_type) else new.match.usage_type
