"""Free allowances: what AWS does not charge, applied once over a whole estimate and never per resource.

They need the account section of the usage file: it says that the usage is all that the account has. Without it
nothing is free, and the estimate says so.

An allowance is first spread over pools, a pool being what is priced together (one dimension in one Region under one
plan), in proportion to their quantity, exactly and in the order of dimension and Region; then, inside a pool, over its
lines. So neither the order of lines nor the number of resources that the usage is spread over changes a total.

Which allowances hold depends on the month, on when the account first used SES, and on the Region; the table with their
sources is `pricing.free_table`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, islice

import msgspec

from auditor.model.known import Known, Unknown, Value
from pricing.catalog.lookup import Catalog, Priced
from pricing.charges import Charges
from pricing.free_table import ALLOWANCES, CREDITS_FROM, SES_FREE_FROM, SES_FREE_UNTIL, Allowance
from pricing.money import EXACT, grouped
from pricing.month import Month
from pricing.options import Choices
from pricing.tiers import ZERO, apportion, portions_of, total
from pricing.usage.usage import Account

FREE_RANGES = frozenset({"sns.requests", "sns.delivery.http", "sns.delivery.email"})
"""Dimensions whose first price range costs nothing in most Regions; that range is an allowance of the account.

Source: the price list of Amazon SNS, ranges 0 to 1,000,000, 100,000 and 1,000 at $0; "the free tier is applied across
all Regions": https://aws.amazon.com/sns/pricing/ and https://aws.amazon.com/free/
"""

MANAGED_IPS = "ses.dedicated_ip.managed.subscriptions"
_GOVERNMENT = "us-gov-"


class Free(msgspec.Struct, frozen=True):
    """Free units.

    Attributes:
        units: index of charges to the units of each, where there are any.
        notes: which allowances were applied, and which could not be decided.
    """

    units: Mapping[int, Sequence[Decimal]]
    notes: tuple[str, ...]


class _Pool(msgspec.Struct, frozen=True):
    """What an allowance is for: its name, its amount, and the indexes of the charges that share it."""

    name: str
    amount: Decimal
    members: list[int]


def apply(
    charges: Sequence[Charges], account: Account | None, month: Month | None, choices: Choices, catalog: Catalog
) -> Free:
    """The free units of charges."""
    units: dict[int, Sequence[Decimal]] = {}
    notes = []
    pools = [] if account is None else _pools(charges, account, month, choices, catalog)
    for pool in (*_charged_once(charges, choices), *pools):
        # What another allowance has made free is not there to be made free again.
        open_ = {index: _rest(charges[index].quantities, units.get(index)) for index in pool.members}
        free = min(pool.amount, total(chain.from_iterable(open_.values())))
        if not free:
            continue
        for index, parts in _spread(free, open_, charges):
            before = units.get(index)
            units[index] = parts if before is None else list(map(EXACT.add, before, parts))
        notes.append(
            f"Free: {grouped(free)} of {grouped(pool.amount)} a month ({pool.name}), once, spread in proportion to "
            "quantity."
        )
    return Free(units, (*notes, *_doubts(charges, account, month)))


def _rest(quantities: Sequence[Decimal], free: Sequence[Decimal] | None) -> Sequence[Decimal]:
    return quantities if free is None else list(map(EXACT.subtract, quantities, free))


def _spread(
    free: Decimal, quantities: Mapping[int, Sequence[Decimal]], charges: Sequence[Charges]
) -> Iterator[tuple[int, Sequence[Decimal]]]:
    """Index and free units of charges: first over what is priced together, then over its lines."""
    together: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for index in quantities:
        item = charges[index]
        together[item.dimension, item.region, _plan_name(item.plan)].append(index)
    groups = [together[key] for key in sorted(together)]
    lines = [list(chain.from_iterable(quantities[index] for index in group)) for group in groups]
    for group, own, part in zip(groups, lines, apportion(free, list(map(total, lines))), strict=True):
        portions = iter(portions_of(part, own))
        for index in group:
            yield index, list(islice(portions, len(quantities[index])))


def _plan_name(plan: Value[str | None]) -> str:
    return (plan.value or "") if isinstance(plan, Known) else "?"


def _pools(
    charges: Sequence[Charges], account: Account, month: Month | None, choices: Choices, catalog: Catalog
) -> Iterator[_Pool]:
    """Each allowance that holds, with what shares it."""
    by_dimension: dict[str, list[int]] = defaultdict(list)
    for index, item in enumerate(charges):
        by_dimension[item.dimension].append(index)
    for allowance in ALLOWANCES:
        if allowance.holds(account, month):
            members = [
                index
                for dimension in allowance.dimensions
                for index in by_dimension.get(dimension, ())
                if _eligible(charges[index], allowance)
            ]
            yield _Pool(allowance.name, allowance.amount, members)
    for dimension in sorted(FREE_RANGES & by_dimension.keys()):
        yield from _free_ranges(dimension, by_dimension[dimension], charges, choices, catalog)


def _charged_once(charges: Sequence[Charges], choices: Choices) -> Iterator[_Pool]:
    """All subscriptions to managed dedicated IPs but the first, where they are charged once for the account."""
    if choices["ses.dedicated_ip.managed_scope"] != "account":
        return
    members = [
        index
        for index, item in enumerate(charges)
        if item.dimension == MANAGED_IPS and item.plan not in (Known("PRO"), Known("ENTERPRISE"))
    ]
    subscriptions = total(chain.from_iterable(charges[index].quantities for index in members))
    more = EXACT.subtract(subscriptions, Decimal(1))
    if more > 0:
        yield _Pool("subscriptions to managed dedicated IPs after the first", more, members)


def _free_ranges(
    dimension: str, members: Sequence[int], charges: Sequence[Charges], choices: Choices, catalog: Catalog
) -> Iterator[_Pool]:
    pools: dict[str, list[int]] = defaultdict(list)
    amounts: dict[str, Decimal] = {}
    for index in members:
        region = charges[index].region
        end = free_range(catalog, dimension, region)
        if end:
            # GovCloud accounts are accounts of their own.
            scope = _GOVERNMENT if region.startswith(_GOVERNMENT) else ""
            scope = region if choices["sns.free_range"] == "region" else scope
            pools[scope].append(index)
            amounts[scope] = max(end, amounts.get(scope, ZERO))
    for scope in sorted(pools):
        yield _Pool(f"{dimension} {scope}".rstrip("- "), amounts[scope], pools[scope])


def free_range(catalog: Catalog, dimension: str, region: str) -> Decimal:
    """Where the free first range of a dimension in `FREE_RANGES` ends; 0 where there is none."""
    if dimension not in FREE_RANGES:
        return ZERO
    answer = catalog.price(dimension, region)
    first = answer.row.tiers[0] if isinstance(answer, Priced) else None
    return first.end if first is not None and first.price == 0 and first.end is not None else ZERO


def _eligible(item: Charges, allowance: Allowance) -> bool:
    if allowance.plan is not None and item.plan != Known(allowance.plan):
        return False
    # The bundles are those of the commercial Regions.
    return not item.region.startswith(_GOVERNMENT)


def _doubts(charges: Sequence[Charges], account: Account | None, month: Month | None) -> Iterator[str]:
    """What could not be decided."""
    if account is None:
        yield "No free allowance is applied: the usage file has no account section, so other usage may have it."
        return
    if any(item.service == "ses" for item in charges):
        yield from _doubts_of_ses(account, month)
        yield from _doubts_of_plans(charges, account, month)
    if account.opened is not None and account.opened >= CREDITS_FROM and account.credits is None:
        yield (
            "AWS Free Tier credits of accounts opened since 2025-07-15 are money: none are deducted, as "
            "account.credits_usd is not told."
        )


def _doubts_of_plans(charges: Sequence[Charges], account: Account, month: Month | None) -> Iterator[str]:
    for allowance in ALLOWANCES:
        if allowance.plan is None or not allowance.holds(account, month):
            continue
        regions = {
            item.region
            for item in charges
            if item.dimension in allowance.dimensions and isinstance(item.plan, Unknown) and any(item.quantities)
        }
        if regions:
            yield (
                f"{allowance.name}: not applied in {', '.join(sorted(regions))}, where the SES pricing plan is not "
                f"told; it holds under {allowance.plan} only."
            )


def _doubts_of_ses(account: Account, month: Month | None) -> Iterator[str]:
    if month is not None and (month.first_day < SES_FREE_FROM or month.since(SES_FREE_UNTIL) >= 12):
        return  # nobody has the first year in such a month
    if account.opened is not None and account.opened > SES_FREE_UNTIL:
        return  # SES cannot have been used before the account was opened
    if account.first_ses_use is None or month is None:
        yield (
            "The SES allowance of the first 12 months is not applied: the usage file does not tell month and "
            "account.first_ses_use."
        )
    elif account.first_ses_use < SES_FREE_FROM and month.since(SES_FREE_FROM) < 12:
        yield (
            "Whether those who used SES before 2023-08-01 had 3,000 free message charges a month for 12 months from "
            "then on is not confirmed; none are applied."
        )
