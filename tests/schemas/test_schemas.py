"""The schemas are those of the types, and what we write and read obeys them."""

import json
from importlib import resources

import pytest
from gate.samples import TODAY, audit, bad, judged, rule, topic
from jsonschema import Draft202012Validator
from report.whole_audit import whole, whole_audit

from auditor.finding import Severity
from auditor.gate.configuration import LIMITS, Configuration
from auditor.gate.outcome import judge
from auditor.report import diff_json, diff_v1
from auditor.report.document import document
from auditor.report.interface import Options, render
from auditor.schemas.generate import SCHEMAS, schema
from auditor.sources.snapshot import encode
from auditor.strict_yaml import Plain, of_settings
from auditor.strict_yaml import parse as parse_yaml


def parse(content: bytes) -> Plain:
    """A configuration as its reader sees it."""
    return parse_yaml(content, LIMITS, of_settings).plain()


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(committed(name)))


def committed(name: str) -> str:
    return (resources.files("auditor.schemas") / f"{name}.json").read_text("utf-8")


def problems(name: str, value: object) -> list[str]:
    return sorted(error.json_path for error in validator(name).iter_errors(value))


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_current_and_a_schema(name: str) -> None:
    assert schema(name) == committed(name), "run: make schemas"
    Draft202012Validator.check_schema(json.loads(committed(name)))


def test_every_schema_has_its_generator() -> None:
    files = (file.name for file in resources.files("auditor.schemas").iterdir() if file.name.endswith(".json"))

    assert sorted(files) == sorted(f"{name}.json" for name in SCHEMAS)


def test_reports_obey_their_schema() -> None:
    made = json.loads(render("json", whole()))

    assert problems("report-v1", made) == []
    assert problems("report-v1", {key: value for key, value in made.items() if key != "complete"}) == ["$"]
    made["results"][0]["severity"] = "awful"
    made["results"][1]["fix"] = {"text": 1}
    assert problems("report-v1", made) == ["$.results[0].severity", "$.results[1].fix"]


def test_differences_obey_their_schema() -> None:
    made = audit([rule("sns-topic-odd", lambda _: [bad(severity=Severity.LOW)])], topic("Orders"), topic("More"))
    head = document(judge(made, Configuration(), TODAY))
    found = diff_v1.compare(document(judged(bad())), head)

    shown = json.loads(diff_json.render(found, Options()))
    assert problems("diff-v1", shown) == []
    shown["new"][0]["was"] = 3
    assert problems("diff-v1", shown) == ["$.new[0].was"]


def test_snapshots_obey_their_schema() -> None:
    made = json.loads(encode(whole_audit().inventory))

    assert problems("snapshot-v1", made) == []
    made["inventory"]["resources"][0]["type"] = "sns.Nothing"
    assert problems("snapshot-v1", made) == ["$.inventory.resources[0]"]


FULL = """\
version: 1
rules:
  since: "0.10"
  select: [sns-topic-no-sse-kms, "ses-*"]
  severity: {sns-topic-no-sse-kms: critical}
  parameters: {sns-topic-key-age: {days: 30, strict: true, accounts: [111122223333, "012345678901"]}}
fail_on: none
inputs: {account: 111122223333, region: us-gov-west-1, partition: aws-us-gov, parameters: {Stage: prod, Copies: 3}}
waivers:
  - {fingerprint: v1:0123456789abcdef0123456789abcdef, reason: ok, until: 2026-12-31}
  - {rule: sns-topic-key-age, tag: team=web, reason: ok, until: 2026-12-31}
"""


def test_configurations_obey_their_schema() -> None:
    assert problems("auditor-config-v1", parse(FULL.encode())) == []


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("fail_on: low", ["$"]),
        ("version: 1\nfail-on: low", ["$"]),
        ("version: 1\nfail_on: x", ["$.fail_on"]),
        ("version: 1\npacks: [x]", ["$.packs"]),
        ("version: 1\nwaivers: [{rule: x, resource: y, until: 2026-12-31}]", ["$.waivers[0]"]),
        ("version: 1\nwaivers: [{rule: x, resource: y, until: 2026-12-31, reason: ' '}]", ["$.waivers[0].reason"]),
        ("version: 1\ninputs: {account: x, region: y}", ["$.inputs.account", "$.inputs.region"]),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(text: str, paths: list[str]) -> None:
    assert problems("auditor-config-v1", parse(text.encode())) == paths


def test_waiver_files_obey_their_schema() -> None:
    good = "version: 1\nwaivers: [{rule: x, resource: y, until: 2026-12-31, reason: z}]"

    assert problems("auditor-waivers-v1", parse(good.encode())) == []
    assert problems("auditor-waivers-v1", parse(b"version: 1\nfail_on: low")) == ["$"]
