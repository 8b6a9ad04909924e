"""YAML from events: places, short forms, and everything that must be refused in one line."""

import pytest

from auditor.sources.cloudformation.tree import Map, Member, Node, Scalar, Seq, value_of
from auditor.sources.cloudformation.yaml_tree import read_yaml
from auditor.sources.interface import InputError


def error_of(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        read_yaml(data, "a.yaml")
    message = str(caught.value)
    assert "\n" not in message
    return message


def at(node: Node, *path: str | int) -> Node:
    for step in path:
        if isinstance(step, str):
            assert isinstance(node, Map)
            node = node.members[step].node
        else:
            assert isinstance(node, Seq)
            node = node.items[step]
    return node


def test_every_key_and_value_has_its_place() -> None:
    tree = read_yaml(b"One:\n  - a: 1\n    b: two\nTwo: |\n  text\n", "a.yaml")
    assert isinstance(tree, Map)
    assert (tree.line, tree.column) == (1, 1)
    assert tree.members["Two"] == Member(Scalar("text\n", plain=False, line=4, column=6), 4, 1)
    first = at(tree, "One", 0)
    assert isinstance(first, Map)
    assert first.members == {
        "a": Member(Scalar("1", plain=True, line=2, column=8), 2, 5),
        "b": Member(Scalar("two", plain=True, line=3, column=8), 3, 5),
    }


@pytest.mark.parametrize(
    ("short", "key", "argument"),
    [
        ("!Ref Topic", "Ref", "Topic"),
        ("!GetAtt Topic.TopicArn", "Fn::GetAtt", "Topic.TopicArn"),
        ("!Sub '${A}'", "Fn::Sub", "${A}"),
        ("!Condition Prod", "Condition", "Prod"),
        ("!Base64 yes", "Fn::Base64", "yes"),
        ("!ImportValue 123", "Fn::ImportValue", "123"),
    ],
)
def test_short_forms_become_long_ones(short: str, key: str, argument: str) -> None:
    tree = read_yaml(f"X: {short}\n".encode(), "a.yaml")
    assert at(tree, "X") == Map({key: Member(Scalar(argument, plain=False, line=1, column=4), 1, 4)}, 1, 4)


def test_short_forms_of_lists_and_mappings() -> None:
    tree = read_yaml(b"X: !If [C, !Ref A, {Fn::GetAZs: ''}]\n", "a.yaml")
    branches = at(tree, "X", "Fn::If")
    assert isinstance(branches, Seq)
    assert at(branches, 1, "Ref") == Scalar("A", plain=False, line=1, column=12)
    assert at(branches, 2, "Fn::GetAZs") == Scalar("", plain=False, line=1, column=33)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("Yes", True),
        ("OFF", False),
        ("null", None),
        ("~", None),
        ("12", 12),
        ("-3", -3),
        ("1.5", 1.5),
        ("'12'", "12"),
        ('"true"', "true"),
        ("2012-10-17", "2012-10-17"),
        ("012345678901", "012345678901"),
        ("0123", "0123"),
        ("1.10", "1.10"),
        ("1_000", "1_000"),
        ("0x1f", "0x1f"),
        ("22:22", "22:22"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("!!str 12", "12"),
        ("! 12", "12"),
    ],
)
def test_scalars_are_what_cloudformation_makes_of_them(written: str, value: object) -> None:
    tree = read_yaml(f"X: {written}\n".encode(), "a.yaml")
    scalar = at(tree, "X")
    assert isinstance(scalar, Scalar)
    found = value_of(scalar)
    assert (getattr(found, "literal", found)) == value
    assert type(getattr(found, "literal", found)) is type(value)


def test_aliases_and_merges() -> None:
    tree = read_yaml(b"A: &a {x: 1, y: 2}\nB:\n  <<: *a\n  y: 3\nC: *a\nD: {<<: [{z: 9}, *a]}\n", "a.yaml")
    merged = at(tree, "B")
    assert isinstance(merged, Map)
    assert {key: at(merged, key) for key in merged.members} == {
        "y": Scalar("3", plain=True, line=4, column=6),
        "x": Scalar("1", plain=True, line=1, column=11),
    }
    assert at(tree, "C", "y") == Scalar("2", plain=True, line=1, column=17)
    several = at(tree, "D")
    assert isinstance(several, Map)
    assert list(several.members) == ["z", "x", "y"]


def test_a_byte_order_mark_is_no_content() -> None:
    tree = read_yaml("\ufeffX: é\n".encode(), "a.yaml")
    assert at(tree, "X") == Scalar("é", plain=True, line=1, column=4)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"[" * 100_000, "a.yaml:1:101: nested deeper than 100 levels: not read"),
        (b"{a: " * 100_000, "a.yaml:1:401: nested deeper than 100 levels: not read"),
        (b"- " * 100_000, "a.yaml:1:201: nested deeper than 100 levels: not read"),
        (b"A: 1\nB: 2\nA: 3\n", "a.yaml:3:1: key 'A' stands twice, first on line 1"),
        (b"A: 1\n---\nB: 2\n", "a.yaml:2:1: holds more than one YAML document"),
        (b"A:\n\tB: 1\n", "a.yaml:2:1: not YAML: while scanning for the next token: found character that cannot"),
        (b"A: 'x\n", "a.yaml:2:1: not YAML: while scanning a quoted scalar: found unexpected end of stream"),
        (b"A: [1, 2\n", "a.yaml:2:1: not YAML: while parsing a flow sequence: did not find expected ',' or ']'"),
        (b"A: \xff\xfe\n", "a.yaml:1:4: not YAML: "),
        (b"A: \x00\n", "a.yaml:1:4: not YAML: control characters are not allowed"),
        (b"? [a]\n: 1\n", "a.yaml:1:3: a key is no plain string"),
        (b"A: *nope\n", "a.yaml:1:4: alias *nope is not defined before"),
        (b"A: &a [*a]\n", "a.yaml:1:8: alias *a is not defined before"),
        (b"A: {<<: 1}\n", "a.yaml:1:5: << needs a mapping"),
        (b"", "a.yaml: is empty"),
        (b"# only a comment\n", "a.yaml: is empty"),
    ],
)
def test_what_cannot_be_read_is_one_line_with_its_place(data: bytes, message: str) -> None:
    assert error_of(data).startswith(message)


def test_an_alias_bomb_is_refused_where_it_explodes() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert error_of("\n".join(lines).encode()).startswith("a.yaml:6:")
    assert "more than 1,000,000 values after expanding aliases" in error_of("\n".join(lines).encode())


def test_merges_count_as_values() -> None:
    wide = ", ".join(f"k{n}: 1" for n in range(2000))
    data = f"base: &b {{{wide}}}\nall:\n" + "".join(f"  - {{<<: *b, n: {n}}}\n" for n in range(1000))
    assert "more than 1,000,000 values" in error_of(data.encode())


@pytest.mark.parametrize("libyaml", [True, False])
def test_without_libyaml_python_reads_the_same(libyaml: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    monkeypatch.setattr("yaml.__with_libyaml__", libyaml)
    tree = read_yaml(b"A: &x !Sub '${B}'\nC: [*x, 1, 'two']\n", "a.yaml")
    assert at(tree, "A", "Fn::Sub") == Scalar("${B}", plain=False, line=1, column=4)
    assert at(tree, "C", 0, "Fn::Sub") == Scalar("${B}", plain=False, line=1, column=4)
    assert at(tree, "C", 2) == Scalar("two", plain=False, line=2, column=12)
    with pytest.raises(InputError) as caught:
        read_yaml(b"A: {\n", "a.yaml")
    assert str(caught.value).startswith("a.yaml:2:1: not YAML: ")
    with pytest.raises(InputError) as caught:
        read_yaml(b"A: \x00\n", "a.yaml")
    assert str(caught.value).startswith("a.yaml:1:4: not YAML: ")
    with pytest.raises(InputError) as caught:
        read_yaml(b"[" * 100_000, "a.yaml")
    assert str(caught.value) == "a.yaml:1:101: nested deeper than 100 levels: not read"
