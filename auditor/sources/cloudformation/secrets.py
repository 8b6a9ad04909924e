"""Credentials inside URLs: that they were there is kept, they are not."""

import re

from auditor.model.text import SECRET, Part, Text, text

_OPEN, _CLOSE = "\ue000", "\ue001"
_USER_INFORMATION = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#]*)@")
_NUMBERED = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")


def without_credentials(url: Text) -> Text:
    """The URL with ``user:password`` before the host replaced by a symbol."""
    if not any(isinstance(part, str) and "@" in part for part in url.parts):
        return url
    flat = "".join(
        part.replace(_OPEN, "") if isinstance(part, str) else f"{_OPEN}{number}{_CLOSE}"
        for number, part in enumerate(url.parts)
    )
    found = _USER_INFORMATION.match(flat)
    if found is None:
        return url
    after = flat[found.end() :]
    rest: list[Part] = []
    for number, piece in enumerate(_NUMBERED.split(after)):
        rest.append(url.parts[int(piece)] if number % 2 else piece)
    return text(found[1], SECRET, "@", *rest)
