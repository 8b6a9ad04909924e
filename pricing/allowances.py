"""Free allowances: what AWS does not charge, applied once over a whole estimate and never per resource.

They need the account section of the usage file: it says that the usage is all that the account has. Without it
nothing is free, and the estimate says so. Free units are spread over the lines that share an allowance in proportion
to their quantity.

Sources: https://aws.amazon.com/free/ ("Most benefits … apply globally to all resources on your account, not
individually to each AWS region": AWS Knowledge Center, free-tier-charges), the bundles of the price lists, and the
announcement of SES pricing plans of 2026-07-21.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from auditor.model.known import Known
from pricing.catalog.lookup import Catalog, Priced
from pricing.charges import Charge
from pricing.meters.sns import PUSH_PLATFORMS
from pricing.money import grouped
from pricing.month import Month
from pricing.options import Choices
from pricing.tiers import ZERO, share, total
from pricing.usage.usage import Account

FREE_RANGES = frozenset({"sns.requests", "sns.delivery.http", "sns.delivery.email"})
"""Dimensions whose first price range costs nothing in most Regions; that range is an allowance of the account."""

SES_FREE_FROM = date(2023, 8, 1)
SES_FREE_UNTIL = date(2026, 7, 20)
"""Days on which a first use of SES began 12 months of 3,000 free message charges."""

CREDITS_FROM = date(2025, 7, 15)
"""Accounts opened since then get credits (money) in place of 12-month allowances."""

_GOVERNMENT = "us-gov-"


class Allowance(msgspec.Struct, frozen=True, kw_only=True):
    """Units that are free each month.

    Attributes:
        id: for messages.
        amount: units, over all dimensions and Regions together.
        dimensions: of the catalog.
        plan: SES plan under which it holds, None when plans make no difference.
        holds: whether it does, for an account and a month that may not be told.
        needs: what must be told to decide that; empty when nothing.
    """

    id: str
    amount: Decimal
    dimensions: tuple[str, ...]
    plan: str | None = None
    holds: Callable[[Account, Month | None], bool]
    needs: str = ""


def _always(_: Account, __: Month | None) -> bool:
    return True


def _first_year(account: Account, month: Month | None) -> bool:
    """In the first 12 months of SES use, when that began between 2023-08-01 and 2026-07-20."""
    first = account.first_ses_use
    if first is None or month is None:
        return False
    return SES_FREE_FROM <= first <= SES_FREE_UNTIL and 0 <= month.since(first) < 12


ALLOWANCES = (
    Allowance(
        id="SES, first 12 months: message charges",
        amount=Decimal(3_000),
        dimensions=("ses.outbound", "ses.inbound.messages", "ses.vdm.emails"),
        plan="NONE",
        holds=_first_year,
        needs="month and account.first_ses_use",
    ),
    Allowance(
        id="SES, mailbox simulator from EC2",
        amount=Decimal(62_000),
        dimensions=("ses.simulator.ec2",),
        holds=_always,
    ),
    Allowance(
        id="SNS, mobile push on all platforms",
        amount=Decimal(1_000_000),
        dimensions=tuple(f"sns.delivery.push.{platform}" for platform in PUSH_PLATFORMS),
        holds=_always,
    ),
    Allowance(
        id="Data transfer out, GB",
        amount=Decimal(100),
        dimensions=("data_transfer.out_internet",),
        holds=_always,
    ),
)
"""Beside these, `FREE_RANGES`. The allowances of SES before 2023-08 are over and not here."""


class Free(msgspec.Struct, frozen=True):
    """Free units.

    Attributes:
        units: of each charge, in their order.
        notes: which allowances were applied, and which could not be decided.
    """

    units: tuple[Decimal, ...]
    notes: tuple[str, ...]


def apply(
    charges: Sequence[Charge], account: Account | None, month: Month | None, choices: Choices, catalog: Catalog
) -> Free:
    """The free units of charges with known quantity and Region."""
    if account is None:
        return Free(
            (ZERO,) * len(charges),
            ("No free allowance is applied: the usage file has no account section, so other usage may have it.",),
        )
    units = [ZERO] * len(charges)
    notes = []
    for name, amount, members in _pools(charges, account, month, choices, catalog):
        used = total(_quantity(charges[index]) for index in members)
        free = min(amount, used)
        if not free:
            continue
        shares = share([_quantity(charges[index]) for index in members], [free, used - free])
        for index, (part, _) in zip(members, shares, strict=True):
            units[index] = part
        notes.append(
            f"Free: {grouped(free)} of {grouped(amount)} a month ({name}), once, spread in proportion to quantity."
        )
    return Free(tuple(units), (*notes, *_doubts(charges, account, month)))


def _pools(
    charges: Sequence[Charge], account: Account, month: Month | None, choices: Choices, catalog: Catalog
) -> Iterator[tuple[str, Decimal, list[int]]]:
    """Name, amount and members (indexes of charges) of each allowance that holds."""
    by_dimension: dict[str, list[int]] = defaultdict(list)
    for index, charge in enumerate(charges):
        by_dimension[charge.meter.dimension].append(index)
    for allowance in ALLOWANCES:
        if allowance.holds(account, month):
            members = [
                index
                for dimension in allowance.dimensions
                for index in by_dimension.get(dimension, ())
                if _eligible(charges[index], allowance)
            ]
            yield allowance.id, allowance.amount, members
    for dimension in sorted(FREE_RANGES & by_dimension.keys()):
        pools: dict[str, list[int]] = defaultdict(list)
        amounts: dict[str, Decimal] = {}
        for index in by_dimension[dimension]:
            region = charges[index].target.region or ""
            end = free_range(catalog, dimension, region)
            if end:
                # GovCloud accounts are accounts of their own.
                scope = _GOVERNMENT if region.startswith(_GOVERNMENT) else ""
                scope = region if choices["sns.free_range"] == "region" else scope
                pools[scope].append(index)
                amounts[scope] = max(end, amounts.get(scope, ZERO))
        for scope in sorted(pools):
            yield f"{dimension} {scope}".rstrip("- "), amounts[scope], pools[scope]


def free_range(catalog: Catalog, dimension: str, region: str) -> Decimal:
    """Where the free first range of a dimension in `FREE_RANGES` ends; 0 where there is none."""
    if dimension not in FREE_RANGES:
        return ZERO
    answer = catalog.price(dimension, region)
    first = answer.row.tiers[0] if isinstance(answer, Priced) else None
    return first.end if first is not None and first.price == 0 and first.end is not None else ZERO


def _eligible(charge: Charge, allowance: Allowance) -> bool:
    if allowance.plan is not None and charge.plan != Known(allowance.plan):
        return False
    # The bundles are those of the commercial Regions.
    return not (charge.target.region or "").startswith(_GOVERNMENT)


def _quantity(charge: Charge) -> Decimal:
    assert isinstance(charge.quantity, Known)  # noqa: S101 - the caller passes those only
    return charge.quantity.value


def _doubts(charges: Sequence[Charge], account: Account, month: Month | None) -> Iterator[str]:
    """What could not be decided."""
    uses_ses = any(charge.target.service == "ses" for charge in charges)
    if uses_ses and (account.first_ses_use is None or month is None):
        yield (
            "The SES allowance of the first 12 months is not applied: the usage file does not tell "
            f"{ALLOWANCES[0].needs}."
        )
    if account.opened is not None and account.opened >= CREDITS_FROM:
        yield "AWS Free Tier credits of accounts opened since 2025-07-15 are money and are not deducted."
