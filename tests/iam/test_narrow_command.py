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


def piped(stdin: bytes, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, input=stdin)


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
        (("mailer", "--pin-topic", "arn:aws:sqs:eu-west-1:111122223333:q"), 2, "--pin-topic: 'arn:aws:sqs"),
        (("mailer", "--pin-identity", ""), 2, "--pin-identity: '' is no name"),
        (("mailer", "--pin-from", "example.com"), 2, "is not like no-reply@example.com"),
        (("mailer", "--pin-from", "a b@example.com"), 2, "is not like no-reply@example.com"),
        (("mailer", "--pin-from-recorded"), 2, "--pin-from-recorded needs --used"),
        (("mailer", "--pin-from-recorded", "--used", "trail.json.gz"), 4, "tells no sender of mail"),
        (("--cases", "-", "mailer"), 2, "--cases goes with choices only"),
        (("mailer", "--in", "-", "--used", "-"), 2, "- can stand once only"),
        (("mailer", "--scp", "missing.json"), 3, "missing.json: No such file"),
        (("mailer", "--scp", "trail.json.gz"), 3, "trail.json.gz"),
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


def test_a_file_without_records_spans_no_time() -> None:
    Path("trail.json").write_text('{"Records": []}', "utf-8")
    found = run("mailer", "--used", "trail.json")
    assert "taken for granted: the CloudTrail file holds no record\n" in found.stderr
    assert "all that there are" not in found.stderr


def test_what_could_be_chosen_stands_below_the_findings() -> None:
    lines = run("mailer").stdout.splitlines()
    chosen = [line.split()[0] for line in lines if line.startswith("  --")]
    assert chosen == [
        "--pin-identity",
        "--pin-configuration-set",
        "--pin-topic",
        "--pin-from",
        "--level",
        "--expand",
        "--own-account",
    ]
    offered = json.loads(run("mailer", "--format", "json").stdout)["findings_of"][0]["choices"]
    assert ["--" + each["way"] for each in offered] == chosen
    assert all(each["locks_out"] for each in offered)


def test_a_choice_writes_a_policy_and_tells_what_it_locks_out() -> None:
    result = run(
        "mailer", "--pin-topic", "orders", "--pin-from", "no-reply@example.com", "--pin-identity", "example.com"
    )
    assert result.exit_code == 0
    made = json.loads(result.stdout)["Statement"]
    assert made[-1]["Condition"] == {"StringEquals": {"ses:FromAddress": "no-reply@example.com"}}
    assert "auditor: locks out 1 action (ses:SendEmail) on any identity but" in result.stderr
    assert "text messages to phone numbers" in result.stderr
    assert "auditor: proven: it allows nothing that was not allowed" in result.stderr


def test_levels_and_expanding() -> None:
    made = json.loads(run("mailer", "--level", "list", "--expand").stdout)["Statement"]
    lists = [each.name for each in actions_of("sns") if each.access.value == "List"]
    assert made == [{"Sid": "Mail", "Effect": "Allow", "Action": [*lists, "ses:SendEmail"], "Resource": "*"}]


def test_a_use_that_a_choice_would_stop_is_told_and_nothing_is_written() -> None:
    # The record names the topic of the first call only, which stays for that; the second may be about another one.
    write_trail(event("Subscribe", requestParameters={"topicArn": TOPIC}), event("Subscribe"))
    result = run("mailer", "--used", "trail.json.gz", "--pin-topic", "bills")
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"sns:Subscribe on {TOPIC} is not allowed any more" in result.stderr
    assert "sns:Subscribe on an untold resource is not allowed any more" in result.stderr


def test_control_policies_from_files_cut_and_can_be_dropped() -> None:
    Path("root.json").write_text(json.dumps(document(allow("*"))))
    Path("unit.json").write_text(json.dumps(document(allow("ses:*"))))
    scp = ("--scp", "root.json", "--scp", "unit.json")
    told = run("mailer", *scp).stdout
    assert "actions in vain: sns:*; cut by the service control policies of level 2" in told
    assert json.loads(run("mailer", "--drop-vain", *scp).stdout)["Statement"] == [
        {"Sid": "Mail", "Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*"}
    ]


def test_the_dump_and_the_record_can_come_by_a_pipe() -> None:
    dump, record = Path("dump.json").read_bytes(), Path("trail.json.gz").read_bytes()
    plainly = run("mailer", "--used", "trail.json.gz")
    assert piped(dump, "mailer", "--in", "-", "--used", "trail.json.gz").stdout == plainly.stdout
    assert piped(record, "mailer", "--in", "dump.json", "--used", "-").stdout == plainly.stdout
    assert isinstance(piped(b"", "mailer", "--in", "-").exception, Stop)
    wrong = piped(b"{}", "mailer", "--in", "-").exception
    assert isinstance(wrong, Stop)
    assert str(wrong).startswith("-: is no input")


def two_roles() -> None:
    data = json.loads(details(document(allow("sns:*", Sid="Mail"))))
    (first,) = data["RoleDetailList"]
    broken = [{"PolicyName": "p", "PolicyDocument": document(allow("sns:*", Nope=1))}]
    more = [
        {**first, "RoleName": "other", "Arn": ROLE.replace("mailer", "other")},
        {**first, "RoleName": "broken", "Arn": ROLE.replace("mailer", "broken"), "RolePolicyList": broken},
    ]
    data["RoleDetailList"] = [first, *more]
    Path("dump.json").write_text(json.dumps(data))


def test_smaller_policies_of_all_principals_a_line_each() -> None:
    two_roles()
    result = run("--all", "--used", "trail.json.gz", "--format", "json")
    assert result.exit_code == 4
    lines = {each["name"]: each for each in map(json.loads, result.stdout.splitlines())}
    assert lines["mailer"]["policy"] == json.loads(run("mailer", "--used", "trail.json.gz").stdout)
    assert lines["other"]["proof"]["uses"] == 0
    assert lines["other"]["policy"]["Statement"][0]["Action"] == [
        "sns:ConfirmSubscription",
        "sns:Publish",
        "sns:Unsubscribe",
    ]
    assert "cannot be written again" in lines["broken"]["error"]
    text = run("--all", "--used", "trail.json.gz")
    assert text.exit_code == 4
    assert [line.rpartition("/")[2].split(":")[0] for line in text.stdout.splitlines()] == ["broken", "mailer", "other"]


def test_one_that_is_not_proven_among_all_is_told_by_the_exit_code() -> None:
    write_trail(event("Subscribe"))
    assert run("--all", "--used", "trail.json.gz", "--pin-topic", "bills").exit_code == 1


def test_last_accessed_details_cannot_be_of_all() -> None:
    two_roles()
    Path("accessed.json").write_text(json.dumps({"JobStatus": "COMPLETED", "ServicesLastAccessed": []}))
    assert stopped("--all", "--used", "accessed.json") == (
        3,
        "accessed.json: last-accessed details are of one principal, and do not say of which",
    )


def cases(*lines: object, options: tuple[str, ...] = ()) -> tuple[int, list[dict[str, Any]]]:
    written = "\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines)
    result = piped(written.encode(), "--cases", "-", *options)
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def test_cases_are_answered_line_by_line() -> None:
    code, found = cases(
        {"id": "plain", "identity": [document(allow("sns:*"))]},
        {
            "id": "used",
            "principal": ROLE,
            "policies": [{"name": "p", "document": document(allow("sns:*"))}],
            "used": [event("Subscribe", requestParameters={"topicArn": TOPIC}), READING],
            "boundary": document(allow("sns:*")),
            "scp": [document(allow("*"))],
        },
        {"id": "vain", "identity": [document(allow("sns:*"))], "boundary": [document(allow("ses:*"))]},
    )
    assert code == 0
    assert [each["id"] for each in found] == ["plain", "used", "vain"]
    assert found[0]["policy"] == document(allow("sns:*"))
    assert found[1]["policy"]["Statement"][-1] == {"Effect": "Allow", "Action": "sns:Subscribe", "Resource": TOPIC}
    assert found[1]["proof"]["holds"]
    assert [each["kind"] for each in found[2]["findings"]][-1] == "in-vain"


def test_choices_count_for_every_case() -> None:
    code, found = cases({"identity": [document(allow("sns:Publish"))], "principal": ROLE}, options=("--pin-topic", "a"))
    assert code == 0
    assert found[0]["policy"]["Statement"][0]["Resource"] == f"arn:aws:sns:*:{ACCOUNT}:a"


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ({}, "holds neither policies nor identity"),
        ({"identity": 3}, "identity is not a list"),
        ({"policies": [3]}, "policies #1 is not an object"),
        ({"policies": [{"name": "a"}]}, "a is not a policy document"),
        ({"identity": [document(allow("sns:*"))], "scp": 3}, "scp is not a list"),
        ({"identity": [document(allow("sns:*"))], "principal": "me"}, "principal is not the ARN"),
        ({"identity": [document(allow("sns:*"))], "used": []}, "used needs a principal"),
        ({"identity": [document(allow("sns:*"))], "principal": ROLE, "used": 3}, "used is neither"),
        ({"identity": [document(allow("sns:*"))], "principal": ROLE, "used": {}}, "used: neither CloudTrail"),
        ({"identity": [document(allow("sns:*", Nope=1))]}, "cannot be written again"),
        ({"identity": ["{"]}, "policy of principal cannot be"),
        ({"identity": [document(allow("sns:*", "arn:aws:sns:\ud800*"))]}, "a text holds half a character"),
        ({"identity": [document(allow("sns:*", Sid="\ud800"))]}, "a text holds half a character"),
        ("nonsense", "no JSON"),
    ],
)
def test_a_case_that_cannot_be_answered_stops_no_other(case: object, error: str) -> None:
    code, found = cases(case, {"identity": [document(allow("sns:Publish"))]})
    assert code == 4
    assert error in found[0]["error"]
    assert found[1]["policy"] == document(allow("sns:Publish"))
