from typing import Any

import iam_trees
import pytest

from auditor import iam
from auditor.iam import Reach
from auditor.iam.elements import Policy, unread
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.origin import Location
from auditor.model.policy import Document, Entry, Gap, Leaf, Mapping
from auditor.model.text import Symbol, Text, text

OWN, OTHER = "111111111111", "222222222222"
TOPIC = f"arn:aws:sns:eu-west-1:{OWN}:orders"
HOLE = Unknown(Cause.NOT_HERE, "a parameter")
ACCOUNT = Symbol("account", "stack.yaml")
YES, NO, OPEN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
Data = dict[str, Any]


def allow(principal: object = "*", condition: Data | None = None, **more: Any) -> Data:
    made = {"Effect": "Allow", "Principal": principal, "Action": "sns:Publish", "Resource": TOPIC}
    return made | ({} if condition is None else {"Condition": condition}) | more


def deny(condition: Data | None = None, **more: Any) -> Data:
    return allow("*", condition, **more) | {"Effect": "Deny"} | more


def policy(*statements: Data, version: str = "2012-10-17") -> Policy:
    return iam.parse(iam_trees.plain({"Version": version, "Statement": list(statements)}))


def audience(
    *statements: Data, owner: Text | str = OWN, resource_type: str = "", version: str = "2012-10-17"
) -> iam.Audience:
    return iam.exposure(policy(*statements, version=version), text(TOPIC), text(owner), resource_type=resource_type)


def reach(*statements: Data) -> Reach:
    return audience(*statements).reach


def like(**keys: Any) -> Data:
    return {"StringLike": {key.replace("_", ":"): value for key, value in keys.items()}}


def equal(**keys: Any) -> Data:
    return {"StringEquals": {key.replace("_", ":"): value for key, value in keys.items()}}


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", Reach.PUBLIC),
        ({"AWS": "*"}, Reach.PUBLIC),
        ({"AWS": [OWN, "*"]}, Reach.PUBLIC),
        ({"AWS": "arn:aws:iam::*:root"}, Reach.UNKNOWN),
        ({"AWS": OWN}, Reach.OWNER),
        ({"AWS": f"arn:aws:iam::{OWN}:role/a"}, Reach.OWNER),
        ({"AWS": f"arn:aws:iam::{OTHER}:root"}, Reach.ACCOUNTS),
        ({"AWS": [OWN, OTHER]}, Reach.ACCOUNTS),
        ({"Service": "ses.amazonaws.com"}, Reach.SERVICE),
        ({"Service": "ses.amazonaws.com", "AWS": OTHER}, Reach.SERVICE),
        ({"Federated": "graph.facebook.com"}, Reach.PUBLIC),
        ({"Federated": "cognito-identity.amazonaws.com"}, Reach.PUBLIC),
        ({"Federated": f"arn:aws:iam::{OWN}:saml-provider/x"}, Reach.OWNER),
        ({"Federated": f"arn:aws:iam::{OWN}:oidc-provider/token.actions.githubusercontent.com"}, Reach.PUBLIC),
        ({"CanonicalUser": "79a59df900b949e5"}, Reach.UNKNOWN),
        ({"AWS": "AIDACKCEVSQ6C2EXAMPLE"}, Reach.UNKNOWN),
    ],
)
def test_principals(principal: object, expected: Reach) -> None:
    assert reach(allow(principal)) is expected


def test_a_wildcard_in_the_arn_of_a_principal_is_not_decided() -> None:
    found = audience(allow({"AWS": "arn:aws:iam::*:root"}))
    assert (found.known_reach, found.at_most) == (Reach.NOBODY, Reach.PUBLIC)
    assert found.unknowns == (
        Unknown(Cause.UNDECIDED, "AWS refuses the principal arn:aws:iam::*:root: a wildcard is no part of its ARN"),
    )
    assert reach(allow({"AWS": ["arn:aws:iam::*:root", "*"]})) is Reach.PUBLIC


def test_a_principal_of_an_untold_account_is_not_the_public() -> None:
    found = audience(allow({"CanonicalUser": "79a59df900b949e5"}))
    assert (found.known_reach, found.at_most) == (Reach.OWNER, Reach.ACCOUNTS)
    assert iam.is_public(found) is NO
    assert found.unknowns == (Unknown(Cause.NOT_HERE, "the account of a principal is not told"),)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        # keys that tell for whom
        (equal(aws_SourceOwner=OWN), Reach.OWNER),
        (equal(AWS_SourceAccount=OWN), Reach.OWNER),
        (equal(aws_PrincipalAccount=[OWN, OTHER]), Reach.ACCOUNTS),
        (like(aws_SourceAccount=OTHER), Reach.ACCOUNTS),
        (equal(aws_PrincipalOrgID="o-1"), Reach.ORG),
        (equal(aws_SourceOrgID="o-1"), Reach.ORG),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/r-2/*"}}, Reach.ORG),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:*:{OWN}:alarm:*"}}, Reach.OWNER),
        ({"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/a"}}, Reach.ACCOUNTS),
        (equal(aws_SourceArn="arn:aws:s3:::bucket"), Reach.SERVICE),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:bucket"}}, Reach.SERVICE),
        (equal(aws_SourceVpc="vpc-1"), Reach.ACCOUNTS),
        (equal(aws_SourceVpce="vpce-1a"), Reach.ACCOUNTS),
        (equal(aws_PrincipalServiceName="ses.amazonaws.com"), Reach.SERVICE),
        ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, Reach.SERVICE),
        (equal(aws_userid="AROAEXAMPLE:session"), Reach.ACCOUNTS),
        (like(aws_userid="AROAEXAMPLE:*"), Reach.ACCOUNTS),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, Reach.ACCOUNTS),
        ({"IpAddress": {"aws:SourceIp": "44.0.0.0/8"}}, Reach.ACCOUNTS),
        ({"IpAddress": {"aws:SourceIp": "172.16.0.0/12"}}, Reach.ACCOUNTS),
        (equal(aws_PrincipalAccount="${aws:ResourceAccount}"), Reach.OWNER),
        # values that are anybody's
        (like(aws_SourceAccount="*"), Reach.PUBLIC),
        (like(aws_PrincipalOrgID="o-*"), Reach.PUBLIC),
        (like(aws_SourceVpc="vpc-*"), Reach.PUBLIC),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:*:*:alarm:*"}}, Reach.PUBLIC),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}, Reach.PUBLIC),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/a"}}, Reach.PUBLIC),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, Reach.PUBLIC),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}, Reach.PUBLIC),
        ({"IpAddress": {"aws:SourceIp": ["8.0.0.0/8", "9.0.0.0/8"]}}, Reach.PUBLIC),
        ({"IpAddress": {"aws:SourceIp": "2001:db8::/31"}}, Reach.PUBLIC),
        # operators that let others pass
        ({"StringNotEquals": {"aws:PrincipalAccount": OTHER}}, Reach.PUBLIC),
        ({"StringEqualsIfExists": {"aws:SourceAccount": OWN}}, Reach.PUBLIC),
        ({"ForAllValues:StringEquals": {"aws:SourceAccount": OWN}}, Reach.PUBLIC),
        ({"Null": {"aws:SourceAccount": "false"}}, Reach.PUBLIC),
        # keys that do not tell who calls
        ({"Bool": {"aws:SecureTransport": "true"}}, Reach.PUBLIC),
        (equal(SNS_Protocol="https"), Reach.PUBLIC),
        (like(SNS_Endpoint="*@example.com"), Reach.PUBLIC),
        (equal(aws_ResourceAccount=OWN), Reach.PUBLIC),
        (equal(**{"aws_PrincipalTag/team": "a"}), Reach.PUBLIC),
        # what is not decided
        (equal(aws_PrincipalOrgID="*"), Reach.UNKNOWN),
        (equal(aws_SourceAccount="mine"), Reach.UNKNOWN),
        ({"NumericLessThan": {"aws:SourceAccount": OWN}}, Reach.UNKNOWN),
        (like(aws_SourceArn=f"arn:aws:cloudwatch:*:{OWN}:alarm:*"), Reach.UNKNOWN),
        (equal(other_key="x"), Reach.UNKNOWN),
        ({"Unheard": {"aws:SourceAccount": OWN}}, Reach.UNKNOWN),
    ],
)  # fmt: skip
def test_conditions_on_everybody(condition: Data, expected: Reach) -> None:
    assert reach(allow("*", condition)) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (equal(aws_PrincipalAccount=OWN) | like(aws_PrincipalOrgID="o-1"), Reach.OWNER),
        # principals carry no source, and services no organization
        (equal(aws_PrincipalOrgID="o-1") | like(aws_SourceAccount=OWN), Reach.NOBODY),
        ({"Bool": {"aws:SecureTransport": "true"}} | equal(aws_SourceAccount=OWN), Reach.OWNER),
        (equal(aws_SourceArn="arn:aws:s3:::bucket", aws_SourceAccount=OWN), Reach.OWNER),
        (equal(aws_PrincipalAccount=[OWN]) | like(aws_PrincipalOrgID="*"), Reach.OWNER),
    ],
)
def test_the_narrowest_of_several_conditions_holds(condition: Data, expected: Reach) -> None:
    assert reach(allow("*", condition)) is expected


@pytest.mark.parametrize(
    ("condition", "confined"),
    [
        (None, NO),
        (equal(aws_SourceAccount=OWN), YES),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:ses:*:{OWN}:*"}}, YES),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::bucket"}}, NO),
        (equal(aws_SourceOrgID="o-1"), YES),
        ({"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-1/*"}}, YES),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:ses:*:*:identity/*"}}, NO),
        # the requests of Amazon SES always have a source
        ({"StringEqualsIfExists": {"aws:SourceAccount": OWN}}, YES),
        ({"Bool": {"aws:SecureTransport": "true"}}, NO),
        (equal(other_key="x"), NO),
        (equal(aws_SourceAccount="mine"), YES),
    ],
)
def test_whether_a_service_is_tied_to_known_accounts(condition: Data | None, confined: Truth) -> None:
    (grant,) = audience(allow({"Service": "ses.amazonaws.com"}, condition)).grants
    assert grant.services == ("ses.amazonaws.com",)
    assert grant.confined is confined


@pytest.mark.parametrize(
    "condition",
    [equal(aws_PrincipalOrgID="o-1"), equal(aws_SourceVpc="vpc-1"), {"IpAddress": {"aws:SourceIp": "10.0.0.1"}}],
)
def test_conditions_on_what_services_do_not_carry_keep_them_out(condition: Data) -> None:
    assert reach(allow({"Service": "ses.amazonaws.com"}, condition)) is Reach.NOBODY


@pytest.mark.parametrize(
    ("condition", "strict"),
    [
        (None, NO),
        (equal(aws_SourceAccount=OWN), YES),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:eu-west-1:{OWN}:alarm:*"}}, NO),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:eu-west-1:{OWN}:alarm:a"}}, YES),
        (equal(aws_PrincipalAccount="${aws:ResourceAccount}"), NO),
        (like(aws_userid="AROAEXAMPLE:*"), YES),
        (equal(aws_SourceArn=f"arn:aws:cloudwatch:*:{OWN}:alarm:a"), OPEN),
    ],
)
def test_the_strict_definition_wants_fixed_values(condition: Data | None, strict: Truth) -> None:
    assert audience(allow("*", condition)).strict is strict


def test_the_default_policy_of_a_topic_is_the_owners() -> None:
    actions = ["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:Publish", "SNS:Subscribe"]
    found = audience(allow({"AWS": "*"}, equal(AWS_SourceOwner=OWN), Action=actions), version="2008-10-17")
    assert found.reach is Reach.OWNER
    assert found.public_actions == ()
    assert found.strict is YES
    assert iam.is_public(found) is NO


def test_every_statement_counts() -> None:
    found = audience(
        allow("*", equal(aws_SourceAccount=OWN), Sid="Ours"), allow("*", Action="sns:Subscribe", Sid="Open")
    )
    assert found.reach is Reach.PUBLIC
    assert found.public_actions == ("sns:Subscribe",)
    assert [(grant.statement, grant.reach) for grant in found.grants] == [("Ours", Reach.OWNER), ("Open", Reach.PUBLIC)]


def test_who_is_let_in_is_named() -> None:
    found = audience(
        allow({"AWS": [OTHER, OWN, "arn:aws:iam::333333333333:role/a"], "Service": "ses.amazonaws.com"}),
        allow("*", equal(aws_PrincipalOrgID=["o-2", "o-1"])),
    )
    assert found.accounts == (OTHER, "333333333333")
    assert found.services == ("ses.amazonaws.com",)
    assert found.organizations == ("o-1", "o-2")


@pytest.mark.parametrize(
    "statement",
    [
        allow(Resource="arn:aws:sns:eu-west-1:111111111111:other"),
        allow(NotResource=TOPIC) | {"Resource": None},
        allow(NotAction="*") | {"Action": None},
        allow(Action="*:Publish"),
    ],
)
def test_what_gives_nothing_is_no_grant(statement: Data) -> None:
    assert audience({key: value for key, value in statement.items() if value is not None}).grants == ()


def test_actions_of_other_services_give_nothing_to_a_topic() -> None:
    assert reach(allow(Action="s3:*")) is Reach.NOBODY
    assert reach(allow(Action="*")) is Reach.PUBLIC
    anything = policy(allow(Action="s3:*", Resource="*"))
    assert iam.exposure(anything, None, text(OWN)).reach is Reach.PUBLIC
    assert iam.exposure(anything, None, text(OWN), resource_type="AWS::SNS::Topic").reach is Reach.NOBODY


def test_denying_all_of_the_service_leaves_nothing_of_everything() -> None:
    assert reach(allow(Action="*"), deny(Action="sns:*")) is Reach.NOBODY
    all_but = {"Effect": "Allow", "Principal": "*", "NotAction": "s3:*", "Resource": "*"}
    assert reach(all_but, deny(Action="SNS:*")) is Reach.NOBODY


def test_everybody_but_some_is_everybody() -> None:
    statement = {"Effect": "Allow", "NotPrincipal": {"AWS": OTHER}, "Action": "sns:*", "Resource": "*"}
    assert reach(statement) is Reach.PUBLIC
    assert reach(statement | {"Condition": equal(aws_PrincipalOrgID="o-1")}) is Reach.ORG


# -- Deny -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("denial", "expected"),
    [
        (deny(), Reach.NOBODY),
        (deny(Action="sns:*"), Reach.NOBODY),
        (deny(Principal={"AWS": "*"}), Reach.NOBODY),
        (deny(Action="sns:Subscribe"), Reach.PUBLIC),
        (deny(Resource="arn:aws:sns:eu-west-1:111111111111:other"), Reach.PUBLIC),
        (deny({"Bool": {"aws:SecureTransport": "false"}}), Reach.PUBLIC),
        (deny({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), Reach.PUBLIC),
        (deny(Principal={"AWS": OTHER}), Reach.PUBLIC),
        (deny({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}), Reach.ORG),
        (deny({"StringNotEquals": {"aws:SourceAccount": OWN}}), Reach.OWNER),
        (deny({"StringNotEqualsIfExists": {"aws:SourceOwner": OWN}}), Reach.OWNER),
        (deny({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), Reach.ACCOUNTS),
        (
            deny({
                "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"},
                "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
            }),
            Reach.SERVICE,
        ),
        (deny({"StringNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}}), Reach.PUBLIC),
        (deny({"Null": {"aws:PrincipalArn": "true"}}), Reach.PUBLIC),
        (deny({"StringNotEquals": {"other:key": "x"}}), Reach.UNKNOWN),
    ],
)  # fmt: skip
def test_what_a_deny_leaves_of_everybody(denial: Data, expected: Reach) -> None:
    assert reach(allow(), denial) is expected


def test_denying_all_but_some_leaves_them() -> None:
    denial = {"Effect": "Deny", "NotPrincipal": {"AWS": [OWN]}, "Action": "*", "Resource": "*"}
    assert reach(allow(), denial) is Reach.OWNER


def test_denies_cover_an_allow_together() -> None:
    both = allow(Action=["sns:Publish", "sns:Subscribe"])
    assert reach(both, deny()) is Reach.PUBLIC
    assert reach(both, deny(), deny(Action="SNS:Sub*")) is Reach.NOBODY


def test_a_placeholder_in_a_deny_is_no_stranger() -> None:
    """AWS refuses such a principal; whoever is named in its place, others are still let in."""
    assert reach(allow(), deny(Principal={"AWS": "<ACCOUNT ID>"})) is Reach.PUBLIC
    owner_or_not = audience(allow(Principal={"AWS": OTHER}), deny(Principal={"AWS": "<ACCOUNT ID>"}))
    assert (owner_or_not.known_reach, owner_or_not.at_most) == (Reach.NOBODY, Reach.ACCOUNTS)


def test_a_deny_of_an_account_takes_it_away() -> None:
    statement = allow({"AWS": [OWN, OTHER]})
    assert reach(statement, deny(Principal={"AWS": f"arn:aws:iam::{OTHER}:root"})) is Reach.OWNER
    assert reach(statement, deny(Principal={"AWS": f"arn:aws:iam::{OTHER}:role/a"})) is Reach.ACCOUNTS


def test_a_deny_of_some_actions_leaves_others() -> None:
    assert reach(allow(Action="sns:*"), deny(Action="sns:DeleteTopic")) is Reach.PUBLIC


def test_the_policy_of_a_bucket_is_about_what_is_in_it() -> None:
    bucket, objects = "arn:aws:s3:::bucket", "arn:aws:s3:::bucket/*"
    reads = allow(Action="s3:GetObject", Resource=objects)

    def found(*statements: Data) -> Reach:
        return iam.exposure(policy(*statements), text(bucket), text(OWN)).reach

    assert found(reads) is Reach.PUBLIC
    assert found(reads | {"Resource": "arn:aws:s3:::else/*"}) is Reach.NOBODY
    assert found(reads, deny(Action="s3:*", Resource=objects)) is Reach.NOBODY
    assert found(reads, deny(Action="s3:*", Resource=f"{bucket}/private/*")) is Reach.PUBLIC
    assert found(reads, deny(Action="s3:*", Resource=bucket)) is Reach.PUBLIC
    spared = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "NotResource": f"{bucket}/open/*"}
    assert found(reads, spared) is Reach.PUBLIC
    assert found(reads | {"Resource": f"{bucket}/private/*"}, spared) is Reach.NOBODY


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        # principals carry no source and services no organization
        ((allow("*", {"Null": {"aws:SourceAccount": "false"}, **equal(aws_PrincipalOrgID="o-1")}),), Reach.NOBODY),
        # the account of requests that are not signed
        ((allow("*", equal(aws_PrincipalAccount="anonymous")),), Reach.PUBLIC),
        (
            (
                allow("*", {"StringEqualsIfExists": {"aws:PrincipalAccount": OWN}}),
                deny({"Bool": {"aws:PrincipalIsAWSService": "true"}}),
            ),
            Reach.OWNER,
        ),
        ((allow({"AWS": "*"}, {"Null": {"aws:PrincipalAccount": "true"}}),), Reach.PUBLIC),
        # several Deny statements together
        (
            (allow(), deny(equal(aws_PrincipalOrgID="o-1")), deny({"Null": {"aws:PrincipalOrgID": "true"}})),
            Reach.PUBLIC,
        ),
        (
            (
                allow("*", equal(aws_PrincipalOrgID="o-1")),
                deny({"StringLike": {"aws:PrincipalOrgID": "o-*"}}),
            ),
            Reach.NOBODY,
        ),
        (
            (
                allow("*", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/a*"}}),
                deny({"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/*z"}}),
            ),
            Reach.ACCOUNTS,
        ),
        ((allow(Action="sns:*"), deny(Action=None, NotAction="sns:Publish")), Reach.PUBLIC),
        ((allow(Action="sns:Subscribe"), deny(Action=None, NotAction="sns:Publish")), Reach.NOBODY),
        # addresses: what is left of a range that is not broad is known
        (
            (
                allow("*", {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}),
                deny({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
            ),
            Reach.ACCOUNTS,
        ),
    ],
)
def test_what_statements_leave_together(statements: tuple[Data, ...], expected: Reach) -> None:
    plain = [{key: value for key, value in each.items() if value is not None} for each in statements]
    assert reach(*plain) is expected


def test_services_that_are_not_known_to_tell_their_source_may_be_deputies() -> None:
    perhaps = {"StringEqualsIfExists": {"aws:SourceAccount": OWN}}
    for service, confined in (("ses", YES), ("s3", YES), ("cloudwatch", YES), ("events", OPEN), ("iot", OPEN)):
        (grant,) = audience(allow({"Service": f"{service}.amazonaws.com"}, perhaps)).grants
        assert grant.confined is confined, service
        doubt = f"whether {service}.amazonaws.com sends aws:SourceAccount and aws:SourceArn with every request"
        why = Unknown(Cause.UNDECIDED, f"{doubt} is not documented")
        assert grant.unknowns == ((why,) if confined is OPEN else ())


@pytest.mark.parametrize(
    ("action", "expected"),
    [("sns:Publish", Reach.NOBODY), ("sns:Subscribe", Reach.ORG), ("sns:AddPermission", Reach.PUBLIC)],
)
def test_who_may_do_one_action(action: str, expected: Reach) -> None:
    made = policy(
        allow(Action="sns:*"),
        deny(),
        deny({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, Action="sns:Subscribe", Sid="Subscribe"),
    )
    whole = iam.exposure(made, text(TOPIC), text(OWN))
    assert whole.reach is Reach.PUBLIC
    assert [grant.denied for grant in whole.grants] == [("#2", "Subscribe")]
    assert iam.exposure(made, text(TOPIC), text(OWN), actions=(action,)).reach is expected
    both = iam.exposure(made, text(TOPIC), text(OWN), actions=("sns:Publish", action))
    assert both.reach is expected


def test_an_organization_beside_services_is_seen() -> None:
    people = {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}, "Bool": {"aws:PrincipalIsAWSService": "false"}}
    (grant,) = audience(allow(), deny(people)).grants
    assert grant.reach is Reach.SERVICE
    assert (grant.organizations, grant.services) == (("o-1",), ("*",))
    assert grant.gives(Reach.ORG) is YES
    assert grant.gives(Reach.SERVICE) is YES
    assert grant.gives(Reach.PUBLIC) is NO
    assert grant.gives(Reach.ACCOUNTS) is NO


def test_accounts_beside_a_service_are_seen() -> None:
    (grant,) = audience(allow({"Service": "ses.amazonaws.com", "AWS": [OWN, OTHER]})).grants
    assert [grant.gives(each) for each in (Reach.OWNER, Reach.ACCOUNTS, Reach.SERVICE)] == [YES, YES, YES]
    assert grant.gives(Reach.ORG) is NO


def test_a_policy_that_takes_too_much_work_is_not_decided() -> None:
    accounts = [f"{number:012d}" for number in range(120)]
    statements = [
        statement
        for number, account in enumerate(accounts)
        for statement in (
            allow("*", equal(aws_SourceAccount=account)),
            deny({"StringNotEquals": {"aws:SourceAccount": accounts[number : number + 3]}}),
        )
    ]
    found = audience(*statements)
    assert (found.reach, found.known_reach, found.at_most) == (Reach.UNKNOWN, Reach.NOBODY, Reach.PUBLIC)
    assert "it takes too much work" in found.unknowns[-1].detail
    assert iam.is_public(found) is OPEN


# -- what is not told -------------------------------------------------------------------------------------------------


def told(**elements: Any) -> Policy:
    """A policy of one statement made of nodes."""
    entries = [Entry(text(key), node) for key, node in elements.items()]
    return iam.parse(Document(tree=Mapping((Entry(text("Statement"), Mapping(tuple(entries))),))))


def nodes(principal: Any, **more: Any) -> Policy:
    plain = {"Effect": Leaf(text("Allow")), "Action": Leaf(text("sns:Publish")), "Resource": Leaf(text("*"))}
    return told(**{**plain, "Principal": principal, **more})


def aws(*value: Any) -> Mapping:
    return Mapping((Entry(text("AWS"), Leaf(text(*value))),))


def condition(operator: str, key: str, *value: Any) -> Mapping:
    return Mapping((Entry(text(operator), Mapping((Entry(text(key), Leaf(text(*value))),))),))


EVERYBODY = Leaf(text("*"))
MINE, THEIRS = text(OWN), text(ACCOUNT)
SES_ARN = ("arn:aws:ses:", Symbol("region"), ":", ACCOUNT, ":identity/", HOLE)
FROM_HOLE = condition("StringEquals", "aws:SourceAccount", HOLE)
FROM_ACCOUNT = condition("StringEquals", "aws:SourceAccount", ACCOUNT)
FROM_ARN = condition("ArnLike", "aws:SourceArn", *SES_ARN)
FROM_PATHS = condition("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", Symbol("Organization"), "/*")
FROM_PROVIDER = Mapping((Entry(text("Federated"), Leaf(text(Symbol("Provider.Arn")))),))
SOME_USER = aws(f"arn:aws:iam::{OWN}:user/", Symbol("User"))
SOME_TOPIC = Leaf(text("arn:aws:sns:eu-west-1:111111111111:", HOLE))
SOME_QUEUE = Leaf(text("arn:aws:sqs:", HOLE))
UNKNOWN_CASES = [
    # policy, owner, known reach, widest, public
    (nodes(aws(ACCOUNT)), THEIRS, Reach.OWNER, Reach.OWNER, NO),
    (nodes(aws("arn:aws:iam::", ACCOUNT, ":root")), THEIRS, Reach.OWNER, Reach.OWNER, NO),
    (nodes(aws(OTHER)), THEIRS, Reach.OWNER, Reach.ACCOUNTS, NO),
    (nodes(aws(ACCOUNT)), MINE, Reach.OWNER, Reach.ACCOUNTS, NO),
    (nodes(aws(HOLE)), MINE, Reach.NOBODY, Reach.PUBLIC, OPEN),
    (nodes(aws("arn:aws:iam::", HOLE, ":root")), MINE, Reach.OWNER, Reach.ACCOUNTS, NO),
    (nodes(aws(Symbol("Role.Arn"))), MINE, Reach.OWNER, Reach.ACCOUNTS, NO),
    (nodes(Gap(HOLE)), MINE, Reach.NOBODY, Reach.PUBLIC, OPEN),
    (nodes(EVERYBODY, Effect=Gap(HOLE)), MINE, Reach.NOBODY, Reach.PUBLIC, OPEN),
    (nodes(EVERYBODY, Condition=Gap(HOLE)), MINE, Reach.NOBODY, Reach.PUBLIC, OPEN),
    (nodes(aws(OWN), Condition=Gap(HOLE)), MINE, Reach.NOBODY, Reach.OWNER, NO),
    (nodes(EVERYBODY, Condition=FROM_HOLE), MINE, Reach.NOBODY, Reach.PUBLIC, OPEN),
    (nodes(EVERYBODY, Condition=FROM_ACCOUNT), THEIRS, Reach.OWNER, Reach.OWNER, NO),
    (nodes(EVERYBODY, Condition=FROM_ARN), THEIRS, Reach.OWNER, Reach.OWNER, NO),
    (nodes(EVERYBODY, Resource=SOME_TOPIC), MINE, Reach.NOBODY, Reach.PUBLIC, OPEN),
    (nodes(EVERYBODY, Resource=SOME_QUEUE), MINE, Reach.NOBODY, Reach.NOBODY, NO),
    (unread(HOLE), MINE, Reach.NOBODY, Reach.PUBLIC, OPEN),
    # The paths of an organization that is a parameter.
    (nodes(EVERYBODY, Condition=FROM_PATHS), MINE, Reach.NOBODY, Reach.PUBLIC, OPEN),
    # A provider that may be one of SAML, whose people are of an account.
    (
        nodes(FROM_PROVIDER, Condition=condition("StringEquals", "aws:PrincipalAccount", OWN)),
        MINE,
        Reach.NOBODY,
        Reach.OWNER,
        NO,
    ),
    # A hole before a wildcard: perhaps the whole of a fixed value, perhaps a wildcard too.
    (
        nodes(EVERYBODY, Condition=condition("StringLike", "aws:userid", HOLE, ":*")),
        MINE,
        Reach.NOBODY,
        Reach.PUBLIC,
        OPEN,
    ),
    (
        nodes(EVERYBODY, Condition=condition("StringLike", "aws:PrincipalAccount", HOLE, "*")),
        MINE,
        Reach.NOBODY,
        Reach.PUBLIC,
        OPEN,
    ),
    (
        nodes(EVERYBODY, Condition=condition("StringLike", "aws:PrincipalArn", "arn:aws:iam::", HOLE, "*:role/x")),
        MINE,
        Reach.NOBODY,
        Reach.PUBLIC,
        OPEN,
    ),
    # The name of a user, perhaps behind a path.
    (nodes(SOME_USER, Condition=condition("StringEquals", "aws:username", "ann")), MINE, Reach.NOBODY, Reach.OWNER, NO),
]


@pytest.mark.parametrize(("made", "owner", "least", "most", "public"), UNKNOWN_CASES)
def test_what_is_not_told(made: Policy, owner: Text, least: Reach, most: Reach, public: Truth) -> None:
    found = iam.exposure(made, text(TOPIC), owner)
    assert (found.known_reach, found.at_most) == (least, most)
    assert found.reach is (least if least is most else Reach.UNKNOWN)
    assert iam.is_public(found) is public
    assert bool(found.unknowns) is (least is not most)


@pytest.mark.parametrize("action", [("s", HOLE), (HOLE, "lish"), (HOLE,), ("sns", HOLE, "ish"), ("sns:Pub", HOLE)])
def test_an_action_that_is_told_in_part_may_be_any_where_the_resource_is_not_told(action: tuple[Any, ...]) -> None:
    found = iam.exposure(nodes(EVERYBODY, Action=Leaf(text(*action))), None, text(OWN))
    assert (found.known_reach, found.at_most, found.unknowns) == (Reach.NOBODY, Reach.PUBLIC, (HOLE,))
    assert iam.is_public(found) is OPEN


@pytest.mark.parametrize("action", ["sns:Pub lish", "sns:Publish, sns:Subscribe", "sns:Publish:x", "sns:Pub$"])
def test_what_can_be_the_name_of_no_action_gives_nothing(action: str) -> None:
    assert audience(allow(Action=action)).reach is Reach.NOBODY
    assert audience(allow(Action=[action, "sns:Publish"])).reach is Reach.PUBLIC


def test_a_grant_says_that_it_is_not_public() -> None:
    (grant,) = iam.exposure(nodes(aws(OTHER)), text(TOPIC), text(ACCOUNT)).grants
    assert grant.reach is Reach.UNKNOWN
    assert grant.gives(Reach.PUBLIC) is NO
    assert grant.gives(Reach.ACCOUNTS) is OPEN
    assert grant.unknowns == (Unknown(Cause.NOT_HERE, "{account} of stack.yaml is not told"),)


def test_a_key_that_may_tell_who_calls_does_not_matter_where_only_a_deny_for_others_asks_for_it() -> None:
    ses = allow({"Service": "ses.amazonaws.com"})
    keyed = {"StringEquals": {"x:k": "a"}, "Null": {"x:k": "true"}}
    assert reach(ses, deny(keyed, Principal={"AWS": f"arn:aws:iam::{OWN}:user/ann"})) is Reach.SERVICE
    assert reach(ses, deny({"StringEquals": {"x:k": "a"}})) is Reach.UNKNOWN


def test_a_value_in_other_letters_gets_in_between_two_conditions() -> None:
    protocol = {"sns:Protocol": "https"}
    ignoring = {"StringEqualsIgnoreCase": protocol}
    assert reach(allow(condition={**ignoring, "StringNotEquals": protocol})) is Reach.PUBLIC
    assert reach(allow(condition={**ignoring, "StringNotEqualsIgnoreCase": protocol})) is Reach.NOBODY
    assert reach(allow(condition=ignoring), deny({"StringEquals": protocol})) is Reach.PUBLIC
    assert reach(allow(condition=ignoring), deny({"StringEqualsIgnoreCase": protocol})) is Reach.NOBODY


def test_a_grant_tells_its_actions() -> None:
    (grant,) = audience(allow(Action=["SNS:Pub*", "sns:Subscribe"])).grants
    assert grant.allows("sns:Publish") is YES
    assert grant.allows("sns:AddPermission") is NO
    (negated,) = audience({"Effect": "Allow", "Principal": "*", "NotAction": "sns:Publish", "Resource": "*"}).grants
    assert negated.allows("sns:Publish") is NO
    assert negated.allows("sns:Subscribe") is YES
    (hidden,) = iam.exposure(nodes(EVERYBODY, Action=Leaf(text("sns:", HOLE))), text(TOPIC), text(OWN)).grants
    assert hidden.allows("sns:Publish") is OPEN
    assert hidden.allows("ses:SendEmail") is NO


def test_a_statement_that_breaks_the_grammar_could_be_public() -> None:
    for statement in (allow(Effect="allow"), allow(Actions="x")):
        found = audience(statement)
        assert (found.known_reach, found.at_most) == (Reach.NOBODY, Reach.PUBLIC)


def test_locations_are_kept() -> None:
    (grant,) = audience(allow()).grants
    assert grant.location == Location(pointer="/Statement/0")


def test_a_principal_of_a_partition_that_is_not_told_may_be_meant() -> None:
    """Of a template it is often not told which partition it is deployed to."""
    topic = text("arn:", Symbol("partition", "stack.yaml"), f":sns:eu-west-1:{OWN}:orders")
    everywhere = allow(condition=like(aws_PrincipalArn="arn:aws:iam::*:role/x"), Resource="*")
    found = iam.exposure(policy(everywhere), topic, text(OWN))
    assert (found.reach, found.known_reach, found.at_most) == (Reach.UNKNOWN, Reach.NOBODY, Reach.PUBLIC)
    assert iam.is_public(found) is OPEN
    assert iam.exposure(policy(everywhere), text(TOPIC), text(OWN)).reach is Reach.PUBLIC
    ours = allow(condition=like(aws_PrincipalArn=f"arn:aws:iam::{OWN}:role/x"), Resource="*")
    assert iam.is_public(iam.exposure(policy(ours), topic, text(OWN))) is NO


def test_a_statement_for_services_of_which_the_source_is_not_told_is_for_no_organization() -> None:
    s3 = Mapping((Entry(text("Service"), Leaf(text("s3.amazonaws.com"))),))
    bucket = condition("ArnEquals", "aws:SourceArn", "arn:aws:s3:::", HOLE)
    own = condition("StringEquals", "aws:SourceAccount", OWN)
    made = nodes(s3, Condition=Mapping((*bucket.entries, *own.entries)))
    (grant,) = iam.exposure(made, text(TOPIC), text(OWN)).grants
    assert grant.gives(Reach.SERVICE) is OPEN
    assert [grant.gives(reach) for reach in (Reach.ORG, Reach.ACCOUNTS, Reach.PUBLIC, Reach.OWNER)] == [NO] * 4
