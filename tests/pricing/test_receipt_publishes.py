"""What receipt rules publish to topics follows from the mail that is received."""

import pytest
from estimating import line, of, open_ends, usage
from sources.templates import HERE, inventory

from pricing.derived import estimate_all
from pricing.result import Estimate
from pricing.usage.usage import Entry

TOPIC = "arn:aws:sns:eu-west-1:111122223333:Mail"
HEAD = """\
Resources:
  Mail: {Type: AWS::SNS::Topic, Properties: {TopicName: Mail}}
  Set: {Type: AWS::SES::ReceiptRuleSet, Properties: {RuleSetName: inbox}}
"""
PUBLISH = "{SNSAction: {TopicArn: !Ref Mail}}"
STORE = "{S3Action: {BucketName: mails, TopicArn: !Ref Mail}}"
STOP = "{StopAction: {Scope: RuleSet}}"
LAMBDA = "{LambdaAction: {FunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:f'}}"


def rule(name: str, *actions: str, enabled: str = "true", recipients: str = "") -> str:
    more = f", Recipients: [{recipients}]" if recipients else ""
    return f"""\
  {name}:
    Type: AWS::SES::ReceiptRule
    Properties:
      RuleSetName: !Ref Set
      Rule: {{Name: {name}, Enabled: {enabled}, Actions: [{", ".join(actions)}]{more}}}
"""


def found(template: str, *entries: Entry) -> Estimate:
    return estimate_all(inventory(HEAD + template, bindings=HERE), usage(*entries, eu_west_1="NONE"))


def received(mails: int | None) -> Entry:
    return of("ses@eu-west-1", ses__inbound__messages=mails, ses__inbound__average_bytes=1)


SIZED = of(TOPIC, sns__publish__average_bytes=100_000)


def test_each_action_publishes_each_mail() -> None:
    estimate = found(rule("All", PUBLISH, STORE), received(3_000_000), SIZED)
    published = line(estimate, "sns.publish.messages")

    # A mail of 100,000 bytes is two requests.
    assert (published.quantity, published.resource) == (12_000_000, TOPIC)
    assert published.derived_from == ("3,000,000 mails received in eu-west-1 + 3,000,000 mails received in eu-west-1")
    assert (
        "Receipt rules are taken to be those of the active rule set, and SES to be allowed to publish for them."
    ) in estimate.assumptions


def test_the_size_of_a_published_mail_is_not_taken_to_be_one_request() -> None:
    estimate = found(rule("All", PUBLISH), received(10))

    assert open_ends(estimate)["sns.publish.messages", TOPIC].needs == ("sns.publish.average_bytes",)
    assert estimate.complete is False


def test_that_an_action_was_done_is_one_request() -> None:
    assert line(found(rule("All", STORE), received(10)), "sns.publish.messages").quantity == 10


def test_content_and_notices_together_have_no_known_size() -> None:
    for actions in ((PUBLISH, STORE), (STORE, PUBLISH)):
        estimate = found(rule("All", *actions), received(10))
        assert ("sns.publish.messages", TOPIC) in open_ends(estimate)


def test_mail_that_is_told_of_a_rule_is_what_it_publishes() -> None:
    entry = of("Some", ses__inbound__messages=7, ses__inbound__average_bytes=1)
    estimate = found(rule("Some", STORE, recipients="a@example.com"), entry)

    assert line(estimate, "sns.publish.messages").quantity == 7
    assert line(estimate, "sns.publish.messages").derived_from == "7 mails of receipt rule Some"


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        (rule("Some", STORE, recipients="a@example.com"), "it is for some recipients"),
        (rule("Some", STORE) + rule("Other", STOP), "receipt rule Other stops others"),
        (rule("Some", STORE) + rule("Other", LAMBDA), "receipt rule Other can stop others"),
    ],
)
def test_what_a_rule_gets_is_not_guessed(template: str, reason: str) -> None:
    open_end = open_ends(found(template, received(10)))["sns.publish.messages", TOPIC]

    assert open_end.quantity is None
    assert open_end.reason == f"how many mails receipt rule Some gets is not told: {reason}"
    assert open_end.needs[0] == "ses.inbound.messages"


def test_actions_after_a_stop_do_not_happen_and_after_a_function_perhaps() -> None:
    stopped = found(rule("All", STOP, STORE), received(10))
    perhaps = open_ends(found(rule("All", LAMBDA, STORE), received(10)))["sns.publish.messages", TOPIC]

    assert line(stopped, "sns.publish.messages").quantity == 0
    assert perhaps.reason == "how many mails the actions before let through in receipt rule All is not told"
    assert line(found(rule("All", STORE, STOP), received(10)), "sns.publish.messages").quantity == 10


def test_rules_that_are_off_publish_nothing() -> None:
    estimate = found(rule("Off", STORE, enabled="false") + rule("On", STORE), received(10))

    assert line(estimate, "sns.publish.messages").quantity == 10


def test_unknown_mail_is_unknown_publishes_and_none_is_none() -> None:
    open_end = open_ends(found(rule("All", STORE), received(None)))["sns.publish.messages", TOPIC]

    assert open_end.reason == "ses.inbound.messages is not told"
    assert line(found(rule("Some", STORE, recipients="a@example.com"), received(0)), "sns.publish.messages").cost == 0


def test_publishes_that_are_told_stay() -> None:
    told = of(TOPIC, sns__publish__messages=5, sns__publish__average_bytes=1)

    assert line(found(rule("All", PUBLISH, STORE), received(10), told), "sns.publish.messages").quantity == 5
