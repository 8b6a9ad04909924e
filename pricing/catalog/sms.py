"""Prices of text messages: AWS's own file of them, per country and kind of sender, as one more price file.

AWS publishes them apart from the offers, per message part (140 bytes), without Regions. The dimension of a country is
``sms.de``; where AWS prices kinds of senders differently, ``sms.us.short_code``, ``sms.us.toll_free`` and
``sms.us.ten_dlc`` stand beside it. ``….carrier_fee`` is added per part to the price of the same sender.

Source: https://s3.amazonaws.com/aws-messaging-pricing-information/TextMessageOutbound/prices.json
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

import msgspec

from pricing.catalog.absences import NOT_OFFERED
from pricing.catalog.model import EVERYWHERE, SCHEMA, Dimension, Rate, ServicePrices, Source, Status, Tier
from pricing.money import written

SERVICE = "AWSEndUserMessagingSMS"
URL = "https://s3.amazonaws.com/aws-messaging-pricing-information/TextMessageOutbound/prices.json"
UNIT = "message part"

_SENDERS: Mapping[str, tuple[str, str]] = {
    "": ("domesticPrice", "carrierFee"),
    ".short_code": ("shortCodeDomesticPrice", "shortCodeCarrierFee"),
    ".toll_free": ("tollFreeDomesticPrice", "tollFreeCarrierFee"),
    ".ten_dlc": ("tenDlcDomesticPrice", "tenDlcCarrierFee"),
    ".international": ("internationalPrice", ""),
}
"""End of our dimension to the names of price and carrier fee in AWS's file."""

_DISPUTED: Mapping[str, str] = {
    "pe": "0.23252 was read in 2026 where this list of 2022 has 0.02837",
}
"""Countries for which a newer price was seen than an old list has."""

_OLD = timedelta(days=366)
"""Age from which a list is no confirmation of today's prices."""


class SmsError(Exception):
    """The file is not AWS's price file of text messages, or contradicts itself."""


class _Country(msgspec.Struct, frozen=True):
    transactional: tuple[dict[str, msgspec.Raw], ...]
    promotional: tuple[dict[str, msgspec.Raw], ...]


class _Countries(msgspec.Struct, frozen=True, rename={"countries": "countryPrices"}):
    countries: dict[str, _Country]


class _File(msgspec.Struct, frozen=True, rename={"sms": "SMS"}):
    sms: _Countries


def build(content: bytes, published: str, generated_at: str) -> ServicePrices:
    """The price file of text messages.

    Args:
        content: AWS's file.
        published: its date (ISO 8601); the file does not tell it.
        generated_at: goes into the result.

    Raises:
        SmsError: for another file, or what is no price.
    """
    try:
        countries = msgspec.json.decode(content, type=_File).sms.countries
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SmsError(f"not AWS's price file of text messages: {error}") from error
    if not countries:
        raise SmsError("the price file of text messages has no country")
    try:
        old = date.fromisoformat(generated_at[:10]) - date.fromisoformat(published[:10]) > _OLD
    except ValueError as error:
        raise SmsError(f"{published!r} is no date") from error
    dimensions = [item for code in sorted(countries) for item in _country(code, countries[code], old=old)]
    source = Source(
        description="AWS's price file of text messages" + (", saved copy; these prices change often" if old else ""),
        published=published,
        url=URL,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
    )
    return ServicePrices(
        schema=SCHEMA,
        service=SERVICE,
        currency="USD",
        generated_at=generated_at,
        sources={"list": source},
        dimensions=tuple(dimensions),
        not_offered=NOT_OFFERED[SERVICE],
    )


def _country(code: str, country: _Country, *, old: bool) -> Iterator[Dimension]:
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise SmsError(f"{code!r} is no country code")
    name = code.lower()
    rows = (*country.transactional, *country.promotional)
    base = _column(rows, "domesticPrice", code)
    if base is None:
        raise SmsError(f"{code} has no price")
    base_fee = _column(rows, "carrierFee", code)
    doubt = _DISPUTED.get(name, "") if old else ""
    for sender, (price_name, fee_name) in _SENDERS.items():
        price = _column(rows, price_name, code)
        fee = _column(rows, fee_name, code) if fee_name else None
        if price is None or (sender == ".short_code" and (price, fee) == (base, base_fee)):
            continue
        yield _dimension(f"sms.{name}{sender}", price, doubt, old=old)
        if fee is not None and fee[-1]:
            yield _dimension(f"sms.{name}{sender}.carrier_fee", fee, doubt, old=old)


def _dimension(name: str, amounts: tuple[Decimal, ...], doubt: str, *, old: bool) -> Dimension:
    """One price; where carriers differ the highest, so that an estimate is never too small."""
    if len(amounts) > 1:
        doubt = f"carriers differ, from {written(amounts[0])} to {written(amounts[-1])}: this is the highest"
    status = Status.DISPUTED if doubt else Status.INFERRED if old else Status.CONFIRMED
    tier = Tier(Decimal(0), None, Decimal(written(amounts[-1])))
    rate = Rate(tiers=(tier,), regions={EVERYWHERE: ""}, status=status, source="list", note=doubt)
    return Dimension(id=name, unit=UNIT, rates=(rate,))


def _column(rows: Sequence[Mapping[str, msgspec.Raw]], name: str, code: str) -> tuple[Decimal, ...] | None:
    """The different values of a column over all carriers, from the lowest; None when no row has it."""
    found = {bytes(row[name]) for row in rows if name in row}
    return tuple(sorted({_amount(value, name, code) for value in found})) or None


def _amount(value: bytes, name: str, code: str) -> Decimal:
    try:
        amount = Decimal(value.decode("ascii"))
    except (InvalidOperation, UnicodeDecodeError) as error:
        raise SmsError(f"{code}: {name} is no price") from error
    if not amount.is_finite() or not 0 <= amount < 1000 or amount.adjusted() < -12:
        raise SmsError(f"{code}: {name} is no price")
    return amount
