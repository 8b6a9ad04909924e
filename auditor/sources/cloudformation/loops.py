"""``Fn::ForEach``: the members that a loop stands for.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from auditor.model.known import Cause, Unknown
from auditor.model.policy import Gap, Leaf, Sequence
from auditor.model.text import Text
from auditor.sources.cloudformation.resolved import unknown
from auditor.sources.cloudformation.tree import Map, Member, Node, Scalar, Seq

if TYPE_CHECKING:
    from auditor.sources.cloudformation.resolve import Resolver

PREFIX = "Fn::ForEach::"
_MAX_LOOPS = 5
"""Loops inside one another, CloudFormation's own limit."""
_NOT_ALPHANUMERIC = re.compile(r"[^A-Za-z0-9]")


def expand(
    resolver: "Resolver", name: str, argument: Node, pointer: str, level: int = 1
) -> dict[str, Member] | Unknown:
    """The members that a loop stands for.

    Args:
        resolver: resolves the collection.
        name: the loop's key.
        argument: identifier, collection and body as written.
        pointer: JSON Pointer of the argument.
        level: how deep in other loops it is.

    Returns:
        The members, or why they are not told.
    """
    at = resolver.at(argument, pointer)
    match argument:
        case Seq(items=[Scalar(text=identifier), Seq() | Map() as collection, Map() as body]) if level <= _MAX_LOOPS:
            pass
        case _:
            return unknown(Cause.FAILED, f"{name} expects an identifier, a collection and a mapping", at)
    values = _literals(resolver, collection, f"{pointer}/1")
    if isinstance(values, Unknown):
        return Unknown(values.cause, f"{name}: {values.detail}", values.origin)
    members: dict[str, Member] = {}
    for value in values:
        change = _Substitution(identifier, value)
        for key, member in body.members.items():
            node = change.node(member.node)
            if not resolver.spend(change.nodes):
                return unknown(Cause.LIMIT, f"{name} makes more values than one template may hold", at)
            if not key.startswith(PREFIX):
                members[change.text(key)] = Member(node, member.line, member.column)
                continue
            inner = expand(resolver, key, node, f"{pointer}/2/{key}", level + 1)
            if isinstance(inner, Unknown):
                return inner
            members |= inner
    return members


def makes_only(argument: Node, test: Callable[[str], bool]) -> bool:
    """Whether all types of resources that a loop of the Resources section declares pass a test."""
    match argument:
        case Seq(items=[_, _, Map() as body]):
            pass
        case _:
            return False
    for key, member in body.members.items():
        if key.startswith(PREFIX):
            if not makes_only(member.node, test):
                return False
            continue
        kind = member.node.get("Type") if isinstance(member.node, Map) else None
        if not isinstance(kind, Scalar) or "{" in kind.text or not test(kind.text):
            return False
    return True


def _literals(resolver: "Resolver", collection: Node, pointer: str) -> list[str] | Unknown:
    """The items of a collection, all told."""
    resolved = resolver.resolve(collection, pointer)
    at = resolver.at(collection, pointer)
    if isinstance(resolved, Gap):
        return resolved.unknown
    if not isinstance(resolved, Sequence):
        return unknown(Cause.FAILED, "the collection is no list", at)
    if resolved.open is not None:
        return resolved.open
    values: list[str] = []
    for item in resolved.items:
        if isinstance(item, Gap):
            return item.unknown
        written = item.value if isinstance(item, Leaf) and isinstance(item.value, Text) else None
        literal = written.literal if written is not None else str(item.value) if isinstance(item, Leaf) else None
        if literal is None:
            return unknown(Cause.NOT_HERE, "an item of the collection is not told", at)
        values.append(literal)
    return values


class _Substitution:
    """Puts a value in the place of a loop's identifier."""

    def __init__(self, identifier: str, value: str) -> None:
        self._identifier = identifier
        self._value = value
        self._plain = _NOT_ALPHANUMERIC.sub("", value)
        self.nodes = 0

    def text(self, written: str) -> str:
        """The string with ``${Identifier}`` and ``&{Identifier}`` replaced."""
        if "{" not in written:
            return written
        return written.replace("${" + self._identifier + "}", self._value).replace(
            "&{" + self._identifier + "}", self._plain
        )

    def node(self, node: Node) -> Node:
        """The tree with the identifier replaced."""
        self.nodes += 1
        match node:
            case Scalar():
                changed = self.text(node.text)
                return node if changed is node.text else Scalar(changed, node.plain, node.line, node.column)
            case Seq():
                return Seq([self.node(item) for item in node.items], node.line, node.column)
            case Map():
                reference = node.get("Ref")
                if len(node.members) == 1 and isinstance(reference, Scalar) and reference.text == self._identifier:
                    return Scalar(self._value, False, node.line, node.column)
                members = {
                    self.text(key): Member(self.node(member.node), member.line, member.column)
                    for key, member in node.members.items()
                }
                return Map(members, node.line, node.column)
