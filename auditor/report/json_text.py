"""JSON as this tool writes it: the same value gives the same bytes, and printing them is safe."""

import re
from collections.abc import Mapping

import msgspec

from auditor.report.terminal import is_visible

_DOUBTFUL = re.compile(r"[^\x00-\x7e]")


def encode(value: msgspec.Struct | Mapping[str, object]) -> str:
    r"""A document as indented JSON that ends with a newline.

    Characters that a terminal would obey or hide are written as ``\u`` escapes, and so is the ``##[`` that the log of
    GitHub Actions would take for a command; both read back as they were. A lone surrogate, which JSON in UTF-8 cannot
    hold, becomes the text of its escape.
    """
    return printable(msgspec.json.format(_encoded(value), indent=2).decode()) + "\n"


def encode_line(value: msgspec.Struct | Mapping[str, object]) -> str:
    """The same as one line of JSON Lines."""
    return printable(_encoded(value).decode()) + "\n"


def _encoded(value: msgspec.Struct | Mapping[str, object]) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_without_surrogates(msgspec.to_builtins(value)))


def printable(text: str) -> str:
    """JSON that is safe to print; see `encode`."""
    if not text.isascii() or "\x7f" in text:
        text = _DOUBTFUL.sub(_visible, text)
    return text.replace("##[", "#\\u0023[")


def _visible(found: re.Match[str]) -> str:
    char = found.group()
    if is_visible(char):
        return char
    units = char.encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _without_surrogates(value: object) -> object:
    """The same built-in value in which text can be encoded."""
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case dict():
            return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
        case list() | tuple():
            return [_without_surrogates(item) for item in value]
    return value
