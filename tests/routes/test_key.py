"""Whether SES can use the topic's key, and SNS the queue's."""

import msgspec
import pytest
from routes.building import ACCOUNT, MailPath, allow, gap, known, lines, name

from auditor.model.kms import Alias, Key
from auditor.model.known import Cause, Unknown
from auditor.model.text import text
from auditor.routes.route import Grade, Link, State

KMS = ["kms:GenerateDataKey*", "kms:Decrypt"]
SES = allow("ses.amazonaws.com", KMS)
OWNER = {
    "Sid": "Owner",
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    "Action": "kms:*",
    "Resource": "*",
}
NOT_READ = Unknown(Cause.DENIED, "kms:GetKeyPolicy was denied")


def topic_key(path: MailPath) -> Link:
    return path.link("topic-key")


def test_no_key_needs_no_grant() -> None:
    link = topic_key(MailPath())
    assert (link.state, link.message) == (State.OK, "no KMS key is set, so none has to be granted")


def test_a_key_that_grants_ses() -> None:
    path = MailPath().encrypt("topic", OWNER, SES)
    link = topic_key(path)
    assert (link.state, link.title) == (State.OK, "topic key alias/mail")
    assert link.resource == path.parts["key"]
    assert path.grade() is Grade.PROGRAMMATIC


@pytest.mark.parametrize("alias", ["alias/aws/sns", "arn:aws:kms:eu-west-1:111122223333:alias/aws/sns"])
def test_managed_alias(alias: str) -> None:
    link = topic_key(MailPath().change("topic", kms_key=known(text(alias), 31)))
    assert (link.state, lines(link)) == (State.BROKEN, ["account.json:31"])
    assert link.message.startswith("SES cannot use an AWS managed key")
    assert link.fix is not None
    assert "customer managed key" in link.fix.text
    assert "ses-bounces through the AWS managed key" in link.fix.locks_out[0]


def test_managed_key_by_its_id() -> None:
    path = MailPath().encrypt("topic", SES, manager=known("AWS", 40))
    link = topic_key(path)
    assert (link.state, lines(link)) == (State.BROKEN, ["account.json:40"])


def test_only_the_owner_is_granted() -> None:
    path = MailPath().encrypt("topic", OWNER)
    link = topic_key(path)
    assert link.state is State.BROKEN
    assert link.message == "does not allow SES kms:GenerateDataKey and kms:Decrypt for configuration set main"
    assert link.fix is not None
    assert "without conditions on aws:SourceArn" in link.fix.text
    assert path.grade() is Grade.BROKEN


@pytest.mark.parametrize("action", KMS)
def test_both_actions_are_needed(action: str) -> None:
    assert topic_key(MailPath().encrypt("topic", allow("ses.amazonaws.com", action))).state is State.BROKEN


def test_deny_wins() -> None:
    deny = {"Sid": "No", "Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}
    assert topic_key(MailPath().encrypt("topic", SES, deny)).state is State.BROKEN


def test_grant_on_conditions_that_ses_may_not_meet() -> None:
    statement = allow("ses.amazonaws.com", KMS, StringEquals={"aws:SourceAccount": ACCOUNT})
    link = topic_key(MailPath().encrypt("topic", statement))
    assert link.state is State.UNKNOWN
    assert gap(link).cause is Cause.UNDECIDED
    assert "whether SES sends aws:SourceArn and aws:SourceAccount to KMS" in gap(link).detail


def test_grant_on_another_account_is_broken_either_way() -> None:
    statement = allow("ses.amazonaws.com", KMS, StringEquals={"aws:SourceAccount": "444455556666"})
    assert topic_key(MailPath().encrypt("topic", statement)).state is State.BROKEN


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"state": known("PendingDeletion", 51)}, "the key is PendingDeletion"),
        ({"enabled": known(value=False, line=51)}, "the key is disabled"),
        ({"spec": known("RSA_2048", 51)}, "only symmetric keys can encrypt topics and queues, and this is RSA_2048"),
    ],
)
def test_unusable_keys(fields: dict, message: str) -> None:
    path = MailPath().encrypt("topic", SES)
    path.change("key", **fields)
    link = topic_key(path)
    assert (link.state, link.message, lines(link)) == (State.BROKEN, message, ["account.json:51"])


def test_other_region() -> None:
    path = MailPath().encrypt("topic", SES)
    link = topic_key(path.change("key", region=text("us-east-1")))
    assert (link.state, link.message) == (State.BROKEN, "the key is in us-east-1, ses-bounces in eu-west-1")


class TestNotTold:
    def test_whether_there_is_a_key(self) -> None:
        assert topic_key(MailPath().change("topic", kms_key=NOT_READ)).unknowns == (NOT_READ,)

    def test_the_policy(self) -> None:
        link = topic_key(MailPath().encrypt("topic").change("key", policy=NOT_READ))
        assert (link.state, link.unknowns) == (State.UNKNOWN, (NOT_READ,))

    def test_the_state(self) -> None:
        path = MailPath().encrypt("topic", SES).change("key", state=NOT_READ, enabled=NOT_READ)
        assert topic_key(path).unknowns == (NOT_READ,)
        assert path.grade() is Grade.UNKNOWN

    def test_one_of_state_and_enabled_is_enough(self) -> None:
        assert topic_key(MailPath().encrypt("topic", SES).change("key", enabled=NOT_READ)).state is State.OK
        assert topic_key(MailPath().encrypt("topic", SES).change("key", state=NOT_READ)).state is State.OK

    def test_the_manager(self) -> None:
        assert topic_key(MailPath().encrypt("topic", SES).change("key", manager=NOT_READ)).unknowns == (NOT_READ,)

    def test_keys_were_not_read(self) -> None:
        path = MailPath().encrypt("topic", SES).remove("key", "alias").leave_unread(Key, Alias)
        link = topic_key(path)
        assert (link.state, gap(link).cause) == (State.UNKNOWN, Cause.ELSEWHERE)

    def test_no_such_alias(self) -> None:
        link = topic_key(MailPath().change("topic", kms_key=name("alias/gone")))
        assert (link.state, link.message) == (State.BROKEN, "no such key or alias exists")


class TestQueueKey:
    def test_sns_must_be_granted(self) -> None:
        link = MailPath().encrypt("queue", SES).link("endpoint-key")
        assert link.state is State.BROKEN
        assert link.message.startswith("does not allow SNS kms:GenerateDataKey and kms:Decrypt")

    def test_sns_sends_its_source_to_kms(self) -> None:
        topic = "arn:aws:sns:eu-west-1:111122223333:ses-bounces"
        statement = allow("sns.amazonaws.com", KMS, ArnEquals={"aws:SourceArn": topic})
        assert MailPath().encrypt("queue", statement).link("endpoint-key").state is State.OK

    def test_managed_alias(self) -> None:
        link = MailPath().change("queue", kms_key=name("alias/aws/sqs")).link("endpoint-key")
        assert (link.state, link.title) == (State.BROKEN, "queue key alias/aws/sqs")

    def test_redrive_queue(self) -> None:
        path = MailPath().change("redrive", kms_key=name("alias/aws/sqs"))
        assert path.link("redrive-queue-key").state is State.BROKEN
        # The redrive queue is a safety net: events arrive without it.
        assert path.grade() is Grade.PROGRAMMATIC


@pytest.mark.parametrize(
    ("account", "state"), [(ACCOUNT, State.OK), ("444455556666", State.UNKNOWN)], ids=["own", "of another account"]
)
def test_an_alias_by_its_arn(account: str, state: State) -> None:
    path = MailPath().encrypt("topic", OWNER, SES)
    path.change("topic", kms_key=name(f"arn:aws:kms:eu-west-1:{account}:alias/mail"))
    assert topic_key(path).state is state


def test_an_alias_that_may_not_exist() -> None:
    why = Unknown(Cause.NOT_HERE, "condition IsProduction")
    path = MailPath().encrypt("topic", OWNER, SES).change("alias", uncertain=why)
    link = topic_key(path)
    assert (link.state, link.unknowns) == (State.UNKNOWN, (why,))


def test_an_alias_of_an_alias_is_refused() -> None:
    path = MailPath().encrypt("topic", OWNER, SES)
    path.parts["alias"] = msgspec.structs.replace(path.parts["alias"], key=name("alias/mail"))
    why = Unknown(Cause.FAILED, "alias/mail is of alias/mail, and KMS takes no alias of an alias")
    assert topic_key(path).unknowns == (why,)
