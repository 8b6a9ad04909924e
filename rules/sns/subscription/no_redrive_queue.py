"""Subscription has no dead-letter queue: what cannot be delivered is lost.

## What it checks

The subscription's `RedrivePolicy`. A subscription that waits for its confirmation delivers nothing and is not judged.
Whether the queue exists, may be written to and is watched is part of the mail path, which `auditor trace` shows.

## Why it matters

Amazon SNS gives up on a message after its retries, and at once when the endpoint is gone or SNS may not use it. Without
a dead-letter queue the message is discarded. An HTTP or HTTPS endpoint gets only three retries within a minute by
default, so a short outage is enough; the severity is higher there. Nobody processes undeliverable e-mails and text
messages by program as a rule, so it is informational for these.

## How to fix

Make an SQS queue in the topic's account and Region (a FIFO queue for a FIFO topic), let `sns.amazonaws.com` send to it
with the topic as `aws:SourceArn`, keep messages there for 14 days, set an alarm on its depth, and name it in
`RedrivePolicy`. If the queue is encrypted with KMS, it needs a customer managed key that lets `sns.amazonaws.com` in.

## References

- https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
- https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
"""

from collections.abc import Iterator

from auditor.evidence import attribute, place
from auditor.finding import Fix, Severity, Verdict, failed, passed, undecided
from auditor.model.known import Known, Truth, Unknown, truth
from auditor.model.sns import Subscription
from auditor.questions import Questions
from auditor.rule import Rule

rule = Rule(
    id="sns-subscription-no-redrive-queue",
    applies_to=Subscription,
    severity=Severity.LOW,
    stage="stable",
    since="0.1",
    controls={},
)

SEVERITY = {
    "http": Severity.MEDIUM,
    "https": Severity.MEDIUM,
    "email": Severity.INFO,
    "email-json": Severity.INFO,
    "sms": Severity.INFO,
}
TERRAFORM = """\
redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.undelivered.arn })"""
CLOUDFORMATION = """\
RedrivePolicy:
  deadLetterTargetArn: !GetAtt UndeliveredQueue.Arn"""


@rule.check
def check(subscription: Subscription, ask: Questions) -> Iterator[Verdict]:
    if truth(subscription.pending) is Truth.TRUE:
        return
    queue, protocol = subscription.dead_letter_queue, subscription.protocol
    where = place(queue, subscription)
    severity = SEVERITY.get(protocol.value, rule.severity) if isinstance(protocol, Known) else rule.severity
    if isinstance(queue, Unknown):
        yield undecided(
            f"Whether {subscription.address} has a dead-letter queue is not told.",
            (queue,),
            severity=severity,
            location=where,
        )
    elif queue.value is not None:
        yield passed(
            f"What cannot be delivered goes to {queue.value}.",
            attribute(f"RedrivePolicy names {queue.value}", queue, subscription),
        )
    else:
        kind = protocol.value if isinstance(protocol, Known) else "?"
        yield failed(
            f"Messages that {subscription.address} ({kind}) cannot deliver are discarded: it has no dead-letter queue.",
            evidence=(attribute("RedrivePolicy is not set", queue, subscription),),
            fix=Fix(
                "Name an SQS queue that sns.amazonaws.com may write to in the subscription's RedrivePolicy, "
                "and set an alarm on it.",
                terraform=TERRAFORM,
                cloudformation=CLOUDFORMATION,
            ),
            severity=severity,
            confidence=ask.confidence(subscription, queue),
            location=where,
        )
