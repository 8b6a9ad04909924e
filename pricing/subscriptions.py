"""What a subscription is charged by: the meter of its deliveries, and whether its filter policy scans bodies."""

from collections.abc import Mapping
from functools import cache

from auditor.model.known import Known, Truth, Unknown
from auditor.model.sns import Subscription
from pricing.meters.meter import Meter
from pricing.meters.registry import meters

_PROTOCOLS = {
    "http": "http",
    "https": "http",
    "email": "email",
    "email-json": "email",
    "sqs": "sqs",
    "lambda": "lambda",
    "firehose": "firehose",
    "sms": "sms",
}
"""Subscription protocol to the last word of its meter."""

_PLATFORMS = {
    "APNS": "apns",
    "APNS_SANDBOX": "apns_sandbox",
    "APNS_VOIP": "apns_voip",
    "APNS_VOIP_SANDBOX": "apns_voip_sandbox",
    "APNS_PASSBOOK": "apns_passbook",
    "APNS_PASSBOOK_SANDBOX": "apns_passbook_sandbox",
    "MACOS": "macos",
    "MACOS_SANDBOX": "macos_sandbox",
    "GCM": "gcm",
    "ADM": "adm",
    "BAIDU": "baidu",
    "MPNS": "mpns",
    "WNS": "wns",
}
"""Platform in an endpoint's ARN (``endpoint/GCM/…``) to the last word of its meter."""


@cache
def _by_protocol() -> Mapping[str, Meter]:
    """Protocol to the meter of its deliveries."""
    known = meters()
    return {protocol: known[f"sns.delivery.{name}"] for protocol, name in _PROTOCOLS.items()}


def meter_of(subscription: Subscription) -> Meter | None:
    """The meter that a subscription's deliveries count on; None when it is not told."""
    if isinstance(subscription.protocol, Unknown):
        return None
    protocol = subscription.protocol.value
    meter = _by_protocol().get(protocol)
    if meter is not None:
        return meter
    if protocol != "application" or isinstance(subscription.endpoint, Unknown) or subscription.endpoint.value is None:
        return None
    pieces = (subscription.endpoint.value.literal or "").split("/")
    platform = _PLATFORMS.get(pieces[1]) if len(pieces) > 2 else None
    return meters()[f"sns.delivery.push.{platform}"] if platform is not None else None


def scans(subscription: Subscription) -> Truth:
    """Whether a subscription's filter policy is matched against bodies, which SNS charges by the GB."""
    policy, scope = subscription.filter_policy, subscription.filter_scope
    if isinstance(policy, Known) and policy.value is None:
        return Truth.FALSE
    if isinstance(scope, Known) and scope.value != "MessageBody":
        return Truth.FALSE
    return Truth.UNKNOWN if isinstance(policy, Unknown) or isinstance(scope, Unknown) else Truth.TRUE
