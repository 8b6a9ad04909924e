"""From the terms of a product to its price, refusing what cannot be right."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

import msgspec

from pricing.catalog.model import GLOBAL, Tier
from pricing.catalog.offer import OfferError, PriceDimension, Term
from pricing.catalog.ranges import Range
from pricing.catalog.regions import currency
from pricing.catalog.select import Match
from pricing.money import grouped, written
from pricing.tiers import TierError, check

_COUNTED = ("count", "quantity", "units", "unit")
_MONTHS = ("mo", "month", "months", "subscription", "subscriptions")
_UNITS: dict[str, tuple[str, ...]] = {
    "GB": ("gb", "gigabytes"),
    "GB-month": ("gb-mo", "gb-month", "gb-months"),
    "GB-second": ("gb-second", "gb-seconds", "lambda-gb-second", "second", "seconds"),
    "IP-month": ("ip-mo", "ip-month", "ips", "ip"),
    "chunk": ("receivedchunk", "chunks", "chunk"),
    "email": ("emails", "email", "recipients", "message", "messages"),
    "recipient": ("recipients", "recipient", "email", "emails", "message", "messages"),
    "key-month": ("keys", "key", "months"),
    "metric-month": ("metrics", "metric"),
    "metric": ("metrics", "metric", "requests"),
    "alarm-month": ("alarms", "alarm"),
    "query": ("queries", "query", "requests"),
}
"""Our unit to how price lists write it, beside its own singular and plural and words for a bare number."""


class Price(msgspec.Struct, frozen=True):
    """A checked price.

    Attributes:
        tiers: contiguous from 0.
        rate_codes: per tier, without the SKU.
        currency: of the Region's partition.
    """

    tiers: tuple[Tier, ...]
    rate_codes: tuple[str, ...]
    currency: str


def price(sku: str, match: Match, terms: Sequence[Term], ranges: dict[str, Range], units: Iterable[str] = ()) -> Price:
    """The price of a product.

    Args:
        sku: of the product.
        match: what it is.
        terms: its on-demand terms; the one that took effect last counts.
        ranges: what rate codes stand for; new ones are added.
        units: further units to accept.

    Raises:
        OfferError: for a product without price, a price in another currency, a unit that is not known, ranges that do
            not follow each other, or a rate code that stands for another range.
    """
    if not terms:
        raise OfferError(f"{sku} has no on-demand price: the file is not whole")
    term = max(terms, key=lambda item: (item.effective, item.code))
    wanted = currency(match.region)
    rows = sorted(
        (_tier(sku, term, dimension, wanted) for dimension in term.dimensions.values()),
        key=lambda row: row[0].begin,
    )
    if not rows:
        raise OfferError(f"{sku} has no on-demand price: the file is not whole")
    for dimension in term.dimensions.values():
        _check_unit(sku, match, dimension.unit, units)
    for tier, code in rows:
        _check_range(code, (tier.begin, tier.end), ranges)
    tiers = tuple(tier for tier, _ in rows)
    try:
        if match.region != GLOBAL:  # what is free for all of an account ends
            check(tiers, f"{match.dimension.id} in {match.region} ({sku})")
    except TierError as error:
        raise OfferError(str(error)) from error
    return Price(tiers, tuple(code.removeprefix(f"{sku}.") for _, code in rows), wanted)


def _tier(sku: str, term: Term, found: PriceDimension, wanted: str) -> tuple[Tier, str]:
    if not found.code.startswith(f"{sku}.{term.code}."):
        raise OfferError(f"rate code {found.code!r} is not one of {sku}.{term.code}")
    if wanted not in found.prices:
        raise OfferError(f"{found.code} is priced in {', '.join(sorted(found.prices)) or 'nothing'}, not in {wanted}")
    end = None if found.end == "Inf" else _number(found.end, found.code)
    amount = _number(found.prices[wanted], found.code)
    return Tier(_number(found.begin, found.code), end, amount), found.code


def _number(text: str, code: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise OfferError(f"{code} has {text!r} where a number should be") from error
    if not number.is_finite() or number < 0 or number.adjusted() > 17 or _exponent(number) < -14:
        raise OfferError(f"{code} has {text!r} where a number should be")
    return Decimal(written(number))


def _exponent(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _check_unit(sku: str, match: Match, unit: str, accepted: Iterable[str]) -> None:
    ours = match.dimension.unit
    fitting = {ours, f"{ours}s", *_UNITS.get(ours, ()), *(item.lower() for item in accepted)}
    if not ours.startswith("GB"):
        fitting.update(_COUNTED)
        if ours.endswith("month"):
            thing = ours.removesuffix("month").rstrip("-")
            fitting.update(_MONTHS, (thing, f"{thing}s", f"{thing}-mo") if thing else ())
    if unit.lower() not in {item.lower() for item in fitting}:
        raise OfferError(f"the unit {unit!r} of {match.dimension.id} in {match.region} ({sku}) is not known")


def _check_range(code: str, found: Range, ranges: dict[str, Range]) -> None:
    suffix = code.rpartition(".")[2]
    before = ranges.setdefault(suffix, found)
    if before != found:
        raise OfferError(f"{code} is a price {_words(found)}; its code stands for {_words(before)}")


def _words(found: Range) -> str:
    begin, end = found
    return f"from {grouped(begin)} to {grouped(end) if end is not None else 'no end'}"
