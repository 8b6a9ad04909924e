"""Policies from files: a JSON document, or a list of documents."""

import json
from pathlib import Path

from auditor.cli.errors import EXIT_NO_INPUT, Stop
from auditor.cli.iam.cases import CaseError, policy_of
from auditor.iam.document import Policy

_LONGEST = 4 * 2**20
"""Characters; AWS takes documents of at most 20 kB."""


def policies_in(path: str) -> tuple[Policy, ...]:
    """The policies in a file.

    Raises:
        Stop: it cannot be read or holds no policy.
    """
    try:
        with Path(path).open(encoding="utf-8") as file:
            written = file.read(_LONGEST + 1)
    except OSError as error:
        raise Stop(f"{path}: {error.strerror}", EXIT_NO_INPUT) from error
    except UnicodeDecodeError as error:
        raise Stop(f"{path}: not UTF-8", EXIT_NO_INPUT) from error
    if len(written) > _LONGEST:
        raise Stop(f"{path}: longer than {_LONGEST} characters", EXIT_NO_INPUT)
    try:
        found = json.loads(written)
        documents = found if isinstance(found, list) else [found]
        return tuple(policy_of(each, path) for each in documents)
    except CaseError as error:
        raise Stop(str(error), EXIT_NO_INPUT) from error
    except (ValueError, RecursionError) as error:
        raise Stop(f"{path}: no JSON: {error}", EXIT_NO_INPUT) from error
