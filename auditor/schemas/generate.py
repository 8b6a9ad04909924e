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


SCHEMAS: Mapping[str, Callable[[], dict[str, Plain]]] = {
    "report-v1": _report,
    "diff-v1": _diff,
    "trace-v1": _trace,
    "snapshot-v1": _snapshot,
    "auditor-config-v1": _configuration,
    "auditor-waivers-v1": _waivers,
    "usage-v1": _usage,
    "estimate-v1": _estimate,
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


def _of_struct(kind: type[msgspec.Struct]) -> dict[str, Plain]:
    (reference,), definitions = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    return {**reference, "$defs": definitions}


if __name__ == "__main__":
    main()
