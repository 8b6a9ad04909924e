"""``auditor trace`` from end to end, on templates."""

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from routes.building import MailPath

from auditor.cli.errors import Stop
from auditor.cli.trace import command
from auditor.model.inventory import Input
from auditor.sources.snapshot import encode

FOLDER = Path(__file__).parents[2] / "fixtures" / "routes"


@pytest.fixture(autouse=True)
def _anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(command, arguments)


def at(name: str) -> tuple[str, str]:
    return "--in", str(FOLDER / f"{name}.yaml")


@pytest.mark.parametrize(
    ("name", "code"), [("healthy", 0), ("counts_only", 0), ("default_set_elsewhere", 0), ("key_aws_managed", 1)]
)
def test_fails_when_an_event_certainly_does_not_arrive(name: str, code: int) -> None:
    assert run("example.com", *at(name)).exit_code == code


def test_shows_both_events_or_one() -> None:
    both = run("example.com", *at("complaint_forgotten")).stdout
    assert "bounce: PROGRAMMATIC\n" in both
    assert "complaint: EMAIL_ONLY\n" in both
    one = run("example.com", "--event", "complaint", *at("complaint_forgotten")).stdout
    assert "bounce: PROGRAMMATIC" not in one
    assert "complaint: EMAIL_ONLY\n" in one


def test_names_the_broken_link() -> None:
    shown = run("example.com", *at("topic_policy_for_identity")).stdout
    (line, _) = [line for line in shown.splitlines() if " BROKEN  " in line]
    assert "topic policy ." in line
    assert "does not allow SES sns:Publish for configuration set main" in line


def test_json() -> None:
    result = run("example.com", "--event", "bounce", "--format", "json", *at("key_aws_managed"))
    assert result.exit_code == 1
    (trace,) = json.loads(result.stdout)["traces"]
    assert (trace["event"], trace["grade"]) == ("BOUNCE", "BROKEN")


def test_region_and_account_can_be_told() -> None:
    result = run("example.com", "--account", "111122223333", "--region", "eu-west-1", *at("healthy"))
    assert result.stdout.startswith("example.com (eu-west-1)  bounce: PROGRAMMATIC\n")


def test_configuration_sets_have_names_too() -> None:
    assert run("main", *at("healthy")).stdout.startswith("main (")


def test_an_address_is_sent_as_its_domain() -> None:
    result = run("bob@example.com", *at("healthy"))
    assert result.exit_code == 0
    assert result.stderr == "auditor: bob@example.com is no identity of its own: its mail is sent as example.com\n"


def test_unknown_identities_are_answered_with_close_names() -> None:
    result = run("exmaple.com", *at("healthy"))
    assert isinstance(result.exception, Stop)
    assert (result.exception.code, str(result.exception)) == (
        2,
        "no identity or configuration set 'exmaple.com'; did you mean example.com?",
    )


def test_unreadable_inputs() -> None:
    result = run("example.com", "--in", "nowhere.yaml")
    assert isinstance(result.exception, Stop)
    assert result.exception.code == 3


def test_one_unreadable_input_of_two_is_incomplete(tmp_path: Path) -> None:
    (tmp_path / "torn.yaml").write_text("Resources:\n  A: [")
    result = run("example.com", *at("healthy"), "--in", "torn.yaml")
    assert result.exit_code == 4
    assert "torn.yaml" in result.stderr
    assert "bounce: PROGRAMMATIC" in result.stdout


def test_endpoints_are_masked_unless_asked_for() -> None:
    assert "ops@example.net" not in run("example.com", *at("subscription_email")).stdout
    assert "ops@example.net" in run("example.com", "--show-endpoints", *at("subscription_email")).stdout


def snapshot(path: MailPath) -> bytes:
    read = Input(path="aws:111122223333:eu-west-1", kind="aws", account="111122223333", region="eu-west-1")
    return encode(msgspec.structs.replace(path.inventory, inputs=(read,)))


def test_snapshots_are_traced_like_the_account(tmp_path: Path) -> None:
    (tmp_path / "account.json").write_bytes(snapshot(MailPath()))
    result = run("example.com", "--in", "account.json")
    assert result.exit_code == 0
    assert result.stdout.startswith("example.com (eu-west-1)  bounce: PROGRAMMATIC\n")
    (tmp_path / "account.json").write_bytes(snapshot(MailPath().remove("queue_policy")))
    assert run("example.com", "--in", "account.json").exit_code == 1
