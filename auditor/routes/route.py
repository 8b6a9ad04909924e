"""The mail path as data: a Route is a tuple of Links, each with a verdict."""

from enum import StrEnum

import msgspec

from auditor.finding import Confidence, Evidence, Fix
from auditor.model.known import Unknown
from auditor.model.resource import Resource


class State(StrEnum):
    """The verdict about one link."""

    OK = "OK"
    BROKEN = "BROKEN"
    WEAK = "WEAK"
    """Works, with a defect (no redrive queue, no confirmation)."""
    ABSENT = "ABSENT"
    """Is not there and need not be."""
    UNKNOWN = "UNKNOWN"


class Event(StrEnum):
    """What is to arrive."""

    BOUNCE = "BOUNCE"
    COMPLAINT = "COMPLAINT"


class Grade(StrEnum):
    """How an event of an identity is handled."""

    PROGRAMMATIC = "PROGRAMMATIC"
    """A program receives each event with its recipient."""
    METRIC_ONLY = "METRIC_ONLY"
    """Only counts arrive (CloudWatch, Pinpoint)."""
    EMAIL_ONLY = "EMAIL_ONLY"
    """A person is told: e-mail feedback forwarding, or a subscription that ends at a mailbox or a phone."""
    FALLBACK_EMAIL = "FALLBACK_EMAIL"
    """Nothing is configured: SES mails the Return-Path although forwarding is off."""
    BROKEN = "BROKEN"
    """Configured, and does not arrive."""
    NONE = "NONE"
    """This way is not configured for the event."""
    UNKNOWN = "UNKNOWN"


class Link(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One link of a route. Names are permanent: they are part of fingerprints.

    Attributes:
        name: ``identity``, ``configuration-set``, ``default-configuration-set``, ``event-destination``,
            ``identity-topic``, ``email-forwarding``, ``topic``, ``topic-policy``, ``topic-key``, ``subscription``,
            ``filter``, ``endpoint``, ``endpoint-policy``, ``endpoint-key``, ``redrive-queue``,
            ``redrive-queue-policy``, ``redrive-queue-key``, ``redrive-queue-alarm``, ``role``.
        state: the verdict.
        title: what the link is, in a few words with its name: ``topic ses-bounces``.
        message: one sentence.
        resource: the resource the link is about, None when it is not in the inventory.
        evidence, fix, unknowns: as in a finding; `fix` for BROKEN and WEAK, `unknowns` for UNKNOWN.
        assumptions: what was not read and is taken to hold, in words.
        confidence: MEDIUM when the verdict rests on something that could be attached from outside the input.
    """

    name: str
    state: State
    title: str
    message: str
    resource: Resource | None = None
    evidence: tuple[Evidence, ...] = ()
    fix: Fix | None = None
    unknowns: tuple[Unknown, ...] = ()
    assumptions: tuple[str, ...] = ()
    confidence: Confidence = Confidence.HIGH

    @property
    def is_safety_net(self) -> bool:
        """Whether it only catches what the endpoint refuses, so that events arrive without it."""
        return self.name.startswith("redrive-")


class Route(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One way an event can take, from its publisher to a receiver.

    Attributes:
        publisher: identity or configuration set.
        event: what travels.
        way: ``event-destination``, ``identity-topic`` or ``email-forwarding``.
        links: in order; those after a BROKEN link that were still judged are kept.
        grade: of this way alone. The redrive queue takes no part: events arrive without it.
        at_best: the grade if every link that is not decided holds; the same as `grade` when all are decided.
    """

    publisher: Resource
    event: Event
    way: str
    links: tuple[Link, ...]
    grade: Grade
    at_best: Grade

    @property
    def broken(self) -> Link | None:
        """The first broken link; the redrive queue's links come last."""
        return next((link for link in self.links if link.state is State.BROKEN), None)

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """What the undecided links lack, each once."""
        return tuple(dict.fromkeys(unknown for link in self.links for unknown in link.unknowns))


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """All ways of one event of one publisher, and what they come to."""

    publisher: Resource
    event: Event
    routes: tuple[Route, ...]
    grade: Grade
