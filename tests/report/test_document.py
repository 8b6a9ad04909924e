"""What the document says, and what it keeps to itself."""

import json

import msgspec
from gate.samples import TODAY, audit, bad, judged, live_topic, open_, rule, subscription, topic
from report.whole_audit import HOOK, whole

from auditor.finding import Severity
from auditor.gate.configuration import Configuration
from auditor.gate.outcome import judge
from auditor.gate.waivers import Waiver
from auditor.model.known import Known
from auditor.model.text import text
from auditor.report.document import document
from auditor.report.interface import render
from auditor.report.json_text import encode
from auditor.report.report_v1 import ReportV1


def test_a_saved_report_reads_back_as_it_was() -> None:
    report = document(whole())

    assert msgspec.json.decode(encode(report), type=ReportV1) == report


def test_what_a_template_does_not_tell_is_null_and_named_by_its_symbol() -> None:
    made = audit([rule("sns-topic-odd", lambda _: [bad()])], topic("Orders"), live_topic("live"))
    results = document(judge(made, Configuration(), TODAY)).results

    shown = {result.resource.address: result.resource for result in results}
    assert (shown["Orders"].account, shown["Orders"].region) == (None, None)
    assert shown["Orders"].arn == "arn:{partition}:sns:{region}:{account}:{Orders.TopicName}"
    assert (shown["topic/live"].account, shown["topic/live"].region) == ("111122223333", "eu-west-1")


def test_results_are_in_order_of_fingerprint() -> None:
    prints = [result.fingerprint for result in document(whole()).results]

    assert prints == sorted(prints)
    assert len(prints) == 6


def test_a_waived_result_is_marked_and_counted_as_waived_only() -> None:
    waiver = Waiver(reason="accepted", until=TODAY, rule="sns-topic-odd", resource="*", where="auditor.yaml:3")
    made = document(judged(bad(), waivers=(waiver,)))

    assert made.results[0].waiver is not None
    assert made.results[0].waiver.reason == "accepted"
    assert (made.rules[0].failed, made.rules[0].waived) == (0, 1)
    assert (made.summary.failed, made.summary.waived, made.summary.exit_code) == ({}, 1, 0)


def test_a_configured_severity_is_the_rules_severity() -> None:
    made = document(judged(bad(), severities={"sns-topic-odd": Severity.LOW}))

    assert made.rules[0].severity == "low"


def test_endpoints_are_masked_wherever_they_stand() -> None:
    resource = msgspec.structs.replace(subscription(HOOK), address=f"subscription/{HOOK}")
    rules = [
        rule("sns-subscription-odd", lambda _: [bad(f"Sends to {HOOK}.", subject=(HOOK,))]),
        rule("sns-subscription-fine", lambda _: [bad("x")]),
    ]
    made = audit(rules, resource)
    waivers = (Waiver(reason=f"{HOOK} is ours", until=TODAY, rule="sns-subscription-odd", resource=HOOK),)
    result = judge(made, Configuration(waivers=waivers), TODAY)

    for name in ("text", "json"):
        assert "token" not in render(name, result)
        assert "https://hooks.example.com/…" in render(name, result)
        assert HOOK in render(name, result, show_endpoints=True)


def test_an_address_that_is_an_endpoint_stays_in_the_name_of_another_resource() -> None:
    other = topic("Orders", name="ops@example.com", tags=Known({"owner": text("ops@example.com")}))
    made = audit([rule("sns-topic-odd", lambda _: [bad("ops@example.com")])], other, subscription("ops@example.com"))

    report = document(judge(made, Configuration(), TODAY))

    shown = {result.resource.address: result.resource for result in report.results}
    assert shown["Orders"].name == "ops@example.com"
    assert shown["Orders"].tags == {"owner": "o…@example.com"}
    assert shown["Hook"].name == "o…@example.com"
    assert {result.message for result in report.results} == {"o…@example.com"}


def test_json_is_safe_to_print_and_reads_back() -> None:
    hostile = "\x1b[2J\x7f\u009b31m\u202e\u200b\U000e0041 ##[add-mask]x\n::error::y Grüße"
    printed = render("json", judged(bad(hostile)))

    assert "##[" not in printed
    assert not any(line.lstrip().startswith("::") for line in printed.split("\n"))
    assert all(line.isprintable() for line in printed.split("\n"))
    assert "Grüße" in printed
    assert json.loads(printed)["results"][0]["message"] == hostile


def test_a_lone_surrogate_is_shown_as_its_escape() -> None:
    printed = render("json", judged(bad("a\udc80b")))

    assert json.loads(printed)["results"][0]["message"] == "a\\udc80b"
    printed.encode()


def test_undecided_checks_are_counted_by_cause() -> None:
    assert document(judged(open_())).summary.undecided == {"not-here": 1}
