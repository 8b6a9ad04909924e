"""CDK cloud assemblies are read by their manifest: these stacks, in these accounts and Regions."""

import json
from pathlib import Path

from auditor.model.text import text
from auditor.sources.detect import load
from auditor.sources.interface import Bindings

TEMPLATE = json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "t"}}}})


def stack(file: str, environment: str = "aws://unknown-account/unknown-region", **properties: object) -> object:
    return {
        "type": "aws:cloudformation:stack",
        "environment": environment,
        "properties": {"templateFile": file, **properties},
    }


def assembly(folder: Path, artifacts: dict[str, object]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"version": "40.0.0", "artifacts": artifacts}))
    return folder


def test_only_the_stacks_of_the_manifest_are_read(tmp_path: Path) -> None:
    out = assembly(
        tmp_path / "cdk.out",
        {"Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}}, "A": stack("A.template.json")},
    )
    for name in ("A.template.json", "Old.template.json", "asset.abc/template.json"):
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_text(TEMPLATE)
    for named in (tmp_path, out, out / "manifest.json"):
        loaded = load([named], root=tmp_path)
        assert loaded.files == ("cdk.out/A.template.json",)
        assert loaded.errors == ()


def test_the_manifest_tells_account_region_and_parameters(tmp_path: Path) -> None:
    template = {
        "Parameters": {"P": {"Type": "String"}},
        "Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "P"}}}},
    }
    out = assembly(
        tmp_path / "cdk.out", {"A": stack("A.template.json", "aws://111122223333/eu-west-1", parameters={"P": "x"})}
    )
    (out / "A.template.json").write_text(json.dumps(template))
    [topic] = load([out], root=tmp_path).inventory.resources
    assert topic.name == text("x")
    assert (topic.account, topic.region) == (text("111122223333"), text("eu-west-1"))
    [topic] = load(
        [out], root=tmp_path, bindings=Bindings(region="us-east-1"), parameters={"P": "y"}
    ).inventory.resources
    assert (topic.account, topic.region, topic.name) == (text("111122223333"), text("us-east-1"), text("y"))


def test_nested_assemblies_are_read_by_their_manifests(tmp_path: Path) -> None:
    out = assembly(
        tmp_path / "cdk.out", {"Stage": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-S"}}}
    )
    inner = assembly(out / "assembly-S", {"B": stack("B.template.json")})
    (inner / "B.template.json").write_text(TEMPLATE)
    assert load([tmp_path], root=tmp_path).files == ("cdk.out/assembly-S/B.template.json",)


def test_an_assembly_under_another_name_is_known_by_its_marker(tmp_path: Path) -> None:
    out = assembly(tmp_path / "synth", {"A": stack("A.template.json")})
    (out / "cdk.out").write_text('{"version":"40.0.0"}')
    for name in ("A.template.json", "Old.template.json"):
        (out / name).write_text(TEMPLATE)
    assert load([tmp_path], root=tmp_path).files == ("synth/A.template.json",)


def test_a_manifest_leads_nowhere_outside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text(TEMPLATE)
    for number, file in enumerate(("../secret.json", str(tmp_path / "secret.json"), "link.json", "a\0b")):
        out = assembly(tmp_path / f"{number}" / "cdk.out", {"A": stack(file)})
        (out / "link.json").symlink_to(tmp_path / "secret.json")
        loaded = load([out / "manifest.json"], root=tmp_path)
        assert loaded.files == ()
        [error] = loaded.errors
        assert str(error) == f"{number}/cdk.out/manifest.json: names {file!r}, which is outside its folder"


def test_assemblies_that_name_each_other_end(tmp_path: Path) -> None:
    out = assembly(tmp_path / "cdk.out", {"S": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}})
    assert load([out], root=tmp_path).files == ()


def test_a_missing_stack_is_an_error(tmp_path: Path) -> None:
    out = assembly(tmp_path / "cdk.out", {"A": stack("gone.json")})
    assert [str(error) for error in load([out], root=tmp_path).errors] == [
        "cdk.out/gone.json: No such file or directory"
    ]


def test_a_manifest_of_something_else_is_a_candidate_like_others(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"version": "1", "artifacts": []}')
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "manifest.json").write_text('{"name": "app"}')
    loaded = load([tmp_path], root=tmp_path)
    assert (loaded.not_inputs, loaded.errors) == (2, ())


def test_a_manifest_nested_too_deep_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "manifest.json"
    file.write_text('{"version": "1", "artifacts": {"a": {"type": "x", "properties": {"z": ' + "[" * 100_000)
    [error] = load([file], root=tmp_path).errors
    assert str(error) == "manifest.json: is no manifest of a cloud assembly: nested too deep"
