"""Template files: how they begin, and their trees."""

import re

from auditor.sources.cloudformation.tree import MalformedError, Node
from auditor.sources.cloudformation.yaml_tree import read_yaml

_MENTIONS = re.compile(rb"AWSTemplateFormatVersion|Resources")
_BEGINS = re.compile(rb"""(?m)^[ \t]{0,8}\{?[ \t]*["']?(?:AWSTemplateFormatVersion|Resources)["']?[ \t]*:""")
_TYPE = re.compile(rb"""["']?Type["']?[ \t]*:[ \t]*["']?(?:AWS|Custom|Alexa)::""")


def mentions(data: bytes) -> bool:
    """Whether it could be a template: what lacks both words is none, and is not parsed."""
    return _MENTIONS.search(data) is not None


def begins_like(data: bytes) -> bool:
    """Whether a file that does not parse was meant to be a template."""
    return _BEGINS.search(data) is not None and (b"AWSTemplateFormatVersion" in data or _TYPE.search(data) is not None)


def read_tree(data: bytes, path: str) -> Node:
    """The tree of a template, YAML or JSON.

    JSON goes through the YAML parser too, which is quicker; what that refuses (pairs of surrogate escapes, very long
    keys) is read as JSON.

    Raises:
        InputError: it is neither, or beyond a limit.
    """
    try:
        return read_yaml(data, path)
    except MalformedError:
        text = _json_text(data)
        if text is None:
            raise
    from auditor.sources.cloudformation.json_tree import read_json

    return read_json(text, path)


def _json_text(data: bytes) -> str | None:
    """The file as text when it begins like a JSON object."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return text if text.lstrip().startswith("{") else None
