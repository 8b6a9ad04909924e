"""SES configuration sets and their event destinations.

Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetConfigurationSet.html
Defaults: https://docs.aws.amazon.com/ses/latest/APIReference/API_ReputationOptions.html
"""

import msgspec

from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.origin import API
from auditor.model.ses import ConfigurationSet, EventDestination
from auditor.model.text import Text, text
from auditor.sources.aws.answers import derived, or_default, still_there, told, told_text
from auditor.sources.aws.calls import Reads, TokenPage
from auditor.sources.aws.found import Found, Site
from auditor.sources.aws.tags import Tag, tags

PAGE_SIZE = 1000
_NOT_FOUND = frozenset({"NotFoundException"})
_NOUN = "configuration sets"

_LIST, _DETAIL = "ses:ListConfigurationSets", "ses:GetConfigurationSet"
_DESTINATIONS = "ses:GetConfigurationSetEventDestinations"


class _Names(TokenPage, frozen=True, rename="pascal"):
    configuration_sets: tuple[str, ...]


class _Delivery(msgspec.Struct, frozen=True, rename="pascal"):
    tls_policy: str | None = None
    sending_pool_name: str | None = None
    max_delivery_seconds: int | None = None


class _Reputation(msgspec.Struct, frozen=True, rename="pascal"):
    reputation_metrics_enabled: bool | None = None


class _Sending(msgspec.Struct, frozen=True, rename="pascal"):
    sending_enabled: bool | None = None


class _Suppression(msgspec.Struct, frozen=True, rename="pascal"):
    suppressed_reasons: tuple[str, ...] = ()


class _Tracking(msgspec.Struct, frozen=True, rename="pascal"):
    custom_redirect_domain: str | None = None
    https_policy: str | None = None


class _Archiving(msgspec.Struct, frozen=True, rename="pascal"):
    archive_arn: str | None = None


class _Set(msgspec.Struct, frozen=True, rename="pascal"):
    delivery_options: _Delivery = _Delivery()
    reputation_options: _Reputation = _Reputation()
    sending_options: _Sending = _Sending()
    suppression_options: _Suppression | None = None
    tracking_options: _Tracking = _Tracking()
    archiving_options: _Archiving = _Archiving()
    tags: tuple[Tag, ...] = ()


class _Sns(msgspec.Struct, frozen=True, rename="pascal"):
    topic_arn: str | None = None


class _Firehose(msgspec.Struct, frozen=True, rename="pascal"):
    iam_role_arn: str | None = None
    delivery_stream_arn: str | None = None


class _EventBridge(msgspec.Struct, frozen=True, rename="pascal"):
    event_bus_arn: str | None = None


class _Pinpoint(msgspec.Struct, frozen=True, rename="pascal"):
    application_arn: str | None = None


class _CloudWatch(msgspec.Struct, frozen=True):
    pass


class _Destination(msgspec.Struct, frozen=True, rename="pascal"):
    name: str
    enabled: bool = False
    matching_event_types: tuple[str, ...] = ()
    sns_destination: _Sns = _Sns()
    kinesis_firehose_destination: _Firehose = _Firehose()
    event_bridge_destination: _EventBridge = _EventBridge()
    pinpoint_destination: _Pinpoint = _Pinpoint()
    cloud_watch_destination: _CloudWatch | None = None


class _Destinations(msgspec.Struct, frozen=True, rename="pascal"):
    event_destinations: tuple[_Destination, ...] = ()


class Sets(msgspec.Struct, frozen=True):
    """The names of the configuration sets that were listed, and whether these are all."""

    names: tuple[str, ...]
    complete: Known[bool] | Unknown


def listed(v2: Reads) -> Sets:
    """The configuration sets of a Region, sorted by name."""
    pages, complete = v2.pages("ListConfigurationSets", _Names, PageSize=PAGE_SIZE)
    return Sets(tuple(sorted({name for page in pages for name in page.configuration_sets})), complete)


def read(v2: Reads, site: Site, sets: Sets) -> Found:
    """The configuration sets with their event destinations, which tell more and are read first."""
    asked = [{"ConfigurationSetName": name} for name in sets.names]
    told_of = v2.each_if_exists("GetConfigurationSetEventDestinations", _Destinations, _NOT_FOUND, asked)
    destinations = still_there(zip(sets.names, told_of, strict=True))
    details = still_there(
        zip(sets.names, v2.each_if_exists("GetConfigurationSet", _Set, _NOT_FOUND, asked), strict=True)
    )
    there = [name for name in sets.names if name in destinations and name in details]
    arns = {name: str(_arn(site, name)) for name in there}
    return Found(
        (
            *(_set(site, name, details[name]) for name in there),
            *(made for name in there for made in _event_destinations(site, name, destinations[name])),
        ),
        (
            site.covered(_LIST, sets.complete),
            *site.covered_each(_DETAIL, {arns[name]: details[name] for name in there}, _NOUN, sets.complete),
            *site.covered_each(_DESTINATIONS, {arns[name]: destinations[name] for name in there}, _NOUN, sets.complete),
        ),
    )


def _arn(site: Site, name: str) -> Text:
    return site.place.arn("ses", f"configuration-set/{name}")


def _set(site: Site, name: str, answer: Value[_Set]) -> ConfigurationSet:
    return ConfigurationSet(
        **site.named(ConfigurationSet, name, arn=_arn(site, name)),
        tls_policy=derived(answer, lambda a: or_default(a.delivery_options.tls_policy, "OPTIONAL")),
        sending_pool=derived(answer, lambda a: told_text(a.delivery_options.sending_pool_name)),
        max_delivery_seconds=derived(answer, lambda a: told(a.delivery_options.max_delivery_seconds)),
        reputation_metrics=derived(
            answer, lambda a: or_default(a.reputation_options.reputation_metrics_enabled, absent=False)
        ),
        sending_enabled=derived(answer, lambda a: or_default(a.sending_options.sending_enabled, absent=True)),
        suppressed_reasons=derived(answer, _suppressed),
        tracking_domain=derived(answer, lambda a: told_text(a.tracking_options.custom_redirect_domain)),
        https_policy=derived(answer, lambda a: told(a.tracking_options.https_policy or None)),
        archive=derived(answer, lambda a: told_text(a.archiving_options.archive_arn)),
        tags=derived(answer, lambda a: told(tags(a.tags))),
    )


def _suppressed(answer: _Set) -> Value[tuple[str, ...] | None]:
    if answer.suppression_options is None:
        return told(None)
    reasons = answer.suppression_options.suppressed_reasons
    if not reasons:
        detail = f"{_DETAIL}: AWS does not say whether empty suppression options override those of the account"
        return Unknown(Cause.UNDECIDED, detail, API)
    return told(tuple(sorted(reasons)))


def _event_destinations(site: Site, name: str, answer: Value[_Destinations]) -> list[EventDestination]:
    if isinstance(answer, Unknown):
        return []
    return [
        EventDestination(
            **site.named(EventDestination, one.name, address=f"{name}/{one.name}"),
            configuration_set=told(text(name)),
            enabled=told(one.enabled),
            event_types=told(tuple(sorted(kind.upper() for kind in one.matching_event_types))),
            topic=told_text(one.sns_destination.topic_arn),
            firehose_stream=told_text(one.kinesis_firehose_destination.delivery_stream_arn),
            firehose_role=told_text(one.kinesis_firehose_destination.iam_role_arn),
            event_bus=told_text(one.event_bridge_destination.event_bus_arn),
            pinpoint_application=told_text(one.pinpoint_destination.application_arn),
            cloudwatch=told(one.cloud_watch_destination is not None),
        )
        for one in sorted(answer.value.event_destinations, key=lambda one: one.name)
    ]
