"""Family "messaging": what Amazon SES and Amazon SNS do not send, or do not take.

Sources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html,
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsesv2.html (which actions carry which
keys), https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html (aws:SourceOwner)
"""

from functools import lru_cache

from auditor.iam import database
from auditor.iam.carried import carries
from auditor.iam.lint.comparisons import ALL, NULL
from auditor.iam.lint.report import Report
from auditor.iam.lint.view import Condition, Policy, Statement

_OF_SUBSCRIBE = {"sns:protocol": "sns:Protocol", "sns:endpoint": "sns:Endpoint"}
_OF_MAIL = {
    "ses:fromaddress": "ses:FromAddress",
    "ses:fromdisplayname": "ses:FromDisplayName",
    "ses:feedbackaddress": "ses:FeedbackAddress",
    "ses:recipients": "ses:Recipients",
}
_ADDRESSES = frozenset({"ses:fromaddress", "ses:feedbackaddress", "ses:recipients"})


def check(policy: Policy, report: Report) -> None:
    """Look at conditions on keys of Amazon SES and SNS, and at topic policies."""
    for statement in policy.statements:
        for condition in statement.conditions:
            _condition(statement, condition, report)
        if policy.resource_type == "AWS::SNS::Topic":
            _topic(statement, report)


def _condition(statement: Statement, condition: Condition, report: Report) -> None:
    if condition.name == "aws:sourceowner":
        report.add("source-owner-key", condition.place, "only some services send aws:SourceOwner to Amazon SNS")
    if condition.name in _OF_SUBSCRIBE:
        _with_others(statement, condition, _OF_SUBSCRIBE[condition.name], "sns-key-without-subscribe", report)
    elif condition.name in _OF_MAIL:
        _with_others(statement, condition, _OF_MAIL[condition.name], "ses-key-without-send", report)
    if condition.name in _ADDRESSES and condition.how is not None and condition.how.base.startswith("String"):
        for literal, place in condition.literals:
            if "@" not in literal and "*" not in literal and "${" not in literal:
                words = f"{literal!r} is no address, so that {condition.key} never matches it"
                report.add("ses-from-address-without-at", place, words)


def _with_others(statement: Statement, condition: Condition, key: str, code: str, report: Report) -> None:
    """Report patterns that stand for actions with the key and without it."""
    how = condition.how
    if how is None or how.base == NULL or statement.actions is None:
        return
    for action, _ in statement.actions.literals:
        without = _without(action, key)
        if "*" not in action or not without:
            continue
        open_ = how.is_negated or how.if_exists or how.prefix == ALL
        effect = "met by" if open_ else "never met by"
        words = f"{action} covers {without[0]} and others that do not carry {key}: the condition is {effect} them"
        report.add(code, condition.place, words)


@lru_cache(maxsize=4096)
def _without(action: str, key: str) -> tuple[str, ...]:
    """The actions of the key's service that a pattern stands for and that never carry the key."""
    service = key.partition(":")[0]
    return tuple(name for name in database.expand(action) if name.startswith(f"{service}:") and not carries(name, key))


def _topic(statement: Statement, report: Report) -> None:
    for action, place in statement.literals("Action"):
        if action == "*" or (action.lower().startswith("sns:") and "*" in action):
            words = f"{action} stands for actions that a topic policy cannot give"
            report.add("sns-topic-wildcard-action", place, words)
