"""Lines of a report for people: filled to a width, hanging under a label."""

import textwrap

from auditor.report.terminal import paint, plain

_NARROWEST = 20
"""Columns that text is given at least, however far it is indented."""


def filled(
    text: str,
    width: int,
    *,
    indent: int = 0,
    label: str = "",
    label_width: int = 0,
    codes: tuple[str, ...] = (),
    color: bool = False,
) -> list[str]:
    """A paragraph in lines, made safe to print.

    A word that is longer than a line, such as an ARN, is not broken, so that it can be copied.

    Args:
        text: what to say.
        width: columns of a whole line.
        indent: columns before the label.
        label: stands before the first line; the others hang under the text.
        label_width: columns kept for the label and the space after it.
        codes: how the label is painted.
        color: whether it is.
    """
    room = max(_NARROWEST, width - indent - label_width)
    first, *rest = textwrap.wrap(plain(text), room, break_long_words=False, break_on_hyphens=False) or [""]
    head = paint(plain(label), *codes, on=color) + " " * max(label_width - len(plain(label)), 1 if label else 0)
    hang = " " * (indent + label_width)
    return [f"{' ' * indent}{head}{first}".rstrip(), *(hang + line for line in rest)]


def code(text: str, indent: int) -> list[str]:
    """A piece of code, line by line, indented and made safe to print."""
    return [" " * indent + plain(line) for line in text.splitlines()]


def listed(items: list[str], most: int) -> str:
    """``a, b and 3 more``."""
    shown = ", ".join(items[:most])
    return shown if len(items) <= most else f"{shown} and {len(items) - most:,} more"


def counted(number: int, one: str, many: str = "") -> str:
    """``1 principal``, ``2,000 principals``; `many` where the plural is not formed with s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
