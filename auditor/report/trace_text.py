"""The mail path as a tree for people: one line per link with its verdict, what decided it, and the fix."""

import textwrap
from collections.abc import Iterable, Iterator

import msgspec

from auditor.report.masking import Mask
from auditor.report.terminal import BOLD, DIM, GREEN, MAGENTA, RED, YELLOW, paint, plain
from auditor.routes.route import Grade, Link, State, Trace

_COLORS = {State.OK: GREEN, State.BROKEN: RED, State.WEAK: YELLOW, State.ABSENT: DIM, State.UNKNOWN: MAGENTA}
_GRADE_COLORS = {Grade.PROGRAMMATIC: GREEN, Grade.BROKEN: RED, Grade.UNKNOWN: MAGENTA}
# Under which link another one hangs; what is not named here hangs under the publisher.
_PARENTS = {
    "event-destination": ("default-configuration-set", "configuration-set"),
    "topic": ("event-destination", "identity-topic"),
    "topic-policy": ("topic",),
    "topic-key": ("topic",),
    "subscription": ("topic",),
    "filter": ("subscription",),
    "endpoint": ("subscription", "event-destination"),
    "role": ("subscription", "event-destination"),
    "endpoint-policy": ("endpoint",),
    "endpoint-key": ("endpoint",),
    "redrive-queue": ("subscription",),
    "redrive-queue-policy": ("redrive-queue",),
    "redrive-queue-key": ("redrive-queue",),
    "redrive-queue-alarm": ("redrive-queue",),
}
_NARROWEST = 60


class _Style(msgspec.Struct, frozen=True):
    """Whether to colour, to how many columns details are wrapped, and what may not be shown."""

    color: bool
    width: int
    mask: Mask

    def plain(self, text: str) -> str:
        """The text without what is masked, safe for a terminal."""
        return plain(self.mask(text))


class _Node(msgspec.Struct):
    """A link with the links that hang under it."""

    link: Link
    children: list["_Node"]


class _Line(msgspec.Struct, frozen=True):
    """A link as it is drawn: the branches before it, those before its details, and the link."""

    branch: str
    below: str
    link: Link


def render(traces: Iterable[Trace], *, mask: Mask, color: bool = False, width: int = 120) -> str:
    """The trees of several traces.

    Args:
        traces: what to show, in order.
        mask: takes addresses of people and tokens out of text.
        color: whether to colour.
        width: columns that details are wrapped to; at least 60 are used.
    """
    style = _Style(color, max(width, _NARROWEST), mask)
    return "\n".join("".join(_trace(trace, style)) for trace in traces)


def _trace(trace: Trace, style: _Style) -> Iterator[str]:
    yield _heading(trace, style)
    root = _tree(trace)
    if root.link.state is not State.OK:
        yield from _wrapped(f"{root.link.title} {root.link.message}", "", style)
        yield from _details(_Line("", "", root.link), style)
    lines = list(_lines(root.children))
    column = max((len(line.branch) + len(style.plain(line.link.title)) for line in lines), default=0) + 4
    for line in lines:
        yield from _link(line, column, style)
    assumed = dict.fromkeys(text for route in trace.routes for link in route.links for text in link.assumptions)
    for text in assumed:
        yield from _wrapped("assumed: " + text, "", style)


def _heading(trace: Trace, style: _Style) -> str:
    name = paint(style.plain(str(trace.publisher.name)), BOLD, on=style.color)
    codes = (BOLD, _GRADE_COLORS[trace.grade]) if trace.grade in _GRADE_COLORS else (BOLD,)
    grade = paint(trace.grade, *codes, on=style.color)
    where = style.plain(trace.publisher.region.literal or trace.publisher.deployment)
    return f"{name} ({where})  {trace.event.lower()}: {grade}\n"


def _tree(trace: Trace) -> _Node:
    """The routes joined where they share their beginning."""
    root = _Node(trace.routes[0].links[0], [])
    for route in trace.routes:
        passed: dict[str, _Node] = {}
        for link in route.links[1:]:
            parent = next((passed[name] for name in _PARENTS.get(link.name, ()) if name in passed), root)
            node = next((child for child in parent.children if child.link == link), None)
            if node is None:
                node = _Node(link, [])
                parent.children.append(node)
            passed[link.name] = node
    return root


def _lines(nodes: list[_Node], before: str = "") -> Iterator[_Line]:
    for node in nodes:
        last = node is nodes[-1]
        below = before + ("   " if last else "│  ")
        yield _Line(before + ("└─ " if last else "├─ "), below + ("│  " if node.children else "   "), node.link)
        yield from _lines(node.children, below)


def _link(line: _Line, column: int, style: _Style) -> Iterator[str]:
    """The link with its verdict and message, and below it the reasons when there is something to explain."""
    link = line.link
    title = style.plain(link.title)
    dots = "." * (column - len(line.branch) - len(title) - 1)
    used = " " * (column + 1 + len(link.state) + 2)
    more = f"{line.below}  "
    first, *rest = textwrap.wrap(
        used.replace(" ", "_") + style.plain(link.message),
        max(style.width, len(used) + _NARROWEST // 2),
        subsequent_indent=more,
        break_long_words=False,
        break_on_hyphens=False,
    )
    state = paint(link.state, _COLORS[link.state], on=style.color)
    yield f"{line.branch}{title} {paint(dots, DIM, on=style.color)} {state}  {first[len(used) :]}\n"
    yield from (f"{part}\n" for part in rest)
    if link.state not in {State.OK, State.ABSENT}:
        yield from _details(line, style)


def _details(line: _Line, style: _Style) -> Iterator[str]:
    """Why a link does not hold or is not decided, and what to do."""
    link = line.link
    for item in link.evidence:
        where = str(item.location)
        yield from _wrapped(f"{where}: {item.text}" if where else item.text, line.below, style, DIM)
    for gap in link.unknowns:
        yield from _wrapped(f"unknown ({gap.cause}): {gap.detail}", line.below, style)
    if link.fix is not None:
        yield from _wrapped("fix: " + link.fix.text, line.below, style)
        for who in link.fix.locks_out:
            yield from _wrapped("locks out: " + who, line.below, style)


def _wrapped(text: str, before: str, style: _Style, *codes: str) -> Iterator[str]:
    room = max(style.width - len(before) - 2, _NARROWEST // 2)
    first, *rest = textwrap.wrap(style.plain(text), room, break_long_words=False, break_on_hyphens=False) or [""]
    yield f"{before}{paint(first, *codes, on=style.color)}\n"
    for more in rest:
        yield f"{before}  {paint(more, *codes, on=style.color)}\n"
