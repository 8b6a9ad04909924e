"""The shape of a usage file, usage-v1: types that msgspec reads, and their JSON Schema.

The file is read with every estimate, so its types are of a library that starts and reads in no time.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Meta

from auditor.strict_yaml import Plain
from pricing.catalog.lookup import Plan
from pricing.meters.registry import Service, quantities

T = TypeVar("T")
_MOST = 10**15


class Number(Decimal):
    """A number exactly as it is written, never text that looks like one, from `least` to `most`.

    Attributes:
        places: decimal places that it may have.
        words: what it should be, for messages.
    """

    __slots__ = ()
    least: ClassVar[int] = 0
    most: ClassVar[int] = _MOST
    places: ClassVar[int] = 6
    words: ClassVar[str] = "a number"


class Amount(Number):
    """What is told of a quantity."""

    __slots__ = ()
    places = 12
    words = "a number or null"


class Dollars(Number):
    """An amount of US dollars."""

    __slots__ = ()
    places = 2


class Factor(Number):
    """What volumes are multiplied by."""

    __slots__ = ()
    most = 1000


class Growth(Number):
    """What comes on top of the month before, as a share of it."""

    __slots__ = ()
    least = -1
    most = 10


def _text(pattern: str, words: str) -> Meta:
    """Text that a pattern matches as a whole, and what it should be, for messages."""
    # Python's "$" matches before a last line feed too, and JSON Schema has no "\Z".
    return Meta(pattern=rf"^({pattern})$(?!\n)", extra={"words": words})


Region: TypeAlias = Annotated[str, _text(r"[a-z]{2,}(-[a-z]+)+-\d+", "a Region like eu-west-1")]
Day: TypeAlias = Annotated[date, Meta(extra={"words": "a date like 2026-05-01"})]
YearAndMonth: TypeAlias = Annotated[str, _text(r"\d{4}-(0[1-9]|1[0-2])", "a month like 2026-12")]
MonthOfYear: TypeAlias = Annotated[str, _text("[1-9]|1[0-2]", "a month from 1 to 12")]
QuantityName: TypeAlias = Annotated[str, _text("[a-z_0-9.-]+", "the name of a quantity or its beginning")]
Resource: TypeAlias = Annotated[str, _text(r"[\s\S]{1,2048}", "an id, ARN or address of at most 2,048 characters")]


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mapping with fixed keys."""


class AccountSection(Section, frozen=True):
    """Whose usage it is. Its presence says that the file has the whole account's usage, so free allowances apply."""

    opened: Annotated[Day | None, Meta(description="When the account was opened.")] = None
    first_ses_use: Annotated[Day | None, Meta(description="When it first used Amazon SES.")] = None
    credits_usd: Annotated[
        Dollars | None,
        Meta(description="US dollars of credits that remain; deducted once, apart. Absent: none are deducted."),
    ] = None
    credits_until: Annotated[Day | None, Meta(description="Last day on which the credits hold.")] = None

    def __post_init__(self) -> None:
        if self.credits_until is not None and self.credits_usd is None:
            raise ValueError("credits_until needs credits_usd")


class RegionSection(Section, frozen=True):
    """What is chosen per Region."""

    ses_plan: Annotated[
        Plan | None, Meta(description="SES pricing plan; NONE is à la carte; absent or null is unknown.")
    ] = None
    ses_plan_since: Annotated[
        Day | None, Meta(description="First day of that plan; needs ses_plan_before. Absent: it holds in every month.")
    ] = None
    ses_plan_before: Annotated[Plan | None, Meta(description="The SES pricing plan until then.")] = None

    def __post_init__(self) -> None:
        told = [self.ses_plan_since is not None, self.ses_plan_before is not None]
        if any(told) and not (all(told) and self.ses_plan is not None):
            raise ValueError("a change of plan needs ses_plan, ses_plan_since and ses_plan_before")


class CaseSection(Section, frozen=True):
    """How usage may turn out instead of as expected."""

    volume: Annotated[Factor, Meta(description="Factor of all volumes; 1 when absent.")] = msgspec.field(
        default_factory=lambda: Factor(1)
    )
    growth_per_month: Annotated[Growth | None, Meta(description="In place of the expected growth.")] = None


class CasesSection(Section, frozen=True):
    """What may come instead of what is expected."""

    best: CaseSection | None = None
    worst: CaseSection | None = None


class ProjectionSection(Section, frozen=True):
    """How the usage of the months after the first differs from it. Sizes, rates and leased things stay as they are."""

    growth_per_month: Annotated[Growth, Meta(description="0.05 is 5 % more than the month before; 0 when absent.")] = (
        msgspec.field(default_factory=Growth)
    )
    growth: Annotated[
        dict[QuantityName, Growth],
        Meta(description="Growth of quantities by name or beginning of the name; the longest wins."),
    ] = {}
    seasonality: Annotated[
        dict[MonthOfYear, Factor],
        Meta(description="Calendar month to its volume beside an average month's, which is 1; needs month."),
    ] = {}
    cases: Annotated[CasesSection, Meta(description="Beside what is expected.")] = CasesSection()


class For(Section, frozen=True):
    """What quantities are for: a service in a Region, or resources."""

    service: Service | None = None
    region: Region | None = None
    resource: Annotated[Resource | None, Meta(description="id, ARN or address; * stands for any characters.")] = None
    ses_plan: Annotated[
        Plan | None, Meta(description="What was used under this SES plan, in the month in which it changes.")
    ] = None

    def __post_init__(self) -> None:
        if self.ses_plan is not None and self.service != "ses":
            raise ValueError("ses_plan goes with service: ses")
        service, region, resource = (told is not None for told in (self.service, self.region, self.resource))
        if resource == (service or region) or service != region:
            raise ValueError("needs either service and region, or resource")


class EntrySection(Section, frozen=True):
    """Quantities of a month. null is unknown, as is a quantity that is left out; 0 is none.

    In the file they stand beside `for`; see `apart`.
    """

    of: For = msgspec.field(name="for")
    quantities: dict[str, Amount | None]


class UsageFile(Section, frozen=True):
    """Monthly usage for a cost estimate."""

    version: Annotated[Literal[1], Meta(description="Version of this format.")]
    month: Annotated[
        YearAndMonth | None,
        Meta(description="The month whose hours count and whose allowances hold; absent: 730 hours, no first year."),
    ] = None
    account: AccountSection | None = None
    regions: dict[Region, RegionSection] = {}
    projection: ProjectionSection | None = None
    usage: list[EntrySection] = []


def convert(value: object, kind: type[T]) -> T:
    """A part of a usage file, its entries `apart`, as the type that says its shape.

    Raises:
        msgspec.ValidationError: it has another shape.
    """
    return msgspec.convert(value, kind, dec_hook=_number)


def _number(kind: type[Number], value: object) -> Number:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(f"should be {kind.words}")  # noqa: TRY004 - msgspec reports ValueErrors
    if value < kind.least:
        raise ValueError(f"should be at least {kind.least:,}")
    if value > kind.most:
        raise ValueError(f"should be at most {kind.most:,}")
    if isinstance(value, Decimal) and not _fits(value, kind.places):
        raise ValueError(f"should have at most {kind.places} decimal places")
    return kind(value)


def _fits(value: Decimal, places: int) -> bool:
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and (exponent >= -places or value == round(value, places))


def apart(plain: dict[str, Plain]) -> dict[str, Plain]:
    """A file whose entries have their quantities in a mapping of their own, as `EntrySection` takes them."""
    entries = plain.get("usage")
    if not isinstance(entries, list):
        return plain
    return {**plain, "usage": [_apart(entry) if isinstance(entry, dict) else entry for entry in entries]}


def _apart(entry: dict[str, Plain]) -> dict[str, Plain]:
    split: dict[str, Plain] = {"for": entry.pop("for")} if "for" in entry else {}
    split["quantities"] = entry
    return split


_PRICE = "sns.sms.price_per_part"
_FAMILIES: Mapping[str, tuple[str, str]] = {
    "data_transfer.to.": (".gb", "Traffic to that Region that no other quantity has, in GB of 10^9 bytes."),
    "ses.data_transfer.to.": (".gb", "Mail and events that SES sends to services in that Region, GB of 10^9 bytes."),
    "sns.data_transfer.to.": (".gb", "Messages for queues and functions in that Region, in GB of 10^9 bytes."),
    "sns.sms.": (".parts", "Message parts (140 bytes) to that country, by kind of sender where prices differ."),
}
"""How the names of many quantities that differ in a Region or country begin, to how they end and what they are."""


def json_schema() -> dict[str, Plain]:
    """The JSON Schema (2020-12) of a usage file."""
    _, definitions = msgspec.json.schema_components(
        [UsageFile], schema_hook=_number_schema, ref_template="#/$defs/{name}"
    )
    definitions[EntrySection.__name__] |= _beside(definitions[EntrySection.__name__]["properties"]["for"])
    file = definitions.pop(UsageFile.__name__)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **file, "$defs": definitions}


def _number_schema(kind: type[Number]) -> dict[str, Plain]:
    return {"type": "number", "minimum": kind.least, "maximum": kind.most}


def _beside(of: Plain) -> dict[str, Plain]:
    """What an entry has: every quantity by its name, or by a pattern for a family of names."""
    properties: dict[str, Plain] = {"for": of}
    for item in quantities().values():
        if item.id == _PRICE or not item.id.startswith(tuple(_FAMILIES)):
            most = _MOST if item.most is None else item.most
            properties[item.id] = _amount(int(item.least), int(most), f"{item.help} Unit: {item.unit}.")
    patterns: dict[str, Plain] = {}
    for prefix, (suffix, words) in _FAMILIES.items():
        names = [
            re.escape(name[len(prefix) : -len(suffix)]).replace(r"\-", "-")
            for name in quantities()
            if name.startswith(prefix) and name != _PRICE
        ]
        patterns[f"^{re.escape(prefix)}({'|'.join(names)}){re.escape(suffix)}$"] = _amount(0, _MOST, words)
    return {"required": ["for"], "properties": properties, "patternProperties": patterns}


def _amount(least: int, most: int, words: str) -> Plain:
    return {"type": ["number", "null"], "minimum": least, "maximum": most, "description": words}
