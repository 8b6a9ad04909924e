"""Dynamic references: ``{{resolve:ssm:…}}``, ``{{resolve:ssm-secure:…}}``, ``{{resolve:secretsmanager:…}}``."""

import re

from auditor.model.known import Cause, Unknown
from auditor.model.origin import How, Location, Origin
from auditor.model.text import Part, Symbol, Text, text

_OPENS = "{{resolve:"
_CLOSES = "}}"
_MARKS = re.compile(r"(\{\{resolve:|\}\})")


def with_dynamic_references(written: Text, at: Location) -> Text:
    """The text with each dynamic reference replaced: a secret by a symbol, a stored parameter by a hole."""
    if not any(isinstance(part, str) and _OPENS in part for part in written.parts):
        return written
    parts: list[Part] = []
    inside: str | None = None
    for part in written.parts:
        if not isinstance(part, str):
            if inside is None:
                parts.append(part)
            else:
                inside += str(Text((part,)))
            continue
        for piece in _MARKS.split(part):
            if inside is None:
                if piece == _OPENS:
                    inside = ""
                else:
                    parts.append(piece)
            elif piece == _CLOSES:
                parts.append(_stands_for(inside, at))
                inside = None
            else:
                inside += piece
    if inside is not None:
        return written
    return text(*parts)


def _stands_for(reference: str, at: Location) -> Part:
    service, _, name = reference.partition(":")
    if service == "ssm":
        detail = f"{name} is read from the SSM Parameter Store in the deployment"
        return Unknown(Cause.NOT_YET, detail, Origin(How.WRITTEN, at))
    return Symbol(f"secret {name}", at.path)
