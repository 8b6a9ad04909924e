import re
from typing import Any

import pytest
from escalating import ADMIN, NOW, Statement, allow, deny, policy

from auditor.iam import database, unread
from auditor.iam.escalation import Category, paths_of
from auditor.iam.escalation.catalogue import BY_ID, PATHS
from auditor.iam.escalation.mail import MAIL_PATHS
from auditor.iam.escalation.path import On, Path
from auditor.iam.escalation.things import kind_of
from auditor.iam.wildcard import glob
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.text import text


def opened(*statements: Statement, **more: Any) -> dict[str, Truth]:
    found = paths_of([policy(*statements)], now=NOW, **more)
    return {each.path.id: each.truth for each in found.paths}


def test_there_are_the_published_paths_and_more() -> None:
    published = [path for path in PATHS if path.id.rpartition("-")[2].isdecimal()]
    by_category = {each: sum(path.category is each for path in published) for each in Category}
    assert len(published) == 66  # the 65 of pathfinding.cloud at the end of 2025, and ecs-006
    assert by_category[Category.NEW_PASSROLE] == 27
    assert by_category[Category.PRINCIPAL_ACCESS] == 14
    assert by_category[Category.SELF_ESCALATION] == 8
    assert by_category[Category.EXISTING_PASSROLE] == 17
    assert len({path.id for path in (*PATHS, *MAIL_PATHS)}) == len(PATHS) + len(MAIL_PATHS)


@pytest.mark.parametrize("path", PATHS, ids=[path.id for path in PATHS])
def test_every_path_is_opened_by_its_own_permissions_and_by_no_fewer(path: Path) -> None:
    assert opened(allow(*path.actions))[path.id] is Truth.TRUE
    for left_out in path.actions:
        kept = [action for action in path.actions if action != left_out]
        assert path.id not in opened(*([allow(*kept)] if kept else [allow("s3:GetObject")]))


@pytest.mark.parametrize("path", PATHS, ids=[path.id for path in PATHS])
def test_a_deny_of_any_permission_closes_the_path(path: Path) -> None:
    for action in path.actions:
        assert path.id not in opened(allow(*path.actions), deny(action))


@pytest.mark.parametrize("path", [*PATHS, *MAIL_PATHS], ids=[path.id for path in [*PATHS, *MAIL_PATHS]])
def test_permissions_are_asked_on_resources_that_their_actions_take(path: Path) -> None:
    kinds = {On.ROLE: "role/*", On.USER: "user/*", On.GROUP: "group/*", On.JOINED: "group/*", On.POLICY: "policy/*"}
    for need in path.needs:
        assert database.action(need.action) is not None, need.action
        types = database.types_for(need.action)
        if need.on is On.NOTHING:
            required = [use for use in database.action(need.action).resources if use.required]
            assert not required, need.action
            continue
        thing = kinds.get(need.on) or kind_of(need).thing
        service = "iam" if need.on in kinds else kind_of(need).service
        arns = [arn.split(":", 5) for each in types for arn in each.arns]
        patterns = [glob(text(re.sub(r"\$\{[^}]*\}", "*", parts[5]))) for parts in arns if parts[2] == service]
        assert any(each.overlaps(glob(text(thing))) is not Truth.FALSE for each in patterns), need.action


def test_permissions_may_come_from_several_policies() -> None:
    found = paths_of([policy(allow("iam:PassRole")), policy(allow("ec2:RunInstances"))], now=NOW)
    assert [each.path.id for each in found.paths] == ["ec2-001"]


def test_permissions_about_one_thing_must_hold_on_the_same_one() -> None:
    on = "arn:aws:lambda:eu-west-1:111122223333:function:{}"
    passing = allow("iam:PassRole")
    apart = (allow("lambda:CreateFunction", on=on.format("a-*")), allow("lambda:InvokeFunction", on=on.format("b-*")))
    together = (
        allow("lambda:CreateFunction", on=on.format("a-*")),
        allow("lambda:InvokeFunction", on=on.format("a-b")),
    )
    assert "lambda-001" not in opened(passing, *apart)
    assert opened(passing, *together)["lambda-001"] is Truth.TRUE


def test_a_limit_to_other_kinds_of_things_closes_a_path() -> None:
    assert not opened(allow("iam:CreatePolicyVersion", on="arn:aws:iam::111122223333:role/*"))
    assert not opened(allow("iam:PassRole", "glue:CreateDevEndpoint", on="arn:aws:iam::111122223333:role/*"))


def test_policies_of_aws_cannot_be_edited() -> None:
    assert not opened(allow("iam:CreatePolicyVersion", on="arn:aws:iam::aws:policy/*"))
    assert opened(allow("iam:CreatePolicyVersion", on="arn:aws:iam::*:policy/team-*")) == {"iam-001": Truth.TRUE}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}, Truth.TRUE),
        ({"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}, None),
        ({"StringLike": {"iam:PassedToService": "*.amazonaws.com"}}, Truth.TRUE),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, Truth.UNKNOWN),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, Truth.UNKNOWN),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}, Truth.UNKNOWN),
        ({"Bool": {"aws:SecureTransport": "true"}}, Truth.TRUE),
        ({"Bool": {"aws:SecureTransport": "false"}}, None),
        ({"DateGreaterThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}, None),
        ({"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}, Truth.TRUE),
        ({"DateGreaterThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}}, Truth.TRUE),
        ({"DateLessThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}}, None),
    ],
)
def test_conditions_on_passing_a_role(condition: dict[str, Any], expected: Truth | None) -> None:
    found = opened(allow("iam:PassRole", Condition=condition), allow("lambda:CreateFunction", "lambda:InvokeFunction"))
    assert found.get("lambda-001") is expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow("glue:CreateJob", Condition={"StringEquals": {"aws:RequestTag/team": "mail"}})], Truth.TRUE),
        (
            [allow("glue:CreateJob"), deny("glue:CreateJob", Condition={"Null": {"aws:RequestTag/team": "true"}})],
            Truth.TRUE,
        ),
        ([allow("glue:CreateJob", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})], Truth.TRUE),
        ([allow("glue:CreateJob", Condition={"StringEquals": {"aws:PrincipalTag/team": "mail"}})], Truth.UNKNOWN),
    ],
)
def test_the_caller_chooses_what_it_can(statements: list[Statement], expected: Truth) -> None:
    found = opened(allow("iam:PassRole", "glue:StartJobRun"), *statements)
    assert found["glue-003"] is expected


@pytest.mark.parametrize(
    ("arns", "expected"),
    [
        (["arn:aws:iam::aws:policy/ReadOnlyAccess"], None),
        (["arn:aws:iam::aws:policy/AdministratorAccess"], Truth.TRUE),
        (["arn:aws:iam::aws:policy/*"], Truth.TRUE),
    ],
)
def test_policies_that_may_be_attached(arns: list[str], expected: Truth | None) -> None:
    found = opened(allow("iam:AttachUserPolicy", Condition={"ArnLike": {"iam:PolicyARN": arns}}))
    assert found.get("iam-008") is expected


def test_a_boundary_that_must_be_on_the_target_closes_the_path_to_every_right() -> None:
    only = {"StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::111122223333:policy/limit"}}
    assert not opened(allow("iam:PutUserPolicy", Condition=only))


def test_a_boundary_limits_what_policies_open() -> None:
    statements = (allow("iam:PutUserPolicy"), allow("iam:CreateAccessKey"))
    assert "iam-007" in opened(*statements)
    limited = [policy(allow("s3:*", "iam:CreateAccessKey"))]
    assert "iam-007" not in opened(*statements, boundary=limited)
    assert "iam-002" in opened(*statements, boundary=limited)


def test_writing_its_own_policies_is_no_way_out_of_a_boundary() -> None:
    inside = [policy(allow("s3:*", "iam:PutUserPolicy"))]
    assert not opened(allow("iam:PutUserPolicy"), boundary=inside)


def test_service_control_policies_count_at_every_level() -> None:
    everything, no_iam = policy(ADMIN), policy(ADMIN, deny("iam:*"))
    assert "iam-002" in opened(allow("iam:CreateAccessKey"), scp=((everything,), (everything,)))
    assert not opened(allow("iam:CreateAccessKey"), scp=((everything,), (no_iam,)))
    assert not opened(allow("iam:CreateAccessKey"), scp=((everything,), ()))


@pytest.mark.parametrize(
    ("statements", "boundary", "expected"),
    [
        ([ADMIN], None, Truth.TRUE),
        ([allow("iam:*")], None, Truth.TRUE),
        ([allow("iam:*"), {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], None, Truth.TRUE),
        ([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], None, Truth.FALSE),
        ([ADMIN, deny("*")], None, Truth.FALSE),
        ([ADMIN, {"Effect": "Deny", "NotAction": "ec2:DescribeInstances", "Resource": "*"}], None, Truth.FALSE),
        ([ADMIN], [allow("ec2:*")], Truth.FALSE),
        ([ADMIN], [ADMIN], Truth.TRUE),
        ([ADMIN, deny("iam:*", on="arn:aws:iam::111122223333:role/audit")], None, Truth.TRUE),
        ([allow("*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})], None, Truth.UNKNOWN),
        ([allow("iam:*", on="arn:aws:iam::111122223333:user/dev-*")], None, Truth.FALSE),
    ],
)
def test_who_is_an_administrator(
    statements: list[Statement], boundary: list[Statement] | None, expected: Truth
) -> None:
    limits = None if boundary is None else [policy(*boundary)]
    assert paths_of([policy(*statements)], boundary=limits, now=NOW).admin is expected


def test_a_path_says_what_must_be_there() -> None:
    assert BY_ID["ssm-001"].given == "an EC2 instance that Systems Manager manages runs with the role"


def test_what_is_not_told_of_a_policy_makes_it_unknown() -> None:
    why = Unknown(Cause.DENIED, "the policy could not be read")
    found = paths_of([unread(why)], now=NOW)
    assert found.admin is Truth.UNKNOWN
    assert {each.truth for each in found.paths} == {Truth.UNKNOWN}
    assert found.unknowns == (why,)


def test_variables_name_the_caller_alone() -> None:
    own = "arn:aws:iam::111122223333:user/${aws:username}"
    assert opened(allow("iam:CreateAccessKey", "iam:PutUserPolicy", on=own)) == {"iam-007": Truth.TRUE}
