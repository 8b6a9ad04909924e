"""Types that are another form of one in the table of attributes, and values that depend on others."""

import pytest
from sources.templates import inventory, plain, resource

from auditor.model.kms import Key
from auditor.model.known import Cause, Known, Unknown
from auditor.model.ses import EmailIdentity, EventDestination, ReceiptRule
from auditor.model.sns import Topic
from auditor.model.sqs import Queue, QueuePolicy
from auditor.model.text import text


def test_a_replica_key_has_what_its_primary_has() -> None:
    found = inventory(
        """
        Resources:
          K:
            Type: AWS::KMS::ReplicaKey
            Properties: {PrimaryKeyArn: arn:aws:kms:us-east-1:111122223333:key/mrk-1, KeyPolicy: {Statement: []}}
        """
    )
    key = resource(found, "K")
    assert isinstance(key, Key)
    assert plain(key.policy) == {"Statement": []}
    assert key.rotation == Unknown(Cause.NOT_HERE, "that of the primary key")
    assert key.spec == Unknown(Cause.NOT_HERE, "that of the primary key")
    assert key.enabled == Known(True)


@pytest.mark.parametrize(
    ("properties", "state"),
    [
        ("Origin: EXTERNAL", "the state of a key whose material is imported is known after the deployment"),
        ("Origin: !Ref P", "parameter P has no value"),
        ("Enabled: !Ref P", "parameter P has no value"),
    ],
)
def test_the_state_of_a_key_may_not_be_told(properties: str, state: str) -> None:
    found = inventory(
        f"""
        Parameters: {{P: {{Type: String}}}}
        Resources: {{K: {{Type: AWS::KMS::Key, Properties: {{{properties}}}}}}}
        """
    )
    key = resource(found, "K")
    assert isinstance(key, Key)
    assert isinstance(key.state, Unknown)
    assert key.state.detail == state


def test_an_inline_queue_policy_is_the_policy_of_its_queue() -> None:
    found = inventory(
        """
        Resources:
          Q: {Type: AWS::SQS::Queue}
          P: {Type: AWS::SQS::QueueInlinePolicy, Properties: {Queue: !Ref Q, PolicyDocument: {Statement: []}}}
        """
    )
    queue, policy = resource(found, "Q"), resource(found, "P")
    assert isinstance(queue, Queue)
    assert isinstance(policy, QueuePolicy)
    assert isinstance(queue.url, Known)
    assert policy.queues == Known((queue.url.value,))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("example.com", Known("DOMAIN")),
        ("a@example.com", Known("EMAIL_ADDRESS")),
        ("!Sub 'no-reply@${P}'", Known("EMAIL_ADDRESS")),
        ("!Sub 'mail.${P}'", Unknown(Cause.NOT_HERE, "parameter P has no value")),
        ("!Sub '${AWS::Region}.example.com'", Unknown(Cause.NOT_HERE, "{region}.example.com is not told")),
    ],
)
def test_the_type_of_an_identity_is_in_its_name(name: str, kind: object) -> None:
    found = inventory(
        f"""
        Parameters: {{P: {{Type: String}}}}
        Resources: {{I: {{Type: AWS::SES::EmailIdentity, Properties: {{EmailIdentity: {name}}}}}}}
        """
    )
    identity = resource(found, "I")
    assert isinstance(identity, EmailIdentity)
    assert identity.identity_type == kind


UNTOLD = """
Parameters: {P: {Type: String}}
Conditions: {Maybe: !Equals [!Ref P, x]}
Resources:
  I:
    Type: AWS::SES::EmailIdentity
    Properties:
      EmailIdentity: example.com
      MailFromAttributes: {MailFromDomain: !Ref P}
      DkimSigningAttributes: !If [Maybe, {DomainSigningSelector: s}, !Ref AWS::NoValue]
  D:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties:
      ConfigurationSetName: s
      EventDestination:
        MatchingEventTypes: [bounce, !Ref P]
        CloudWatchDestination: !If [Maybe, {}, !Ref AWS::NoValue]
        SnsDestination: !If [Maybe, {TopicARN: t}, !Ref AWS::NoValue]
  R:
    Type: AWS::SES::ReceiptRule
    Properties:
      RuleSetName: s
      Rule: {Actions: [!If [Maybe, {StopAction: {Scope: RuleSet}}, !Ref AWS::NoValue]]}
  T:
    Type: AWS::SNS::Topic
    Properties:
      DeliveryStatusLogging: [{Protocol: !Ref P, FailureFeedbackRoleArn: r}]
  Q: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: !Ref P}}}
  Q2: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {maxReceiveCount: 3}}}
  Q3: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: !Ref P}}
"""
PARAMETER = Unknown(Cause.NOT_HERE, "parameter P has no value")
CONDITION = Unknown(Cause.NOT_HERE, "condition Maybe: parameter P has no value")


def test_what_depends_on_what_is_not_told_is_not_told() -> None:
    found = inventory(UNTOLD)
    identity, destination, rule = resource(found, "I"), resource(found, "D"), resource(found, "R")
    assert isinstance(identity, EmailIdentity)
    assert isinstance(destination, EventDestination)
    assert isinstance(rule, ReceiptRule)
    assert identity.mail_from_domain == PARAMETER
    assert identity.mail_from_behavior == PARAMETER
    assert identity.mail_from_status == PARAMETER
    assert identity.dkim_origin == CONDITION
    assert identity.dkim_key_length == CONDITION
    assert destination.event_types == PARAMETER
    assert destination.cloudwatch == CONDITION
    assert destination.topic == CONDITION
    assert destination.event_bus == Known(None)
    assert rule.actions == CONDITION
    topic = resource(found, "T")
    assert isinstance(topic, Topic)
    assert topic.feedback_roles == PARAMETER


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("Q", PARAMETER),
        ("Q2", Unknown(Cause.FAILED, "RedrivePolicy: no deadLetterTargetArn")),
        ("Q3", PARAMETER),
    ],
)
def test_the_queue_of_a_redrive_policy(address: str, expected: object) -> None:
    queue = resource(inventory(UNTOLD), address)
    assert isinstance(queue, Queue)
    assert queue.dead_letter_queue == expected


def test_list_parameters_are_lists_of_texts() -> None:
    found = inventory(
        """
        Parameters:
          L: {Type: CommaDelimitedList, Default: "a, b"}
          E: {Type: CommaDelimitedList, Default: ""}
          D: {Type: 'List<AWS::EC2::Subnet::Id>', Default: [x, y]}
          U: {Type: CommaDelimitedList}
        Resources:
          A: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: !Ref L, PolicyDocument: {}}}
          B: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: !Ref E, PolicyDocument: {}}}
          C: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: !Ref D, PolicyDocument: {}}}
          D: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: !Ref U, PolicyDocument: {}}}
          E: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: one, PolicyDocument: {}}}
        """
    )
    queues = [getattr(resource(found, address), "queues") for address in "ABCDE"]  # noqa: B009 - one of many types
    assert queues == [
        Known((text("a"), text("b"))),
        Known(()),
        Known((text("x"), text("y"))),
        Unknown(Cause.NOT_HERE, "parameter U has no value"),
        Known((text("one"),)),
    ]
