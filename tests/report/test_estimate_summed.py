"""The estimate of many resources: summed by default, whole when asked for, nothing that is not known left out."""

from decimal import Decimal

import pytest
from estimating import of, priced, topic, topic_arn, usage
from hypothesis import given
from hypothesis import strategies as st

from auditor.report import estimate_text
from auditor.report.estimate_summed import MANY, summed, together, total_cost
from pricing.result import Estimate
from pricing.tiers import total
from pricing.usage.usage import Account

NUMBER = 150
assert 2 * NUMBER > MANY


def many(account: Account | None = None, **quantities: int) -> Estimate:
    told = [
        of(topic_arn(f"T{number}"), sns__publish__messages=1000 * number, sns__publish__average_bytes=1, **quantities)
        for number in range(1, NUMBER + 1)
    ]
    return priced(usage(*told, account=account))


def rows(found: Estimate, *, all_: bool = False) -> list[str]:
    return [" ".join(row.split()) for row in estimate_text.render(found, all_=all_).splitlines()]


def test_lines_of_many_resources_are_summed_by_meter_and_region() -> None:
    shown = rows(many(Account(), sns__delivery__http=4000))

    assert "sns.delivery.http eu-west-1 150 resources 600,000 notifications $0.30 confirmed" in shown
    assert "100,000 free allowance $0.00" in shown
    assert "500,000 $0.60 per 1M notifications $0.30" in shown
    assert "450 lines are summed by meter and Region; --all shows each." in shown


def test_the_resources_that_cost_most_are_named() -> None:
    shown = rows(many(sns__api__requests=0))
    start = shown.index("resource known cost") + 2
    named, others = shown[start : start + 20], shown[start + 20]

    assert named[0] == f"{topic_arn('T150')} $0.08"
    assert named[-1] == f"{topic_arn('T131')} $0.07"
    assert others == "130 others (--all names them) $4.26"


def test_all_shows_every_line_and_resource() -> None:
    shown = rows(many(sns__api__requests=0), all_=True)

    assert sum(row.startswith("sns.publish.messages eu-west-1 arn:") for row in shown) == NUMBER
    assert f"{topic_arn('T1')} <$0.01" in shown
    assert not any("--all" in row for row in shown)


def test_costs_that_are_not_known_are_summed_apart() -> None:
    shown = rows(many(sns__delivery__sms=1))

    assert "sns.delivery.sms eu-west-1 150 resources 150 notifications ? no price known" in shown
    assert "130 others, 130 of them with a cost that is not known (--all names them) $4.26 + ?" in shown


def test_the_only_line_of_its_kind_keeps_its_resource() -> None:
    told = [of(topic_arn(f"T{number}"), sns__api__requests=1) for number in range(MANY)]
    other = of(topic_arn("Other"), sns__delivery__sqs=7, sns__sqs__requests=0)
    shown = rows(priced(usage(*told, other)))

    assert f"sns.delivery.sqs eu-west-1 {topic_arn('Other')} 7 notifications free $0.00 confirmed" in shown


def test_what_is_not_told_of_many_is_summed_by_reason() -> None:
    told = [
        of(f"arn:aws:ses:eu-west-1:111122223333:identity/{number}.example", ses__outbound__recipients=1000)
        for number in range(MANY + 1)
    ]
    found = priced(usage(*told))
    open_ = [item for item, _ in together(found.depends_on_usage) if item.meter == "ses.outbound.recipients"]

    assert [item.quantity for item in open_] == [Decimal(1000) * (MANY + 1)]
    assert [(price.plan, price.cost) for price in open_[0].prices] == [
        ("NONE", Decimal("20.1")),
        ("ESSENTIALS", Decimal("32.16")),
    ]
    assert sum(row.startswith("ses.outbound.recipients in eu-west-1 of arn:") for row in rows(found)) == 1


@pytest.mark.parametrize("account", [None, Account()])
@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=8))
def test_nothing_is_lost_in_a_sum(account: Account | None, messages: list[int]) -> None:
    told = [
        of(
            topic(f"T{number}").id,
            sns__publish__messages=each,
            sns__publish__average_bytes=1,
            sns__delivery__email=each,
        )
        for number, each in enumerate(messages)
    ]
    lines = priced(usage(*told, account=account)).lines
    sums = [line for line, _ in summed(lines)]

    assert total_cost(sums) == total_cost(lines)
    assert total(line.quantity for line in sums) == total(line.quantity for line in lines)
    assert total(line.free for line in sums) == total(line.free for line in lines)
    for line in sums:
        assert total(tier.cost for tier in line.tiers) == line.cost
        assert total([line.free, *(tier.quantity for tier in line.tiers)]) == line.quantity
