"""Compares two results: what is new, what is fixed, what stays, and what can no longer be told.

Results are matched by fingerprint. Between different kinds of input, such as a template and the account it became,
fingerprints differ; what is left is then matched by rule, type and the last segment of the address or name.

Nothing is called fixed because it was not looked at: when its rule did not run or crashed, or the check became
undecided, that is said instead.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

import msgspec

from auditor.finding import Severity
from auditor.gate.configuration import Configuration
from auditor.gate.waivers import Waiver

_LIVE = frozenset({"aws", "snapshot"})
"""Kinds of input that name resources alike, by ARN."""
_KEY = re.compile(r'\[(?:"[^"]*"|\d+)\]')


class Standing(StrEnum):
    """How a result counts."""

    FAIL = "fail"
    UNKNOWN = "unknown"
    WAIVED = "waived"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One result, as far as a comparison needs it.

    Attributes:
        resource: id of the resource.
        names: last segments of its address and name, as far as they are told.
    """

    fingerprint: str
    rule: str
    type: str
    resource: str
    standing: Standing
    severity: Severity
    subject: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()

    @property
    def order(self) -> tuple[int, str, str, tuple[str, ...], str]:
        """Worst first, then by rule and resource."""
        return (self.severity.rank, self.rule, self.resource, self.subject, self.fingerprint)


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two results.

    Attributes:
        kinds: of its inputs.
        rules: ids of the rules that ran.
        crashed: rule and resource id of the checks that crashed.
    """

    entries: tuple[Entry, ...]
    kinds: frozenset[str]
    rules: frozenset[str]
    crashed: frozenset[tuple[str, str]] = frozenset()
    complete: bool = True


class New(msgspec.Struct, frozen=True):
    """A result of HEAD that counts more than it did; `was` says how it counted in BASE, None when it was not there."""

    entry: Entry
    was: str | None = None


class Unjudged(msgspec.Struct, frozen=True):
    """A result of BASE of which HEAD does not tell whether it still stands, and why."""

    entry: Entry
    why: str


class Kept(msgspec.Struct, frozen=True):
    """A result of both."""

    before: Entry
    after: Entry


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """How HEAD differs from BASE.

    Attributes:
        by_name: whether some results were matched by name because the kinds of input differ.
        complete: whether both sides are.
    """

    new: tuple[New, ...]
    fixed: tuple[Entry, ...]
    kept: tuple[Kept, ...]
    unjudged: tuple[Unjudged, ...]
    by_name: bool
    complete: bool

    def failing(self, fail_on: Severity | None, fail_on_unknown: Severity | None) -> tuple[Entry, ...]:
        """The new results that fail the gate."""
        thresholds = {Standing.FAIL: fail_on, Standing.UNKNOWN: fail_on_unknown}
        return tuple(
            item.entry
            for item in self.new
            if (threshold := thresholds.get(item.entry.standing)) is not None
            and item.entry.severity.rank <= threshold.rank
        )


def compare(base: Side, head: Side) -> Difference:
    """How HEAD differs from BASE."""
    before = {entry.fingerprint: entry for entry in base.entries}
    after = {entry.fingerprint: entry for entry in head.entries}
    pairs = [(before[name], after[name]) for name in before.keys() & after.keys()]
    gone = [entry for name, entry in before.items() if name not in after]
    come = [entry for name, entry in after.items() if name not in before]
    by_name = _families(base.kinds) != _families(head.kinds)
    if by_name:
        pairs += _by_name(gone, come)
    new, kept, unjudged, fixed = [New(entry) for entry in come], [], [], []
    for old, entry in pairs:
        if old.standing is Standing.FAIL and entry.standing is Standing.UNKNOWN:
            unjudged.append(Unjudged(old, "the check is undecided now"))
        elif (was := _worse(old, entry)) is not None:
            new.append(New(entry, was))
        else:
            kept.append(Kept(old, entry))
    undecided = _become_undecided(head, pairs, by_name=by_name)
    for entry in gone:
        if entry.rule not in head.rules:
            unjudged.append(Unjudged(entry, "the rule did not run"))
        elif (entry.rule, entry.resource) in head.crashed:
            unjudged.append(Unjudged(entry, "the rule crashed"))
        elif not undecided.isdisjoint(_about(entry, by_name=by_name)):
            unjudged.append(Unjudged(entry, "the check is undecided now"))
        else:
            fixed.append(entry)
    return Difference(
        new=tuple(sorted(new, key=lambda item: item.entry.order)),
        fixed=tuple(sorted(fixed, key=lambda entry: entry.order)),
        kept=tuple(sorted(kept, key=lambda item: item.after.order)),
        unjudged=tuple(sorted(unjudged, key=lambda item: item.entry.order)),
        by_name=by_name,
        complete=base.complete and head.complete,
    )


def last_segment(address: str) -> str:
    """The part of an address that names the resource itself.

    ``topic/orders`` and ``module.mail.aws_sns_topic.orders`` end in ``orders``; the key of an instance stays with it:
    ``aws_sns_topic.orders["eu/1"]`` ends in ``orders["eu/1"]``.
    """
    keys = [key.group() for key in _KEY.finditer(address)]
    own = keys[-1] if keys and address.endswith(keys[-1]) else ""
    path = _KEY.sub("", address)
    return path.rpartition("/" if "/" in path else ".")[2] + own


def settings_changes(base: Configuration, head: Configuration) -> tuple[str, ...]:
    """What HEAD's configuration changes, a line each; it is BASE's that both sides are judged by."""
    changes = []
    for name in base.__struct_fields__:
        old, new = getattr(base, name), getattr(head, name)
        if name not in {"path", "sha256", "waivers"} and old != new:
            changes.append(f"{name}: {_shown(old)} → {_shown(new)}")
    return (*changes, *_waiver_changes(base.waivers, head.waivers))


def _waiver_changes(base: Iterable[Waiver], head: Iterable[Waiver]) -> tuple[str, ...]:
    before = {waiver.about: waiver for waiver in base}
    after = {waiver.about: waiver for waiver in head}
    changes = []
    for about in sorted(before.keys() | after.keys()):
        old, new = before.get(about), after.get(about)
        if old is None and new is not None:
            changes.append(f"waiver added: {about} until {new.until}: {new.reason}")
        elif new is None and old is not None:
            changes.append(f"waiver removed: {about} until {old.until}: {old.reason}")
        elif old is not None and new is not None and (old.until, old.reason) != (new.until, new.reason):
            changes.append(f"waiver changed: {about} until {old.until} → {new.until}: {new.reason}")
    return tuple(changes)


def _shown(value: object) -> str:
    if value is None or value in ((), {}):
        return "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={_shown(item)}" for key, item in sorted(value.items()))
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _families(kinds: frozenset[str]) -> frozenset[str]:
    return frozenset("account" if kind in _LIVE else kind for kind in kinds)


def _worse(old: Entry, new: Entry) -> str | None:
    """How a result counted before when it counts more now; None when it does not."""
    if new.standing is Standing.WAIVED:
        return None
    if old.standing is not new.standing:
        return old.standing.value
    return old.severity.value if new.severity.rank < old.severity.rank else None


def _become_undecided(head: Side, pairs: Iterable[tuple[Entry, Entry]], *, by_name: bool) -> set[tuple[str, ...]]:
    """What the results of HEAD are about that are undecided and were not so in BASE."""
    open_before = {entry.fingerprint for old, entry in pairs if old.standing is Standing.UNKNOWN}
    come = (
        entry for entry in head.entries if entry.standing is Standing.UNKNOWN and entry.fingerprint not in open_before
    )
    return {about for entry in come for about in _about(entry, by_name=by_name)}


def _about(entry: Entry, *, by_name: bool) -> set[tuple[str, ...]]:
    """What a result is about, whatever its subject; between kinds of input also by name."""
    names = {(entry.rule, entry.type, name) for name in entry.names} if by_name else set()
    return {(entry.rule, entry.resource), *names}


def _by_name(gone: list[Entry], come: list[Entry]) -> list[tuple[Entry, Entry]]:
    """Pairs of the same rule, type and name, taken out of both lists; those of the same subject first."""
    waiting: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in sorted(gone, key=lambda entry: entry.order):
        for name in entry.names:
            waiting.setdefault((entry.rule, entry.type, name), []).append(entry)
    pairs: dict[str, tuple[Entry, Entry]] = {}
    taken: set[str] = set()
    for any_subject in (False, True):
        for entry in sorted(come, key=lambda entry: entry.order):
            if entry.fingerprint in pairs:
                continue
            for old in _candidates(entry, waiting):
                if old.fingerprint not in taken and (any_subject or old.subject == entry.subject):
                    pairs[entry.fingerprint] = (old, entry)
                    taken.add(old.fingerprint)
                    break
    gone[:] = [entry for entry in gone if entry.fingerprint not in taken]
    come[:] = [entry for entry in come if entry.fingerprint not in pairs]
    return list(pairs.values())


def _candidates(entry: Entry, waiting: Mapping[tuple[str, str, str], list[Entry]]) -> Iterator[Entry]:
    for name in sorted(entry.names):
        yield from waiting.get((entry.rule, entry.type, name), ())
