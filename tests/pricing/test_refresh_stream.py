"""Reading a large JSON object piece by piece."""

import io
import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.catalog.stream import Stream, StreamError

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
documents = st.dictionaries(st.text(max_size=8), json_values, max_size=6)
chunks = st.integers(1, 9)
layouts = st.sampled_from([{}, {"indent": 1}, {"separators": (",", ":"), "ensure_ascii": False}])


def reader(data: bytes, chunk: int) -> Callable[[int], bytes]:
    file = io.BytesIO(data)
    return lambda amount: file.read(min(amount, chunk))


def read_all(data: bytes, chunk: int, limit: int = 1_000_000) -> dict[str, object]:
    stream = Stream(reader(data, chunk))
    found = {key: json.loads(stream.value(limit)) for key in stream.members()}
    stream.end()
    return found


@settings(max_examples=50)
@given(documents, chunks, layouts)
def test_reads_what_json_reads(document: dict[str, object], chunk: int, layout: dict[str, object]) -> None:
    assert read_all(json.dumps(document, **layout).encode(), chunk) == document


@settings(max_examples=50)
@given(documents, chunks)
def test_passing_over_ends_where_reading_does(document: dict[str, object], chunk: int) -> None:
    stream = Stream(reader(json.dumps(document).encode(), chunk))
    keys = []
    for key in stream.members():
        keys.append(key)
        stream.skip()
    stream.end()

    assert keys == list(document)


@settings(max_examples=50)
@given(documents, chunks, st.data())
def test_every_beginning_of_a_document_is_called_truncated(
    document: dict[str, object], chunk: int, data: st.DataObject
) -> None:
    whole = json.dumps(document).encode()
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises((StreamError, json.JSONDecodeError)) as caught:
        read_all(whole[:cut], chunk)

    if isinstance(caught.value, StreamError):
        assert str(caught.value) == "it ends in the middle: the file is truncated"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "a { is missing"),
        ("", "it ends in the middle: the file is truncated"),
        ("{} {}", "something follows the end of the document"),
        ("{1: 2}", "a key of an object is no string"),
        ('{"a" 2}', "a : is missing"),
        ('{"a": }', "a value is missing"),
        ('{"a": 1 "b": 2}', "a member of an object ends without a comma"),
        ('{"a": "0123456789"}', "a value is longer than 8 bytes"),
        ('{"a": 0123456789}', "a value is longer than 8 bytes"),
        ('{"' + "a" * 2000 + '": 1}', "a value is longer than 1,024 bytes"),
        ('{"\\x": 1}', "a key of an object is no string: JSON is malformed"),
    ],
)
def test_what_is_no_object_is_one_line(text: str, message: str) -> None:
    with pytest.raises(StreamError) as caught:
        read_all(text.encode(), 3, limit=8)

    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_objects_within_are_read_member_by_member() -> None:
    stream = Stream(reader(b'{"products": {"A": {"sku": "A"}, "B": [1, "}"]}, "end": true}', 1))
    found = []
    for key in stream.members():
        if key == "products":
            found = [(sku, stream.value(100)) for sku in stream.members()]
        else:
            stream.skip()

    assert found == [("A", b'{"sku": "A"}'), ("B", b'[1, "}"]')]


def test_what_is_passed_over_is_not_held() -> None:
    """A value of any size goes by in chunks: the largest piece in memory is one chunk."""
    most = 0

    def read(amount: int) -> bytes:
        nonlocal most
        most = max(most, len(stream._data))
        return next(pieces, b"")[:amount]

    pieces = iter([b'{"a": ["', *(b"x" * 1000 for _ in range(1000)), b'"], "b": 1}'])
    stream = Stream(read)
    keys = []
    for key in stream.members():
        keys.append(key)
        stream.skip()

    assert keys == ["a", "b"]
    assert most <= 1000
