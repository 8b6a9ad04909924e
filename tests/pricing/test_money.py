from decimal import Decimal, Inexact

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.money import EXACT, dollars, grouped, quotient, to_cents, written


@pytest.mark.parametrize(
    ("amount", "cents"),
    [("0.005", "0.01"), ("0.0049999", "0.00"), ("1.115", "1.12"), ("10.2866666", "10.29"), ("12", "12.00")],
)
def test_rounds_half_up(amount: str, cents: str) -> None:
    assert str(to_cents(Decimal(amount))) == cents


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("0", "$0.00"), ("0.00016", "<$0.01"), ("0.005", "$0.01"), ("1234567.5", "$1,234,567.50")],
)
def test_what_costs_something_is_never_shown_as_nothing(amount: str, shown: str) -> None:
    assert dollars(Decimal(amount)) == shown


@pytest.mark.parametrize(
    ("number", "plain", "people"),
    [
        ("1E+6", "1000000", "1,000,000"),
        ("1E-7", "0.0000001", "0.0000001"),
        ("120.0000", "120", "120"),
        ("0.000", "0", "0"),
        ("10485.760", "10485.76", "10,485.76"),
    ],
)
def test_is_written_without_exponent(number: str, plain: str, people: str) -> None:
    assert written(Decimal(number)) == plain
    assert grouped(Decimal(number)) == people


@given(st.decimals(min_value=0, max_value=10**15, places=12))
def test_writing_loses_nothing(number: Decimal) -> None:
    assert Decimal(written(number)) == number
    assert Decimal(grouped(number).replace(",", "")) == number


def test_exact_arithmetic_refuses_to_lose_digits() -> None:
    assert EXACT.multiply(Decimal("999999999999999.999999999999"), Decimal("0.000000000001")) == Decimal(
        "999.999999999999999999999999"
    )
    with pytest.raises(Inexact):
        EXACT.divide(Decimal(1), Decimal(3))


def test_a_quotient_has_twelve_places() -> None:
    assert quotient(Decimal(2), Decimal(3)) == Decimal("0.666666666667")
    assert quotient(Decimal(10), Decimal(2)) == 5
