"""Which files are read, and what is said of the others."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from auditor.model.text import text
from auditor.sources import detect
from auditor.sources.detect import load
from auditor.sources.interface import Bindings

TEMPLATE = "Resources:\n  T:\n    Type: AWS::SNS::Topic\n    Properties: {TopicName: NAME}\n"


def put(folder: Path, path: str, content: str | bytes = TEMPLATE) -> Path:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def messages(errors: tuple[Exception, ...]) -> list[str]:
    return [str(error) for error in errors]


def test_files_are_named_relative_to_the_root(tmp_path: Path) -> None:
    put(tmp_path, "infra/a.yaml")
    loaded = load([tmp_path / "infra" / "a.yaml"], root=tmp_path)
    assert loaded.files == ("infra/a.yaml",)
    [topic] = loaded.inventory.resources
    assert (topic.deployment, topic.location.path, topic.location.line) == ("infra/a.yaml", "infra/a.yaml", 2)
    assert loaded.inventory.inputs[0].path == "infra/a.yaml"
    assert len(loaded.inventory.inputs[0].sha256) == 64


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.yaml", "x: 1\n", "a.yaml: is no input: neither a CloudFormation template nor a snapshot"),
        ("a.json", "", "a.json: is empty"),
        ("a.yaml", TEMPLATE.encode("utf-16"), "a.yaml: is in UTF-16: write it in UTF-8"),
        ("a.yaml", "Resources: {\n", "a.yaml:2:1: not YAML: "),
        ("a.yaml", "Resources: {A: {Kind: x}}\n", "a.yaml: is no input"),
        (
            "a.json",
            '{"format_version":"1.2","terraform_version":"1.11"}',
            "a.json: is a Terraform plan or state, which",
        ),
        ("a.tf", "", "a.tf: is Terraform configuration, which this version does not read"),
        ("a.tf.json", "{}", "a.tf.json: is Terraform configuration, which this version does not read"),
        ("a.json", '{"schema":"snapshot-v9"}', "a.json: is snapshot-v9; this version reads snapshot-v1"),
        ("manifest.json", '{"version":"1","artifacts":3}', "manifest.json: is no manifest of a cloud assembly: Exp"),
    ],
)
def test_a_named_file_that_is_no_input_is_an_error(
    tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    loaded = load([put(tmp_path, name, content)], root=tmp_path)
    assert loaded.inventory.resources == ()
    [error] = messages(loaded.errors)
    assert error.startswith(message)


def test_what_is_no_regular_file_is_an_error(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    loaded = load([pipe, tmp_path / "nowhere.yaml", "/dev/zero"], root=tmp_path)
    assert messages(loaded.errors) == [
        "pipe.yaml: is no regular file",
        "nowhere.yaml: No such file or directory",
        "/dev/zero: is no regular file",
    ]


def test_a_file_that_is_named_in_two_ways_is_read_once(tmp_path: Path) -> None:
    put(tmp_path, "infra/a.yaml")
    (tmp_path / "link").symlink_to(tmp_path / "infra", target_is_directory=True)
    put(tmp_path, "a.yaml")
    loaded = load([tmp_path / "infra" / "a.yaml", tmp_path / "infra" / ".." / "infra" / "a.yaml"], root=tmp_path)
    assert loaded.files == ("infra/a.yaml",)
    elsewhere = put(tmp_path.parent / f"{tmp_path.name}-other", "a.yaml").parent
    (tmp_path / "deep").symlink_to(elsewhere, target_is_directory=True)
    through = load([tmp_path / "deep" / ".." / "a.yaml"], root=tmp_path)
    assert messages(through.errors) == ["deep/../a.yaml: No such file or directory"]


def test_parameters_that_templates_declare_are_told(tmp_path: Path) -> None:
    put(tmp_path, "a.yaml", "Parameters: {A: {Type: String}}\n" + TEMPLATE)
    put(tmp_path, "b.yaml", "Parameters: {B: {Type: String}}\n" + TEMPLATE)
    assert load([tmp_path], root=tmp_path).parameters == {"A", "B"}


def test_a_folder_holds_candidates_and_the_rest_is_not_opened(tmp_path: Path) -> None:
    put(tmp_path, "a.yaml")
    put(tmp_path, "sub/b.yml")
    put(tmp_path, "sub/c.template")
    put(tmp_path, "sub/d.json", json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}))
    put(tmp_path, "e.txt")
    put(tmp_path, "package.json", "{}")
    put(tmp_path, "docs.yaml", "Resources are described here\n")
    put(tmp_path, "broken.yaml", "x: [\n")
    put(tmp_path, "main.tf", "")
    put(tmp_path, "more.tf.json", "{}")
    for skipped in (".git", ".terraform", ".venv", "node_modules", "sub/node_modules"):
        put(tmp_path, f"{skipped}/x.yaml")
    loaded = load([tmp_path], root=tmp_path)
    assert loaded.files == ("a.yaml", "sub/b.yml", "sub/c.template", "sub/d.json")
    assert loaded.not_inputs == 3
    assert loaded.not_read == {"Terraform configuration": 2}
    assert loaded.errors == ()


@pytest.mark.parametrize(
    ("content", "is_error"),
    [
        ("AWSTemplateFormatVersion: '2010-09-09'\nResources: [\n", True),
        ("Resources:\n  A:\n    Type: AWS::SNS::Topic\n  A: {}\n", True),
        ('{"Resources": {"A": {"Type": "AWS::SNS::Topic"}', True),
        ("Resources: [\n", False),
        ("text: {{ jinja }}\nNote: 'Resources: Type: AWS::X'\nx: [\n", False),
    ],
)
def test_a_candidate_that_begins_like_a_template_must_be_one(tmp_path: Path, content: str, is_error: bool) -> None:  # noqa: FBT001
    put(tmp_path, "a.yaml", content)
    loaded = load([tmp_path], root=tmp_path)
    assert (len(loaded.errors), loaded.not_inputs) == ((1, 0) if is_error else (0, 1))


def test_what_git_ignores_is_skipped(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    put(tmp_path, ".gitignore", "build/\n*.local.yaml\n")
    put(tmp_path, "infra/.gitignore", "!keep.local.yaml\nother.yaml\n")
    for path in ("build/a.yaml", "infra/b.local.yaml", "infra/keep.local.yaml", "infra/other.yaml", "other.yaml"):
        put(tmp_path, path)
    assert load([tmp_path], root=tmp_path).files == ("infra/keep.local.yaml", "other.yaml")
    assert load([tmp_path / "infra"], root=tmp_path).files == ("infra/keep.local.yaml",)
    assert load([tmp_path / "infra" / "other.yaml"], root=tmp_path).files == ("infra/other.yaml",)


def test_links_are_followed_inside_the_folder_only(tmp_path: Path) -> None:
    put(tmp_path, "outside/secret.yaml")
    inside = tmp_path / "inside"
    put(tmp_path, "inside/real.yaml")
    (inside / "good.yaml").symlink_to("real.yaml")
    (inside / "out.yaml").symlink_to(tmp_path / "outside" / "secret.yaml")
    (inside / "folder").symlink_to(tmp_path / "outside")
    (inside / "loop").symlink_to(inside)
    (inside / "gone.yaml").symlink_to("nowhere.yaml")
    assert load([inside], root=tmp_path).files == ("inside/good.yaml", "inside/real.yaml")


def test_large_files_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.sources.cloudformation.tree.MAX_BYTES", 2**20)
    put(tmp_path, "data.json", b'{"x": "' + b"x" * 2**20 + b'"}')
    put(tmp_path, "stack.yaml", TEMPLATE.encode() + b"#" * 2**20)
    loaded = load([tmp_path], root=tmp_path)
    assert loaded.not_inputs == 1
    assert messages(loaded.errors) == ["stack.yaml: is larger than 1 MiB: not read"]
    assert messages(load([tmp_path / "data.json"], root=tmp_path).errors) == [
        "data.json: is larger than 1 MiB: not read"
    ]


def test_a_file_is_read_once_however_often_it_is_named(tmp_path: Path) -> None:
    file = put(tmp_path, "a.yaml")
    assert load([file, tmp_path, str(file)], root=tmp_path).files == ("a.yaml",)


def test_parameters_and_bindings_reach_every_template(tmp_path: Path) -> None:
    template = "Parameters: {P: {Type: String}}\n" + TEMPLATE.replace("NAME", "!Ref P")
    put(tmp_path, "a.yaml", template)
    put(tmp_path, "b.yaml", template)
    bindings = Bindings(account="111122223333", region="eu-west-1", partition="aws")
    loaded = load([tmp_path], root=tmp_path, parameters={"P": "x"}, bindings=bindings)
    assert {item.arn for item in loaded.inventory.resources} == {text("arn:aws:sns:eu-west-1:111122223333:x")}
    assert {(item.account, item.region) for item in loaded.inventory.inputs} == {("111122223333", "eu-west-1")}


def test_many_files_are_read_by_processes_with_the_same_result(tmp_path: Path) -> None:
    for number in range(detect._WORTH_PROCESSES + 1):
        put(tmp_path, f"{number:03}.yaml", TEMPLATE.replace("NAME", f"t{number}"))
    put(tmp_path, "zz.yaml", "Resources: {T: {Type: AWS::SNS::Topic}, T: {}}")
    alone = load([tmp_path], root=tmp_path, jobs=1)
    together = load([tmp_path], root=tmp_path, jobs=2)
    with ThreadPoolExecutor(2) as executor:
        given = load([tmp_path], root=tmp_path, executor=executor)
    assert together.inventory == alone.inventory == given.inventory
    assert together.files == alone.files == given.files
    assert messages(together.errors) == messages(alone.errors) == messages(given.errors)
    assert [item.location.line for item in together.inventory.resources] == [2] * (detect._WORTH_PROCESSES + 1)


def test_progress_is_told_each_file_before_it_is_read(tmp_path: Path) -> None:
    put(tmp_path, "a.yaml")
    put(tmp_path, "b.json", "{}")
    told: list[str] = []
    load([tmp_path], root=tmp_path, progress=told.append)
    assert told == ["a.yaml", "b.json"]


def test_folders_that_cannot_be_listed_are_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a/x.yaml")

    def refuse(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    assert messages(load([tmp_path / "a"], root=tmp_path).errors) == ["a: Permission denied"]


def test_names_of_files_are_not_escaped_here(tmp_path: Path) -> None:
    put(tmp_path, "we\x1bird\n.yaml", "Resources: {T: 1, T: 2, U: {Type: AWS::SNS::Topic}}")
    [error] = load([tmp_path], root=tmp_path).errors
    assert getattr(error, "path", None) == "we\x1bird\n.yaml"
