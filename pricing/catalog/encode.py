"""Writing a data file: JSON that reads well in a diff, the same bytes for the same prices."""

import json
from collections.abc import Mapping
from decimal import Decimal

import msgspec

from pricing.catalog.model import ServicePrices
from pricing.money import written


def encode(file: ServicePrices) -> bytes:
    """The file with one line per rate."""
    plain: dict[str, object] = msgspec.to_builtins(file, builtin_types=(Decimal,))
    return (_text(plain) + "\n").encode()


def _text(value: object, depth: int = 0) -> str:
    """Indented down to rates, one line below."""
    if isinstance(value, Mapping) and depth < 3:
        pad = " " * (depth + 1)
        inner = ",\n".join(f"{pad}{json.dumps(key)}: {_text(item, depth + 1)}" for key, item in value.items())
        return "{\n" + inner + "\n" + " " * depth + "}"
    if isinstance(value, list | tuple) and value and isinstance(value[0], dict) and depth < 4:
        pad = " " * (depth + 1)
        inner = ",\n".join(f"{pad}{_text(item, depth + 1)}" for item in value)
        return "[\n" + inner + "\n" + " " * depth + "]"
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "), default=_number)


def _number(value: object) -> str:
    """A price or bound, without exponent."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no place in price data")
    return written(value)
