"""The ways to cut, divert or read the mail path, and to get the right to send: no published list has them.

Each need names what it must hold on: the topic, queue, key, function, identity or configuration set that a mail path
goes through. Actions of SES that have no resource need ``*``.

Sources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html,
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html,
https://docs.aws.amazon.com/ses/latest/dg/receiving-email.html, https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html
"""

from auditor.iam.escalation.path import Category, Gain, Need, Path, free, old, role, user

TOPIC = "topic"
QUEUE = "queue"
KEY = "key"
FUNCTION = "function"
IDENTITY = "identity"
SET = "configuration-set"

_PATTERN = {
    TOPIC: ("sns", "*"),
    QUEUE: ("sqs", "*"),
    KEY: ("kms", "key/*"),
    FUNCTION: ("lambda", "function:*"),
    IDENTITY: ("ses", "identity/*"),
    SET: ("ses", "configuration-set/*"),
}
STATION_OF = {pattern: station for station, pattern in _PATTERN.items()}
"""From service and ARN pattern to the kind of station of the mail path."""


def _on(station: str, action: str) -> Need:
    service, thing = _PATTERN[station]
    return old(action, thing, service=service)


_CATEGORY = {
    Gain.CUT: Category.MAIL_CUT,
    Gain.DIVERT: Category.MAIL_DIVERT,
    Gain.READ: Category.MAIL_READ,
    Gain.SEND: Category.MAIL_SEND,
}


def _path(id_: str, gain: Gain, how: str, *needs: Need, service: str = "", given: str = "") -> Path:
    return Path(
        id=id_,
        category=_CATEGORY[gain],
        gain=gain,
        needs=needs,
        how=how,
        service=(service,) if service else (),
        given=given,
    )


_ACTIVE = "the account receives mail with SES in a Region that has receiving endpoints"
_KEYED = "the topic or queue is encrypted with the key"

_CUT = (
    _path("sns-topic-attributes", Gain.CUT, "replaces the topic's policy or key, so that SES can no longer publish",
          _on(TOPIC, "sns:SetTopicAttributes")),
    _path("sns-remove-permission", Gain.CUT, "takes the statement that lets SES publish out of the topic's policy",
          _on(TOPIC, "sns:RemovePermission")),
    _path("sns-delete-topic", Gain.CUT, "deletes the topic", _on(TOPIC, "sns:DeleteTopic")),
    _path("sns-unsubscribe", Gain.CUT, "ends the subscription that handles the events",
          _on(TOPIC, "sns:Unsubscribe")),
    _path("sns-subscription-attributes", Gain.CUT, "sets a filter policy that lets no event pass",
          _on(TOPIC, "sns:SetSubscriptionAttributes")),
    _path("sns-data-protection", Gain.CUT, "has the topic refuse messages that hold addresses",
          _on(TOPIC, "sns:PutDataProtectionPolicy")),
    _path("ses-delete-event-destination", Gain.CUT, "deletes the event destination",
          _on(SET, "ses:DeleteConfigurationSetEventDestination")),
    _path("ses-delete-configuration-set", Gain.CUT, "deletes the configuration set with its event destinations",
          _on(SET, "ses:DeleteConfigurationSet")),
    _path("ses-set-sending", Gain.CUT, "stops sending with the configuration set",
          _on(SET, "ses:PutConfigurationSetSendingOptions")),
    _path("ses-set-sending-v1", Gain.CUT, "stops sending with a configuration set",
          free("ses:UpdateConfigurationSetSendingEnabled")),
    _path("ses-default-configuration-set", Gain.CUT, "takes the default configuration set from the identity",
          _on(IDENTITY, "ses:PutEmailIdentityConfigurationSetAttributes")),
    _path("ses-feedback-forwarding", Gain.CUT, "turns off that bounces and complaints come by e-mail",
          _on(IDENTITY, "ses:PutEmailIdentityFeedbackAttributes")),
    _path("ses-feedback-forwarding-v1", Gain.CUT, "turns off that bounces and complaints come by e-mail",
          free("ses:SetIdentityFeedbackForwardingEnabled")),
    _path("ses-delete-identity", Gain.CUT, "deletes the identity", _on(IDENTITY, "ses:DeleteEmailIdentity")),
    _path("ses-delete-identity-v1", Gain.CUT, "deletes the identity", free("ses:DeleteIdentity")),
    _path("ses-mail-from", Gain.CUT, "sets a MAIL FROM domain without MX record and has mail refused for it",
          _on(IDENTITY, "ses:PutEmailIdentityMailFromAttributes")),
    _path("ses-account-sending", Gain.CUT, "stops all sending of the account in the Region",
          free("ses:PutAccountSendingAttributes")),
    _path("ses-account-sending-v1", Gain.CUT, "stops all sending of the account in the Region",
          free("ses:UpdateAccountSendingEnabled")),
    _path("ses-suppress-recipient", Gain.CUT, "puts addresses on the suppression list, so that mail to them stops",
          free("ses:PutSuppressedDestination")),
    _path("ses-delete-receipt-rule", Gain.CUT, "deletes the rule that handles incoming mail",
          free("ses:DeleteReceiptRule"), given=_ACTIVE),
    _path("kms-disable-key", Gain.CUT, "disables the key that SES or SNS must use", _on(KEY, "kms:DisableKey"),
          given=_KEYED),
    _path("kms-key-deletion", Gain.CUT, "has the key deleted that SES or SNS must use",
          _on(KEY, "kms:ScheduleKeyDeletion"), given=_KEYED),
    _path("kms-key-policy", Gain.CUT, "replaces the key policy, so that SES or SNS may no longer use the key",
          _on(KEY, "kms:PutKeyPolicy"), given=_KEYED),
    _path("sqs-queue-attributes", Gain.CUT, "replaces the queue's policy, so that SNS can no longer deliver",
          _on(QUEUE, "sqs:SetQueueAttributes")),
    _path("sqs-remove-permission", Gain.CUT, "takes the statement that lets SNS deliver out of the queue's policy",
          _on(QUEUE, "sqs:RemovePermission")),
    _path("sqs-purge", Gain.CUT, "deletes all waiting events", _on(QUEUE, "sqs:PurgeQueue")),
    _path("sqs-delete-queue", Gain.CUT, "deletes the queue", _on(QUEUE, "sqs:DeleteQueue")),
    _path("lambda-delete-function", Gain.CUT, "deletes the function that handles the events",
          _on(FUNCTION, "lambda:DeleteFunction")),
    _path("lambda-remove-permission", Gain.CUT, "takes from SNS the permission to invoke the function",
          _on(FUNCTION, "lambda:RemovePermission")),
    _path("lambda-no-concurrency", Gain.CUT, "reserves no concurrency for the function, so that it never runs",
          _on(FUNCTION, "lambda:PutFunctionConcurrency")),
)  # fmt: skip

_DIVERT = (
    _path("ses-update-event-destination", Gain.DIVERT, "points the event destination elsewhere, or disables it",
          _on(SET, "ses:UpdateConfigurationSetEventDestination")),
    _path("ses-notification-topic", Gain.DIVERT, "sends notifications of bounces and complaints to another topic",
          free("ses:SetIdentityNotificationTopic")),
    _path("ses-create-receipt-rule", Gain.DIVERT,
          "puts a rule first that takes incoming mail, password resets among it, to a place of the caller's",
          free("ses:CreateReceiptRule"), given=_ACTIVE),
    _path("ses-update-receipt-rule", Gain.DIVERT,
          "changes a rule so that incoming mail, password resets among it, goes to a place of the caller's",
          free("ses:UpdateReceiptRule"), given=_ACTIVE),
    _path("ses-active-rule-set", Gain.DIVERT, "makes another rule set the active one, or none",
          free("ses:SetActiveReceiptRuleSet"), given=_ACTIVE),
    _path("ses-receipt-rule-order", Gain.DIVERT, "changes the order of the rules for incoming mail",
          free("ses:ReorderReceiptRuleSet"), given=_ACTIVE),
    _path("ses-receipt-rule-position", Gain.DIVERT, "changes the order of the rules for incoming mail",
          free("ses:SetReceiptRulePosition"), given=_ACTIVE),
    _path("lambda-function-code", Gain.DIVERT, "replaces the code that handles the events",
          _on(FUNCTION, "lambda:UpdateFunctionCode")),
    _path("lambda-function-configuration", Gain.DIVERT,
          "changes the settings or layers of the function that handles the events",
          _on(FUNCTION, "lambda:UpdateFunctionConfiguration")),
)  # fmt: skip

_READ = (
    _path("sns-subscribe", Gain.READ, "subscribes an endpoint of the caller's to the topic",
          _on(TOPIC, "sns:Subscribe")),
    _path("sns-add-permission", Gain.READ, "lets another account subscribe to the topic or publish to it",
          _on(TOPIC, "sns:AddPermission")),
    _path("ses-create-event-destination", Gain.READ, "adds an event destination of the caller's",
          _on(SET, "ses:CreateConfigurationSetEventDestination")),
    _path("ses-event-destination-stream", Gain.READ,
          "adds a Firehose stream as event destination and passes SES a role that may write to it",
          _on(SET, "ses:CreateConfigurationSetEventDestination"), role("iam:PassRole"), service="ses.amazonaws.com"),
    _path("kms-create-grant", Gain.READ, "lets a principal of the caller's decrypt with the key",
          _on(KEY, "kms:CreateGrant"), given=_KEYED),
    _path("sqs-receive", Gain.READ, "takes events out of the queue", _on(QUEUE, "sqs:ReceiveMessage")),
    _path("sqs-add-permission", Gain.READ, "lets another account receive from the queue",
          _on(QUEUE, "sqs:AddPermission")),
)  # fmt: skip

_SEND = (
    _path("ses-create-identity-policy", Gain.SEND, "lets a principal of the caller's send as the identity",
          _on(IDENTITY, "ses:CreateEmailIdentityPolicy")),
    _path("ses-update-identity-policy", Gain.SEND, "changes who may send as the identity",
          _on(IDENTITY, "ses:UpdateEmailIdentityPolicy")),
    _path("ses-put-identity-policy", Gain.SEND, "lets a principal of the caller's send as any identity",
          free("ses:PutIdentityPolicy")),
    _path("ses-smtp-key", Gain.SEND, "makes an access key for a user that may send, and its SMTP password from it",
          user("iam:CreateAccessKey"), given="the user has fewer than two access keys"),
)  # fmt: skip

MAIL_PATHS: tuple[Path, ...] = (*_CUT, *_DIVERT, *_READ, *_SEND)
"""All paths over the mail path."""

SENDING = ("ses:SendEmail", "ses:SendRawEmail")
"""The actions that send: one of them is enough."""
