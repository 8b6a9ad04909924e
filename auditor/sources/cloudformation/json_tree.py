"""JSON with lines and columns, without recursion, within limits."""

import json
import re
from bisect import bisect_right

from auditor.sources.cloudformation.tree import MAX_DEPTH, Budget, Map, Member, Node, Scalar, Seq
from auditor.sources.interface import InputError

_TOKEN = re.compile(
    r"""[ \t\n\r]*(?:
        (?P<string>"[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*")
      | (?P<word>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)
      | (?P<mark>[{}\[\],:])
    )""",
    re.VERBOSE,
)
_BLANK = re.compile(r"[ \t\n\r]*")


def read_json(text: str, path: str) -> Node:
    """The tree of a JSON text.

    Raises:
        InputError: it is no JSON, holds a key twice, or is beyond a limit.
    """
    return _Reader(text, path).read()


class _Reader:
    """One level is a dict or a list with the place where it opened; keys wait in `keys` for their value."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self.budget = Budget(path)

    def place(self, position: int) -> tuple[int, int]:
        line = bisect_right(self.starts, position)
        return line, position - self.starts[line - 1] + 1

    def fault(self, reason: str, position: int) -> InputError:
        return InputError(self.path, reason, *self.place(position))

    def read(self) -> Node:
        scan = _TOKEN.scanner(self.text).match  # type: ignore[attr-defined]  # undocumented, stable since 2.x
        levels: list[Map | Seq] = []
        key: tuple[str, int, int] | None = None
        wanted = "value"  # value | value or end | key | key or end | colon | comma or end
        end = 0
        root: Node | None = None
        while root is None or levels:
            token = scan()
            if token is None:
                raise self.fault(f"not JSON: expected a {wanted}", _BLANK.match(self.text, end).end())  # type: ignore[union-attr]
            end = token.end()
            kind = token.lastgroup
            written = token[kind]
            start = token.start(kind)
            if wanted == "colon":
                if written != ":":
                    raise self.fault("not JSON: expected a colon", start)
                wanted = "value"
                continue
            if written == "," and kind == "mark":
                if wanted != "comma or end":
                    raise self.fault(f"not JSON: expected a {wanted}", start)
                wanted = "key" if isinstance(levels[-1], Map) else "value"
                continue
            line, column = self.place(start)
            if wanted.startswith("key") and kind == "string":
                name = json.loads(written) if "\\" in written else written[1:-1]
                seen = levels[-1].members.get(name)  # type: ignore[union-attr]
                if seen is not None:
                    raise self.fault(f"key {name!r} stands twice, first on line {seen.line}", start)
                key = (name, line, column)
                wanted = "colon"
                continue
            if kind == "mark" and written in "]}":
                if not wanted.endswith("or end") or isinstance(levels[-1], Map) is not (written == "}"):
                    raise self.fault(f"not JSON: expected a {wanted}", start)
                levels.pop()
                wanted = "comma or end"
                continue
            if not wanted.startswith("value") or written == ":":
                raise self.fault(f"not JSON: expected a {wanted}", start)
            node: Node
            if kind == "string":
                node = Scalar(json.loads(written) if "\\" in written else written[1:-1], False, line, column)
            elif kind == "word":
                node = Scalar(written, True, line, column)
            else:
                node = Map({}, line, column) if written == "{" else Seq([], line, column)
            self.budget.spend(1, line, column)
            if root is None:
                root = node
            elif key is not None:
                levels[-1].members[key[0]] = Member(node, key[1], key[2])  # type: ignore[union-attr]
                key = None
            else:
                levels[-1].items.append(node)  # type: ignore[union-attr]
            wanted = "comma or end"
            if not isinstance(node, Scalar):
                if len(levels) >= MAX_DEPTH:
                    self.budget.refuse_depth(line, column)
                levels.append(node)
                wanted = "key or end" if isinstance(node, Map) else "value or end"
        rest = _BLANK.match(self.text, end)
        if rest is not None and rest.end() != len(self.text):
            raise self.fault("not JSON: something follows the end", rest.end())
        return root
