"""Dates as IAM's own parser takes them: seconds since 1970, or the W3C profile of ISO 8601 with parts left out.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import re
from functools import lru_cache

_DATE = re.compile(
    r"""(?P<year>[+-]?\d+) (?: -(?P<month>\d+) (?: -(?P<day>\d+) )? )?
        (?: [Tt] (?: (?P<hour>\d+) (?: :(?P<minute>\d+) (?: :(?P<second>\d+)
            (?: \.\d{1,9} )? (?: [Zz] | [+-](?P<zone>\d\d)(?: :\d+ )? )? )? )? )? )?""",
    re.VERBOSE | re.ASCII,
)
_LIMITS = {"month": (1, 12), "day": (1, 31), "hour": (0, 23), "minute": (0, 59), "second": (0, 59), "zone": (0, 23)}
_YEARS = (-292275054, 292278993)
_LONGEST = 40
"""Characters; longer dates do not exist."""
_EPOCH = re.compile(r"[+-]?\d{1,19}", re.ASCII)
_LAST_SECOND = 2**63


@lru_cache(maxsize=8192)
def is_epoch(written: str) -> bool:
    """Whether it is a number of seconds since 1970 that a signed 64-bit number holds."""
    return _EPOCH.fullmatch(written) is not None and abs(int(written)) < _LAST_SECOND


@lru_cache(maxsize=8192)
def is_date(written: str) -> bool:
    """Whether IAM reads it as a date."""
    if is_epoch(written):
        return True
    found = _DATE.fullmatch(written) if len(written) <= _LONGEST else None
    if found is None or (found["month"] is None and found["hour"] is None):
        return False
    if not _YEARS[0] <= int(found["year"]) <= _YEARS[1]:
        return False
    return all(found[part] is None or least <= int(found[part]) <= most for part, (least, most) in _LIMITS.items())
