"""Who can get more rights, for people."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from auditor.iam.escalation import Escalation, Path, Rights, Standing, Step
from auditor.iam.escalation.explain import Permission
from auditor.iam.escalation.mailways import Way
from auditor.model.iam import User
from auditor.model.known import Truth
from auditor.report.layout import counted, filled, listed
from auditor.report.terminal import BOLD, DIM, GREEN, MAGENTA, RED, YELLOW, paint, plain

MOST = 40
"""Principals of one kind that are shown in full."""

_NAMES = 6
_HEADS = {
    Standing.HAS: ("Administrators", YELLOW),
    Standing.CAN_GET: ("Can become administrator", RED),
    Standing.UNKNOWN: ("Not decided", MAGENTA),
    Standing.CANNOT: ("Cannot", GREEN),
}


class _Style(msgspec.Struct, frozen=True):
    color: bool
    width: int


def render(
    found: Escalation,
    shown: Sequence[Rights],
    ways: Sequence[Way] = (),
    senders: Sequence[Rights] = (),
    *,
    color: bool = False,
    width: int = 120,
) -> str:
    """The verdicts on some principals with their chains, and what they can do to the mail path.

    Args:
        found: the search.
        shown: the principals to show.
        ways: over the mail path.
        senders: how principals stand to the right to send; empty when that was not asked.
        color: whether to colour.
        width: columns to wrap to.
    """
    style = _Style(color, width)
    lines: list[str] = []
    by: dict[Standing, list[Rights]] = defaultdict(list)
    for each in shown:
        by[each.standing].append(each)
    for standing in (Standing.CAN_GET, Standing.UNKNOWN):
        if by[standing]:
            lines.extend(_head(*_HEADS[standing], len(by[standing]), style))
            lines.extend(line for each in by[standing][:MOST] for line in _rights(each, found, style))
            lines.extend(_rest(len(by[standing]) - MOST))
    for standing in (Standing.HAS, Standing.CANNOT):
        if by[standing]:
            lines.extend(_head(*_HEADS[standing], len(by[standing]), style))
            names = listed([_name(each) for each in by[standing]], MOST)
            lines.extend(filled(names, width, indent=2))
    lines.extend(_strangers(found, style))
    lines.extend(_mail(ways, senders, style))
    lines.extend(line for text in found.assumptions for line in filled(text, width, label="assumed:", label_width=9))
    lines.append(_last(shown))
    return "\n".join(lines) + "\n"


def _head(title: str, code: str, count: int, style: _Style) -> Iterator[str]:
    yield paint(f"{title} ({count:,})", BOLD, code, on=style.color)


def _rest(more: int) -> Iterator[str]:
    if more > 0:
        yield f"  and {more:,} more: --format json lists all, --principal shows one"


def _name(each: Rights) -> str:
    kind = "user" if isinstance(each.principal, User) else "role"
    return f"{kind} {each.principal.name}"


def _rights(each: Rights, found: Escalation, style: _Style) -> Iterator[str]:
    steps = counted(len(each.chain), "step")
    tail = f"{' in' if each.standing is Standing.CAN_GET else ', perhaps in'} {steps}" if each.chain else ""
    yield f"  {paint(plain(_name(each)), BOLD, on=style.color)}{tail}"
    for number, step in enumerate(each.chain, 1):
        yield from _step(number, step, found, style)
    if each.potential:
        ids = listed([path.id for path in each.potential], _NAMES)
        yield from filled(f"opens {ids}", style.width, indent=4)
    for why in each.unknowns[:3]:
        yield from filled(
            why.detail, style.width, indent=4, label=f"unknown ({why.cause}):", label_width=22, color=style.color
        )
    if each.chain:
        fix = found.explain(each.chain[0]).fix
        yield from filled(fix.text, style.width, indent=4, label="fix:", label_width=11)
        for who in fix.locks_out:
            yield from filled(who, style.width, indent=4, label="locks out:", label_width=11)


def _step(number: int, step: Step, found: Escalation, style: _Style) -> Iterator[str]:
    gives = "every right" if step.target is None else step.target.name
    to = f" ({step.service})" if step.service else ""
    text = f"{step.before + ', then ' if step.before else ''}{step.path.how}{to}; gives {gives}"
    yield from filled(text, style.width, indent=4, label=f"{number} {step.path.id}", label_width=24)
    for permission in found.explain(step).permissions:
        yield from _permission(permission, style)
    if step.given and step.truth is Truth.TRUE:
        yield from filled(step.given, style.width, indent=8, label="given that", label_width=11)


def _permission(permission: Permission, style: _Style) -> Iterator[str]:
    by = []
    for grant in permission.given_by:
        group = f" through group {grant.group}" if grant.group else ""
        by.append(f"{grant.statement} of {grant.policy}{group}" if grant.statement else f"{grant.policy}{group}")
    where = f" by {listed(list(dict.fromkeys(by)), 3)}" if by else ""
    maybe = "perhaps " if permission.truth is Truth.UNKNOWN else ""
    text = f"{maybe}{permission.action} on {permission.resource}{where}"
    yield from filled(text, style.width, indent=8, codes=(DIM,), color=style.color)


def _strangers(found: Escalation, style: _Style) -> Iterator[str]:
    for truth, words in ((Truth.TRUE, "let in"), (Truth.UNKNOWN, "may let in")):
        names = [str(each.role.name) for each in found.strangers if each.truth is truth]
        if names:
            text = f"roles on the way to it {words} principals of any account: {listed(names, _NAMES)}"
            codes = (RED,) if truth is Truth.TRUE else (MAGENTA,)
            yield from filled(text, style.width, label="strangers:", label_width=11, codes=codes, color=style.color)


def _mail(ways: Sequence[Way], senders: Sequence[Rights], style: _Style) -> Iterator[str]:
    if not ways and not senders:
        return
    yield paint("The mail path, administrators left out", BOLD, on=style.color)
    by: dict[str, list[Way]] = defaultdict(list)
    paths: dict[str, Path] = {}
    for each in ways:
        by[each.path.id].append(each)
        paths[each.path.id] = each.path
    for id_, path in paths.items():
        yield from _mail_path(path, by[id_], style)
    if senders:
        yield from _sending(senders, style)


def _mail_path(path: Path, ways: Iterable[Way], style: _Style) -> Iterator[str]:
    by: dict[Truth, list[Way]] = defaultdict(list)
    for way in ways:
        by[way.truth].append(way)
    yield from filled(f"{path.category}: {path.how}", style.width, indent=2, label=path.id, label_width=32)
    for truth, word in ((Truth.TRUE, "can"), (Truth.UNKNOWN, "perhaps")):
        if by[truth]:
            names = listed([f"{_way_name(way)}{_on(way)}" for way in by[truth]], _NAMES)
            yield from filled(names, style.width, indent=6, label=f"{word} ({len(by[truth]):,}):", label_width=16)


def _way_name(way: Way) -> str:
    return way.node.name


def _on(way: Way) -> str:
    return f" on {listed(list(way.stations), 2)}" if way.stations else ""


def _sending(senders: Sequence[Rights], style: _Style) -> Iterator[str]:
    counts = Counter(each.standing for each in senders)
    yield from filled(
        f"{counted(counts[Standing.HAS], 'principal')} may send; "
        f"{counts[Standing.CAN_GET]:,} more can get the right to, "
        f"{counts[Standing.UNKNOWN]:,} are not decided",
        style.width,
        indent=2,
    )
    for each in [each for each in senders if each.standing is Standing.CAN_GET][:MOST]:
        chain = ", ".join(
            f"{step.path.id} to {step.target.name if step.target else 'every right'}" for step in each.chain
        )
        yield from filled(f"by {chain}", style.width, indent=4, label=_name(each), label_width=32)


def _last(shown: Sequence[Rights]) -> str:
    counts = Counter(each.standing for each in shown)
    return (
        f"{counted(len(shown), 'principal')}: {counted(counts[Standing.HAS], 'administrator')}, "
        f"{counts[Standing.CAN_GET]:,} can become one, {counts[Standing.UNKNOWN]:,} not decided, "
        f"{counts[Standing.CANNOT]:,} cannot"
    )
