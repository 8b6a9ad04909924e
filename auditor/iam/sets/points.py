"""Values of condition keys that are no patterns: numbers, dates, networks, binary values.

A comparison of such a type tells values apart at the values that policies name. One value on each of them, between any
two and beyond the last are all that a comparison can tell.
"""

from datetime import UTC, datetime, timedelta
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from itertools import pairwise

from auditor.iam.operators import date, network, number
from auditor.iam.sets.work import TooMuchError

_LONGEST = 64
"""Digits of a number that are written out; longer ones are written with an exponent."""
_ONE = Decimal(1)
_DIGITS = 400
"""Digits that numbers are told apart by."""


def points(family: str, wanted: list[str]) -> list[str]:
    """Values on, between and beside those that a policy names, as strings.

    Args:
        family: ``numeric``, ``date``, ``network`` or ``binary``.
        wanted: the values of the policy.
    """
    match family:
        case "numeric":
            return [_plain(value) for value in _between([number(each) for each in wanted])]
        case "date":
            return [_moment(value) for value in _between([date(each) for each in wanted])]
        case "network":
            return _addresses(wanted)
        case _:
            return [*wanted, "AAAA" * (1 + max(map(len, wanted), default=0))]


def _between(values: list[Decimal | None]) -> list[Decimal]:
    """Values below, on, between and above those that are known.

    Raises:
        TooMuchError: they are too long to tell what lies between them.
    """
    known = sorted({value for value in values if value is not None})
    if not known:
        return [Decimal(0)]
    with localcontext(Context(prec=_DIGITS, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])):
        found = [known[0] - max(_ONE, abs(known[0]))]
        for one, two in pairwise(known):
            found.extend((one, (one + two) / 2))
        found.extend((known[-1], known[-1] + max(_ONE, abs(known[-1]))))
    if any(one >= two for one, two in pairwise(found)):
        raise TooMuchError("a number or date of a condition has too many digits")
    return found


def _plain(value: Decimal) -> str:
    return format(value, "f") if abs(value.adjusted()) <= _LONGEST else str(value)


def _moment(value: Decimal) -> str:
    if abs(value.adjusted()) > _LONGEST or value != int(value):
        return _plain(value)
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(value))).isoformat()
    except OverflowError:
        return _plain(value)


def _addresses(wanted: list[str]) -> list[str]:
    """The first and last address of every network, and those beside them."""
    import ipaddress

    found: dict[str, None] = {}
    for each in wanted:
        block = network(each)
        if block is None:
            continue
        first, last = int(block.network_address), int(block.broadcast_address)
        most = 2**block.max_prefixlen
        make = ipaddress.IPv4Address if block.version == 4 else ipaddress.IPv6Address
        found.update({str(make(value)): None for value in (first, last, first - 1, last + 1) if 0 <= value < most})
    return [*found, "203.0.113.77", "2001:db8::77"]
