"""Event destination of a configuration set is switched off.

## What it checks

`Enabled` of every event destination.

## Why it matters

A disabled event destination looks like monitoring and reports nothing. If it is the one that should tell of bounces or
complaints, addresses that do not exist and people who complain stay on the list, until Amazon SES reviews the account.
A destination for other events is of low severity.

## How to fix

Enable the destination, or delete it so that nobody counts on it.

## References

- https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_EventDestinationDefinition.html
- https://docs.aws.amazon.com/ses/latest/dg/monitor-using-event-publishing.html
"""

from collections.abc import Iterator

from auditor.evidence import attribute, place
from auditor.finding import Fix, Severity, Verdict, failed, passed, undecided
from auditor.model.known import Known, Unknown
from auditor.model.ses import EventDestination
from auditor.questions import Questions
from auditor.rule import Rule

rule = Rule(
    id="ses-configuration-set-event-destination-disabled",
    applies_to=EventDestination,
    severity=Severity.MEDIUM,
    stage="stable",
    since="0.1",
    controls={},
)

FEEDBACK = frozenset({"BOUNCE", "COMPLAINT"})


@rule.check
def check(destination: EventDestination, ask: Questions) -> Iterator[Verdict]:
    enabled, events = destination.enabled, destination.event_types
    where = place(enabled, destination)
    harmless = isinstance(events, Known) and FEEDBACK.isdisjoint(events.value)
    severity = Severity.LOW if harmless else rule.severity
    if isinstance(enabled, Unknown):
        yield undecided(
            f"Whether event destination {destination.address} is enabled is not told.",
            (enabled,),
            severity=severity,
            location=where,
        )
    elif enabled.value:
        yield passed("The event destination is enabled.", attribute("Enabled is true", enabled, destination))
    else:
        what = ", ".join(events.value) if isinstance(events, Known) else "its events"
        yield failed(
            f"Event destination {destination.address} is switched off and does not report {what}.",
            evidence=(attribute("Enabled is false", enabled, destination),),
            fix=Fix(
                "Enable the event destination, or delete it.",
                terraform="enabled = true",
                cloudformation="Enabled: true",
            ),
            severity=severity,
            confidence=ask.confidence(destination, enabled),
            location=where,
        )
