"""Family "variables": policy variables.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from functools import lru_cache

from auditor.iam import database
from auditor.iam.database import KeyType
from auditor.iam.elements import OLD
from auditor.iam.lint.known import date_of_database
from auditor.iam.lint.report import Report
from auditor.iam.lint.view import Place, Policy, Statement

_VARIABLE = re.compile(r"\$\{([^}]*)(\}?)", re.DOTALL)
_ESCAPES = frozenset("*?$")
_TAKING = frozenset({KeyType.STRING, KeyType.ARN})


def check(policy: Policy, report: Report) -> None:
    """Look at every string in which a variable stands or may be meant."""
    for statement in policy.statements:
        for literal, place in statement.literals("Resource", "NotResource"):
            if "${" in literal:
                _string(policy, literal, place, report)
        for condition in statement.conditions:
            for literal, place in condition.literals:
                if "${" not in literal:
                    continue
                _string(policy, literal, place, report)
                if condition.how is not None and condition.how.type not in _TAKING and policy.has_variables:
                    words = f"{condition.operator} takes no policy variable, as in {literal!r}"
                    report.add("INVALID_VARIABLE_FOR_OPERATOR", place, words)
        _where_none_can_be(statement, report)


def _where_none_can_be(statement: Statement, report: Report) -> None:
    found = list(statement.literals("Action", "NotAction"))
    for principals in statement.principals.values():
        for named in principals.items:
            literal = named.item.literal
            if literal is not None:
                found.append((literal, named.item.place))
    for literal, place in found:
        if "${" in literal:
            report.add("VARIABLE_UNSUPPORTED_IN_ELEMENT", place, f"a policy variable stands in {literal!r}")


def _string(policy: Policy, literal: str, place: Place, report: Report) -> None:
    if policy.version_is_told and policy.version in {OLD, None}:
        words = f"in the language of 2008, {literal!r} holds no variable but plain text"
        report.add("VARIABLE_UNSUPPORTED_IN_VERSION", place, words)
        return
    for code, message in _faults(literal):
        report.add(code, place, message)


@lru_cache(maxsize=8192)
def _faults(literal: str) -> tuple[tuple[str, str], ...]:
    """Code and message of what is wrong with the variables of a string."""
    found = []
    for each in _VARIABLE.finditer(literal):
        inside, closed = each.groups()
        if not closed:
            found.append(("MISSING_BRACE_IN_VARIABLE", f"a policy variable in {literal!r} is not closed"))
        elif not inside.strip():
            found.append(("EMPTY_VARIABLE", f"a policy variable in {literal!r} is empty"))
        elif inside not in _ESCAPES:
            found.extend(_inside(inside))
    return tuple(found)


def _inside(inside: str) -> list[tuple[str, str]]:
    """What is wrong between the braces: a key, perhaps with a default in quotes."""
    key, comma, default = inside.partition(",")
    if comma and not re.fullmatch(r"\s*'[^']*'\s*", default):
        return [("MISSING_QUOTE_IN_VARIABLE", f"the default value in ${{{inside}}} is not in single quotes")]
    if re.search(r"\s", key.strip() if comma else key):
        # A tag's name may hold blanks.
        return [] if "/" in key else [("UNSUPPORTED_SPACE_IN_VARIABLE", f"a blank stands in ${{{inside}}}")]
    known = database.condition_key(key.strip())
    if known is None:
        prefix = key.partition(":")[0]
        if "." in prefix or "/" in prefix:
            return []
        date = date_of_database()
        return [("unknown-variable", f"the key of ${{{inside}}} does not exist in the database of {date}")]
    if known.multivalued:
        return [("multivalued-variable", f"the key of ${{{inside}}} has several values")]
    return []
