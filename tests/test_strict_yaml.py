"""The YAML reader: values, places, and refusal of what could hurt."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.strict_yaml import Limits, Meaning, Node, Plain, YamlError, of_amounts, of_settings
from auditor.strict_yaml import parse as parse_yaml

LIMITS = Limits(size=1_048_576, depth=32, values=1_000, scalar=1_000)


def parse(data: bytes, meaning: Meaning = of_settings) -> Node:
    return parse_yaml(data, LIMITS, meaning)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("a: 1\nb: [x, 'y', \"z\"]\nc: {d: true}\n", {"a": 1, "b": ["x", "y", "z"], "c": {"d": True}}),
        ("a: 012345678901", {"a": "012345678901"}),
        ("a: 123456789012", {"a": 123456789012}),
        ("a: '123'", {"a": "123"}),
        ("a: 0.10", {"a": "0.10"}),
        ("a: 1_000", {"a": "1_000"}),
        ("a: 0x1F", {"a": "0x1F"}),
        ("a: -3", {"a": -3}),
        ("a: -0", {"a": "-0"}),
        ("a: 2026-12-31", {"a": "2026-12-31"}),
        ("a: yes\nb: NO\nc: on", {"a": "yes", "b": "NO", "c": "on"}),
        ("a: True\nb: FALSE\nc: tRue", {"a": True, "b": False, "c": "tRue"}),
        ("a: ~\nb: null\nc:\nd: 'null'", {"a": None, "b": None, "c": None, "d": "null"}),
        ("a: |\n  two\n  lines\n", {"a": "two\nlines\n"}),
        ("\ufeffa: 1", {"a": 1}),
        ("<<: x", {"<<": "x"}),
    ],
)
def test_values(text: str, value: Plain) -> None:
    assert parse(text.encode()).plain() == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1_200_000", {"a": 1_200_000}),
        ("a: 010", {"a": 10}),
        ("a: 0.10", {"a": Decimal("0.10")}),
        ("a: 1e3", {"a": Decimal("1e3")}),
        ("a: .5", {"a": Decimal("0.5")}),
        ("a: 1__0", {"a": "1__0"}),
        ("a: 0x1F", {"a": "0x1F"}),
        ("a: .inf\nb: .nan", {"a": ".inf", "b": ".nan"}),
        ("a: true\nb: '1'", {"a": "true", "b": "1"}),
        ("a: ~\nb: Null\nc:", {"a": None, "b": None, "c": None}),
        ("a: 12345678901234567890", {"a": Decimal(12345678901234567890)}),
    ],
)
def test_amounts(text: str, value: Plain) -> None:
    found = parse(text.encode(), of_amounts).plain()

    assert found == value
    assert isinstance(found, dict)
    assert not any(isinstance(amount, float) for amount in found.values())


def test_places() -> None:
    tree = parse(b"# head\nversion: 1\nwaivers:\n  - reason: x\n    until: y\n\n  - reason:\n      z\n")

    assert tree.at(()).line == 2
    assert tree.at(("version",)).line == 2
    assert tree.at(("waivers", 0, "until")).line == 5
    assert tree.at(("waivers", 1)).line == 7
    assert tree.at(("waivers", 1, "reason")).line == 7
    assert tree.at(("waivers", 1, "missing", "deeper")).line == 7
    assert tree.at(("nothing",)).line == 2


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (b"a: 1\na: 2\n", "key 'a' is given twice", 2),
        (b"a: &x 1\n", "anchors and aliases are not supported here; write the value out", 1),
        (b"a: 1\nb: *a\n", "anchors and aliases are not supported here; write the value out", 2),
        (b"a: &x [1]\n", "anchors and aliases are not supported here; write the value out", 1),
        (b"a: " + b"x" * 1_001, "a value of more than 1,000 characters", 1),
        (b"- 1\n" * 1_000, "more than 1,000 values", 1_000),
        (b"a: !!python/object:os.system x\n", "tags (tag:yaml.org,2002:python/object:os.system) are not", 1),
        (b"a: !!map {}\n", "tags (tag:yaml.org,2002:map) are not", 1),
        (b"? [1]\n: 2\n", "a key must be text", 1),
        (b"a: 1\n---\nb: 2\n", "more than one document", 2),
        (b"a: 1\nb: [\n", "not valid YAML: did not find expected node content", 3),
        (b"a: 1\nb: \xff\n", "the file is not UTF-8", 2),
        (b"a: \x07\n", "not valid YAML: ", 1),
        (b"a: " + b"[" * 100_000, f"nested deeper than {LIMITS.depth} levels", 1),
        (b"a: " + b"x" * 1_048_576, "the file is larger than 1,048,576 bytes", 1),
    ],
)
def test_refused(data: bytes, message: str, line: int) -> None:
    with pytest.raises(YamlError) as caught:
        parse(data)

    assert str(caught.value).startswith(message)
    assert caught.value.line == line


def refusal(data: bytes) -> str | None:
    try:
        parse(data)
    except YamlError as error:
        return str(error)
    return None


@given(st.binary(max_size=60) | st.text("a:-[]{}\n &*!'\"#|>?~1", max_size=60).map(str.encode))
def test_whatever_the_bytes_it_parses_or_says_why_not_in_one_line(data: bytes) -> None:
    assert "\n" not in (refusal(data) or "")
