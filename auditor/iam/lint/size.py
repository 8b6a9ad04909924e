"""Family "size": whether a document is longer than what AWS keeps.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (identity, trust and session
policies), https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html (control policies),
https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html (endpoint policies), and for resources
https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html,
https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateEmailIdentityPolicy.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html and
https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html.
"""

import json
from collections.abc import Mapping as Table

from auditor.iam.lint.kinds import PolicyType
from auditor.iam.lint.report import Report
from auditor.iam.lint.view import Policy
from auditor.model.policy import Gap, Leaf, Mapping, Node, Sequence
from auditor.model.text import Text

_QUOTAS: Table[PolicyType, tuple[str, int]] = {
    PolicyType.IDENTITY: ("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", 6144),
    PolicyType.MANAGED: ("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", 6144),
    PolicyType.BOUNDARY: ("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", 6144),
    PolicyType.TRUST: ("POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA", 2048),
    PolicyType.SESSION: ("session-policy-size", 2048),
    PolicyType.SCP: ("POLICY_SIZE_EXCEEDS_SCP_QUOTA", 10240),
    PolicyType.RCP: ("POLICY_SIZE_EXCEEDS_RCP_QUOTA", 5120),
    PolicyType.ENDPOINT: ("endpoint-policy-size", 20480),
}
_RESOURCES: Table[str, int] = {
    "AWS::SNS::Topic": 30 * 1024,
    "AWS::SES::EmailIdentity": 4 * 1024,
    "AWS::SQS::Queue": 8 * 1024,
    "AWS::S3::Bucket": 20 * 1024,
    "AWS::KMS::Key": 32 * 1024,
    "AWS::Lambda::Function": 20 * 1024,
}


def check(policy: Policy, report: Report) -> None:
    """Compare the size with the quota of the kind of policy, or of the resource that has it."""
    if policy.size is None:
        return
    code, most = _QUOTAS.get(policy.type, ("POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA", 0))
    most = most or _RESOURCES.get(policy.resource_type, 0)
    if most and policy.size > most:
        words = f"the document has {policy.size:,} characters without white space, {most:,} are kept"
        report.add(code, policy.place, words)


def size_of(root: Node) -> int | None:
    """Characters of a document written as JSON without white space; None when not all of it is told."""
    total = 0
    pending = [root]
    while pending:
        node = pending.pop()
        match node:
            case Leaf(value=Text() as written):
                literal = written.literal
                if literal is None:
                    return None
                total += _length(literal)
            case Leaf(value=value):
                total += len(json.dumps(value))
            case Sequence(items=items, open=None):
                total += 2 + max(len(items) - 1, 0)
                pending.extend(items)
            case Mapping(entries=entries, open=None):
                total += 2 + len(entries) + max(len(entries) - 1, 0)
                for entry in entries:
                    key = entry.key.literal
                    if key is None:
                        return None
                    total += _length(key)
                    pending.append(entry.node)
            case Gap() | Sequence() | Mapping():
                return None
    return total


def _length(written: str) -> int:
    """Characters of a string in quotes."""
    return len(written) + 2 + written.count('"') + written.count("\\")
