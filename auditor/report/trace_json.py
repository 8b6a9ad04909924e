"""The mail path as JSON: trace-v1."""

from collections.abc import Iterable

import msgspec

from auditor.finding import Fix
from auditor.model.known import Known
from auditor.model.origin import Location
from auditor.model.resource import Resource
from auditor.model.sns import Subscription
from auditor.routes.endpoint import masked
from auditor.routes.route import Link, Route, Trace


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


def render(traces: Iterable[Trace]) -> str:
    """The document, indented, with a newline at its end; the same traces give the same bytes."""
    report = Report("trace-v1", tuple(_trace(trace) for trace in traces))
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"


def _trace(trace: Trace) -> Traced:
    return Traced(_thing(trace.publisher), trace.event, trace.grade, tuple(_route(route) for route in trace.routes))


def _route(route: Route) -> TracedRoute:
    return TracedRoute(route.way, route.grade, route.at_best, tuple(_link(link) for link in route.links))


def _link(link: Link) -> TracedLink:
    return TracedLink(
        name=link.name,
        state=link.state,
        title=link.title,
        message=link.message,
        confidence=link.confidence,
        resource=None if link.resource is None else _thing(link.resource),
        evidence=tuple(Seen(item.kind, item.text, _place(item.location)) for item in link.evidence),
        unknown=tuple(Missing(gap.cause, gap.detail) for gap in link.unknowns),
        fix=None if link.fix is None else _change(link.fix),
        assumptions=link.assumptions,
    )


def _change(fix: Fix) -> Change:
    return Change(fix.text, fix.locks_out)


def _place(location: Location) -> Place:
    return Place(location.path, location.line, location.column, location.pointer)


def _thing(resource: Resource) -> Thing:
    name = str(resource.name)
    if isinstance(resource, Subscription):
        protocol = resource.protocol.value if isinstance(resource.protocol, Known) else "https"
        name = masked(protocol, resource.name)
    return Thing(
        id=resource.id,
        type=resource.type_name,
        address=resource.address,
        name=name,
        arn=None if resource.arn is None else str(resource.arn),
        account=resource.account.literal,
        region=resource.region.literal,
    )
