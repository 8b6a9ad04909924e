"""IAM of an account: users, groups, roles and policies."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

import msgspec

from auditor.model.coverage import GLOBAL, Coverage
from auditor.model.iam import Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.inventory import AnyResource, Inventory
from auditor.model.known import UNREAD, Cause, Known, Unknown, Value
from auditor.model.origin import API
from auditor.model.policy import Document
from auditor.model.text import Text, text
from auditor.sources.iam_collect.tree import Tree

_OPERATION = "iam:GetAccountAuthorizationDetails"
_NOBODY: Known[tuple[Text, ...]] = Known((), API)


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    arn: str
    id: str | None = None
    path: str | None = None
    permission_boundary: str | None = None


class _Named(TypedDict):
    """The fields that name a resource."""

    deployment: str
    address: str
    name: Text
    arn: Text
    account: Text
    region: Text


class _Inline(msgspec.Struct, frozen=True, rename="pascal"):
    policy_name: str
    policy_document: msgspec.Raw = msgspec.Raw()


def read(tree: Tree, account: Path) -> Inventory:
    """The IAM of an account; nothing where its folder is not there."""
    folder = account / "iam"
    if not folder.is_dir():
        return Inventory()
    reader = _Reader(tree, account.name)
    return Inventory(
        resources=tuple(reader.all(folder)),
        coverage=(Coverage(account.name, GLOBAL, _OPERATION, Known(value=True, origin=API)),),
    )


class _Reader:
    """Makes the resources of one account."""

    def __init__(self, tree: Tree, account: str) -> None:
        self._tree = tree
        self._account = text(account)
        self._deployment = f"aws:{account}:{GLOBAL}"

    def all(self, folder: Path) -> Iterator[AnyResource]:
        for one in self._tree.folders(folder / "user"):
            yield from self._user(one)
        for one in self._tree.folders(folder / "role"):
            yield from self._role(one)
        for one in self._tree.folders(folder / "group"):
            yield from self._group(one)
        for one in self._tree.folders(folder / "policy"):
            yield from self._policy(one, aws_managed=False)
        for one in self._tree.folders(folder / "aws" / "policy"):
            yield from self._policy(one, aws_managed=True)

    def _named(self, kind: str, found: _Metadata) -> _Named:
        name = _name(found.arn)
        return {
            "deployment": self._deployment,
            "address": f"{kind}/{name}",
            "name": text(name),
            "arn": text(found.arn),
            "account": self._account,
            "region": Text(()),
        }

    def _metadata(self, folder: Path) -> _Metadata | None:
        found = self._tree.json(folder / "metadata.json", _Metadata, _Metadata(""))
        return found if found.arn else None

    def _user(self, folder: Path) -> Iterator[AnyResource]:
        found = self._metadata(folder)
        if found is None:
            return
        name = _name(found.arn)
        groups = self._tree.json(folder / "groups.json", tuple[str, ...], ())
        yield User(
            **self._named(User.type_name, found),
            tags=self._tags(folder),
            unique_id=_told(found.id),
            path=_path(found),
            managed_policies=self._managed(folder),
            boundary=_boundary(found),
            groups=Known(tuple(text(_name(arn)) for arn in sorted(groups)), API),
        )
        yield from self._inline(folder, "user", name)

    def _role(self, folder: Path) -> Iterator[AnyResource]:
        found = self._metadata(folder)
        if found is None:
            return
        name = _name(found.arn)
        trust = self._tree.document(folder / "trust-policy.json")
        profiles = self._tree.json(folder / "instance-profiles.json", tuple[str, ...], ())
        yield Role(
            **self._named(Role.type_name, found),
            tags=self._tags(folder),
            unique_id=_told(found.id),
            path=_path(found),
            managed_policies=self._managed(folder),
            boundary=_boundary(found),
            trust=_missing("trust-policy.json", found.arn) if trust is None else Known(trust, API),
            instance_profiles=Known(tuple(_name(arn) for arn in sorted(profiles)), API),
        )
        yield from self._inline(folder, "role", name)

    def _group(self, folder: Path) -> Iterator[AnyResource]:
        found = self._metadata(folder)
        if found is None:
            return
        name = _name(found.arn)
        yield Group(
            **self._named(Group.type_name, found),
            path=_path(found),
            managed_policies=self._managed(folder),
        )
        yield from self._inline(folder, "group", name)

    def _policy(self, folder: Path, *, aws_managed: bool) -> Iterator[AnyResource]:
        found = self._metadata(folder)
        if found is None:
            return
        document = self._tree.document(folder / "current-policy.json")
        yield ManagedPolicy(
            # A policy of the account may have the name of one of AWS's.
            **self._named(f"{ManagedPolicy.type_name}/aws" if aws_managed else ManagedPolicy.type_name, found),
            tags=self._tags(folder),
            aws_managed=aws_managed,
            document=_missing("current-policy.json", found.arn) if document is None else Known(document, API),
            users=_NOBODY,
            roles=_NOBODY,
            groups=_NOBODY,
        )

    def _inline(self, folder: Path, kind: str, owner: str) -> Iterator[InlinePolicy]:
        mine = Known((text(owner),), API)
        for policy in self._tree.json(folder / "inline-policies.json", tuple[_Inline, ...], ()):
            raw = bytes(policy.policy_document)
            document: Value[Document] = (
                Known(self._tree.document_of(raw), API) if raw else _missing("PolicyDocument", policy.policy_name)
            )
            yield InlinePolicy(
                deployment=self._deployment,
                address=f"{InlinePolicy.type_name}/{kind}/{owner}/{policy.policy_name}",
                name=text(policy.policy_name),
                account=self._account,
                region=Text(()),
                document=document,
                users=mine if kind == "user" else _NOBODY,
                roles=mine if kind == "role" else _NOBODY,
                groups=mine if kind == "group" else _NOBODY,
            )

    def _managed(self, folder: Path) -> Known[tuple[Text, ...]]:
        found = self._tree.json(folder / "managed-policies.json", tuple[str, ...], ())
        return Known(tuple(map(text, sorted(found))), API)

    def _tags(self, folder: Path) -> Known[dict[str, Text]]:
        return self._tree.tags(folder).map(lambda tags: {key: text(value) for key, value in tags.items()})


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]


def _path(found: _Metadata) -> Value[Text]:
    return UNREAD if found.path is None else Known(text(found.path), API)


def _told(written: str | None) -> Value[str]:
    return UNREAD if written is None else Known(written, API)


def _boundary(found: _Metadata) -> Known[Text | None]:
    return Known(text(found.permission_boundary) if found.permission_boundary else None, API)


def _missing(file: str, of: str) -> Unknown:
    return Unknown(Cause.NOT_HERE, f"the folder holds no {file} of {of}", API)
