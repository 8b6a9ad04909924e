"""Sets of actions as whole numbers: bit *n* stands for the *n*-th action of the database.

Ten thousand policies hold a few hundred patterns, so sets are kept by pattern; together, without and how many are then
single operations, whether a set has one action or all of them.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import compress, groupby
from typing import TypeAlias

from auditor.iam import database

_WORD = re.compile(r"[A-Z]+[a-z0-9]*|.")
FROM_ADDRESS = "ses:FromAddress"
CONFIGURATION_SET = "configuration-set"

Names: TypeAlias = int
"""A set of actions of the database."""

NOTHING: Names = 0


@cache
def _place() -> dict[str, int]:
    return {name: number for number, name in enumerate(database.action_names())}


@cache
def everything() -> Names:
    """All actions."""
    return (1 << len(database.action_names())) - 1


def union(sets: Iterable[Names]) -> Names:
    """The actions of several sets together."""
    found = NOTHING
    for each in sets:
        found |= each
    return found


def names_in(actions: Iterable[str]) -> Names:
    """The set of some actions, each in full as the database spells it."""
    place = _place()
    made = NOTHING
    for action in actions:
        made |= 1 << place[action]
    return made


@lru_cache(maxsize=65536)
def names(pattern: str) -> Names:
    """The actions that a pattern stands for."""
    found = database.expand(pattern)
    if not found:
        return NOTHING
    if len(found) == len(database.action_names()):
        return everything()
    service = found[0].partition(":")[0]
    first, whole = _service(service)
    if len(found) == whole.bit_count():
        return whole
    # Small numbers while they are put together.
    place = _place()
    made = NOTHING
    for name in found:
        made |= 1 << (place[name] - first)
    return made << first


@lru_cache(maxsize=4096)
def names_but(patterns: tuple[str, ...]) -> Names:
    """All actions but those that patterns stand for."""
    return everything() & ~union(map(names, patterns))


def listed(found: Names) -> Iterator[str]:
    """The actions of a set in full, sorted by lower case."""
    return compress(database.action_names(), _bits(found))


def _bits(found: Names) -> bytes:
    """A byte of 0 or 1 for each place."""
    return f"{found:b}"[::-1].encode().translate(_BITS)


_BITS = bytes.maketrans(b"01", b"\0\1")


@lru_cache(maxsize=512)
def by_services(found: Names) -> tuple[str, ...]:
    """A set as the names of its actions; ``service:*`` where it has all of a service that are known today."""
    made: list[str] = []
    for service, is_whole, actions in _parts(found):
        made.extend((f"{service}:*",) if is_whole else actions)
    return tuple(made)


def _parts(found: Names) -> Iterator[tuple[str, bool, tuple[str, ...]]]:
    """The services of a set: whether it has all of their actions (and these are several), and those that it has."""
    every, bits = database.action_names(), _bits(found)
    for service, first, count in _spans():
        has = bits.count(1, first, first + count)
        if has:
            is_whole = has == count > 1
            some = compress(every[first : first + count], bits[first : first + count])
            yield service, is_whole, () if is_whole else tuple(some)


@cache
def _spans() -> tuple[tuple[str, int, int], ...]:
    """Each service, the place of its first action, and how many it has."""
    made: list[tuple[str, int, int]] = []
    first = 0
    for service, group in groupby(database.action_names(), key=lambda name: name.partition(":")[0]):
        count = sum(1 for _ in group)
        made.append((service, first, count))
        first += count
    return tuple(made)


@lru_cache(maxsize=1024)
def _service(service: str) -> tuple[int, Names]:
    """Where the actions of a service begin, and all of them."""
    first = _place()[database.actions_of(service)[0].name]
    return first, ((1 << len(database.actions_of(service))) - 1) << first


@lru_cache(maxsize=1024)
def with_resources(service: str) -> Names:
    """The actions of a service that take resources, so not those that accept only ``*``."""
    return names_in(action.name for action in database.actions_of(service) if action.resources)


@cache
def all_with_resources() -> Names:
    """The same for all services."""
    found = bytearray(len(database.action_names()) // 8 + 1)
    place = _place()
    for service in database.services():
        for action in database.actions_of(service):
            if action.resources:
                at = place[action.name]
                found[at >> 3] |= 1 << (at & 7)
    return int.from_bytes(found, "little")


@cache
def senders() -> Names:
    """The actions that send mail and can be tied to a sender by a condition."""
    return names_in(each.name for each in _sending() if FROM_ADDRESS in each.condition_keys)


@cache
def sending() -> Names:
    """The actions that send mail."""
    return names_in(each.name for each in _sending())


@cache
def with_type(service: str, type_name: str) -> Names:
    """The actions of a service that take resources of a type."""
    return names_in(
        action.name for action in database.actions_of(service) if any(use.type == type_name for use in action.resources)
    )


@cache
def by_configuration_set() -> Names:
    """The actions that send mail by a configuration set."""
    return names_in(each.name for each in _sending() if any(use.type == CONFIGURATION_SET for use in each.resources))


def _sending() -> Iterator[database.Action]:
    return (action for action in database.actions_of("ses") if action.name.startswith("ses:Send"))


def packed(actions: Iterable[str]) -> tuple[str, ...]:
    """Actions as patterns: ``service:*`` or ``service:Word*`` where all that the database has are among them."""
    wanted = frozenset(actions)
    made: dict[str, None] = {}
    covered: set[str] = set()
    for action in sorted(wanted, key=str.lower):
        if action not in covered:
            pattern = _widest(action, wanted)
            covered.update(database.expand(pattern))
            made[pattern] = None
    return tuple(made)


def _widest(action: str, wanted: frozenset[str]) -> str:
    """The pattern by the fewest words of an action's name that stands for wanted actions only."""
    service, _, name = action.partition(":")
    prefix = f"{service}:"
    for word in ("", *_WORD.findall(name)):
        prefix += word
        found = database.expand(f"{prefix}*")
        if len(found) == 1:
            return action
        if wanted.issuperset(found):
            return f"{prefix}*"
    return action


@lru_cache(maxsize=1024)
def packed_names(found: Names) -> tuple[str, ...]:
    """A set as patterns; see `packed`."""
    made: list[str] = []
    for service, is_whole, actions in _parts(found):
        made.extend((f"{service}:*",) if is_whole else packed(actions))
    return tuple(made)
