"""Files are replaced whole or not at all."""

import os
import stat
import threading
from pathlib import Path

import pytest

from auditor.report.writing import WriteError, write


def test_replaces_the_file(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("old and longer")

    write(target, "Grüße\n")

    assert target.read_bytes() == "Grüße\n".encode()
    assert list(tmp_path.iterdir()) == [target]


def test_obeys_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write(tmp_path / "report.json", "x")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "report.json").stat().st_mode) == 0o640


def test_follows_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")

    write(tmp_path / "link", "new")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_writes_to_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()

    write(pipe, "x")

    reader.join(5)
    assert read == ["x"]


def test_says_in_one_line_what_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match=r"/no/report\.json: cannot be written: No such file or directory$"):
        write(tmp_path / "no" / "report.json", "x")
    with pytest.raises(WriteError, match=r": cannot be written: Is a directory$"):
        write(tmp_path, "x")
