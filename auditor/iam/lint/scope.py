"""Family "scope": what the kind of policy allows to stand in it.

Service control policies take the whole language since 19 September 2025, so nothing but a Principal is wrong in them.

Sources: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html,
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html,
https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
"""

from auditor.iam import database
from auditor.iam.elements import VARIABLES
from auditor.iam.lint.kinds import PolicyType
from auditor.iam.lint.known import date_of_database, known_services
from auditor.iam.lint.report import Report
from auditor.iam.lint.resource_policies import ACTIONS, SERVICES
from auditor.iam.lint.view import Policy, Statement

_ABOUT_ITSELF = frozenset({"s3:resourceaccount", "aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths"})


def check(policy: Policy, report: Report) -> None:
    """Look for what the kind of policy does not take."""
    match policy.type:
        case PolicyType.RCP:
            _rcp(policy, report)
        case PolicyType.TRUST:
            for statement in policy.statements:
                _trust(statement, report)
        case PolicyType.ENDPOINT:
            for statement in policy.statements:
                _endpoint(statement, report)
        case PolicyType.RESOURCE:
            for statement in policy.statements:
                _resource(policy.resource_type, statement, report)
        case _:
            for statement in policy.statements:
                _without_principal(policy.type, statement, report)


def _without_principal(kind: PolicyType, statement: Statement, report: Report) -> None:
    code = "SCP_SYNTAX_ERROR_PRINCIPAL" if kind is PolicyType.SCP else "UNSUPPORTED_PRINCIPAL"
    for name in ("Principal", "NotPrincipal"):
        if name in statement.names:
            report.add(code, statement.names[name], f"a policy of this kind ({kind}) has no {name}")


def _rcp(policy: Policy, report: Report) -> None:
    if policy.version_is_told and policy.version != VARIABLES:
        report.add("rcp-syntax-error-version", policy.place, f"the Version is not {VARIABLES}")
    for statement in policy.statements:
        if statement.allows and not _is_full_access(statement):
            report.add("RCP_SYNTAX_ERROR_ALLOW", statement.place_of("Effect"), "Effect is Allow")
        if "NotAction" in statement.names:
            report.add("RCP_SYNTAX_ERROR_NOTACTION", statement.names["NotAction"], "NotAction stands in it")
        if "NotPrincipal" in statement.names:
            report.add("RCP_SYNTAX_ERROR_PRINCIPAL", statement.names["NotPrincipal"], "NotPrincipal stands in it")
        _rcp_principal(statement, report)
        if not statement.allows:
            _rcp_actions(statement, report)


def _is_full_access(statement: Statement) -> bool:
    """Whether it is the statement of RCPFullAWSAccess."""
    elements = (statement.actions, statement.resources)
    return "Condition" not in statement.names and all(
        element is not None and [text for text, _ in element.literals] == ["*"] for element in elements
    )


def _rcp_principal(statement: Statement, report: Report) -> None:
    if statement.lacks("Principal"):
        report.add("RCP_SYNTAX_ERROR_PRINCIPAL", statement.place, "there is no Principal *")
    for named in statement.named("Principal"):
        literal = named.item.literal
        if literal is not None and (literal != "*" or named.kind not in {"*", "AWS"}):
            report.add("RCP_SYNTAX_ERROR_PRINCIPAL", named.item.place, f"the Principal is {literal}, not *")


def _rcp_actions(statement: Statement, report: Report) -> None:
    for action, place in statement.literals("Action"):
        service = action.partition(":")[0]
        if action == "*":
            report.add("RCP_SYNTAX_ERROR_ACTION", place, "the action is *, which is no action of one service")
        elif service.lower() in known_services() and not database.supports_rcp(service):
            words = f"resource control policies do not reach {service} (as of {date_of_database()})"
            report.add("RCP_SYNTAX_ERROR_ACTION", place, words)


def _trust(statement: Statement, report: Report) -> None:
    for name in ("Resource", "NotResource"):
        if name in statement.names:
            report.add("ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", statement.names[name], f"{name} stands in it")
    if "NotPrincipal" in statement.names:
        words = "NotPrincipal stands in it"
        report.add("ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL", statement.names["NotPrincipal"], words)
    for named in statement.named("Principal"):
        if named.kind == "*":
            code = "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL"
            report.add(code, named.item.place, "the Principal is *")
    for action, place in statement.literals("Action"):
        prefix, colon, _ = action.partition(":")
        if colon and prefix.lower() != "sts" and prefix.lower() in known_services():
            report.add("UNSUPPORTED_ACTION_IN_POLICY", place, f"trust policies cannot give {action}")


def _endpoint(statement: Statement, report: Report) -> None:
    for named in statement.named("Principal"):
        literal = named.item.literal
        if literal is not None and literal != "*":
            report.add("endpoint-principal-not-everybody", named.item.place, f"the Principal is {literal}, not *")


def _resource(resource_type: str, statement: Statement, report: Report) -> None:
    service = SERVICES.get(resource_type)
    if service is None:
        return
    _of_service(resource_type, service, statement, report)
    for condition in statement.conditions:
        if condition.name in _ABOUT_ITSELF:
            words = f"{condition.key} is about the resource that has the policy"
            report.add("IRRELEVANT_CONDITION_KEY_IN_POLICY", condition.place, words)


def _of_service(resource_type: str, service: str, statement: Statement, report: Report) -> None:
    possible = ACTIONS.get(resource_type)
    for action, place in statement.literals("Action"):
        prefix, colon, name = action.lower().partition(":")
        if not colon:
            continue
        plain = "*" not in name and "?" not in name
        if prefix != service or (possible is not None and plain and action.lower() not in possible):
            words = f"policies of {resource_type} cannot give {action}"
            report.add("UNSUPPORTED_ACTION_IN_POLICY", place, words)
    for arn, place in statement.literals("Resource"):
        fields = arn.split(":", 5)
        if len(fields) == 6 and fields[2] != service and not _WILD & set(fields[2]):
            words = f"{arn} is no {resource_type}"
            report.add("UNSUPPORTED_RESOURCE_ARN_IN_POLICY", place, words)


_WILD = frozenset("*?$")
