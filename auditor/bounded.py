"""The bytes of files that others wrote: never more than a limit, whatever the file is or grows to."""

import stat
from pathlib import Path
from typing import BinaryIO

_PIECE = 2**20


class TooLargeError(Exception):
    """There are more bytes than may be read."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"is larger than {limit / 2**20:g} MiB")


class NotRegularError(Exception):
    """A directory, a pipe or a device stands where a file is wanted."""

    def __init__(self) -> None:
        super().__init__("is no regular file")


def read(file: BinaryIO, limit: int) -> bytes:
    """What is left in a file or pipe.

    Raises:
        TooLargeError: it is more than `limit` bytes.
        OSError: it cannot be read.
    """
    data = bytearray()
    # In pieces: one read of all that is allowed would claim the memory for it.
    while piece := file.read(min(_PIECE, limit + 1 - len(data))):
        data += piece
        if len(data) > limit:
            raise TooLargeError(limit)
    return bytes(data)


def read_regular(path: Path, limit: int) -> bytes:
    """The content of a regular file.

    Raises:
        NotRegularError: it is none.
        TooLargeError: it is more than `limit` bytes.
        OSError: it cannot be read.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise NotRegularError
    with path.open("rb") as file:
        return read(file, limit)
