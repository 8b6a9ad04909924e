"""What auditor.yaml may say, where it is found, and what is said about a wrong one."""

from datetime import date
from pathlib import Path

import pytest

from auditor.catalogue import Catalogue
from auditor.finding import Severity
from auditor.gate.configuration import Configuration, ConfigurationError, find, load
from auditor.gate.rule_settings import selected
from auditor.gate.waivers import Waiver
from auditor.model.sns import Topic
from auditor.rule import Rule

MODULE = '''"""A rule."""
from auditor.finding import Severity
from auditor.model.sns import Topic
from auditor.rule import Parameter, Rule

rule = Rule(
    id="sns-topic-{name}", applies_to=Topic, severity=Severity.HIGH, stage="stable", since="0.1", controls={{}},
    parameters=({parameters}),
)
'''
PARAMETERS = """
    Parameter("days", 90, "Days."), Parameter("strict", False, "Strict."), Parameter("name", "x", "Name."),
    Parameter("accounts", (), "Accounts."),
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    folder = tmp_path / "rules" / "sns" / "topic"
    folder.mkdir(parents=True)
    for stem, parameters in {"no_sse": "", "key_age": PARAMETERS, "key_public": ""}.items():
        module = MODULE.format(name=stem.replace("_", "-"), parameters=parameters)
        (folder / f"{stem}.py").write_text(module)
    (tmp_path / "rules" / "aliases.toml").write_text('[aliases]\n"sns-topic-plain" = "sns-topic-no-sse"\n')
    return Catalogue(tmp_path / "rules")


def configured(catalogue: Catalogue, text: str) -> Configuration:
    path = catalogue.folder.parent / "auditor.yaml"
    path.write_text(text)
    return load(path, catalogue, shown="auditor.yaml")


def test_everything_that_can_be_said(catalogue: Catalogue) -> None:
    (catalogue.folder.parent / "accepted.yaml").write_text(
        "version: 1\nwaivers:\n  - {rule: sns-topic-key-age, tag: team=sand=box, reason: ' lab ', until: 2026-12-31}\n"
    )
    settings = configured(
        catalogue,
        """\
version: 1
rules:
  since: 0.10
  select: [sns-topic-plain, "sns-topic-key-*"]
  ignore: [sns-topic-key-public]
  preview: true
  severity: {sns-topic-plain: critical}
  parameters:
    sns-topic-key-age: {days: 30, strict: true, name: 7, accounts: [111122223333, "012345678901"]}
fail_on: none
fail_on_unknown: high
min_severity: medium
require_complete: true
inputs:
  account: 012345678901
  region: eu-west-1
  partition: aws
  parameters: {Stage: prod, Copies: 3, Encrypted: true}
waivers_file: accepted.yaml
waivers:
  - fingerprint: v1:0123456789abcdef0123456789abcdef
    reason: accepted by security
    until: 2027-01-31
  - rule: sns-topic-plain
    resource: "*Orders*"
    until: "2026-11-30"
    reason: |
      two
      lines
""",
    )

    assert settings.path == "auditor.yaml"
    assert len(settings.sha256) == 64
    assert settings.since == "0.10"
    assert settings.select == ("sns-topic-no-sse", "sns-topic-key-*")
    assert settings.ignore == ("sns-topic-key-public",)
    assert settings.preview is True
    assert settings.severities == {"sns-topic-no-sse": Severity.CRITICAL}
    assert settings.parameters == {
        "sns-topic-key-age": {
            "days": 30,
            "strict": True,
            "name": "7",
            "accounts": ("111122223333", "012345678901"),
        }
    }
    assert (settings.fail_on, settings.fail_on_unknown) == (None, Severity.HIGH)
    assert (settings.min_severity, settings.require_complete) == (Severity.MEDIUM, True)
    assert (settings.account, settings.region, settings.partition) == ("012345678901", "eu-west-1", "aws")
    assert settings.template_parameters == {"Stage": "prod", "Copies": "3", "Encrypted": "true"}
    assert settings.waivers == (
        Waiver(
            fingerprint="v1:0123456789abcdef0123456789abcdef",
            reason="accepted by security",
            until=date(2027, 1, 31),
            where="auditor.yaml:21",
        ),
        Waiver(
            rule="sns-topic-no-sse",
            resource="*Orders*",
            reason="two\nlines",
            until=date(2026, 11, 30),
            where="auditor.yaml:24",
        ),
        Waiver(
            rule="sns-topic-key-age",
            tag=("team", "sand=box"),
            reason="lab",
            until=date(2026, 12, 31),
            where="accepted.yaml:3",
        ),
    )


def test_a_short_file_leaves_the_defaults(catalogue: Catalogue) -> None:
    settings = configured(catalogue, "version: 1\nrules:\nwaivers:\nfail_on:\n")

    assert settings == Configuration(path="auditor.yaml", sha256=settings.sha256)
    assert (settings.fail_on, settings.fail_on_unknown) == (Severity.LOW, None)


WAIVER = "version: 1\nwaivers:\n  - "


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1: the file must be a mapping"),
        ("version: 2", "1: version must be 1, not 2"),
        ("fail_on: low", "1: the file needs the key 'version'"),
        ("version: 1\nfail-on: low", "2: unknown key 'fail-on'; did you mean 'fail_on'?"),
        ("version: 1\nzzz: 1", "2: unknown key 'zzz'"),
        (
            "version: 1\nrules:\n  severities: {}",
            "3: unknown key 'rules.severities'; did you mean 'severity'?",
        ),
        (
            "version: 1\nfail_on: hgih",
            "2: fail_on must be 'critical', 'high', 'medium', 'low', 'info' or 'none', not 'hgih'",
        ),
        (
            "version: 1\nmin_severity: none",
            "2: min_severity must be 'critical', 'high', 'medium', 'low' or 'info', not 'none'",
        ),
        ("version: 1\nrequire_complete: yes", "2: require_complete must be true or false"),
        ("version: 1\nrules: all", "2: rules must be a mapping"),
        ("version: 1\nrules:\n  select: sns-topic-no-sse", "3: rules.select must be a list"),
        (
            "version: 1\nrules:\n  select:\n    - sns-topic-key-public\n    - sns-topic-no-ses",
            "5: there is no rule 'sns-topic-no-ses'; did you mean 'sns-topic-no-sse'?",
        ),
        ("version: 1\nrules: {ignore: ['ses-*']}", "2: no rule matches 'ses-*'"),
        ("version: 1\nrules:\n  severity:\n    xyz: low", "4: there is no rule 'xyz'"),
        ("version: 1\nrules: {since: next}", "2: rules.since must be a version like 0.4"),
        (
            "version: 1\nrules:\n  parameters:\n    sns-topic-key-age:\n      dyas: 3",
            "5: rule sns-topic-key-age has no parameter 'dyas'; did you mean 'days'?",
        ),
        ("version: 1\nrules: {parameters: {sns-topic-no-sse: {a: 1}}}", "2: rule sns-topic-no-sse has no parameters"),
        ("version: 1\nrules: {parameters: {sns-topic-key-age: {days: '3'}}}", "2: days must be a whole number"),
        ("version: 1\nrules: {parameters: {sns-topic-key-age: {days: true}}}", "2: days must be a whole number"),
        ("version: 1\nrules: {parameters: {sns-topic-key-age: {strict: 1}}}", "2: strict must be true or false"),
        ("version: 1\nrules: {parameters: {sns-topic-key-age: {name: [x]}}}", "2: name must be text"),
        ("version: 1\nrules: {parameters: {sns-topic-key-age: {accounts: x}}}", "2: accounts must be a list of texts"),
        ("version: 1\ninputs: {account: 123}", "2: inputs.account must be an account id of 12 digits"),
        ("version: 1\ninputs: {region: europe}", "2: inputs.region must be a Region like eu-west-1"),
        ("version: 1\npacks: [x]", "2: packs is reserved for a later version"),
        ("version: 1\nversion: 1", "2: key 'version' is given twice"),
        ("version: 1\nfail_on: *x", "2: anchors and aliases are not supported here; write the value out"),
        (WAIVER + "{rule: sns-topic-no-sse, resource: x, until: 2026-01-01}", "3: waivers[0] needs the key 'reason'"),
        (WAIVER + "{rule: sns-topic-no-sse, resource: x, reason: y}", "3: waivers[0] needs the key 'until'"),
        (
            WAIVER + "{rule: sns-topic-no-sse, resource: x, reason: ' ', until: 2026-01-01}",
            "3: waivers[0].reason must be a reason in words",
        ),
        (
            WAIVER + "{rule: sns-topic-no-sse, resource: x, reason: y,\n     until: 31.12.2026}",
            "4: waivers[0].until must be a day like 2026-12-31",
        ),
        (
            WAIVER + "{rule: sns-topic-no-sse, resource: x, reason: y, until: 2026-02-30}",
            "3: waivers[0].until is no day of the calendar: 2026-02-30",
        ),
        (WAIVER + "{rule: no-such, resource: x, reason: y, until: 2026-01-01}", "3: there is no rule 'no-such'"),
        (
            WAIVER + "{rule: sns-topic-no-sse, reason: y, until: 2026-01-01}",
            "3: waivers[0] needs exactly one of: fingerprint; rule and resource; rule and tag",
        ),
        (
            WAIVER + "{rule: sns-topic-no-sse, resource: x, tag: a=b, reason: y, until: 2026-01-01}",
            "3: waivers[0] needs exactly one of: fingerprint; rule and resource; rule and tag",
        ),
        (
            WAIVER + "{fingerprint: 'v1:12', reason: y, until: 2026-01-01}",
            "3: waivers[0].fingerprint must be v1: and 32 hexadecimal digits",
        ),
        (
            "version: 1\nfail_on: x\nzzz: 1",
            "2: fail_on must be 'critical', 'high', 'medium', 'low', 'info' or 'none', not 'x' (and 1 more)",
        ),
        ("version: 1\nwaivers_file: ../x.yaml", "2: waivers_file '../x.yaml' is outside the repository"),
    ],
)
def test_a_mistake_is_one_line_with_file_and_line(catalogue: Catalogue, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        configured(catalogue, text)

    assert str(caught.value) == f"auditor.yaml:{message}"


def test_a_missing_waivers_file_is_named(catalogue: Catalogue) -> None:
    with pytest.raises(ConfigurationError, match=r"^accepted\.yaml:1: cannot be read: No such file or directory$"):
        configured(catalogue, "version: 1\nwaivers_file: accepted.yaml")


def test_what_is_no_regular_file_is_not_read(catalogue: Catalogue) -> None:
    with pytest.raises(ConfigurationError, match=r"^rules:1: is no regular file$"):
        load(catalogue.folder, catalogue, shown="rules")


def repository(root: Path, *places: str) -> Path:
    (root / "repo" / ".git").mkdir(parents=True)
    (root / "repo" / "a" / "b").mkdir(parents=True)
    for place in places:
        (root / place).write_text("version: 1\n")
    return root / "repo" / "a" / "b"


def test_found_upward_the_nearest_first(tmp_path: Path) -> None:
    start = repository(tmp_path, "repo/auditor.yaml", "repo/a/auditor.yml", "auditor.yaml")

    assert find(start) == tmp_path / "repo" / "a" / "auditor.yml"
    assert find(tmp_path / "repo") == tmp_path / "repo" / "auditor.yaml"


def test_not_found_above_the_repository(tmp_path: Path) -> None:
    assert find(repository(tmp_path, "auditor.yaml")) is None


def test_without_a_repository_only_the_folder_itself(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "auditor.yaml").write_text("version: 1\n")

    assert find(tmp_path / "x") is None
    assert find(tmp_path) == tmp_path / "auditor.yaml"


def test_two_files_in_one_folder_are_refused(tmp_path: Path) -> None:
    start = repository(tmp_path, "repo/auditor.yaml", "repo/auditor.yml")

    with pytest.raises(ConfigurationError, match=r"auditor\.yml:1: auditor\.yaml stands beside it: keep one of them$"):
        find(start)


def test_a_link_out_of_the_repository_is_refused(tmp_path: Path) -> None:
    start = repository(tmp_path)
    (tmp_path / "outside").write_text("version: 1\n")
    (start / "auditor.yaml").symlink_to(tmp_path / "outside")

    with pytest.raises(ConfigurationError, match=r"auditor\.yaml:1: is a link to a file outside "):
        find(start)


def rule(name: str, *, stage: str = "stable", since: str = "0.1") -> Rule[Topic]:
    return Rule(id=name, applies_to=Topic, severity=Severity.LOW, stage=stage, since=since, controls={})


RULES = (rule("a-one"), rule("a-two", since="0.10"), rule("b-one", stage="preview"), rule("b-two", stage="deprecated"))


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        (Configuration(), ["a-one", "a-two", "b-two"]),
        (Configuration(preview=True), ["a-one", "a-two", "b-one", "b-two"]),
        (Configuration(select=("b-*",)), ["b-two"]),
        (Configuration(select=("b-one",)), ["b-one"]),
        (Configuration(select=("a-*",), ignore=("*-two",)), ["a-one"]),
        (Configuration(since="0.9"), ["a-one", "b-two"]),
        (Configuration(since="0.10.0"), ["a-one", "a-two", "b-two"]),
        (Configuration(since="0.1.0", select=("a-*",)), ["a-one"]),
        (Configuration(since="1"), ["a-one", "a-two", "b-two"]),
    ],
)
def test_which_rules_run(settings: Configuration, names: list[str]) -> None:
    assert [found.id for found in selected(RULES, settings)] == names
