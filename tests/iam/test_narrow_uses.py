"""What records of use tell, and what their silence tells."""

import gzip
import json

import pytest
from narrowing import ACCOUNT, READING, ROLE, TOPIC, USER, accessed, event, trail

from auditor.iam.narrow import Record, UseError, read, read_for_all
from auditor.iam.narrow.uses import Judge, State


def state(record: Record, action: str) -> State:
    return Judge(record).state(action)


def uses(record: Record) -> set[tuple[str, str]]:
    return {(use.action, use.resource) for use in record.uses}


def test_a_call_on_a_topic_names_it() -> None:
    record = trail(event("Subscribe", requestParameters={"topicArn": TOPIC}), event("Subscribe", resources=[]))
    assert uses(record) == {("sns:Subscribe", TOPIC), ("sns:Subscribe", "")}
    assert record.uses[0].context == (("aws:requestedregion", ("eu-west-1",)), ("aws:sourceip", ("198.51.100.7",)))


def test_parameters_of_mail_calls_name_their_resources() -> None:
    record = trail(
        event("DeleteEmailIdentity", source="ses", requestParameters={"emailIdentity": "example.com"}),
        event("GetConfigurationSet", source="ses", requestParameters={"configurationSetName": "main"}),
        event("ListIdentities", source="ses"),
    )
    home = f"arn:aws:ses:eu-west-1:{ACCOUNT}:"
    assert uses(record) == {
        ("ses:DeleteEmailIdentity", home + "identity/example.com"),
        ("ses:GetConfigurationSet", home + "configuration-set/main"),
        ("ses:ListIdentities", "*"),
    }


def test_a_sent_message_may_have_been_raw_and_may_have_used_a_configuration_set() -> None:
    identity = f"arn:aws:ses:eu-west-1:{ACCOUNT}:identity/example.com"
    record = trail(event("SendEmail", source="ses", resources=[{"ARN": identity}]))
    assert uses(record) == {
        (f"ses:{name}", resource) for name in ("SendEmail", "SendRawEmail") for resource in (identity, "")
    }


@pytest.mark.parametrize(
    ("source", "name", "action"),
    [
        ("lambda", "CreateFunction20150331", "lambda:CreateFunction"),
        ("monitoring", "PutMetricAlarm", "cloudwatch:PutMetricAlarm"),
        ("s3", "ListBuckets", "s3:ListAllMyBuckets"),
        ("sns", "PublishBatch", "sns:Publish"),
    ],
)
def test_events_that_are_called_otherwise(source: str, name: str, action: str) -> None:
    assert {use.action for use in trail(event(name, source=source)).uses} == {action}


def test_refused_calls_and_those_of_others_are_no_uses() -> None:
    record = trail(event("Subscribe", errorCode="AuthorizationError"), event("CreateTopic", arn=USER))
    assert record.uses == ()
    assert record.trail is not None
    assert (record.trail.denied, record.trail.events, record.trail.all_events) == (1, 1, 3)


def test_a_call_that_failed_otherwise_was_allowed() -> None:
    assert uses(trail(event("CreateTopic", errorCode="InvalidParameterException"))) == {("sns:CreateTopic", "")}


def test_silence_tells_of_management_calls_only() -> None:
    record = trail(event("Subscribe", requestParameters={"topicArn": TOPIC}))
    assert state(record, "sns:Subscribe") is State.USED
    assert state(record, "sns:DeleteTopic") is State.UNUSED
    assert state(record, "ses:PutIdentityPolicy") is State.UNUSED
    assert state(record, "iam:CreateUser") is State.UNUSED
    for action in ("sns:Publish", "ses:SendEmail", "ses:SendRawEmail", "ses:SendBulkEmail", "iam:PassRole"):
        assert state(record, action) is State.UNDECIDED
    # Whether a trail records these is not known here.
    for action in ("s3:GetObject", "dynamodb:Query", "ec2:RunInstances"):
        assert state(record, action) is State.UNDECIDED


def test_silence_about_reading_tells_nothing_where_no_reading_is_recorded() -> None:
    data = json.dumps({"Records": [event("CreateTopic")]}).encode()
    record = read(data, ROLE, smtp=False)
    assert state(record, "sns:ListTopics") is State.UNDECIDED
    assert state(record, "sns:DeleteTopic") is State.UNUSED


def test_an_event_without_action_takes_the_silence_of_its_service_away() -> None:
    record = trail(event("DoSomethingNew"))
    assert record.trail is not None
    assert record.trail.unnamed == ("sns:DoSomethingNew",)
    assert state(record, "sns:DeleteTopic") is State.UNDECIDED
    assert state(record, "iam:CreateUser") is State.UNUSED


def test_what_a_used_action_needs_is_needed() -> None:
    record = trail(event("CreateFunction20150331", source="lambda"))
    assert state(record, "iam:PassRole") is State.NEEDED


def test_last_accessed_details_tell_of_tracked_actions() -> None:
    record = accessed({"ses": True, "sns": True}, {"ses:CreateConfigurationSet": False, "ses:ListIdentities": True})
    assert state(record, "ses:CreateConfigurationSet") is State.UNUSED
    assert state(record, "ses:ListIdentities") is State.USED
    for action in ("ses:SendEmail", "ses:DeleteIdentity", "sns:Publish", "sqs:SendMessage"):
        assert state(record, action) is State.UNDECIDED


def test_a_service_that_was_not_called_is_unused_but_for_smtp() -> None:
    role, user = accessed({"ses": False, "iam": False}), accessed({"ses": False}, smtp=True)
    assert state(role, "ses:SendRawEmail") is State.UNUSED
    assert state(role, "ses:SendEmail") is State.UNUSED
    assert state(role, "iam:PassRole") is State.UNDECIDED
    assert state(user, "ses:SendRawEmail") is State.UNDECIDED
    assert state(user, "ses:SendEmail") is State.UNUSED


def test_both_kinds_of_data_together() -> None:
    both = trail(event("CreateTopic")).and_(accessed({"sqs": False}))
    assert state(both, "sns:CreateTopic") is State.USED
    assert state(both, "sns:DeleteTopic") is State.UNUSED
    assert state(both, "sqs:SendMessage") is State.UNUSED
    with pytest.raises(ValueError, match="same kind"):
        both.and_(trail())


def test_every_form_of_cloudtrail_is_read() -> None:
    one = event("CreateTopic")
    forms = [
        json.dumps({"Records": [one, READING]}),
        json.dumps({"Records": [one, READING]}, indent=2),
        "\n".join(map(json.dumps, (one, READING))),
        "\n".join(json.dumps({"Records": [each]}) for each in (one, READING)),
        json.dumps({"Events": [{"CloudTrailEvent": json.dumps(each)} for each in (one, READING)]}),
    ]
    for form in forms:
        half = len(form) // 2
        twice = gzip.compress(form[:half].encode()) + gzip.compress(form[half:].encode())
        for data in (form.encode(), gzip.compress(form.encode()), twice):
            record = read(data, ROLE, smtp=False)
            assert record.trail is not None
            assert (record.trail.events, record.trail.all_events) == (1, 2)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"{}", "neither"),
        (b"[1]", "not readable"),
        (b'{"Records": [{}]}', "not readable"),
        (b'{"Records": [' * 3, "not readable"),
        (b"\x1f\x8bnope", "damaged gzip"),
        (gzip.compress(b"{}", mtime=0)[:-9], "damaged gzip"),
        (b"\xff\xfe", "not readable"),
        (b'{"ServicesLastAccessed": 3}', "last-accessed"),
        (b'{"ServicesLastAccessed": [], "JobStatus": "IN_PROGRESS"}', "not completed"),
    ],
)
def test_what_is_no_record_is_refused_with_one_line(data: bytes, message: str) -> None:
    with pytest.raises(UseError, match=message) as error:
        read(data, ROLE, smtp=False)
    assert "\n" not in str(error.value)


def sent(name: str = "SendEmail", **more: object) -> dict[str, object]:
    return event(name, source="ses", eventCategory="Data", **more)


def test_sending_is_unused_only_where_data_events_are_recorded() -> None:
    others = sent(arn=f"arn:aws:iam::{ACCOUNT}:user/somebody")
    with_data, without = trail(others), trail()
    assert with_data.trail is not None
    assert with_data.trail.data == ("ses",)
    for action in ("ses:SendEmail", "ses:SendRawEmail", "ses:SendBulkEmail"):
        assert state(with_data, action) is State.UNUSED
        assert state(without, action) is State.UNDECIDED
    # Those of one service say nothing about another.
    assert state(with_data, "sns:Publish") is State.UNDECIDED


def test_users_may_send_by_smtp_and_topics_are_not_all_that_is_published_to() -> None:
    somebody = f"arn:aws:iam::{ACCOUNT}:user/somebody"
    record = trail(sent(arn=somebody), event("Publish", arn=somebody, managementEvent=False), smtp=True, arn=USER)
    assert state(record, "ses:SendRawEmail") is State.UNDECIDED
    assert state(record, "ses:SendEmail") is State.UNUSED
    # Text messages go to phone numbers, of which no data event is documented: only a grant on * covers them.
    judge = Judge(record)
    assert judge.state("sns:Publish", everywhere=True) is State.UNDECIDED
    assert judge.state("sns:Publish", everywhere=False) is State.UNUSED


@pytest.mark.parametrize(
    ("made", "data"),
    [
        (sent(), ("ses",)),
        (event("SendEmail", source="ses"), ("ses",)),
        (event("SendEmail", source="ses", managementEvent=True), ()),
        # A call about sending that trails record as a management event shows no data events.
        (event("SendCustomVerificationEmail", source="ses"), ()),
        (event("PublishLayerVersion", source="lambda", eventCategory="Data"), ()),
    ],
)
def test_which_events_show_that_data_events_are_recorded(made: dict[str, object], data: tuple[str, ...]) -> None:
    found = trail(made).trail
    assert found is not None
    assert found.data == data


@pytest.mark.parametrize(
    ("parameters", "sender"),
    [
        ({"fromEmailAddress": "a@example.com"}, "a@example.com"),
        ({"source": "Shop, Ltd. <a@example.com>"}, "a@example.com"),
        ({"source": "HIDDEN_DUE_TO_SECURITY_REASONS"}, None),
        ({"source": "a@b@c <x"}, None),
        ({"source": 3}, None),
        ({}, None),
        ([], None),
    ],
)
def test_the_sender_of_recorded_mail(parameters: object, sender: str | None) -> None:
    for use in trail(sent(requestParameters=parameters)).uses:
        assert dict(use.context).get("ses:fromaddress") == ((sender,) if sender else None)


def test_records_of_many_principals_from_one_file() -> None:
    rows = [event("CreateTopic"), event("Subscribe", arn=USER), event("ListTopics", arn=USER), READING]
    found = read_for_all(json.dumps({"Records": rows}).encode(), {ROLE: False, USER: True, "nobody": False})
    assert {arn: {use.action for use in record.uses} for arn, record in found.items()} == {
        ROLE: {"sns:CreateTopic"},
        USER: {"sns:Subscribe", "sns:ListTopics"},
        "nobody": set(),
    }
    assert found[ROLE] == read(json.dumps({"Records": rows}).encode(), ROLE, smtp=False)
    assert [record.trail.all_events for record in found.values() if record.trail is not None] == [4, 4, 4]
    assert found[USER].smtp


def test_last_accessed_details_are_of_one_principal() -> None:
    with pytest.raises(UseError, match="of one principal"):
        read_for_all(b'{"ServicesLastAccessed": []}', {ROLE: False})


def test_what_is_in_vain_is_neither_used_nor_unused() -> None:
    judge = Judge(trail(event("CreateTopic")), frozenset({"sns:CreateTopic", "sns:DeleteTopic"}))
    assert {judge.state("sns:CreateTopic"), judge.state("sns:DeleteTopic")} == {State.VAIN}
    # Nor does it need anything: sns:CreateTopic would need iam:PassRole.
    assert judge.state("iam:PassRole") is State.UNDECIDED
