"""What ``Ref`` and ``Fn::GetAtt`` give for a declared resource.

A name that the template does not tell in full is a symbol of the resource, so that a declared resource's ARN always
equals itself. Attributes without a known shape are symbols too; what a custom resource or another stack answers is
not told at all.
"""

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from auditor.model import policy
from auditor.model.arn import Place, is_arn
from auditor.model.known import Cause
from auditor.model.origin import Location
from auditor.model.policy import Leaf
from auditor.model.text import Part, Symbol, Text, text
from auditor.sources.cloudformation.handed import CUSTOM, STACKS
from auditor.sources.cloudformation.resolved import Resolved, escaped, gap, size_of, text_of
from auditor.sources.cloudformation.shapes import SERVICES, SHAPES, Shape
from auditor.sources.cloudformation.template import Declaration
from auditor.sources.cloudformation.tree import Map, Node, Scalar

if TYPE_CHECKING:
    from auditor.sources.cloudformation.resolve import Resolver

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_MAX_CHAIN = 20
"""Names made of names beyond which the next one is not looked at."""
_MAX_NAME = 2048
"""Characters, and parts, beyond which a name is none that AWS takes."""


class Referrer:
    """Names and ARNs of the declared resources of a template, made once each."""

    def __init__(self, resolver: "Resolver") -> None:
        self._resolver = resolver
        self._names: dict[str, Text] = {}
        self._filled_once: dict[tuple[str, str], Text] = {}
        self._busy: set[str] = set()
        self._values: dict[str, Resolved] = {}
        self._by_parameter: dict[str, dict[str, list[Declaration]]] = {}
        self._chain = 0

    def reference(self, logical_id: str, at: Location) -> policy.Node:
        """What ``Ref`` gives."""
        declared = self._resolver.declaration(logical_id)
        if declared is None:
            return self._undeclared(logical_id, at)
        if declared.type.startswith(CUSTOM):
            return gap(Cause.NOT_YET, f"the physical id of {logical_id} is what its provider answers", at)
        shape = SHAPES.get(declared.type)
        if shape is None:
            return Leaf(text(self._symbol(logical_id)), at)
        return Leaf(self._filled(shape.ref, declared, shape), at)

    def attribute(self, logical_id: str, attribute: str, at: Location) -> policy.Node:
        """What ``Fn::GetAtt`` gives."""
        declared = self._resolver.declaration(logical_id)
        if declared is None:
            return self._undeclared(logical_id, at)
        if declared.type.startswith(CUSTOM):
            return gap(Cause.NOT_YET, f"{logical_id}.{attribute} is what its provider answers", at)
        if declared.type in STACKS:
            return gap(Cause.NOT_HERE, f"{logical_id}.{attribute} is an output of another stack", at)
        if declared.type == "AWS::SSM::Parameter" and attribute == "Value":
            return self._stored(declared, at)
        shape = SHAPES.get(declared.type)
        if shape is not None and attribute in shape.attributes:
            return Leaf(self._filled(shape.attributes[attribute], declared, shape), at)
        if attribute.endswith("Arn"):
            return Leaf(self._some_arn(declared, attribute), at)
        return Leaf(text(self._symbol(f"{logical_id}.{attribute}")), at)

    def name(self, declared: Declaration) -> Text:
        """The physical name of a resource; a symbol where it is not told."""
        known = self._names.get(declared.logical_id)
        if known is not None:
            return known
        shape = SHAPES.get(declared.type, Shape(None))
        attribute = shape.generated or shape.name
        if attribute is None:
            return text(self._symbol(declared.logical_id))
        if declared.logical_id in self._busy or len(self._busy) >= _MAX_CHAIN:
            return text(self._symbol(f"{declared.logical_id}.{attribute}"))
        self._busy.add(declared.logical_id)
        told = self._property(declared, shape.name) if shape.name is not None else None
        self._busy.discard(declared.logical_id)
        if told is None and shape.name is not None:
            name = text(self._symbol(f"{declared.logical_id}.{attribute}", generated=True))
        else:
            name = self._fixed(told, declared.logical_id, attribute)
        self._names[declared.logical_id] = name
        return name

    def arn(self, declared: Declaration) -> Text | None:
        """The ARN of a resource, None for a type that has none here."""
        shape = SHAPES.get(declared.type)
        return None if shape is None or shape.arn is None else self._filled(shape.arn, declared, shape)

    def namesake(self, kind: str, reference: Node | None) -> Text | None:
        """The name of the one resource of a type that takes it from the parameter which a node refers to."""
        parameter = _referred(reference)
        if kind not in self._by_parameter:
            found: dict[str, list[Declaration]] = defaultdict(list)
            name = SHAPES[kind].name
            for declared in self._resolver.template.resources.values():
                if declared.type == kind and name is not None and isinstance(declared.properties, Map):
                    found[_referred(declared.properties.get(name))].append(declared)
            self._by_parameter[kind] = dict(found)
        named = self._by_parameter[kind].get(parameter, [])
        return self.name(named[0]) if parameter and len(named) == 1 else None

    def _undeclared(self, logical_id: str, at: Location) -> policy.Node:
        if self._resolver.template.transforms:
            return gap(Cause.NOT_YET, f"{logical_id} is not declared in this template; its transform may add it", at)
        return gap(Cause.NOT_HERE, f"{logical_id} is not declared in this template", at)

    def _filled(self, pattern: str, declared: Declaration, shape: Shape) -> Text:
        key = (declared.logical_id, pattern)
        known = self._filled_once.get(key)
        if known is None:
            parts: list[Part | Text] = []
            for number, piece in enumerate(_PLACEHOLDER.split(pattern)):
                parts.append(self._placeholder(piece, declared, shape) if number % 2 else piece)
            known = text(*parts)
            if declared.logical_id not in self._busy:
                self._filled_once[key] = known
        return known

    def _placeholder(self, name: str, declared: Declaration, shape: Shape) -> Text:
        place = self._resolver.place
        match name:
            case "partition":
                return place.partition
            case "region":
                return place.region
            case "account":
                return place.account
            case "suffix":
                return url_suffix(place, self._resolver.template.path)
            case "name":
                return self.name(declared)
            case "arn":
                return self._filled(shape.arn or "{name}", declared, shape)
            case "path":
                told = self._property(declared, "Path")
                return text("/") if told is None else self._fixed(told, declared.logical_id, "Path")
            case "function":
                function = self._fixed(self._property(declared, "FunctionName"), declared.logical_id, "FunctionName")
                return function if is_arn(function) else place.arn("lambda", "function:", function)
            case _:
                return self._fixed(self._property(declared, name), declared.logical_id, name)

    def _property(self, declared: Declaration, name: str) -> Resolved:
        properties = declared.properties
        node = properties.get(name) if isinstance(properties, Map) else None
        if node is None:
            return None
        pointer = f"/Resources/{escaped(declared.logical_id)}/Properties/{name}"
        if self._chain >= _MAX_CHAIN:
            return gap(Cause.LIMIT, "references to one another beyond any use", self._resolver.at(node, pointer))
        self._chain += 1
        try:
            return self._resolver.resolve(node, pointer)
        finally:
            self._chain -= 1

    def _fixed(self, told: Resolved, logical_id: str, attribute: str) -> Text:
        """A property as a text with its holes as symbols: whatever they are, they are it for this resource."""
        if not isinstance(told, Leaf) or told.value is None:
            return text(self._symbol(f"{logical_id}.{attribute}"))
        written = text_of(told, told.at)
        if size_of([written]) > _MAX_NAME:
            return text(self._symbol(f"{logical_id}.{attribute}"))
        holes = 0
        parts: list[Part] = []
        for part in written.parts:
            if isinstance(part, str | Symbol):
                parts.append(part)
            else:
                holes += 1
                number = "" if holes == 1 else f".{holes}"
                parts.append(self._symbol(f"{logical_id}{number}.{attribute}"))
        return text(*parts) if holes else written

    def _stored(self, declared: Declaration, at: Location) -> policy.Node:
        name = declared.logical_id
        if name in self._busy:
            return gap(Cause.FAILED, f"the value of {name} refers to itself", at)
        if name not in self._values:
            self._busy.add(name)
            self._values[name] = self._property(declared, "Value")
            self._busy.discard(name)
        value = self._values[name]
        return gap(Cause.FAILED, f"{name} has no Value", at) if value is None else value

    def _some_arn(self, declared: Declaration, attribute: str) -> Text:
        """An ARN of which the type tells the service at most."""
        place = self._resolver.place
        middle = declared.type.split("::")[1] if declared.type.count("::") == 2 else ""
        service = SERVICES.get(middle)
        rest = self._symbol(f"{declared.logical_id}.{attribute}")
        if service is None:
            return text("arn:", place.partition, ":", rest)
        return text("arn:", place.partition, f":{service}:", rest)

    def _symbol(self, name: str, *, generated: bool = False) -> Symbol:
        return Symbol(name, self._resolver.template.path, generated)


def _referred(node: Node | None) -> str:
    """What a node that is nothing but a Ref refers to; empty for another node."""
    reference = node.get("Ref") if isinstance(node, Map) and len(node.members) == 1 else None
    return reference.text if isinstance(reference, Scalar) else ""


def url_suffix(place: Place, scope: str) -> Text:
    """The domain of AWS's endpoints in a place's partition."""
    match place.partition.literal:
        case "aws" | "aws-us-gov":
            return text("amazonaws.com")
        case "aws-cn":
            return text("amazonaws.com.cn")
        case _:
            named = place.partition.symbols
            return text(Symbol("url_suffix", named[0].scope if named else scope))
