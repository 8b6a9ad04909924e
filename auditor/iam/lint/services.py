"""Family "services": service principals, and whether they are held to the account for which they act.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (which keys service principals
do not carry), https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html (EventBridge carries none),
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-sns.html (what Amazon SES sends).
"""

from collections.abc import Mapping

from auditor.iam.lint.kinds import PolicyType
from auditor.iam.lint.report import Report
from auditor.iam.lint.view import Condition, Place, Policy, Statement

_SOURCES = frozenset({"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"})
_WEAK = frozenset({"aws:referer", "aws:sourceowner", "aws:useragent", "aws:sourceip", "aws:principalservicename"})
_OF_PEOPLE = frozenset(
    {
        *("aws:principalorgid", "aws:principalorgpaths", "aws:principalarn", "aws:principalaccount", "aws:username"),
        *("aws:userid", "aws:principaltype", "aws:multifactorauthpresent", "aws:multifactorauthage"),
    }
)
_WITHOUT_KEYS = frozenset({"events.amazonaws.com"})
"""Services that send none of the source keys to some of their targets."""
_SENDS: Mapping[str, frozenset[str]] = {
    "ses.amazonaws.com": frozenset({"ses"}),
    "sns.amazonaws.com": frozenset({"sns"}),
    "sqs.amazonaws.com": frozenset({"sqs"}),
    "s3.amazonaws.com": frozenset({"s3"}),
    "events.amazonaws.com": frozenset({"events"}),
    "cloudwatch.amazonaws.com": frozenset({"cloudwatch"}),
    "cloudtrail.amazonaws.com": frozenset({"cloudtrail"}),
    "budgets.amazonaws.com": frozenset({"budgets"}),
    "codestar-notifications.amazonaws.com": frozenset({"codestar-notifications"}),
    "backup.amazonaws.com": frozenset({"backup", "backup-gateway"}),
}
"""The services of the ARNs that a service principal sends as aws:SourceArn."""


def check(policy: Policy, report: Report) -> None:
    """Look at statements whose principals are services."""
    if policy.type not in {PolicyType.RESOURCE, PolicyType.TRUST}:
        return
    for statement in policy.statements:
        principals = statement.principals.get("Principal")
        services = list(principals.of("Service")) if principals is not None else []
        if not services or principals is None:
            continue
        if policy.type is PolicyType.RESOURCE and statement.allows and statement.is_whole:
            _source(statement, services, report)
        if principals.is_whole and len(services) == len(principals.items):
            _keys_of_people(statement, report)
            _source_arns(statement, services, report)


def _source(statement: Statement, services: list[tuple[str, Place]], report: Report) -> None:
    if any(each.name in _SOURCES and _holds_back(each) for each in statement.conditions):
        _account(statement, report)
        return
    for service, place in services:
        if service in _WITHOUT_KEYS:
            continue
        weak = next((each.key for each in statement.conditions if each.name in _WEAK), None)
        if weak is not None:
            words = f"{service} is held back by {weak} only"
            report.add("RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", place, words)
        else:
            words = f"{service} is let in for whomever it acts, accounts of others too"
            report.add("RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", place, words)


def _holds_back(condition: Condition) -> bool:
    """Whether a condition can keep out a request that does not carry the key or has another value."""
    how = condition.how
    return how is not None and not how.is_negated and not how.if_exists and how.base != "Null"


def _account(statement: Statement, report: Report) -> None:
    """Report the ARNs that name no account where no other key tells it."""
    if statement.keys & (_SOURCES - {"aws:sourcearn"}):
        return
    for condition in statement.conditions:
        for literal, place in condition.literals if condition.name == "aws:sourcearn" else ():
            fields = literal.split(":", 5)
            if len(fields) == 6 and fields[4] in {"", "*"}:
                words = f"{literal} tells no account, so that resources of others match"
                report.add("source-arn-without-account", place, words)


def _keys_of_people(statement: Statement, report: Report) -> None:
    for condition in statement.conditions:
        if condition.name in _OF_PEOPLE and _holds_back(condition) and not (condition.how and condition.how.prefix):
            words = f"requests that services make for themselves do not carry {condition.key}"
            report.add("UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", condition.place, words)


def _source_arns(statement: Statement, services: list[tuple[str, Place]], report: Report) -> None:
    if any(service not in _SENDS for service, _ in services):
        return
    possible = frozenset().union(*(_SENDS[service] for service, _ in services))
    for condition in statement.conditions:
        if condition.name != "aws:sourcearn" or not _holds_back(condition):
            continue
        for literal, place in condition.literals:
            fields = literal.split(":", 3)
            if len(fields) == 4 and not set(fields[2]) & set("*?$") and fields[2] not in possible:
                named = ", ".join(service for service, _ in services)
                report.add("source-arn-of-other-service", place, f"{named} never sends {literal}")
