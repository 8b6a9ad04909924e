"""SES receipt rules: the active rule set of a Region and the names of the others. Only API v1 has them.

Source: https://docs.aws.amazon.com/ses/latest/APIReference/API_DescribeActiveReceiptRuleSet.html
"""

from typing import ClassVar

import msgspec

from auditor.model.known import Known, Value
from auditor.model.ses import ReceiptAction, ReceiptRule, ReceiptRuleSet
from auditor.model.text import text
from auditor.sources.aws.answers import as_complete, or_default, told, told_text
from auditor.sources.aws.calls import Reads, TokenPage
from auditor.sources.aws.found import Found, Site

_ACTIVE, _LIST = "ses:DescribeActiveReceiptRuleSet", "ses:ListReceiptRuleSets"


class _Name(msgspec.Struct, frozen=True, rename="pascal"):
    name: str


class _Names(TokenPage, frozen=True, rename="pascal"):
    rule_sets: tuple[_Name, ...]


class _Action(msgspec.Struct, frozen=True, rename="pascal"):
    topic_arn: str | None = None
    bucket_name: str | None = None
    kms_key_arn: str | None = None
    iam_role_arn: str | None = None
    organization_arn: str | None = None
    function_arn: str | None = None
    instance: str | None = msgspec.field(name="InstanceARN", default=None)
    connect_role: str | None = msgspec.field(name="IAMRoleARN", default=None)


class _Actions(msgspec.Struct, frozen=True, rename="pascal"):
    KINDS: ClassVar[dict[str, str]] = {
        "s3_action": "S3",
        "sns_action": "SNS",
        "lambda_action": "LAMBDA",
        "bounce_action": "BOUNCE",
        "workmail_action": "WORKMAIL",
        "add_header_action": "ADD_HEADER",
        "stop_action": "STOP",
        "connect_action": "CONNECT",
    }

    s3_action: _Action | None = msgspec.field(name="S3Action", default=None)
    sns_action: _Action | None = msgspec.field(name="SNSAction", default=None)
    lambda_action: _Action | None = None
    bounce_action: _Action | None = None
    workmail_action: _Action | None = None
    add_header_action: _Action | None = None
    stop_action: _Action | None = None
    connect_action: _Action | None = None


class _Rule(msgspec.Struct, frozen=True, rename="pascal"):
    name: str
    enabled: bool | None = None
    tls_policy: str | None = None
    scan_enabled: bool | None = None
    recipients: tuple[str, ...] = ()
    actions: tuple[_Actions, ...] = ()


class _Active(msgspec.Struct, frozen=True, rename="pascal"):
    metadata: _Name | None = None
    rules: tuple[_Rule, ...] = ()


def read(v1: Reads, site: Site) -> Found:
    """The rule sets of a Region and the rules of the active one."""
    active = v1.ask("DescribeActiveReceiptRuleSet", _Active)
    pages, listed = v1.pages("ListReceiptRuleSets", _Names)
    names = {item.name for page in pages for item in page.rule_sets}
    rules: list[ReceiptRule] = []
    if isinstance(active, Known) and active.value.metadata is not None:
        names.add(active.value.metadata.name)
        rules = [_rule(site, active.value.metadata.name, rule) for rule in active.value.rules]
    return Found(
        (*(_rule_set(site, name, active) for name in sorted(names)), *rules),
        (
            site.covered(_ACTIVE, as_complete(active)),
            site.covered(_LIST, listed),
        ),
    )


def _rule_set(site: Site, name: str, active: Value[_Active]) -> ReceiptRuleSet:
    return ReceiptRuleSet(
        **site.named(ReceiptRuleSet, name, arn=site.place.arn("ses", f"receipt-rule-set/{name}")),
        active=active.map(lambda a: a.metadata is not None and a.metadata.name == name),
    )


def _rule(site: Site, rule_set: str, rule: _Rule) -> ReceiptRule:
    return ReceiptRule(
        **site.named(
            ReceiptRule,
            rule.name,
            address=f"{rule_set}/{rule.name}",
            arn=site.place.arn("ses", f"receipt-rule-set/{rule_set}:receipt-rule/{rule.name}"),
        ),
        rule_set=told(text(rule_set)),
        enabled=or_default(rule.enabled, absent=False),
        tls_policy=or_default(rule.tls_policy and rule.tls_policy.upper(), "OPTIONAL"),
        scan_enabled=or_default(rule.scan_enabled, absent=False),
        recipients=told(tuple(text(recipient) for recipient in rule.recipients)),
        actions=told(tuple(made for action in rule.actions for made in _actions(action))),
    )


def _actions(written: _Actions) -> list[ReceiptAction]:
    found = ((kind, getattr(written, field)) for field, kind in _Actions.KINDS.items())
    return [_action(kind, action) for kind, action in found if isinstance(action, _Action)]


def _action(kind: str, action: _Action) -> ReceiptAction:
    target = {
        "S3": action.bucket_name,
        "SNS": action.topic_arn,
        "LAMBDA": action.function_arn,
        "WORKMAIL": action.organization_arn,
        "CONNECT": action.instance,
    }.get(kind)
    return ReceiptAction(
        kind=kind,
        topic=told_text(action.topic_arn),
        target=told_text(target),
        kms_key=told_text(action.kms_key_arn),
        role=told_text(action.iam_role_arn or action.connect_role),
    )
