"""What the ``auditor iam`` commands print for one question: text for people, JSON that obeys its schema."""

import json
from importlib import resources
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from escalating import ADMIN, Account, allow, arn, trusting
from jsonschema import Draft202012Validator

from auditor.cli.errors import Stop
from auditor.cli.iam.access import command as access
from auditor.cli.iam.compare import command as compare
from auditor.cli.iam.escalate import command as escalate
from auditor.cli.iam.lint import command as lint
from auditor.cli.iam.narrow import command as narrow
from auditor.cli.iam.simulate import command as simulate
from auditor.cli.iam.who_can import command as who_can

COMMANDS: dict[str, click.Command] = {
    "access": access,
    "compare": compare,
    "escalate": escalate,
    "lint": lint,
    "narrow": narrow,
    "simulate": simulate,
    "who-can": who_can,
}
TOPIC = "arn:aws:sns:eu-west-1:111122223333:orders"
USER = "arn:aws:iam::111122223333:user/ann"
OPEN = {"Sid": "Open", "Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": TOPIC}
OWN = {
    "Sid": "Own",
    "Effect": "Allow",
    "Principal": {"AWS": "111122223333"},
    "Action": "sns:Publish",
    "Resource": TOPIC,
}


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, statement in (("open", OPEN), ("own", OWN), ("odd", 3)):
        Path(f"{name}.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    account = Account()
    account.role("admin", trusting(service="lambda.amazonaws.com"), ADMIN)
    account.user("ann", allow("iam:PassRole", "lambda:*", "ses:SendEmail", Sid="Work"))
    account.user("bob", allow("s3:GetObject"))
    Path("details.json").write_bytes(account.data)


def run(*arguments: str) -> tuple[int, str]:
    """The exit code with what is printed, or with the one line of the mistake."""
    found = CliRunner().invoke(COMMANDS[arguments[0]], arguments[1:])
    if isinstance(found.exception, Stop):
        return found.exception.code, str(found.exception)
    if isinstance(found.exception, click.ClickException):
        return 2, found.exception.format_message()
    assert found.exception is None or isinstance(found.exception, SystemExit)
    return found.exit_code, found.output


ASKED = ("simulate", "--principal", USER, "--action", "sns:Publish", "--resource", TOPIC)


@pytest.mark.parametrize(
    ("schema", "code", "arguments"),
    [
        ("iam-simulate-v1", 0, (*ASKED, "--resource-policy", "open.json")),
        ("iam-simulate-v1", 1, ASKED),
        ("iam-simulate-v1", 4, (*ASKED, "--resource-policy", "odd.json")),
        ("iam-compare-v1", 0, ("compare", "open.json", "own.json")),
        ("iam-compare-v1", 1, ("compare", "own.json", "open.json")),
        ("iam-compare-v1", 4, ("compare", "own.json", "odd.json")),
        ("iam-access-v1", 0, ("access", "own.json")),
        ("iam-access-v1", 1, ("access", "open.json", "--public")),
        ("iam-access-v1", 4, ("access", "odd.json")),
        ("iam-lint-v1", 1, ("lint", "open.json", "odd.json")),
        (
            "iam-who-can-v1",
            0,
            ("who-can", "ses:SendEmail", "*", "--in", "details.json", "--principal", arn("user", "ann")),
        ),
        ("iam-who-can-v1", 4, ("who-can", "sns:Publish", TOPIC, "--in", "details.json")),
        ("iam-narrow-v1", 0, ("narrow", "--all", "--in", "details.json")),
        ("iam-narrow-v1", 0, ("narrow", "ann", "--own-account", "--in", "details.json")),
        ("iam-escalate-v1", 1, ("escalate", "--mail", "--in", "details.json")),
    ],
)
def test_json_obeys_its_schema(schema: str, code: int, arguments: tuple[str, ...]) -> None:
    exit_code, output = run(*arguments, "--format", "json")
    made = json.loads(output)
    assert (made["schema"], exit_code) == (schema, code)
    validator = Draft202012Validator(json.loads((resources.files("auditor.schemas") / f"{schema}.json").read_text()))
    assert [error.message for error in validator.iter_errors(made)] == []
    del made["schema"]
    assert not validator.is_valid(made)


def test_a_comparison_shows_the_statement_and_its_place() -> None:
    assert run("compare", "own.json", "open.json")[1].splitlines() == [
        f"new access: anybody, even without credentials, may do sns:Publish on {TOPIC}",
        "  statement Open allows it  [open.json:1:41]",
    ]
    assert run("compare", "own.json", "odd.json")[1].splitlines() == [
        "not decided",
        "  not known: the policy breaks the grammar: statement #1 is not a mapping",
    ]


@pytest.mark.parametrize(
    "type_", ["resource", "aws_sns_topic_policy", "AWS::SNS::TopicPolicy", "aws_iam_policy_document"]
)
def test_types_in_any_spelling(type_: str) -> None:
    assert run("compare", "own.json", "open.json", "--type", type_)[0] == 1
    assert run("compare", "open.json", "own.json", "--type", type_)[0] == 0


def test_access_tells_the_audience_and_a_request_that_shows_it() -> None:
    assert run("access", "open.json")[1].splitlines() == [
        "audience: public",
        "public actions: sns:Publish",
        "by AWS's own definition: public",
        "  statement Open lets everybody do sns:Publish  [open.json:1:41]",
        "  account 111122223333 is taken to own the resource: the policy's Resource elements name it",
        f"  such as: anybody, even without credentials, may do sns:Publish on {TOPIC}",
    ]
    code, text = run("access", "own.json", "--public", "--resource-account", "111122223333")
    assert (code, text.splitlines()[0]) == (0, "not public")
    assert run("access", "own.json", "--public", "--owner", "111122223333") == (code, text)


def test_many_statements_are_cut_in_text_only() -> None:
    many = {"Statement": [{**OPEN, "Sid": f"S{number}"} for number in range(50)]}
    Path("many.json").write_text(json.dumps(many))
    text = run("access", "many.json")[1]
    assert "  and 31 more: --format json lists all\n" in text
    assert len(json.loads(run("access", "many.json", "--format", "json")[1])["because"]) == 51


@pytest.mark.parametrize("type_", ["AWS::EC2::VPCEndpoint", "aws_vpc_endpoint_policy", "AWS::SNSS::Topic"])
def test_a_type_whose_actions_are_not_known_hides_no_audience(type_: str) -> None:
    code, text = run("access", "open.json", "--public", "--resource-type", type_)
    assert code == 1
    assert f"auditor: the actions of {type_} are not known: all in the policy are taken for its own\n" in text
    assert "audience: public\n" in run("access", "open.json", "--resource-type", type_)[1]


NO_POLICY = "is no type of a policy, such as identity, resource, AWS::SNS::TopicPolicy or aws_iam_policy"
TYPE = "is no type of a resource with a policy, such as AWS::SNS::Topic or aws_sns_topic_policy"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("access", "open.json", "--resource-type", "topc"), f"--resource-type topc {TYPE}"),
        (("access", "open.json", "--resource-type", "aws_iam_policy"), f"--resource-type aws_iam_policy {TYPE}"),
        (("lint", "open.json", "--resource-type", "topc"), f"--resource-type topc {TYPE}"),
        (
            ("compare", "open.json", "own.json", "--type", "idetity"),
            f"--type idetity {NO_POLICY}",
        ),
        (
            ("who-can", "--cases", "-", "--absent", "aws:SourceArn", "--in", "details.json"),
            "--cases takes no ACTION, RESOURCE, policy or scope: the cases hold them",
        ),
        (
            ("escalate", "--cases", "-", "--account", "111122223333"),
            "--cases goes with no other input: the cases hold all",
        ),
    ],
)
def test_misspelt_names_and_options_are_one_line(arguments: tuple[str, ...], message: str) -> None:
    assert run(*arguments) == (2, message)


def test_one_is_not_written_as_many() -> None:
    assert run("escalate", "--in", "details.json", "--principal", "bob")[1].splitlines()[-1] == (
        "1 principal: 0 administrators, 0 can become one, 0 not decided, 1 cannot"
    )
    assert "\n3 principals, " in run("narrow", "--all", "--in", "details.json")[1]
    text = run("narrow", "bob", "--own-account", "--in", "details.json", "--format", "text")[1]
    assert "1 action on every resource (*): s3:GetObject\n" in text
    assert "\nleaves out 0 actions\n" in text


def test_late_names_of_the_library_are_functions_whatever_was_imported_before() -> None:
    import auditor.iam
    import auditor.iam.difference
    import auditor.iam.letting

    for name in ("difference", "granted", "letting", "who_can"):
        assert callable(getattr(auditor.iam, name)), name
    assert [name for name in auditor.iam.__all__ if not hasattr(auditor.iam, name)] == []
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = auditor.iam.nothing
