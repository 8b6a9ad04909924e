"""Reading one large JSON object piece by piece: its members one after the other, whatever its size.

Only the value that is asked for is held in memory. What is passed over is followed by brackets and strings alone.
"""

import re
from collections.abc import Callable, Iterator

import msgspec

CHUNK = 1 << 16
"""Bytes read at once."""
_KEY_LIMIT = 1024
_SPACE = b" \t\n\r"
# A string without escapes is taken whole; of one that goes on, only the beginning.
_OUTSIDE = re.compile(rb'"[^"\\]*"?|[{}\[\]]')
_INSIDE = re.compile(rb'["\\]')
_SCALAR_END = re.compile(rb"[,\]}\s]")


class StreamError(Exception):
    """The bytes are no JSON object, end in its middle, or hold a value that is too large."""


class Stream:
    """A JSON document that is read once, from its beginning to its end.

    Args:
        read: gives at most so many bytes, none at the end.
    """

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._data = b""
        self._at = 0

    def members(self) -> Iterator[str]:
        """The keys of the object that comes next; the value of each must be read, or passed over, before the next key.

        Raises:
            StreamError: for anything but an object.
        """
        self._expect(b"{")
        if self._peek() == b"}":
            self._at += 1
            return
        while True:
            yield self._key()
            after = self._peek()
            self._at += 1
            if after == b"}":
                return
            if after != b",":
                raise StreamError("a member of an object ends without a comma")

    def value(self, limit: int) -> bytes:
        """The value that comes next, as it is written.

        Args:
            limit: bytes that it may have at most.
        """
        found: list[bytes] = []
        size = 0
        for piece in self._pieces():
            size += len(piece)
            if size > limit:
                raise StreamError(f"a value is longer than {limit:,} bytes")
            found.append(piece)
        return b"".join(found)

    def skip(self) -> None:
        """Pass over the value that comes next."""
        for _ in self._pieces():
            pass

    def end(self) -> None:
        """Read what is left.

        Raises:
            StreamError: when it is more than space.
        """
        while True:
            if self._data[self._at :].strip(_SPACE):
                raise StreamError("something follows the end of the document")
            if not self._fill():
                return

    def _key(self) -> str:
        if self._peek() != b'"':
            raise StreamError("a key of an object is no string")
        try:
            key = msgspec.json.decode(self.value(_KEY_LIMIT), type=str)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise StreamError(f"a key of an object is no string: {error}") from error
        self._expect(b":")
        return key

    def _pieces(self) -> Iterator[bytes]:
        """The bytes of the next value, chunk by chunk."""
        first = self._peek()
        if first in b",:]}":
            raise StreamError("a value is missing")
        return self._nested() if first in b'"{[' else self._scalar()

    def _scalar(self) -> Iterator[bytes]:
        while (end := _SCALAR_END.search(self._data, self._at)) is None:
            yield self._data[self._at :]
            self._at = len(self._data)
            if not self._fill():
                return
        yield self._data[self._at : end.start()]
        self._at = end.start()

    def _nested(self) -> Iterator[bytes]:
        depth, inside, at = 0, False, self._at
        while True:
            found = (_INSIDE if inside else _OUTSIDE).search(self._data, at)
            if found is None or at >= len(self._data):
                yield self._data[self._at :]
                # An escaped character may be the first of the next chunk.
                beyond = max(0, at - len(self._data))
                self._at = len(self._data)
                self._must_fill()
                at = beyond
                continue
            at = found.end()
            mark = found.group()
            if mark == b"\\":
                at += 1
            elif inside:
                inside = False
            elif mark[:1] == b'"':
                inside = len(mark) == 1 or not mark.endswith(b'"')
            else:
                depth += 1 if mark in b"{[" else -1
            if not inside and depth == 0:
                yield self._data[self._at : at]
                self._at = at
                return

    def _expect(self, mark: bytes) -> None:
        if self._peek() != mark:
            raise StreamError(f"a {mark.decode()} is missing")
        self._at += 1

    def _peek(self) -> bytes:
        """The next byte that is no space."""
        while True:
            while self._at < len(self._data):
                byte = self._data[self._at : self._at + 1]
                if byte not in _SPACE:
                    return byte
                self._at += 1
            self._must_fill()

    def _must_fill(self) -> None:
        if not self._fill():
            raise StreamError("it ends in the middle: the file is truncated")

    def _fill(self) -> bool:
        self._data = self._data[self._at :] + self._read(CHUNK) if self._at < len(self._data) else self._read(CHUNK)
        self._at = 0
        return bool(self._data)
