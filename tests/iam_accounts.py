"""Accounts written in a few lines, for questions about who can do something."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from auditor.model.inventory import Inventory
from auditor.sources.authorization_details import decode
from auditor.sources.detect import load

ACCOUNT = "111122223333"
OTHER = "444455556666"
MANAGEMENT = "999988887777"
Statement = Mapping[str, Any]


def document(*statements: Statement) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: object, resource: object = "*", **more: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: object, resource: object = "*", **more: object) -> dict[str, Any]:
    return allow(action, resource, **more) | {"Effect": "Deny"}


def trust(principal: object, action: object = "sts:AssumeRole", **more: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}


def role_arn(name: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


def user_arn(name: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:iam::{account}:user/{name}"


def details(
    roles: Mapping[str, Sequence[Statement]] | None = None,
    users: Mapping[str, Sequence[Statement]] | None = None,
    *,
    account: str = ACCOUNT,
    trusts: Mapping[str, Sequence[Statement]] | None = None,
    changes: Mapping[str, Mapping[str, Any]] | None = None,
    policies: Mapping[str, Sequence[Statement]] | None = None,
    groups: Mapping[str, Sequence[Statement]] | None = None,
) -> Inventory:
    """An account with inline policies; `changes` adds members to principals by name."""
    more = changes or {}
    made = {
        "UserDetailList": [
            {
                "UserName": name,
                "UserId": f"AIDA{name.upper():X<16}",
                "Arn": user_arn(name, account),
                "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": document(*statements)}],
                **more.get(name, {}),
            }
            for name, statements in (users or {}).items()
        ],
        "RoleDetailList": [
            {
                "RoleName": name.rpartition("/")[2],
                "RoleId": f"AROA{name.upper():X<16}",
                "Arn": role_arn(name, account),
                "AssumeRolePolicyDocument": document(*(trusts or {}).get(name, ())),
                "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": document(*statements)}],
                **more.get(name, {}),
            }
            for name, statements in (roles or {}).items()
        ],
        "GroupDetailList": [
            {
                "GroupName": name,
                "Arn": f"arn:aws:iam::{account}:group/{name}",
                "GroupPolicyList": [{"PolicyName": "own", "PolicyDocument": document(*statements)}],
            }
            for name, statements in (groups or {}).items()
        ],
        "Policies": [
            {
                "Arn": f"arn:aws:iam::{account}:policy/{name}",
                "PolicyVersionList": [{"Document": document(*statements), "IsDefaultVersion": True}],
            }
            for name, statements in (policies or {}).items()
        ],
    }
    return decode(json.dumps(made).encode(), "details.json")


class Folder:
    """A folder as iam-collect writes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._base = path / "aws" / "aws"
        (self._base / "indexes").mkdir(parents=True)

    def put(self, where: str, content: object) -> None:
        file = self._base / where
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content, indent=2), "utf-8")

    def role(self, name: str, *statements: Statement, account: str = ACCOUNT, trusts: Sequence[Statement] = ()) -> str:
        arn = role_arn(name, account)
        place = f"accounts/{account}/iam/role/{name.lower().replace('/', '%2f')}"
        self.put(f"{place}/metadata.json", {"arn": arn, "id": f"AROA{name.upper():X<16}", "path": "/"})
        self.put(f"{place}/trust-policy.json", document(*trusts))
        self.put(f"{place}/inline-policies.json", [{"PolicyName": "own", "PolicyDocument": document(*statements)}])
        return arn

    def bucket(self, name: str, *statements: Statement, account: str = ACCOUNT, **metadata: object) -> str:
        place = f"accounts/{account}/s3/{name}"
        arn = f"arn:aws:s3:::{name}"
        self.put(f"{place}/metadata.json", {"name": name, "arn": arn, "region": "eu-west-1", **metadata})
        if statements:
            self.put(f"{place}/policy.json", document(*statements))
        return arn

    def resource(self, arn: str, *statements: Statement) -> str:
        _, _, service, region, account, rest = arn.split(":", 5)
        place = f"accounts/{account}/{service}/{region}/thing/{rest.replace('/', '-')}"
        self.put(f"{place}/metadata.json", {"arn": arn})
        if statements:
            self.put(f"{place}/policy.json", document(*statements))
        return arn

    def organization(
        self, accounts: Mapping[str, str], units: Mapping[str, Mapping[str, object]], **policies: Sequence[Statement]
    ) -> None:
        """An organization: account to unit, unit to what the folder says of it, id of a policy to its statements."""
        base = "organizations/o-abc"
        features = {"SERVICE_CONTROL_POLICY": True, "RESOURCE_CONTROL_POLICY": True}
        self.put(
            f"{base}/metadata.json",
            {"id": "o-abc", "rootOu": "r-1", "rootAccountId": MANAGEMENT, "features": features},
        )
        members = {
            name: {"ou": unit, "scps": [scp_arn("full")], "rcps": [rcp_arn("full")]} for name, unit in accounts.items()
        }
        self.put(f"{base}/accounts.json", members)
        self.put(f"{base}/ous.json", units)
        for name, statements in ({"scp_full": [allow("*")]} | policies).items():
            kind, _, short = name.partition("_")
            self.put(f"{base}/{kind}s/p-{short}/policy.json", document(*statements))
            arn = scp_arn(short) if kind == "scp" else rcp_arn(short)
            self.put(f"{base}/{kind}s/p-{short}/metadata.json", {"arn": arn, "name": short})

    def read(self) -> Inventory:
        found = load([self.path], root=self.path.parent)
        assert found.errors == ()
        return found.inventory


def scp_arn(name: str) -> str:
    return f"arn:aws:organizations::{MANAGEMENT}:policy/o-abc/service_control_policy/p-{name}"


def rcp_arn(name: str) -> str:
    return f"arn:aws:organizations::{MANAGEMENT}:policy/o-abc/resource_control_policy/p-{name}"
