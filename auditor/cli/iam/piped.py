"""An input that comes by a pipe: ``-`` among the paths is stdin."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from auditor.bounded import TooLargeError, read
from auditor.cli.errors import EXIT_NO_INPUT, EXIT_USAGE, Stop

LARGEST = 2**30
"""Bytes that are read of a pipe."""
_PIECE = 2**20
STDIN = "-"


class Paths(NamedTuple):
    """Paths that can be read like files, and what results call those that have another name."""

    paths: tuple[str, ...]
    names: dict[Path, str]


@contextmanager
def paths_of(written: Sequence[str]) -> Iterator[Paths]:
    """The paths with stdin as a file, which is there as long as the context is.

    Raises:
        Stop: stdin cannot be read, or holds too much.
    """
    if STDIN not in written:
        yield Paths(tuple(written), {})
        return
    with TemporaryDirectory(prefix="auditor-") as folder:
        file = Path(folder) / "stdin"
        _copy(file)
        yield Paths(tuple(str(file) if each == STDIN else each for each in written), {file.absolute(): STDIN})


def _copy(file: Path) -> None:
    left = LARGEST
    try:
        with file.open("wb") as copy:
            while piece := sys.stdin.buffer.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise Stop(f"-: is larger than {LARGEST // 2**20} MiB: not read", EXIT_NO_INPUT)
                copy.write(piece)
    except OSError as error:
        raise Stop(f"-: {error.strerror}", EXIT_NO_INPUT) from error


def content(path: str, largest: int = LARGEST) -> bytes:
    """The bytes of a file, of a pipe, or of stdin (``-``).

    Raises:
        Stop: it cannot be read, or holds more than `largest` bytes.
    """
    try:
        with nullcontext(sys.stdin.buffer) if path == STDIN else Path(path).open("rb") as file:
            return read(file, largest)
    except OSError as error:
        raise Stop(f"{path}: {error.strerror}", EXIT_NO_INPUT) from error
    except TooLargeError as error:
        raise Stop(f"{path}: {error}: not read", EXIT_NO_INPUT) from error


def check_once(*written: str) -> None:
    """Refuse stdin for two things.

    Raises:
        Stop: it stands there more than once.
    """
    if written.count(STDIN) > 1:
        raise Stop("- can stand once only: there is one stdin", EXIT_USAGE)
