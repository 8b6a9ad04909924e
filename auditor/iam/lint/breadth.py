"""Family "breadth": statements that give all but what they name.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
"""

from auditor.iam.lint.kinds import PolicyType
from auditor.iam.lint.report import Report
from auditor.iam.lint.view import Policy

_LIMITS = frozenset({PolicyType.SCP, PolicyType.RCP, PolicyType.BOUNDARY, PolicyType.SESSION, PolicyType.ENDPOINT})
"""Kinds that only hold back what is given elsewhere: there it is normal to let everything through."""


def check(policy: Policy, report: Report) -> None:
    """Look at Allow statements."""
    if policy.type in _LIMITS:
        return
    for statement in policy.statements:
        if not statement.allows:
            continue
        if "NotAction" in statement.names:
            words = "all actions but those of NotAction are given, also ones that do not exist yet"
            report.add("allow-not-action", statement.names["NotAction"], words)
        if "NotResource" in statement.names:
            words = "all resources but those of NotResource are given"
            report.add("allow-not-resource", statement.names["NotResource"], words)
        actions, resources = statement.actions, statement.resources
        if actions is None or resources is None or not policy.type.is_of_principal or "Condition" in statement.names:
            continue
        everything = next((place for literal, place in actions.literals if literal in {"*", "*:*"}), None)
        if everything is not None and any(literal == "*" for literal, _ in resources.literals):
            report.add("allow-everything", everything, "all actions are given on all resources")
