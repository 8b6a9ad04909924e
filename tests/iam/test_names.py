import pytest

from auditor.iam.names import action_prefix, kind_of
from auditor.iam.sets.kind import Kind

IDENTITY = [
    "identity",
    "IDENTITY_POLICY",
    "identityPolicy",
    "IdentityPolicy",
    "identity-policy",
    "managed_policy",
    "inline",
    "SERVICE_CONTROL_POLICY",
    "scp",
    "sessionPolicy",
    "permissionsBoundary",
    "permission_boundary",
    "pb",
    "RolePolicy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::RolePolicy",
    "AWS::SSO::PermissionSet",
    "AWS::IoT::Policy",
    "aws_iam_role_policy",
    "aws_iam_policy",
    "aws_organizations_policy",
]
RESOURCE = [
    "resource",
    "RESOURCE_POLICY",
    "resourcePolicy",
    "resource-based",
    "trust-policy",
    "AssumeRolePolicyDocument",
    "assume_role_policy",
    "rcp",
    "RESOURCE_CONTROL_POLICY",
    "vpce",
    "endpointPolicy",
    "AWS::IAM::Role",
    "AWS::IAM::AssumeRolePolicyDocument",
    "AWS::SNS::Topic",
    "AWS::S3::BucketPolicy",
    "aws_sns_topic_policy",
    "aws_iam_role",
    "aws_kms_key",
    "aws_vpc_endpoint_policy",
]


@pytest.mark.parametrize(
    ("written", "kind"), [*((each, Kind.IDENTITY) for each in IDENTITY), *((each, Kind.RESOURCE) for each in RESOURCE)]
)
def test_a_policy_goes_by_the_names_of_apis_and_templates(written: str, kind: Kind) -> None:
    assert kind_of(written) is kind
    assert kind_of(f" {written} ") is kind


@pytest.mark.parametrize("written", ["", "policy", "nonsense", "aws_iam_policy_document", "AWS::SNS", "s3:GetObject"])
def test_a_name_that_does_not_tell_the_kind_is_not_guessed_at(written: str) -> None:
    assert kind_of(written) is None


@pytest.mark.parametrize(
    ("written", "prefix"),
    [
        ("AWS::SNS::Topic", "sns:"),
        ("aws_sns_topic_policy", "sns:"),
        ("AWS::IAM::AssumeRolePolicyDocument", "sts:"),
        ("AWS::EFS::FileSystem", "elasticfilesystem:"),
        ("AWS::OpenSearchService::Domain", "es:"),
        ("AWS::ApiGateway::RestApi", "execute-api:"),
        ("AWS::S3::Glacier", "glacier:"),
        ("AWS::S3::AccessPoint", "s3:"),
        ("AWS::S3Outposts::Bucket", "s3-outposts:"),
        ("aws_s3control_bucket_policy", "s3-outposts:"),
        ("AWS::S3Express::DirectoryBucket", "s3express:"),
        ("AWS::ACMPCA::CertificateAuthority", "acm-pca:"),
        ("aws_ecrpublic_repository_policy", "ecr-public:"),
        ("aws_cloudwatch_log_resource_policy", "logs:"),
        ("AWS::VpcLattice::AuthPolicy", "vpc-lattice-svcs:"),
        # Their policies are about the actions of all services.
        ("AWS::EC2::VPCEndpoint", ""),
        ("aws_vpc_endpoint_policy", ""),
        ("aws_iam_policy_document", ""),
        ("something else", ""),
    ],
)
def test_the_actions_that_a_resource_has_begin_with_its_service(written: str, prefix: str) -> None:
    assert action_prefix(written) == prefix
