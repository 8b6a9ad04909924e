"""The price data: what one row says, and how a file groups rows that are equal but for the Region.

A file under ``data/`` holds one AWS service. Most prices are the same in many Regions, so a file lists each price
once with the Regions (and the SKU of each) that have it; `Row` is one of them seen alone.
"""

from decimal import Decimal
from enum import StrEnum

import msgspec

GLOBAL = "global"
"""Stands for the Region in rows that hold for the whole account."""
EVERYWHERE = "*"
"""Stands for the Region in prices that do not depend on it, such as those of text messages."""
SCHEMA = 1
"""Version of the file format."""


class Status(StrEnum):
    """How sure a price is."""

    CONFIRMED = "confirmed"
    """An AWS price feed names the row."""
    INFERRED = "inferred"
    """Derived: the row was identified by price and SKU, by its rate code, or by what all other Regions have."""
    DISPUTED = "disputed"
    """Sources disagree, or the row's meaning is a guess."""

    @property
    def rank(self) -> int:
        """0 for confirmed, growing with doubt."""
        return list(Status).index(self)


class Tier(msgspec.Struct, frozen=True, array_like=True):
    """A range of monthly quantity with the price of each unit in it.

    Attributes:
        begin: first unit's number, counted from 0.
        end: where the next range begins; None for no end.
        price: per unit, in the currency of the rate.
    """

    begin: Decimal
    end: Decimal | None
    price: Decimal


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where prices were read.

    Attributes:
        description: in words.
        published: date or time of AWS's publication (ISO 8601), of the saved copy where that is not told.
        version: AWS's version of the offer: 14 digits, empty where the source has none.
        url: of AWS's feed or file, where known.
        sha256: of the table or offer file that the prices were read from; empty for prices entered by hand.
        size: bytes of that offer file; 0 where it is not one.
        kept: whether the prices stay when a Region's offer file is read anew: offer files do not hold them.
    """

    description: str
    published: str
    version: str = ""
    url: str = ""
    sha256: str = ""
    size: int = 0
    kept: bool = False


class Rate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One price and the Regions that have it.

    Attributes:
        plans: the SES pricing plans it holds for; empty when the plan makes no difference.
        tiers: contiguous from 0.
        rate_codes: per tier the offer term and rate code without the SKU (``JRTCKXETXF.6YS6EN2CT7``).
        regions: Region to SKU; an empty SKU is not known.
        source: key of the file's `sources`.
        usage_type: where it differs from the dimension's.
        currency: where it differs from the file's (ISO 4217).
        note: what a reader must know about this price.
    """

    tiers: tuple[Tier, ...]
    regions: dict[str, str]
    status: Status
    source: str
    plans: tuple[str, ...] = ()
    rate_codes: tuple[str, ...] = ()
    usage_type: str = ""
    currency: str = ""
    note: str = ""


class Dimension(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What AWS counts as one thing: its unit and its prices.

    Attributes:
        id: ``service.thing``; several meters can count towards one dimension.
        unit: singular, ``request``.
        usage_type: as on the bill, without the Region's prefix; empty when not known.
        operation: as on the bill; empty when there is none or it is not known.
    """

    id: str
    unit: str
    rates: tuple[Rate, ...]
    usage_type: str = ""
    operation: str = ""


class Absence(msgspec.Struct, frozen=True, kw_only=True):
    """Regions in which AWS says that dimensions are not offered.

    Attributes:
        dimensions: ids; a trailing ``*`` stands for any ending.
        source: the statement, with its address.
    """

    dimensions: tuple[str, ...]
    regions: tuple[str, ...]
    source: str


class ServicePrices(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One data file: the prices of one AWS service.

    Attributes:
        service: AWS offer code, ``AmazonSES``.
        currency: of prices whose rate names no other (ISO 4217).
        generated_at: when the file was made (ISO 8601).
        sources: by short name.
        not_offered: see `Absence`.
        unpriced: dimension to the reason why no price is in the file.
    """

    schema: int
    service: str
    currency: str
    generated_at: str
    sources: dict[str, Source]
    dimensions: tuple[Dimension, ...]
    not_offered: tuple[Absence, ...] = ()
    unpriced: dict[str, str] = {}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One price of one dimension in one Region.

    Attributes:
        plan: SES pricing plan, None when it makes no difference.
        rate_codes: in full, per tier; empty when not known.
        note: what a reader must know about this price.
        For the others see `Dimension` and `Rate`.
    """

    dimension: str
    service: str
    region: str
    plan: str | None
    unit: str
    usage_type: str
    operation: str
    tiers: tuple[Tier, ...]
    sku: str
    rate_codes: tuple[str, ...]
    status: Status
    source: Source
    note: str
    currency: str = "USD"
