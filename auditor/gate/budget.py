"""The budget gate: whether an estimated month costs more than it may."""

from decimal import Decimal

import msgspec

from auditor.model.known import Truth
from pricing.money import dollars, written
from pricing.result import Estimate


class Increase(msgspec.Struct, frozen=True):
    """How much more a change may cost a month.

    Attributes:
        amount: US dollars, or per cent of what it cost before.
    """

    amount: Decimal
    percent: bool

    def __str__(self) -> str:
        """As on the command line."""
        return f"{written(self.amount)}%" if self.percent else dollars(self.amount)


def exceeded(estimate: Estimate, budget: Decimal) -> Truth:
    """Whether the month costs more than the budget.

    What is not known can only add to the total, so a total over the budget is certain; one within it is UNKNOWN as
    long as the estimate is not complete.
    """
    if estimate.total > budget:
        return Truth.TRUE
    return Truth.FALSE if estimate.complete else Truth.UNKNOWN


def verdict(estimate: Estimate, budget: Decimal) -> str:
    """The outcome in words."""
    outcome = exceeded(estimate, budget)
    if outcome is Truth.TRUE:
        return f"failed: {dollars(estimate.total)} exceeds the budget of {dollars(budget)}"
    if outcome is Truth.FALSE:
        return f"passed: {dollars(estimate.total)} is within the budget of {dollars(budget)}"
    number = estimate.unknown_costs
    what = f"{number} {'cost' if number == 1 else 'costs'} undecided" if number else "undecided as not all was read"
    return f"passed, {what}: {dollars(estimate.total)} of the budget of {dollars(budget)} is known"
