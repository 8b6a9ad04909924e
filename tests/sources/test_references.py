"""Ref and GetAtt give the names, ARNs and URLs that AWS documents, so that references inside a template are exact."""

import pytest
from sources.templates import HERE, PATH, evaluated, inventory, resource, shown

from auditor.model import relations
from auditor.model.kms import Key
from auditor.model.known import Cause, Known, Unknown
from auditor.model.origin import Location
from auditor.model.ses import EmailIdentity, EventDestination
from auditor.model.sns import Topic
from auditor.model.sqs import Queue
from auditor.model.text import Symbol, text

TEMPLATE = """
Parameters:
  U: {Type: String}
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: orders}}
  Unnamed: {Type: AWS::SNS::Topic}
  Untold: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub 'x-${U}-y-${U}'}}
  Loop: {Type: AWS::SNS::Topic, Properties: {TopicName: !GetAtt Loop.TopicName}}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
  Role: {Type: AWS::IAM::Role, Properties: {RoleName: runner, Path: /team/}}
  Plain: {Type: AWS::IAM::Role}
  User: {Type: AWS::IAM::User, Properties: {UserName: ann}}
  Group: {Type: AWS::IAM::Group, Properties: {GroupName: all}}
  Managed: {Type: AWS::IAM::ManagedPolicy, Properties: {ManagedPolicyName: send}}
  Key: {Type: AWS::KMS::Key}
  Alias: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/mail, TargetKeyId: !Ref Key}}
  Function: {Type: AWS::Lambda::Function, Properties: {FunctionName: run}}
  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Function, Name: live}}
  Version: {Type: AWS::Lambda::Version, Properties: {FunctionName: !GetAtt Function.Arn}}
  Identity: {Type: AWS::SES::EmailIdentity, Properties: {EmailIdentity: example.com}}
  Set: {Type: AWS::SES::ConfigurationSet, Properties: {Name: mail}}
  Rules: {Type: AWS::SES::ReceiptRuleSet, Properties: {RuleSetName: inbound}}
  Subscription: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref Topic, Protocol: email}}
  Alarm: {Type: AWS::CloudWatch::Alarm, Properties: {AlarmName: bounces}}
  Bucket: {Type: AWS::S3::Bucket}
  Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: items}}
  Log: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /mail}}
  Stream: {Type: AWS::KinesisFirehose::DeliveryStream, Properties: {DeliveryStreamName: events}}
  Machine: {Type: AWS::StepFunctions::StateMachine, Properties: {StateMachineName: flow}}
  Secret: {Type: AWS::SecretsManager::Secret}
  Instance: {Type: AWS::EC2::Instance}
  Strange: {Type: Vendor::Thing::Kind}
  Custom: {Type: Custom::Thing}
  Nested: {Type: AWS::CloudFormation::Stack}
  Stored: {Type: AWS::SSM::Parameter, Properties: {Name: /p, Value: stored}}
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("!Ref Topic", "arn:{partition}:sns:{region}:{account}:orders"),
        ("!GetAtt Topic.TopicArn", "arn:{partition}:sns:{region}:{account}:orders"),
        ("!GetAtt [Topic, TopicName]", "orders"),
        ("!Ref Unnamed", "arn:{partition}:sns:{region}:{account}:{Unnamed.TopicName}"),
        ("!Ref Untold", "arn:{partition}:sns:{region}:{account}:x-{Untold.TopicName}-y-{Untold.2.TopicName}"),
        ("!GetAtt Loop.TopicName", "{Loop.TopicName}"),
        ("!Ref Queue", "https://sqs.{region}.{url_suffix}/{account}/jobs"),
        ("!GetAtt Queue.QueueUrl", "https://sqs.{region}.{url_suffix}/{account}/jobs"),
        ("!GetAtt Queue.Arn", "arn:{partition}:sqs:{region}:{account}:jobs"),
        ("!GetAtt Queue.QueueName", "jobs"),
        ("!Ref Role", "runner"),
        ("!GetAtt Role.Arn", "arn:{partition}:iam::{account}:role/team/runner"),
        ("!GetAtt Role.RoleId", "{Role.RoleId}"),
        ("!Ref Plain", "{Plain.RoleName}"),
        ("!GetAtt Plain.Arn", "arn:{partition}:iam::{account}:role/{Plain.RoleName}"),
        ("!Ref User", "ann"),
        ("!GetAtt User.Arn", "arn:{partition}:iam::{account}:user/ann"),
        ("!Ref Group", "all"),
        ("!GetAtt Group.Arn", "arn:{partition}:iam::{account}:group/all"),
        ("!Ref Managed", "arn:{partition}:iam::{account}:policy/send"),
        ("!GetAtt Managed.PolicyArn", "arn:{partition}:iam::{account}:policy/send"),
        ("!Ref Key", "{Key.KeyId}"),
        ("!GetAtt Key.Arn", "arn:{partition}:kms:{region}:{account}:key/{Key.KeyId}"),
        ("!Ref Alias", "alias/mail"),
        ("!Ref Function", "run"),
        ("!GetAtt Function.Arn", "arn:{partition}:lambda:{region}:{account}:function:run"),
        ("!Ref Live", "arn:{partition}:lambda:{region}:{account}:function:run:live"),
        ("!Ref Version", "arn:{partition}:lambda:{region}:{account}:function:run:{Version.VersionId}"),
        ("!Ref Identity", "example.com"),
        ("!GetAtt Identity.DkimDNSTokenName1", "{Identity.DkimDNSTokenName1}"),
        ("!Ref Set", "mail"),
        ("!Ref Rules", "inbound"),
        ("!Ref Subscription", "arn:{partition}:sns:{region}:{account}:orders:{Subscription.SubscriptionId}"),
        ("!Ref Alarm", "bounces"),
        ("!GetAtt Alarm.Arn", "arn:{partition}:cloudwatch:{region}:{account}:alarm:bounces"),
        ("!Ref Bucket", "{Bucket.BucketName}"),
        ("!GetAtt Bucket.Arn", "arn:{partition}:s3:::{Bucket.BucketName}"),
        ("!GetAtt Table.Arn", "arn:{partition}:dynamodb:{region}:{account}:table/items"),
        ("!GetAtt Table.StreamArn", "arn:{partition}:dynamodb:{Table.StreamArn}"),
        ("!GetAtt Log.Arn", "arn:{partition}:logs:{region}:{account}:log-group:/mail:*"),
        ("!GetAtt Stream.Arn", "arn:{partition}:firehose:{region}:{account}:deliverystream/events"),
        ("!Ref Machine", "arn:{partition}:states:{region}:{account}:stateMachine:flow"),
        ("!Ref Secret", "arn:{partition}:secretsmanager:{region}:{account}:secret:{Secret.SecretName}"),
        ("!Ref Instance", "{Instance}"),
        ("!GetAtt Instance.PublicIp", "{Instance.PublicIp}"),
        ("!GetAtt Strange.Arn", "arn:{partition}:{Strange.Arn}"),
        ("!Ref Custom", "not-yet: the physical id of Custom is what its provider answers"),
        ("!GetAtt Custom.Value", "not-yet: Custom.Value is what its provider answers"),
        ("!GetAtt Nested.Outputs.Topic", "not-here: Nested.Outputs.Topic is an output of another stack"),
        ("!GetAtt Stored.Value", "stored"),
        ("!GetAtt Nowhere.Arn", "not-here: Nowhere is not declared in this template"),
        ("!GetAtt [Topic, !Ref U]", "not-yet: the attribute {?} of Topic is not told"),
        ("!GetAtt [Topic]", "failed: Fn::GetAtt expects a resource and an attribute, found a list"),
    ],
)
def test_reference(expression: str, expected: str) -> None:
    found = inventory(TEMPLATE + "  T: {Type: AWS::SNS::Topic, Properties: {DisplayName: " + expression + "}}\n")
    topic = resource(found, "T")
    assert isinstance(topic, Topic)
    assert shown(topic.display_name) == expected


def test_references_are_literal_when_the_place_is_told() -> None:
    topic = resource(inventory(TEMPLATE, bindings=HERE), "Topic")
    assert topic.arn == text("arn:aws:sns:eu-west-1:111122223333:orders")
    queue = resource(inventory(TEMPLATE, bindings=HERE), "Queue")
    assert isinstance(queue, Queue)
    assert queue.url == Known(text("https://sqs.eu-west-1.amazonaws.com/111122223333/jobs"))


def test_a_declared_arn_equals_itself_whatever_its_name_is() -> None:
    found = inventory(
        TEMPLATE
        + """
  S: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref Untold, Protocol: email}}
  K: {Type: AWS::SNS::Topic, Properties: {KmsMasterKeyId: !Ref Alias}}
"""
    )
    topic = resource(found, "Untold")
    assert isinstance(topic, Topic)
    assert [item.address for item in relations.subscriptions(found, topic).items] == ["S"]
    encrypted = resource(found, "K")
    assert isinstance(encrypted, Topic)
    assert encrypted.kms_key == Known(text("alias/mail"))
    key = relations.key(found, text("alias/mail"), encrypted)
    assert isinstance(key, Known)
    assert isinstance(key.value, Key)
    assert key.value.address == "Key"


def test_an_attribute_that_may_be_an_arn_is_not_taken_for_a_name() -> None:
    url = Symbol("Api.Url", PATH)
    assert url.may_hold_colon
    assert not Symbol("Topic.TopicName", PATH).may_hold_colon
    assert shown(evaluated("!Select [0, !Split [':', !GetAtt Thing.Url]]")) == (
        "not-here: Thing is not declared in this template"
    )


def test_what_a_transform_may_add_is_not_yet_known() -> None:
    value = evaluated("!Ref ServerlessRestApi", "Transform: AWS::Serverless-2016-10-31")
    assert shown(value) == "not-yet: ServerlessRestApi is not declared in this template; its transform may add it"


SETS = """
Parameters: {N: {Type: String}, M: {Type: String}}
Resources:
  I:
    Type: AWS::SES::EmailIdentity
    Properties: {EmailIdentity: example.com, ConfigurationSetAttributes: {ConfigurationSetName: !Ref N}}
  D: {Type: AWS::SES::ConfigurationSetEventDestination, Properties: {ConfigurationSetName: !Ref N}}
  Set: {Type: AWS::SES::ConfigurationSet, Properties: {Name: !Ref N}}
"""


def test_the_parameter_that_names_a_resource_means_it() -> None:
    found = inventory(SETS)
    sets, identity, destination = resource(found, "Set"), resource(found, "I"), resource(found, "D")
    assert isinstance(identity, EmailIdentity)
    assert isinstance(destination, EventDestination)
    assert identity.configuration_set == destination.configuration_set == Known(sets.name)
    assert isinstance(identity.configuration_set, Known)
    assert identity.configuration_set.origin.location == Location(
        "stack.yaml", 6, 75, "/Resources/I/Properties/ConfigurationSetAttributes/ConfigurationSetName"
    )


@pytest.mark.parametrize(
    ("changed", "into"),
    [
        ("{Name: !Ref N}", "{Name: !Ref M}"),
        ("Properties: {Name: !Ref N}", "Properties: {Name: !Sub 'x${N}'}"),
        ("Resources:", "Resources:\n  Other: {Type: AWS::SES::ConfigurationSet, Properties: {Name: !Ref N}}"),
        ("AWS::SES::ConfigurationSet,", "AWS::SES::ReceiptRuleSet,"),
    ],
)
def test_a_parameter_that_names_none_or_several_is_not_told(changed: str, into: str) -> None:
    assert changed in SETS
    destination = resource(inventory(SETS.replace(changed, into)), "D")
    assert isinstance(destination, EventDestination)
    assert destination.configuration_set == Unknown(Cause.NOT_HERE, "parameter N has no value")
