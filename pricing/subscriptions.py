"""What a subscription is charged by: the meter of its deliveries, whether its filter policy scans bodies, and where to.

An account has many subscriptions and few ways in which they are charged.
"""

from collections.abc import Mapping
from functools import cache, lru_cache

import msgspec

from auditor.model import arn
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


UNTOLD = ""
"""Stands for a Region that is not told."""
_ELSEWHERE = frozenset({"sqs", "lambda"})
"""Protocols of what can be in another Region than the topic.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html
"""


class Way(msgspec.Struct, frozen=True, eq=False):
    """How a subscription is charged.

    Attributes:
        meter: of its deliveries; None when it is not told.
        is_pending: whether it waits for its confirmation, so that nothing is delivered.
        is_filtered: whether it has a filter policy.
        scans: whether that is matched against bodies, which SNS charges by the GB.
        region: that it delivers to, `UNTOLD` if that is not told; None for what has no Region, and for one that is
            told by no more than that it is the subscription's.
    """

    meter: Meter | None
    is_pending: Truth
    is_filtered: Truth
    scans: Truth
    region: str | None

    @property
    def is_told(self) -> bool:
        """Whether nothing is missing that would have to be said of a subscription by its name."""
        return self.meter is not None and self.is_filtered is not Truth.UNKNOWN and self.scans is not Truth.UNKNOWN

    def away(self, home: str | None) -> str | None:
        """The other Region that it delivers to, `UNTOLD` if that is not told; None for that of its topic.

        Args:
            home: Region of the topic. None when it is not told, and then nothing can be told apart.
        """
        return None if home is None or self.region == home else self.region


def way_of(subscription: Subscription) -> Way:
    """How a subscription is charged: the same object for those that are charged alike, as far as memory goes."""
    protocol, pending = subscription.protocol, subscription.pending
    policy, scope = subscription.filter_policy, subscription.filter_scope
    meter = meter_of(subscription)
    return _way(
        meter.id if meter is not None else None,
        pending.value if isinstance(pending, Known) else None,
        policy.value is not None if isinstance(policy, Known) else None,
        scope.value == "MessageBody" if isinstance(scope, Known) else None,
        _region(subscription) if isinstance(protocol, Known) and protocol.value in _ELSEWHERE else None,
    )


@lru_cache(10_000)
def _way(meter: str | None, pending: bool | None, filtered: bool | None, body: bool | None, region: str | None) -> Way:  # noqa: FBT001 - made from values
    is_filtered = _truth(filtered)
    return Way(
        meter=meters()[meter] if meter is not None else None,
        is_pending=_truth(pending),
        is_filtered=is_filtered,
        scans=is_filtered & _truth(body),
        region=region,
    )


def _truth(value: bool | None) -> Truth:  # noqa: FBT001 - the conversion of exactly that
    return Truth.UNKNOWN if value is None else Truth.of(value)


def _region(subscription: Subscription) -> str | None:
    """The Region of a queue or function; see `Way.region`."""
    if isinstance(subscription.endpoint, Unknown) or subscription.endpoint.value is None:
        return UNTOLD
    endpoint = subscription.endpoint.value
    written = endpoint.literal
    if written is not None:
        pieces = written.split(":", 5)
        return pieces[3] if len(pieces) == 6 else UNTOLD
    parts = arn.parse(endpoint)
    if isinstance(parts, Unknown):
        return UNTOLD
    there = parts.value.region
    return None if there == subscription.region else there.literal or UNTOLD
