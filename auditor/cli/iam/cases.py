"""Batch files of the ``auditor iam`` commands: one JSON object per line in, one per line out.

A case that cannot be answered does not stop the others: its line in the output has ``error`` in place of the answer.
"""

import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO, NoReturn, TypeAlias

from auditor.cli.errors import EXIT_INCOMPLETE, EXIT_NO_INPUT, EXIT_PASSED, EXIT_USAGE, Stop
from auditor.iam.document import Policy, parse
from auditor.model.policy import Document, node_of

Case: TypeAlias = Mapping[str, object]
Answer: TypeAlias = Mapping[str, object]

_LONGEST = 16 * 2**20
"""Bytes of one line; a policy has at most 20 kB, a case holds some dozens of them."""
_SKIPPED = 16 * _LONGEST
"""Bytes of a line after which it is taken for one that never ends, as that of a device."""
_TOO_DEEP = "nested too deep"


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
        Stop: the file cannot be read, holds no case, or has a line that seems to have no end.
    """
    failed = seen = False
    for number, line in _lines(path):
        seen = True
        identity, found = _answered(number, line, answer)
        failed = failed or "error" in found
        written = json.dumps({"id": identity, **found})
        # What else a terminal or a log would obey is ASCII that JSON leaves as it is.
        sys.stdout.write(written.replace("\x7f", "\\u007f").replace("##[", "#\\u0023[") + "\n")
    sys.stdout.flush()
    if not seen:
        raise Stop(f"{path}: holds no case", EXIT_NO_INPUT)
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


def _answered(number: int, line: bytes, answer: Callable[[Case], Answer]) -> tuple[object, Answer]:
    """The ``id`` of a case, and the answer or the error."""
    identity: object = None
    try:
        case = _case(line)
        identity = case.get("id", number)
        return identity, answer(case)
    except CaseError as error:
        reason = str(error)
    except RecursionError:
        reason = _TOO_DEEP
    except Exception as error:  # noqa: BLE001 - a defect must not lose the answers to all other cases
        reason = f"internal error: {type(error).__name__}: {error}"
    return identity, {"error": f"line {number}: {reason}"}


def _case(line: bytes) -> Case:
    if len(line) > _LONGEST:
        raise CaseError(f"longer than {_LONGEST} bytes")
    try:
        found = json.loads(
            line.decode("utf-8-sig").rstrip(),
            object_pairs_hook=_members,
            parse_constant=_refuse,
            parse_float=_number,
            parse_int=_integer,
        )
    except UnicodeDecodeError:
        raise CaseError("not UTF-8") from None
    except RecursionError:
        raise CaseError(_TOO_DEEP) from None
    except json.JSONDecodeError as error:
        raise CaseError(f"no JSON: {error.msg} at column {error.colno}") from error
    except ValueError as error:
        raise CaseError(f"no JSON: {error}") from error
    if not isinstance(found, dict):
        raise CaseError("not a JSON object")
    return found


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object; of two members of one name it is not told which is meant."""
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise CaseError(f"key {twice!r} stands twice")
    return found


def _refuse(name: str) -> NoReturn:
    raise CaseError(f"no JSON: {name} is no number")


def _number(written: str) -> float:
    found = float(written)
    if math.isinf(found):
        raise CaseError(f"the number {written[:20]} is too large")
    return found


def _integer(written: str) -> int:
    try:
        return int(written)
    except ValueError:
        raise CaseError(f"a number has {len(written)} digits") from None


def _lines(path: str) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers from 1; of those that are too long only the begin."""
    try:
        with _opened(path) as file:
            number = 0
            while line := file.readline(_LONGEST + 1):
                number += 1
                rest, size = line, len(line)
                while len(rest) > _LONGEST and not rest.endswith(b"\n"):
                    if size > _SKIPPED:
                        raise Stop(
                            f"{path}: line {number} is longer than {_SKIPPED // 2**20} MiB: not read on", EXIT_USAGE
                        )
                    rest = file.readline(_LONGEST + 1)
                    size += len(rest)
                if line.strip():
                    yield number, line
    except OSError as error:
        raise Stop(f"{path}: {error.strerror}", EXIT_NO_INPUT) from error


def _opened(path: str) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if path == "-" else Path(path).open("rb")
