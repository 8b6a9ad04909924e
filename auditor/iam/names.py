"""Names that policies and resources go by: of the IAM API, of CloudFormation and of Terraform.

Sources: https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoNewAccess.html,
https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoPublicAccess.html
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.iam.organization import Control
    from auditor.iam.sets.kind import Kind

_IDENTITY = frozenset({
    "identity", "managed", "inline", "customer_managed", "aws_managed", "boundary", "permissions_boundary",
    "permission_boundary", "pb", "session", "scp", "service_control", "user", "role", "group",
    "aws_iam_policy", "aws_iam_user_policy", "aws_iam_role_policy", "aws_iam_group_policy",
    "aws_iam_user", "aws_iam_group", "aws_ssoadmin_permission_set_inline_policy", "aws_organizations_policy",
    "aws_iot_policy",
    "aws::iam::policy", "aws::iam::managedpolicy", "aws::iam::userpolicy", "aws::iam::rolepolicy",
    "aws::iam::grouppolicy", "aws::iam::user", "aws::iam::group", "aws::sso::permissionset",
    "aws::organizations::policy", "aws::iot::policy",
})  # fmt: skip
_RESOURCE = frozenset({
    "resource", "resource_based", "trust", "role_trust", "assume_role", "rcp", "resource_control", "endpoint", "vpce",
    "vpc_endpoint", "bucket", "topic", "queue", "key",
})  # fmt: skip
_CONTROLS = {
    "scp": "service", "service_control": "service", "rcp": "resource", "resource_control": "resource",
    "aws_organizations_policy": "either", "aws::organizations::policy": "either",
}  # fmt: skip
_OF_A_RESOURCE = re.compile(r"aws_[a-z0-9_]+|aws::[a-z0-9]+::[a-z0-9:]+")
_OF_EITHER = frozenset({"aws_iam_policy_document", "aws_organizations_policy", "aws::organizations::policy"})
"""Types of documents of any kind; what is in them tells which."""

_PREFIXES = {
    # First words of Terraform types, and services of CloudFormation types, where actions have another prefix.
    "api_gateway": "execute-api:",
    "apigateway": "execute-api:",
    "apigatewayv2": "execute-api:",
    "serverless_api": "execute-api:",
    "serverless_httpapi": "execute-api:",
    "iam": "sts:",
    "iam_policy": "",
    "efs": "elasticfilesystem:",
    "opensearch": "es:",
    "opensearchservice": "es:",
    "elasticsearch": "es:",
    "cloudwatch_event": "events:",
    "cloudwatch_log": "logs:",
    "sesv2": "ses:",
    "media_store": "mediastore:",
    "s3_glacier": "glacier:",
    "s3control": "s3:",
    "s3control_bucket": "s3-outposts:",
    "s3control_object": "s3-object-lambda:",
    "s3objectlambda": "s3-object-lambda:",
    "vpclattice_auth": "vpc-lattice-svcs:",
    "vpclattice_authpolicy": "vpc-lattice-svcs:",
    # What scans ask about, so that they need not load the names of all services.
    "kms": "kms:",
    "lambda": "lambda:",
    "s3": "s3:",
    "ses": "ses:",
    "sns": "sns:",
    "sqs": "sqs:",
    # The policy of an endpoint is about the actions of all services behind it.
    "vpc_endpoint": "",
    "ec2_vpcendpoint": "",
}


def kind_of(policy_type: str) -> "Kind | None":
    """Whether policies of a type name principals; None for a type that is not known.

    Args:
        policy_type: ``IDENTITY_POLICY``, ``identityPolicy``, ``resource``, ``AWS::SNS::TopicPolicy``,
            ``aws_sns_topic_policy`` …
    """
    from auditor.iam.sets.kind import Kind

    name = _one_spelling(policy_type)
    if name == "aws_iam_policy_document":
        return None
    if name in _IDENTITY:
        return Kind.IDENTITY
    if _OF_A_RESOURCE.fullmatch(name):
        return Kind.RESOURCE
    bare = name.removesuffix("_document").removesuffix("_policy")
    if bare in _IDENTITY:
        return Kind.IDENTITY
    return Kind.RESOURCE if bare in _RESOURCE else None


def is_of_either(policy_type: str) -> bool:
    """Whether what is in a policy of a type tells whether it is one that names principals."""
    return policy_type.strip().lower() in _OF_EITHER


def control_of(policy_type: str) -> "Control | None":
    """Which control policies of an organization a type means; None for other types."""
    name = _one_spelling(policy_type)
    found = _CONTROLS.get(name.removesuffix("_document").removesuffix("_policy"), _CONTROLS.get(name))
    if found is None:
        return None
    from auditor.iam.organization import Control

    return Control(found)


def _one_spelling(policy_type: str) -> str:
    """A type in small letters, with one underline between words."""
    name = policy_type.strip()
    if "::" not in name:
        name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[\s_-]+", "_", name.lower())


def action_prefix(resource_type: str) -> str:
    """The prefix of the actions that a policy on a resource of a type can give; empty when that is not known.

    Args:
        resource_type: ``AWS::SNS::Topic``, ``aws_sns_topic_policy`` …
    """
    name = resource_type.strip().lower()
    words = name.removeprefix("aws::").split("::") if name.startswith("aws::") else name.removeprefix("aws_").split("_")
    if not _OF_A_RESOURCE.fullmatch(name):
        return ""
    for size in (2, 1):
        known = _PREFIXES.get("_".join(words[:size]))
        if known is not None:
            return known
    return _services().get(words[0], "")


@cache
def _services() -> Mapping[str, str]:
    """Prefixes by the names of services without hyphens, as types have them."""
    from auditor.iam.database import services

    return {service.replace("-", ""): f"{service}:" for service in services()}
