"""What policies grant and could grant less of."""

import pytest
from narrowing import HOLE, account, allow, deny, document, policy, told

from auditor.iam.database import action_names, actions_of
from auditor.iam.narrow import Kind, excesses, of_all, of_principal
from auditor.model.iam import Role
from auditor.model.known import Truth
from auditor.model.policy import Gap, Leaf
from auditor.model.text import Symbol, text

SES = "arn:aws:ses:eu-west-1:111122223333:"
FROM = {"StringEquals": {"ses:FromAddress": "no-reply@example.com"}}


def kinds(*statements: dict[str, object]) -> dict[Kind, int]:
    return {each.kind: each.count for each in excesses(policy(*statements))}


def with_resources(service: str) -> int:
    return sum(bool(each.resources) for each in actions_of(service))


def test_a_service_wildcard_counts_the_actions_it_gives() -> None:
    assert kinds(allow("sns:*")) == {
        Kind.SERVICE_WILDCARD: len(actions_of("sns")),
        Kind.EVERY_RESOURCE: with_resources("sns"),
    }


@pytest.mark.parametrize("pattern", ["*", "*:*", "**"])
def test_all_actions(pattern: str) -> None:
    found = kinds(allow(pattern))
    assert found[Kind.EVERY_ACTION] == len(action_names())
    assert Kind.SERVICE_WILDCARD not in found
    assert Kind.ANY_SENDER in found


def test_all_actions_but_some() -> None:
    found = kinds({"Effect": "Allow", "NotAction": "ses:*", "Resource": "*"})
    assert found[Kind.EVERY_ACTION] == len(action_names()) - len(actions_of("ses"))
    assert Kind.ANY_SENDER not in found


def test_actions_that_accept_only_the_star_are_right_on_it() -> None:
    assert kinds(allow(["ses:ListIdentities", "ses:GetSendQuota"])) == {}


@pytest.mark.parametrize(
    ("resource", "wide"),
    [
        ("*", True),
        ("arn:aws:sns:*:*:*", True),
        ("arn:aws:sns:eu-west-1:111122223333:*", True),
        ("arn:aws:sns:*", True),
        ("arn:*", True),
        ("arn:aws:*", True),
        ("arn:aw*", True),
        ("arn:aws:s3:::*", False),
        ("arn:aws:sns:eu-west-1:111122223333:orders-*", False),
        ("arn:aws:sns:*:111122223333:orders", False),
        ("arn:aws:sns:eu-west-1:111122223333:orders", False),
    ],
)
def test_every_topic(resource: str, *, wide: bool) -> None:
    assert kinds(allow("sns:Publish", resource)) == ({Kind.EVERY_RESOURCE: 1} if wide else {})


def test_a_condition_on_tags_of_the_resource_confines() -> None:
    tagged = {"StringEquals": {"aws:ResourceTag/team": "mail"}}
    assert kinds(allow("sns:Publish", Condition=tagged)) == {}


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (allow("ses:SendEmail", SES + "identity/example.com"), {Kind.ANY_SENDER}),
        (allow("ses:SendEmail", SES + "identity/no-reply@example.com"), set()),
        (allow("ses:SendEmail", SES + "identity/*@example.com"), {Kind.ANY_SENDER}),
        (allow("ses:SendEmail", SES + "identity/example.com", Condition=FROM), set()),
        (
            allow("ses:SendEmail", [SES + "identity/example.com", SES + "configuration-set/*"], Condition=FROM),
            {Kind.EVERY_RESOURCE, Kind.ANY_CONFIGURATION_SET},
        ),
        (
            allow("ses:SendEmail", [SES + "identity/example.com", SES + "configuration-set/main"], Condition=FROM),
            set(),
        ),
        # There is no such key for this action: a condition on it would stop everything.
        (allow("ses:SendBulkEmail", [SES + "identity/example.com", SES + "template/a"]), set()),
        (allow("ses:SendRawEmail", "*"), {Kind.EVERY_RESOURCE, Kind.ANY_SENDER, Kind.ANY_CONFIGURATION_SET}),
    ],
)
def test_mail_that_is_tied_to_nothing(statement: dict[str, object], found: set[Kind]) -> None:
    assert set(kinds(statement)) == found


def test_what_is_denied_everywhere_is_not_granted() -> None:
    assert kinds(allow("sns:*"), deny("sns:*")) == {}
    assert kinds(allow("sns:Publish"), deny("sns:Publish", Condition={"Bool": {"aws:SecureTransport": "false"}})) == {
        Kind.EVERY_RESOURCE: 1
    }


def test_a_denial_in_another_policy_of_the_principal_counts() -> None:
    inventory = account(document(allow("sns:*")), document(deny(["sns:Publish", "sns:Subscribe"])))
    (role,) = inventory.of(Role)
    (found,) = of_principal(role, inventory).policies
    assert [each.count for each in found.found] == [len(actions_of("sns")) - 2, with_resources("sns") - 2]
    assert list(of_all(inventory)) == [of_principal(role, inventory)]


def test_what_is_not_told_is_undecided() -> None:
    (resource,) = excesses(told(Action=Leaf(text("sns:Publish")), Resource=Gap(HOLE)))
    assert (resource.kind, resource.certain, resource.unknowns) == (Kind.EVERY_RESOURCE, Truth.UNKNOWN, (HOLE,))
    found = excesses(told(Action=Leaf(text("sns:Publish")), Resource=Leaf(text("*")), Condition=Gap(HOLE)))
    assert [(each.kind, each.certain) for each in found] == [(Kind.EVERY_RESOURCE, Truth.UNKNOWN)]
    found = excesses(told(Action=Leaf(text("sns:", HOLE)), Resource=Leaf(text("*"))))
    assert [(each.kind, each.certain, each.count) for each in found] == [(Kind.EVERY_RESOURCE, Truth.UNKNOWN, 0)]


def test_a_named_resource_that_is_not_told_is_one_resource() -> None:
    topic = text("arn:aws:sns:", Symbol("region"), ":", Symbol("account"), ":", Symbol("Orders.TopicName"))
    assert excesses(told(Action=Leaf(text("sns:Publish")), Resource=Leaf(topic))) == ()


def test_broken_and_denying_statements_grant_nothing() -> None:
    assert excesses(policy(deny("*"))) == ()
    assert excesses(policy({"Effect": "Allow", "Action": "*"} | {"Nope": 1})) == ()
