"""Organizations: their units and accounts, and the control policies attached to them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from auditor.model.coverage import GLOBAL
from auditor.model.inventory import AnyResource, Inventory
from auditor.model.known import UNREAD, Cause, Known, Unknown, Value
from auditor.model.organizations import Organization, OrganizationPolicy, PolicyKind
from auditor.model.origin import API
from auditor.model.policy import Document
from auditor.model.text import Text, text
from auditor.sources.iam_collect.tree import Tree
from auditor.sources.interface import InputError

_FOLDERS = {PolicyKind.SERVICE_CONTROL: "scps", PolicyKind.RESOURCE_CONTROL: "rcps"}


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    id: str = ""
    arn: str | None = None
    root_ou: str | None = None
    root_account_id: str | None = None
    features: dict[str, bool] | None = None


class _Member(msgspec.Struct, frozen=True):
    """A unit or an account."""

    ou: str | None = None
    parent: str | None = None
    scps: tuple[str, ...] = ()
    rcps: tuple[str, ...] = ()


class _Policy(msgspec.Struct, frozen=True):
    arn: str = ""
    name: str = ""


def read(tree: Tree, folder: Path) -> Inventory:
    """One organization.

    Raises:
        InputError: it does not tell its id and management account.
    """
    metadata = tree.json(folder / "metadata.json", _Metadata, _Metadata())
    owner = metadata.root_account_id
    if not metadata.id or owner is None:
        raise InputError(f"{tree.name}/{folder.name}", "is an organization without id or management account")
    accounts = tree.json(folder / "accounts.json", dict[str, _Member], {})
    units = tree.json(folder / "ous.json", dict[str, _Member], {})
    parents = {name: member.ou for name, member in accounts.items() if member.ou is not None}
    parents |= {name: member.parent for name, member in units.items() if member.parent is not None}
    deployment = f"aws:{owner}:{GLOBAL}"
    made: list[AnyResource] = [
        Organization(
            deployment=deployment,
            address=f"{Organization.type_name}/{metadata.id}",
            name=text(metadata.id),
            arn=None if metadata.arn is None else text(metadata.arn),
            account=text(owner),
            region=Text(()),
            root=UNREAD if metadata.root_ou is None else Known(metadata.root_ou, API),
            parents=Known(parents, API),
            enabled=_enabled(metadata.features),
        )
    ]
    members = {**units, **accounts}
    for kind in PolicyKind:
        made.extend(_policies(tree, folder, kind, metadata.id, owner, members))
    return Inventory(resources=tuple(made))


def _enabled(features: Mapping[str, bool] | None) -> Value[tuple[PolicyKind, ...]]:
    if features is None:
        return UNREAD
    return Known(tuple(kind for kind in PolicyKind if features.get(kind.value, False)), API)


def _policies(
    tree: Tree, folder: Path, kind: PolicyKind, organization: str, owner: str, members: Mapping[str, _Member]
) -> Iterator[OrganizationPolicy]:
    """The policies of a kind; one that is attached and has no file is not told."""
    targets: dict[str, list[str]] = defaultdict(list)
    for name, member in members.items():
        for arn in member.scps if kind is PolicyKind.SERVICE_CONTROL else member.rcps:
            targets[arn].append(name)
    found: dict[str, tuple[str, Value[Document]]] = {}
    for place in tree.folders(folder / _FOLDERS[kind]):
        metadata = tree.json(place / "metadata.json", _Policy, _Policy())
        document = tree.document(place / "policy.json")
        if metadata.arn and document is not None:
            found[metadata.arn] = (metadata.name, Known(document, API))
    for arn in sorted(targets.keys() - found.keys()):
        found[arn] = ("", Unknown(Cause.NOT_HERE, f"the folder holds no document of {arn}", API))
    for arn, (name, told) in sorted(found.items()):
        yield OrganizationPolicy(
            deployment=f"aws:{owner}:{GLOBAL}",
            # AWS's own policies have one ARN in every organization.
            address=f"{OrganizationPolicy.type_name}/{organization}/{arn.rpartition('/')[2]}",
            name=text(name or arn.rpartition("/")[2]),
            arn=text(arn),
            account=text(owner),
            region=Text(()),
            organization=organization,
            kind=kind,
            document=told,
            targets=Known(tuple(targets.get(arn, ())), API),
        )
