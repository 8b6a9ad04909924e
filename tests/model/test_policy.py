"""Policy documents as trees: nothing is lost, nothing crashes."""

import json

from hypothesis import given
from hypothesis import strategies as st

from auditor.model import arn as arns
from auditor.model.known import Cause, Known, Unknown
from auditor.model.origin import Location
from auditor.model.policy import Document, Entry, Gap, Leaf, Mapping, Node, Sequence, gaps
from auditor.model.text import Symbol, text


def test_places_are_pointers() -> None:
    root = Document(json='{"Statement": [{"a/b": "x"}]}').root

    assert root == Mapping(
        (
            Entry(
                text("Statement"),
                Sequence(
                    (
                        Mapping(
                            (
                                Entry(
                                    text("a/b"),
                                    Leaf(text("x"), Location(pointer="/Statement/0/a~1b")),
                                    Location(pointer="/Statement/0/a~1b"),
                                ),
                            ),
                            Location(pointer="/Statement/0"),
                        ),
                    ),
                    Location(pointer="/Statement"),
                ),
                Location(pointer="/Statement"),
            ),
        )
    )


def failure(written: str) -> str:
    root = Document(json=written).root
    assert isinstance(root, Gap)
    assert root.unknown.cause is Cause.FAILED
    return root.unknown.detail


def test_damaged_documents_are_gaps() -> None:
    assert "not readable JSON" in failure("{")
    assert "nested deeper than 64 levels" in failure("[" * 100_000)
    assert "key 'Effect' stands twice at /Statement" in failure('{"Statement": {"Effect": "Allow", "Effect": "Deny"}}')
    assert "not readable JSON" in failure("")


def test_brackets_in_strings_are_not_nesting() -> None:
    assert isinstance(Document(json=json.dumps({"a": "[" * 100 + '\\"' + "{" * 100})).root, Mapping)


def test_gaps_are_found_everywhere() -> None:
    first, second, third, fourth = (Unknown(Cause.NOT_HERE, name) for name in "abcd")
    tree: Node = Mapping(
        (
            Entry(text("x", first), Gap(second)),
            Entry(text("y"), Sequence((Leaf(text(third)),), open=fourth)),
        )
    )

    assert set(gaps(tree)) == {first, second, third, fourth}


scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=9,
)


def plain(node: Node) -> object:
    match node:
        case Mapping(entries=entries):
            return {entry.key.literal: plain(entry.node) for entry in entries}
        case Sequence(items=items):
            return [plain(item) for item in items]
        case Leaf(value=value):
            return value if value is None or isinstance(value, bool | int | float) else value.literal
        case Gap():
            raise AssertionError("a gap in plain JSON")


@given(trees)
def test_a_tree_holds_the_document(value: object) -> None:
    assert plain(Document(json=json.dumps(value)).root) == value


def test_arn_parts() -> None:
    place = arns.symbolic_place("a.yaml")
    topic = place.arn("sns", Symbol("T.TopicName", "a.yaml"))

    assert arns.parse(topic) == Known(
        arns.Arn(place.partition, text("sns"), place.region, place.account, text(Symbol("T.TopicName", "a.yaml")))
    )
    assert arns.parse(text("arn:aws:s3:::bucket/a:b")) == Known(
        arns.Arn(text("aws"), text("s3"), text(), text(), text("bucket/a:b"))
    )
    broken = arns.parse(text("orders"))
    assert isinstance(broken, Unknown)
    assert broken.cause is Cause.FAILED
    hole = arns.parse(text("arn:", Unknown(Cause.NOT_HERE, "P"), ":x"))
    assert isinstance(hole, Unknown)
    assert hole.cause is Cause.UNDECIDED
