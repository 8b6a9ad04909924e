"""Tables of text with aligned columns, fast enough for tens of thousands of rows."""

from collections.abc import Sequence
from typing import Literal, TypeAlias
from unicodedata import combining, east_asian_width

Side: TypeAlias = Literal["left", "right"]
_GAP = "  "


def table(rows: Sequence[Sequence[str]], headers: Sequence[str], sides: Sequence[Side]) -> str:
    """The rows under their headers and a line of dashes.

    Args:
        rows: cells that are safe to print, without line breaks.
        headers: one for each column.
        sides: where the text of each column stands.
    """
    turned = _turned(rows, headers)
    # In ASCII a character is a column: lengths and a format do, which is several times as fast.
    is_ascii = all("".join((header, *cells)).isascii() for header, cells in zip(headers, turned, strict=True))
    measured = len if is_ascii else columns
    widths = [max([measured(header), *map(measured, cells)]) for header, cells in zip(headers, turned, strict=True)]
    lines = [_row(headers, widths, sides), _GAP.join("-" * width for width in widths)]
    if is_ascii:
        form = _GAP.join(f"%{'-' if side == 'left' else ''}{width}s" for width, side in zip(widths, sides, strict=True))
        lines += [(form % tuple(row)).rstrip() for row in rows]
    else:
        lines += [_row(row, widths, sides) for row in rows]
    return "\n".join(lines)


def columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def _turned(rows: Sequence[Sequence[str]], headers: Sequence[str]) -> list[tuple[str, ...]]:
    return list(zip(*rows, strict=True)) if rows else [() for _ in headers]


def _row(cells: Sequence[str], widths: Sequence[int], sides: Sequence[Side]) -> str:
    return _GAP.join(map(_cell, cells, widths, sides)).rstrip()


def _cell(text: str, width: int, side: Side) -> str:
    filling = " " * (width - columns(text))
    return text + filling if side == "left" else filling + text
