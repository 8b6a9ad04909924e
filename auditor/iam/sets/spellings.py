"""How numbers, dates and addresses are written, as patterns."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from auditor.iam.automaton import Step
from auditor.iam.operators import date, network, number
from auditor.iam.sets.atoms import Atom
from auditor.iam.sets.readings import Group
from auditor.iam.sets.strings import Steps

if TYPE_CHECKING:
    from ipaddress import IPv4Network

_DIGIT = frozenset("0123456789")
_LETTERS_OF = {"#": _DIGIT, "+": _DIGIT, "~": _DIGIT - {"0"}}
_HEX = frozenset("0123456789abcdefABCDEF")
_BEHIND = Step(_HEX | {":", "."}, loop=True)
_ANY_SIX: Steps = (Step(_HEX, loop=True), Step(frozenset(":")), _BEHIND, Step(frozenset(":")), _BEHIND)
_MOST_NETWORKS = 60
"""Networks whose addresses are told apart letter by letter."""


def _spelled(written: str) -> Steps:
    """Steps of a spelling: ``#`` is a digit, ``~`` one that is not zero, ``+`` any number of them."""
    return tuple(Step(_LETTERS_OF.get(letter, frozenset(letter)), letter == "+") for letter in written)


USUAL: Mapping[str, Group] = {
    "numeric": Group(map(_spelled, ("#", "~+", "-~+", "#.+~", "~+.+~", "-#.+~"))),
    "date": Group(map(_spelled, ("####-0~-0~T0~:0~:0~Z", "####-10-10T10:00:00Z", "####-0~-2~T0~:0~:0~Z", "~+"))),
    "network": Group(map(_spelled, ("#.#.#.#", "~+.~+.~+.~+"))),
}
"""Values as they are usually written, as far as it takes to find some that are like a pattern."""

READ: Mapping[str, Callable[[str], object | None]] = {"numeric": number, "date": date, "network": network}
"""What a string is as a value of a family; None for what is none."""
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")


def is_usual(family: str, written: str) -> bool:
    """Whether a value is written as requests carry it."""
    if family == "numeric":
        return _NUMBER.fullmatch(written) is not None
    if family == "network":
        block = network(written)
        return block is not None and block.num_addresses == 1 and str(block.network_address) == written
    return READ[family](written) is not None


_NO_NUMBER = frozenset("abcdfghijklmnopqrstuvwxyzABCDFGHIJKLMNOPQRSTUVWXYZ:/@#$%&*()=[]{}<>,;!?'\"|\\^~`")


def is_no_number(atom: Atom) -> bool:
    """Whether what a pattern matches certainly has a letter that numbers have not, however they are written."""
    steps = atom.possible
    return steps is not None and any(
        not step.loop and step.letters is not None and step.letters <= _NO_NUMBER for step in steps
    )


@lru_cache(maxsize=256)
def addresses(wanted: tuple[str, ...]) -> tuple[tuple[str, Group], ...] | None:
    """An address and all addresses that networks tell from others as they do it, however many there are.

    Args:
        wanted: networks.

    Returns:
        None for too many networks.
    """
    from ipaddress import IPv4Network, IPv6Network

    known = [block for block in map(network, wanted) if block is not None]
    if len(known) > _MOST_NETWORKS:
        return None
    fours = [block for block in known if isinstance(block, IPv4Network)]
    kinds: dict[tuple[bool, ...], list[IPv4Network]] = {}
    for block in _split(IPv4Network("0.0.0.0/0"), fours):
        kinds.setdefault(tuple(block.subnet_of(each) for each in fours), []).append(block)
    found = [
        (str(blocks[0].network_address), Group(steps for block in blocks for steps in _quads(block)))
        for blocks in kinds.values()
    ]
    # Addresses of version 6 are written in many ways.
    sixes = [block for block in known if isinstance(block, IPv6Network)]
    ends = {str(address) for block in sixes for address in (block.network_address, block.broadcast_address)}
    found.extend((address, _SIXES) for address in sorted({*ends, "2001:db8::77", "::"}))
    return tuple(found)


_SIXES = Group((_ANY_SIX,))


def _split(block: "IPv4Network", by: list["IPv4Network"]) -> "Iterator[IPv4Network]":
    """The largest blocks that no network divides."""
    inside = [each for each in by if each != block and each.subnet_of(block)]
    if not inside:
        yield block
        return
    for half in block.subnets():
        yield from _split(half, inside)


def _quads(block: "IPv4Network") -> Iterator[Steps]:
    """The addresses of a block as dotted decimals; of octets that can be anything, any digits."""
    first, last = block.network_address.packed, block.broadcast_address.packed
    fixed = block.prefixlen // 8
    head = ".".join(map(str, first[:fixed]))
    if fixed == len(first):
        yield _spelled(head)
        return
    head = f"{head}." if head else ""
    tail = ".#+" * (len(first) - fixed - 1)
    if block.prefixlen % 8 == 0:
        yield _spelled(f"{head}#+{tail}")
        return
    for octets in _decimals(first[fixed], last[fixed]):
        yield (*_spelled(head), *map(Step, octets), *_spelled(tail))


def _decimals(first: int, last: int) -> Iterator[tuple[frozenset[str], ...]]:
    """The numbers from one to another, as sets of digits."""
    for size in range(len(str(first)), len(str(last)) + 1):
        low = max(first, 10 ** (size - 1) if size > 1 else 0)
        yield from _between(str(low), str(min(last, 10**size - 1)))


def _between(low: str, high: str) -> Iterator[tuple[frozenset[str], ...]]:
    """As `_decimals`, of numbers with as many digits."""
    begin, end, behind = int(low[0]), int(high[0]), len(low) - 1
    nothing, all_nines = "0" * behind, "9" * behind
    if begin == end and behind:
        yield from ((frozenset(low[0]), *rest) for rest in _between(low[1:], high[1:]))
        return
    if low[1:] != nothing:
        yield from ((frozenset(low[0]), *rest) for rest in _between(low[1:], all_nines))
        begin += 1
    if high[1:] != all_nines:
        yield from ((frozenset(high[0]), *rest) for rest in _between(nothing, high[1:]))
        end -= 1
    if begin <= end:
        yield (frozenset(map(str, range(begin, end + 1))), *(_DIGIT,) * behind)
