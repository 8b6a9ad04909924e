"""The least IAM policy that lets a collection read everything it asks for."""

from auditor.sources.aws.operations import READS, action

# AWS needs no permission for it: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
_FREE = {"sts:GetCallerIdentity"}


def actions() -> tuple[str, ...]:
    """The IAM actions, sorted."""
    return tuple(sorted({action(service, api) for service, names in READS.items() for api in names} - _FREE))


def policy() -> dict[str, object]:
    """The policy document as JSON data.

    It has no wildcard action, so it gives no access to messages, contacts or suppressed addresses. The resource is
    ``*``, because half of the operations list or have no resource type; so it holds in every partition.
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "ReadMessagingConfiguration", "Effect": "Allow", "Action": list(actions()), "Resource": "*"}
        ],
    }
