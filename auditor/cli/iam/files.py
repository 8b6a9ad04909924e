"""Policy files of the ``auditor iam`` commands: JSON or YAML, a document or a list of documents."""

from typing import TYPE_CHECKING

from auditor.cli.errors import EXIT_NO_INPUT, Stop
from auditor.cli.iam.piped import content
from auditor.iam.document import Policy, parse
from auditor.model.known import Cause
from auditor.model.policy import Document, Gap, Leaf, Mapping, Node, Sequence
from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_POLICY = 4 * 2**20
"""Bytes; AWS takes documents of at most 32 kB."""


def policies_in(path: str) -> tuple[Policy, ...]:
    """The policies in a file; ``-`` is stdin.

    Raises:
        Stop: it cannot be read or holds something else.
    """
    return tuple(map(parse, documents_in(path)))


def documents_in(path: str) -> tuple[Document, ...]:
    """The policies in a file as they are written; ``-`` is stdin.

    Raises:
        Stop: it cannot be read or holds something else.
    """
    from auditor.cli.iam.written import read

    root = read(content(path, LARGEST_POLICY), path).document.root
    if isinstance(root, Gap) and root.unknown.cause is Cause.FAILED:
        raise Stop(f"{root.at}: {root.unknown.detail}", EXIT_NO_INPUT)
    return tuple(_documents(root))


def _documents(root: Node) -> "Iterator[Document]":
    for node in root.items if isinstance(root, Sequence) else (root,):
        match node:
            case Mapping() | Gap():
                yield Document(tree=node)
            case Leaf(value=Text() as written) if (literal := written.literal) is not None:
                yield Document(json=literal)
            case _:
                raise Stop(f"{node.at}: is not a policy document", EXIT_NO_INPUT)
