"""Amazon SES in one Region, in an order that tells most first: its quota is one request per second."""

import math
from typing import Annotated

import msgspec

from auditor.model.known import Cause, Unknown, Value
from auditor.model.origin import API
from auditor.model.ses import AccountSettings
from auditor.sources.aws import ses_identities, ses_receipt_rules, ses_sets
from auditor.sources.aws.answers import always, as_complete, derived, left_out, told
from auditor.sources.aws.calls import Reads
from auditor.sources.aws.found import Found, Site, join

_ACTION = "ses:GetAccount"


class _Quota(msgspec.Struct, frozen=True, rename="pascal"):
    max24_hour_send: Annotated[float, msgspec.Meta(ge=-1, le=1e15)] | None = msgspec.field(
        name="Max24HourSend", default=None
    )
    max_send_rate: Annotated[float, msgspec.Meta(ge=0, le=1e15)] | None = None


class _Suppression(msgspec.Struct, frozen=True, rename="pascal"):
    suppressed_reasons: tuple[str, ...] = ()


class _Vdm(msgspec.Struct, frozen=True, rename="pascal"):
    vdm_enabled: str


class _Pricing(msgspec.Struct, frozen=True, rename="pascal"):
    current_plan: str | None = None


class _Account(msgspec.Struct, frozen=True, rename="pascal"):
    sending_enabled: bool | None = None
    production_access_enabled: bool | None = None
    enforcement_status: str | None = None
    dedicated_ip_auto_warmup_enabled: bool | None = None
    send_quota: _Quota = _Quota()
    suppression_attributes: _Suppression | None = None
    vdm_attributes: _Vdm | None = None
    pricing_attributes: _Pricing = _Pricing()


def read(v2: Reads, v1: Reads, site: Site) -> Found:
    """Settings, identities, configuration sets and receipt rules of a Region.

    Args:
        v2: calls of version 2 of the API.
        v1: calls of version 1, which alone tells some things.
        site: the account and Region.
    """
    settings = _settings(v2, site)
    identities = ses_identities.listed(v2)
    sets = ses_sets.listed(v2)
    topics = ses_identities.notifications(v1, identities)
    receipt_rules = ses_receipt_rules.read(v1, site)
    return join(
        (
            settings,
            ses_identities.read(v2, site, identities, topics),
            ses_sets.read(v2, site, sets),
            receipt_rules,
        )
    )


def _settings(reads: Reads, site: Site) -> Found:
    answer = reads.ask("GetAccount", _Account)
    settings = AccountSettings(
        **site.named(AccountSettings, site.account),
        sending_enabled=derived(answer, lambda a: always(a.sending_enabled, _ACTION, "SendingEnabled")),
        production_access=derived(
            answer, lambda a: always(a.production_access_enabled, _ACTION, "ProductionAccessEnabled")
        ),
        enforcement_status=derived(answer, lambda a: always(a.enforcement_status, _ACTION, "EnforcementStatus")),
        suppressed_reasons=derived(answer, _suppressed),
        dedicated_ip_warmup=derived(
            answer, lambda a: always(a.dedicated_ip_auto_warmup_enabled, _ACTION, "DedicatedIpAutoWarmupEnabled")
        ),
        vdm_enabled=derived(answer, _vdm),
        pricing_plan=derived(answer, _plan),
        daily_quota=derived(answer, lambda a: always(_floor(a.send_quota.max24_hour_send), _ACTION, "Max24HourSend")),
        max_send_rate=derived(answer, lambda a: always(_floor(a.send_quota.max_send_rate), _ACTION, "MaxSendRate")),
    )
    return Found((settings,), (site.covered(_ACTION, as_complete(answer)),))


def _suppressed(account: _Account) -> Value[tuple[str, ...]]:
    if account.suppression_attributes is None:
        return left_out(_ACTION, "SuppressionAttributes")
    return told(tuple(sorted(account.suppression_attributes.suppressed_reasons)))


def _vdm(account: _Account) -> Value[bool]:
    if account.vdm_attributes is None:
        return _undocumented("VdmAttributes")
    return told(account.vdm_attributes.vdm_enabled == "ENABLED")


def _plan(account: _Account) -> Value[str]:
    plan = account.pricing_attributes.current_plan
    return _undocumented("PricingAttributes") if plan is None else told(plan)


def _undocumented(member: str) -> Unknown:
    return Unknown(Cause.UNDECIDED, f"{_ACTION} answered without {member}, and AWS does not say what that means", API)


def _floor(number: float | None) -> int | None:
    return None if number is None else math.floor(number)
