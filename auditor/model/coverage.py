"""What was read of an account, and which read operation tells what about a type of resource."""

from collections.abc import Mapping

import msgspec

from auditor.model.awslambda import Function, Permission
from auditor.model.cloudwatch import Alarm
from auditor.model.iam import Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.kms import Alias, Key
from auditor.model.known import Known, Unknown
from auditor.model.organizations import Organization, OrganizationPolicy
from auditor.model.resource import Resource
from auditor.model.s3 import Bucket
from auditor.model.ses import (
    AccountSettings,
    ConfigurationSet,
    EmailIdentity,
    EventDestination,
    IdentityPolicy,
    ReceiptRule,
    ReceiptRuleSet,
)
from auditor.model.sns import Subscription, Topic, TopicPolicy
from auditor.model.sqs import Queue, QueuePolicy

# Which list operation makes the relation to a type complete in an account.
LISTED_BY: Mapping[type[Resource], str] = {
    EmailIdentity: "ses:ListEmailIdentities",
    IdentityPolicy: "ses:GetEmailIdentity",
    ConfigurationSet: "ses:ListConfigurationSets",
    EventDestination: "ses:GetConfigurationSetEventDestinations",
    AccountSettings: "ses:GetAccount",
    ReceiptRuleSet: "ses:ListReceiptRuleSets",
    ReceiptRule: "ses:DescribeActiveReceiptRuleSet",
    Topic: "sns:ListTopics",
    TopicPolicy: "sns:GetTopicAttributes",
    Subscription: "sns:ListSubscriptions",
    User: "iam:GetAccountAuthorizationDetails",
    Role: "iam:GetAccountAuthorizationDetails",
    Group: "iam:GetAccountAuthorizationDetails",
    ManagedPolicy: "iam:GetAccountAuthorizationDetails",
    InlinePolicy: "iam:GetAccountAuthorizationDetails",
    Key: "kms:ListKeys",
    Alias: "kms:ListAliases",
    Queue: "sqs:ListQueues",
    QueuePolicy: "sqs:GetQueueAttributes",
    Function: "lambda:ListFunctions",
    Permission: "lambda:GetPolicy",
    Alarm: "cloudwatch:DescribeAlarms",
    Bucket: "s3:ListBuckets",
    Organization: "organizations:DescribeOrganization",
    OrganizationPolicy: "organizations:ListPolicies",
}
# Which operation tells whether one resource exists, for types of which only those that others name are read. Its
# coverage row holds the reference as it was written (an ARN, or a key id).
ASKED_BY: Mapping[type[Resource], str] = {
    Key: "kms:DescribeKey",
    Queue: "sqs:GetQueueAttributes",
    Function: "lambda:GetFunctionConfiguration",
}
GLOBAL = "global"
"""The Region under which account-wide services (IAM) stand in coverage."""


class Coverage(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one read operation of an account answered.

    Attributes:
        operation: IAM-style name, ``sns:ListTopics``.
        resource: the resource it was asked about; empty for a list call.
        complete: Known(True) when every page was read.
    """

    account: str
    region: str
    operation: str
    complete: Known[bool] | Unknown
    resource: str = ""
