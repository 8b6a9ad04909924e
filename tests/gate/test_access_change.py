"""The access that a changed template gives."""

import json
from pathlib import Path

import click.testing
import pytest

from auditor.cli.main import main

TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::SNS::Topic
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Orders]
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Sid: Ses
            Effect: Allow
            Principal: {Service: ses.amazonaws.com}
            Action: sns:Publish
            Resource: !Ref Orders
            Condition: {StringEquals: {"aws:SourceAccount": !Ref AWS::AccountId}}
  Sender:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}
      ManagedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
      Policies:
        - PolicyName: send
          PolicyDocument:
            Version: "2012-10-17"
            Statement: {Effect: Allow, Action: "ses:SendEmail", Resource: "*"}
"""
CONDITION = '            Condition: {StringEquals: {"aws:SourceAccount": !Ref AWS::AccountId}}\n'
MANAGED = '      ManagedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"]\n'


def compared(tmp_path: Path, base: str, head: str, *options: str) -> tuple[int, dict[str, object]]:
    for name, text in (("base", base), ("head", head)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "t.yaml").write_text(text, encoding="utf-8")
    arguments = ["diff", str(tmp_path / "base"), str(tmp_path / "head"), "--no-config", "--format", "json", *options]
    result = click.testing.CliRunner().invoke(main, arguments, standalone_mode=False)
    assert result.exception is None, result.output
    return result.return_value, json.loads(result.output)["access"]


def test_a_condition_that_went_away_gives_access(tmp_path: Path) -> None:
    code, access = compared(tmp_path, TEMPLATE, TEMPLATE.replace(CONDITION, ""))
    assert code == 1
    assert access == {
        "compared": 3,
        "lines": [
            {
                "resource": "t.yaml#Orders",
                "about": "policy",
                "added": False,
                "result": "new",
                "statement": "Ses",
                "witness": {
                    "action": "sns:Publish",
                    "resource": "arn:{partition}:sns:{region}:{account}:{Orders.TopicName}",
                    "principal": "service:ses.amazonaws.com",
                },
                "unknown": [],
            }
        ],
        "failing": False,
        "outcome": "1 policy gives new access",
    }


def test_the_policies_that_give_access_are_counted(tmp_path: Path) -> None:
    told = TEMPLATE.replace(MANAGED, "")
    wider = told.replace(CONDITION, "").replace('"ses:SendEmail"', '"ses:*"')
    assert compared(tmp_path, told, wider)[1]["outcome"] == "2 policies give new access"


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--fail-on-new-access",), 1)])
def test_new_access_fails_the_gate_when_asked(tmp_path: Path, options: tuple[str, ...], code: int) -> None:
    head = TEMPLATE.replace("ses:SendEmail", "ses:GetSendQuota").replace(MANAGED, "")
    base = head.replace("ses:GetSendQuota", "ses:GetSendStatistics")
    found, access = compared(tmp_path, base, head, *options)
    assert found == code
    assert access["failing"] is (code == 1)
    assert [line["witness"]["action"] for line in access["lines"]] == ["ses:GetSendQuota"]  # type: ignore[attr-defined]


def test_beside_a_policy_that_is_not_told_new_statements_are_undecided(tmp_path: Path) -> None:
    _, access = compared(tmp_path, TEMPLATE, TEMPLATE.replace("ses:SendEmail", "ses:GetSendQuota"))
    assert access["lines"] == [
        {
            "resource": "t.yaml#Sender",
            "about": "policies",
            "added": False,
            "result": "undecided",
            "statement": "",
            "witness": None,
            "unknown": [
                {
                    "cause": "not-here",
                    "detail": "ManagedPolicy arn:aws:iam::aws:policy/ReadOnlyAccess is not in the inputs",
                }
            ],
        }
    ]


def test_what_is_written_alike_or_narrower_gives_nothing(tmp_path: Path) -> None:
    narrower = TEMPLATE.replace('Resource: "*"', 'Resource: "arn:aws:ses:*:*:identity/example.com"')
    assert compared(tmp_path, TEMPLATE, narrower)[1]["lines"] == []
