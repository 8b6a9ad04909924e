"""Stacks that are read together see what the others export."""

from pathlib import Path

from sources.templates import shown

from auditor.model import relations
from auditor.model.known import Known
from auditor.model.ses import ConfigurationSet, EmailIdentity, EventDestination
from auditor.model.sns import Subscription, Topic
from auditor.model.sqs import Queue, QueuePolicy
from auditor.sources.detect import load

TOPIC = """
Parameters: {U: {Type: String}}
Conditions: {Maybe: !Equals [!Ref U, x]}
Resources:
  T: {Type: AWS::SNS::Topic}
Outputs:
  Arn: {Value: !Ref T, Export: {Name: shared-topic}}
  Untold: {Value: !Ref U, Export: {Name: untold}}
  Perhaps: {Value: !Ref T, Condition: Maybe, Export: {Name: perhaps}}
  NotNamed: {Value: !Ref T, Export: {Name: !Ref U}}
  Plain: {Value: !Ref T}
"""


def subscribing(name: str, *outputs: str) -> str:
    lines = [f"  {output.title()}: {{Value: !ImportValue {name}, Export: {{Name: {output}}}}}" for output in outputs]
    return (
        "Resources:\n  S: {Type: AWS::SNS::Subscription, Properties: {Protocol: email, TopicArn: !ImportValue "
        f"{name}}}}}\nOutputs:\n" + ("\n".join(lines) or "  {}") + "\n"
    )


def loaded(tmp_path: Path, **templates: str) -> dict[str, Subscription]:
    for name, template in templates.items():
        (tmp_path / f"{name}.yaml").write_text(template)
    inventory = load([tmp_path], root=tmp_path).inventory
    return {item.deployment: item for item in inventory.of(Subscription)}


def test_an_import_is_what_the_other_stack_exports(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(subscribing("shared-topic"))
    (tmp_path / "b.yaml").write_text(TOPIC)
    inventory = load([tmp_path], root=tmp_path).inventory
    [topic] = inventory.of(Topic)
    assert [item.address for item in relations.subscriptions(inventory, topic).items] == ["S"]


def test_exports_that_import_are_followed(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        a=subscribing("second"),
        b=subscribing("first", "second"),
        c=subscribing("shared-topic", "first"),
        d=TOPIC,
    )
    arn = "arn:{partition}:sns:{region}:{account}:{T.TopicName}"
    assert [shown(item.topic) for item in found.values()] == [arn, arn, arn]


def test_what_is_not_told_is_not_exported(tmp_path: Path) -> None:
    for name in ("untold", "perhaps", "nowhere"):
        found = loaded(tmp_path, a=subscribing(name), b=TOPIC)
        assert shown(found["a.yaml"].topic) == f"not-here: {name} is exported by another stack"


def test_a_name_that_two_stacks_export_is_not_told(tmp_path: Path) -> None:
    found = loaded(tmp_path, a=subscribing("shared-topic"), b=TOPIC, c=TOPIC)
    assert shown(found["a.yaml"].topic) == "not-here: shared-topic is exported by another stack"


def test_stacks_that_export_what_they_import_of_each_other_end(tmp_path: Path) -> None:
    found = loaded(tmp_path, a=subscribing("one", "two"), b=subscribing("two", "one"))
    assert shown(found["a.yaml"].topic) == "not-here: one is exported by another stack"


MAIL = """
Resources:
  Set: {Type: AWS::SES::ConfigurationSet, Properties: {Name: main}}
  Q: {Type: AWS::SQS::Queue}
Outputs:
  Set: {Value: !Ref Set, Export: {Name: set}}
  Url: {Value: !Ref Q, Export: {Name: url}}
"""
SENDING = """
Resources:
  I:
    Type: AWS::SES::EmailIdentity
    Properties: {EmailIdentity: example.com, ConfigurationSetAttributes: {ConfigurationSetName: !ImportValue set}}
  D:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties: {ConfigurationSetName: !ImportValue set, EventDestination: {MatchingEventTypes: [bounce]}}
  P:
    Type: AWS::SQS::QueuePolicy
    Properties: {Queues: [!ImportValue url], PolicyDocument: {Statement: []}}
"""


def test_stacks_that_import_from_one_another_are_in_one_account_and_region(tmp_path: Path) -> None:
    for name, template in (
        ("a", SENDING),
        ("b", MAIL),
        ("c", MAIL.replace("Export: {Name: ", "Export: {Name: other-")),
    ):
        (tmp_path / f"{name}.yaml").write_text(template)
    inventory = load([tmp_path], root=tmp_path).inventory
    places = {item.deployment: (item.account, item.region) for item in inventory.resources}
    assert places["a.yaml"] == places["b.yaml"] != places["c.yaml"]
    [identity] = inventory.of(EmailIdentity)
    [destination] = inventory.of(EventDestination)
    [policy] = inventory.of(QueuePolicy)
    near, far = inventory.of(ConfigurationSet)
    assert isinstance(identity.configuration_set, Known)
    assert identity.configuration_set.value is not None
    assert relations.configuration_set(inventory, identity.configuration_set.value, identity) == Known(near)
    assert relations.event_destinations(inventory, near).items == (destination,)
    assert relations.event_destinations(inventory, far).items == ()
    assert [relations.queue_policies(inventory, queue).items for queue in inventory.of(Queue)] == [(policy,), ()]


def test_stacks_are_in_one_place_over_several_imports(tmp_path: Path) -> None:
    names = ("one", "two", "three")
    for name, before in zip(names, ("", *names[:-1]), strict=True):
        used = f"DisplayName: !ImportValue {before}" if before else ""
        (tmp_path / f"{name}.yaml").write_text(
            f"Resources: {{T: {{Type: AWS::SNS::Topic, Properties: {{{used}}}}}}}\n"
            f"Outputs: {{O: {{Value: !Ref T, Export: {{Name: {name}}}}}}}\n"
        )
    topics = load([tmp_path], root=tmp_path).inventory.of(Topic)
    assert len({topic.account for topic in topics}) == 1
    told = {topic.deployment: topic.display_name for topic in topics}
    arns = {topic.deployment: topic.arn for topic in topics}
    assert (told["three.yaml"], told["two.yaml"]) == (Known(arns["two.yaml"]), Known(arns["one.yaml"]))
