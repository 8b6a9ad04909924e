"""Family "tags": conditions on the tags of resources, for actions whose requests do not carry them.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html, and the action database for which do.
"""

from functools import lru_cache

from auditor.iam import database
from auditor.iam.carried import carries
from auditor.iam.lint.kinds import PolicyType
from auditor.iam.lint.report import Report
from auditor.iam.lint.view import Condition, Policy, Statement

_KEY = "aws:resourcetag/"
_MOST_NAMED = 3


def check(policy: Policy, report: Report) -> None:
    """Look at statements with a condition on aws:ResourceTag."""
    if policy.type is PolicyType.TRUST:
        return
    for statement in policy.statements:
        if statement.effect is None:
            continue
        for condition in statement.conditions:
            how = condition.how
            if not condition.name.startswith(_KEY) or how is None or how.base == "Null":
                continue
            if not how.if_exists and not how.is_negated and not how.prefix:
                _statement(statement, condition, report)
                break


def _statement(statement: Statement, condition: Condition, report: Report) -> None:
    effect = str(statement.effect).upper()
    meaning = "not denied" if effect == "DENY" else "not allowed"
    if "NotAction" in statement.names:
        words = f"actions whose requests do not carry {condition.key} are {meaning} by this statement"
        code = f"{effect}_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
        report.add(code, condition.place, words)
        return
    without = [action for action, _ in statement.literals("Action") if _lacks(action)]
    if without:
        named = ", ".join(without[:_MOST_NAMED]) + (
            f" and {len(without) - _MOST_NAMED} more" if len(without) > 3 else ""
        )
        words = f"requests for {named} do not carry {condition.key}, so that they are {meaning} by this statement"
        report.add(f"{effect}_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", condition.place, words)


@lru_cache(maxsize=16384)
def _lacks(action: str) -> bool:
    """Whether certainly no request for an action, or for those of a pattern, carries the tags of a resource."""
    if action.partition(":")[0] in {"*", ""}:
        return False
    found = database.expand(action)
    return bool(found) and not any(carries(name, f"{_KEY}tag") for name in found)
