"""Family "actions": whether the actions exist.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html, and the action
database for what exists.
"""

import re
from functools import lru_cache

from auditor.iam import database
from auditor.iam.lint.kinds import PolicyType
from auditor.iam.lint.known import date_of_database, known_services
from auditor.iam.lint.report import Report
from auditor.iam.lint.view import Policy

_NAME = re.compile(r"[A-Za-z0-9*?, -]*", re.ASCII)
_PREFIX = re.compile(r"[A-Za-z0-9-]+", re.ASCII)
_NEAR = 0.75
_OF_DEFAULT_POLICIES = frozenset({"sns:receive"})
"""Actions that AWS writes into default policies and documents nowhere."""


def check(policy: Policy, report: Report) -> None:
    """Look at every action that is told; without a kind of policy at its form alone."""
    judge = _form if policy.type is PolicyType.ANY else _fault
    for statement in policy.statements:
        for action, place in statement.literals("Action", "NotAction"):
            fault = judge(action)
            if fault is not None:
                report.add(fault[0], place, fault[1], fault[2])


@lru_cache(maxsize=16384)
def _form(action: str) -> tuple[str, str, str] | None:
    """Code, message and fix of what is wrong with the form of an action."""
    if action == "*" or "${" in action:
        return None
    prefix, colon, name = action.partition(":")
    if not colon:
        return "action-never-matches", f"the action {action!r} has no colon", ""
    if ":" in name:
        return "INVALID_ACTION", f"the action {action!r} has more than one colon", ""
    if action == "*:*":
        return None
    if _PREFIX.fullmatch(prefix.strip()) is None:
        return "INVALID_SERVICE_IN_ACTION", f"the prefix of the action {action!r} is not plain letters and digits", ""
    if _NAME.fullmatch(name) is None:
        return "INVALID_ACTION", f"the action {action!r} holds characters that no action has", ""
    return None


@lru_cache(maxsize=16384)
def _fault(action: str) -> tuple[str, str, str] | None:
    """Code, message and fix of what is wrong with an action."""
    found = _form(action)
    if found is not None or action in {"*", "*:*"} or "${" in action:
        return found
    prefix, _, name = action.partition(":")
    if prefix != prefix.strip() or name != name.strip() or not name:
        return "action-never-matches", f"the action {action!r} matches no action because of its blanks", ""
    date = date_of_database()
    if prefix.lower() not in known_services():
        near = _nearest(prefix, tuple(known_services()))
        words = f"the service {prefix!r} of the action {action} does not exist in the database of {date}"
        return "INVALID_SERVICE_IN_ACTION", words, f"Did you mean {near}:{name}?" if near else ""
    if database.expand(action) or action.lower() in _OF_DEFAULT_POLICIES:
        return None
    near = _nearest(name, tuple(each.name.partition(":")[2] for each in database.actions_of(prefix)))
    words = f"the action {action} does not exist in the database of {date}"
    return "INVALID_ACTION", words, f"Did you mean {prefix}:{near}?" if near else ""


def _nearest(written: str, names: tuple[str, ...]) -> str:
    """The name that is most like what is written, nothing when none is."""
    import difflib

    by_lower = {name.lower(): name for name in names}
    near = difflib.get_close_matches(written.lower()[:64], by_lower, 1, _NEAR)
    return by_lower[near[0]] if near else ""
