"""JSON Schemas of what this package reads and writes; ``auditor/schemas`` holds them as files."""

import msgspec

from auditor.strict_yaml import Plain
from pricing.answer import Answer


def estimate_schema() -> dict[str, Plain]:
    """The JSON Schema (2020-12) of estimate-v1."""
    (reference,), definitions = msgspec.json.schema_components([Answer], ref_template="#/$defs/{name}")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **reference, "$defs": definitions}


def usage_schema() -> dict[str, Plain]:
    """The JSON Schema (2020-12) of a usage file."""
    from pricing.usage.file_shape import json_schema

    return json_schema()
