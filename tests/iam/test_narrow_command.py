"""``auditor iam narrow`` from end to end."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from narrowing import ACCOUNT, READING, ROLE, TOPIC, allow, details, document, event

from auditor.cli.errors import Stop
from auditor.cli.iam.narrow import command
from auditor.iam.database import actions_of
from auditor.report.terminal import plain


@pytest.fixture(autouse=True)
def _dump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("dump.json").write_bytes(details(document(allow(["sns:*", "ses:SendEmail"], Sid="Mail"))))
    write_trail(event("Subscribe", requestParameters={"topicArn": TOPIC}))


def write_trail(*events: dict[str, Any]) -> None:
    Path("trail.json.gz").write_bytes(gzip.compress(json.dumps({"Records": [*events, READING]}).encode()))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--in", "dump.json"])


def stopped(*arguments: str) -> tuple[int, str]:
    error = run(*arguments).exception
    assert isinstance(error, Stop)
    assert "\n" not in str(error)
    return error.code, str(error)


@pytest.mark.parametrize("name", ["mailer", ROLE])
def test_findings_of_a_principal_by_name_or_arn(name: str) -> None:
    result = run(name)
    findings = result.stdout.partition("could be chosen")[0]
    with_resources = sum(bool(each.resources) for each in actions_of("sns"))
    assert result.exit_code == 0
    assert findings.splitlines() == [
        ROLE,
        "  p0",
        "    Mail: all actions of a service: sns:*",
        f"    Mail: {1 + with_resources} actions on every resource (*): sns:*, ses:SendEmail",
        "    Mail: mail from any address: ses:SendEmail",
        "    Mail: mail by any configuration set (*): ses:SendEmail",
    ]


def test_a_smaller_policy_on_stdout_and_its_proof_on_stderr() -> None:
    result = run("mailer", "--used", "trail.json.gz")
    assert result.exit_code == 0
    made = json.loads(result.stdout)
    assert made["Statement"][1] == {"Sid": "Mail2", "Effect": "Allow", "Action": "sns:Subscribe", "Resource": TOPIC}
    assert "auditor: proven: it allows nothing that was not allowed" in result.stderr
    assert "auditor: proven: 1 of 1 recorded uses stay allowed" in result.stderr
    assert "taken for granted: the CloudTrail records are all that there are" in result.stderr


def test_everything_as_json() -> None:
    made = json.loads(run("mailer", "--used", "trail.json.gz", "--format", "json").stdout)
    assert made["schema"] == "iam-narrow-v1"
    assert made["principal"] == ROLE
    assert made["proof"] == {
        "holds": True,
        "subset": "true",
        "witness": None,
        "unknown": [],
        "uses": 1,
        "allowed_by_decision": 1,
        "allowed_by_sets": 0,
        "not_allowed_before": 0,
        "lost": [],
    }
    assert "ses:SendEmail" in made["undecided"]
    assert {each["kind"] for each in made["findings"]} >= {"service-wildcard", "unused", "any-sender"}


def test_all_principals_as_text_and_json() -> None:
    text = run("--all")
    assert text.exit_code == 0
    assert text.stdout.splitlines()[-5:] == [
        "1 principal, 1 with something to narrow or not read",
        "       1 all actions of a service",
        "       1 actions on every resource",
        "       1 mail from any address",
        "       1 mail by any configuration set",
    ]
    found = json.loads(run("--all", "--format", "json").stdout)
    assert (found["principals"], found["findings_of"][0]["principal"]) == (1, ROLE)
    assert found["findings_of"][0]["findings"][0] == {
        "policy": found["findings_of"][0]["findings"][0]["policy"],
        "statement": "Mail",
        "digest": found["findings_of"][0]["findings"][0]["digest"],
        "kind": "service-wildcard",
        "actions": ["sns:*"],
        "count": len(actions_of("sns")),
        "resources": [],
        "by": [],
        "certain": "true",
        "unknown": [],
    }


def test_confined_to_the_account() -> None:
    made = json.loads(run("mailer", "--own-account").stdout)
    assert f"arn:aws:ses:*:{ACCOUNT}:identity/*" in made["Statement"][-1]["Resource"]


def test_nothing_is_left() -> None:
    Path("dump.json").write_bytes(details(document(allow("sns:CreateTopic"))))
    result = run("mailer", "--used", "trail.json.gz")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "auditor: nothing is left: the policies can be detached" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 2, "name one PRINCIPAL, or use --all"),
        (("mailer", "--all"), 2, "name one PRINCIPAL, or use --all"),
        (("--all", "--used", "trail.json.gz", "--format", "policy"), 2, "needs one PRINCIPAL"),
        (("mailer", "--format", "policy"), 2, "a policy is written with --used"),
        (("mailer", "--only-recorded"), 2, "--only-recorded needs --used"),
        (("mailer", "--only-recorded", "--own-account"), 2, "--only-recorded needs --used"),
        (("nobody",), 2, "no user or role 'nobody'"),
        (("mailer", "--used", "missing.json"), 3, "missing.json: No such file"),
        (("mailer", "--used", "dump.json"), 3, "neither CloudTrail records nor last-accessed details"),
        (("mailer", "--used", "trail.json.gz", "--used", "trail.json.gz"), 2, "two records of the same kind"),
    ],
)
def test_mistakes_are_one_line(arguments: tuple[str, ...], code: int, message: str) -> None:
    found, told = stopped(*arguments)
    assert (found, message in told) == (code, True)


def test_a_policy_that_breaks_the_grammar_stops_the_writing_only() -> None:
    Path("dump.json").write_bytes(details(document(allow("sns:*", Nope=1))))
    assert run("mailer").exit_code == 0
    assert stopped("mailer", "--used", "trail.json.gz")[0] == 4


def test_what_others_wrote_is_printed_plain() -> None:
    nasty = "Mail\x1b[31m\u202e"
    Path("dump.json").write_bytes(details(document(allow("sns:*", Sid=nasty))))
    for arguments in (("mailer",), ("--all",), ("mailer", "--used", "trail.json.gz", "--format", "text")):
        result = run(*arguments)
        assert plain(nasty) in result.stdout
        assert "\x1b" not in result.stdout + result.stderr
    assert "\x1b" not in run("mailer", "--used", "trail.json.gz").stdout
