"""Fn::ForEach stands for members when its collection is told."""

import pytest
from sources.templates import inventory, resource

from auditor.model.known import Cause, Known, Unknown
from auditor.model.origin import Location
from auditor.model.relations import subscriptions
from auditor.model.sns import Subscription, Topic
from auditor.model.text import text

TOPICS = """
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: "orders,bounces"}
  Untold: {Type: CommaDelimitedList}
Resources:
  Fn::ForEach::Topics:
    - Name
    - !Ref Names
    - Topic${Name}:
        Type: AWS::SNS::Topic
        Properties:
          TopicName: !Sub "x-${Name}"
          DisplayName: !Ref Name
"""


def test_resources_of_a_loop_are_declared_at_its_body() -> None:
    found = inventory(TOPICS)
    assert [item.address for item in found.resources] == ["Topicorders", "Topicbounces"]
    topic = resource(found, "Topicbounces")
    assert isinstance(topic, Topic)
    assert topic.name == text("x-bounces")
    assert topic.display_name == Known(text("bounces"))
    assert topic.location == Location("stack.yaml", 10, 7, "/Resources/Topicbounces")


def test_a_loop_over_what_is_not_told_is_counted_as_unsupported() -> None:
    found = inventory(TOPICS.replace("!Ref Names", "!Ref Untold"))
    assert found.resources == ()
    assert found.inputs[0].unsupported == {"Fn::ForEach": 1}
    assert found.inputs[0].open == Unknown(Cause.NOT_HERE, "Fn::ForEach::Topics: parameter Untold has no value")


@pytest.mark.parametrize(
    ("body", "is_open"),
    [
        ("{'X${A}': {Type: AWS::EC2::VPC}}", False),
        ("{'X${A}': {Type: AWS::EC2::VPC}, 'Y${A}': {Type: AWS::SNS::Topic}}", True),
        ("{'X${A}': {Type: '${A}'}}", True),
        ("{'X${A}': {Type: AWS::CloudFormation::Stack}}", True),
        ("{'X${A}': {Type: Custom::Subscribe}}", True),
        ("{'Fn::ForEach::In': [B, [x], {'X${A}${B}': {Type: AWS::EC2::VPC}}]}", False),
        ("{'Fn::ForEach::In': [B, [x], {'X${A}${B}': {Type: AWS::SNS::Subscription}}]}", True),
    ],
)
def test_a_loop_that_makes_no_resource_of_the_model_hides_nothing(body: str, *, is_open: bool) -> None:
    parameters = "Parameters: {P: {Type: CommaDelimitedList}}\nResources:\n  T: {Type: AWS::SNS::Topic}\n"
    found = inventory(f"{parameters}  Fn::ForEach::Out: [A, !Ref P, {body}]")
    assert (found.inputs[0].open is not None) is is_open
    topic = resource(found, "T")
    assert isinstance(topic, Topic)
    told = subscriptions(found, topic).complete
    assert isinstance(told, Unknown) is is_open


def test_loops_inside_loops_and_other_resources() -> None:
    found = inventory(
        """
        Resources:
          T: {Type: AWS::SNS::Topic}
          Fn::ForEach::Outer:
            - A
            - [x, "y.z"]
            - Fn::ForEach::Inner:
                - B
                - ["1", "2"]
                - "S&{A}${B}":
                    Type: AWS::SNS::Subscription
                    Properties: {TopicArn: !GetAtt T.TopicArn, Protocol: email, Endpoint: "${A}${B}@example.com"}
        """
    )
    assert [item.address for item in found.resources] == ["T", "Sx1", "Sx2", "Syz1", "Syz2"]
    last = resource(found, "Syz2")
    assert isinstance(last, Subscription)
    assert last.endpoint == Known(text("y.z2@example.com"))


def test_a_loop_inside_properties() -> None:
    template = """
    Parameters: {Untold: {Type: CommaDelimitedList}}
    Resources:
      T:
        Type: AWS::SNS::Topic
        Properties:
          Fn::ForEach::Props: [P, LIST, {"Display${P}": hello}]
    """
    told = resource(inventory(template.replace("LIST", "[Name]")), "T")
    assert isinstance(told, Topic)
    assert told.display_name == Known(text("hello"))
    assert told.fifo == Known(False)
    untold = resource(inventory(template.replace("LIST", "!Ref Untold")), "T")
    assert isinstance(untold, Topic)
    assert untold.fifo == Unknown(Cause.NOT_HERE, "Fn::ForEach::Props: parameter Untold has no value")


def test_a_malformed_loop_is_counted_as_unsupported() -> None:
    found = inventory("Resources: {'Fn::ForEach::X': [a, b], 'Fn::ForEach::Y': 1, T: {Type: AWS::SNS::Topic}}")
    assert found.inputs[0].unsupported == {"Fn::ForEach": 2}
    assert [item.address for item in found.resources] == ["T"]
