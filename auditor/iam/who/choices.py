"""Values of condition keys worth trying: for every condition one that it holds for, one that it does not, and none.

A request that the policies tell apart from all tried ones is left out only where conditions overlap in part; then the
choice is not exhaustive and a failed search proves nothing.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, TypeAlias

from auditor.iam.elements import Condition
from auditor.iam.operators import Operator, Quantifier, date, network, number, operator
from auditor.iam.request import Request
from auditor.iam.who.facts import ALWAYS
from auditor.iam.who.patterns import WILD, TooMuchError, common, example
from auditor.iam.wildcard import glob
from auditor.model.known import Truth
from auditor.model.text import Text, text

Choice: TypeAlias = tuple[Text, ...] | None

_ELSEWHERE = ("198.51.100.77", "2001:db8:ffff::77")
_ANY = "any-other-value"
_ANY_ARN = "arn:aws:any::000000000000:other"
_EVERY = frozenset({"*", "arn:*:*:*:*:*"})
"""Patterns beside which there is nothing."""
_FRESH = "~^|§"
"""Letters for what a pattern leaves open; one that no condition names is taken."""
_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_MOST_SPANS = 2_000
"""Parts of an ARN that are tried as the value of a policy variable."""


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
    read = [_Read.of(each, request) for each in asked]
    every = [value for each in read for value in each.told]
    fresh = next((letter for letter in _FRESH if not any(letter in value for value in every)), None)
    exhaustive = not used and within == "*" and fresh is not None and all(each.sure for each in read)
    letter = fresh or _FRESH[0]
    for each in read:
        if each.how is None:
            continue
        held = [one for value in each.told for one in _held(each.how, value, within, letter)]
        hopeful = wanted if each.allows is not each.how.negated else avoided
        hopeful.update(dict.fromkeys((text(one),) for one in held))
        if each.how.quantifier is not Quantifier.SINGLE and len(each.told) > 1:
            hopeful.setdefault(tuple(text(example(value, letter)) for value in each.told))
    others = _others(read, within, letter)
    absent: list[Choice] = [] if key in ALWAYS else [None]
    found = dict.fromkeys((*wanted, *((text(each),) for each in others or ()), *absent, *avoided))
    return Choices(tuple(found), exhaustive and others is not None and _stand_apart(read))


class _Read(NamedTuple):
    """A condition as it is read for one request.

    Attributes:
        how: its operator; None when nothing can be said of it.
        told: its values.
        allows: whether its statement does.
        sure: whether that is all of it.
    """

    how: Operator | None
    told: tuple[str, ...]
    allows: bool
    sure: bool

    @staticmethod
    def of(asked: Asked, request: Request) -> "_Read":
        how = operator(asked.condition.operator)
        if how is None or asked.condition.open is not None:
            return _Read(None, (), asked.allows, sure=False)
        values = [_filled(value, request, variables=asked.variables) for value in asked.condition.values]
        told = tuple(value for value in values if value is not None)
        return _Read(how, told, asked.allows, sure=len(told) == len(values) and how.quantifier is Quantifier.SINGLE)

    @property
    def patterns(self) -> frozenset[str]:
        """The values that stand for several, other than for all."""
        if self.how is None:
            return frozenset()
        if self.how.base == "stringequalsignorecase":
            return frozenset(value for value in self.told if value.lower() != value.upper())
        return frozenset(value for value in self.told if self.how.wildcards and not WILD.isdisjoint(value))


def _stand_apart(read: Sequence[_Read]) -> bool:
    """Whether one value of each condition stands for all: conditions that overlap in part leave others."""
    networks = {value for each in read if each.how is not None and each.how.base == "ipaddress" for value in each.told}
    patterns = [value for each in read for value in each.patterns]
    if len(networks) > 1 or len(patterns) > 1:
        return False
    named = [value.lower() for value in {value for each in read if not each.patterns for value in each.told}]
    # Two spellings of what is compared without case are tried.
    return all(named.count(value.lower()) < 2 for value in patterns)


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


def _held(how: Operator, value: str, within: str, fresh: str) -> Iterable[str]:
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
    return (example(value, fresh) if how.wildcards else value,)


def _standing_for(key: str, used: Sequence[str], request: Request) -> Iterable[str]:
    """Values of a policy variable with which a pattern stands for the request's resource."""
    resource = request.resource.literal or ""
    for pattern in used:
        value = _value_in(pattern, key, resource)
        if value:
            yield value


@lru_cache(maxsize=4096)
def _value_in(pattern: str, key: str, resource: str) -> str:
    """The first value of a variable with which a pattern stands for a resource; empty where none of the first does."""
    *before, after = _VARIABLE.split(pattern)
    names = [name.partition(",")[0].strip().lower() for name in before[1::2]]
    if key not in names:
        return ""
    runs = [*before[::2], after]
    head = _pattern(runs[: names.index(key) + 1], names, key, "")
    starts = (start for start in range(len(resource)) if head(resource[:start]))
    spans = ((start, end) for start in starts for end in range(start + 1, len(resource) + 1))
    for start, end in islice(spans, _MOST_SPANS):
        value = resource[start:end]
        if WILD.isdisjoint(value) and _pattern(runs, names, key, value)(resource):
            return value
    return ""


def _pattern(runs: Sequence[str], names: Sequence[str], key: str, value: str) -> Callable[[str], bool]:
    """The test of a pattern in which a variable has a value and others have any."""
    filled = [runs[0]]
    for name, run in zip(names, runs[1:], strict=False):
        filled += [value if name == key else "*", run]
    return glob(text("".join(filled))).test


def _around(border: Decimal | None) -> Iterable[str]:
    if border is None:
        return ()
    return tuple(format(border + step, "f") for step in (0, -1, 1))


def _others(read: Sequence[_Read], within: str, fresh: str) -> tuple[str, ...] | None:
    """Values beside those that conditions name, None when none is found; numbers have theirs at each border."""
    if within != "*":
        return (example(within, fresh),)
    bases = {each.how.base for each in read if each.how is not None}
    if "ipaddress" in bases:
        return _ELSEWHERE
    if bases and bases <= {"bool"}:
        return ("true", "false")
    if bases and all(base.startswith(("numeric", "date")) for base in bases):
        return ()
    is_arn = bool(bases) and all(base.startswith("arn") for base in bases)
    offered = (_ANY_ARN, f"arn:{fresh}:{fresh}::{fresh}:{fresh}") if is_arn else (_ANY, fresh, fresh * 2)
    tests = [glob(text(value), fold=True) for each in read for value in each.told if value not in _EVERY]
    free = (one for one in offered if not any(test.matches_literal(one) is Truth.TRUE for test in tests))
    found = next(free, None)
    return None if found is None else (found,)
