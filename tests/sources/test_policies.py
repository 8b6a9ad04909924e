"""Policy documents: places at every node, strings that hold JSON, undecided parts; and who they belong to."""

import pytest
from sources.templates import PATH, inventory, plain, resource

from auditor.model import relations
from auditor.model.iam import Group, InlinePolicy, Role, User
from auditor.model.known import Cause, Known, Unknown
from auditor.model.origin import Location
from auditor.model.policy import Gap, Leaf, Mapping, Sequence
from auditor.model.sns import Subscription, Topic, TopicPolicy
from auditor.model.text import SECRET, Symbol, text

POLICY = """
Parameters: {U: {Type: String}}
Conditions: {Maybe: !Equals [!Ref U, x]}
Resources:
  T: {Type: AWS::SNS::Topic}
  P:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref T]
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Sid: One
            Effect: Allow
            Principal: {Service: ses.amazonaws.com}
            Action: [sns:Publish]
            Resource: !Ref T
            Condition:
              StringEquals: {"AWS:SourceAccount": 111122223333}
              Bool: {"aws:SecureTransport": false}
          - !If [Maybe, {Effect: Deny, Principal: "*", Action: "*", Resource: "*"}, !Ref AWS::NoValue]
          - Effect: Allow
            Principal: {AWS: !Ref U}
            Action: sns:Subscribe
            Resource: !Sub "${T}-${U}"
"""


def document() -> Mapping:
    policy = resource(inventory(POLICY), "P")
    assert isinstance(policy, TopicPolicy)
    assert isinstance(policy.document, Known)
    root = policy.document.value.root
    assert isinstance(root, Mapping)
    return root


def test_a_document_is_a_tree_with_what_was_written() -> None:
    hole = Unknown(Cause.NOT_HERE, "parameter U has no value")
    topic = "arn:{partition}:sns:{region}:{account}:{T.TopicName}"
    assert plain(document()) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "One",
                "Effect": "Allow",
                "Principal": {"Service": "ses.amazonaws.com"},
                "Action": ["sns:Publish"],
                "Resource": topic,
                "Condition": {
                    "StringEquals": {"AWS:SourceAccount": 111122223333},
                    "Bool": {"aws:SecureTransport": False},
                },
            },
            Unknown(Cause.NOT_HERE, "condition Maybe: parameter U has no value"),
            {
                "Effect": "Allow",
                "Principal": {"AWS": hole},
                "Action": "sns:Subscribe",
                "Resource": f"{topic}-{{?}}",
            },
        ],
    }


def test_every_node_has_its_place() -> None:
    root = document()
    assert root.at == Location(PATH, 11, 9, "/Resources/P/Properties/PolicyDocument")
    statements = root.get("Statement")
    assert isinstance(statements, Sequence)
    first = statements.items[0]
    assert isinstance(first, Mapping)
    pointer = "/Resources/P/Properties/PolicyDocument/Statement/0"
    assert first.at == Location(PATH, 13, 13, pointer)
    assert first.entries[3].at == Location(PATH, 16, 13, f"{pointer}/Action")
    action = first.get("Action")
    assert isinstance(action, Sequence)
    assert action.items[0] == Leaf(text("sns:Publish"), Location(PATH, 16, 22, f"{pointer}/Action/0"))


def test_an_undecided_statement_is_a_gap_that_may_be_absent() -> None:
    statements = document().get("Statement")
    assert isinstance(statements, Sequence)
    undecided, last = statements.items[1], statements.items[2]
    assert isinstance(undecided, Gap)
    assert undecided.may_be_absent
    assert undecided.at.line == 21
    assert isinstance(last, Mapping)
    principal = last.get("Principal")
    assert isinstance(principal, Mapping)
    [entry] = principal.entries
    assert isinstance(entry.node, Gap)
    assert not entry.node.may_be_absent


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("""'{"kind": ["bounce", 1, true, null]}'""", {"kind": ["bounce", 1, True, None]}),
        ("""!Sub '{"arn": "${T}", "x": "${U}"}'""", {"arn": "arn:{partition}:sns:{region}:{account}:{T.TopicName}"}),
        ("""!Join ['', ['{"a":"', !Ref AWS::Region, '"}']]""", {"a": "{region}"}),
        ("""{"Fn::ToJsonString": {"a": [!Ref AWS::Region]}}""", {"a": ["{region}"]}),
        ("""!Sub '{"a": ${U}}'""", Unknown(Cause.NOT_HERE, "parameter U has no value")),
        (
            "'{nonsense'",
            Unknown(
                Cause.FAILED,
                "the document is not readable: not JSON: expected a key or the end of the mapping",
            ),
        ),
        (
            "'" + "[" * 200 + "'",
            Unknown(Cause.FAILED, "the document is not readable: nested deeper than 100 levels: not read"),
        ),
    ],
)
def test_a_document_may_be_a_string_of_json(written: str, expected: object) -> None:
    found = inventory(
        POLICY + "  S: {Type: AWS::SNS::Subscription, Properties: {Protocol: sqs, TopicArn: !Ref T, FilterPolicy: "
        f"{written}}}}}\n"
    )
    subscription = resource(found, "S")
    assert isinstance(subscription, Subscription)
    seen = plain(subscription.filter_policy)
    if isinstance(seen, dict) and isinstance(expected, dict) and "x" in seen:
        assert seen.pop("x") == "{?}"
    assert seen == expected
    assert isinstance(subscription.filter_policy, Known)
    assert subscription.filter_policy.value is not None
    assert subscription.filter_policy.value.root.at.line == 26


def test_inline_subscriptions_stand_at_their_items() -> None:
    found = inventory(
        """
        Parameters: {U: {Type: String}}
        Conditions: {Maybe: !Equals [!Ref U, x]}
        Resources:
          T:
            Type: AWS::SNS::Topic
            Properties:
              Subscription:
                - {Protocol: email, Endpoint: ops@example.com}
                - !If [Maybe, {Protocol: sms, Endpoint: "+15555550100"}, !Ref AWS::NoValue]
        """
    )
    topic = resource(found, "T")
    assert isinstance(topic, Topic)
    relation = relations.subscriptions(found, topic)
    [certain] = relation.items
    assert (certain.address, certain.name, certain.protocol) == (
        "T/Subscription/0",
        text("ops@example.com"),
        Known("email"),
    )
    assert (certain.location.line, certain.location.column) == (9, 11)
    [possible] = relation.possible
    why = Unknown(Cause.NOT_HERE, "condition Maybe: parameter U has no value")
    assert possible.uncertain == why
    assert possible.protocol == why


def test_inline_policies_that_may_not_be_there_say_so() -> None:
    found = inventory(
        """
        Parameters: {U: {Type: String}}
        Conditions: {Maybe: !Equals [!Ref U, x]}
        Resources:
          R:
            Type: AWS::IAM::Role
            Properties:
              Policies:
                - !If [Maybe, {PolicyName: p, PolicyDocument: {}}, !Ref AWS::NoValue]
                - {PolicyName: !Ref U, PolicyDocument: {}}
        """
    )
    first, second = resource(found, "R/Policies/0"), resource(found, "R/Policies/1")
    assert isinstance(first, InlinePolicy)
    assert first.uncertain == Unknown(Cause.NOT_HERE, "condition Maybe: parameter U has no value")
    assert second.uncertain is None
    assert second.name == text(Symbol("R.Policies.1", PATH))


def test_policies_of_their_own_find_their_holders() -> None:
    document = "{Statement: []}"
    found = inventory(
        f"""
        Resources:
          R: {{Type: AWS::IAM::Role}}
          U: {{Type: AWS::IAM::User}}
          G: {{Type: AWS::IAM::Group, Properties: {{GroupName: g}}}}
          A: {{Type: AWS::IAM::RolePolicy, Properties: {{PolicyName: a, RoleName: !Ref R, PolicyDocument: {document}}}}}
          B: {{Type: AWS::IAM::UserPolicy, Properties: {{PolicyName: b, UserName: !Ref U, PolicyDocument: {document}}}}}
          C: {{Type: AWS::IAM::GroupPolicy, Properties: {{PolicyName: c, GroupName: g, PolicyDocument: {document}}}}}
          D: {{Type: AWS::IAM::Policy, Properties: {{PolicyName: d, Roles: [!Ref R], Users: [!Ref U]}}}}
        """
    )
    role, user, group = resource(found, "R"), resource(found, "U"), resource(found, "G")
    assert isinstance(role, Role)
    assert isinstance(user, User)
    assert isinstance(group, Group)
    assert [item.address for item in relations.inline_policies(found, role).items] == ["A", "D"]
    assert [item.address for item in relations.inline_policies(found, user).items] == ["B", "D"]
    assert [item.address for item in relations.inline_policies(found, group).items] == ["C"]


def test_users_are_in_the_groups_they_are_added_to() -> None:
    found = inventory(
        """
        Parameters: {P: {Type: String}, L: {Type: CommaDelimitedList}}
        Conditions: {Maybe: !Equals [!Ref P, x]}
        Resources:
          Ann: {Type: AWS::IAM::User, Properties: {UserName: ann, Groups: [own]}}
          Bob: {Type: AWS::IAM::User, Properties: {UserName: bob}}
          A: {Type: AWS::IAM::UserToGroupAddition, Properties: {GroupName: mail, Users: [!Ref Ann]}}
          B: {Type: AWS::IAM::UserToGroupAddition, Properties: {GroupName: perhaps, Users: !Ref L}}
          C: {Type: AWS::IAM::UserToGroupAddition, Condition: Maybe, Properties: {GroupName: c, Users: [bob]}}
        """
    )
    ann, bob = resource(found, "Ann"), resource(found, "Bob")
    assert isinstance(ann, User)
    assert isinstance(bob, User)
    assert isinstance(ann.groups, Known)
    assert isinstance(bob.groups, Known)
    assert [str(group) for group in ann.groups.value] == ["own", "mail", "{?}"]
    assert [str(group) for group in bob.groups.value] == ["{?}", "{?}"]
    assert [hole.detail for group in bob.groups.value for hole in group.holes] == [
        "whether B adds Bob to a group is not told",
        "whether C adds Bob to a group is not told",
    ]


def test_an_access_key_of_a_user_that_is_not_told_may_be_anyones() -> None:
    found = inventory(
        """
        Parameters: {P: {Type: String}}
        Resources:
          Ann: {Type: AWS::IAM::User, Properties: {UserName: ann}}
          K: {Type: AWS::IAM::AccessKey, Properties: {UserName: !Ref P}}
        """
    )
    ann = resource(found, "Ann")
    assert isinstance(ann, User)
    assert ann.access_keys == Unknown(Cause.NOT_HERE, "whether the access key K is one of Ann is not told")


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("sns.amazonaws.com", {"Service": "sns.amazonaws.com"}),
        ("!Sub 'sns.${AWS::URLSuffix}'", {"Service": "sns.{url_suffix}"}),
        ("'*'", "*"),
        ("'111122223333'", {"AWS": "arn:{partition}:iam::111122223333:root"}),
        ("111122223333", {"AWS": "arn:{partition}:iam::111122223333:root"}),
        ("!Ref AWS::AccountId", {"AWS": "arn:{partition}:iam::{account}:root"}),
        ("arn:aws:iam::111122223333:role/r", {"AWS": "arn:aws:iam::111122223333:role/r"}),
        ("!Ref P", Unknown(Cause.NOT_HERE, "parameter P has no value")),
    ],
)
def test_the_principal_of_a_permission_is_what_addpermission_makes_of_it(principal: str, expected: object) -> None:
    found = inventory(
        f"""
        Parameters: {{P: {{Type: String}}}}
        Resources:
          F: {{Type: AWS::Lambda::Permission, Properties: {{FunctionName: f, Action: a, Principal: {principal}}}}}
        """
    )
    document = plain(getattr(resource(found, "F"), "document"))  # noqa: B009 - one of many types
    assert isinstance(document, dict)
    assert document["Statement"][0]["Principal"] == expected


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("f", "arn:{partition}:lambda:{region}:{account}:function:f"),
        ("arn:aws:lambda:eu-west-1:111122223333:function:f", "arn:aws:lambda:eu-west-1:111122223333:function:f"),
        ("111122223333:function:f", Unknown(Cause.UNDECIDED, "111122223333:function:f is part of an ARN")),
        ("!Ref P", Unknown(Cause.NOT_HERE, "parameter P has no value")),
    ],
)
def test_the_resource_of_a_permission_is_the_function(function: str, expected: object) -> None:
    found = inventory(
        f"""
        Parameters: {{P: {{Type: String}}}}
        Resources:
          F: {{Type: AWS::Lambda::Permission, Properties: {{FunctionName: {function}, Action: a, Principal: "*"}}}}
        """
    )
    document = plain(getattr(resource(found, "F"), "document"))  # noqa: B009 - one of many types
    assert isinstance(document, dict)
    assert document["Statement"][0]["Resource"] == expected


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("https://user:pass@example.com/a@b", text("https://", SECRET, "@example.com/a@b")),
        ("https://tok@example.com", text("https://", SECRET, "@example.com")),
        ("https://a:b@c@example.com/", text("https://", SECRET, "@example.com/")),
        ("https://example.com/?mail=a@b", text("https://example.com/?mail=a@b")),
        ("ops@example.com", text("ops@example.com")),
        ("!Sub 'https://u:${Pw}@example.com/${AWS::Region}'", None),
    ],
)
def test_credentials_of_an_endpoint_are_not_kept(endpoint: str, expected: object) -> None:
    found = inventory(
        f"""
        Parameters: {{Pw: {{Type: String, Default: s3cret}}}}
        Resources:
          S: {{Type: AWS::SNS::Subscription, Properties: {{TopicArn: t, Protocol: https, Endpoint: "{endpoint}"}}}}
        """.replace('"!Sub', "!Sub").replace("'\"}", "'}")
    )
    subscription = resource(found, "S")
    assert isinstance(subscription, Subscription)
    if expected is None:
        expected = text("https://", SECRET, "@example.com/", Symbol("region", PATH))
    assert subscription.endpoint == Known(expected)
    assert subscription.name == expected
    assert "s3cret" not in repr(found)
    assert "pass@" not in repr(found)


@pytest.mark.parametrize("key", ["''", "!Ref None"])
def test_an_empty_key_is_none(key: str) -> None:
    found = inventory(
        f"""
        Parameters: {{None: {{Type: String, Default: ""}}}}
        Resources: {{T: {{Type: AWS::SNS::Topic, Properties: {{KmsMasterKeyId: {key}}}}}}}
        """
    )
    topic = resource(found, "T")
    assert isinstance(topic, Topic)
    assert topic.kms_key == Known(None)


def test_the_policy_of_one_topic_has_its_name() -> None:
    found = inventory(
        """
        Resources:
          T: {Type: AWS::SNS::Topic, Properties: {TopicName: t}}
          One: {Type: AWS::SNS::TopicPolicy, Properties: {Topics: [!Ref T], PolicyDocument: {}}}
          Two: {Type: AWS::SNS::TopicPolicy, Properties: {Topics: [!Ref T, other], PolicyDocument: {}}}
          In: {Type: AWS::SNS::TopicInlinePolicy, Properties: {TopicArn: !Ref T, PolicyDocument: {}}}
        """
    )
    assert [resource(found, address).name for address in ("One", "Two", "In")] == [text("t"), text("Two"), text("t")]


def test_a_user_is_not_in_the_groups_of_another_one_whose_name_is_not_told() -> None:
    found = inventory(
        """
        Resources:
          Ann: {Type: AWS::IAM::User}
          Bob: {Type: AWS::IAM::User}
          A: {Type: AWS::IAM::UserToGroupAddition, Properties: {GroupName: mail, Users: [!Ref Ann]}}
          K: {Type: AWS::IAM::AccessKey, Properties: {UserName: !Ref Ann}}
        """
    )
    ann, bob = resource(found, "Ann"), resource(found, "Bob")
    assert isinstance(ann, User)
    assert isinstance(bob, User)
    assert (ann.groups, bob.groups) == (Known((text("mail"),)), Known(()))
    assert isinstance(ann.access_keys, Known)
    assert len(ann.access_keys.value) == 1
    assert bob.access_keys == Known(())
