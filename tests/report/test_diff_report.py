"""Two reports compared, as a document, as text and as JSON."""

import json
from pathlib import Path

import msgspec
import pytest
from gate.samples import LIVE, TODAY, audit, bad, good, live_topic, open_, rule, topic

from auditor.finding import Severity, Verdict
from auditor.gate.configuration import Configuration
from auditor.gate.outcome import Gap, judge
from auditor.gate.waivers import Waiver
from auditor.model.inventory import AnyResource
from auditor.model.known import Cause
from auditor.report import diff_json, diff_text
from auditor.report.diff_v1 import DiffV1, compare
from auditor.report.document import document
from auditor.report.interface import Options
from auditor.report.json_text import encode
from auditor.report.report_v1 import ReportV1
from auditor.report.saved import SavedReportError, is_report, parse, read

GAP = (Gap(cause=Cause.FAILED, what="b.yaml"),)


def report(verdicts: dict[str, Verdict], unread: tuple[Gap, ...] = (), **settings: object) -> ReportV1:
    """A report about topics of a template, each with its verdict."""

    def check(resource: AnyResource) -> list[Verdict]:
        return [verdicts[resource.address]]

    made = audit([rule("sns-topic-odd", check)], *(topic(name, name=name.lower()) for name in verdicts))
    settled = Configuration(**settings)  # type: ignore[arg-type]  # a test's settings
    return document(judge(made, settled, TODAY, unread=unread))


def waiver(resource: str) -> Waiver:
    return Waiver(reason="accepted", until=TODAY, rule="sns-topic-odd", resource=resource, where="auditor.yaml:3")


BASE = report({"Kept": bad(), "Gone": bad(), "Lost": bad(), "Worse": open_()})
HEAD = report({"Kept": bad(), "Gone": good(), "Lost": open_(), "Worse": bad(), "Young": bad("It is\x1b young.")})


def addresses(difference: DiffV1) -> dict[str, list[str]]:
    return {
        "new": [item.result.resource.address for item in difference.new],
        "fixed": [result.resource.address for result in difference.fixed],
        "unjudged": [item.result.resource.address for item in difference.unjudged],
    }


def test_new_fixed_unchanged_and_no_longer_told() -> None:
    found = compare(BASE, HEAD)

    assert addresses(found) == {"new": ["Worse", "Young"], "fixed": ["Gone"], "unjudged": ["Lost"]}
    assert [item.was for item in found.new] == ["unknown", None]
    assert found.unchanged == [item.fingerprint for item in BASE.results if item.resource.address == "Kept"]
    assert found.summary.outcome == "failed: 2 new results at or over the threshold"
    assert found.summary.exit_code == 1


def test_text() -> None:
    assert diff_text.render(compare(BASE, HEAD), Options(width=80)).splitlines() == [
        "New: 2 results",
        "  high      sns-topic-odd on mail.yaml#Worse (was unknown)  mail.yaml:3:3",
        "            It is bad.",
        "            seen  it is set",
        "            fix   Unset it.",
        "  high      sns-topic-odd on mail.yaml#Young  mail.yaml:3:3",
        "            It is\\x1b young.",
        "            seen  it is set",
        "            fix   Unset it.",
        "",
        "Fixed: 1 result",
        "  high      sns-topic-odd on mail.yaml#Gone  mail.yaml:3:3",
        "",
        "No longer told: 1 result",
        "  high      sns-topic-odd on mail.yaml#Lost  mail.yaml:3:3",
        "            the check is undecided now",
        "",
        "2 new, 1 fixed, 1 unchanged, 1 no longer told.",
        "Compared: mail.yaml (cloudformation) with mail.yaml (cloudformation).",
        "failed: 2 new results at or over the threshold",
    ]


def test_json_reads_back() -> None:
    found = compare(BASE, HEAD)
    printed = diff_json.render(found, Options())

    assert msgspec.json.decode(printed, type=DiffV1) == found
    assert json.loads(printed)["schema"] == "diff-v1"
    assert printed == diff_json.render(compare(BASE, HEAD), Options())


def test_the_thresholds_are_those_of_base() -> None:
    base = report({}, fail_on=Severity.CRITICAL)
    head = report({"Young": bad()}, fail_on=Severity.LOW)

    found = compare(base, head)

    assert (found.summary.exit_code, found.summary.fail_on) == (0, "critical")
    assert found.summary.outcome == "passed, 1 new result below the threshold"
    assert found.settings_changes == ["fail_on: critical → low"]


def test_a_waiver_that_head_adds_does_not_count() -> None:
    base = report({})
    head = report({"Young": bad()}, waivers=(waiver("Young"),), sha256="b", path="auditor.yaml")

    found = compare(base, head)

    assert addresses(found)["new"] == ["Young"]
    assert found.summary.exit_code == 1
    assert found.settings_changes == [
        "configuration: none → auditor.yaml",
        "waiver added: sns-topic-odd, resource Young until 2026-11-24: accepted",
    ]


def test_a_waiver_that_both_have_counts() -> None:
    base = report({}, waivers=(waiver("Young"),))
    head = report({"Young": bad()}, waivers=(waiver("Young"),))

    found = compare(base, head)

    assert found.summary.exit_code == 0
    assert found.settings_changes == []


def test_a_waiver_that_head_removes_still_counts_for_what_it_covered() -> None:
    base = report({"Old": bad()}, waivers=(waiver("Old"),))

    found = compare(base, report({"Old": bad()}))

    assert (found.new, found.summary.unchanged, found.summary.exit_code) == ([], 1, 0)
    assert found.settings_changes == ["waiver removed: sns-topic-odd, resource Old until 2026-11-24: accepted"]


def test_changes_that_are_known_better_are_told_instead() -> None:
    found = compare(BASE, HEAD, settings_changes=("ignore: none → sns-*",))

    assert found.settings_changes == ["ignore: none → sns-*"]
    assert "Configuration of HEAD, not applied here\n  ignore: none → sns-*\n" in diff_text.render(found, Options())


@pytest.mark.parametrize(
    ("verdict", "require_complete", "code", "outcome"),
    [
        (good(), False, 4, "incomplete"),
        (bad(), False, 1, "failed: 1 new result at or over the threshold; incomplete"),
        (bad(), True, 4, "failed: 1 new result at or over the threshold; incomplete"),
        (open_(), False, 4, "incomplete, 1 new result below the threshold"),
    ],
)
def test_incomplete(verdict: Verdict, code: int, outcome: str, *, require_complete: bool) -> None:
    found = compare(report({}), report({"A": verdict}, unread=GAP), require_complete=require_complete)

    assert (found.summary.exit_code, found.summary.outcome) == (code, outcome)
    assert "HEAD incomplete: what is new or fixed may only" in diff_text.render(found, Options(width=200))


def test_a_template_and_the_account_it_became_are_matched_by_name_and_it_is_said() -> None:
    made = audit([rule("sns-topic-odd", lambda _: [bad()])], live_topic("orders"), live_topic("more"), inputs=(LIVE,))
    live = document(judge(made, Configuration(), TODAY))

    found = compare(report({"Orders": bad(), "Other": bad()}), live)

    assert addresses(found) == {"new": ["topic/more"], "fixed": ["Other"], "unjudged": []}
    assert found.matched_by_name is True
    assert "The kinds of input differ: results were matched by rule, type and name" in diff_text.render(
        found, Options(width=200)
    )


def test_hidden_results_are_counted() -> None:
    found = compare(report({}), report({"A": bad(severity=Severity.LOW)}))

    assert diff_text.render(found, Options(min_severity=Severity.HIGH)).splitlines() == [
        "1 new, 0 fixed, 0 unchanged.",
        "Compared: mail.yaml (cloudformation) with mail.yaml (cloudformation).",
        "Not shown: 1 new result below high (--min-severity).",
        "failed: 1 new result at or over the threshold",
    ]


def test_a_report_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(encode(HEAD))

    assert read(path) == HEAD
    assert is_report(path.read_bytes()[:100])
    assert not is_report(b'{"Resources": {}}')


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{}", "x.json: is no report-v1: Object missing required field `schema`"),
        (b'{"schema": "report-v2"}', "x.json: is no report-v1: Invalid enum value 'report-v2' - at `$.schema`"),
        (b"\xff", "x.json: is no report-v1: JSON is malformed: invalid character (byte 0)"),
        (b'{"schema": "report-v1", "x": ' + b"[" * 1_000_000, "x.json: is no report-v1: "),
        (b'{"schema": "report-v1", "errors": ' + b"[" * 1_000_000, "x.json: is no report-v1: "),
    ],
)
def test_what_is_no_report_is_refused_in_one_line(data: bytes, message: str) -> None:
    with pytest.raises(SavedReportError) as caught:
        parse(data, "x.json")

    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SavedReportError, match=r"cannot be read: No such file or directory$"):
        read(tmp_path / "no")
    with pytest.raises(SavedReportError, match=r"is no regular file$"):
        read(tmp_path)
