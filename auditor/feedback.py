"""How the bounces or complaints of an identity are handled, as verdicts."""

from collections.abc import Iterator

from auditor.finding import Confidence, Evidence, Fix, Severity, Verdict, failed, passed, undecided
from auditor.model.ses import EmailIdentity
from auditor.questions import Questions
from auditor.routes.route import Event, Grade, Route

# What the identity has instead of a way to a program: how bad that is, and what it means.
_INSTEAD = {
    Grade.METRIC_ONLY: (Severity.MEDIUM, "only counts arrive: nobody learns which recipient it was"),
    Grade.EMAIL_ONLY: (Severity.MEDIUM, "they arrive as e-mail only, which no program reads"),
    Grade.FALLBACK_EMAIL: (
        Severity.HIGH,
        "nothing is set up and e-mail forwarding is off: SES mails them to the Return-Path, which may be unread",
    ),
    Grade.NONE: (Severity.HIGH, "nothing is set up"),
}


def unhandled(identity: EmailIdentity, event: Event, ask: Questions) -> Iterator[Verdict]:
    """Whether an event reaches a program, for a rule about its absence.

    A way that is set up and broken is the business of another rule: then there is no verdict here.
    """
    what = f"{event.value.lower()}s"
    grade = ask.grade(identity, event)
    routes = ask.routes(identity, event)
    if grade is Grade.PROGRAMMATIC:
        yield passed(f"A program receives the {what} of {identity.name}.")
    elif grade is Grade.UNKNOWN:
        unknowns = tuple(dict.fromkeys(why for route in routes for why in route.unknowns))
        yield undecided(f"Whether a program receives the {what} of {identity.name} is not decided.", unknowns)
    elif grade in _INSTEAD:
        severity, meaning = _INSTEAD[grade]
        yield failed(
            f"No program receives the {what} of {identity.name}: {meaning}.",
            evidence=_evidence(identity, routes),
            fix=Fix(
                f"Give the identity a default configuration set with an event destination for {event} that publishes "
                "to a topic with a queue, or to a delivery stream.",
                cloudformation=f"""\
EventDestination:
  Enabled: true
  MatchingEventTypes: [{event}]
  SnsDestination: {{TopicARN: !Ref FeedbackTopic}}""",
            ),
            severity=severity,
            confidence=Confidence.MEDIUM if identity.is_declared else Confidence.HIGH,
        )


def _evidence(identity: EmailIdentity, routes: tuple[Route, ...]) -> tuple[Evidence, ...]:
    """What each way is, in the order of the mail path."""
    seen = [
        Evidence("link", f"{link.title or link.name}: {link.message}", identity.location)
        for route in routes
        for link in route.links
        if link.name != "identity"
    ]
    return tuple(dict.fromkeys(seen)) or (Evidence("absence", "no way is set up", identity.location),)
