"""``auditor iam compare`` of a policy of a principal with one of a resource."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor.cli.errors import Stop
from auditor.cli.iam.compare import command

TOPIC = "arn:aws:sns:eu-west-1:111122223333:orders"
NOT_ALIKE = (
    "own.json and open.json are not alike: one names principals, as a policy of a resource does, and the other does not"
    " (--type compares them all the same)"
)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.json").write_text(json.dumps(document()))
    Path("open.json").write_text(json.dumps(document(Principal="*")))


def document(**more: object) -> object:
    statement = {"Effect": "Allow", "Action": "sns:Publish", "Resource": TOPIC, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def run(*arguments: str, cases: str = "") -> tuple[int, str]:
    found = CliRunner().invoke(command, arguments, input=cases)
    if isinstance(found.exception, Stop):
        return found.exception.code, str(found.exception)
    return found.exit_code, found.stdout


def test_policies_that_are_not_alike_are_a_mistake() -> None:
    assert run("own.json", "open.json") == (2, NOT_ALIKE)
    assert run("own.json", "own.json") == (0, "no new access\n")
    assert run("open.json", "open.json") == (0, "no new access\n")


@pytest.mark.parametrize(("type_", "fault"), [("resource", "names no principal"), ("identity", "names a principal")])
def test_a_type_that_does_not_fit_is_why_nothing_is_decided(type_: str, fault: str) -> None:
    code, shown = run("own.json", "open.json", "--type", type_)
    assert code == 4
    assert f"statement #1 {fault}" in shown


def test_a_case_of_policies_that_are_not_alike_is_unknown() -> None:
    case = {"id": "1", "existing": document(), "new": document(Principal="*")}
    code, shown = run("--cases", "-", cases=json.dumps(case) + "\n")
    assert code == 0
    assert json.loads(shown) == {
        "id": "1",
        "result": "UNKNOWN",
        "witness": None,
        "unknown": [
            {
                "cause": "undecided",
                "detail": "some policies name principals and others do not, so that they are not alike",
            }
        ],
    }
