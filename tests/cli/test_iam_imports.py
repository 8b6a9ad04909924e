"""What a scan does not need is not imported for it."""

import subprocess
import sys
from pathlib import Path

import pytest

SEARCH = frozenset({
    "auditor.iam.database",
    "auditor.iam.difference",
    "auditor.iam.escalation",
    "auditor.iam.letting",
    "auditor.iam.lint",
    "auditor.iam.narrow",
    "auditor.iam.sets",
    "auditor.iam.who",
    "auditor.report.iam_v1",
})  # fmt: skip
LINT = frozenset({"auditor.iam.difference", "auditor.iam.escalation", "auditor.iam.narrow", "auditor.iam.who", "yaml"})
SIMULATE = LINT | {"auditor.iam.lint", "auditor.iam.letting", "auditor.iam.sets.search"}

POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sns:*", "Resource": "*"}]}'
TEMPLATE = """
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Open:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Statement: [{Effect: Allow, Principal: "*", Action: "sns:*", Resource: !Ref Topic}]
  Sender:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: {Statement: [{Effect: Allow, Action: ["ses:*", "sns:*"], Resource: "*"}]}
  Identity: {Type: AWS::SES::EmailIdentity, Properties: {EmailIdentity: example.com}}
"""


@pytest.mark.parametrize(
    ("command", "unwanted"),
    [
        ("scan template.yaml --fail-on none", SEARCH),
        ("iam simulate --principal anonymous --action sns:Publish --resource * --policy policy.json", SIMULATE),
        ("iam lint policy.json", LINT),
        ("iam --help", SEARCH | {"auditor.iam"}),
    ],
)
def test_only_what_is_needed_is_imported(tmp_path: Path, command: str, unwanted: frozenset[str]) -> None:
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "policy.json").write_text(POLICY)
    program = (
        "import sys\nfrom auditor.cli.main import run\n"
        f"try:\n    run({command.split()!r})\nfinally:\n    print(*sys.modules, sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    modules = set(done.stderr.splitlines())
    assert "auditor.cli.main" in modules
    assert sorted(unwanted & modules) == []
    assert done.returncode in {0, 1}
