"""Usage that follows from what the inventory connects."""

from decimal import Decimal
from textwrap import indent

import msgspec
import pytest
from estimating import line, of, open_ends, subscription, topic, usage
from sources.templates import HERE, inventory

from auditor.model.coverage import Coverage
from auditor.model.inventory import Inventory
from auditor.model.known import Known
from pricing.derived import derive, estimate_all
from pricing.result import Estimate
from pricing.usage.usage import Entry

TOPIC = "arn:aws:sns:eu-west-1:111122223333:Feedback"
HEAD = """\
Resources:
  Feedback: {Type: AWS::SNS::Topic, Properties: {TopicName: Feedback}}
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Feedback]
      PolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: PRINCIPAL}, Action: sns:Publish, Resource: !Ref Feedback}]
  Set: {Type: AWS::SES::ConfigurationSet, Properties: {Name: mail}}
  Destination:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties:
      ConfigurationSetName: !Ref Set
      EventDestination: {Enabled: true, MatchingEventTypes: EVENTS, SnsDestination: {TopicARN: !Ref Feedback}}
"""
IDENTITY = """\
  NAME:
    Type: AWS::SES::EmailIdentity
    Properties: {EmailIdentity: NAME.example, ConfigurationSetAttributes: {ConfigurationSetName: !Ref Set}}
"""


def mail(
    events: str = "[BOUNCE, COMPLAINT]", *identities: str, principal: str = "ses.amazonaws.com", more: str = ""
) -> str:
    """A template of identities that publish to one topic."""
    head = HEAD.replace("EVENTS", events).replace("PRINCIPAL", principal)
    return head + "".join(IDENTITY.replace("NAME", name) for name in identities or ("shop",)) + indent(more, "  ")


def subscribed(name: str, protocol: str, endpoint: str, **more: str) -> str:
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    what = f"TopicArn: !Ref Feedback, Protocol: {protocol}, Endpoint: {endpoint}{extra}"
    return f"{name}: {{Type: AWS::SNS::Subscription, Properties: {{{what}}}}}\n"


def found(template: str, *entries: Entry) -> Estimate:
    return estimate_all(inventory(template, bindings=HERE), usage(*entries, eu_west_1="NONE"))


def sent(recipients: int | None, **more: Decimal | int | str | None) -> Entry:
    return of(
        "ses@eu-west-1",
        ses__outbound__recipients=recipients,
        ses__attachments__gb=0,
        ses__data_transfer__out_gb=0,
        **more,
    )


QUEUE = "arn:aws:sqs:eu-west-1:111122223333:q"
HTTP = "https://example.com/hook"


def test_bounces_and_complaints_follow_from_the_mail() -> None:
    estimate = found(
        mail(
            more=subscribed("A", "sqs", QUEUE) + subscribed("B", "https", HTTP) + subscribed("C", "https", HTTP + "2")
        ),
        sent(1_000_000, ses__bounce_rate="0.03", ses__complaint_rate="0.001"),
    )

    published = line(estimate, "sns.publish.messages")
    assert (published.resource, published.quantity) == (TOPIC, 31_000)
    assert published.derived_from == (
        "1,000,000 recipients of eu-west-1 * events per recipient (BOUNCE 0.03, COMPLAINT 0.001)"
    )
    assert line(estimate, "sns.delivery.http").quantity == 62_000
    assert line(estimate, "sns.delivery.http").derived_from == "31,000 publishes * 2 subscriptions"
    assert line(estimate, "sns.delivery.sqs").quantity == 31_000
    assert line(estimate, "ses.outbound.recipients").derived_from == ""
    assert line(estimate, "sns.sqs.requests").quantity == 93_000
    assert [item.meter for item in estimate.depends_on_usage] == ["sns.data_transfer.out_gb"]
    assert "Every mail is taken to have one recipient and the default configuration set of its identity." in (
        estimate.assumptions
    )


def test_a_rate_that_is_not_told_is_named() -> None:
    estimate = found(mail(more=subscribed("A", "https", HTTP)), sent(1_000, ses__bounce_rate="0.03"))
    missing = open_ends(estimate)

    assert missing["sns.publish.messages", TOPIC].reason == "how many COMPLAINT events SES publishes is not told"
    assert missing["sns.publish.messages", TOPIC].needs == ("ses.complaint_rate", "sns.publish.messages")
    assert missing["sns.delivery.http", TOPIC].reason == "sns.publish.messages is not told"
    assert not estimate.complete


def test_events_of_every_mail_count_too() -> None:
    estimate = found(
        mail("[SEND, DELIVERY, OPEN, CLICK, REJECT, RENDERING_FAILURE]"),
        sent(1_000, ses__bounce_rate="0.1", ses__open_rate="1.5", ses__click_rate="0.25", ses__other_event_rate="0.01"),
    )

    # 1 send, 0.9 deliveries, 1.5 opens, 0.25 clicks and 0.01 of all others together.
    assert line(estimate, "sns.publish.messages").quantity == 3_660
    assert "Every mail that does not bounce is taken to be delivered." in estimate.assumptions


def test_what_ses_may_not_publish_costs_nothing() -> None:
    template = mail(principal="events.amazonaws.com", more=subscribed("A", "https", HTTP))
    estimate = found(template, sent(1_000_000, ses__bounce_rate="0.03", ses__complaint_rate=0))

    assert open_ends(estimate)["sns.publish.messages", TOPIC].reason == "sns.publish.messages is not told"
    assert not [item for item in estimate.lines if item.service == "sns"]


def test_identities_with_equal_ways_need_not_be_told_apart() -> None:
    told = sent(1_000, ses__bounce_rate="0.5", ses__complaint_rate=0)

    assert line(found(mail("[BOUNCE]", "one", "two"), told), "sns.publish.messages").quantity == 500


def test_identities_with_different_ways_are_told_apart() -> None:
    other = "other: {Type: AWS::SES::EmailIdentity, Properties: {EmailIdentity: other.example}}\n"
    template = mail("[BOUNCE]", "shop", more=other)
    region = found(template, sent(1_000, ses__bounce_rate="0.5"))
    identity = of("shop", ses__outbound__recipients=400, ses__attachments__gb=0, ses__data_transfer__out_gb=0)
    rate = of("ses@eu-west-1", ses__bounce_rate="0.5")
    own = found(template, identity, rate)

    assert open_ends(region)["sns.publish.messages", TOPIC].reason == (
        "it is not told which identity of eu-west-1 sends how much"
    )
    assert line(own, "sns.publish.messages").quantity == 200


def test_what_is_told_is_never_replaced() -> None:
    template = mail(more=subscribed("A", "https", HTTP))
    estimate = found(
        template,
        sent(1_000, ses__bounce_rate="0.5", ses__complaint_rate=0),
        of("Feedback", sns__publish__messages=7, sns__publish__average_bytes=1, sns__delivery__http=3),
    )

    assert line(estimate, "sns.publish.messages").quantity == 7
    assert line(estimate, "sns.publish.messages").derived_from == ""
    assert line(estimate, "sns.delivery.http").quantity == 3


def test_publishes_told_for_a_region_are_not_counted_again() -> None:
    estimate = found(
        mail(more=subscribed("A", "https", HTTP)),
        sent(1_000, ses__bounce_rate="0.5", ses__complaint_rate=0),
        of("sns@eu-west-1", sns__publish__messages=9, sns__publish__average_bytes=1, sns__delivery__http=4),
    )

    assert line(estimate, "sns.publish.messages").quantity == 9
    assert line(estimate, "sns.delivery.http").quantity == 4


FILTERED = subscribed("A", "https", HTTP, FilterPolicy="{kind: [order]}")


@pytest.mark.parametrize(("share", "quantity"), [("0", 1_000), ("0.25", 1_250), ("1", 2_000)])
def test_a_filter_lets_a_share_through(share: str, quantity: int) -> None:
    estimate = found(
        mail(more=FILTERED + subscribed("B", "https", HTTP + "2")),
        of(
            "Feedback",
            sns__publish__messages=1_000,
            sns__publish__average_bytes=10,
            sns__filter__matched_share=share,
        ),
    )

    assert line(estimate, "sns.delivery.http").quantity == quantity
    assert line(estimate, "sns.delivery.http").derived_from == (
        f"1,000 publishes * 1 subscription; 1 subscription with a filter policy that get {share} of them"
    )


def test_the_share_of_a_filter_is_never_guessed() -> None:
    estimate = found(mail(more=FILTERED), of("Feedback", sns__publish__messages=1_000, sns__publish__average_bytes=10))
    missing = open_ends(estimate)["sns.delivery.http", TOPIC]

    assert missing.reason == "the share of messages that 1 subscription with a filter policy get is not told"
    assert missing.needs == ("sns.filter.matched_share", "sns.delivery.http")


def test_body_filters_scan_every_message() -> None:
    body = subscribed("A", "sqs", QUEUE, FilterPolicy="{kind: [order]}", FilterPolicyScope="MessageBody")
    told = of("Feedback", sns__publish__messages=2_000_000, sns__publish__average_bytes=5_000)

    assert line(found(mail(more=body), told), "sns.filter.body_gb").quantity == 10
    unsized = found(mail("[BOUNCE]", more=body), sent(1_000, ses__bounce_rate=1))
    assert open_ends(unsized)["sns.filter.body_gb", TOPIC].needs[0] == "sns.publish.average_bytes"


def test_a_subscription_that_waits_for_its_confirmation_gets_nothing() -> None:
    it = topic("T")
    read = Coverage("111122223333", "eu-west-1", "sns:ListSubscriptions", Known(value=True))
    told = usage(of(it.id, sns__publish__messages=5, sns__publish__average_bytes=1))
    both = (subscription(it, "https", "https://a.example", pending=True), subscription(it, "sqs", QUEUE))
    unfiltered = tuple(msgspec.structs.replace(item, filter_policy=Known(None)) for item in both)
    estimate = estimate_all(Inventory(resources=(it, *unfiltered), coverage=(read,)), told)

    found = {item.meter: item.quantity for item in estimate.lines}
    assert (found["sns.delivery.sqs"], found["sns.publish.messages"], "sns.delivery.http" in found) == (5, 5, False)


def test_subscriptions_that_were_not_all_read_give_nothing() -> None:
    it = topic("T")
    told = usage(of(it.id, sns__publish__messages=5, sns__publish__average_bytes=1))
    estimate = estimate_all(Inventory(resources=(it, subscription(it, "https", HTTP))), told)

    assert open_ends(estimate)["sns.delivery.http", it.id].reason == "sns.delivery.http is not told"
    assert [text for text in estimate.assumptions if "its subscriptions were not all read" in text]


def test_usage_alone_derives_nothing() -> None:
    told = usage(of("sns@eu-west-1", sns__publish__messages=5))

    assert derive(Inventory(), told).usage == told
