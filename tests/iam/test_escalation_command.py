import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from escalating import ADMIN, Account, allow, arn, deny, document, policy, trusting

from auditor.cli.iam.escalate import command
from auditor.iam.escalation import References, open_trust
from auditor.iam.escalation.references import ACCOUNT
from auditor.model.known import Truth
from auditor.model.text import text


@pytest.fixture
def details(tmp_path: Path) -> Path:
    account = Account()
    account.role("admin", trusting(service="lambda.amazonaws.com"), ADMIN)
    account.role("runner", trusting(service="ec2.amazonaws.com"), allow("ssm:StartSession"))
    account.user("ann", allow("iam:PassRole", "lambda:*", Sid="Work"))
    account.user("bob", allow("s3:GetObject"))
    path = tmp_path / "details.json"
    path.write_bytes(account.data)
    return path


def run(*arguments: str | Path, given: str = "") -> Result:
    return CliRunner().invoke(command, [str(each) for each in arguments], input=given)


def test_the_text_shows_chain_evidence_and_fix(details: Path) -> None:
    found = run("--in", details)
    assert found.exit_code == 1
    assert "user ann in 1 step" in found.output
    assert "1 lambda-001" in found.output
    assert f"iam:PassRole on {arn('role', 'admin')} by Work of own" in " ".join(found.output.split())
    fix = "fix: limit iam:PassRole to roles that give no more than the caller has, without admin"
    assert fix in " ".join(found.output.split())
    assert found.output.splitlines()[-1] == ("4 principals: 1 administrator, 1 can become one, 0 not decided, 2 cannot")


def test_one_principal_decides_the_exit_code(details: Path) -> None:
    assert run("--in", details, "--principal", "bob").exit_code == 0
    assert run("--in", details, "--principal", arn("user", "ann")).exit_code == 1
    missing = run("--in", details, "--principal", "anne")
    assert isinstance(missing.exception, Exception)
    assert "did you mean ann?" in str(missing.exception)


def test_json_holds_every_principal(details: Path) -> None:
    found = json.loads(run("--in", details, "--format", "json").stdout)
    assert found["schema"] == "iam-escalate-v1"
    verdicts = {each["name"]: each["verdict"] for each in found["principals"]}
    assert verdicts == {"ann": "can-become-admin", "bob": "cannot", "admin": "admin", "runner": "cannot"}
    (ann,) = (each for each in found["principals"] if each["name"] == "ann")
    (step,) = ann["chain"]
    assert (step["path"], step["service"], step["certain"]) == ("lambda-001", "lambda.amazonaws.com", True)
    assert {each["action"] for each in step["permissions"]} == {
        "iam:PassRole",
        "lambda:CreateFunction",
        "lambda:InvokeFunction",
    }
    assert step["permissions"][0]["given_by"][0]["statement"] == "Work"
    assert step["fix"]["locks_out"] == ["user ann can no longer do that"]


def test_a_service_control_policy_from_a_file_counts(details: Path, tmp_path: Path) -> None:
    scp = tmp_path / "scp.json"
    scp.write_text(json.dumps(document(ADMIN, deny("iam:PassRole"))))
    found = run("--in", details, "--scp", scp)
    assert found.exit_code == 0
    assert "were not read" not in found.output


def test_the_mail_path_is_reported_when_asked_for(details: Path) -> None:
    found = run("--in", details, "--mail", "--principal", "ann")
    assert "lambda-function-code" in found.output
    assert "lambda-function-code" not in run("--in", details, "--principal", "ann").output


def test_a_template_that_passes_roles_says_what_it_does_not_tell(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(
        """
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Deployer:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: codebuild.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: deploy
          PolicyDocument:
            Version: "2012-10-17"
            Statement: [{Effect: Allow, Action: ["iam:PassRole", "cloudformation:CreateStack"], Resource: "*"}]
  Reader:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
      ManagedPolicyArns:
        - !Sub "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
"""
    )
    found = json.loads(run("--in", template, "--format", "json").stdout)
    by = {each["name"]: each for each in found["principals"]}
    assert by["{Deployer.RoleName}"]["verdict"] == "unknown"
    assert [each["id"] for each in by["{Deployer.RoleName}"]["potential"]] == ["cloudformation-001"]
    assert by["{Reader.RoleName}"]["verdict"] == "cannot"


def cases(*lines: dict[str, Any]) -> list[Any]:
    found = run("--cases", "-", given="".join(json.dumps(line) + "\n" for line in lines))
    return [json.loads(line) for line in found.stdout.splitlines()]


def test_cases_are_answered_line_by_line() -> None:
    passing = {"name": "a", "document": document(allow("iam:PassRole"))}
    running = {"name": "b", "document": document(allow("ec2:RunInstances"))}
    found = cases(
        {"id": 1, "policies": [passing]},
        {"id": 2, "policies": [passing, running]},
        {"id": 3, "identity": [document(ADMIN)], "boundary": document(allow("ec2:*"))},
        {"id": 4, "identity": [document(ADMIN)], "boundary": None},
        {"id": 5, "policies": 7},
        {"id": 6, "identity": [document(allow("iam:*"))], "scp": [document(ADMIN, deny("iam:*"))]},
    )
    assert [each.get("verdict") for each in found] == [
        "not exploitable", "exploitable", "exploitable", "exploitable", None, "not exploitable"
    ]  # fmt: skip
    assert [each.get("admin") for each in found] == [False, False, False, True, None, False]
    assert [path["id"] for path in found[1]["paths"]] == ["ec2-001"]
    assert found[4]["error"] == "line 5: policies is not a list"


def test_hostile_cases_are_answered_with_an_error_or_soon() -> None:
    deep: Any = []
    for _ in range(300):
        deep = [deep]
    stars = "*a" * 5_000
    odd = [
        allow("iam:*", "\x1b[31m${aws:x", on=["arn:", "arn:aws:iam::", "${", f"arn:aws:iam::1:{stars}"]),
        allow(stars),
    ]
    found = cases(
        {"id": 1, "policies": [{"name": "a", "document": {"Version": "2012-10-17", "Statement": deep}}]},
        {"id": 2, "policies": [{"name": "a", "document": 7}]},
        {
            "id": 3,
            "trust": [{"role": 5, "document": {"Statement": {"Effect": "Allow", "Principal": 7}}}],
            "scp": [[], 7],
        },
        {"id": 4, "identity": [document(*odd)]},
    )
    assert found[0]["error"] == "line 1: a: nested deeper than 64 levels"
    assert "error" in found[1]
    assert "error" in found[2]
    assert found[3]["verdict"] in {"not exploitable", "unknown", "exploitable"}


def test_a_trust_policy_that_lets_in_the_whole_account_is_a_path() -> None:
    def trust(principal: str) -> dict[str, Any]:
        return {"id": principal, "policies": [], "trust": [{"role": "r", "document": trusting(aws=principal)}]}

    found = cases(
        trust("${var.caller_arn}"),
        trust("${aws_iam_role.r.arn}"),
        trust("${var.account_root}"),
        trust("arn:aws:iam::111122223333:root"),
        trust("*"),
    )
    assert [each["verdict"] for each in found] == ["not exploitable"] * 2 + ["exploitable"] * 3
    assert found[0]["assumptions"] == ["${var.caller_arn} is taken for one principal or name that is not told"]


def test_references_leave_policy_variables_alone() -> None:
    filled = References(["me"]).filled({"a": ["${aws:username}", "${aws_iam_role.me.arn}", 7]})
    assert filled == {"a": ["${aws:username}", f"arn:aws:iam::{ACCOUNT}:role/me", 7]}


def test_open_trust_tells_strangers_from_the_account() -> None:
    def asked(**principal: str) -> tuple[Truth, Truth]:
        made = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        found = open_trust("r", policy(made), text(ACCOUNT))
        return found.truth, found.everybody

    assert asked(AWS=ACCOUNT) == (Truth.TRUE, Truth.FALSE)
    assert asked(AWS="*") == (Truth.TRUE, Truth.TRUE)
    assert asked(Service="ec2.amazonaws.com") == (Truth.FALSE, Truth.FALSE)


@pytest.mark.parametrize("arguments", [[], ["--cases", "-", "--mail"]])
def test_wrong_use_ends_with_one_line(arguments: list[str]) -> None:
    found = run(*arguments)
    assert getattr(found.exception, "code", None) == 2
