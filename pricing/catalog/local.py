"""Price lists on this machine: offer files, saved pages of GetProducts, AWS's price file of text messages."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import msgspec

from auditor import bounded
from pricing.catalog.lookup import SERVICES
from pricing.catalog.offer import Offer, OfferError, Readable, Wanted, about, decoded, read, read_items
from pricing.catalog.stream import Stream, StreamError

_LIMIT = 32 * 1024 * 1024
_CODE_LIMIT = 1024


class _Page(msgspec.Struct, frozen=True, rename={"entries": "PriceList"}):
    """A saved page of GetProducts."""

    entries: list[str]


class _Served(msgspec.Struct, frozen=True, rename={"code": "serviceCode"}):
    """The part of an entry that tells its service."""

    code: str


class Files:
    """Price files by their paths.

    Args:
        paths: files, or folders whose ``.json`` files are meant.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        self.paths = [found for path in paths for found in _below(path)]

    def offers(self, wanted: Mapping[str, Wanted]) -> Iterator[Offer]:
        """Every price list of the services for which products are wanted; saved pages of one are one price list.

        Raises:
            OfferError: when a file is none, or of a service that the catalog does not know.
        """
        pages: dict[str, list[list[str]]] = {}
        for path in self.paths:
            with about(str(path)):
                kind, code = _kind(path)
                if kind != "sms" and code not in SERVICES.values():
                    raise OfferError(f"{code or 'the file'} is no service of the catalog")
                if code not in wanted:
                    continue
                if kind == "page":
                    pages.setdefault(code, []).append(decoded(_bytes(path), _Page).entries)
                else:
                    yield read(partial(_opened, path), wanted[code], path.name)
        for code, entries in pages.items():
            with about(f"pages of {code}"):
                yield read_items(entries, wanted[code], f"pricing:GetProducts {code}")

    def messages(self) -> bytes | None:
        """The price file of text messages, None when it is not among the files."""
        for path in self.paths:
            with about(str(path)):
                if _kind(path)[0] == "sms":
                    return _bytes(path)
        return None


def _below(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(path.glob("*.json"))
        if not found:
            raise OfferError(f"{path} has no .json file")
        return found
    if not path.is_file():
        raise OfferError(f"{path} is no file")
    return [path]


def _kind(path: Path) -> tuple[str, str]:
    """What a file is, by its keys: ``sms``, ``page`` or ``offer``; and its service."""
    try:
        with path.open("rb") as file:
            stream = Stream(file.read)
            for key in stream.members():
                if key == "SMS":
                    return "sms", ""
                if key == "PriceList":
                    entries = decoded(_bytes(path), _Page).entries
                    return "page", decoded(entries[0].encode(), _Served).code if entries else ""
                if key == "offerCode":
                    return "offer", decoded(stream.value(_CODE_LIMIT), str)
                stream.skip()
    except (StreamError, OSError) as error:
        raise OfferError(f"no price list: {error}") from error
    raise OfferError("no price list: it has no offerCode")


def _opened(path: Path) -> AbstractContextManager[Readable]:
    return path.open("rb")


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return bounded.read(file, _LIMIT)
    except bounded.TooLargeError as error:
        raise OfferError(f"it {error}") from error
    except OSError as error:
        raise OfferError(f"cannot be read: {error.strerror or error}") from error
