"""Topic has no server-side encryption with a KMS key.

## What it checks

The topic's `KmsMasterKeyId`. Amazon SNS encrypts what it stores on disk in any case; this is about SSE-KMS, where the
bodies of messages are encrypted under a key whose policy and use you control and can audit.

## Why it matters

Without SSE-KMS nobody needs permission for a key to read what the topic holds, and CloudTrail shows no use of a key.
Frameworks that ask for customer-controlled encryption at rest are not met. AWS itself no longer recommends it for
every topic, so the severity is low: raise it in the configuration where a framework requires it.

## How to fix

Make a customer managed key and set it as `KmsMasterKeyId`. Its policy must let every AWS service that publishes to the
topic use `kms:GenerateDataKey*` and `kms:Decrypt`. Do not use `alias/aws/sns` where a service publishes: the policy
of an AWS managed key cannot be changed, and bounces, complaints and alarms are lost without a trace.

## References

- https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html
- https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html
"""

from collections.abc import Iterator

from auditor.evidence import attribute, place
from auditor.finding import Fix, Framework, Severity, Verdict, failed, passed, undecided
from auditor.model.known import Unknown
from auditor.model.sns import Topic
from auditor.questions import Questions
from auditor.rule import Rule

rule = Rule(
    id="sns-topic-no-sse-kms",
    applies_to=Topic,
    severity=Severity.LOW,
    stage="stable",
    since="0.1",
    controls={
        Framework.NIST_800_53_R5: ("CA-9(1)", "CM-3(6)", "SC-13", "SC-28", "SC-28(1)", "SC-7(10)", "SI-7(6)"),
        Framework.HIPAA: ("164.312(a)(2)(iv)", "164.312(e)(2)(ii)"),
        Framework.ISO_27001: ("A.8.24",),
    },
)

TERRAFORM = """\
resource "aws_sns_topic" "topic" {
  kms_master_key_id = aws_kms_key.topic.arn
}"""
CLOUDFORMATION = """\
KmsMasterKeyId: !GetAtt TopicKey.Arn"""


@rule.check
def check(topic: Topic, ask: Questions) -> Iterator[Verdict]:
    key = topic.kms_key
    if isinstance(key, Unknown):
        yield undecided(f"Whether topic {topic.name} has SSE-KMS is not told.", (key,), location=place(key, topic))
    elif key.value is not None:
        yield passed(
            f"Topic {topic.name} has SSE-KMS with {key.value}.", attribute("KmsMasterKeyId is set", key, topic)
        )
    else:
        publishers = ask.service_publishers(topic).items
        yield failed(
            f"Topic {topic.name} has no SSE-KMS: its messages are encrypted with keys that SNS alone controls.",
            evidence=(attribute("KmsMasterKeyId is not set", key, topic),),
            fix=Fix(
                "Set KmsMasterKeyId to a customer managed key whose policy lets the topic's publishers use "
                "kms:GenerateDataKey* and kms:Decrypt; not alias/aws/sns.",
                locks_out=tuple(
                    f"{publisher.service}, which publishes for {publisher.resource.address}, unless the key policy "
                    "lets it in"
                    for publisher in publishers
                ),
                terraform=TERRAFORM,
                cloudformation=CLOUDFORMATION,
            ),
            confidence=ask.confidence(topic, key),
            location=place(key, topic),
        )
