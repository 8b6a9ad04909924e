"""What holds for every usage."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

from estimating import exact_total, priced, usage
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.catalog.lookup import Priced, shipped
from pricing.meters.registry import meters
from pricing.money import EXACT, to_cents
from pricing.result import Estimate
from pricing.tiers import apportion, split, total
from pricing.usage.usage import Account, Entry, Selector

REGIONS = ("us-east-1", "eu-west-1", "af-south-1", "us-gov-west-1", "ca-west-1")
NAMES = {
    "ses": (
        "ses.outbound.recipients",
        "ses.attachments.gb",
        "ses.data_transfer.out_gb",
        "ses.vdm.emails",
        "ses.tenants",
        "ses.dedicated_ip.managed.emails",
        "ses.dedicated_ip.managed.subscriptions",
        "ses.dedicated_ip.standard",
        "ses.inbound.messages",
        "ses.outbound.ec2_recipients",
        "ses.simulator.ec2_recipients",
        "ses.mail_manager.messages",
        "ses.mail_manager.ingress_endpoints",
        "ses.validation.recipients",
    ),
    "sns": (
        "sns.publish.messages",
        "sns.publish.average_bytes",
        "sns.api.requests",
        "sns.delivery.http",
        "sns.delivery.email",
        "sns.delivery.push.gcm",
        "sns.delivery.sms",
        "sns.delivery.sqs",
        "sns.fifo.publish.messages",
        "sns.fifo.subscriptions",
        "sns.fifo.replay.messages",
        "sns.publish.batch_size",
        "sns.delivery.http_retries",
        "sns.delivery.lambda",
        "sns.delivery.firehose",
        "sns.kms.publishing_principals",
        "sns.sms.us.parts",
    ),
    "data_transfer": ("data_transfer.out_internet.gb",),
    "sqs": ("sqs.requests.standard", "sqs.requests.fifo"),
    "kms": ("kms.keys", "kms.requests"),
    "lambda": ("lambda.requests", "lambda.gb_seconds", "lambda.arm.gb_seconds"),
    "cloudwatch": ("cloudwatch.metrics", "cloudwatch.alarms"),
}
FAMILIES = {
    "ses.outbound": "mail",
    "ses.outbound.ec2": "mail",
    "ses.inbound.messages": "mail",
    "ses.vdm.emails": "mail",
    "ses.simulator.ec2": "simulator",
    "sns.requests": "requests",
    "data_transfer.out_internet": "transfer",
    "sqs.requests.standard": "queues",
    "sqs.requests.fifo": "queues",
    "kms.requests": "keys",
    "lambda.duration": "functions",
    "lambda.duration.arm": "functions",
}
"""Dimension to the name of what shares its allowance."""
LIMITS = {
    "mail": 3_000,
    "simulator": 62_000,
    "requests": 1_000_000,
    "transfer": 100,
    "queues": 1_000_000,
    "keys": 20_000,
    "functions": 400_000,
    "lambda.requests": 1_000_000,
    "cloudwatch.metrics": 10,
    "cloudwatch.alarms": 10,
    "sns.delivery.http": 100_000,
    "sns.delivery.email": 1_000,
    "sns.delivery.push.gcm": 1_000_000,
}
amounts = st.one_of(
    st.integers(0, 3 * 10**8).map(Decimal), st.decimals(min_value=0, max_value=10**6, places=3, allow_nan=False)
)
sizes = st.integers(0, 2**20).map(Decimal)
accounts = st.sampled_from([None, Account(), Account(first_ses_use=date(2026, 1, 1))])


def quantities_of(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, Decimal]]:
    """At most four quantities; sizes of messages within what SNS takes."""
    limited = {"sns.publish.batch_size": st.integers(1, 10).map(Decimal)}
    told = {name: sizes if name.endswith("_bytes") else limited.get(name, amounts) for name in names}
    return st.sets(st.sampled_from(names), max_size=4).flatmap(
        lambda chosen: st.fixed_dictionaries({name: told[name] for name in sorted(chosen)})
    )


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    """Entries for services in Regions and for topics, each selector once."""
    found = []
    for service, names in NAMES.items():
        for region in draw(st.sets(st.sampled_from(REGIONS), max_size=3)):
            told = draw(quantities_of(names))
            found.append(Entry(Selector(service, region), told))
    for name in draw(st.sets(st.sampled_from("abcd"), max_size=3)):
        told = draw(quantities_of(NAMES["sns"]))
        found.append(Entry(Selector(resource=f"arn:aws:sns:eu-west-1:111122223333:{name}"), told))
    return found


plans = st.dictionaries(
    st.sampled_from(["us_east_1", "eu_west_1"]), st.sampled_from(["NONE", "ESSENTIALS", "PRO", "ENTERPRISE", None])
)


def estimated(told: list[Entry], account: Account | None, chosen: dict[str, str | None]) -> Estimate:
    return priced(usage(*told, account=account, month="2026-05", **chosen))


@given(entries(), accounts, plans, st.randoms())
@settings(max_examples=examples(25))
def test_the_order_of_entries_and_quantities_does_not_matter(
    told: list[Entry], account: Account | None, chosen: dict[str, str | None], random: object
) -> None:
    shuffled = [Entry(entry.selector, dict(reversed(list(entry.quantities.items())))) for entry in told]
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert estimated(shuffled, account, chosen) == estimated(told, account, chosen)


@given(entries(), accounts, plans, st.data())
@settings(max_examples=examples(25))
def test_more_usage_never_costs_less(
    told: list[Entry], account: Account | None, chosen: dict[str, str | None], data: st.DataObject
) -> None:
    # Larger batches are no more usage: they are cheaper.
    places = [
        (index, name)
        for index, entry in enumerate(told)
        for name in entry.quantities
        if name != "sns.publish.batch_size"
    ]
    if not places:
        return
    at, name = data.draw(st.sampled_from(places))
    more = dict(told[at].quantities)
    before = more[name] or Decimal(0)
    more[name] = (
        min(before + data.draw(amounts), Decimal(2**20)) if name.endswith("_bytes") else before + data.draw(amounts)
    )
    grown = [Entry(entry.selector, more) if index == at else entry for index, entry in enumerate(told)]
    # An amount of 0 that becomes more than 0 can make other costs unknown; known costs still do not shrink.
    assert exact_total(estimated(told, account, chosen).lines) <= exact_total(estimated(grown, account, chosen).lines)


@given(entries(), accounts, plans)
@settings(max_examples=examples(25))
def test_lines_add_up(told: list[Entry], account: Account | None, chosen: dict[str, str | None]) -> None:
    found = estimated(told, account, chosen)

    assert found.total == to_cents(exact_total(found.lines))
    for item in found.lines:
        if item.cost is not None and item.tiers:
            assert total(tier.quantity for tier in item.tiers) + item.free == item.quantity
            assert total(tier.cost for tier in item.tiers) == item.cost
            assert [EXACT.multiply(tier.quantity, tier.price) for tier in item.tiers] == [
                tier.cost for tier in item.tiers
            ]
        assert 0 <= item.free <= item.quantity
    assert found.complete is (not found.depends_on_usage and all(item.cost is not None for item in found.lines))


@given(entries(), plans)
@settings(max_examples=examples(25))
def test_allowances_are_never_given_twice(told: list[Entry], chosen: dict[str, str | None]) -> None:
    found = estimated(told, Account(first_ses_use=date(2026, 1, 1)), chosen)
    given_: dict[str, Decimal] = defaultdict(Decimal)
    for item in found.lines:
        dimension = meters()[item.meter].dimension
        family = FAMILIES.get(dimension, dimension)
        scope = f"{family} {item.region.startswith('us-gov')}"
        given_[scope] = EXACT.add(given_[scope], item.free)
    for name, units in given_.items():
        assert units <= LIMITS.get(name.partition(" ")[0], 0), name


@given(entries(), accounts, plans, st.sampled_from(REGIONS), st.lists(st.integers(0, 10**7), min_size=1, max_size=4))
@settings(max_examples=examples(25))
def test_splitting_usage_over_topics_changes_no_total(
    told: list[Entry], account: Account | None, chosen: dict[str, str | None], region: str, parts: list[int]
) -> None:
    """Tiers and allowances are the account's: many topics cost what one with all their messages costs."""

    def topics(*messages: int) -> list[Entry]:
        return [
            Entry(
                Selector(resource=f"arn:aws:sns:{region}:111122223333:split-{index}"),
                {
                    "sns.publish.messages": Decimal(count),
                    "sns.publish.average_bytes": Decimal(100),
                    "sns.publish.batch_size": Decimal(1),  # the last batch of each topic need not be full
                    "sns.delivery.push.gcm": Decimal(count),
                },
            )
            for index, count in enumerate(messages)
        ]

    one = estimated([*told, *topics(sum(parts))], account, chosen)
    several = estimated([*told, *topics(*parts)], account, chosen)
    assert exact_total(one.lines) == exact_total(several.lines)
    assert one.total == several.total


@given(amounts, amounts, st.sampled_from(["NONE", "ESSENTIALS", "PRO", "ENTERPRISE"]))
@settings(max_examples=examples(25))
def test_disjoint_ranges_of_a_quantity_add_up(first: Decimal, more: Decimal, plan: str) -> None:
    """A quantity costs what its first part costs, and what the rest costs in the ranges that are left."""
    answer = shipped().price("ses.outbound", "us-east-1", plan=plan)
    assert isinstance(answer, Priced)
    tiers = answer.row.tiers

    def costs(start: Decimal, quantity: Decimal) -> Decimal:
        return total(portion.cost for portion in split(quantity, tiers, start))

    whole = estimated(
        [Entry(Selector("ses", "us-east-1"), {"ses.outbound.recipients": EXACT.add(first, more)})],
        None,
        {"us_east_1": plan},
    )
    (sent,) = (item for item in whole.lines if item.meter == "ses.outbound.recipients")
    assert sent.cost == EXACT.add(costs(Decimal(0), first), costs(first, more))
    assert sent.cost == total(tier.cost for tier in sent.tiers)


@given(st.lists(amounts, min_size=1, max_size=6), st.data())
def test_an_amount_is_apportioned_whole_and_within_the_pools(pools: list[Decimal], data: st.DataObject) -> None:
    amount = data.draw(st.decimals(min_value=0, max_value=total(pools), places=3, allow_nan=False))
    shares = apportion(min(amount, total(pools)), pools)

    assert total(shares) == min(amount, total(pools))
    assert all(0 <= part <= pool for part, pool in zip(shares, pools, strict=True))
    whole = total(pools)
    for part, pool in zip(shares, pools, strict=True):
        exact = Fraction(amount) * Fraction(pool) / Fraction(whole) if whole else Fraction(0)
        assert abs(Fraction(part) - exact) <= Fraction(len(pools), 10**12)
