"""Subscription delivers to an endpoint over plain HTTP.

## What it checks

Subscriptions with protocol `http`. Those with protocol `https` pass; the other protocols of Amazon SNS (`email`,
`email-json`, `sms`, `sqs`, `application`, `lambda`, `firehose`) are not judged. Names of protocols are in lower case:
SNS refuses any other, such as `HTTP`, so what such a subscription will deliver to is undecided.

## Why it matters

Messages travel unencrypted and unauthenticated between Amazon SNS and the endpoint: whoever is on the path can read
them, change them, or answer in the endpoint's place. SSE-KMS on the topic does not help, because SNS decrypts a
message before it delivers it. Bounce and complaint messages hold the addresses of recipients.

## How to fix

Serve the endpoint over HTTPS with a certificate of a public authority, subscribe it with protocol `https`, confirm the
subscription, and only then delete the old one. Protocol and endpoint of a subscription cannot be changed in place.

## References

- https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html
- https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html
- https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
"""

from collections.abc import Iterator

from auditor.evidence import attribute, place
from auditor.finding import Fix, Severity, Verdict, failed, passed, undecided
from auditor.model.known import Cause, Unknown
from auditor.model.sns import Subscription
from auditor.questions import Questions
from auditor.rule import Rule

rule = Rule(
    id="sns-subscription-http-endpoint",
    applies_to=Subscription,
    severity=Severity.MEDIUM,
    stage="stable",
    since="0.1",
    controls={},
)

OTHERS = frozenset({"email", "email-json", "sms", "sqs", "application", "lambda", "firehose"})
"""Protocols that do not go over HTTP."""


@rule.check
def check(subscription: Subscription, ask: Questions) -> Iterator[Verdict]:
    protocol = subscription.protocol
    if isinstance(protocol, Unknown):
        where = place(protocol, subscription)
        yield undecided(f"The protocol of {subscription.address} is not told.", (protocol,), location=where)
    elif protocol.value == "https":
        yield passed("Messages are delivered over HTTPS.", attribute("Protocol is https", protocol, subscription))
    elif protocol.value == "http":
        yield failed(
            f"Subscription {subscription.address} delivers its messages over plain HTTP.",
            evidence=(attribute("Protocol is http", protocol, subscription),),
            fix=Fix(
                "Subscribe an https endpoint, confirm it, then delete this subscription.",
                locks_out=("the present endpoint, if it does not answer over HTTPS with a trusted certificate",),
                terraform='protocol = "https"',
                cloudformation="Protocol: https",
            ),
            confidence=ask.confidence(subscription, protocol),
            location=place(protocol, subscription),
        )
    elif protocol.value not in OTHERS:
        why = Unknown(Cause.UNDECIDED, f"Amazon SNS has no protocol {protocol.value!r} and refuses it", protocol.origin)
        yield undecided(
            f"What {subscription.address} delivers to is not told: its protocol is {protocol.value!r}.",
            (why,),
            location=place(protocol, subscription),
        )
