"""Identity has no default configuration set, or one that does not exist.

## What it checks

The identity's default configuration set. One that is named but does not exist is of high severity; none at all is
informational, because senders may name a set with each message.

## Why it matters

Messages that name no configuration set go out under the default one. If it was deleted, Amazon SES refuses them: sending
fails. If there is none, they go out without event publishing, TLS policy, suppression or tracking settings, so whether
bounces are noticed depends on what each sender remembers to pass.

## How to fix

Set the identity's default configuration set to one that exists and publishes bounces and complaints. Delete a set only
after no identity names it.

## References

- https://docs.aws.amazon.com/ses/latest/dg/managing-configuration-sets.html
- https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_PutEmailIdentityConfigurationSetAttributes.html
"""

from collections.abc import Iterator

from auditor.evidence import attribute, place
from auditor.finding import Fix, Severity, Verdict, failed, passed, undecided
from auditor.model.known import Unknown
from auditor.model.ses import EmailIdentity
from auditor.questions import Questions
from auditor.routes.link import doubt
from auditor.rule import Rule

rule = Rule(
    id="ses-identity-default-configuration-set-missing",
    applies_to=EmailIdentity,
    severity=Severity.HIGH,
    stage="stable",
    since="0.1",
    controls={},
)

FIX = Fix(
    "Set the identity's default configuration set to one that exists.",
    terraform="configuration_set_name = aws_sesv2_configuration_set.default.configuration_set_name",
    cloudformation="""\
ConfigurationSetAttributes:
  ConfigurationSetName: !Ref DefaultSet""",
)


@rule.check
def check(identity: EmailIdentity, ask: Questions) -> Iterator[Verdict]:
    name = identity.configuration_set
    where = place(name, identity)
    if isinstance(name, Unknown):
        yield undecided(f"The default configuration set of {identity.name} is not told.", (name,), location=where)
        return
    if name.value is None:
        yield failed(
            f"{identity.name} has no default configuration set.",
            evidence=(attribute("ConfigurationSetName is not set", name, identity),),
            fix=FIX,
            severity=Severity.INFO,
            confidence=ask.confidence(identity, name),
            location=where,
        )
        return
    found = ask.configuration_set(name.value, identity)
    if isinstance(found, Unknown):
        yield undecided(
            f"Whether {name.value}, the default configuration set of {identity.name}, exists is not told.",
            (found,),
            location=where,
        )
    elif found.value is None:
        yield failed(
            f"{identity.name} cannot send: its default configuration set {name.value} does not exist.",
            evidence=(attribute(f"ConfigurationSetName is {name.value}", name, identity),),
            fix=FIX,
            location=where,
        )
    elif (unsure := doubt(found.value, identity)) is not None:
        yield undecided(
            f"Whether {name.value}, the default configuration set of {identity.name}, exists is not told.",
            (unsure,),
            location=where,
        )
    else:
        yield passed(
            f"{identity.name} sends under {name.value} by default.",
            attribute(f"ConfigurationSetName is {name.value}", name, identity),
        )
