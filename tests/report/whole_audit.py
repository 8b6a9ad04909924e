"""One audit that has everything a report can show, for the golden files."""

from datetime import UTC, datetime, timedelta

from gate.samples import TEMPLATE, TODAY, audit, bad, good, live_topic, open_, rule, subscription, topic

from auditor.engine import Audit
from auditor.finding import (
    Confidence,
    Evidence,
    Fix,
    Framework,
    Related,
    Severity,
    Verdict,
    failed,
)
from auditor.gate.configuration import Configuration
from auditor.gate.outcome import Gap, Judged, judge
from auditor.gate.waivers import Waiver
from auditor.model.coverage import Coverage
from auditor.model.inventory import AnyResource, Input
from auditor.model.known import Cause, Known, Unknown
from auditor.model.origin import Location
from auditor.model.sns import Subscription
from auditor.model.text import Symbol, text

HOOK = "https://hooks.example.com/services/T0/token?x=1"
LIVE = Input(
    path="aws:111122223333:eu-west-1",
    kind="aws",
    account="111122223333",
    region="eu-west-1",
    collected_at="2026-11-24T06:00:00Z",
    endpoint="http://127.0.0.1:5000",
    caller="arn:aws:iam::111122223333:role/auditor",
)
PARTS = {"AWS::Lambda::Function": 3, "AWS::S3::Bucket": 12}


def encrypted(resource: AnyResource) -> list[Verdict]:
    """Fails with all that a failure can have."""
    if isinstance(resource, Subscription):
        return []
    if resource.address == "Orders":
        verdict = failed(
            "Topic Orders is encrypted with a key that ses.amazonaws.com may not use, so that every bounce is lost.",
            evidence=(
                Evidence("attribute", "KmsMasterKeyId is alias/orders", Location("mail.yaml", 7, 7)),
                Evidence("absence", "no statement of the key policy names ses.amazonaws.com"),
            ),
            fix=Fix(
                "Let ses.amazonaws.com use the key.",
                locks_out=("nobody",),
                cloudformation="Principal:\n  Service: ses.amazonaws.com",
                terraform='principals { identifiers = ["ses.amazonaws.com"] }',
            ),
            severity=Severity.CRITICAL,
            confidence=Confidence.MEDIUM,
            subject=("ses.amazonaws.com",),
            related=(Related(topic("Bounces", line=30), "gets the bounces", Location("mail.yaml", 30)),),
        )
        return [verdict, bad(f"Topic Orders sends to {HOOK}.", subject=("hook",), severity=Severity.INFO)]
    return [open_(Unknown(Cause.NOT_HERE, f"parameter {resource.address}Key has no value"))]


def named(resource: AnyResource) -> list[Verdict]:
    """Fails for a name that somebody else wrote."""
    return [bad(f"The name is {resource.name}.")] if isinstance(resource, Subscription) else [good()]


def tagged(resource: AnyResource) -> list[Verdict]:
    """Cannot be decided in an account that may not be read."""
    return [] if resource.is_declared else [open_(Unknown(Cause.DENIED, "sns:ListTagsForResource"))]


def crashing(resource: AnyResource) -> list[Verdict]:
    """Has a bug."""
    if resource.address == "Orders":
        raise ValueError("too\x1b[31m red")
    return []


def whole_audit() -> Audit:
    """Three topics and a subscription, in a template and in an account."""
    rules = [
        rule("sns-topic-key", encrypted),
        rule("sns-topic-name", named, Severity.MEDIUM),
        rule("sns-topic-tags", tagged, Severity.LOW),
        rule("sns-topic-crash", crashing),
    ]
    rules[0].controls = {Framework.NIST_800_53_R5: ("SC-28", "SC-12"), Framework.FSBP: ("SNS.1",)}
    template = Input(
        path=TEMPLATE.path,
        kind=TEMPLATE.kind,
        sha256=TEMPLATE.sha256,
        unsupported=PARTS,
        leaves=40,
        unknown_leaves=2,
    )
    return audit(
        rules,
        topic("Orders", tags=Known({"team": text("mail"), "stage": text(Symbol("Stage"))})),
        topic("Bounces", name="\u202ebounces\n::error::x", line=30),
        subscription(HOOK),
        live_topic("live"),
        inputs=(template, LIVE),
        coverage=(Coverage("111122223333", "eu-west-1", "kms:ListKeys", Unknown(Cause.DENIED, "kms:ListKeys")),),
    )


def whole() -> Judged:
    """The audit, judged with waivers of all fates."""
    yesterday = TODAY - timedelta(days=1)
    waivers = (
        Waiver(reason="known", until=TODAY, rule="sns-topic-name", resource=HOOK, where="auditor.yaml:4"),
        Waiver(reason="old", until=yesterday, rule="sns-topic-key", resource="*", where="auditor.yaml:9"),
        Waiver(reason="other", until=TODAY, rule="sns-topic-key", tag=("team", "web"), where="auditor.yaml:14"),
    )
    return judge(
        whole_audit(),
        Configuration(path="auditor.yaml", sha256="b" * 64, waivers=waivers),
        TODAY,
        started_at=datetime(2026, 11, 24, 7, 30, tzinfo=UTC),
        rules_digest="c" * 64,
        unread=(Gap(cause=Cause.FAILED, what="broken.yaml: not valid YAML"),),
    )
