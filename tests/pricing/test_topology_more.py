"""Keys, encrypted topics, FIFO topics and alarms: what follows from their being there."""

from decimal import Decimal
from typing import Any

import pytest
from estimating import line, of, open_ends, usage
from sources.templates import HERE, inventory

from pricing.derived import derive, estimate_all
from pricing.result import Estimate
from pricing.usage.usage import Entry

TOPIC = "arn:aws:sns:eu-west-1:111122223333:T"


def found(resources: str, *entries: Entry, month: str | None = None) -> Estimate:
    template = "Resources:\n" + "".join(f"  {row}\n" for row in resources.strip().splitlines())
    return estimate_all(inventory(template, bindings=HERE), usage(*entries, month=month, eu_west_1="NONE"))


def topic(**properties: Any) -> str:
    told = "".join(f", {name}: {value}" for name, value in properties.items())
    return f"T: {{Type: AWS::SNS::Topic, Properties: {{TopicName: T{told}}}}}\n"


def published(messages: int) -> Entry:
    return of("T", sns__publish__messages=messages, sns__publish__average_bytes=1_000)


# -- keys and alarms --------------------------------------------------------------------------------------------------


def test_a_customer_managed_key_costs_by_the_month() -> None:
    estimate = found("K: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {Statement: []}}}")
    [key] = [item for item in estimate.lines if item.meter == "kms.keys"]

    assert (key.quantity, key.cost) == (1, 1)
    assert key.derived_from == "a customer managed key of the inventory; versions of its rotations are not counted"


@pytest.mark.parametrize(
    ("period", "meter"),
    [("60", "cloudwatch.alarms"), ("300", "cloudwatch.alarms"), ("10", "cloudwatch.alarms.high_resolution")],
)
def test_alarms_cost_by_their_resolution(period: str, meter: str) -> None:
    estimate = found(
        "A: {Type: AWS::CloudWatch::Alarm, Properties: {Namespace: AWS/SES, MetricName: Bounce, Period: "
        f"{period}, EvaluationPeriods: 1, ComparisonOperator: GreaterThanThreshold, Threshold: 1}}}}"
    )

    assert [item.meter for item in estimate.lines if item.service == "cloudwatch"] == [meter]


def test_the_metrics_of_an_expression_are_not_guessed() -> None:
    estimate = found(
        "A: {Type: AWS::CloudWatch::Alarm, Properties: {Metrics: [{Id: e, Expression: 'SUM(METRICS())'}], "
        "EvaluationPeriods: 1, ComparisonOperator: GreaterThanThreshold, Threshold: 1}}"
    )
    [missing] = [item for item in estimate.depends_on_usage if item.meter == "cloudwatch.alarms"]

    assert missing.reason.startswith(("how many metrics the expression of alarm", "the period of alarm"))


DESTINATIONS = """\
S: {Type: AWS::SES::ConfigurationSet, Properties: {Name: mail}}
A: {Type: AWS::SES::ConfigurationSetEventDestination, Properties: {ConfigurationSetName: mail, EventDestination: {Enabled: ON, MatchingEventTypes: [BOUNCE], CloudWatchDestination: {DimensionConfigurations: []}}}}
B: {Type: AWS::SES::ConfigurationSetEventDestination, Properties: {ConfigurationSetName: mail, EventDestination: {Enabled: ON, MatchingEventTypes: [SEND], KinesisFirehoseDestination: {DeliveryStreamARN: 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/s', IAMRoleARN: 'arn:aws:iam::111122223333:role/r'}}}}
"""  # noqa: E501 - one resource a line


def test_events_to_cloudwatch_and_firehose_depend_on_usage() -> None:
    estimate = found(DESTINATIONS.replace("ON", "true"))

    assert {item.meter: item.reason for item in estimate.depends_on_usage if item.meter.startswith("ses.events.")} == {
        "ses.events.cloudwatch_metrics": "how many metrics the dimensions of event destinations make is not told",
        "ses.events.firehose_gb": "how many GB of events are published to Firehose is not told",
    }
    told = of("ses@eu-west-1", ses__events__cloudwatch_metrics=3, ses__events__firehose_gb=0)
    assert line(found(DESTINATIONS.replace("ON", "true"), told), "ses.events.cloudwatch_metrics").quantity == 3
    off = found(DESTINATIONS.replace("ON", "false"))
    assert not [item for item in off.depends_on_usage if item.meter.startswith("ses.events.")]


# -- encrypted topics -------------------------------------------------------------------------------------------------

MAIL = """\
P: {Type: AWS::SNS::TopicPolicy, Properties: {Topics: [!Ref T], PolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: ses.amazonaws.com}, Action: sns:Publish, Resource: !Ref T}]}}}
S: {Type: AWS::SES::ConfigurationSet, Properties: {Name: mail}}
D: {Type: AWS::SES::ConfigurationSetEventDestination, Properties: {ConfigurationSetName: !Ref S, EventDestination: {Enabled: true, MatchingEventTypes: [BOUNCE], SnsDestination: {TopicARN: !Ref T}}}}
I: {Type: AWS::SES::EmailIdentity, Properties: {EmailIdentity: example.com, ConfigurationSetAttributes: {ConfigurationSetName: !Ref S}}}
"""  # noqa: E501 - one resource a line
KEY = """\
K: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {Statement: [{Effect: Allow, Principal: {Service: ses.amazonaws.com}, Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: '*'}]}}}
"""  # noqa: E501 - one resource a line
SENT = of(
    "ses@eu-west-1",
    ses__outbound__recipients=1_000_000,
    ses__attachments__gb=0,
    ses__data_transfer__out_gb=0,
    ses__bounce_rate="0.01",
)


def test_ses_is_one_principal_that_publishes() -> None:
    estimate = found(topic(KmsMasterKeyId="!GetAtt K.Arn") + KEY + MAIL, SENT, month="2026-12")
    requests = line(estimate, "sns.kms.requests")

    # 31 days / 300 seconds * 2 * 1 principal, as in AWS's example.
    assert requests.quantity == 17_856
    assert requests.derived_from == "sns.kms.publishing_principals: ses.amazonaws.com of the inventory"
    assert line(estimate, "kms.keys").quantity == 1


def test_who_else_publishes_is_not_guessed() -> None:
    estimate = found(topic(KmsMasterKeyId="alias/mine"), published(1_000_000))
    missing = open_ends(estimate)["sns.kms.requests", TOPIC]

    assert missing.reason == "how many principals publish (sns.kms.publishing_principals) is not told"
    assert missing.needs[0] == "sns.kms.publishing_principals"


def test_the_key_of_aws_has_a_quantity_of_its_own() -> None:
    template = inventory("Resources:\n  " + topic(KmsMasterKeyId="alias/aws/sns"), bindings=HERE)
    facts = derive(template, usage(published(5))).facts

    assert (TOPIC, "sns.kms.aws_managed_requests") in facts
    assert (TOPIC, "sns.kms.requests") not in facts


def test_told_principals_are_taken() -> None:
    told = of("T", sns__publish__messages=1, sns__publish__average_bytes=1, sns__kms__publishing_principals=3)
    estimate = found(topic(KmsMasterKeyId="alias/mine"), told, month="2026-12")

    assert line(estimate, "sns.kms.requests").quantity == 53_568


def test_a_topic_that_nothing_is_published_to_asks_no_key() -> None:
    estimate = found(topic(KmsMasterKeyId="alias/mine"), published(0))

    assert ("sns.kms.requests", TOPIC) not in open_ends(estimate)


def test_the_transfer_of_notifications_of_unknown_size_is_open() -> None:
    hook = "H: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref T, Protocol: https, Endpoint: https://a.example}}\n"
    estimate = found(topic() + MAIL + hook, SENT)
    missing = open_ends(estimate)["sns.data_transfer.out_gb", TOPIC]

    assert (missing.reason, missing.needs[0]) == ("sns.publish.average_bytes is not told", "sns.publish.average_bytes")
    assert line(estimate, "sns.delivery.http").quantity == 10_000


# -- FIFO topics ------------------------------------------------------------------------------------------------------

FIFO_TOPIC = "arn:aws:sns:eu-west-1:111122223333:T.fifo"


def fifo(**properties: Any) -> str:
    told = "".join(f", {name}: {value}" for name, value in properties.items())
    queues = "".join(
        f"Q{number}: {{Type: AWS::SNS::Subscription, Properties: {{TopicArn: !Ref T, Protocol: sqs, "
        f"Endpoint: 'arn:aws:sqs:eu-west-1:111122223333:q{number}.fifo'{extra}}}}}\n"
        for number, extra in enumerate(("", ", FilterPolicy: {kind: [order]}"))
    )
    return f"T: {{Type: AWS::SNS::Topic, Properties: {{TopicName: T.fifo, FifoTopic: true{told}}}}}\n{queues}"


def test_every_subscription_of_a_fifo_topic_counts_filtered_or_not() -> None:
    estimate = found(fifo(), published(1_000_000))

    assert line(estimate, "sns.fifo.delivery.messages").quantity == 2_000_000
    assert line(estimate, "sns.fifo.delivery.messages").derived_from == (
        "sns.fifo.subscriptions: the subscriptions of the inventory"
    )
    assert line(estimate, "sns.fifo.delivery.payload_gb").quantity == 2


def test_the_archive_policy_tells_the_retention() -> None:
    estimate = found(fifo(ArchivePolicy="{MessageRetentionPeriod: 15}"), published(1_000_000))

    assert line(estimate, "sns.fifo.archive.processing_gb").quantity == 1
    assert line(estimate, "sns.fifo.archive.storage_gb_months").quantity == Decimal("0.493150684932")


def test_told_subscriptions_of_a_fifo_topic_are_taken() -> None:
    told = of("T", sns__publish__messages=10, sns__publish__average_bytes=1, sns__fifo__subscriptions=7)

    assert line(found(fifo(), told), "sns.fifo.delivery.messages").quantity == 70


def filtered(scope: str) -> str:
    """A FIFO topic with a queue that gets all, one with an attribute filter, one with a filter of a scope."""
    last = (
        "Q2: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref T, Protocol: sqs, "
        "FilterPolicy: {kind: [order]}, "
        f"Endpoint: 'arn:aws:sqs:eu-west-1:111122223333:q2.fifo', FilterPolicyScope: {scope}}}}}\n"
    )
    return f"{fifo()}{last}"


def test_filters_of_fifo_topics_scan_the_body_of_every_message() -> None:
    scanned = line(found(filtered("MessageBody"), published(3_000_000)), "sns.fifo.filter.body_gb")

    # 3 million messages of 1,000 bytes, once for the only policy of that scope; $0.09 per GB in eu-west-1.
    assert (scanned.quantity, scanned.cost) == (3, Decimal("0.27"))
    assert scanned.derived_from == "3,000,000 publishes of 1,000 bytes * 1 filter policy of scope MessageBody"


def test_attribute_filters_of_fifo_topics_scan_nothing() -> None:
    estimate = found(filtered("MessageAttributes"), published(3_000_000))

    assert "sns.fifo.filter.body_gb" not in {item.meter for item in (*estimate.lines, *estimate.depends_on_usage)}


def test_a_filter_of_a_fifo_topic_whose_scope_is_not_told_is_open() -> None:
    estimate = found(filtered("!ImportValue Scope"), published(3_000_000))

    assert open_ends(estimate)["sns.fifo.filter.body_gb", FIFO_TOPIC].reason == (
        "whether a filter policy of subscription Q2 scans bodies is not told"
    )


@pytest.mark.parametrize("name", ["sns__filter__body_gb", "sns__fifo__filter__body_gb"])
def test_what_is_told_that_filters_of_fifo_topics_scan_is_taken(name: str) -> None:
    told = of("T", sns__publish__messages=10, sns__publish__average_bytes=1_000, **{name: 7})

    assert line(found(filtered("MessageBody"), told), "sns.fifo.filter.body_gb").quantity == 7


@pytest.mark.parametrize(
    ("namespace", "told", "counted"),
    [("AWS/SES", 3, 0), ("AWS/SES", 0, 1), ("AWS/SQS", 3, 1), ("!ImportValue Namespace", 3, 1)],
)
def test_an_alarm_that_is_told_of_mail_is_not_counted_again(namespace: str, told: int, counted: int) -> None:
    alarm = (
        f"A: {{Type: AWS::CloudWatch::Alarm, Properties: {{Namespace: {namespace}, MetricName: Bounce, Period: 300}}}}"
    )
    estimate = found(alarm, of("ses@eu-west-1", ses__events__cloudwatch_alarms=told))

    assert sum(item.quantity for item in estimate.lines if item.meter == "cloudwatch.alarms") == counted
    assert line(estimate, "ses.events.cloudwatch_alarms").quantity == told
