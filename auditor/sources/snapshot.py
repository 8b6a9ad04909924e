"""Snapshots: an inventory as a JSON file, versioned, without loss."""

import contextlib
import hashlib
import os
import re
from pathlib import Path
from typing import Literal

import msgspec

import auditor
from auditor.model.collector import collector_off
from auditor.model.inventory import Inventory
from auditor.sources.interface import InputError

SCHEMA: Literal["snapshot-v1"] = "snapshot-v1"
KIND = "snapshot"
MAX_BYTES = 2 * 2**30
_HEAD = re.compile(rb'\s*\{\s*"schema"\s*:\s*"(snapshot-[^"]{1,20})"')
_ACCOUNT = "aws"


class Tool(msgspec.Struct, frozen=True):
    """What wrote a snapshot."""

    name: str
    version: str


class Snapshot(msgspec.Struct, frozen=True):
    """The content of a snapshot file; `schema` stands first."""

    schema: Literal["snapshot-v1"]
    tool: Tool
    inventory: Inventory


def begins_like(data: bytes) -> bool:
    """Whether a file says that it is a snapshot, of whatever version."""
    return _HEAD.match(data) is not None


def snapshot_of(inventory: Inventory) -> Snapshot:
    """The snapshot of an inventory."""
    return Snapshot(SCHEMA, Tool("messaging-auditor", auditor.__version__), inventory)


def encode(inventory: Inventory) -> bytes:
    """The content of the file of a snapshot."""
    return msgspec.json.encode(snapshot_of(inventory))


def decode(data: bytes, path: str) -> Inventory:
    """The inventory of a snapshot.

    Args:
        data: the file's content.
        path: the file's, for its inputs and for errors.

    Raises:
        InputError: it is of another version, or not what its version says.
    """
    head = _HEAD.match(data)
    version = head[1].decode("ascii", "replace") if head is not None else "no snapshot"
    if version != SCHEMA:
        raise InputError(path, f"is {version}; this version reads {SCHEMA}")
    try:
        with collector_off():
            inventory = msgspec.json.decode(data, type=Snapshot).inventory
    except RecursionError:
        raise InputError(path, f"is no {SCHEMA}: nested too deep") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(path, f"is no {SCHEMA}: {error}") from None
    digest = hashlib.sha256(data).hexdigest()
    inputs = tuple(
        msgspec.structs.replace(item, path=path, kind=KIND, sha256=digest) if item.kind == _ACCOUNT else item
        for item in inventory.inputs
    )
    return msgspec.structs.replace(inventory, inputs=inputs)


def write(path: Path, inventory: Inventory) -> None:
    """Write the snapshot of an inventory: whole or not at all, readable for its owner only.

    Raises:
        OSError: it cannot be written.
    """
    import tempfile

    descriptor, made = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(encode(inventory))
            file.flush()
            os.fsync(descriptor)
        Path(made).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(made).unlink()
        raise
