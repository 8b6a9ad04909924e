import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from iam_accounts import ACCOUNT, OTHER, Folder, allow, deny, role_arn, trust

from auditor.cli.iam.who_can import command
from auditor.report import who_can_text

TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:bounces"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "data")
    made.role("sender", allow("sns:Publish", Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}}))
    made.role("other", allow("s3:*"), account=OTHER)
    made.resource(TOPIC, trust({"AWS": OTHER}, "sns:Publish", Resource=TOPIC, Sid="Partner"))
    return made


def run(*arguments: str, stdin: str | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(command, arguments, input=stdin, catch_exceptions=True)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        return getattr(result.exception, "code", -1), str(result.exception)
    return result.exit_code, result.output


def test_text_names_policy_statement_and_condition(folder: Folder) -> None:
    code, output = run("sns:Publish", TOPIC, "--in", str(folder.path))
    words = re.sub(r"\s+", " ", output)
    assert f"{role_arn('sender')} by #1 of {role_arn('sender')}#own" in words
    assert "StringEquals aws:SourceVpc = vpc-1 holds" in words
    assert "1 principal can, 1 of them under conditions." in words
    assert code == 0


def test_json_is_for_programs(folder: Folder) -> None:
    code, output = run("sns:Publish", TOPIC, "--in", str(folder.path), "--format", "json")
    found = json.loads(output)
    (access,) = found["who"]
    assert (access["principal"], access["action"], access["resource_type"], access["access_level"]) == (
        role_arn("sender"),
        "sns:Publish",
        "topic",
        "write",
    )
    assert access["request"] == {"aws:sourcevpc": "vpc-1"}
    assert found["complete"] is True
    assert code == 0


def test_cases_are_answered_line_by_line(folder: Folder) -> None:
    cases = [
        {"id": "one", "request": {"actions": ["sns:Publish", "sns:Subscribe"], "resource": TOPIC}},
        {"id": "two", "request": {"actions": ["sns:Publish"], "resource": TOPIC, "principalScope": {}}},
        {"id": "bad", "request": {"resource": TOPIC}},
        {"id": "odd", "request": {"actions": ["sns:Publish"], "principalScope": {"moon": []}}},
    ]
    code, output = run("--cases", "-", "--in", str(folder.path), stdin="\n".join(map(json.dumps, cases)))
    one, two, bad, odd = map(json.loads, output.splitlines())
    assert [access["principal"] for access in one["who"]] == [role_arn("sender")]
    assert two["who"] == []
    assert bad == {"id": "bad", "error": "line 3: request names no action"}
    assert odd["error"].startswith("line 4: Object contains unknown field `moon`")
    assert code == 4


def test_an_answer_that_may_be_incomplete_exits_with_4(folder: Folder) -> None:
    code, output = run("sns:Publish", TOPIC + "2", "--in", str(folder.path))
    assert f"May be incomplete: the policy of {TOPIC}2 was not read" in " ".join(output.split())
    assert code == 4


def test_a_given_policy_of_the_resource_stands_in_place_of_what_the_inputs_tell(folder: Folder, tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    statement = {"Sid": "Partner", "Effect": "Allow", "Principal": {"AWS": role_arn("other", OTHER)}}
    policy.write_text(json.dumps({"Statement": [{**statement, "Action": "sns:Publish", "Resource": "*"}]}))
    folder.role("other", allow("sns:Publish"), account=OTHER)
    asked = (
        "sns:Publish",
        TOPIC,
        "--in",
        str(folder.path),
        "--principal",
        role_arn("other", OTHER),
        "--format",
        "json",
    )
    code, output = run(*asked, "--resource-policy", str(policy))
    (access,) = json.loads(output)["who"]
    assert access["principal"] == role_arn("other", OTHER)
    granting = access["because"][0]
    assert (granting["location"], granting["statement"]) == (f"{policy}:1:16", "Partner")
    assert code == 0
    code, output = run(*asked, "--resource-policy", "-", stdin="[]")
    assert (json.loads(output)["who"], code) == ([], 0)


def test_a_given_policy_makes_an_answer_whole(folder: Folder) -> None:
    code, output = run("sns:Publish", TOPIC + "2", "--in", str(folder.path), "--resource-policy", "-", stdin="[]")
    assert "was not read" not in " ".join(output.split())
    assert code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "ACTION and RESOURCE are missing (or give --cases FILE)"),
        (("sns:Publish",), "ACTION and RESOURCE are missing (or give --cases FILE)"),
        (("sns:*", TOPIC), "'sns:*' is not an action in full, such as sns:Publish"),
        (("Publish", TOPIC), "'Publish' is not an action in full, such as sns:Publish"),
        (("sns:Publish", "bounces"), "'bounces' is neither an ARN nor *"),
        (
            ("sns:Publish", TOPIC, "--cases", "-"),
            "--cases takes no ACTION, RESOURCE, policy or scope: the cases hold them",
        ),
    ],
)
def test_wrong_use_is_one_line(folder: Folder, arguments: tuple[str, ...], message: str) -> None:
    assert run(*arguments, "--in", str(folder.path)) == (2, message)


def test_text_of_others_is_made_safe(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "data")
    folder.role("evil\x1b[2J", allow("sns:*", Sid="\x1b]0;x\x07"))
    _, output = run("sns:Publish", TOPIC, "--in", str(folder.path))
    assert "\x1b" not in output
    assert "\\x1b[2J" in output
    assert who_can_text.render.__doc__


def test_given_control_policies_limit_every_question(folder: Folder, tmp_path: Path) -> None:
    full, topics = tmp_path / "full.json", tmp_path / "topics.json"
    full.write_text(json.dumps({"Statement": allow("*")}))
    topics.write_text(json.dumps([{"Statement": allow("*")}, {"Statement": {**deny("sns:*"), "Sid": "NoTopics"}}]))
    asked, case = (
        (TOPIC, "--in", str(folder.path)),
        json.dumps({"id": 1, "request": {"action": "sns:Publish", "resource": TOPIC}}),
    )
    assert "1 principal can" in run("sns:Publish", *asked, "--scp", str(full))[1]
    assert "Nobody can" in run("sns:Publish", *asked, "--scp", str(full), "--scp", str(topics))[1]
    cases = ("--cases", "-", "--in", str(folder.path), "--scp")
    assert len(json.loads(run(*cases, str(full), stdin=case)[1])["who"]) == 1
    assert json.loads(run(*cases, str(topics), stdin=case)[1])["who"] == []
