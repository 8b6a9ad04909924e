"""Whether some request is allowed: a search over what the inventory does not tell of requests.

The policies are first asked with nothing assumed. Only where that leaves it open are values tried; a request that is
found is proof, and a search through every kind of value that finds none is proof too.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import NamedTuple

import msgspec

from auditor.iam.decision import Decision, Effect, Reason
from auditor.iam.evaluate import Policies, evaluate
from auditor.iam.request import ContextValue, Request
from auditor.iam.who.answer import Needed
from auditor.iam.who.choices import Asked, Choice, Choices, choices
from auditor.iam.who.screen import Part, keys_of
from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.text import Text

_MOST = 600
"""Requests that are tried for one principal before the search is given up."""
_MOST_IN_ALL = 200_000
"""Requests that are tried for one question."""
_REMEMBERED = 4


class Found(NamedTuple):
    """The outcome for one caller.

    Attributes:
        allowed: whether some request is.
        because: statements that allow it.
        conditions: that not every request fulfils.
        request: what was chosen for keys that are not told.
        unknowns: what decides when `allowed` is UNKNOWN.
    """

    allowed: Truth
    because: tuple[Reason, ...] = ()
    conditions: tuple[Needed, ...] = ()
    request: Mapping[str, str | None] = {}
    unknowns: tuple[Unknown, ...] = ()


NEVER = Found(Truth.FALSE)


class Outcome(NamedTuple):
    """What was found for a principal, with the sessions and patterns that it depends on."""

    found: Found
    sessions: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


class Search:
    """Finds allowed requests; what answered before is tried first."""

    def __init__(self) -> None:
        self._hints: dict[frozenset[str], list[dict[str, Choice]]] = {}
        self._left = _MOST_IN_ALL

    def find(
        self, request: Request, policies: Policies, parts: Sequence[Part], within: Mapping[str, str] | None = None
    ) -> Found:
        """Whether some filling of the request is allowed.

        Args:
            request: with everything that is told; other keys are up to the search.
            policies: all that have a say.
            parts: the statements of these policies.
            within: patterns that values of some keys certainly have.
        """
        decision = evaluate(request, policies)
        if decision.effect is Effect.ALLOW:
            return Found(Truth.TRUE, _grounds(decision))
        if decision.allowed is Truth.FALSE:
            return NEVER
        free = frozenset(key for part in parts for key in part.keys if key not in request.context)
        if not free:
            return Found(Truth.UNKNOWN, unknowns=decision.unknowns)
        return self._try(request, policies, parts, free, decision, within or {})

    def _try(
        self,
        request: Request,
        policies: Policies,
        parts: Sequence[Part],
        free: frozenset[str],
        first: Decision,
        within: Mapping[str, str],
    ) -> Found:
        asked = _asked(parts, free)
        used = _used(parts, free)
        offered = {
            key: choices(key, asked.get(key, ()), request, within.get(key, "*"), used.get(key, ()))
            for key in sorted(free)
        }
        unknowns: tuple[Unknown, ...] = ()
        hints = self._hints.setdefault(free, [])
        for chosen in () if within else tuple(hints):
            found = self._ask(request, policies, chosen)
            if found.effect is Effect.ALLOW:
                return self._proven(found, first, parts, chosen, free)
        for tried, chosen in enumerate(_combinations(offered)):
            self._left -= 1
            if tried == _MOST or self._left < 0:
                why = Unknown(Cause.UNDECIDED, "there are more kinds of requests than are tried")
                return Found(Truth.UNKNOWN, unknowns=(why, *unknowns))
            found = self._ask(request, policies, chosen)
            if found.effect is Effect.ALLOW:
                if not within:
                    del hints[_REMEMBERED - 1 :]
                    hints.insert(0, chosen)
                return self._proven(found, first, parts, chosen, free)
            if found.effect is Effect.UNKNOWN and found.allowed is Truth.UNKNOWN:
                unknowns = unknowns or found.unknowns
        if unknowns:
            return Found(Truth.UNKNOWN, unknowns=unknowns)
        if all(each.exhaustive for each in offered.values()):
            return NEVER
        why = Unknown(Cause.UNDECIDED, "no request that fulfils the conditions was found, and not every one was tried")
        return Found(Truth.UNKNOWN, unknowns=(why,))

    @staticmethod
    def _ask(request: Request, policies: Policies, chosen: Mapping[str, Choice]) -> Decision:
        context: dict[str, ContextValue] = {**request.context, **chosen}
        return evaluate(msgspec.structs.replace(request, context=context), policies)

    @staticmethod
    def _proven(
        decision: Decision, first: Decision, parts: Sequence[Part], chosen: Mapping[str, Choice], free: frozenset[str]
    ) -> Found:
        grounds = _grounds(decision)
        return Found(
            Truth.TRUE,
            grounds,
            needed(first.because, grounds, parts, free),
            {key: _shown(value) for key, value in chosen.items()},
        )


def _shown(value: Choice) -> str | None:
    return None if value is None else ", ".join(map(str, value))


def _grounds(decision: Decision) -> tuple[Reason, ...]:
    """The statements that allow it."""
    return tuple(reason for reason in decision.because if reason.statement)


def _asked(parts: Iterable[Part], free: frozenset[str]) -> dict[str, list[Asked]]:
    """The conditions on keys that are not told."""
    found: dict[str, list[Asked]] = {}
    for part in parts:
        variables = part.policy.has_variables
        for statement in part.policy.statements:
            allows = not (isinstance(statement.effect, Known) and statement.effect.value == "Deny")
            for condition in statement.conditions:
                key = (condition.key.literal or "").lower()
                if key in free:
                    found.setdefault(key, []).append(Asked(condition, allows, variables))
    return found


def _used(parts: Iterable[Part], free: frozenset[str]) -> dict[str, list[str]]:
    """The patterns that hold a key that is not told as a policy variable."""
    found: dict[str, list[str]] = {}
    for part in parts:
        for statement in part.policy.statements:
            texts = [value for condition in statement.conditions for value in condition.values]
            for patterns in (statement.resources, statement.not_resources):
                texts.extend(() if patterns is None else patterns.items)
            for written in texts:
                literal = str(written)
                if "${" in literal:
                    for key in free:
                        if f"${{{key}" in literal.lower():
                            found.setdefault(key, []).append(literal)
    return found


def _combinations(offered: Mapping[str, Choices]) -> Iterator[dict[str, Choice]]:
    """Every choice of one value for each key, those first that leave most keys at their most promising value."""
    keys = list(offered)
    first = {key: offered[key].values[0] if offered[key].values else None for key in keys}
    yield first
    for size in range(1, len(keys) + 1):
        for changed in combinations(keys, size):
            for values in product(*(offered[key].values[1:] for key in changed)):
                yield {**first, **dict(zip(changed, values, strict=True))}


def needed(
    maybe: Iterable[Reason], grounds: Iterable[Reason], parts: Iterable[Part], free: frozenset[str]
) -> tuple[Needed, ...]:
    """The conditions on keys that are not told, of the statements that allow and of those that could deny."""
    places = {(reason.location.path, reason.location.pointer) for reason in maybe if reason.statement}
    granting = {(reason.location.path, reason.location.pointer) for reason in grounds}
    found: dict[Needed, None] = {}
    for part in parts:
        for statement in part.policy.statements:
            place = (statement.location.path, statement.location.pointer)
            allows = isinstance(statement.effect, Known) and statement.effect.value == "Allow"
            if place not in places or (allows and place not in granting and granting and _grants(part)):
                continue
            if keys_of(statement).isdisjoint(free):
                continue
            for condition in statement.conditions:
                if (condition.key.literal or "").lower() in free or _uses(condition.values, free):
                    found[
                        Needed(
                            effect="Allow" if allows else "Deny",
                            operator=condition.operator,
                            key=str(condition.key),
                            values=tuple(map(str, condition.values)),
                            policy=part.name,
                            statement=statement.label,
                        )
                    ] = None
    return tuple(found)


def _uses(values: Iterable[Text], free: frozenset[str]) -> bool:
    """Whether a policy variable in a value is not told."""
    return any(f"${{{key}" in str(value).lower() for value in values for key in free)


def _grants(part: Part) -> bool:
    """Whether its Allow statements grant, and do not only limit what others grant."""
    return not part.limits
