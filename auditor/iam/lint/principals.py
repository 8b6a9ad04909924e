"""Family "principals": whether principals are written as AWS takes them, and whether they let in everybody.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import re
from functools import lru_cache

from auditor.iam.lint.kinds import PolicyType
from auditor.iam.lint.report import Report
from auditor.iam.lint.view import Place, Policy, Statement

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_UNIQUE_ID = re.compile(r"A[A-Z0-9]{15,127}", re.ASCII)
_SERVICE = re.compile(r"[a-z0-9][a-z0-9.-]*\.(?:amazonaws\.com(?:\.cn)?|amazon\.com|aws\.internal|aws)", re.ASCII)
_ARN = re.compile(
    r"arn:aws[a-z-]*:(?:iam::(?:\d{12}|cloudfront):(?:root|(?:user|role)/.+)"
    r"|sts::\d{12}:(?:assumed-role/[^/]+/.+|federated-user/.+|self))",
    re.ASCII | re.DOTALL,
)
_ROLE, _USER = "AROA", "AIDA"


def check(policy: Policy, report: Report) -> None:
    """Look at every principal that is told."""
    if policy.type.is_of_principal:
        return
    for statement in policy.statements:
        for principals in statement.principals.values():
            for named in principals.items:
                literal = named.item.literal
                if literal is not None:
                    _value(named.kind, literal, named.item.place, report)
            if policy.type is not PolicyType.TRUST:
                for provider, place in principals.of("Federated"):
                    words = f"the identity provider {provider} stands in a policy that is no trust policy"
                    report.add("FEDERATED_PRINCIPAL_NOT_SUPPORTED", place, words)
        if statement.allows:
            _breadth(policy, statement, report)


def _value(kind: str, literal: str, place: Place, report: Report) -> None:
    fault = _fault(kind, literal)
    if fault is not None:
        report.add(fault[0], place, fault[1])


@lru_cache(maxsize=8192)
def _fault(kind: str, literal: str) -> tuple[str, str] | None:
    """Code and message of what is wrong with a principal."""
    if kind == "*" or (kind == "AWS" and literal == "*") or "${" in literal:
        return None
    if "*" in literal or "?" in literal:
        return "UNSUPPORTED_WILDCARD_IN_PRINCIPAL", f"a wildcard stands in the {kind} principal {literal}"
    if kind == "Service" and _SERVICE.fullmatch(literal) is None:
        return "INVALID_SERVICE_PRINCIPAL_FORMAT", f"{literal!r} is not written as a service principal"
    if kind != "AWS" or _ACCOUNT.fullmatch(literal) or _ARN.fullmatch(literal):
        return None
    if _UNIQUE_ID.fullmatch(literal) is None:
        return "invalid-aws-principal", f"{literal!r} is no AWS principal"
    if literal.startswith(_ROLE):
        return "INVALID_ROLE_REFERENCE", f"{literal} is the unique id of a role"
    if literal.startswith(_USER):
        return "INVALID_USER_REFERENCE", f"{literal} is the unique id of a user"
    return None


def _breadth(policy: Policy, statement: Statement, report: Report) -> None:
    if "NotPrincipal" in statement.names:
        words = "everybody but the principals of NotPrincipal is let in, strangers too"
        report.add("ALLOW_WITH_NOT_PRINCIPAL", statement.names["NotPrincipal"], words)
    if policy.type not in {PolicyType.RESOURCE, PolicyType.TRUST} or not statement.lacks("Condition"):
        return
    for named in statement.named("Principal"):
        is_star = named.kind == "*" and policy.type is PolicyType.RESOURCE
        if is_star or (named.kind == "AWS" and named.item.literal == "*"):
            report.add("allow-everybody", named.item.place, "everybody is let in, without a condition")
