import json
from pathlib import Path

import pytest
from iam_accounts import ACCOUNT, MANAGEMENT, OTHER, Folder, allow, document, scp_arn, trust

from auditor.model import relations
from auditor.model.iam import Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.kms import Key
from auditor.model.known import Cause, Known, Unknown
from auditor.model.organizations import Organization, OrganizationPolicy, PolicyKind
from auditor.model.other import OtherResource
from auditor.model.s3 import Bucket
from auditor.model.ses import EmailIdentity, IdentityPolicy
from auditor.model.sns import Topic
from auditor.model.text import text
from auditor.sources.detect import load
from auditor.sources.iam_collect import partitions
from auditor.sources.snapshot import decode, encode


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "data")


def test_the_folder_is_one_input_wherever_it_is_named(folder: Folder) -> None:
    folder.role("a")
    for named in (folder.path, folder.path / "aws", folder.path / "aws" / "aws"):
        found = load([named], root=folder.path.parent)
        assert found.errors == ()
        assert [item.kind for item in found.inventory.inputs] == ["iam-collect"]
        assert found.inventory.inputs[0].account == ACCOUNT
        assert len(found.inventory.of(Role)) == 1


def test_other_folders_with_accounts_are_none(tmp_path: Path) -> None:
    (tmp_path / "accounts" / ACCOUNT).mkdir(parents=True)
    assert partitions(tmp_path) == ()
    (tmp_path / "accounts" / ACCOUNT / "iam" / "role").mkdir(parents=True)
    assert partitions(tmp_path) == (tmp_path,)


def test_names_come_from_arns_because_folders_are_in_lower_case(folder: Folder) -> None:
    folder.role("team/Worker", allow("s3:*"), trusts=[trust({"Service": "ec2.amazonaws.com"})])
    inventory = folder.read()
    (role,) = inventory.of(Role)
    assert (role.name, role.account) == (text("Worker"), text(ACCOUNT))
    assert isinstance(role.trust, Known)
    (policy,) = inventory.of(InlinePolicy)
    assert policy.roles == Known((text("Worker"),))
    assert inventory.completeness(Role, role) == Known(value=True)


def test_users_groups_and_policies(folder: Folder) -> None:
    base = f"accounts/{ACCOUNT}/iam"
    arn = f"arn:aws:iam::{ACCOUNT}:"
    folder.put(f"{base}/user/ann/metadata.json", {"arn": f"{arn}user/Ann", "permissionBoundary": f"{arn}policy/Own"})
    folder.put(f"{base}/user/ann/groups.json", [f"{arn}group/staff/Writers"])
    folder.put(f"{base}/user/ann/managed-policies.json", [f"{arn}policy/Own"])
    folder.put(f"{base}/user/ann/tags.json", {"team": "mail"})
    folder.put(f"{base}/group/writers/metadata.json", {"arn": f"{arn}group/staff/Writers"})
    folder.put(f"{base}/policy/own/metadata.json", {"arn": f"{arn}policy/Own"})
    folder.put(f"{base}/policy/own/current-policy.json", document(allow("ses:*")))
    folder.put(f"{base}/aws/policy/own/metadata.json", {"arn": "arn:aws:iam::aws:policy/Own"})
    inventory = folder.read()
    (user,) = inventory.of(User)
    (group,) = inventory.of(Group)
    assert user.groups == Known((text("Writers"),))
    assert relations.groups_of(inventory, user) == (Known(group),)
    assert user.boundary == Known(text(f"{arn}policy/Own"))
    assert user.tags == Known({"team": text("mail")})
    own, of_aws = sorted(inventory.of(ManagedPolicy), key=lambda policy: policy.aws_managed)
    assert isinstance(own.document, Known)
    assert of_aws.aws_managed
    assert isinstance(of_aws.document, Unknown)


def test_resources_of_services_that_the_model_knows(folder: Folder) -> None:
    topic = folder.resource(f"arn:aws:sns:eu-west-1:{ACCOUNT}:t", trust("*", "sns:Publish"))
    folder.resource(f"arn:aws:sns:eu-west-1:{ACCOUNT}:bare")
    folder.resource(f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q", trust("*", "sqs:SendMessage"))
    folder.resource(f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1", trust("*", "kms:*"))
    place = f"accounts/{ACCOUNT}/ses/eu-west-1/identity/example.com"
    folder.put(f"{place}/metadata.json", {"arn": f"arn:aws:ses:eu-west-1:{ACCOUNT}:identity/example.com"})
    folder.put(f"{place}/policies.json", {"partners": document(trust({"AWS": OTHER}, "ses:SendEmail"))})
    inventory = folder.read()
    with_policy, bare = sorted(inventory.of(Topic), key=lambda item: item.id != topic)
    assert len(relations.topic_policies(inventory, with_policy).items) == 1
    without = relations.topic_policies(inventory, bare)
    assert without.items == ()
    assert without.complete == Known(value=True)
    (key,) = inventory.of(Key)
    assert isinstance(key.policy, Known)
    (identity,) = inventory.of(EmailIdentity)
    assert [policy.name for policy in relations.identity_policies(inventory, identity).items] == [text("partners")]
    assert len(inventory.of(IdentityPolicy)) == 1


def test_buckets_and_resources_of_other_types(folder: Folder) -> None:
    folder.bucket("plain")
    folder.bucket("tagged", trust("*", "s3:*"), abacEnabled=True)
    folder.put(f"accounts/{ACCOUNT}/s3-bpa.json", {"RestrictPublicBuckets": True})
    arn = folder.resource(f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t", trust("*", "dynamodb:*"))
    folder.resource(f"arn:aws:ec2:eu-west-1:{ACCOUNT}:vpc-endpoint/vpce-1", trust("*", "*"))
    inventory = folder.read()
    plain, tagged = inventory.of(Bucket)
    assert (plain.policy, plain.tags_grant, plain.restrict_public) == (
        Known(None),
        Known(value=False),
        Known(value=True),
    )
    assert isinstance(tagged.policy, Known)
    assert tagged.tags_grant == Known(value=True)
    (table,) = inventory.of(OtherResource)
    assert (table.id, table.kind) == (arn, "dynamodb:table")


def put_organization(folder: Folder) -> None:
    units = {"r-1": {"scps": [scp_arn("full")]}, "ou-1": {"parent": "r-1", "scps": [scp_arn("full"), scp_arn("lost")]}}
    folder.organization({MANAGEMENT: "r-1", ACCOUNT: "ou-1"}, units)


def test_an_organization_has_levels(folder: Folder) -> None:
    put_organization(folder)
    folder.role("a")
    inventory = folder.read()
    (organization,) = inventory.of(Organization)
    assert organization.account == text(MANAGEMENT)
    assert relations.organization_path(organization, ACCOUNT) == Known(("r-1", "ou-1", ACCOUNT))
    levels = relations.control_policies(inventory, text(ACCOUNT), PolicyKind.SERVICE_CONTROL)
    assert isinstance(levels, Known)
    assert [[policy.id for policy in level] for level in levels.value] == [
        [scp_arn("full")],
        [scp_arn("full"), scp_arn("lost")],
        [scp_arn("full")],
    ]
    lost = next(item for item in inventory.of(OrganizationPolicy) if item.id == scp_arn("lost"))
    assert isinstance(lost.document, Unknown)
    assert lost.document.cause is Cause.NOT_HERE
    assert relations.control_policies(inventory, text(MANAGEMENT), PolicyKind.SERVICE_CONTROL) == Known(())
    elsewhere = relations.control_policies(inventory, text(OTHER), PolicyKind.SERVICE_CONTROL)
    assert isinstance(elsewhere, Unknown)


def test_units_in_a_circle_are_told(folder: Folder) -> None:
    units: dict[str, dict[str, object]] = {"ou-1": {"parent": "ou-2"}, "ou-2": {"parent": "ou-1"}}
    folder.organization({ACCOUNT: "ou-1"}, units)
    folder.role("a")
    (organization,) = folder.read().of(Organization)
    path = relations.organization_path(organization, ACCOUNT)
    assert isinstance(path, Unknown)
    assert path.cause is Cause.FAILED


def test_snapshots_keep_all_of_it(folder: Folder) -> None:
    put_organization(folder)
    folder.role("a", allow("s3:*"))
    folder.bucket("b", trust("*", "s3:*"))
    folder.resource(f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t", trust("*", "dynamodb:*"))
    inventory = folder.read()
    assert decode(encode(inventory), "x").resources == inventory.resources


@pytest.mark.parametrize(
    ("where", "content", "reason"),
    [
        (f"accounts/{ACCOUNT}/iam/role/a/metadata.json", "[]", "is not what iam-collect writes: Expected `object`"),
        (f"accounts/{ACCOUNT}/iam/role/a/managed-policies.json", "[", "is not what iam-collect writes: Input data"),
        (f"accounts/{ACCOUNT}/iam/role/a/tags.json", '{"a":1}', "is not what iam-collect writes: Expected `str`"),
        ("organizations/o-1/metadata.json", "{}", "is an organization without id or management account"),
    ],
)
def test_what_is_not_as_it_should_be_is_an_error(folder: Folder, where: str, content: str, reason: str) -> None:
    folder.role("a")
    file = folder.path / "aws" / "aws" / where
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    (error,) = load([folder.path], root=folder.path.parent).errors
    assert error.reason.startswith(reason)
    assert error.path.startswith("data/")


def test_links_are_not_followed(folder: Folder, tmp_path: Path) -> None:
    folder.role("a")
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps(document(allow("*"))))
    place = folder.path / "aws" / "aws" / "accounts" / ACCOUNT / "iam" / "role"
    (place / "a" / "trust-policy.json").unlink()
    (place / "a" / "trust-policy.json").symlink_to(secret)
    (place / "b").symlink_to(place / "a", target_is_directory=True)
    (role,) = folder.read().of(Role)
    assert isinstance(role.trust, Unknown)
