"""Who can do something, for people."""

from collections.abc import Iterable, Iterator

from auditor.iam.who import Access, Needed, WhoCan
from auditor.model.known import Truth
from auditor.report.layout import counted, filled
from auditor.report.terminal import BOLD, DIM, YELLOW, paint, plain

_MOST_UNDECIDED = 20


def render(answer: WhoCan, *, color: bool, width: int) -> str:
    """The answer to one question."""
    lines = [paint(f"Who can {plain(answer.action)} on {plain(answer.resource)}", BOLD, on=color), ""]
    for access in answer.who:
        lines.extend(_access(access, color=color, width=width))
    lines.extend(_others(answer, width))
    lines.extend(_undecided(answer, color=color, width=width))
    for title, items in (
        ("May be incomplete", [why.detail for why in answer.incomplete]),
        ("Assumed", answer.assumptions),
    ):
        for item in items:
            lines.extend(filled(item, width, label=f"{title}:", label_width=len(title) + 2))
    lines.append(_last(answer))
    return "\n".join(lines) + "\n"


def _access(access: Access, *, color: bool, width: int) -> Iterator[str]:
    yield paint(plain(access.principal), BOLD, on=color)
    for policy, statement in dict.fromkeys((each.location.path, each.statement) for each in access.because):
        yield from filled(
            f"{statement} of {policy}" if policy else statement, width, indent=2, label="by", label_width=5
        )
    for name in access.sessions:
        yield from filled(f"only in a session named {name}", width, indent=2, label="if", label_width=5)
    for needed in access.conditions:
        yield from filled(_condition(needed), width, indent=2, label="if", label_width=5, codes=(YELLOW,), color=color)
    if access.patterns:
        yield from filled(", ".join(access.patterns), width, indent=2, label="on", label_width=5)


def _condition(needed: Needed) -> str:
    values = ", ".join(needed.values)
    hold = "holds" if needed.effect == "Allow" else "does not hold, or another of its statement does not"
    return (
        f"{needed.operator} {needed.key} = {values} {hold} ({needed.effect} in {needed.statement} of {needed.policy})"
    )


def _others(answer: WhoCan, width: int) -> Iterator[str]:
    outside = answer.outsiders
    if answer.roots:
        yield from filled(f"the root users of {', '.join(answer.roots)}", width)
    if outside.everybody is not Truth.FALSE:
        yield "anybody else: the policy of the resource is " + (
            "public" if outside.everybody is Truth.TRUE else "perhaps public"
        )
    if outside.any_service is not Truth.FALSE:
        perhaps = "" if outside.any_service is Truth.TRUE else "perhaps "
        yield f"{perhaps}every AWS service whose request fulfils the conditions of the policy"
    named: Iterable[tuple[str, tuple[str, ...]]] = (
        ("accounts", outside.accounts),
        ("organizations", outside.organizations),
        ("principals", outside.principals),
    )
    for what, items in named:
        if items:
            yield from filled(f"{what} that are not in the inputs: {', '.join(items)}", width)


def _undecided(answer: WhoCan, *, color: bool, width: int) -> Iterator[str]:
    if not answer.undecided:
        return
    yield paint(f"Not decided ({len(answer.undecided)})", BOLD, on=color)
    for each in answer.undecided[:_MOST_UNDECIDED]:
        yield f"  {plain(each.principal)}"
        for why in each.unknowns[:3]:
            yield from filled(why.detail, width, indent=4, codes=(DIM,), color=color)
    rest = len(answer.undecided) - _MOST_UNDECIDED
    if rest > 0:
        yield f"  and {rest:,} more: --format json lists all"


def _last(answer: WhoCan) -> str:
    if answer.nobody is Truth.TRUE:
        return "Nobody can."
    number = len(answer.who)
    limited = sum(1 for each in answer.who if each.conditions or each.sessions)
    shown = "No principal of the inputs can" if number == 0 else f"{counted(number, 'principal')} can"
    if limited:
        shown += f", {limited:,} of them under conditions"
    if answer.undecided:
        shown += f"; {len(answer.undecided):,} not decided"
    return shown + "."
