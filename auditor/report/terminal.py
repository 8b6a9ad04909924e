"""What makes text of others safe to print, and whether to colour it.

Names, policies and messages come from inputs that somebody else wrote. On a terminal they could move the cursor,
recolour or reorder what is shown; in the log of GitHub Actions they could be read as workflow commands.
"""

import os
from collections.abc import Mapping
from typing import Literal, TextIO, TypeAlias

ColorChoice: TypeAlias = Literal["auto", "always", "never"]

# Characters that Python calls printable and that show nothing: fillers, joiners, variation selectors.
_INVISIBLE = frozenset(
    map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0x180B, 0x1810)))
) | frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
_FAMILIAR = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}

BOLD, DIM, RED, GREEN, YELLOW, BLUE, MAGENTA = "1", "2", "31", "32", "33", "34", "35"


def plain(text: str) -> str:
    r"""The text as one line that shows every character it holds.

    Controls (C0, DEL, C1, so escape codes and newlines), bidirectional and zero-width characters, line and paragraph
    separators, unusual spaces, unassigned characters and lone surrogates are shown as ``\x1b`` or ``\u202e``.
    """
    if text.isprintable() and text.isascii():
        return text
    return "".join(char if is_visible(char) else _escape(char) for char in text)


def is_visible(char: str) -> bool:
    """Whether a character shows itself and nothing but itself."""
    return char.isprintable() and char not in _INVISIBLE


def printable_lines(text: str, environment: Mapping[str, str] | None = None) -> str:
    r"""A whole output as it may be printed here: under GitHub Actions no line of it is a workflow command.

    The runner obeys a line that begins with ``::`` after blanks, and an older form, ``##[``, anywhere in a line; both
    get a visible escape (``\x3a:``, ``#\x23[``). Elsewhere the text stays as it is.

    Args:
        text: lines that were made safe with `plain` where they hold text of others.
        environment: the process's own by default.
    """
    environment = os.environ if environment is None else environment
    if environment.get("GITHUB_ACTIONS") != "true":
        return text
    return "".join(_no_command(line) for line in text.splitlines(keepends=True))


def use_color(stream: TextIO, choice: ColorChoice = "auto", environment: Mapping[str, str] | None = None) -> bool:
    """Whether to colour what goes to a stream.

    ``always`` and ``never`` decide; else NO_COLOR (https://no-color.org), then FORCE_COLOR, each if set to anything
    but nothing; else only a terminal that is not ``dumb`` gets colours.
    """
    environment = os.environ if environment is None else environment
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


def paint(text: str, *codes: str, on: bool) -> str:
    """The text in the colours and weights of SGR codes, or unchanged when `on` is false."""
    return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if on and text else text


def _escape(char: str) -> str:
    if char in _FAMILIAR:
        return _FAMILIAR[char]
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _no_command(line: str) -> str:
    line = line.replace("##[", "#\\x23[")
    rest = line.lstrip()
    return line[: len(line) - len(rest)] + "\\x3a" + rest[1:] if rest.startswith("::") else line
