"""Which condition keys the requests for an action carry."""

import pytest

from auditor.iam.carried import carries


@pytest.mark.parametrize(
    ("action", "key", "found"),
    [
        ("iam:AttachUserPolicy", "iam:PolicyARN", True),
        ("iam:attachuserpolicy", "iam:policyarn", True),
        ("iam:CreateAccessKey", "iam:PolicyARN", False),
        ("iam:CreateAccessKey", "iam:PermissionsBoundary", False),
        ("iam:CreateAccessKey", "aws:SourceIp", True),
        ("iam:CreateAccessKey", "aws:PrincipalTag/team", True),
        ("iam:CreateAccessKey", "aws:ResourceTag/team", True),  # a key of the resource type
        ("iam:CreateAccessKey", "aws:RequestTag/team", False),
        ("iam:CreateUser", "aws:RequestTag/team", True),
        ("iam:AddUserToGroup", "iam:ResourceTag/team", False),
        ("sts:AssumeRole", "sts:ExternalId", True),
        ("kms:Decrypt", "kms:EncryptionContext:aws:cloudtrail:arn", True),
        ("secretsmanager:GetSecretValue", "secretsmanager:ResourceTag/aws:secretsmanager:owningService", True),
        ("lambda:CreateFunction", "sts:ExternalId", False),
        ("lambda:CreateFunction", "lambda:SourceFunctionArn", True),  # carried by all that a function asks for
        ("nothing:AtAll", "iam:PolicyARN", True),
        ("iam:CreateAccessKey", "iam:NotYetKnown", True),
    ],
)
def test_keys_of_requests(action: str, key: str, *, found: bool) -> None:
    assert carries(action, key) is found
