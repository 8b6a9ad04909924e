"""Conditions with three values.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from typing import TYPE_CHECKING

from auditor.model.known import Cause, Truth
from auditor.model.policy import Mapping, Sequence
from auditor.sources.cloudformation.resolved import Decision, same, text_of, unknown
from auditor.sources.cloudformation.tree import Map, Node, Scalar, Seq, kind_of

if TYPE_CHECKING:
    from auditor.sources.cloudformation.resolve import Resolver


def decide(resolver: "Resolver", node: Node, pointer: str) -> Decision:
    """The truth of a condition as written.

    Args:
        resolver: resolves what it compares.
        node: the condition.
        pointer: its JSON Pointer.
    """
    if isinstance(node, Map) and len(node.members) == 1:
        [(name, member)] = node.members.items()
        argument, inner = member.node, f"{pointer}/{name}"
        items = argument.items if isinstance(argument, Seq) else []
        if name == "Condition" and isinstance(argument, Scalar):
            return resolver.decide(argument.text, resolver.at(node, pointer))
        if name == "Fn::Equals" and len(items) == 2:
            return _equals(resolver, items[0], items[1], inner)
        if name == "Fn::Not" and len(items) == 1:
            decided = resolver.decide_node(items[0], f"{inner}/0")
            return Decision(~decided.truth, decided.why)
        if name in {"Fn::And", "Fn::Or"} and items:
            return _together(resolver, items, inner, stops_at=Truth.FALSE if name == "Fn::And" else Truth.TRUE)
    at = resolver.at(node, pointer)
    return Decision(Truth.UNKNOWN, unknown(Cause.FAILED, f"expected a condition, found {kind_of(node)}", at))


def _together(resolver: "Resolver", items: list[Node], pointer: str, *, stops_at: Truth) -> Decision:
    """And stops at FALSE, Or at TRUE; the first undecided one is the reason."""
    undecided: Decision | None = None
    for number, item in enumerate(items):
        decided = resolver.decide_node(item, f"{pointer}/{number}")
        if decided.truth is stops_at:
            return decided
        if decided.truth is Truth.UNKNOWN:
            undecided = undecided or decided
    return undecided or Decision(~stops_at)


def _equals(resolver: "Resolver", first: Node, second: Node, pointer: str) -> Decision:
    at = resolver.at(first, f"{pointer}/0")
    one = resolver.resolve(first, at.pointer)
    other = resolver.resolve(second, f"{pointer}/1")
    if isinstance(one, Sequence | Mapping) or isinstance(other, Sequence | Mapping):
        if same(one, other):
            return Decision(Truth.TRUE)
        return Decision(Truth.UNKNOWN, unknown(Cause.UNDECIDED, "lists are compared in the deployment", at))
    left, right = text_of(one, at), text_of(other, at)
    truth = left.equals(right)
    if truth is not Truth.UNKNOWN:
        return Decision(truth)
    holes = left.holes + right.holes
    return Decision(truth, holes[0] if holes else unknown(Cause.NOT_HERE, f"whether {left} is {right} is not told", at))
