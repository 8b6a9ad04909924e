"""Accounts for tests of escalation, written as the few lines that matter."""

import json
from datetime import UTC, datetime
from typing import Any

from auditor import iam
from auditor.iam.escalation import Escalation, Rights
from auditor.model.inventory import Inventory
from auditor.model.policy import Document, node_of
from auditor.sources.authorization_details import decode

ACCOUNT = "111122223333"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
Statement = dict[str, Any]


def arn(kind: str, name: str, partition: str = "aws", account: str = ACCOUNT) -> str:
    return f"arn:{partition}:iam::{account}:{kind}/{name}"


def allow(*actions: str, on: str | list[str] = "*", **more: Any) -> Statement:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


def deny(*actions: str, on: str | list[str] = "*", **more: Any) -> Statement:
    return {"Effect": "Deny", "Action": list(actions), "Resource": on, **more}


def document(*statements: Statement) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def policy(*statements: Statement) -> iam.Policy:
    return iam.parse(Document(tree=node_of(document(*statements))))


ADMIN = allow("*")


def trusting(*, service: str | None = None, aws: str | list[str] | None = None, **more: Any) -> dict[str, Any]:
    principal = {"Service": service} if service is not None else {"AWS": aws}
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more})


class Account:
    """The output of get-account-authorization-details, made step by step."""

    def __init__(self, partition: str = "aws", account: str = ACCOUNT) -> None:
        self.partition = partition
        self.account = account
        self.users: list[Any] = []
        self.roles: list[Any] = []
        self.groups: list[Any] = []
        self.policies: list[Any] = []

    def arn(self, kind: str, name: str) -> str:
        return arn(kind, name, self.partition, self.account)

    def managed(self, name: str, *statements: Statement) -> str:
        made = self.arn("policy", name)
        version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": document(*statements)}
        self.policies.append({"PolicyName": name, "Arn": made, "PolicyVersionList": [version]})
        return made

    def _entity(self, kind: str, name: str, more: dict[str, Any]) -> dict[str, Any]:
        attached = [{"PolicyArn": each, "PolicyName": each.rpartition("/")[2]} for each in more.get("managed", ())]
        made: dict[str, Any] = {
            "Arn": self.arn(kind, name),
            "Path": "/",
            "AttachedManagedPolicies": attached,
            "Tags": [{"Key": key, "Value": value} for key, value in more.get("tags", {}).items()],
        }
        if more.get("boundary"):
            made["PermissionsBoundary"] = {"PermissionsBoundaryArn": more["boundary"]}
        return made

    def user(self, name: str, *statements: Statement, groups: tuple[str, ...] = (), **more: Any) -> str:
        made = self._entity("user", name, more)
        inline = [{"PolicyName": "own", "PolicyDocument": document(*statements)}] if statements else []
        self.users.append({**made, "UserName": name, "UserPolicyList": inline, "GroupList": list(groups)})
        return str(made["Arn"])

    def role(self, name: str, trust: dict[str, Any], *statements: Statement, **more: Any) -> str:
        made = self._entity("role", name, more)
        inline = [{"PolicyName": "own", "PolicyDocument": document(*statements)}] if statements else []
        profiles = [{"InstanceProfileName": each} for each in more.get("profiles", (name,))]
        own = {"RoleName": name, "RolePolicyList": inline, "InstanceProfileList": profiles}
        self.roles.append({**made, **own, "AssumeRolePolicyDocument": trust})
        return str(made["Arn"])

    def group(self, name: str, *statements: Statement) -> str:
        made = {"Arn": self.arn("group", name), "Path": "/", "AttachedManagedPolicies": []}
        inline = [{"PolicyName": "group", "PolicyDocument": document(*statements)}] if statements else []
        self.groups.append({**made, "GroupName": name, "GroupPolicyList": inline})
        return str(made["Arn"])

    @property
    def data(self) -> bytes:
        return json.dumps(
            {
                "UserDetailList": self.users,
                "RoleDetailList": self.roles,
                "GroupDetailList": self.groups,
                "Policies": self.policies,
            }
        ).encode()

    @property
    def inventory(self) -> Inventory:
        return decode(self.data, "details.json")

    def escalation(self, **more: Any) -> Escalation:
        return Escalation(self.inventory, now=NOW, **more)

    def rights(self, name: str, **more: Any) -> Rights:
        return of(self.escalation(**more), name)


def of(found: Escalation, name: str) -> Rights:
    return next(each for each in found.rights if str(each.principal.name) == name)


def chain(rights: Rights) -> list[tuple[str, str]]:
    """The path ids of a chain, each with the name of whom it gives the rights of."""
    return [
        (step.path.id, "everything" if step.target is None else str(step.target.principal.name))
        for step in rights.chain
    ]
