"""The read operations that a collection may send: the only table of them.

The clients refuse every operation that is not here, and the IAM policy that the collector needs is made from it.
"""

from collections.abc import Mapping

READS: Mapping[str, tuple[str, ...]] = {
    "sts": ("GetCallerIdentity",),
    "sesv2": (
        "GetAccount",
        "GetConfigurationSet",
        "GetConfigurationSetEventDestinations",
        "GetEmailIdentity",
        "ListConfigurationSets",
        "ListEmailIdentities",
    ),
    "ses": (
        "DescribeActiveReceiptRuleSet",
        "GetIdentityNotificationAttributes",
        "ListReceiptRuleSets",
    ),
    "sns": (
        "GetSubscriptionAttributes",
        "GetTopicAttributes",
        "ListSubscriptions",
        "ListSubscriptionsByTopic",
        "ListTopics",
    ),
    "iam": (
        "GetAccessKeyLastUsed",
        "GetAccountAuthorizationDetails",
        "GetLoginProfile",
        "ListAccessKeys",
    ),
    "kms": ("DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListAliases"),
    "sqs": ("GetQueueAttributes", "GetQueueUrl"),
    "lambda": ("GetFunctionConfiguration", "GetPolicy"),
    "cloudwatch": ("DescribeAlarms",),
}
"""Service as boto3 names it to the operations of its API."""

USAGE_READS: Mapping[str, tuple[str, ...]] = {"cloudwatch": ("GetMetricData",)}
"""What a collection sends beside these when it is asked to measure usage, which costs money."""

LAST_ACCESSED_READS: Mapping[str, tuple[str, ...]] = {
    "iam": ("GenerateServiceLastAccessedDetails", "GetServiceLastAccessedDetails")
}
"""What is sent to learn what a principal used; the first one makes IAM write a report and changes nothing else."""

# Where the prefix of the IAM action is not boto3's name of the service. Both versions of the SES API share one.
_PREFIXES = {"sesv2": "ses"}


def action(service: str, api: str) -> str:
    """The IAM action that an operation needs, which is also its name in the coverage table."""
    return f"{_PREFIXES.get(service, service)}:{api}"


def is_read(service: str, api: str) -> bool:
    """Whether a collection may send the operation."""
    return any(api in table.get(service, ()) for table in (READS, USAGE_READS, LAST_ACCESSED_READS))
