"""New price lists from AWS: its bulk files over HTTP, and GetProducts.

The only module of the price catalog that reaches the network, and it does so only when it is asked to.

Sources: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-ppslong.html
"""

import contextlib
import http.client
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import IO, Protocol, cast

import msgspec

from pricing.catalog.offer import Offer, OfferError, Wanted, about, decoded, read, read_items

BULK = "https://pricing.us-east-1.amazonaws.com"
"""AWS's price list bulk API; it needs no credentials."""
INDEX = "/offers/v1.0/aws/index.json"

_CHUNK = 1 << 16
_INDEX_LIMIT = 32 * 1024 * 1024
_TIMEOUT_SECONDS = 30
_ATTEMPTS = 3
_SERVER_FAULT = 500
_VERSION_DIGITS = 14


class _Entry(msgspec.Struct, frozen=True, rename={"regions": "currentRegionIndexUrl", "whole": "currentVersionUrl"}):
    """A service in the index of offers; old ones have no index of Regions."""

    regions: str = ""
    whole: str = ""


class _Index(msgspec.Struct, frozen=True):
    offers: dict[str, _Entry]


class _RegionEntry(msgspec.Struct, frozen=True, rename={"url": "currentVersionUrl"}):
    url: str


class _RegionIndex(msgspec.Struct, frozen=True):
    regions: dict[str, _RegionEntry]


class Web:
    """A server of AWS's bulk files.

    Args:
        base: its address, ``https://host`` or ``http://host:port``; or the address of an index of offers on it.
        most_bytes: that an offer file may have.
    """

    def __init__(self, base: str, most_bytes: int) -> None:
        parts = urllib.parse.urlsplit(base)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.username is not None:
            raise OfferError(f"{base!r} is no address like {BULK}")
        self._base = f"{parts.scheme}://{parts.netloc}"
        self._index = parts.path if parts.path.endswith(".json") else parts.path.rstrip("/") + INDEX
        self._most_bytes = most_bytes
        self._opener = urllib.request.build_opener(_SameHost)

    def offers(self, code: str, regions: Iterable[str], wanted: Wanted) -> Iterator[Offer]:
        """The price lists of a service, one per Region, in the versions that its index of Regions names.

        Args:
            code: AWS offer code.
            regions: Region codes; all when empty.
            wanted: which products to keep.

        Raises:
            OfferError: when one is missing, truncated, or not the version that the index names.
        """
        for url in self._urls(code, tuple(regions)):
            with tempfile.TemporaryFile() as file:
                with about(url):
                    self._download(url, file, self._most_bytes)
                    offer = read(partial(_rewound, file), wanted, self._base + url)
                    _check_identity(offer, code, url)
                yield offer

    def messages(self, url: str) -> tuple[bytes, str]:
        """A file and the time of its last change as the server tells it; empty where it does not.

        Raises:
            OfferError: when it cannot be had.
        """
        path = urllib.parse.urlsplit(url).path
        with about(path):
            return self._get(path, _INDEX_LIMIT)

    def _urls(self, code: str, regions: tuple[str, ...]) -> list[str]:
        with about(self._index):
            index = decoded(self._get(self._index, _INDEX_LIMIT)[0], _Index)
        entry = index.offers.get(code)
        if entry is None:
            raise OfferError(f"the index of offers has no {code}")
        if not entry.regions:
            return [entry.whole]
        with about(entry.regions):
            found = decoded(self._get(entry.regions, _INDEX_LIMIT)[0], _RegionIndex).regions
        missing = sorted(set(regions) - found.keys())
        if missing:
            raise OfferError(f"{code} has no price list of {missing[0]}")
        return [found[region].url for region in sorted(regions or found)]

    def _get(self, path: str, limit: int) -> tuple[bytes, str]:
        with tempfile.TemporaryFile() as file:
            changed = self._download(path, file, limit)
            file.seek(0)
            return file.read(), changed

    def _download(self, path: str, file: IO[bytes], limit: int) -> str:
        """Write a file of the server; its last change."""
        if not path.startswith("/") or path.startswith("//"):
            raise OfferError(f"the address {path!r} is on another server")
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                file.seek(0)
                file.truncate()
                return self._once(path, file, limit)
            except urllib.error.HTTPError as error:
                error.close()
                if error.code < _SERVER_FAULT or attempt == _ATTEMPTS:
                    raise OfferError(f"the server answers {error.code}") from error
            except (OSError, http.client.HTTPException) as error:
                if attempt == _ATTEMPTS:
                    reason = getattr(error, "reason", None) or error
                    raise OfferError(f"the server cannot be read: {reason}") from error
        raise AssertionError("the last attempt returns or raises")

    def _once(self, path: str, file: IO[bytes], limit: int) -> str:
        request = urllib.request.Request(self._base + path, headers={"User-Agent": "messaging-auditor"})  # noqa: S310 - http(s) only, see __init__
        with self._opener.open(request, timeout=_TIMEOUT_SECONDS) as answer:
            told = answer.headers.get("Content-Length")
            size = 0
            while data := answer.read(_CHUNK):
                size += len(data)
                if size > limit:
                    raise OfferError(f"it is larger than {limit:,} bytes")
                file.write(data)
            if told is not None and told.isdigit() and size != int(told):
                raise OfferError(f"truncated: {size:,} of {int(told):,} bytes came")
            return str(answer.headers.get("Last-Modified") or "")


def _check_identity(offer: Offer, code: str, url: str) -> None:
    if offer.code != code:
        raise OfferError(f"it is the price list of {offer.code}, not of {code}")
    pinned = next((part for part in url.split("/") if part.isdigit() and len(part) == _VERSION_DIGITS), None)
    if pinned is not None and offer.version != pinned:
        raise OfferError(f"it is version {offer.version}, not {pinned}")


def _rewound(file: IO[bytes]) -> contextlib.AbstractContextManager[IO[bytes]]:
    file.seek(0)
    return contextlib.nullcontext(file)


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows redirections on the same server only."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        old, new = urllib.parse.urlsplit(req.full_url), urllib.parse.urlsplit(newurl)
        if (old.scheme, old.netloc) != (new.scheme, new.netloc):
            fp.close()
            raise OfferError(f"it is moved to another server, {new.scheme}://{new.netloc}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Pages(Protocol):
    """A client of the Price List Query API."""

    def get_paginator(self, operation_name: str) -> "Paginator":
        """The paginator of an operation."""


class Paginator(Protocol):
    """Asks page by page."""

    def paginate(self, **arguments: object) -> Iterable[Mapping[str, object]]:
        """The pages."""


def client(profile: str | None, region: str = "us-east-1") -> Pages:
    """A client of the Price List Query API, with the credentials that boto3 finds.

    Args:
        profile: AWS profile.
        region: of the API, which has few: us-east-1, eu-central-1 and ap-south-1 have the prices of the commercial and
            GovCloud partitions, cn-northwest-1 those of China.

    Raises:
        OfferError: when there are none.
    """
    import boto3
    from botocore.exceptions import BotoCoreError

    try:
        session = boto3.Session(profile_name=profile)
        return cast("Pages", session.client("pricing", region_name=region))
    except BotoCoreError as error:
        raise OfferError(f"the Price List API cannot be asked: {error}") from error


def from_api(pages: Pages, code: str, regions: Iterable[str], wanted: Wanted) -> Iterator[Offer]:
    """The price list of a service as GetProducts answers it; one per Region when Regions are told.

    Raises:
        OfferError: when AWS refuses, or an entry cannot be read.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    for region in tuple(regions) or ("",):
        filters = [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": region}] if region else []
        try:
            answers = pages.get_paginator("get_products").paginate(
                ServiceCode=code, Filters=filters, FormatVersion="aws_v1"
            )
            yield read_items(
                (_price_list(answer) for answer in answers), wanted, f"pricing:GetProducts {code} {region}"
            )
        except (BotoCoreError, ClientError) as error:
            raise OfferError(f"GetProducts of {code}: {error}") from error
        except OfferError as error:
            raise OfferError(f"GetProducts of {code}{f' in {region}' if region else ''}: {error}") from error


def _price_list(answer: Mapping[str, object]) -> list[str]:
    entries = answer.get("PriceList")
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise OfferError("a page has no price list")
    return entries
