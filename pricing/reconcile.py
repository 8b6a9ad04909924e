"""Compares an estimate with the bill, usage type by usage type; what only one of them has stands on its own."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum

import msgspec

from pricing.catalog.lookup import SERVICES, Catalog, shipped
from pricing.catalog.regions import PREFIXES
from pricing.cost_report import Bill, Item
from pricing.meters.registry import meters
from pricing.money import EXACT, to_cents
from pricing.result import Estimate, Line
from pricing.tiers import ZERO, total

_REGIONS: Mapping[str, str] = {prefix: region for region, prefix in PREFIXES.items()} | {"EUW1": "eu-west-1"}
"""Prefix of usage types to Region, for bills without a column for it."""
_NEW = frozenset({"USE1-Message"})
"""Usage types of which the part after the prefix is another one: mail of Mail Manager is no received mail of SES."""
_REGION = re.compile(r"([a-z]{2,}(?:-[a-z]+)+-\d+)-(.+)")


class Match(StrEnum):
    """What the comparison of a usage type comes to."""

    EQUAL = "equal"
    """The same to the cent."""
    DIFFERENT = "different"
    ONLY_ESTIMATED = "only estimated"
    ONLY_BILLED = "only billed"
    NOT_ESTIMATED = "not estimated"
    """There is usage whose cost the estimate does not know."""


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One usage type in one Region.

    Attributes:
        service: AWS product code.
        usage_type: without the Region's prefix; the meter's id where it is not known.
        meters: of the estimate.
        estimated_quantity, billed_quantity: units; None on the side that does not have it.
        estimated, billed: US dollars, exact; None where there is none or it is not known.
        difference: billed less estimated, exact; what is only on one side counts as 0 on the other, what is not known
            has no difference.
    """

    service: str
    region: str
    usage_type: str
    meters: tuple[str, ...]
    estimated_quantity: Decimal | None
    billed_quantity: Decimal | None
    estimated: Decimal | None
    billed: Decimal | None
    difference: Decimal | None
    match: Match


class Reconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """An estimate beside a bill.

    Attributes:
        bill: path of the file.
        accounts: whose bill it is; empty where the bill does not tell accounts.
        lines: sorted by service, Region and usage type.
        estimated_total, billed_total: US dollars, rounded half up to cents.
        explained_total: billed dollars of usage types that both have, rounded.
        notes: what was left out of the comparison.
    """

    bill: str
    accounts: tuple[str, ...]
    lines: tuple[Compared, ...]
    estimated_total: Decimal
    billed_total: Decimal
    explained_total: Decimal
    notes: tuple[str, ...]


class _Side(msgspec.Struct):
    quantity: Decimal = ZERO
    cost: Decimal | None = ZERO
    meters: dict[str, None] = {}


Key = tuple[str, str, str]


def reconcile(estimate: Estimate, bill: Bill, catalog: Catalog | None = None) -> Reconciliation:
    """Compare an estimate with a bill.

    Args:
        estimate: of the bill's month.
        bill: of the account.
        catalog: tells which usage types there are; the package's by default.
    """
    types = _Types(catalog or shipped())
    estimated = _estimated(estimate)
    billed, others = _billed(bill, types, {key[1] for key in estimated})
    lines = tuple(_compared(key, estimated.get(key), billed.get(key)) for key in sorted({*estimated, *billed}))
    both = {Match.EQUAL, Match.DIFFERENT}
    return Reconciliation(
        bill=bill.path,
        accounts=bill.accounts,
        lines=lines,
        estimated_total=to_cents(total(line.estimated or ZERO for line in lines)),
        billed_total=to_cents(total(line.billed or ZERO for line in lines)),
        explained_total=to_cents(total(line.billed or ZERO for line in lines if line.match in both)),
        notes=tuple(_notes(bill, others, estimate)),
    )


class _Types:
    """The usage types that the catalog knows, by AWS product code."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {}

    def split(self, item: Item) -> tuple[str, str]:
        """Region, empty where it is not told, and usage type without the Region's prefix."""
        written = item.usage_type
        by_name = _REGION.fullmatch(written)
        if by_name is not None:
            return item.region or by_name[1], by_name[2]
        prefix, dash, rest = written.partition("-")
        if written in _NEW:
            return item.region or _REGIONS[prefix], written
        if prefix == "Global" and dash:
            return "", rest
        if not dash or self.name(item.product, written) is not None:
            # Only us-east-1 has usage types without a prefix.
            return item.region or "us-east-1", written
        if prefix in _REGIONS or self.name(item.product, rest) is not None:
            return item.region or _REGIONS.get(prefix, ""), rest
        return item.region, written

    def name(self, product: str, usage_type: str) -> str | None:
        """What the catalog calls a usage type, which may be a choice or a pattern; None when it has none like that."""
        if product not in self._known:
            written: dict[str, None] = {}
            if product in SERVICES.values():
                for dimension in self._catalog.service(product).dimensions:
                    written[dimension.usage_type] = None
                    written.update((rate.usage_type, None) for rate in dimension.rates)
            self._known[product] = tuple((_pattern(one), one) for one in written if one)
        return next((one for pattern, one in self._known[product] if pattern.fullmatch(usage_type)), None)


def _pattern(written: str) -> re.Pattern[str]:
    """A choice like ``A|B`` or ``A / B``, of which ``*`` stands for anything."""
    choices = (re.escape(choice).replace(r"\*", ".*") for choice in re.split(r"\s*[|/]\s*", written))
    return re.compile("|".join(choices))


def _estimated(estimate: Estimate) -> dict[Key, _Side]:
    sides: dict[Key, _Side] = defaultdict(lambda: _Side(meters={}))
    for line in estimate.lines:
        side = sides[_product(line), line.region, line.usage_type or line.meter]
        side.quantity = EXACT.add(side.quantity, line.quantity)
        side.cost = None if line.cost is None or side.cost is None else EXACT.add(side.cost, line.cost)
        side.meters[line.meter] = None
    return {key: side for key, side in sides.items() if side.quantity}


def _product(line: Line) -> str:
    """Who bills a line: what a topic makes a queue cost is billed by SQS, but traffic by whom it leaves from."""
    meter = meters().get(line.meter)
    by = meter.dimension.partition(".")[0] if meter is not None else line.service
    return SERVICES[line.service if by == "data_transfer" else by]


def _billed(bill: Bill, types: _Types, regions: set[str]) -> tuple[dict[Key, _Side], Decimal]:
    """The usage of the services that are estimated, and the sum of all other services."""
    sides: dict[Key, _Side] = defaultdict(lambda: _Side(meters={}))
    others = ZERO
    for item, billed in bill.items.items():
        if item.product not in SERVICES.values():
            others = EXACT.add(others, billed.cost)
            continue
        region, usage_type = types.split(item)
        if not region and len(regions) == 1:
            # Free allowances are billed for no Region.
            region = next(iter(regions))
        side = sides[item.product, region, types.name(item.product, usage_type) or usage_type]
        side.quantity = EXACT.add(side.quantity, billed.quantity)
        side.cost = EXACT.add(side.cost or ZERO, billed.cost)
    return dict(sides), others


def _compared(key: Key, estimated: _Side | None, billed: _Side | None) -> Compared:
    service, region, usage_type = key
    cost = estimated.cost if estimated is not None else None
    unknown = estimated is not None and cost is None
    own = billed.cost if billed is not None else None
    difference = None if unknown else EXACT.subtract(own or ZERO, cost or ZERO)
    if unknown:
        match = Match.NOT_ESTIMATED
    elif estimated is None:
        match = Match.ONLY_BILLED
    elif billed is None:
        match = Match.ONLY_ESTIMATED
    else:
        match = Match.EQUAL if to_cents(own or ZERO) == to_cents(cost or ZERO) else Match.DIFFERENT
    return Compared(
        service=service,
        region=region,
        usage_type=usage_type,
        meters=tuple(estimated.meters) if estimated is not None else (),
        estimated_quantity=estimated.quantity if estimated is not None else None,
        billed_quantity=billed.quantity if billed is not None else None,
        estimated=cost,
        billed=own,
        difference=difference,
        match=match,
    )


def _signed(amount: Decimal) -> str:
    """``$22.00``, ``-$5.50``."""
    cents = to_cents(amount)
    return f"{'-' if cents < 0 else ''}${abs(cents):,.2f}"


def _notes(bill: Bill, others: Decimal, estimate: Estimate) -> Iterator[str]:
    if len(bill.accounts) > 1:
        yield f"Accounts {', '.join(bill.accounts)} are compared together, as the inputs are of all of them."
    elif bill.accounts:
        yield f"The account that is compared is {bill.accounts[0]}."
    elif bill.items:
        yield "The bill does not tell accounts: all of it is compared."
    if bill.absent:
        yield f"The bill has no usage of {', '.join(bill.absent)}, which the estimate is of too."
    if bill.other_accounts:
        number = len(bill.other_accounts)
        cost = _signed(total(bill.other_accounts.values()))
        yield f"Usage of {number} other account{'s' if number > 1 else ''} of the bill is not compared: {cost}."
    if others:
        yield f"Other services of the bill are not compared: {_signed(others)}."
    for kind, amount in sorted(bill.others.items()):
        yield f"{kind} is not compared: {_signed(amount)}."
    if bill.left_out:
        yield f"{bill.left_out:,} lines of other months than {estimate.month} are not compared."
    if len(bill.months) > 1:
        yield f"The bill has several months ({', '.join(bill.months)}); tell one with --month."
    if estimate.month is None and bill.months:
        yield "The estimate is of an average month."
    if not bill.items:
        yield "The bill has no usage of the month."
