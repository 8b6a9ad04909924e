"""A small account with one of everything that a collection reads."""

import io
import json
import zipfile
from typing import Any, NamedTuple

from moto_account import ACCOUNT, MotoAccount

HERE = f"us-east-1:{ACCOUNT}"
TOPIC = f"arn:aws:sns:{HERE}:orders"
QUEUE, DEAD = f"arn:aws:sqs:{HERE}:main", f"arn:aws:sqs:{HERE}:dead"
FUNCTION = f"arn:aws:lambda:{HERE}:function:handler"
ROLE, USER = f"arn:aws:iam::{ACCOUNT}:role/team/sender", f"arn:aws:iam::{ACCOUNT}:user/mailer"
OWN_POLICY = f"arn:aws:iam::{ACCOUNT}:policy/Send"
ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*"}]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
TOPIC_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ses.amazonaws.com"},'
    f'"Action":"sns:Publish","Resource":"{TOPIC}"}}]}}'
)
QUEUE_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},'
    '"Action":"sqs:SendMessage","Resource":"*"}]}'
)
SENDING_POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}'
IDENTITY: dict[str, Any] = {
    "IdentityType": "DOMAIN",
    "FeedbackForwardingStatus": False,
    "VerifiedForSendingStatus": True,
    "VerificationStatus": "SUCCESS",
    "DkimAttributes": {
        "SigningEnabled": True,
        "Status": "SUCCESS",
        "SigningAttributesOrigin": "AWS_SES",
        "CurrentSigningKeyLength": "RSA_2048_BIT",
    },
    "MailFromAttributes": {
        "MailFromDomain": "bounce.example.com",
        "MailFromDomainStatus": "SUCCESS",
        "BehaviorOnMxFailure": "REJECT_MESSAGE",
    },
    "Policies": {"partner": SENDING_POLICY},
    "ConfigurationSetName": "main",
    "Tags": [{"Key": "team", "Value": "mail"}],
}
NOTIFICATIONS = {
    "BounceTopic": TOPIC,
    "DeliveryTopic": "",
    "ForwardingEnabled": False,
    "HeadersInBounceNotificationsEnabled": True,
}
CONFIGURATION_SET = {
    "ConfigurationSetName": "main",
    "DeliveryOptions": {"TlsPolicy": "REQUIRE", "SendingPoolName": "pool", "MaxDeliverySeconds": 3600},
    "ReputationOptions": {"ReputationMetricsEnabled": True},
    "SendingOptions": {"SendingEnabled": True},
    "SuppressionOptions": {"SuppressedReasons": ["COMPLAINT", "BOUNCE"]},
    "TrackingOptions": {"CustomRedirectDomain": "click.example.com", "HttpsPolicy": "REQUIRE"},
    "Tags": [{"Key": "team", "Value": "mail"}],
}


class Chosen(NamedTuple):
    """What moto chose by itself; `subscriptions` by protocol, `created` of the access key, `ids` by name."""

    key: str
    subscriptions: dict[str, str]
    access_key: str
    created: str
    permission: str
    queue_urls: str
    ids: dict[str, str]


def seed(account: MotoAccount) -> Chosen:
    """Make all of it; secrets in it begin with ``not-kept``."""
    _iam(account)
    kms = account.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=QUEUE_POLICY)
    kms.enable_key_rotation(KeyId=key)
    kms.create_alias(AliasName="alias/mail", TargetKeyId=key)
    _queues(account)
    _function(account)
    subscriptions = _topic(account)
    _email(account)
    account.client("cloudwatch").put_metric_alarm(
        AlarmName="dead-letters",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": "dead"}],
        Statistic="Sum",
        Threshold=0.5,
        ComparisonOperator="GreaterThanThreshold",
        Period=300,
        EvaluationPeriods=1,
        AlarmActions=[TOPIC],
    )
    iam = account.client("iam")
    access_key = iam.list_access_keys(UserName="mailer")["AccessKeyMetadata"][0]
    return Chosen(
        key,
        subscriptions,
        access_key["AccessKeyId"],
        access_key["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        account.client("lambda").get_policy(FunctionName="handler")["Policy"],
        f"{account.url}/{ACCOUNT}/",
        {
            "mailer": iam.get_user(UserName="mailer")["User"]["UserId"],
            "sender": iam.get_role(RoleName="sender")["Role"]["RoleId"],
        },
    )


def _iam(account: MotoAccount) -> None:
    iam = account.client("iam")
    iam.create_policy(PolicyName="Send", PolicyDocument=json.dumps(ALLOW))
    iam.create_role(
        RoleName="sender",
        Path="/team/",
        PermissionsBoundary=OWN_POLICY,
        AssumeRolePolicyDocument=json.dumps(TRUST),
        Tags=[{"Key": "team", "Value": "mail"}],
    )
    iam.create_instance_profile(InstanceProfileName="senders")
    iam.add_role_to_instance_profile(InstanceProfileName="senders", RoleName="sender")
    iam.put_role_policy(RoleName="sender", PolicyName="inline", PolicyDocument=json.dumps(ALLOW))
    iam.attach_role_policy(RoleName="sender", PolicyArn=OWN_POLICY)
    iam.create_group(GroupName="senders")
    iam.put_group_policy(GroupName="senders", PolicyName="inline", PolicyDocument=json.dumps(ALLOW))
    iam.create_user(UserName="mailer")
    iam.add_user_to_group(GroupName="senders", UserName="mailer")
    iam.create_access_key(UserName="mailer")
    iam.create_login_profile(UserName="mailer", Password="not-kept-1")


def _queues(account: MotoAccount) -> None:
    sqs = account.client("sqs")
    sqs.create_queue(QueueName="dead", Attributes={"MessageRetentionPeriod": "1209600"})
    redrive = json.dumps({"deadLetterTargetArn": DEAD, "maxReceiveCount": 5})
    sqs.create_queue(
        QueueName="main",
        Attributes={"KmsMasterKeyId": "alias/mail", "Policy": QUEUE_POLICY, "RedrivePolicy": redrive},
    )
    sqs.create_queue(QueueName="unrelated")


def _function(account: MotoAccount) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("handler.py", "def handle(event, context): pass")
    functions = account.client("lambda")
    functions.create_function(
        FunctionName="handler",
        Runtime="python3.12",
        Role=ROLE,
        Handler="handler.handle",
        MemorySize=256,
        Architectures=["arm64"],
        Code={"ZipFile": code.getvalue()},
        Environment={"Variables": {"PASSWORD": "not-kept-2"}},
    )
    functions.add_permission(
        FunctionName="handler",
        StatementId="sns",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=TOPIC,
    )


def _topic(account: MotoAccount) -> dict[str, str]:
    sns = account.client("sns")
    sns.create_topic(Name="orders", Attributes={"KmsMasterKeyId": "alias/mail", "DisplayName": "Orders"})
    sns.set_topic_attributes(TopicArn=TOPIC, AttributeName="Policy", AttributeValue=TOPIC_POLICY)
    endpoints = {"sqs": QUEUE, "lambda": FUNCTION, "https": "https://user:not-kept-3@example.com/hook?token=not-kept-4"}
    arns = {
        protocol: sns.subscribe(TopicArn=TOPIC, Protocol=protocol, Endpoint=endpoint)["SubscriptionArn"]
        for protocol, endpoint in endpoints.items()
    }
    attributes = {
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": DEAD}),
        "RawMessageDelivery": "true",
        "FilterPolicy": '{"kind": ["bounce"]}',
    }
    for name, value in attributes.items():
        sns.set_subscription_attributes(SubscriptionArn=arns["sqs"], AttributeName=name, AttributeValue=value)
    return arns


def _email(account: MotoAccount) -> None:
    v1, v2 = account.client("ses"), account.client("sesv2")
    v2.create_configuration_set(ConfigurationSetName="main")
    v2.create_email_identity(EmailIdentity="example.com")
    v1.create_receipt_rule_set(RuleSetName="inbound")
    v1.create_receipt_rule_set(RuleSetName="old")
    v1.create_receipt_rule(
        RuleSetName="inbound",
        Rule={
            "Name": "store",
            "Enabled": True,
            "TlsPolicy": "Require",
            "ScanEnabled": False,
            "Recipients": ["example.com"],
            "Actions": [{"SNSAction": {"TopicArn": TOPIC, "Encoding": "UTF-8"}}],
        },
    )
    v1.set_active_receipt_rule_set(RuleSetName="inbound")
    overlay = account.overlay
    overlay.answer("sesv2", "GetEmailIdentity", IDENTITY)
    overlay.answer("sesv2", "GetConfigurationSet", CONFIGURATION_SET)
    overlay.answer(
        "ses", "GetIdentityNotificationAttributes", {"NotificationAttributes": {"example.com": NOTIFICATIONS}}
    )
    account.event_destinations["main"] = [
        {
            "Name": "bounces",
            "Enabled": True,
            "MatchingEventTypes": ["COMPLAINT", "BOUNCE"],
            "SnsDestination": {"TopicArn": TOPIC},
        },
        {"Name": "metrics", "Enabled": False, "MatchingEventTypes": ["SEND"], "CloudWatchDestination": {}},
    ]
