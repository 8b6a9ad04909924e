"""The data file of actions: how it is laid out, written and read.

The first line is JSON that tells where the data came from, the second the index, also JSON; so ``head -2`` shows both.
Behind them stand two zlib streams per service: the names of its actions, and everything else as JSON in which access
levels, resource types and condition keys are numbers. A service costs what it holds, the names of all together as much
as reading them. Services are small and alike, so what many of them say stands once, in two streams before theirs: zlib
begins with it (its preset dictionary), which makes the file a fifth smaller.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import accumulate
from typing import TypeAlias

import msgspec

SCHEMA = "iam-actions-v2"
_MOST = 8 * 2**20
"""Bytes that one stream may grow to: the largest is 120 kB."""
_COMMON = 8_000
"""Bytes of what services have in common; more costs more than it saves."""
_WORDS = re.compile(rb"[A-Z][a-z]+(?:[A-Z][a-z]+)?\n?")
_MEMBERS = re.compile(rb'"[^"]*",?|\[[^\[\]"]*\],?')

ActionRow: TypeAlias = tuple[int, tuple[int, ...], tuple[int, ...], tuple[str, ...]]
"""Number of the access level; resource types, twice their number and one more when required; numbers of condition keys;
dependent actions in full."""
TypeRow: TypeAlias = tuple[str, tuple[str, ...], tuple[int, ...]]
"""Name, ARN formats, numbers of condition keys."""
KeyRow: TypeAlias = tuple[str, str]
"""Name and type; the type of a key that can have several values begins with ``ArrayOf``; empty when not told."""


class PackError(Exception):
    """The data file cannot be read; the message is one line."""


class Details(msgspec.Struct, array_like=True, frozen=True):
    """What a service has beside the names of its actions, which are in the same order."""

    actions: tuple[ActionRow, ...] = ()
    types: tuple[TypeRow, ...] = ()
    keys: tuple[KeyRow, ...] = ()


class Service(msgspec.Struct, frozen=True):
    """One service; `names` are sorted by lower case."""

    names: tuple[str, ...]
    details: Details


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Where the data came from, and how much of it there is.

    Attributes:
        schema: of the data file.
        date: of the upstream data, ISO 8601.
        packages: name to version of the packages that it was made from.
        actions, services, resource_types, condition_keys: how many; global condition keys not counted.
        dependent_actions: actions of which it is known that they need others.
        corrected_levels: actions whose access level differs from the one that AWS documents.
    """

    schema: str
    date: str
    packages: Mapping[str, str]
    services: int
    actions: int
    resource_types: int
    condition_keys: int
    dependent_actions: int
    corrected_levels: int


class Index(msgspec.Struct, frozen=True):
    """Where things are.

    Attributes:
        common: bytes of the two streams of what services have in common.
        services: name and bytes of both streams, in the order of the file.
        rcp: services that resource control policies apply to.
        prefixes: lower-case beginnings of condition keys that are no service, to the services that have such keys.
    """

    common: tuple[int, int]
    services: tuple[tuple[str, int, int], ...]
    rcp: tuple[str, ...]
    prefixes: Mapping[str, tuple[str, ...]]


class Packed:
    """An opened data file: streams are unpacked when asked for.

    Raises:
        PackError: it is not such a file.
    """

    def __init__(self, data: bytes) -> None:
        first = data.find(b"\n")
        second = data.find(b"\n", first + 1)
        self.provenance = provenance_of(data[: max(first, 0)])
        try:
            self.index = msgspec.json.decode(data[first + 1 : max(second, 0)], type=Index)
        except msgspec.MsgspecError as error:
            raise PackError(f"no index of actions: {error}") from error
        self._data = data
        self._places: dict[str, tuple[int, int, int]] = {}
        place = second + 1
        self._shared = (place, place + self.index.common[0], place + sum(self.index.common))
        place = self._shared[2]
        for name, names, details in self.index.services:
            self._places[name] = (place, place + names, place + names + details)
            place += names + details
        if place != len(data):
            raise PackError(f"the data of actions has {len(data)} bytes in place of {place}")

    def names(self, service: str) -> tuple[str, ...]:
        """The names of the actions of a service of the index, without its prefix."""
        start, end, _ = self._places[service]
        joined = _unpacked(self._data[start:end], self._common_of_names).decode()
        return tuple(joined.split("\n")) if joined else ()

    def details(self, service: str) -> Details:
        """Everything else of a service of the index."""
        _, start, end = self._places[service]
        return msgspec.json.decode(_unpacked(self._data[start:end], self._common_of_details), type=Details)

    @cached_property
    def _common_of_names(self) -> bytes:
        return _unpacked(self._data[self._shared[0] : self._shared[1]])

    @cached_property
    def _common_of_details(self) -> bytes:
        return _unpacked(self._data[self._shared[1] : self._shared[2]])

    def service(self, name: str) -> Service:
        """A service whole."""
        return Service(self.names(name), self.details(name))


def provenance_of(line: bytes) -> Provenance:
    """The first line of a data file.

    Raises:
        PackError: it is none.
    """
    try:
        found = msgspec.json.decode(line, type=Provenance)
    except msgspec.MsgspecError as error:
        raise PackError(f"no data of actions: {error}") from error
    if found.schema != SCHEMA:
        raise PackError(f"data of actions of another schema, {found.schema}")
    return found


def pack(
    services: Mapping[str, Service],
    provenance: Provenance,
    *,
    rcp: Iterable[str],
    prefixes: Mapping[str, tuple[str, ...]],
) -> bytes:
    """A data file. The same content and zlib give the same bytes."""
    ordered = in_order(services)
    names = ["\n".join(services[each].names).encode() for each in ordered]
    details = [msgspec.json.encode(services[each].details) for each in ordered]
    common = _common(names, _WORDS), _common(details, _MEMBERS)
    pairs = [(_packed(one, common[0]), _packed(other, common[1])) for one, other in zip(names, details, strict=True)]
    shared = [_packed(each) for each in common]
    index = Index(
        common=(len(shared[0]), len(shared[1])),
        services=tuple((name, len(one), len(other)) for name, (one, other) in zip(ordered, pairs, strict=True)),
        rcp=tuple(sorted(rcp)),
        prefixes={prefix: prefixes[prefix] for prefix in sorted(prefixes)},
    )
    streams = b"".join([*shared, *(stream for pair in pairs for stream in pair)])
    return b"\n".join([msgspec.json.encode(provenance), msgspec.json.encode(index), streams])


def _common(texts: Iterable[bytes], word: re.Pattern[bytes]) -> bytes:
    """The words of most texts, those that save most at the end, where zlib reaches them with the least bits."""
    counted = Counter(found for each in texts for found in set(word.findall(each)))
    saved = {found: (count - 1) * len(found) for found, count in counted.items() if count > 2}
    best = sorted(saved, key=lambda found: (-saved[found], found))
    ends = accumulate(map(len, best))
    return b"".join(reversed([found for found, end in zip(best, ends, strict=True) if end <= _COMMON]))


def in_order(services: Iterable[str]) -> list[str]:
    """Services in the order in which their actions, written in full, are sorted."""
    return sorted(services, key=lambda service: f"{service}:")


def _packed(data: bytes, common: bytes = b"") -> bytes:
    packing = zlib.compressobj(9, zdict=common)
    return packing.compress(data) + packing.flush()


def _unpacked(stream: bytes, common: bytes = b"") -> bytes:
    unpacking = zlib.decompressobj(zdict=common)
    try:
        data = unpacking.decompress(stream, _MOST)
    except zlib.error as error:
        raise PackError(f"the data of actions is damaged: {error}") from error
    if not unpacking.eof:
        raise PackError("the data of actions is damaged: a stream is cut or too large")
    return data
