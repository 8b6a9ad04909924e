"""The files of the folder: found without following links, read once, up to a size and a number."""

import hashlib
import os
import re
from pathlib import Path
from typing import TypeVar

import msgspec

from auditor.model.known import Known, Value
from auditor.model.origin import API
from auditor.model.policy import Document
from auditor.sources.content import read_bytes
from auditor.sources.interface import InputError

T = TypeVar("T")

_MAX_BYTES = 16 * 2**20
"""Of one file; the largest is the list of an organization's accounts."""
_MAX_FILES = 2_000_000
_ACCOUNT = re.compile(r"\d{12}")
_PARTITIONS = ("aws", "aws-cn", "aws-us-gov")


def partitions(folder: Path) -> tuple[Path, ...]:
    """The folders of partitions in a folder, in its ``aws`` folder, or the folder itself; none in other folders."""
    places = [folder, *(base / name for base in (folder, folder / "aws") for name in _PARTITIONS)]
    return tuple(place for place in places if _is_partition(place))


def _is_partition(place: Path) -> bool:
    accounts = place / "accounts"
    try:
        if not accounts.is_dir() or accounts.is_symlink():
            return False
        found = [entry.name for entry in os.scandir(accounts) if _ACCOUNT.fullmatch(entry.name)]
    except OSError:
        return False
    if not found:
        return False
    if any((place / name).is_dir() for name in ("indexes", "organizations")):
        return True
    return any((accounts / name / "iam" / kind).is_dir() for name in found for kind in ("role", "user", "policy"))


class Tree:
    """Reads files of a folder.

    Attributes:
        name: what errors call the folder.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self._folder = folder
        self._hash = hashlib.sha256()
        self._files = 0
        self._documents: dict[bytes, Document] = {}

    @property
    def digest(self) -> str:
        """SHA-256 over the names and contents that were read."""
        return self._hash.hexdigest()

    def folders(self, folder: Path) -> list[Path]:
        """The folders in a folder, by name; links are left out."""
        try:
            with os.scandir(folder) as found:
                return sorted(Path(entry.path) for entry in found if entry.is_dir(follow_symlinks=False))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise InputError(self._called(folder), error.strerror or "cannot be listed") from None

    def holding(self, folder: Path, name: str, depth: int = 8) -> list[Path]:
        """The folders in and below a folder that hold a file of a name."""
        found = [folder] if (folder / name).is_file() else []
        if depth > 0:
            for inner in self.folders(folder):
                found.extend(self.holding(inner, name, depth - 1))
        return found

    def content(self, path: Path) -> bytes | None:
        """The content of a file; None when there is none of that name."""
        if not path.is_file() or path.is_symlink():
            return None
        self._files += 1
        if self._files > _MAX_FILES:
            raise InputError(self.name, f"has more than {_MAX_FILES} files: not read")
        data = read_bytes(path, self._called(path), lambda _: _MAX_BYTES)
        self._hash.update(f"{path.relative_to(self._folder).as_posix()}\0{len(data)}\0".encode("utf-8", "replace"))
        self._hash.update(data)
        return data

    def json(self, path: Path, kind: type[T], absent: T) -> T:
        """A JSON file of a known form.

        Raises:
            InputError: it is of another form.
        """
        data = self.content(path)
        if data is None:
            return absent
        try:
            return msgspec.json.decode(data, type=kind)
        except RecursionError:
            raise InputError(self._called(path), "is nested too deep") from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise InputError(self._called(path), f"is not what iam-collect writes: {error}") from None

    def document(self, path: Path) -> Document | None:
        """A policy document; None when there is none."""
        data = self.content(path)
        return None if data is None else self.document_of(data)

    def document_of(self, written: bytes | msgspec.Raw) -> Document:
        """The document of a JSON text; equal texts give one object."""
        data = bytes(written)
        found = self._documents.get(data)
        if found is None:
            found = self._documents[data] = Document(json=_compact(data))
        return found

    def tags(self, folder: Path) -> Known[dict[str, str]]:
        """The tags that stand beside the metadata of a resource."""
        return Known(self.json(folder / "tags.json", dict[str, str], {}), API)

    def _called(self, path: Path) -> str:
        inside = path.relative_to(self._folder).as_posix() if path.is_relative_to(self._folder) else path.name
        return f"{self.name}/{inside}"


def _compact(data: bytes) -> str:
    """Without indentation; what is no JSON stays, so that whoever parses it says so."""
    try:
        return msgspec.json.format(data, indent=-1).decode()
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return data.decode("utf-8", "replace")


def told(document: Document | None) -> Value[Document | None]:
    """What the folder says of a policy."""
    return Known(document, API)
