"""Batch files of the ``auditor iam`` commands: one JSON object per line in, one per line out.

A case that cannot be answered does not stop the others: its line in the output has ``error`` in place of the answer.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from auditor.cli.errors import EXIT_INCOMPLETE, EXIT_NO_INPUT, EXIT_PASSED, Stop
from auditor.iam.document import Policy, parse
from auditor.model.policy import Document, node_of

Case: TypeAlias = Mapping[str, object]
Answer: TypeAlias = Mapping[str, object]

_LONGEST = 16 * 2**20
"""Characters of one line; a policy has at most 20 kB, a case holds some dozens of them."""


class CaseError(Exception):
    """A case that is not of the form that the command reads; the message is one line."""


def answer_all(path: str, answer: Callable[[Case], Answer]) -> int:
    """Answer every case of a file on stdout, in its order.

    Args:
        path: JSON Lines; ``-`` is stdin.
        answer: makes the members of the output line beside ``id``.

    Returns:
        The exit code: 4 when a case could not be answered.

    Raises:
        Stop: the file cannot be read.
    """
    failed = False
    for number, line in _lines(path):
        identity: object = None
        try:
            case = _case(line)
            identity = case.get("id", number)
            found = answer(case)
        except CaseError as error:
            failed = True
            found = {"error": f"line {number}: {error}"}
        sys.stdout.write(json.dumps({"id": identity, **found}) + "\n")
    sys.stdout.flush()
    return EXIT_INCOMPLETE if failed else EXIT_PASSED


def policy_of(value: object, what: str) -> Policy:
    """The policy that stands in a case, as an object or as JSON text; `what` names it in messages.

    Raises:
        CaseError: it is neither, or nested too deep.
    """
    if isinstance(value, str):
        return parse(Document(json=value))
    if not isinstance(value, dict):
        raise CaseError(f"{what} is not a policy document")
    try:
        return parse(Document(tree=node_of(value)))
    except RecursionError as error:
        raise CaseError(f"{what} is nested too deep for a policy document") from error


def _case(line: str) -> Case:
    if len(line) > _LONGEST:
        raise CaseError(f"longer than {_LONGEST} characters")
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CaseError(f"no JSON: {error}") from error
    if not isinstance(found, dict):
        raise CaseError("not a JSON object")
    return found


def _lines(path: str) -> Iterator[tuple[int, str]]:
    try:
        if path == "-":
            yield from ((number, line) for number, line in enumerate(sys.stdin, 1) if line.strip())
            return
        with Path(path).open(encoding="utf-8") as file:
            yield from ((number, line) for number, line in enumerate(file, 1) if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise Stop(f"{path}: {reason}", EXIT_NO_INPUT) from error
