"""Escalation over account dumps of growing size: CPU seconds and memory of whole processes.

Run as ``python bench/escalation.py [DETAILS.json …]`` with outputs of ``aws iam get-account-authorization-details``;
without any, dumps are made here: half the entities are managed policies, the others users, roles and groups, with the
wildcards, conditions, denies and trust policies that accounts have.
"""

import random
import sys

from growth import AUDITOR, Job, cost, dumped, grow

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


_ESCALATE = ("iam", "escalate", "--format", "json", "--in", "{input}")
JOBS = (
    Job("escalate", "account", dumped(dump), _ESCALATE, 10.0),
    Job("escalate --mail", "account", dumped(dump), (*_ESCALATE, "--mail"), 10.0),
)


def main(paths: list[str]) -> None:
    """Measure dumps that are given, else those that are made here."""
    if not paths:
        grow(*JOBS)
        return
    for path in paths:
        for more in ((), ("--mail",)):
            found = cost((*AUDITOR, "iam", "escalate", "--format", "json", "--in", path, *more))
            print(f"{path:40} {' '.join(more):8} {found.seconds:8.2f} s {found.memory:6} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
