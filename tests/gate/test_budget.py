from decimal import Decimal

import pytest
from estimating import of, priced, usage

from auditor.gate.budget import exceeded, verdict
from auditor.model.known import Truth

COMPLETE = priced(usage(of("sns@eu-west-1", sns__publish__messages=20_000_000, sns__publish__average_bytes=1)))
OPEN = priced(
    usage(
        of("sns@eu-west-1", sns__publish__messages=20_000_000, sns__publish__average_bytes=1, sns__delivery__http=None),
        of("sns@us-east-1", sns__delivery__sms=1),
    )
)


@pytest.mark.parametrize(
    ("budget", "complete", "open_"),
    [
        ("9.99", Truth.TRUE, Truth.TRUE),
        ("10.00", Truth.FALSE, Truth.UNKNOWN),
        ("10.01", Truth.FALSE, Truth.UNKNOWN),
        ("0", Truth.TRUE, Truth.TRUE),
    ],
)
def test_a_total_over_the_budget_is_certain_and_one_within_it_only_when_complete(
    budget: str, complete: Truth, open_: Truth
) -> None:
    assert exceeded(COMPLETE, Decimal(budget)) is complete
    assert exceeded(OPEN, Decimal(budget)) is open_


def test_the_verdict_counts_what_is_not_known() -> None:
    assert verdict(OPEN, Decimal(50)) == "passed, 3 costs undecided: $10.00 of the budget of $50.00 is known"
    assert verdict(COMPLETE, Decimal(50)) == "passed: $10.00 is within the budget of $50.00"
    assert verdict(OPEN, Decimal(5)) == "failed: $10.00 exceeds the budget of $5.00"
