"""Judging a policy statement by statement: one verdict per statement, under a name that stays the same."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

import msgspec

from auditor.finding import Severity, Verdict, passed, undecided
from auditor.model.known import Truth, Unknown
from auditor.model.origin import Location
from auditor.model.resource import Resource


class Statement(Protocol):
    """What the policy engine's answers about one statement have in common."""

    @property
    def statement(self) -> str:
        """Sid or ``#<index>``."""

    @property
    def digest(self) -> str:
        """The stable name of its content."""

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """The holes that decide where something about it is not decided."""

    @property
    def location(self) -> Location:
        """Where it stands."""


_NAMED = 2
"""Deny statements that are named, at most."""

S = TypeVar("S", bound=Statement)


def judged(  # noqa: PLR0913 - the parts of the verdicts, each said once
    policy: Resource,
    statements: Iterable[S],
    *,
    bad: Callable[[S], Truth],
    finding: Callable[[S], Verdict],
    question: str,
    good: str,
    untold: tuple[Unknown, ...] = (),
    severity: Callable[[S], Severity | None] = lambda _: None,
) -> Iterator[Verdict]:
    """The verdicts of a rule about the statements of a policy.

    Args:
        policy: the resource that holds them.
        statements: what the engine says about each; one that stands twice, for two topics, counts once.
        bad: whether a statement is a defect.
        finding: the FAIL about one; subject and location are added here.
        question: what is not decided about a statement that may be one, to follow "whether it".
        good: the message of a PASS.
        untold: why there may be statements that are not told.
        severity: of an undecided statement.
    """
    statements = tuple(statements)
    names = subjects(statements)
    certain = {names[item.digest]: item for item in statements if bad(item) is Truth.TRUE}
    possible = {names[item.digest]: item for item in statements if bad(item) is Truth.UNKNOWN}
    for subject, item in certain.items():
        yield msgspec.structs.replace(finding(item), subject=subject, location=statement_place(item, policy))
    for subject, item in possible.items():
        if subject not in certain:
            yield undecided(
                f"Whether statement {item.statement} of {policy.name} {question} is not decided.",
                item.unknowns,
                subject=subject,
                severity=severity(item),
                location=statement_place(item, policy),
            )
    if certain or possible:
        return
    if untold:
        yield undecided(f"Whether a statement of {policy.name} {question} is not told.", untold)
    else:
        yield passed(good)


def statement_place(statement: Statement, resource: Resource) -> Location:
    """Where a statement stands; a document that an API gave has no path and stands where its resource does."""
    if statement.location.path:
        return statement.location
    here = resource.location
    return msgspec.structs.replace(here, pointer=here.pointer + statement.location.pointer)


def but_for(denied: tuple[str, ...]) -> str:
    """Words for what Deny statements of the policy take back of a statement, to follow what it allows."""
    if not denied:
        return ""
    if len(denied) > _NAMED:
        return f", as far as {len(denied)} Deny statements leave it"
    return f", as far as Deny statement {' and '.join(denied)} leaves it"


def subjects(statements: Iterable[Statement]) -> dict[str, tuple[str, ...]]:
    """The subject of a finding about each statement, by digest: the Sid, or ``#<digest>`` of one without.

    A Sid that is used twice names nothing, so these go by digest too. No Sid can pass for a digest, because one that
    begins with ``#`` counts as none.
    """
    sids = {statement.digest: statement.statement for statement in statements}
    uses = Counter(sids.values())
    return {digest: (f"#{digest}" if sid.startswith("#") or uses[sid] > 1 else sid,) for digest, sid in sids.items()}
