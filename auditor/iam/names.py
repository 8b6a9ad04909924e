"""Names that policies and resources go by: of the IAM API, of CloudFormation and of Terraform.

Sources: https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoNewAccess.html,
https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoPublicAccess.html
"""

import re

from auditor.iam.sets.kind import Kind

_IDENTITY = frozenset({
    "identity", "identity_policy", "managed", "inline", "boundary", "permissions_boundary", "session", "session_policy",
    "scp", "service_control_policy",
    "aws_iam_policy", "aws_iam_user_policy", "aws_iam_role_policy", "aws_iam_group_policy",
    "aws_iam_user", "aws_iam_group", "aws_ssoadmin_permission_set_inline_policy", "aws_organizations_policy",
    "aws::iam::policy", "aws::iam::managedpolicy", "aws::iam::userpolicy", "aws::iam::rolepolicy",
    "aws::iam::grouppolicy", "aws::iam::user", "aws::iam::group", "aws::sso::permissionset",
    "aws::organizations::policy",
})  # fmt: skip
_RESOURCE = frozenset({
    "resource", "resource_policy", "trust", "trust_policy", "assume_role_policy", "rcp", "resource_control_policy",
    "endpoint", "vpce", "endpoint_policy", "aws_iam_role", "aws::iam::role", "aws::iam::assumerolepolicydocument",
})  # fmt: skip
_OF_A_RESOURCE = re.compile(r"aws_[a-z0-9_]+|aws::[a-z0-9]+::[a-z0-9:]+")

_PREFIXES = {
    # First words of Terraform types, and services of CloudFormation types, where actions have another prefix.
    "api_gateway": "execute-api:",
    "apigateway": "execute-api:",
    "iam": "sts:",
    "efs": "elasticfilesystem:",
    "ecr": "ecr:",
    "opensearch": "es:",
    "opensearchservice": "es:",
    "elasticsearch": "es:",
    "cloudwatch_event": "events:",
    "cloudwatch_log": "logs:",
    "sesv2": "ses:",
    "lambda": "lambda:",
    "s3_bucket": "s3:",
    "s3_access_point": "s3:",
    "secretsmanager": "secretsmanager:",
    "glacier": "glacier:",
    "media_store": "mediastore:",
    "sns_topic": "sns:",
    "sqs_queue": "sqs:",
    "kms": "kms:",
}


def kind_of(policy_type: str) -> Kind | None:
    """Whether policies of a type name principals; None for a type that is not known.

    Args:
        policy_type: ``IDENTITY_POLICY``, ``resource``, ``AWS::SNS::TopicPolicy``, ``aws_sns_topic_policy`` …
    """
    name = re.sub(r"[\s-]+", "_", policy_type.strip().lower())
    if name in _IDENTITY:
        return Kind.IDENTITY
    return Kind.RESOURCE if name in _RESOURCE or _OF_A_RESOURCE.fullmatch(name) else None


def action_prefix(resource_type: str) -> str:
    """The prefix of the actions that a policy on a resource of a type can give; empty when that is not known.

    Args:
        resource_type: ``AWS::SNS::Topic``, ``aws_sns_topic_policy`` …
    """
    from auditor.iam.database import services

    name = resource_type.strip().lower()
    words = name.removeprefix("aws::").split("::") if name.startswith("aws::") else name.removeprefix("aws_").split("_")
    if not _OF_A_RESOURCE.fullmatch(name):
        return ""
    for size in (2, 1):
        known = _PREFIXES.get("_".join(words[:size]))
        if known is not None:
            return known
    return f"{words[0]}:" if words[0] in services() else ""
