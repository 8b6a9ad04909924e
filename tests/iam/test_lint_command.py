import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from iam_lint_examples import TOPIC, document, statement

from auditor.cli.errors import Stop
from auditor.cli.iam.lint import command

GOOD = json.dumps(document(statement()))
BAD = json.dumps(document(statement(Action="sns:Publsh")), indent=2)


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(command, list(arguments), input=stdin)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.json").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.json").write_text(BAD, encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_a_good_policy_passes() -> None:
    result = run("good.json")
    assert (result.exit_code, result.output) == (0, "nothing found in 1 policy\n")


@pytest.mark.usefixtures("folder")
def test_an_error_has_its_place_and_fails() -> None:
    result = run("bad.json")
    assert result.exit_code == 1
    first, fix, last = result.output.splitlines()
    assert first.startswith("bad.json:6:17: error: the action sns:Publsh does not exist in the database of ")
    assert first.endswith("(INVALID_ACTION) [/Statement/0/Action]")
    assert fix == "    fix: Did you mean sns:Publish?"
    assert last == "1 error in 1 policy"


@pytest.mark.usefixtures("folder")
def test_the_level_that_fails_can_be_chosen() -> None:
    assert run("bad.json", "--fail-on", "none").exit_code == 0
    Path("warned.json").write_text(json.dumps(document(statement(), version=None)), encoding="utf-8")
    assert run("warned.json").exit_code == 0
    assert run("warned.json", "--fail-on", "security-warning").exit_code == 0
    assert run("warned.json", "--fail-on", "warning").exit_code == 1
    assert run("warned.json", "--fail-on", "suggestion").exit_code == 1


@pytest.mark.usefixtures("folder")
def test_json_holds_everything() -> None:
    written = json.loads(run("good.json", "bad.json", "--format", "json").output)
    assert written["schema"] == "iam-lint-v1"
    good, bad = written["policies"]
    assert good == {"path": "good.json", "type": "identity", "valid": True, "error_message": None, "findings": []}
    (only,) = bad["findings"]
    assert (only["code"], only["path"], only["line"], only["column"]) == (
        "INVALID_ACTION",
        "/Statement/0/Action",
        6,
        17,
    )


def test_a_broken_file_is_a_finding_with_its_place(folder: Path) -> None:
    (folder / "broken.json").write_text('{"Version": "2012-10-17",\n "Statement": [}', encoding="utf-8")
    result = run("broken.json")
    assert result.exit_code == 1
    assert result.output.startswith("broken.json:2:16: error: not JSON: ")
    assert "IAM refuses it: Syntax errors in policy." in result.output


def test_a_member_that_stands_twice_is_a_finding(folder: Path) -> None:
    (folder / "twice.json").write_text('{"Version": "2012-10-17",\n "Version": "2012-10-17"}', encoding="utf-8")
    assert run("twice.json").output.startswith("twice.json:2:2: error: key 'Version' stands twice")


def test_yaml_is_read_and_what_a_template_resolves_is_left_alone(folder: Path) -> None:
    (folder / "policy.yaml").write_text(
        "Version: '2012-10-17'\nStatement:\n- Effect: Allow\n  Action: sns:Publsh\n  Resource: !Ref Topic\n",
        encoding="utf-8",
    )
    result = run("policy.yaml")
    assert [line.partition(" the action")[0] for line in result.output.splitlines()[:1]] == ["policy.yaml:4:11: error:"]
    assert result.output.endswith("1 error in 1 policy\n")


def test_the_type_of_the_resource_says_what_is_in_scope(folder: Path) -> None:
    policy = document(statement(Principal={"AWS": "111122223333"}, Action="sqs:SendMessage"))
    (folder / "topic.json").write_text(json.dumps(policy), encoding="utf-8")
    assert "(UNSUPPORTED_ACTION_IN_POLICY)" in run("topic.json", "--resource-type", "AWS::SNS::TopicPolicy").output
    assert "(UNSUPPORTED_PRINCIPAL)" in run("topic.json").output


def test_standard_input_is_a_file_too() -> None:
    assert run("-", stdin=GOOD).output == "nothing found in 1 policy\n"


def test_what_is_printed_shows_control_characters(folder: Path) -> None:
    (folder / "evil.json").write_text(json.dumps(document(statement(Action="sns:\x1b[2J"))), encoding="utf-8")
    assert "\x1b" not in run("evil.json").output


@pytest.mark.usefixtures("folder")
def test_files_that_cannot_be_read() -> None:
    nothing = run("absent.json")
    assert isinstance(nothing.exception, Stop)
    assert nothing.exception.code == 3
    assert run("good.json", "absent.json").exit_code == 4
    assert run("bad.json", "absent.json").exit_code == 1


def test_no_policy_is_wrong_usage() -> None:
    result = run()
    assert isinstance(result.exception, Stop)
    assert result.exception.code == 2


def test_cases_are_answered_line_by_line() -> None:
    lines = [
        {"id": "a", "document": json.loads(GOOD)},
        {"id": "b", "policy": json.loads(BAD), "policy_type": "identityPolicy"},
        {"id": "c", "document": "no json"},
        {"id": "d", "policy": {"Statement": {"Effect": "Allow"}}, "policy_type": "any"},
        {"id": "e", "policy": {}, "policy_type": "cookie"},
        {"id": "f"},
    ]
    result = run("--cases", "-", stdin="".join(json.dumps(line) + "\n" for line in lines))
    assert result.exit_code == 4
    a, b, c, d, e, f = map(json.loads, result.output.splitlines())
    assert a == {"id": "a", "valid": True, "error_message": None, "findings": []}
    assert (b["valid"], b["error_message"]) == (True, None)
    assert [(each["code"], each["type"], each["path"]) for each in b["findings"]] == [
        ("INVALID_ACTION", "ERROR", "/Statement/0/Action")
    ]
    assert (c["valid"], c["error_message"]) == (False, "Syntax errors in policy.")
    assert [each["code"] for each in c["findings"]] == ["JSON_SYNTAX_ERROR"]
    assert d == {"id": "d", "valid": True, "error_message": None, "findings": []}
    assert e == {"id": "e", "error": "line 5: there is no kind of policy 'cookie'"}
    assert f == {"id": "f", "error": "line 6: it has neither policy nor document"}


def test_a_policy_without_its_kind_is_one_that_iam_is_to_keep() -> None:
    old = {"id": 1, "document": {"Statement": {"Effect": "Allow", "Action": "sns:Publish", "Resource": TOPIC}}}
    answer = json.loads(run("--cases", "-", stdin=json.dumps(old)).output)
    assert answer["error_message"] == "Policy document must be version 2012-10-17 or greater."


@pytest.mark.parametrize(
    "written",
    ["AWS::SecretsManager::Secret", "AWS::SecretsManager::ResourcePolicy", "aws_secretsmanager_secret_policy"],
)
def test_a_type_of_a_resource_is_known_by_each_of_its_names(written: str) -> None:
    policy = document(statement(Principal="*", Action="sns:Publish"))
    answer = json.loads(run("--cases", "-", stdin=json.dumps({"policy": policy, "resource_type": written})).output)
    assert [each["message"] for each in answer["findings"] if each["code"] == "UNSUPPORTED_ACTION_IN_POLICY"] == [
        "policies of AWS::SecretsManager::Secret cannot give sns:Publish"
    ]


def test_the_policy_of_a_role_is_its_trust() -> None:
    case = {"policy": document(statement(Principal="*", Action="sts:AssumeRole")), "resource_type": "aws_iam_role"}
    answer = json.loads(run("--cases", "-", stdin=json.dumps(case)).output)
    assert answer["error_message"] == "Has prohibited field Resource"


@pytest.mark.parametrize(
    ("written", "error"),
    [
        (5, "resource_type is not a string"),
        ([], "resource_type is not a string"),
        ("foo", "resource_type: 'foo' is no type of a resource with a policy"),
    ],
)
def test_a_case_of_no_type_of_a_resource_is_refused(written: object, error: str) -> None:
    answer = json.loads(run("--cases", "-", stdin=json.dumps({"policy": {}, "resource_type": written})).output)
    assert answer["error"] == f"line 1: {error}"
