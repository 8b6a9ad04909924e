"""Snapshots: what is written comes back, origins included; what is not one is refused in one line."""

import json
import stat
from pathlib import Path

import msgspec
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from sources.test_attributes import FOUND

from auditor.model.coverage import Coverage
from auditor.model.inventory import Input, Inventory
from auditor.model.known import Cause, Known, Unknown
from auditor.model.origin import How, Location, Origin
from auditor.model.policy import Document, Entry, Gap, Leaf, Mapping, Sequence
from auditor.model.sns import Topic, TopicPolicy
from auditor.model.text import Symbol, Text, text
from auditor.sources import snapshot
from auditor.sources.detect import load
from auditor.sources.interface import InputError

words = st.text(max_size=8)
locations = st.builds(Location, words, st.none() | st.integers(1, 999), st.none() | st.integers(1, 99), words)
origins = st.builds(Origin, st.sampled_from(How), locations)
unknowns = st.builds(Unknown, st.sampled_from(Cause), words, origins)
texts = st.lists(words | st.builds(Symbol, words, words) | unknowns, max_size=3).map(lambda parts: text(*parts))
leaves = st.builds(Leaf, texts | st.none() | st.booleans() | st.integers(-(2**53), 2**53), locations)
nodes = st.recursive(
    leaves | st.builds(Gap, unknowns, locations, st.booleans()),
    lambda inner: (
        st.builds(Sequence, st.lists(inner, max_size=3).map(tuple), locations, st.none() | unknowns)
        | st.builds(
            Mapping,
            st.lists(st.builds(Entry, texts, inner, locations), max_size=3).map(tuple),
            locations,
            st.none() | unknowns,
        )
    ),
    max_leaves=6,
)
documents = st.builds(Document, json=words) | st.builds(Document, tree=nodes, at=locations)


def known(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.builds(Known, values, origins) | unknowns


base = {
    "deployment": words,
    "address": words,
    "name": texts,
    "arn": st.none() | texts,
    "account": texts,
    "region": texts,
    "location": locations,
    "tags": known(st.dictionaries(words, texts, max_size=2)),
    "uncertain": st.none() | unknowns,
}
topics = st.builds(
    Topic,
    **base,
    kms_key=known(st.none() | texts),
    fifo=known(st.booleans()),
    feedback_roles=known(st.lists(words, max_size=2).map(tuple)),
    archive_policy=known(st.none() | documents),
    max_message_size=known(st.integers(0, 2**31)),
)
policies = st.builds(
    TopicPolicy, **base, topics=known(st.lists(texts, max_size=2).map(tuple)), document=known(documents)
)
inventories = st.builds(
    Inventory,
    st.lists(st.builds(Input, path=words, kind=st.just("cloudformation"), sha256=words), max_size=2).map(tuple),
    st.lists(topics | policies, max_size=3).map(tuple),
    st.lists(st.builds(Coverage, words, words, words, known(st.just(value=True)), words), max_size=2).map(tuple),
)


@settings(max_examples=examples(25))
@given(inventories)
def test_what_is_written_comes_back(inventory: Inventory) -> None:
    data = snapshot.encode(inventory)
    back = snapshot.decode(data, "a.json")
    assert back == inventory
    assert snapshot.encode(back) == data  # the origins too, which take no part in equality


def test_every_attribute_of_every_type_comes_back() -> None:
    data = snapshot.encode(FOUND)
    back = snapshot.decode(data, "a.json")
    assert back.resources == FOUND.resources
    assert snapshot.encode(back) == data


def test_inputs_of_an_account_become_those_of_the_snapshot() -> None:
    account = Input(path="aws:111122223333:eu-west-1", kind="aws", account="111122223333", region="eu-west-1")
    data = snapshot.encode(Inventory(inputs=(account,)))
    [read] = snapshot.decode(data, "account.json").inputs
    assert (read.path, read.kind, read.account, read.region) == (
        "account.json",
        "snapshot",
        "111122223333",
        "eu-west-1",
    )
    assert len(read.sha256) == 64


def test_the_file_says_what_it_is_first() -> None:
    written = json.loads(snapshot.encode(Inventory()))
    assert list(written) == ["schema", "tool", "inventory"]
    assert written["schema"] == "snapshot-v1"
    assert written["tool"]["name"] == "messaging-auditor"


TOPIC = '{"type":"sns.Topic","deployment":"d","address":"a","name":{"parts":[]},"account":{"parts":[]}'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"schema":"snapshot-v2"}', "a.json: is snapshot-v2; this version reads snapshot-v1"),
        ('{"x":1}', "a.json: is no snapshot; this version reads snapshot-v1"),
        ('{"schema":"snapshot-v1"}', "a.json: is no snapshot-v1: Object missing required field `tool`"),
        ('{"schema":"snapshot-v1","tool":{"name":"x","version":1},"inventory":{}}', "a.json: is no snapshot-v1: Exp"),
        ('{"schema":"snapshot-v1","tool":{"name":"x","version":"1"},"inventory":[]}', "a.json: is no snapshot-v1: Exp"),
        (
            '{"schema":"snapshot-v1","tool":{"name":"x","version":"1"},"inventory":{"resources":[{"type":"x"}]}}',
            "a.json: is no snapshot-v1: Invalid value 'x' - at `$.inventory.resources[0].type`",
        ),
        (
            '{"schema":"snapshot-v1","tool":{"name":"x","version":"1"},"inventory":{"resources":[' + TOPIC + "}]}}",
            "a.json: is no snapshot-v1: Object missing required field `region` - at `$.inventory.resources[0]`",
        ),
        (
            '{"schema":"snapshot-v1","tool":{"name":"x","version":"1"}',
            "a.json: is no snapshot-v1: Input data was trunc",
        ),
        ('{"schema":"snapshot-v1","z":' + "[" * 200_000, "a.json: is no snapshot-v1: nested too deep"),
        ('{"schema":"snapshot-v1","z":"\udcff"}', "a.json: is no snapshot-v1: "),
    ],
)
def test_what_is_no_snapshot_is_refused_in_one_line(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(InputError) as caught:
        snapshot.decode(file.read_bytes(), "a.json")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_snapshot_is_readable_for_its_owner_only_and_replaces_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    file.write_text("old")
    file.chmod(0o644)
    snapshot.write(file, FOUND)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load([file], root=tmp_path).inventory.resources == FOUND.resources
    assert [path.name for path in tmp_path.iterdir()] == ["account.json"]


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "account.json"
    file.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        snapshot.write(file, FOUND)
    assert file.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["account.json"]
    with pytest.raises(FileNotFoundError):
        snapshot.write(tmp_path / "nowhere" / "x.json", FOUND)


def test_a_schema_can_be_made_of_its_types() -> None:
    schema = msgspec.json.schema(snapshot.Snapshot)
    assert schema["$ref"] == "#/$defs/Snapshot"
    assert schema["$defs"]["Snapshot"]["required"] == ["schema", "tool", "inventory"]


def test_texts_of_a_snapshot_keep_their_parts() -> None:
    written = Text(("x", Symbol("A.Name", "d"), Unknown(Cause.NOT_YET, "later")))
    assert msgspec.json.decode(msgspec.json.encode(written), type=Text).parts == written.parts
