import iam_trees
import pytest

from auditor import iam
from auditor.iam import Effect, Kind
from auditor.iam.request import principal_context
from auditor.model.known import Cause, Unknown
from auditor.model.text import Symbol, Text, text

OWN, OTHER = "111111111111", "222222222222"
TOPIC = text(f"arn:aws:sns:eu-west-1:{OWN}:orders")
IDENTITY = text(f"arn:aws:ses:eu-west-1:{OWN}:identity/example.org")
DEFAULT_POLICY = {
    "Version": "2008-10-17",
    "Id": "__default_policy_ID",
    "Statement": [
        {
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": ["SNS:Publish", "SNS:Subscribe"],
            "Resource": f"arn:aws:sns:eu-west-1:{OWN}:orders",
            "Condition": {"StringEquals": {"AWS:SourceOwner": OWN}},
        }
    ],
}
TRUST = (
    'the principal "AWS": "*" is taken to let AWS services in that act for an account, as it does in the default'
    " policies of Amazon SNS"
)


def from_ses(account: str | Text = OWN, arn: Text | None = IDENTITY) -> iam.Request:
    return iam.service_request(
        "ses.amazonaws.com",
        "sns:Publish",
        TOPIC,
        resource_account=text(OWN),
        source_account=text(account),
        source_arn=arn,
    )


Statement = dict[str, object]


def statement(principal: object, condition: Statement | None = None, effect: str = "Allow") -> Statement:
    made: Statement = {"Effect": effect, "Principal": principal, "Action": "sns:Publish", "Resource": "*"}
    return made | ({} if condition is None else {"Condition": condition})


def effect(request: iam.Request, *statements: Statement) -> Effect:
    policy = iam.parse(iam_trees.plain({"Version": "2012-10-17", "Statement": list(statements)}))
    return iam.evaluate(request, [policy]).effect


def test_what_a_service_sends() -> None:
    request = from_ses()
    assert request.caller == iam.Caller(Kind.SERVICE, service="ses.amazonaws.com")
    assert request.value("AWS:SourceAccount") == (text(OWN),)
    assert request.value("aws:SourceOwner") == (text(OWN),)
    assert request.value("aws:SourceArn") == (IDENTITY,)
    assert request.value("aws:PrincipalIsAWSService") == (text("true"),)
    assert request.value("aws:PrincipalServiceName") == (text("ses.amazonaws.com"),)
    assert request.value("aws:SecureTransport") == (text("true"),)
    assert request.value("aws:ResourceAccount") == (text(OWN),)


@pytest.mark.parametrize(
    "key",
    [
        "aws:PrincipalArn",
        "aws:PrincipalOrgID",
        "aws:PrincipalAccount",
        "aws:PrincipalTag/team",
        "aws:userid",
        "aws:SourceIp",
        "aws:SourceVpc",
        "aws:SourceVpce",
    ],
)
def test_what_a_service_does_not_send(key: str) -> None:
    assert from_ses().value(key) is None


@pytest.mark.parametrize(
    ("key", "cause"),
    [
        ("aws:SourceOrgID", Cause.NOT_HERE),
        ("aws:SourceOrgPaths", Cause.NOT_HERE),
        ("aws:RequestedRegion", Cause.UNDECIDED),
    ],
)
def test_what_of_a_request_is_not_known(key: str, cause: Cause) -> None:
    value = from_ses().value(key)
    assert isinstance(value, Unknown)
    assert value.cause is cause


def test_a_source_that_is_not_told_is_unknown() -> None:
    value = from_ses(arn=None).value("aws:SourceArn")
    assert value == Unknown(Cause.UNDECIDED, "the ARN of what ses.amazonaws.com acts for is not told")


def test_the_default_policy_of_a_topic_lets_ses_of_the_owner_in() -> None:
    default = iam.parse(iam_trees.plain(DEFAULT_POLICY))
    decision = iam.evaluate(from_ses(), [default])
    assert decision.effect is Effect.ALLOW
    assert decision.assumptions[0] == TRUST
    assert iam.evaluate(from_ses(OTHER), [default]).effect is Effect.IMPLICIT_DENY


SES = {"Service": "ses.amazonaws.com"}


@pytest.mark.parametrize(
    ("principal", "condition", "expected"),
    [
        (SES, None, Effect.ALLOW),
        ({"Service": ["sns.amazonaws.com", "ses.amazonaws.com"]}, None, Effect.ALLOW),
        ({"Service": "sns.amazonaws.com"}, None, Effect.IMPLICIT_DENY),
        ("*", None, Effect.ALLOW),
        ({"AWS": OWN}, None, Effect.IMPLICIT_DENY),
        ({"AWS": f"arn:aws:iam::{OWN}:root"}, None, Effect.IMPLICIT_DENY),
        (SES, {"StringEquals": {"aws:SourceAccount": OWN}}, Effect.ALLOW),
        (SES, {"StringEquals": {"aws:SourceAccount": OTHER}}, Effect.IMPLICIT_DENY),
        (SES, {"ArnLike": {"aws:SourceArn": str(IDENTITY)}}, Effect.ALLOW),
        (SES, {"ArnLike": {"aws:SourceArn": "arn:aws:ses:*:*:configuration-set/*"}}, Effect.IMPLICIT_DENY),
        (SES, {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, Effect.IMPLICIT_DENY),
        (SES, {"StringEquals": {"aws:SourceOrgID": "o-1"}}, Effect.UNKNOWN),
        (SES, {"Bool": {"aws:SecureTransport": "true"}}, Effect.ALLOW),
        (SES, {"Null": {"aws:PrincipalArn": "true"}}, Effect.ALLOW),
        (SES, {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, Effect.UNKNOWN),
    ],
)
def test_policies_for_services(principal: object, condition: Statement | None, expected: Effect) -> None:
    assert effect(from_ses(), statement(principal, condition)) is expected


def test_guards_of_principals_do_not_limit_services() -> None:
    nothing = iam.parse(iam_trees.plain({"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}))
    own = iam.parse(iam_trees.plain({"Statement": statement({"Service": "ses.amazonaws.com"})}))
    policies = iam.Policies(resource=(own,), scp=((nothing,),), identity=(nothing,), boundary=(nothing,), rcp=())
    assert iam.evaluate(from_ses(), policies).effect is Effect.ALLOW


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, Effect.EXPLICIT_DENY),
        ({"Bool": {"aws:SecureTransport": "false"}}, Effect.ALLOW),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, Effect.EXPLICIT_DENY),
        (
            {
                "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"},
                "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
            },
            Effect.ALLOW,
        ),
    ],
)
def test_denies_hold_for_services_too(condition: Statement | None, expected: Effect) -> None:
    own = statement({"Service": "ses.amazonaws.com"})
    assert effect(from_ses(), own, statement("*", condition, "Deny")) is expected


def test_the_account_of_a_template_is_itself() -> None:
    account = text(Symbol("account", "stack.yaml"))
    source = iam_trees.map_of([("aws:SourceAccount", iam_trees.leaf(account))])
    made = iam_trees.map_of(
        [
            ("Effect", iam_trees.leaf(text("Allow"))),
            ("Principal", iam_trees.map_of([("Service", iam_trees.leaf(text("ses.amazonaws.com")))])),
            ("Action", iam_trees.leaf(text("sns:Publish"))),
            ("Resource", iam_trees.leaf(text("*"))),
            ("Condition", iam_trees.map_of([("StringEquals", source)])),
        ]
    )
    policy = iam.parse(iam_trees.Document(tree=iam_trees.map_of([("Statement", made)])))
    assert iam.evaluate(from_ses(account), [policy]).effect is Effect.ALLOW
    decision = iam.evaluate(from_ses(OTHER), [policy])
    assert decision.effect is Effect.UNKNOWN
    assert decision.unknowns == (Unknown(Cause.NOT_HERE, "{account} of stack.yaml is not told"),)


@pytest.mark.parametrize(
    ("arn", "kind"),
    [
        (f"arn:aws:iam::{OWN}:user/ann", Kind.USER),
        (f"arn:aws-cn:iam::{OWN}:role/a/b", Kind.ROLE),
        (f"arn:aws:sts::{OWN}:assumed-role/a/s", Kind.SESSION),
        (f"arn:aws:sts::{OWN}:federated-user/a", Kind.FEDERATED_USER),
        (f"arn:aws:iam::{OWN}:root", Kind.ROOT),
        (f"arn:aws:iam::{OWN}:group/a", Kind.OTHER),
        ("ann", Kind.OTHER),
    ],
)
def test_callers_by_arn(arn: str, kind: Kind) -> None:
    assert iam.caller(text(arn)).kind is kind


def test_what_follows_from_who_asks() -> None:
    context = principal_context(iam.caller(text(f"arn:aws:iam::{OWN}:user/team/ann")), text(OTHER))
    assert context["aws:username"] == (text("ann"),)
    assert context["aws:principalaccount"] == (text(OWN),)
    assert context["aws:resourceaccount"] == (text(OTHER),)
    assert context["aws:sourceaccount"] is None
    session = principal_context(iam.caller(text(f"arn:aws:sts::{OWN}:assumed-role/a/s")), text(OTHER))
    assert "aws:principalarn" not in session
