"""What holds of every quantity that is billed as it is told, beside an independent sum in fractions."""

from decimal import Decimal
from fractions import Fraction

from estimating import exact_total, priced, usage
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.catalog.lookup import PLANS, Priced, shipped
from pricing.catalog.model import Tier
from pricing.meters.registry import meters, quantities
from pricing.result import Line
from pricing.usage.usage import Account, Entry, Selector

REGIONS = ("us-east-1", "eu-west-1", "af-south-1", "ap-northeast-3", "us-gov-west-1")
PRICED_BESIDE = {"sns.delivery.sms"}
"""Quantities whose price the usage tells."""
CHUNKED = {"sns.delivery.http", "sns.delivery.http_retries", "sns.delivery.email", "sns.delivery.firehose"}
"""Deliveries, which have the size that is told beside them: one byte here."""
PER_PART = {"ses.dedicated_ip.standard"}
"""Leased things of which a part of a month counts as a whole one."""
BILLED = sorted(
    name
    for name, meter in meters().items()
    if meter.in_usage and name not in PRICED_BESIDE | PER_PART and name != "sns.publish.messages"
)
MEASURED = {
    "sns.publish.messages": ("sns.publish.average_bytes", 1),
    **dict.fromkeys(CHUNKED, ("sns.delivery.average_bytes", 1)),
    **dict.fromkeys(("sqs.requests.standard", "sqs.requests.fifo"), ("sqs.requests.average_bytes", 1)),
}

amounts = st.one_of(
    st.integers(0, 10**12).map(Decimal),
    st.decimals(min_value=0, max_value=10**9, places=6, allow_nan=False),
    st.sampled_from([Decimal(number) for number in (10**6, 10**7, 10**8, 10**11, 10_240, 100_000, 1_000)]),
)
plans = st.sampled_from(PLANS)
regions = st.sampled_from(REGIONS)


def line(name: str, amount: Decimal, region: str, plan: str, account: Account | None = None) -> Line | None:
    """The line of a quantity that is told alone; None where the price is not known."""
    told = {name: amount}
    if name in MEASURED:
        size, least = MEASURED[name]
        told[size] = Decimal(least)
    entry = Entry(Selector(name.partition(".")[0], region), told)
    found = priced(usage(entry, account=account, month="2026-12", **{region.replace("-", "_"): plan}))
    (only,) = (item for item in found.lines if item.meter == name)
    return only if only.cost is not None else None


def tiers_of(name: str, region: str, plan: str) -> tuple[Tier, ...] | None:
    meter = meters()[name]
    dimension = meter.dimension_on_plan if meter.dimension_on_plan and plan != "NONE" else meter.dimension
    answer = shipped().price(dimension, region, plan=plan)
    return answer.row.tiers if isinstance(answer, Priced) else None


def by_hand(amount: Decimal, tiers: tuple[Tier, ...], first_is_free: bool) -> Fraction:  # noqa: FBT001 - of the account
    """Every unit at the price of its range; a free first range is one only for the whole account."""
    start = Fraction(0)
    if not first_is_free and tiers[0].price == 0 and tiers[0].end is not None and len(tiers) > 1:
        start = Fraction(tiers[0].end)
    low, rest, cost = start, Fraction(amount), Fraction(0)
    for tier in tiers:
        if tier.end is not None and Fraction(tier.end) <= low:
            continue
        part = rest if tier.end is None else min(rest, Fraction(tier.end) - low)
        cost += part * Fraction(tier.price)
        rest, low = rest - part, low + part
    assert rest == 0
    return cost


FREE_RANGES = ("sns.requests", "sns.delivery.http", "sns.delivery.email")
"""First ranges that are allowances of the account, not of the plan."""


@given(st.sampled_from(BILLED), amounts, regions, plans)
@settings(max_examples=examples(100))
def test_a_quantity_costs_what_its_ranges_say(name: str, amount: Decimal, region: str, plan: str) -> None:
    found = line(name, amount, region, plan)
    tiers = tiers_of(name, region, plan)
    if tiers is None:
        assert found is None or found.cost == 0
        return
    assert found is not None
    assert found.cost is not None
    of_account = meters()[name].dimension in FREE_RANGES
    # Base units only: attachments are told in the GB that is the default of their option.
    assert Fraction(found.cost) == by_hand(found.quantity, tiers, first_is_free=not of_account)
    if quantities()[name].unit != "GB" or not name.startswith("ses.attachments"):
        assert found.quantity == amount


@given(st.sampled_from(BILLED), amounts, amounts, regions, plans, st.sampled_from([None, Account()]))
@settings(max_examples=examples(100))
def test_more_of_any_quantity_never_costs_less(
    name: str, amount: Decimal, more: Decimal, region: str, plan: str, account: Account | None
) -> None:
    before, after = line(name, amount, region, plan, account), line(name, amount + more, region, plan, account)
    if before is not None and after is not None:
        assert before.cost is not None
        assert after.cost is not None
        assert before.cost <= after.cost
        assert before.free <= after.free


@given(st.sampled_from(BILLED), amounts, regions, plans)
@settings(max_examples=examples(100))
def test_an_allowance_only_makes_cheaper(name: str, amount: Decimal, region: str, plan: str) -> None:
    """And by no more than its units at the dearest price."""
    without, having = line(name, amount, region, plan), line(name, amount, region, plan, Account())
    if without is None or having is None:
        return
    assert without.cost is not None
    assert having.cost is not None
    assert without.free == 0
    assert having.cost <= without.cost
    tiers = tiers_of(name, region, plan) or ()
    dearest = max((tier.price for tier in tiers), default=Decimal(0))
    assert Fraction(without.cost) - Fraction(having.cost) <= Fraction(having.free) * Fraction(dearest)


@given(
    st.dictionaries(
        st.sampled_from(["ses@us-east-1", "ses@eu-west-1", "sns@us-east-1", "kms@eu-west-1", "cloudwatch@us-east-1"]),
        st.integers(0, 10**9),
        min_size=1,
    ),
    plans,
)
@settings(max_examples=examples(60))
def test_services_and_regions_that_share_nothing_add_up(places: dict[str, int], plan: str) -> None:
    """Without an account section nothing is free, so nothing but ranges is shared, and those are of one Region."""
    quantity = {
        "ses": "ses.outbound.recipients",
        "sns": "sns.delivery.push.gcm",
        "kms": "kms.requests",
        "cloudwatch": "cloudwatch.metrics",
    }
    entries = []
    for place, amount in places.items():
        service, _, region = place.partition("@")
        entries.append(Entry(Selector(service, region), {quantity[service]: Decimal(amount)}))

    def cost(*told: Entry) -> Decimal:
        """Without the fees of plans, which are those of Regions whatever is used there."""
        found = priced(usage(*told, us_east_1=plan, eu_west_1=plan))
        return exact_total(item for item in found.lines if item.meter != "ses.plan")

    assert cost(*entries) == sum((cost(entry) for entry in entries), Decimal(0))
