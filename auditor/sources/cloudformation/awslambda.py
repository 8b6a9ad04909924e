"""AWS Lambda: functions and who may invoke them."""

from collections.abc import Iterator
from typing import TypedDict

from auditor.model import arn as arns
from auditor.model.awslambda import DEFAULT_ARCHITECTURE, DEFAULT_MEMORY_MB, Function, Permission
from auditor.model.inventory import AnyResource
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.origin import How, Location, Origin
from auditor.model.policy import Document, Entry, Gap, Leaf, Mapping, Node, Sequence
from auditor.model.text import Text, text
from auditor.sources.cloudformation.declared import Declared, Identity, Mapper
from auditor.sources.cloudformation.properties import Properties
from auditor.sources.cloudformation.resolved import leaf, mapping

_CONDITIONS = (
    ("ArnLike", "AWS:SourceArn", "SourceArn"),
    ("StringEquals", "AWS:SourceAccount", "SourceAccount"),
    ("StringEquals", "aws:PrincipalOrgID", "PrincipalOrgID"),
    ("StringEquals", "lambda:FunctionUrlAuthType", "FunctionUrlAuthType"),
    ("StringEquals", "lambda:EventSourceToken", "EventSourceToken"),
)
"""Operator and key of the condition that AddPermission makes of a property."""


def _function(declared: Declared) -> Iterator[AnyResource]:
    properties = declared.properties
    yield Function(**declared.identity(), role=properties.required("Role"), **runtime(properties))


class Runtime(TypedDict):
    """What a function runs with; see `Function`."""

    memory_mb: Value[int]
    architecture: Value[str]


def runtime(properties: Properties) -> Runtime:
    """What a function runs with, of Lambda's own resource or that of SAM."""
    named = properties.words("Architectures", (DEFAULT_ARCHITECTURE,))
    return Runtime(
        memory_mb=properties.integer("MemorySize", DEFAULT_MEMORY_MB),
        architecture=named.map(lambda names: names[0].lower() if names else DEFAULT_ARCHITECTURE),
    )


def _permission(declared: Declared) -> Iterator[AnyResource]:
    yield permission(declared, declared.properties, declared.identity(text(declared.logical_id)))


def permission(declared: Declared, properties: Properties, identity: Identity) -> Permission:
    """A permission; `properties` are those of AWS::Lambda::Permission."""
    function = properties.required("FunctionName")
    document = _document(declared, properties, function)
    return Permission(**identity, function=function, document=Known(document, Origin(How.WRITTEN, document.at)))


def _document(declared: Declared, properties: Properties, function: Value[Text]) -> Document:
    """The policy document that AddPermission makes."""
    at = properties.at
    entries = {
        "Effect": leaf("Allow", at),
        "Principal": _principal(declared, properties),
        "Action": _node(properties, "Action"),
        "Resource": _resource(declared, properties, function),
    }
    conditions = _conditions(properties, at)
    if conditions is not None:
        entries["Condition"] = conditions
    statement = mapping(at, **entries)
    return Document(tree=mapping(at, Version=leaf("2012-10-17", at), Statement=Sequence((statement,), at)), at=at)


def _entry(key: str, node: Node, at: Location) -> Entry:
    return Entry(text(key), node, at)


def _node(properties: Properties, name: str) -> Node:
    value = properties.required(name)
    if isinstance(value, Unknown):
        return Gap(value, properties.place(name), may_be_absent=False)
    return Leaf(value.value, value.origin.location)


def _principal(declared: Declared, properties: Properties) -> Node:
    """A service, an account, an ARN or everybody."""
    node = _node(properties, "Principal")
    if not isinstance(node, Leaf) or not isinstance(node.value, Text):
        return node
    principal = node.value
    literal = principal.literal
    if literal == "*":
        return node
    if principal == declared.place.account or (literal is not None and literal.isdigit()):
        return mapping(node.at, AWS=leaf(_root(declared, principal), node.at))
    if arns.is_arn(principal):
        return mapping(node.at, AWS=node)
    if literal is not None or (isinstance(principal.parts[0], str) and "." in principal.parts[0]):
        return mapping(node.at, Service=node)
    holes = principal.holes
    why = holes[0] if holes else Unknown(Cause.NOT_HERE, f"what principal {principal} is is not told")
    return Gap(why, node.at, may_be_absent=False)


def _root(declared: Declared, account: Text) -> Text:
    return text("arn:", declared.place.partition, ":iam::", account, ":root")


def _resource(declared: Declared, properties: Properties, function: Value[Text]) -> Node:
    at = properties.place("FunctionName")
    if isinstance(function, Unknown):
        return Gap(function, at, may_be_absent=False)
    if arns.is_arn(function.value):
        return Leaf(function.value, at)
    first = function.value.parts[0] if function.value.parts else ""
    if isinstance(first, Unknown) or (isinstance(first, str) and ":" in first):
        why = first if isinstance(first, Unknown) else Unknown(Cause.UNDECIDED, f"{function.value} is part of an ARN")
        return Gap(why, at, may_be_absent=False)
    return Leaf(declared.place.arn("lambda", "function:", function.value), at)


def _conditions(properties: Properties, at: Location) -> Node | None:
    operators: dict[str, list[Entry]] = {}
    more: Unknown | None = None
    for operator, key, name in _CONDITIONS:
        node = properties.node(name)
        if node is None:
            continue
        if isinstance(node, Gap) and node.may_be_absent:
            more = node.unknown
            continue
        operators.setdefault(operator, []).append(_entry(key, node, properties.place(name)))
    if not operators and more is None:
        return None
    return Mapping(
        tuple(_entry(operator, Mapping(tuple(entries), at), at) for operator, entries in operators.items()), at, more
    )


MAPPERS: dict[str, Mapper] = {
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::Permission": _permission,
}
