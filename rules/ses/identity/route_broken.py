"""Bounces or complaints of an identity are set up to arrive, and do not.

## What it checks

Every way that a bounce or complaint of the identity can take is walked link by link: default configuration set, event
destination, topic, topic policy, key, subscription, filter, endpoint, the endpoint's policy and key. The finding names
the first broken link. `auditor trace` shows all of them.

## Why it matters

Nothing tells the sender: SES accepts mail, the bounce is lost on the way, and the list is never cleaned. The most common
cause is a topic that was encrypted with `alias/aws/sns`, whose policy does not admit SES.

## How to fix

Repair the link that the finding names; its fix says how and what it would lock out.

## References

- https://docs.aws.amazon.com/ses/latest/dg/configure-sns-notifications.html
- https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""

from collections.abc import Iterator

from auditor.finding import Evidence, Fix, Related, Severity, Verdict, failed, passed, undecided
from auditor.model.ses import EmailIdentity
from auditor.questions import Questions
from auditor.routes.route import Event, Grade, Link, Route
from auditor.rule import Rule

rule = Rule(
    id="ses-identity-route-broken",
    applies_to=EmailIdentity,
    severity=Severity.HIGH,
    stage="stable",
    since="0.1",
    controls={},
)


@rule.check
def check(identity: EmailIdentity, ask: Questions) -> Iterator[Verdict]:
    routes = [route for event in Event for route in ask.routes(identity, event)]
    broken: dict[tuple[str, ...], tuple[Link, list[Event]]] = {}
    for route in routes:
        link = route.broken
        if route.grade is Grade.BROKEN and link is not None:
            broken.setdefault(_subject(route, link), (link, []))[1].append(route.event)
    for subject, (link, events) in broken.items():
        yield _finding(identity, subject, link, events, ask)
    if broken:
        return
    open_ = [route for route in routes if route.grade is Grade.UNKNOWN]
    unknowns = tuple(dict.fromkeys(why for route in open_ for why in route.unknowns))
    if unknowns:
        yield undecided(f"Whether the bounces and complaints of {identity.name} arrive is not decided.", unknowns)
    elif any(route.grade in {Grade.PROGRAMMATIC, Grade.METRIC_ONLY} for route in routes):
        yield passed(f"No link on the way of bounces and complaints of {identity.name} is broken.")


def _subject(route: Route, link: Link) -> tuple[str, ...]:
    """The way, its event destination where it has one, and the link."""
    destination = [
        str(part.resource.name) for part in route.links if part.name == "event-destination" and part.resource
    ]
    return (route.way, *destination, link.name)


def _finding(
    identity: EmailIdentity, subject: tuple[str, ...], link: Link, events: list[Event], ask: Questions
) -> Verdict:
    what = " and ".join(f"{event.value.lower()}s" for event in events)
    another = all(ask.grade(identity, event) is Grade.PROGRAMMATIC for event in events)
    title = link.title or link.name
    return failed(
        f"The {what} of {identity.name} do not arrive: {title}: {link.message}.",
        subject=subject,
        severity=Severity.MEDIUM if another else Severity.HIGH,
        evidence=link.evidence or (Evidence("link", f"{title}: {link.message}", identity.location),),
        fix=link.fix or Fix(f"Repair {title}."),
        related=() if link.resource is None else (Related(link.resource, link.message),),
    )
