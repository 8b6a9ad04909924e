"""Every attribute of the model: what a template that tells it gives, what it is when left out, or why it is never told.

A field that is added to the model must be added here.
"""

from typing import Any, NamedTuple

import msgspec
import pytest
from sources.templates import inventory, plain, resource

from auditor.model.awslambda import Function, Permission
from auditor.model.cloudwatch import Alarm
from auditor.model.coverage import LISTED_BY
from auditor.model.iam import AccessKey, Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.kms import Alias, Key
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.organizations import Organization, OrganizationPolicy
from auditor.model.origin import How
from auditor.model.policy import Document
from auditor.model.resource import Resource
from auditor.model.s3 import Bucket
from auditor.model.ses import (
    AccountSettings,
    ConfigurationSet,
    EmailIdentity,
    EventDestination,
    IdentityPolicy,
    ReceiptRule,
    ReceiptRuleSet,
)
from auditor.model.sns import Subscription, Topic, TopicPolicy
from auditor.model.sqs import Queue, QueuePolicy
from auditor.model.text import Text, text

BASE = frozenset(Resource.__struct_fields__)
ARN = "arn:{partition}:%s:{region}:{account}:%s"


class Told(NamedTuple):
    """A cell of the table.

    Attributes:
        written: what the full declaration gives, as people see it.
        left_out: what the bare declaration gives.
        how: how the latter came to be known.
    """

    written: object
    left_out: object = None
    how: How = How.DEFAULT


class Never(NamedTuple):
    """An attribute that a template cannot tell: a known absence, or an Unknown with this cause."""

    value: object
    how: str


NOT_YET = Never(None, "not-yet")
DOCUMENT = "{Version: '2012-10-17', Statement: [{Effect: Allow, Action: 'sns:Publish'}]}"
PLAIN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sns:Publish"}]}
REQUIRED = "failed"

TEMPLATE = f"""
Resources:
  FullTopic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: orders.fifo
      KmsMasterKeyId: alias/mail
      FifoTopic: true
      SignatureVersion: 2
      TracingConfig: Active
      DisplayName: Orders
      ContentBasedDeduplication: "true"
      MaximumMessageSize: "1024"
      DataProtectionPolicy: {{Name: p}}
      ArchivePolicy: {{MessageRetentionPeriod: 7}}
      DeliveryStatusLogging:
        - {{Protocol: http/s, FailureFeedbackRoleArn: r}}
        - {{Protocol: sqs, SuccessFeedbackRoleArn: r}}
        - {{Protocol: lambda, FailureFeedbackRoleArn: r}}
  BareTopic: {{Type: AWS::SNS::Topic}}
  FullTopicPolicy: {{Type: AWS::SNS::TopicPolicy, Properties: {{Topics: [!Ref FullTopic], PolicyDocument: {DOCUMENT}}}}}
  BareTopicPolicy: {{Type: AWS::SNS::TopicPolicy}}
  FullSubscription:
    Type: AWS::SNS::Subscription
    Properties:
      TopicArn: !Ref FullTopic
      Protocol: firehose
      Endpoint: arn:aws:firehose:eu-west-1:111122223333:deliverystream/x
      RawMessageDelivery: true
      FilterPolicy: {{kind: [bounce]}}
      FilterPolicyScope: MessageBody
      RedrivePolicy: '{{"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:111122223333:dead"}}'
      SubscriptionRoleArn: arn:aws:iam::111122223333:role/r
  BareSubscription: {{Type: AWS::SNS::Subscription}}
  FullIdentity:
    Type: AWS::SES::EmailIdentity
    Properties:
      EmailIdentity: news@example.com
      ConfigurationSetAttributes: {{ConfigurationSetName: mail}}
      DkimAttributes: {{SigningEnabled: false}}
      DkimSigningAttributes: {{NextSigningKeyLength: RSA_1024_BIT}}
      FeedbackAttributes: {{EmailForwardingEnabled: false}}
      MailFromAttributes: {{MailFromDomain: bounce.example.com, BehaviorOnMxFailure: reject_message}}
  BareIdentity: {{Type: AWS::SES::EmailIdentity, Properties: {{EmailIdentity: example.com}}}}
  FullSet:
    Type: AWS::SES::ConfigurationSet
    Properties:
      Name: mail
      DeliveryOptions: {{TlsPolicy: Require, SendingPoolName: pool, MaxDeliverySeconds: 300}}
      ReputationOptions: {{ReputationMetricsEnabled: true}}
      SendingOptions: {{SendingEnabled: false}}
      SuppressionOptions: {{SuppressedReasons: [BOUNCE]}}
      TrackingOptions: {{CustomRedirectDomain: t.example.com, HttpsPolicy: REQUIRE}}
      ArchivingOptions: {{ArchiveArn: a}}
  BareSet: {{Type: AWS::SES::ConfigurationSet}}
  FullDestination:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties:
      ConfigurationSetName: !Ref FullSet
      EventDestination:
        Name: events
        Enabled: true
        MatchingEventTypes: [bounce, renderingFailure, DELIVERY_DELAY]
        SnsDestination: {{TopicARN: !Ref FullTopic}}
        KinesisFirehoseDestination: {{DeliveryStreamARN: stream, IAMRoleARN: role}}
        EventBridgeDestination: {{EventBusArn: bus}}
        CloudWatchDestination: {{DimensionConfigurations: []}}
  BareDestination: {{Type: AWS::SES::ConfigurationSetEventDestination}}
  FullRuleSet: {{Type: AWS::SES::ReceiptRuleSet}}
  BareRuleSet: {{Type: AWS::SES::ReceiptRuleSet}}
  FullRule:
    Type: AWS::SES::ReceiptRule
    Properties:
      RuleSetName: !Ref FullRuleSet
      Rule:
        Name: r
        Enabled: true
        ScanEnabled: true
        TlsPolicy: Require
        Recipients: [example.com]
        Actions:
          - S3Action: {{BucketName: b, KmsKeyArn: k, TopicArn: t, IamRoleArn: i}}
          - SNSAction: {{TopicArn: t}}
          - StopAction: {{Scope: RuleSet}}
          - LambdaAction: {{FunctionArn: f}}
          - ConnectAction: {{InstanceARN: c, IAMRoleARN: i}}
  BareRule: {{Type: AWS::SES::ReceiptRule}}
  FullRole:
    Type: AWS::IAM::Role
    Properties:
      Path: /team/
      ManagedPolicyArns: [arn:aws:iam::aws:policy/ReadOnlyAccess]
      PermissionsBoundary: arn:aws:iam::111122223333:policy/b
      AssumeRolePolicyDocument: {DOCUMENT}
      Policies: [{{PolicyName: inline, PolicyDocument: {DOCUMENT}}}]
  BareRole: {{Type: AWS::IAM::Role}}
  FullUser:
    Type: AWS::IAM::User
    Properties:
      UserName: ann
      Path: /team/
      Groups: [all]
      ManagedPolicyArns: [p]
      PermissionsBoundary: b
      LoginProfile: {{Password: hunter2}}
  Key1: {{Type: AWS::IAM::AccessKey, Properties: {{UserName: !Ref FullUser, Status: Inactive}}}}
  BareUser: {{Type: AWS::IAM::User, Properties: {{UserName: bob}}}}
  FullGroup: {{Type: AWS::IAM::Group, Properties: {{GroupName: all, Path: /team/, ManagedPolicyArns: [p]}}}}
  BareGroup: {{Type: AWS::IAM::Group}}
  FullManaged:
    Type: AWS::IAM::ManagedPolicy
    Properties: {{PolicyDocument: {DOCUMENT}, Users: [ann], Roles: [r], Groups: [all]}}
  BareManaged: {{Type: AWS::IAM::ManagedPolicy}}
  FullInline:
    Type: AWS::IAM::Policy
    Properties: {{PolicyName: p, PolicyDocument: {DOCUMENT}, Users: [ann], Roles: [r], Groups: [all]}}
  BareInline: {{Type: AWS::IAM::Policy}}
  FullKey:
    Type: AWS::KMS::Key
    Properties: {{KeyPolicy: {DOCUMENT}, Enabled: false, EnableKeyRotation: true, KeySpec: RSA_2048}}
  BareKey: {{Type: AWS::KMS::Key}}
  FullAlias: {{Type: AWS::KMS::Alias, Properties: {{AliasName: alias/a, TargetKeyId: !Ref FullKey}}}}
  BareAlias: {{Type: AWS::KMS::Alias}}
  FullQueue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: jobs.fifo
      FifoQueue: true
      KmsMasterKeyId: alias/aws/sqs
      MessageRetentionPeriod: 60
      RedrivePolicy: {{deadLetterTargetArn: dead, maxReceiveCount: 3}}
      RedriveAllowPolicy: {{redrivePermission: denyAll}}
  BareQueue: {{Type: AWS::SQS::Queue}}
  FullQueuePolicy:
    Type: AWS::SQS::QueuePolicy
    Properties: {{Queues: [!Ref FullQueue], PolicyDocument: {DOCUMENT}}}
  BareQueuePolicy: {{Type: AWS::SQS::QueuePolicy}}
  FullFunction:
    Type: AWS::Lambda::Function
    Properties: {{FunctionName: run, Role: !GetAtt FullRole.Arn, MemorySize: 512, Architectures: [arm64]}}
  BareFunction: {{Type: AWS::Lambda::Function}}
  FullPermission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref FullFunction
      Principal: sns.amazonaws.com
      Action: lambda:InvokeFunction
      SourceArn: !Ref FullTopic
      SourceAccount: !Ref AWS::AccountId
  BarePermission: {{Type: AWS::Lambda::Permission}}
  FullAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/SES
      MetricName: Reputation.BounceRate
      Dimensions: [{{Name: Set, Value: !Ref FullSet}}]
      Threshold: 0.05
      ComparisonOperator: GreaterThanThreshold
      Period: 300
      EvaluationPeriods: 2
      TreatMissingData: breaching
      ActionsEnabled: false
      AlarmActions: [!Ref FullTopic]
  BareAlarm: {{Type: AWS::CloudWatch::Alarm}}
"""

TABLE: dict[type[Resource], tuple[str, dict[str, Told | Never]]] = {
    Topic: (
        "Topic",
        {
            "kms_key": Told("alias/mail"),
            "fifo": Told(True, False),
            "signature_version": Told("2", "1"),
            "tracing": Told("Active", "PassThrough"),
            "display_name": Told("Orders"),
            "feedback_roles": Told(("HTTP", "LAMBDA"), ()),
            "delivery_policy": Never(None, "absent"),
            "data_protection_policy": Told({"Name": "p"}),
            "archive_policy": Told({"MessageRetentionPeriod": 7}),
            "content_based_deduplication": Told(True, False),
            "max_message_size": Told(1024, 262144),
        },
    ),
    TopicPolicy: (
        "TopicPolicy",
        {"topics": Told((ARN % ("sns", "orders.fifo"),), REQUIRED), "document": Told(PLAIN, REQUIRED)},
    ),
    Subscription: (
        "Subscription",
        {
            "topic": Told(ARN % ("sns", "orders.fifo"), REQUIRED),
            "protocol": Told("firehose", REQUIRED),
            "endpoint": Told("arn:aws:firehose:eu-west-1:111122223333:deliverystream/x"),
            "pending": NOT_YET,
            "confirmation_authenticated": NOT_YET,
            "raw_delivery": Told(True, False),
            "filter_policy": Told({"kind": ["bounce"]}),
            "filter_scope": Told("MessageBody", "MessageAttributes"),
            "dead_letter_queue": Told("arn:aws:sqs:eu-west-1:111122223333:dead"),
            "role": Told("arn:aws:iam::111122223333:role/r"),
            "owner": Never("{account}", "default"),
        },
    ),
    EmailIdentity: (
        "Identity",
        {
            "identity_type": Told("EMAIL_ADDRESS", "DOMAIN", How.WRITTEN),
            "verification_status": NOT_YET,
            "verified_for_sending": NOT_YET,
            "feedback_forwarding": Told(False, True),
            "dkim_signing": Told(False, True),
            "dkim_status": NOT_YET,
            "dkim_origin": Never("AWS_SES", "default"),
            "dkim_key_length": Told("RSA_1024_BIT", "RSA_2048_BIT"),
            "mail_from_domain": Told("bounce.example.com"),
            "mail_from_status": Told("not-yet"),
            "mail_from_behavior": Told("REJECT_MESSAGE"),
            "configuration_set": Told("mail"),
            "bounce_topic": Never(None, "absent"),
            "complaint_topic": Never(None, "absent"),
            "delivery_topic": Never(None, "absent"),
            "headers_in_notifications": Never((), "absent"),
        },
    ),
    ConfigurationSet: (
        "Set",
        {
            "tls_policy": Told("REQUIRE", "OPTIONAL"),
            "sending_pool": Told("pool"),
            "max_delivery_seconds": Told(300),
            "reputation_metrics": Told(True, False),
            "sending_enabled": Told(False, True),
            "suppressed_reasons": Told(("BOUNCE",)),
            "tracking_domain": Told("t.example.com"),
            "https_policy": Told("REQUIRE"),
            "archive": Told("a"),
        },
    ),
    EventDestination: (
        "Destination",
        {
            "configuration_set": Told("mail", REQUIRED),
            "enabled": Told(True, False),
            "event_types": Told(("BOUNCE", "RENDERING_FAILURE", "DELIVERY_DELAY"), ()),
            "topic": Told(ARN % ("sns", "orders.fifo")),
            "firehose_stream": Told("stream"),
            "firehose_role": Told("role"),
            "event_bus": Told("bus"),
            "pinpoint_application": Never(None, "absent"),
            "cloudwatch": Told(True, False),
        },
    ),
    ReceiptRuleSet: ("RuleSet", {"active": Never(None, "not-here")}),
    ReceiptRule: (
        "Rule",
        {
            "rule_set": Told("{FullRuleSet.RuleSetName}", REQUIRED),
            "enabled": Told(True, False),
            "tls_policy": Told("REQUIRE", "OPTIONAL"),
            "scan_enabled": Told(True, False),
            "recipients": Told(("example.com",), ()),
            "actions": Told(
                (
                    ("S3", "t", "b", "k", "i"),
                    ("SNS", "t", "t", None, None),
                    ("STOP", None, None, None, None),
                    ("LAMBDA", None, "f", None, None),
                    ("CONNECT", None, "c", None, "i"),
                ),
                (),
            ),
        },
    ),
    Role: (
        "Role",
        {
            "path": Told("/team/", "/"),
            "managed_policies": Told(("arn:aws:iam::aws:policy/ReadOnlyAccess",), ()),
            "boundary": Told("arn:aws:iam::111122223333:policy/b"),
            "trust": Told(PLAIN, REQUIRED),
            "last_used": NOT_YET,
            "instance_profiles": Never(None, "not-asked"),
            "unique_id": Never(None, "not-asked"),
        },
    ),
    User: (
        "User",
        {
            "path": Told("/team/", "/"),
            "managed_policies": Told(("p",), ()),
            "boundary": Told("b"),
            "groups": Told(("all",), ()),
            "access_keys": Told((("{Key1}", False),), (), How.ABSENT),
            "has_password": Told(True, False, How.ABSENT),
            "unique_id": Never(None, "not-asked"),
        },
    ),
    Group: ("Group", {"path": Told("/team/", "/"), "managed_policies": Told(("p",), ())}),
    ManagedPolicy: (
        "Managed",
        {
            "aws_managed": Never(False, "plain"),
            "document": Told(PLAIN, REQUIRED),
            "users": Told(("ann",), ()),
            "roles": Told(("r",), ()),
            "groups": Told(("all",), ()),
        },
    ),
    InlinePolicy: (
        "Inline",
        {
            "document": Told(PLAIN, REQUIRED),
            "users": Told(("ann",), ()),
            "roles": Told(("r",), ()),
            "groups": Told(("all",), ()),
        },
    ),
    Key: (
        "Key",
        {
            "policy": Told(
                PLAIN,
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "arn:{partition}:iam::{account}:root"},
                            "Action": "kms:*",
                            "Resource": "*",
                        }
                    ],
                },
            ),
            "manager": Never("CUSTOMER", "default"),
            "state": Told("Disabled", "Enabled"),
            "enabled": Told(False, True),
            "rotation": Told(True, False),
            "spec": Told("RSA_2048", "SYMMETRIC_DEFAULT"),
        },
    ),
    Alias: ("Alias", {"key": Told("{FullKey.KeyId}", REQUIRED)}),
    Queue: (
        "Queue",
        {
            "url": Told(
                "https://sqs.{region}.{url_suffix}/{account}/jobs.fifo",
                "https://sqs.{region}.{url_suffix}/{account}/{BareQueue.QueueName}",
            ),
            "kms_key": Told("alias/aws/sqs"),
            "fifo": Told(True, False),
            "retention_seconds": Told(60, 345600),
            "dead_letter_queue": Told("dead"),
            "redrive_allow_policy": Told({"redrivePermission": "denyAll"}),
        },
    ),
    QueuePolicy: (
        "QueuePolicy",
        {
            "queues": Told(("https://sqs.{region}.{url_suffix}/{account}/jobs.fifo",), REQUIRED),
            "document": Told(PLAIN, REQUIRED),
        },
    ),
    Function: (
        "Function",
        {
            "role": Told("arn:{partition}:iam::{account}:role/team/{FullRole.RoleName}", REQUIRED),
            "memory_mb": Told(512, 128),
            "architecture": Told("arm64", "x86_64"),
        },
    ),
    Permission: (
        "Permission",
        {
            "function": Told("run", REQUIRED),
            "document": Told(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "sns.amazonaws.com"},
                            "Action": "lambda:InvokeFunction",
                            "Resource": ARN % ("lambda", "function:run"),
                            "Condition": {
                                "ArnLike": {"AWS:SourceArn": ARN % ("sns", "orders.fifo")},
                                "StringEquals": {"AWS:SourceAccount": "{account}"},
                            },
                        }
                    ],
                },
                "gaps",
                How.WRITTEN,
            ),
        },
    ),
    Alarm: (
        "Alarm",
        {
            "namespace": Told("AWS/SES"),
            "metric": Told("Reputation.BounceRate"),
            "dimensions": Told({"Set": "mail"}, {}),
            "threshold": Told("0.05"),
            "comparison": Told("GreaterThanThreshold", REQUIRED),
            "period_seconds": Told(300),
            "evaluation_periods": Told(2, REQUIRED),
            "treat_missing_data": Told("breaching", "missing"),
            "actions_enabled": Told(False, True),
            "actions": Told((ARN % ("sns", "orders.fifo"),), ()),
        },
    ),
}
"""Type to the end of its two addresses and its attributes."""

NO_TYPE = {
    Organization: "templates declare policies of an organization, which is there already",
    OrganizationPolicy: "not read from templates yet",
    Bucket: "not read from templates yet",
    IdentityPolicy: "CloudFormation has no type for sending authorization policies",
    AccountSettings: "CloudFormation does not set what an account is",
}

CELLS = [(kind, name) for kind, (_, cells) in TABLE.items() for name in cells]


def seen(value: Any) -> Any:
    """A value without its types: texts as people see them, an Unknown as its cause."""
    match value:
        case Unknown(cause=cause):
            return cause.value
        case Known(value=inner):
            return seen(inner)
        case Text():
            return str(value)
        case Document():
            return plain(value)
        case AccessKey(access_key_id=key, active=active):
            return (key, seen(active))
        case tuple():
            return tuple(seen(item) for item in value)
        case dict():
            return {key: seen(item) for key, item in value.items()}
        case msgspec.Struct():
            names = ("kind", "topic", "target", "kms_key", "role")
            return tuple(seen(getattr(value, name)) for name in names)
        case _:
            return value


FOUND = inventory(TEMPLATE)


def test_every_type_and_attribute_of_the_model_is_in_the_table() -> None:
    assert set(TABLE) | set(NO_TYPE) == set(LISTED_BY)
    for kind, (_, cells) in TABLE.items():
        assert set(cells) == set(kind.__struct_fields__) - BASE, kind


@pytest.mark.parametrize(("kind", "name"), CELLS)
def test_written(kind: type[Resource], name: str) -> None:
    address, cells = TABLE[kind]
    cell = cells[name]
    value = getattr(resource(FOUND, f"Full{address}"), name)
    if isinstance(cell, Never):
        never(value, cell)
        return
    assert seen(value) == cell.written
    if isinstance(value, Known) and name not in {"url", "state"}:
        assert value.origin.how is How.WRITTEN
        assert value.origin.location.path == "stack.yaml"
        assert value.origin.location.line is not None


@pytest.mark.parametrize(("kind", "name"), CELLS)
def test_left_out(kind: type[Resource], name: str) -> None:
    address, cells = TABLE[kind]
    cell = cells[name]
    value = getattr(resource(FOUND, f"Bare{address}"), name)
    if isinstance(cell, Never):
        never(value, cell)
    elif cell.left_out == "gaps":
        assert "failed" in {unknown.cause for unknown in _unknowns(value)}
    else:
        assert seen(value) == cell.left_out
        if isinstance(value, Known):
            assert value.origin.how is cell.how
            assert value.origin.location.pointer.startswith(f"/Resources/Bare{address}")


def _unknowns(value: Known[Document]) -> list[Unknown]:
    from auditor.model.policy import gaps

    return list(gaps(value.value.root))


def never(value: Any, cell: Never) -> None:
    if isinstance(value, Unknown):
        assert value.cause == cell.how
    elif isinstance(value, Known):
        assert seen(value) == cell.value
        assert value.origin.how == cell.how
    else:
        assert value == cell.value


def test_own_dkim_keys_are_external_and_never_kept() -> None:
    found = inventory(
        """
        Resources:
          I:
            Type: AWS::SES::EmailIdentity
            Properties:
              EmailIdentity: example.com
              DkimSigningAttributes: {DomainSigningSelector: s, DomainSigningPrivateKey: MIICXQIBAAKBgQ}
        """
    )
    identity = resource(found, "I")
    assert isinstance(identity, EmailIdentity)
    assert identity.dkim_origin == Known("EXTERNAL")
    assert identity.dkim_key_length == Known(None)
    assert "MIICXQIBAAKBgQ" not in repr(found)


@pytest.mark.parametrize(
    ("name", "more", "expected"),
    [
        ("example.com", "", Known("DOMAIN")),
        ("a@example.com", "", Known("EMAIL_ADDRESS")),
        ("!Sub 'a@${Name}'", "", Known("EMAIL_ADDRESS")),
        ("!Ref Name", "", Unknown(Cause.NOT_HERE, "parameter Name has no value")),
        ("!Ref Name", "DkimSigningAttributes: {NextSigningKeyLength: RSA_2048_BIT}", Known("DOMAIN")),
        ("!Ref Name", "DkimSigningAttributes: {}", Unknown(Cause.NOT_HERE, "parameter Name has no value")),
    ],
)
def test_whether_an_identity_is_a_domain(name: str, more: str, expected: Value[str]) -> None:
    found = inventory(
        f"""
        Parameters:
          Name: {{Type: String}}
        Resources:
          I:
            Type: AWS::SES::EmailIdentity
            Properties:
              EmailIdentity: {name}
              {more}
        """
    )
    identity = resource(found, "I")
    assert isinstance(identity, EmailIdentity)
    assert identity.identity_type == expected


def test_passwords_are_never_kept() -> None:
    assert "hunter2" not in repr(FOUND)


def test_inline_policies_are_resources_of_their_own() -> None:
    policy = resource(FOUND, "FullRole/inline")
    assert isinstance(policy, InlinePolicy)
    assert policy.name == text("inline")
    assert seen(policy.roles) == ("{FullRole.RoleName}",)
    assert seen(policy.users) == ()
    assert policy.arn is None
    assert policy.region == text()
    line = TEMPLATE.splitlines().index(next(x for x in TEMPLATE.splitlines() if "Policies: [{PolicyName" in x)) + 1
    assert (policy.location.line, policy.location.column) == (line, 18)


def test_leaves_are_counted() -> None:
    found = inventory(
        """
        Parameters: {P: {Type: String}}
        Resources:
          A: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref P, DisplayName: !Sub "x${P}", Tags: []}}
          B: {Type: AWS::SNS::Topic, Properties: {KmsMasterKeyId: !Ref AWS::AccountId, FifoTopic: true}}
          C: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref P}}
          D: {Type: AWS::S3::Bucket}
        """
    )
    [read] = found.inputs
    assert (read.leaves, read.unknown_leaves) == (4, 2)
    assert read.unsupported == {"AWS::S3::Bucket": 2}
    assert (read.kind, read.path) == ("cloudformation", "stack.yaml")


def test_tags() -> None:
    found = inventory(
        """
        Parameters: {P: {Type: String}}
        Resources:
          A: {Type: AWS::SNS::Topic, Properties: {Tags: [{Key: team, Value: mail}, {Key: env, Value: !Ref P}]}}
          B: {Type: AWS::SNS::Topic, Properties: {Tags: [{Key: !Ref P, Value: x}]}}
          C: {Type: AWS::SNS::Topic}
        """
    )
    assert seen(resource(found, "A").tags) == {"team": "mail", "env": "{?}"}
    assert seen(resource(found, "B").tags) == "not-here"
    none = resource(found, "C").tags
    assert isinstance(none, Known)
    assert (none.value, none.origin.how) == ({}, How.ABSENT)
