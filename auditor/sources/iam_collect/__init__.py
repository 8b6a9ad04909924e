"""Folders as the open tool iam-collect writes them: accounts, their resources with policies, organizations.

``<partition>/accounts/<id>/<service>/…/metadata.json`` with ``policy.json`` beside it, and
``<partition>/organizations/<o-id>/``. A file that is not there stands for something that is not there: the tool writes
no file for an empty answer.
"""

from pathlib import Path

from auditor.model.inventory import Input, Inventory
from auditor.sources.iam_collect import identities, organizations, resources
from auditor.sources.iam_collect.tree import Tree, partitions

__all__ = ["KIND", "partitions", "read"]

KIND = "iam-collect"


def read(folder: Path, name: str) -> Inventory:
    """The inventory of a folder.

    Args:
        folder: one for which `partitions` finds something.
        name: what its input and errors are called.

    Raises:
        InputError: a file of it cannot be read, or is not what it should be.
    """
    tree = Tree(folder, name)
    parts: list[Inventory] = []
    accounts: set[str] = set()
    for partition in partitions(folder):
        for account in tree.folders(partition / "accounts"):
            accounts.add(account.name)
            parts.append(identities.read(tree, account))
            parts.append(resources.read(tree, account))
        for organization in tree.folders(partition / "organizations"):
            parts.append(organizations.read(tree, organization))
    only = accounts.pop() if len(accounts) == 1 else None
    return Inventory(
        inputs=(Input(path=name, kind=KIND, sha256=tree.digest, account=only),),
        resources=tuple(item for part in parts for item in part.resources),
        coverage=tuple(row for part in parts for row in part.coverage),
    )
