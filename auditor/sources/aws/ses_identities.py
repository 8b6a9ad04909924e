"""SES identities: what API v2 tells one by one, and the notification topics that only API v1 tells.

Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetEmailIdentity.html
"""

from collections.abc import Mapping

import msgspec

from auditor.model.known import Known, Unknown, Value
from auditor.model.policy import Document
from auditor.model.ses import EmailIdentity, IdentityPolicy
from auditor.model.text import Text, text
from auditor.sources.aws.answers import always, derived, left_out, still_there, told, told_text
from auditor.sources.aws.calls import Reads, TokenPage
from auditor.sources.aws.found import Found, Site
from auditor.sources.aws.tags import Tag, tags

BATCH = 100
"""Identities that one call of API v1 takes."""
PAGE_SIZE = 1000
_NOT_FOUND = frozenset({"NotFoundException"})

_DETAIL, _NOTIFICATIONS = "ses:GetEmailIdentity", "ses:GetIdentityNotificationAttributes"


class _Item(msgspec.Struct, frozen=True, rename="pascal"):
    identity_name: str
    identity_type: str | None = None
    verification_status: str | None = None


class _Items(TokenPage, frozen=True, rename="pascal"):
    email_identities: tuple[_Item, ...]


class _Dkim(msgspec.Struct, frozen=True, rename="pascal"):
    signing_enabled: bool | None = None
    status: str | None = None
    signing_attributes_origin: str | None = None
    current_signing_key_length: str | None = None


class _MailFrom(msgspec.Struct, frozen=True, rename="pascal"):
    mail_from_domain: str | None = None
    mail_from_domain_status: str | None = None
    behavior_on_mx_failure: str | None = None


class _Identity(msgspec.Struct, frozen=True, rename="pascal"):
    identity_type: str | None = None
    verification_status: str | None = None
    verified_for_sending_status: bool | None = None
    feedback_forwarding_status: bool | None = None
    dkim_attributes: _Dkim = _Dkim()
    mail_from_attributes: _MailFrom | None = None
    policies: dict[str, str] = {}
    configuration_set_name: str | None = None
    tags: tuple[Tag, ...] = ()


class _Topics(msgspec.Struct, frozen=True, rename="pascal"):
    bounce_topic: str | None = None
    complaint_topic: str | None = None
    delivery_topic: str | None = None
    forwarding_enabled: bool | None = None
    headers_in_bounce_notifications_enabled: bool = False
    headers_in_complaint_notifications_enabled: bool = False
    headers_in_delivery_notifications_enabled: bool = False


class _Notifications(msgspec.Struct, frozen=True, rename="pascal"):
    notification_attributes: dict[str, _Topics]


class Identities(msgspec.Struct, frozen=True):
    """The identities that were listed, by name, and whether these are all."""

    items: dict[str, _Item]
    complete: Known[bool] | Unknown


def listed(v2: Reads) -> Identities:
    """The identities of a Region, sorted by name."""
    pages, complete = v2.pages("ListEmailIdentities", _Items, PageSize=PAGE_SIZE)
    items = {item.identity_name: item for page in pages for item in page.email_identities}
    return Identities(dict(sorted(items.items())), complete)


def notifications(v1: Reads, identities: Identities) -> dict[str, Value[_Topics]]:
    """The notification topics of each identity."""
    names = list(identities.items)
    batches = [names[start : start + BATCH] for start in range(0, len(names), BATCH)]
    answers = v1.each("GetIdentityNotificationAttributes", _Notifications, [{"Identities": one} for one in batches])
    return {
        name: answer if isinstance(answer, Unknown) else _of(answer.value, name)
        for batch, answer in zip(batches, answers, strict=True)
        for name in batch
    }


def read(v2: Reads, site: Site, identities: Identities, topics: Mapping[str, Value[_Topics]]) -> Found:
    """The identities with their sending authorization policies."""
    names = list(identities.items)
    asked = [{"EmailIdentity": name} for name in names]
    details = v2.each_if_exists("GetEmailIdentity", _Identity, _NOT_FOUND, asked)
    answers = still_there(zip(names, details, strict=True))
    arns = {name: _arn(site, name) for name in answers}
    return Found(
        (
            *(_identity(site, identities.items[name], answer, topics[name]) for name, answer in answers.items()),
            *(policy for name, answer in answers.items() for policy in _policies(site, name, answer)),
        ),
        (
            site.covered("ses:ListEmailIdentities", identities.complete),
            *site.covered_each(
                _DETAIL,
                {str(arns[name]): answer for name, answer in answers.items()},
                "identities",
                identities.complete,
            ),
            *site.covered_each(
                _NOTIFICATIONS,
                {str(arn): topics[name] for name, arn in arns.items()},
                "identities",
                identities.complete,
            ),
        ),
    )


def _arn(site: Site, name: str) -> Text:
    return site.place.arn("ses", f"identity/{name}")


def _of(answer: _Notifications, name: str) -> Value[_Topics]:
    found = answer.notification_attributes.get(name)
    return left_out(_NOTIFICATIONS, "one of the identities") if found is None else told(found)


def _identity(site: Site, item: _Item, answer: Value[_Identity], topics: Value[_Topics]) -> EmailIdentity:
    dkim = derived(answer, lambda a: told(a.dkim_attributes))
    mail_from = derived(answer, lambda a: always(a.mail_from_attributes, _DETAIL, "MailFromAttributes"))
    return EmailIdentity(
        **site.named(EmailIdentity, item.identity_name, arn=_arn(site, item.identity_name)),
        identity_type=_either(
            item.identity_type, derived(answer, lambda a: always(a.identity_type, _DETAIL, "IdentityType"))
        ),
        verification_status=_either(
            item.verification_status,
            derived(answer, lambda a: always(a.verification_status, _DETAIL, "VerificationStatus")),
        ),
        verified_for_sending=derived(
            answer, lambda a: always(a.verified_for_sending_status, _DETAIL, "VerifiedForSendingStatus")
        ),
        feedback_forwarding=_forwarding(answer, topics),
        dkim_signing=derived(dkim, lambda d: always(d.signing_enabled, _DETAIL, "DkimAttributes.SigningEnabled")),
        dkim_status=derived(dkim, lambda d: always(d.status, _DETAIL, "DkimAttributes.Status")),
        dkim_origin=derived(
            dkim, lambda d: always(d.signing_attributes_origin, _DETAIL, "DkimAttributes.SigningAttributesOrigin")
        ),
        dkim_key_length=derived(dkim, _key_length),
        mail_from_domain=derived(mail_from, lambda m: told_text(m.mail_from_domain)),
        mail_from_status=derived(mail_from, lambda m: told(m.mail_from_domain_status or None)),
        mail_from_behavior=derived(mail_from, lambda m: told(m.behavior_on_mx_failure or None)),
        configuration_set=derived(answer, lambda a: told_text(a.configuration_set_name)),
        bounce_topic=derived(topics, lambda t: told_text(t.bounce_topic)),
        complaint_topic=derived(topics, lambda t: told_text(t.complaint_topic)),
        delivery_topic=derived(topics, lambda t: told_text(t.delivery_topic)),
        headers_in_notifications=derived(topics, lambda t: told(_headers(t))),
        tags=derived(answer, lambda a: told(tags(a.tags))),
    )


def _forwarding(answer: Value[_Identity], topics: Value[_Topics]) -> Value[bool]:
    """Both versions of the API tell it."""
    new = derived(answer, lambda a: always(a.feedback_forwarding_status, _DETAIL, "FeedbackForwardingStatus"))
    if isinstance(new, Known):
        return new
    old = derived(topics, lambda t: always(t.forwarding_enabled, _DETAIL, "ForwardingEnabled"))
    return old if isinstance(old, Known) else new


def _key_length(dkim: _Dkim) -> Value[str | None]:
    # Only Easy DKIM has key pairs whose length SES tells, and none before DKIM was set up.
    if dkim.current_signing_key_length:
        return told(dkim.current_signing_key_length)
    if dkim.signing_attributes_origin == "EXTERNAL" or dkim.status == "NOT_STARTED":
        return told(None)
    return left_out(_DETAIL, "DkimAttributes.CurrentSigningKeyLength")


def _headers(topics: _Topics) -> tuple[str, ...]:
    told_of = {
        "BOUNCE": topics.headers_in_bounce_notifications_enabled,
        "COMPLAINT": topics.headers_in_complaint_notifications_enabled,
        "DELIVERY": topics.headers_in_delivery_notifications_enabled,
    }
    return tuple(event for event, is_on in told_of.items() if is_on)


def _policies(site: Site, name: str, answer: Value[_Identity]) -> list[IdentityPolicy]:
    if isinstance(answer, Unknown):
        return []
    return [
        IdentityPolicy(
            **site.named(IdentityPolicy, policy, address=f"{name}/{policy}"),
            identity=told(text(name)),
            document=told(Document(json=written)),
        )
        for policy, written in sorted(answer.value.policies.items())
    ]


def _either(in_list: str | None, in_detail: Value[str]) -> Value[str]:
    return told(in_list) if isinstance(in_detail, Unknown) and in_list else in_detail
