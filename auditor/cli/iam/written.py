"""A policy file as it is written: its tree with lines and columns, and what keeps it from being read."""

from typing import NamedTuple

from auditor.model.known import Cause, Unknown
from auditor.model.origin import Location
from auditor.model.policy import Document, Entry, Gap, Leaf, Mapping, Node, Sequence
from auditor.model.text import text as text_of
from auditor.sources.cloudformation import tree
from auditor.sources.interface import InputError

_CHOICES = frozenset({"Ref", "Condition"})


class Written(NamedTuple):
    """A policy file.

    Attributes:
        document: its tree.
        json: its text when it is JSON, else None.
    """

    document: Document
    json: str | None


def read(data: bytes, path: str) -> Written:
    """A policy in JSON or YAML; what cannot be read is a gap with cause FAILED and the place of the fault.

    A text that begins like JSON is read as JSON only, so that what IAM would refuse is not taken for YAML.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Written(_unreadable("it is not UTF-8", Location(path=path)), None)
    is_json = text.lstrip()[:1] in {"{", "[", ""}
    try:
        if is_json:
            from auditor.sources.cloudformation.json_tree import read_json

            root = read_json(text, path)
        else:
            from auditor.sources.cloudformation.yaml_tree import read_yaml

            root = read_yaml(data, path)
    except InputError as error:
        at = Location(path=path, line=error.line, column=error.column)
        return Written(_unreadable(error.reason, at), text if is_json else None)
    return Written(Document(tree=_node(root, path, "")), text if is_json else None)


def _unreadable(reason: str, at: Location) -> Document:
    return Document(tree=Gap(Unknown(Cause.FAILED, reason), at, may_be_absent=False))


def _node(node: tree.Node, path: str, pointer: str) -> Node:
    at = Location(path, node.line, node.column, pointer)
    match node:
        case tree.Map(members=members):
            function = next(iter(members)) if len(members) == 1 else ""
            if function in _CHOICES or function.startswith("Fn::"):
                why = Unknown(Cause.NOT_YET, f"{function} is resolved when a template is deployed")
                return Gap(why, at, may_be_absent=function == "Fn::If")
            return Mapping(tuple(_entry(key, member, path, pointer) for key, member in members.items()), at)
        case tree.Seq(items=items):
            return Sequence(tuple(_node(item, path, f"{pointer}/{i}") for i, item in enumerate(items)), at)
        case tree.Scalar():
            return Leaf(tree.value_of(node), at)


def _entry(key: str, member: tree.Member, path: str, pointer: str) -> Entry:
    inner = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
    return Entry(text_of(key), _node(member.node, path, inner), Location(path, member.line, member.column, inner))
