"""The author of what is scanned controls templates, folders and configuration, and gains nothing by it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from in_process import auditor

TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::SNS::Topic
"""


def process(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A run in a process of its own, which looks for modules by itself."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GITHUB_", "PYTHON"))}
    return subprocess.run(
        [sys.executable, "-m", "auditor", *arguments],
        cwd=folder,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def rules_of(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [rule["id"] for rule in json.loads(done.stdout)["rules"]]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    return tmp_path


@pytest.mark.parametrize("situation", ["PYTHONPATH", "python -m", "package"])
def test_a_scanned_folder_with_its_own_rules_and_modules(repository: Path, situation: str) -> None:
    expected = rules_of(process("scan", "template.yaml", "--format", "json", folder=repository))
    assert "sns-topic-no-sse-kms" in expected
    for name in ("rules", "pricing", "yaml", "msgspec"):
        (repository / name).mkdir()
        if situation == "package" or name != "rules":
            (repository / name / "__init__.py").write_text("raise SystemExit(99)\n")
    place = repository / "rules" / "sns" / "topic"
    place.mkdir(parents=True)
    (place / "no_sse_kms.py").write_text("raise SystemExit(99)\n")

    extra = {"PYTHONPATH": "."} if situation == "PYTHONPATH" else {}
    done = process("scan", "template.yaml", "--format", "json", folder=repository, **extra)

    assert rules_of(done) == expected
    assert done.returncode == 1


@pytest.mark.parametrize(("before", "message"), [("", "is no input"), ("Resources:\n  T: ", "2:")])
def test_a_hundred_kilobytes_of_brackets(repository: Path, before: str, message: str) -> None:
    (repository / "deep.yaml").write_text(before + "[" * 100_000)

    done = auditor("scan", "deep.yaml", folder=repository)

    assert done.exit_code == 3
    assert done.stderr.startswith(("auditor: deep.yaml: " if not before else "auditor: deep.yaml:") + message)
    assert len(done.stderr.splitlines()) == 1


def test_an_alias_bomb(repository: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    (repository / "bomb.yaml").write_text("\n".join([*lines, "Resources: {T: {Type: AWS::SNS::Topic}}"]))

    done = auditor("scan", "bomb.yaml", folder=repository)

    assert done.exit_code == 3
    assert done.stderr.startswith("auditor: bomb.yaml:")
    assert len(done.stderr.splitlines()) == 1


def test_a_broken_input_does_not_stop_the_others(repository: Path) -> None:
    (repository / "broken.yaml").write_text("Resources:\n  T: {Type: AWS::SNS::Topic\n")

    done = auditor("scan", ".", "--format", "json", folder=repository)

    report = json.loads(done.stdout)
    assert [given["path"] for given in report["inputs"]] == ["template.yaml"]
    assert report["complete"] is False
    assert report["incomplete"][0]["what"].startswith("broken.yaml:")
    assert done.exit_code == 1


def test_a_name_with_escape_codes_and_workflow_commands(repository: Path) -> None:
    name = "a\\e[2Jb\\n::error::owned\\u202e"
    (repository / "template.yaml").write_text(
        f'Resources:\n  Orders:\n    Type: AWS::SNS::Topic\n    Properties: {{TopicName: "{name}"}}\n'
    )

    done = auditor("scan", "template.yaml", folder=repository, GITHUB_ACTIONS="true")

    assert done.exit_code == 1
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "a\\x1b[2Jb" in done.stdout
    assert not [line for line in done.stdout.splitlines() if line.lstrip().startswith("::")]


def test_a_change_cannot_waive_its_own_findings(tmp_path: Path) -> None:
    for side in ("base", "head"):
        (tmp_path / side / ".git").mkdir(parents=True)
        (tmp_path / side / "template.yaml").write_text("Resources: {Q: {Type: AWS::SQS::Queue}}")
    (tmp_path / "head" / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "head" / "auditor.yaml").write_text(
        "version: 1\nfail_on: none\nwaivers:\n"
        "  - {rule: sns-topic-no-sse-kms, resource: '*', reason: mine, until: 2099-01-01}\n"
    )

    done = auditor("diff", "base", "head", "--format", "json", folder=tmp_path)

    difference = json.loads(done.stdout)
    assert [item["result"]["rule"] for item in difference["new"]] == ["sns-topic-no-sse-kms"]
    assert any(line.startswith("waiver added: ") for line in difference["settings_changes"])
    assert any(line.startswith("fail_on: low") for line in difference["settings_changes"])
    assert done.exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("scan",), 2, "auditor: nothing to read: name a file or folder, or use --live"),
        (("scan", "missing.yaml"), 3, "auditor: missing.yaml: "),
        (
            ("scan", "template.yaml", "--account", "prod"),
            2,
            "auditor: Invalid value for '--account': 'prod' is not like",
        ),
        (("scna", "x"), 2, "auditor: no such command 'scna'; did you mean 'scan'?"),
        (("rules", "explain", "sns-topic-no-sse"), 2, "auditor: there is no rule 'sns-topic-no-sse'; did you mean"),
        (("scan", "template.yaml", "--output", "jsn=x"), 2, "auditor: there is no format 'jsn'; did you mean 'json'?"),
    ],
)
def test_a_users_mistake_is_one_line(repository: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    done = auditor(*arguments, folder=repository)

    assert done.exit_code == code
    assert done.stderr.startswith(message)
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_a_wrong_source_date_epoch_is_one_line(repository: Path) -> None:
    done = auditor("scan", "template.yaml", folder=repository, SOURCE_DATE_EPOCH="9" * 30)

    assert done.exit_code == 2
    assert done.stderr == f"auditor: SOURCE_DATE_EPOCH={'9' * 30} is no time in seconds since 1970\n"


def streams(*arguments: str, folder: Path, redirected: str) -> tuple[int, str]:
    """Exit code and stderr of a command whose streams a shell redirects."""
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -m auditor "$@" {redirected}', sys.executable, *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GITHUB_"))},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("redirected", [">&-", "2>&-", ">&- 2>&-"])
@pytest.mark.parametrize(("command", "code"), [("scan", 1), ("inventory", 0)])
def test_with_closed_streams_the_exit_code_still_tells(
    repository: Path, command: str, code: int, redirected: str
) -> None:
    assert streams(command, "template.yaml", folder=repository, redirected=redirected) == (code, "")


def test_a_closed_stdin_is_an_empty_one(repository: Path) -> None:
    asked = ("iam", "simulate", "--cases", "-")
    assert streams(*asked, folder=repository, redirected="<&-") == (3, "auditor: -: holds no case\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("arguments", [("scan", "template.yaml"), ("rules", "list"), ("--help",), ("--version",)])
def test_a_full_disk_behind_stdout_is_no_verdict(repository: Path, arguments: tuple[str, ...]) -> None:
    told = "auditor: stdout: No space left on device\n"
    assert streams(*arguments, folder=repository, redirected=">/dev/full") == (4, told)


@pytest.mark.parametrize("wanted", ["", "1"])
def test_a_defect_is_no_verdict(repository: Path, wanted: str) -> None:
    broken = (
        "import auditor.cli.main as main, auditor.cli.lazy as lazy\n"
        "def fail(*_): raise KeyError('lost')\n"
        "lazy.LazyGroup.get_command = fail\n"
        "main.run(['scan', 'template.yaml'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", broken],
        cwd=repository,
        env={**os.environ, "AUDITOR_TRACEBACK": wanted},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (4, "")
    *before, last = done.stderr.splitlines()
    assert last == (
        "auditor: internal error at <string>:2: KeyError: 'lost'; nothing is judged. Please report it, with what"
        " AUDITOR_TRACEBACK=1 adds"
    )
    assert bool(before) is bool(wanted)


def test_files_that_cannot_be_are_refused_before_any_work(repository: Path) -> None:
    for arguments in (("scan", "missing.yaml"), ("diff", "missing.yaml", "missing.yaml")):
        for file, reason in ((".", "Is a directory"), ("no/x", "No such file or directory")):
            done = auditor(*arguments, "--output", f"json={file}", folder=repository)
            assert (done.exit_code, done.stdout) == (2, "")
            assert done.stderr == f"auditor: {file}: cannot be written: {reason}\n"


def test_a_value_that_no_template_takes_is_told(repository: Path) -> None:
    (repository / "template.yaml").write_text("Parameters:\n  Stage: {Type: String}\n" + TEMPLATE)
    done = auditor("scan", "template.yaml", "--parameter", "Stages=prod", folder=repository)
    told = "auditor: --parameter Stages: no template that was read has such a parameter; did you mean Stage?\n"
    assert (done.exit_code, done.stderr) == (1, told)
    assert auditor("scan", "template.yaml", "--parameter", "Stage=prod", folder=repository).stderr == ""


def test_files_that_are_not_read_are_told_without_being_asked(repository: Path) -> None:
    (repository / "main.tf").write_text("")
    done = auditor("scan", ".", folder=repository)
    told = "auditor: 1 file of Terraform configuration not read: this version does not read it\n"
    assert (done.exit_code, done.stderr) == (1, told)


def test_an_inventory_shows_no_workflow_command_and_no_endpoint(repository: Path) -> None:
    (repository / "template.json").write_text(
        json.dumps(
            {
                "Resources": {
                    "##[group]A": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "a\ud800##[error]"}},
                    "S": {
                        "Type": "AWS::SNS::Subscription",
                        "Properties": {"TopicArn": "t", "Protocol": "email", "Endpoint": "ann@example.com"},
                    },
                }
            }
        )
    )
    for more in ((), ("--format", "json"), ("--coverage",)):
        done = auditor("inventory", "template.json", *more, folder=repository, GITHUB_ACTIONS="true")
        assert done.exit_code == 0
        assert "##[" not in done.stdout
        assert "ann@" not in done.stdout
    shown = auditor("inventory", "template.json", "--show-endpoints", folder=repository)
    assert "ann@example.com" in shown.stdout


def test_messages_are_no_workflow_commands(repository: Path) -> None:
    done = auditor("scan", "##[error]x", folder=repository, GITHUB_ACTIONS="true")
    assert (done.exit_code, done.stderr) == (3, "auditor: #\\x23[error]x: No such file or directory\n")
