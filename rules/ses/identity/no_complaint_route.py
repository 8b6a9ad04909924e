"""No program receives the complaints of an identity.

## What it checks

Every way that a complaint of the identity can take: the event destinations of its default configuration set, its own topic
for complaints, e-mail forwarding. The identity passes when one of them reaches a queue, a function, an HTTPS endpoint or a
delivery stream, link by link. A way that is set up and broken is `ses-identity-route-broken`'s.

## Why it matters

Who keeps sending to addresses that complaint loses the right to send: AWS reviews accounts at 5 % bounces or 0.1 % complaints
and pauses them at 10 % or 0.5 %. A mailbox that gets them by e-mail does not take addresses off a list.

## How to fix

Give the identity a default configuration set with an enabled event destination for COMPLAINT that publishes to a topic with a
queue. Senders that name another configuration set bypass it: pin the set in their IAM policies.

## References

- https://docs.aws.amazon.com/ses/latest/dg/monitor-sending-activity-using-notifications.html
- https://docs.aws.amazon.com/ses/latest/dg/faqs-enforcement.html
"""

from collections.abc import Iterator

from auditor.feedback import unhandled
from auditor.finding import Severity, Verdict
from auditor.model.ses import EmailIdentity
from auditor.questions import Questions
from auditor.routes.route import Event
from auditor.rule import Rule

rule = Rule(
    id="ses-identity-no-complaint-route",
    applies_to=EmailIdentity,
    severity=Severity.HIGH,
    stage="stable",
    since="0.1",
    controls={},
)


@rule.check
def check(identity: EmailIdentity, ask: Questions) -> Iterator[Verdict]:
    yield from unhandled(identity, Event.COMPLAINT, ask)
