"""AWS's price lists as they are published: offer files and the pages of GetProducts, read product by product.

Sources: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file-for-services.html
and https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TypeAlias, TypeVar

import msgspec

from pricing.catalog.stream import Stream, StreamError

T = TypeVar("T")

_HEAD = frozenset({"formatVersion", "offerCode", "version", "publicationDate"})
_VERSION = re.compile(r"\d{14}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z")
_VALUE_LIMIT = 4 * 1024 * 1024
_MOST_PRODUCTS = 1_000_000
ON_DEMAND = "OnDemand"


class OfferError(Exception):
    """A price list cannot be used; the message is one line and says why."""


class Product(msgspec.Struct, frozen=True, rename={"family": "productFamily"}):
    """What AWS sells under a SKU. `family` is empty on rows that have none."""

    sku: str
    attributes: dict[str, str]
    family: str = ""


class PriceDimension(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename={"code": "rateCode", "begin": "beginRange", "end": "endRange", "prices": "pricePerUnit"},
):
    """One range of a price: `prices` is currency to amount."""

    code: str
    unit: str
    prices: dict[str, str]
    begin: str = "0"
    end: str = "Inf"


class Term(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename={"code": "offerTermCode", "effective": "effectiveDate", "dimensions": "priceDimensions"},
):
    """An offer of a price."""

    code: str
    sku: str
    dimensions: dict[str, PriceDimension]
    effective: str = ""


class Item(msgspec.Struct, frozen=True, kw_only=True, rename={"code": "serviceCode", "published": "publicationDate"}):
    """One entry of GetProducts: a product with its terms."""

    code: str
    product: Product
    version: str
    published: str
    terms: dict[str, dict[str, Term]] = {}


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What was kept of a price list.

    Attributes:
        code: AWS offer code.
        version: 14 digits.
        published: time of publication (ISO 8601).
        products: by SKU, those that were wanted.
        terms: their on-demand terms, by SKU.
        passed_over: usage types of those that nobody knows, with their number.
        url: where it was read.
        sha256, size: of the whole list.
    """

    code: str
    version: str
    published: str
    products: dict[str, Product]
    terms: dict[str, tuple[Term, ...]]
    passed_over: dict[str, int]
    url: str
    sha256: str
    size: int


Wanted: TypeAlias = Callable[[Product], bool | None]
"""Whether to keep a product: None for one that nobody asked for, False for one that nobody knows."""


class Readable(Protocol):
    """A file that is open for reading bytes."""

    def read(self, amount: int, /) -> bytes:
        """At most so many bytes, none at the end."""


Opened: TypeAlias = Callable[[], AbstractContextManager[Readable]]
"""Opens a file at its beginning."""


class _Hashed:
    """Bytes on their way, counted and hashed."""

    def __init__(self, file: Readable) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size = 0

    def read(self, amount: int) -> bytes:
        data = self._file.read(amount)
        self._digest.update(data)
        self.size += len(data)
        return data

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


class _Collected:
    """What one pass over a file finds."""

    def __init__(self, wanted: Wanted) -> None:
        self.head: dict[str, str] = {}
        self.products: dict[str, Product] = {}
        self.terms: dict[str, tuple[Term, ...]] = {}
        self.passed_over: dict[str, int] = {}
        self.terms_first = False
        self._products_read = False
        self._wanted = wanted

    def read(self, stream: Stream) -> None:
        for key in stream.members():
            if key in _HEAD:
                self.head[key] = decoded(stream.value(_VALUE_LIMIT), str, key)
            elif key == "products":
                self._read_products(stream)
            elif key == "terms":
                self.terms_first = not self._products_read
                for kind in stream.members():
                    if kind == ON_DEMAND:
                        self.read_terms(stream)
                    else:
                        stream.skip()
            else:
                stream.skip()
        stream.end()

    def _read_products(self, stream: Stream) -> None:
        self._products_read = True
        for number, sku in enumerate(stream.members()):
            if number >= _MOST_PRODUCTS:
                raise OfferError(f"it has more than {_MOST_PRODUCTS:,} products")
            self.add(decoded(stream.value(_VALUE_LIMIT), Product, f"product {sku}"))

    def add(self, product: Product) -> None:
        if product.sku in self.products:
            raise OfferError(f"product {product.sku} is there twice")
        wanted = self._wanted(product)
        if wanted:
            self.products[product.sku] = product
        elif wanted is not None:
            usage_type = product.attributes.get("usagetype", "")
            self.passed_over[usage_type] = self.passed_over.get(usage_type, 0) + 1

    def read_terms(self, stream: Stream) -> None:
        for sku in stream.members():
            if sku in self.products:
                terms = decoded(stream.value(_VALUE_LIMIT), dict[str, Term], f"terms of {sku}")
                self.terms[sku] = tuple(terms.values())
            else:
                stream.skip()


def read(opened: Opened, wanted: Wanted, url: str = "") -> Offer:
    """An offer file, of which only the wanted products stay in memory.

    Args:
        opened: opens the file; a file whose terms stand before its products is read twice.
        wanted: which products to keep.
        url: where it is from.

    Raises:
        OfferError: when it is truncated or no offer file.
    """
    found = _Collected(wanted)
    try:
        with opened() as file:
            source = _Hashed(file)
            found.read(Stream(source.read))
        if found.terms_first and found.products:
            with opened() as file:
                again = Stream(file.read)
                for key in again.members():
                    if key == "terms":
                        _again(again, found)
                    else:
                        again.skip()
    except StreamError as error:
        raise OfferError(f"no whole offer file: {error}") from error
    except OSError as error:
        raise OfferError(f"cannot be read: {error.strerror or error}") from error
    missing = sorted(_HEAD - found.head.keys())
    if missing:
        raise OfferError(f"no offer file: it has no {missing[0]}")
    if not found.head["formatVersion"].startswith(("v1.", "aws_v1")):
        raise OfferError(f"the format {found.head['formatVersion']!r} is not known")
    return _offer(found, found.head, url, source.sha256, source.size)


def _again(stream: Stream, found: _Collected) -> None:
    for kind in stream.members():
        if kind == ON_DEMAND:
            found.read_terms(stream)
        else:
            stream.skip()


def read_items(pages: Iterable[Iterable[str]], wanted: Wanted, url: str = "") -> Offer:
    """The pages of GetProducts as one price list; its version is the newest of its entries.

    Raises:
        OfferError: when an entry cannot be read, there is none, or entries are of several services.
    """
    found = _Collected(wanted)
    digest = hashlib.sha256()
    size, newest, codes = 0, ("", ""), set()
    for page in pages:
        for text in page:
            data = text.encode("utf-8", "replace")
            digest.update(data)
            size += len(data)
            item = decoded(data, Item, "an entry")
            codes.add(item.code)
            newest = max(newest, (item.published, item.version))
            found.add(item.product)
            if item.product.sku in found.products:
                found.terms[item.product.sku] = tuple(item.terms.get(ON_DEMAND, {}).values())
    if len(codes) != 1:
        raise OfferError(
            "there is no entry" if not codes else f"entries of several services: {', '.join(sorted(codes))}"
        )
    head = {"offerCode": codes.pop(), "publicationDate": newest[0], "version": newest[1]}
    return _offer(found, head, url, digest.hexdigest(), size)


def _offer(found: _Collected, head: Mapping[str, str], url: str, sha256: str, size: int) -> Offer:
    version, published = head["version"], head["publicationDate"]
    if not _VERSION.fullmatch(version) or not _TIME.fullmatch(published):
        raise OfferError(f"its version {version[:40]!r} or its time {published[:40]!r} is none")
    return Offer(
        code=head["offerCode"],
        version=version,
        published=published,
        products=found.products,
        terms=found.terms,
        passed_over=found.passed_over,
        url=url,
        sha256=sha256,
        size=size,
    )


@contextmanager
def about(name: str) -> Iterator[None]:
    """Puts the name of a file before what is wrong with it."""
    try:
        yield
    except OfferError as error:
        raise OfferError(f"{name}: {error}") from error


def decoded(data: bytes, kind: type[T], what: str = "it") -> T:
    """JSON of a shape.

    Raises:
        OfferError: for any other.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise OfferError(f"{what} cannot be read: {error}") from error
