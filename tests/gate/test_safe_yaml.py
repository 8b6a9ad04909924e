"""The YAML reader: values, places, and refusal of what could hurt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.gate.safe_yaml import MAX_DEPTH, Node, YamlError, parse


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
def test_values(text: str, value: Node) -> None:
    assert parse(text.encode()).root == value


def test_places() -> None:
    tree = parse(b"# head\nversion: 1\nwaivers:\n  - reason: x\n    until: y\n\n  - reason:\n      z\n")

    assert tree.line(()) == 2
    assert tree.line(("version",)) == 2
    assert tree.line(("waivers", 0, "until")) == 5
    assert tree.line(("waivers", 1)) == 7
    assert tree.line(("waivers", 1, "reason")) == 7
    assert tree.line(("waivers", 1, "missing", "deeper")) == 7
    assert tree.line(("nothing",)) == 2


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (b"a: 1\na: 2\n", "key 'a' is given twice", 2),
        (b"a: &x 1\nb: *x\n", "aliases (*name) are not supported here", 2),
        (b"a: !!python/object:os.system x\n", "tags (tag:yaml.org,2002:python/object:os.system) are not", 1),
        (b"a: !!map {}\n", "tags (tag:yaml.org,2002:map) are not", 1),
        (b"? [1]\n: 2\n", "a key must be text", 1),
        (b"a: 1\n---\nb: 2\n", "more than one document", 2),
        (b"a: 1\nb: [\n", "not valid YAML: did not find expected node content", 3),
        (b"a: 1\nb: \xff\n", "the file is not UTF-8", 2),
        (b"a: \x07\n", "not valid YAML: ", 1),
        (b"a: " + b"[" * 100_000, f"nested deeper than {MAX_DEPTH} levels", 1),
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
