"""SAM policy templates: what they let a function do.

Those that concern mail, topics, queues and keys are here, and the most common others; the rest stay unknown.
Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html
"""

import re
from collections.abc import Iterator
from typing import TypeAlias

from auditor.model.arn import Place
from auditor.model.known import Unknown
from auditor.model.origin import Location
from auditor.model.policy import Gap, Leaf, Node, Sequence
from auditor.model.text import Part, Text, text
from auditor.sources.cloudformation.properties import Properties
from auditor.sources.cloudformation.resolved import leaf, mapping

Grant: TypeAlias = tuple[str, tuple[str, ...]]
"""Actions without their service prefix, separated by blanks, and resource patterns.

``here:`` stands for the ARN up to the account; ``{TableName}`` is the text of that parameter of the policy template.
"""

_ALL = ("*",)
_TABLE = ("dynamodb here:table/{TableName}", "dynamodb here:table/{TableName}/index/*")
_BUCKET = ("s3 bucket:{BucketName}", "s3 bucket:{BucketName}/*")
_IDENTITY = ("ses here:identity/{IdentityName}",)

TEMPLATES: dict[str, tuple[Grant, ...]] = {
    "SESCrudPolicy": (
        ("ses: GetIdentityVerificationAttributes SendEmail SendRawEmail VerifyEmailIdentity", _IDENTITY),
    ),
    "SESBulkTemplatedCrudPolicy": (
        (
            (
                "ses: GetIdentityVerificationAttributes SendEmail SendRawEmail SendTemplatedEmail"
                " SendBulkTemplatedEmail VerifyEmailIdentity"
            ),
            _IDENTITY,
        ),
    ),
    "SESEmailTemplateCrudPolicy": (
        (
            "ses: CreateTemplate GetTemplate ListTemplates UpdateTemplate DeleteTemplate TestRenderTemplate",
            _ALL,
        ),
    ),
    "SESSendBouncePolicy": (("ses: SendBounce", _IDENTITY),),
    "SNSPublishMessagePolicy": (("sns: Publish", ("sns here:{TopicName}",)),),
    "SNSCrudPolicy": (
        ("sns: ListSubscriptionsByTopic CreateTopic SetTopicAttributes Subscribe Publish", ("sns here:{TopicName}*",)),
    ),
    "SQSSendMessagePolicy": (("sqs: SendMessage*", ("sqs here:{QueueName}",)),),
    "SQSPollerPolicy": (
        (
            (
                "sqs: ChangeMessageVisibility ChangeMessageVisibilityBatch DeleteMessage DeleteMessageBatch"
                " GetQueueAttributes ReceiveMessage"
            ),
            ("sqs here:{QueueName}",),
        ),
    ),
    "KMSDecryptPolicy": (("kms: Decrypt", ("kms here:key/{KeyId}",)),),
    "KMSEncryptPolicy": (("kms: Encrypt", ("kms here:key/{KeyId}",)),),
    "LambdaInvokePolicy": (("lambda: InvokeFunction", ("lambda here:function:{FunctionName}*",)),),
    "CloudWatchPutMetricPolicy": (("cloudwatch: PutMetricData", _ALL),),
    "CloudWatchDescribeAlarmHistoryPolicy": (("cloudwatch: DescribeAlarmHistory", _ALL),),
    "DynamoDBCrudPolicy": (
        (
            (
                "dynamodb: GetItem DeleteItem PutItem Scan Query UpdateItem BatchWriteItem BatchGetItem DescribeTable"
                " ConditionCheckItem"
            ),
            _TABLE,
        ),
    ),
    "DynamoDBReadPolicy": (("dynamodb: GetItem Scan Query BatchGetItem DescribeTable", _TABLE),),
    "S3ReadPolicy": (
        ("s3: GetObject ListBucket GetBucketLocation GetObjectVersion GetLifecycleConfiguration", _BUCKET),
    ),
    "S3CrudPolicy": (
        (
            (
                "s3: GetObject ListBucket GetBucketLocation GetObjectVersion PutObject PutObjectAcl"
                " GetLifecycleConfiguration PutLifecycleConfiguration DeleteObject"
            ),
            _BUCKET,
        ),
    ),
    "StepFunctionsExecutionPolicy": (("states: StartExecution", ("states here:stateMachine:{StateMachineName}",)),),
    "FirehoseWritePolicy": (
        ("firehose: PutRecord PutRecordBatch", ("firehose here:deliverystream/{DeliveryStreamName}",)),
    ),
    "SSMParameterReadPolicy": (
        ("ssm: DescribeParameters", _ALL),
        ("ssm: GetParameters GetParameter GetParametersByPath", ("ssm here:parameter/{ParameterName}",)),
    ),
    "AWSSecretsManagerGetSecretValuePolicy": (("secretsmanager: GetSecretValue", ("{SecretArn}",)),),
    "VPCAccessPolicy": (
        (
            "ec2: CreateNetworkInterface DeleteNetworkInterface DescribeNetworkInterfaces DetachNetworkInterface",
            _ALL,
        ),
    ),
}

_PARAMETER = re.compile(r"\{(\w+)\}")


def document_of(name: str, parameters: Properties, place: Place, at: Location) -> Node | None:
    """The policy document that a policy template stands for, None for one that is not known here."""
    grants = TEMPLATES.get(name)
    if grants is None:
        return None
    statements = tuple(_statement(grant, parameters, place, at) for grant in grants)
    return mapping(at, Version=leaf("2012-10-17", at), Statement=Sequence(statements, at))


def _statement(grant: Grant, parameters: Properties, place: Place, at: Location) -> Node:
    service, *actions = grant[0].split()
    return mapping(
        at,
        Effect=leaf("Allow", at),
        Action=Sequence(tuple(leaf(service + action, at) for action in actions), at),
        Resource=Sequence(tuple(_resource(pattern, parameters, place, at) for pattern in grant[1]), at),
    )


def _resource(pattern: str, parameters: Properties, place: Place, at: Location) -> Node:
    service, found, rest = pattern.partition(" here:")
    if found:
        written = place.arn(service, *_filled(rest, parameters))
    elif pattern.startswith("s3 bucket:"):
        written = text("arn:", place.partition, ":s3:::", *_filled(pattern.removeprefix("s3 bucket:"), parameters))
    else:
        written = text(*_filled(pattern, parameters))
    if len(written.parts) == 1 and isinstance(written.parts[0], Unknown):
        return Gap(written.parts[0], at, may_be_absent=False)
    return Leaf(written, at)


def _filled(pattern: str, parameters: Properties) -> Iterator[Part | Text]:
    for number, piece in enumerate(_PARAMETER.split(pattern)):
        if number % 2 == 0:
            yield piece
            continue
        value = parameters.required(piece)
        yield value if isinstance(value, Unknown) else value.value
