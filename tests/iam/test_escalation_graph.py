from typing import Any

import pytest
from escalating import ADMIN, Account, allow, arn, chain, deny, document, of, policy, trusting

from auditor.iam.escalation import Standing
from auditor.model.known import Cause

LAMBDA = "lambda.amazonaws.com"
EC2 = "ec2.amazonaws.com"


def test_an_administrator_is_one() -> None:
    account = Account()
    account.user("ann", ADMIN)
    account.group("admins", ADMIN)
    account.user("bob", groups=("admins",))
    account.role("ops", trusting(service=EC2), managed=[account.managed("all", ADMIN)])
    found = account.escalation()
    assert [each.standing for each in found.rights] == [Standing.HAS] * 3
    assert all(each.chain == () for each in found.rights)


def test_who_has_nothing_cannot() -> None:
    account = Account()
    account.role("ops", trusting(service=LAMBDA), ADMIN)
    account.user("ann", allow("s3:GetObject"))
    rights = account.rights("ann")
    assert (rights.standing, rights.chain, rights.unknowns) == (Standing.CANNOT, (), ())


def test_a_role_is_passed_only_where_the_statement_allows_and_the_role_trusts_the_service() -> None:
    account = Account()
    account.role("for-ec2", trusting(service=EC2), ADMIN)
    account.role("for-lambda", trusting(service=LAMBDA), ADMIN)
    account.role("harmless", trusting(service=LAMBDA), allow("logs:PutLogEvents"))
    work = allow("lambda:CreateFunction", "lambda:InvokeFunction")
    account.user("wide", allow("iam:PassRole"), work)
    account.user("narrow", allow("iam:PassRole", on=arn("role", "harmless")), work)
    account.user("wrong", allow("iam:PassRole", on=arn("role", "for-ec2")), work)
    account.user("right", allow("iam:PassRole", on=arn("role", "for-l*")), work)
    found = account.escalation()
    assert chain(of(found, "wide")) == [("lambda-001", "for-lambda")]
    assert chain(of(found, "right")) == [("lambda-001", "for-lambda")]
    assert of(found, "narrow").standing is Standing.CANNOT
    assert of(found, "wrong").standing is Standing.CANNOT
    assert of(found, "wide").chain[0].service == LAMBDA


def test_a_role_is_assumed_only_when_both_sides_agree() -> None:
    account = Account()
    ann = account.user("ann")
    account.user("bob", allow("sts:AssumeRole"))
    account.user("eve", allow("sts:AssumeRole", on=arn("role", "other")))
    account.user("joe", allow("sts:AssumeRole"), deny("sts:AssumeRole", on=arn("role", "named")))
    joe = arn("user", "joe")
    account.role("named", trusting(aws=[ann, joe]), ADMIN)
    account.role("open", trusting(aws=arn("root", "x").replace("root/x", "root")), ADMIN)
    found = account.escalation()
    assert chain(of(found, "ann")) == [("sts-001", "named")]
    assert chain(of(found, "bob")) == [("sts-001", "open")]
    assert of(found, "eve").standing is Standing.CANNOT
    assert chain(of(found, "joe")) == [("sts-001", "open")]


def test_chains_are_the_shortest_and_cycles_end() -> None:
    account = Account()
    names = ["a", "b", "c", "d"]
    for number, name in enumerate(names):
        following = names[(number + 1) % 4]
        statements = [ADMIN] if name == "d" else [allow("s3:GetObject")]
        before = [arn("role", names[number - 1]), arn("role", following)]
        account.role(name, trusting(aws=before), *statements)
    account.role("circle-1", trusting(aws=arn("role", "circle-2")))
    account.role("circle-2", trusting(aws=arn("role", "circle-1")))
    found = account.escalation()
    assert chain(of(found, "a")) == [("sts-001", "d")]
    assert chain(of(found, "c")) == [("sts-001", "d")]
    assert [target for _, target in chain(of(found, "b"))] in (["a", "d"], ["c", "d"])
    assert of(found, "circle-1").standing is Standing.CANNOT


@pytest.mark.parametrize(("action", "path"), [("iam:PutUserPolicy", "iam-007"), ("iam:AttachUserPolicy", "iam-008")])
def test_a_user_edits_itself(action: str, path: str) -> None:
    account = Account()
    account.user("ann", allow(action, on=arn("user", "${aws:username}")))
    account.user("bob", allow(action, on=arn("user", "ann")))
    found = account.escalation()
    assert chain(of(found, "ann")) == [(path, "ann")]
    assert of(found, "bob").standing is Standing.CANNOT


def test_a_role_edits_itself_but_a_user_cannot_by_the_action_for_roles() -> None:
    account = Account()
    account.role("ops", trusting(service=EC2), allow("iam:PutRolePolicy"))
    account.user("ann", allow("iam:PutRolePolicy"))
    found = account.escalation()
    assert chain(of(found, "ops")) == [("iam-005", "ops")]
    assert of(found, "ann").standing is Standing.CANNOT


def test_the_policy_that_is_rewritten_must_be_its_own() -> None:
    account = Account()
    mine, other = account.managed("mine", allow("iam:CreatePolicyVersion", on=arn("policy", "mine"))), ""
    other = account.managed("other", allow("iam:CreatePolicyVersion", on=arn("policy", "mine")))
    account.user("ann", managed=[mine])
    account.user("bob", managed=[other])
    account.role("ops", trusting(service=EC2), allow("iam:SetDefaultPolicyVersion"), managed=[mine])
    found = account.escalation()
    assert chain(of(found, "ann")) == [("iam-001", "ann")]
    assert of(found, "bob").standing is Standing.CANNOT


def test_a_user_joins_or_edits_groups() -> None:
    account = Account()
    account.group("admins", ADMIN)
    account.group("staff", allow("iam:PutGroupPolicy", on=arn("group", "staff")))
    account.user("ann", allow("iam:AddUserToGroup", on=arn("group", "admins")))
    account.user("bob", groups=("staff",))
    account.user("eve", allow("iam:AddUserToGroup", on=arn("group", "staff")))
    account.user("joe", allow("iam:PutGroupPolicy", on=arn("group", "admins")))
    found = account.escalation()
    assert chain(of(found, "ann")) == [("iam-013", "ann")]
    assert chain(of(found, "bob")) == [("iam-011", "bob")]
    assert chain(of(found, "eve")) == [("iam-013", "eve"), ("iam-011", "eve")]
    assert of(found, "joe").standing is Standing.CANNOT


def test_another_principal_is_edited_and_taken() -> None:
    account = Account()
    account.role("target", trusting(aws=[arn("user", "ann")]))
    account.role("closed", trusting(service=EC2))
    account.user("ann", allow("iam:PutRolePolicy", on=arn("role", "target")))
    account.user("bob", allow("iam:PutRolePolicy", on=arn("role", "closed")))
    account.user("eve", allow("iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy", on=arn("role", "closed")))
    account.user("kim", allow("iam:PutUserPolicy", "iam:CreateAccessKey", on=arn("user", "bob")))
    found = account.escalation()
    assert chain(of(found, "ann")) == [("iam-017", "target")]
    assert of(found, "bob").standing is Standing.CANNOT
    assert chain(of(found, "eve")) == [("iam-019", "closed")]
    assert chain(of(found, "kim")) == [("iam-018", "bob")]


def test_a_boundary_limits_what_editing_gives() -> None:
    account = Account()
    limit = account.managed("limit", allow("s3:*", "iam:PutUserPolicy", "iam:CreateAccessKey"))
    wide = account.managed("wide", ADMIN)
    account.user("root-like", ADMIN)
    account.user("caged", allow("iam:PutUserPolicy", on=arn("user", "caged")), boundary=limit)
    account.user("free", allow("iam:PutUserPolicy", on=arn("user", "free")), boundary=wide)
    account.user(
        "shut", allow("iam:PutUserPolicy", on=arn("user", "shut")), boundary=account.managed("s3", allow("s3:*"))
    )
    found = account.escalation()
    # What its boundary leaves lets it make a key for an administrator.
    assert chain(of(found, "caged")) == [("iam-007", "caged"), ("iam-002", "root-like")]
    assert chain(of(found, "free")) == [("iam-007", "free")]
    assert of(found, "shut").standing is Standing.CANNOT


def test_service_control_policies_stop_chains() -> None:
    account = Account()
    account.user("ann", allow("iam:PutUserPolicy"))
    assert account.rights("ann").standing is Standing.CAN_GET
    levels = ((policy(ADMIN),), (policy(ADMIN, deny("iam:Put*")),))
    assert account.rights("ann", scp=levels).standing is Standing.CANNOT
    assert account.escalation().assumptions == ("service control policies were not read",)
    assert account.escalation(scp=levels).assumptions == ()


def test_an_explicit_deny_counts_though_the_trust_policy_could_be_rewritten() -> None:
    account = Account()
    account.role("admin", trusting(service=EC2), ADMIN)
    account.user("ann", allow("iam:UpdateAssumeRolePolicy"))
    account.user("bob", allow("iam:UpdateAssumeRolePolicy"), deny("sts:*"))
    found = account.escalation()
    assert chain(of(found, "ann")) == [("iam-012", "admin")]
    assert of(found, "bob").standing is Standing.CANNOT


def test_what_may_run_with_a_role_is_not_decided() -> None:
    account = Account()
    account.role("admin", trusting(service=EC2), ADMIN)
    account.user("ann", allow("ssm:StartSession"))
    account.user("bob", allow("glue:UpdateDevEndpoint"))
    found = account.escalation()
    rights = of(found, "ann")
    assert rights.standing is Standing.UNKNOWN
    assert chain(rights) == [("ssm-001", "admin")]
    assert [why.detail for why in rights.unknowns] == [
        "whether an EC2 instance that Systems Manager manages runs with the role"
    ]
    # No role that Glue may assume is an administrator.
    assert of(found, "bob").standing is Standing.CANNOT


def test_a_password_decides_which_of_two_paths_is_open() -> None:
    account = Account()
    account.user("root-like", ADMIN)
    account.user("ann", allow("iam:CreateLoginProfile"))
    rights = account.rights("ann")
    assert rights.standing is Standing.UNKNOWN
    assert rights.unknowns[0].detail == "whether the user has no password"


def test_a_condition_that_the_input_cannot_decide_is_named() -> None:
    account = Account()
    account.user("root-like", ADMIN)
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    account.user("ann", allow("iam:CreateAccessKey", Condition=mfa))
    rights = account.rights("ann")
    assert rights.standing is Standing.UNKNOWN
    assert [why.detail for why in rights.unknowns] == [
        "the value of aws:multifactorauthpresent in the request is not told"
    ]


def test_tags_of_the_target_decide() -> None:
    account = Account()
    account.user("red", ADMIN, tags={"team": "red"})
    only = {"StringEquals": {"iam:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    account.user("ann", allow("iam:CreateAccessKey", Condition=only), tags={"team": "red"})
    account.user("bob", allow("iam:CreateAccessKey", Condition=only), tags={"team": "blue"})
    found = account.escalation()
    assert chain(of(found, "ann")) == [("iam-002", "red")]
    assert of(found, "bob").standing is Standing.CANNOT


def test_groups_are_joined_one_after_the_other() -> None:
    account = Account()
    account.group("a", allow("iam:AddUserToGroup", on=arn("group", "b")))
    account.group("b", allow("iam:AddUserToGroup", on=arn("group", "c")))
    account.group("c", ADMIN)
    account.user("ann", allow("iam:AddUserToGroup", on=arn("group", "a")))
    account.user("bob", allow("iam:AddUserToGroup", on=arn("group", "other")))
    found = account.escalation()
    assert [(step.path.id, step.target and step.target.name) for step in of(found, "ann").chain] == [
        ("iam-013", "user ann in group a"),
        ("iam-013", "user ann in groups a, b"),
        ("iam-013", "user ann in groups a, b, c"),
    ]
    assert of(found, "bob").standing is Standing.CANNOT


def test_groups_are_joined_together_where_one_is_not_enough() -> None:
    account = Account()
    account.role("admin", trusting(service=LAMBDA), ADMIN)
    account.group("pass", allow("iam:PassRole"))
    account.group("run", allow("lambda:CreateFunction", "lambda:InvokeFunction"))
    account.user("ann", allow("iam:AddUserToGroup"))
    found = account.escalation()
    assert [step.path.id for step in of(found, "ann").chain] == ["iam-013", "lambda-001"]
    (first, _) = of(found, "ann").chain
    assert sorted(str(seen.resource) for seen in first.seen) == [arn("group", "pass"), arn("group", "run")]


def test_a_group_that_gives_the_same_action_on_more_is_worth_joining() -> None:
    account = Account()
    account.user("root-like", ADMIN)
    account.group("keys", allow(KEY, on=arn("user", "root-like")))
    account.user("ann", allow(KEY, on=arn("user", "ann")), allow("iam:AddUserToGroup", on=arn("group", "keys")))
    assert [step.path.id for step in of(account.escalation(), "ann").chain] == ["iam-013", "iam-002"]


@pytest.mark.parametrize(("others", "standing"), [(9, Standing.CAN_GET), (25, Standing.UNKNOWN)])
def test_more_groups_than_are_tried_are_not_taken_for_none(others: int, standing: Standing) -> None:
    account = Account()
    account.user("root-like", ADMIN)
    for number in range(others):
        account.group(f"g{number}", allow(KEY, on=arn("user", "nobody")))
    account.group("keys", allow(KEY, on=arn("user", "root-like")))
    account.user("ann", allow("iam:AddUserToGroup"))
    rights = account.rights("ann")
    assert rights.standing is standing
    assert [(why.cause, why.detail) for why in rights.unknowns] == (
        [] if standing is Standing.CAN_GET else [(Cause.LIMIT, "user ann may join more groups than are tried")]
    )


@pytest.mark.parametrize(("groups", "standing"), [(9, Standing.CAN_GET), (10, Standing.UNKNOWN)])
def test_a_user_is_in_ten_groups_at_most(groups: int, standing: Standing) -> None:
    account = Account()
    for number in range(groups):
        account.group(f"g{number}", allow("s3:GetObject"))
    for name in ("keys", "admins"):
        account.group(name, allow("iam:AddUserToGroup", on=arn("group", "admins")) if name == "keys" else ADMIN)
    joins = allow("iam:AddUserToGroup", on=arn("group", "keys"))
    account.user("ann", joins, groups=tuple(f"g{number}" for number in range(groups - 1)))
    assert account.rights("ann").standing is standing


def test_a_new_principal_cannot_have_the_name_of_one_that_exists() -> None:
    account = Account()
    account.role("there", trusting(service=EC2))
    both = ("iam:CreateRole", "iam:AttachRolePolicy")
    account.user("ann", allow(*both, on=arn("role", "there")))
    account.user("bob", allow(*both, on=arn("role", "new")))
    found = account.escalation()
    assert of(found, "ann").standing is Standing.CANNOT
    assert chain(of(found, "bob")) == [("iam-newrole-attach", "everything")]


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_all_partitions_work(partition: str) -> None:
    account = Account(partition)
    account.role("admin", trusting(service=LAMBDA), ADMIN)
    passing = allow("iam:PassRole", on=account.arn("role", "*"))
    account.user("ann", passing, allow("lambda:CreateFunction", "lambda:InvokeFunction"))
    only = {"ArnEquals": {"iam:PolicyARN": f"arn:{partition}:iam::aws:policy/AdministratorAccess"}}
    account.user("bob", allow("iam:AttachUserPolicy", Condition=only))
    found = account.escalation()
    assert chain(of(found, "ann")) == [("lambda-001", "admin")]
    assert chain(of(found, "bob")) == [("iam-008", "bob")]


def test_roles_of_another_account_are_reached_when_both_sides_agree() -> None:
    from auditor.iam.escalation import Escalation
    from auditor.model.inventory import merge

    mine, theirs = Account(), Account(account="444455556666")
    mine.user("ann", allow("sts:AssumeRole", "iam:PutRolePolicy"))
    mine.user("bob")
    theirs.role("guest", trusting(aws=[arn("user", "ann"), arn("user", "bob")]), ADMIN)
    found = Escalation(merge([mine.inventory, theirs.inventory]))
    assert chain(of(found, "ann")) == [("sts-001", "guest")]
    assert of(found, "bob").standing is Standing.CANNOT


ONLY_ADMIN = {"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}
BOUNDED = {"iam:PermissionsBoundary": arn("policy", "limit")}
KEY = "iam:CreateAccessKey"


@pytest.mark.parametrize(
    "statements",
    [
        [allow(KEY, Condition={"ArnEquals": ONLY_ADMIN})],
        [allow(KEY), deny("iam:*", Condition={"ArnNotEquals": ONLY_ADMIN})],
        [allow(KEY, Condition={"StringEquals": BOUNDED})],
        [allow(KEY), deny(KEY, Condition={"StringNotEquals": BOUNDED})],
        [allow(KEY), deny(KEY, Condition={"Null": {"iam:PermissionsBoundary": "true"}})],
        [allow(KEY, Condition={"StringEquals": {"iam:PassedToService": EC2}})],
        [allow(KEY, Condition={"StringEquals": {"aws:RequestTag/team": "mail"}})],
    ],
)
def test_a_condition_on_a_key_that_the_action_does_not_carry_is_that_of_an_absent_key(statements: Any) -> None:
    account = Account()
    limit = account.managed("limit", ADMIN)
    account.user("root-like", ADMIN, boundary=limit)
    account.user("ann", *statements)
    assert account.rights("ann").standing is Standing.CANNOT


@pytest.mark.parametrize(
    ("action", "key"),
    [
        (KEY, "sts:ExternalId"),
        ("iam:AddUserToGroup", "aws:ResourceTag/team"),
    ],
)
def test_what_is_not_documented_of_a_key_leaves_it_open(action: str, key: str) -> None:
    account = Account()
    account.group("admins", ADMIN)
    account.user("root-like", groups=("admins",))
    account.user("ann", allow(action, Condition={"StringEquals": {key: "some"}}))
    rights = account.rights("ann")
    assert rights.standing is Standing.UNKNOWN
    assert [why.detail for why in rights.unknowns] == [f"the value of {key.lower()} in the request is not told"]


def test_evidence_and_fix_name_the_statement_and_who_else_has_it() -> None:
    account = Account()
    account.user("root-like", ADMIN)
    shared = account.managed("keys", allow("iam:CreateAccessKey", Sid="Keys"))
    account.user("ann", managed=[shared])
    account.user("bob", managed=[shared])
    found = account.escalation()
    step = of(found, "ann").chain[0]
    explained = found.explain(step)
    (permission,) = explained.permissions
    assert (permission.action, permission.resource) == ("iam:CreateAccessKey", arn("user", "root-like"))
    assert [(grant.policy, grant.statement) for grant in permission.given_by] == [("keys", "Keys")]
    assert "statement Keys of policy keys" in explained.fix.text
    assert explained.fix.locks_out == (
        "user ann can no longer do that",
        "the same policies are those of user bob",
    )
    assert step.given == "the user has fewer than two access keys"


def test_trust_alone_is_fixed_in_the_trust_policy() -> None:
    account = Account()
    account.role("admin", trusting(aws=[arn("user", "ann")]), ADMIN)
    account.user("ann")
    found = account.escalation()
    explained = found.explain(of(found, "ann").chain[0])
    (grant,) = explained.permissions[0].given_by
    assert (grant.policy, grant.statement, grant.is_own) == ("the trust policy of role admin", "#1", False)
    assert explained.fix.text == (
        "take user ann out of the principals of the trust policy of role admin: statement #1 names it"
    )
    assert explained.fix.locks_out == (f"user ann can no longer do sts:AssumeRole on {arn('role', 'admin')}",)


def test_trust_in_everybody_is_fixed_by_naming_who_is_meant() -> None:
    account = Account()
    account.role("admin", trusting(aws="*"), ADMIN)
    account.user("ann")
    found = account.escalation()
    fix = found.explain(of(found, "ann").chain[0]).fix
    assert fix.text == (
        "name in the trust policy of role admin only who is meant: statement #1 lets in more, user ann among them"
    )
    assert fix.locks_out == (
        f"user ann and all others that are not named can no longer do sts:AssumeRole on {arn('role', 'admin')}",
    )


def evidence(account: Account, name: str) -> list[list[tuple[str, str]]]:
    """Policy and statement of what gives each permission of the first step of a user."""
    found = account.escalation()
    explained = found.explain(of(found, name).chain[0])
    return [[(grant.policy, grant.statement) for grant in each.given_by] for each in explained.permissions]


def test_the_trust_policy_that_a_step_writes_is_no_statement_of_the_input() -> None:
    account = Account()
    account.role("admin", trusting(service=EC2), ADMIN)
    account.user("ann", allow("iam:UpdateAssumeRolePolicy"))
    assert evidence(account, "ann") == [[("own", "#1")], [("the trust policy that the step writes", "")]]


def test_a_policy_that_was_not_read_is_named_as_what_may_give_it() -> None:
    account = Account()
    account.user("root-like", ADMIN)
    foo = "arn:aws:iam::aws:policy/Foo"
    account.user("ann", managed=[foo], boundary=account.managed("keys", allow(KEY)))
    assert evidence(account, "ann") == [[(foo, "")]]
    found = account.escalation()
    fix = found.explain(of(found, "ann").chain[0]).fix
    assert fix.text == (
        f"limit {KEY} to the caller's own user (${{aws:username}}): AWS managed policy {foo}, which was not read,"
        " may give it"
    )


def test_what_no_policy_gives_alone_is_given_by_those_without_which_it_is_not() -> None:
    account = Account()
    absent = arn("policy", "absent")
    attach = allow("iam:AttachUserPolicy", Condition={"ArnEquals": {"iam:PolicyARN": absent}})
    account.user("ann", allow("s3:*"), attach, managed=[account.managed("make", allow("iam:CreatePolicy"))])
    assert evidence(account, "ann") == [[("own", "#2"), ("make", "#1")]]


def test_a_deny_gives_nothing() -> None:
    account = Account()
    account.user("root-like", ADMIN)
    without_mfa = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
    account.user("ann", deny(KEY, Condition=without_mfa), allow(KEY))
    rights = account.rights("ann")
    assert rights.standing is Standing.UNKNOWN
    assert evidence(account, "ann") == [[("own", "#2")]]


def test_what_names_more_than_is_tried_is_shown_with_the_first_statements_about_it() -> None:
    account = Account()
    making = [allow("iam:CreateRole", on=arn("role", f"a{number:02}*")) for number in range(60)]
    account.user("ann", *making, allow("iam:AttachRolePolicy", on=arn("role", "*z"), Sid="Attach"))
    found = account.escalation()
    step = of(found, "ann").chain[0]
    making_one, attaching, _ = found.explain(step).permissions
    assert (making_one.action, making_one.resource) == ("iam:CreateRole", arn("role", "a47*"))
    assert (attaching.action, attaching.resource) == ("iam:AttachRolePolicy", arn("role", "a47*"))
    assert evidence(account, "ann")[:2] == [[("own", "#48")], [("own", "Attach")]]


@pytest.mark.parametrize(
    ("action", "advice"),
    [
        ("iam:CreatePolicyVersion", "take iam:CreatePolicyVersion away, or limit it to other resources"),
        (
            "iam:AttachUserPolicy",
            "take iam:AttachUserPolicy away, or demand a permissions boundary (iam:PermissionsBoundary) on its target",
        ),
    ],
)
def test_a_boundary_is_advised_only_for_actions_that_carry_its_key(action: str, advice: str) -> None:
    account = Account()
    account.user("ann", managed=[account.managed("mine", allow(action))])
    found = account.escalation()
    fix = found.explain(of(found, "ann").chain[0]).fix
    assert fix.text == f"{advice}: statement #1 of policy mine gives it"


def test_a_policy_that_was_not_read_leaves_its_principal_undecided() -> None:
    account = Account()
    account.user("ann", managed=["arn:aws:iam::aws:policy/job-function/SystemAdministrator"])
    account.user("bob", managed=["arn:aws:iam::aws:policy/AdministratorAccess"])
    found = account.escalation()
    rights = of(found, "ann")
    assert rights.standing is Standing.UNKNOWN
    assert {why.cause for why in rights.unknowns} <= {Cause.ELSEWHERE, Cause.NOT_HERE, Cause.FAILED, Cause.UNDECIDED}
    assert of(found, "bob").standing is Standing.HAS
    assert found.assumptions[0].startswith("AdministratorAccess is taken for what AWS documents")


def test_a_role_is_given_every_right_and_then_passed() -> None:
    account = Account()
    account.role("worker", trusting(service=LAMBDA), allow("logs:PutLogEvents"))
    passing = allow("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction")
    account.user("ann", passing, allow("iam:PutRolePolicy", on=arn("role", "worker")))
    account.user("bob", passing, allow("iam:PutRolePolicy", on=arn("role", "other")))
    found = account.escalation()
    (step,) = of(found, "ann").chain
    assert (step.path.id, step.before) == ("lambda-001", "gives the role every right by iam:PutRolePolicy")
    assert step.target is not None
    assert step.target.edited
    assert of(found, "bob").standing is Standing.CANNOT


def test_a_function_of_the_inventory_settles_what_it_runs_with() -> None:
    from auditor.iam.escalation import Escalation
    from auditor.model.awslambda import Function
    from auditor.model.inventory import Inventory, merge
    from auditor.model.known import Known
    from auditor.model.text import text

    account = Account()
    account.role("admin", trusting(service=LAMBDA), ADMIN)
    name = "arn:aws:lambda:eu-west-1:111122223333:function:{}"
    account.user("ann", allow("lambda:UpdateFunctionCode", on=name.format("bounces")))
    account.user("bob", allow("lambda:UpdateFunctionCode", on=name.format("other")))
    function = Function(
        deployment="aws:111122223333:eu-west-1",
        address="bounces",
        name=text("bounces"),
        arn=text(name.format("bounces")),
        account=text("111122223333"),
        region=text("eu-west-1"),
        role=Known(text(arn("role", "admin"))),
    )
    found = Escalation(merge([account.inventory, Inventory(resources=(function,))]))
    assert chain(of(found, "ann")) == [("lambda-003", "admin")]
    assert of(found, "ann").standing is Standing.CAN_GET
    assert of(found, "bob").standing is Standing.UNKNOWN


def test_roles_that_let_in_anybody_are_named() -> None:
    account = Account()
    account.role("open", trusting(aws="*"), ADMIN)
    account.role("way", trusting(aws="*"), allow("iam:PutRolePolicy"))
    account.role("harmless", trusting(aws="*"), allow("s3:GetObject"))
    account.role("org", trusting(aws="*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}), ADMIN)
    found = account.escalation()
    assert {(str(each.role.name), each.truth.value) for each in found.strangers} == {
        ("open", "true"), ("way", "true"), ("harmless", "true"), ("org", "unknown")
    }  # fmt: skip


def test_instance_profiles_decide_what_runs_on_instances() -> None:
    account = Account()
    account.role("held", trusting(service=EC2), ADMIN)
    account.user("ann", allow("iam:PassRole", "ec2:RunInstances"))
    account.user("bob", allow("ssm:StartSession"))
    found = account.escalation()
    assert chain(of(found, "ann")) == [("ec2-001", "held")]
    assert of(found, "ann").standing is Standing.CAN_GET
    assert of(found, "bob").standing is Standing.UNKNOWN
    account.roles[0]["InstanceProfileList"] = []
    account.user("eve", allow("iam:PassRole", "ec2:RunInstances", "iam:*InstanceProfile"))
    found = account.escalation()
    assert of(found, "ann").standing is Standing.CANNOT
    assert of(found, "bob").standing is Standing.CANNOT
    assert chain(of(found, "eve")) == [("ec2-newprofile", "held")]


def test_roles_of_services_cannot_be_changed() -> None:
    account = Account()
    account.role("admin", trusting(service=EC2), ADMIN)
    account.roles[0]["Arn"] = arn("role", "aws-service-role/ec2.amazonaws.com/admin")
    account.roles[0]["Path"] = "/aws-service-role/ec2.amazonaws.com/"
    account.user("ann", allow("iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy"))
    assert account.rights("ann").standing is Standing.CANNOT


def test_the_organization_of_the_inventory_counts() -> None:
    from auditor.iam.escalation import Escalation
    from auditor.model.inventory import Inventory, merge
    from auditor.model.known import Known
    from auditor.model.organizations import Organization, OrganizationPolicy, PolicyKind
    from auditor.model.policy import Document, node_of
    from auditor.model.text import text

    account = Account()
    account.user("ann", allow("iam:PutUserPolicy"))
    where = {"deployment": "aws:444455556666:global", "account": text("444455556666"), "region": text()}
    root = Organization(
        address="o-1",
        name=text("o-1"),
        root=Known("r-1"),
        parents=Known({"111122223333": "r-1"}),
        enabled=Known((PolicyKind.SERVICE_CONTROL,)),
        **where,
    )

    def limited(*statements: Any) -> Inventory:
        scp = OrganizationPolicy(
            address="p-1",
            name=text("p-1"),
            organization="o-1",
            kind=PolicyKind.SERVICE_CONTROL,
            document=Known(Document(tree=node_of(document(*statements)))),
            targets=Known(("r-1", "111122223333")),
            **where,
        )
        return merge([account.inventory, Inventory(resources=(root, scp))])

    free, held = Escalation(limited(ADMIN)), Escalation(limited(ADMIN, deny("iam:*")))
    assert of(free, "ann").standing is Standing.CAN_GET
    assert of(held, "ann").standing is Standing.CANNOT
    assert free.assumptions == ()
