"""The intrinsic functions.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from auditor.model.known import Cause, Truth
from auditor.model.origin import Location
from auditor.model.policy import Gap, Leaf, Sequence
from auditor.model.text import Part, Symbol, Text, text
from auditor.sources.cloudformation.resolved import Resolved, gap, same, text_of, unknown
from auditor.sources.cloudformation.tree import Map, Node, Scalar, Seq, kind_of

if TYPE_CHECKING:
    from auditor.sources.cloudformation.resolve import Resolver

Function: TypeAlias = "Callable[[Resolver, Node, str, Location], Resolved]"

_VARIABLE = re.compile(r"\$\{(!?)([^{}]*)\}")


def call(resolver: "Resolver", name: str, argument: Node, pointer: str, at: Location) -> Resolved:
    """The value of a function.

    Args:
        resolver: resolves the arguments.
        name: of the function, ``Fn::Sub``.
        argument: as written.
        pointer: JSON Pointer of the argument.
        at: place of the function.
    """
    function = _FUNCTIONS.get(name)
    if function is None:
        return gap(Cause.NOT_YET, f"{name} is evaluated in the deployment", at)
    return function(resolver, argument, pointer, at)


def _ref(resolver: "Resolver", argument: Node, _: str, at: Location) -> Resolved:
    if not isinstance(argument, Scalar):
        return _wrong("Ref", "a name", argument, at)
    return resolver.reference(argument.text, at)


def _get_att(resolver: "Resolver", argument: Node, pointer: str, at: Location) -> Resolved:
    if isinstance(argument, Scalar):
        name, _, attribute = argument.text.partition(".")
        return resolver.referrer.attribute(name, attribute, at)
    if isinstance(argument, Seq) and len(argument.items) >= 2 and isinstance(argument.items[0], Scalar):
        rest = [_text(resolver, item, f"{pointer}/{number}") for number, item in enumerate(argument.items[1:], 1)]
        attribute = ".".join(str(part) for part in rest)
        if any(part.literal is None for part in rest):
            return gap(Cause.NOT_YET, f"the attribute {attribute} of {argument.items[0].text} is not told", at)
        return resolver.referrer.attribute(argument.items[0].text, attribute, at)
    return _wrong("Fn::GetAtt", "a resource and an attribute", argument, at)


def _sub(resolver: "Resolver", argument: Node, pointer: str, at: Location) -> Resolved:
    variables: dict[str, Text] = {}
    template = argument
    if isinstance(argument, Seq) and len(argument.items) == 2 and isinstance(argument.items[1], Map):
        template = argument.items[0]
        variables = {
            key: _text(resolver, member.node, f"{pointer}/1/{key}") for key, member in argument.items[1].members.items()
        }
    if not isinstance(template, Scalar):
        return _wrong("Fn::Sub", "a string, or a string and a mapping", argument, at)
    parts: list[Part | Text] = []
    end = 0
    for found in _VARIABLE.finditer(template.text):
        parts.append(template.text[end : found.start()])
        end = found.end()
        name = found[2].strip()
        if found[1]:
            parts.append("${" + found[2] + "}")
        elif name in variables:
            parts.append(variables[name])
        else:
            parts.append(_variable(resolver, name, at))
    parts.append(template.text[end:])
    return resolver.string(parts, at)


def _variable(resolver: "Resolver", name: str, at: Location) -> Text:
    declared, dot, attribute = name.partition(".")
    if dot and resolver.declaration(declared) is not None:
        return text_of(resolver.referrer.attribute(declared, attribute, at), at)
    return text_of(resolver.reference(name, at), at)


def _join(resolver: "Resolver", argument: Node, pointer: str, at: Location) -> Resolved:
    if not (isinstance(argument, Seq) and len(argument.items) == 2 and isinstance(argument.items[0], Scalar)):
        return _wrong("Fn::Join", "a separator and a list", argument, at)
    separator = argument.items[0].text
    pieces = resolver.resolve(argument.items[1], f"{pointer}/1")
    if isinstance(pieces, Gap):
        return Gap(pieces.unknown, at, may_be_absent=False)
    if not isinstance(pieces, Sequence):
        return _wrong("Fn::Join", "a separator and a list", argument, at)
    missing = next((item for item in pieces.items if isinstance(item, Gap) and item.may_be_absent), None)
    if separator and missing is not None and len(pieces.items) > 1:
        return Gap(missing.unknown, at, may_be_absent=False)
    parts: list[Part | Text] = []
    for number, piece in enumerate(pieces.items):
        if number:
            parts.append(separator)
        parts.append(text_of(piece, at))
    return resolver.string(parts, at)


def _split(resolver: "Resolver", argument: Node, pointer: str, at: Location) -> Resolved:
    if not (isinstance(argument, Seq) and len(argument.items) == 2 and isinstance(argument.items[0], Scalar)):
        return _wrong("Fn::Split", "a separator and a string", argument, at)
    separator = argument.items[0].text
    written = _text(resolver, argument.items[1], f"{pointer}/1")
    if not separator:
        return gap(Cause.FAILED, "Fn::Split expects a separator that is not empty", at)
    if written.holes:
        return Gap(written.holes[0], at, may_be_absent=False)
    if any(_may_hold(symbol, separator) for symbol in written.symbols):
        return gap(Cause.NOT_YET, f"where {separator!r} stands in {written} is not told", at)
    pieces = written.split(separator) or ()
    return Sequence(tuple(Leaf(piece, at) for piece in pieces), at)


_ALPHABETS = {
    "partition": re.compile(r"[a-z-]+"),
    "region": re.compile(r"[a-z0-9-]+"),
    "account": re.compile(r"[0-9]+"),
    "AWS::StackName": re.compile(r"[A-Za-z0-9-]+"),
    "AWS::StackId": re.compile(r"[a-f0-9-]+"),
}
"""What strings can stand inside a symbol; the others can hold any but, for names and ids, a colon."""


def _may_hold(symbol: Symbol, separator: str) -> bool:
    """Whether a separator could stand inside a symbol."""
    alphabet = _ALPHABETS.get(symbol.name)
    if alphabet is not None:
        return alphabet.fullmatch(separator) is not None
    return ":" not in separator or symbol.may_hold_colon


def _select(resolver: "Resolver", argument: Node, pointer: str, at: Location) -> Resolved:
    if not (isinstance(argument, Seq) and len(argument.items) == 2):
        return _wrong("Fn::Select", "an index and a list", argument, at)
    index = _text(resolver, argument.items[0], f"{pointer}/0").literal
    if index is None or not index.isdecimal() or len(index) > 6:
        return gap(Cause.NOT_YET, "the index of Fn::Select is not told", at)
    choices = resolver.resolve(argument.items[1], f"{pointer}/1")
    if isinstance(choices, Gap):
        return choices
    if not isinstance(choices, Sequence):
        return _wrong("Fn::Select", "an index and a list", argument, at)
    before = choices.items[: int(index) + 1]
    if any(isinstance(item, Gap) and item.may_be_absent for item in before):
        return gap(Cause.NOT_YET, f"which item Fn::Select takes at {index} is not told", at)
    if len(before) <= int(index):
        if choices.open is not None:
            return Gap(choices.open, at, may_be_absent=False)
        return gap(Cause.FAILED, f"Fn::Select takes item {index} of a list of {len(choices.items)}", at)
    return before[-1]


def _if(resolver: "Resolver", argument: Node, pointer: str, at: Location) -> Resolved:
    if not (isinstance(argument, Seq) and len(argument.items) == 3):
        return _wrong("Fn::If", "a condition and two values", argument, at)
    condition, then, otherwise = argument.items
    decision = (
        resolver.decide(condition.text, at)
        if isinstance(condition, Scalar)
        else resolver.decide_node(condition, f"{pointer}/0")
    )
    if decision.truth is Truth.TRUE:
        return resolver.resolve(then, f"{pointer}/1")
    if decision.truth is Truth.FALSE:
        return resolver.resolve(otherwise, f"{pointer}/2")
    first = resolver.resolve(then, f"{pointer}/1")
    second = resolver.resolve(otherwise, f"{pointer}/2")
    if same(first, second):
        return first
    absent = any(branch is None or (isinstance(branch, Gap) and branch.may_be_absent) for branch in (first, second))
    why = unknown(Cause.NOT_YET, "a condition is not decided", at) if decision.why is None else decision.why
    return Gap(why, at, may_be_absent=absent)


def _find_in_map(resolver: "Resolver", argument: Node, pointer: str, at: Location) -> Resolved:
    if not (isinstance(argument, Seq) and len(argument.items) in {3, 4}):
        return _wrong("Fn::FindInMap", "a map and two keys", argument, at)
    keys = [_text(resolver, item, f"{pointer}/{number}") for number, item in enumerate(argument.items[:3])]
    fallback = argument.items[3] if len(argument.items) == 4 else None
    place = f"{pointer}/3/DefaultValue"
    default = fallback.get("DefaultValue") if isinstance(fallback, Map) else None
    node: Node = Map(resolver.template.mappings, 0, 0)
    for key in keys:
        if key.literal is None:
            return _only_choice(resolver, node, keys, None if default is None else resolver.resolve(default, place), at)
        found = node.get(key.literal) if isinstance(node, Map) else None
        if found is None:
            if default is not None:
                return resolver.resolve(default, place)
            return gap(Cause.FAILED, f"no {'.'.join(map(str, keys))} in Mappings", at)
        node = found
    return resolver.resolve(node, pointer)


def _only_choice(resolver: "Resolver", node: Node, keys: list[Text], default: Resolved, at: Location) -> Resolved:
    """A key is not told: the value is known only when it is the same under every key, and by default."""
    untold = next(key for key in keys if key.literal is None)
    if len(keys) == 3 and keys[1] is untold and keys[2].literal is not None and isinstance(node, Map):
        rows = [member.node for member in node.members.values()]
        found = [row.get(keys[2].literal) if isinstance(row, Map) else None for row in rows]
        values = [resolver.resolve(item, at.pointer) for item in found if item is not None]
        others = values[1:] if default is None else [*values[1:], default]
        if values and len(values) == len(rows) and all(same(values[0], value) for value in others):
            return values[0]
    shown = ".".join(map(str, keys))
    if not untold.holes:
        return gap(Cause.NOT_HERE, f"Fn::FindInMap {shown}: the key is not told", at)
    why = untold.holes[0]
    return gap(why.cause, f"Fn::FindInMap {shown}: {why.detail}", at)


def _base64(resolver: "Resolver", argument: Node, pointer: str, at: Location) -> Resolved:
    import base64

    written = _text(resolver, argument, pointer)
    if written.literal is None:
        return gap(Cause.NOT_YET, "Fn::Base64 of a string that is not told in full", at)
    return Leaf(text(base64.b64encode(written.literal.encode()).decode()), at)


def _import_value(resolver: "Resolver", argument: Node, pointer: str, at: Location) -> Resolved:
    name = _text(resolver, argument, pointer)
    if name.literal is not None:
        return resolver.imported(name.literal, at)
    return gap(Cause.NOT_HERE, f"{name} is exported by another stack", at)


def _to_json(resolver: "Resolver", argument: Node, pointer: str, at: Location) -> Resolved:
    from auditor.sources.cloudformation.json_text import as_json

    value = resolver.resolve(argument, pointer)
    if value is None or isinstance(value, Gap):
        return value
    return resolver.string(as_json(value), at)


def _length(resolver: "Resolver", argument: Node, pointer: str, at: Location) -> Resolved:
    value = resolver.resolve(argument, pointer)
    if isinstance(value, Gap):
        return value
    if not isinstance(value, Sequence):
        return _wrong("Fn::Length", "a list", argument, at)
    if value.open is not None or any(isinstance(item, Gap) and item.may_be_absent for item in value.items):
        return gap(Cause.NOT_YET, "the length of the list is not told", at)
    return Leaf(len(value.items), at)


def _deployed(name: str) -> Function:
    def function(_: "Resolver", __: Node, ___: str, at: Location) -> Resolved:
        return gap(Cause.NOT_YET, f"{name} is evaluated in the deployment", at)

    return function


_FUNCTIONS: dict[str, Function] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::Select": _select,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::Base64": _base64,
    "Fn::ImportValue": _import_value,
    "Fn::ToJsonString": _to_json,
    "Fn::Length": _length,
    "Fn::GetAZs": _deployed("Fn::GetAZs"),
    "Fn::Cidr": _deployed("Fn::Cidr"),
    "Fn::Transform": _deployed("Fn::Transform"),
}


def _text(resolver: "Resolver", node: Node, pointer: str) -> Text:
    return text_of(resolver.resolve(node, pointer), resolver.at(node, pointer))


def _wrong(function: str, expected: str, found: Node, at: Location) -> Gap:
    return gap(Cause.FAILED, f"{function} expects {expected}, found {kind_of(found)}", at)
