"""JSON with lines and columns, without recursion, within limits."""

import json
import re
from bisect import bisect_right

from auditor.sources.cloudformation.tree import MAX_DEPTH, Budget, MalformedError, Map, Member, Node, Scalar, Seq
from auditor.sources.interface import InputError

_TOKEN = re.compile(
    r"""[ \t\n\r]*(?:
        (?P<string>"[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*")(?P<key>[ \t\n\r]*:)?
      | (?P<word>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)
      | (?P<open>[{\[])
      | (?P<close>[}\]])
      | (?P<comma>,)
    )""",
    re.VERBOSE,
)
_BLANK = re.compile(r"[ \t\n\r]*")

_VALUE, _VALUE_OR_END, _KEY, _KEY_OR_END, _COMMA_OR_END = (
    "a value",
    "a value or the end of the list",
    "a key",
    "a key or the end of the mapping",
    "a comma or the end",
)
"""What the next token must be."""


def read_json(text: str, path: str) -> Node:
    """The tree of a JSON text.

    Raises:
        MalformedError: it is no JSON.
        InputError: it holds a key twice, or is beyond a limit.
    """
    return _Reader(text, path).read()


class _Reader:
    """Reads token by token; `levels` are the open mappings and lists, `key` waits for its value."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        self.budget = Budget(path)
        self.levels: list[Map | Seq] = []
        self.key: tuple[str, int, int] | None = None
        self.root: Node | None = None
        self.wanted = _VALUE
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]

    def read(self) -> Node:
        position = 0
        while self.root is None or self.levels:
            token = _TOKEN.match(self.text, position)
            if token is None:
                raise self._unexpected(position)
            kind = token.lastgroup
            if kind == "key":
                self._key(token)
            elif kind == "string":
                line, column = self._place(token.start("string"))
                self._value(Scalar(self._unquoted(token), False, line, column), token)
            elif kind == "word":
                line, column = self._place(token.start("word"))
                self._value(Scalar(token["word"], True, line, column), token)
            elif kind == "open":
                line, column = self._place(token.start("open"))
                self._value(Map({}, line, column) if token["open"] == "{" else Seq([], line, column), token)
            elif kind == "close":
                self._close(token)
            else:
                self._expect(_COMMA_OR_END, token)
                self.wanted = _KEY if isinstance(self.levels[-1], Map) else _VALUE
            position = token.end()
        rest = _BLANK.match(self.text, position)
        if rest is not None and rest.end() != len(self.text):
            raise self._fault("not JSON: something follows the end", rest.end())
        return self.root

    def _key(self, token: re.Match[str]) -> None:
        level = self.levels[-1] if self.levels else None
        if not isinstance(level, Map) or self.wanted not in {_KEY, _KEY_OR_END}:
            raise self._unexpected(token.start())
        name = self._unquoted(token)
        start = token.start("string")
        seen = level.members.get(name)
        if seen is not None:
            raise InputError(self.path, f"key {name!r} stands twice, first on line {seen.line}", *self._place(start))
        self.key = (name, *self._place(start))
        self.wanted = _VALUE

    def _value(self, node: Node, token: re.Match[str]) -> None:
        if self.wanted not in {_VALUE, _VALUE_OR_END}:
            raise self._unexpected(token.start())
        self.budget.spend(1, node.line, node.column)
        level = self.levels[-1] if self.levels else None
        if isinstance(level, Map) and self.key is not None:
            name, line, column = self.key
            level.members[name] = Member(node, line, column)
        elif isinstance(level, Seq):
            level.items.append(node)
        else:
            self.root = node
        self.wanted = _COMMA_OR_END
        if not isinstance(node, Scalar):
            if len(self.levels) >= MAX_DEPTH:
                self.budget.refuse_depth(node.line, node.column)
            self.levels.append(node)
            self.wanted = _KEY_OR_END if isinstance(node, Map) else _VALUE_OR_END

    def _close(self, token: re.Match[str]) -> None:
        if not self.levels or self.wanted in {_VALUE, _KEY}:
            raise self._unexpected(token.start())
        if isinstance(self.levels.pop(), Map) is not (token["close"] == "}"):
            raise self._unexpected(token.start())
        self.wanted = _COMMA_OR_END

    def _expect(self, wanted: str, token: re.Match[str]) -> None:
        if self.wanted != wanted or not self.levels:
            raise self._unexpected(token.start())

    def _unquoted(self, token: re.Match[str]) -> str:
        written = token["string"]
        if "\\" not in written:
            return written[1:-1]
        try:
            return str(json.loads(written))
        except ValueError:
            raise self._fault("not JSON: a string holds an unknown escape", token.start("string")) from None

    def _place(self, position: int) -> tuple[int, int]:
        line = bisect_right(self._lines, position)
        return line, position - self._lines[line - 1] + 1

    def _unexpected(self, position: int) -> MalformedError:
        blank = _BLANK.match(self.text, position)
        return self._fault(f"not JSON: expected {self.wanted}", blank.end() if blank is not None else position)

    def _fault(self, reason: str, position: int) -> MalformedError:
        return MalformedError(self.path, reason, *self._place(position))
