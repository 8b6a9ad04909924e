"""Reads a bill: a Cost and Usage Report or Data Export of AWS, as CSV, gzipped CSV or Parquet.

The columns are those of the Cost and Usage Report (``lineItem/UsageType``) or of Data Exports
(``line_item_usage_type``). The file is read as a stream and summed; it may be larger than the memory.
Source: https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html
"""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Protocol, cast

import msgspec

from pricing.money import EXACT
from pricing.month import Month
from pricing.tiers import ZERO, total

MAX_ROWS = 100_000_000
MAX_GROUPS = 200_000
"""Different products, usage types and Regions."""
MAX_CELL = 1_000_000
_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"
USAGE = frozenset({"Usage", "DiscountedUsage", "SavingsPlanCoveredUsage"})
"""Types of line items that are usage; the others are taxes, credits, refunds, discounts and fees."""
_PREFIX = "line_item_"
_NEEDED = ("product_code", "usage_type", "usage_amount", "unblended_cost")
_ACCOUNT = "usage_account_id"
_WANTED = (*_NEEDED, "line_item_type", "currency_code", "usage_start_date", _ACCOUNT)
_REGIONS = ("product_region_code", "product_region")
_LARGEST = Decimal(10) ** 18
_SHOWN_ACCOUNTS, _SHOWN_DIGITS = 5, 20


class BillError(ValueError):
    """The file is not a bill that can be read; the message is one line."""


class Item(msgspec.Struct, frozen=True, order=True):
    """What the lines of a bill that are summed have in common.

    Attributes:
        product: AWS product code.
        usage_type: as on the bill, with the Region's prefix.
        region: Region code, empty where the bill has none.
    """

    product: str
    usage_type: str
    region: str


class Billed(msgspec.Struct):
    """What was billed for an item: units and US dollars, before credits and taxes."""

    quantity: Decimal = ZERO
    cost: Decimal = ZERO


class Bill(msgspec.Struct, frozen=True):
    """A bill, summed.

    Attributes:
        path: of the file.
        items: the usage.
        others: type of other line items (Tax, Credit …) to their sum.
        months: the months whose usage it has.
        left_out: lines of other months than the one that was asked for.
        accounts: whose usage it is; empty where the bill does not tell accounts.
        other_accounts: account to the dollars of its usage, of accounts that were not asked for.
        absent: accounts that were asked for and of which it has nothing.
    """

    path: str
    items: Mapping[Item, Billed]
    others: Mapping[str, Decimal]
    months: tuple[str, ...]
    left_out: int
    accounts: tuple[str, ...] = ()
    other_accounts: Mapping[str, Decimal] = {}
    absent: tuple[str, ...] = ()


class _Account(msgspec.Struct):
    """What was billed to one account."""

    items: dict[Item, Billed] = {}
    others: dict[str, Decimal] = {}

    @property
    def cost(self) -> Decimal:
        """US dollars of its usage."""
        return total(billed.cost for billed in self.items.values())


def read(path: Path, month: Month | None = None, accounts: Collection[str] = ()) -> Bill:
    """The bill in a file.

    Args:
        path: of the file.
        month: whose usage is summed; None for all months of the file.
        accounts: whose usage is summed. Without any it is that of the only account of the bill: several accounts are
            never summed unless they are asked for.

    Raises:
        BillError: it cannot be read, is no bill, is not in US dollars, is of several accounts of which none was chosen,
            or has none of those that were.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
        rows = _parquet(path) if head == _PARQUET else _csv(path, packed=head[:2] == _GZIP)
        return _Sum(str(path), month).of(rows, frozenset(accounts))
    except OSError as error:
        raise BillError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (UnicodeDecodeError, csv.Error, EOFError, zlib.error) as error:
        raise BillError(f"{path}: is no CSV file: {error}") from error


def column(name: str) -> str:
    """The name of a column as Data Exports write it: ``lineItem/UsageType`` is ``line_item_usage_type``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip()).replace("/", "_").lower()


def _csv(path: Path, *, packed: bool) -> Iterator[Sequence[str]]:
    """The rows, the header first."""
    csv.field_size_limit(MAX_CELL)
    with path.open("rb") as raw:
        source = cast("io.BufferedReader", gzip.GzipFile(fileobj=raw)) if packed else raw
        with io.TextIOWrapper(source, "utf-8-sig", newline="") as text:
            yield from csv.reader(_lines(text))


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """The lines, each within the limit, so that one that never ends does not fill the memory."""
    while line := text.readline(MAX_CELL):
        if len(line) >= MAX_CELL:
            raise csv.Error(f"a line is longer than {MAX_CELL:,} characters")
        yield line


class _Result(Protocol):
    """What DuckDB answers a query with."""

    description: list[tuple[str, ...]]

    def fetchmany(self, size: int) -> list[tuple[object, ...]]: ...


class _Connection(Protocol):
    """What is used of a connection of DuckDB."""

    def execute(self, query: str, parameters: list[str]) -> _Result: ...


def _parquet(path: Path) -> Iterator[Sequence[str]]:
    """The rows of a Parquet file, the header first, each value as text."""
    from importlib import import_module

    try:
        duckdb = import_module("duckdb")
    except ImportError:
        raise BillError(
            f"{path}: is Parquet, which needs DuckDB: pip install 'messaging-auditor[parquet]', or export CSV"
        ) from None
    try:
        # DuckDB fetches extensions that a file seems to need unless it is told not to.
        offline = {"autoinstall_known_extensions": "false"}
        connection = cast("_Connection", duckdb.connect(":memory:", config=offline))
        found = connection.execute("SELECT COLUMNS(*)::VARCHAR FROM read_parquet(?)", [str(path)])
        yield [name for name, *_ in found.description]
        while rows := found.fetchmany(10_000):
            for row in rows:
                yield ["" if value is None else str(value) for value in row]
    except duckdb.Error as error:
        raise BillError(f"{path}: is no Parquet file: {str(error).splitlines()[0]}") from error


class _Sum:
    """Sums the rows of a bill."""

    def __init__(self, path: str, month: Month | None) -> None:
        self._path = path
        self._month = str(month) if month is not None else None
        self._accounts: dict[str, _Account] = {}
        self._groups = 0
        self._months: set[str] = set()
        self._left_out = 0

    def of(self, rows: Iterable[Sequence[str]], accounts: frozenset[str]) -> Bill:
        lines = iter(rows)
        places = self._places(next(lines, ()))
        for number, row in enumerate(lines, 2):
            if number > MAX_ROWS:
                raise BillError(f"{self._path}: more than {MAX_ROWS:,} lines")
            if row:
                self._add(number, row, places)
        chosen = self._chosen(accounts)
        items, others = _together(self._accounts[account] for account in chosen)
        return Bill(
            self._path,
            items,
            others,
            tuple(sorted(self._months)),
            self._left_out,
            tuple(account for account in chosen if account),
            {name: self._accounts[name].cost for name in sorted(self._accounts.keys() - set(chosen))},
            tuple(sorted(accounts - set(chosen))) if any(chosen) else (),
        )

    def _chosen(self, accounts: frozenset[str]) -> list[str]:
        """The accounts of the bill that are summed."""
        found = sorted(self._accounts)
        if not accounts:
            if len(found) > 1:
                raise BillError(
                    f"{self._path}: is the bill of {len(found)} accounts ({_listed(found)}); tell with --account which "
                    "of them is estimated"
                )
            return found
        # A bill without the column is taken to be that of the accounts.
        chosen = [account for account in found if account in accounts or not account]
        if found and not chosen:
            raise BillError(
                f"{self._path}: has no usage of account {_listed(sorted(accounts))}; it is the bill of {_listed(found)}"
            )
        return chosen

    def _places(self, header: Sequence[str]) -> dict[str, int]:
        """Name of a column to its index."""
        found = {column(name): index for index, name in reversed(list(enumerate(header)))}
        places = {name: found[_PREFIX + name] for name in _WANTED if _PREFIX + name in found}
        # The column for the type repeats the word: lineItem/LineItemType is line_item_line_item_type.
        if "line_item_line_item_type" in found:
            places["line_item_type"] = found["line_item_line_item_type"]
        places |= {name: found[name] for name in _REGIONS if name in found}
        missing = [name for name in _NEEDED if name not in places]
        if missing:
            raise BillError(f"{self._path}: is no Cost and Usage Report: there is no column {_PREFIX}{missing[0]}")
        return places

    def _add(self, number: int, row: Sequence[str], places: Mapping[str, int]) -> None:
        def cell(name: str) -> str:
            index = places.get(name)
            return row[index].strip() if index is not None and index < len(row) else ""

        month = cell("usage_start_date")[:7]
        if month:
            if self._month is not None and month != self._month:
                self._left_out += 1
                return
            self._months.add(month)
        currency = cell("currency_code")
        if currency not in {"", "USD"}:
            raise BillError(f"{self._path}:{number}: is in {currency}; only bills in USD are compared")
        cost = self._number(number, cell("unblended_cost"))
        kind = cell("line_item_type")
        account = self._account(cell(_ACCOUNT))
        if kind and kind not in USAGE:
            self._counted(account.others, kind)
            account.others[kind] = EXACT.add(account.others.get(kind, ZERO), cost)
            return
        region = next((cell(name) for name in _REGIONS if cell(name)), "")
        item = Item(cell("product_code"), cell("usage_type"), region)
        self._counted(account.items, item)
        billed = account.items.get(item)
        if billed is None:
            billed = account.items[item] = Billed()
        billed.quantity = EXACT.add(billed.quantity, self._number(number, cell("usage_amount")))
        billed.cost = EXACT.add(billed.cost, cost)

    def _account(self, name: str) -> _Account:
        found = self._accounts.get(name)
        if found is None:
            found = self._accounts[name] = _Account({}, {})
        return found

    def _counted(self, groups: Container[object], key: object) -> None:
        """Count a group that is new, so that a bill of ever other ones does not fill the memory."""
        if key not in groups:
            self._groups += 1
            if self._groups > MAX_GROUPS:
                raise BillError(f"{self._path}: more than {MAX_GROUPS:,} kinds of usage")

    def _number(self, line: int, written: str) -> Decimal:
        try:
            number = Decimal(written or "0")
        except InvalidOperation:
            number = Decimal("NaN")
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < -40 or abs(number) > _LARGEST:
            raise BillError(f"{self._path}:{line}: {written[:40]!r} is no amount")
        return number


def _together(accounts: Iterable[_Account]) -> tuple[dict[Item, Billed], dict[str, Decimal]]:
    """The sums over accounts."""
    items: dict[Item, Billed] = {}
    others: dict[str, Decimal] = {}
    for account in accounts:
        for item, billed in account.items.items():
            before = items.get(item, Billed())
            items[item] = Billed(EXACT.add(before.quantity, billed.quantity), EXACT.add(before.cost, billed.cost))
        for kind, amount in account.others.items():
            others[kind] = EXACT.add(others.get(kind, ZERO), amount)
    return items, others


def _listed(accounts: Sequence[str]) -> str:
    """A few accounts, and how many more there are."""
    shown = ", ".join(account[:_SHOWN_DIGITS] or "one that is not told" for account in accounts[:_SHOWN_ACCOUNTS])
    more = len(accounts) - _SHOWN_ACCOUNTS
    return f"{shown} and {more} more" if more > 0 else shown
