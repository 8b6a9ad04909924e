import json
from typing import Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from iam_lint_examples import EXAMPLES, ROLE, TOPIC, document, statement

from auditor.iam.document import parse
from auditor.iam.lint import Finding, FindingType, PolicyType, lint, policy_type
from auditor.iam.lint.catalogue import CHECKS, NOT_CHECKED
from auditor.model.known import Cause, Unknown
from auditor.model.policy import Document, Entry, Gap, Leaf, Mapping, Sequence, node_of
from auditor.model.text import text

HOLE = Unknown(Cause.NOT_HERE, "a parameter")


def found(policy: Any, kind: PolicyType = PolicyType.IDENTITY, resource_type: str = "") -> tuple[Finding, ...]:
    return lint(Document(tree=node_of(policy)), kind, resource_type)


def codes(policy: Any, kind: PolicyType = PolicyType.IDENTITY, resource_type: str = "") -> set[str]:
    return {each.code for each in found(policy, kind, resource_type)}


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_each_check_finds_its_example(code: str) -> None:
    kind, policy, resource_type = EXAMPLES[code]
    assert code in codes(policy, PolicyType(kind), resource_type)


def test_every_check_has_an_example() -> None:
    assert CHECKS.keys() - EXAMPLES.keys() == {"JSON_SYNTAX_ERROR"}


def test_nothing_is_both_checked_and_not() -> None:
    assert not CHECKS.keys() & NOT_CHECKED.keys()


@pytest.mark.parametrize("written", ["", "{", '{"Version": "2012-10-17", "Version": "2012-10-17"}', "[" * 1000])
def test_what_is_no_json_is_one_finding(written: str) -> None:
    assert [each.code for each in lint(Document(json=written), PolicyType.IDENTITY)] == ["JSON_SYNTAX_ERROR"]


@pytest.mark.parametrize(
    ("kind", "policy", "resource_type"),
    [
        ("identity", document(statement()), ""),
        (
            "identity",
            document(
                statement(
                    Action="ses:SendEmail",
                    Resource="arn:aws:ses:eu-west-1:111122223333:identity/example.com",
                    Condition={"StringEquals": {"ses:FromAddress": "mail@example.com"}},
                )
            ),
            "",
        ),
        (
            "identity",
            document(
                statement(
                    Action="iam:PassRole",
                    Resource="*",
                    Condition={"StringEquals": {"iam:PassedToService": "ses.amazonaws.com"}},
                )
            ),
            "",
        ),
        (
            "resource",
            document(
                statement(
                    Principal={"Service": "ses.amazonaws.com"},
                    Condition={
                        "StringEquals": {"aws:SourceAccount": "111122223333"},
                        "ArnLike": {"aws:SourceArn": "arn:aws:ses:eu-west-1:111122223333:configuration-set/all"},
                    },
                )
            ),
            "AWS::SNS::Topic",
        ),
        (
            "trust",
            document(statement(Principal={"Service": "ses.amazonaws.com"}, Action="sts:AssumeRole", Resource=None)),
            "",
        ),
        ("scp", document(statement(Action="sns:*", Condition={"Bool": {"aws:SecureTransport": "true"}})), ""),
        ("scp", document(statement(Action=None, NotAction="s3:*Get*", Resource="*")), ""),
        ("rcp", document({"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*"}), ""),
        ("endpoint", document(statement(Principal="*", Resource="*", Action="*")), ""),
    ],
)
def test_good_policies_are_clean(kind: str, policy: Any, resource_type: str) -> None:
    assert found(policy, PolicyType(kind), resource_type) == ()


def test_a_finding_says_where_it_is_and_what_to_do() -> None:
    (only,) = found(document(statement(Action=["sns:Publish", "sns:Publsh"])))
    assert only.path == "/Statement/0/Action/1"
    assert only.location.pointer == "/Statement/0/Action/1"
    assert only.fix == "Did you mean sns:Publish?"
    assert "the database of 20" in only.message


def test_slashes_in_keys_are_escaped_in_paths() -> None:
    policy = document(statement(Condition={"NumericEquals": {"aws:RequestTag/team": "mail"}}))
    paths = {each.path for each in found(policy)}
    assert paths == {"/Statement/0/Condition/NumericEquals/aws:RequestTag~1team"}


def test_findings_stand_in_the_order_of_the_document() -> None:
    many = document(*[statement(Action=f"sns:No{number}") for number in range(11)])
    numbers = [int(each.path.split("/")[2]) for each in found(many)]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("identityPolicy", PolicyType.IDENTITY),
        ("IDENTITY_POLICY", PolicyType.IDENTITY),
        ("resource-based policy", PolicyType.RESOURCE),
        ("SERVICE_CONTROL_POLICY", PolicyType.SCP),
        ("Resource Control Policy", PolicyType.RCP),
        ("permissions boundary", PolicyType.BOUNDARY),
        ("sessionPolicy", PolicyType.SESSION),
        ("vpcEndpoint", PolicyType.ENDPOINT),
        ("trust", PolicyType.TRUST),
        ("any", PolicyType.ANY),
        ("cookie", None),
    ],
)
def test_kinds_go_by_many_names(written: str, expected: PolicyType | None) -> None:
    assert policy_type(written) is expected


# -- what is not told -------------------------------------------------------------------------------------------------


def leaf(written: str) -> Leaf:
    return Leaf(text(written))


def mapping(open_: Unknown | None = None, **members: Any) -> Mapping:
    return Mapping(tuple(Entry(text(name), node) for name, node in members.items()), open=open_)


def policy_with(*statements: Any, open_: Unknown | None = None) -> Document:
    return Document(tree=mapping(open_, Version=leaf("2012-10-17"), Statement=Sequence(tuple(statements))))


@pytest.mark.parametrize("kind", list(PolicyType))
@pytest.mark.parametrize(
    "partly",
    [
        Document(tree=Gap(HOLE)),
        Document(tree=mapping(HOLE)),
        policy_with(Gap(HOLE)),
        policy_with(mapping(HOLE)),
        policy_with(
            mapping(
                Effect=Gap(HOLE),
                Action=Leaf(text("sns:", HOLE)),
                Resource=Leaf(text(HOLE)),
                Principal=Gap(HOLE),
                Condition=Gap(HOLE),
            )
        ),
    ],
)
def test_what_is_not_told_is_no_finding(partly: Document, kind: PolicyType) -> None:
    unfit = {
        "UNSUPPORTED_PRINCIPAL",
        "SCP_SYNTAX_ERROR_PRINCIPAL",
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
        "rcp-syntax-error-version",
    }
    assert {each.code for each in lint(partly, kind)} - unfit == set()


def test_open_lists_of_conditions_could_hold_what_is_missing() -> None:
    service = mapping(Service=leaf("ses.amazonaws.com"))
    told = {"Effect": leaf("Allow"), "Action": leaf("sns:Publish"), "Resource": leaf(TOPIC), "Principal": service}
    closed = lint(policy_with(mapping(**told)), PolicyType.RESOURCE, "AWS::SNS::Topic")
    assert [each.code for each in closed] == ["RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL"]
    assert lint(policy_with(mapping(HOLE, **told)), PolicyType.RESOURCE, "AWS::SNS::Topic") == ()


# -- details of checks ------------------------------------------------------------------------------------------------


def test_a_condition_that_needs_the_key_stands_for_null() -> None:
    condition = {"ForAllValues:StringEquals": {"aws:TagKeys": "team"}, "Null": {"aws:TagKeys": "false"}}
    action = {"Action": "sns:TagResource"}
    assert codes(document(statement(Condition=condition, **action))) == set()
    del condition["Null"]
    assert codes(document(statement(Condition=condition, **action))) == {"forallvalues-without-null"}


def test_recipients_are_in_every_request_to_send() -> None:
    condition = {"ForAllValues:StringLike": {"ses:Recipients": "*@example.com"}}
    send = {"Action": "ses:SendEmail", "Resource": "arn:aws:ses:eu-west-1:111122223333:identity/example.com"}
    assert codes(document(statement(Condition=condition, **send))) == set()


def test_negated_sources_hold_nobody_back() -> None:
    condition = {"StringNotEquals": {"aws:SourceAccount": "111122223333"}}
    policy = document(statement(Principal={"Service": "ses.amazonaws.com"}, Condition=condition))
    assert "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL" in codes(policy, PolicyType.RESOURCE)


def test_of_two_equal_patterns_the_later_one_is_redundant() -> None:
    policy = document(statement(Action=["sns:Pub*", "SNS:pub*"]))
    assert [(each.code, each.path) for each in found(policy)] == [("REDUNDANT_ACTION", "/Statement/0/Action/1")]


def test_a_star_is_not_redundant_beside_what_only_resembles_it() -> None:
    policy = document(statement(Action=["sns:Publish", "sns:*Publish"]))
    assert [each.path for each in found(policy) if each.code == "REDUNDANT_ACTION"] == ["/Statement/0/Action/0"]


def test_every_partition_is_taken() -> None:
    arns = [
        TOPIC.replace("aws:sns:eu-west-1", place) for place in ("aws-cn:sns:cn-north-1", "aws-us-gov:sns:us-gov-west-1")
    ]
    assert codes(document(statement(Resource=arns))) == set()


def test_a_region_of_another_partition_is_none() -> None:
    assert codes(document(statement(Resource=TOPIC.replace("eu-west-1", "cn-north-1")))) == {"INVALID_ARN_REGION"}


def test_roles_of_one_service_may_have_a_wildcard() -> None:
    policy = document(statement(Action="iam:PassRole", Resource="arn:aws:iam::111122223333:role/service-role/ses-*"))
    assert codes(policy) == set()


def test_only_what_holds_for_every_kind_is_checked_when_the_kind_is_not_told() -> None:
    policy = {"Statement": {"Effect": "Allow", "Action": "sns:Publsh", "Principal": {"AWS": ROLE}}}
    assert codes(policy, PolicyType.ANY) == set()


def test_the_default_topic_policy_names_an_action_that_aws_documents_nowhere() -> None:
    condition = {"StringEquals": {"aws:SourceAccount": "111122223333"}}
    policy = document(statement(Principal={"AWS": "*"}, Action=["SNS:Publish", "SNS:Receive"], Condition=condition))
    assert codes(policy, PolicyType.RESOURCE, "AWS::SNS::Topic") == set()


# -- anything at all --------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        *("Version", "2012-10-17", "Statement", "Effect", "Allow", "Deny", "Action", "NotAction", "Resource", "Sid"),
        *("NotResource", "Principal", "NotPrincipal", "Condition", "AWS", "Service", "Federated", "*", "sns:Publish"),
        *(
            "StringEquals",
            "ForAllValues:StringLike",
            "Null",
            "aws:SourceArn",
            "aws:SourceIp",
            "10.0.0.0/8",
            TOPIC,
            ROLE,
        ),
        *(
            "${aws:username}",
            "${",
            "arn:",
            "arn:aws:s3:::a/*",
            "DateLessThan",
            "IpAddress",
            "iam:*",
            "s*:?",
            "",
            "a/b~c",
        ),
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12) | WORDS
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=5),
    max_leaves=30,
)
STATEMENTS = st.fixed_dictionaries(
    {},
    optional={
        "Sid": SCALARS,
        "Effect": st.sampled_from(["Allow", "Deny", "allow", 1]),
        "Action": st.lists(WORDS, max_size=3) | ANYTHING,
        "NotAction": WORDS,
        "Resource": st.lists(WORDS, max_size=3) | ANYTHING,
        "Principal": st.dictionaries(st.sampled_from(["AWS", "Service", "Federated"]), st.lists(WORDS, max_size=2)),
        "Condition": st.dictionaries(WORDS, st.dictionaries(WORDS, ANYTHING, max_size=2), max_size=2) | ANYTHING,
    },
)
POLICIES = ANYTHING | st.fixed_dictionaries(
    {"Statement": STATEMENTS | st.lists(STATEMENTS, max_size=3)}, optional={"Version": WORDS, "Id": SCALARS}
)


@settings(max_examples=examples(100))
@given(POLICIES, st.sampled_from(list(PolicyType)), st.sampled_from(["", "AWS::SNS::Topic", "AWS::S3::Bucket"]))
def test_lint_takes_anything(policy: object, kind: PolicyType, resource_type: str) -> None:
    for each in found(policy, kind, resource_type):
        assert each.code in CHECKS
        assert each.message
        assert json.dumps(each.path)


@settings(max_examples=examples(100))
@given(POLICIES, st.sampled_from(list(PolicyType)))
def test_what_has_no_error_parses_without_problems(policy: object, kind: PolicyType) -> None:
    findings = found(policy, kind)
    if any(each.type is FindingType.ERROR for each in findings) or kind is PolicyType.ANY:
        return
    empty = {each.code for each in findings if each.code.startswith("EMPTY_")}
    parsed = parse(Document(tree=node_of(policy)))
    problems = [*parsed.problems, *(each for one in parsed.statements for each in one.problems)]
    assert not problems or empty
