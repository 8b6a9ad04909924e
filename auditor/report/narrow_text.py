"""Findings of least privilege, and a smaller policy with its proof, for people."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from auditor.iam.narrow import LARGEST, Choice, Excess, Kind, Narrowed, PrincipalExcess, Proof, Way, by_services
from auditor.model.iam import Role, User
from auditor.model.known import Truth
from auditor.report.layout import counted
from auditor.report.terminal import plain

_MOST = 6
"""Patterns that a line shows."""
_WORDS = {
    Kind.EVERY_ACTION: "all actions",
    Kind.SERVICE_WILDCARD: "all actions of a service",
    Kind.EVERY_RESOURCE: "actions on every resource",
    Kind.ANY_SENDER: "mail from any address",
    Kind.ANY_CONFIGURATION_SET: "mail by any configuration set",
    Kind.UNUSED: "unused actions",
    Kind.IN_VAIN: "actions in vain",
}
_NAMED = {
    Way.PIN_IDENTITY: "NAME",
    Way.PIN_CONFIGURATION_SET: "NAME",
    Way.PIN_TOPIC: "NAME",
    Way.PIN_FROM: "ADDRESS",
}
"""The choices that name something, and what that is when nothing is known to name."""
_COUNTED = frozenset({Kind.EVERY_RESOURCE, Kind.UNUSED, Kind.IN_VAIN})


def render_all(found: Iterable[PrincipalExcess]) -> str:
    """The findings of many principals, and how many there are of each kind."""
    lines: list[str] = []
    counts: Counter[Kind] = Counter()
    principals = concerned = 0
    for each in found:
        principals += 1
        if each.policies or each.unknowns:
            concerned += 1
            lines.extend(_principal(each))
            counts.update(excess.kind for policy in each.policies for excess in policy.found)
    lines.append(f"{counted(principals, 'principal')}, {concerned:,} with something to narrow or not read")
    lines.extend(f"  {counts[kind]:6} {_WORDS[kind]}" for kind in Kind if counts[kind])
    return "\n".join(lines) + "\n"


def render_findings(found: PrincipalExcess, choices: Iterable[Choice] = ()) -> str:
    """The findings of one principal, and what could be chosen to narrow it."""
    lines = list(_principal(found))
    if not found.policies and not found.unknowns:
        lines.append("  nothing that could be less")
    offered = [line for each in choices for line in _choice(each)]
    if offered:
        lines.extend(("could be chosen, none of it is done unasked", *offered))
    return "\n".join(lines) + "\n"


def _choice(choice: Choice) -> Iterator[str]:
    known = f" {_list(choice.values)}" if choice.values else f" {_NAMED[choice.way]}" if choice.way in _NAMED else ""
    yield f"  --{choice.way.value}{known}"
    yield f"    locks out {plain(choice.locks_out) or 'nothing'}"
    if choice.way not in _NAMED:
        return
    if choice.untold:
        yield f"    {choice.untold} more are not told in full"
    if choice.regions:
        yield f"    known of {_list(choice.regions)} only; others are not in the inputs"
    elif choice.values:
        yield "    there may be others: the inputs are no whole account"
    for why in choice.unknowns:
        yield f"    there may be others: {plain(why.detail)}"


def render_one(made: Narrowed) -> str:
    """One smaller policy: findings, what is left out and what is not decided, the proof."""
    return render_findings(made.findings) + "\n".join(summary(made)) + "\n"


def one_of_many(made: Narrowed) -> str:
    """One smaller policy among many, as one line."""
    proven = "proven" if made.proof.holds else "NOT PROVEN"
    size = "nothing is left" if made.document is None else f"{made.size} characters"
    return f"{plain(made.principal.id)}: {proven}, leaves out {counted(made.dropped.bit_count(), 'action')}, {size}\n"


def failure_of_many(principal: User | Role, error: str) -> str:
    """Why there is no smaller policy for one principal among many, as one line."""
    return f"{plain(principal.id)}: no policy written: {plain(error)}\n"


def summary(made: Narrowed) -> Iterator[str]:
    """What a smaller policy leaves out, what was taken for granted, and what was proven."""
    if made.document is None:
        yield "nothing is left: the policies can be detached"
    yield f"leaves out {counted(made.dropped.bit_count(), 'action')}{_tail(by_services(made.dropped))}"
    if made.has_record and made.undecided:
        granted = counted(made.undecided.bit_count(), "granted action leaves", "granted actions leave")
        yield f"{granted} no trace that would tell{_tail(by_services(made.undecided))}"
    for each in made.locks_out:
        yield f"locks out {plain(each)}"
    if made.vain_uses:
        yield f"recorded, but granted in vain, so no uses: {_list(made.vain_uses)}"
    yield f"replaces {_list(made.replaces)}"
    if made.of_groups:
        yield f"of them, groups have {_list(made.of_groups)}: take the user out of these groups, or edit them for all"
    if made.size > LARGEST:
        yield f"{made.size} characters are more than the {LARGEST} of a managed policy: split it"
    for each in made.assumptions:
        yield f"taken for granted: {plain(each)}"
    yield from _proof(made.proof)


def _proof(proof: Proof) -> Iterator[str]:
    if proof.subset is Truth.TRUE:
        yield "proven: it allows nothing that was not allowed"
    elif proof.subset is Truth.FALSE and proof.witness is not None:
        yield f"not smaller: it newly allows {plain(proof.witness.action)} on {plain(proof.witness.resource)}"
    else:
        why = proof.unknowns[0].detail if proof.unknowns else "the comparison did not decide"
        yield f"not proven to be smaller: {plain(why)}"
    kept = proof.decided + proof.by_sets
    if proof.uses:
        yield f"proven: {kept} of {proof.uses} recorded uses stay allowed ({proof.by_sets} of them for any context)"
    if proof.not_before:
        was = "use was" if proof.not_before == 1 else "uses were"
        yield f"{proof.not_before} {was} not allowed by these policies before: others must allow that"
    for lost in proof.lost:
        verb = "is not allowed any more" if lost.truth is Truth.FALSE else "may not be allowed any more"
        yield f"{plain(lost.use.action)} on {plain(lost.use.resource or 'an untold resource')} {verb}"


def _principal(found: PrincipalExcess) -> Iterator[str]:
    yield plain(found.principal.id)
    for policy in found.policies:
        yield f"  {plain(str(policy.resource.name))}"
        for excess in policy.found:
            yield f"    {plain(excess.statement)}: {_excess(excess)}"
    for why in found.unknowns:
        yield f"  a policy was not read: {plain(why.detail)}"


def _excess(excess: Excess) -> str:
    on = f" ({_list(excess.resources)})" if excess.resources else ""
    words = _WORDS[excess.kind]
    if excess.count and excess.kind in _COUNTED:
        words = f"{excess.count} {words.replace('actions', 'action') if excess.count == 1 else words}"
    maybe = "" if excess.certain is Truth.TRUE else "perhaps "
    cut = f"; cut by {_list(excess.by)}" if excess.by else ""
    why = f"; not told: {plain(excess.unknowns[0].detail)}" if excess.unknowns else ""
    return f"{maybe}{words}{on}: {_list(excess.patterns)}{cut}{why}"


def _tail(names: Sequence[str]) -> str:
    return f": {_list(names)}" if names else ""


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(map(plain, names[:_MOST]))
    return shown if len(names) <= _MOST else f"{shown} and {len(names) - _MOST} more"
