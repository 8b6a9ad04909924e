"""JSON inside a string whose parts may not be told: reading and writing it."""

import json
import re

from auditor.model import policy
from auditor.model.known import Cause, Unknown
from auditor.model.origin import How, Location, Origin
from auditor.model.policy import Entry, Gap, Leaf, Mapping, Sequence
from auditor.model.text import Part, Text, text
from auditor.sources.cloudformation.json_tree import read_json
from auditor.sources.cloudformation.tree import Map, Node, Scalar, Seq, value_of
from auditor.sources.interface import InputError

_OPEN, _CLOSE = "\ue000", "\ue001"
"""Private-use characters around the number of a part that is not literal."""
_ESCAPED = re.compile(r"\\u[eE]00[01]")


def from_json(written: Text, at: Location) -> policy.Node:
    """The tree of a JSON text; every place in it is that of the string.

    What is no JSON is a gap with cause FAILED; symbols and holes may stand inside its strings.
    """
    parts = written.parts if written.literal is None else ()
    pieces = [
        part.replace(_OPEN, "") if isinstance(part, str) else f"{_OPEN}{i}{_CLOSE}" for i, part in enumerate(parts)
    ] or [written.literal or ""]
    if parts and any(isinstance(part, str) and _ESCAPED.search(part) for part in parts):
        detail = "the document holds private-use characters beside what is not told"
        return Gap(Unknown(Cause.UNDECIDED, detail, Origin(How.WRITTEN, at)), at, may_be_absent=False)
    try:
        root = read_json("".join(pieces), at.path)
    except InputError as error:
        if written.holes:
            why = written.holes[0]
            return Gap(Unknown(why.cause, why.detail, Origin(How.WRITTEN, at)), at, may_be_absent=False)
        detail = f"the document is not readable: {error.reason}"
        return Gap(Unknown(Cause.FAILED, detail, Origin(How.WRITTEN, at)), at, may_be_absent=False)
    return _node(root, parts, at)


def _node(node: Node, parts: tuple[Part, ...], at: Location) -> policy.Node:
    match node:
        case Map(members=members):
            return Mapping(
                tuple(
                    Entry(_restored(key, parts), _node(member.node, parts, at), at) for key, member in members.items()
                ),
                at,
            )
        case Seq(items=items):
            return Sequence(tuple(_node(item, parts, at) for item in items), at)
        case Scalar():
            value = value_of(node)
            return Leaf(_restored(node.text, parts) if isinstance(value, Text) else value, at)


def _restored(written: str, parts: tuple[Part, ...]) -> Text:
    if not parts or _OPEN not in written:
        return text(written)
    first, *rest = written.split(_OPEN)
    pieces: list[Part] = [first]
    for piece in rest:
        number, _, tail = piece.partition(_CLOSE)
        pieces += [parts[int(number)], tail]
    return text(*pieces)


def as_json(node: policy.Node) -> list[Part | Text]:
    """A tree as a JSON text without blanks; what is not told is a hole."""
    match node:
        case Leaf(value=Text() as written):
            quoted = [json.dumps(part)[1:-1] if isinstance(part, str) else part for part in written.parts]
            return ['"', *quoted, '"']
        case Leaf(value=value):
            return [json.dumps(value)]
        case Gap(unknown=why):
            return [why]
        case Sequence(items=items, open=more):
            return ["[", *_separated([as_json(item) for item in items], more), "]"]
        case Mapping(entries=entries, open=more):
            pairs = [[*as_json(Leaf(entry.key)), ":", *as_json(entry.node)] for entry in entries]
            return ["{", *_separated(pairs, more), "}"]


def _separated(pieces: list[list[Part | Text]], more: Unknown | None) -> list[Part | Text]:
    parts: list[Part | Text] = []
    for piece in pieces:
        parts += [",", *piece] if parts else piece
    return parts if more is None else [*parts, more]
