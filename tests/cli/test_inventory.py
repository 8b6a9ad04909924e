"""What ``auditor inventory`` prints about how much is known."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor.cli.main import main

TOPIC = """\
Parameters:
  Name: {Type: String}
Resources:
  Orders:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !Ref Name
      KmsMasterKeyId: alias/aws/sns
"""


@pytest.mark.parametrize(
    ("files", "last"),
    [
        (("a.yaml",), "1 of 2 written values unknown (50.0%) in 1 input"),
        (("a.yaml", "b.yaml"), "2 of 4 written values unknown (50.0%) in 2 inputs"),
    ],
)
def test_coverage_counts_values_and_inputs(
    files: tuple[str, ...], last: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for file in files:
        Path(file).write_text(TOPIC, "utf-8")

    found = CliRunner().invoke(main, ["inventory", "--coverage", *files])

    assert found.exit_code == 0
    assert found.output.splitlines()[-1] == last
