"""Money and quantities are Decimal end to end."""

import ast
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parents[2] / "pricing").rglob("*.py"))


def floats(source: str) -> list[str]:
    """What in the source makes or names a binary floating point number."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(f"{node.lineno}: {node.value}")
        elif isinstance(node, ast.Name) and node.id == "float":
            found.append(f"{node.lineno}: float")
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            # Dividing ints makes a float; quotients of Decimals are made by pricing.money.
            found.append(f"{node.lineno}: /")
    return sorted(found)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(FILES[0].parents[1])))
def test_pricing_has_no_float(file: Path) -> None:
    assert floats(file.read_text(encoding="utf-8")) == []


def test_the_search_finds_them() -> None:
    assert floats("a = 1.5\nb = float(a)\nc = 3 / 2") == ["1: 1.5", "2: float", "3: /"]
