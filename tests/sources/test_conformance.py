"""Templates that others wrote: nothing but an InputError, and little that stays unknown."""

import os
from pathlib import Path

import pytest

from auditor.sources.detect import Loaded, load

pytestmark = pytest.mark.conformance
KINDS = ("cfn", "cdk", "sam")


@pytest.fixture(scope="module", params=KINDS)
def loaded(request: pytest.FixtureRequest) -> Loaded:
    folder = os.environ.get("CONFORMANCE_DATA")
    if not folder:
        pytest.skip("CONFORMANCE_DATA names no folder")
    corpus = Path(folder) / "corpus" / request.param
    if not corpus.is_dir():
        pytest.skip(f"{corpus} is no folder")
    return load(sorted(path for path in corpus.rglob("*") if path.is_file()), root=corpus, jobs=1)


def test_nearly_all_are_read(loaded: Loaded) -> None:
    assert len(loaded.files) >= 0.95 * (len(loaded.files) + len(loaded.errors))
    assert loaded.files


def test_few_values_stay_unknown(loaded: Loaded) -> None:
    leaves = sum(item.leaves for item in loaded.inventory.inputs)
    unknown = sum(item.unknown_leaves for item in loaded.inventory.inputs)
    assert leaves > 1000
    assert unknown <= 0.10 * leaves


def test_every_resource_has_its_line(loaded: Loaded) -> None:
    assert all(item.location.line is not None for item in loaded.inventory.resources)
    assert all(item.location.column is not None for item in loaded.inventory.resources)
