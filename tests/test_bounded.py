"""Reading no more of a file than a limit."""

import io
import os
from pathlib import Path

import pytest

from auditor.bounded import NotRegularError, TooLargeError, read, read_regular

MEBIBYTE = 2**20


@pytest.mark.parametrize("size", [0, 1, MEBIBYTE - 1, MEBIBYTE, 2 * MEBIBYTE + 1])
def test_all_is_read_up_to_the_limit(size: int) -> None:
    assert read(io.BytesIO(b"x" * size), size) == b"x" * size


@pytest.mark.parametrize("limit", [0, MEBIBYTE, 2 * MEBIBYTE])
def test_one_byte_more_is_refused_and_nothing_after_it_is_read(limit: int) -> None:
    file = io.BytesIO(b"x" * (limit + 5))
    with pytest.raises(TooLargeError, match=rf"^is larger than {limit // MEBIBYTE} MiB$"):
        read(file, limit)
    assert file.tell() == limit + 1


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path, Path(os.devnull)):
        with pytest.raises(NotRegularError, match="is no regular file"):
            read_regular(path, 1)


def test_a_regular_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"ab")
    assert read_regular(path, 2) == b"ab"
    with pytest.raises(TooLargeError):
        read_regular(path, 1)
