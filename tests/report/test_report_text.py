"""The report for people."""

import re

import pytest
from gate.samples import MISSING, TODAY, audit, bad, good, judged, open_, rule, topic

from auditor.finding import Severity, Verdict
from auditor.gate.configuration import Configuration
from auditor.gate.outcome import judge
from auditor.model.known import Cause, Unknown
from auditor.report.interface import FormatError, Options, render
from auditor.report.terminal import printable_lines

HOSTILE = "\x1b[2J\x1b]0;owned\x07\r\n::error::x\u202e\u2028\u200b\x9b31m"


def shown(*verdicts: Verdict, options: Options | None = None, **settings: object) -> list[str]:
    return render("text", judged(*verdicts, **settings), options).splitlines()


@pytest.mark.parametrize(
    ("verdict", "last"),
    [
        (good(), "passed"),
        (open_(), "passed, 1 check undecided"),
        (bad(), "failed: 1 finding at or over low"),
        (open_(Unknown(Cause.DENIED, "x")), "incomplete, 1 check undecided"),
    ],
)
def test_the_last_line_is_the_decision(verdict: Verdict, last: str) -> None:
    assert shown(verdict)[-1] == last


def test_nothing_of_an_input_reaches_the_terminal_as_a_code() -> None:
    made = audit([rule("sns-topic-odd", lambda _: [bad(f"It is {HOSTILE}.")])], topic("Orders", name=HOSTILE))
    result = judge(made, Configuration(), TODAY)

    text = render("text", result)
    colored = render("text", result, Options(color=True))

    assert all(line.isprintable() for line in text.split("\n"))
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == text
    assert "\\x1b[2J\\x1b]0;owned\\x07\\r\\n::error::x\\u202e\\u2028\\u200b\\x9b31m" in text


def test_a_wrapped_line_is_no_workflow_command() -> None:
    text = render("text", judged(bad("word " * 20 + "::error::x " * 20)), Options(width=40))
    printed = printable_lines(text, {"GITHUB_ACTIONS": "true"})

    assert any(line.lstrip().startswith("::") for line in text.splitlines())
    assert not any(line.lstrip().startswith("::") for line in printed.splitlines())


@pytest.mark.parametrize("width", [40, 60, 100])
def test_lines_fit_the_width(width: int) -> None:
    lines = shown(bad("word " * 40), options=Options(width=width))

    assert width - 5 < max(map(len, lines)) <= width


def test_a_word_that_is_longer_than_a_line_stays_whole() -> None:
    arn = "arn:aws:sns:eu-west-1:111122223333:" + "x" * 60

    assert f"            {arn}" in shown(bad(f"It is {arn} indeed."), options=Options(width=60))


def test_the_resource_with_the_worst_failure_comes_first() -> None:
    worst = {"A": Severity.LOW, "B": Severity.CRITICAL, "C": Severity.HIGH}
    made = audit(
        [rule("sns-topic-odd", lambda resource: [bad(severity=worst[resource.address])])],
        *(topic(name) for name in worst),
    )

    text = render("text", judge(made, Configuration(), TODAY))

    assert re.findall(r"^AWS::SNS::Topic mail\.yaml#(\w)$", text, re.MULTILINE) == ["B", "C", "A"]


def test_what_is_not_shown_is_counted_and_still_decides() -> None:
    lines = shown(bad(severity=Severity.LOW, subject=("a",)), open_(severity=Severity.INFO), min_severity=Severity.HIGH)

    assert lines == [
        "1 resource, 1 rule: 1 failed (1 low), 1 undecided (1 not-here), 0 passed.",
        "Read: mail.yaml (cloudformation).",
        "Not shown: 2 results below high (--min-severity).",
        "failed: 1 finding at or over low",
    ]


def test_an_undecided_check_that_fails_the_gate_stands_with_the_failures() -> None:
    lines = shown(open_(), fail_on_unknown=Severity.HIGH)

    assert lines[:4] == [
        "AWS::SNS::Topic mail.yaml#Orders",
        "  high      sns-topic-odd  mail.yaml:3:3",
        "            Undecided: It is not told.",
        "            open  not-here: parameter Key has no value",
    ]
    assert lines[-1] == "failed: 1 undecided check at or over high"


def many_reasons(options: Options) -> str:
    def reason(resource: object) -> list[Verdict]:
        number = int(resource.address[1:])  # type: ignore[attr-defined]
        return [open_(MISSING if number < 3 else Unknown(Cause.NOT_HERE, f"parameter P{number} has no value"))]

    made = audit([rule("sns-topic-odd", reason)], *(topic(f"T{number}") for number in range(10)))
    return render("text", judge(made, Configuration(), TODAY), options)


def test_reasons_are_grouped_the_most_frequent_first_and_cut_short() -> None:
    lines = many_reasons(Options()).splitlines()

    assert lines[:3] == [
        "Undecided: 10 checks",
        "  not-here (10): given from outside the inputs",
        "    3x parameter Key has no value: sns-topic-odd on mail.yaml#T0",
    ]
    assert lines[7] == "    and 3 for 3 other reasons"


def test_verbose_shows_all_reasons_and_how_every_rule_went() -> None:
    text = many_reasons(Options(verbose=True))

    assert "other reason" not in text
    assert "parameter P9 has no value" in text
    assert re.search(r"^sns-topic-odd +high +0 +10 +0 +0 +0$", text, re.MULTILINE)


def test_an_unknown_format_is_refused_with_the_nearest() -> None:
    with pytest.raises(FormatError, match=r"^there is no format 'jsn'; did you mean 'json'\?$"):
        render("jsn", judged(good()))
    with pytest.raises(FormatError, match=r"^there is no format 'xyz'; use text, json"):
        render("xyz", judged(good()))
