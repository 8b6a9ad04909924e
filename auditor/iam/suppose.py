"""Deciding by cases what comparisons with symbols leave open.

A symbol is one value, so two comparisons of it are not independent: with ``StringEquals`` and ``StringNotEquals`` of
the same symbol one of two statements applies, whatever its value is. When a decision is open, every comparison that
took part more than once is supposed to be true and to be false; what all cases agree on holds for every value.
"""

from collections.abc import Callable, Hashable
from itertools import product
from typing import Protocol, TypeAlias

import msgspec

from auditor.iam.decision import Decision, Effect
from auditor.iam.request import Request
from auditor.model.known import Truth

MOST = 5
"""Comparisons that are supposed; a decision is made anew for each of the 2^5 cases."""
Comparison: TypeAlias = Hashable


class Supposed(Protocol):
    """What comparisons are supposed to be."""

    def get(self, comparison: Comparison, otherwise: Truth, /) -> Truth:
        """The truth of a comparison."""


class _Asked:
    """Supposes nothing and counts what is asked for."""

    def __init__(self) -> None:
        self.counts: dict[Comparison, int] = {}

    def get(self, comparison: Comparison, otherwise: Truth, /) -> Truth:
        self.counts[comparison] = self.counts.get(comparison, 0) + 1
        return otherwise


def by_cases(decision: Decision, request: Request, decide: Callable[[Request], Decision]) -> Decision:
    """A decision that is UNKNOWN, made by cases: decided if they agree, else with fewer effects that are possible.

    Args:
        decision: without any supposition.
        request: what is asked.
        decide: makes the decision for a request with suppositions.
    """
    asked = _Asked()
    decide(msgspec.structs.replace(request, supposed=asked))
    repeated = [comparison for comparison, times in asked.counts.items() if times > 1][:MOST]
    if not repeated:
        return decision
    made = []
    for truths in product((Truth.TRUE, Truth.FALSE), repeat=len(repeated)):
        made.append(decide(msgspec.structs.replace(request, supposed=dict(zip(repeated, truths, strict=True)))))
    possible = {effect for each in made for effect in (each.possible or (each.effect,))}
    if len(possible) == 1 and Effect.UNKNOWN not in possible:
        because = tuple(dict.fromkeys(reason for each in made for reason in each.because))
        return Decision(possible.pop(), because, decision.assumptions)
    left = tuple(effect for effect in decision.possible if effect in possible)
    return msgspec.structs.replace(decision, possible=left or decision.possible)
