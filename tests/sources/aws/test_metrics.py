"""Usage that a collection measures."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from moto_account import MotoAccount
from sources.aws.overlay import Call

from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Unknown
from auditor.sources import snapshot
from auditor.sources.aws.metrics import BATCH, Span
from auditor.sources.aws.permissions import actions

Collect = Callable[..., Inventory]


def names(call: Call) -> dict[str, tuple[str, str]]:
    """Id of each query to metric and topic."""
    return {
        query["Id"]: (
            query["MetricStat"]["Metric"]["MetricName"],
            "".join(one["Value"] for one in query["MetricStat"]["Metric"].get("Dimensions") or ()),
        )
        for query in call.parameters["MetricDataQueries"]
    }


def results(call: Call, values: Mapping[tuple[str, str], list[float]]) -> list[dict[str, Any]]:
    return [
        {"Id": name, "Label": name, "Timestamps": [], "Values": values.get(metric, []), "StatusCode": "Complete"}
        for name, metric in names(call).items()
    ]


def totals(found: Inventory) -> dict[tuple[str, str], str]:
    return {(one.metric, one.dimensions.get("TopicName", "")): one.total for one in found.measurements}


def test_sums_of_days(account: MotoAccount, collected: Collect) -> None:
    account.client("sns").create_topic(Name="orders")
    values = {
        ("Send", ""): [100.0, 250.0],
        ("Bounce", ""): [2.0],
        ("NumberOfMessagesPublished", "orders"): [10.0, 20.0],
        ("PublishSize", "orders"): [1234.5],
    }
    account.overlay.answer("cloudwatch", "GetMetricData", lambda call: {"MetricDataResults": results(call, values)})
    found = collected(usage_days=30)

    assert totals(found) == {
        ("Bounce", ""): "2",
        ("Click", ""): "0",
        ("Complaint", ""): "0",
        ("Delivery", ""): "0",
        ("Open", ""): "0",
        ("Reject", ""): "0",
        ("Send", ""): "350",
        ("NumberOfMessagesPublished", "orders"): "30",
        ("NumberOfNotificationsFilteredOut", "orders"): "0",
        ("PublishSize", "orders"): "1234.5",
    }
    one = found.measurements[0]
    assert (one.account, one.region, one.namespace) == ("123456789012", "us-east-1", "AWS/SES")
    assert (one.start, one.end) == ("2026-10-25T00:00:00Z", "2026-11-24T00:00:00Z")
    asked = [call for call in account.overlay.calls if call.operation == "GetMetricData"]
    assert {query["MetricStat"]["Stat"] for call in asked for query in call.parameters["MetricDataQueries"]} == {"Sum"}


def test_pages_are_joined(account: MotoAccount, collected: Collect) -> None:
    def answer(call: Call) -> dict[str, Any]:
        page = results(call, {("Send", ""): [5.0]})
        if call.parameters.get("NextToken"):
            return {"MetricDataResults": page}
        return {"MetricDataResults": [{**one, "StatusCode": "PartialData"} for one in page], "NextToken": "more"}

    account.overlay.answer("cloudwatch", "GetMetricData", answer)

    assert totals(collected(usage_days=1))["Send", ""] == "10"


def test_a_call_asks_for_at_most_500_metrics(account: MotoAccount, collected: Collect) -> None:
    account.topics(f"topic-{number}" for number in range(170))
    account.overlay.answer(
        "cloudwatch",
        "GetMetricData",
        lambda call: {"MetricDataResults": results(call, {("PublishSize", "topic-9"): [3.0]})},
    )
    found = collected(usage_days=1)
    sizes = [
        len(call.parameters["MetricDataQueries"]) for call in account.overlay.calls if call.operation == "GetMetricData"
    ]

    assert sorted(sizes) == [7, 10, BATCH]
    assert totals(found)["PublishSize", "topic-9"] == "3"


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("InternalError", Unknown(Cause.FAILED, "cloudwatch:GetMetricData: not all metrics were read (InternalError)")),
        ("PartialData", Unknown(Cause.FAILED, "cloudwatch:GetMetricData: not all metrics were read (PartialData)")),
        ("Forbidden", Unknown(Cause.DENIED, "cloudwatch:GetMetricData: not all metrics were read (Forbidden)")),
        (None, Unknown(Cause.FAILED, "cloudwatch:GetMetricData: not all metrics were read (no status)")),
    ],
)
def test_a_metric_that_was_not_read_in_full_is_not_zero(
    account: MotoAccount, collected: Collect, state: str | None, why: Unknown
) -> None:
    def answer(call: Call) -> dict[str, Any]:
        found = results(call, {("Send", ""): [5.0], ("Delivery", ""): [4.0]})
        send = next(one for one in found if names(call)[one["Id"]] == ("Send", ""))
        if state is None:
            found.remove(send)
        else:
            send["StatusCode"] = state
        return {"MetricDataResults": found}

    account.overlay.answer("cloudwatch", "GetMetricData", answer)

    found = collected(usage_days=1)

    assert ("Send", "") not in totals(found)
    assert totals(found)["Delivery", ""] == "4"
    (row,) = (one for one in found.coverage if (one.operation, one.resource) == ("cloudwatch:GetMetricData", "AWS/SES"))
    assert row.complete == why


def test_they_are_read_only_when_asked_for(account: MotoAccount, collected: Collect) -> None:
    assert collected().measurements == ()
    assert "GetMetricData" not in {call.operation for call in account.overlay.calls}


def test_what_is_refused_is_told(account: MotoAccount, collected: Collect) -> None:
    account.overlay.refuse("cloudwatch", "GetMetricData", "AccessDenied", 403)
    found = collected(usage_days=30)
    rows = {row.resource: row.complete for row in found.coverage if row.operation == "cloudwatch:GetMetricData"}

    assert found.measurements == ()
    assert {name: row.cause for name, row in rows.items() if isinstance(row, Unknown)} == {"AWS/SES": Cause.DENIED}


def test_a_snapshot_keeps_them(account: MotoAccount, collected: Collect, tmp_path: Path) -> None:
    account.overlay.answer(
        "cloudwatch", "GetMetricData", lambda call: {"MetricDataResults": results(call, {("Send", ""): [5.0]})}
    )
    found = collected(usage_days=30)
    path = tmp_path / "account.json"
    snapshot.write(path, found)

    assert snapshot.decode(path.read_bytes(), "account.json").measurements == found.measurements


def test_the_span_ends_with_the_last_whole_day() -> None:
    span = Span.before(datetime(2026, 3, 1, 0, 30, tzinfo=UTC), 30)

    assert (span.start, span.end) == (datetime(2026, 1, 30, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))


def test_the_permission_is_asked_for_only_then() -> None:
    assert set(actions(usage=True)) - set(actions()) == {"cloudwatch:GetMetricData"}
