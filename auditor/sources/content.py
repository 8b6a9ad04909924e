"""The content of files that others wrote: regular ones, up to a size."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from auditor.sources.interface import InputError

_HEAD_BYTES = 2**16


class TooLargeError(InputError):
    """A file over its limit; `head` is how it begins."""

    def __init__(self, path: str, limit: int, head: bytes) -> None:
        super().__init__(path, f"is larger than {limit / 2**20:.0f} MiB: not read")
        self.head = head


def read_bytes(path: Path, name: str, limit_of: Callable[[bytes], int]) -> bytes:
    """The content of a regular file.

    Args:
        path: of the file.
        name: what errors call it.
        limit_of: number of bytes that may be read of a file that begins like this.

    Raises:
        TooLargeError: it is larger than that.
        InputError: there is none, or it is no regular file.
    """
    try:
        # Not blocking, so that opening a named pipe returns and can be refused.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise InputError(name, "is no regular file")
            head = file.read(_HEAD_BYTES)
            limit = limit_of(head)
            file.seek(0)
            # A buffer of the size of the file, not of the limit; a file that grows meanwhile is read to its end.
            content = file.read(min(status.st_size, limit) + 1)
            if len(content) > status.st_size:
                content += file.read(max(limit + 1 - len(content), 0))
    except OSError as error:
        raise InputError(name, error.strerror or "cannot be read") from None
    if len(content) > limit:
        raise TooLargeError(name, limit, head)
    return content
