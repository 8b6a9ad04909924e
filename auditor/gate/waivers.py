"""Waivers: results that somebody accepted, for a reason and until a day.

A waived result stays in the report, marked, and does not fail the gate. Waivers that match nothing and waivers whose
day has passed are reported, so that the list stays true.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from auditor.model.known import Truth, Unknown
from auditor.model.resource import Resource

if TYPE_CHECKING:
    from auditor.engine import Result


class Waiver(msgspec.Struct, frozen=True, kw_only=True):
    """One accepted risk: a fingerprint, or a rule with a resource or a tag.

    Attributes:
        reason: why it is accepted; never empty.
        until: the last day on which it holds, in UTC.
        fingerprint: of the one result it is about.
        rule: id of the rule it is about.
        resource: with `rule`: id, address or name of the resources; ``*`` stands for anything.
        tag: with `rule`: key and value that the resources carry.
        where: ``path:line`` of its declaration.
    """

    reason: str
    until: date
    fingerprint: str | None = None
    rule: str | None = None
    resource: str | None = None
    tag: tuple[str, str] | None = None
    where: str = ""

    @property
    def about(self) -> str:
        """What it covers, in words."""
        if self.fingerprint is not None:
            return self.fingerprint
        what = f"resource {self.resource}" if self.tag is None else f"tag {'='.join(self.tag)}"
        return f"{self.rule}, {what}"

    def covers(self, result: "Result", names: tuple[str, ...]) -> bool:
        """Whether it is about a result, whatever the day. What is not known about a resource is not covered.

        Args:
            result: the result.
            names: of its resource, see `names_of`.
        """
        if self.fingerprint is not None:
            return result.fingerprint == self.fingerprint
        if self.rule != result.rule.id:
            return False
        if self.tag is not None:
            return _carries(result.resource, *self.tag)
        return self.resource is not None and any(matches(self.resource, name) for name in names)


class Waived(msgspec.Struct, frozen=True, kw_only=True):
    """What waivers did to the results of an audit.

    Attributes:
        by_result: fingerprint of each waived result to its waiver (the first that covers it).
        used, unused, expired: the waivers in the order of their declaration; an expired one is in no other list.
        covered: for each waiver that is used or expired, the fingerprints of the results it covers, sorted.
    """

    by_result: Mapping[str, Waiver]
    used: tuple[Waiver, ...] = ()
    unused: tuple[Waiver, ...] = ()
    expired: tuple[Waiver, ...] = ()
    covered: Mapping[Waiver, tuple[str, ...]]


def apply(results: "Iterable[Result]", waivers: Sequence[Waiver], today: date) -> Waived:
    """Which results are waived on a day, and by which waivers.

    Args:
        results: FAIL and UNKNOWN results of an audit.
        waivers: in the order of their declaration.
        today: in UTC; a waiver still holds on its last day.
    """
    by_key: dict[str, list[tuple[Result, tuple[str, ...]]]] = {}
    wanted = {waiver.fingerprint or waiver.rule or "" for waiver in waivers}
    for result in results:
        for key in wanted.intersection((result.rule.id, result.fingerprint)):
            by_key.setdefault(key, []).append((result, names_of(result.resource)))
    marks: dict[str, Waiver] = {}
    covered: dict[Waiver, tuple[str, ...]] = {}
    used: list[Waiver] = []
    unused: list[Waiver] = []
    expired: list[Waiver] = []
    for waiver in waivers:
        near = by_key.get(waiver.fingerprint or waiver.rule or "", ())
        prints = tuple(sorted({result.fingerprint for result, names in near if waiver.covers(result, names)}))
        if waiver.until < today:
            expired.append(waiver)
            covered[waiver] = prints
        elif prints:
            used.append(waiver)
            covered[waiver] = prints
            for one in prints:
                marks.setdefault(one, waiver)
        else:
            unused.append(waiver)
    return Waived(by_result=marks, used=tuple(used), unused=tuple(unused), expired=tuple(expired), covered=covered)


def matches(pattern: str, text: str) -> bool:
    """Whether a text is as a pattern says, in which ``*`` stands for anything and all else for itself.

    Brackets are plain: addresses such as ``aws_sns_topic.orders["eu"]`` hold them. Linear, whatever the pattern.
    """
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    *middle, last = rest
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        at = text.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True


def names_of(resource: Resource) -> tuple[str, ...]:
    """What a waiver may call a resource: its id, its address, and its name if that is told in full."""
    name = resource.name.literal
    return (resource.id, resource.address) if name is None else (resource.id, resource.address, name)


def _carries(resource: Resource, key: str, value: str) -> bool:
    if isinstance(resource.tags, Unknown):
        return False
    found = resource.tags.value.get(key)
    return found is not None and found.equals(value) is Truth.TRUE
