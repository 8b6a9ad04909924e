"""The sections of a template."""

from collections.abc import Mapping

import msgspec

from auditor.model.text import Text, text
from auditor.sources.cloudformation.tree import Map, Member, Node, Scalar, Seq, kind_of, value_of
from auditor.sources.interface import InputError


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter with the value that it has here, None when it has none.

    Attributes:
        type: String, Number, CommaDelimitedList, List<…>, AWS::SSM::Parameter::Value<…> …
        value: as written; lists are separated by commas.
        no_echo: whether its value is a secret.
    """

    name: str
    type: str
    value: str | None
    no_echo: bool

    @property
    def text(self) -> Text:
        """The value as a text, empty without one."""
        return text(self.value or "")

    @property
    def is_list(self) -> bool:
        """Whether it holds a list."""
        return self.type.startswith(("List<", "CommaDelimitedList", "AWS::SSM::Parameter::Value<List<", _SSM_COMMA))


NO_TYPE = "(no Type)"
"""The type of a resource that tells none."""
_KNOWN_TRANSFORMS = frozenset({"AWS::Serverless-2016-10-31", "AWS::LanguageExtensions"})
INCLUDE = "AWS::Include"
"""The transform that adds a part of a template, and changes nothing of what is written."""
_SSM_COMMA = "AWS::SSM::Parameter::Value<CommaDelimitedList"


class Declaration(msgspec.Struct, frozen=True, kw_only=True):
    """A resource as declared; line and column are those of its logical id.

    Attributes:
        transformed: whether a macro inside it may add properties.
        connectors: its attribute of that name, of SAM.
    """

    logical_id: str
    type: str
    properties: Node | None
    condition: str | None
    line: int
    column: int
    transformed: bool = False
    connectors: Node | None = None


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A template's sections, unresolved.

    Attributes:
        path: of the file, relative to the run's root.
        transforms: names of the macros it names for the whole template.
        implied: resources that a transform makes of others, to be referred to.
        loops: ``Fn::ForEach`` members of the Resources section.
        globals: the Globals section of a SAM template.
    """

    path: str
    parameters: dict[str, Parameter]
    mappings: dict[str, Member]
    conditions: dict[str, Member]
    resources: dict[str, Declaration]
    outputs: dict[str, Member]
    implied: dict[str, Declaration]
    loops: dict[str, Member]
    globals: dict[str, Member]
    transforms: tuple[str, ...]


def macros_of(template: Template) -> tuple[str, ...]:
    """The macros of a template that are not known: what they add or change shows in the deployment."""
    return tuple(name for name in template.transforms if name not in _KNOWN_TRANSFORMS)


def is_template(root: Node) -> bool:
    """Whether it says that it is a template, or declares resources with types or by loops."""
    if not isinstance(root, Map):
        return False
    resources = root.get("Resources")
    if isinstance(resources, Map):
        for name, member in resources.members.items():
            kind = member.node.get("Type") if isinstance(member.node, Map) else None
            if name.startswith("Fn::ForEach::") or (isinstance(kind, Scalar) and "::" in kind.text):
                return True
    return "AWSTemplateFormatVersion" in root.members


def template_of(root: Map, path: str, parameters: Mapping[str, str]) -> Template:
    """The sections of a template.

    Args:
        root: the file.
        path: of the file.
        parameters: values given by the caller; they win over defaults.

    Raises:
        InputError: a section or a resource is no mapping.
    """
    declared, loops = _resources(_section(root, "Resources", path), path)
    return Template(
        path=path,
        parameters={
            name: _parameter(name, member.node, path, parameters.get(name))
            for name, member in _section(root, "Parameters", path).items()
        },
        mappings=_section(root, "Mappings", path),
        conditions=_section(root, "Conditions", path),
        resources=declared,
        outputs=_section(root, "Outputs", path),
        implied={},
        loops=loops,
        globals=_section(root, "Globals", path),
        transforms=_transforms(root.get("Transform")),
    )


def _section(root: Map, name: str, path: str) -> dict[str, Member]:
    node = root.get(name)
    if node is None or (isinstance(node, Scalar) and value_of(node) is None):
        return {}
    if not isinstance(node, Map):
        raise InputError(path, f"{name} is {kind_of(node)}, not a mapping", node.line, node.column)
    return node.members


def _parameter(name: str, node: Node, path: str, given: str | None) -> Parameter:
    if not isinstance(node, Map):
        raise InputError(path, f"parameter {name} is {kind_of(node)}, not a mapping", node.line, node.column)
    default = node.get("Default")
    value = given
    if value is None and default is not None:
        value = _plain_list(default) if isinstance(default, Seq) else _text(default)
    return Parameter(
        name=name,
        type=_text(node.get("Type")) or "String",
        value=value,
        no_echo=(_text(node.get("NoEcho")) or "").lower() == "true",
    )


def _plain_list(node: Seq) -> str | None:
    items = [_text(item) for item in node.items]
    return None if None in items else ",".join(item for item in items if item is not None)


def _text(node: Node | None) -> str | None:
    return node.text if isinstance(node, Scalar) else None


def _resources(section: dict[str, Member], path: str) -> tuple[dict[str, Declaration], dict[str, Member]]:
    declared: dict[str, Declaration] = {}
    loops: dict[str, Member] = {}
    for name, member in section.items():
        if name.startswith("Fn::"):
            loops[name] = member
        else:
            declared[name] = declaration_of(name, member, path)
    return declared, loops


def declaration_of(name: str, member: Member, path: str) -> Declaration:
    """A resource of the Resources section."""
    node = member.node
    if not isinstance(node, Map):
        raise InputError(path, f"resource {name} is {kind_of(node)}, not a mapping", member.line, member.column)
    kind = node.get("Type")
    condition = node.get("Condition")
    return Declaration(
        logical_id=name,
        type=kind.text if isinstance(kind, Scalar) else NO_TYPE,
        properties=node.get("Properties"),
        condition=condition.text if isinstance(condition, Scalar) else None,
        line=member.line,
        column=member.column,
        transformed="Fn::Transform" in node.members,
        connectors=node.get("Connectors"),
    )


def _transforms(node: Node | None) -> tuple[str, ...]:
    match node:
        case Scalar():
            return (node.text,)
        case Seq():
            return tuple(name for item in node.items for name in _transforms(item))
        case Map():
            return _transforms(node.get("Name"))
        case _:
            return ()
