"""Usage that an account measured."""

from decimal import Decimal

import msgspec
import pytest
from estimating import ACCOUNT, line, of, subscription, topic, usage

from auditor.model.coverage import Coverage
from auditor.model.inventory import Inventory, merge
from auditor.model.known import Known
from auditor.model.measurement import Measurement
from auditor.model.policy import Document
from pricing.derived import estimate_all
from pricing.month import parse
from pricing.usage.measured import with_measurements
from pricing.usage.usage import Usage, UsageError

ORDERS = topic("orders")
READ = Coverage(ACCOUNT, "eu-west-1", "sns:ListSubscriptions", Known(value=True))
FILTERED = tuple(
    msgspec.structs.replace(
        subscription(ORDERS, "https", f"https://{name}.example"),
        filter_policy=Known(Document(json='{"kind": ["order"]}')),
    )
    for name in "ab"
)


def measured(namespace: str, metric: str, total: str, **more: str) -> Measurement:
    name = more.pop("topic", None)
    fields = {"region": "eu-west-1", "account": ACCOUNT, "start": "2026-10-25T00:00:00Z", "end": "2026-11-24T00:00:00Z"}
    return Measurement(
        namespace=f"AWS/{namespace}",
        metric=metric,
        total=total,
        dimensions={} if name is None else {"TopicName": name},
        **(fields | more),
    )


def inventory(*measurements: Measurement) -> Inventory:
    return Inventory(resources=(ORDERS, *FILTERED), coverage=(READ,), measurements=measurements)


def told(found: Usage) -> dict[str, dict[str, str | None]]:
    return {
        str(entry.selector): {
            name: None if amount is None else f"{amount:f}" for name, amount in entry.quantities.items()
        }
        for entry in found.entries
    }


EMAIL = (
    measured("SES", "Send", "300000"),
    measured("SES", "Bounce", "6000"),
    measured("SES", "Complaint", "30"),
    measured("SES", "Open", "0"),
    measured("SES", "Click", "1500"),
)
TOPIC = (
    measured("SNS", "NumberOfMessagesPublished", "1000", topic="orders"),
    measured("SNS", "PublishSize", "900001", topic="orders"),
    measured("SNS", "NumberOfNotificationsFilteredOut", "500", topic="orders"),
)


def test_mail_and_publishes_are_scaled_to_the_month() -> None:
    found = with_measurements(Usage(month=parse("2026-12")), inventory(*EMAIL, *TOPIC))

    assert told(found) == {
        # 31 days after 30; opens are not tracked.
        "ses in eu-west-1": {
            "ses.outbound.recipients": "310000",
            "ses.bounce_rate": "0.02",
            "ses.complaint_rate": "0.0001",
            "ses.click_rate": "0.005",
        },
        # Of 2 * 1,000 notifications 500 were filtered out.
        ORDERS.id: {
            "sns.publish.messages": "1033",
            "sns.publish.average_bytes": "901",
            "sns.filter.matched_share": "0.75",
        },
    }
    assert found.notes == (
        (
            "Usage that is not told was measured by CloudWatch from 2026-10-25 to 2026-11-24 (30 days) and is scaled "
            "to 31 days."
        ),
        "CloudWatch counts mails: each is taken to have one recipient.",
    )


def test_the_topology_gives_the_rest() -> None:
    holder = inventory(*TOPIC)
    found = estimate_all(holder, with_measurements(usage(month="2026-12"), holder))

    assert line(found, "sns.delivery.http").quantity == Decimal("1549.5")


def test_what_is_told_wins() -> None:
    file = usage(
        of("ses@eu-west-1", ses__outbound__recipients=5), of("orders*", sns__publish__messages=7), month="2026-12"
    )
    star = msgspec.structs.replace(file, entries=(file.entries[0], of("*orders", sns__publish__messages=7)))
    found = told(with_measurements(star, inventory(*EMAIL, *TOPIC)))

    assert "ses.bounce_rate" in found["ses in eu-west-1"]
    assert "sns.publish.messages" not in found[ORDERS.id]
    assert found["*orders"] == {"sns.publish.messages": "7"}


def test_accounts_of_one_region_are_added() -> None:
    other = measured("SES", "Send", "100", account="444455556666")
    found = with_measurements(
        Usage(month=parse("2026-11")), merge([inventory(*EMAIL), Inventory(measurements=(other,))])
    )

    assert told(found)["ses in eu-west-1"]["ses.outbound.recipients"] == "300100"


def test_an_account_that_sent_nothing() -> None:
    found = with_measurements(Usage(), inventory(measured("SES", "Send", "0"), measured("SES", "Bounce", "0")))

    assert told(found) == {"ses in eu-west-1": {"ses.outbound.recipients": "0"}}


def test_without_measurements_nothing_changes() -> None:
    file = usage(of("ses@eu-west-1", ses__outbound__recipients=5))

    assert with_measurements(file, inventory()) is file


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"total": "much"}, "Send in 111122223333 eu-west-1: 'much' is no measured total"),
        ({"total": "NaN"}, "Send in 111122223333 eu-west-1: 'NaN' is no measured total"),
        ({"total": "-1"}, "Send in 111122223333 eu-west-1: '-1' is no measured total"),
        ({"total": "1e999999"}, "Send in 111122223333 eu-west-1: '1e999999' is no measured total"),
        ({"start": "soon"}, "measured usage: 'soon' to '2026-11-24T00:00:00Z' is no span of time"),
        (
            {"end": "2026-10-25T00:00:00Z"},
            "measured usage: '2026-10-25T00:00:00Z' to '2026-10-25T00:00:00Z' is no span",
        ),
        ({"end": "2026-12-25T00:00:00"}, "measured usage: '2026-10-25T00:00:00Z' to '2026-12-25T00:00:00' is no span"),
    ],
)
def test_what_is_wrong_is_refused_with_one_line(wrong: dict[str, str], message: str) -> None:
    one = msgspec.structs.replace(measured("SES", "Send", "1"), **wrong)

    with pytest.raises(UsageError) as found:
        with_measurements(Usage(), inventory(one))
    assert str(found.value).startswith(message)


def test_mail_that_was_not_measured_is_not_none() -> None:
    assert told(with_measurements(Usage(), inventory(measured("SES", "Bounce", "5")))) == {}
