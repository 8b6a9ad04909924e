"""How often operations may be called, as AWS documents it.

All quotas are per account and Region. SES counts every operation of both API versions together, the others count each
operation for itself.
Sources:
    SES: https://docs.aws.amazon.com/ses/latest/dg/quotas.html (all actions but sending: one request per second)
    SNS: https://docs.aws.amazon.com/general/latest/gr/sns.html (lists: 30; attributes: 3,000 in us-east-1, 30 in the
        smallest Regions; the values between are not used here)
    KMS: https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html
    Lambda: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (control plane: 15)
    CloudWatch: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
    IAM and SQS publish none; theirs are chosen to stay out of the way of other users of the account.
"""

import msgspec


class Rate(msgspec.Struct, frozen=True):
    """Requests per second, and which calls share them."""

    shared_by: str
    per_second: float


_SES_PER_SECOND = 1.0
_ATTRIBUTES = {"sns:GetTopicAttributes", "sns:GetSubscriptionAttributes"}
_PER_SECOND = {
    "sns:GetTopicAttributes": 30.0,
    "sns:GetSubscriptionAttributes": 30.0,
    "sns:ListTopics": 30.0,
    "sns:ListSubscriptions": 30.0,
    "sns:ListSubscriptionsByTopic": 30.0,
    "kms:DescribeKey": 2000.0,
    "kms:GetKeyPolicy": 1000.0,
    "kms:GetKeyRotationStatus": 1000.0,
    "kms:ListAliases": 500.0,
    "lambda:GetPolicy": 15.0,
    "lambda:GetFunctionConfiguration": 15.0,
    "cloudwatch:DescribeAlarms": 9.0,
    "cloudwatch:GetMetricData": 50.0,
    "sqs:GetQueueUrl": 100.0,
    "sqs:GetQueueAttributes": 100.0,
    "sts:GetCallerIdentity": 100.0,
}
_IAM_PER_SECOND = 10.0


def rate(action: str, region: str) -> Rate:
    """The rate of an operation in a Region."""
    service = action.partition(":")[0]
    if service == "ses":
        return Rate("ses", _SES_PER_SECOND)
    if service == "iam":
        return Rate(action, _IAM_PER_SECOND)
    if action in _ATTRIBUTES and region == "us-east-1":
        return Rate(action, 3000.0)
    return Rate(action, _PER_SECOND[action])
