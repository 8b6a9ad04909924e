"""Bounces or complaints of an identity are set up to arrive, and do not.

## What it checks

Every way that a bounce or complaint of the identity can take is walked link by link: default configuration set, event
destination, topic, topic policy, key, subscription, filter, endpoint, the endpoint's policy and key. The finding names
the first broken link of each way; `auditor trace` shows all of them. The severity is medium where another way works.

A configuration set that is no known identity's default is judged by itself, for the messages that senders send with it.

## Why it matters

Nothing tells the sender: SES accepts mail, the bounce is lost on the way, and the list is never cleaned. The most common
cause is a topic that was encrypted with `alias/aws/sns`, whose policy does not admit SES.

## How to fix

Repair the link that the finding names; its fix says how and what it would lock out.

## References

- https://docs.aws.amazon.com/ses/latest/dg/configure-sns-notifications.html
- https://docs.aws.amazon.com/ses/latest/dg/monitor-using-event-publishing.html
- https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""

from collections.abc import Iterator

from auditor.finding import Evidence, Fix, Related, Severity, Verdict, failed, passed, undecided
from auditor.model.known import Truth
from auditor.model.ses import ConfigurationSet, EmailIdentity
from auditor.questions import Questions
from auditor.routes.route import Event, Grade, Link, Route
from auditor.rule import Rule

rule: Rule[EmailIdentity | ConfigurationSet] = Rule(
    id="ses-identity-route-broken",
    applies_to=(EmailIdentity, ConfigurationSet),
    severity=Severity.HIGH,
    stage="stable",
    since="0.1",
    controls={},
)

NAMED_IN_SUBJECT = frozenset({"event-destination", "subscription"})
"""Links of which a way has one of several."""


@rule.check
def check(publisher: EmailIdentity | ConfigurationSet, ask: Questions) -> Iterator[Verdict]:
    if isinstance(publisher, ConfigurationSet) and ask.identities_with_default(publisher).exists is Truth.TRUE:
        return
    routes = [route for event in Event for route in ask.routes(publisher, event)]
    broken: dict[tuple[str, ...], list[tuple[Link, Event]]] = {}
    for route in routes:
        link = route.broken
        if route.grade is Grade.BROKEN and link is not None:
            broken.setdefault(_subject(route, link), []).append((link, route.event))
    for subject, found in broken.items():
        yield _finding(publisher, subject, found[0][0], tuple(dict.fromkeys(event for _, event in found)), ask)
    if broken:
        return
    open_ = [route for route in routes if route.grade is Grade.UNKNOWN]
    unknowns = tuple(dict.fromkeys(why for route in open_ for why in route.unknowns))
    if open_:
        yield undecided(f"Whether the bounces and complaints of {publisher.name} arrive is not decided.", unknowns)
    elif any(route.grade in {Grade.PROGRAMMATIC, Grade.METRIC_ONLY} for route in routes):
        yield passed(f"No link on the way of bounces and complaints of {publisher.name} is broken.")


def _subject(route: Route, broken: Link) -> tuple[str, ...]:
    """The way, the event destination and subscription that it takes up to the broken link, and that link."""
    before = route.links[: route.links.index(broken) + 1]
    taken = [link.resource.address for link in before if link.name in NAMED_IN_SUBJECT and link.resource is not None]
    return (route.way, *taken, broken.name)


def _finding(
    publisher: EmailIdentity | ConfigurationSet,
    subject: tuple[str, ...],
    link: Link,
    events: tuple[Event, ...],
    ask: Questions,
) -> Verdict:
    what = " and ".join(f"{event.value.lower()}s" for event in events)
    another = all(ask.grade(publisher, event) is Grade.PROGRAMMATIC for event in events)
    where = "on one of their ways" if another else "where they are set up to"
    return failed(
        f"The {what} of {publisher.name} do not arrive {where}: {link.title}: {link.message}.",
        subject=subject,
        severity=Severity.MEDIUM if another else Severity.HIGH,
        evidence=link.evidence or (Evidence("link", f"{link.title}: {link.message}", publisher.location),),
        fix=link.fix or Fix(f"Repair {link.title}."),
        confidence=link.confidence,
        related=() if link.resource is None else (Related(link.resource, link.message),),
    )
