"""``auditor iam narrow --last-accessed`` against IAM over HTTP on the loopback interface."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from moto_account import MotoAccount, running

from auditor.cli.errors import Stop
from auditor.cli.iam.narrow import command

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/mailer"
OTHER = f"arn:aws:iam::{ACCOUNT}:role/other"
GENERATE, GET = "GenerateServiceLastAccessedDetails", "GetServiceLastAccessedDetails"
TIME = "2026-10-01T08:00:00Z"
MAIL = {"Effect": "Allow", "Action": ["ses:SendEmail", "ses:CreateIdentity", "ses:DeleteIdentity"], "Resource": "*"}
QUEUE = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}


def role(name: str) -> dict[str, Any]:
    written = {"Version": "2012-10-17", "Statement": [MAIL, QUEUE]}
    return {
        "RoleName": name,
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
        "Path": "/",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
        "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": written}],
        "AttachedManagedPolicies": [],
    }


@pytest.fixture(scope="module")
def server() -> Iterator[MotoAccount]:
    with running() as account:
        yield account


@pytest.fixture
def iam(server: MotoAccount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MotoAccount:
    server.reset()
    for name in [each for each in os.environ if each.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    dump = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [role("mailer"), role("other")]}
    Path("dump.json").write_text(json.dumps({**dump, "Policies": []}))
    server.overlay.answer("iam", GENERATE, {"JobId": "0" * 36})
    server.overlay.answer("iam", GET, report())
    return server


def report() -> dict[str, Any]:
    """IAM tracks some actions of SES, and sending is not among them; SQS was never called."""
    tracked = [
        {"ActionName": "CreateIdentity", "LastAccessedTime": TIME},
        {"ActionName": "DeleteIdentity"},
    ]
    return {
        "JobStatus": "COMPLETED",
        "JobType": "ACTION_LEVEL",
        "JobCreationDate": TIME,
        "JobCompletionDate": TIME,
        "ServicesLastAccessed": [
            {
                "ServiceName": "SES",
                "ServiceNamespace": "ses",
                "LastAuthenticated": TIME,
                "TrackedActionsLastAccessed": tracked,
            },
            {"ServiceName": "SQS", "ServiceNamespace": "sqs", "TrackedActionsLastAccessed": []},
        ],
    }


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--in", "dump.json", "--last-accessed", "--region", "us-east-1"])


def test_what_iam_saw_unused_goes_and_sending_stays(iam: MotoAccount) -> None:
    result = run("mailer")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["Statement"] == [
        {"Effect": "Allow", "Action": ["ses:SendEmail", "ses:CreateIdentity"], "Resource": "*"}
    ]
    assert f"auditor: last use was told by {iam.url}" in result.stderr
    assert "1 granted action leaves no trace that would tell: ses:SendEmail" in result.stderr


def test_denied_is_unknown_and_nothing_is_left_out(iam: MotoAccount) -> None:
    iam.overlay.refuse("iam", GENERATE, "AccessDenied", 403)
    result = run("mailer")
    assert result.exit_code == 4
    assert json.loads(result.stdout)["Statement"] == [MAIL, QUEUE]
    assert (
        f"auditor: last use of {ROLE} is UNKNOWN: iam:GenerateServiceLastAccessedDetails: access denied"
        " (AccessDenied); nothing is left out for lack of use"
    ) in result.stderr


def test_one_of_all_that_is_denied_stops_no_other(iam: MotoAccount) -> None:
    iam.overlay.refuse("iam", GENERATE, "AccessDenied", 403, when=lambda call: call.parameters["Arn"] == OTHER)
    result = run("--all", "--format", "json")
    assert result.exit_code == 4
    made = {each["name"]: each for each in map(json.loads, result.stdout.splitlines())}
    assert made["mailer"]["dropped"] == ["ses:DeleteIdentity", "sqs:SendMessage"]
    assert (made["other"]["dropped"], made["other"]["policy"]["Statement"]) == ([], [MAIL, QUEUE])


def test_another_account_is_not_asked_about(iam: MotoAccount) -> None:
    data = Path("dump.json").read_text().replace(ACCOUNT, "999999999999")
    Path("dump.json").write_text(data)
    result = run("mailer")
    assert result.exit_code == 4
    assert "which the credentials belong to; nothing is left out" in result.stderr
    assert [call.operation for call in iam.overlay.calls] == ["GetCallerIdentity"]


def test_without_being_asked_nothing_is_sent(iam: MotoAccount) -> None:
    assert CliRunner().invoke(command, ["mailer", "--in", "dump.json", "--drop-vain"]).exit_code == 0
    assert iam.overlay.calls == []


def test_no_credentials_is_one_line(iam: MotoAccount) -> None:
    iam.overlay.refuse("sts", "GetCallerIdentity", "InvalidClientTokenId", 403)
    error = run("mailer").exception
    assert isinstance(error, Stop)
    assert (error.code, "\n" in str(error)) == (3, False)
