"""How the name, the ARN and the attributes of each resource type are made.

Source: the "Return values" of each type in
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
and https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from typing import NamedTuple


class Shape(NamedTuple):
    """How a type's name, ARN and attributes are made.

    Patterns hold ``{name}``, ``{path}`` (of IAM), ``{arn}``, ``{partition}``, ``{region}``, ``{account}``,
    ``{suffix}`` (the URL suffix) and ``{function}`` (the ARN of the function that the property FunctionName names); a
    placeholder that begins with a capital is the text of that property.

    Attributes:
        name: property that holds the name.
        arn: pattern of the ARN.
        ref: pattern of what ``Ref`` gives.
        attributes: pattern of each attribute; those that are not here are symbols.
        generated: what a name that is not told is called; the name property by default.
    """

    name: str | None
    arn: str | None = None
    ref: str = "{name}"
    attributes: dict[str, str] = {}  # noqa: RUF012 - a NamedTuple's default is never changed
    generated: str | None = None


_ARN = {"Arn": "{arn}"}


def _regional(service: str, resource: str) -> str:
    return f"arn:{{partition}}:{service}:{{region}}:{{account}}:{resource}"


def _iam(kind: str) -> str:
    return f"arn:{{partition}}:iam::{{account}}:{kind}{{path}}{{name}}"


def _named(name: str, service: str, resource: str) -> Shape:
    """A regional type whose ``Ref`` is its name and that has the attribute ``Arn``."""
    return Shape(name, _regional(service, resource), attributes=_ARN)


def _by_arn(name: str | None, service: str, resource: str, *attributes: str, generated: str | None = None) -> Shape:
    """A regional type whose ``Ref`` is its ARN."""
    arn = _regional(service, resource)
    return Shape(name, arn, "{arn}", dict.fromkeys((*attributes, "Arn"), "{arn}"), generated)


_QUEUE_URL = "https://sqs.{region}.{suffix}/{account}/{name}"
_KEY = Shape(None, _regional("kms", "key/{name}"), attributes=_ARN | {"KeyId": "{name}"}, generated="KeyId")

SHAPES: dict[str, Shape] = {
    "AWS::SNS::Topic": Shape(
        "TopicName", _regional("sns", "{name}"), "{arn}", {"TopicArn": "{arn}", "TopicName": "{name}"}
    ),
    "AWS::SNS::Subscription": Shape(None, None, "{TopicArn}:{name}", {"Arn": "{TopicArn}:{name}"}, "SubscriptionId"),
    "AWS::SQS::Queue": Shape(
        "QueueName",
        _regional("sqs", "{name}"),
        _QUEUE_URL,
        {"Arn": "{arn}", "QueueName": "{name}", "QueueUrl": _QUEUE_URL},
    ),
    "AWS::IAM::Role": Shape("RoleName", _iam("role"), attributes=_ARN),
    "AWS::IAM::User": Shape("UserName", _iam("user"), attributes=_ARN),
    "AWS::IAM::Group": Shape("GroupName", _iam("group"), attributes=_ARN),
    "AWS::IAM::InstanceProfile": Shape("InstanceProfileName", _iam("instance-profile"), attributes=_ARN),
    "AWS::IAM::ManagedPolicy": Shape("ManagedPolicyName", _iam("policy"), "{arn}", {"PolicyArn": "{arn}"}),
    "AWS::KMS::Key": _KEY,
    "AWS::KMS::ReplicaKey": _KEY,
    "AWS::KMS::Alias": Shape("AliasName", _regional("kms", "{name}")),
    "AWS::Lambda::Function": _named("FunctionName", "lambda", "function:{name}"),
    "AWS::Serverless::Function": _named("FunctionName", "lambda", "function:{name}"),
    "AWS::Lambda::Alias": Shape(None, None, "{function}:{Name}", generated="AliasId"),
    "AWS::Lambda::Version": Shape(
        None, None, "{function}:{name}", {"Version": "{name}", "FunctionArn": "{function}:{name}"}, "VersionId"
    ),
    "AWS::SES::EmailIdentity": Shape("EmailIdentity", _regional("ses", "identity/{name}")),
    "AWS::SES::ConfigurationSet": Shape("Name", _regional("ses", "configuration-set/{name}")),
    "AWS::SES::ReceiptRuleSet": Shape("RuleSetName", _regional("ses", "receipt-rule-set/{name}")),
    "AWS::SES::DedicatedIpPool": Shape("PoolName", _regional("ses", "dedicated-ip-pool/{name}")),
    "AWS::SES::ContactList": Shape("ContactListName", _regional("ses", "contact-list/{name}")),
    "AWS::SES::Template": Shape(None, generated="TemplateName"),
    "AWS::CloudWatch::Alarm": _named("AlarmName", "cloudwatch", "alarm:{name}"),
    "AWS::CloudWatch::CompositeAlarm": _named("AlarmName", "cloudwatch", "alarm:{name}"),
    # Services that publish to topics, are targets of mail, or stand often in policies.
    "AWS::S3::Bucket": Shape("BucketName", "arn:{partition}:s3:::{name}", attributes=_ARN),
    "AWS::DynamoDB::Table": _named("TableName", "dynamodb", "table/{name}"),
    "AWS::DynamoDB::GlobalTable": _named("TableName", "dynamodb", "table/{name}"),
    "AWS::Serverless::SimpleTable": _named("TableName", "dynamodb", "table/{name}"),
    "AWS::Logs::LogGroup": _named("LogGroupName", "logs", "log-group:{name}:*"),
    "AWS::Kinesis::Stream": _named("Name", "kinesis", "stream/{name}"),
    "AWS::KinesisFirehose::DeliveryStream": _named("DeliveryStreamName", "firehose", "deliverystream/{name}"),
    "AWS::Events::EventBus": _named("Name", "events", "event-bus/{name}"),
    "AWS::Events::Rule": _named("Name", "events", "rule/{name}"),
    "AWS::StepFunctions::StateMachine": _by_arn("StateMachineName", "states", "stateMachine:{name}"),
    "AWS::Serverless::StateMachine": _by_arn("Name", "states", "stateMachine:{name}"),
    "AWS::CodeBuild::Project": _named("Name", "codebuild", "project/{name}"),
    "AWS::CodePipeline::Pipeline": Shape("Name", _regional("codepipeline", "{name}")),
    "AWS::CodeCommit::Repository": Shape(None, generated="RepositoryId"),
    "AWS::ECR::Repository": _named("RepositoryName", "ecr", "repository/{name}"),
    "AWS::ECS::Cluster": _named("ClusterName", "ecs", "cluster/{name}"),
    "AWS::SecretsManager::Secret": Shape(
        None, _regional("secretsmanager", "secret:{name}"), "{arn}", {"Id": "{arn}"}, "SecretName"
    ),
    "AWS::SSM::Parameter": Shape("Name", None),
    "AWS::Cognito::UserPool": Shape(
        None, _regional("cognito-idp", "userpool/{name}"), attributes=_ARN | {"UserPoolId": "{name}"}, generated="Id"
    ),
    "AWS::OpenSearchService::Domain": _named("DomainName", "es", "domain/{name}"),
    "AWS::Elasticsearch::Domain": _named("DomainName", "es", "domain/{name}"),
    "AWS::CertificateManager::Certificate": _by_arn(None, "acm", "certificate/{name}", generated="CertificateId"),
}
"""Resource type to how its references are made."""

SERVICES: dict[str, str] = {
    "AccessAnalyzer": "access-analyzer",
    "ApiGateway": "apigateway",
    "ApiGatewayV2": "apigateway",
    "AppSync": "appsync",
    "Athena": "athena",
    "AutoScaling": "autoscaling",
    "Backup": "backup",
    "Batch": "batch",
    "CertificateManager": "acm",
    "Chatbot": "chatbot",
    "CloudFront": "cloudfront",
    "CloudTrail": "cloudtrail",
    "CloudWatch": "cloudwatch",
    "CodeBuild": "codebuild",
    "CodeStarNotifications": "codestar-notifications",
    "Cognito": "cognito-idp",
    "Config": "config",
    "DynamoDB": "dynamodb",
    "EC2": "ec2",
    "ECR": "ecr",
    "ECS": "ecs",
    "EFS": "elasticfilesystem",
    "EKS": "eks",
    "ElastiCache": "elasticache",
    "ElasticLoadBalancingV2": "elasticloadbalancing",
    "Elasticsearch": "es",
    "Events": "events",
    "FSx": "fsx",
    "Glue": "glue",
    "IAM": "iam",
    "KMS": "kms",
    "Kinesis": "kinesis",
    "KinesisFirehose": "firehose",
    "Lambda": "lambda",
    "Logs": "logs",
    "Neptune": "rds",
    "OpenSearchService": "es",
    "Pipes": "pipes",
    "RDS": "rds",
    "S3": "s3",
    "SES": "ses",
    "SNS": "sns",
    "SQS": "sqs",
    "SSM": "ssm",
    "Scheduler": "scheduler",
    "SecretsManager": "secretsmanager",
    "StepFunctions": "states",
}
"""Middle part of a resource type to the service in its ARNs; the others are symbols."""
