"""What an action is and what it is done to, by the reference of AWS: access level and resource type."""

import re
from functools import lru_cache

from auditor.iam import database

_VARIABLE = re.compile(r"\$\{[^}]*\}")


def access_level(action: str) -> str:
    """``list``, ``read``, ``write``, ``tagging`` or ``permissions management``; empty for one that is not known."""
    found = database.action(action)
    return "" if found is None else found.access.value.lower()


def resource_type(action: str, resource: str) -> str:
    """The resource type of the action's service that an ARN is of; empty when none that the action takes fits."""
    best = ""
    most = -1
    for kind in database.types_for(action):
        for written in kind.arns:
            literal = len(_VARIABLE.sub("", written))
            if literal > most and _expression(written).fullmatch(resource):
                best, most = kind.name, literal
    return best


@lru_cache(maxsize=4096)
def _expression(written: str) -> re.Pattern[str]:
    """An ARN format as an expression: what varies holds no colon, but in the last part anything."""
    head, last = written.split(":", 5)[:5], written.split(":", 5)[5:]
    pieces = [_filled(part, "[^:]*") for part in head] + [_filled(part, ".+") for part in last]
    return re.compile(":".join(pieces), re.DOTALL)


def _filled(part: str, anything: str) -> str:
    return anything.join(map(re.escape, _VARIABLE.split(part)))
