"""Amazon SES: identities, configuration sets, event destinations, account settings, receipt rules.

Enumerations are the upper-case values of the SES API v2, whatever the casing of the source.
Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/
"""

from typing import ClassVar

import msgspec

from auditor.model.known import UNREAD, Value
from auditor.model.policy import Document
from auditor.model.resource import Resource
from auditor.model.text import Text


class EmailIdentity(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="ses.EmailIdentity"):
    """A verified domain or e-mail address in one Region; `name` is the domain or address.

    Attributes:
        identity_type: DOMAIN or EMAIL_ADDRESS.
        verification_status: PENDING, SUCCESS, FAILED, TEMPORARY_FAILURE or NOT_STARTED.
        feedback_forwarding: whether bounces and complaints are forwarded by e-mail.
        dkim_signing: whether Easy DKIM or BYODKIM signing is enabled.
        dkim_status: PENDING, SUCCESS, FAILED, TEMPORARY_FAILURE or NOT_STARTED.
        dkim_origin: AWS_SES, EXTERNAL or AWS_SES_<REGION>.
        dkim_key_length: RSA_1024_BIT or RSA_2048_BIT (Easy DKIM only).
        mail_from_domain: custom MAIL FROM domain, None when not set.
        mail_from_behavior: USE_DEFAULT_VALUE or REJECT_MESSAGE on MX failure.
        configuration_set: name of the default configuration set, None when not set.
        bounce_topic, complaint_topic, delivery_topic: topic ARNs of identity notifications, None when not set.
    """

    type_name: ClassVar[str] = "AWS::SES::EmailIdentity"

    identity_type: Value[str] = UNREAD
    verification_status: Value[str] = UNREAD
    verified_for_sending: Value[bool] = UNREAD
    feedback_forwarding: Value[bool] = UNREAD
    dkim_signing: Value[bool] = UNREAD
    dkim_status: Value[str] = UNREAD
    dkim_origin: Value[str] = UNREAD
    dkim_key_length: Value[str | None] = UNREAD
    mail_from_domain: Value[Text | None] = UNREAD
    mail_from_status: Value[str | None] = UNREAD
    mail_from_behavior: Value[str | None] = UNREAD
    configuration_set: Value[Text | None] = UNREAD
    bounce_topic: Value[Text | None] = UNREAD
    complaint_topic: Value[Text | None] = UNREAD
    delivery_topic: Value[Text | None] = UNREAD
    headers_in_notifications: Value[tuple[str, ...]] = UNREAD


class IdentityPolicy(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="ses.IdentityPolicy"):
    """A sending authorization policy; `name` is the policy's, `identity` the domain or address it is on."""

    type_name: ClassVar[str] = "AWS::SES::EmailIdentityPolicy"

    identity: Value[Text] = UNREAD
    document: Value[Document] = UNREAD


class ConfigurationSet(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="ses.ConfigurationSet"):
    """A configuration set.

    Attributes:
        tls_policy: REQUIRE or OPTIONAL.
        sending_pool: dedicated IP pool, None when not set.
        max_delivery_seconds: None when not set.
        suppressed_reasons: BOUNCE and COMPLAINT as overridden here, None when the account's apply.
        https_policy: REQUIRE, REQUIRE_OPEN_ONLY, OPTIONAL or None when not set.
    """

    type_name: ClassVar[str] = "AWS::SES::ConfigurationSet"

    tls_policy: Value[str] = UNREAD
    sending_pool: Value[Text | None] = UNREAD
    max_delivery_seconds: Value[int | None] = UNREAD
    reputation_metrics: Value[bool] = UNREAD
    sending_enabled: Value[bool] = UNREAD
    suppressed_reasons: Value[tuple[str, ...] | None] = UNREAD
    tracking_domain: Value[Text | None] = UNREAD
    https_policy: Value[str | None] = UNREAD
    archive: Value[Text | None] = UNREAD


class EventDestination(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="ses.EventDestination"):
    """Where a configuration set publishes sending events.

    Attributes:
        configuration_set: name of the set.
        event_types: SEND REJECT BOUNCE COMPLAINT DELIVERY OPEN CLICK RENDERING_FAILURE DELIVERY_DELAY SUBSCRIPTION.
        topic, firehose_stream, firehose_role, event_bus, pinpoint_application: ARNs, None when not the destination.
        cloudwatch: whether metrics are published to CloudWatch.
    """

    type_name: ClassVar[str] = "AWS::SES::ConfigurationSetEventDestination"

    configuration_set: Value[Text] = UNREAD
    enabled: Value[bool] = UNREAD
    event_types: Value[tuple[str, ...]] = UNREAD
    topic: Value[Text | None] = UNREAD
    firehose_stream: Value[Text | None] = UNREAD
    firehose_role: Value[Text | None] = UNREAD
    event_bus: Value[Text | None] = UNREAD
    pinpoint_application: Value[Text | None] = UNREAD
    cloudwatch: Value[bool] = UNREAD


class AccountSettings(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="ses.AccountSettings"):
    """SES settings of one account in one Region.

    Attributes:
        enforcement_status: HEALTHY, PROBATION or SHUTDOWN.
        suppressed_reasons: reasons of the account-level suppression list.
        pricing_plan: NONE, ESSENTIALS, PRO or ENTERPRISE.
        daily_quota: recipients per 24 hours, -1 for unlimited; max_send_rate: recipients per second.
    """

    type_name: ClassVar[str] = "AWS::SES::Account"

    sending_enabled: Value[bool] = UNREAD
    production_access: Value[bool] = UNREAD
    enforcement_status: Value[str] = UNREAD
    suppressed_reasons: Value[tuple[str, ...]] = UNREAD
    dedicated_ip_warmup: Value[bool] = UNREAD
    vdm_enabled: Value[bool] = UNREAD
    pricing_plan: Value[str] = UNREAD
    daily_quota: Value[int] = UNREAD
    max_send_rate: Value[int] = UNREAD


class ReceiptRuleSet(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="ses.ReceiptRuleSet"):
    """A set of receipt rules; at most one per Region is active."""

    type_name: ClassVar[str] = "AWS::SES::ReceiptRuleSet"

    active: Value[bool] = UNREAD


class ReceiptAction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One action of a receipt rule.

    Attributes:
        kind: S3, SNS, LAMBDA, BOUNCE, WORKMAIL, ADD_HEADER, STOP or CONNECT.
        topic: topic notified by, or target of, the action.
        target: bucket name, function ARN, organisation ARN; None when the kind has none.
    """

    kind: str
    topic: Value[Text | None] = UNREAD
    target: Value[Text | None] = UNREAD
    kms_key: Value[Text | None] = UNREAD
    role: Value[Text | None] = UNREAD


class ReceiptRule(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="ses.ReceiptRule"):
    """A receipt rule; `tls_policy` is REQUIRE or OPTIONAL; no recipients means all of all verified domains."""

    type_name: ClassVar[str] = "AWS::SES::ReceiptRule"

    rule_set: Value[Text] = UNREAD
    enabled: Value[bool] = UNREAD
    tls_policy: Value[str] = UNREAD
    scan_enabled: Value[bool] = UNREAD
    recipients: Value[tuple[Text, ...]] = UNREAD
    actions: Value[tuple[ReceiptAction, ...]] = UNREAD
