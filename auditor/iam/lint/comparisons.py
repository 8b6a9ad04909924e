"""Condition operators as AWS spells them, and the type of value that each compares.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import re
from functools import lru_cache
from typing import NamedTuple

from auditor.iam.database import KeyType

_ORDERED = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_STRINGS = ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike")

NULL = "Null"
TYPES: dict[str, KeyType | None] = {
    **{f"String{name}": KeyType.STRING for name in _STRINGS},
    **{f"Numeric{name}": KeyType.NUMERIC for name in _ORDERED},
    **{f"Date{name}": KeyType.DATE for name in _ORDERED},
    "Bool": KeyType.BOOL,
    "BinaryEquals": KeyType.BINARY,
    "IpAddress": KeyType.IP_ADDRESS,
    "NotIpAddress": KeyType.IP_ADDRESS,
    **{f"Arn{name}": KeyType.ARN for name in ("Equals", "NotEquals", "Like", "NotLike")},
    NULL: None,
}
"""Each operator to the type of its values; Null takes a boolean about a key of any type."""

ALL, ANY, IF_EXISTS = "ForAllValues:", "ForAnyValue:", "IfExists"
_BY_LOWER = {name.lower(): name for name in TYPES}
_WRITTEN = re.compile(rf"((?:{ALL}|{ANY})?)(.*?)({IF_EXISTS})?", re.IGNORECASE | re.DOTALL)


class Comparison(NamedTuple):
    """An operator taken apart.

    Attributes:
        base: as AWS spells it, without prefix and suffix.
        prefix: ``ForAllValues:``, ``ForAnyValue:`` or nothing.
        if_exists: whether it has the suffix ``IfExists``.
        is_exact: whether it is spelled as AWS spells it.
    """

    base: str
    prefix: str
    if_exists: bool
    is_exact: bool

    @property
    def type(self) -> KeyType | None:
        """The type of its values; None for Null."""
        return TYPES[self.base]

    @property
    def is_negated(self) -> bool:
        """Whether it holds where its values do not match, so that it holds for an absent key."""
        return "Not" in self.base


@lru_cache(maxsize=1024)
def comparison(written: str) -> Comparison | None:
    """An operator by what is written, in any case of letters; None when there is none of that name."""
    found = _WRITTEN.fullmatch(written)
    base = _BY_LOWER.get(found[2].lower()) if found is not None else None
    if found is None or base is None:
        return None
    prefix = next((each for each in (ALL, ANY) if each.lower() == found[1].lower()), "")
    exact = prefix + base + (IF_EXISTS if found[3] else "")
    return Comparison(base, prefix, bool(found[3]), exact == written)
