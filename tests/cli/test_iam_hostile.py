"""What the ``auditor iam`` commands do with files that are wrong or made to harm."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from auditor.cli.errors import Stop
from auditor.cli.iam import cases
from auditor.cli.iam.access import command as access
from auditor.cli.iam.compare import command as compare
from auditor.cli.iam.files import policies_in
from auditor.cli.iam.lint import command as lint
from auditor.cli.iam.simulate import command as simulate

TOPIC = "arn:aws:sns:eu-west-1:111122223333:orders"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "P", "Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": TOPIC},
    ],
}
CONTROL = "\x1b[2Jx\n::error::y\u202e\x9b"
EVIL = {
    "Statement": [
        {
            "Sid": CONTROL,
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::111122223333:user/{CONTROL}"},
            "Action": "sns:Publish",
            "Resource": f"{TOPIC}{CONTROL}",
            "Condition": {"StringLike": {f"aws:{CONTROL}": f"{CONTROL}*"}},
        },
        {"Effect": "Allow", "Principal": "*", "Action": CONTROL, "Resource": "*"},
        {"Effect": "Deny", "NotPrincipal": {CONTROL: CONTROL}, "NotAction": CONTROL, "NotResource": CONTROL},
    ]
}
ASKED = ("--principal", "anonymous", "--action", "sns:Publish", "--resource", f"{TOPIC}{CONTROL}")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ok.json").write_text(json.dumps(POLICY), "utf-8")
    (tmp_path / "evil.json").write_text(json.dumps(EVIL), "utf-8")
    return tmp_path


def run(*arguments: str, stdin: bytes | None = None) -> tuple[int, str]:
    """The exit code with what is printed, or with the one line of the mistake."""
    command = {"access": access, "compare": compare, "lint": lint, "simulate": simulate}[arguments[0]]
    found = CliRunner().invoke(command, arguments[1:], input=stdin)
    if isinstance(found.exception, Stop):
        return found.exception.code, str(found.exception)
    assert found.exception is None or isinstance(found.exception, SystemExit)
    return found.exit_code, found.stdout


def test_the_same_policy_in_every_form_that_files_have(folder: Path) -> None:
    text = json.dumps(POLICY)
    (folder / "mark.json").write_bytes(b"\xef\xbb\xbf" + text.encode())
    (folder / "list.json").write_text(f"[{text}]")
    (folder / "string.json").write_text(json.dumps(text))
    (folder / "strings.json").write_text(json.dumps([text]))
    (folder / "policy.yaml").write_text(
        "Version: 2012-10-17\nStatement:\n"
        f"- {{Sid: P, Effect: Allow, Principal: '*', Action: 'sns:Publish', Resource: '{TOPIC}'}}\n"
    )
    for name in ("mark.json", "list.json", "string.json", "strings.json", "policy.yaml"):
        assert run("compare", "ok.json", name) == (0, "no new access\n")
        assert run("compare", name, "ok.json") == (0, "no new access\n")
    assert run("compare", "-", "ok.json", stdin=text.encode()) == (0, "no new access\n")
    assert run("access", "-", "--public", stdin=text.encode())[0] == 1
    assert run("simulate", *ASKED[:4], "--resource", TOPIC, "--resource-policy", "-", stdin=text.encode())[0] == 0


def test_a_pipe_is_read(folder: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, json.dumps(POLICY).encode())
    os.close(writer)
    assert len(policies_in(f"/dev/fd/{reader}")) == 1
    os.close(reader)
    assert folder.exists()


DEEP = b'{"Statement": ' + b"[" * 100_000


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "x.json:1:1: not JSON: expected a value"),
        (b"\x00\xff\xfe", "x.json: it is not UTF-8"),
        (json.dumps(POLICY).encode("utf-16"), "x.json: it is not UTF-8"),
        (b'{"Statement": [{"Sid": "\xe9"}]}', "x.json: it is not UTF-8"),
        (b'{"Version": NaN}', "x.json:1:13: not JSON: expected a value"),
        (b'{"Version": Infinity}', "x.json:1:13: not JSON: expected a value"),
        (b"{} {}", "x.json:1:4: not JSON: something follows the end"),
        (b'{"Statement": [], "Statement": []}', "x.json:1:19: key 'Statement' stands twice, first on line 1"),
        (DEEP, "x.json:1:114: nested deeper than 100 levels: not read"),
        (b"3", "x.json:1:1: is not a policy document"),
        (b"null", "x.json:1:1: is not a policy document"),
        (b"[{}, 3]", "x.json:1:6: is not a policy document"),
        (b" " * (4 * 2**20 + 1), "x.json: is larger than 4 MiB: not read"),
    ],
)
def test_a_file_that_is_no_policy(folder: Path, content: bytes, message: str) -> None:
    (folder / "x.json").write_bytes(content)
    for arguments in (
        ("compare", "ok.json", "x.json"),
        ("access", "x.json"),
        ("simulate", *ASKED, "--policy", "x.json"),
    ):
        assert run(*arguments) == (3, message)


@pytest.mark.parametrize(("name", "message"), [("none.json", "No such file or directory"), (".", "Is a directory")])
def test_a_file_that_is_none(name: str, message: str) -> None:
    for arguments in (("compare", "ok.json", name), ("access", name), ("lint", name)):
        assert run(*arguments) == (3, f"{name}: {message}")


def test_lint_goes_on_after_a_file_that_cannot_be_read() -> None:
    found = CliRunner().invoke(lint, ["none.json", "ok.json", "--type", "resource"])
    assert (found.exit_code, found.stdout.splitlines()[-1]) == (4, "1 security warning in 1 policy")
    assert found.stderr == "auditor: none.json: No such file or directory\n"
    assert CliRunner().invoke(lint, ["none.json", "evil.json", "--fail-on", "none"]).exit_code == 4


@pytest.mark.parametrize("statement", ["3", "null", '"x"', "[3, null, []]", '[{"Effect": {}, "Action": [[1]]}]', "{}"])
def test_statements_of_other_kinds_are_not_decided(folder: Path, statement: str) -> None:
    (folder / "x.json").write_text(f'{{"Statement": {statement}}}')
    assert run("compare", "ok.json", "x.json")[0] == 4
    assert run("access", "x.json")[0] == 4
    assert run("simulate", *ASKED, "--resource-policy", "x.json")[0] == 4
    assert run("lint", "x.json")[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("compare", "ok.json", "evil.json"),
        ("access", "evil.json"),
        ("access", "evil.json", "--public"),
        ("simulate", *ASKED, "--resource-policy", "evil.json"),
        ("lint", "evil.json", "--type", "resource"),
    ],
)
def test_text_of_others_is_safe_to_print(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    _, text = run(*arguments)
    assert [char for char in text if char != "\n" and not char.isprintable()] == []
    assert "\\x1b[2J" in text
    assert [line for line in text.splitlines() if line.lstrip().startswith("::")] == []
    _, written = run(*arguments, "--format", "json")
    assert [char for char in written if char != "\n" and not char.isprintable()] == []
    json.loads(written)


# -- batch files ------------------------------------------------------------------------------------------------------


def answers(*lines: bytes) -> tuple[int, list[dict[str, Any]]]:
    code, output = run("compare", "--cases", "-", stdin=b"\n".join(lines))
    return code, [json.loads(line, parse_constant=pytest.fail) for line in output.splitlines()]


def case(identity: str) -> bytes:
    return f'{{"id": {identity}, "existing": {json.dumps(POLICY)}, "new": {json.dumps(POLICY)}}}'.encode()


def test_ids_come_back_as_they_are() -> None:
    ids = ['"a"', "7", "1.5", "null", '{"a": [true]}', '"\\u001b\\u007f##["', '"\\ud800"']
    code, found = answers(*map(case, ids))
    assert code == 0
    assert [each["id"] for each in found] == [json.loads(each) for each in ids]
    assert {each["result"] for each in found} == {"PASS"}
    _, output = run("compare", "--cases", "-", stdin=case('"\\u007f##["'))
    assert "\x7f" not in output
    assert "##[" not in output


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{x}", "no JSON: Expecting property name enclosed in double quotes at column 2"),
        (b" {} x", "no JSON: Extra data at column 5"),
        (b'{"a": ', "no JSON: Expecting value at column 6"),
        (b"\xff", "not UTF-8"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"id": NaN}', "no JSON: NaN is no number"),
        (b'{"id": -Infinity}', "no JSON: -Infinity is no number"),
        (b'{"id": 1e999}', "the number 1e999 is too large"),
        (b'{"id": ' + b"9" * 5000 + b"}", "a number has 5000 digits"),
        (b'{"new": {"Version": 1, "Version": 2}}', "key 'Version' stands twice"),
        (b'"x"', "not a JSON object"),
    ],
)
def test_a_bad_line_does_not_stop_the_others(line: bytes, message: str) -> None:
    code, found = answers(case('"before"'), b"", b"  \t", line, case('"after"'))
    assert code == 4
    assert [each["id"] for each in found] == ["before", None, "after"]
    assert found[1]["error"] == f"line 4: {message}"
    assert found[2]["result"] == "PASS"


def test_a_line_that_is_too_long_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "_LONGEST", 1000)
    code, found = answers(case('"before"'), b"x" * 3500, case('"after"'), b"y" * 3500)
    assert code == 4
    assert [each.get("error", each["id"]) for each in found] == [
        "before",
        "line 2: longer than 1000 bytes",
        "after",
        "line 4: longer than 1000 bytes",
    ]


def test_a_defect_does_not_stop_the_others(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    def answer(found: cases.Case) -> cases.Answer:
        if found["id"] == 1:
            raise KeyError("Sid")
        return {"result": "PASS"}

    (folder / "x.jsonl").write_text('{"id": 1}\n{"id": 2}\n')
    assert cases.answer_all("x.jsonl", answer) == 4
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"id": 1, "error": "line 1: internal error: KeyError: 'Sid'"},
        {"id": 2, "result": "PASS"},
    ]


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_a_file_without_cases_is_no_input(folder: Path, content: bytes) -> None:
    (folder / "x.jsonl").write_bytes(content)
    assert run("compare", "--cases", "x.jsonl") == (3, "x.jsonl: holds no case")


def test_a_line_that_never_ends_is_not_read_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "_LONGEST", 2**20)
    monkeypatch.setattr(cases, "_SKIPPED", 2**22)
    assert run("simulate", "--cases", "/dev/zero") == (2, "/dev/zero: line 1 is longer than 4 MiB: not read on")
    (folder / "x.jsonl").write_bytes(b"x" * (2**21) + b"\n")
    assert run("simulate", "--cases", "x.jsonl")[0] == 4


def test_cases_in_a_folder_are_no_input(folder: Path) -> None:
    assert run("simulate", "--cases", str(folder)) == (3, f"{folder}: Is a directory")


def test_a_reader_that_leaves_ends_the_command_without_a_word_or_a_verdict(folder: Path) -> None:
    (folder / "x.jsonl").write_bytes(b"\n".join(case(f'"{number:01000}"') for number in range(500)))
    command = [sys.executable, "-m", "auditor", "iam", "compare", "--cases", "x.jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 141
