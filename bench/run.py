"""Speed as CPU seconds of whole processes, and as ratios to a bare import of click.

Ratios travel between machines, seconds do not. Run with ``make bench``; nothing here is a test.
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import yaml

RUNS = 7
AUDITOR = (sys.executable, "-m", "auditor")


def cpu(command: Sequence[str], folder: Path) -> float:
    """CPU seconds (user and system) of one run; its output is discarded."""
    child = os.posix_spawn(
        command[0],
        command,
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, str(folder / "stderr"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
        ],
    )
    _, status, usage = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    told = (folder / "stderr").read_text()
    # An answer may be incomplete; a program that failed says so.
    if code not in {0, 1, 4} or (code == 4 and told):
        sys.exit(f"{' '.join(command)} exited with {code}: {told}")
    return usage.ru_utime + usage.ru_stime


def template(resources: int) -> dict[str, object]:
    """A template in the usual mix: topics with policies and subscriptions, identities, configuration sets, roles."""
    made: dict[str, object] = {}
    number = 0
    while len(made) < resources:
        number += 1
        topic, queue = f"Topic{number}", f"Queue{number}"
        made |= {
            topic: {"Type": "AWS::SNS::Topic", "Properties": {"KmsMasterKeyId": "alias/aws/sns"}},
            f"Policy{number}": {
                "Type": "AWS::SNS::TopicPolicy",
                "Properties": {"Topics": [{"Ref": topic}], "PolicyDocument": publish(topic)},
            },
            queue: {"Type": "AWS::SQS::Queue"},
            f"Subscription{number}": {
                "Type": "AWS::SNS::Subscription",
                "Properties": {
                    "TopicArn": {"Ref": topic},
                    "Protocol": "sqs",
                    "Endpoint": {"Fn::GetAtt": [queue, "Arn"]},
                },
            },
            f"Set{number}": {"Type": "AWS::SES::ConfigurationSet"},
            f"Destination{number}": {
                "Type": "AWS::SES::ConfigurationSetEventDestination",
                "Properties": {
                    "ConfigurationSetName": {"Ref": f"Set{number}"},
                    "EventDestination": {
                        "MatchingEventTypes": ["BOUNCE", "COMPLAINT"],
                        "SnsDestination": {"TopicARN": {"Ref": topic}},
                    },
                },
            },
            f"Identity{number}": {
                "Type": "AWS::SES::EmailIdentity",
                "Properties": {
                    "EmailIdentity": f"mail{number}.example.com",
                    "ConfigurationSetAttributes": {"ConfigurationSetName": {"Ref": f"Set{number}"}},
                },
            },
            f"Role{number}": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": trust(),
                    "Policies": [{"PolicyName": "send", "PolicyDocument": sending()}],
                },
            },
        }
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": dict(list(made.items())[:resources])}


def publish(topic: str) -> dict[str, object]:
    """SES may publish, for this account."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AllowSES",
                "Effect": "Allow",
                "Principal": {"Service": "ses.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": {"Ref": topic},
                "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
            }
        ],
    }


def trust() -> dict[str, object]:
    """Lambda may assume the role."""
    principal = {"Service": "lambda.amazonaws.com"}
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}],
    }


def sending() -> dict[str, object]:
    """Send as anybody."""
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*"}]}


def configuration(waivers: int) -> dict[str, object]:
    """A configuration with waivers by rule and resource."""
    entry = {"rule": "sns-topic-no-sse-kms", "reason": "accepted risk", "until": "2099-01-01"}
    return {"version": 1, "waivers": [{**entry, "resource": f"*Topic{number}"} for number in range(waivers)]}


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in (20, 500):
            (folder / f"{size}.yaml").write_text(yaml.safe_dump(template(size), sort_keys=False))
        (folder / "waivers.yaml").write_text(yaml.safe_dump(configuration(20)))
        cases: dict[str, tuple[str, ...]] = {
            "import click": (sys.executable, "-c", "import click"),
            "auditor --version": (*AUDITOR, "--version"),
            "scan, 20 resources": (*AUDITOR, "scan", "--no-config", f"{folder}/20.yaml"),
            "scan, 20 resources, 20 waivers": (
                *AUDITOR, "scan", "--config", f"{folder}/waivers.yaml", f"{folder}/20.yaml"
            ),
            "scan, 500 resources": (*AUDITOR, "scan", "--no-config", f"{folder}/500.yaml"),
        }  # fmt: skip
        base = 0.0
        print(f"{'job':34} {'CPU s':>8} {'of click':>9}   (median of {RUNS})")
        for label, command in cases.items():
            cpu(command, folder)
            median = statistics.median(cpu(command, folder) for _ in range(RUNS))
            base = base or median
            print(f"{label:34} {median:8.3f} {median / base:9.2f}")


if __name__ == "__main__":
    main()
