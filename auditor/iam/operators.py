"""Condition operators: what each compares, with three values.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from auditor.iam.automaton import Piece
from auditor.iam.resource import arn_pattern_of
from auditor.iam.wildcard import Glob
from auditor.model import arn as arns
from auditor.model.known import Known, Truth, Unknown
from auditor.model.text import Part, Symbol, Text, text

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    Network: TypeAlias = IPv4Network | IPv6Network


class Quantifier(Enum):
    """How a condition treats a key with several values."""

    SINGLE = ""
    ALL = "ForAllValues"
    ANY = "ForAnyValue"


class Operator(NamedTuple):
    """A condition operator taken apart.

    Attributes:
        base: lower case, without negation: ``stringequals``, ``arnlike``, ``null`` …
        negated: whether it is true where the base is false.
        quantifier: how it treats several values.
        if_exists: whether it is true for a key that is absent.
        wildcards: whether ``*`` and ``?`` in its values are wildcards.
    """

    base: str
    negated: bool
    quantifier: Quantifier
    if_exists: bool
    wildcards: bool


Comparison: TypeAlias = Callable[[tuple[Piece, ...], Text], Truth]
"""From the pieces of a policy value (variables filled in) and a value of the request to the base's truth."""

_NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
    "notipaddress": "ipaddress",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR = re.compile(r"\d{4}")
"""Alone it is a year of ISO 8601, and a count of seconds too."""
_MONTH = re.compile(r"\d{4}-\d{2}")
_WITH_WILDCARDS = frozenset({"stringlike", "arnlike", "arnequals"})


@lru_cache(maxsize=1024)
def operator(written: str) -> Operator | None:
    """An operator by its name; None when there is none of that name."""
    name = written.lower()
    quantifier = Quantifier.SINGLE
    for each in (Quantifier.ALL, Quantifier.ANY):
        prefix = each.value.lower() + ":"
        if name.startswith(prefix):
            quantifier, name = each, name.removeprefix(prefix)
            break
    if_exists = name.endswith("ifexists") and name != "ifexists"
    name = name.removesuffix("ifexists") if if_exists else name
    base = _NEGATED.get(name, name)
    if base == "null" and not if_exists:
        return Operator("null", negated=False, quantifier=quantifier, if_exists=False, wildcards=False)
    if base not in COMPARISONS:
        return None
    return Operator(base, base != name, quantifier, if_exists, base in _WITH_WILDCARDS)


def _as_text(pieces: tuple[Piece, ...]) -> Text:
    """The string that pieces without wildcards are."""
    return text(*(piece for piece in pieces if not isinstance(piece, Enum)))


def _equals(pieces: tuple[Piece, ...], value: Text) -> Truth:
    return _as_text(pieces).equals(value)


def _folded(written: Text) -> Text:
    parts: list[Part] = [part.lower() if isinstance(part, str) else part for part in written.parts]
    return text(*parts)


def _equals_ignoring_case(pieces: tuple[Piece, ...], value: Text) -> Truth:
    return _folded(_as_text(pieces)).equals(_folded(value))


def _like(pieces: tuple[Piece, ...], value: Text) -> Truth:
    return _glob(pieces).matches(value)


@lru_cache(maxsize=16384)
def _glob(pieces: tuple[Piece, ...]) -> Glob:
    return Glob(pieces, fold=False)


def _arn_like(pieces: tuple[Piece, ...], value: Text) -> Truth:
    """ArnEquals and ArnLike are the same. Something that is no ARN on either side is not documented."""
    pattern = arn_pattern_of(pieces)
    matched = pattern.matches(value)
    if matched is Truth.UNKNOWN:
        return matched
    is_arn = isinstance(arns.parse(value), Known)
    return matched if is_arn and pattern.segments is not None and len(pattern.segments) == 6 else Truth.UNKNOWN


def _parsed(read: Callable[[str], object | None], compare: Callable[[object, object], bool]) -> Comparison:
    """A comparison of values that are read from plain strings; what cannot be read is not decided."""

    def comparison(pieces: tuple[Piece, ...], value: Text) -> Truth:
        wanted, given = _as_text(pieces).literal, value.literal
        if wanted is None or given is None:
            return Truth.UNKNOWN
        left, right = read(wanted), read(given)
        if left is None or right is None:
            return Truth.UNKNOWN
        return Truth.of(compare(right, left))

    return comparison


def number(written: str) -> Decimal | None:
    """A number as Numeric operators read it."""
    try:
        value = Decimal(written.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


@lru_cache(maxsize=4096)
def date(written: str) -> Decimal | None:
    """A date as Date operators read it, ISO 8601 or seconds since 1970, in seconds since 1970."""
    written = written.strip()
    if not _YEAR.fullmatch(written):
        seconds = number(written)
        if seconds is not None:
            return seconds
    try:
        moment = datetime.fromisoformat(f"{written}-01" if _MONTH.fullmatch(written) else written)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - _EPOCH
    return Decimal(since.days * 86400 + since.seconds) + Decimal(since.microseconds) / 1_000_000


def boolean(written: str) -> bool | None:
    """A boolean as Bool and Null read it."""
    return {"true": True, "false": False}.get(written.strip().lower())


def _binary(written: str) -> bytes | None:
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return None


@lru_cache(maxsize=16384)
def network(written: str) -> "Network | None":
    """An address or CIDR range, host bits ignored."""
    import ipaddress

    try:
        return ipaddress.ip_network(written.strip(), strict=False)
    except ValueError:
        return None


def _in_network(given: object, wanted: object) -> bool:
    from ipaddress import IPv4Network, IPv6Network

    if isinstance(given, IPv4Network) and isinstance(wanted, IPv4Network):
        return given.subnet_of(wanted)
    if isinstance(given, IPv6Network) and isinstance(wanted, IPv6Network):
        return given.subnet_of(wanted)
    return False


_ORDER: Mapping[str, Callable[[object, object], bool]] = {
    "equals": lambda given, wanted: given == wanted,
    "lessthan": lambda given, wanted: given < wanted,  # type: ignore[operator]
    "lessthanequals": lambda given, wanted: given <= wanted,  # type: ignore[operator]
    "greaterthan": lambda given, wanted: given > wanted,  # type: ignore[operator]
    "greaterthanequals": lambda given, wanted: given >= wanted,  # type: ignore[operator]
}

COMPARISONS: Mapping[str, Comparison] = {
    "stringequals": _equals,
    "stringequalsignorecase": _equals_ignoring_case,
    "stringlike": _like,
    "arnequals": _arn_like,
    "arnlike": _arn_like,
    "bool": _parsed(boolean, _ORDER["equals"]),
    "binaryequals": _parsed(_binary, _ORDER["equals"]),
    "ipaddress": _parsed(network, _in_network),
    **{f"numeric{name}": _parsed(number, compare) for name, compare in _ORDER.items()},
    **{f"date{name}": _parsed(date, compare) for name, compare in _ORDER.items()},
}


def compare(base: str, pieces: tuple[Piece, ...], value: Text) -> Truth | None:
    """The truth of an operator's base, or None when both are told and cannot be compared.

    A value that is no number, date, boolean, address or ARN matches nothing, so a positive operator is false. What a
    negated one makes of it AWS does not document.
    """
    found = COMPARISONS[base](pieces, value)
    if found is not Truth.UNKNOWN or value.literal is None:
        return found
    if any(isinstance(piece, Symbol | Unknown) for piece in pieces):
        return found
    if base.startswith("date") and any(_YEAR.fullmatch(each.strip()) for each in (value.literal, *map(str, pieces))):
        return found
    if base in _ARNS:
        return None if _glob(pieces).matches(value) is Truth.FALSE else found
    return None


_ARNS = frozenset({"arnequals", "arnlike"})
