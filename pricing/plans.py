"""The SES pricing plan of each Region, and which of them have, or may have, a monthly fee.

Source: https://docs.aws.amazon.com/ses/latest/dg/pricing-plans.html (a plan is chosen per account and Region)
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from auditor.model.coverage import LISTED_BY
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.ses import AccountSettings
from pricing.usage.usage import Usage

FEE = "ses.plan"
"""Meter of the monthly fee."""
PLANS_WITH_FEE = ("PRO", "ENTERPRISE")


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


class Plans:
    """The SES pricing plan per Region: from the usage file, else from the account settings of the inventory."""

    def __init__(self, usage: Usage, inventory: Inventory) -> None:
        self._told = usage.plans
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
        """The plan of a Region; Unknown when it is not told or accounts differ."""
        if region in self._told:
            plan = self._told[region]
            return Unknown(Cause.NOT_HERE, f"regions.{region}.ses_plan") if plan is None else Known(plan)
        read = set(self._read.get(region, {}).values())
        if len(read) == 1 and isinstance(only := read.pop(), Known):
            return only
        return Unknown(Cause.NOT_HERE, f"regions.{region}.ses_plan")

    def fees(self) -> Iterator[tuple[str, str, int]]:
        """Region, plan and number of accounts for every plan that has a monthly fee; each account pays its own."""
        for region in sorted({*self._told, *self._read}):
            read = self._read.get(region, {})
            told = self._told.get(region)
            if region in self._told:
                found = [told] * max(1, len(read))
            else:
                found = [plan.value for plan in read.values() if isinstance(plan, Known)]
            for plan in sorted(PLANS_WITH_FEE):
                if plan in found:
                    yield region, plan, found.count(plan)

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
