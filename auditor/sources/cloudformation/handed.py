"""What a template hands to something that is not read, and that may attach to it.

A nested stack that gets a topic subscribes to it more often than not, a custom resource sets what CloudFormation cannot
set, and a SAM connector adds policies to both its ends. What they do shows in the deployment only. Whatever is not
handed to them counts as left alone, like by everything else outside the template.
"""

import re
from collections.abc import Iterator

from auditor.model.known import Cause, Unknown
from auditor.model.origin import Location
from auditor.sources.cloudformation.resolved import escaped, unknown
from auditor.sources.cloudformation.template import Declaration, Template
from auditor.sources.cloudformation.tree import Map, Node, Scalar, Seq

CONNECTOR = "AWS::Serverless::Connector"
CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")
STACKS = (
    "AWS::CloudFormation::Stack",
    "AWS::CloudFormation::StackSet",
    "AWS::Serverless::Application",
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
)
_VARIABLE = re.compile(r"\$\{([A-Za-z0-9]+)")
_ROLES = ("Role", "RoleArn")
"""Properties that name the role of what a connector comes from."""


def handed(template: Template, declared: Declaration) -> Iterator[tuple[str, Unknown]]:
    """The logical ids that one resource of a template is given, and why more may be attached to each."""
    properties, name = declared.properties, declared.logical_id
    at = Location(template.path, declared.line, declared.column, f"/Resources/{escaped(name)}")
    if declared.type in STACKS:
        why = unknown(Cause.NOT_HERE, f"the nested stack {name} gets it and may attach to it", at)
        yield from ((each, why) for each in _references(properties))
    elif declared.type.startswith(CUSTOM) and isinstance(properties, Map):
        why = unknown(Cause.NOT_YET, f"the custom resource {name} gets it and may attach to it", at)
        for key, member in properties.members.items():
            if key != "ServiceToken":
                yield from ((each, why) for each in _references(member.node))
    why = unknown(Cause.NOT_YET, f"a connector of {name} may add policies to it", at)
    if declared.type == CONNECTOR:
        ends = list(_ids(properties))
    elif declared.connectors is not None:
        ends = [name, *_ids(declared.connectors)]
    else:
        return
    for end in ends:
        yield end, why
        source = template.resources.get(end)
        if source is not None and isinstance(source.properties, Map):
            yield from ((each, why) for role in _ROLES for each in _references(source.properties.get(role)))


def _nodes(top: Node | None) -> Iterator[Node]:
    pending = [] if top is None else [top]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, Map):
            pending.extend(member.node for member in node.members.values())
        elif isinstance(node, Seq):
            pending.extend(node.items)


def _references(top: Node | None) -> Iterator[str]:
    """The logical ids that Ref, Fn::GetAtt and Fn::Sub name, in no order."""
    for node in _nodes(top):
        if not isinstance(node, Map) or len(node.members) != 1:
            continue
        [(function, member)] = node.members.items()
        argument = member.node
        if isinstance(argument, Seq) and argument.items and function in {"Fn::GetAtt", "Fn::Sub"}:
            argument = argument.items[0]
        if not isinstance(argument, Scalar):
            continue
        if function == "Ref":
            yield argument.text
        elif function == "Fn::GetAtt":
            yield argument.text.partition(".")[0]
        elif function == "Fn::Sub":
            yield from (found[1] for found in _VARIABLE.finditer(argument.text))


def _ids(top: Node | None) -> Iterator[str]:
    """The logical ids that connectors name under Id."""
    for node in _nodes(top):
        named = node.get("Id") if isinstance(node, Map) else None
        if isinstance(named, Scalar):
            yield named.text
