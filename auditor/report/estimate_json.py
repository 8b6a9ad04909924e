"""The estimate as JSON: estimate-v1, amounts as exact decimal strings."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TypeAlias

import msgspec

from auditor.report import estimate_lines_json, json_text
from pricing.money import written
from pricing.result import Estimate

Plain: TypeAlias = "str | int | bool | list[Plain] | dict[str, Plain] | None"


def render(estimate: Estimate) -> str:
    """The estimate; the same estimate gives the same bytes."""
    return "".join(pieces(estimate))


def pieces(estimate: Estimate) -> Iterator[str]:
    """The same in parts that end with a line break."""
    rest = msgspec.structs.replace(estimate, lines=())
    document = _plain(msgspec.to_builtins(rest, builtin_types=(Decimal,)))
    assert isinstance(document, dict)  # noqa: S101 - an Estimate is an object
    whole = json_text.encode(document)
    if not estimate.lines:
        yield whole
        return
    # In no text is there a line break that is not escaped, so this is the member of the document.
    head, member, tail = whole.partition('\n  "lines": [')
    yield f"{head}{member}\n"
    yield from estimate_lines_json.pieces(estimate.lines)
    yield f"  {tail}"


def _member(key: str, value: object) -> Plain:
    """A member of an object. Totals have two places: they are displayed; what they were rounded from is beside them."""
    if isinstance(value, Decimal) and (key == "total" or key.endswith("_total")):
        return f"{value:.2f}"
    return _plain(value)


def _plain(value: object) -> Plain:
    """The same value with decimal numbers written out, never with an exponent."""
    match value:
        case Decimal():
            return written(value)
        case dict():
            return {str(key): _member(str(key), item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case str() | bool() | int() | None:
            return value
    raise TypeError(f"{type(value).__name__} has no place in an estimate")
