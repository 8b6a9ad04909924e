"""Templates that mean harm: wrong types, cycles, growth. Each ends quickly in Unknowns, or in one line."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources.templates import PATH, evaluated, inventory, resource, shown
from sources.test_attributes import TEMPLATE

from auditor.model import relations
from auditor.model.known import Cause, Known, Unknown
from auditor.model.policy import Gap, Leaf, Mapping
from auditor.model.ses import EmailIdentity
from auditor.model.sns import Topic, TopicPolicy
from auditor.model.text import text
from auditor.questions import Questions
from auditor.sources.cloudformation.files import read_tree
from auditor.sources.cloudformation.read import MAPPERS, read
from auditor.sources.cloudformation.tree import MAX_NODES, Map, Member, Node, Scalar, Seq
from auditor.sources.interface import Bindings, InputError

WRONG: tuple[Node, ...] = (
    Scalar("null", plain=True, line=7, column=7),
    Scalar("true", plain=True, line=7, column=7),
    Scalar("12", plain=True, line=7, column=7),
    Scalar("text", plain=False, line=7, column=7),
    Seq([], 7, 7),
    Seq([Scalar("null", plain=True, line=7, column=7)], 7, 7),
    Seq([Seq([], 7, 7), Map({}, 7, 7), Scalar("x", plain=False, line=7, column=7)], 7, 7),
    Map({}, 7, 7),
    Map({"x": Member(Seq([], 7, 7), 7, 7)}, 7, 7),
    Map({"Ref": Member(Scalar("Nowhere", plain=False, line=7, column=7), 7, 7)}, 7, 7),
    Map({"Ref": Member(Scalar("AWS::NoValue", plain=False, line=7, column=7), 7, 7)}, 7, 7),
    Map({"Fn::If": Member(Seq([], 7, 7), 7, 7)}, 7, 7),
)
"""What stands where something else should."""


def replaced(node: Node, wrong: Node) -> Iterator[Node]:
    """The tree with each of its nodes replaced by a wrong one, one at a time."""
    yield wrong
    match node:
        case Map(members=members, line=line, column=column):
            for key, member in members.items():
                for inner in replaced(member.node, wrong):
                    yield Map({**members, key: Member(inner, member.line, member.column)}, line, column)
        case Seq(items=items, line=line, column=column):
            for number, item in enumerate(items):
                for inner in replaced(item, wrong):
                    yield Seq([*items[:number], inner, *items[number + 1 :]], line, column)
        case Scalar():
            pass


def declarations() -> Map:
    tree = read_tree(TEMPLATE.encode(), PATH)
    assert isinstance(tree, Map)
    resources = tree.get("Resources")
    assert isinstance(resources, Map)
    return resources


@pytest.mark.parametrize("wrong", WRONG, ids=[str(number) for number in range(len(WRONG))])
def test_a_wrong_type_anywhere_is_an_unknown_and_the_rest_goes_on(wrong: Node) -> None:
    intact = Member(Map({"Type": Member(Scalar("AWS::SNS::Topic", plain=True, line=1, column=1), 1, 1)}, 1, 1), 1, 1)
    for logical_id, member in declarations().members.items():
        assert isinstance(member.node, Map)
        properties = member.node.members.get("Properties")
        if properties is None:
            continue
        for changed in replaced(properties.node, wrong):
            whole = Map({**member.node.members, "Properties": Member(changed, 1, 1)}, 1, 1)
            resources = Map({logical_id: Member(whole, 1, 1), "Intact": intact}, 1, 1)
            found = read(
                Map({"Resources": Member(resources, 1, 1)}, 1, 1), PATH, parameters={}, bindings=Bindings()
            ).inventory
            assert resource(found, "Intact").type_name == "AWS::SNS::Topic"


def test_the_fault_is_named_with_its_place() -> None:
    found = inventory(
        """
        Resources:
          T:
            Type: AWS::SNS::Topic
            Properties:
              TopicName: t
              FifoTopic: [yes]
              MaximumMessageSize: much
              KmsMasterKeyId: {a: b}
        """
    )
    topic = resource(found, "T")
    assert isinstance(topic, Topic)
    assert topic.fifo == Unknown(Cause.FAILED, "FifoTopic: expected true or false, found a list")
    assert (topic.fifo.origin.location.line, topic.fifo.origin.location.column) == (7, 18)
    assert topic.max_message_size == Unknown(Cause.FAILED, "MaximumMessageSize: expected an integer, found 'much'")
    assert topic.kms_key == Unknown(Cause.FAILED, "KmsMasterKeyId: expected a string, found a mapping")
    assert topic.signature_version == Known("1")


def test_a_long_wrong_value_is_not_repeated_in_full() -> None:
    value = inventory("Resources: {T: {Type: AWS::SNS::Topic, Properties: {FifoTopic: " + "x" * 5000 + "}}}")
    topic = resource(value, "T")
    assert isinstance(topic, Topic)
    assert isinstance(topic.fifo, Unknown)
    assert len(topic.fifo.detail) < 200


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("Resources: [a]", "stack.yaml:1:12: Resources is a list, not a mapping"),
        ("Resources: text", "stack.yaml:1:12: Resources is a string, not a mapping"),
        ("Resources: {T: text}", "stack.yaml:1:13: resource T is a string, not a mapping"),
        ("Parameters: {P: 1}\nResources: {}", "stack.yaml:1:17: parameter P is a number, not a mapping"),
        ("Conditions: 3\nResources: {}", "stack.yaml:1:13: Conditions is a number, not a mapping"),
        ("Mappings: null\nResources: {T: null}", "stack.yaml:2:13: resource T is null, not a mapping"),
    ],
)
def test_a_malformed_section_is_one_line(template: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        inventory(template)
    assert str(caught.value) == message


def test_a_resource_without_type_is_counted() -> None:
    found = inventory("Resources: {A: {Properties: {}}, T: {Type: AWS::SNS::Topic}}")
    assert found.inputs[0].unsupported == {"(no Type)": 1}
    assert [item.address for item in found.resources] == ["T"]


def test_a_macro_is_counted_and_may_add_properties() -> None:
    found = inventory(
        """
        Transform: [AWS::Serverless-2016-10-31, Rewrite]
        Resources:
          T: {Type: AWS::SNS::Topic, Properties: {FifoTopic: true, 'Fn::Transform': {Name: M}}}
          U: {Type: AWS::SNS::Topic, 'Fn::Transform': {Name: M}}
          V: {Type: AWS::SNS::Topic, Properties: {FifoTopic: true}}
        """
    )
    assert found.inputs[0].unsupported == {"macro Rewrite": 1}
    assert found.inputs[0].open == Unknown(Cause.NOT_YET, "macro Rewrite may add resources")
    third = resource(found, "V")
    assert isinstance(third, Topic)
    assert third.fifo == Known(True)
    assert third.kms_key == Unknown(Cause.NOT_YET, "macro Rewrite may add properties")
    first, second = resource(found, "T"), resource(found, "U")
    assert isinstance(first, Topic)
    assert isinstance(second, Topic)
    assert first.fifo == Known(True)
    assert first.kms_key == Unknown(Cause.NOT_YET, "macro Rewrite may add properties")
    assert second.fifo == Unknown(Cause.NOT_YET, "Fn::Transform may add properties")


def test_a_part_that_is_included_may_declare_more_and_changes_nothing() -> None:
    found = inventory("{Transform: {Name: AWS::Include}, Resources: {T: {Type: AWS::SNS::Topic}}}")
    assert found.inputs[0].open == Unknown(Cause.NOT_YET, "macro AWS::Include may add resources")
    topic = resource(found, "T")
    assert isinstance(topic, Topic)
    assert topic.kms_key == Known(None)
    found = inventory("Resources: {'Fn::Transform': {Name: AWS::Include}, T: {Type: AWS::SNS::Topic}}")
    assert found.inputs[0].open == Unknown(Cause.NOT_YET, "Fn::Transform may add resources")
    assert found.inputs[0].unsupported == {"Fn::Transform": 1}


def test_names_that_refer_to_each_other_end() -> None:
    found = inventory(
        """
        Resources:
          A: {Type: AWS::SNS::Topic, Properties: {TopicName: !GetAtt B.TopicName}}
          B: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub '${A.TopicName}x'}}
        """
    )
    assert [str(item.name) for item in found.resources] == ["{B.TopicName}", "{B.TopicName}x"]


def test_names_that_double_each_time_stay_small() -> None:
    lines = ["  T0: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub '${AWS::Region}x'}}"]
    for n in range(1, 120):
        before = f"${{T{n - 1}.TopicName}}"
        lines.append(f"  T{n}: {{Type: AWS::SNS::Topic, Properties: {{TopicName: !Sub '{before}{before}'}}}}")
    found = inventory("Resources:\n" + "\n".join(lines))
    assert max(len(item.name.parts) for item in found.resources) < 10_000


def test_a_long_chain_of_names_is_not_followed_without_end() -> None:
    lines = [
        f"  T{n}: {{Type: AWS::SNS::Topic, Properties: {{TopicName: !GetAtt T{n + 1}.TopicName}}}}" for n in range(3000)
    ]
    found = inventory("Resources:\n" + "\n".join(lines) + "\n  T3000: {Type: AWS::SNS::Topic}\n")
    assert len(found.resources) == 3001


def test_strings_are_not_put_together_beyond_a_limit() -> None:
    big = "x" * 100_000
    sections = f"Parameters: {{P: {{Type: String, Default: {big}}}}}"
    assert shown(evaluated("!Sub '" + "${P}" * 20 + "'", sections)) == "limit: a string of 2,000,000 characters"
    items = ", ".join(["a"] * 1000)
    assert shown(evaluated(f"!Join [{big}, [{items}]]")) == "limit: a string of 99,901,000 characters"


def test_all_strings_of_a_template_share_one_limit() -> None:
    big = "x" * 1_000_000
    topics = "".join(
        f"  T{n}: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: !Sub '${{P}}{n}'}}}}\n" for n in range(200)
    )
    found = inventory(f"Parameters: {{P: {{Type: String, Default: {big}}}}}\nResources:\n{topics}")
    causes = {item.display_name.cause for item in found.of(Topic) if isinstance(item.display_name, Unknown)}
    assert causes == {Cause.LIMIT}
    assert sum(isinstance(item.display_name, Known) for item in found.of(Topic)) == 67


def test_a_large_mapping_is_not_resolved_without_end() -> None:
    items = ", ".join(["a"] * 5000)
    topics = "".join(
        f"  T{n}: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: !Join ['', !FindInMap [M, a, b]]}}}}\n"
        for n in range(2000)
    )
    found = inventory(f"Mappings: {{M: {{a: {{b: [{items}]}}}}}}\nResources:\n{topics}")
    last = found.of(Topic)[-1].display_name
    assert isinstance(last, Unknown)
    assert last.cause is Cause.LIMIT


def test_loops_are_not_expanded_without_end() -> None:
    items = "[" + ", ".join(f'"{n}"' for n in range(1000)) + "]"
    body = "{'T${A}${B}': {Type: AWS::SNS::Topic}}"
    found = inventory(f"Resources: {{'Fn::ForEach::A': [A, {items}, {{'Fn::ForEach::B': [B, {items}, {body}]}}]}}")
    assert found.resources == ()
    assert found.inputs[0].unsupported == {"Fn::ForEach": 1}


def test_expressions_nested_as_deep_as_a_file_may_be() -> None:
    expression = "!Ref P"
    for _ in range(45):
        expression = f"!Join ['', [{expression}]]"
    assert shown(evaluated(expression, "Parameters: {P: {Type: String, Default: deep}}")) == "deep"


scalars = st.sampled_from(
    ["AWS::NoValue", "T", "T.TopicName", "C", "M", "k", "0", "${T}", "${T.TopicName}", "", "true"]
)
functions = st.sampled_from(
    [
        *("Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::If", "Fn::Select", "Fn::Split", "Fn::FindInMap", "k"),
        *("Fn::ImportValue", "Fn::ToJsonString", "Fn::Length", "Fn::Transform", "Fn::ForEach::X", "Fn::Nope"),
        "Fn::Base64",
    ]
)
expressions = st.recursive(
    scalars.map(lambda word: Scalar(word, plain=True, line=1, column=1)),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: Seq(items, 1, 1))
        | st.dictionaries(functions, inner, max_size=2).map(
            lambda members: Map({key: Member(node, 1, 1) for key, node in members.items()}, 1, 1)
        )
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(expressions, expressions, st.sampled_from(sorted(MAPPERS)))
def test_any_expression_anywhere_is_read(expression: Node, condition: Node, kind: str) -> None:
    def scalar(word: str) -> Scalar:
        return Scalar(word, plain=True, line=1, column=1)

    def mapping(**members: Node) -> Map:
        return Map({key: Member(node, 1, 1) for key, node in members.items()}, 1, 1)

    names = ("TopicName", "Policies", "PolicyDocument", "Subscription", "Events", "Rule", "EventDestination", "Tags")
    properties = mapping(**dict.fromkeys(names, expression))
    resources = mapping(
        T=mapping(Type=scalar("AWS::SNS::Topic"), Properties=mapping(TopicName=expression)),
        X=mapping(Type=scalar(kind), Properties=properties, Condition=scalar("C")),
        Y=mapping(Type=scalar(kind), Properties=expression),
    )
    root = mapping(
        Resources=resources,
        Conditions=mapping(C=condition),
        Mappings=mapping(M=mapping(k=mapping(k=expression))),
        Globals=mapping(Function=expression),
    )
    found = read(root, PATH, parameters={}, bindings=Bindings()).inventory
    assert resource(found, "T").address == "T"


def test_the_limits_are_those_of_the_tree() -> None:
    assert MAX_NODES == 1_000_000


@pytest.mark.parametrize("escaped", [r"\ue0005\ue001", r"\ue000x\ue001", r"\uE000"])
def test_private_use_characters_in_a_json_text_are_what_they_are(escaped: str) -> None:
    template = "Resources: {T: {Type: AWS::SNS::Topic, Properties: {DataProtectionPolicy: %s}}}"
    told = resource(inventory(template % f"""'{{"a": "{escaped}"}}'"""), "T")
    assert isinstance(told, Topic)
    assert isinstance(told.data_protection_policy, Known)
    assert told.data_protection_policy.value is not None
    root = told.data_protection_policy.value.root
    assert isinstance(root, Mapping)
    assert root.get("a") == Leaf(text(json.loads(f'"{escaped}"')), told.data_protection_policy.value.at)
    beside = resource(inventory(template % f"""!Sub '{{"a": "{escaped}${{AWS::Region}}"}}'"""), "T")
    assert isinstance(beside, Topic)
    assert isinstance(beside.data_protection_policy, Known)
    assert beside.data_protection_policy.value is not None
    root = beside.data_protection_policy.value.root
    assert isinstance(root, Gap)
    assert root.unknown == Unknown(Cause.UNDECIDED, "the document holds private-use characters beside what is not told")


def test_braces_that_do_not_close_take_no_time() -> None:
    assert evaluated('!Sub "' + "${a" * 50_000 + '"') == Known(text("${a" * 50_000))


def test_values_that_refer_to_one_another_end() -> None:
    cycle = inventory(
        """
        Resources:
          T: {Type: AWS::SNS::Topic, Properties: {DisplayName: !GetAtt A.Value}}
          A: {Type: AWS::SSM::Parameter, Properties: {Value: !Sub "${B.Value}${B.Value}"}}
          B: {Type: AWS::SSM::Parameter, Properties: {Value: !Sub "${A.Value}${A.Value}"}}
        """
    )
    topic = resource(cycle, "T")
    assert isinstance(topic, Topic)
    assert isinstance(topic.display_name, Known)
    assert topic.display_name.value is not None
    assert topic.display_name.value.holes == (Unknown(Cause.FAILED, "the value of A refers to itself"),) * 4


@pytest.mark.parametrize(
    ("kind", "name", "reference", "expected"),
    [
        ("AWS::SSM::Parameter", "Value", "!GetAtt P%d.Value", "limit: references to one another beyond any use"),
        (
            "AWS::Lambda::Alias",
            "FunctionName",
            "!Ref P%d",
            "arn:{partition}:lambda:{region}:{account}:function:{P20.FunctionName}:{P20.Name}" + ":x" * 20,
        ),
    ],
)
def test_long_chains_of_references_end(kind: str, name: str, reference: str, expected: str) -> None:
    body = "\n".join(
        f"  P{i}: {{Type: {kind}, Properties: {{Name: x, {name}: {reference % (i + 1)}}}}}" for i in range(2000)
    )
    template = f"Resources:\n{body}\n  T: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: {reference % 0}}}}}"
    topic = resource(inventory(template), "T")
    assert isinstance(topic, Topic)
    assert shown(topic.display_name) == expected


def test_a_policy_on_very_many_topics_is_judged_for_some() -> None:
    topics = ", ".join(f"'arn:aws:sns:eu-west-1:111122223333:t{number}'" for number in range(200))
    statements = ", ".join(
        f"{{Sid: S{number}, Effect: Allow, Principal: {{AWS: '111122223333'}}, Action: sns:Publish, Resource: '*'}}"
        for number in range(100)
    )
    found = inventory(
        f"""
        Resources:
          P:
            Type: AWS::SNS::TopicPolicy
            Properties: {{Topics: [{topics}], PolicyDocument: {{Statement: [{statements}]}}}}
        """
    )
    policy = resource(found, "P")
    assert isinstance(policy, TopicPolicy)
    assert len(Questions(found, date(2026, 11, 24)).grants(policy)) == (100 + 1) * 100


def test_identities_of_one_name_are_not_all_looked_at() -> None:
    lines = [
        f"D{number}: {{Type: AWS::SES::EmailIdentity, Properties: {{EmailIdentity: EXAMPLE.com}}}}"
        for number in range(21)
    ]
    body = "\n".join(f"  {line}" for line in lines)
    found = inventory(
        f"Resources:\n{body}\n  A: {{Type: AWS::SES::EmailIdentity, Properties: {{EmailIdentity: a@example.com}}}}"
    )
    address = resource(found, "A")
    assert isinstance(address, EmailIdentity)
    above = relations.identities_above(found, address, "example.com")
    assert [item.address for item in above.items] == [f"D{number}" for number in range(20)]
    assert above.complete == Unknown(Cause.UNDECIDED, "more than 20 identities of one name are declared")
