"""Writes the JSON Schemas from the types that read and write the files: ``python -m auditor.schemas.generate``."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import msgspec

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"
FOLDER = Path(__file__).parent
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _report() -> dict[str, Plain]:
    from auditor.report.report_v1 import ReportV1

    return _of_struct(ReportV1)


def _diff() -> dict[str, Plain]:
    from auditor.report.diff_v1 import DiffV1

    return _of_struct(DiffV1)


def _trace() -> dict[str, Plain]:
    from auditor.report.trace_json import Report

    return _of_struct(Report)


def _snapshot() -> dict[str, Plain]:
    from auditor.sources.snapshot import Snapshot

    return _of_struct(Snapshot)


def _configuration() -> dict[str, Plain]:
    from auditor.gate.configuration_file import ConfigurationFile

    return ConfigurationFile.model_json_schema()


def _waivers() -> dict[str, Plain]:
    from auditor.gate.configuration_file import WaiversFile

    return WaiversFile.model_json_schema()


def _usage() -> dict[str, Plain]:
    from pricing.schema import usage_schema

    return dict(usage_schema())  # type: ignore[arg-type]  # a JSON Schema holds no Decimal


def _estimate() -> dict[str, Plain]:
    from pricing.schema import estimate_schema

    return dict(estimate_schema())  # type: ignore[arg-type]  # a JSON Schema holds no Decimal


def _infracost() -> dict[str, Plain]:
    from auditor.report.infracost_v02 import Root

    return _of_struct(Root)


def _iam_simulate() -> dict[str, Plain]:
    from auditor.report.iam_v1 import SimulateV1

    return _of_struct(SimulateV1)


def _iam_compare() -> dict[str, Plain]:
    from auditor.report.iam_v1 import CompareV1

    return _of_struct(CompareV1)


def _iam_access() -> dict[str, Plain]:
    from auditor.report.iam_v1 import AccessV1

    return _of_struct(AccessV1)


def _iam_lint() -> dict[str, Plain]:
    from auditor.report.iam_lint import LintV1

    return _of_struct(LintV1)


def _iam_who_can() -> dict[str, Plain]:
    from auditor.report.who_can_json import WhoCanV1

    return _of_struct(WhoCanV1)


def _iam_narrow() -> dict[str, Plain]:
    from auditor.report.narrow_json import FailedV1, FindingsV1, SmallerV1

    return _of_struct(FindingsV1, SmallerV1, FailedV1)


def _iam_escalate() -> dict[str, Plain]:
    from auditor.report.escalation_json import EscalateV1

    return _of_struct(EscalateV1)


SCHEMAS: Mapping[str, Callable[[], dict[str, Plain]]] = {
    "report-v1": _report,
    "diff-v1": _diff,
    "trace-v1": _trace,
    "snapshot-v1": _snapshot,
    "auditor-config-v1": _configuration,
    "auditor-waivers-v1": _waivers,
    "usage-v1": _usage,
    "estimate-v1": _estimate,
    "estimate-infracost-0.2": _infracost,
    "iam-simulate-v1": _iam_simulate,
    "iam-compare-v1": _iam_compare,
    "iam-access-v1": _iam_access,
    "iam-lint-v1": _iam_lint,
    "iam-who-can-v1": _iam_who_can,
    "iam-narrow-v1": _iam_narrow,
    "iam-escalate-v1": _iam_escalate,
}
"""Name of a schema to what makes it; imported when it is made, because a run needs none of them."""


def schema(name: str) -> str:
    """A schema as the text of its file."""
    made = {"$schema": DIALECT, "title": name} | SCHEMAS[name]()
    made["title"] = name
    return json.dumps(made, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> None:
    """Write all of them beside this module."""
    for name in SCHEMAS:
        (FOLDER / f"{name}.json").write_text(schema(name), "utf-8")


def _of_struct(*kinds: type[msgspec.Struct]) -> dict[str, Plain]:
    """The schema of a document that is of one of the kinds."""
    references, definitions = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    head = references[0] if len(references) == 1 else {"anyOf": list(references)}
    return {**head, "$defs": definitions}


if __name__ == "__main__":
    main()
