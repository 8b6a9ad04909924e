import json
from pathlib import Path

import pytest
from iam_accounts import (
    ACCOUNT,
    MANAGEMENT,
    OTHER,
    Folder,
    allow,
    deny,
    details,
    rcp_arn,
    role_arn,
    scp_arn,
    trust,
    user_arn,
)

from auditor.iam.access import Named
from auditor.iam.database import provenance
from auditor.iam.who import Question, Scope, WhoCan, ask, who_can
from auditor.model.inventory import merge
from auditor.model.known import Cause, Known, Truth
from auditor.model.policy import Document

TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:bounces"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "data")


def names(answer: WhoCan) -> list[str]:
    return [access.principal.rpartition("/")[2] for access in answer.who]


def undecided(answer: WhoCan) -> list[str]:
    return [each.principal.rpartition("/")[2] for each in answer.undecided]


# ── own policies ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_has_it_in_an_inline_managed_or_group_policy() -> None:
    publish = [allow("sns:Publish")]
    inventory = details(
        roles={"inline": publish, "managed": [], "none": [allow("sns:Subscribe")]},
        users={"member": [], "loner": []},
        groups={"senders": publish},
        policies={"Publish": publish},
        changes={
            "managed": {"AttachedManagedPolicies": [{"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/Publish"}]},
            "member": {"GroupList": ["senders"]},
        },
    )
    answer = who_can("sns:Publish", TOPIC, inventory)
    assert names(answer) == ["inline", "managed", "member"]
    assert [access.because[0].location.path for access in answer.who] == [
        f"{role_arn('inline')}#own",
        f"arn:aws:iam::{ACCOUNT}:policy/Publish",
        f"arn:aws:iam::{ACCOUNT}:group/senders#own",
    ]


def test_the_statement_that_grants_keeps_its_number() -> None:
    statements = [allow("s3:*"), deny("s3:DeleteBucket"), allow("sns:Publish"), allow("sns:*", Sid="All")]
    answer = who_can("sns:Publish", TOPIC, details(roles={"a": statements}))
    (access,) = answer.who
    assert [(reason.statement, reason.location.pointer) for reason in access.because] == [
        ("#3", "/Statement/2"),
        ("All", "/Statement/3"),
    ]


def test_a_deny_takes_it_away() -> None:
    statements = [allow("sns:*"), deny("sns:Publish", TOPIC)]
    answer = who_can("sns:Publish", TOPIC, details(roles={"a": statements, "b": [allow("sns:*")]}))
    assert names(answer) == ["b"]


def test_a_boundary_limits() -> None:
    inventory = details(
        roles={"bound": [allow("*")], "free": [allow("*")]},
        policies={"Limit": [allow("ses:*")]},
        changes={
            "bound": {"PermissionsBoundary": {"PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/Limit"}},
        },
    )
    assert names(who_can("sns:Publish", TOPIC, inventory)) == ["free"]


def test_a_policy_that_was_not_read_makes_undecided() -> None:
    attached = {"AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/PowerUserAccess"}]}
    answer = who_can("sns:Publish", TOPIC, details(roles={"a": [], "b": []}, changes={"a": attached}))
    assert names(answer) == []
    assert undecided(answer) == ["a"]
    assert answer.nobody is Truth.FALSE  # the root user can


# ── conditions ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_condition_on_the_request_stands_beside_the_principal() -> None:
    condition = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
    (access,) = who_can("sns:Publish", TOPIC, details(roles={"a": [allow("sns:*", Condition=condition)]})).who
    (needed,) = access.conditions
    assert (needed.effect, needed.operator, needed.key, needed.values) == (
        "Allow",
        "StringEquals",
        "aws:SourceVpc",
        ("vpc-1",),
    )
    assert needed.policy == f"{role_arn('a')}#own"
    assert access.request == {"aws:sourcevpc": "vpc-1"}


def test_conditions_that_no_request_fulfils_list_nobody() -> None:
    inside = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
    outside = {"StringNotEquals": {"aws:SourceVpc": "vpc-2"}}
    statements = [allow("sns:*", Condition=inside), deny("sns:*", Condition=outside)]
    answer = who_can("sns:Publish", TOPIC, details(roles={"a": statements}))
    assert names(answer) == []
    assert undecided(answer) == []


def test_a_deny_without_encryption_leaves_encrypted_requests() -> None:
    statements = [allow("sns:*"), deny("sns:*", Condition={"Bool": {"aws:SecureTransport": "false"}})]
    (access,) = who_can("sns:Publish", TOPIC, details(roles={"a": statements})).who
    assert [(needed.effect, needed.key) for needed in access.conditions] == [("Deny", "aws:SecureTransport")]
    assert access.request == {"aws:securetransport": "true"}


def test_overlapping_networks_are_told_apart() -> None:
    statements = [
        allow("sns:*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
        deny("sns:*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/24"}}),
    ]
    (access,) = who_can("sns:Publish", TOPIC, details(roles={"a": statements})).who
    assert access.request == {"aws:sourceip": "10.255.255.255"}


def test_a_variable_of_the_resource_is_filled() -> None:
    statements = [allow("sns:*", "arn:aws:sns:*:*:${aws:PrincipalTag/topic}")]
    trusts = {"a": [trust({"AWS": ACCOUNT}, ["sts:AssumeRole", "sts:TagSession"])]}
    tagging = details(roles={"a": statements}, trusts=trusts)
    (access,) = who_can("sns:Publish", TOPIC, tagging).who
    assert access.request == {"aws:principaltag/topic": "bounces"}
    assert names(who_can("sns:Publish", TOPIC, details(roles={"a": statements}))) == []


def test_tags_of_principals_are_facts() -> None:
    statements = [allow("sns:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "mail"}})]
    inventory = details(
        users={"mail": statements, "shop": statements, "plain": statements},
        changes={
            "mail": {"Tags": [{"Key": "Team", "Value": "mail"}]},
            "shop": {"Tags": [{"Key": "team", "Value": "shop"}]},
        },
    )
    answer = who_can("sns:Publish", TOPIC, inventory)
    assert names(answer) == ["mail"]
    assert answer.who[0].conditions == ()


def test_an_organization_that_was_not_read_makes_undecided() -> None:
    statements = [allow("sns:*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-abc"}})]
    answer = who_can("sns:Publish", TOPIC, details(roles={"a": statements}))
    assert undecided(answer) == ["a"]
    assert [why.cause for why in answer.undecided[0].unknowns] == [Cause.ELSEWHERE]


# ── the resource's policy ────────────────────────────────────────────────────────────────────────────────────────────


def test_trust_and_permission_are_both_needed_across_accounts() -> None:
    target = role_arn("target")
    mine = details(roles={"target": []}, trusts={"target": [trust({"AWS": f"arn:aws:iam::{OTHER}:root"})]})
    theirs = details(roles={"caller": [allow("sts:AssumeRole")], "idle": []}, account=OTHER)
    answer = who_can("sts:AssumeRole", target, merge((mine, theirs)))
    assert names(answer) == ["caller"]
    assert {reason.location.path for reason in answer.who[0].because} == {target, f"{role_arn('caller', OTHER)}#own"}


def test_an_account_outside_of_the_inventory_is_named() -> None:
    inventory = details(roles={"target": []}, trusts={"target": [trust({"AWS": [OTHER, role_arn("x", MANAGEMENT)]})]})
    answer = who_can("sts:AssumeRole", role_arn("target"), inventory)
    assert answer.outsiders.accounts == (OTHER,)
    assert answer.outsiders.principals == (role_arn("x", MANAGEMENT),)
    assert answer.nobody is Truth.UNKNOWN


def test_services_are_listed_with_what_they_act_for() -> None:
    condition = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    principal = {"Service": "lambda.amazonaws.com"}
    inventory = details(roles={"target": []}, trusts={"target": [trust(principal, Condition=condition)]})
    (access,) = who_can("sts:AssumeRole", role_arn("target"), inventory).who
    assert (access.principal, access.kind) == ("lambda.amazonaws.com", "service")
    assert [needed.key for needed in access.conditions] == ["aws:SourceAccount"]


def test_nobody_can_is_said_when_all_was_read() -> None:
    answer = who_can("sts:AssumeRole", role_arn("target"), details(roles={"target": []}))
    assert answer.nobody is Truth.TRUE
    assert answer.incomplete == ()


def test_a_role_that_is_not_there_is_told() -> None:
    answer = who_can("sts:AssumeRole", role_arn("gone"), details(roles={"a": [allow("*")]}))
    assert names(answer) == []
    assert undecided(answer) == []
    assert [why.detail for why in answer.incomplete] == [f"account {ACCOUNT} has no {role_arn('gone')}"]
    assert answer.nobody is Truth.UNKNOWN


def test_a_key_that_was_not_read_decides_nobody() -> None:
    key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"
    answer = who_can("kms:Decrypt", key, details(roles={"a": [allow("kms:*")], "b": []}))
    assert names(answer) == []
    assert undecided(answer) == ["a"]
    assert answer.undecided[0].unknowns[0].detail == f"the policy of {key} was not read"


def test_a_topic_that_was_not_read_is_an_assumption() -> None:
    answer = who_can("sns:Publish", TOPIC, details(roles={"a": [allow("sns:*")]}))
    assert names(answer) == ["a"]
    assert f"the policy of {TOPIC} was not read: nobody is taken to be denied by it" in answer.assumptions
    assert [why.detail for why in answer.incomplete] == [f"the policy of {TOPIC} was not read"]


def test_an_action_that_aws_does_not_have_is_an_assumption() -> None:
    inventory = details(roles={"r": [allow("sns:*")]})
    named = f"sns:Frobnicate is an action: AWS had none of this name on {provenance().date}"
    assert named in who_can("sns:Frobnicate", TOPIC, inventory).assumptions
    assert not [each for each in who_can("SNS:publish", TOPIC, inventory).assumptions if "is an action" in each]


def test_one_session_of_a_role(folder: Folder) -> None:
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/night"
    bucket = folder.bucket("b", trust({"AWS": session}, "s3:ListBucket", Resource="arn:aws:s3:::b"))
    folder.role("team/worker")
    (access,) = who_can("s3:ListBucket", bucket, folder.read()).who
    assert access.principal == role_arn("team/worker")
    assert access.sessions == ("night",)


def test_unique_ids_mean_the_principal_that_has_them(folder: Folder) -> None:
    here, gone = f"AROA{'HERE':X<16}", "AROA0000000000000000"
    bucket = folder.bucket("b", trust({"AWS": [here, gone]}, "s3:ListBucket", Resource="arn:aws:s3:::b"))
    folder.role("here")
    folder.role("there")
    answer = who_can("s3:ListBucket", bucket, folder.read())
    assert names(answer) == ["here"]
    assert undecided(answer) == []
    assert gone in answer.outsiders.principals


def test_a_public_bucket_lets_everybody_in_unless_it_is_restricted(folder: Folder) -> None:
    everybody = trust("*", "s3:GetObject", Resource="arn:aws:s3:::open/*")
    folder.role("near")
    folder.role("far", allow("s3:*"), account=OTHER)
    folder.bucket("open", everybody)
    folder.bucket("shut", everybody | {"Resource": "arn:aws:s3:::shut/*"})
    folder.put(f"accounts/{ACCOUNT}/s3/shut/bpa.json", {"RestrictPublicBuckets": True})
    inventory = folder.read()
    opened = who_can("s3:GetObject", "arn:aws:s3:::open/x", inventory)
    assert (names(opened), opened.outsiders.everybody) == (["near", "far"], Truth.TRUE)
    shut = who_can("s3:GetObject", "arn:aws:s3:::shut/x", inventory)
    assert (names(shut), shut.outsiders.everybody) == (["near"], Truth.FALSE)


@pytest.mark.parametrize(
    ("condition", "any_service", "nobody"),
    [
        ({"StringEquals": {"aws:SourceAccount": OTHER}}, Truth.TRUE, Truth.FALSE),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{OTHER}-mail"}}, Truth.TRUE, Truth.FALSE),
        ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, Truth.TRUE, Truth.FALSE),
        ({"Bool": {"aws:PrincipalIsAWSService": "false"}}, Truth.FALSE, Truth.FALSE),
        ({"StringEquals": {"aws:PrincipalServiceName": "s3.amazonaws.com"}}, Truth.FALSE, Truth.FALSE),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-else"}}, Truth.FALSE, Truth.UNKNOWN),
        ({"Bool": {"aws:SecureTransport": "false"}}, Truth.FALSE, Truth.FALSE),
    ],
)
def test_services_that_fulfil_the_conditions_for_everybody_are_let_in(
    folder: Folder, condition: dict[str, object], any_service: Truth, nobody: Truth
) -> None:
    """Without that condition the role itself is let in too; a trust policy lets no root user in by itself."""
    target = folder.role("target", trusts=[trust("*", Condition=condition)])
    answer = who_can("sts:AssumeRole", target, folder.read())
    assert (answer.outsiders.any_service, answer.nobody) == (any_service, nobody)


def test_tags_of_a_bucket_count_where_they_grant(folder: Folder) -> None:
    folder.role("abac", allow("s3:*", Condition={"StringEquals": {"aws:ResourceTag/team": "mail"}}))
    bucket = folder.bucket("tagged", abacEnabled=True)
    folder.put(f"accounts/{ACCOUNT}/s3/tagged/tags.json", {"team": "mail"})
    inventory = folder.read()
    assert names(who_can("s3:ListBucket", bucket, inventory)) == ["abac"]
    question = Question(action="s3:ListBucket", resource=bucket, tags_grant=False)
    assert names(ask(question, inventory)) == []


def test_a_resource_of_any_type_can_have_a_policy(folder: Folder) -> None:
    folder.role("reader", account=OTHER)
    caller = folder.role("other", allow("secretsmanager:*"), account=OTHER)
    arn = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:s-AbCdEf"
    folder.resource(arn, trust({"AWS": OTHER}, "secretsmanager:GetSecretValue", Resource="*"))
    answer = who_can("secretsmanager:GetSecretValue", arn, folder.read())
    assert [access.principal for access in answer.who] == [caller]


# ── organizations ────────────────────────────────────────────────────────────────────────────────────────────────────


def organization(folder: Folder, scps: list[str], rcps: list[str], **policies: list[dict[str, object]]) -> None:
    accounts = {MANAGEMENT: "r-1", ACCOUNT: "ou-1", OTHER: "r-1"}
    units = {
        "r-1": {"scps": [scp_arn("full")], "rcps": []},
        "ou-1": {"parent": "r-1", "scps": [scp_arn(name) for name in scps], "rcps": [rcp_arn(name) for name in rcps]},
    }
    folder.organization(accounts, units, rcp_full=[allow("*", Principal="*")], **policies)


def test_a_service_control_policy_of_a_unit_limits_the_accounts_below(folder: Folder) -> None:
    folder.role("a", allow("*"))
    folder.role("b", allow("*"), account=OTHER)
    organization(folder, ["full", "no"], [], scp_no=[deny("sqs:ListQueues")])
    answer = who_can("sqs:ListQueues", "*", folder.read())
    assert names(answer) == ["b"]
    assert answer.assumptions == ()


def test_every_level_must_allow(folder: Folder) -> None:
    folder.role("a", allow("*"))
    organization(folder, ["some"], [], scp_some=[allow("sns:*")])
    inventory = folder.read()
    assert names(who_can("sqs:ListQueues", "*", inventory)) == []
    assert names(who_can("sns:ListTopics", "*", inventory)) == ["a"]


def test_the_management_account_and_service_linked_roles_are_not_limited(folder: Folder) -> None:
    folder.role("chief", allow("*"), account=MANAGEMENT)
    folder.role("aws-service-role/x.amazonaws.com/linked", allow("*"))
    folder.role("a", allow("*"))
    organization(folder, ["no"], [], scp_no=[deny("*")])
    assert names(who_can("sqs:ListQueues", "*", folder.read())) == ["linked", "chief"]


def test_a_resource_control_policy_limits_who_comes_from_elsewhere(folder: Folder) -> None:
    outside = {"StringNotEquals": {"aws:PrincipalOrgID": "o-abc"}}
    stranger = "222233334444"
    bucket = folder.bucket("b", trust({"AWS": [OTHER, stranger]}, "s3:ListBucket", Resource="arn:aws:s3:::b"))
    folder.role("inside", allow("s3:*"), account=OTHER)
    folder.role("stranger", allow("s3:*"), account=stranger)
    organization(folder, ["full"], ["own"], rcp_own=[deny("s3:*", Principal="*", Condition=outside)])
    answer = who_can("s3:ListBucket", bucket, folder.read())
    assert names(answer) == ["inside"]
    assert undecided(answer) == ["stranger"]


def test_an_attached_policy_without_document_makes_undecided(folder: Folder) -> None:
    folder.role("a", allow("*"))
    organization(folder, ["full", "lost"], [])
    answer = who_can("sqs:ListQueues", "*", folder.read())
    assert undecided(answer) == ["a"]
    assert scp_arn("lost") in answer.undecided[0].unknowns[0].detail


def named(*statements: dict[str, object]) -> tuple[Named, ...]:
    """A level with one policy."""
    return (Named("given", Known(Document(json=json.dumps({"Version": "2012-10-17", "Statement": statements})))),)


def test_control_policies_that_are_given_stand_in_place_of_those_of_the_inventory(folder: Folder) -> None:
    folder.role("a", allow("*"))
    folder.role("chief", allow("*"), account=MANAGEMENT)
    organization(folder, ["full", "no"], [], scp_no=[deny("sqs:ListQueues")])
    inventory = folder.read()
    everything, queues = named(allow("*")), named(allow("*"), deny("sqs:*"))
    assert names(ask(Question(action="sqs:ListQueues", scp=(everything,)), inventory)) == ["a", "chief"]
    assert names(ask(Question(action="sqs:ListQueues", scp=(everything, queues)), inventory)) == []


def test_given_control_policies_are_no_assumption() -> None:
    inventory = details(roles={"a": [allow("*")], "b": [allow("*")]})
    queue = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"
    assert len(ask(Question(action="sqs:SendMessage", resource=queue), inventory).assumptions) == 3
    only_a = deny("sqs:*", Principal="*", Condition={"ArnNotEquals": {"aws:PrincipalArn": role_arn("a")}})
    limits = Question(action="sqs:SendMessage", resource=queue, scp=(named(allow("*")),), rcp=(named(only_a),))
    answer = ask(limits, inventory)
    assert names(answer) == ["a"]
    assert [each for each in answer.assumptions if "control policies" in each] == []


# ── the question ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_scope_asks_about_some_only() -> None:
    inventory = details(roles={"a": [allow("*")], "b": [allow("*")]}, users={"c": [allow("*")]})
    only = Question(action="sns:Publish", resource=TOPIC, scope=Scope(frozenset({role_arn("a"), user_arn("c")})))
    assert names(ask(only, inventory)) == ["a", "c"]
    nobody = Question(action="sns:Publish", resource=TOPIC, scope=Scope())
    assert ask(nobody, inventory).who == ()


def test_keys_can_be_said_to_be_absent() -> None:
    inventory = details(roles={"a": [allow("sns:*", Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}})]})
    question = Question(action="sns:Publish", resource=TOPIC, absent=("aws:SourceVpc",))
    assert ask(question, inventory).who == ()


def test_a_pattern_asks_for_some_resource_that_matches() -> None:
    statements = {
        "part": [allow("s3:GetObject", "arn:aws:s3:::b/logs/2026/*")],
        "other": [allow("s3:GetObject", "arn:aws:s3:::b/mail/*")],
        "denied": [allow("s3:GetObject", "arn:aws:s3:::b/logs/x/*"), deny("s3:*", "arn:aws:s3:::b/logs/*")],
        "all": [allow("s3:*")],
    }
    answer = who_can("s3:GetObject", "arn:aws:s3:::b/logs/*", details(roles=statements), account=ACCOUNT)
    assert {access.principal.rpartition("/")[2]: access.patterns for access in answer.who} == {
        "part": ("arn:aws:s3:::b/logs/2026/*",),
        "all": ("*",),
    }


def test_root_users_are_named_apart() -> None:
    answer = who_can("sqs:ListQueues", "*", details(roles={"a": []}))
    assert answer.roots == (ACCOUNT,)
    assert answer.nobody is Truth.FALSE


def test_other_partitions_work() -> None:
    inventory = details(roles={"a": [allow("sns:*")]})
    assert names(who_can("sns:Publish", f"arn:aws-cn:sns:cn-north-1:{ACCOUNT}:bounces", inventory)) == ["a"]


def test_conditions_on_many_keys_are_not_searched_without_end() -> None:
    values = [f"v{number}*" for number in range(20)]
    keys = [f"aws:RequestTag/k{number}" for number in range(6)]
    condition = {"StringLike": dict.fromkeys(keys, values)}
    against = {"StringLike": dict.fromkeys(keys, "v*")}
    statements = [allow("sns:*", Condition=condition), deny("sns:*", Condition=against)]
    answer = who_can("sns:Publish", TOPIC, details(roles={"a": statements}))
    assert undecided(answer) == ["a"]
    assert [why.detail for why in answer.undecided[0].unknowns] == ["there are more kinds of requests than are tried"]


def test_patterns_that_are_too_long_are_told() -> None:
    pattern = "arn:aws:s3:::b/" + "a*" * 400
    answer = who_can("s3:GetObject", pattern, details(roles={"a": [allow("s3:*", pattern)]}), account=ACCOUNT)
    assert answer.who == ()
    assert Cause.LIMIT in {why.cause for why in answer.incomplete}


def test_principals_that_are_alike_share_one_answer() -> None:
    attached = {"AttachedManagedPolicies": [{"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/Own"}]}
    by_tag = {"StringEquals": {"aws:PrincipalTag/team": "mail"}}
    inventory = details(
        roles={"a": [], "b": [], "c": []},
        policies={"Own": [allow("sns:*"), deny("sns:*", Condition=by_tag)]},
        changes={
            "a": attached,
            "b": attached | {"Tags": [{"Key": "team", "Value": "mail"}]},
            "c": attached,
        },
    )
    assert names(who_can("sns:Publish", TOPIC, inventory)) == ["a", "c"]


AGENT = "aws:UserAgent"


@pytest.mark.parametrize(
    ("allowed", "denied", "found"),
    [
        ({"StringLike": {AGENT: "a*"}}, {"StringEquals": {AGENT: ["a", "a~"]}}, True),
        ({"Null": {AGENT: "false"}}, {"StringEquals": {AGENT: "any-other-value"}}, True),
        ({"Null": {AGENT: "false"}}, {"StringEqualsIgnoreCase": {AGENT: "Any-Other-Value"}}, True),
        ({"Null": {AGENT: "false"}}, {"StringLike": {AGENT: "any*"}}, True),
        ({"Null": {AGENT: "false"}}, {"ArnLike": {AGENT: "arn:aws:any:*:000000000000:*"}}, True),
        ({"Null": {AGENT: "false"}}, {"StringLike": {AGENT: "*"}}, False),
        # "ab" and "AB" are left, but only two spellings are tried.
        ({"StringEqualsIgnoreCase": {AGENT: "Ab"}}, {"StringEquals": {AGENT: ["Ab", "aB"]}}, None),
        ({"StringEqualsIgnoreCase": {AGENT: "Ab"}}, {"StringEquals": {AGENT: "Ab"}}, True),
        ({"StringEqualsIgnoreCase": {AGENT: "Ab"}}, {"StringLike": {AGENT: "*"}}, None),
    ],
)
def test_policies_cannot_name_all_that_is_tried(
    allowed: dict[str, object], denied: dict[str, object], *, found: bool | None
) -> None:
    statements = [allow("sns:ListTopics", Condition=allowed), deny("*", Condition=denied)]
    answer = ask(Question(action="sns:ListTopics", scp=()), details(roles={"a": statements}))
    assert (names(answer), undecided(answer)) == (["a"] * (found is True), ["a"] * (found is None))


def test_a_variable_in_a_pattern_with_many_stars_is_looked_for_in_bounded_time() -> None:
    resource = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:" + "a" * 60 + "b"
    pattern = "arn:aws:sqs:eu-west-1:*:${aws:UserAgent}" + "*a" * 30 + "*${aws:UserAgent}"
    answer = who_can("sqs:SendMessage", resource, details(roles={"a": [allow("sqs:SendMessage", pattern)]}))
    assert undecided(answer) == ["a"]
