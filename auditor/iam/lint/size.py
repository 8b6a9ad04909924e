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
from functools import lru_cache

from auditor.iam.lint.kinds import PolicyType
from auditor.iam.lint.report import Report
from auditor.iam.lint.view import Policy
from auditor.model.policy import Gap, Leaf, Node, Sequence
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
        if isinstance(node, Leaf):
            length = _length(node.value) if isinstance(node.value, Text) else len(json.dumps(node.value))
            if length is None:
                return None
            total += length
        elif isinstance(node, Gap) or node.open is not None:
            return None
        elif isinstance(node, Sequence):
            total += 2 + max(len(node.items) - 1, 0)
            pending.extend(node.items)
        else:
            total += 2 + len(node.entries) + max(len(node.entries) - 1, 0)
            for entry in node.entries:
                length = _length(entry.key)
                if length is None:
                    return None
                total += length
                pending.append(entry.node)
    return total


@lru_cache(maxsize=32768)
def _length(written: Text) -> int | None:
    """Characters of a string in quotes; None when it is not told."""
    literal = written.literal
    return None if literal is None else len(literal) + 2 + literal.count('"') + literal.count("\\")
