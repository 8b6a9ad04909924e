from typing import Any

import iam_trees
import pytest

from auditor import iam
from auditor.iam import Effect
from auditor.iam.elements import Policy, unread
from auditor.iam.request import ContextValue
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.origin import Location
from auditor.model.policy import Document, Entry, Gap, Leaf, Mapping, Sequence
from auditor.model.text import Symbol, Text, text

OWN, OTHER = "111111111111", "222222222222"
TOPIC = f"arn:aws:sns:eu-west-1:{OWN}:orders"
KEY = f"arn:aws:kms:eu-west-1:{OWN}:key/1"
USER = f"arn:aws:iam::{OWN}:user/team/ann"
ROLE = f"arn:aws:iam::{OWN}:role/team/admin"
SESSION = f"arn:aws:sts::{OWN}:assumed-role/admin/session"
FEDERATED = f"arn:aws:sts::{OWN}:federated-user/ann"
ROOT = f"arn:aws:iam::{OWN}:root"
STRANGER = f"arn:aws:iam::{OTHER}:user/eve"
HOLE = Unknown(Cause.NOT_HERE, "a parameter")


def policy(*statements: dict[str, Any], version: str = "2012-10-17") -> Policy:
    return iam.parse(iam_trees.plain({"Version": version, "Statement": list(statements)}))


def allow(action: str = "*", resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str = "*", resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def ask(
    who: str | iam.Caller, policies: iam.Policies, action: str = "sns:Publish", resource: str = TOPIC, **context: str
) -> iam.Decision:
    caller = iam.caller(text(who)) if isinstance(who, str) else who
    given: dict[str, ContextValue] = {key.replace("_", ":"): (text(value),) for key, value in context.items()}
    request = iam.Request(
        caller=caller, action=action, resource=text(resource), resource_account=text(OWN), context=given, closed=True
    )
    return iam.evaluate(request, policies)


def decide(who: str | iam.Caller, action: str = "sns:Publish", on: str = TOPIC, **kinds: Any) -> Effect:
    """The effect of policies by kind; SCP and RCP are read unless given."""
    return ask(who, iam.Policies(**{"scp": (), "rcp": ()} | kinds), action, on).effect


EVERYTHING = policy(allow())
NOTHING = policy(allow("ec2:*"))


def named(*principals: str, **more: Any) -> Policy:
    return policy(allow("sns:Publish", TOPIC, Principal={"AWS": list(principals)}, **more))


@pytest.mark.parametrize("who", [USER, ROLE, SESSION, FEDERATED])
def test_within_an_account_either_side_is_enough(who: str) -> None:
    assert decide(who) is Effect.IMPLICIT_DENY
    assert decide(who, identity=(EVERYTHING,)) is Effect.ALLOW
    assert decide(who, resource=(named(who),)) is Effect.ALLOW
    assert decide(who, resource=(named("*"),)) is Effect.ALLOW


def test_across_accounts_both_sides_are_needed() -> None:
    assert decide(STRANGER, identity=(EVERYTHING,)) is Effect.IMPLICIT_DENY
    assert decide(STRANGER, resource=(named(STRANGER),)) is Effect.IMPLICIT_DENY
    assert decide(STRANGER, identity=(EVERYTHING,), resource=(named(STRANGER),)) is Effect.ALLOW
    assert decide(STRANGER, identity=(EVERYTHING,), resource=(named(OTHER),)) is Effect.ALLOW
    assert decide(STRANGER, identity=(EVERYTHING,), resource=(named(OWN),)) is Effect.IMPLICIT_DENY


@pytest.mark.parametrize("account", [OWN, ROOT])
def test_an_account_as_principal_delegates_and_does_not_grant(account: str) -> None:
    assert decide(USER, resource=(named(account),)) is Effect.IMPLICIT_DENY


@pytest.mark.parametrize("kind", ["identity", "resource", "boundary", "session", "scp", "rcp", "endpoint"])
def test_an_explicit_deny_of_any_kind_denies(kind: str) -> None:
    everybody = {"Principal": "*"} if kind in {"resource", "rcp"} else {}
    denying = policy(allow(**everybody), deny(**everybody))
    kinds: dict[str, Any] = {"identity": (EVERYTHING,), kind: (denying,)}
    if kind in {"scp", "rcp"}:
        kinds[kind] = ((denying,),)
    if kind == "rcp":
        kinds |= {"action": "s3:GetObject", "on": "arn:aws:s3:::bucket/key"}
    if kind == "identity":
        kinds[kind] = (EVERYTHING, denying)
    assert decide(USER, **kinds) is Effect.EXPLICIT_DENY


@pytest.mark.parametrize("kind", ["boundary", "session", "endpoint"])
def test_a_guard_must_allow(kind: str) -> None:
    assert decide(USER, identity=(EVERYTHING,), **{kind: (EVERYTHING,)}) is Effect.ALLOW
    assert decide(USER, identity=(EVERYTHING,), **{kind: (NOTHING,)}) is Effect.IMPLICIT_DENY


def test_every_level_of_service_control_policies_must_allow() -> None:
    assert decide(USER, identity=(EVERYTHING,), scp=((EVERYTHING,), (EVERYTHING,))) is Effect.ALLOW
    decision = ask(USER, iam.Policies(identity=(EVERYTHING,), scp=((EVERYTHING,), (NOTHING,)), rcp=()))
    assert decision.effect is Effect.IMPLICIT_DENY
    assert [(reason.text, reason.level) for reason in decision.because] == [
        ("the service control policy of level 2 has no statement that allows it", "2"),
    ]
    named_levels = iam.Policies(identity=(EVERYTHING,), scp=((NOTHING,),), scp_names=("o-1",), rcp=())
    assert [(reason.text, reason.level) for reason in ask(USER, named_levels).because] == [
        ("the service control policy of level 1 (o-1) has no statement that allows it", "o-1"),
    ]


def test_unread_organization_policies_are_assumptions() -> None:
    decision = ask(USER, iam.Policies(identity=(EVERYTHING,)))
    assert decision.effect is Effect.ALLOW
    assert decision.assumptions == (
        "service control policies were not read",
        "resource control policies were not read",
    )


@pytest.mark.parametrize(
    ("who", "principal", "boundary", "session"),
    [
        (USER, USER, Effect.ALLOW, Effect.ALLOW),
        (SESSION, SESSION, Effect.ALLOW, Effect.ALLOW),
        (SESSION, ROLE, Effect.IMPLICIT_DENY, Effect.IMPLICIT_DENY),
        (SESSION, "*", Effect.ALLOW, Effect.ALLOW),
        (FEDERATED, USER, Effect.IMPLICIT_DENY, Effect.IMPLICIT_DENY),
        (FEDERATED, FEDERATED, Effect.ALLOW, Effect.ALLOW),
    ],
)
def test_how_a_resource_policy_names_the_caller_decides_what_limits_it(
    who: str, principal: str, boundary: Effect, session: Effect
) -> None:
    assert decide(who, resource=(named(principal),), boundary=(NOTHING,)) is boundary
    assert decide(who, resource=(named(principal),), session=(NOTHING,)) is session


def test_boundaries_limit_across_accounts_whatever_is_named() -> None:
    both = {"identity": (EVERYTHING,), "resource": (named(STRANGER),)}
    assert decide(STRANGER, **both, boundary=(NOTHING,)) is Effect.IMPLICIT_DENY


def test_the_root_user_has_full_access_that_only_denies_and_guards_take() -> None:
    assert decide(ROOT) is Effect.ALLOW
    assert decide(ROOT, resource=(policy(deny(Principal="*")),)) is Effect.EXPLICIT_DENY
    assert decide(ROOT, scp=((NOTHING,),)) is Effect.IMPLICIT_DENY


@pytest.mark.parametrize("resource", [KEY, f"arn:aws:kms:eu-west-1:{OWN}:alias/a"])
def test_a_key_policy_must_name_the_caller_or_its_account(resource: str) -> None:
    ask_key = {"action": "kms:Decrypt", "on": resource}
    named_account = policy(allow("kms:*", Principal={"AWS": ROOT}))
    assert decide(USER, **ask_key, identity=(EVERYTHING,)) is Effect.IMPLICIT_DENY
    assert decide(USER, **ask_key, identity=(EVERYTHING,), resource=(named_account,)) is Effect.ALLOW
    assert decide(USER, **ask_key, resource=(named_account,)) is Effect.IMPLICIT_DENY
    assert decide(USER, **ask_key, resource=(policy(allow("kms:*", Principal={"AWS": USER})),)) is Effect.ALLOW


def test_actions_on_no_key_and_on_aliases_need_no_key_policy() -> None:
    alias = f"arn:aws:kms:eu-west-1:{OWN}:alias"
    assert decide(USER, "kms:ListKeys", "*", identity=(EVERYTHING,)) is Effect.ALLOW
    assert decide(USER, "kms:DeleteAlias", f"{alias}/a", identity=(EVERYTHING,)) is Effect.ALLOW
    assert decide(USER, "kms:DeleteAlias", f"{alias}/aws/sns", identity=(EVERYTHING,)) is Effect.IMPLICIT_DENY


def test_a_trust_policy_must_name_the_caller_or_its_account() -> None:
    trust = iam.parse(
        iam_trees.plain({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": OWN}}})
    )
    asked = {"action": "sts:AssumeRole", "on": ROLE}
    assert decide(USER, **asked, identity=(EVERYTHING,)) is Effect.IMPLICIT_DENY
    assert decide(USER, **asked, resource=(trust,)) is Effect.IMPLICIT_DENY
    assert decide(USER, **asked, identity=(EVERYTHING,), resource=(trust,)) is Effect.ALLOW


def test_caller_identity_can_be_asked_for_by_anybody() -> None:
    assert decide(USER, "sts:GetCallerIdentity", "*", identity=(policy(deny()),)) is Effect.ALLOW


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("iam:CreatePolicyVersion", "arn:aws:iam::aws:policy/A", Effect.IMPLICIT_DENY),
        ("iam:GetPolicy", "arn:aws:iam::aws:policy/A", Effect.ALLOW),
        ("iam:PutRolePolicy", f"arn:aws:iam::{OWN}:role/aws-reserved/x", Effect.IMPLICIT_DENY),
        ("iam:GetRole", f"arn:aws:iam::{OWN}:role/aws-reserved/x", Effect.ALLOW),
        ("iam:PutRolePolicy", ROLE, Effect.ALLOW),
    ],
)
def test_what_aws_manages_cannot_be_changed(action: str, resource: str, expected: Effect) -> None:
    assert decide(USER, action, resource, identity=(EVERYTHING,)) is expected


def test_anonymous_callers_have_only_the_resource_policy() -> None:
    assert decide(iam.ANONYMOUS, identity=(EVERYTHING,)) is Effect.IMPLICIT_DENY
    assert decide(iam.ANONYMOUS, resource=(named("*"),)) is Effect.ALLOW
    assert decide(iam.ANONYMOUS, resource=(named(USER),)) is Effect.IMPLICIT_DENY
    assert decide(iam.ANONYMOUS, resource=(named("*"),), scp=((policy(deny()),),)) is Effect.ALLOW
    everybody = policy(allow(Principal="*"))
    denied = {"action": "s3:GetObject", "on": "arn:aws:s3:::bucket/key", "rcp": ((policy(deny(Principal="*")),),)}
    assert decide(iam.ANONYMOUS, resource=(everybody,), **denied) is Effect.EXPLICIT_DENY


def test_resource_control_policies_are_passed_over_for_services_that_do_not_support_them() -> None:
    denying = ((policy(deny(Principal="*")),),)
    decision = ask(USER, iam.Policies(identity=(EVERYTHING,), scp=(), rcp=denying), "ec2:StopInstances", "*")
    assert decision.effect is Effect.ALLOW
    assert decision.assumptions == ("resource control policies do not apply to ec2, as far as the action data knows",)


@pytest.mark.parametrize("kind", ["scp", "rcp"])
def test_control_policies_do_not_limit_roles_of_services(kind: str) -> None:
    denying = {"identity": (EVERYTHING,), kind: ((policy(deny(Principal="*") if kind == "rcp" else deny()),),)}
    linked = f"arn:aws:iam::{OWN}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
    asked = {"action": "sqs:SendMessage", "on": f"arn:aws:sqs:eu-west-1:{OWN}:queue"}
    assert decide(linked, **asked, **denying) is Effect.ALLOW
    assert decide(ROLE, **asked, **denying) is Effect.EXPLICIT_DENY
    assert decide(SESSION, **asked, **denying) is Effect.EXPLICIT_DENY


def test_whether_a_session_is_of_a_role_of_a_service_is_told_by_the_role_only() -> None:
    denying = iam.Policies(identity=(EVERYTHING,), scp=((policy(deny()),),), rcp=())
    session = f"arn:aws:sts::{OWN}:assumed-role/AWSServiceRoleForX/session"
    decision = ask(session, denying)
    assert decision.effect is Effect.UNKNOWN
    assert decision.possible == (Effect.ALLOW, Effect.EXPLICIT_DENY)
    assert [why.detail for why in decision.unknowns] == [
        f"whether the role of {session} is linked to a service, so that control policies do not limit it"
    ]
    linked = f"arn:aws:iam::{OWN}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
    assert ask(session, denying, aws_principalarn=linked).effect is Effect.ALLOW
    assert ask(session, denying, aws_principalarn=f"arn:aws:iam::{OWN}:role/AWSServiceRoleForX").effect is (
        Effect.EXPLICIT_DENY
    )
    assert ask(session, iam.Policies(scp=((policy(deny("ec2:*"), allow()),),), rcp=())).effect is Effect.IMPLICIT_DENY


def test_a_trust_policy_must_let_a_session_be_given_a_context() -> None:
    trust = iam.parse(
        iam_trees.plain({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": USER}}})
    )
    asked = {"on": ROLE, "identity": (EVERYTHING,), "resource": (trust,)}
    assert decide(USER, "sts:AssumeRole", **asked) is Effect.ALLOW
    assert decide(USER, "sts:SetContext", **asked) is Effect.IMPLICIT_DENY


def but(*principals: str, effect: str) -> Policy:
    return policy({"Effect": effect, "Action": "*", "Resource": "*", "NotPrincipal": {"AWS": list(principals)}})


def test_not_principal() -> None:
    assert decide(USER, resource=(but(STRANGER, effect="Allow"),)) is Effect.ALLOW
    assert decide(USER, resource=(but(USER, effect="Allow"),)) is Effect.IMPLICIT_DENY
    assert decide(USER, resource=(but(STRANGER, effect="Deny"),), identity=(EVERYTHING,)) is Effect.EXPLICIT_DENY
    assert decide(USER, resource=(but(USER, effect="Deny"),), identity=(EVERYTHING,)) is Effect.ALLOW


def test_denying_all_but_a_role_may_deny_its_sessions_that_are_not_named() -> None:
    assert decide(SESSION, resource=(but(ROLE, effect="Deny"),), identity=(EVERYTHING,)) is Effect.UNKNOWN
    both = but(ROLE, SESSION, effect="Deny")
    assert decide(SESSION, resource=(both,), identity=(EVERYTHING,)) is Effect.ALLOW


def test_denying_all_but_somebody_denies_everybody_with_a_boundary() -> None:
    kinds = {"resource": (but(USER, effect="Deny"),), "identity": (EVERYTHING,), "boundary": (EVERYTHING,)}
    assert decide(USER, **kinds) is Effect.EXPLICIT_DENY


@pytest.mark.parametrize("principal", ["<ACCOUNT ID>", "user/team/ann", "12345", "AIDASHORT", "111111111111 "])
def test_a_principal_that_aws_refuses_may_be_anybody_who_is_still_to_name(principal: str) -> None:
    allowed = ask(USER, iam.Policies(resource=(named(principal),), scp=(), rcp=()))
    assert (allowed.effect, allowed.possible) == (Effect.UNKNOWN, (Effect.ALLOW, Effect.IMPLICIT_DENY))
    (why,) = allowed.unknowns
    assert why.detail == f"AWS refuses the principal {principal}: it is no ARN, account id or unique id"
    assert decide(iam.ANONYMOUS, resource=(named(principal),)) is Effect.IMPLICIT_DENY


@pytest.mark.parametrize("principal", [f"arn:aws:iam::{OWN}:user/*", "arn:aws:iam::*:user/team/ann"])
def test_there_are_no_wildcards_in_the_arn_of_a_principal(principal: str) -> None:
    assert decide(USER, resource=(named(principal),)) is Effect.IMPLICIT_DENY


def test_a_role_is_named_with_its_path_and_its_sessions_without() -> None:
    assert decide(ROLE, resource=(named(f"arn:aws:iam::{OWN}:role/admin"),)) is Effect.IMPLICIT_DENY
    assert decide(SESSION, resource=(named(ROLE),)) is Effect.ALLOW
    assert decide(ROLE, resource=(named(SESSION),)) is Effect.UNKNOWN


def test_a_principal_in_a_policy_of_a_principal_is_not_relied_on() -> None:
    assert decide(USER, identity=(policy(allow(Principal={"AWS": USER})),)) is Effect.ALLOW
    assert decide(USER, identity=(policy(allow(Principal={"AWS": STRANGER})),)) is Effect.UNKNOWN


def test_a_statement_of_a_resource_policy_without_principal_is_about_nobody() -> None:
    assert decide(USER, resource=(policy(allow()),)) is Effect.IMPLICIT_DENY
    assert decide(USER, resource=(policy(deny()),), identity=(EVERYTHING,)) is Effect.ALLOW


def test_endpoint_policies_need_no_principal() -> None:
    for principal, expected in ((USER, Effect.ALLOW), (STRANGER, Effect.IMPLICIT_DENY)):
        endpoint = policy(allow(Principal={"AWS": principal}))
        assert decide(USER, identity=(EVERYTHING,), endpoint=(endpoint,)) is expected


# -- explanations and what is not told --------------------------------------------------------------------------------


def test_the_deciding_statement_and_condition_are_named() -> None:
    statement = allow(Sid="Ours", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})
    decision = ask(USER, iam.Policies(identity=(policy(statement),), scp=(), rcp=()), aws_principalorgid="o-1")
    assert decision.because == (
        iam.Reason(
            "a policy of the caller allows it (StringEquals aws:PrincipalOrgID = o-1 holds for o-1)",
            "Ours",
            Location(pointer="/Statement/0"),
        ),
    )


def test_the_condition_that_failed_is_named() -> None:
    statement = allow(Sid="Ours", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})
    decision = ask(USER, iam.Policies(identity=(policy(statement),), scp=(), rcp=()), aws_principalorgid="o-2")
    assert decision.effect is Effect.IMPLICIT_DENY
    assert [(reason.statement, reason.text) for reason in decision.because] == [
        ("Ours", "StringEquals aws:PrincipalOrgID = o-1 does not hold for o-2"),
        ("", "no statement of the caller's policies or of the resource policy allows it"),
    ]


def test_an_unread_policy_decides_only_where_it_could_matter() -> None:
    hidden = unread(HOLE)
    assert decide(USER, identity=(hidden,)) is Effect.UNKNOWN
    assert decide(USER, identity=(EVERYTHING, hidden)) is Effect.UNKNOWN
    assert decide(USER, identity=(policy(deny()), hidden)) is Effect.EXPLICIT_DENY
    decision = ask(USER, iam.Policies(identity=(hidden,), boundary=(NOTHING,), scp=(), rcp=()))
    assert decision.effect is Effect.UNKNOWN
    assert decision.unknowns == (HOLE,)
    assert decision.allowed is Truth.FALSE
    assert decision.possible == (Effect.IMPLICIT_DENY, Effect.EXPLICIT_DENY)


def test_the_effect_of_a_statement_may_be_a_hole() -> None:
    entries = (
        Entry(text("Effect"), Gap(HOLE, may_be_absent=False)),
        Entry(text("Action"), Leaf(text("*"))),
        Entry(text("Resource"), Leaf(text("*"))),
    )
    hidden = iam.parse(Document(tree=Mapping((Entry(text("Statement"), Mapping(entries)),))))
    decision = ask(USER, iam.Policies(identity=(hidden,), scp=(), rcp=()))
    assert decision.possible == (Effect.ALLOW, Effect.IMPLICIT_DENY, Effect.EXPLICIT_DENY)
    assert decision.unknowns == (HOLE,)


def test_symbols_are_the_same_everywhere_and_holes_are_not() -> None:
    account = Symbol("account", "stack.yaml")
    topic = text("arn:aws:sns:eu-west-1:", account, ":orders")

    def asked(written: Text) -> iam.Decision:
        entries = (
            Entry(text("Effect"), Leaf(text("Allow"))),
            Entry(text("Principal"), Leaf(text("*"))),
            Entry(text("Action"), Leaf(text("sns:Publish"))),
            Entry(text("Resource"), Leaf(written)),
        )
        made = iam.parse(Document(tree=Mapping((Entry(text("Statement"), Mapping(entries)),))))
        request = iam.Request(
            caller=iam.ANONYMOUS, action="sns:Publish", resource=topic, resource_account=text(account), closed=True
        )
        return iam.evaluate(request, [made])

    assert asked(topic).effect is Effect.ALLOW
    assert asked(text("arn:aws:sns:*:", account, ":o*")).effect is Effect.ALLOW
    assert asked(text("arn:aws:sns:*:", account, ":x*")).effect is Effect.IMPLICIT_DENY
    told = asked(text(f"arn:aws:sns:eu-west-1:{OWN}:orders"))
    assert told.effect is Effect.UNKNOWN
    assert told.unknowns == (Unknown(Cause.NOT_HERE, "{account} of stack.yaml is not told"),)
    assert asked(text("arn:aws:sns:eu-west-1:", HOLE, ":orders")).unknowns[0] == HOLE


def test_whether_the_account_is_the_same_may_not_be_told() -> None:
    request = iam.Request(
        caller=iam.caller(text(USER)),
        action="sns:Publish",
        resource=text("arn:aws:sns:eu-west-1:", Symbol("account"), ":orders"),
        resource_account=text(Symbol("account")),
        closed=True,
    )
    decision = iam.evaluate(request, iam.Policies(identity=(EVERYTHING,), scp=(), rcp=()))
    assert decision.possible == (Effect.ALLOW, Effect.IMPLICIT_DENY)
    assert decision.unknowns == (Unknown(Cause.NOT_HERE, "{account} is not told"),)
    both = iam.Policies(identity=(EVERYTHING,), resource=(policy(allow(Principal={"AWS": USER})),), scp=(), rcp=())
    assert iam.evaluate(request, both).effect is Effect.ALLOW


# -- by cases ---------------------------------------------------------------------------------------------------------

NAME = Symbol("Orders.TopicName")


def about(written: Text, effect: str, operator: str = "", element: str = "Resource") -> Mapping:
    """A statement about a text: as its resource, or as the value of a condition on `a:b`."""
    condition = Mapping((Entry(text(operator), Mapping((Entry(text("a:b"), Leaf(written)),))),))
    entries = (
        Entry(text("Effect"), Leaf(text(effect))),
        Entry(text("Action"), Leaf(text("*"))),
        Entry(text(element), Leaf(text("*") if operator else written)),
        *((Entry(text("Condition"), condition),) if operator else ()),
    )
    return Mapping(entries)


def of(*found: Mapping) -> Effect:
    made = iam.parse(Document(tree=Mapping((Entry(text("Statement"), Sequence(found)),))))
    return ask(USER, iam.Policies(identity=(made,), scp=(), rcp=()), a_b="x").effect


def test_two_statements_of_which_one_applies_whatever_the_symbol_is() -> None:
    equal, other = about(text(NAME), "Allow", "StringEquals"), about(text(NAME), "Allow", "StringNotEquals")
    assert of(equal) is Effect.UNKNOWN
    assert of(other) is Effect.UNKNOWN
    assert of(equal, other) is Effect.ALLOW
    like = about(text(NAME), "Deny", "StringLike")
    assert of(like, about(text(NAME), "Deny", "StringNotLike")) is Effect.EXPLICIT_DENY
    assert of(equal, about(text(NAME), "Deny", "StringNotEquals")) is Effect.UNKNOWN
    topic = text(f"arn:aws:sns:eu-west-1:{OWN}:", NAME)
    assert of(about(topic, "Allow"), about(topic, "Allow", element="NotResource")) is Effect.ALLOW


def test_two_holes_are_not_the_same() -> None:
    equal, other = about(text(HOLE), "Allow", "StringEquals"), about(text(HOLE), "Allow", "StringNotEquals")
    assert of(equal, other) is Effect.UNKNOWN


def test_a_comparison_that_some_values_do_not_allow_is_not_supposed() -> None:
    equal, other = about(text(NAME), "Allow", "NumericEquals"), about(text(NAME), "Allow", "NumericNotEquals")
    assert of(equal, other) is Effect.UNKNOWN
