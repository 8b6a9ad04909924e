"""Speed of ``auditor iam who-can`` over dumps of accounts: CPU seconds of whole processes, and ratios to a bare click.

Reading the dump is part of it. Run with ``python bench/who_can.py``; nothing here is a test.
"""

import json
import random
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from growth import Job, dumped
from run import AUDITOR, RUNS, cpu

ACCOUNT = "111122223333"
SIZES = (1_000, 10_000)
"""Roles in a dump."""
LIMITS = {1_000: 0.5, 10_000: 4.0}
"""CPU seconds that a question may take."""
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
_ACTIONS = {
    "ses": ("SendEmail", "SendRawEmail", "Get*", "ListIdentities"),
    "sns": ("Publish", "Subscribe", "List*", "GetTopicAttributes"),
    "s3": ("GetObject", "PutObject", "List*", "DeleteObject"),
    "sqs": ("SendMessage", "ReceiveMessage", "GetQueueUrl"),
    "dynamodb": ("GetItem", "PutItem", "Query", "BatchGet*"),
    "logs": ("CreateLogStream", "PutLogEvents"),
    "kms": ("Decrypt", "GenerateDataKey"),
    "ec2": ("Describe*", "RunInstances", "CreateTags"),
}
_CONDITIONS = (
    {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
    {"Bool": {"aws:SecureTransport": "true"}},
    {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.0/24"]}},
)


def statement(chance: random.Random, number: int) -> dict[str, Any]:
    """One statement of an identity policy, in the mix that accounts hold."""
    service = chance.choice(list(_ACTIONS))
    names = chance.sample(_ACTIONS[service], chance.randint(1, len(_ACTIONS[service])))
    made: dict[str, Any] = {
        "Sid": f"Statement{number}",
        "Effect": "Deny" if chance.random() < 0.06 else "Allow",
        "Action": f"{service}:*" if chance.random() < 0.1 else [f"{service}:{name}" for name in names],
        "Resource": "*"
        if chance.random() < 0.3
        else f"arn:aws:{service}:eu-west-1:{ACCOUNT}:thing-{chance.randrange(999)}",
    }
    if chance.random() < 0.18:
        made["Condition"] = chance.choice(_CONDITIONS)
    return made


def policy(chance: random.Random) -> dict[str, Any]:
    """A policy document of one to five statements."""
    statements = [statement(chance, number) for number in range(chance.randint(1, 5))]
    return {"Version": "2012-10-17", "Statement": statements}


def dump(roles: int) -> dict[str, Any]:
    """An account with as many managed policies as roles, of which each role has up to three."""
    chance = random.Random(roles)  # noqa: S311 - the same dump every time
    arns = [f"arn:aws:iam::{ACCOUNT}:policy/policy-{number}" for number in range(roles)]
    return {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": [
            {
                "RoleName": f"role-{number}",
                "RoleId": f"AROA{number:016}",
                "Arn": f"arn:aws:iam::{ACCOUNT}:role/role-{number}",
                "AssumeRolePolicyDocument": _TRUST,
                "RolePolicyList": [
                    {"PolicyName": f"inline-{each}", "PolicyDocument": policy(chance)}
                    for each in range(chance.randint(0, 2))
                ],
                "AttachedManagedPolicies": [{"PolicyArn": arn} for arn in chance.sample(arns, chance.randint(0, 3))],
                "Tags": [],
            }
            for number in range(roles)
        ],
        "Policies": [
            {"Arn": arn, "PolicyVersionList": [{"Document": policy(chance), "IsDefaultVersion": True}]} for arn in arns
        ],
    }


def shared(roles: int) -> dict[str, Any]:
    """The same account with a role that trusts the whole account, and one that trusts it by a condition."""
    made = dump(roles)
    root = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    own = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}, "ArnLike": {"aws:PrincipalArn": "*"}}
    for role, more in zip(
        made["RoleDetailList"], ({"Principal": root}, {"Principal": {"AWS": "*"}, "Condition": own}), strict=False
    ):
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", **more}
        role["AssumeRolePolicyDocument"] = {"Version": "2012-10-17", "Statement": [trust]}
        may = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
        role["RolePolicyList"].append({"PolicyName": "may", "PolicyDocument": {**_TRUST, "Statement": [may]}})
    return made


def _asked(label: str, name: str, made: Callable[[int], object], action: str, resource: str) -> Job:
    return Job(f"who-can, {label}", name, dumped(made), ("iam", "who-can", action, resource, "--in", "{input}"), 4.0)


JOBS = (
    _asked("roles", "roles", dump, "ses:SendEmail", f"arn:aws:ses:eu-west-1:{ACCOUNT}:identity/example.com"),
    _asked("account is let in", "shared", shared, "sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/role-0"),
    _asked("all are let in", "shared", shared, "sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/role-1"),
)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base = statistics.median(cpu((sys.executable, "-c", "import click"), folder) for _ in range(RUNS))
        print(f"{'who can':34} {'roles':>7} {'CPU s':>8} {'of click':>9} {'at most':>8}   (median of {RUNS})")
        for roles in SIZES:
            path = folder / f"{roles}.json"
            path.write_text(json.dumps(dump(roles), indent=4))
            for action, resource in (
                ("ses:SendEmail", f"arn:aws:ses:eu-west-1:{ACCOUNT}:identity/example.com"),
                ("s3:GetObject", "arn:aws:s3:::reports/2026/january.csv"),
                ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{ACCOUNT}:thing-7"),
            ):
                command = (*AUDITOR, "iam", "who-can", action, resource, "--in", str(path))
                cpu(command, folder)
                median = statistics.median(cpu(command, folder) for _ in range(RUNS))
                print(f"{action:34} {roles:7,} {median:8.3f} {median / base:9.2f} {LIMITS[roles]:8.1f}")


if __name__ == "__main__":
    main()
