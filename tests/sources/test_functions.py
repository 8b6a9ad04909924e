"""The intrinsic functions: exact values where the template tells them, the reason where it does not."""

import pytest
from sources.templates import HERE, PATH, display, evaluated, shown

from auditor.model.known import Known, Unknown
from auditor.model.origin import Location
from auditor.model.policy import Gap
from auditor.model.text import Symbol, Text, text

SECTIONS = """
Parameters:
  Env: {Type: String, Default: dev}
  Untold: {Type: String}
  Other: {Type: String}
  Many: {Type: CommaDelimitedList, Default: "a, b,c"}
  Numbers: {Type: List<Number>, Default: "1,2"}
  Count: {Type: Number, Default: 3}
  Stored: {Type: AWS::SSM::Parameter::Value<String>, Default: /x}
  Password: {Type: String, NoEcho: true, Default: hunter2}
  Dynamic: {Type: String, Default: '{{resolve:ssm:/x:1}}'}
Mappings:
  Names:
    dev: {Short: d, Same: s, List: [x, y]}
    prod: {Short: p, Same: s}
Conditions:
  Dev: !Equals [!Ref Env, dev]
  Unclear: !Equals [!Ref Untold, x]
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("plain", "plain"),
        ("12", "12"),
        ("true", "true"),
        ("!Ref Env", "dev"),
        ("!Ref Count", "3"),
        ("!Ref Untold", "not-here: parameter Untold has no value"),
        ("!Ref Stored", "not-yet: parameter Stored is read from the SSM Parameter Store"),
        ("!Ref Password", "{secret Password}"),
        ("!Ref Dynamic", "not-yet: /x:1 is read from the SSM Parameter Store in the deployment"),
        ("!Ref AWS::AccountId", "{account}"),
        ("!Ref AWS::Region", "{region}"),
        ("!Ref AWS::Partition", "{partition}"),
        ("!Ref AWS::URLSuffix", "{url_suffix}"),
        ("!Ref AWS::StackName", "{AWS::StackName}"),
        (
            "!Ref AWS::StackId",
            "arn:{partition}:cloudformation:{region}:{account}:stack/{AWS::StackName}/{AWS::StackId}",
        ),
        ("!Ref AWS::NoValue", None),
        ("!Ref Nowhere", "not-here: Nowhere is not declared in this template"),
        ("!Sub 'x-${Env}-${AWS::Region}'", "x-dev-{region}"),
        ("!Sub '${!Env}-${ Env }'", "${Env}-dev"),
        ("!Sub ['${A}-${Env}', {A: !Ref Count}]", "3-dev"),
        ("!Sub 'x-${Untold}'", "x-{?}"),
        ("!Sub '${Untold}'", "not-here: parameter Untold has no value"),
        ("!Sub '${T.TopicName}'", "{T.TopicName}"),
        ("!Sub ''", ""),
        ("!Sub [x]", "failed: Fn::Sub expects a string, or a string and a mapping, found a list"),
        ("!Join ['-', [a, !Ref Env, 3]]", "a-dev-3"),
        ("!Join ['', [a, !Ref AWS::AccountId]]", "a{account}"),
        ("!Join ['-', [a, !Ref AWS::NoValue, b]]", "a-b"),
        ("!Join ['-', ['', a]]", "-a"),
        (
            "!Join ['-', [a, !If [Unclear, b, !Ref AWS::NoValue]]]",
            "not-here: condition Unclear: parameter Untold has no value",
        ),
        ("!Join ['', [a, !If [Unclear, b, !Ref AWS::NoValue]]]", "a{?}"),
        ("!Join [',', !Ref Many]", "a,b,c"),
        ("!Join ['', []]", ""),
        ("!Join ['-', [a, !Ref Untold]]", "a-{?}"),
        ("!Join ['-', x]", "failed: Fn::Join expects a separator and a list, found a list"),
        ("!Select [1, !Ref Many]", "b"),
        ("!Select ['0', [x, y]]", "x"),
        ("!Select [!Ref Count, [a, b, c, d]]", "d"),
        ("!Select [2, !Ref Numbers]", "failed: Fn::Select takes item 2 of a list of 2"),
        ("!Select [!Ref Untold, [a]]", "not-yet: the index of Fn::Select is not told"),
        (
            "!Select [1, [!If [Unclear, x, !Ref AWS::NoValue], a, b]]",
            "not-yet: which item Fn::Select takes at 1 is not told",
        ),
        ("!Select [1, !Split [',', 'a,b']]", "b"),
        ("!Select [5, !Split [':', !Ref T]]", "{T.TopicName}"),
        ("!Select [1, !Split ['/', !Ref AWS::StackId]]", "{AWS::StackName}"),
        ("!Select [0, !Split ['-', !Ref AWS::Region]]", "not-yet: where '-' stands in {region} is not told"),
        ("!Select [0, !Split [',', !Ref Untold]]", "not-here: parameter Untold has no value"),
        ("!Select [0, !Split ['', x]]", "failed: Fn::Split expects a separator that is not empty"),
        ("!If [Dev, yes it is, no]", "yes it is"),
        ("!If [Dev, !Ref AWS::NoValue, no]", None),
        ("!If [Unclear, a, b]", "not-here: condition Unclear: parameter Untold has no value"),
        ("!If [Unclear, a, a]", "a"),
        ("!If [Unclear, !Ref Env, dev]", "dev"),
        ("!If [Unclear, !Ref Untold, !Ref Untold]", "not-here: condition Unclear: parameter Untold has no value"),
        ("!If [Nowhere, a, b]", "not-here: condition Nowhere is not declared"),
        ("!If [Dev, a]", "failed: Fn::If expects a condition and two values, found a list"),
        ("!FindInMap [Names, !Ref Env, Short]", "d"),
        ("!FindInMap [Names, !Ref Untold, Same]", "s"),
        (
            "!FindInMap [Names, !Ref Untold, Short]",
            "not-here: Fn::FindInMap Names.{?}.Short: parameter Untold has no value",
        ),
        (
            "!FindInMap [Names, !Ref Untold, List]",
            "not-here: Fn::FindInMap Names.{?}.List: parameter Untold has no value",
        ),
        (
            "!FindInMap [Names, !Ref AWS::Region, Short]",
            "not-here: Fn::FindInMap Names.{region}.Short: the key is not told",
        ),
        ("!FindInMap [Names, test, Short]", "failed: no Names.test.Short in Mappings"),
        ("!FindInMap [Names, test, Short, {DefaultValue: !Ref Env}]", "dev"),
        ("!FindInMap [Names, !Ref Untold, Same, {DefaultValue: s}]", "s"),
        (
            "!FindInMap [Names, !Ref Untold, Same, {DefaultValue: other}]",
            "not-here: Fn::FindInMap Names.{?}.Same: parameter Untold has no value",
        ),
        ("!Join ['+', !FindInMap [Names, dev, List]]", "x+y"),
        ("!Base64 abc", "YWJj"),
        ("!Base64 {Ref: Untold}", "not-yet: Fn::Base64 of a string that is not told in full"),
        ("!ImportValue network", "not-here: network is exported by another stack"),
        ("!ImportValue {'Fn::Sub': '${Env}-net'}", "not-here: dev-net is exported by another stack"),
        ("{'Fn::ToJsonString': {a: [1, true, !Ref Env, !Ref AWS::Region]}}", '{"a":[1,true,"dev","{region}"]}'),
        ("{'Fn::ToJsonString': {a: !Ref Untold}}", '{"a":{?}}'),
        ("{'Fn::Length': !Ref Many}", "3"),
        ("{'Fn::Length': [a, !Ref AWS::NoValue]}", "1"),
        ("{'Fn::Length': [!If [Unclear, a, !Ref AWS::NoValue]]}", "not-yet: the length of the list is not told"),
        ("!Select [0, !GetAZs '']", "not-yet: Fn::GetAZs is evaluated in the deployment"),
        ("!Select [0, !Cidr [10.0.0.0/16, 2, 8]]", "not-yet: Fn::Cidr is evaluated in the deployment"),
        ("!Transform {Name: AWS::Include}", "not-yet: Fn::Transform is evaluated in the deployment"),
        ("{'Fn::Rain::S3': x}", "not-yet: Fn::Rain::S3 is evaluated in the deployment"),
        ("'{{resolve:ssm:/app/name}}'", "not-yet: /app/name is read from the SSM Parameter Store in the deployment"),
        ("'x-{{resolve:ssm:/app/name}}-y'", "x-{?}-y"),
        ("'{{resolve:secretsmanager:db:SecretString:pw}}'", "{secret db:SecretString:pw}"),
        ("!Sub '{{resolve:ssm-secure:/${Env}/pw:1}}!'", "{secret /dev/pw:1}!"),
        ("!Join ['', ['{{resolve:secretsmanager:', !Ref Env, '}}']]", "{secret dev}"),
        ("'{{resolve:broken'", "{{resolve:broken"),
        ("[a]", "failed: DisplayName: expected a string, found a list"),
        ("{a: b}", "failed: DisplayName: expected a string, found a mapping"),
        ("!Ref Many", "failed: DisplayName: expected a string, found a list"),
        ("null", "failed: DisplayName: expected a string, found null"),
    ],
)
def test_value(expression: str, expected: str | None) -> None:
    assert shown(evaluated(expression, SECTIONS)) == expected


def test_two_uses_of_a_parameter_without_value_are_not_known_to_be_equal() -> None:
    value = evaluated("!Sub '${Untold}-${Untold}'", SECTIONS)
    assert isinstance(value, Known)
    assert value.value is not None
    assert not value.value.is_exact


def test_the_value_of_a_secret_parameter_is_not_kept() -> None:
    assert evaluated("!Sub 'x:${Password}'", SECTIONS).map(str) == Known("x:{secret Password}")
    assert "hunter2" not in repr(display("!Sub 'x:${Password}'", SECTIONS, {}))
    assert evaluated("!Ref Password", SECTIONS, Password="s3cret") == Known(text(Symbol("secret Password", PATH)))


def test_given_parameters_win_over_defaults() -> None:
    assert evaluated("!Sub '${Env}-${Untold}'", SECTIONS, Env="prod", Untold="x") == Known(text("prod-x"))


def test_bindings_replace_symbols() -> None:
    topic = display("!Sub '${AWS::Partition} ${AWS::Region} ${AWS::AccountId} ${AWS::URLSuffix}'", "", {}, HERE)
    assert topic.display_name == Known(text("aws eu-west-1 111122223333 amazonaws.com"))
    assert topic.account == text("111122223333")
    assert topic.region == text("eu-west-1")


@pytest.mark.parametrize(
    ("partition", "suffix"), [("aws-us-gov", "amazonaws.com"), ("aws-cn", "amazonaws.com.cn"), ("aws-iso", None)]
)
def test_the_url_suffix_belongs_to_the_partition(partition: str, suffix: str | None) -> None:
    from auditor.sources.interface import Bindings

    value = display("!Ref AWS::URLSuffix", "", {}, Bindings(partition=partition)).display_name
    assert value == Known(text(suffix) if suffix is not None else text(Symbol("url_suffix", PATH)))


def test_symbols_belong_to_their_deployment() -> None:
    assert evaluated("!Ref AWS::AccountId") == Known(Text((Symbol("account", PATH),)))


def test_values_and_unknowns_carry_their_place() -> None:
    written = evaluated("!Sub 'x'")
    assert written.origin.location == Location(PATH, 6, 20, "/Resources/T/Properties/DisplayName")
    inner = evaluated("!If [Dev, inside, no]", "Conditions: {Dev: !Equals [a, a]}")
    assert inner.origin.location == Location(PATH, 6, 30, "/Resources/T/Properties/DisplayName/Fn::If/1")
    unknown = evaluated("!Ref P", "Parameters: {P: {Type: String}}")
    assert isinstance(unknown, Unknown)
    assert unknown.origin.location == Location(PATH, 6, 7, "/Resources/T/Properties/DisplayName")


def test_a_hole_knows_where_it_stands() -> None:
    value = evaluated("!Sub 'x-${P}'", "Parameters: {P: {Type: String}}")
    assert isinstance(value, Known)
    assert value.value is not None
    [hole] = value.value.holes
    assert hole.origin.location == Location(PATH, 6, 20, "/Resources/T/Properties/DisplayName")


def test_an_undecided_list_item_is_a_gap_that_may_be_absent() -> None:
    from auditor.model.arn import symbolic_place
    from auditor.model.policy import Sequence
    from auditor.sources.cloudformation.files import read_tree
    from auditor.sources.cloudformation.resolve import Resolver
    from auditor.sources.cloudformation.template import template_of
    from auditor.sources.cloudformation.tree import Map

    tree = read_tree(SECTIONS.encode() + b"X: [!If [Unclear, a, !Ref AWS::NoValue], !If [Unclear, a, b]]\n", PATH)
    assert isinstance(tree, Map)
    items = Resolver(template_of(tree, PATH, {}), symbolic_place(PATH)).resolve(tree.members["X"].node, "/X")
    assert isinstance(items, Sequence)
    assert [item.may_be_absent for item in items.items if isinstance(item, Gap)] == [True, False]
