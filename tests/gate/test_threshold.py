"""Every exit code, and the line that goes with it."""

import pytest
from gate.samples import LIVE, MISSING, TODAY, audit, bad, good, judged, live_topic, open_, rule, topic

from auditor.finding import Severity, Verdict
from auditor.gate.configuration import Configuration
from auditor.gate.outcome import Gap, judge
from auditor.gate.threshold import Exit, closing, exit_code
from auditor.model.coverage import Coverage
from auditor.model.known import Cause, Unknown

HIGH = bad()
LOW = bad(severity=Severity.LOW)
INFO = bad(severity=Severity.INFO)
DENIED = open_(Unknown(Cause.DENIED, "kms:GetKeyPolicy"))
GAP = (Gap(cause=Cause.FAILED, what="b.yaml: not valid YAML"),)
OFF = {"fail_on": None}
UNKNOWN_HIGH = {"fail_on_unknown": Severity.HIGH}


@pytest.mark.parametrize(
    ("verdict", "unread", "settings", "code", "line"),
    [
        (good(), (), {}, 0, "passed"),
        (HIGH, (), {}, 1, "failed: 1 finding at or over low"),
        (LOW, (), {}, 1, "failed: 1 finding at or over low"),
        (INFO, (), {}, 0, "passed"),
        (INFO, (), {"fail_on": Severity.INFO}, 1, "failed: 1 finding at or over info"),
        (LOW, (), {"fail_on": Severity.MEDIUM}, 0, "passed"),
        (HIGH, (), {"fail_on": Severity.HIGH}, 1, "failed: 1 finding at or over high"),
        (HIGH, (), {"fail_on": Severity.CRITICAL}, 0, "passed"),
        (HIGH, (), OFF, 0, "passed"),
        (HIGH, (), {"min_severity": Severity.CRITICAL}, 1, "failed: 1 finding at or over low"),
        (open_(), (), {}, 0, "passed, 1 check undecided"),
        (open_(), (), UNKNOWN_HIGH, 1, "failed: 1 undecided check at or over high"),
        (open_(severity=Severity.LOW), (), UNKNOWN_HIGH, 0, "passed, 1 check undecided"),
        (open_(), (), OFF | UNKNOWN_HIGH, 1, "failed: 1 undecided check at or over high"),
        (good(), GAP, {}, 4, "incomplete"),
        (open_(), GAP, {}, 4, "incomplete, 1 check undecided"),
        (DENIED, (), {}, 4, "incomplete, 1 check undecided"),
        (HIGH, GAP, {}, 1, "failed: 1 finding at or over low; incomplete"),
        (HIGH, GAP, {"require_complete": True}, 4, "incomplete; failed: 1 finding at or over low"),
        (HIGH, (), {"require_complete": True}, 1, "failed: 1 finding at or over low"),
        (good(), GAP, {"require_complete": True}, 4, "incomplete"),
        (good(), (), {"require_complete": True}, 0, "passed"),
    ],
)
def test_exit_code(
    verdict: Verdict, unread: tuple[Gap, ...], settings: dict[str, object], code: int, line: str
) -> None:
    result = judged(verdict, unread=unread, **settings)

    assert exit_code(result) == code
    assert closing(result) == line


def test_a_crashing_rule_makes_the_audit_incomplete() -> None:
    made = audit([rule("sns-topic-odd", lambda _: 1 / 0)], topic("Orders"))  # type: ignore[arg-type, return-value]
    result = judge(made, Configuration(), TODAY)

    assert exit_code(result) is Exit.INCOMPLETE
    assert result.gaps == (Gap(cause=Cause.FAILED, what="rule sns-topic-odd"),)


def test_a_denied_read_makes_the_audit_incomplete() -> None:
    denied = Coverage("111122223333", "eu-west-1", "sns:ListTopics", Unknown(Cause.DENIED, "no permission"))
    made = audit([rule("sns-topic-odd", lambda _: [good()])], live_topic("a"), inputs=(LIVE,), coverage=(denied,))
    result = judge(made, Configuration(), TODAY)

    assert exit_code(result) is Exit.INCOMPLETE
    assert result.gaps == (Gap(cause=Cause.DENIED, what="sns:ListTopics"),)


@pytest.mark.parametrize("require_complete", [True, False])
def test_without_any_readable_input_nothing_else_counts(*, require_complete: bool) -> None:
    made = audit([rule("sns-topic-odd", lambda _: [bad()])], topic("Orders"), inputs=())
    result = judge(made, Configuration(require_complete=require_complete), TODAY, unread=GAP)

    assert exit_code(result) is Exit.NO_INPUT
    assert closing(result) == "no input could be read"


def test_findings_are_counted_apart() -> None:
    rules = [rule("sns-topic-odd", lambda _: [bad()]), rule("sns-topic-open", lambda _: [open_(MISSING)])]
    made = audit(rules, topic("Orders"), topic("Bounces"))
    result = judge(made, Configuration(fail_on_unknown=Severity.CRITICAL), TODAY)

    assert closing(result) == "failed: 2 findings at or over low"
    assert len(result.undecided) == 2
