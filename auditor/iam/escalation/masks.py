"""Which of the catalogue's actions a policy has a say about: computed once per policy, so that most are passed over.

A set of actions is an integer with one bit per action. It says too much rather than too little: what a hole could be
counts. Whether a principal really may is left to `auditor.iam.evaluate`, which then sees only the statements that
have a say.
"""

from functools import lru_cache

import msgspec

from auditor.iam.action import matches
from auditor.iam.elements import Patterns, Policy, Statement
from auditor.iam.escalation.catalogue import ADMINISTRATION, PATHS
from auditor.iam.escalation.mail import MAIL_PATHS, SENDING
from auditor.iam.escalation.path import Path
from auditor.model.known import Truth
from auditor.model.text import Text

ACTIONS: tuple[str, ...] = tuple(
    dict.fromkeys(
        (
            *(
                need.action
                for needs in (ADMINISTRATION, *(path.needs for path in (*PATHS, *MAIL_PATHS)))
                for need in needs
            ),
            *SENDING,
            "iam:CreatePolicy",
        )
    )
)
"""Every action of the catalogue, in the order of its bits."""

_BIT = {action: 1 << number for number, action in enumerate(ACTIONS)}
_ALL = (1 << len(ACTIONS)) - 1


def bit(action: str) -> int:
    """The set of one action of the catalogue."""
    return _BIT[action]


def bits(actions: tuple[str, ...]) -> int:
    """The set of some actions of the catalogue."""
    found = 0
    for action in actions:
        found |= _BIT[action]
    return found


NEEDED: dict[str, int] = {path.id: bits(path.actions) for path in (*PATHS, *MAIL_PATHS)}
"""The actions that each path needs."""


def needed(path: Path) -> int:
    """The actions that a path needs."""
    return NEEDED[path.id]


@lru_cache(maxsize=65536)
def _of_pattern(written: Text) -> tuple[int, int]:
    """The actions that a pattern certainly stands for, and those that it may stand for."""
    sure = maybe = 0
    for action, mask in _BIT.items():
        truth = matches(written, action)
        if truth is Truth.TRUE:
            sure |= mask
        if truth is not Truth.FALSE:
            maybe |= mask
    return sure, maybe


def _of_patterns(patterns: Patterns) -> tuple[int, int]:
    sure = maybe = 0
    for written in patterns.items:
        one, two = _of_pattern(written)
        sure |= one
        maybe |= two
    return sure, maybe if patterns.open is None else _ALL


def _of_statement(statement: Statement) -> tuple[int, int]:
    """The actions that a statement certainly is about, and those that it may be about.

    One with problems is read without a look at its actions.
    """
    if statement.problems:
        return _ALL, _ALL
    if statement.actions is not None:
        return _of_patterns(statement.actions)
    if statement.not_actions is not None:
        sure, maybe = _of_patterns(statement.not_actions)
        return _ALL & ~maybe, _ALL & ~sure
    return 0, 0


def _is_plain(statement: Statement) -> bool:
    """Whether a statement holds for every request on every resource, and nothing of it is open."""
    if statement.conditions or statement.problems or statement.open is not None or statement.resources is None:
        return False
    return any(written.literal == "*" for written in statement.resources.items)


class Reading:
    """A policy with the actions of each of its statements.

    Attributes:
        policy: as parsed.
        covers: actions that it has a say about, or may have.
        allows: actions that it allows, or may allow.
        denies: actions that it denies on something, or may deny.
        grants: actions that a statement without conditions certainly allows on every resource.
        unsure: actions of which it is not told whether some statement is about them.
        parts: what it says about single actions; filled in when asked for.
    """

    __slots__ = ("_kept", "_masks", "allows", "covers", "denies", "grants", "parts", "policy", "unsure")

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        about = [_of_statement(statement) for statement in policy.statements]
        self._masks = tuple(maybe for _, maybe in about)
        self.parts: dict[str, Policy] = {}
        self._kept: dict[tuple[int, ...], Policy] = {}
        self.allows = self.denies = self.covers = _ALL if policy.open else 0
        self.grants = self.unsure = 0
        for statement, (sure, maybe) in zip(policy.statements, about, strict=True):
            self.covers |= maybe
            self.unsure |= maybe & ~sure
            if not statement.is_deny:
                self.allows |= maybe
            if not statement.is_allow:
                self.denies |= maybe
            elif statement.actions is not None and _is_plain(statement):
                self.grants |= sure

    def about(self, action: str) -> Policy:
        """The policy with only the statements that have a say about an action.

        Actions that the same statements have a say about get the same object.
        """
        found = self.parts.get(action)
        if found is None:
            mask = _BIT[action]
            kept = tuple(number for number, covered in enumerate(self._masks) if covered & mask)
            found = self._kept.get(kept)
            if found is None:
                statements = self.policy.statements
                whole = len(kept) == len(statements)
                chosen = tuple(statements[number] for number in kept)
                found = self.policy if whole else msgspec.structs.replace(self.policy, statements=chosen)
                self._kept[kept] = found
            self.parts[action] = found
        return found


class Readings:
    """The readings of policies, each made once."""

    def __init__(self) -> None:
        self._made: dict[int, Reading] = {}

    def of(self, policy: Policy) -> Reading:
        """The reading of a policy; the same object gives the same one."""
        made = self._made.get(id(policy))
        if made is None:
            made = self._made[id(policy)] = Reading(policy)
        return made

    def allows(self, policies: tuple[Policy, ...]) -> int:
        """What some policies together allow, or may allow."""
        found = 0
        for policy in policies:
            found |= self.of(policy).allows
        return found

    def certain(self, policies: tuple[Policy, ...]) -> int:
        """What some policies together allow on every resource without condition, and none of them denies anywhere."""
        granted = denied = 0
        for policy in policies:
            reading = self.of(policy)
            granted |= reading.grants
            denied |= reading.denies
        return granted & ~denied

    def about(self, policies: tuple[Policy, ...], action: str) -> tuple[Policy, ...]:
        """The parts of some policies that have a say about an action; policies without any are left out."""
        wanted = _BIT[action]
        found = []
        for policy in policies:
            reading = self._made.get(id(policy)) or self.of(policy)
            if reading.covers & wanted:
                found.append(reading.parts.get(action) or reading.about(action))
        return tuple(found)

    def unsure(self, policies: tuple[Policy, ...]) -> int:
        """The actions of which some of the policies do not tell whether they are about them."""
        found = 0
        for policy in policies:
            found |= self.of(policy).unsure
        return found
