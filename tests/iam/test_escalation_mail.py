from typing import Any

import msgspec
import pytest
from escalating import ACCOUNT, ADMIN, Account, allow, deny, of, trusting

from auditor.iam.escalation import Escalation, Standing
from auditor.iam.escalation.mailways import Way, explained, mail_report
from auditor.model.inventory import Inventory, merge
from auditor.model.known import Known, Truth
from auditor.model.policy import Document
from auditor.model.ses import ConfigurationSet, EmailIdentity, EventDestination
from auditor.model.sns import Topic, TopicPolicy
from auditor.model.text import text

WHERE: dict[str, Any] = {
    "deployment": f"aws:{ACCOUNT}:eu-west-1",
    "account": text(ACCOUNT),
    "region": text("eu-west-1"),
}


def regional(service: str, name: str) -> str:
    return f"arn:aws:{service}:eu-west-1:{ACCOUNT}:{name}"


def station(kind: type[Any], service: str, resource: str, name: str, **more: Any) -> Any:
    return kind(address=name, name=text(name), arn=text(regional(service, resource)), **WHERE, **more)


def mail(*policies: dict[str, Any]) -> Inventory:
    topic = regional("sns", "feedback")
    no_topics = {name: Known(None) for name in ("bounce_topic", "complaint_topic", "delivery_topic")}
    found: list[Any] = [
        station(Topic, "sns", "feedback", "feedback"),
        station(Topic, "sns", "orders", "orders"),
        station(ConfigurationSet, "ses", "configuration-set/main", "main"),
        station(EmailIdentity, "ses", "identity/example.com", "example.com", **no_topics),
        EventDestination(
            address="events", name=text("events"), configuration_set=Known(text("main")),
            topic=Known(text(topic)), **WHERE,
        ),
    ]  # fmt: skip
    found.extend(
        TopicPolicy(
            address="policy", name=text("feedback"), topics=Known((text(topic),)),
            document=Known(Document(json=msgspec.json.encode(each).decode())), **WHERE,
        )
        for each in policies
    )  # fmt: skip
    return Inventory(resources=tuple(found))


def ways(account: Account, inventory: Inventory | None = None, name: str = "ann") -> dict[str, Way]:
    both = account.inventory if inventory is None else merge([account.inventory, inventory])
    search = Escalation(both)
    found, _ = mail_report(search, search.rights)
    return {way.path.id: way for way in found if str(way.principal.name) == name}


def test_who_can_cut_the_topic_that_carries_mail() -> None:
    account = Account()
    account.user("ann", allow("sns:SetTopicAttributes", on=regional("sns", "feedback")))
    account.user("bob", allow("sns:SetTopicAttributes", on=regional("sns", "orders")))
    found = ways(account, mail())
    assert {id_: way.stations for id_, way in found.items()} == {"sns-topic-attributes": ("feedback",)}
    assert found["sns-topic-attributes"].truth is Truth.TRUE
    assert ways(account, mail(), "bob") == {}


def test_the_policy_of_the_topic_counts_too() -> None:
    account = Account()
    ann = account.user("ann")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": ann},
        "Action": ["sns:Subscribe", "sns:DeleteTopic"],
        "Resource": regional("sns", "feedback"),
    }
    found = ways(account, mail({"Version": "2012-10-17", "Statement": [statement]}))
    assert set(found) == {"sns-subscribe", "sns-delete-topic"}


@pytest.mark.parametrize(
    ("action", "path"),
    [
        ("ses:SetIdentityNotificationTopic", "ses-notification-topic"),
        ("ses:CreateReceiptRule", "ses-create-receipt-rule"),
        ("ses:UpdateReceiptRule", "ses-update-receipt-rule"),
        ("ses:SetActiveReceiptRuleSet", "ses-active-rule-set"),
        ("ses:PutIdentityPolicy", "ses-put-identity-policy"),
    ],
)
def test_actions_without_a_resource_need_every_resource(action: str, path: str) -> None:
    account = Account()
    account.user("ann", allow(action))
    account.user("bob", allow(action, on=regional("ses", "identity/example.com")))
    assert set(ways(account, mail())) == {path}
    assert ways(account, mail(), "bob") == {}


def test_who_can_let_others_send_and_point_events_elsewhere() -> None:
    account = Account()
    own = regional("ses", "identity/example.com")
    account.user(
        "ann",
        allow("ses:CreateEmailIdentityPolicy", on=own),
        allow("ses:UpdateConfigurationSetEventDestination", on=regional("ses", "configuration-set/*")),
    )
    found = ways(account, mail())
    assert {id_: way.stations for id_, way in found.items()} == {
        "ses-create-identity-policy": ("example.com",),
        "ses-update-event-destination": ("main",),
    }


def test_the_policy_of_the_topic_lets_in_whom_it_names_and_nobody_else() -> None:
    account = Account()
    ann, bob = account.user("ann"), account.user("bob")
    root = f"arn:aws:iam::{ACCOUNT}:root"
    for named, lets_in in (
        ({"AWS": ann}, True),
        ("*", True),
        ({"AWS": [bob, root]}, False),
        ({"AWS": "9" * 12}, False),
    ):
        statement = {
            "Effect": "Allow",
            "Principal": named,
            "Action": "sns:Subscribe",
            "Resource": regional("sns", "feedback"),
        }
        found = ways(account, mail({"Version": "2012-10-17", "Statement": [statement]}))
        assert set(found) == ({"sns-subscribe"} if lets_in else set())


def test_a_way_names_the_statement_that_gives_it_and_what_would_stop_it() -> None:
    account = Account()
    account.user("ann", managed=[account.managed("events", allow("sns:DeleteTopic", "ses:DeleteIdentity", Sid="Cut"))])
    account.user("bob")
    letting_bob = {
        "Sid": "Bob",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"},
        "Action": "sns:Subscribe",
        "Resource": regional("sns", "feedback"),
    }
    search = Escalation(merge([account.inventory, mail({"Version": "2012-10-17", "Statement": [letting_bob]})]))
    found = {way.path.id: explained(way, search) for way in mail_report(search, search.rights)[0]}
    topic = regional("sns", "feedback")
    given = {
        name: [(grant.policy, grant.statement) for grant in each.permissions[0].given_by]
        for name, each in found.items()
    }
    assert given == {
        "sns-delete-topic": [("events", "Cut")],
        "ses-delete-identity-v1": [("events", "Cut")],
        "sns-subscribe": [(f"the policy of {topic}", "Bob")],
    }
    assert {name: each.fix.text for name, each in found.items()} == {
        "sns-delete-topic": (
            "limit sns:DeleteTopic to other resources than feedback: statement Cut of policy events gives it"
        ),
        "ses-delete-identity-v1": (
            "take ses:DeleteIdentity away, which cannot be limited to a resource:"
            " statement Cut of policy events gives it"
        ),
        "sns-subscribe": f"take user bob out of the principals of the policy of {topic}: statement Bob names it",
    }
    assert found["sns-subscribe"].fix.locks_out == (f"user bob can no longer do sns:Subscribe on {topic}",)


def test_the_right_to_send_of_another_user_is_given_by_the_policies_of_that_user() -> None:
    account = Account()
    account.user("ann", allow("iam:CreateAccessKey", Sid="Key"))
    account.user("joe", managed=[account.managed("send", allow("ses:SendEmail", Sid="Send"))])
    search = Escalation(account.inventory)
    (way,) = (each for each in mail_report(search, search.rights)[0] if each.path.id == "ses-smtp-key")
    found = explained(way, search)
    assert [[(grant.policy, grant.statement) for grant in each.given_by] for each in found.permissions] == [
        [("own", "Key")],
        [("send", "Send")],
    ]
    assert found.fix.text == (
        "limit iam:CreateAccessKey to the caller's own user (${aws:username}): statement Key of policy own gives it"
    )


def test_where_no_station_is_known_some_is_asked_about() -> None:
    account = Account()
    account.user("ann", allow("sqs:PurgeQueue", "lambda:UpdateFunctionCode"), deny("lambda:*"))
    found = ways(account)
    assert {id_: way.stations for id_, way in found.items()} == {"sqs-purge": ("some queue",)}


def test_a_stream_needs_a_role_that_ses_may_use() -> None:
    account = Account()
    account.role("stream", trusting(service="ses.amazonaws.com"))
    account.role("other", trusting(service="lambda.amazonaws.com"))
    create = allow("ses:CreateConfigurationSetEventDestination")
    account.user("ann", create, allow("iam:PassRole", on=account.arn("role", "stream")))
    account.user("bob", create, allow("iam:PassRole", on=account.arn("role", "other")))
    assert "ses-event-destination-stream" in ways(account, mail())
    assert set(ways(account, mail(), "bob")) == {"ses-create-event-destination"}


def test_smtp_credentials_come_from_keys_of_users_that_may_send() -> None:
    account = Account()
    account.user("smtp", allow("ses:SendRawEmail"))
    account.user("ann", allow("iam:CreateAccessKey", on=account.arn("user", "smtp")))
    account.user("bob", allow("iam:CreateAccessKey", on=account.arn("user", "ann")))
    found = ways(account, mail())
    assert found["ses-smtp-key"].stations == ("smtp",)
    assert ways(account, mail(), "bob") == {}


def test_the_right_to_send_is_reached_by_chains() -> None:
    account = Account()
    account.role("mailer", trusting(service="lambda.amazonaws.com"), allow("ses:SendEmail"))
    work = allow("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction")
    account.user("ann", work)
    account.user("bob", allow("s3:GetObject"))
    search = Escalation(account.inventory)
    _, sending = mail_report(search, search.rights)
    by = {str(each.principal.name): each for each in sending}
    assert by["mailer"].standing is Standing.HAS
    assert by["ann"].standing is Standing.CAN_GET
    assert [step.path.id for step in by["ann"].chain] == ["lambda-001"]
    assert by["bob"].standing is Standing.CANNOT
    assert of(search, "ann").standing is Standing.CANNOT


def test_administrators_are_left_out() -> None:
    account = Account()
    account.user("ann", ADMIN)
    assert ways(account, mail()) == {}
