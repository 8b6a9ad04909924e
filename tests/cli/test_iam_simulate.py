"""``auditor iam simulate`` from end to end."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from auditor.cli.errors import Stop
from auditor.cli.iam.simulate import command

USER = "arn:aws:iam::111122223333:user/ann"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:orders"
ALLOW = {"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Allow", "Action": "sns:*", "Resource": "*"}]}


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(command, arguments, input=stdin)


def case(**changes: Any) -> dict[str, Any]:
    request = {"principal": USER, "action": "sns:Publish", "resource": TOPIC, "context": {}}
    return {"id": "1", "request": request, "policies": {"identity": [ALLOW]}} | changes


def answers(*cases: object) -> tuple[int, list[dict[str, Any]]]:
    lines = [each if isinstance(each, str) else json.dumps(each) for each in cases]
    found = run("--cases", "-", stdin="\n".join(lines) + "\n")
    return found.exit_code, [json.loads(line) for line in found.stdout.splitlines()]


def test_a_case_is_answered_with_the_place_of_the_statement() -> None:
    assert answers(case()) == (
        0,
        [
            {
                "id": "1",
                "decision": "allow",
                "because": [
                    {
                        "text": "a policy of the caller allows it",
                        "statement": "A",
                        "location": "/policies/identity/0/Statement/0",
                    }
                ],
            }
        ],
    )


def test_a_level_without_allow_is_named() -> None:
    levels = [{"orgIdentifier": "o-root", "policies": [ALLOW]}, {"orgIdentifier": "ou-1", "policies": []}]
    _, (found,) = answers(case(policies={"identity": [ALLOW], "scp": levels}))
    assert found["decision"] == "implicit_deny"
    assert found["because"] == [
        {
            "text": "the service control policy of level 2 (ou-1) has no statement that allows it",
            "statement": "",
            "location": "",
            "level": "ou-1",
        }
    ]


def test_every_level_of_resource_control_policies_allows() -> None:
    everything = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    denying = {"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}}
    request = case()["request"] | {"action": "s3:GetObject", "resource": "arn:aws:s3:::bucket/key"}

    def answered(*policies: object) -> dict[str, Any]:
        level = {"orgIdentifier": "o-root", "policies": list(policies)}
        return answers(case(request=request, policies={"identity": [everything], "rcp": [level]}))[1][0]

    assert answered()["decision"] == "allow"
    assert answered(denying)["decision"] == "explicit_deny"
    assert answered(denying)["because"][0]["level"] == "o-root"
    assert answered(denying)["because"][0]["location"] == "/policies/rcp/0/policies/0/Statement"


def test_what_is_not_documented_is_unknown_and_says_why() -> None:
    statement = {**ALLOW["Statement"][0], "Condition": {"StringMatches": {"a:b": "c"}}}  # type: ignore[dict-item]
    _, (found,) = answers(case(policies={"identity": [{"Statement": statement}]}))
    assert found["decision"] == "unknown"
    assert found["possible"] == ["allow", "implicit_deny"]
    assert found["unknown"] == [{"cause": "undecided", "detail": "StringMatches is not an operator that AWS documents"}]


@pytest.mark.parametrize(
    ("principal", "statement_principal"),
    [
        ("ses.amazonaws.com", {"Service": "ses.amazonaws.com"}),
        ("accounts.google.com", {"Federated": "accounts.google.com"}),
        ("cognito-identity.amazonaws.com", {"Federated": "cognito-identity.amazonaws.com"}),
        ("arn:aws:iam::111122223333:saml-provider/x", {"Federated": "arn:aws:iam::111122223333:saml-provider/x"}),
        (None, "*"),
    ],
)
def test_callers_of_every_kind(principal: str | None, statement_principal: object) -> None:
    asked = case()
    asked["request"] |= {"principal": principal, "anonymous": principal is None}
    statement = {"Effect": "Allow", "Principal": statement_principal, "Action": "*", "Resource": "*"}
    asked["policies"] = {"resource": {"Statement": statement}}
    _, (found,) = answers(asked)
    assert found["decision"] == "allow"


def test_a_bad_case_does_not_stop_the_others() -> None:
    bad = [
        "[]",
        "{",
        {"id": "no request"},
        {"id": "no policies", "request": case()["request"]},
        case(id="number", request={**case()["request"], "action": 5}),
        case(id="policy", policies={"identity": [5]}),
        case(id="levels", policies={"scp": 5}),
        case(id="context", request={**case()["request"], "context": {"a:b": {"c": "d"}}}),
        case(id="who", request={**case()["request"], "principal": "ann"}),
        json.dumps(case(id="deep", policies={"identity": ["DEEP"]})).replace('"DEEP"', '{"a":' * 400 + "1" + "}" * 400),
    ]
    code, found = answers(*bad, case())
    assert code == 4
    assert [each.get("error", each.get("decision")) for each in found] == [
        "line 1: not a JSON object",
        "line 2: no JSON: Expecting property name enclosed in double quotes at column 2",
        "line 3: request is not an object",
        "line 4: policies is not an object",
        "line 5: request.action is not a string",
        "line 6: /policies/identity/0 is not a policy document",
        "line 7: policies.scp is no list of levels",
        "line 8: the value of a:b is neither a string nor a list of strings",
        "line 9: 'ann' is no ARN, service, identity provider or canonical user id",
        "line 10: /policies/identity/0 is nested too deep for a policy document",
        "allow",
    ]


@pytest.fixture
def policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    publish = {"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Action": "sns:Publish"}
    condition = {"StringEquals": {"aws:SourceAccount": "111122223333"}}
    topic = {"Statement": {**publish, "Resource": TOPIC, "Condition": condition}}
    (tmp_path / "topic.json").write_text(json.dumps(topic), "utf-8")
    (tmp_path / "allow.json").write_text(json.dumps(ALLOW), "utf-8")
    (tmp_path / "nothing.json").write_text("[]", "utf-8")
    (tmp_path / "bad.json").write_text("{", "utf-8")
    return tmp_path


def ask(who: str, *more: str) -> Result:
    return run("--principal", who, "--action", "sns:Publish", "--resource", TOPIC, *more)


@pytest.mark.usefixtures("policies")
def test_one_request_from_options() -> None:
    found = ask(USER, "--policy", "allow.json")
    assert found.exit_code == 0
    assert found.stdout.splitlines() == [
        f"allow: {USER} sns:Publish {TOPIC}",
        "  a policy of the caller allows it  [A allow.json:1:41]",
        "  note: service control policies were not read",
        "  note: resource control policies were not read",
    ]
    assert ask(USER).exit_code == 1
    assert ask(USER, "--policy", "allow.json", "--scp", "nothing.json").exit_code == 1
    assert ask("anonymous", "--policy", "allow.json").exit_code == 1


@pytest.mark.usefixtures("policies")
def test_a_service_needs_the_account_that_it_acts_for() -> None:
    found = ask("ses.amazonaws.com", "--resource-policy", "topic.json", "--format", "json")
    assert found.exit_code == 4
    assert json.loads(found.stdout)["unknown"] == [
        {
            "cause": "not-here",
            "detail": "the account that the service acts for is not told: --context aws:SourceAccount=…",
        }
    ]
    told = ("--context", "aws:SourceAccount=111122223333")
    assert ask("ses.amazonaws.com", "--resource-policy", "topic.json", *told).exit_code == 0
    told = ("--context", "aws:SourceAccount=444455556666")
    assert ask("ses.amazonaws.com", "--resource-policy", "topic.json", *told).exit_code == 1


@pytest.mark.usefixtures("policies")
def test_keys_are_taken_in_any_case_and_the_account_from_the_source_arn() -> None:
    def answered(*context: str) -> int:
        told = [each for key in context for each in ("--context", key)]
        return ask("SES.amazonaws.com", "--resource-policy", "topic.json", *told).exit_code

    arn = "arn:aws:ses:eu-west-1:111122223333:identity/example.com"
    assert answered("AWS:SOURCEACCOUNT=111122223333") == 0
    assert answered(" aws:sourceaccount =111122223333") == 0
    assert answered(f"aws:SourceArn={arn}") == 0
    assert answered(f"aws:SourceArn={arn}", "aws:SourceAccount=444455556666") == 1
    assert answered("aws:SourceArn=arn:aws:s3:::bucket") == 4
    assert answered("aws:SourceAccount=") == 1


@pytest.mark.usefixtures("policies")
def test_what_is_absent_is_told_by_key_or_for_all() -> None:
    question = ("ses.amazonaws.com", "--resource-policy", "topic.json")
    assert ask(*question).exit_code == 4
    assert ask(*question, "--absent", "aws:SourceAccount").exit_code == 1
    assert ask(*question, "--closed").exit_code == 1
    assert ask(*question, "--closed", "--context", "aws:SourceAccount=111122223333").exit_code == 0


@pytest.mark.parametrize(
    ("values", "code"), [(("a",), 0), (("a", "b"), 0), (("a", "c"), 1), ((), 4)], ids=["one", "two", "other", "none"]
)
def test_a_key_that_is_given_several_times_has_several_values(
    policies: Path, values: tuple[str, ...], code: int
) -> None:
    statement = {
        "Effect": "Allow",
        "Action": "sns:TagResource",
        "Resource": "*",
        "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}},
    }
    (policies / "tags.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": statement}), "utf-8")
    told = [each for value in values for each in ("--context", f"aws:tagkeys={value}")]
    assert ask(USER, "--action", "sns:TagResource", "--policy", "tags.json", *told).exit_code == code


@pytest.mark.usefixtures("policies")
def test_an_action_that_may_be_misspelt_is_told() -> None:
    found = ask(USER, "--policy", "allow.json", "--action", "sns:Publsh")
    assert found.exit_code == 0
    assert found.stderr.startswith("auditor: there is no action sns:Publsh in the database of ")
    assert found.stderr.endswith("; did you mean sns:Publish?\n")
    found = ask(USER, "--policy", "allow.json", "--action", "no-such:Do")
    assert found.stderr.endswith("\n")
    assert "did you mean" not in found.stderr
    found = ask(USER, "--policy", "allow.json", "--resource", "*")
    assert found.stderr == "auditor: sns:Publish acts on a resource: only statements on every resource count for *\n"


ONE = ("--principal", USER, "--resource", "*", "--action", "sns:Publish")
NO_JSON = "bad.json:1:2: not JSON: expected a key or the end of the mapping"
MANY = "arn:aws:sns:*:111122223333:*"
SHORT = "--principal: arn:aws:iam::1:user/x holds no account id of 12 digits"
NOBODY = "--principal: 'ann' is no ARN, service, identity provider or canonical user id"


@pytest.mark.usefixtures("policies")
@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        ((), "--principal is missing (or give --cases FILE)", 2),
        (ONE[:2], "--action is missing (or give --cases FILE)", 2),
        (("--cases", "-", *ONE), "--cases takes no other options: the cases hold the requests and policies", 2),
        ((*ONE, "--action", "Publish"), "--action Publish lacks the service prefix, as in sns:Publish", 2),
        ((*ONE, "--action", "sns:Pub*"), "--action sns:Pub* is not one action in full, such as sns:Publish", 2),
        ((*ONE, "--action", "sns:"), "--action sns: is not one action in full, such as sns:Publish", 2),
        ((*ONE, "--resource", "orders"), "--resource orders is neither an ARN nor *", 2),
        ((*ONE, "--resource", MANY), f"--resource {MANY} means many resources: name one, or ask who-can", 2),
        ((*ONE, "--principal", "arn:aws:iam::1:user/x"), SHORT, 2),
        ((*ONE, "--context", "a:b=c", "--absent", "A:B"), "--absent A:B: --context gives it a value", 2),
        ((*ONE, "--principal", "ann"), NOBODY, 2),
        ((*ONE, "--policy", "bad.json"), NO_JSON, 3),
        ((*ONE, "--boundary", "nothing.json"), "nothing.json: holds no policy", 3),
        ((*ONE, "--policy", "none.json"), "none.json: No such file or directory", 3),
        (("--cases", "none.jsonl"), "none.jsonl: No such file or directory", 3),
    ],
)
def test_mistakes_are_one_line(arguments: tuple[str, ...], message: str, code: int) -> None:
    found = run(*arguments)
    assert isinstance(found.exception, Stop)
    assert (str(found.exception), found.exception.code) == (message, code)
