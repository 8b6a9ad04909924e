"""The mail path as JSON: trace-v1."""

from collections.abc import Iterable

import msgspec

from auditor.model.origin import Location
from auditor.model.resource import Resource
from auditor.report.json_text import encode
from auditor.report.masking import Mask
from auditor.routes.route import Link, Trace


class Place(msgspec.Struct, frozen=True):
    """Where something stands: 1-based line and column, JSON Pointer."""

    path: str
    line: int | None
    column: int | None
    pointer: str


class Thing(msgspec.Struct, frozen=True):
    """A resource; what the input does not tell in full is null."""

    id: str
    type: str
    address: str
    name: str
    arn: str | None
    account: str | None
    region: str | None


class Seen(msgspec.Struct, frozen=True):
    """One thing that decided."""

    kind: str
    text: str
    location: Place


class Missing(msgspec.Struct, frozen=True):
    """What an undecided link lacks."""

    cause: str
    detail: str


class Change(msgspec.Struct, frozen=True):
    """What to change, and who would stop working."""

    text: str
    locks_out: tuple[str, ...]


class TracedLink(msgspec.Struct, frozen=True):
    """One link with its verdict: OK, BROKEN, WEAK, ABSENT or UNKNOWN."""

    name: str
    state: str
    title: str
    message: str
    confidence: str
    resource: Thing | None
    evidence: tuple[Seen, ...]
    unknown: tuple[Missing, ...]
    fix: Change | None
    assumptions: tuple[str, ...]


class TracedRoute(msgspec.Struct, frozen=True):
    """One way to one receiver."""

    way: str
    grade: str
    at_best: str
    links: tuple[TracedLink, ...]


class Traced(msgspec.Struct, frozen=True):
    """All ways of one event of one identity or configuration set."""

    publisher: Thing
    event: str
    grade: str
    routes: tuple[TracedRoute, ...]


class Report(msgspec.Struct, frozen=True):
    """A whole trace-v1 document."""

    schema: str
    traces: tuple[Traced, ...]


def render(traces: Iterable[Trace], *, mask: Mask) -> str:
    """The document, indented, with a newline at its end; the same traces give the same bytes.

    Args:
        traces: what to write, in order.
        mask: takes addresses of people and tokens out of text.
    """
    report = Report("trace-v1", tuple(_Writer(mask).trace(trace) for trace in traces))
    return encode(report)


class _Writer:
    """Turns traces into the document's parts, masking every text."""

    def __init__(self, mask: Mask) -> None:
        self._mask = mask

    def trace(self, trace: Trace) -> Traced:
        routes = tuple(
            TracedRoute(route.way, route.grade, route.at_best, tuple(self._link(link) for link in route.links))
            for route in trace.routes
        )
        return Traced(self._thing(trace.publisher), trace.event, trace.grade, routes)

    def _link(self, link: Link) -> TracedLink:
        mask = self._mask
        return TracedLink(
            name=link.name,
            state=link.state,
            title=mask(link.title),
            message=mask(link.message),
            confidence=link.confidence,
            resource=None if link.resource is None else self._thing(link.resource),
            evidence=tuple(Seen(item.kind, mask(item.text), _place(item.location)) for item in link.evidence),
            unknown=tuple(Missing(gap.cause, mask(gap.detail)) for gap in link.unknowns),
            fix=None if link.fix is None else Change(mask(link.fix.text), tuple(map(mask, link.fix.locks_out))),
            assumptions=tuple(map(mask, link.assumptions)),
        )

    def _thing(self, resource: Resource) -> Thing:
        return Thing(
            id=self._mask(resource.id),
            type=resource.type_name,
            address=self._mask(resource.address),
            name=self._mask(str(resource.name)),
            arn=None if resource.arn is None else str(resource.arn),
            account=resource.account.literal,
            region=resource.region.literal,
        )


def _place(location: Location) -> Place:
    return Place(location.path, location.line, location.column, location.pointer)
