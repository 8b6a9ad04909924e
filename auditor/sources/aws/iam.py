"""AWS IAM, for the account as a whole: users, groups, roles and their policies.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import unquote

import msgspec

from auditor.model.coverage import Coverage
from auditor.model.iam import AccessKey, Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.known import Known, Unknown, Value
from auditor.model.policy import Document
from auditor.model.text import Text, text
from auditor.sources.aws.answers import always, derived, left_out, still_there, told, told_text
from auditor.sources.aws.calls import MarkerPage, Reads
from auditor.sources.aws.found import Found, Site
from auditor.sources.aws.tags import Tag, tags

PAGE_SIZE = 1000

_DETAILS, _KEYS, _LAST_USED, _LOGIN = (
    "iam:GetAccountAuthorizationDetails",
    "iam:ListAccessKeys",
    "iam:GetAccessKeyLastUsed",
    "iam:GetLoginProfile",
)
_NO_ENTITY = frozenset({"NoSuchEntity", "NoSuchEntityException"})


class _Inline(msgspec.Struct, frozen=True, rename="pascal"):
    policy_name: str
    policy_document: object


class _Attached(msgspec.Struct, frozen=True, rename="pascal"):
    policy_arn: str


class _Boundary(msgspec.Struct, frozen=True, rename="pascal"):
    permissions_boundary_arn: str | None = None


class _Entity(msgspec.Struct, frozen=True, rename="pascal", kw_only=True):
    arn: str
    path: str = "/"
    attached_managed_policies: tuple[_Attached, ...] = ()


E = TypeVar("E", bound=_Entity)


class _User(_Entity, frozen=True, rename="pascal", kw_only=True):
    user_name: str
    user_id: str | None = None
    group_list: tuple[str, ...] = ()
    user_policy_list: tuple[_Inline, ...] = ()
    permissions_boundary: _Boundary = _Boundary()
    tags: tuple[Tag, ...] = ()


class _Group(_Entity, frozen=True, rename="pascal", kw_only=True):
    group_name: str
    group_policy_list: tuple[_Inline, ...] = ()


class _LastUsed(msgspec.Struct, frozen=True, rename="pascal"):
    last_used_date: datetime | None = None


class _Profile(msgspec.Struct, frozen=True, rename="pascal"):
    instance_profile_name: str


class _Role(_Entity, frozen=True, rename="pascal", kw_only=True):
    role_name: str
    role_id: str | None = None
    instance_profile_list: tuple[_Profile, ...] = ()
    assume_role_policy_document: object = None
    role_policy_list: tuple[_Inline, ...] = ()
    permissions_boundary: _Boundary = _Boundary()
    role_last_used: _LastUsed = _LastUsed()
    tags: tuple[Tag, ...] = ()


class _Version(msgspec.Struct, frozen=True, rename="pascal"):
    document: object = None
    is_default_version: bool = False


class _Policy(msgspec.Struct, frozen=True, rename="pascal"):
    arn: str
    policy_version_list: tuple[_Version, ...] = ()


class _Details(MarkerPage, frozen=True, rename="pascal"):
    user_detail_list: tuple[_User, ...] = ()
    group_detail_list: tuple[_Group, ...] = ()
    role_detail_list: tuple[_Role, ...] = ()
    policies: tuple[_Policy, ...] = ()


class _Key(msgspec.Struct, frozen=True, rename="pascal"):
    access_key_id: str
    status: str | None = None
    create_date: datetime | None = None


class _Keys(MarkerPage, frozen=True, rename="pascal"):
    access_key_metadata: tuple[_Key, ...]


class _KeyLastUsed(msgspec.Struct, frozen=True, rename="pascal"):
    access_key_last_used: _LastUsed = _LastUsed()


class _LoginProfile(msgspec.Struct, frozen=True, rename="pascal"):
    """That it exists says all."""


def read(reads: Reads, site: Site) -> Found:
    """The users, groups, roles and policies of the account."""
    pages, listed = reads.pages("GetAccountAuthorizationDetails", _Details, MaxItems=PAGE_SIZE)
    users = _by_arn(user for page in pages for user in page.user_detail_list)
    groups = _by_arn(group for page in pages for group in page.group_detail_list)
    roles = _by_arn(role for page in pages for role in page.role_detail_list)
    policies = {policy.arn: policy for page in pages for policy in page.policies}
    attached = {one.policy_arn for entity in (*users, *groups, *roles) for one in entity.attached_managed_policies}
    boundaries = [one.permissions_boundary for one in users] + [one.permissions_boundary for one in roles]
    attached |= {one.permissions_boundary_arn for one in boundaries if one.permissions_boundary_arn}
    credentials = _credentials(reads, site, users, listed)
    users = [user for user in users if user.arn in credentials.keys]
    return Found(
        (
            *(_user(site, user, credentials) for user in users),
            *(_role(site, role) for role in roles),
            *(_group(site, group) for group in groups),
            # AWS has many hundreds of policies of its own; those that nobody has say nothing about the account.
            *(
                _policy(site, policy)
                for arn, policy in sorted(policies.items())
                if not _is_aws_managed(arn) or arn in attached
            ),
            *(made for user in users for made in _inline(site, "user", user.user_name, user.user_policy_list)),
            *(made for role in roles for made in _inline(site, "role", role.role_name, role.role_policy_list)),
            *(made for group in groups for made in _inline(site, "group", group.group_name, group.group_policy_list)),
        ),
        (site.covered(_DETAILS, listed), *credentials.coverage),
    )


class _Credentials(msgspec.Struct, frozen=True):
    """Access keys and console passwords, by ARN of the user; without users that were deleted meanwhile."""

    keys: dict[str, Value[tuple[AccessKey, ...]]]
    passwords: dict[str, Value[bool]]
    coverage: tuple[Coverage, ...]


def _credentials(reads: Reads, site: Site, users: Sequence[_User], listed: Known[bool] | Unknown) -> _Credentials:
    names = [{"UserName": user.user_name} for user in users]
    arns = [user.arn for user in users]
    pages = still_there(zip(arns, reads.each_if_exists("ListAccessKeys", _Keys, _NO_ENTITY, names), strict=True))
    asked = [{"UserName": user.user_name} for user in users if user.arn in pages]
    profiles = dict(zip(pages, reads.each_if_exists("GetLoginProfile", _LoginProfile, _NO_ENTITY, asked), strict=True))
    ids = sorted(
        key.access_key_id
        for page in pages.values()
        if isinstance(page, Known)
        for key in page.value.access_key_metadata
    )
    used = dict(
        zip(ids, reads.each("GetAccessKeyLastUsed", _KeyLastUsed, [{"AccessKeyId": one} for one in ids]), strict=True)
    )
    return _Credentials(
        {arn: derived(page, lambda p: _access_keys(p, used)) for arn, page in pages.items()},
        {arn: profile.map(lambda p: p is not None) for arn, profile in profiles.items()},
        (
            *site.covered_each(_KEYS, pages, "users", listed),
            *site.covered_each(_LOGIN, profiles, "users", listed),
            *site.covered_each(_LAST_USED, used, "access keys", listed),
        ),
    )


def _access_keys(page: _Keys, used: dict[str, Value[_KeyLastUsed]]) -> Value[tuple[AccessKey, ...]]:
    if not page.is_last:
        return left_out(_KEYS, "some of the keys")
    return told(
        tuple(
            AccessKey(
                access_key_id=key.access_key_id,
                active=left_out(_KEYS, "Status") if key.status is None else told(key.status == "Active"),
                created=left_out(_KEYS, "CreateDate") if key.create_date is None else told(_date(key.create_date)),
                last_used=used[key.access_key_id].map(lambda u: _date_or_none(u.access_key_last_used)),
            )
            for key in sorted(page.access_key_metadata, key=lambda key: key.access_key_id)
        )
    )


def _user(site: Site, user: _User, credentials: _Credentials) -> User:
    return User(
        **site.named(User, user.user_name, arn=user.arn),
        unique_id=always(user.user_id, _DETAILS, "UserId"),
        path=told(text(user.path)),
        managed_policies=told(_managed(user)),
        boundary=told_text(user.permissions_boundary.permissions_boundary_arn),
        groups=told(tuple(text(name) for name in sorted(user.group_list))),
        access_keys=credentials.keys[user.arn],
        has_password=credentials.passwords[user.arn],
        tags=told(tags(user.tags)),
    )


def _role(site: Site, role: _Role) -> Role:
    return Role(
        **site.named(Role, role.role_name, arn=role.arn),
        unique_id=always(role.role_id, _DETAILS, "RoleId"),
        path=told(text(role.path)),
        managed_policies=told(_managed(role)),
        boundary=told_text(role.permissions_boundary.permissions_boundary_arn),
        trust=_document(role.assume_role_policy_document, "AssumeRolePolicyDocument"),
        last_used=told(_date_or_none(role.role_last_used)),
        instance_profiles=told(tuple(profile.instance_profile_name for profile in role.instance_profile_list)),
        tags=told(tags(role.tags)),
    )


def _group(site: Site, group: _Group) -> Group:
    return Group(
        **site.named(Group, group.group_name, arn=group.arn),
        path=told(text(group.path)),
        managed_policies=told(_managed(group)),
    )


def _policy(site: Site, policy: _Policy) -> ManagedPolicy:
    is_aws_managed = _is_aws_managed(policy.arn)
    name = policy.arn.rpartition("/")[2]
    current = next((version for version in policy.policy_version_list if version.is_default_version), _Version())
    return ManagedPolicy(
        **site.named(
            ManagedPolicy,
            name,
            # A policy of the account may have the name of one of AWS's.
            address=f"aws/{name}" if is_aws_managed else None,
            arn=policy.arn,
        ),
        aws_managed=is_aws_managed,
        document=_document(current.document, "the default version of a policy"),
        users=told(()),
        roles=told(()),
        groups=told(()),
    )


def _inline(site: Site, kind: str, owner: str, policies: Iterable[_Inline]) -> list[InlinePolicy]:
    owners: dict[str, tuple[Text, ...]] = {"user": (), "role": (), "group": (), kind: (text(owner),)}
    return [
        InlinePolicy(
            **site.named(InlinePolicy, policy.policy_name, address=f"{kind}/{owner}/{policy.policy_name}"),
            document=_document(policy.policy_document, "PolicyDocument"),
            users=told(owners["user"]),
            roles=told(owners["role"]),
            groups=told(owners["group"]),
        )
        for policy in sorted(policies, key=lambda policy: policy.policy_name)
    ]


def _document(written: object, member: str) -> Value[Document]:
    """boto3 decodes the documents of IAM; one that it could not decode stays as it was sent."""
    if written is None:
        return left_out(_DETAILS, member)
    return told(Document(json=unquote(written) if isinstance(written, str) else json.dumps(written)))


def _managed(entity: _Entity) -> tuple[Text, ...]:
    return tuple(text(arn) for arn in sorted(one.policy_arn for one in entity.attached_managed_policies))


def _is_aws_managed(arn: str) -> bool:
    return arn.split(":", 5)[4:5] == ["aws"]


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _date_or_none(used: _LastUsed) -> str | None:
    return None if used.last_used_date is None else _date(used.last_used_date)


def _by_arn(entities: Iterable[E]) -> list[E]:
    return [entity for _, entity in sorted({entity.arn: entity for entity in entities}.items())]
