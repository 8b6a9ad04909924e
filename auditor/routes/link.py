"""Making links, one function per state, so that none is made without what its state calls for."""

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from auditor.evidence import attribute
from auditor.finding import Confidence, Evidence, Fix
from auditor.model.known import UNREAD, Cause, Unknown, Value
from auditor.model.lookup import exists_with
from auditor.model.resource import Resource
from auditor.model.text import Text, text
from auditor.routes.route import Grade, Link, State

Memory: TypeAlias = dict[object, object]
"""What was judged before, kept from trace to trace of one inventory."""


class Subject(msgspec.Struct, frozen=True):
    """What a link is about.

    Attributes:
        name: the link's permanent name.
        title: in a few words, with the name of the thing.
        resource: None when it is not in the inventory.
    """

    name: str
    title: str
    resource: Resource | None = None

    def ok(self, message: str, *evidence: Evidence, assumptions: tuple[str, ...] = ()) -> Link:
        """It lets the event pass."""
        return self._link(State.OK, message, evidence, assumptions=assumptions)

    def absent(self, message: str, *evidence: Evidence) -> Link:
        """It is not there and need not be."""
        return self._link(State.ABSENT, message, evidence)

    def weak(self, message: str, *evidence: Evidence, fix: Fix) -> Link:
        """It lets the event pass and has a defect."""
        return self._link(State.WEAK, message, evidence, fix=fix)

    def broken(self, message: str, *evidence: Evidence, fix: Fix, confidence: Confidence = Confidence.HIGH) -> Link:
        """It certainly does not let the event pass."""
        return self._link(State.BROKEN, message, evidence, fix=fix, confidence=confidence)

    def unknown(self, message: str, *unknowns: Unknown, evidence: tuple[Evidence, ...] = ()) -> Link:
        """The input does not tell."""
        return self._link(State.UNKNOWN, message, evidence, unknowns=tuple(dict.fromkeys(unknowns)))

    def _link(
        self,
        state: State,
        message: str,
        evidence: tuple[Evidence, ...],
        *,
        fix: Fix | None = None,
        unknowns: tuple[Unknown, ...] = (),
        assumptions: tuple[str, ...] = (),
        confidence: Confidence = Confidence.HIGH,
    ) -> Link:
        return Link(
            name=self.name,
            state=state,
            title=self.title,
            message=message,
            resource=self.resource,
            evidence=evidence,
            fix=fix,
            unknowns=unknowns,
            assumptions=assumptions,
            confidence=confidence,
        )


MOST_POSSIBLE = 20
"""Resources that may belong to another and are judged one by one, where names that are not told allow many."""
_MOST_ALIKE = 50
"""Legs of one grade that are told one by one."""


class Leg(msgspec.Struct, frozen=True):
    """The rest of a way from some point on.

    Attributes:
        links: in order.
        carries: the grade of the way if every link of it holds.
    """

    links: tuple[Link, ...]
    carries: Grade

    def after(self, *links: Link) -> "Leg":
        """The leg with links before it."""
        return Leg((*links, *self.links), self.carries)

    @property
    def grade(self) -> Grade:
        """What the links make of it."""
        states = {link.state for link in self.links if not link.is_safety_net}
        if State.BROKEN in states:
            return Grade.BROKEN
        return Grade.UNKNOWN if State.UNKNOWN in states else self.carries


def cut_short(link: Link) -> Leg:
    """A leg of which nothing is known behind a link; a program could stand there."""
    return Leg((link,), Grade.PROGRAMMATIC)


def undecided_legs(possible: Sequence[tuple[Subject, Unknown]], to: str) -> list[Leg]:
    """A leg for each resource that may belong to another; one for all beyond the first `MOST_POSSIBLE`.

    Args:
        possible: what may, and why it is not told.
        to: what it may belong to, ``this topic``.
    """
    legs = [cut_short(subject.unknown(f"it may be of {to}", why)) for subject, why in possible[:MOST_POSSIBLE]]
    rest = possible[MOST_POSSIBLE:]
    if rest:
        name, why = rest[0][0].name, rest[0][1]
        legs.append(cut_short(Subject(name, f"{len(rest)} more").unknown(f"they may be of {to}", why)))
    return legs


def briefly(legs: Sequence[Leg]) -> tuple[Leg, ...]:
    """The legs; of very many of one grade the last one stands for the rest, so that each identity has few routes."""
    by_grade: dict[Grade, list[Leg]] = {}
    for leg in legs:
        by_grade.setdefault(leg.grade, []).append(leg)
    if all(len(alike) <= _MOST_ALIKE for alike in by_grade.values()):
        return tuple(legs)
    return tuple(leg for alike in by_grade.values() for leg in _first(alike))


def _first(alike: list[Leg]) -> list[Leg]:
    rest = len(alike) - _MOST_ALIKE
    if rest <= 0:
        return alike
    link, *others = alike[_MOST_ALIKE].links
    link = msgspec.structs.replace(link, title=f"{link.title}, and {rest - 1} more like it") if rest > 1 else link
    return [*alike[:_MOST_ALIKE], Leg((link, *others), alike[_MOST_ALIKE].carries)]


def doubt(found: Resource, holder: Resource) -> Unknown | None:
    """Why a resource that another one names may not exist, unless both exist together or not at all."""
    return None if exists_with(found, holder) else found.uncertain


def why_possible(item: Resource, reference: Value[Text]) -> Unknown:
    """Why it is not told whether a resource belongs to the one that it may refer to."""
    if item.uncertain is not None:
        return item.uncertain
    if isinstance(reference, Unknown):
        return reference
    return Unknown(Cause.UNDECIDED, f"what {reference.value} means is not told")


def called(resource: Resource) -> str:
    """The name of a resource for people: its own where it is told, else how its input names it."""
    return resource.name.literal or resource.address


def seen(what: str, value: Value[object], resource: Resource) -> Evidence:
    """An attribute of a resource as evidence, with the place where its value stands."""
    return attribute(what, value, resource)


def absence(what: str, resource: Resource) -> Evidence:
    """Something that a resource lacks."""
    return Evidence("absence", what, resource.location)


def as_told(resource: Resource) -> Confidence:
    """How sure an absence is: others could attach something to a declared resource."""
    return Confidence.MEDIUM if resource.is_declared else Confidence.HIGH


def scope_words(resource: Resource) -> str:
    """The limit of what was looked at, for absences: a template tells only what it declares."""
    return ", as far as this input tells" if resource.is_declared else ""


def last_segment(arn: Text) -> str:
    """The name at the end of an ARN, for titles."""
    pieces = arn.split(":", 5)
    return str(pieces[-1]) if pieces is not None else str(arn)


def arn_of(resource: Resource) -> Text:
    """The ARN of a resource, a hole where its input does not give it."""
    return resource.arn if resource.arn is not None else text(UNREAD)
