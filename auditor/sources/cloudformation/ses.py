"""Amazon SES: identities, configuration sets, event destinations, receipt rules.

Defaults: https://docs.aws.amazon.com/ses/latest/APIReference-V2/ and, for receipt rules and event destinations,
https://docs.aws.amazon.com/ses/latest/APIReference/
"""

import re
from collections.abc import Iterator

from auditor.model.inventory import AnyResource
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.origin import How, Origin
from auditor.model.policy import Gap, Mapping, Sequence
from auditor.model.ses import (
    ConfigurationSet,
    EmailIdentity,
    EventDestination,
    ReceiptAction,
    ReceiptRule,
    ReceiptRuleSet,
)
from auditor.model.text import Text, text
from auditor.sources.cloudformation.declared import Declared, Mapper
from auditor.sources.cloudformation.properties import Properties

_SET = "AWS::SES::ConfigurationSet"
_WORD_START = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _email_identity(declared: Declared) -> Iterator[AnyResource]:
    properties = declared.properties
    mail_from = properties.nested("MailFromAttributes")
    domain = mail_from.text("MailFromDomain", None)
    outside = declared.handed
    topic: Value[Text | None] = Known(None, declared.absent()) if outside is None else outside
    dkim_origin, dkim_key_length = _dkim(properties)
    yield EmailIdentity(
        **declared.identity(),
        identity_type=_identity_type(properties),
        verification_status=declared.not_yet("whether the identity is verified is known after the deployment"),
        verified_for_sending=declared.not_yet("whether the identity is verified is known after the deployment"),
        feedback_forwarding=properties.nested("FeedbackAttributes").boolean("EmailForwardingEnabled", default=True),
        dkim_signing=properties.nested("DkimAttributes").boolean("SigningEnabled", default=True),
        dkim_status=declared.not_yet("whether the DKIM records were found is known after the deployment"),
        dkim_origin=dkim_origin,
        dkim_key_length=dkim_key_length,
        mail_from_domain=domain,
        mail_from_status=_mail_from(domain, declared.not_yet("whether the MAIL FROM records were found")),
        mail_from_behavior=_mail_from(domain, mail_from.upper("BehaviorOnMxFailure", "USE_DEFAULT_VALUE")),
        configuration_set=declared.naming(
            _SET,
            "ConfigurationSetAttributes",
            "ConfigurationSetName",
            value=properties.nested("ConfigurationSetAttributes").text("ConfigurationSetName", None),
        ),
        bounce_topic=topic,
        complaint_topic=topic,
        delivery_topic=topic,
        headers_in_notifications=Known((), declared.absent()) if outside is None else outside,
    )


def _identity_type(properties: Properties) -> Value[str]:
    """By the name; where that is not told, by attributes that AWS takes for domains only."""
    name = properties.required("EmailIdentity")
    if isinstance(name, Known):
        if any(isinstance(part, str) and "@" in part for part in name.value.parts):
            return Known("EMAIL_ADDRESS", name.origin)
        if name.value.literal is not None:
            return Known("DOMAIN", name.origin)
    signing = properties.node("DkimSigningAttributes")
    if isinstance(signing, Mapping) and signing.entries:
        return Known("DOMAIN", Origin(How.WRITTEN, properties.place("DkimSigningAttributes")))
    if isinstance(name, Unknown):
        return name
    holes = name.value.holes
    cause, detail = (holes[0].cause, holes[0].detail) if holes else (Cause.NOT_HERE, f"{name.value} is not told")
    return Unknown(cause, detail, name.origin)


def _dkim(properties: Properties) -> tuple[Value[str], Value[str | None]]:
    """Origin and key length: own keys are EXTERNAL, else Easy DKIM signs with 2048 bits."""
    signing = properties.nested("DkimSigningAttributes")
    selector = signing.node("DomainSigningSelector") or signing.node("DomainSigningPrivateKey")
    if isinstance(selector, Gap) and selector.may_be_absent:
        return selector.unknown, selector.unknown
    if selector is not None:
        origin = Origin(How.WRITTEN, properties.place("DkimSigningAttributes"))
        return Known("EXTERNAL", origin), Known(None, origin)
    default = Origin(How.DEFAULT, properties.at)
    length: Value[str | None] = signing.upper("NextSigningKeyLength", "RSA_2048_BIT")
    return Known("AWS_SES", default), length


def _mail_from(domain: Value[Text | None], value: Value[str]) -> Value[str | None]:
    """What belongs to a MAIL FROM domain is None without one."""
    if isinstance(domain, Unknown):
        return domain
    return Known(None, domain.origin) if domain.value is None else value


def _configuration_set(declared: Declared) -> Iterator[AnyResource]:
    properties = declared.properties
    delivery = properties.nested("DeliveryOptions")
    tracking = properties.nested("TrackingOptions")
    yield ConfigurationSet(
        **declared.identity(),
        tls_policy=delivery.upper("TlsPolicy", "OPTIONAL"),
        sending_pool=delivery.text("SendingPoolName", None),
        max_delivery_seconds=delivery.integer("MaxDeliverySeconds", None),
        reputation_metrics=properties.nested("ReputationOptions").boolean("ReputationMetricsEnabled", default=False),
        sending_enabled=properties.nested("SendingOptions").boolean("SendingEnabled", default=True),
        suppressed_reasons=properties.nested("SuppressionOptions").words("SuppressedReasons", None),
        tracking_domain=tracking.text("CustomRedirectDomain", None),
        https_policy=tracking.upper("HttpsPolicy", None),
        archive=properties.nested("ArchivingOptions").text("ArchiveArn", None),
    )


def _event_destination(declared: Declared) -> Iterator[AnyResource]:
    properties = declared.properties
    destination = properties.nested("EventDestination")
    firehose = destination.nested("KinesisFirehoseDestination")
    named = destination.text("Name", None)
    name = named.value if isinstance(named, Known) else None
    yield EventDestination(
        **declared.identity(
            name if name is not None else text(declared.resolver.symbol(f"{declared.logical_id}.Name"))
        ),
        configuration_set=declared.naming(
            _SET, "ConfigurationSetName", value=properties.required("ConfigurationSetName")
        ),
        enabled=destination.boolean("Enabled", default=False),
        event_types=_event_types(destination),
        topic=destination.nested("SnsDestination").text("TopicARN", None),
        firehose_stream=firehose.text("DeliveryStreamARN", None),
        firehose_role=firehose.text("IAMRoleARN", None),
        event_bus=destination.nested("EventBridgeDestination").text("EventBusArn", None),
        pinpoint_application=Known(None, declared.absent()),
        cloudwatch=destination.presence("CloudWatchDestination"),
    )


def _event_types(destination: Properties) -> Value[tuple[str, ...]]:
    """The event types as the API v2 writes them: ``renderingFailure`` is RENDERING_FAILURE."""
    node = destination.node("MatchingEventTypes")
    value = destination.texts("MatchingEventTypes")
    if isinstance(value, Unknown):
        return value
    types: list[str] = []
    for item in value.value:
        literal = item.literal
        if literal is None:
            holes = item.holes
            return holes[0] if holes else Unknown(Cause.NOT_HERE, f"event type {item} is not told", value.origin)
        types.append(literal if literal.isupper() else _WORD_START.sub("_", literal).upper())
    return Known(tuple(types), Origin(value.origin.how, node.at if node is not None else destination.at))


def _receipt_rule_set(declared: Declared) -> Iterator[AnyResource]:
    outside = Unknown(Cause.NOT_HERE, "a template cannot tell which rule set is active", declared.absent())
    yield ReceiptRuleSet(**declared.identity(), active=outside)


def _receipt_rule(declared: Declared) -> Iterator[AnyResource]:
    properties = declared.properties
    rule = properties.nested("Rule")
    named = rule.text("Name", None)
    name = named.value if isinstance(named, Known) else None
    yield ReceiptRule(
        **declared.identity(
            name if name is not None else text(declared.resolver.symbol(f"{declared.logical_id}.Name"))
        ),
        rule_set=properties.required("RuleSetName"),
        enabled=rule.boolean("Enabled", default=False),
        tls_policy=rule.upper("TlsPolicy", "OPTIONAL"),
        scan_enabled=rule.boolean("ScanEnabled", default=False),
        recipients=rule.texts("Recipients"),
        actions=_receipt_actions(rule),
    )


_ACTIONS: dict[str, tuple[str, str | None]] = {
    "S3Action": ("S3", "BucketName"),
    "SNSAction": ("SNS", "TopicArn"),
    "LambdaAction": ("LAMBDA", "FunctionArn"),
    "BounceAction": ("BOUNCE", None),
    "WorkmailAction": ("WORKMAIL", "OrganizationArn"),
    "AddHeaderAction": ("ADD_HEADER", None),
    "StopAction": ("STOP", None),
    "ConnectAction": ("CONNECT", "InstanceARN"),
}
"""Property to kind and the property that holds the target."""


def _receipt_actions(rule: Properties) -> Value[tuple[ReceiptAction, ...]]:
    node = rule.node("Actions")
    if node is None:
        return Known((), Origin(How.DEFAULT, rule.at))
    if isinstance(node, Gap):
        return node.unknown
    if not isinstance(node, Sequence):
        return Unknown(Cause.FAILED, "Actions: expected a list", Origin(How.WRITTEN, node.at))
    actions: list[ReceiptAction] = []
    for item in node.items:
        if isinstance(item, Gap):
            return item.unknown
        if not isinstance(item, Mapping):
            return Unknown(Cause.FAILED, "Actions: expected a mapping", Origin(How.WRITTEN, item.at))
        whole = Properties(item, item.at)
        for name, (kind, target) in _ACTIONS.items():
            if whole.node(name) is not None:
                actions.append(_receipt_action(kind, whole.nested(name), target))
    return Known(tuple(actions), Origin(How.WRITTEN, node.at))


def _receipt_action(kind: str, action: Properties, target: str | None) -> ReceiptAction:
    role = "IAMRoleARN" if kind == "CONNECT" else "IamRoleArn"
    return ReceiptAction(
        kind=kind,
        topic=action.text("TopicArn", None),
        target=action.text(target, None) if target is not None else Known(None, Origin(How.DEFAULT, action.at)),
        kms_key=action.text("KmsKeyArn", None),
        role=action.text(role, None),
    )


MAPPERS: dict[str, Mapper] = {
    "AWS::SES::EmailIdentity": _email_identity,
    "AWS::SES::ConfigurationSet": _configuration_set,
    "AWS::SES::ConfigurationSetEventDestination": _event_destination,
    "AWS::SES::ReceiptRuleSet": _receipt_rule_set,
    "AWS::SES::ReceiptRule": _receipt_rule,
}
