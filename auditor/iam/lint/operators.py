"""Family "operators": whether condition operators get values that they can compare.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache

from auditor.iam.database import KeyType
from auditor.iam.lint.comparisons import NULL, Comparison
from auditor.iam.lint.dates import is_date, is_epoch
from auditor.iam.lint.kinds import PolicyType
from auditor.iam.lint.report import Report
from auditor.iam.lint.view import Condition, Item, Place, Policy
from auditor.iam.operators import network, number
from auditor.iam.wildcard import glob
from auditor.model.known import Truth
from auditor.model.text import Text, text

_ESCAPED = re.compile(r"\$\{[*?$]\}")
_WILD = re.compile(r"[*?]")
_ORDERED = {"NumericLessThan": True, "NumericLessThanEquals": True}
_ORDERED |= {"NumericGreaterThan": False, "NumericGreaterThanEquals": False}


def check(policy: Policy, report: Report) -> None:
    """Look at every condition whose operator is told."""
    for statement in policy.statements:
        for condition in statement.conditions:
            how = condition.how
            if how is None:
                continue
            if how.base == NULL:
                _null(how, condition, report)
            if policy.type is not PolicyType.ANY:
                _values(how, condition, report)


def _null(how: Comparison, condition: Condition, report: Report) -> None:
    if how.if_exists:
        report.add("NULL_WITH_IF_EXISTS", condition.place, f"{condition.operator} stands for {condition.key}")
    if how.prefix:
        words = f"{condition.operator} for {condition.key} is always {'true' if 'All' in how.prefix else 'false'}"
        report.add("NULL_WITH_QUALIFIER", condition.place, words)


def _values(how: Comparison, condition: Condition, report: Report) -> None:
    kinds = {_kind(item) for item in condition.items}
    if len(kinds) > 1:
        words = f"the values of {condition.key} are {' and '.join(sorted(kinds))}s"
        report.add("INVALID_CONDITION_DATA_TYPE", condition.place, words)
    if how.type in {KeyType.BOOL, None} and len(condition.items) > 1:
        words = f"{condition.operator} has {len(condition.items)} values for {condition.key}"
        report.add("INVALID_CONDITION_MULTIPLE_BOOLEAN", condition.place, words)
    for item in condition.items:
        written = _written(item)
        if written is not None and "${" not in written:
            _value(how, condition, written, item.place, report)
    if len(condition.items) > 1:
        _redundant(how, condition, report)
    if how.base == "StringLike" and how.if_exists and any(literal == "*" for literal, _ in condition.literals):
        words = f"{condition.operator} with * is true of every value of {condition.key} and of none"
        report.add("REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION", condition.place, words)


def _kind(item: Item) -> str:
    if isinstance(item.value, Text):
        return "string"
    return "boolean" if isinstance(item.value, bool) else "number"


def _written(item: Item) -> str | None:
    """A value as the string that it stands for; None when it is not told."""
    match item.value:
        case Text():
            return item.literal
        case bool() as value:
            return "true" if value else "false"
        case value:
            return str(value)


def _is_base64(written: str) -> bool:
    try:
        base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _is_boolean(written: str) -> bool:
    return written.lower() in {"true", "false"}


def _is_arn(written: str) -> bool:
    return written == "*" or written.count(":") >= 5 or (written.startswith("arn:") and written.endswith("*"))


_READABLE: Mapping[KeyType | None, tuple[str, str, Callable[[str], object]]] = {
    None: ("TYPE_MISMATCH_BOOLEAN", "neither true nor false", _is_boolean),
    KeyType.BOOL: ("TYPE_MISMATCH_BOOLEAN", "neither true nor false", _is_boolean),
    KeyType.DATE: ("TYPE_MISMATCH_DATE", "no date", is_date),
    KeyType.IP_ADDRESS: ("TYPE_MISMATCH_IP_RANGE", "no address and no range of addresses", network),
    KeyType.NUMERIC: ("TYPE_MISMATCH_NUMBER", "no number", lambda written: number(written) is not None),
    KeyType.BINARY: ("TYPE_MISMATCH_STRING", "not Base64", _is_base64),
    KeyType.ARN: ("invalid-arn-value", "no ARN", _is_arn),
}


def _value(how: Comparison, condition: Condition, written: str, place: Place, report: Report) -> None:
    readable = _READABLE.get(how.type)
    if readable is not None and not readable[2](written):
        report.add(readable[0], place, f"{written!r}, a value of {condition.operator}, is {readable[1]}")
    elif how.type is KeyType.DATE and is_epoch(written) and len(written) > 4:
        report.add("INVALID_DATE_VALUE", place, f"the date {written} is in seconds since 1970")
    elif how.type is KeyType.STRING and "Like" not in how.base and _WILD.search(_ESCAPED.sub("", written)):
        words = f"{condition.operator} takes the wildcard in {written!r} as a plain character"
        report.add("WILDCARD_WITHOUT_LIKE_OPERATOR", place, words)


def _redundant(how: Comparison, condition: Condition, report: Report) -> None:
    """Values of one condition that say nothing beside another."""
    if how.base in _ORDERED:
        bounds = [number(literal) for literal, _ in condition.literals]
        told = [bound for bound in bounds if bound is not None]
        if len(told) == len(condition.items):
            decides = _decisive(told, greatest=_ORDERED[how.base])
            words = f"of the values of {condition.operator} for {condition.key} only {decides} decides"
            report.add("REDUNDANT_CONDITION_VALUE_NUM", condition.place, words)
        return
    seen: dict[str, Place] = {}
    wide = [literal for literal, _ in condition.literals if "Like" in how.base and _WILD.search(literal)]
    for literal, place in condition.literals:
        cover = literal if literal in seen else _cover(literal, wide)
        if cover is not None:
            report.add("redundant-condition-value", place, f"{literal!r} is covered by {cover!r}")
        seen[literal] = place


def _decisive(bounds: list[Decimal], *, greatest: bool) -> Decimal:
    return max(bounds) if greatest else min(bounds)


def _cover(literal: str, wide: list[str]) -> str | None:
    """A wider pattern that covers a value."""
    if "${" in literal:
        return None
    return next((each for each in wide if each != literal and "${" not in each and _covers(each, literal)), None)


@lru_cache(maxsize=32768)
def _covers(wide: str, narrow: str) -> bool:
    return glob(text(wide)).covers(glob(text(narrow))) is Truth.TRUE
