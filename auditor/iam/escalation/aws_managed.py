"""AWS managed policies that templates attach and do not hold: what the most common of them say.

Only those whose rights are all or nothing of the catalogue are here, as AWS documented them in November 2026; what they
are taken for is said as an assumption. Any other that the input does not hold stays unread.

Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

from functools import lru_cache

from auditor.iam.elements import Policy
from auditor.iam.escalation.written import saying
from auditor.model.text import Text

_LOGS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
_SAYS: dict[str, tuple[str, ...]] = {
    "AdministratorAccess": ("*",),
    "IAMFullAccess": ("iam:*",),
    "AmazonSESFullAccess": ("ses:*",),
    "AmazonSNSFullAccess": ("sns:*",),
    "AmazonSQSFullAccess": ("sqs:*",),
    "AWSXRayDaemonWriteAccess": ("xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSampling*"),
    "service-role/AWSLambdaBasicExecutionRole": _LOGS,
    "service-role/AWSLambdaVPCAccessExecutionRole": (
        *_LOGS,
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
    ),
    "service-role/AWSLambdaSQSQueueExecutionRole": (
        *_LOGS,
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
    ),
}
_MARK = ":iam::aws:policy/"


def documented(arn: Text) -> Policy | None:
    """What AWS documents of one of its policies; None for all that are not here."""
    _, mark, name = str(arn).partition(_MARK)
    return _parsed(name) if mark and name in _SAYS else None


def is_of_aws(arn: Text) -> bool:
    """Whether an ARN is that of a policy of AWS."""
    return _MARK in str(arn)


def name_of(arn: Text) -> str:
    """The name of an AWS managed policy, for people."""
    return str(arn).rpartition("/")[2]


@lru_cache(maxsize=64)
def _parsed(name: str) -> Policy:
    return saying({"Sid": "Documented", "Effect": "Allow", "Action": list(_SAYS[name]), "Resource": "*"})
