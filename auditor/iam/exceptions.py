"""Where services depart from the general order of evaluation.

Sources: https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html,
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

from auditor.iam.request import Request
from auditor.model import arn as arns
from auditor.model.known import Truth, Unknown

_TRUST_ACTIONS = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:tagsession",
        "sts:setsourceidentity",
    }
)
_ALIAS_ACTIONS = frozenset({"kms:createalias", "kms:updatealias", "kms:deletealias"})
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
