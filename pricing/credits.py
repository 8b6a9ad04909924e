"""Credits: money that AWS takes off the bill, whatever was used. They make nothing cheaper, so they stand apart.

Source: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/useconsolidatedbilling-credits.html
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import msgspec

from pricing.money import EXACT, dollars, to_cents
from pricing.month import Month
from pricing.tiers import ZERO, total
from pricing.usage.usage import Account


class Credits(msgspec.Struct, frozen=True, kw_only=True):
    """What credits do to known costs.

    Attributes:
        remaining: US dollars of credits before, as the usage file tells them.
        deducted: of them, exact; never more than the known costs.
        left: after that, exact.
        before_total, net_total: the known costs before and after, rounded half up to cents.
    """

    remaining: Decimal
    deducted: Decimal
    left: Decimal
    before_total: Decimal
    net_total: Decimal


def deducted(account: Account | None, costs: Sequence[tuple[Month | None, Decimal]]) -> tuple[Decimal, ...]:
    """What is deducted from the known costs of each month, in their order; nothing where no credits are told."""
    left = (account.credits if account is not None else None) or ZERO
    found = []
    for month, cost in costs:
        part = min(left, cost) if account is not None and _hold(account, month) else ZERO
        left = EXACT.subtract(left, part)
        found.append(part)
    return tuple(found)


def of(account: Account | None, costs: Sequence[tuple[Month | None, Decimal]]) -> Credits | None:
    """What credits do to the known costs of months together; None where no credits are told."""
    if account is None or account.credits is None:
        return None
    taken, before = total(deducted(account, costs)), total(cost for _, cost in costs)
    return Credits(
        remaining=account.credits,
        deducted=taken,
        left=EXACT.subtract(account.credits, taken),
        before_total=to_cents(before),
        net_total=to_cents(EXACT.subtract(before, taken)),
    )


def notes(account: Account | None, months: Iterable[Month | None]) -> Iterator[str]:
    """What is taken to be so of credits that are told."""
    if account is None or account.credits is None:
        return
    yield (
        f"Credits of {dollars(account.credits)} are told to remain: they are deducted once, from all known costs "
        "together; what the account uses beside this estimate, and what is not known of it, would take of them too."
    )
    until = account.credits_until
    if until is None:
        yield "account.credits_until is not told: the credits are taken not to expire in these months."
    elif not all(_hold(account, month) for month in months):
        yield f"Credits end on {until}: they are deducted only in months, that are told, which end by then."


def _hold(account: Account, month: Month | None) -> bool:
    """Whether credits hold for all of a month: nobody knows what of it is used before they expire."""
    if account.credits_until is None:
        return True
    return month is not None and month.last_day <= account.credits_until
