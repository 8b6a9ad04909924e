"""Comparisons of what is not told, not documented, or easily taken for something else."""

import itertools
from collections.abc import Mapping as MappingOf
from typing import Any

import pytest

from auditor import iam
from auditor.iam.difference import Difference, Kind, Witness, difference, granted
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.policy import Document, Entry, Leaf, Mapping, Node, Sequence
from auditor.model.text import Symbol, Text, text

ORDERS = "arn:aws:sns:eu-west-1:111111111111:orders"
ANY, OTHER = Symbol("Any.Arn"), Symbol("Other.Arn")
ROLE_NAME = Symbol("Role")
ACCOUNT, REGION = Symbol("account"), Symbol("region")
HOLE = Unknown(Cause.NOT_HERE, "a parameter")
ROLE = "arn:aws:iam::111111111111:role/team/deploy"
SESSION = "arn:aws:sts::111111111111:assumed-role/deploy/s"


def node(data: object) -> Node:
    if isinstance(data, MappingOf):
        return Mapping(tuple(Entry(text(str(key)), node(value)) for key, value in data.items()))
    if isinstance(data, list):
        return Sequence(tuple(map(node, data)))
    assert isinstance(data, str | Text)
    return Leaf(text(data))


def policy(*statements: object) -> iam.Policy:
    return iam.parse(Document(tree=node({"Version": "2012-10-17", "Statement": list(statements)})))


def allow(resource: object = "*", condition: object = None, action: object = "sns:*", **more: object) -> object:
    made = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return made if condition is None else made | {"Condition": condition}


def deny(**more: Any) -> object:
    made = allow(**more)
    assert isinstance(made, dict)
    return made | {"Effect": "Deny"}


NOTHING = policy(allow(action="sqs:DeleteQueue"))


def compared(new: iam.Policy, old: iam.Policy = NOTHING, **options: Any) -> Truth:
    return difference([new], [old], **options).truth


def of_resource(new: iam.Policy, old: iam.Policy) -> Difference:
    return difference([new], [old], kind=Kind.RESOURCE)


# -- symbols and holes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "condition",
    [
        {"StringLike": {"x:k": text(ANY)}, "StringEquals": {"x:k": text(OTHER)}},
        {"StringLike": {"x:k": text(ANY)}, "StringEquals": {"x:k": "foo"}},
        {"StringLike": {"x:k": text("a", ANY)}, "StringEquals": {"x:k": text(OTHER, "b")}},
        {"StringEquals": {"x:k": text(HOLE)}},
    ],
)
def test_what_two_symbols_have_in_common_is_not_known(condition: object) -> None:
    assert compared(policy(allow(condition=condition))) is Truth.UNKNOWN


def test_a_symbol_is_the_same_in_both_policies() -> None:
    assert compared(policy(allow([text(ANY), ORDERS])), policy(allow(text(ANY)), allow(ORDERS))) is Truth.FALSE
    assert compared(policy(allow(text(ANY, "/*"))), policy(allow(text(ANY, "*")))) is Truth.FALSE
    assert compared(policy(allow(text(ANY))), policy(allow(text(OTHER)))) is Truth.UNKNOWN


def test_a_hole_in_an_arn_can_hold_colons() -> None:
    assert compared(policy(allow(text("arn:aws:sns:", HOLE, "orders")))) is Truth.UNKNOWN
    assert compared(policy(allow(ORDERS)), policy(allow(text("arn:aws:sns:", HOLE, "orders")))) is Truth.UNKNOWN


def test_a_hole_as_a_principal_can_be_a_whole_account() -> None:
    new = policy(allow(Principal={"AWS": "arn:aws:iam::111111111111:user/ann"}))
    old = policy(allow(Principal={"AWS": text("arn:aws:iam::", HOLE)}))
    assert of_resource(new, old).truth is Truth.UNKNOWN


def test_the_account_of_a_deployment_is_some_account() -> None:
    root = policy(allow(Principal={"AWS": text("arn:aws:iam::", ACCOUNT, ":root")}))
    role = policy(allow(Principal={"AWS": text("arn:aws:iam::", ACCOUNT, ":role/x")}))
    assert of_resource(role, root) == Difference(truth=Truth.FALSE)
    found = of_resource(root, role)
    assert found.truth is Truth.TRUE
    assert found.witness is not None
    assert found.witness.principal == "arn:aws:iam::{account}:root"


@pytest.mark.parametrize(
    ("session", "certainly"),
    [
        (text("arn:aws:sts::111111111111:assumed-role/", ROLE_NAME, "/s"), Truth.UNKNOWN),
        (text("arn:aws:sts::111111111111:assumed-role/deploy/", ROLE_NAME), Truth.TRUE),
        # Role and session, and what comes before them.
        (text("arn:aws:sts::111111111111:assumed-role/", ROLE_NAME), Truth.UNKNOWN),
        (text("arn:aws:sts::111111111111:", ROLE_NAME), Truth.TRUE),
        (text("arn:aws:", ROLE_NAME), Truth.UNKNOWN),
    ],
)
def test_a_session_of_a_role_that_is_not_told_is_somebody(session: Text, certainly: Truth) -> None:
    new = policy(allow(Principal={"AWS": session}))
    assert of_resource(new, policy(allow(Principal={"Service": "ses.amazonaws.com"}))).truth is certainly
    everybody = policy(allow(Principal="*"))
    without = policy(allow(Principal="*"), deny(Principal={"AWS": session}))
    assert of_resource(everybody, without).truth is certainly
    assert of_resource(new, everybody).truth is Truth.FALSE


def test_a_session_of_a_role_that_is_not_told_is_the_same_in_both_policies() -> None:
    session = {"AWS": text("arn:aws:sts::111111111111:assumed-role/", ROLE_NAME, "/s")}
    old = policy(allow(Principal=session), allow(Principal="*", action="sqs:*"))
    assert of_resource(policy(allow(Principal=session, action="sns:Publish")), old).truth is Truth.FALSE
    role = policy(allow(Principal={"AWS": text("arn:aws:iam::111111111111:role/", ROLE_NAME)}))
    assert of_resource(policy(allow(Principal=session)), role).truth is Truth.FALSE


@pytest.mark.parametrize("name", ["user/", "user/team/", ""])
def test_a_user_who_is_not_told_may_be_behind_a_federated_session(name: str) -> None:
    user = {"AWS": text("arn:aws:iam::111111111111:", name, ROLE_NAME)}
    new = policy(allow(Principal={"AWS": "arn:aws:sts::111111111111:federated-user/ann"}))
    old = policy(allow(Principal="*"), deny(Principal=user))
    assert of_resource(new, old).truth is Truth.UNKNOWN


def test_only_what_is_certainly_asked_about_is_granted() -> None:
    asked = {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::secret/*"]}
    assert granted([policy(allow(text(ANY), action="s3:GetObject"))], **asked).truth is Truth.UNKNOWN
    assert granted([policy(allow("*", action="s3:Get*"))], **asked).truth is Truth.TRUE
    assert granted([policy(allow("arn:aws:s3:::other/*", action="s3:*"))], **asked).truth is Truth.FALSE


# -- ARNs -------------------------------------------------------------------------------------------------------------


def test_a_short_arn_goes_on_in_policies_of_principals_only() -> None:
    short = allow("arn:aws:sns:eu-west-1", Principal="*")
    assert compared(policy(allow("arn:aws:sns:eu-west-1"))) is Truth.TRUE
    assert compared(policy(allow("arn:aws:sns:eu-west-1")), policy(allow("arn:aws:sns:eu-west-1:*:*"))) is Truth.FALSE
    assert compared(policy(allow(text("arn:aws:sns:", REGION)))) is Truth.TRUE
    assert of_resource(policy(short), policy(allow(action="sqs:*", Principal="*"))).truth is Truth.FALSE


def test_a_star_before_the_last_star_of_a_short_arn_may_go_over_colons() -> None:
    assert compared(policy(allow("arn:aws:sns:us-west-2:1:x")), policy(allow("arn:aws:s*west*"))) is Truth.UNKNOWN


def test_a_wildcard_in_a_resource_type_is_read_either_way() -> None:
    wide, narrow = (
        allow("arn:aws:ec2:*:*:*/*", action="ec2:*"),
        allow("arn:aws:ec2:*:*:*/*", action="ec2:StopInstances"),
    )
    assert compared(policy(narrow), policy(wide)) is Truth.FALSE
    found = difference([policy(wide)], [policy(narrow)])
    assert found.truth is Truth.UNKNOWN
    assert [why.detail for why in found.unknowns] == [
        "AWS does not document what a wildcard in the resource type of arn:aws:ec2:*:*:*/* matches"
    ]


# -- condition keys ---------------------------------------------------------------------------------------------------


def test_a_value_of_another_type_is_a_value() -> None:
    present = policy(allow(condition={"Null": {"x:k": "false"}}))
    low, high = {"NumericLessThan": {"x:k": "5"}}, {"NumericGreaterThanEquals": {"x:k": "5"}}
    assert compared(present, policy(allow(condition=low), allow(condition=high))) is Truth.TRUE
    assert compared(present, policy(allow(condition={"ArnLike": {"x:k": "arn:*:*:*:*:*"}}))) is Truth.TRUE


def test_a_key_of_a_known_type_has_values_of_that_type() -> None:
    present = policy(allow(condition={"Null": {"s3:max-keys": "false"}}))
    low, high = {"NumericLessThan": {"s3:max-keys": "5"}}, {"NumericGreaterThanEquals": {"s3:max-keys": "5"}}
    assert compared(present, policy(allow(condition=low), allow(condition=high))) is Truth.FALSE


def test_a_string_that_is_no_arn_is_like_no_arn() -> None:
    word = policy(allow(condition={"StringEquals": {"x:k": "foo"}}))
    assert compared(word, policy(allow(condition={"ArnLike": {"x:k": "arn:*:*:*:*:*"}}))) is Truth.TRUE


def test_several_values_are_asked_for_with_and_without_a_quantifier() -> None:
    one_of = policy(allow(condition={"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}}))
    single = policy(allow(condition={"StringEquals": {"aws:TagKeys": "a"}}))
    assert compared(one_of, single) is Truth.UNKNOWN
    # A key that has one value has no other.
    one_of = policy(allow(condition={"ForAnyValue:StringEquals": {"aws:SourceVpc": "a"}}))
    single = policy(allow(condition={"StringEquals": {"aws:SourceVpc": "a"}}))
    assert compared(one_of, single) is Truth.FALSE


@pytest.mark.parametrize("value", ["1e999999999", "-1e999999999", "1e-999999999", "0." + "1" * 300])
def test_numbers_of_any_size_are_compared(value: str) -> None:
    below = policy(allow(condition={"NumericLessThan": {"s3:max-keys": value}}))
    up_to = policy(allow(condition={"NumericLessThanEquals": {"s3:max-keys": value}}))
    assert compared(below, up_to) is Truth.FALSE
    assert compared(up_to, below) is Truth.TRUE


@pytest.mark.parametrize("value", ["1e999999999", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "1893456000.5"])
def test_dates_of_any_time_are_compared(value: str) -> None:
    before = policy(allow(condition={"DateLessThan": {"aws:CurrentTime": value}}))
    up_to = policy(allow(condition={"DateLessThanEquals": {"aws:CurrentTime": value}}))
    assert compared(before, up_to) is Truth.FALSE
    assert compared(up_to, before) is Truth.TRUE


def test_a_condition_that_nobody_knows_is_the_same_in_both_policies() -> None:
    odd = policy(allow(condition={"StringSoundsLike": {"x:k": "a"}}))
    assert compared(odd, odd) is Truth.FALSE
    assert compared(odd) is Truth.UNKNOWN


# -- variables --------------------------------------------------------------------------------------------------------


def test_a_variable_has_the_value_that_the_policy_asks_for() -> None:
    own = "arn:aws:s3:::home/${aws:username}/x"
    as_bob = policy(allow(own, {"StringEquals": {"aws:username": "bob"}}))
    assert compared(as_bob, policy(allow("arn:aws:s3:::home/bob/x"))) is not Truth.TRUE
    found = difference([as_bob], [NOTHING]).witness
    assert found is not None
    assert (found.resource, found.context) == ("arn:aws:s3:::home/bob/x", {"aws:username": ("bob",)})


def test_a_variable_that_is_absent_gives_nothing() -> None:
    own = "arn:aws:s3:::home/${aws:username}/x"
    assert compared(policy(allow(own, {"Null": {"aws:username": "true"}}))) is not Truth.TRUE
    found = difference([policy(allow([own, ORDERS], {"Null": {"aws:username": "true"}}))], [NOTHING])
    assert found.witness == Witness(action="sns:AddPermission", resource=ORDERS)


# -- principals -------------------------------------------------------------------------------------------------------


def test_a_session_is_not_its_role() -> None:
    role, session = allow(Principal={"AWS": ROLE}), allow(Principal={"AWS": SESSION})
    found = of_resource(policy(role), policy(role, deny(Principal={"AWS": SESSION})))
    assert found.witness is not None
    assert found.witness.principal == SESSION
    assert found.witness.context == {"aws:principalarn": (ROLE,)}
    assert of_resource(policy(session), policy(role)).truth is Truth.FALSE


def test_the_arn_of_the_principal_of_a_session_is_that_of_its_role() -> None:
    session = policy(allow(Principal={"AWS": SESSION}))
    roles = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/*"}}
    sessions = {"ArnLike": {"aws:PrincipalArn": "arn:aws:sts::111111111111:assumed-role/*"}}
    assert of_resource(session, policy(allow(condition=roles, Principal="*"))).truth is Truth.FALSE
    assert of_resource(session, policy(allow(condition=sessions, Principal="*"))).truth is Truth.TRUE


def test_the_name_of_a_service_is_a_limit_of_principals() -> None:
    named = policy(allow(Principal={"Service": "ses.amazonaws.com"}))
    limit = {"StringEquals": {"aws:PrincipalServiceName": "ses.amazonaws.com"}}
    anybody = policy(allow(condition=limit, Principal="*"))
    assert of_resource(anybody, named).truth is Truth.FALSE
    assert of_resource(named, anybody).truth is Truth.FALSE


def test_all_but_an_account_may_be_its_people_too() -> None:
    everybody = allow(Principal="*")
    but = deny(NotPrincipal={"AWS": "111111111111"})
    user = policy(allow(Principal={"AWS": "arn:aws:iam::111111111111:user/ann"}))
    assert of_resource(user, policy(everybody, but)).truth is Truth.UNKNOWN
    assert of_resource(policy(everybody, but), policy(everybody, but)).truth is Truth.FALSE


def test_principals_that_there_should_not_be_are_let_in() -> None:
    for arn in (
        "arn:aws:iam::account-id:user/x",
        "arn:aws:iam::111111111111:group/x",
        "arn:aws:iam::cloudfront:user/x",
    ):
        assert of_resource(policy(allow(Principal={"AWS": arn})), policy()).truth is Truth.TRUE


# -- requests that there are ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("dms:DeleteCertificate", "arn:aws:dms:us-east-1:111111111111:cert:abc"),
        ("iam:GetPolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ("s3:GetObject", "arn:aws:s3:::bucket/key"),
    ],
)
def test_real_requests_name_what_the_reference_has(action: str, resource: str) -> None:
    assert compared(policy(allow(resource, action=action)), real=True) is Truth.TRUE


@pytest.mark.parametrize(
    "untold", [text(HOLE), text("sns:", HOLE), text("sns:", ANY), text("sns:Pub", Symbol("Any.Name"))]
)
def test_an_action_that_is_not_told_may_be_a_known_one(untold: Text) -> None:
    every = allow()
    assert compared(policy(allow(action=untold)), real=True) is Truth.UNKNOWN
    assert compared(policy(every), policy(every, deny(action=untold)), real=True) is Truth.UNKNOWN
    assert compared(policy(allow(action=untold)), policy(every, allow(action="*")), real=True) is Truth.FALSE
    assert compared(policy(allow(action="sns:Publish"), but(untold)), real=True) is Truth.UNKNOWN


def but(action: Text) -> object:
    """A Deny of everything but an action."""
    return {"Effect": "Deny", "NotAction": action, "Resource": "*"}


def test_the_service_of_a_resource_may_be_in_what_is_not_told() -> None:
    resource = text("arn:", HOLE, ":sns:::b")
    assert compared(policy(allow(resource, action="s3:GetObject")), real=True) is Truth.UNKNOWN


def test_real_requests_carry_the_keys_of_their_action_and_global_ones() -> None:
    def asking(operator: str, key: str) -> iam.Policy:
        return policy(allow(action="sns:Publish", condition={operator: {key: "a"}}))

    assert compared(asking("StringEquals", "s3:prefix")) is Truth.TRUE
    assert compared(asking("StringEquals", "s3:prefix"), real=True) is Truth.FALSE
    assert compared(asking("StringNotEquals", "s3:prefix"), real=True) is Truth.TRUE
    assert compared(asking("StringEquals", "aws:SourceVpc"), real=True) is Truth.TRUE
    assert compared(asking("StringEquals", "aws:ResourceTag/team"), real=True) is Truth.TRUE
    assert compared(asking("StringEquals", "accounts.example.com:aud"), real=True) is Truth.TRUE
    assert compared(asking("StringEquals", "sns:NotListedYet"), real=True) is Truth.TRUE


def test_whether_there_are_variables_is_not_known_without_the_version() -> None:
    def of_version(version: Text, resource: str) -> iam.Policy:
        return iam.parse(Document(tree=node({"Version": version, "Statement": [allow(resource)]})))

    own = "arn:aws:s3:::home/${aws:username}/*"
    versions = (text(HOLE), text("2008-10-17"), text("2012-10-17"))
    for new, old in itertools.product(versions, repeat=2):
        is_told = new == old and new is not versions[0]
        found = compared(of_version(new, own), of_version(old, own))
        assert (found is Truth.FALSE) is is_told, (new, old)
        assert compared(of_version(new, "*"), of_version(old, "*")) is Truth.FALSE


@pytest.mark.parametrize("key", ["aws:SecureTransport", "s3:max-keys", "aws:SourceIp"])
def test_a_symbol_may_be_no_value_of_the_type_of_a_key(key: str) -> None:
    assert compared(policy(allow(condition={"StringEquals": {key: text("t", ANY)}}))) is Truth.UNKNOWN
    assert compared(policy(allow(condition={"StringNotEquals": {key: text("t", ANY)}}))) is Truth.TRUE


@pytest.mark.parametrize("untold", [text(Symbol("Any.Name")), text("a", Symbol("Any.Name"), ":aws:sns:::x")])
def test_a_symbol_may_make_no_arn(untold: Text) -> None:
    assert compared(policy(allow(untold))) is Truth.UNKNOWN
    assert compared(policy(allow(untold)), policy(allow(untold))) is Truth.FALSE


def test_a_variable_may_have_a_symbol_in_its_name() -> None:
    told, untold = (
        text("arn:aws:s3:::", "${aws:PrincipalTag/", name, "}/*") for name in ("team", Symbol("Any.TagName"))
    )
    new, old = (policy(allow(each, action="s3:*")) for each in (told, untold))
    assert compared(new, old) is Truth.UNKNOWN
    assert compared(old, new) is Truth.UNKNOWN
    assert compared(policy(allow("arn:aws:s3:::*/x", action="s3:*")), old) is Truth.UNKNOWN
    assert compared(old, policy(allow("arn:aws:s3:::*", action="s3:*"))) is Truth.FALSE
    assert compared(old, old) is Truth.FALSE


@pytest.mark.parametrize("untold", ["${aws:username}", text(Symbol("Any.Name")), text("a", Symbol("Any.Name"))])
def test_what_equals_a_symbol_in_other_letters_is_not_the_symbol(untold: str | Text) -> None:
    def of(operator: str, action: str = "s3:*") -> iam.Policy:
        return policy(allow(action=action, condition={operator: {"aws:PrincipalTag/t": untold}}))

    exact, either = of("StringEquals"), of("StringEqualsIgnoreCase")
    assert compared(either, exact) is not Truth.FALSE
    assert compared(exact, either) is Truth.FALSE
    assert compared(of("StringEqualsIgnoreCase", "s3:Get*"), either) is Truth.FALSE
    exact, either = of("StringNotEquals"), of("StringNotEqualsIgnoreCase")
    assert compared(exact, either) is not Truth.FALSE
    assert compared(of("StringNotEqualsIgnoreCase", "s3:Get*"), either) is Truth.FALSE
