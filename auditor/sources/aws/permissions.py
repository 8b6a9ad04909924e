"""The least IAM policy that lets a collection read everything it asks for."""

from auditor.sources.aws.operations import LAST_ACCESSED_READS, READS, USAGE_READS, action

# AWS needs no permission for it: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
_FREE = {"sts:GetCallerIdentity"}


def actions(*, usage: bool = False, last_accessed: bool = False) -> tuple[str, ...]:
    """The IAM actions, sorted; with those that measure usage, and those that tell what a principal used."""
    tables = (READS, *((USAGE_READS,) if usage else ()), *((LAST_ACCESSED_READS,) if last_accessed else ()))
    needed = {action(service, api) for table in tables for service, names in table.items() for api in names}
    return tuple(sorted(needed - _FREE))


def policy(*, usage: bool = False, last_accessed: bool = False) -> dict[str, object]:
    """The policy document as JSON data, with what measures usage, and what tells what a principal used.

    It has no wildcard action, so it gives no access to messages, contacts or suppressed addresses. The resource is
    ``*``, because half of the operations list or have no resource type; so it holds in every partition.
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReadMessagingConfiguration",
                "Effect": "Allow",
                "Action": list(actions(usage=usage, last_accessed=last_accessed)),
                "Resource": "*",
            }
        ],
    }
