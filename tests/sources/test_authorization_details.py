import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from auditor.model.iam import Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.known import Cause, Known, Unknown
from auditor.model.text import text
from auditor.sources.authorization_details import begins_like, decode
from auditor.sources.detect import load
from auditor.sources.interface import InputError

ACCOUNT = "111122223333"
ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ses:*", "Resource": "*"}]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}


def arn(kind: str, name: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:iam::{account}:{kind}/{name}"


def page(**changed: Any) -> dict[str, Any]:
    user = {
        "UserName": "ann",
        "UserId": "AIDAEXAMPLE",
        "Path": "/staff/",
        "Arn": arn("user", "staff/ann"),
        "GroupList": ["writers"],
        "AttachedManagedPolicies": [{"PolicyName": "Own", "PolicyArn": arn("policy", "Own")}],
        "PermissionsBoundary": {
            "PermissionsBoundaryType": "Policy",
            "PermissionsBoundaryArn": arn("policy", "Limit", "aws"),
        },
        "Tags": [{"Key": "team", "Value": "mail"}],
    }
    role = {
        "RoleName": "sender",
        "RoleId": "AROAEXAMPLE",
        "Path": "/",
        "Arn": arn("role", "sender"),
        "AssumeRolePolicyDocument": quote(json.dumps(TRUST)),
        "RolePolicyList": [{"PolicyName": "send", "PolicyDocument": ALLOW}],
        "AttachedManagedPolicies": [],
        "InstanceProfileList": [{"InstanceProfileName": "hosts"}],
        "RoleLastUsed": {"LastUsedDate": "2026-01-02 03:04:05+01:00", "Region": "eu-west-1"},
        "Tags": [],
    }
    group = {
        "GroupName": "writers",
        "Path": "/",
        "Arn": arn("group", "writers"),
        "GroupPolicyList": [{"PolicyName": "write", "PolicyDocument": quote(json.dumps(ALLOW))}],
        "AttachedManagedPolicies": [],
    }
    version = {"Document": ALLOW, "VersionId": "v2", "IsDefaultVersion": True}
    old = {"Document": TRUST, "VersionId": "v1", "IsDefaultVersion": False}
    policies = [
        {"Arn": arn("policy", "Own"), "PolicyName": "Own", "PolicyVersionList": [old, version]},
        {"Arn": arn("policy", "Limit", "aws"), "PolicyName": "Limit", "PolicyVersionList": [version]},
        {"Arn": arn("policy", "Unused", "aws"), "PolicyName": "Unused", "PolicyVersionList": [version]},
    ]
    made = {
        "UserDetailList": [user],
        "GroupDetailList": [group],
        "RoleDetailList": [role],
        "Policies": policies,
        "IsTruncated": False,
    }
    return made | changed


def read(content: object) -> Any:
    return decode(json.dumps(content, indent=4).encode(), "details.json")


def test_users_have_groups_boundary_tags_and_unique_id() -> None:
    (user,) = read(page()).of(User)
    assert user.arn == text(arn("user", "staff/ann"))
    assert user.account == text(ACCOUNT)
    assert user.groups == Known((text("writers"),))
    assert user.boundary == Known(text(arn("policy", "Limit", "aws")))
    assert user.tags == Known({"team": text("mail")})
    assert user.unique_id == Known("AIDAEXAMPLE")
    assert user.managed_policies == Known((text(arn("policy", "Own")),))


def test_roles_have_trust_last_use_and_instance_profiles() -> None:
    (role,) = read(page()).of(Role)
    assert isinstance(role.trust, Known)
    assert role.trust.value.json == json.dumps(TRUST)
    assert role.last_used == Known("2026-01-02T02:04:05Z")
    assert role.instance_profiles == Known(("hosts",))
    assert role.boundary == Known(None)


def test_policies_of_aws_that_nobody_has_are_left_out() -> None:
    found = {item.name.literal: item for item in read(page()).of(ManagedPolicy)}
    assert set(found) == {"Own", "Limit"}
    assert found["Limit"].aws_managed
    assert not found["Own"].aws_managed


def test_the_default_version_counts() -> None:
    own = next(item for item in read(page()).of(ManagedPolicy) if not item.aws_managed)
    assert isinstance(own.document, Known)
    assert json.loads(own.document.value.json or "") == ALLOW


def test_inline_policies_name_whom_they_are_in() -> None:
    found = {item.name.literal: item for item in read(page()).of(InlinePolicy)}
    assert found["send"].roles == Known((text("sender"),))
    assert found["send"].groups == Known(())
    assert found["write"].groups == Known((text("writers"),))


def test_encoded_and_plain_documents_are_read_alike() -> None:
    found = {item.name.literal: item for item in read(page()).of(InlinePolicy)}
    documents = [json.loads(item.document.value.json or "") for item in found.values()]
    assert documents == [ALLOW, ALLOW]


def test_the_account_is_closed_for_iam_and_open_for_the_rest() -> None:
    inventory = read(page())
    (group,) = inventory.of(Group)
    assert inventory.completeness(Role, group) == Known(value=True)
    assert isinstance(inventory.read(text(ACCOUNT), text("eu-west-1"), "sns:ListTopics"), Unknown)
    assert inventory.inputs[0].account == ACCOUNT
    assert inventory.inputs[0].kind == "authorization-details"


def test_a_page_with_more_to_come_does_not_close_the_account() -> None:
    first = read(page(IsTruncated=True, Marker="x"))
    complete = first.read(text(ACCOUNT), text(""), "iam:GetAccountAuthorizationDetails")
    assert isinstance(complete, Unknown)
    assert complete.cause is Cause.NOT_HERE


def test_all_pages_in_a_list_are_one_account() -> None:
    empty = page(UserDetailList=[], RoleDetailList=[], GroupDetailList=[], Policies=[])
    inventory = read([page(IsTruncated=True), empty])
    assert len(inventory.of(Role)) == 1
    assert inventory.read(text(ACCOUNT), text(""), "iam:GetAccountAuthorizationDetails") == Known(value=True)


def test_pages_in_files_of_a_folder_join(tmp_path: Path) -> None:
    second = page(UserDetailList=[], GroupDetailList=[], Policies=[])
    second["RoleDetailList"] = [second["RoleDetailList"][0] | {"RoleName": "b", "Arn": arn("role", "b")}]
    (tmp_path / "1.json").write_text(json.dumps(page(IsTruncated=True)))
    (tmp_path / "2.json").write_text(json.dumps(second))
    found = load([tmp_path], root=tmp_path)
    assert found.errors == ()
    assert [role.name.literal for role in found.inventory.of(Role)] == ["sender", "b"]
    complete = found.inventory.read(text(ACCOUNT), text(""), "iam:GetAccountAuthorizationDetails")
    assert complete == Known(value=True)


def test_what_is_left_out_is_not_known() -> None:
    bare = page()
    for member in ("RoleId", "RoleLastUsed", "AssumeRolePolicyDocument"):
        del bare["RoleDetailList"][0][member]
    (role,) = read(bare).of(Role)
    for value in (role.unique_id, role.last_used, role.trust):
        assert isinstance(value, Unknown)
        assert value.cause is Cause.NOT_HERE


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"RoleDetailList": [{"RoleName": 1}]}', "is no authorization details: "),
        (b'{"RoleDetailList": []}', "tells no account: no ARN in it holds an account id"),
        (b'{"x": {"RoleDetailList": []}}', "is no authorization details: it has no list of users, groups or roles"),
        (b'{"x":' + b"[" * 100_000 + b',"RoleDetailList": []}', "is no authorization details: "),
    ],
)
def test_what_only_looks_like_it_is_told(content: bytes, reason: str) -> None:
    assert begins_like(content)
    with pytest.raises(InputError) as caught:
        decode(content, "x.json")
    assert caught.value.reason.startswith(reason)


def test_a_document_nested_too_deep_is_a_gap_of_its_own() -> None:
    deep = page()
    text_of = json.dumps(deep).replace(json.dumps(ALLOW), "[" * 500 + "]" * 500, 1)
    found = {item.name.literal: item for item in decode(text_of.encode(), "x.json").of(InlinePolicy)}
    assert isinstance(found["send"].document, Known)
    assert "readable" in str(getattr(found["send"].document.value.root, "unknown", ""))
