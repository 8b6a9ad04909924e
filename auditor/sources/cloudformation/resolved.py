"""Resolved values: nodes of a policy tree, and how to make and read them.

None stands for ``AWS::NoValue``: nothing is there.
"""

from typing import NamedTuple, TypeAlias

from auditor.model import policy
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.origin import How, Location, Origin
from auditor.model.policy import Entry, Gap, Leaf, Mapping, Sequence
from auditor.model.text import Part, Text, text
from auditor.sources.cloudformation.dynamic import with_dynamic_references

Resolved: TypeAlias = policy.Node | None


class Decision(NamedTuple):
    """The truth of a condition, and why it is not decided."""

    truth: Truth
    why: Unknown | None = None


def unknown(cause: Cause, detail: str, at: Location) -> Unknown:
    """An Unknown at a place."""
    return Unknown(cause, detail, Origin(How.WRITTEN, at))


def gap(cause: Cause, detail: str, at: Location) -> Gap:
    """A gap in which something certainly stands."""
    return Gap(unknown(cause, detail, at), at, may_be_absent=False)


def size_of(parts: list[Part | Text]) -> int:
    """Characters of the literal parts, the others counted as ten each."""
    size = 0
    for part in parts:
        for piece in part.parts if isinstance(part, Text) else (part,):
            size += len(piece) if isinstance(piece, str) else 10
    return size


def leaf_of(parts: list[Part | Text], at: Location) -> Leaf | Gap:
    """A string of the parts; dynamic references are taken out, and nothing but a hole is a gap."""
    written = with_dynamic_references(text(*parts), at)
    if len(written.parts) == 1 and isinstance(written.parts[0], Unknown):
        return Gap(written.parts[0], at, may_be_absent=False)
    return Leaf(written, at)


def mapping(at: Location, **entries: policy.Node) -> Mapping:
    """A mapping of which all stands at one place."""
    return Mapping(tuple(Entry(text(key), node, at) for key, node in entries.items()), at)


def leaf(value: str | Text, at: Location) -> Leaf:
    """A string at a place."""
    return Leaf(text(value), at)


def text_of(node: Resolved, at: Location) -> Text:
    """A resolved value as a string; what is none is a hole."""
    match node:
        case Leaf(value=Text() as written):
            return written
        case Leaf(value=bool() as flag):
            return text("true" if flag else "false")
        case Leaf(value=None) | None:
            return text(unknown(Cause.FAILED, "expected a string, found nothing", at))
        case Leaf(value=number):
            return text(str(number))
        case Gap(unknown=why):
            return text(why)
        case Mapping():
            return text(unknown(Cause.FAILED, "expected a string, found a mapping", at))
        case Sequence():
            return text(unknown(Cause.FAILED, "expected a string, found a list", at))


def same(first: Resolved, second: Resolved) -> bool:
    """Whether two values are certainly equal, wherever they stand."""
    match first, second:
        case None, None:
            return True
        case Leaf(value=Text() as one), Leaf(value=Text() as other):
            return one.equals(other) is Truth.TRUE
        case Leaf(value=one), Leaf(value=other):
            return type(one) is type(other) and one == other
        case Sequence(items=ones, open=None), Sequence(items=others, open=None):
            return len(ones) == len(others) and all(map(same, ones, others))
        case Mapping(entries=ones, open=None), Mapping(entries=others, open=None):
            return len(ones) == len(others) and all(
                one.key == other.key and same(one.node, other.node) for one, other in zip(ones, others, strict=True)
            )
        case _:
            return False


def escaped(key: str) -> str:
    """A key as a token of a JSON Pointer."""
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key
