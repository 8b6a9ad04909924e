"""Reads template text as tests need it."""

from collections.abc import Mapping
from textwrap import dedent

from auditor.model.inventory import AnyResource, Inventory
from auditor.model.known import Unknown, Value
from auditor.model.policy import Document, Gap, Leaf, Node, Sequence
from auditor.model.policy import Mapping as Tree
from auditor.model.sns import Topic
from auditor.model.text import Text
from auditor.sources.cloudformation.files import read_tree
from auditor.sources.cloudformation.read import read
from auditor.sources.cloudformation.tree import Map
from auditor.sources.interface import Bindings

PATH = "stack.yaml"
HERE = Bindings(account="111122223333", region="eu-west-1", partition="aws")


def inventory(
    template: str, parameters: Mapping[str, str] | None = None, bindings: Bindings | None = None, path: str = PATH
) -> Inventory:
    """The inventory of a template, of which the indentation does not matter."""
    tree = read_tree(dedent(template).encode(), path)
    assert isinstance(tree, Map)
    return read(tree, path, parameters=parameters or {}, bindings=bindings or Bindings()).inventory


def resource(found: Inventory, address: str) -> AnyResource:
    """The resource with an address."""
    [match] = [item for item in found.resources if item.address == address]
    return match


def evaluated(expression: str, sections: str = "", **given: str) -> Value[Text | None]:
    """The display name of a topic, which is an expression; `sections` stand before Resources."""
    return display(expression, sections, given).display_name


def display(expression: str, sections: str, given: Mapping[str, str], bindings: Bindings | None = None) -> Topic:
    """A topic of which the display name is an expression."""
    text = f"{dedent(sections)}\nResources:\n  T:\n    Type: AWS::SNS::Topic\n    Properties:\n      DisplayName: "
    tree = read_tree((text + expression + "\n").encode(), PATH)
    assert isinstance(tree, Map)
    found = resource(read(tree, PATH, parameters=given, bindings=bindings or Bindings()).inventory, "T")
    assert isinstance(found, Topic)
    return found


def shown(value: Value[Text | None]) -> str | None:
    """A value for people; an Unknown as its cause and detail."""
    if isinstance(value, Unknown):
        return f"{value.cause.value}: {value.detail}"
    return None if value.value is None else str(value.value)


def plain(value: Value[Document] | Value[Document | None] | Document | Node | None) -> object:
    """A document as plain data: texts as people see them, gaps as their Unknown."""
    match value:
        case Document():
            return plain(value.root)
        case Leaf(value=Text() as written):
            return str(written)
        case Leaf(value=scalar):
            return scalar
        case Gap(unknown=unknown):
            return unknown
        case Tree(entries=entries):
            return {str(entry.key): plain(entry.node) for entry in entries}
        case Sequence(items=items):
            return [plain(item) for item in items]
        case None:
            return None
        case Unknown():
            return value
        case _:
            return plain(value.value)
