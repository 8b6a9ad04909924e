"""AWS Lambda: functions and who may invoke them."""

from collections.abc import Iterator

from auditor.model.awslambda import Function, Permission
from auditor.model.inventory import AnyResource
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.origin import Location, Origin
from auditor.model.policy import Document, Entry, Gap, Leaf, Mapping, Node, Sequence
from auditor.model.text import Text, text
from auditor.sources.cloudformation.declared import Declared, Mapper
from auditor.sources.cloudformation.properties import Properties

_CONDITIONS = (
    ("ArnLike", "AWS:SourceArn", "SourceArn"),
    ("StringEquals", "AWS:SourceAccount", "SourceAccount"),
    ("StringEquals", "aws:PrincipalOrgID", "PrincipalOrgID"),
    ("StringEquals", "lambda:FunctionUrlAuthType", "FunctionUrlAuthType"),
    ("StringEquals", "lambda:EventSourceToken", "EventSourceToken"),
)
"""Operator and key of the condition that AddPermission makes of a property."""


def _function(declared: Declared) -> Iterator[AnyResource]:
    yield Function(**declared.identity(), role=declared.properties.required("Role"))


def _permission(declared: Declared) -> Iterator[AnyResource]:
    properties = declared.properties
    function = properties.required("FunctionName")
    yield Permission(
        **declared.identity(text(declared.logical_id)),
        function=function,
        document=Known(_statement(declared, function), Origin(location=declared.location)),
    )


def _statement(declared: Declared, function: Value[Text]) -> Document:
    """The policy document that AddPermission makes."""
    properties = declared.properties
    at = declared.location
    entries = [
        _entry("Effect", Leaf(text("Allow"), at), at),
        _entry("Principal", _principal(declared), properties.place("Principal")),
        _entry("Action", _node(properties, "Action"), properties.place("Action")),
        _entry("Resource", _resource(declared, function), properties.place("FunctionName")),
    ]
    conditions = _conditions(properties, at)
    if conditions is not None:
        entries.append(_entry("Condition", conditions, at))
    tree = Mapping(
        (
            _entry("Version", Leaf(text("2012-10-17"), at), at),
            _entry("Statement", Sequence((Mapping(tuple(entries), at),), at), at),
        ),
        at,
    )
    return Document(tree=tree, at=at)


def _entry(key: str, node: Node, at: Location) -> Entry:
    return Entry(text(key), node, at)


def _node(properties: Properties, name: str) -> Node:
    value = properties.required(name)
    if isinstance(value, Unknown):
        return Gap(value, properties.place(name), may_be_absent=False)
    return Leaf(value.value, value.origin.location)


def _principal(declared: Declared) -> Node:
    """A service, an account, an ARN or everybody."""
    node = _node(declared.properties, "Principal")
    if not isinstance(node, Leaf) or not isinstance(node.value, Text):
        return node
    literal = node.value.literal
    if literal == "*":
        return node
    if literal is not None and literal.isdigit():
        root = declared.place.arn("iam", "root", region=Text(()))
        kind, value = "AWS", text("arn:", declared.place.partition, ":iam::", literal, ":root") if literal else root
    elif literal is None and node.value == declared.place.account:
        kind, value = "AWS", declared.place.arn("iam", "root", region=Text(()))
    elif node.value.parts and isinstance(node.value.parts[0], str) and node.value.parts[0].startswith("arn:"):
        kind, value = "AWS", node.value
    elif literal is not None or (isinstance(node.value.parts[0], str) and "." in node.value.parts[0]):
        kind, value = "Service", node.value
    else:
        holes = node.value.holes
        why = holes[0] if holes else Unknown(Cause.NOT_HERE, f"{node.value} is not told")
        return Gap(why, node.at, may_be_absent=False)
    return Mapping((_entry(kind, Leaf(value, node.at), node.at),), node.at)


def _resource(declared: Declared, function: Value[Text]) -> Node:
    at = declared.properties.place("FunctionName")
    if isinstance(function, Unknown):
        return Gap(function, at, may_be_absent=False)
    first = function.value.parts[0] if function.value.parts else ""
    if isinstance(first, str) and first.startswith("arn:"):
        return Leaf(function.value, at)
    if isinstance(first, Unknown) or (isinstance(first, str) and ":" in first):
        why = first if isinstance(first, Unknown) else Unknown(Cause.UNDECIDED, "a partial function ARN")
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
