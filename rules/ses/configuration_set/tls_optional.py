"""Configuration set lets e-mail travel unencrypted where the receiver offers no TLS.

## What it checks

`DeliveryOptions.TlsPolicy` of a configuration set: `REQUIRE` passes; `OPTIONAL`, which is also the default, fails. Amazon
SES has no other values; what one would lead to is undecided.

## Why it matters

Amazon SES tries TLS first, but with `OPTIONAL` it sends in clear text when the receiving server offers no TLS or when
somebody on the path suppresses the offer. Whoever is on the path can then read the message.

This is a trade-off, therefore the severity is low. With `REQUIRE` a message to a server without working TLS is not sent
at all: its recipient gets nothing and you get a bounce. Suits messages with personal or confidential content; mail that
must arrive in any case may be better off with `OPTIONAL`.

## How to fix

Set `TlsPolicy` to `REQUIRE`, make sure that bounces reach somebody, and see that senders use the set: it works only for
messages that name it or come from an identity whose default it is.

## References

- https://docs.aws.amazon.com/ses/latest/dg/security-protocols.html
- https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_DeliveryOptions.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/ses-controls.html
- https://www.rfc-editor.org/rfc/rfc3207
"""

from collections.abc import Iterator

from auditor.evidence import attribute, place
from auditor.finding import Fix, Severity, Verdict, failed, passed, undecided
from auditor.model.known import Cause, Unknown
from auditor.model.ses import ConfigurationSet
from auditor.questions import Questions
from auditor.rule import Rule

rule = Rule(
    id="ses-configuration-set-tls-optional",
    applies_to=ConfigurationSet,
    severity=Severity.LOW,
    stage="stable",
    since="0.1",
    controls={},
)

TERRAFORM = """\
delivery_options {
  tls_policy = "REQUIRE"
}"""
CLOUDFORMATION = """\
DeliveryOptions:
  TlsPolicy: REQUIRE"""


@rule.check
def check(configuration_set: ConfigurationSet, ask: Questions) -> Iterator[Verdict]:
    policy = configuration_set.tls_policy
    where = place(policy, configuration_set)
    if isinstance(policy, Unknown):
        yield undecided(f"The TLS policy of {configuration_set.name} is not told.", (policy,), location=where)
    elif policy.value == "REQUIRE":
        yield passed("Messages are sent over TLS only.", attribute("TlsPolicy is REQUIRE", policy, configuration_set))
    elif policy.value != "OPTIONAL":
        why = Unknown(Cause.UNDECIDED, f"Amazon SES has no TLS policy {policy.value!r} and refuses it", policy.origin)
        yield undecided(f"The TLS policy of {configuration_set.name} is not one that exists.", (why,), location=where)
    else:
        yield failed(
            f"Configuration set {configuration_set.name} sends in clear text to receivers without TLS.",
            evidence=(attribute(f"TlsPolicy is {policy.value}", policy, configuration_set),),
            fix=Fix(
                "Set TlsPolicy to REQUIRE where content matters more than delivery.",
                locks_out=("recipients whose mail server offers no working TLS: SES drops their messages",),
                terraform=TERRAFORM,
                cloudformation=CLOUDFORMATION,
            ),
            confidence=ask.confidence(configuration_set, policy),
            location=where,
        )
