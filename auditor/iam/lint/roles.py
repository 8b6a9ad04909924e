"""Family "roles": the rights to pass a role to a service and to make a service-linked role, given too widely.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
"""

import re
from functools import lru_cache
from typing import NamedTuple

from auditor.iam import database
from auditor.iam.lint.kinds import PolicyType
from auditor.iam.lint.report import Report
from auditor.iam.lint.view import Element, Place, Policy, Statement


class _Right(NamedTuple):
    """A right that is given with care: its action, how its findings begin, and the keys that hold it back."""

    action: str
    code: str
    keys: frozenset[str]


_RIGHTS = (
    _Right("iam:PassRole", "PASS_ROLE", frozenset({"iam:passedtoservice", "iam:associatedresourcearn"})),
    _Right("iam:CreateServiceLinkedRole", "CREATE_SLR", frozenset({"iam:awsservicename"})),
)
_OF_SERVICES = re.compile(r"(?:service-role|aws-service-role)/\w|aws|amazon", re.IGNORECASE)
_ROLE = re.compile(r"arn:[^:]*:iam:[^:]*:[^:]*:(?P<path>.*)", re.DOTALL)


def check(policy: Policy, report: Report) -> None:
    """Look at the Allow statements of policies of principals."""
    if not policy.type.is_of_principal or policy.type is PolicyType.BOUNDARY:
        return
    for statement in policy.statements:
        if not statement.allows or not statement.is_whole:
            continue
        for right in _RIGHTS:
            if not statement.keys & right.keys:
                _right(statement, right, report)


def _right(statement: Statement, right: _Right, report: Report) -> None:
    how = _given(statement, right.action)
    if how is None:
        return
    named, place = how
    beside = statement.elements.get("NotResource")
    if beside is not None:
        suffix = {
            "ACTION": "NOT_RESOURCE",
            "STAR": "STAR_IN_ACTION_AND_NOT_RESOURCE",
            "NOT": "NOT_ACTION_AND_NOT_RESOURCE",
        }[named]
        words = f"{right.action} is given on all resources but those of NotResource"
        report.add(f"{right.code}_WITH_{suffix}", beside.place, words)
        return
    resource = _wide(statement.resources)
    if resource is None:
        return
    suffix = {
        "ACTION": "STAR_IN_RESOURCE",
        "STAR": "STAR_IN_ACTION_AND_RESOURCE",
        "NOT": "STAR_IN_RESOURCE_AND_NOT_ACTION",
    }[named]
    report.add(f"{right.code}_WITH_{suffix}", place, f"{right.action} is given on {resource}")


def _given(statement: Statement, action: str) -> tuple[str, Place] | None:
    """How the right is given (by its name, by a wildcard, by NotAction) and where."""
    element = statement.actions
    if element is not None:
        best: tuple[str, Place] | None = None
        for literal, place in element.literals:
            if literal.lower() == action.lower():
                return "ACTION", place
            if best is None and _covers(literal, action):
                best = ("STAR", place)
        return best
    other = statement.elements.get("NotAction")
    if other is None or not other.is_told or any(_covers(literal, action) for literal, _ in other.literals):
        return None
    return "NOT", other.place


@lru_cache(maxsize=8192)
def _covers(pattern: str, action: str) -> bool:
    return pattern in {"*", "*:*"} or action in database.expand(pattern)


def _wide(element: Element | None) -> str | None:
    """A resource that stands for many roles."""
    for literal, _ in element.literals if element is not None else ():
        if literal == "*":
            return literal
        found = _ROLE.fullmatch(literal)
        if found is None:
            if "*" in literal and literal.split(":", 3)[2:3] in (["*"], [""]):
                return literal
            continue
        path = found["path"]
        if "*" in path and not _names_a_service(path):
            return literal
    return None


def _names_a_service(path: str) -> bool:
    """Whether roles of this pattern are, by their name, for one service."""
    kind, _, rest = path.partition("/")
    name = rest.rpartition("/")[2].partition("*")[0].lower()
    if kind != "role":
        return False
    return bool(_OF_SERVICES.match(rest)) or any(name.startswith(service) for service in _service_names())


@lru_cache(maxsize=1)
def _service_names() -> tuple[str, ...]:
    return tuple(name for name in database.services() if len(name) > 2)
