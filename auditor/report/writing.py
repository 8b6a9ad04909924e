"""Writes a report to a file, whole or not at all."""

import os
import secrets
import stat
from pathlib import Path


class WriteError(Exception):
    """The file cannot be written; the message is one line."""


def write(path: Path, text: str) -> None:
    """Replace a file by a text, atomically: who reads it sees the old content or the new.

    A link is followed; what is no regular file (``/dev/stdout``, a pipe) is written to.

    Raises:
        WriteError: it cannot be written.
    """
    data = text.encode("utf-8", "backslashreplace")
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            path.write_bytes(data)
            return
        target = path.resolve()
        beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            # Exclusive, so that nobody can have put a link in its place; readable as far as the umask allows.
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
                file.write(data)
            beside.replace(target)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise WriteError(f"{path}: cannot be written: {error.strerror}") from error
