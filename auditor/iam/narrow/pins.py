"""Pins: statements on every resource of a type are confined to chosen ones, and mail to chosen senders.

Only what a statement covers by a wildcard is confined. What it names stays as it is named.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

import msgspec

from auditor.iam import database
from auditor.iam.elements import Statement
from auditor.iam.narrow.formats import pattern_of
from auditor.iam.narrow.names import CONFIGURATION_SET, FROM_ADDRESS, senders
from auditor.iam.narrow.names import names as names_of_pattern
from auditor.iam.resource import SEGMENTS
from auditor.iam.wildcard import Glob, glob_of, wildcards_of
from auditor.model.known import Truth


class Pinned(StrEnum):
    """The resource types that can be pinned."""

    IDENTITY = "identity"
    CONFIGURATION_SET = CONFIGURATION_SET
    TOPIC = "topic"

    @property
    def service(self) -> str:
        """Prefix of the service."""
        return "sns" if self is Pinned.TOPIC else "ses"


class Pins(msgspec.Struct, frozen=True, kw_only=True):
    """What is pinned.

    Attributes:
        partition: of the principal; empty when it is not told.
        resources: type to the ARNs that wildcards are confined to.
        senders: addresses that mail may come from, with ``*`` and ``?`` as in StringLike.
    """

    partition: str = ""
    resources: Mapping[Pinned, tuple[str, ...]] = {}
    senders: tuple[str, ...] = ()

    def confined(self, action: str, written: Sequence[str]) -> tuple[str, ...] | None:
        """The resource patterns of a statement for one action; None when no pin changes them.

        Args:
            action: in full, as the database spells it.
            written: the patterns.
        """
        kinds = database.types_for(action)
        service = action.partition(":")[0]
        pinned = {each.value: arns for each, arns in self.resources.items() if each.service == service}
        if not any(kind.name in pinned for kind in kinds):
            return None
        found: dict[str, None] = {}
        changed = False
        for pattern in written:
            fitted = self._fitted(pattern, kinds, pinned)
            changed |= fitted is not None
            found.update(dict.fromkeys((pattern,) if fitted is None else fitted))
        return tuple(found) if changed else None

    def _fitted(
        self, pattern: str, kinds: Iterable[database.ResourceType], pinned: Mapping[str, tuple[str, ...]]
    ) -> tuple[str, ...] | None:
        """What takes the place of one pattern; None when it stays."""
        pieces = None if "$" in pattern else _pieces(pattern)
        if pieces is None or not ("*" in pieces[-1] or "?" in pieces[-1]):
            return None
        reached = [(kind, arn) for kind in kinds for arn in kind.arns if _reaches(pieces, self._format(arn))]
        if not any(kind.name in pinned for kind, _ in reached):
            return None
        others = [arn for kind, arn in reached if kind.name not in pinned]
        if others and pieces[-1].strip("*"):
            # Part of several types: what of it is of which type cannot be written.
            return None
        wanted = [arn for kind, _ in reached for arn in pinned.get(kind.name, ())]
        met = (_met(pieces, arn) for arn in (*wanted, *map(self._format, others)))
        made = tuple(dict.fromkeys(arn for arn in met if arn is not None))
        return None if made == (pattern,) else made

    def _format(self, arn: str) -> str:
        """An ARN format as a pattern, in the partition of the principal."""
        return pattern_of(arn, partition=self.partition)

    def from_senders(self, statement: Statement, action: str) -> bool:
        """Whether a condition on the sender is added to a statement for an action.

        A condition on a key that an action does not carry would stop it altogether, so it is added to no other.
        """
        if not self.senders or not names_of_pattern(action) & senders():
            return False
        return not any((each.key.literal or "").lower() == FROM_ADDRESS.lower() for each in statement.conditions)

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for equal pins, and hashable."""
        return self.partition, tuple(sorted(self.resources.items())), self.senders

    @property
    def condition(self) -> tuple[str, str, tuple[str, ...]]:
        """Operator, key and values of the condition on the sender; SES compares case."""
        wild = any("*" in each or "?" in each for each in self.senders)
        return "StringLike" if wild else "StringEquals", FROM_ADDRESS, self.senders


def _pieces(pattern: str) -> tuple[str, ...] | None:
    """The six segments of a pattern; None where they cannot be told."""
    if pattern.strip("*") == "":
        return ("arn", *("*",) * (SEGMENTS - 1))
    pieces = pattern.split(":", SEGMENTS - 1)
    if pieces[0] != "arn":
        return None
    if len(pieces) < SEGMENTS and "*" in pieces[-1]:
        pieces += ["*"] * (SEGMENTS - len(pieces))
    return tuple(pieces) if len(pieces) == SEGMENTS else None


def _reaches(pieces: Sequence[str], arn: str) -> bool:
    """Whether a pattern may match an ARN that another pattern does."""
    theirs = arn.split(":", SEGMENTS - 1)
    return all(_glob(one).overlaps(_glob(two)) is not Truth.FALSE for one, two in zip(pieces, theirs, strict=True))


def _met(pieces: Sequence[str], arn: str) -> str | None:
    """What two patterns have in common, where in every segment one is within the other; None otherwise."""
    met = []
    for one, two in zip(pieces, arn.split(":", SEGMENTS - 1), strict=True):
        if _glob(one).covers(_glob(two)) is Truth.TRUE:
            met.append(two)
        elif _glob(two).covers(_glob(one)) is Truth.TRUE:
            met.append(one)
        else:
            return None
    return ":".join(met)


@lru_cache(maxsize=16384)
def _glob(written: str) -> Glob:
    return glob_of(wildcards_of(written))
