"""Family "trust": who may assume a role, and by which action.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html,
https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
"""

import re
from collections.abc import Iterator

from auditor.iam.lint.kinds import PolicyType
from auditor.iam.lint.report import Report
from auditor.iam.lint.view import Place, Policy, Principals, Statement

_SAML = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:saml-provider/.+", re.ASCII)
_OIDC = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:oidc-provider/(?P<name>.+)", re.ASCII)
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:/.*)?", re.ASCII)
_GITHUB = "token.actions.githubusercontent.com"
_ROLES_ANYWHERE = "rolesanywhere.amazonaws.com"
_ITS_ACTIONS = ("sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession")
_BY_SAML, _BY_WEB, _BY_AWS = "sts:assumerolewithsaml", "sts:assumerolewithwebidentity", "sts:assumerole"
_SESSION = re.compile(r"arn:(?P<partition>[^:]*):sts::(?P<account>\d{12}):assumed-role/(?P<role>[^/]+)/.+")


def check(policy: Policy, report: Report) -> None:
    """Look at the statements of trust policies."""
    if policy.type is not PolicyType.TRUST:
        return
    for statement in policy.statements:
        principals = statement.principals.get("Principal")
        if principals is None:
            continue
        _form(principals, report)
        _sessions(principals, report)
        _audience(statement, report)
        if statement.allows:
            _actions(statement, principals, report)
            _anywhere(statement, principals, report)
            for provider, place in principals.of("Federated"):
                _open_id(statement, provider, place, report)


def _form(principals: Principals, report: Report) -> None:
    for provider, place in principals.of("Federated"):
        if "*" in provider or _SAML.fullmatch(provider) or _OIDC.fullmatch(provider) or _DOMAIN.fullmatch(provider):
            continue
        words = f"{provider!r} is neither a domain nor the ARN of a provider"
        report.add("INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY", place, words)


def _kinds(principals: Principals) -> Iterator[tuple[str, str]]:
    """The principals of a statement, each with the action by which it assumes a role."""
    for named in principals.items:
        literal = named.item.literal
        if literal is None:
            continue
        if named.kind != "Federated":
            yield literal, _BY_AWS
        elif _SAML.fullmatch(literal):
            yield literal, _BY_SAML
        elif _OIDC.fullmatch(literal) or _DOMAIN.fullmatch(literal):
            yield literal, _BY_WEB


def _actions(statement: Statement, principals: Principals, report: Report) -> None:
    found = list(_kinds(principals))
    if not found or not principals.is_whole:
        return
    for action, place in statement.literals("Action"):
        lower = action.lower()
        if lower not in {_BY_SAML, _BY_WEB, _BY_AWS}:
            continue
        wrong = [literal for literal, by in found if by != lower]
        if len(wrong) == len(found):
            words = f"{', '.join(wrong[:3])} cannot assume a role by {action}"
            report.add("MISMATCHED_ACTION_FOR_PRINCIPAL", place, words)


def _anywhere(statement: Statement, principals: Principals, report: Report) -> None:
    element = statement.actions
    if element is None or not element.is_told:
        return
    written = {action.lower() for action, _ in element.literals}
    for service, place in principals.of("Service"):
        missing = [action for action in _ITS_ACTIONS if not written & {action.lower(), "sts:*", "*"}]
        if service == _ROLES_ANYWHERE and missing:
            words = f"Roles Anywhere also needs {' and '.join(missing)}"
            report.add("MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY", place, words)


def _open_id(statement: Statement, provider: str, place: Place, report: Report) -> None:
    found = _OIDC.fullmatch(provider)
    name = found["name"] if found is not None else provider if _DOMAIN.fullmatch(provider) else None
    if name is None or not statement.is_whole:
        return
    prefix = name.lower() + ":"
    if name.lower() == _GITHUB:
        _github(statement, place, report)
    elif not any(key.startswith(prefix) for key in statement.keys):
        words = f"{name} may let anybody who has an account there assume the role"
        report.add("MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL", place, words)


def _github(statement: Statement, place: Place, report: Report) -> None:
    subjects = [each for each in statement.conditions if each.name in {f"{_GITHUB}:sub", f"{_GITHUB}:repository"}]
    if not subjects:
        words = "every repository on GitHub can assume the role"
        report.add("MISSING_GITHUB_REPO_CONDITION_KEY", place, words)
    for condition in subjects:
        for literal, where in condition.literals:
            if condition.name.endswith(":sub") and "*" in literal and condition.how and "Like" in condition.how.base:
                words = f"{literal!r} stands for more than one branch or repository"
                report.add("SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED", where, words)


def _sessions(principals: Principals, report: Report) -> None:
    roles = {literal for literal, _ in principals.of("AWS") if ":role/" in literal}
    for literal, place in principals.of("AWS"):
        found = _SESSION.fullmatch(literal)
        if found is None:
            continue
        start = f"arn:{found['partition']}:iam::{found['account']}:role/"
        parent = next((role for role in roles if role.startswith(start) and role.endswith(found["role"])), None)
        if parent is not None and parent.rpartition("/")[2] == found["role"]:
            report.add("REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY", place, f"{parent} covers {literal}")


def _audience(statement: Statement, report: Report) -> None:
    for condition in statement.conditions:
        if condition.name.endswith(":aud") and condition.how is not None and condition.how.prefix:
            words = f"{condition.operator} stands for {condition.key}, which mostly has one value"
            report.add("CONFIRM_AUDIENCE_CLAIM_TYPE", condition.place, words)
