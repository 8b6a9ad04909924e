"""Usage as the estimator sees it, whatever file or measurement it came from."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec

from pricing.month import Month


class UsageError(ValueError):
    """The usage is wrong: a file that is none, a quantity that does not exist, a selector that contradicts itself.

    Attributes:
        mistakes: one line each, with file and line; the text of the error is the first one.
    """

    def __init__(self, *mistakes: str) -> None:
        more = f" (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
        super().__init__(f"{mistakes[0]}{more}")
        self.mistakes = mistakes


class Selector(msgspec.Struct, frozen=True):
    """What quantities are for.

    Attributes:
        service: ses, sns or data_transfer, with `region`: all of a service in one Region, beside what resources have.
        region: Region code.
        resource: id, ARN or address; ``*`` stands for any characters. Every resource that it matches has the
            quantities.
        plan: SES pricing plan under which the quantities were used, in a month in which the Region's plan changes.
    """

    service: str = ""
    region: str = ""
    resource: str = ""
    plan: str = ""

    def __str__(self) -> str:
        """For messages."""
        under = f" under {self.plan}" if self.plan else ""
        return self.resource or f"{self.service} in {self.region}{under}"

    @property
    def is_pattern(self) -> bool:
        """Whether it can match several resources."""
        return "*" in self.resource


class Entry(msgspec.Struct, frozen=True):
    """Quantities of one selector; None is a quantity that is said to be unknown.

    Attributes:
        line: of the file, 1-based; 0 where there is none.
    """

    selector: Selector
    quantities: Mapping[str, Decimal | None]
    line: int = 0


class Account(msgspec.Struct, frozen=True):
    """What decides free allowances. Its presence says that the usage is that of the whole account.

    Attributes:
        opened: when the account was opened, None when not told.
        first_ses_use: when it first used SES, None when not told.
        credits: US dollars of credits that remain, None when not told.
        credits_until: last day on which they hold, None when not told.
    """

    opened: date | None = None
    first_ses_use: date | None = None
    credits: Decimal | None = None
    credits_until: date | None = None


class Case(msgspec.Struct, frozen=True):
    """How usage may turn out instead of as expected.

    Attributes:
        volume: factor of all volumes, from the first month on.
        growth_per_month: in place of the expected one for all quantities; None for the expected one.
    """

    volume: Decimal = Decimal(1)
    growth_per_month: Decimal | None = None


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """How usage changes from month to month.

    Attributes:
        growth_per_month: 0.05 is 5 % more each month than the month before; compound.
        growth: the same for quantities whose name is, or begins with, a key; the longest key wins.
        seasonality: calendar month (1 to 12) to its volume beside that of an average month, which is 1; the usage has
            the season of its own month already.
        cases: ``best`` and ``worst``, beside what is expected.
    """

    growth_per_month: Decimal = Decimal(0)
    growth: Mapping[str, Decimal] = {}
    seasonality: Mapping[int, Decimal] = {}
    cases: Mapping[str, Case] = {}


class PlanChange(msgspec.Struct, frozen=True):
    """When an SES pricing plan was chosen in a Region.

    Attributes:
        since: first day on which it held.
        before: the plan until then.
    """

    since: date
    before: str


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """The usage of one month.

    Attributes:
        path: of the file, for messages.
        month: None for an average month of 730 hours.
        account: None when nothing is told; then no allowance is applied.
        plans: Region to SES pricing plan; None for one that is said to be unknown.
        plan_changes: Region to when that plan was chosen; without it the plan has always been there.
        outlook: how it changes later; None when nothing is told.
        notes: assumptions of what made it, printed with an estimate.
    """

    path: str = ""
    month: Month | None = None
    account: Account | None = None
    plans: Mapping[str, str | None] = {}
    plan_changes: Mapping[str, PlanChange] = {}
    entries: tuple[Entry, ...] = ()
    outlook: Outlook | None = None
    notes: tuple[str, ...] = ()

    def place(self, entry: Entry) -> str:
        """File and line of an entry, for messages."""
        return f"{self.path}:{entry.line}" if entry.line else self.path
