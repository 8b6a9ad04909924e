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

_TERRAFORM = {
    "aws_sns_topic": "AWS::SNS::Topic",
    "aws_sns_topic_policy": "AWS::SNS::Topic",
    "aws_ses_identity_policy": "AWS::SES::EmailIdentity",
    "aws_sesv2_email_identity_policy": "AWS::SES::EmailIdentity",
    "aws_sqs_queue": "AWS::SQS::Queue",
    "aws_sqs_queue_policy": "AWS::SQS::Queue",
    "aws_s3_bucket_policy": "AWS::S3::Bucket",
    "aws_kms_key": "AWS::KMS::Key",
    "aws_kms_key_policy": "AWS::KMS::Key",
    "aws_lambda_permission": "AWS::Lambda::Function",
}
_POLICIES = {
    "AWS::SNS::TopicPolicy": "AWS::SNS::Topic",
    "AWS::SNS::TopicInlinePolicy": "AWS::SNS::Topic",
    "AWS::SQS::QueuePolicy": "AWS::SQS::Queue",
    "AWS::SQS::QueueInlinePolicy": "AWS::SQS::Queue",
    "AWS::S3::BucketPolicy": "AWS::S3::Bucket",
    "AWS::Lambda::Permission": "AWS::Lambda::Function",
}
TRUST, ENDPOINT = "AWS::IAM::AssumeRolePolicyDocument", "AWS::EC2::VPCEndpoint"


def canonical(name: str) -> str:
    """The CloudFormation name of a resource type, from that of its policy or from Terraform's."""
    return _TERRAFORM.get(name, _POLICIES.get(name, name))
