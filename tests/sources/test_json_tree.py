"""JSON with places: what Python's own parser reads, no more and no less, but for keys that stand twice."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.sources.cloudformation.files import read_tree
from auditor.sources.cloudformation.json_tree import read_json
from auditor.sources.cloudformation.tree import MalformedError, Map, Member, Node, Scalar, Seq
from auditor.sources.interface import InputError

documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


def data_of(node: Node) -> object:
    match node:
        case Map(members=members):
            return {key: data_of(member.node) for key, member in members.items()}
        case Seq(items=items):
            return [data_of(item) for item in items]
        case Scalar(text=text, plain=plain):
            return json.loads(text) if plain else text


@given(documents, st.sampled_from([None, 1, "\t"]))
def test_reads_what_json_writes(document: object, indent: int | str | None) -> None:
    assert data_of(read_json(json.dumps(document, indent=indent), "a.json")) == document


@given(documents, st.integers(0, 200), st.sampled_from(list('[]{},:"1atn \\')))
def test_refuses_what_json_refuses(document: object, position: int, put: str) -> None:
    text = json.dumps(document)
    broken = text[:position] + put + text[position + 1 :]
    try:
        expected = json.loads(broken, object_pairs_hook=_once)
    except ValueError:
        with pytest.raises(InputError):
            read_json(broken, "a.json")
    else:
        assert data_of(read_json(broken, "a.json")) == expected


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def test_every_key_and_value_has_its_place() -> None:
    tree = read_json('{\n  "A": [\n    true,\n    "x"\n  ]\n}', "a.json")
    assert tree == Map(
        {
            "A": Member(
                Seq([Scalar("true", plain=True, line=3, column=5), Scalar("x", plain=False, line=4, column=5)], 2, 8),
                2,
                3,
            )
        },
        1,
        1,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000, "a.json:1:101: nested deeper than 100 levels: not read"),
        ('{"a":' * 100_000, "a.json:1:501: nested deeper than 100 levels: not read"),
        ('{"a": 1,\n "a": 2}', "a.json:2:2: key 'a' stands twice, first on line 1"),
        ('{"a": 1', "a.json:1:8: not JSON: expected a comma or the end"),
        ('{"a" 1}', "a.json:1:2: not JSON: expected a key or the end of the mapping"),
        ("[1,]", "a.json:1:4: not JSON: expected a value"),
        ('{"a": 1,}', "a.json:1:9: not JSON: expected a key"),
        ("[1] 2", "a.json:1:5: not JSON: something follows the end"),
        ('["\\x"]', "a.json:1:2: not JSON: a string holds an unknown escape"),
        ("[1}", "a.json:1:3: not JSON: expected a comma or the end"),
        ("]", "a.json:1:1: not JSON: expected a value"),
        ("", "a.json:1:1: not JSON: expected a value"),
        ('"a": 1', "a.json:1:1: not JSON: expected a value"),
    ],
)
def test_what_cannot_be_read_is_one_line_with_its_place(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_json(text, "a.json")
    assert str(caught.value) == message


@given(documents.filter(lambda document: isinstance(document, dict)), st.sampled_from([None, 1, "\t"]))
def test_templates_in_json_are_read_whatever_yaml_thinks_of_them(document: object, indent: int | str | None) -> None:
    assert data_of(read_tree(json.dumps(document, indent=indent).encode(), "a.json")) == document


def test_surrogate_pairs_and_long_keys_are_read_as_json() -> None:
    text = '{"\\ud83d\\ude00": "' + "x" * 3000 + '", "' + "k" * 3000 + '": 1}'
    tree = read_tree(text.encode(), "a.json")
    assert isinstance(tree, Map)
    assert list(tree.members) == ["😀", "k" * 3000]


def test_broken_json_is_called_so() -> None:
    with pytest.raises(MalformedError) as caught:
        read_tree(b'{\n"a": 1 "b": 2}', "a.json")
    assert str(caught.value) == "a.json:2:8: not JSON: expected a comma or the end"
