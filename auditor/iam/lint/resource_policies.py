"""What the policies of resources can be about: the service of the resource, and the actions that they can give.

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html (actions
of topic policies), https://docs.aws.amazon.com/ses/latest/dg/sending-authorization-policies.html (of identities),
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Mapping
from types import MappingProxyType

SERVICES: Mapping[str, str] = MappingProxyType(
    {
        "AWS::SNS::Topic": "sns",
        "AWS::SES::EmailIdentity": "ses",
        "AWS::SQS::Queue": "sqs",
        "AWS::S3::Bucket": "s3",
        "AWS::KMS::Key": "kms",
        "AWS::Lambda::Function": "lambda",
        "AWS::SecretsManager::Secret": "secretsmanager",
        "AWS::ECR::Repository": "ecr",
        "AWS::EFS::FileSystem": "elasticfilesystem",
        "AWS::DynamoDB::Table": "dynamodb",
        "AWS::Kinesis::Stream": "kinesis",
        "AWS::Events::EventBus": "events",
        "AWS::CloudTrail::EventDataStore": "cloudtrail",
        "AWS::Backup::BackupVault": "backup",
    }
)
"""Resource types by CloudFormation name to the service whose actions and ARNs their policies hold."""

ACTIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "AWS::SNS::Topic": frozenset(
            {
                *("sns:addpermission", "sns:deletetopic", "sns:getdataprotectionpolicy", "sns:gettopicattributes"),
                *("sns:listsubscriptionsbytopic", "sns:listtagsforresource", "sns:publish", "sns:receive"),
                *("sns:putdataprotectionpolicy", "sns:removepermission", "sns:settopicattributes", "sns:subscribe"),
            }
        ),
        "AWS::SES::EmailIdentity": frozenset(
            {
                *("ses:sendemail", "ses:sendrawemail", "ses:sendtemplatedemail", "ses:sendbulktemplatedemail"),
                *("ses:sendbulkemail", "ses:sendcustomverificationemail", "ses:sendbounce"),
            }
        ),
    }
)
"""The actions, in lower case, that policies of a resource can give, where its service takes no others."""

TRUST, ENDPOINT = "AWS::IAM::AssumeRolePolicyDocument", "AWS::EC2::VPCEndpoint"

_TERRAFORM = {
    "aws_backup_vault": "AWS::Backup::BackupVault",
    "aws_cloudtrail_event_data_store": "AWS::CloudTrail::EventDataStore",
    "aws_cloudwatch_event_bus": "AWS::Events::EventBus",
    "aws_dynamodb": "AWS::DynamoDB::Table",
    "aws_dynamodb_table": "AWS::DynamoDB::Table",
    "aws_ecr_repository": "AWS::ECR::Repository",
    "aws_efs_file_system": "AWS::EFS::FileSystem",
    "aws_iam_role": TRUST,
    "aws_kinesis": "AWS::Kinesis::Stream",
    "aws_kinesis_stream": "AWS::Kinesis::Stream",
    "aws_kms_key": "AWS::KMS::Key",
    "aws_lambda_function": "AWS::Lambda::Function",
    "aws_lambda_permission": "AWS::Lambda::Function",
    "aws_s3_bucket": "AWS::S3::Bucket",
    "aws_secretsmanager_secret": "AWS::SecretsManager::Secret",
    "aws_ses_domain_identity": "AWS::SES::EmailIdentity",
    "aws_ses_email_identity": "AWS::SES::EmailIdentity",
    "aws_ses_identity": "AWS::SES::EmailIdentity",
    "aws_sesv2_email_identity": "AWS::SES::EmailIdentity",
    "aws_sns_topic": "AWS::SNS::Topic",
    "aws_sqs_queue": "AWS::SQS::Queue",
    "aws_vpc_endpoint": ENDPOINT,
}
_POLICIES = {
    "AWS::Events::EventBusPolicy": "AWS::Events::EventBus",
    "AWS::IAM::Role": TRUST,
    "AWS::Lambda::Permission": "AWS::Lambda::Function",
    "AWS::S3::BucketPolicy": "AWS::S3::Bucket",
    "AWS::SNS::TopicInlinePolicy": "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy": "AWS::SNS::Topic",
    "AWS::SQS::QueueInlinePolicy": "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy": "AWS::SQS::Queue",
    "AWS::SecretsManager::ResourcePolicy": "AWS::SecretsManager::Secret",
}


def canonical(name: str) -> str:
    """The CloudFormation name of a resource type, from that of its policy or from Terraform's."""
    resource = name.removesuffix("_policy").removesuffix("_resource")
    return _TERRAFORM.get(resource, _POLICIES.get(name, name))
