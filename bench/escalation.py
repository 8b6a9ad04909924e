"""Escalation over account dumps of growing size: CPU seconds and memory of whole processes.

Run as ``python bench/escalation.py [DETAILS.json …]`` with outputs of ``aws iam get-account-authorization-details``;
without any, dumps are made here: half the entities are managed policies, the others users, roles and groups, with the
wildcards, conditions, denies and trust policies that accounts have.
"""

import json
import os
import random
import resource
import sys
import tempfile
from pathlib import Path

SIZES = (1_000, 2_500, 5_000, 10_000)
ACCOUNT = "111122223333"
SERVICES = ("lambda", "ec2", "ecs-tasks", "glue", "codebuild", "states")
ACTIONS = (
    "s3:GetObject", "s3:PutObject", "sqs:SendMessage", "sns:Publish", "ses:SendEmail", "dynamodb:GetItem",
    "logs:PutLogEvents", "kms:Decrypt", "iam:PassRole", "iam:GetRole", "iam:ListRoles", "iam:CreateAccessKey",
    "iam:PutRolePolicy", "iam:AttachUserPolicy", "iam:CreatePolicyVersion", "sts:AssumeRole", "lambda:CreateFunction",
    "lambda:InvokeFunction", "lambda:UpdateFunctionCode", "ec2:RunInstances", "ssm:StartSession", "glue:CreateJob",
    "glue:StartJobRun", "ecs:RunTask", "cloudformation:CreateStack", "sns:SetTopicAttributes",
)  # fmt: skip


def arn(kind: str, name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


def statement(chance: random.Random, size: int) -> dict[str, object]:
    made: dict[str, object] = {"Effect": "Deny" if chance.random() < 0.05 else "Allow"}
    kind = chance.random()
    if kind < 0.01:
        made["Action"] = "*"
    elif kind < 0.1:
        made["Action"] = chance.choice(ACTIONS).partition(":")[0] + ":*"
    else:
        made["Action"] = chance.sample(ACTIONS, chance.randint(1, 5))
    names = [arn("role", f"role-{chance.randrange(size)}") for _ in range(chance.randint(1, 3))]
    made["Resource"] = "*" if chance.random() < 0.3 else [*names, "arn:aws:s3:::bucket/*"]
    if chance.random() < 0.15:
        made["Condition"] = chance.choice(
            (
                {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
                {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
            )
        )
    return made


def document(chance: random.Random, size: int) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": [statement(chance, size) for _ in range(chance.randint(1, 5))]}


def trust(chance: random.Random, size: int) -> dict[str, object]:
    kind = chance.random()
    who: dict[str, str] = {"Service": f"{chance.choice(SERVICES)}.amazonaws.com"}
    if kind > 0.95:
        who = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    elif kind > 0.8:
        who = {"AWS": arn("role", f"role-{chance.randrange(size)}")}
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": who, "Action": "sts:AssumeRole"}],
    }


def dump(entities: int) -> dict[str, object]:
    """A dump with as many managed policies, roles and users together."""
    chance = random.Random(entities)  # noqa: S311 - the same dump every time
    policies = [
        {
            "PolicyName": f"policy-{number}",
            "Arn": arn("policy", f"policy-{number}"),
            "PolicyVersionList": [
                {"VersionId": "v1", "IsDefaultVersion": True, "Document": document(chance, entities // 2)}
            ],
        }
        for number in range(entities // 2)
    ]

    def entity(kind: str, number: int) -> dict[str, object]:
        name = f"{kind}-{number}"
        chosen = chance.sample(policies, chance.randint(0, 3))
        inline = [{"PolicyName": "own", "PolicyDocument": document(chance, entities // 2)}]
        return {
            "Path": "/",
            "Arn": arn(kind, name),
            f"{kind.title()}Name": name,
            f"{kind.title()}PolicyList": inline if chance.random() < 0.6 else [],
            "AttachedManagedPolicies": [
                {"PolicyName": each["PolicyName"], "PolicyArn": each["Arn"]} for each in chosen
            ],
        }

    roles = entities // 2 - entities // 20
    return {
        "UserDetailList": [{**entity("user", number), "GroupList": []} for number in range(entities // 20)],
        "GroupDetailList": [],
        "RoleDetailList": [
            {**entity("role", number), "AssumeRolePolicyDocument": trust(chance, roles)} for number in range(roles)
        ],
        "Policies": policies,
    }


def measure(path: Path) -> tuple[float, int]:
    """CPU seconds and peak memory in MB of one run."""
    command = (sys.executable, "-m", "auditor", "iam", "escalate", "--format", "json", "--in", str(path))
    child = os.posix_spawn(
        command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    )
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) not in {0, 1, 4}:
        sys.exit(f"{path}: exit code {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def main(paths: list[str]) -> None:
    """Measure and print."""
    print(f"{'dump':24} {'CPU s':>8} {'MB':>6}")
    with tempfile.TemporaryDirectory() as folder:
        made = [Path(path) for path in paths]
        for size in () if paths else SIZES:
            made.append(Path(folder) / f"{size}.json")
            made[-1].write_text(json.dumps(dump(size)))
        for path in made:
            seconds, memory = measure(path)
            print(f"{path.stem:24} {seconds:8.2f} {memory:6}")
    print(f"this process: {resource.getrusage(resource.RUSAGE_SELF).ru_utime:.2f} CPU s to make them")


if __name__ == "__main__":
    main(sys.argv[1:])
