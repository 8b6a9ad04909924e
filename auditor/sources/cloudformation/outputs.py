"""What a stack exports for others to import."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from auditor.model.known import Truth
from auditor.model.text import Text
from auditor.sources.cloudformation.resolved import escaped, text_of
from auditor.sources.cloudformation.template import Template
from auditor.sources.cloudformation.tree import Map, Node, Scalar

if TYPE_CHECKING:
    from auditor.sources.cloudformation.resolve import Resolver


def exports(template: Template, resolver: "Resolver") -> Iterator[tuple[str, Text]]:
    """Name and value of each export of which both are told, symbols included."""
    for output, member in template.outputs.items():
        node = member.node
        export = node.get("Export") if isinstance(node, Map) else None
        name = export.get("Name") if isinstance(export, Map) else None
        value = node.get("Value") if isinstance(node, Map) else None
        if name is None or value is None or not _exists(node, resolver):
            continue
        pointer = f"/Outputs/{escaped(output)}"
        exported = _text(resolver, name, f"{pointer}/Export/Name").literal
        told = _text(resolver, value, f"{pointer}/Value")
        if exported is not None and told.is_exact:
            yield exported, told


def _exists(node: Node, resolver: "Resolver") -> bool:
    condition = node.get("Condition") if isinstance(node, Map) else None
    if not isinstance(condition, Scalar):
        return True
    return resolver.decide(condition.text, resolver.at(condition, "")).truth is Truth.TRUE


def _text(resolver: "Resolver", node: Node, pointer: str) -> Text:
    return text_of(resolver.resolve(node, pointer), resolver.at(node, pointer))
