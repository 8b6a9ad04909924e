from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.catalog.model import Tier
from pricing.money import EXACT
from pricing.tiers import Portion, TierError, apportion, check, cost, portions_of, share, split, total

ESSENTIALS = (
    Tier(Decimal(0), Decimal(10_000_000), Decimal("0.00016")),
    Tier(Decimal(10_000_000), Decimal(100_000_000), Decimal("0.00014")),
    Tier(Decimal(100_000_000), None, Decimal("0.00011")),
)

quantities = st.one_of(
    st.integers(0, 10**12).map(Decimal), st.decimals(min_value=0, max_value=10**9, places=6, allow_nan=False)
)
prices = st.decimals(min_value=0, max_value=100, places=10, allow_nan=False)


@st.composite
def tiers(draw: st.DrawFn) -> tuple[Tier, ...]:
    bounds = sorted(draw(st.sets(st.integers(1, 10**12), max_size=4)))
    begins = [Decimal(0), *map(Decimal, bounds)]
    return tuple(Tier(begin, end, draw(prices)) for begin, end in zip(begins, [*begins[1:], None], strict=True))


def test_every_unit_costs_the_price_of_its_range() -> None:
    assert split(Decimal(150_000_000), ESSENTIALS) == (
        Portion(ESSENTIALS[0], Decimal(10_000_000)),
        Portion(ESSENTIALS[1], Decimal(90_000_000)),
        Portion(ESSENTIALS[2], Decimal(50_000_000)),
    )
    assert cost(Decimal(150_000_000), ESSENTIALS) == 19_700


def test_the_bound_itself_is_in_the_range_below() -> None:
    assert cost(Decimal(10_000_000), ESSENTIALS) == 1_600
    assert cost(Decimal(10_000_001), ESSENTIALS) == Decimal("1600.00014")


def test_nothing_costs_nothing() -> None:
    assert split(Decimal(0), ESSENTIALS) == ()
    assert cost(Decimal(0), ESSENTIALS) == 0


def test_starts_where_others_stopped() -> None:
    assert split(Decimal(2), ESSENTIALS, Decimal(9_999_999)) == (
        Portion(ESSENTIALS[0], Decimal(1)),
        Portion(ESSENTIALS[1], Decimal(1)),
    )


@given(tiers(), quantities, quantities)
def test_is_additive(ladder: tuple[Tier, ...], first: Decimal, second: Decimal) -> None:
    assert cost(first + second, ladder) == total((cost(first, ladder), cost(second, ladder, first)))


@given(tiers(), quantities, quantities)
def test_is_monotone(ladder: tuple[Tier, ...], less: Decimal, more: Decimal) -> None:
    assert cost(less, ladder) <= cost(less + more, ladder)


@given(tiers(), quantities)
def test_covers_every_unit_once(ladder: tuple[Tier, ...], quantity: Decimal) -> None:
    check(ladder, "generated")
    portions = split(quantity, ladder)
    assert total(portion.quantity for portion in portions) == quantity
    reached = Decimal(0)
    for portion in portions:
        assert portion.tier.begin == reached
        reached += portion.quantity


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(0, 10, 1), (11, None, 1)], "x: a tier begins at 11, the one before ends at 10"),
        ([(0, 10, 1), (9, None, 1)], "x: a tier begins at 9, the one before ends at 10"),
        ([(1, None, 1)], "x: a tier begins at 1, the one before ends at 0"),
        ([(0, None, 1), (5, None, 1)], "x: a tier begins at 5, the one before ends at None"),
        ([(0, 10, 1)], "x: no tier after 10"),
        ([], "x: no tier after 0"),
        ([(0, 0, 1), (0, None, 1)], "x: the tier from 0 is empty or has a negative price"),
        ([(0, None, -1)], "x: the tier from 0 is empty or has a negative price"),
    ],
)
def test_refuses_gaps_overlaps_and_ends(rows: list[tuple[int, int | None, int]], message: str) -> None:
    made = [
        Tier(Decimal(begin), Decimal(end) if end is not None else None, Decimal(price)) for begin, end, price in rows
    ]
    with pytest.raises(TierError) as caught:
        check(made, "x")
    assert str(caught.value) == message


def test_lines_share_tiers_in_proportion() -> None:
    assert share([Decimal(300), Decimal(100)], [Decimal(40), Decimal(360)]) == [
        [Decimal(30), Decimal(270)],
        [Decimal(10), Decimal(90)],
    ]


def test_what_rounding_leaves_goes_to_the_first_line_and_tier() -> None:
    assert share([Decimal(1), Decimal(1), Decimal(1)], [Decimal(1), Decimal(2)]) == [
        [Decimal(1), Decimal(0)],
        [Decimal(0), Decimal(1)],
        [Decimal(0), Decimal(1)],
    ]


def test_refuses_lines_that_do_not_fill_the_tiers() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        share([Decimal(1)], [Decimal(2)])


@given(st.lists(quantities, min_size=1, max_size=6), tiers())
def test_shares_add_up_both_ways(lines: list[Decimal], ladder: tuple[Tier, ...]) -> None:
    portions = split(total(lines), ladder)
    shares = share(lines, [portion.quantity for portion in portions])

    assert [total(row) for row in shares] == lines
    assert [total(row[index] for row in shares) for index in range(len(portions))] == [
        portion.quantity for portion in portions
    ]
    assert all(part >= 0 for row in shares for part in row)


@given(st.lists(quantities, max_size=6), st.data())
def test_a_portion_of_lines_is_what_they_get_of_a_tier(lines: list[Decimal], data: st.DataObject) -> None:
    whole = total(lines)
    amount = data.draw(st.decimals(min_value=0, max_value=whole, places=6, allow_nan=False))
    rest = EXACT.subtract(whole, amount)

    assert portions_of(amount, lines) == [row[0] for row in share(lines, [amount, rest])]


def test_more_than_there_is_cannot_be_shared() -> None:
    with pytest.raises(ValueError, match="larger than the lines"):
        portions_of(Decimal(3), [Decimal(1), Decimal(1)])
    with pytest.raises(ValueError, match="larger than the pools"):
        apportion(Decimal(3), [Decimal(1), Decimal(1)])
