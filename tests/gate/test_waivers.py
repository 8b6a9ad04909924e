"""Which results a waiver covers, and until when."""

from datetime import date, timedelta

import pytest
from gate.samples import TODAY, audit, bad, good, live_topic, open_, rule, topic
from hypothesis import given
from hypothesis import strategies as st

from auditor.engine import Audit
from auditor.gate.configuration import Configuration
from auditor.gate.outcome import judge
from auditor.gate.waivers import Waiver, apply, matches
from auditor.model.known import Cause, Known, Unknown
from auditor.model.text import Symbol, text

ODD = rule("sns-topic-odd", lambda _: [bad()])
TAGGED = Known({"team": text("sandbox"), "stage": text(Symbol("Stage"))})


def waiver(**parts: object) -> Waiver:
    return Waiver(**({"reason": "accepted", "until": TODAY} | parts))  # type: ignore[arg-type]  # a test's parts


def covered(audit: Audit, *waivers: Waiver, today: date = TODAY) -> list[str]:
    marks = apply(audit.results, waivers, today).by_result
    return sorted(result.resource.address for result in audit.results if result.fingerprint in marks)


def test_by_fingerprint() -> None:
    made = audit([ODD], topic("Orders"), topic("Bounces"))

    assert covered(made, waiver(fingerprint=made.results[0].fingerprint)) == [made.results[0].resource.address]


@pytest.mark.parametrize(
    ("pattern", "addresses"),
    [
        ("Orders", ["Orders"]),
        ("mail.yaml#Orders", ["Orders"]),
        ("bounce-topic", ["Bounces"]),
        ("mail.yaml#*", ["Bounces", "Orders"]),
        ("*o*", ["Bounces", "topic/live"]),
        ("arn:aws:sns:eu-west-1:111122223333:live", ["topic/live"]),
        ("arn:aws:sns:*:live", ["topic/live"]),
        ("orders", []),
        ("Order", []),
        ("{Orders.TopicName}", []),
    ],
)
def test_by_rule_and_resource(pattern: str, addresses: list[str]) -> None:
    made = audit([ODD], topic("Orders"), topic("Bounces", name="bounce-topic"), live_topic("live"))

    assert covered(made, waiver(rule="sns-topic-odd", resource=pattern)) == addresses
    assert covered(made, waiver(rule="sns-topic-even", resource=pattern)) == []


@pytest.mark.parametrize(
    ("tag", "addresses"),
    [(("team", "sandbox"), ["Orders"]), (("team", "sand"), []), (("stage", "prod"), []), (("none", ""), [])],
)
def test_by_rule_and_tag_if_it_is_told(tag: tuple[str, str], addresses: list[str]) -> None:
    made = audit(
        [ODD],
        topic("Orders", tags=TAGGED),
        topic("Plain", tags=Known({})),
        topic("Unread", tags=Unknown(Cause.DENIED, "tags")),
    )

    assert covered(made, waiver(rule="sns-topic-odd", tag=tag)) == addresses


def test_it_holds_until_the_end_of_its_last_day() -> None:
    made = audit([ODD], topic("Orders"))
    accepted = waiver(rule="sns-topic-odd", resource="*", until=TODAY)

    assert covered(made, accepted, today=TODAY) == ["Orders"]
    assert covered(made, accepted, today=TODAY + timedelta(days=1)) == []


def test_used_unused_and_expired() -> None:
    made = audit([ODD, rule("sns-topic-fine", lambda _: [good()])], topic("Orders"), topic("Bounces"))
    prints = tuple(sorted(result.fingerprint for result in made.results))
    used = waiver(rule="sns-topic-odd", resource="*")
    also = waiver(rule="sns-topic-odd", resource="Orders", reason="twice")
    unused = waiver(rule="sns-topic-fine", resource="*")
    gone = waiver(fingerprint="v1:" + "0" * 32)
    expired = waiver(rule="sns-topic-odd", resource="*", until=TODAY - timedelta(days=1))
    idle = waiver(rule="sns-topic-fine", resource="*", until=date(2020, 1, 1))

    waived = apply(made.results, (expired, used, also, unused, gone, idle), TODAY)

    assert waived.used == (used, also)
    assert waived.unused == (unused, gone)
    assert waived.expired == (expired, idle)
    assert dict(waived.by_result) == dict.fromkeys(prints, used)
    assert waived.covered[expired] == prints
    assert waived.covered[idle] == ()


def test_a_waived_result_stays_and_does_not_fail_the_gate() -> None:
    made = audit([ODD, rule("sns-topic-open", lambda _: [open_()])], topic("Orders"))
    waivers = (waiver(rule="sns-topic-odd", resource="*"), waiver(rule="sns-topic-open", resource="*"))

    before = judge(made, Configuration(), TODAY)
    after = judge(made, Configuration(waivers=waivers), TODAY)

    assert [result.rule.id for result in before.failing] == ["sns-topic-odd"]
    assert [result.rule.id for result in before.undecided] == ["sns-topic-open"]
    assert (after.failing, after.undecided, after.failed) == ((), (), False)
    assert after.audit.results == made.results


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("a*", "a", True),
        ("*a*a*", "a", False),
        ("a*a", "a", False),
        ("a*b*c", "a-b-b-c", True),
        ("a*bc*c", "abc", False),
        ('aws_sns_topic.t["eu"]', 'aws_sns_topic.t["eu"]', True),
        ('aws_sns_topic.t["eu"]', "aws_sns_topic.te", False),
        ("a?c", "abc", False),
    ],
)
def test_patterns(pattern: str, name: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert matches(pattern, name) is expected


@given(st.lists(st.text("ab", max_size=3), min_size=1), st.data())
def test_a_pattern_matches_whatever_fills_its_stars(pieces: list[str], data: st.DataObject) -> None:
    filled = pieces[0] + "".join(data.draw(st.text("ab", max_size=3)) + piece for piece in pieces[1:])

    assert matches("*".join(pieces), filled)
    assert not matches("*".join(pieces), filled + "c") or pieces[-1] == ""
