"""The widest audience that a statement lets in and no Deny keeps out, choosing the parts of a request one by one.

A request is made of independent parts: action, resource, caller, source, network, and each condition key. Every part
has a few values that stand for all others. A value lets the Allow statement apply or not, and takes the request out of
some of the Deny statements; the request gets through when it is out of all of them. Only the set of Deny statements
that it is still in is remembered from part to part, so the work grows with the values and not with their combinations.
"""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from auditor.iam.audience.keys import Limit
from auditor.iam.audience.work import Work
from auditor.iam.decision import Reach
from auditor.model.known import Truth

_STEPS_OF_A_COMPARISON = 16
MOST = 4096
"""Sets of Deny statements that are told apart."""


class Choice(NamedTuple):
    """One value of a part.

    Attributes:
        allow: whether the Allow statement may apply with it.
        hits: the Deny statements that it is not certainly out of, one bit each.
        sure: the Deny statements that it is certainly in, as far as this part goes.
        limit: who can send it.
    """

    allow: Truth
    hits: int
    sure: int
    limit: Limit


Part: TypeAlias = Sequence[Choice]


class Widest(NamedTuple):
    """The widest audience that gets in for certain, and the widest that may."""

    least: Reach
    most: Reach


NONE = Widest(Reach.NOBODY, Reach.NOBODY)
RANK = {reach: number for number, reach in enumerate(Reach)}
"""Audiences by width."""
_REACHES = tuple(Reach)


def widest(parts: Sequence[Part], base: Limit, hits: int, sure: int, work: Work) -> Widest:
    """The widest audience.

    Args:
        parts: of requests.
        base: who can be let in at all.
        hits: Deny statements that may apply.
        sure: those that apply for certain if all parts say so.
        work: what may be spent.

    Raises:
        TooMuchError: it takes more.
    """
    most = _search([_possible(part) for part in parts], RANK[base.most], sure, work, generous=True)
    if most == 0:
        return NONE
    least = (
        0
        if base.doubtful
        else _search([_certain(part) for part in parts], RANK[base.least], hits, work, generous=False)
    )
    return Widest(_REACHES[least], _REACHES[most])


_Options: TypeAlias = dict[int, int]
"""Ranks of audiences by the Deny statements that are left."""


def _certain(part: Part) -> _Options:
    found: _Options = {}
    for choice in part:
        if choice.allow is Truth.TRUE and not choice.limit.doubtful:
            found[choice.hits] = max(found.get(choice.hits, 0), RANK[choice.limit.least])
    return found


def _possible(part: Part) -> _Options:
    found: _Options = {}
    for choice in part:
        if choice.allow is not Truth.FALSE:
            found[choice.sure] = max(found.get(choice.sure, 0), RANK[choice.limit.most])
    return found


def _search(parts: Sequence[_Options], base: int, denies: int, work: Work, *, generous: bool) -> int:
    states: _Options = {denies: base}
    for options in parts:
        following: _Options = {}
        work.spend(len(states) * len(options) // _STEPS_OF_A_COMPARISON)
        for left, rank in states.items():
            for kept, limit in options.items():
                now, best = left & kept, min(rank, limit)
                if best > following.get(now, 0):
                    following[now] = best
        if len(following) > MOST:
            if generous:
                return max(following.values())
            following = dict(sorted(following.items(), key=lambda each: (each[0].bit_count(), -each[1]))[:MOST])
        states = following
    return states.get(0, 0)
