"""Principals of an inventory by ARN: those that the Resource patterns of policies can mean, without trying each."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from auditor.iam.elements import Policy
from auditor.iam.resource import any_arn_pattern
from auditor.model.iam import Group, ManagedPolicy, Role, User
from auditor.model.known import Truth
from auditor.model.text import Text

T = TypeVar("T", User, Role, Group, ManagedPolicy)


class Targets(Generic[T]):
    """Resources of one type, found by patterns.

    Args:
        items: all of them; those without an ARN are nobody's target.
    """

    def __init__(self, items: Iterable[T]) -> None:
        told: list[tuple[str, T]] = []
        self._odd: list[T] = []
        for item in items:
            literal = item.arn.literal if item.arn is not None else None
            if literal is None:
                self._odd.append(item)
            else:
                told.append((literal, item))
        told.sort(key=lambda pair: pair[0])
        self._arns = [arn for arn, _ in told]
        self._items: list[T] = [item for _, item in told]
        self._found: dict[Text, tuple[T, ...]] = {}
        self._meant: dict[int, tuple[Policy, Sequence[T] | None]] = {}

    def meant(self, policies: Iterable[Policy]) -> Sequence[T] | None:
        """Those that Allow statements of some policies may mean; None when they may mean any.

        Args:
            policies: with only the statements that have a say about the action in question.
        """
        found: dict[T, None] = {}
        for policy in policies:
            kept = self._meant.get(id(policy))
            if kept is None:
                kept = self._meant[id(policy)] = policy, self._meant_by(policy)  # the policy keeps its id
            if kept[1] is None:
                return None
            found.update(dict.fromkeys(kept[1]))
        found.update(dict.fromkeys(self._odd))
        return list(found)

    def _meant_by(self, policy: Policy) -> Sequence[T] | None:
        if policy.open:
            return None
        found: dict[T, None] = {}
        for statement in policy.statements:
            if statement.is_deny:
                continue
            named = statement.resources
            if named is None or named.open is not None or statement.problems:
                return None
            for written in named.items:
                some = self._matching(written)
                if some is None:
                    return None
                found.update(dict.fromkeys(some))
        return list(found)

    def called(self, arn: Text) -> tuple[T, ...]:
        """The one with an ARN."""
        literal = arn.literal
        return self._search(literal, arn) if literal is not None else tuple(x for x in self._odd if x.arn == arn)

    def _matching(self, written: Text) -> tuple[T, ...] | None:
        literal = written.literal
        if literal is None or literal == "*" or "${" in literal:
            return None
        found = self._found.get(written)
        if found is None:
            found = self._found[written] = self._search(literal, written)
        return found

    def _search(self, literal: str, written: Text) -> tuple[T, ...]:
        cut = min((at for at in (literal.find("*"), literal.find("?")) if at >= 0), default=-1)
        if cut < 0:
            at = bisect_left(self._arns, literal)
            return (self._items[at],) if at < len(self._arns) and self._arns[at] == literal else ()
        prefix = literal[:cut]
        pattern = any_arn_pattern(written, variables=False)
        found = []
        for at in range(bisect_left(self._arns, prefix), len(self._arns)):
            if not self._arns[at].startswith(prefix):
                break
            arn = self._items[at].arn
            if arn is not None and pattern.matches(arn) is not Truth.FALSE:
                found.append(self._items[at])
        return tuple(found)
