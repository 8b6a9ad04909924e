"""What ``aws iam get-account-authorization-details`` printed: the users, groups, roles and policies of an account.

One page, all pages joined by the AWS CLI, or a JSON list of pages. Several files are several pages of one account or
of several. The account is read from the ARNs. The account is closed for IAM and open for everything else.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import unquote

import msgspec

from auditor.model.coverage import GLOBAL, Coverage
from auditor.model.iam import Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.inventory import AnyResource, Input, Inventory
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.origin import API
from auditor.model.policy import Document
from auditor.model.text import Text
from auditor.sources.interface import InputError

KIND = "authorization-details"
MAX_BYTES = 2**30
_OPERATION = "iam:GetAccountAuthorizationDetails"
_LIST = re.compile(rb'"(?:User|Group|Role)DetailList"\s*:\s*\[')
_ARN = re.compile(r"arn:(aws[a-z-]*):iam::([^:]*):.+", re.DOTALL)
_ACCOUNT = re.compile(r"\d{12}")
_NONE = Text(())


class _Inline(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    policy_name: str
    policy_document: msgspec.Raw = msgspec.Raw()


class _Attached(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    policy_arn: str


class _Boundary(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    permissions_boundary_arn: str | None = None


class _Tag(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    key: str
    value: str = ""


class _LastUsed(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    last_used_date: str | None = None


class _Profile(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    instance_profile_name: str = ""


class _Entity(msgspec.Struct, frozen=True, gc=False, rename="pascal", kw_only=True):
    arn: str
    path: str = "/"
    attached_managed_policies: tuple[_Attached, ...] = ()


class _User(_Entity, frozen=True, gc=False, rename="pascal", kw_only=True):
    user_name: str
    user_id: str | None = None
    group_list: tuple[str, ...] = ()
    user_policy_list: tuple[_Inline, ...] = ()
    permissions_boundary: _Boundary | None = None
    tags: tuple[_Tag, ...] = ()


class _Group(_Entity, frozen=True, gc=False, rename="pascal", kw_only=True):
    group_name: str
    group_policy_list: tuple[_Inline, ...] = ()


class _Role(_Entity, frozen=True, gc=False, rename="pascal", kw_only=True):
    role_name: str
    role_id: str | None = None
    assume_role_policy_document: msgspec.Raw = msgspec.Raw()
    role_policy_list: tuple[_Inline, ...] = ()
    permissions_boundary: _Boundary | None = None
    role_last_used: _LastUsed | None = None
    instance_profile_list: tuple[_Profile, ...] = ()
    tags: tuple[_Tag, ...] = ()


class _Version(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    document: msgspec.Raw = msgspec.Raw()
    is_default_version: bool = False


class _Policy(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    arn: str
    policy_version_list: tuple[_Version, ...] = ()


class _Page(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    user_detail_list: tuple[_User, ...] | None = None
    group_detail_list: tuple[_Group, ...] | None = None
    role_detail_list: tuple[_Role, ...] | None = None
    policies: tuple[_Policy, ...] = ()
    is_truncated: bool = False


def begins_like(data: bytes) -> bool:
    """Whether a file holds lists as the answer has them."""
    return data[:256].lstrip()[:1] in {b"{", b"["} and _LIST.search(data) is not None


def decode(data: bytes, path: str) -> Inventory:
    """The inventory of a file.

    Args:
        data: the file's content.
        path: the file's, for its input and for errors.

    Raises:
        InputError: it is not what it looks like, or names no account.
    """
    pages = _pages(data, path)
    account = _account(pages, path)
    reader = _Reader(account)
    resources = tuple(reader.all(pages))
    complete = _complete(pages)
    accounts = sorted({item.account.literal or "" for item in resources} | {account})
    digest = hashlib.sha256(data).hexdigest()
    return Inventory(
        inputs=(Input(path=path, kind=KIND, sha256=digest, account=account),),
        resources=resources,
        coverage=tuple(Coverage(each, GLOBAL, _OPERATION, complete) for each in accounts),
    )


def _pages(data: bytes, path: str) -> Sequence[_Page]:
    is_list = data.lstrip()[:1] == b"["
    try:
        if is_list:
            pages: Sequence[_Page] = msgspec.json.decode(data, type=tuple[_Page, ...])
        else:
            pages = (msgspec.json.decode(data, type=_Page),)
    except RecursionError:
        raise InputError(path, "is no authorization details: nested too deep") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(path, f"is no authorization details: {error}") from None
    if not pages or any(
        page.user_detail_list is None and page.group_detail_list is None and page.role_detail_list is None
        for page in pages
    ):
        raise InputError(path, "is no authorization details: it has no list of users, groups or roles")
    return pages


def _account(pages: Sequence[_Page], path: str) -> str:
    """The account that most ARNs name."""
    found: Counter[str] = Counter()
    for page in pages:
        entities = (*(page.user_detail_list or ()), *(page.role_detail_list or ()), *(page.group_detail_list or ()))
        found.update(_parts(entity.arn)[1] for entity in entities)
        found.update(_parts(policy.arn)[1] for policy in page.policies)
    accounts = [account for account, _ in found.most_common() if _ACCOUNT.fullmatch(account)]
    if not accounts:
        raise InputError(path, "tells no account: no ARN in it holds an account id")
    return accounts[0]


def _parts(arn: str) -> tuple[str, str]:
    """Partition and account of an ARN of IAM."""
    found = _ARN.fullmatch(arn)
    return (found[1], found[2]) if found is not None else ("", "")


def _complete(pages: Sequence[_Page]) -> Known[bool] | Unknown:
    """Whether the last page is there: pages that are read together are taken to be all up to it."""
    if all(page.is_truncated for page in pages):
        return Unknown(Cause.NOT_HERE, f"{_OPERATION} has more pages than this file holds", API)
    return Known(value=True, origin=API)


class _Reader:
    """Makes the resources; equal documents are one object."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._documents: dict[bytes, Value[Document]] = {}
        self._texts: dict[str, Text] = {}
        self._nobody: Known[tuple[Text, ...]] = Known((), API)

    def all(self, pages: Sequence[_Page]) -> Iterator[AnyResource]:
        """Everything on the pages, of each ARN the last."""
        users = _by_arn(user for page in pages for user in page.user_detail_list or ())
        roles = _by_arn(role for page in pages for role in page.role_detail_list or ())
        groups = _by_arn(group for page in pages for group in page.group_detail_list or ())
        policies = _by_arn(policy for page in pages for policy in page.policies)
        attached = {one.policy_arn for each in (*users, *roles, *groups) for one in each.attached_managed_policies}
        boundaries = [user.permissions_boundary for user in users] + [role.permissions_boundary for role in roles]
        attached |= {one.permissions_boundary_arn or "" for one in boundaries if one is not None}
        yield from map(self._user, users)
        yield from map(self._role, roles)
        yield from map(self._group, groups)
        for policy in policies:
            # AWS has many hundreds of policies of its own; those that nobody has say nothing about the account.
            if _parts(policy.arn)[1] != "aws" or policy.arn in attached:
                yield self._policy(policy)
        for user in users:
            yield from self._inline("user", user.arn, user.user_name, user.user_policy_list)
        for role in roles:
            yield from self._inline("role", role.arn, role.role_name, role.role_policy_list)
        for group in groups:
            yield from self._inline("group", group.arn, group.group_name, group.group_policy_list)

    def _text(self, written: str) -> Text:
        found = self._texts.get(written)
        if found is None:
            found = self._texts[written] = Text((written,) if written else ())
        return found

    def _owner(self, arn: str) -> str:
        account = _parts(arn)[1]
        return account if _ACCOUNT.fullmatch(account) else self._account

    def _user(self, user: _User) -> User:
        account = self._owner(user.arn)
        return User(
            deployment=f"aws:{account}:{GLOBAL}",
            address=f"{User.type_name}/{user.user_name}",
            name=self._text(user.user_name),
            arn=Text((user.arn,)),
            account=self._text(account),
            region=_NONE,
            tags=self._tags(user.tags),
            unique_id=_identity(user.user_id, "UserId"),
            path=Known(self._text(user.path), API),
            managed_policies=self._managed(user),
            boundary=self._boundary(user.permissions_boundary),
            groups=Known(tuple(map(self._text, sorted(user.group_list))), API),
        )

    def _role(self, role: _Role) -> Role:
        account = self._owner(role.arn)
        used = role.role_last_used
        return Role(
            deployment=f"aws:{account}:{GLOBAL}",
            address=f"{Role.type_name}/{role.role_name}",
            name=self._text(role.role_name),
            arn=Text((role.arn,)),
            account=self._text(account),
            region=_NONE,
            tags=self._tags(role.tags),
            unique_id=_identity(role.role_id, "RoleId"),
            path=Known(self._text(role.path), API),
            managed_policies=self._managed(role),
            boundary=self._boundary(role.permissions_boundary),
            trust=self._document(role.assume_role_policy_document, "AssumeRolePolicyDocument"),
            last_used=_left_out("RoleLastUsed") if used is None else _date(used.last_used_date),
            instance_profiles=Known(
                tuple(profile.instance_profile_name for profile in role.instance_profile_list), API
            ),
        )

    def _group(self, group: _Group) -> Group:
        account = self._owner(group.arn)
        return Group(
            deployment=f"aws:{account}:{GLOBAL}",
            address=f"{Group.type_name}/{group.group_name}",
            name=self._text(group.group_name),
            arn=Text((group.arn,)),
            account=self._text(account),
            region=_NONE,
            path=Known(self._text(group.path), API),
            managed_policies=self._managed(group),
        )

    def _policy(self, policy: _Policy) -> ManagedPolicy:
        is_aws_managed = _parts(policy.arn)[1] == "aws"
        account = self._owner(policy.arn)
        name = policy.arn.rpartition("/")[2]
        versions = policy.policy_version_list
        current = next((version.document for version in versions if version.is_default_version), msgspec.Raw())
        return ManagedPolicy(
            deployment=f"aws:{account}:{GLOBAL}",
            # A policy of the account may have the name of one of AWS's.
            address=f"{ManagedPolicy.type_name}/{'aws/' if is_aws_managed else ''}{name}",
            name=self._text(name),
            arn=self._text(policy.arn),
            account=self._text(account),
            region=_NONE,
            aws_managed=is_aws_managed,
            document=self._document(current, "the default version of a policy"),
            users=self._nobody,
            roles=self._nobody,
            groups=self._nobody,
        )

    def _inline(self, kind: str, arn: str, owner: str, policies: Iterable[_Inline]) -> Iterator[InlinePolicy]:
        account = self._owner(arn)
        for policy in policies:
            mine = Known((self._text(owner),), API)
            yield InlinePolicy(
                deployment=f"aws:{account}:{GLOBAL}",
                address=f"{InlinePolicy.type_name}/{kind}/{owner}/{policy.policy_name}",
                name=self._text(policy.policy_name),
                account=self._text(account),
                region=_NONE,
                document=self._document(policy.policy_document, "PolicyDocument"),
                users=mine if kind == "user" else self._nobody,
                roles=mine if kind == "role" else self._nobody,
                groups=mine if kind == "group" else self._nobody,
            )

    def _managed(self, entity: _Entity) -> Known[tuple[Text, ...]]:
        return Known(tuple(self._text(one.policy_arn) for one in entity.attached_managed_policies), API)

    def _boundary(self, boundary: _Boundary | None) -> Known[Text | None]:
        arn = None if boundary is None else boundary.permissions_boundary_arn
        return Known(self._text(arn) if arn else None, API)

    def _tags(self, tags: tuple[_Tag, ...]) -> Known[dict[str, Text]]:
        return Known({tag.key: self._text(tag.value) for tag in tags}, API)

    def _document(self, raw: msgspec.Raw, member: str) -> Value[Document]:
        written = bytes(raw)
        found = self._documents.get(written)
        if found is None:
            found = self._documents[written] = _read(written, member)
        return found


def _read(written: bytes, member: str) -> Value[Document]:
    """A document: an object as the AWS CLI prints it, or the URL-encoded text that the API sends."""
    if not written or written == b"null":
        return _left_out(member)
    if written[:1] == b'"':
        return Known(Document(json=unquote(msgspec.json.decode(written, type=str))), API)
    # Indentation is most of a document as the AWS CLI prints it.
    return Known(Document(json=msgspec.json.format(written, indent=-1).decode()), API)


def _left_out(member: str) -> Unknown:
    return Unknown(Cause.NOT_HERE, f"{_OPERATION} was written without {member}", API)


def _identity(written: str | None, member: str) -> Value[str]:
    return _left_out(member) if written is None else Known(written, API)


def _date(written: str | None) -> Value[str | None]:
    if written is None:
        return Known(None, API)
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return Unknown(Cause.FAILED, "LastUsedDate is no date", API)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return Known(moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), API)


E = TypeVar("E", "_User", "_Role", "_Group", "_Policy")


def _by_arn(entities: Iterable[E]) -> list[E]:
    return [entity for _, entity in sorted({entity.arn: entity for entity in entities}.items())]
