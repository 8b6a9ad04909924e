"""What a template hands to nested stacks, custom resources and connectors may have more than the template declares."""

import pytest
from sources.templates import PATH, inventory, resource

from auditor.model import relations
from auditor.model.awslambda import Function
from auditor.model.iam import Role
from auditor.model.known import Cause, Known, Unknown
from auditor.model.origin import How
from auditor.model.ses import EmailIdentity
from auditor.model.sns import Topic
from auditor.model.sqs import Queue

NESTED = Unknown(Cause.NOT_HERE, "the nested stack N gets it and may attach to it")
CUSTOM = Unknown(Cause.NOT_YET, "the custom resource N gets it and may attach to it")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("{Type: AWS::CloudFormation::Stack, Properties: {Parameters: {A: !Ref T}}}", NESTED),
        ("{Type: AWS::CloudFormation::Stack, Properties: {Parameters: {A: !GetAtt T.TopicName}}}", NESTED),
        ("{Type: AWS::CloudFormation::Stack, Properties: {Parameters: {A: !GetAtt [T, TopicName]}}}", NESTED),
        ("{Type: AWS::CloudFormation::Stack, Properties: {Parameters: {A: !Sub 'x${T.TopicName}'}}}", NESTED),
        ("{Type: AWS::CloudFormation::Stack, Properties: {Parameters: {A: !Sub ['${T}', {}]}}}", NESTED),
        ("{Type: AWS::CloudFormation::Stack, Properties: {Parameters: {A: !Ref Other}}}", None),
        ("{Type: AWS::CloudFormation::Stack, DependsOn: T, Properties: {TemplateURL: x}}", None),
        ("{Type: AWS::CloudFormation::Stack, Condition: No, Properties: {Parameters: {A: !Ref T}}}", None),
        ("{Type: AWS::CloudFormation::Stack, Condition: Untold, Properties: {Parameters: {A: !Ref T}}}", NESTED),
        ("{Type: AWS::Serverless::Application, Properties: {Parameters: {A: !Ref T}}}", NESTED),
        ("{Type: Custom::Subscribe, Properties: {ServiceToken: !Ref Other, Topics: [!Ref T]}}", CUSTOM),
        ("{Type: AWS::CloudFormation::CustomResource, Properties: {Topic: !Ref T}}", CUSTOM),
        ("{Type: Custom::Notified, Properties: {ServiceToken: !Ref T}}", None),
        ("{Type: AWS::EC2::VPC, Properties: {X: !Ref T}}", None),
    ],
)
def test_what_is_handed_may_have_more(given: str, why: Unknown | None) -> None:
    found = inventory(
        f"""
        Parameters: {{P: {{Type: String}}}}
        Conditions: {{No: !Equals [a, b], Untold: !Equals [!Ref P, b]}}
        Resources:
          T: {{Type: AWS::SNS::Topic}}
          Other: {{Type: AWS::SNS::Topic}}
          N: {given}
        """
    )
    topic = resource(found, "T")
    assert isinstance(topic, Topic)
    for told in (relations.subscriptions(found, topic).complete, relations.topic_policies(found, topic).complete):
        assert told == (Known(value=True) if why is None else why)
    assert found.inputs[0].handed.get("T") == why


def test_the_topics_of_an_identity_that_a_custom_resource_gets_are_not_told() -> None:
    found = inventory(
        """
        Resources:
          I: {Type: AWS::SES::EmailIdentity, Properties: {EmailIdentity: example.com}}
          Other: {Type: AWS::SES::EmailIdentity, Properties: {EmailIdentity: example.net}}
          N: {Type: Custom::NotificationTopic, Properties: {ServiceToken: x, Identity: !Ref I}}
        """
    )
    identity, other = resource(found, "I"), resource(found, "Other")
    assert isinstance(identity, EmailIdentity)
    assert isinstance(other, EmailIdentity)
    assert (identity.bounce_topic, identity.complaint_topic, identity.delivery_topic) == (CUSTOM, CUSTOM, CUSTOM)
    assert other.bounce_topic == Known(None)
    assert other.bounce_topic.origin.how is How.ABSENT


@pytest.mark.parametrize(
    "connected",
    [
        "{Type: AWS::SNS::Topic, Connectors: {C: {Properties: {Destination: [{Id: F}, {Id: Q}]}}}}",
        """{Type: AWS::SNS::Topic}
          C1: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: T}, Destination: {Id: F}}}
          C2: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: T}, Destination: {Id: Q}}}""",
    ],
)
def test_connectors_add_policies_to_both_ends(connected: str) -> None:
    found = inventory(
        f"""
        Transform: AWS::Serverless-2016-10-31
        Resources:
          T: {connected}
          F: {{Type: AWS::Lambda::Function, Properties: {{Role: !GetAtt R.Arn}}}}
          R: {{Type: AWS::IAM::Role}}
          Q: {{Type: AWS::SQS::Queue}}
          Free: {{Type: AWS::SQS::Queue}}
        """
    )
    topic, function, role, queue, free = (resource(found, name) for name in ("T", "F", "R", "Q", "Free"))
    assert isinstance(topic, Topic)
    assert isinstance(function, Function)
    assert isinstance(role, Role)
    assert isinstance(queue, Queue)
    assert isinstance(free, Queue)
    told = (
        relations.topic_policies(found, topic),
        relations.permissions(found, function),
        relations.declared_attachments(found, role),
        relations.queue_policies(found, queue),
    )
    assert [isinstance(each.complete, Unknown) for each in told] == [True] * 4
    assert relations.queue_policies(found, free).complete == Known(value=True)


@pytest.mark.parametrize(
    ("resources", "why"),
    [
        ("M: {Type: My::Mail::Topics::MODULE}", "My::Mail::Topics::MODULE M may add resources"),
        ("M: {Fn::Transform: {Name: AWS::Include}}", "(no Type) M may add resources"),
        ("M: {Type: AWS::EC2::VPC, Fn::Transform: {Name: AWS::Include}}", None),
    ],
)
def test_a_module_or_an_included_resource_may_be_any(resources: str, why: str | None) -> None:
    opened = inventory(f"Resources:\n  T: {{Type: AWS::SNS::Topic}}\n  {resources}").inputs[0].open
    assert opened == (None if why is None else Unknown(Cause.NOT_YET, why))
    assert opened is None or opened.origin.location.path == PATH
