"""Where services depart from the general order of evaluation.

Sources: https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html,
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html,
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from auditor.iam.request import Kind, Request
from auditor.model import arn as arns
from auditor.model.known import Known, Truth, Unknown
from auditor.model.text import Text

_TRUST_ACTIONS = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:setcontext",
        "sts:tagsession",
        "sts:setsourceidentity",
    }
)
_ALIAS_ACTIONS = frozenset({"kms:createalias", "kms:updatealias", "kms:deletealias"})
_SERVICE_ROLES = "role/aws-service-role/"
_READS = ("iam:get", "iam:list", "iam:generate", "iam:simulate")


def always_allowed(request: Request) -> bool:
    """Whether an action needs no permission and cannot be denied."""
    return request.action.lower() == "sts:getcalleridentity"


def owner_must_be_named(request: Request) -> Truth:
    """Whether the resource policy must allow even callers of the same account: KMS keys and role trust."""
    action = request.action.lower()
    if action in _TRUST_ACTIONS:
        return Truth.TRUE
    if not action.startswith("kms:"):
        return Truth.FALSE
    parts = arns.parse(request.resource)
    if isinstance(parts, Unknown):
        return Truth.FALSE if request.resource.literal == "*" else Truth.UNKNOWN
    # An alias stands for its key, but for the actions on aliases themselves.
    if action in _ALIAS_ACTIONS:
        return parts.value.resource.startswith("key/")
    return Truth.TRUE


def never_allowed(request: Request) -> bool:
    """Whether AWS lets nobody change the resource: its own managed policies, reserved roles and key aliases."""
    action = request.action.lower()
    literal = request.resource.literal
    if literal is None:
        return False
    resource = literal.split(":", 5)
    if len(resource) != 6:
        return False
    if action.startswith("kms:") and resource[5].startswith("alias/aws/"):
        return action in _ALIAS_ACTIONS
    if not action.startswith("iam:") or action.startswith(_READS):
        return False
    if resource[4] == "aws" and resource[5].startswith("policy/"):
        return action.endswith(("policy", "policyversion")) and not action.startswith(("iam:attach", "iam:detach"))
    return resource[5].startswith("role/aws-reserved/") and action != "iam:passrole"


def service_linked(request: Request) -> Truth:
    """Whether the caller acts as a role of an AWS service, which no policy of an organization limits.

    The ARN of a role has a path that AWS keeps for them. That of a session has none: ``aws:PrincipalArn`` tells, else
    the name, which AWS gives such roles, makes it possible.
    """
    who = request.caller
    if who.kind not in {Kind.ROLE, Kind.SESSION} or who.arn is None:
        return Truth.FALSE
    named = _first_of_resource(who.arn)
    if who.kind is Kind.ROLE:
        return Truth.of(named.startswith(_SERVICE_ROLES))
    if not named.startswith("assumed-role/AWSServiceRoleFor"):
        return Truth.FALSE
    told = request.value("aws:PrincipalArn")
    if isinstance(told, tuple) and len(told) == 1:
        return Truth.of(_first_of_resource(told[0]).startswith(_SERVICE_ROLES))
    return Truth.UNKNOWN


def _first_of_resource(arn: Text) -> str:
    """The beginning of the resource part of an ARN, up to a symbol or hole."""
    parts = arns.parse(arn)
    first = parts.value.resource.parts[:1] if isinstance(parts, Known) else ()
    return first[0] if first and isinstance(first[0], str) else ""
