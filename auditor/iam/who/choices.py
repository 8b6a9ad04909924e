"""Values of condition keys worth trying: for every condition one that it holds for, one that it does not, and none.

A request that the policies tell apart from all tried ones is left out only where conditions overlap in part; then the
choice is not exhaustive and a failed search proves nothing.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from auditor.iam.elements import Condition
from auditor.iam.operators import Operator, Quantifier, date, network, number, operator
from auditor.iam.request import Request
from auditor.iam.who.facts import ALWAYS
from auditor.iam.who.patterns import WILD, TooMuchError, common, example
from auditor.model.text import Text, text

Choice: TypeAlias = tuple[Text, ...] | None

_ELSEWHERE = ("198.51.100.77", "2001:db8:ffff::77")
_ANY = "any-other-value"
_ANY_ARN = "arn:aws:any::000000000000:other"
_VARIABLE = re.compile(r"\$\{([^{}]*)\}")


class Asked(NamedTuple):
    """A condition with the effect of its statement and whether ``${…}`` in it is a variable."""

    condition: Condition
    allows: bool
    variables: bool


class Choices(NamedTuple):
    """What to try for a key, most promising first, and whether that is every kind of value there is."""

    values: tuple[Choice, ...]
    exhaustive: bool


def choices(key: str, asked: Sequence[Asked], request: Request, within: str = "*", used: Sequence[str] = ()) -> Choices:
    """What to try for a key.

    Args:
        key: in lower case.
        asked: the conditions on it.
        request: with everything that is told, for policy variables.
        within: the pattern that its value certainly has.
        used: patterns of resources and conditions that hold it as a policy variable.
    """
    wanted: dict[Choice, None] = {(text(value),): None for value in _standing_for(key, used, request)}
    avoided: dict[Choice, None] = {}
    wild = 0
    networks: set[str] = set()
    exhaustive = not used and within == "*"
    for each in asked:
        how = operator(each.condition.operator)
        if how is None or each.condition.open is not None:
            exhaustive = False
            continue
        exhaustive = exhaustive and how.quantifier is Quantifier.SINGLE
        values = [_filled(value, request, variables=each.variables) for value in each.condition.values]
        if None in values:
            exhaustive = False
        told = [value for value in values if value is not None]
        networks.update(told if how.base == "ipaddress" else ())
        wild += sum(1 for value in told if how.wildcards and not WILD.isdisjoint(value))
        held = [one for value in told for one in _held(how, value, within)]
        hopeful = wanted if each.allows is not how.negated else avoided
        hopeful.update(dict.fromkeys((text(one),) for one in held))
        if how.quantifier is not Quantifier.SINGLE and len(told) > 1:
            hopeful.setdefault(tuple(text(example(value)) for value in told))
    others = _others(asked, within)
    absent: list[Choice] = [] if key in ALWAYS else [None]
    found = dict.fromkeys((*wanted, *others, *absent, *avoided))
    return Choices(tuple(found), exhaustive and wild <= 1 and len(networks) <= 1)


def _filled(value: Text, request: Request, *, variables: bool) -> str | None:
    """A value with its policy variables replaced; None when that cannot be told."""
    literal = value.literal
    if literal is None or not variables or "${" not in literal:
        return literal
    missing = False

    def replaced(found: re.Match[str]) -> str:
        nonlocal missing
        told = request.context.get(found.group(1).strip().lower())
        if isinstance(told, tuple) and len(told) == 1 and told[0].literal is not None:
            return told[0].literal
        missing = True
        return ""

    filled = _VARIABLE.sub(replaced, literal)
    return None if missing else filled


def _held(how: Operator, value: str, within: str) -> Iterable[str]:
    """Strings for which the base of an operator holds, and at its border those for which it does not."""
    if how.base == "null":
        return ()
    if how.base == "bool":
        return ("true", "false") if value.lower() == "true" else ("false", "true")
    if how.base == "ipaddress":
        inside = network(value)
        return () if inside is None else (str(inside.network_address), str(inside.broadcast_address))
    if how.base.startswith("numeric"):
        return _around(number(value))
    if how.base.startswith("date"):
        return _around(date(value))
    if within != "*":
        try:
            both = common(value, within)
        except TooMuchError:
            return ()
        return () if both is None else (both,)
    if how.base == "stringequalsignorecase":
        return (value, value.swapcase())
    return (example(value) if how.wildcards else value,)


def _standing_for(key: str, used: Sequence[str], request: Request) -> Iterable[str]:
    """Values of a policy variable with which a pattern stands for the request's resource."""
    resource = request.resource.literal or ""
    for pattern in used:
        found = _with_group(pattern, key).fullmatch(resource)
        if found is not None and found.group("value"):
            yield found.group("value")


@lru_cache(maxsize=4096)
def _with_group(pattern: str, key: str) -> re.Pattern[str]:
    """A pattern as an expression with a group for one variable, which stands for the same string everywhere."""
    pieces: list[str] = []
    at, named = 0, False
    for found in _VARIABLE.finditer(pattern):
        pieces.append(_plain(pattern[at : found.start()]))
        if found.group(1).partition(",")[0].strip().lower() == key:
            pieces.append("(?P=value)" if named else "(?P<value>[^*?]+?)")
            named = True
        else:
            pieces.append(".*?")
        at = found.end()
    pieces.append(_plain(pattern[at:]))
    return re.compile("".join(pieces) if named else "(?P<value>)(?!)", re.DOTALL)


def _plain(run: str) -> str:
    return re.escape(run).replace(r"\*", ".*?").replace(r"\?", ".")


def _around(border: Decimal | None) -> Iterable[str]:
    if border is None:
        return ()
    return tuple(format(border + step, "f") for step in (0, -1, 1))


def _others(asked: Sequence[Asked], within: str) -> Iterable[Choice]:
    """Values that no condition names."""
    bases = {how.base for each in asked if (how := operator(each.condition.operator)) is not None}
    if "ipaddress" in bases:
        return [(text(each),) for each in _ELSEWHERE]
    if bases and bases <= {"bool"}:
        return [(text("true"),), (text("false"),)]
    if bases and all(base.startswith(("numeric", "date")) for base in bases):
        return []
    if bases and all(base.startswith("arn") for base in bases):
        return [(text(_ANY_ARN),)]
    return [(text(_ANY if within == "*" else example(within)),)]
