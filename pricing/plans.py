"""The SES pricing plan of each Region, and which of them have, or may have, a monthly fee.

Source: https://docs.aws.amazon.com/ses/latest/dg/pricing-plans.html (a plan is chosen per account and Region)
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

import msgspec

from auditor.model.coverage import LISTED_BY
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.ses import AccountSettings
from pricing.catalog.lookup import PLANS
from pricing.money import quotient
from pricing.month import Month
from pricing.usage.usage import PlanChange, Usage

FEE = "ses.plan"
"""Meter of the monthly fee."""
PLANS_WITH_FEE = ("PRO", "ENTERPRISE")
UNTOLD_PLANS = ("NONE", "ESSENTIALS")
"""What a plan that is not told can be by default: senders from before 2026-07-21 have NONE, others ESSENTIALS."""
_WHOLE = Decimal(1)


class UntoldPlan(msgspec.Struct, frozen=True):
    """A plan that may have a monthly fee.

    Attributes:
        region: None when the input does not tell it.
        reason: why the plan is not known, in words.
        accounts: how many it is not known of.
    """

    region: str | None
    reason: str
    accounts: int


class Fee(NamedTuple):
    """The monthly fee of a plan in a Region.

    Attributes:
        accounts: that pay it, each its own.
        share: of the month in which the plan holds.
    """

    region: str
    plan: str
    accounts: int
    share: Decimal


class Plans:
    """The SES pricing plan per Region: from the usage file, else from the account settings of the inventory.

    Args:
        usage: tells plans and when they were chosen.
        inventory: has the settings of accounts.
        month: that is estimated; without one the plan that was chosen last holds.
    """

    def __init__(self, usage: Usage, inventory: Inventory, month: Month | None = None) -> None:
        self._told = dict(usage.plans)
        self._changing: dict[str, tuple[PlanChange, Decimal]] = {}
        for region, change in usage.plan_changes.items():
            if month is None:
                continue
            months = month.since(change.since)
            if months < 0:
                self._told[region] = change.before
            elif not months and change.since.day > 1:
                left = Decimal(month.days - change.since.day + 1)
                self._changing[region] = change, quotient(left, Decimal(month.days))
        self._read: dict[str, dict[str, Value[str]]] = defaultdict(dict)
        for row in inventory.coverage:
            if row.operation == LISTED_BY[AccountSettings] and isinstance(row.complete, Unknown):
                self._read[row.region][row.account] = row.complete
        for settings in inventory.of(AccountSettings):
            if settings.region.literal:
                # What one of several inputs tells of an account is known.
                read = self._read[settings.region.literal]
                before = read.get(str(settings.account))
                if not isinstance(before, Known):
                    read[str(settings.account)] = settings.pricing_plan

    def of(self, region: str) -> Value[str]:
        """The plan of a Region; Unknown when it is not told, changes in the month, or accounts differ."""
        if region in self._told and region not in self._changing:
            plan = self._told[region]
            return Unknown(Cause.NOT_HERE, f"regions.{region}.ses_plan") if plan is None else Known(plan)
        found = self.under(region)
        return Known(found[0]) if len(found) == 1 else Unknown(Cause.NOT_HERE, f"regions.{region}.ses_plan")

    def under(self, region: str) -> tuple[str, ...]:
        """The plans that can hold in a Region; by default where nobody tells."""
        told = self._told.get(region)
        if region in self._changing and told is not None:
            return (self._changing[region][0].before, told)
        read = self._read.get(region, {}).values() if region not in self._told else ()
        known = {plan.value for plan in read if isinstance(plan, Known)}
        if told is None and known and len(known) == len(set(read)):
            return tuple(sorted(known, key=PLANS.index))
        return UNTOLD_PLANS if told is None else (told,)

    def is_changing(self, region: str | None) -> bool:
        """Whether the plan of a Region changes within the month."""
        return region in self._changing

    def why(self, region: str) -> str:
        """Why the plan of a Region is not known, in words."""
        if region in self._changing:
            change = self._changing[region][0]
            return (
                f"the SES pricing plan of {region} changed from {change.before} to {self._told[region]} on "
                f"{change.since}, and what was used under each is not told"
            )
        found = self.under(region)
        if region not in self._told and found != UNTOLD_PLANS:
            return f"the accounts have different SES pricing plans in {region}: {', '.join(found)}"
        return f"the SES pricing plan of {region} is not told"

    def fees(self) -> Iterator[Fee]:
        """Every plan that has a monthly fee; each account pays its own."""
        for region in sorted({*self._told, *self._read}):
            read = self._read.get(region, {})
            if region in self._told:
                found = [self._told[region]] * max(1, len(read))
            else:
                found = [plan.value for plan in read.values() if isinstance(plan, Known)]
            change, share = self._changing.get(region, (None, _WHOLE))
            for plan in sorted(PLANS_WITH_FEE):
                if plan in found:
                    yield Fee(region, plan, found.count(plan), share)
                if change is not None and plan == change.before:
                    yield Fee(region, plan, len(found), _WHOLE - share)

    def untold(self, used: Iterable[str | None]) -> Iterator[UntoldPlan]:
        """The plans that are not known, so that nobody knows whether they have a fee.

        Args:
            used: the Regions in which SES is used or can be; others count where the usage or the account names them.
        """
        places = {*used, *self._told, *self._read}
        for region in sorted(places - {None}, key=str):
            plan = self._told.get(region or "")
            if plan is not None:
                continue
            reasons = self._reasons(region or "")
            if reasons:
                yield UntoldPlan(region, f"the SES pricing plan of {region} is not known: {reasons[0]}", len(reasons))
        if None in places:
            yield UntoldPlan(None, "the Region is not told, and the SES pricing plan is that of a Region", 1)

    def _reasons(self, region: str) -> list[str]:
        """Why the plan of a Region is not known, one for each account of which it is not."""
        read = self._read.get(region, {})
        if region in self._told or not read:
            return [f"regions.{region}.ses_plan is not told"] * max(1, len(read))
        return [plan.detail for plan in read.values() if isinstance(plan, Unknown)]
