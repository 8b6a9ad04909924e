"""The mail path as a tree and as JSON."""

import json
import re
from importlib.resources import files

import jsonschema
import pytest
from routes.building import MailPath, known, name

from auditor.model.known import Cause, Unknown
from auditor.model.text import text
from auditor.report import trace_json, trace_text
from auditor.report.masking import Masking, endpoints, unmasked
from auditor.routes.route import Event, Trace


def traced(path: MailPath, *events: Event) -> list[Trace]:
    return [
        Trace(publisher=path.parts["identity"], event=event, routes=path.routes(event), grade=path.grade(event))
        for event in events or (Event.BOUNCE,)
    ]


def tree(path: MailPath, **options: int) -> str:
    return trace_text.render(traced(path), mask=unmasked, **options)


def test_a_tree_with_every_link() -> None:
    assert tree(MailPath()) == (
        """\
example.com (eu-west-1)  bounce: PROGRAMMATIC
├─ default configuration set "main" ................... OK  applies to messages whose sender names no other
│  └─ event destination "bounces" → sns ............... OK  enabled, publishes BOUNCE
│     └─ topic ses-bounces ............................ OK  exists, is standard and in the same Region
│        ├─ topic policy .............................. OK  statement Let allows SES sns:Publish for configuration set
│        │       main
│        ├─ topic key ................................. OK  no KMS key is set, so none has to be granted
│        └─ sqs subscription .......................... OK  is confirmed
│           ├─ filter policy .......................... OK  there is none: everything passes
│           ├─ queue bounce-queue ..................... OK  exists
│           │  ├─ queue policy ........................ OK  statement Let allows SNS sqs:SendMessage for topic
│           │  │       ses-bounces
│           │  └─ queue key ........................... OK  no KMS key is set, so none has to be granted
│           └─ redrive queue bounce-dlq ............... OK  exists
│              ├─ redrive queue policy ................ OK  statement Let allows SNS sqs:SendMessage for topic
│              │       ses-bounces
│              ├─ redrive queue key ................... OK  no KMS key is set, so none has to be granted
│              └─ redrive queue alarm dlq-not-empty ... OK  notifies when messages are in the queue
├─ bounce topic of the identity ....................... ABSENT  none is set
└─ e-mail feedback forwarding ......................... ABSENT  is off
assumed: resource control policies were not read
"""
    )


def test_a_broken_link_shows_why_where_and_the_fix() -> None:
    path = MailPath().change("topic", kms_key=known(text("alias/aws/sns"), 31))
    shown = tree(path)
    assert shown.startswith("example.com (eu-west-1)  bounce: BROKEN\n")
    part = shown[shown.index("│        ├─ topic key alias/aws/sns") : shown.index("│        └─ sqs")]
    lines = [re.sub(r" \.+ ", " … ", line) for line in part.splitlines()]
    assert lines[0].startswith("│        ├─ topic key alias/aws/sns … BROKEN  SES cannot use an AWS managed key")
    assert "│        │     account.json:31: KmsMasterKeyId = alias/aws/sns" in lines
    assert any(line.startswith("│        │     fix: Set a customer managed key on ses-bounces") for line in lines)
    assert any(line.startswith("│        │     locks out: Every principal that uses ses-bounces") for line in lines)


def test_an_undecided_link_shows_what_is_missing() -> None:
    path = MailPath().change("topic", kms_key=Unknown(Cause.DENIED, "sns:GetTopicAttributes was denied"))
    assert "unknown (denied): sns:GetTopicAttributes was denied" in tree(path)


def test_an_identity_that_cannot_send_says_so() -> None:
    shown = tree(MailPath().change("identity", verification_status=known("FAILED", 3))).splitlines()
    assert shown[1] == "identity example.com cannot send: its verification is FAILED"
    assert shown[2] == "account.json:3: VerificationStatus = FAILED"


def test_two_subscriptions_hang_under_one_topic() -> None:
    path = MailPath()
    path.parts["second"] = path.parts["subscription"]
    path.change("second", address="Subscription/second", pending=known(value=True))
    shown = tree(path)
    assert shown.count("topic ses-bounces ..") == 1
    assert shown.count("─ sqs subscription ..") == 2


@pytest.mark.parametrize("width", [20, 80, 200])
def test_details_are_wrapped(width: int) -> None:
    path = MailPath().remove("queue_policy")
    fix = next(line for line in tree(path, width=width).splitlines() if "fix: " in line)
    assert len(fix) <= max(width, 60) + 4


def test_names_of_others_cannot_move_the_cursor() -> None:
    path = MailPath().change("set", name=text("ma\x1b[2Jin")).change("identity", configuration_set=name("ma\x1b[2Jin"))
    path.change("destination", configuration_set=name("ma\x1b[2Jin"))
    shown = tree(path)
    assert "\x1b" not in shown
    assert r'default configuration set "ma\x1b[2Jin"' in shown


def test_colour_only_when_asked() -> None:
    assert "\x1b[32mOK\x1b[0m" in trace_text.render(traced(MailPath()), mask=unmasked, color=True)
    assert "\x1b" not in tree(MailPath())


def mailed() -> MailPath:
    return MailPath().change("subscription", protocol=known("email"), endpoint=known(text("operations@example.net")))


@pytest.mark.parametrize("render", [trace_text.render, trace_json.render])
def test_endpoints_are_masked(render) -> None:  # noqa: ANN001 - one of two functions
    masked = render(traced(mailed()), mask=Masking(endpoints(mailed().inventory)))
    assert "operations@" not in masked
    assert "o…@example.net" in masked
    assert "operations@example.net" in render(traced(mailed()), mask=unmasked)


def test_json_keeps_every_part_of_a_link() -> None:
    path = MailPath().change("topic", kms_key=known(text("alias/aws/sns"), 31))
    (bounce, complaint) = json.loads(trace_json.render(traced(path, *Event), mask=unmasked))["traces"]
    assert (bounce["event"], bounce["grade"], complaint["event"]) == ("BOUNCE", "BROKEN", "COMPLAINT")
    assert bounce["publisher"] == {
        "id": "arn:aws:ses:eu-west-1:111122223333:identity/example.com",
        "type": "AWS::SES::EmailIdentity",
        "address": "EmailIdentity/example.com",
        "name": "example.com",
        "arn": "arn:aws:ses:eu-west-1:111122223333:identity/example.com",
        "account": "111122223333",
        "region": "eu-west-1",
    }
    route = bounce["routes"][0]
    assert (route["way"], route["grade"], route["at_best"]) == ("event-destination", "BROKEN", "BROKEN")
    link = next(link for link in route["links"] if link["name"] == "topic-key")
    assert link["state"] == "BROKEN"
    assert link["evidence"] == [
        {
            "kind": "attribute",
            "text": "KmsMasterKeyId = alias/aws/sns",
            "location": {"path": "account.json", "line": 31, "column": None, "pointer": ""},
        }
    ]
    assert link["fix"]["text"].startswith("Set a customer managed key on ses-bounces")
    assert link["resource"] is None


def test_json_follows_its_schema_and_is_the_same_every_time() -> None:
    schema = json.loads(files("auditor.schemas").joinpath("trace-v1.json").read_text())
    path = MailPath().change("topic_policy", document=Unknown(Cause.DENIED, "denied"))
    first, second = (trace_json.render(traced(path, *Event), mask=unmasked) for _ in range(2))
    jsonschema.validate(json.loads(first), schema)
    assert first == second


def test_json_holds_what_json_cannot() -> None:
    path = MailPath().change("identity", name=text("a\ud800b\x9f##[error]"))
    shown = trace_json.render(traced(path), mask=unmasked)
    assert "a\\\\ud800b\\u009f#\\u0023[error]" in shown
    assert json.loads(shown)["traces"][0]["publisher"]["name"] == "a\\ud800b\x9f##[error]"
