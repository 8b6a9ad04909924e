"""What cannot be read is unknown with its cause, and never an empty list."""

from collections.abc import Callable
from typing import Any

import pytest
from moto_account import ACCOUNT, MotoAccount
from sources.aws.overlay import Call

from auditor.model.iam import User
from auditor.model.inventory import Inventory
from auditor.model.known import Cause, Known, Unknown
from auditor.model.relations import event_destinations, identity_policies, queue, subscriptions, topic_policies
from auditor.model.ses import AccountSettings, ConfigurationSet, EmailIdentity
from auditor.model.sns import Subscription, Topic, TopicPolicy
from auditor.model.text import text
from auditor.sources.aws import calls, collect
from auditor.sources.aws.pacing import Budget

Collect = Callable[..., Inventory]
HERE = f"us-east-1:{ACCOUNT}"
HTML = "<!doctype html><title>404 Not Found</title>"


def row(inventory: Inventory, operation: str, resource: str = "", region: str = "us-east-1") -> Any:
    (found,) = (
        one.complete
        for one in inventory.coverage
        if (one.operation, one.resource, one.region) == (operation, resource, region)
    )
    return found


@pytest.mark.parametrize(
    ("code", "status", "body", "cause", "detail"),
    [
        ("AuthorizationError", 403, None, Cause.DENIED, "access denied (AuthorizationError)"),
        ("AccessDenied", 403, None, Cause.DENIED, "access denied (AccessDenied)"),
        ("Forbidden\x1b[31m", 403, None, Cause.FAILED, "the answer is not readable; the endpoint may not support it"),
        (
            "InvalidClientTokenId",
            403,
            None,
            Cause.FAILED,
            "us-east-1 does not accept the credentials (InvalidClientTokenId): they are wrong or the Region is not enabled",  # noqa: E501 - the whole message
        ),
        (
            "OptInRequired",
            403,
            None,
            Cause.FAILED,
            "us-east-1 does not accept the credentials (OptInRequired): they are wrong or the Region is not enabled",
        ),
        ("ExpiredToken", 403, None, Cause.FAILED, "the credentials have expired (ExpiredToken)"),
        ("InvalidAction", 400, None, Cause.FAILED, "the endpoint does not support it (HTTP 400, InvalidAction)"),
        ("InternalError", 500, None, Cause.FAILED, "server error (HTTP 500, InternalError)"),
        ("InvalidParameter", 400, None, Cause.FAILED, "refused (HTTP 400, InvalidParameter)"),
        ("", 404, HTML, Cause.FAILED, "the answer is not readable; the endpoint may not support it"),
        ("", 200, "no XML", Cause.FAILED, "the answer is not readable; the endpoint may not support it"),
        ("", 200, "", Cause.FAILED, "the answer is not readable; the endpoint may not support it"),
    ],
)
def test_each_kind_of_failure(
    account: MotoAccount, collected: Collect, code: str, status: int, body: str | None, cause: Cause, detail: str
) -> None:
    account.client("sns").create_topic(Name="orders")
    account.overlay.refuse("sns", "ListTopics", code, status, body=body)

    inventory = collected()

    assert row(inventory, "sns:ListTopics") == Unknown(cause, f"sns:ListTopics: {detail}")
    assert row(inventory, "sns:GetTopicAttributes") == row(inventory, "sns:ListTopics")


def test_an_operation_that_the_endpoint_lacks(account: MotoAccount, collected: Collect) -> None:
    account.overlay.refuse("sesv2", "GetAccount", "", 404, body=HTML)

    (settings,) = collected().of(AccountSettings)

    why = Unknown(Cause.FAILED, "ses:GetAccount: the endpoint does not support it (HTTP 404, 404)")
    assert (settings.sending_enabled, settings.suppressed_reasons, settings.pricing_plan) == (why, why, why)


def test_one_topic_that_may_not_be_read(account: MotoAccount, collected: Collect) -> None:
    arns = [account.client("sns").create_topic(Name=name)["TopicArn"] for name in ("a", "b", "c")]
    account.overlay.refuse(
        "sns", "GetTopicAttributes", "AuthorizationError", 403, when=lambda call: call.parameters["TopicArn"] == arns[1]
    )

    inventory = collected()

    why = Unknown(Cause.DENIED, "sns:GetTopicAttributes: access denied (AuthorizationError)")
    assert {str(topic.name): topic.kms_key for topic in inventory.of(Topic)} == {
        "a": Known(None),
        "b": why,
        "c": Known(None),
    }
    policies = {str(policy.name): policy.document for policy in inventory.of(TopicPolicy)}
    assert policies["b"] == why
    assert {name for name, document in policies.items() if isinstance(document, Known)} == {"a", "c"}
    assert [row(inventory, "sns:GetTopicAttributes", arn) for arn in arns] == [
        Known(value=True),
        why,
        Known(value=True),
    ]
    assert row(inventory, "sns:GetTopicAttributes") == Unknown(
        Cause.DENIED, "2 of 3 topics read; sns:GetTopicAttributes: access denied (AuthorizationError)"
    )
    assert topic_policies(inventory, inventory.of(Topic)[1]).complete == why


def test_an_identity_that_may_not_be_read_keeps_what_others_tell(account: MotoAccount, collected: Collect) -> None:
    account.client("sesv2").create_email_identity(EmailIdentity="example.com")
    account.overlay.refuse("sesv2", "GetEmailIdentity", "AccessDeniedException", 403)

    inventory = collected()

    (identity,) = inventory.of(EmailIdentity)
    why = Unknown(Cause.DENIED, "ses:GetEmailIdentity: access denied (AccessDeniedException)")
    assert (identity.dkim_signing, identity.configuration_set, identity.mail_from_domain) == (why, why, why)
    assert (identity.identity_type, identity.verification_status) == (Known("DOMAIN"), Known("SUCCESS"))
    assert (identity.feedback_forwarding, identity.bounce_topic) == (Known(value=True), Known(None))
    policies = identity_policies(inventory, identity)
    assert (policies.items, policies.complete) == ((), why)


def test_event_destinations_that_may_not_be_read(account: MotoAccount, collected: Collect) -> None:
    account.client("sesv2").create_configuration_set(ConfigurationSetName="main")
    account.overlay.refuse("sesv2", "GetConfigurationSetEventDestinations", "AccessDeniedException", 403)

    inventory = collected()

    found = event_destinations(inventory, inventory.of(ConfigurationSet)[0])
    assert found.items == ()
    assert found.complete == Unknown(
        Cause.DENIED, "ses:GetConfigurationSetEventDestinations: access denied (AccessDeniedException)"
    )


def test_a_page_that_fails_keeps_those_before_it(account: MotoAccount, collected: Collect) -> None:
    account.topics(f"topic-{number:03}" for number in range(150))
    account.overlay.refuse(
        "sns", "ListTopics", "AuthorizationError", 403, when=lambda call: bool(call.parameters.get("NextToken"))
    )

    inventory = collected()

    assert [str(topic.name) for topic in inventory.of(Topic)] == [f"topic-{number:03}" for number in range(100)]
    why = Unknown(Cause.DENIED, "sns:ListTopics: access denied (AuthorizationError)")
    assert row(inventory, "sns:ListTopics") == why
    assert row(inventory, "sns:GetTopicAttributes") == why
    assert row(inventory, "sns:GetTopicAttributes", f"arn:aws:sns:{HERE}:topic-099") == Known(value=True)


def test_a_list_that_turns_in_a_circle(account: MotoAccount, collected: Collect) -> None:
    account.overlay.answer("sns", "ListTopics", {"Topics": [], "NextToken": "again"})

    assert row(collected(), "sns:ListTopics") == Unknown(
        Cause.FAILED, "sns:ListTopics: the list does not go on after a page"
    )


def test_subscriptions_of_every_page(account: MotoAccount, collected: Collect) -> None:
    arn = account.client("sns").create_topic(Name="orders")["TopicArn"]
    endpoints = sorted(f"https://example.com/{number:03}" for number in range(130))
    account.subscriptions(arn, endpoints)

    inventory = collected()

    assert sorted(str(one.name) for one in inventory.of(Subscription)) == endpoints
    assert row(inventory, "sns:ListSubscriptions") == Known(value=True)


def item(arn: str, endpoint: str, owner: str) -> dict[str, str]:
    topic = f"arn:aws:sns:{HERE}:orders"
    return {"SubscriptionArn": arn, "TopicArn": topic, "Protocol": "https", "Endpoint": endpoint, "Owner": owner}


def test_subscriptions_that_another_account_made(account: MotoAccount, collected: Collect) -> None:
    arn = account.client("sns").create_topic(Name="orders")["TopicArn"]
    theirs = item(f"{arn}:1", "https://example.com/theirs", "111122223333")
    pending = item("PendingConfirmation", "https://u:not-kept@example.com/new", "111122223333")
    deleted = item("Deleted", "https://example.com/old", ACCOUNT)
    account.overlay.answer("sns", "ListSubscriptions", {"Subscriptions": []})
    account.overlay.answer("sns", "ListSubscriptionsByTopic", {"Subscriptions": [theirs, pending, deleted]})
    account.overlay.answer(
        "sns",
        "GetTopicAttributes",
        {"Attributes": {"Policy": "{}", "SubscriptionsConfirmed": "1", "SubscriptionsPending": "1"}},
    )
    account.overlay.answer("sns", "GetSubscriptionAttributes", {"Attributes": {"PendingConfirmation": "false"}})

    inventory = collected()

    relation = subscriptions(inventory, inventory.of(Topic)[0])
    assert relation.complete == Known(value=True)
    assert {(str(one.endpoint.value), one.pending, one.owner) for one in relation.items} == {
        ("https://example.com/theirs", Known(value=False), Known(text("111122223333"))),
        ("https://{secret}@example.com/new", Known(value=True), Known(text("111122223333"))),
    }
    assert [call.operation for call in account.overlay.calls].count("GetSubscriptionAttributes") == 1


def test_denied_lists_of_subscriptions(account: MotoAccount, collected: Collect) -> None:
    sns = account.client("sns")
    arns = [sns.create_topic(Name=name)["TopicArn"] for name in ("empty", "used")]
    sns.subscribe(TopicArn=arns[1], Protocol="https", Endpoint="https://example.com/")
    account.overlay.refuse("sns", "ListSubscriptions", "AuthorizationError", 403)
    account.overlay.refuse("sns", "ListSubscriptionsByTopic", "AuthorizationError", 403)

    inventory = collected()

    empty, used = (subscriptions(inventory, topic) for topic in inventory.of(Topic))
    assert empty.complete == used.complete
    assert (used.items, used.complete) == (
        (),
        Unknown(Cause.DENIED, "sns:ListSubscriptionsByTopic: access denied (AuthorizationError)"),
    )


def test_a_queue_that_does_not_exist(account: MotoAccount, collected: Collect) -> None:
    sns = account.client("sns")
    gone = f"arn:aws:sqs:{HERE}:gone"
    sns.subscribe(TopicArn=sns.create_topic(Name="orders")["TopicArn"], Protocol="sqs", Endpoint=gone)

    inventory = collected()

    assert queue(inventory, text(gone), inventory.of(Topic)[0]) == Known(None)


def test_a_queue_that_may_not_be_read(account: MotoAccount, collected: Collect) -> None:
    sns = account.client("sns")
    arn = f"arn:aws:sqs:{HERE}:main"
    account.client("sqs").create_queue(QueueName="main")
    sns.subscribe(TopicArn=sns.create_topic(Name="orders")["TopicArn"], Protocol="sqs", Endpoint=arn)
    account.overlay.refuse("sqs", "GetQueueAttributes", "AccessDeniedException", 403)

    inventory = collected()

    found = queue(inventory, text(arn), inventory.of(Topic)[0])
    assert found.value.retention_seconds == Unknown(
        Cause.DENIED, "sqs:GetQueueAttributes: access denied (AccessDeniedException)"
    )


def test_queues_of_other_accounts_and_regions_are_not_asked_for(account: MotoAccount, collected: Collect) -> None:
    sns = account.client("sns")
    arn = sns.create_topic(Name="orders")["TopicArn"]
    others = ("arn:aws:sqs:us-east-1:111122223333:q", f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q")
    for endpoint in others:
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=endpoint)

    inventory = collected()

    assert [call for call in account.overlay.calls if call.service == "sqs"] == []
    found = [queue(inventory, text(endpoint), inventory.of(Topic)[0]) for endpoint in others]
    assert [one.cause for one in found] == [Cause.ELSEWHERE, Cause.ELSEWHERE]


def test_a_region_that_is_not_reachable(account: MotoAccount, collected: Collect) -> None:
    account.client("sns").create_topic(Name="orders")
    for service in ("sns", "ses", "sesv2", "kms", "cloudwatch"):
        account.overlay.hang_up(service, when=lambda call: call.region == "eu-west-1")

    inventory = collected(regions=("us-east-1", "eu-west-1"))

    why = "no connection to eu-west-1 (ConnectionClosedError)"
    assert row(inventory, "sns:ListTopics", region="eu-west-1") == Unknown(Cause.FAILED, f"sns:ListTopics: {why}")
    assert row(inventory, "ses:GetAccount", region="eu-west-1") == Unknown(Cause.FAILED, f"ses:GetAccount: {why}")
    assert [str(topic.name) for topic in inventory.of(Topic)] == ["orders"]
    assert row(inventory, "sns:ListTopics") == Known(value=True)


def test_a_throttled_call_is_sent_again(
    account: MotoAccount, collected: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "FIRST_PAUSE_SECONDS", 0.01)
    account.client("sns").create_topic(Name="orders")
    account.overlay.refuse("sns", "GetTopicAttributes", "Throttling", 400, times=5)

    inventory = collected()

    assert row(inventory, "sns:GetTopicAttributes") == Known(value=True)
    assert [call.operation for call in account.overlay.calls].count("GetTopicAttributes") == 6


def test_a_call_that_stays_throttled(account: MotoAccount, collected: Collect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(calls, "ATTEMPTS", 2)
    account.overlay.refuse("sesv2", "GetAccount", "TooManyRequestsException", 429)

    inventory = collected()

    assert inventory.of(AccountSettings)[0].sending_enabled == Unknown(
        Cause.FAILED, "ses:GetAccount: throttled, also after waiting (TooManyRequestsException)"
    )


def test_what_was_not_read_before_the_time_limit(
    account: MotoAccount, collected: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a clock that goes on by a second with each call of SES: seven calls come before the first identity."""
    ses = account.client("sesv2")
    for number in range(5):
        ses.create_email_identity(EmailIdentity=f"d{number}.example.com")
    now = [0.0]

    def tick(call: Call) -> None:
        now[0] += call.service in {"ses", "sesv2"}

    account.overlay.before = tick
    monkeypatch.setattr(collect, "Budget", lambda _: Budget(8.0, clock=lambda: now[0]))

    inventory = collected(jobs=1, max_time=8.0)

    why = Unknown(Cause.LIMIT, "ses:GetEmailIdentity: not read before the time limit of 8 s")
    read = [isinstance(identity.dkim_signing, Known) for identity in inventory.of(EmailIdentity)]
    assert read == [True, True, False, False, False]
    assert [identity.dkim_signing for identity in inventory.of(EmailIdentity)][2:] == [why] * 3
    assert row(inventory, "ses:GetEmailIdentity") == Unknown(Cause.LIMIT, f"2 of 5 identities read; {why.detail}")
    assert row(inventory, "ses:ListEmailIdentities") == Known(value=True)


@pytest.mark.parametrize("body", ["", "<html><body>Sign in</body></html>", '{"EmailIdentities": [', "{}", "\xff"])
def test_what_is_no_answer_tells_nothing(account: MotoAccount, collected: Collect, body: str) -> None:
    """botocore takes a page of a proxy, or an answer that was cut off, for an empty one."""
    account.client("sesv2").create_email_identity(EmailIdentity="example.com")
    account.overlay.refuse("sesv2", "ListEmailIdentities", "", 200, body=body)

    complete = row(collected(), "ses:ListEmailIdentities")

    assert (complete.cause, complete.detail) == (
        Cause.FAILED,
        "ses:ListEmailIdentities: the answer is not as documented: Object missing required field `EmailIdentities`"
        if body == "{}"
        else "ses:ListEmailIdentities: the answer is not readable; the endpoint may not support it",
    )


@pytest.mark.parametrize("operation", ["GetConfigurationSet", "GetConfigurationSetEventDestinations"])
def test_a_configuration_set_of_which_an_answer_was_cut_off(
    account: MotoAccount, collected: Collect, operation: str
) -> None:
    account.client("sesv2").create_configuration_set(ConfigurationSetName="main")
    account.overlay.refuse("sesv2", operation, "", 200, body='{"ConfigurationSetName": "ma')

    inventory = collected()

    why = Unknown(Cause.FAILED, f"ses:{operation}: the answer is not readable; the endpoint may not support it")
    (found,) = inventory.of(ConfigurationSet)
    if operation == "GetConfigurationSet":
        assert (found.tls_policy, found.sending_enabled, found.tracking_domain) == (why, why, why)
    else:
        assert event_destinations(inventory, found).complete == why


def test_what_was_deleted_since_it_was_listed_is_not_there(account: MotoAccount, collected: Collect) -> None:
    sns, ses, iam = account.client("sns"), account.client("sesv2"), account.client("iam")
    for name in ("here", "gone"):
        sns.create_topic(Name=name)
        ses.create_email_identity(EmailIdentity=f"{name}.example.com")
        ses.create_configuration_set(ConfigurationSetName=name)
        iam.create_user(UserName=name)
    topic = f"arn:aws:sns:{HERE}:here"
    made = [sns.subscribe(TopicArn=topic, Protocol="https", Endpoint=f"https://{n}.example.com/") for n in ("a", "b")]
    kept, deleted = (one["SubscriptionArn"] for one in made)
    gone = {"gone", "gone.example.com", f"arn:aws:sns:{HERE}:gone", deleted}
    for service, operation, code in (
        ("sns", "GetTopicAttributes", "NotFound"),
        ("sns", "GetSubscriptionAttributes", "NotFound"),
        ("sesv2", "GetEmailIdentity", "NotFoundException"),
        ("sesv2", "GetConfigurationSetEventDestinations", "NotFoundException"),
        ("iam", "ListAccessKeys", "NoSuchEntity"),
    ):
        account.overlay.refuse(
            service, operation, code, 404, when=lambda call: not gone.isdisjoint(call.parameters.values())
        )

    inventory = collected()

    assert [str(one.name) for one in inventory.of(Topic)] == ["here"]
    assert [str(one.arn) for one in inventory.of(Subscription)] == [kept]
    assert [str(one.name) for one in inventory.of(EmailIdentity)] == ["here.example.com"]
    assert [str(one.name) for one in inventory.of(ConfigurationSet)] == ["here"]
    assert [str(one.name) for one in inventory.of(User)] == ["here"]
    for operation in ("sns:GetTopicAttributes", "ses:GetEmailIdentity", "ses:GetConfigurationSet"):
        assert row(inventory, operation) == Known(value=True)
    assert row(inventory, "iam:ListAccessKeys", region="global") == Known(value=True)
